"""Proportions, rates and ratios from counts, with their limits.

A value without a denominator, or with a denominator of 0, is NaN and so are its limits: missing is never zero.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers, poisson_limits, wilson_limits


@dataclass(frozen=True)
class Estimate:
    """Values with their lower and upper limits, all in one unit; NaN where there is none."""

    value: Numbers
    lower: Numbers
    upper: Numbers


def proportion(numerator: ArrayLike, *, denominator: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Numerator over denominator, 0-1, with Wilson limits. NaN where either is missing or the denominator is 0.

    Raises StatisticsError where a numerator is negative or exceeds its denominator.
    Example: fixtures/worked_examples/proportion_x100_two_cis.csv.
    """
    events, people = _with_people(numerator, denominator)
    limits = wilson_limits(events, people, confidence=confidence)
    return Estimate(events / people, limits.lower, limits.upper)


def rate(events: ArrayLike, *, population: ArrayLike, per: float = 100_000, confidence: float = 0.95) -> Estimate:
    """Events for each `per` people, with exact Poisson limits below 10 events and Byar's from 10.

    Raises StatisticsError for a negative count. Example: fixtures/worked_examples/rate_per_100000_two_cis.csv.
    """
    counts, people = _with_people(events, population)
    limits = poisson_limits(counts, confidence=confidence)
    return Estimate(counts / people * per, limits.lower / people * per, limits.upper / people * per)


def ratio(observed: ArrayLike, *, expected: ArrayLike, reference: float = 100.0, confidence: float = 0.95) -> Estimate:
    """Observed over expected events, `reference` = as expected, with Poisson limits of the observed.

    Raises StatisticsError for a negative count. Example: fixtures/worked_examples/isratio_expected_ci95.csv (reference 1).
    """
    return rate(observed, population=expected, per=reference, confidence=confidence)


def weighted_mean(values: ArrayLike, *, weights: ArrayLike, groups: NDArray[np.intp], size: int) -> Numbers:
    """Mean of the values of each group, weighted; shape (size,). Missing values leave with their weight; a group without any is NaN.

    values, weights: shape (n,), weights >= 0. groups: shape (n,), 0 .. size-1.
    """
    numbers, shares = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    used = ~np.isnan(numbers) & (shares > 0)
    total = np.bincount(groups[used], weights=shares[used], minlength=size)
    sums = np.bincount(groups[used], weights=(shares * numbers)[used], minlength=size)
    return np.where(total > 0, sums / np.where(total > 0, total, 1.0), np.nan)


def _with_people(events: ArrayLike, people: ArrayLike) -> tuple[Numbers, Numbers]:
    """Both as floats of one shape, NaN in both where the people are missing or none."""
    counts, population = np.asarray(events, dtype=np.float64), np.asarray(people, dtype=np.float64)
    if counts.shape != population.shape:
        raise StatisticsError(f"Counts have the shape {counts.shape} but people {population.shape}.")
    if np.any(population < 0):
        raise StatisticsError("A population is below 0.")
    known = ~np.isnan(counts) & (population > 0)
    return np.where(known, counts, np.nan), np.where(known, population, np.nan)
