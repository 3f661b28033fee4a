"""Slope and relative index of inequality: how far, and how many times, the end of most disadvantage lies from the other.

Groups (tenths, fifths) stand in order, the most disadvantaged first. Each takes the share of the people that it holds on a line from 0 to
1, and a weighted straight line through the middles of the shares gives the two ends.
Source: OHID, Public Health Outcomes Framework, slope index of inequality; formulas in the docstrings.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers, normal_quantile

# The published method takes from 5 to 100 groups.
FEWEST_GROUPS, MOST_GROUPS = 5, 100
# Standard errors are taken from 95 % limits, whatever confidence is asked for.
_WIDTH_OF_LIMITS = 2 * 1.959964
# Below this many standard errors from 0 an intercept could change its sign, and a ratio over it would have no closed form.
_FIRM_INTERCEPT = 5.0

KINDS = ("mean", "rate", "proportion")


@dataclass(frozen=True)
class SlopeMethod:
    """How a slope is fitted. kind: mean (any number), rate (0 or more) or proportion (0-1).

    is_transformed: the line is fitted on the logarithm of rates, the logit of proportions. multiplier: turns the unit, and below 0 the
    direction: the relative index is then its inverse. draws: simulated sets of values where limits have no closed form; `seed` fixes them.
    """

    kind: str = "mean"
    is_transformed: bool = False
    multiplier: float = 1.0
    confidence: float = 0.95
    draws: int = 0
    seed: int = 0


@dataclass(frozen=True)
class SlopeIndex:
    """Per area, shape (areas,): slope and relative index with limits, in the unit of the values times the multiplier (rii has none).

    start, end: the fitted line at the ends of most and least disadvantage, in the unit of the values, multiplier not applied. NaN where
    a group lacks value, error or people. method: how the limits were made.
    """

    sii: Numbers
    sii_lower: Numbers
    sii_upper: Numbers
    rii: Numbers
    rii_lower: Numbers
    rii_upper: Numbers
    start: Numbers
    end: Numbers
    method: str


@dataclass(frozen=True)
class _Line:
    """Weights with which the values of groups make the slope and the intercept of each area, (areas, groups) each."""

    slope: Numbers
    intercept: Numbers


def slope_index(
    values: ArrayLike,
    *,
    populations: ArrayLike,
    standard_errors: ArrayLike | None = None,
    limits: tuple[ArrayLike, ArrayLike] | None = None,
    method: SlopeMethod | None = None,
) -> SlopeIndex:
    """SII and RII of each area, with limits.

    values, populations: shape (areas, groups) or (groups,), the most disadvantaged group first. Proportions are 0-1, rates 0 or more.
    Errors: standard_errors on the scale of the values (kind mean alone), or the 95 % limits of the values; without either no limits.
    Limits are exact in closed form for means (of the RII after Fieller) and for transformed rates and proportions; otherwise they come from
    normal draws on the transformed scale. A value or limit at the edge of its scale (rate 0, proportion 0 or 1) has no logarithm: its area
    has no limits, and where transformed no index. Raises StatisticsError for an unknown kind, fewer than 5 groups or more than 100, values
    outside their scale, a population or error below 0, and where draws are needed and none are asked for.
    Source: OHID; Low and Low (2004) for the RII. Example: fixtures/worked_examples/sii_expected.csv.
    """
    method = method or SlopeMethod()
    y, people = _grid(values, populations)
    scale = _Scale(method.kind, is_transformed=method.is_transformed)
    errors = scale.errors(y, standard_errors, limits)
    fitted = scale.onto(y) if method.is_transformed else y
    line = _line(people)
    alpha, beta = _apply(line.intercept, fitted), _apply(line.slope, fitted)
    start, end = scale.back(alpha), scale.back(alpha + beta)
    low = high = ratio_low = ratio_high = np.full(alpha.shape, np.nan)
    if errors is None:
        said = "without limits, for the values have none"
    elif method.is_transformed:
        (low, high), (ratio_low, ratio_high) = _limits_about_the_middle(line, (alpha, beta), errors, scale, method.confidence)
        said = "exact limits on the transformed scale, turned about the middle of the line"
    elif method.kind == "mean" and method.draws == 0:
        low, high = _limits_of_sum(line.slope, beta, errors, method.confidence)
        ratio_low, ratio_high = _fieller(line, (alpha, beta), errors, method.confidence)
        said = "exact limits of a weighted sum; of the ratio after Fieller"
    elif method.draws > 0:
        (low, high), (ratio_low, ratio_high) = _simulated(line, scale.onto(y), errors, scale, method)
        said = f"limits from {method.draws:,} simulated sets of values"
    else:
        raise StatisticsError(f"Limits of an untransformed {method.kind} have no closed form: ask for draws, or transform.")
    return _in_unit((end - start, low, high), (_over(end, start), ratio_low, ratio_high), (start, end), method.multiplier, said)


class _Scale:
    """The scale of one kind of values: onto it, back from it, and standard errors on it."""

    def __init__(self, kind: str, *, is_transformed: bool) -> None:
        if kind not in KINDS:
            raise StatisticsError(f"A kind of {kind!r} was given; it must be one of {', '.join(KINDS)}.")
        if kind == "mean" and is_transformed:
            raise StatisticsError("Means are not transformed: only rates (logarithm) and proportions (logit) are.")
        self._kind = kind
        self._is_transformed = is_transformed

    def onto(self, y: Numbers) -> Numbers:
        """The values on the scale of their errors."""
        if self._kind == "mean":
            return y
        most = 1.0 if self._kind == "proportion" else np.inf
        outside = (y < 0) | (y > most)
        if np.any(outside):
            raise StatisticsError(f"A {self._kind} of {float(y[outside][0])} was given; it must lie between 0 and {most:g}.")
        # The edge of a scale lies infinitely far: no error can be told there.
        inside = np.where((y > 0) & (y < most), y, np.nan)
        return np.asarray(logit(inside) if self._kind == "proportion" else np.log(inside), dtype=np.float64)

    def from_scale(self, z: Numbers) -> Numbers:
        """Back from the scale of the errors."""
        if self._kind == "mean":
            return z
        return np.asarray(expit(z) if self._kind == "proportion" else np.exp(z), dtype=np.float64)

    def back(self, z: Numbers) -> Numbers:
        """Back from the scale of the line, which is that of the values unless it was transformed."""
        return self.from_scale(z) if self._is_transformed else z

    def errors(self, y: Numbers, standard_errors: ArrayLike | None, limits: tuple[ArrayLike, ArrayLike] | None) -> Numbers | None:
        """Standard errors on the scale of the errors, or None where neither they nor limits are given."""
        if standard_errors is None and limits is None:
            return None
        if standard_errors is not None and self._kind != "mean":
            raise StatisticsError("Standard errors are taken for means alone; give the limits of rates and proportions.")
        given = (standard_errors,) if standard_errors is not None else limits
        parts = [np.atleast_2d(np.asarray(part, dtype=np.float64)) for part in given or ()]
        if any(part.shape != y.shape for part in parts):
            raise StatisticsError(f"Values have the shape {y.shape} but their errors or limits {parts[0].shape}.")
        errors = parts[0] if len(parts) == 1 else (self.onto(parts[1]) - self.onto(parts[0])) / _WIDTH_OF_LIMITS
        if np.any(errors < 0):
            raise StatisticsError("A standard error is below 0, or a lower limit above its upper.")
        return np.asarray(errors, dtype=np.float64)


def _grid(values: ArrayLike, populations: ArrayLike) -> tuple[Numbers, Numbers]:
    y = np.atleast_2d(np.asarray(values, dtype=np.float64))
    people = np.atleast_2d(np.asarray(populations, dtype=np.float64))
    if y.shape != people.shape:
        raise StatisticsError(f"Values have the shape {y.shape} but populations {people.shape}.")
    if not FEWEST_GROUPS <= y.shape[1] <= MOST_GROUPS:
        raise StatisticsError(f"There are {y.shape[1]} groups; a slope needs {FEWEST_GROUPS} to {MOST_GROUPS}.")
    if np.any(people < 0):
        raise StatisticsError("A population is below 0.")
    return y, np.where(people > 0, people, np.nan)


def _line(people: Numbers) -> _Line:
    """Least squares of values on the middles of the shares, weighted by the shares, as weights of the values."""
    share = people / people.sum(axis=1, keepdims=True)
    middle = np.cumsum(share, axis=1) - share / 2
    mean = (share * middle).sum(axis=1, keepdims=True)
    spread = (share * (middle - mean) ** 2).sum(axis=1, keepdims=True)
    slope = share * (middle - mean) / spread
    return _Line(slope=slope, intercept=share - slope * mean)


def _over(end: Numbers, start: Numbers) -> Numbers:
    return end / np.where(start == 0, np.nan, start)


def _apply(weights: Numbers, values: Numbers) -> Numbers:
    return np.asarray((weights * values).sum(axis=1), dtype=np.float64)


def _limits_of_sum(weights: Numbers, estimate: Numbers, errors: Numbers, confidence: float) -> tuple[Numbers, Numbers]:
    half = normal_quantile(confidence) * np.sqrt(_apply(weights**2, errors**2))
    return estimate - half, estimate + half


def _limits_about_the_middle(
    line: _Line, fitted: tuple[Numbers, Numbers], errors: Numbers, scale: _Scale, confidence: float
) -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]]:
    """The line turned about its middle until its slope is at either limit; its ends brought back to the scale of the values."""
    alpha, beta = fitted
    middle = alpha + beta / 2
    ends = [
        (scale.back(middle - slope / 2), scale.back(middle + slope / 2)) for slope in _limits_of_sum(line.slope, beta, errors, confidence)
    ]
    low, high = ((end - start, _over(end, start)) for start, end in ends)
    return (low[0], high[0]), (low[1], high[1])


def _fieller(line: _Line, fitted: tuple[Numbers, Numbers], errors: Numbers, confidence: float) -> tuple[Numbers, Numbers]:
    """Limits of (alpha + beta) / alpha; NaN where the intercept is too near to 0 for a ratio over it."""
    alpha, beta = fitted
    z2 = normal_quantile(confidence) ** 2
    below, above = _apply(line.intercept**2, errors**2), _apply((line.intercept + line.slope) ** 2, errors**2)
    together = _apply(line.intercept * (line.intercept + line.slope), errors**2)
    end = alpha + beta
    a, b, c = alpha**2 - z2 * below, alpha * end - z2 * together, end**2 - z2 * above
    is_firm = alpha**2 > _FIRM_INTERCEPT**2 * below
    root = np.sqrt(np.where(is_firm, np.maximum(b**2 - a * c, 0.0), np.nan))
    safe = np.where(is_firm, a, np.nan)
    return (b - root) / safe, (b + root) / safe


def _simulated(
    line: _Line, middle: Numbers, errors: Numbers, scale: _Scale, method: SlopeMethod
) -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]]:
    """Limits at the published places among sorted draws: round(draws x tail) and round(draws x (1 - tail)), counted from 1."""
    normal_quantile(method.confidence)
    tail = (1 - method.confidence) / 2
    places = [max(1, round(method.draws * share)) - 1 for share in (tail, 1 - tail)]
    groups = middle.shape[1]
    random = np.random.default_rng(method.seed).standard_normal((method.draws, groups))
    found = np.empty((4, middle.shape[0]))
    for area in range(middle.shape[0]):
        drawn = scale.from_scale(middle[area] + errors[area] * random)
        alpha, beta = drawn @ line.intercept[area], drawn @ line.slope[area]
        slopes, ratios = np.partition(beta, places), np.partition((alpha + beta) / alpha, places)
        found[:, area] = slopes[places[0]], slopes[places[1]], ratios[places[0]], ratios[places[1]]
    return (found[0], found[1]), (found[2], found[3])


def _in_unit(
    slope: tuple[Numbers, Numbers, Numbers],
    ratio: tuple[Numbers, Numbers, Numbers],
    ends: tuple[Numbers, Numbers],
    multiplier: float,
    method: str,
) -> SlopeIndex:
    """Everything times the multiplier; one below 0 turns the direction round: limits change places and the ratio is its inverse."""
    if multiplier == 0:
        raise StatisticsError("A multiplier of 0 would leave nothing.")
    sii, low, high = (part * multiplier for part in slope)
    rii, ratio_low, ratio_high = ratio
    if multiplier < 0:
        low, high = high, low
        rii, ratio_low, ratio_high = 1 / rii, 1 / ratio_high, 1 / ratio_low
    return SlopeIndex(sii, low, high, rii, ratio_low, ratio_high, ends[0], ends[1], method)
