"""From published files to a published release: in which order the steps run, and which of them are done already.

Every step is safe to repeat and leaves nothing half done, so an interrupted chain is simply run again: what is finished is skipped.
Only one chain runs at a time.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import connection

from geo.codes import CELLS, TILESETS
from geo.errors import HiidError
from geo.findings.build import build_findings, has_findings
from geo.findings.smoothing import is_smoothed, smooth_release
from geo.models import Area, AreaBuild, Cell, ChainRun, Release
from geo.operations.cells import build_values
from geo.operations.finding import Finder
from geo.operations.loading import Outcome, load_sources
from geo.operations.prepared import chain_digest, standing_run
from geo.operations.progress import Teller
from geo.releases.areas import build_areas
from geo.releases.build import build_release, current_sources, definitions_of, digest_of_code, release_slug
from geo.releases.publish import missing_files, publish_release
from geo.releases.quality import check_release
from geo.releases.requirements import kept_editions
from geo.releases.travel import fit_travel
from geo.sources.registry import Source
from geo.tiles.geometry_plane import build_tileset

_Result = TypeVar("_Result")


@dataclass
class ChainReport:
    """What a run did. release: the one that is published now. outcomes: of every source.

    steps: seconds by step; tiles are drawn while figures are built, so theirs are those that were still waited for.

    kept: source -> fault, where the edition that was loaded before is used for want of another.
    """

    release: Release
    steps: dict[str, float] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    is_new: bool = True

    @property
    def lines(self) -> Iterator[str]:
        """For people: which files are faulty, absent or made up, which indicators that leaves out, and which release is published."""
        yield from (f"Faulty: {outcome.slug}: {outcome.message}" for outcome in self.outcomes if outcome.state == "failed")
        made_up = sorted(slug for slug, source in self.release.sources.items() if source["state"] == "stand_in")
        quality = self.release.quality
        told = {
            "Not at hand": [outcome.slug for outcome in self.outcomes if outcome.state == "absent"],
            "Not supplied (optional)": [outcome.slug for outcome in self.outcomes if outcome.state == "not_supplied"],
            "Kept as loaded before": sorted(self.kept),
            "Made up in place of a file, so that the release is synthetic": made_up,
            "Indicators left out": [_because(*entry) for entry in sorted(quality.get("left_out", {}).items())],
            "Indicators with fewer figures": [_because(*entry) for entry in sorted(quality.get("partly", {}).items())],
        }
        yield from (f"{what} ({len(names)}): {', '.join(names)}" for what, names in told.items() if names)
        yield f"Release {self.release} is published ({sum(self.steps.values()):.0f} s)."

    @property
    def faults(self) -> dict[str, str]:
        """Source -> fault, of those that could not be loaded."""
        return {outcome.slug: outcome.message for outcome in self.outcomes if outcome.state in ("failed", "absent")}


def prepare(sources: Mapping[str, Source], *, finder: Finder, teller: Teller) -> ChainReport:
    """Load, make areas, build, check, find, smooth, draw tiles and value files, publish; the release that is current at the end.

    A source that cannot be read is told and left out; the rest of the release stands. Raises HiidError where no release can be made.
    """
    digest = chain_digest(sources, finder)
    if (run := standing_run(digest)) is not None and run.release is not None:
        return ChainReport(run.release, is_new=False)
    report = ChainReport(Release())
    step = _Steps(report, teller)
    report.outcomes = step("load", lambda: load_sources(sources, finder=finder, report=teller.report))
    report.kept = kept_editions()
    for outcome in report.outcomes:
        if outcome.state not in ("unchanged", "absent", "not_supplied"):  # what is absent is told together, at the end
            teller.say(outcome.line)
    areas = step("areas", lambda: build_areas(progress=teller.report))
    step("travel", fit_travel)
    with ThreadPoolExecutor(1) as beside:
        # Tiles need areas alone, and PostgreSQL draws them: figures are computed meanwhile.
        drawing = beside.submit(_drawn_beside, teller)
        release = step("build", lambda: _built(areas, teller))
        if release.state == Release.State.BUILT:
            step("quality", lambda: check_release(release))
        if release.state == Release.State.CHECKED:
            _find(release, step=step, teller=teller)
        absent = step("tiles", drawing.result)
    if release.state == Release.State.CHECKED and (not release.tilesets or missing_files(release)):
        step("values", lambda: build_values(release, progress=teller.report))
    report.release = step("publish", lambda: publish_release(release.slug))
    for slug in absent:
        teller.say(f"{slug}: not available, for no boundaries of it are at hand")
    ChainRun.objects.create(digest=digest, release=report.release, steps=report.steps, faults=report.faults)
    return report


def draw_tilesets(teller: Teller, only: tuple[str, ...] = TILESETS) -> list[str]:
    """Draw the tiles of every geography that has shapes; those drawn already are skipped. Gives the geographies without shapes."""
    with_shapes = set(Area.objects.filter(geometry_3857__isnull=False).values_list("geography__slug", flat=True).distinct())
    with_shapes |= {CELLS.slug} if Cell.objects.exists() else set()
    for done, slug in enumerate(slugs := [slug for slug in only if slug in with_shapes]):
        teller.report("Tilesets", done, len(slugs))
        build_tileset(slug, progress=teller.report)
    teller.report("Tilesets", len(slugs), len(slugs))
    return [slug for slug in only if slug not in with_shapes]


def _drawn_beside(teller: Teller) -> list[str]:
    """Draw tilesets in a thread, whose connection to the database ends with it."""
    try:
        return draw_tilesets(teller)
    finally:
        connection.close()


def _because(indicator: str, sources: Mapping[str, str]) -> str:
    """An indicator and the files that it lacks."""
    return f"{indicator} (for want of {' and '.join(sources)})"


def _built(areas: AreaBuild, teller: Teller) -> Release:
    """The release of the present sources and areas: the one built already by an interrupted run, else a new one."""
    slug = release_slug(current_sources(), definitions_of(), digest_of_code())
    waiting = Release.objects.filter(slug=slug, state__in=(Release.State.BUILT, Release.State.CHECKED), built_at__gt=areas.built_at)
    return waiting.first() or build_release(progress=lambda what, done, total: teller.report(f"Release: {what}", done, total))


def _find(release: Release, *, step: "_Steps", teller: Teller) -> None:
    """Findings and smoothed rates of a checked release, each unless an interrupted run made it."""
    if not has_findings(release):
        step("findings", lambda: build_findings(release, progress=teller.report))
    if not is_smoothed(release):
        step("smoothing", lambda: smooth_release(release, progress=teller.report))


class _Steps:
    """Runs steps and keeps their seconds."""

    def __init__(self, report: ChainReport, teller: Teller) -> None:
        self._report = report
        self._teller = teller

    def __call__(self, name: str, work: Callable[[], _Result]) -> _Result:
        started = time.perf_counter()
        try:
            return work()
        except HiidError:
            self._teller.say(f"{name}: did not succeed")
            raise
        finally:
            self._report.steps[name] = round(time.perf_counter() - started, 2)
            self._teller.say(f"{name}: {self._report.steps[name]:.1f} s")
