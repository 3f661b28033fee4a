"""Sums and means by decile of deprivation: plain arithmetic on rows that were read, without the database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np

from geo.statistics.rates import Estimate, proportion, rate, weighted_mean
from geo.statuses import Basis, Reason, Status, word

DECILES = 10

# What a unit multiplies numerator / denominator with; figures in other units are averaged, never summed.
PER = {"proportion": 1.0, "per_100k": 100_000.0, "ratio_100": 100.0}


@dataclass(frozen=True)
class UnitRow:
    """One area with its decile and score, its observation and its people; `county` is the key of the county it lies in, or None."""

    decile: int
    score: float | None
    county: int | None
    numerator: float | None
    denominator: float | None
    value: float | None
    status: int
    basis: int
    is_reliable: bool
    population: int | None


@dataclass(frozen=True)
class Group:
    """One decile. areas: how many lie in it; areas_with_value: how many of them its value speaks of.

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
    areas: int
    areas_with_value: int


def group_by_decile(units: list[UnitRow], definition: Mapping[str, Any]) -> tuple[tuple[Group, ...], bool]:
    """The ten groups, and whether values that counties repeat for their districts were counted once.

    counts in a unit of PER: sum over sum, with Wilson limits for proportions and Poisson limits for rates, none where modelled.
    Anything else: mean weighted by population; an area without a known population does not take part.
    """
    is_summed = definition.get("kind") == "counts" and definition.get("unit") in PER
    units, has_repeated = (units, False) if is_summed else _count_repeated_once(units)
    used = [unit for unit in units if (_has_counts(unit) if is_summed else _has_weight(unit))]
    deciles = np.array([unit.decile - 1 for unit in used], dtype=np.intp)
    figures = _sums(used, deciles, definition) if is_summed else _means(used, deciles)
    return tuple(_finish(decile, figures[decile], units, used) for decile in range(DECILES)), has_repeated


def _sums(used: list[UnitRow], deciles: np.ndarray[Any, Any], definition: Mapping[str, Any]) -> list[tuple[float, ...]]:
    """Numerator, denominator, value, lower, upper of each decile; NaN where there is none."""
    numerators = np.bincount(deciles, weights=[unit.numerator or 0.0 for unit in used], minlength=DECILES)
    denominators = np.bincount(deciles, weights=[unit.denominator or 0.0 for unit in used], minlength=DECILES)
    unit = str(definition["unit"])
    estimate = (
        proportion(numerators, denominator=denominators)
        if unit == "proportion"
        else rate(numerators, population=denominators, per=PER[unit])
    )
    if any(row.basis == Basis.MODELLED for row in used):
        missing = np.full(DECILES, np.nan)
        estimate = Estimate(estimate.value, missing, missing)
    columns = (numerators, denominators, estimate.value, estimate.lower, estimate.upper)
    return [tuple(float(column[decile]) for column in columns) for decile in range(DECILES)]


def _means(used: list[UnitRow], deciles: np.ndarray[Any, Any]) -> list[tuple[float, ...]]:
    """The same with means: only the value is there."""
    values, people = np.array([unit.value for unit in used], dtype=float), np.array([unit.population for unit in used], dtype=float)
    means = weighted_mean(values, weights=people, groups=deciles, size=DECILES)
    nan = float("nan")
    return [(nan, nan, float(means[decile]), nan, nan) for decile in range(DECILES)]


def _finish(decile: int, figures: tuple[float, ...], units: list[UnitRow], used: list[UnitRow]) -> Group:
    here = [unit for unit in units if unit.decile == decile + 1]
    with_value = [unit for unit in used if unit.decile == decile + 1]
    numerator, denominator, value, lower, upper = (None if isnan(figure) else figure for figure in figures)
    status, reason = _standing(here, with_value, value)
    if value is None:
        numerator = denominator = None
    elif lower is None:
        reason = Reason.ALLOCATION_ERROR_UNKNOWN if numerator is not None else Reason.NOT_PUBLISHED
    return Group(
        decile=decile + 1,
        numerator=numerator,
        denominator=denominator,
        value=value,
        lower=lower,
        upper=upper,
        status=word(status),
        reason=word(reason) if reason else None,
        areas=len(here),
        areas_with_value=len(with_value),
    )


def _standing(here: list[UnitRow], with_value: list[UnitRow], value: float | None) -> tuple[Status, Reason]:
    """The status of a group, and the reason where it has no value."""
    if value is not None:
        return (Status.ZERO if value == 0 else Status.VALUE), Reason.NONE
    if not here:
        return Status.NOT_APPLICABLE, Reason.NONE
    statuses = {unit.status for unit in here}
    if Status.SUPPRESSED in statuses:
        return Status.SUPPRESSED, Reason.SUPPRESSED_BY_PUBLISHER
    if statuses == {Status.NOT_COLLECTED}:
        return Status.NOT_COLLECTED, Reason.NOT_REPORTED
    return Status.MISSING, Reason.NO_POPULATION if with_value else Reason.NOT_IN_SOURCE


def _has_counts(unit: UnitRow) -> bool:
    return unit.value is not None and unit.numerator is not None and unit.denominator is not None


def _has_weight(unit: UnitRow) -> bool:
    return unit.value is not None and bool(unit.population)


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
    """The county of these districts: their value and people, in the decile of the area nearest to their mean score."""
    people = sum(unit.population or 0 for unit in districts)
    scored = [unit for unit in districts if unit.score is not None]
    if not scored or not people:
        return replace(districts[0], population=people or None)
    mean = sum((unit.score or 0.0) * (unit.population or 0) for unit in scored) / people
    nearest = min((unit for unit in units if unit.score is not None), key=lambda unit: abs((unit.score or 0.0) - mean))
    return replace(districts[0], decile=nearest.decile, score=mean, population=people)
