"""Whether an indicator has been going up or down of late, by the rule of OHID's trend marker."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers

# The rule looks at the last five points.
POINTS = 5
# The 99.8 % point of chi-squared with one degree of freedom.
CRITICAL = 9.54953570608324
# Limits of 95 % are this many standard errors apart.
_WIDTH = 3.92

INCREASING, DECREASING, NO_CHANGE, NOT_ENOUGH = 1, -1, 0, -9
WORDS = {INCREASING: "increasing", DECREASING: "decreasing", NO_CHANGE: "no_significant_change", NOT_ENOUGH: "cannot_be_calculated"}


@dataclass(frozen=True)
class Trend:
    """Per area, shape (areas,). marker: INCREASING, DECREASING, NO_CHANGE or NOT_ENOUGH.

    slope: per point, in the unit of the values; NaN with NOT_ENOUGH. chi_squared: (slope / its standard error) squared, compared with
    CRITICAL.
    """

    marker: NDArray[np.int8]
    slope: Numbers
    chi_squared: Numbers


def trend_marker(values: ArrayLike, *, lower: ArrayLike, upper: ArrayLike) -> Trend:
    """The trend of each area's last five points that have a value and 95 % limits; fewer: it cannot be calculated.

    values, lower, upper: shape (areas, points) or (points,), the oldest first and evenly spaced; NaN where there is none. A point counts
    where its limits are apart. The slope is weighted by 1 / standard error squared; it is a trend where chi-squared passes the 99.8 %
    point and leaving out any one of the five keeps its sign. Raises StatisticsError for shapes that differ or a lower limit above its
    upper. Source: OHID Fingertips, trend markers. Example: tests/geo/statistics/test_trends.py (tests/oracles/trends.py).
    """
    y, low, high = (np.atleast_2d(np.asarray(column, dtype=np.float64)) for column in (values, lower, upper))
    if not y.shape == low.shape == high.shape:
        raise StatisticsError(f"Values have the shape {y.shape} but limits {low.shape} and {high.shape}.")
    if np.any(low > high):
        raise StatisticsError("A lower limit exceeds its upper limit.")
    is_usable = ~np.isnan(y) & (high - low > 0)
    marker = np.full(len(y), NOT_ENOUGH, dtype=np.int8)
    slope, chi = np.full(len(y), np.nan), np.full(len(y), np.nan)
    at = np.flatnonzero(is_usable.sum(axis=1) >= POINTS)
    if at.size:
        last = np.array([np.flatnonzero(row)[-POINTS:] for row in is_usable[at]])
        rows = at[:, np.newaxis]
        chosen, weight = y[rows, last], (_WIDTH / (high - low)[rows, last]) ** 2
        slope[at], chi[at] = _slopes(chosen, weight)
        without = np.array([_slopes(chosen, np.where(np.arange(POINTS) == out, 0.0, weight))[0] for out in range(POINTS)])
        keeps = np.all(np.sign(without) == np.sign(slope[at]), axis=0)
        marker[at] = np.where(keeps & (chi[at] > CRITICAL), np.sign(slope[at]), NO_CHANGE)
    return Trend(marker, slope, chi)


def _slopes(values: Numbers, weight: Numbers) -> tuple[Numbers, Numbers]:
    """Weighted least squares on 1..5: slope, and (slope / its error) squared with the errors that the weights stand for."""
    time = np.arange(1.0, POINTS + 1)
    total = weight.sum(axis=1, keepdims=True)
    away = time - (weight * time).sum(axis=1, keepdims=True) / total
    spread = (weight * away**2).sum(axis=1)
    slope = (weight * away * values).sum(axis=1) / spread
    return slope, slope**2 * spread
