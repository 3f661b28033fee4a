"""Age-standardised rates: direct to a standard population, indirect to a reference population's rates.

A missing count is refused: taken as 0 it would lower the rate without a trace. The last axis of every array is the age band.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers, byar_limits
from geo.statistics.rates import Estimate, rate, ratio

# European Standard Population 2013 in 19 bands: 0-4, 5-9, ... 85-89, 90 and over (Eurostat, Revision of the European Standard Population).
ESP2013: Numbers = np.array(
    [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000], dtype=np.float64
)
ESP2013.setflags(write=False)

# Dobson's limits are poor on fewer events, and OHID gives no directly standardised rate then.
FEWEST_EVENTS = 10.0


@dataclass(frozen=True)
class Reference:
    """The reference population of indirect standardisation: events and people by age band, shape (bands,) or as the areas'."""

    events: ArrayLike
    populations: ArrayLike


def directly_standardised_rate(
    events: ArrayLike, *, populations: ArrayLike, weights: ArrayLike = ESP2013, per: float = 100_000, confidence: float = 0.95
) -> Estimate:
    """The rate an area would have if its people were of the ages of the standard population, for each `per`, with Dobson's limits.

    events, populations: shape (..., bands), for instance (areas, periods, 19). weights: (bands,); bands left out leave with their weight.
    Returns arrays of shape (...). NaN, value and limits, below 10 events in all bands together, and where a band has nobody or an unknown
    number of people. Raises StatisticsError for a missing or negative count, a negative population, and weights that do not fit.
    Source: Dobson et al. (1991); OHID Technical Guide, Confidence Intervals (2018). Example: fixtures/worked_examples/dsr_expected.csv.
    """
    counts, shares = _events_and_shares(events, populations, weights)
    value = np.einsum("...b,...b->...", counts, shares)
    variance = np.einsum("...b,...b,...b->...", counts, shares, shares)
    return _dobson(value, variance, counts.sum(axis=-1), per, confidence)


def non_independent_rate(
    events: ArrayLike,
    *,
    frequencies: ArrayLike,
    populations: ArrayLike,
    weights: ArrayLike = ESP2013,
    per: float = 100_000,
    confidence: float = 0.95,
) -> Estimate:
    """A directly standardised rate of events of which one person may have several, such as admissions, with limits widened for it.

    events: shape (..., frequencies, bands), the *people* who had as many events as `frequencies` (shape (frequencies,)) says.
    populations: shape (..., bands). Else as `directly_standardised_rate`; the 10 events are events, not people.
    Source: OHID Technical Guide, Confidence Intervals (2018), non-independent events. Example:
    fixtures/worked_examples/dsr_nonindependent_expected.csv.
    """
    times = np.asarray(frequencies, dtype=np.float64)
    people = np.asarray(events, dtype=np.float64)
    if people.ndim < 2 or people.shape[-2] != times.size or times.ndim != 1:
        raise StatisticsError(f"Events have the shape {people.shape}, but there are {times.size} frequencies.")
    if np.any(~(times > 0)):
        raise StatisticsError("A frequency of events must be above 0.")
    counts, shares = _events_and_shares(people, np.asarray(populations, dtype=np.float64)[..., None, :], weights)
    value = np.einsum("...fb,...fb,f->...", counts, shares, times)
    variance = np.einsum("...fb,...fb,f->...", counts, shares**2, times**2)
    return _dobson(value, variance, np.einsum("...fb,f->...", counts, times), per, confidence)


def expected_events(populations: ArrayLike, *, reference: Reference) -> Numbers:
    """Events that an area's people would have at the reference's rates; shape (...) for populations (..., bands).

    NaN where a number of people is unknown. Raises StatisticsError for a negative population, a missing or negative reference count, and
    a reference band without people. Example: fixtures/worked_examples/israte_expected.csv.
    """
    people = np.asarray(populations, dtype=np.float64)
    _refuse_negative(people, "population")
    cases, base = _reference(reference)
    try:
        return np.asarray((people * (cases / base)).sum(axis=-1), dtype=np.float64)
    except ValueError as error:
        raise StatisticsError(f"Populations have the shape {people.shape} but the reference {cases.shape}.") from error


