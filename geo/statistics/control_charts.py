"""Statistical process control by the rules of NHS England's Making Data Count: is a change more than the usual up and down?

The rules are read as the programme's tools apply them (NHSRplotthedots, MIT, vignette "Deviations from Excel defaults"): every moving
range counts, none is screened out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers

# Limits of an XmR chart lie this many mean moving ranges from the mean: 3 / d2, with d2 = 1.128 for ranges of two points.
XMR = 2.66
# Limits of a p chart lie this many standard errors from the mean.
SIGMAS = 3.0
# So many points in a row on one side of the mean, or each above (below) the one before, are no chance.
RUN = 7
# Two of three points in a row beyond this share of the way to the same limit are no chance.
NEAR = 2 / 3
# A signal below and above the mean is called, by the direction of the indicator.
_SIDES = {
    "high_is_good": ("concern_low", "improvement_high"),
    "low_is_good": ("improvement_low", "concern_high"),
    "none": ("neutral_low", "neutral_high"),
}
# A p chart rests on the normal approximation: so many expected events, and as many without, at each point.
FEWEST_EVENTS = 5
# One-sided 95 %: beyond it the spread from point to point is more than chance alone gives.
_BEYOND_CHANCE = 1.645
# A mean moving range is this many standard deviations (ranges of two points).
_D2 = 1.128
# With fewer points limits say little; Making Data Count asks for more before they are used.
FEWEST = 5


@dataclass(frozen=True)
class ControlChart:
    """Points in time order, shape (points,). centre: mean; lower, upper: natural process limits; all in the unit of the values.

    Signals, whether a point is part of one: outside (a limit), shift (a run on one side of the mean), trend (a run up or down),
    near (two of three in a row close to a limit but within it, all three on its side of the mean).
    """

    values: Numbers
    centre: Numbers
    lower: Numbers
    upper: Numbers
    outside: NDArray[np.bool_]
    shift: NDArray[np.bool_]
    trend: NDArray[np.bool_]
    near: NDArray[np.bool_]

    @property
    def is_signal(self) -> NDArray[np.bool_]:
        """Whether a point is part of any signal."""
        return self.outside | self.shift | self.trend | self.near

    @property
    def is_high(self) -> NDArray[np.bool_]:
        """Whether a point lies above the centre."""
        return self.values > self.centre


def xmr_chart(values: ArrayLike) -> ControlChart:
    """Individual values with limits from their moving ranges: mean -+ 2.66 x mean of the absolute steps from point to point.

    values: shape (points,), the oldest first, like periods only, none missing. Raises StatisticsError for fewer than 5 points or missing
    ones. Source: NHS England, Making Data Count; Wheeler (1993). Example: tests/geo/statistics/test_control_charts.py.
    """
    y = _checked(values)
    centre = np.full(len(y), y.mean())
    half = XMR * np.abs(np.diff(y)).mean()
    return _judged(y, centre, centre - half, centre + half)


def p_chart(numerator: ArrayLike, *, denominator: ArrayLike) -> ControlChart:
    """Proportions with limits that follow the number of people: mean -+ 3 sqrt(mean (1 - mean) / n), kept within 0-1.

    numerator, denominator: shape (points,), the oldest first, none missing, 0 <= numerator <= denominator, denominator > 0. With
    thousands of people a point these limits are too narrow for real processes: xmr_chart is then the honest one.
    Raises StatisticsError as `xmr_chart`, and for counts that cannot be. Source: NHS England, Making Data Count.
    """
    events, people = _checked(numerator), _checked(denominator)
    if events.shape != people.shape or np.any(people <= 0) or np.any((events < 0) | (events > people)):
        raise StatisticsError("Numerators must lie between 0 and their denominators, which must be above 0.")
    mean = events.sum() / people.sum()
    half = SIGMAS * np.sqrt(mean * (1 - mean) / people)
    return _judged(events / people, np.full(len(people), mean), np.maximum(mean - half, 0.0), np.minimum(mean + half, 1.0))


@dataclass(frozen=True)
class ChosenChart:
    """The chart that figures bear, and why. kind: p or xmr.

    why: chance (p: no more spread than chance gives), spread (more), few_events, no_counts. spread: from point to point, in multiples
    of what chance gives for so many people (Laney's sigma z), most: what it may be; both None without counts.
    """

    kind: str
    why: str
    chart: ControlChart
    spread: float | None
    most: float | None


def choose_chart(values: ArrayLike, *, numerator: ArrayLike | None, denominator: ArrayLike | None) -> ChosenChart:
    """A p chart for shares with known counts that vary as chance alone lets them, else the XmR chart of Making Data Count.

    Shares of many people usually vary more than chance gives, and limits from chance alone would then call every point a signal. So the
    p chart is taken only where the spread from point to point, in standard errors, is below what chance gives in 19 of 20 series.
    values: as for `xmr_chart`; numerator, denominator: as for `p_chart`, None where not every point has both.
    Raises StatisticsError as these do. Source: Laney (2002) for the spread; Cryer and Ryan (1990) for its variance.
    """
    if numerator is None or denominator is None:
        return ChosenChart("xmr", "no_counts", xmr_chart(values), None, None)
    chart, people = p_chart(numerator, denominator=denominator), np.asarray(denominator, dtype=np.float64)
    mean = float(chart.centre[0])
    if np.any(people * min(mean, 1 - mean) < FEWEST_EVENTS):
        return ChosenChart("xmr", "few_events", xmr_chart(values), None, None)
    z = (chart.values - mean) / np.sqrt(mean * (1 - mean) / people)
    spread = float(np.abs(np.diff(z)).mean() / _D2)
    points = len(z)
    most = 1 + _BEYOND_CHANCE * float(np.sqrt(0.8264 * points - 1.082)) / (points - 1)
    if spread > most:
        return ChosenChart("xmr", "spread", xmr_chart(values), spread, most)
    return ChosenChart("p", "chance", chart, spread, most)


def variation(chart: ControlChart, *, polarity: str) -> tuple[str, ...]:
    """What each point is called, and by the newest the whole series: the words behind the icons of Making Data Count.

    common_cause; improvement_high, improvement_low, concern_high, concern_low by which side of the mean is the good one; neutral_high,
    neutral_low where the indicator has no direction. A signal that lies on the mean itself counts as low.
    polarity: high_is_good, low_is_good or none; raises StatisticsError for another.
    """
    if polarity not in _SIDES:
        raise StatisticsError(f"A polarity of {polarity!r} was given; it must be one of {', '.join(_SIDES)}.")
    low, high = _SIDES[polarity]
    told = zip(chart.is_signal, chart.is_high, strict=True)
    return tuple("common_cause" if not signal else high if is_high else low for signal, is_high in told)


def _judged(y: Numbers, centre: Numbers, lower: Numbers, upper: Numbers) -> ControlChart:
    side = np.sign(y - centre)
    step = np.sign(np.diff(y))
    towards = np.where(y > centre, _share(y - centre, upper - centre), -_share(centre - y, centre - lower))
    return ControlChart(
        values=y,
        centre=centre,
        lower=lower,
        upper=upper,
        outside=(y < lower) | (y > upper),
        shift=_in_run(side, RUN),
        trend=_in_climb(step, len(y)),
        near=_two_of_three(towards),
    )


def _share(distance: Numbers, whole: Numbers) -> Numbers:
    """How far towards the limit, 1 = on it; 0 where limit and centre are one."""
    return np.where(whole > 0, distance / np.where(whole > 0, whole, 1), 0.0)


def _in_run(side: Numbers, length: int) -> NDArray[np.bool_]:
    """Whether each is part of `length` or more equal ones in a row, 0 never."""
    found = np.zeros(len(side), dtype=bool)
    start = 0
    for at in range(1, len(side) + 1):
        if at == len(side) or side[at] != side[start]:
            if side[start] != 0 and at - start >= length:
                found[start:at] = True
            start = at
    return found


def _in_climb(step: Numbers, points: int) -> NDArray[np.bool_]:
    """Whether each point is part of RUN or more that each go on in one direction: RUN points have RUN - 1 steps between them."""
    steps = _in_run(step, RUN - 1)
    found = np.zeros(points, dtype=bool)
    found[:-1] |= steps
    found[1:] |= steps
    return found


def _two_of_three(towards: Numbers) -> NDArray[np.bool_]:
    """Whether each point lies near a limit but within it, and is one of two or more such of three in a row on one side of the mean."""
    found = np.zeros(len(towards), dtype=bool)
    for side in (towards, -towards):
        is_near = (side > NEAR) & (side <= 1)
        for first in range(len(towards) - 2):
            window = slice(first, first + 3)
            if np.all(side[window] > 0) and np.count_nonzero(is_near[window]) >= 2:
                found[window] |= is_near[window]
    return found


def _checked(values: ArrayLike) -> Numbers:
    y = np.asarray(values, dtype=np.float64)
    if y.ndim != 1 or len(y) < FEWEST:
        raise StatisticsError(f"A control chart needs {FEWEST} points in a row; there are {y.size}.")
    if not np.all(np.isfinite(y)):
        raise StatisticsError("A point is missing; periods without a figure are left out before, never taken as 0.")
    return y
