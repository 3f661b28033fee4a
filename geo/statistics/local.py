"""Where high or low values lie together: local statistics with two-sided p-values that are exact or analytic, never from permutations.

Weights are sparse matrices, one row an area, as geo.geography.adjacency makes them. An area without neighbours has no local statistic
(NaN), except where it is a neighbourhood of its own (`with_self`).
"""

from dataclasses import dataclass
from math import comb
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.special import betainc, gammainc, gammaincc, ndtr

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers

Weights: TypeAlias = sparse.csr_array

# Below this skewness a gamma distribution is the normal to five figures of p, and its shape exceeds 40,000.
_LEAST_SKEWNESS = 0.01


@dataclass(frozen=True)
class LocalStatistic:
    """One number an area, shape (areas,). value: the statistic in its own unit; z: standardised; p: two-sided. NaN = not tested."""

    value: Numbers
    z: Numbers
    p: Numbers


def getis_ord(values: ArrayLike, weights: Weights) -> LocalStatistic:
    """Gi* where the diagonal of the weights is filled, Gi where it is empty: whether values around an area are high or low together.

    values: shape (areas,), any numbers that may be compared (rates made comparable before: `assuncao_reis`). `value` is the weighted
    mean of the neighbourhood. p: two-sided, of the gamma distribution (Pearson's type III) with the mean, spread and skewness that the
    statistic has were the values dealt anew: the normal calls too many areas where counts are small. Gi leaves the area itself out of
    mean, spread and skewness, as it does out of the sum.
    Raises StatisticsError for missing values, fewer than 3 areas, or a diagonal that is filled for some areas only.
    Source: Ord and Getis (1995); Costanzo, Hubert and Golledge (1983) for type III. Example: fixtures/worked_examples/local_stats.csv.
    """
    x, weights = _checked(values, weights)
    n = len(x)
    diagonal = weights.diagonal() != 0
    if np.any(diagonal) and not np.all(diagonal):
        raise StatisticsError("Some areas are in their own neighbourhood and others are not.")
    total, squares = _row_sums(weights), _row_sums(weights.power(2))
    local = weights @ x
    if np.all(diagonal):
        members, mean = n, np.full(n, x.mean())
        variance = np.full(n, x.var())
        third = np.full(n, np.mean((x - mean) ** 3))
    else:
        members = n - 1
        mean = (x.sum() - x) / members
        variance = (np.sum(x**2) - x**2) / members - mean**2
        third = (np.sum(x**3) - x**3) / members - 3 * mean * variance - mean**3
    spread = np.sqrt(np.maximum(variance, 0) * (members * squares - total**2) / (members - 1))
    is_tested = (total > 0) & (spread > 0)
    z = np.where(is_tested, (local - mean * total) / np.where(is_tested, spread, 1), np.nan)
    skewness = third * _third_of_weights(weights, members) / np.where(is_tested, spread, 1) ** 3
    value = np.where(total > 0, local / np.where(total > 0, total, 1), np.nan)
    return LocalStatistic(value=value, z=z, p=skewed_two_sided(z, skewness=skewness))


def neighbourhood_excess(observed: ArrayLike, *, expected: ArrayLike, weights: Weights) -> LocalStatistic:
    """Events in each neighbourhood against those expected there, were all events spread by expectation: exact binomial, two-sided.

    observed: whole counts >= 0; expected >= 0 in any unit (it is brought to the total observed). weights: 0 or 1.
    `value`: observed over expected. z: (O - E) / sqrt(E (1 - share)). p: twice the smaller tail, at most 1. Where nothing is expected: NaN.
    For rare events whose risks would not differ otherwise; where areas differ anyway, use `getis_ord` on `assuncao_reis`.
    Raises StatisticsError for missing, negative or fractional counts, weights other than 0 and 1, or nothing observed or expected.
    Example: tests/geo/statistics/test_local.py (tails summed one by one in tests/oracles/local.py).
    """
    counts, weights = _checked(observed, weights)
    usual, _ = _checked(expected, weights)
    _refuse_fractions(counts)
    if np.any(usual < 0) or not counts.sum() > 0 or not usual.sum() > 0:
        raise StatisticsError("Expected events must be 0 or more, and some must be observed and expected.")
    if np.any(weights.data != 1):
        raise StatisticsError("A neighbourhood is counted whole: weights must be 0 or 1.")
    share = (weights @ usual) / usual.sum()
    here, total = weights @ counts, counts.sum()
    is_tested = (share > 0) & (share < 1)
    share = np.where(is_tested, share, 0.5)
    # The regularised incomplete beta function is the upper tail of the binomial.
    at_least = np.where(here > 0, betainc(np.maximum(here, 1), total - here + 1, share), 1.0)
    more = np.where(here < total, betainc(here + 1, np.maximum(total - here, 1), share), 0.0)
    p = np.minimum(2 * np.minimum(at_least, 1 - more), 1.0)
    z = (here - total * share) / np.sqrt(total * share * (1 - share))
    return LocalStatistic(*(np.where(is_tested, part, np.nan) for part in (here / (total * share), z, p)))