def indirectly_standardised_ratio(
    events: ArrayLike, *, populations: ArrayLike, reference: Reference, per: float = 1.0, confidence: float = 0.95
) -> Estimate:
    """Observed over expected events times `per`: exact Poisson limits below 10 observed events, Byar's from 10.

    events: shape (..., bands), or (..., 1) where only the total is known; populations: (..., bands). NaN where nothing is expected.
    Raises StatisticsError as `expected_events` does, and for a missing count.
    Source: OHID Technical Guide, Confidence Intervals (2018). Example: fixtures/worked_examples/isratio_expected_x100.csv.
    """
    observed = _counts(events).sum(axis=-1)
    return ratio(observed, expected=expected_events(populations, reference=reference), reference=per, confidence=confidence)


def indirectly_standardised_rate(
    events: ArrayLike, *, populations: ArrayLike, reference: Reference, per: float = 100_000, confidence: float = 0.95
) -> Estimate:
    """The indirectly standardised ratio times the reference's own crude rate for each `per`; limits as of the ratio.

    Shapes, missing values and errors as of `indirectly_standardised_ratio`. Example: fixtures/worked_examples/israte_expected.csv.
    """
    observed, expected = _counts(events).sum(axis=-1), expected_events(populations, reference=reference)
    cases, base = _reference(reference)
    crude = cases.sum(axis=-1) / base.sum(axis=-1)
    return rate(
        observed, population=expected / crude if np.all(crude > 0) else np.full_like(expected, np.nan), per=per, confidence=confidence
    )


def _events_and_shares(events: ArrayLike, populations: ArrayLike, weights: ArrayLike) -> tuple[Numbers, Numbers]:
    """Counts, and what one event of each band adds to the rate for one person: weight / people / sum of weights; NaN without people."""
    counts = _counts(events)
    people, standard = np.asarray(populations, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    _refuse_negative(people, "population")
    if standard.ndim != 1 or counts.shape[-1] != standard.size or people.shape[-1] != standard.size:
        raise StatisticsError(f"Events have the shape {counts.shape}, people {people.shape}, weights {standard.shape}: bands differ.")
    if np.any(~(standard > 0)):
        raise StatisticsError("A weight of the standard population must be above 0.")
    if np.broadcast_shapes(counts.shape, people.shape) != counts.shape:
        raise StatisticsError(f"Events have the shape {counts.shape} but people {people.shape}.")
    return counts, (standard / standard.sum()) / np.where(people > 0, people, np.nan)


def _dobson(value: Numbers, variance: Numbers, total: Numbers, per: float, confidence: float) -> Estimate:
    enough = total >= FEWEST_EVENTS
    known = np.where(enough, total, np.nan)
    poisson = byar_limits(known, confidence=confidence)
    step = np.sqrt(variance / known)
    shown = np.where(enough, value, np.nan)
    return Estimate(shown * per, (shown + step * (poisson.lower - known)) * per, (shown + step * (poisson.upper - known)) * per)


def _counts(events: ArrayLike) -> Numbers:
    counts = np.asarray(events, dtype=np.float64)
    if counts.ndim == 0:
        raise StatisticsError("Events need an axis of age bands.")
    missing: NDArray[np.bool_] = np.isnan(counts)
    if np.any(missing):
        raise StatisticsError(f"{int(missing.sum())} counts are missing; a missing count is not 0.")
    _refuse_negative(counts, "count")
    return counts


def _reference(reference: Reference) -> tuple[Numbers, Numbers]:
    cases, base = _counts(reference.events), np.asarray(reference.populations, dtype=np.float64)
    if cases.shape != base.shape:
        raise StatisticsError(f"Reference events have the shape {cases.shape} but people {base.shape}.")
    if np.any(~(base > 0)):
        raise StatisticsError("A band of the reference population has nobody.")
    return cases, base


def _refuse_negative(numbers: Numbers, what: str) -> None:
    if np.any(numbers < 0):
        raise StatisticsError(f"A {what} of {float(numbers[numbers < 0].flat[0])} was given; it cannot be below 0.")
