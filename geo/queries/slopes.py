"""How steep a gradient by deprivation is: slope and relative index, the gap between its ends, and the people behind it. No database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, isnan, log
from typing import Any

import numpy as np

from geo.disclosure.claims import Claim, SliceFacts, refuse_dishonest
from geo.disclosure.published_counts import REACH, Protection
from geo.errors import RefusedClaim, StatisticsError
from geo.queries.groups import PER, Group
from geo.statistics.gaps import absolute_gap, people_to_reach, population_attributable_fraction, relative_gap
from geo.statistics.inequality import SlopeMethod, slope_index
from geo.statistics.rates import Estimate, proportion, rate

CONFIDENCE = 0.95
# Standard errors from the end to the end of 95 % limits.
_WIDTH_OF_LIMITS = 2 * 1.959963984540054
_NO_LIMITS = "without limits, for the publisher gives none"
# Tenths with fewer people or events than this are taken together to fifths.
FEWEST_PEOPLE, FEWEST_EVENTS = 1_000, 10
# The figures of steepness that have limits.
_RANGES = ("sii", "rii", "gap", "ratio", "attributable", "to_reach", "to_reach_whole")

# Onto the scale on which a line is straight, and back.
_SCALES: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "linear": (float, float),
    "log": (log, exp),
    "logit": (lambda share: log(share / (1 - share)), lambda number: 1 / (1 + exp(-number))),
}


@dataclass(frozen=True)
class Ranged:
    """A number with its 95 % limits, None where there are none."""

    value: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Steepness:
    """How steep the gradient is. All None but reason and explanation where the figures cannot bear it.

    sii: least minus most deprived end of the fitted line, in the indicator's unit; rii: least over most deprived end. start, end: the
    line itself at the most and the least deprived end. groups: 10 or 5. gap, ratio: most against least deprived group. attributable:
    share of the bad events that would not be at the least deprived group's level. to_reach: people (or events) by which groups miss that
    level; to_reach_whole: likewise the level of all groups together; all three None where neither more nor less is better. off_line: how
    many of the ten groups have limits that do not hold the line, None without limits: those of sii and rii tell of chance alone, not of a
    gradient that is not straight. scale: on which the line is straight (linear, log, logit).
    method: in words. adjustment: none. multiplier: of the unit.
    """

    sii: Ranged | None = None
    rii: Ranged | None = None
    start: float | None = None
    end: float | None = None
    groups: int = 10
    gap: Ranged | None = None
    ratio: Ranged | None = None
    attributable: Ranged | None = None
    to_reach: Ranged | None = None
    to_reach_whole: Ranged | None = None
    off_line: int | None = None
    scale: str = "linear"
    method: str = ""
    adjustment: str = "none"
    confidence: float = CONFIDENCE
    multiplier: float = 1.0
    reason: str | None = None
    explanation: str = ""


def measure_steepness(groups: Sequence[Group], definition: Mapping[str, Any], facts: SliceFacts) -> Steepness:
    """The steepness of ten groups in order, the most deprived first."""
    unit = str(definition.get("unit"))
    multiplier = PER.get(unit, 1.0)
    try:
        refuse_dishonest(Claim.SLOPE, facts)
        found = _of_means(groups, multiplier) if facts.is_ratio_only or unit not in PER else _of_counts(groups, definition)
        return replace(found, off_line=_count_off_line(groups, found))
    except RefusedClaim as refusal:
        return Steepness(reason=refusal.reason, explanation=str(refusal), multiplier=multiplier)
    except StatisticsError as error:
        return Steepness(reason="not_computable", explanation=str(error), multiplier=multiplier)


def fitted_line(groups: Sequence[Group], steep: Steepness) -> list[float] | None:
    """The line's figure at the middle of each group, in the unit of the values; None without a line.

    It is straight on the scale of the slope (logit of proportions, logarithm of rates), and is brought back.
    """
    people = [group.denominator if group.denominator is not None else group.people for group in groups]
    if steep.start is None or steep.end is None or any(part is None for part in people):
        return None
    sizes = [float(part or 0.0) for part in people]
    middles = [(sum(sizes[:at]) + size / 2) / sum(sizes) for at, size in enumerate(sizes)]
    onto, back = _SCALES[steep.scale]
    start, end = onto(steep.start), onto(steep.end)
    return [back(start + (end - start) * middle) for middle in middles]


def _count_off_line(groups: Sequence[Group], steep: Steepness) -> int | None:
    """Groups that chance alone does not bring onto the line; None where there is none, or a group has no limits."""
    line = fitted_line(groups, steep)
    if line is None or any(group.lower is None or group.upper is None for group in groups):
        return None
    return sum(not (group.lower or 0.0) <= value <= (group.upper or 0.0) for group, value in zip(groups, line, strict=True))


def _of_means(groups: Sequence[Group], multiplier: float) -> Steepness:
    values, people, lower, upper = (_numbers(groups, name) for name in ("value", "people", "lower", "upper"))
    if np.any(np.isnan(values)) or not np.all(people > 0):
        raise RefusedClaim("incomplete", "A group has no figure, so no line can be fitted.")
    has_limits = not np.isnan(lower + upper).any()
    errors = (upper - lower) / _WIDTH_OF_LIMITS if has_limits else None
    found = slope_index(values, populations=people, standard_errors=errors, method=SlopeMethod(confidence=CONFIDENCE))
    most, least = (Estimate(values[[at]], lower[[at]], upper[[at]]) for at in (0, -1))
    return Steepness(
        sii=_ranged(found.sii, found.sii_lower, found.sii_upper),
        rii=_ranged(found.rii, found.rii_lower, found.rii_upper),
        start=float(found.start[0]),
        end=float(found.end[0]),
        gap=_of(absolute_gap(least, second=most)),
        ratio=_of(relative_gap(least, second=most)) if values.min() > 0 else None,
        method=f"Weighted least squares of the groups' means; {found.method if has_limits else _NO_LIMITS}.",
        multiplier=multiplier,
    )


def _of_counts(groups: Sequence[Group], definition: Mapping[str, Any]) -> Steepness:
    """Of counts as they are; of protected ones with limits that hold whatever rounding hides."""
    counted, people = (_numbers(groups, name) for name in ("numerator", "denominator"))
    if np.any(np.isnan(counted)) or not np.all(people > 0):
        raise RefusedClaim("incomplete", "A group has no figure, so no line can be fitted.")
    policy = Protection.of(definition)
    # A count of 0 is exact under every rule.
    reach = [np.where(counted > 0, REACH[policy.numerator], 0.0), np.full(len(people), REACH[policy.denominator])]
    if people.min() < FEWEST_PEOPLE or counted.min() < FEWEST_EVENTS:
        counted, people, *reach = (part.reshape(5, 2).sum(axis=1) for part in (counted, people, *reach))
    found = _steepness(counted, people, definition)
    if not policy.is_protected:
        return found
    moved = []
    for steps in step_patterns(len(counted)):
        events, base = np.maximum(counted + reach[0] * steps, np.minimum(counted, 1.0)), people - reach[1] * steps
        moved.append(_steepness(np.minimum(events, base) if definition["unit"] == "proportion" else events, base, definition))
    return widened(found, moved)


def step_patterns(groups: int) -> list[np.ndarray]:
    """All ways to raise the first groups and lower the others (1, -1), and the other way round, shape (groups,) each.

    A slope moves with each group's figure by its rank from the middle, so its ends under rounding are among these; so are those of what
    sets the first or the last group against others.
    """
    raised = [np.where(np.arange(groups) < first, 1.0, -1.0) for first in range(groups + 1)]
    return [sign * pattern for pattern in raised for sign in (1.0, -1.0)]


def widened(found: Steepness, others: Sequence[Steepness]) -> Steepness:
    """The steepness with limits that hold those of the others as well."""
    ranges: dict[str, Any] = {name: _around([getattr(one, name) for one in (found, *others)]) for name in _RANGES}
    return replace(found, **ranges, method=f"{found.method[:-1]}; limits hold for every count that a rounded one may stand for.")


def _around(told: Sequence[Ranged | None]) -> Ranged | None:
    """The first, with the least of the lower and the greatest of the upper limits; None where there is no first."""
    first = told[0]
    if first is None or first.lower is None or first.upper is None:
        return first
    lower = [one.lower for one in told if one is not None and one.lower is not None]
    upper = [one.upper for one in told if one is not None and one.upper is not None]
    return Ranged(first.value, min(lower), max(upper))


def _steepness(counted: np.ndarray, people: np.ndarray, definition: Mapping[str, Any]) -> Steepness:
    per, is_share = PER[str(definition["unit"])], definition["unit"] == "proportion"
    estimate = proportion(counted, denominator=people) if is_share else rate(counted, population=people, per=per)
    method = SlopeMethod(kind="proportion" if is_share else "rate", is_transformed=True, confidence=CONFIDENCE)
    found = slope_index(estimate.value, populations=people, limits=(estimate.lower, estimate.upper), method=method)
    most, least = (Estimate(*(part[[at]] for part in (estimate.value, estimate.lower, estimate.upper))) for at in (0, -1))
    return Steepness(
        sii=_ranged(found.sii, found.sii_lower, found.sii_upper),
        rii=_ranged(found.rii, found.rii_lower, found.rii_upper),
        start=float(found.start[0]),
        end=float(found.end[0]),
        groups=len(counted),
        gap=_of(absolute_gap(least, second=most)),
        ratio=_of(relative_gap(least, second=most)),
        scale="logit" if is_share else "log",
        method=(
            f"Weighted least squares on the {'logit' if is_share else 'logarithm'} of {len(counted)} groups, ends brought back;"
            f" {found.method}; not adjusted."
        ),
        multiplier=per,
        **_missed(estimate, counted, people, definition),
    )


def _missed(estimate: Estimate, counted: np.ndarray, people: np.ndarray, definition: Mapping[str, Any]) -> dict[str, Any]:
    """The people behind the gap; none where no direction is good: nobody misses a level that is no better."""
    if definition.get("polarity") == "none":
        return {}
    per, high_is_good = PER[str(definition["unit"])], definition.get("polarity") == "high_is_good"
    parts = (estimate.value, estimate.lower, estimate.upper)
    each, target = Estimate(*((part / per)[np.newaxis, :] for part in parts)), Estimate(*(part[[-1]] / per for part in parts))
    bad = people - counted if definition["unit"] == "proportion" and high_is_good else counted
    populations, whole = people[np.newaxis, :], float(counted.sum() / people.sum())
    return {
        "attributable": _of(population_attributable_fraction(bad[np.newaxis, :], populations=populations)),
        "to_reach": _of(people_to_reach(each, populations=populations, target=target, high_is_good=high_is_good).total),
        "to_reach_whole": _of(people_to_reach(each, populations=populations, target=whole, high_is_good=high_is_good).total),
    }


def _numbers(groups: Sequence[Group], name: str) -> np.ndarray:
    """One field of every group, NaN where it has none."""
    return np.array([np.nan if getattr(group, name) is None else getattr(group, name) for group in groups], dtype=np.float64)


def _ranged(value: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> Ranged | None:
    numbers = [float(part[0]) for part in (value, lower, upper)]
    if isnan(numbers[0]):
        return None
    ends = [None if isnan(number) else number for number in numbers[1:]]
    return Ranged(numbers[0], ends[0], ends[1])


def _of(estimate: Estimate) -> Ranged | None:
    return _ranged(estimate.value, estimate.lower, estimate.upper)
