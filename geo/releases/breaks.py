"""Class breaks of a map: made once with the release, so that map, legend and table agree.

Rules: an index whose middle means something (England = 100) has seven classes, the middle one around 100 and the others at equal
distances to both sides, set by the quantiles of the distance from 100. A decile has five classes of two. Anything else has up to
seven quantile classes (of mapclassify), rounded to the digits that are shown; values that tie never fall into two classes.
"""

import warnings

import numpy as np
from mapclassify.classifiers import quantile
from numpy.typing import NDArray

from geo.releases.definitions import Definition

CLASSES = 7
# The last bound stands just above the maximum as it is shown, so that no value falls out by rounding.
_DECILE_BREAKS = [2.0, 4.0, 6.0, 8.0, 10.0]
_MIDDLE = 100.0
# How far from 100 the middle, inner and outer classes reach: quantiles of the distance.
_DISTANCES = (0.25, 0.6, 0.9)


def class_breaks(values: NDArray[np.float64], definition: Definition) -> list[float]:
    """Upper bounds of the classes, rising, the last at least the maximum; empty without values, fewer than seven where values tie."""
    if not len(values):
        return []
    if definition.unit == "decile":
        return list(_DECILE_BREAKS)
    digits = definition.decimals + (2 if definition.unit == "proportion" else 0)
    if definition.unit == "ratio_100":
        return _around_the_middle(values, digits)
    highest = _rounded_up(float(values.max()), digits)
    if len(values) < CLASSES:
        return sorted({_rounded_up(float(v), digits) for v in values})
    with warnings.catch_warnings():
        # It warns where values tie so that fewer classes come out, which is what we want of it.
        warnings.simplefilter("ignore", UserWarning)
        # The bounds alone: mapclassify's classifier would also measure how well they fit, which costs more than all else here.
        quantiles = quantile(values, k=CLASSES)[:-1]
    bounds = [round(float(b), digits) for b in quantiles]
    return [*sorted({b for b in bounds if b < highest}), highest]


def _around_the_middle(values: NDArray[np.float64], digits: int) -> list[float]:
    """Seven classes that mirror each other around 100."""
    distances = np.quantile(np.abs(values - _MIDDLE), _DISTANCES)
    steps: list[float] = []
    for distance in distances:
        least = (steps[-1] if steps else 0.0) + 10.0**-digits
        steps.append(max(round(float(distance), digits), least))
    below, above = [_MIDDLE - step for step in reversed(steps)], [_MIDDLE + step for step in steps]
    highest = max(_rounded_up(float(values.max()), digits), above[-1] + 10.0**-digits)
    return [round(bound, digits) for bound in (*below, *above, highest)]


def _rounded_up(value: float, digits: int) -> float:
    """The value, rounded up to these digits."""
    scale = 10.0**digits
    return float(round(np.ceil(round(value * scale, 6)) / scale, digits))
