"""Control of the false discoveries that come from asking many questions at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers

# The share of false findings among all findings that is put up with.
FALSE_DISCOVERY_RATE = 0.05


def benjamini_hochberg(p: ArrayLike, *, resolution: float | None = None, level: float = FALSE_DISCOVERY_RATE) -> Numbers:
    """q-values: the least false-discovery rate at which each test would be called a finding; shape of `p`.

    p: two-sided p-values 0-1, shape (n,); NaN = not tested, which stays NaN and is not counted. resolution: the smallest p that the
    test can give at all, 1 / (replicates + 1) for a permutation test, None for exact or analytic p.
    Raises StatisticsError for a p outside 0-1, and where the resolution is coarser than level / tests: then not even the clearest
    single area could be found, and what is found depends on how many others share the smallest p.
    Source: Benjamini and Hochberg (1995). Example: tests/geo/statistics/test_multiplicity.py (their table of 15 p-values).
    """
    given = np.asarray(p, dtype=np.float64)
    if np.any((given < 0) | (given > 1)):
        raise StatisticsError("A p-value lies outside 0 to 1.")
    tested = ~np.isnan(given)
    tests = int(np.count_nonzero(tested))
    refuse_coarse(tests, resolution=resolution, level=level)
    q = np.full(given.shape, np.nan)
    if tests == 0:
        return q
    values = given[tested]
    order = np.argsort(values, kind="stable")
    raised = values[order] * tests / np.arange(1, tests + 1)
    from_the_largest = np.minimum.accumulate(raised[::-1])[::-1]
    found = np.empty(tests)
    found[order] = from_the_largest
    q[tested] = found
    return q


def refuse_coarse(tests: int, *, resolution: float | None, level: float = FALSE_DISCOVERY_RATE) -> None:
    """Raise StatisticsError, with an explanation, where p-values of this resolution cannot bear this many tests."""
    if resolution is None or tests == 0:
        return
    if not 0 < resolution <= 1:
        raise StatisticsError(f"A resolution of {resolution} was given; it must lie above 0 and not exceed 1.")
    if resolution * tests > level:
        needed = int(np.ceil(round(tests / level, 6))) - 1
        raise StatisticsError(
            f"The smallest p-value that this test can give is {resolution:.3g}, but with {tests:,} tests a single finding at a"
            f" false-discovery rate of {level:.0%} needs {level / tests:.3g}: use an exact or analytic p-value,"
            f" or at least {needed:,} replicates."
        )


def is_finding(q: ArrayLike, *, level: float = FALSE_DISCOVERY_RATE) -> NDArray[np.bool_]:
    """Whether each test is a finding at the level; one that was not made is none."""
    return np.asarray(q, dtype=np.float64) <= level
