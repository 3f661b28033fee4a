"""Rates by age band, learnt from a map of areas whose events are counted without ages."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers
from geo.statistics.shrinkage import complete

# Rounds of weighting; with groups the rates and the ratios of groups settle on each other within as many.
_ROUNDS, _ROUNDS_OF_GROUPS = 3, 12


def expected_by_band(events: ArrayLike, *, people: ArrayLike, groups: NDArray[np.int64] | None = None, is_rising: bool = False) -> Numbers:
    """Events expected of each area's ages, with the rates by band that explain the map best; they sum to the events counted.

    events: >= 0, shape (areas,). people: >= 0, (areas, bands), the youngest first. groups: 0, 1, 2 ... of each area (fifths of
    deprivation): rates may differ between groups by a ratio, which is learnt too and is *not* in what is expected. Without groups, where
    older areas are less deprived, the rates of the old come out too low and what is expected has part of deprivation in it.
    is_rising: no band has a lower rate than the one before.
    Non-negative least squares, weighted by the spread of a count that is as expected. An area without people is expected to have none.
    Raises StatisticsError for missing or negative numbers, and where nobody lives or nothing is counted at all.
    Example: tests/geo/statistics/test_learnt_rates.py (planted rates, areas of one band each).
    """
    counts, bands = np.asarray(events, dtype=np.float64), np.asarray(people, dtype=np.float64)
    if bands.ndim != 2:
        raise StatisticsError(f"People have the shape {bands.shape}; a row an area and a column a band are wanted.")
    complete(counts, bands.sum(axis=1), "people")
    if np.any(bands < 0):
        raise StatisticsError("A number of people is below 0.")
    if not (counts.sum() > 0 and bands.sum() > 0):
        raise StatisticsError("Nothing is counted, or nobody lives there: no rate can be learnt.")
    # Steps from one band to the next instead of rates, where these may not fall.
    shape = np.cumsum(bands[:, ::-1], axis=1)[:, ::-1] if is_rising else bands
    usual = bands.sum(axis=1) * (counts.sum() / bands.sum())
    ratio = np.ones(len(counts))
    for _ in range(_ROUNDS if groups is None else _ROUNDS_OF_GROUPS):
        weight = 1 / np.sqrt(np.maximum(usual * ratio, 1e-9))
        rates, _ = nnls(shape * (ratio * weight)[:, np.newaxis], counts * weight)
        usual = shape @ rates
        if groups is not None:
            ratio = _ratios(counts, usual, groups)
    return np.asarray(usual * (counts.sum() / usual.sum()), dtype=np.float64)


def _ratios(counts: Numbers, usual: Numbers, groups: NDArray[np.int64]) -> Numbers:
    """What each area's group counted over what was expected of it, 1 where nothing was; together they keep the level."""
    seen, wanted = np.bincount(groups, weights=counts), np.bincount(groups, weights=usual)
    # A group without events keeps a little, so that its areas still weigh.
    ratios = np.where(wanted > 0, np.maximum(seen, 0.5) / np.where(wanted > 0, wanted, 1), 1.0)
    return np.asarray(ratios[groups], dtype=np.float64)
