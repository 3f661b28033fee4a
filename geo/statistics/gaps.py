"""Gaps between groups: how far, how many times, what share of events, and how many people would have to be reached to close them.

Limits of what is made of several independent estimates come from their own limits (method of variance estimates recovery), so that they
stay as lopsided as those are. The confidence is that of the limits given.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers, wilson_limits
from geo.statistics.rates import Estimate


@dataclass(frozen=True)
class PeopleToReach:
    """People (or events) by which groups miss a target, with limits. groups: shape (areas, groups); total: shape (areas,).

    A group at the target or beyond needs 0. NaN where a value is unknown; a total of which a part is unknown is NaN.
    """

    groups: Estimate
    total: Estimate


def absolute_gap(first: Estimate, *, second: Estimate) -> Estimate:
    """How far the first lies above the second, in their unit; below 0 where it lies below. Shapes are those of the estimates.

    NaN where a value is; limits NaN where a limit is. Raises StatisticsError where a limit is on the wrong side of its value.
    Source: Newcombe (1998), method 10; Zou and Donner (2008). Example: 56 of 70 against 48 of 80 is 0.2 (0.0524 to 0.3339).
    """
    _check(first, second)
    below = np.hypot(first.value - first.lower, second.upper - second.value)
    above = np.hypot(first.upper - first.value, second.value - second.lower)
    gap = first.value - second.value
    return Estimate(gap, gap - below, gap + above)


def relative_gap(first: Estimate, *, second: Estimate) -> Estimate:
    """How many times the second the first is, with limits made as those of the absolute gap, of logarithms.

    NaN where a value is missing or the second is 0. A lower limit of 0 gives one of 0 in the first, an infinite upper in the second.
    Raises StatisticsError for values or limits below 0, or a limit on the wrong side of its value.
    Source: Zou and Donner (2008). Example: Altman and Bland (2003), 0.67 (0.46 to 0.98) against 0.88 (0.71 to 1.08) is 0.76 (0.49 to 1.17).
    """
    _check(first, second)
    for estimate in (first, second):
        if np.any(estimate.value < 0) or np.any(estimate.lower < 0):
            raise StatisticsError("A ratio has no meaning for values or limits below 0.")
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (Estimate(np.log(e.value), np.log(e.lower), np.log(e.upper)) for e in (first, second))
        below = np.hypot(one.value - one.lower, other.upper - other.value)
        above = np.hypot(one.upper - one.value, other.value - other.lower)
        ratio = np.where(second.value > 0, first.value / second.value, np.nan)
        lower = np.where(first.lower == 0, 0.0 * ratio, ratio * np.exp(-below))
        # From a value of 0 no logarithm leads upwards: the upper limit is that of the first over the lower of the second, on the safe side.
        upper = np.where(first.value > 0, ratio * np.exp(above), np.where(second.value > 0, first.upper / second.lower, np.nan))
    return Estimate(ratio, lower, upper)


def population_attributable_fraction(
    events: ArrayLike, *, populations: ArrayLike, reference: int = -1, confidence: float = 0.95
) -> Estimate:
    """The share of events that would not be if every group had the rate of the reference group; below 0 where that is not the best.

    events, populations: shape (areas, groups); reference: the place of the group, by custom the least disadvantaged. Shape (areas,).
    The fraction depends on the reference group's share of all events alone: its limits are Wilson's for that share, which are on the wide
    side for proportions. Where the event is good (a vaccination), count those without it.
    NaN where nothing happened or a group has nobody. Raises StatisticsError for a missing or negative count, or another shape.
    Source: Levin (1953), in the form of Mackenbach and Kunst (1997); oracle in tests/oracles/inequality.py.
    """
    counts, people = np.asarray(events, dtype=np.float64), np.asarray(populations, dtype=np.float64)
    if counts.shape != people.shape or counts.ndim != 2:
        raise StatisticsError(f"Events have the shape {counts.shape} but people {people.shape}; both must be (areas, groups).")
    if np.any(np.isnan(counts)) or np.any(counts < 0):
        raise StatisticsError("A count of events is missing or below 0.")
    people = np.where(people > 0, people, np.nan)
    total = counts.sum(axis=1)
    total = np.where(total > 0, total, np.nan)
    times = people.sum(axis=1) / people[:, reference]
    share = wilson_limits(counts[:, reference], total, confidence=confidence)
    return Estimate(1 - times * counts[:, reference] / total, 1 - times * share.upper, 1 - times * share.lower)


def people_to_reach(groups: Estimate, *, populations: ArrayLike, target: Estimate | float, high_is_good: bool = True) -> PeopleToReach:
    """How many more people (or fewer events) each group needs to be at the target: people times what is missing, never below 0.

    groups: values per person (proportions 0-1), shape (areas, groups); populations the same shape. target: one number, or an estimate of
    shape (areas,), such as the best group of each area or England, whose own limits then count.
    Limits of a total are those of the weighted sum over the groups that miss the target, in which the target's error is one and the same.
    Raises StatisticsError for other shapes, a population below 0, or a limit on the wrong side of its value.
    Source: Zou and Donner (2008) for the limits; oracle in tests/oracles/inequality.py.
    """
    people = np.asarray(populations, dtype=np.float64)
    if groups.value.ndim != 2 or people.shape != groups.value.shape:
        raise StatisticsError(f"Groups have the shape {groups.value.shape} but people {people.shape}; both must be (areas, groups).")
    if np.any(people < 0):
        raise StatisticsError("A population is below 0.")
    aim = _as_column(target, len(people))
    gap = absolute_gap(aim, second=groups) if high_is_good else absolute_gap(groups, second=aim)
    each = Estimate(*(np.maximum(people * part, 0.0) for part in (gap.value, gap.lower, gap.upper)))
    return PeopleToReach(each, _total(groups, aim, np.where(gap.value > 0, people, 0.0 * people * gap.value), high_is_good))


def _total(groups: Estimate, aim: Estimate, people: Numbers, high_is_good: bool) -> Estimate:
    sign = 1.0 if high_is_good else -1.0
    everyone = people.sum(axis=1)
    total = (sign * people * (aim.value - groups.value)).sum(axis=1)
    down, up = aim.value - aim.lower, aim.upper - aim.value
    group_down, group_up = groups.value - groups.lower, groups.upper - groups.value
    if not high_is_good:
        down, up, group_down, group_up = up, down, group_up, group_down
    below = np.hypot(everyone * down[:, 0], np.sqrt(((people * group_up) ** 2).sum(axis=1)))
    above = np.hypot(everyone * up[:, 0], np.sqrt(((people * group_down) ** 2).sum(axis=1)))
    return Estimate(total, np.maximum(total - below, 0.0), total + above)


def _as_column(target: Estimate | float, areas: int) -> Estimate:
    if isinstance(target, Estimate):
        if target.value.shape != (areas,):
            raise StatisticsError(f"There are {areas} areas but targets of the shape {target.value.shape}.")
        return Estimate(*(np.asarray(part, dtype=np.float64)[:, None] for part in (target.value, target.lower, target.upper)))
    column = np.full((areas, 1), float(target))
    return Estimate(column, column, column)


def _check(*estimates: Estimate) -> None:
    for estimate in estimates:
        if np.any(estimate.lower > estimate.value) or np.any(estimate.upper < estimate.value):
            raise StatisticsError("A limit is on the wrong side of its value.")
