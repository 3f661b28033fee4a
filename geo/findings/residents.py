"""Expected events of linked records: ages of residents from the Census, and rates by age from all people of the world, as published.

No exact count is needed. How old an area's people are is public, and what happens at each age is in the release, protected, for the
world as a whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db import connection

from geo.codes import GEOGRAPHIES
from geo.disclosure.claims import refuse_incomplete
from geo.errors import RefusedClaim, StatisticsError
from geo.findings.cells import Cells, read_cells
from geo.findings.slices import Areas, Numbers, Slice, read_areas
from geo.models import Observation, Release
from geo.sqlfiles import statement

# Indicators of this source count people who are registered where the Census has residents.
_SOURCE = "linked-records"
# All people of a world are the one area of this geography.
_WORLD = "ctry23"
_NEIGHBOURHOODS = "lsoa21"
# What is made of neighbourhoods of 2021, and so has Census ages.
GEOGRAPHIES_WITH_AGES = (_NEIGHBOURHOODS, "msoa21", "lad24", "icb26")
# Bands of the Census are of five years; who is 85 and over is in the last.
_YEARS, _BANDS = 5, 18
_BAND = re.compile(r"(\d+)-(\d+|plus)")


@dataclass(frozen=True)
class Standard:
    """Rates by age of the whole world: its events and people by age band, as published, (1, bands). weights: see `band_weights`."""

    cells: Cells
    weights: Numbers


def standard_of(release: Release, part: Slice, slices: Sequence[Slice]) -> Standard | None:
    """The whole world by age, of events among all residents in linked records; None where the release has none.

    Shares are left out, for those of whom they are a share need not be of the ages of residents; so are parts of the people.
    """
    if part.dimension or part.unit == "proportion" or _SOURCE not in part.definition.get("sources", ()):
        return None
    key = (part.indicator_id, part.period_id)
    whole = [one for one in slices if one.geography.slug == _WORLD and (one.indicator_id, one.period_id) == key]
    everybody = next((one for one in whole if not one.dimension), None)
    areas = read_areas(release, everybody) if everybody else None
    if everybody is None or areas is None or not len(areas):
        return None
    strata = _bands_of(release, everybody)
    if not strata:
        return None
    return Standard(read_cells(release, everybody, areas, strata), band_weights([one.stratum for one in strata]))


def _bands_of(release: Release, everybody: Slice) -> list[Slice]:
    """The world's bands of age, those withheld among them, which are offered nowhere."""
    rows = Observation.objects.filter(
        release=release, indicator_id=everybody.indicator_id, geography_id=everybody.geography_id, period_id=everybody.period_id
    )
    found = rows.filter(stratum__dimension="age").order_by("stratum_id").values_list("stratum_id", "stratum__slug", "stratum__title")
    return [
        replace(everybody, stratum_id=key, stratum=slug, stratum_title=title, dimension="age")
        for key, slug, title in found
        if _BAND.fullmatch(slug)
    ]


def band_weights(slugs: Sequence[str]) -> Numbers:
    """Which part of each five-year band of the Census is in each of these ages, shape (18, slugs): `5-18` holds 4/5 of 15 to 19.

    People of a five-year band are taken as equally many at each age. 85 and over are not divided: they are where people of 85 are.
    """
    weights = np.zeros((_BANDS, len(slugs)))
    for at, slug in enumerate(slugs):
        found = _BAND.fullmatch(slug)
        if found is None:
            raise ValueError(f"{slug!r} is no band of ages, as 5-18 and 85-plus are.")
        first, end = int(found[1]), np.inf if found[2] == "plus" else int(found[2]) + 1
        for band in range(_BANDS - 1):
            shared = min(end, _YEARS * (band + 1)) - max(first, _YEARS * band)
            weights[band, at] = max(shared, 0) / _YEARS
        weights[-1, at] = float(first <= _YEARS * (_BANDS - 1) < end)
    return weights


def expected_of_residents(part: Slice, areas: Areas, standard: Standard) -> tuple[Numbers, str]:
    """Expected events, shape (areas,), adding up to those observed, and how they were made, a phrase.

    The people of each area, as published, are of the ages of its residents, of the ages that the indicator counts; each age has the rate
    of the whole world. Ages whose events are withheld share, by people, what the world's total leaves over.
    Raises RefusedClaim for areas that are not made of neighbourhoods of 2021, and where too many of the world's people have no rate;
    StatisticsError where nothing was counted.
    """
    if part.geography.slug not in GEOGRAPHIES_WITH_AGES:
        raise RefusedClaim(
            "no_age_breakdown",
            f"The Census has the ages of residents of neighbourhoods; of the people of {part.geography.title} it has none,"
            " so differences between them cannot be taken account of.",
        )
    bands = _residents(areas) @ standard.weights
    residents = bands.sum(axis=1)
    if (residents == 0).any():
        raise RefusedClaim(
            "no_age_breakdown", "Nobody of these ages lives in some of these areas by the Census, and yet people are counted."
        )
    rates, missing = _rates(standard.cells)
    usual = (bands @ rates) / residents * areas.denominator
    if not usual.sum() or not areas.numerator.sum():
        raise StatisticsError("Nothing was counted in these areas: there is no rate to expect anything of.")
    usual *= areas.numerator.sum() / usual.sum()
    said = (
        "rates of the whole world by age, as published, at the ages of residents in Census 2021, brought to the number observed"
        " (indirect standardisation; sexes together)"
    )
    if missing > 0:
        said += f"; {missing:.1%} of the world's people are of ages whose events are withheld, and share what the total leaves over"
    return np.asarray(usual, dtype=np.float64), said


def _rates(cells: Cells) -> tuple[Numbers, float]:
    """Events of one person of each band, and the share (0-1) of people in bands without a count."""
    missing = cells.missing_share(np.ones(len(cells.strata), dtype=np.bool_))
    refuse_incomplete(missing, "the world's people told apart by age")
    events, people, known = cells.events[0], cells.people[0], cells.is_known[0]
    left = max(float(cells.areas.numerator[0]) - float(events[known].sum()), 0.0)
    unknown = float(cells.areas.denominator[0] - people[known].sum())
    rates = np.where(known, events, 0.0) / np.where(known & (people > 0), people, 1.0)
    return np.asarray(np.where(known, rates, left / unknown if unknown > 0 else 0.0)), missing


def _residents(areas: Areas) -> Numbers:
    """Residents by five-year band, shape (areas, 18)."""
    keys: dict[str, Any] = {"areas": [int(area) for area in areas.ids], "neighbourhoods": GEOGRAPHIES[_NEIGHBOURHOODS].id}
    with connection.cursor() as cursor:
        cursor.execute(statement("findings/residents"), keys)
        found = {int(area): np.array(bands, dtype=np.float64) for area, bands in cursor.fetchall()}
    if any(int(area) not in found for area in areas.ids):
        raise RefusedClaim("no_age_breakdown", "The ages of some areas' residents are not at hand.")
    return np.array([found[int(area)] for area in areas.ids])
