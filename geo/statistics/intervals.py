"""Confidence limits for counts and proportions.

Counts of modelled figures are fractional; the formulas hold for them as they stand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, ndtri

from geo.errors import StatisticsError

Numbers = NDArray[np.float64]

# Below this count Byar's approximation is too rough, and the exact Poisson limits are used.
BYAR_MINIMUM_COUNT = 10.0

# A confidence of a half or less would put the lower limit above the middle.
LEAST_CONFIDENCE = 0.5

# How far a fractional numerator may pass its denominator before it is a mistake rather than rounding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Limits:
    """Lower and upper confidence limits, in the unit of the estimate they belong to; NaN where there are none."""

    lower: Numbers
    upper: Numbers


def wilson_limits(numerator: ArrayLike, denominator: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Limits for a proportion by Wilson's score method, as proportions 0-1.

    numerator, denominator: counts of one shape, 0 <= numerator <= denominator. NaN in either gives NaN limits.
    Raises StatisticsError for a denominator that is not positive, a numerator outside it, or a confidence outside (0.5, 1).
    Source: Wilson (1927); OHID Technical Guide, Confidence Intervals (2018). Example: fixtures/worked_examples/wilson.csv.
    """
    z = _z(confidence)
    events, people = _paired(numerator, denominator)
    known = ~(np.isnan(events) | np.isnan(people))
    _refuse(known & (people <= 0), people, "a denominator above 0")
    _refuse(known & ((events < 0) | (events > people * (1 + ROUNDING))), events, "a numerator between 0 and its denominator")
    events = np.minimum(events, people)
    centre = 2 * events + z**2
    spread = z * np.sqrt(z**2 + 4 * events * (1 - events / people))
    scale = 2 * (people + z**2)
    # Near 0 and 1 floating point would miss the bounds, or the proportion itself, by a hair.
    seen = events / people
    return Limits(lower=np.clip((centre - spread) / scale, 0.0, seen), upper=np.clip((centre + spread) / scale, seen, 1.0))


def poisson_limits(events: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Limits for counts of independent events: exact below 10, Byar's method from 10.

    events: shape (n,), counts >= 0; NaN gives NaN limits. Returns arrays of that shape, in events. A count of 0 has lower limit 0.
    Raises StatisticsError for a negative count or a confidence outside (0.5, 1).
    Source: Breslow and Day (1987), vol. II (Byar); OHID Technical Guide, Confidence Intervals (2018).
    Example: fixtures/worked_examples/rate_per_100000_two_cis.csv.
    """
    counts = np.asarray(events, dtype=np.float64)
    exact = exact_poisson_limits(counts, confidence=confidence)
    is_small = counts < BYAR_MINIMUM_COUNT
    byar = byar_limits(np.where(is_small, BYAR_MINIMUM_COUNT, counts), confidence=confidence)
    return Limits(lower=np.where(is_small, exact.lower, byar.lower), upper=np.where(is_small, exact.upper, byar.upper))


def byar_limits(events: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Limits for counts by Byar's approximation; the lower limit is NaN at 0 and where the formula falls below 0.

    events: shape (n,), counts >= 0; NaN gives NaN limits. Raises StatisticsError as `poisson_limits` does.
    Source: Breslow and Day (1987), vol. II. Example: fixtures/worked_examples/byars.csv.
    """
    z = _z(confidence)
    counts = np.asarray(events, dtype=np.float64)
    _refuse(counts < 0, counts, "a count of 0 or more")
    positive = np.where(counts > 0, counts, np.nan)
    root = 1 - 1 / (9 * positive) - z / (3 * np.sqrt(positive))
    lower = positive * np.where(root < 0, np.nan, root) ** 3
    above = counts + 1
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return Limits(lower=lower, upper=upper)


def exact_poisson_limits(events: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Exact Poisson limits for counts, from the gamma distribution (half the chi-squared of twice the count); 0 has lower limit 0.

    events: shape (n,), counts >= 0; NaN gives NaN limits. Raises StatisticsError as `poisson_limits` does.
    Source: Garwood (1936). Example: fixtures/worked_examples/rate_per_100000_two_cis.csv (rows whose method is Exact).
    """
    _z(confidence)
    counts = np.asarray(events, dtype=np.float64)
    _refuse(counts < 0, counts, "a count of 0 or more")
    tail = (1 - confidence) / 2
    positive = np.where(counts > 0, counts, np.nan)
    lower = gammaincinv(positive, tail)
    return Limits(lower=np.where(counts == 0, 0.0, lower), upper=gammaincinv(counts + 1, 1 - tail))


def normal_quantile(confidence: float) -> float:
    """The two-sided standard normal multiplier of a confidence: 1.959964 for 0.95. Raises StatisticsError outside (0.5, 1)."""
    return _z(confidence)


def _z(confidence: float) -> float:
    if not LEAST_CONFIDENCE < confidence < 1:
        raise StatisticsError(f"A confidence of {confidence} was given; it must lie between 0.5 and 1.")
    return float(ndtri(1 - (1 - confidence) / 2))


def _paired(numerator: ArrayLike, denominator: ArrayLike) -> tuple[Numbers, Numbers]:
    events, people = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    if events.shape != people.shape:
        raise StatisticsError(f"Numerators have the shape {events.shape} but denominators {people.shape}.")
    return events, people


def _refuse(wrong: NDArray[np.bool_], found: Numbers, wanted: str) -> None:
    """Raise StatisticsError with the first wrong number, if any is."""
    if np.any(wrong):
        first = float(np.asarray(found)[wrong].flat[0])
        raise StatisticsError(f"{int(np.sum(wrong))} numbers are wrong, the first is {first}; wanted {wanted}.")