def permuted_sum(counts: ArrayLike, weights: Weights) -> LocalStatistic:
    """The sum of each neighbourhood were the counts dealt to the areas anew, the area keeping its own: exact, two-sided.

    counts: whole numbers >= 0. weights: 0 or 1; the area itself may or may not be in. `value`: the sum without the area's own count.
    The distribution of the sum of k of the other counts is found by adding one distinct count after the other; no permutation is drawn.
    Counts are not rates: where populations differ this finds people, so use it for areas of like size.
    Raises StatisticsError as `neighbourhood_excess`. Example: tests/geo/statistics/test_local.py (every deal in tests/oracles/local.py).
    """
    x, weights = _checked(counts, weights)
    _refuse_fractions(x)
    if np.any(weights.data != 1):
        raise StatisticsError("A neighbourhood is counted whole: weights must be 0 or 1.")
    others = sparse.csr_array(weights - sparse.diags_array(weights.diagonal()))
    others.eliminate_zeros()
    size = np.diff(others.indptr)
    sums = np.rint(others @ x).astype(np.int64)
    own = x.astype(np.int64)
    p, z = np.full(len(x), np.nan), np.full(len(x), np.nan)
    table = _dealt(own, int(np.max(size, initial=0)))
    for kind in np.unique(np.column_stack([size, own]), axis=0):
        k, value = int(kind[0]), int(kind[1])
        if k == 0:
            continue
        here = (size == k) & (own == value)
        chances = _without(table, value, k, len(x))
        upper = np.cumsum(chances[::-1])[::-1]
        lower = np.cumsum(chances)
        p[here] = np.minimum(2 * np.minimum(upper[sums[here]], lower[sums[here]]), 1.0)
        places = np.arange(len(chances))
        mean = float(chances @ places)
        spread = float(np.sqrt(chances @ (places - mean) ** 2))
        z[here] = (sums[here] - mean) / spread if spread > 0 else np.nan
    return LocalStatistic(value=sums.astype(np.float64), z=z, p=p)


@dataclass(frozen=True)
class LocalMoran:
    """Local Moran's I of each area with its two-sided analytic p, and its quadrant.

    quadrant: 1 high among high, 2 low among high, 3 low among low, 4 high among low; shape (areas,).
    """

    statistic: LocalStatistic
    quadrant: NDArray[np.int8]


def local_moran(values: ArrayLike, weights: Weights) -> LocalMoran:
    """Whether an area is like its neighbours. weights without a diagonal; rows are brought to sum 1.

    I = z_i / m2 x mean of the neighbours' z, with m2 = sum of z squared / (n - 1). p: normal, two-sided, with mean and variance of the
    neighbours' mean were the other values dealt anew while the area keeps its own.
    Raises StatisticsError for missing values, fewer than 3 areas, or an area that is its own neighbour.
    Source: Anselin (1995); Sokal, Oden and Thomson (1998) for the conditional moments. Example: fixtures/worked_examples/local_stats.csv.
    """
    x, weights = _checked(values, weights)
    if np.any(weights.diagonal() != 0):
        raise StatisticsError("An area is not its own neighbour here.")
    n = len(x)
    total = _row_sums(weights)
    has_any = total > 0
    rows = sparse.csr_array(sparse.diags_array(1 / np.where(has_any, total, 1)) @ weights)
    deviation = x - x.mean()
    lag = rows @ deviation
    m2 = float(np.sum(deviation**2)) / (n - 1)
    if m2 == 0:
        raise StatisticsError("All values are equal: nothing can lie together.")
    others = n - 1
    mean = -deviation / others
    variance = (np.sum(deviation**2) - deviation**2) / others - mean**2
    spread = np.sqrt(np.maximum(variance * (others * _row_sums(rows.power(2)) - 1) / (others - 1), 0))
    is_tested = has_any & (spread > 0)
    z = np.where(is_tested, (lag - mean) / np.where(is_tested, spread, 1), np.nan)
    quadrant = np.select(
        [(deviation > 0) & (lag > 0), (deviation <= 0) & (lag > 0), (deviation <= 0) & (lag <= 0)], [1, 2, 3], default=4
    ).astype(np.int8)
    value = np.where(has_any, deviation / m2 * lag, np.nan)
    return LocalMoran(LocalStatistic(value=value, z=np.sign(deviation) * z, p=two_sided(z)), quadrant)


