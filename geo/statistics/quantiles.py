"""Which tenth (or fifth) of its group an area is in, by the published rule for ties."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers


def quantile_of(values: ArrayLike, *, quantiles: int = 10, highest_first: bool = True, groups: ArrayLike | None = None) -> Numbers:
    """The quantile of each value within its group, 1 .. quantiles; shape of the values, NaN where there is none.

    values: shape (n,); a missing value has no quantile and does not count. groups: shape (n,), whole numbers; without them all are one
    group. highest_first: quantile 1 holds the highest values, else the lowest. Equal values share the rank of the first of them and so a
    quantile. A group with fewer values than quantiles has none.
    Not the quantiles of pandas or numpy: those cut by value, this counts ranks from the far end. With k = values + 1 - rank it is
    quantiles + 1 - ceiling(k x quantiles / values), in whole numbers.
    Raises StatisticsError below 2 quantiles or for groups of another shape.
    Source: OHID, assignment of quantiles in Fingertips. Example: fixtures/worked_examples/quantiles.csv.
    """
    numbers = np.asarray(values, dtype=np.float64)
    member = np.zeros(numbers.shape, dtype=np.intp) if groups is None else np.asarray(groups, dtype=np.intp)
    if quantiles < 2:
        raise StatisticsError(f"{quantiles} quantiles were asked for; there must be 2 or more.")
    if numbers.ndim != 1 or member.shape != numbers.shape:
        raise StatisticsError(f"Values have the shape {numbers.shape} but groups {member.shape}; both must be of one length.")
    found = np.full(numbers.shape, np.nan)
    known = np.flatnonzero(~np.isnan(numbers))
    if known.size == 0:
        return found
    key = -numbers[known] if highest_first else numbers[known]
    _, group = np.unique(member[known], return_inverse=True)
    count = np.bincount(group)[group]
    rank = _first_of_ties(key, group)
    whole = quantiles + 1 - -((count + 1 - rank) * quantiles // -count)
    found[known] = np.where(count >= quantiles, whole, np.nan)
    return found


def _first_of_ties(key: Numbers, group: NDArray[np.intp]) -> NDArray[np.intp]:
    """Rank of each key within its group from 1; equal keys take the least rank among them."""
    order = np.lexsort((key, group))
    ordered, grouped = key[order], group[order]
    place = np.arange(order.size)
    new_group = np.r_[True, grouped[1:] != grouped[:-1]]
    new_key = new_group | np.r_[True, ordered[1:] != ordered[:-1]]
    start = np.maximum.accumulate(np.where(new_group, place, 0))
    first = np.maximum.accumulate(np.where(new_key, place, 0))
    rank = np.empty(order.size, dtype=np.intp)
    rank[order] = first - start + 1
    return rank
