"""Sums and means by decile of deprivation: plain arithmetic on rows that were read, without the database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Any

import numpy as np

from geo.statistics.rates import Estimate, proportion, rate
from geo.statuses import Reason, Status, word

DECILES = 10

# What a unit multiplies numerator / denominator with; figures in other units are averaged, never summed.
PER = {"proportion": 1.0, "per_100k": 100_000.0, "ratio_100": 100.0}


@dataclass(frozen=True)
class UnitRow:
    """Areas of one decile taken together, or a single district with its score and county.

    with_counts: areas with a value and both counts, whose sums are numerator and denominator. with_weight: areas with a value and
    people, whose people sum to weight and value x people to weighted. value: the least value. statuses: every
    status there is. observed: areas whose figure is not modelled.
    """

    decile: int
    score: float | None
    county: int | None
    areas: int
    with_counts: int
    with_weight: int
    numerator: float
    denominator: float
    weighted: float
    weight: float
    value: float | None
    statuses: list[int]
    is_modelled: bool
    observed: int = 0


@dataclass(frozen=True)
class Group:
    """One decile. people: of the areas with a value, None where unknown.

    areas: how many lie in it; areas_with_value: how many of them its value speaks of; None for both where the source gives deciles itself.
    status not_applicable: no area of this decile. reason: why the value, or else its numerator and limits, are absent; None if nothing is.
    """

    decile: int
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    reason: str | None
    areas: int | None
    areas_with_value: int | None
    people: float | None = None


def group_by_decile(units: list[UnitRow], definition: Mapping[str, Any]) -> tuple[tuple[Group, ...], bool]:
    """The ten groups, and whether values that counties repeat for their districts were counted once.

    counts in a unit of PER: sum over sum, with Wilson limits for proportions and Poisson limits for rates, none where modelled.
    Anything else: mean weighted by population; an area without a known population does not take part.
    """
    is_summed = definition.get("kind") == "counts" and definition.get("unit") in PER
    units, has_repeated = (units, False) if is_summed else _count_repeated_once(units)
    figures = _sums(units, str(definition["unit"])) if is_summed else _means(units)
    return tuple(_finish(decile + 1, figures[decile], units, is_summed=is_summed) for decile in range(DECILES)), has_repeated


def _sums(units: list[UnitRow], unit: str) -> list[tuple[float, ...]]:
    """Numerator, denominator, value, lower, upper of each decile; NaN where there is none."""
    deciles = np.array([row.decile - 1 for row in units], dtype=np.intp)
    numerators = np.bincount(deciles, weights=[row.numerator for row in units], minlength=DECILES)
    denominators = np.bincount(deciles, weights=[row.denominator for row in units], minlength=DECILES)
    if unit == "proportion":
        estimate = proportion(numerators, denominator=denominators)
    else:
        estimate = rate(numerators, population=denominators, per=PER[unit])
    if any(row.is_modelled for row in units):
        missing = np.full(DECILES, np.nan)
        estimate = Estimate(estimate.value, missing, missing)
    columns = (numerators, denominators, estimate.value, estimate.lower, estimate.upper)
    return [tuple(float(column[decile]) for column in columns) for decile in range(DECILES)]


def _means(units: list[UnitRow]) -> list[tuple[float, ...]]:
    """The same with means weighted by people: only the value is there."""
    result: list[tuple[float, ...]] = []
    for decile in range(1, DECILES + 1):
        here = [row for row in units if row.decile == decile]
        weight = sum(row.weight for row in here)
        result.append((nan, nan, sum(row.weighted for row in here) / weight if weight else nan, nan, nan))
    return result


def _finish(decile: int, figures: tuple[float, ...], units: list[UnitRow], *, is_summed: bool) -> Group:
    here = [row for row in units if row.decile == decile]
    with_value = sum(row.with_counts if is_summed else row.with_weight for row in here)
    numerator, denominator, value, lower, upper = (None if isnan(figure) else figure for figure in figures)
    status, reason = _standing(here, value)
    if value is None:
        numerator = denominator = None
    elif lower is None:
        reason = Reason.ALLOCATION_ERROR_UNKNOWN if is_summed else Reason.NOT_PUBLISHED
    return Group(
        decile=decile,
        numerator=numerator,
        denominator=denominator,
        value=value,
        lower=lower,
        upper=upper,
        status=word(status),
        reason=word(reason) if reason else None,
        areas=sum(row.areas for row in here),
        areas_with_value=with_value,
        people=sum(row.weight for row in here) or None,
    )


def _standing(here: list[UnitRow], value: float | None) -> tuple[Status, Reason]:
    """The status of a group, and the reason where it has no value."""
    if value is not None:
        return (Status.ZERO if value == 0 else Status.VALUE), Reason.NONE
    if not here:
        return Status.NOT_APPLICABLE, Reason.NONE
    statuses = {status for row in here for status in row.statuses}
    if Status.SUPPRESSED in statuses:
        return Status.SUPPRESSED, Reason.SUPPRESSED_BY_PUBLISHER
    if statuses == {Status.NOT_COLLECTED}:
        return Status.NOT_COLLECTED, Reason.NOT_REPORTED
    has_value = any(row.value is not None for row in here)
    return Status.MISSING, Reason.NO_POPULATION if has_value else Reason.NOT_IN_SOURCE


def _count_repeated_once(units: list[UnitRow]) -> tuple[list[UnitRow], bool]:
    """A county whose districts all carry one value becomes one unit with all its people: the value is the county's, repeated."""
    counties: dict[int, list[UnitRow]] = {}
    for unit in units:
        if unit.county is not None:
            counties.setdefault(unit.county, []).append(unit)
    repeated = {
        county: districts
        for county, districts in counties.items()
        if len(districts) > 1 and len({unit.value for unit in districts}) == 1 and districts[0].value is not None
    }
    others = [unit for unit in units if unit.county not in repeated]
    merged = [_merge(districts, units) for districts in repeated.values()]
    return others + merged, bool(repeated)


def _merge(districts: list[UnitRow], units: list[UnitRow]) -> UnitRow:
    """The county of these districts: their value and people, one area, in the decile of the area nearest to their mean score."""
    weight, weighted = sum(unit.weight for unit in districts), sum(unit.weighted for unit in districts)
    together = replace(districts[0], weight=weight, weighted=weighted, areas=1, with_weight=min(1, districts[0].with_weight))
    if not weight or any(unit.score is None for unit in districts):
        return together
    mean = sum((unit.score or 0.0) * unit.weight for unit in districts) / weight
    nearest = min((unit for unit in units if unit.score is not None), key=lambda unit: abs((unit.score or 0.0) - mean))
    return replace(together, decile=nearest.decile, score=mean)
