"""Whether an area differs from the benchmark, by whether its 95 % limits leave the benchmark out.

Source: the single overlapping interval rule of OHID Fingertips. An area without limits is not compared.
"""

import numpy as np
from numpy.typing import NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers
from geo.statuses import Comparison

# What lies below and above the benchmark is called, by the direction of the indicator.
_BELOW_AND_ABOVE = {
    "high_is_good": (Comparison.WORSE, Comparison.BETTER),
    "low_is_good": (Comparison.BETTER, Comparison.WORSE),
    "none": (Comparison.LOWER, Comparison.HIGHER),
}


def compare(lower: Numbers, upper: Numbers, *, benchmark: float, polarity: str) -> NDArray[np.int16]:
    """The comparison (geo.statuses.Comparison) of each area with the benchmark; shape of `lower`.

    lower, upper: limits in the unit of the benchmark, NaN where there are none (not compared). A limit that equals the
    benchmark touches it: similar. A benchmark that is NaN compares nothing. polarity: high_is_good, low_is_good or none.
    Raises StatisticsError for another polarity, or where a lower limit exceeds its upper.
    """
    if polarity not in _BELOW_AND_ABOVE:
        raise StatisticsError(f"A polarity of {polarity!r} was given; it must be one of {', '.join(_BELOW_AND_ABOVE)}.")
    if np.any(lower > upper):
        raise StatisticsError("A lower limit exceeds its upper limit.")
    below, above = _BELOW_AND_ABOVE[polarity]
    flags = np.full(lower.shape, Comparison.SIMILAR, dtype=np.int16)
    flags[upper < benchmark] = below
    flags[lower > benchmark] = above
    flags[np.isnan(lower) | np.isnan(upper) | np.isnan(benchmark)] = Comparison.NOT_COMPARED
    return flags
