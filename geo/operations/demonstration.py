"""From nothing to a published synthetic release: each step is skipped where its result stands, so an interrupted run is run again."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from geo.disclosure.protected_files import read_protected
from geo.disclosure.revision_words import in_words
from geo.errors import InputError, LinkageError
from geo.findings.build import build_findings, has_findings
from geo.findings.smoothing import is_smoothed, smooth_release
from geo.linkage.manifest import digest_of
from geo.linkage.run import read_told
from geo.models import Area, Release
from geo.operations.cells import ValuesBeside, build_values, values_beside
from geo.operations.chain import draw_tilesets
from geo.operations.linking import EXTRACTS, link_world, protected_folder
from geo.operations.progress import Teller
from geo.operations.synthesising import make_world, world_folder
from geo.releases.build import build_release
from geo.releases.publish import missing_files, publish_release
from geo.releases.quality import check_release
from geo.synthetic.worlds import WorldSpec
from geo.synthetic.writing import MANIFEST, code_version


@dataclass
class DemonstrationReport:
    """What a run did. before: the release that was current, None where there was none. steps: seconds of each that was not skipped."""

    world: str
    release: Release
    before: Release | None
    steps: dict[str, float] = field(default_factory=dict)

    @property
    def lines(self) -> Iterator[str]:
        """For people: which world, which release, how long, and the way back."""
        yield f"World {self.world}: made-up people. Release {self.release} is published ({sum(self.steps.values()):.0f} s)."
        if told := in_words(self.release.quality.get("linked") or {}):
            yield f"It is {told}."
        if self.before is not None and self.before != self.release:
            yield f"Before it stood {self.before}: `manage.py rollback_release` makes that current again."


def demonstrate(spec: WorldSpec, *, data: Path, engine: str, teller: Teller, never_published: bool = False) -> DemonstrationReport:
    """Synthesise, link, derive, protect, build, check, find, draw, publish. Raises HiidError where a step fails; nothing is published then.

    never_published: nobody has seen earlier editions of these records. Raises InputError before areas are loaded.
    """
    if not Area.objects.filter(geography__slug="lsoa21").exists():
        raise InputError("There are no areas yet: `make up` loads them first.")
    report = DemonstrationReport(spec.name, Release(), Release.objects.filter(is_current=True).first())
    step = _Steps(report, teller)
    if not _is_made(spec, data):
        step("synthesise", lambda: make_world(spec, data=data, progress=teller.report))
    link = partial(link_world, data, spec.name, engine=engine, never_published=never_published, progress=teller.say)
    step("link_records", link)
    with values_beside() as made_beside:
        linked = read_protected(protected_folder(data, spec.name))
        release = step("build", lambda: build_release(linked=linked, progress=lambda what, done, total: teller.report(what, done, total)))
        if release.state == Release.State.BUILT:
            step("quality", lambda: check_release(release))
        if release.state == Release.State.CHECKED:
            _finish(release, step, teller, made_beside)
    report.release = step("publish", lambda: publish_release(release.slug))
    return report


def _finish(release: Release, step: "_Steps", teller: Teller, made_beside: ValuesBeside | None) -> None:
    """What a checked release needs before it is published."""
    if not has_findings(release):
        step("findings", lambda: build_findings(release, progress=teller.report))
    if not is_smoothed(release):
        step("smoothing", lambda: smooth_release(release, progress=teller.report))
    step("tiles", lambda: draw_tilesets(teller))
    if not release.tilesets or missing_files(release):
        step("values", lambda: build_values(release, progress=teller.report, made_beside=made_beside))


def _is_made(spec: WorldSpec, data: Path) -> bool:
    """Whether the world stands, made from this very specification by this very code."""
    path = world_folder(data, spec.name) / EXTRACTS / MANIFEST
    if not path.is_file():
        return False
    try:
        made = read_told(path)
    except LinkageError:
        return False
    return digest_of(made.get("spec")) == digest_of(json.loads(json.dumps(spec.as_dict()))) and made.get("code") == code_version()


class _Steps:
    """Runs steps and keeps their seconds."""

    def __init__(self, report: DemonstrationReport, teller: Teller) -> None:
        self._report, self._teller = report, teller

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        found = work()
        self._report.steps[name] = round(time.perf_counter() - started, 2)
        self._teller.say(f"{name}: {self._report.steps[name]:.1f} s")
        return found
