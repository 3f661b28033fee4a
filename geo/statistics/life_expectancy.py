"""Life expectancy from an abridged life table, with its variance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers, normal_quantile

# First ages of the 20 bands: under 1, 1-4, 5-9, ... 85-89, 90 and over.
BANDS = (0, 1, *range(5, 91, 5))
# A population of 5,000 or fewer has too few deaths for a table.
SMALL_POPULATION = 5000.0
# A 95 % interval wider than this says nothing about a life.
WIDEST_INTERVAL = 20.0
# Share of its band that one who dies in it has lived: infants die early, others on average in the middle.
_INFANT, _OTHERS = 0.1, 0.5


@dataclass(frozen=True)
class LifeExpectancy:
    """Years still to live at the first age of each band, shape (areas, 20), with limits and variance (years squared).

    NaN throughout for an area whose figures do not bear a table; the value alone is NaN where its 95 % interval is wider than 20 years.
    """

    value: Numbers
    lower: Numbers
    upper: Numbers
    variance: Numbers


def life_expectancy(deaths: ArrayLike, *, populations: ArrayLike, confidence: float = 0.95) -> LifeExpectancy:
    """Life expectancy of each area at each of the 20 ages, by the abridged life table of Chiang and the variance of Silcocks.

    deaths, populations: shape (areas, 20) by `BANDS`, over the same years (people times years). An area has no table where its people are
    5,000 or fewer, or in any band deaths exceed people or are negative, or people are not above 0 or unknown, or nobody died from 90 on.
    Raises StatisticsError for a missing count of deaths, another number of bands, or a confidence outside (0.5, 1).
    Source: Chiang (1978); Silcocks, Jenner and Reza (2001). Example: fixtures/worked_examples/life_expectancy_expected.csv.
    """
    z = normal_quantile(confidence)
    died, people = np.atleast_2d(np.asarray(deaths, dtype=np.float64)), np.atleast_2d(np.asarray(populations, dtype=np.float64))
    if died.shape != people.shape or died.shape[-1] != len(BANDS) or died.ndim != 2:
        raise StatisticsError(f"Deaths have the shape {died.shape} and people {people.shape}; both need {len(BANDS)} bands.")
    if np.any(np.isnan(died)):
        raise StatisticsError("A count of deaths is missing; a missing count is not 0.")
    bears = _bears_a_table(died, people)
    died, people = np.where(bears, died, np.nan), np.where(bears, people, np.nan)
    value, variance = _table(died, people)
    half = z * np.sqrt(variance)
    too_wide = 2 * normal_quantile(0.95) * np.sqrt(variance) > WIDEST_INTERVAL
    return LifeExpectancy(np.where(too_wide, np.nan, value), value - half, value + half, variance)


def _bears_a_table(died: Numbers, people: Numbers) -> NDArray[np.bool_]:
    sound = (people > 0) & (died >= 0) & (died <= people)
    enough = people.sum(axis=1) > SMALL_POPULATION
    return np.asarray((sound.all(axis=1) & enough & (died[:, -1] > 0))[:, None], dtype=np.bool_)


def _table(died: Numbers, people: Numbers) -> tuple[Numbers, Numbers]:
    """Expectancy and its variance at each age, (areas, 20) each."""
    width = np.diff(np.array(BANDS, dtype=np.float64))
    lived = np.full(width.size, _OTHERS)
    lived[0] = _INFANT
    rate = died / people
    hazard = rate[:, :-1] * width
    dying = np.where(died[:, :-1] > people[:, :-1] / width / lived, 1.0, hazard / (1 + hazard * (1 - lived)))
    alive = np.cumprod(np.column_stack([np.ones(len(died)), 1 - dying]), axis=1)
    last = alive[:, -1:] / rate[:, -1:]
    years = np.column_stack([width * (alive[:, 1:] + lived * alive[:, :-1] * dying), last])
    ahead = _from_here_on(years)
    reached = np.where(alive > 0, alive, np.nan)
    expectancy = ahead / reached
    # A band without deaths adds no variance; nobody can reach an age beyond one at which all die.
    of_dying = np.where(died[:, :-1] > 0, dying**2 * (1 - dying) / np.where(died[:, :-1] > 0, died[:, :-1], 1.0), 0.0 * died[:, :-1])
    later = np.where(alive[:, 1:] > 0, expectancy[:, 1:], 0.0 * died[:, :-1])
    parts = (alive[:, :-1] * ((1 - lived) * width + later)) ** 2 * of_dying
    of_last = last**2 / died[:, -1:]
    return expectancy, _from_here_on(np.column_stack([parts, of_last])) / reached**2


def _from_here_on(parts: Numbers) -> Numbers:
    """The sum of each column and all after it."""
    return np.asarray(np.cumsum(parts[:, ::-1], axis=1)[:, ::-1], dtype=np.float64)
