"""Whether an area differs from the benchmark, by whether limits leave the benchmark (or the area) out.

Source: the comparison methods of OHID Fingertips: one overlapping interval, two levels of confidence, and control limits around the
benchmark. An area without limits is not compared.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Limits, Numbers, wilson_limits
from geo.statuses import Comparison

Which: TypeAlias = NDArray[np.bool_]

# What lies below and above the benchmark is called, by the direction of the indicator.
_BELOW_AND_ABOVE = {
    "high_is_good": (Comparison.WORSE, Comparison.BETTER),
    "low_is_good": (Comparison.BETTER, Comparison.WORSE),
    "none": (Comparison.LOWER, Comparison.HIGHER),
}

# The two levels of confidence at which Fingertips compares; 99.8 % is three standard errors each way.
LEVELS = (0.95, 0.998)

# What a comparison is called by how far it holds: at 95 % alone, and at 99.8 % too.
_WORDS = {
    Comparison.BETTER: ("better", "best"),
    Comparison.WORSE: ("worse", "worst"),
    Comparison.HIGHER: ("higher", "highest"),
    Comparison.LOWER: ("lower", "lowest"),
}


@dataclass(frozen=True)
class TwoLevels:
    """Comparisons of areas, shape (areas,).

    flag: geo.statuses.Comparison by the 95 % limits. level: 2 where it holds at 99.8 % too, 1 at 95 % alone, 0 where there is no
    difference or no comparison.
    """

    flag: NDArray[np.int16]
    level: NDArray[np.int8]

    @property
    def words(self) -> tuple[str, ...]:
        """better, best, worse, worst, higher, highest, lower, lowest, similar or not_compared; best and worst hold at 99.8 %."""
        told = zip(self.flag, self.level, strict=True)
        return tuple(_WORDS[Comparison(flag)][level - 1] if level else Comparison(flag).name.lower() for flag, level in told)


def compare(lower: Numbers, upper: Numbers, *, benchmark: float | Numbers, polarity: str) -> NDArray[np.int16]:
    """The comparison (geo.statuses.Comparison) of each area with the benchmark, one for all or its own; shape of `lower`.

    lower, upper: limits in the unit of the benchmark, NaN where there are none (not compared). A limit that equals the
    benchmark touches it: similar. A benchmark that is NaN compares nothing. polarity: high_is_good, low_is_good or none.
    Raises StatisticsError for another polarity, or where a lower limit exceeds its upper.
    """
    if np.any(lower > upper):
        raise StatisticsError("A lower limit exceeds its upper limit.")
    is_compared = ~(np.isnan(lower) | np.isnan(upper) | np.isnan(benchmark))
    return _flags(upper < benchmark, lower > benchmark, is_compared, polarity)


def compare_two_levels(inner: Limits, outer: Limits, *, benchmark: float, polarity: str) -> TwoLevels:
    """Each area against the benchmark at 95 % (`inner`) and 99.8 % (`outer`) limits, of one shape (areas,).

    NaN limits: not compared; outer limits alone missing: the second level is not reached. Raises StatisticsError as `compare`, for
    shapes that differ, and where the inner limits do not lie within the outer. Source: OHID Fingertips, two levels of confidence.
    Example: tests/geo/statistics/test_comparison.py.
    """
    if not inner.lower.shape == inner.upper.shape == outer.lower.shape == outer.upper.shape:
        raise StatisticsError("Limits at 95 % and at 99.8 % must be given for the same areas.")
    if np.any(inner.lower < outer.lower) or np.any(inner.upper > outer.upper):
        raise StatisticsError("Limits at 95 % must lie within those at 99.8 %.")
    return _two_levels(
        compare(inner.lower, inner.upper, benchmark=benchmark, polarity=polarity),
        compare(outer.lower, outer.upper, benchmark=benchmark, polarity=polarity),
    )


def compare_proportions(numerator: ArrayLike, *, denominator: ArrayLike, benchmark: float, polarity: str) -> TwoLevels:
    """Each area's proportion against control limits around the benchmark: Wilson's at the area's denominator, 95 % and 99.8 %.

    The limits say where an area of this size would lie were it as the benchmark; a proportion on a limit is similar.
    numerator, denominator: shape (areas,), NaN: not compared. benchmark: 0-1. Raises StatisticsError for a benchmark outside 0-1, counts
    that wilson_limits refuses, or another polarity. Source: OHID Fingertips, SPC for proportions.
    Example: tests/geo/statistics/test_comparison.py.
    """
    if not 0 <= benchmark <= 1:
        raise StatisticsError(f"A benchmark of {benchmark} was given; a proportion must lie between 0 and 1.")
    events, people = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    wilson_limits(events, people)
    seen = events / people
    around = [wilson_limits(people * benchmark, people, confidence=level) for level in LEVELS]
    flags = [_flags(seen < limits.lower, seen > limits.upper, ~np.isnan(seen), polarity) for limits in around]
    return _two_levels(flags[0], flags[1])


def _flags(is_below: Which, is_above: Which, is_compared: Which, polarity: str) -> NDArray[np.int16]:
    if polarity not in _BELOW_AND_ABOVE:
        raise StatisticsError(f"A polarity of {polarity!r} was given; it must be one of {', '.join(_BELOW_AND_ABOVE)}.")
    below, above = _BELOW_AND_ABOVE[polarity]
    different = np.where(is_below, below, np.where(is_above, above, Comparison.SIMILAR))
    return np.where(is_compared, different, Comparison.NOT_COMPARED).astype(np.int16)


def _two_levels(flag: NDArray[np.int16], further: NDArray[np.int16]) -> TwoLevels:
    differs = (flag != Comparison.SIMILAR) & (flag != Comparison.NOT_COMPARED)
    return TwoLevels(flag, np.where(differs, 1 + (further == flag), 0).astype(np.int8))
