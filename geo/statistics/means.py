"""Means of values with limits after Student."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers, normal_quantile


@dataclass(frozen=True)
class Mean:
    """Means of groups, shape (size,), in the unit of the values. count: values in it. deviation: sample standard deviation.

    NaN: the mean of an empty group; deviation and limits of a group of one.
    """

    value: Numbers
    lower: Numbers
    upper: Numbers
    deviation: Numbers
    count: NDArray[np.int64]


def mean(values: ArrayLike, *, groups: ArrayLike | None = None, size: int = 1, confidence: float = 0.95) -> Mean:
    """The mean of each group with limits of Student's t distribution on count - 1 degrees of freedom.

    values: shape (n,). groups: shape (n,), 0 .. size-1; without them all values are one group.
    Raises StatisticsError for a missing value, a group outside its range, or a confidence outside (0.5, 1).
    Source: OHID Technical Guide, Confidence Intervals (2018). Example: fixtures/worked_examples/mean_expected.csv.
    """
    normal_quantile(confidence)
    numbers = np.asarray(values, dtype=np.float64)
    if np.any(np.isnan(numbers)):
        raise StatisticsError("A value is missing; leave it out, for it is not 0.")
    member = np.zeros(numbers.shape, dtype=np.intp) if groups is None else np.asarray(groups, dtype=np.intp)
    if member.shape != numbers.shape or np.any((member < 0) | (member >= size)):
        raise StatisticsError(f"Groups must have the shape of the values and lie between 0 and {size - 1}.")
    count = np.bincount(member, minlength=size).astype(np.int64)
    value = np.bincount(member, weights=numbers, minlength=size) / np.where(count > 0, count, np.nan)
    squares = np.bincount(member, weights=(numbers - value[member]) ** 2, minlength=size)
    freedom = np.where(count > 1, count - 1.0, np.nan)
    deviation = np.sqrt(squares / freedom)
    half = student.ppf(1 - (1 - confidence) / 2, freedom) * deviation / np.sqrt(freedom + 1)
    return Mean(value, value - half, value + half, deviation, count)
