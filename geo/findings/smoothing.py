"""Risks that borrow from neighbours, written beside the estimates of a release: a step of its own, after its findings.

Of its own because it takes long and may be left out: 7 s of one core for the 7,098 areas of strokes today, 50 s for 32,844
neighbourhoods, where the findings of a whole release take half a minute. A release without it is whole but for one column.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import QuerySet

from geo.disclosure.claims import Claim, refuse_dishonest
from geo.errors import HiidError, RefusedClaim, StatisticsError
from geo.findings.build import ASKED, Progress
from geo.findings.fields import FEWEST_AREAS
from geo.findings.judging import fifth_columns
from geo.findings.neighbours import neighbourhood
from geo.findings.slices import Areas, Numbers, Slice, list_slices, read_areas, with_direction
from geo.geography.adjacency import link_islands
from geo.models import Estimate, Release
from geo.sqlfiles import statement
from geo.statistics.leroux import smooth_rates


@dataclass(frozen=True)
class SmoothingReport:
    """How many slices and areas were smoothed. left: geography and indicator of each slice that could not be, and why."""

    slices: int
    areas: int
    left: tuple[str, ...]


def smooth_release(release: Release, *, progress: Progress | None = None) -> SmoothingReport:
    """Fill `Estimate.smoothed` of a release that is not public yet, with rates of residents on maps of polygons.

    Each slice is written whole, in one transaction: whoever is interrupted keeps the slices that are done and what was there before.
    Proportions stay null, for the model is of counts of events. Raises HiidError for a release that is published or withdrawn.
    """
    if release.state in (Release.State.PUBLISHED, Release.State.WITHDRAWN):
        raise HiidError(f"The release {release.slug} is {release.state} and cannot be changed.")
    parts = _smoothable(release)
    left, written = [], []
    for done, part in enumerate(parts):
        if progress:
            progress("smoothing", done, len(parts))
        try:
            written.append(_smooth(release, part))
        except (RefusedClaim, StatisticsError) as error:
            left.append(f"{part.definition.get('slug', part.indicator_id)} by {part.geography.slug}: {error}")
    if progress:
        progress("smoothing", len(parts), len(parts))
    return SmoothingReport(len(written), sum(written), tuple(left))


def is_smoothed(release: Release) -> bool:
    """Whether every slice that can be smoothed has been; one whose smoothing is refused counts as not."""
    return all(_rows(release, part).filter(smoothed__isnull=False).exists() for part in _smoothable(release))


def _smoothable(release: Release) -> list[Slice]:
    """Slices of events per resident, of areas with boundaries, that have estimates; protected counts would pass for exact."""
    parts = (part for part in with_direction(list_slices(release)) if part.geography.slug in ASKED and not part.geography.is_point)
    exact = (part for part in parts if part.unit != "proportion" and not part.policy.is_protected)
    return [part for part in exact if _rows(release, part).exists()]


def _rows(release: Release, part: Slice) -> QuerySet[Estimate]:
    return Estimate.objects.filter(
        release=release,
        indicator_id=part.indicator_id,
        geography_id=part.geography_id,
        period_id=part.period_id,
        stratum_id=part.stratum_id,
    )


def _smooth(release: Release, part: Slice) -> int:
    """Smooth one slice against the expectation that its estimates were made with, deprivation (where known) in the middle."""
    areas, usual = _with_expectation(release, part)
    refuse_dishonest(Claim.SHRINKAGE, part.facts(areas))
    if len(areas) < FEWEST_AREAS:
        raise StatisticsError(f"Fewer than {FEWEST_AREAS} areas are no map to smooth.")
    weights, _ = neighbourhood(part.geography, areas)
    found = smooth_rates(
        areas.numerator,
        expected=usual,
        weights=link_islands(weights, areas.coordinates) if areas.is_located.all() else weights,
        covariates=fifth_columns(areas) if areas.has_deprivation else None,
    )
    smoothed = found.mean * usual / areas.denominator * part.per
    values: dict[str, Any] = {
        "release": release.pk,
        **part.keys,
        "areas": [int(area) for area in areas.ids],
        "smoothed": [float(value) for value in smoothed],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement("findings/smooth"), values)
        return int(cursor.rowcount)


def _with_expectation(release: Release, part: Slice) -> tuple[Areas, Numbers]:
    """The areas of a slice that have an estimate, and what was expected of each."""
    expected = dict(_rows(release, part).filter(expected__isnull=False).values_list("area_id", "expected"))
    areas = read_areas(release, part)
    chosen = areas.only(np.isin(areas.ids, list(expected)))
    return chosen, np.array([expected[int(area)] for area in chosen.ids], dtype=np.float64)
