"""What each area would count were it like the whole: of everybody alike, of its ages, of its deprivation, or of both."""

from dataclasses import dataclass

import numpy as np
from django.db import connection
from scipy.optimize import nnls

from geo.errors import RefusedClaim
from geo.findings.slices import Areas, Numbers, Slice
from geo.models import Detection
from geo.sqlfiles import statement

# Ages at which the bands begin. Each holds enough events for a rate of its own to be learnt.
_BANDS = (0, 45, 55, 65, 75, 85)
# Indicators whose denominator is this file can be adjusted for age from its single years.
_AGES_SOURCE = "mid2020-population"
_AGES_GEOGRAPHIES = ("msoa11", "lad21")

Adjustment = Detection.Adjustment


@dataclass(frozen=True)
class Expectation:
    """Expected numerators, shape (areas,), summing to what was observed; `words`: how they were made, a phrase."""

    adjustment: str
    numerator: Numbers
    words: str


def expect(part: Slice, areas: Areas, adjustment: str) -> Expectation:
    """The expectation of each area under one adjustment.

    none: the share or rate of all areas together. deprivation: that of the area's fifth of deprivation. age_sex: that of its residents'
    ages, with rates by band learnt from the map itself. age_sex_deprivation: the latter, times the ratio of its fifth.
    Raises RefusedClaim where the figures do not allow it, and for rates of residents without their ages.
    """
    if part.unit != "proportion" and "age" not in adjustment:
        raise RefusedClaim(
            "age_matters",
            "Events of residents follow their ages: a comparison that takes no account of age would find where older people live.",
        )
    if adjustment == Adjustment.NONE:
        return Expectation(adjustment, _alike(areas), "the figure of all these areas together")
    if adjustment == Adjustment.DEPRIVATION:
        _need_deprivation(areas)
        return Expectation(adjustment, _by_fifth(areas, areas.denominator), f"the figure of all areas in the same fifth of {areas.index}")
    by_age = _by_age(part, areas)
    said = "rates by age band that were learnt from the map itself (non-negative least squares; residents of mid-2020; sexes together)"
    if adjustment == Adjustment.AGE_SEX:
        return Expectation(adjustment, by_age, said)
    _need_deprivation(areas)
    return Expectation(adjustment, _by_fifth(areas, by_age), f"{said}, and the ratio of the same fifth of {areas.index}")


def usual_adjustment(part: Slice) -> str:
    """The adjustment under which estimates are made: for age with rates of residents, else none."""
    return str(Adjustment.NONE if part.unit == "proportion" else Adjustment.AGE_SEX)


def _alike(areas: Areas) -> Numbers:
    return areas.denominator * (areas.numerator.sum() / areas.denominator.sum())


def _by_fifth(areas: Areas, base: Numbers) -> Numbers:
    """base, brought to what was observed in each fifth; areas of unknown deprivation are a fifth of their own."""
    observed = np.bincount(areas.fifth, weights=areas.numerator, minlength=6)
    usual = np.bincount(areas.fifth, weights=base, minlength=6)
    return base * (observed / np.where(usual > 0, usual, 1))[areas.fifth]


def _need_deprivation(areas: Areas) -> None:
    if not areas.has_deprivation:
        raise RefusedClaim("no_deprivation", "Too few of these areas have a figure of deprivation to take account of it.")


def _has_ages(part: Slice) -> bool:
    return _AGES_SOURCE in part.definition.get("sources", ()) and part.geography.slug in _AGES_GEOGRAPHIES


def _by_age(part: Slice, areas: Areas) -> Numbers:
    if not _has_ages(part):
        raise RefusedClaim(
            "no_age_breakdown",
            "The publisher gives this figure without ages or sexes, so differences between them cannot be taken account of.",
        )
    with connection.cursor() as cursor:
        cursor.execute(statement("findings/ages"), {"geography": part.geography_id})
        ages = {area: np.array(people) for area, people in cursor.fetchall()}
    if any(int(area) not in ages for area in areas.ids):
        raise RefusedClaim("no_age_breakdown", "The ages of some areas' residents are not at hand.")
    singles = np.array([ages[int(area)] for area in areas.ids])
    bands = np.add.reduceat(singles, _BANDS, axis=1)
    # Weighted by the spread of a count that is as expected: first of everybody alike, then of what the first round learnt.
    usual = _alike(areas)
    for _ in range(3):
        weight = 1 / np.sqrt(np.maximum(usual, 1e-9))
        rates, _ = nnls(bands * weight[:, np.newaxis], areas.numerator * weight)
        usual = bands @ rates
    return np.asarray(usual * (areas.numerator.sum() / usual.sum()), dtype=np.float64)
