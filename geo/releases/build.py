"""Builds one release: all figures of all indicators from the staged tables and the areas, beside the live release.

Everything happens in one transaction: a build that is killed leaves nothing behind, and can be repeated. The same staged editions,
areas, definitions and code give the same rows, and therefore the same digest.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from geo.disclosure.protected_files import ProtectedWorld
from geo.models import Area, AreaLink, Release, SourceLoad
from geo.releases import build_authorities as authorities
from geo.releases import build_commissioners as commissioners
from geo.releases import build_life_expectancy as life_expectancy
from geo.releases import build_linked as linked_records
from geo.releases import build_neighbourhoods as neighbourhoods
from geo.releases import build_practices as practices
from geo.releases.context import Context, of_family
from geo.releases.definitions import Definition, load_definitions, store_definitions
from geo.releases.figures import Sheet
from geo.releases.finishing import RELIABILITY_RULE
from geo.releases.frame import Frame
from geo.releases.requirements import Lacking, kept_editions, lacking_of, reasons
from geo.releases.store import ObservationWriter
from geo.statuses import Status

# Called with what is being done, how many steps are done, and how many there are.
Progress = Callable[[str, int, int], None]
Builder = Callable[[Context, dict[str, Definition]], Iterator[Sheet]]

_DIGITS = 6
_ROOM = Path(__file__).parent
# Code that figures are made by: a change in any of these files gives a release another name.
_CODE = (_ROOM, _ROOM.parent / "statistics")


@dataclass(frozen=True)
class Family:
    """How the figures of one family of definitions are made."""

    name: str
    title: str
    build: Builder


FAMILIES = (
    Family("cervical", "cervical screening", practices.build_cervical),
    Family("qof", "QOF registers", practices.build_qof),
    Family("smi", "SMI health checks", commissioners.build_smi),
    Family("non_elective", "non-elective admissions", commissioners.build_non_elective),
    Family("cover", "childhood vaccination", authorities.build_cover),
    Family("districts", "district series", authorities.build_districts),
    Family("life_expectancy", "life expectancy by decile", life_expectancy.build_life_expectancy),
    Family("local_health", "emergency admission ratios", authorities.build_local_health),
    Family("census", "census shares", neighbourhoods.build_census),
    Family("stroke", "stroke admissions", neighbourhoods.build_stroke),
    Family("imd_parts", "inputs of the IMD", neighbourhoods.build_imd_parts),
    Family("deprivation", "the IMD", neighbourhoods.build_deprivation),
    Family("linked", "linked records", linked_records.build_linked),
)
# What a release of linked records holds: they are synthetic, and beside them stands only what tells where people live.
LINKED_FAMILIES = ("census", "deprivation", "linked")


def build_release(*, linked: ProtectedWorld | None = None, progress: Progress | None = None) -> Release:
    """A new release in state built, with its observations, availability and sums. Raises DefinitionError or QualityError.

    linked: protected figures of linked records; the release then holds these and their context alone, and is synthetic.
    What lacks its staged tables is left out and named in the release's quality report. Building again from the
    same sources and code replaces a release that was never published, and gives back one that was.
    """
    report = progress or (lambda _title, _done, _of: None)
    started = time.perf_counter()
    definitions = definitions_of(linked)
    sources = sources_of(linked)
    code_version = digest_of_code()
    slug = release_slug(sources, definitions, code_version)
    standing = Release.objects.filter(slug__endswith=slug[len("2026-01-01") :]).exclude(published_at=None).first()
    if standing is not None:
        return standing
    with transaction.atomic():
        Release.objects.filter(slug=slug, published_at=None).delete()
        previous = Release.objects.filter(is_current=True).first()
        release = Release.objects.create(
            slug=slug, is_synthetic=slug.endswith("-synthetic"), code_version=code_version, sources=sources, previous=previous
        )
        indicators = store_definitions(definitions)
        if linked is not None:
            linked_records.record_source(linked)
        context = Context(Frame(), linked=linked)
        writer = ObservationWriter(release, context.frame, indicators, definitions)
        writer.begin()
        told, sums = _write_families(context, definitions, writer, report)
        report("indexes", len(FAMILIES), len(FAMILIES))
        digest = writer.finish()
        release.state = Release.State.BUILT
        release.sums = {"rows": writer.rows, "digest": digest, "england": sums}
        release.quality = {
            "notes": context.notes,
            **told,
            "reliability_rule": RELIABILITY_RULE,
            **({"linked": linked_records.facts_of(linked, definitions)} if linked else {}),
            "seconds": round(time.perf_counter() - started, 1),
        }
        release.save()
    return release


def current_sources() -> dict[str, dict[str, Any]]:
    """The editions that staging holds now: slug -> sha256, origin, state."""
    loads = SourceLoad.objects.filter(is_current=True).order_by("slug")
    return {load.slug: {"sha256": load.sha256, "origin": load.origin, "state": load.state} for load in loads}


def definitions_of(linked: ProtectedWorld | None = None) -> dict[str, Definition]:
    """The definitions of a release: of linked records with their context, or all others."""
    found = load_definitions()
    if linked is None:
        return {slug: definition for slug, definition in found.items() if definition.family != "linked"}
    return {slug: definition for slug, definition in found.items() if definition.family in LINKED_FAMILIES}


def sources_of(linked: ProtectedWorld | None = None) -> dict[str, dict[str, Any]]:
    """The editions that a release is made of; protected figures of a synthetic world count as a stand-in for records."""
    if linked is None:
        return current_sources()
    world = {"sha256": linked.sha256, "origin": "stand_in", "state": "stand_in"}
    return {**current_sources(), linked_records.SOURCE: world}


def release_slug(sources: dict[str, dict[str, Any]], definitions: dict[str, Definition], code_version: str) -> str:
    """Day of building, six digits of everything that the numbers come from, and -synthetic where any source is a stand-in."""
    parts = [sources, {slug: definition.sha256 for slug, definition in definitions.items()}, code_version]
    parts.append([Area.objects.count(), AreaLink.objects.count()])
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    is_synthetic = any(source["state"] == "stand_in" for source in sources.values())
    return f"{timezone.localdate().isoformat()}-{digest[:_DIGITS]}" + ("-synthetic" if is_synthetic else "")


def digest_of_code() -> str:
    """Digest of the code that makes figures."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted(folder.glob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _write_families(
    context: Context, definitions: dict[str, Definition], writer: ObservationWriter, report: Progress
) -> tuple[dict[str, Any], dict[str, float]]:
    """Write every family; gives what is not there, for the quality report, and England's values by indicator, period and stratum."""
    lacking = {slug: lacking_of(definition) for slug, definition in definitions.items()}
    able = {slug: definition for slug, definition in definitions.items() if not (lacking[slug].left_out or lacking[slug].not_supplied)}
    empty: dict[str, set[str]] = {}
    sums: dict[str, float] = {}
    for done, family in enumerate(FAMILIES):
        report(family.title, done, len(FAMILIES))
        for sheet in family.build(context, able) if of_family(able, family.name) else ():
            if np.isnan(sheet.value).all():
                # A part of the people that is withheld everywhere is there, without a figure: it is not nobody.
                if family.name == "linked" and sheet.key.stratum != "all" and (sheet.status == Status.SUPPRESSED).any():
                    writer.add(sheet)
                else:
                    empty.setdefault(sheet.key.indicator, set()).add(sheet.key.geography)
                continue
            writer.add(sheet)
            if sheet.key.geography == "ctry23":
                sums[f"{sheet.key.indicator} {sheet.key.period} {sheet.key.stratum}"] = float(sheet.value[0])
    told = {
        "left_out": {slug: reasons(lack.left_out) for slug, lack in lacking.items() if lack.left_out},
        "partly": {slug: reasons(lack.partly) for slug, lack in lacking.items() if lack.partly},
        "not_supplied": {slug: _optional(definitions[slug], lack) for slug, lack in lacking.items() if lack.not_supplied},
        "kept": kept_editions(),
        "without_figures": {slug: sorted(geographies) for slug, geographies in empty.items()},
    }
    return told, sums


def _optional(definition: Definition, lack: Lacking) -> dict[str, Any]:
    """An indicator that waits for a site's own file: its title, and the sources any of which it can be made of."""
    return {"title": definition.title, "sources": [table.replace("_", "-") for table in lack.not_supplied]}