def assuncao_reis(events: ArrayLike, *, population: ArrayLike) -> Numbers:
    """Rates made comparable: each area's difference from the mean rate in units of what chance and true differences allow it.

    events, population: shape (areas,), population > 0. Raises StatisticsError for missing or negative numbers or a population of 0.
    Source: Assuncao and Reis (1999). Example: fixtures/worked_examples/local_stats.csv.
    """
    counts, people = np.asarray(events, dtype=np.float64), np.asarray(population, dtype=np.float64)
    if counts.shape != people.shape or not np.all(np.isfinite(counts)) or not np.all(np.isfinite(people)):
        raise StatisticsError("Events and population must be given for each area, none missing.")
    if np.any(counts < 0) or np.any(people <= 0):
        raise StatisticsError("Events must be 0 or more, and population above 0.")
    mean = counts.sum() / people.sum()
    rates = counts / people
    true = np.sum(people * (rates - mean) ** 2) / people.sum() - mean / people.mean()
    spread = true + mean / people
    spread = np.where(spread > 0, spread, mean / people)
    return np.asarray((rates - mean) / np.sqrt(spread), dtype=np.float64)


def two_sided(z: Numbers) -> Numbers:
    """The two-sided normal p-value of a standardised statistic; NaN stays NaN."""
    return np.asarray(2 * ndtr(-np.abs(z)), dtype=np.float64)


def skewed_two_sided(z: Numbers, *, skewness: Numbers) -> Numbers:
    """Twice the smaller tail, at most 1, of a gamma distribution brought to mean 0, spread 1 and this skewness; NaN stays NaN.

    z, skewness: shape (areas,). Where the skewness is next to nothing: the normal.
    Example: tests/geo/statistics/test_local.py (every deal in tests/oracles/local.py).
    """
    is_skewed = np.abs(skewness) > _LEAST_SKEWNESS
    shape = 4 / np.where(is_skewed, skewness, 1) ** 2
    place = np.maximum(shape + np.sign(skewness) * z * np.sqrt(shape), 0)
    smaller = np.minimum(gammainc(shape, place), gammaincc(shape, place))
    return np.asarray(np.where(is_skewed, np.minimum(2 * smaller, 1), two_sided(z)), dtype=np.float64)


def _third_of_weights(weights: Weights, members: int) -> Numbers:
    """What the third central moment of the values is multiplied with to give that of their weighted sum, were they dealt anew."""
    first, second, third = _row_sums(weights), _row_sums(weights.power(2)), _row_sums(weights.power(3))
    pairs = (second * first - third) / (members - 1)
    if members < 3:
        return np.asarray(third - 3 * pairs, dtype=np.float64)
    triples = (first**3 - 3 * first * second + 2 * third) / ((members - 1) * (members - 2))
    return np.asarray(third - 3 * pairs + 2 * triples, dtype=np.float64)


def _dealt(counts: NDArray[np.int64], most: int) -> list[Numbers]:
    """For k = 0..most: the chances of each sum of k of all the counts, drawn without putting back."""
    span = int(counts.max()) * most + 1
    table = np.zeros((most + 1, span))
    table[0, 0] = 1.0
    seen = 0
    for value, times in zip(*np.unique(counts, return_counts=True), strict=True):
        # Of the first seen + times counts, k are drawn: j of this value and k - j of those before, a hypergeometric choice.
        after = np.zeros_like(table)
        for k in range(min(most, seen + int(times)) + 1):
            for j in range(max(0, k - seen), min(k, int(times)) + 1):
                weight = _choice(j, int(times), k, seen)
                moved = int(value) * j
                after[k, moved:] += weight * table[k - j, : span - moved]
        table, seen = after, seen + int(times)
    return list(table)


def _choice(j: int, times: int, k: int, before: int) -> float:
    """The chance that j of k drawn are among `times` of `times + before`."""
    return comb(times, j) * comb(before, k - j) / comb(times + before, k)


def _without(table: list[Numbers], value: int, k: int, n: int) -> Numbers:
    """The chances of each sum of k of the counts with one count of `value` left out."""
    chances = table[0]
    for size in range(1, k + 1):
        moved = np.zeros_like(chances)
        moved[value:] = chances[: len(chances) - value]
        # Of size drawn from n, one particular count is among them with chance size / n.
        chances = np.maximum((table[size] - size / n * moved) / (1 - size / n), 0.0)
    return chances


def _checked(values: ArrayLike, weights: Weights) -> tuple[Numbers, Weights]:
    x = np.asarray(values, dtype=np.float64)
    matrix = sparse.csr_array(weights).astype(np.float64)
    if x.ndim != 1 or matrix.shape != (len(x), len(x)):
        raise StatisticsError(f"There are values of the shape {x.shape} but weights of {matrix.shape}.")
    if len(x) < 3:
        raise StatisticsError(f"There are {len(x)} areas; a local statistic needs 3.")
    if not np.all(np.isfinite(x)):
        raise StatisticsError("A value is missing; areas without values are left out before, never taken as 0.")
    return x, matrix


def _refuse_fractions(counts: Numbers) -> None:
    if np.any(counts < 0) or np.any(counts != np.rint(counts)):
        raise StatisticsError("Counts must be whole numbers of 0 or more: modelled counts cannot be tested so.")


def _row_sums(matrix: Weights) -> Numbers:
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()
