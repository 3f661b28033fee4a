"""How unequally events lie among areas: curve, index, Gini coefficient, share in the top tenth, and what chance alone would give.

Where events are few, they look concentrated by chance: a Gini coefficient is read against the envelope of chance, never alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers, normal_quantile


@dataclass(frozen=True)
class Curve:
    """Cumulated shares of the base (people) and of events, both from 0 to 1; areas of one rank are one step."""

    base: Numbers
    events: Numbers


@dataclass(frozen=True)
class Envelope:
    """What chance alone gives for one measure: the middle of the draws and the limits between which they lie."""

    middle: float
    lower: float
    upper: float


@dataclass(frozen=True)
class ChanceEnvelope:
    """Gini coefficient and share in the top as seen, and as they would be if events fell on areas by their base alone."""

    gini: float
    top_share: float
    gini_by_chance: Envelope
    top_share_by_chance: Envelope


def concentration_curve(events: ArrayLike, *, base: ArrayLike, ranks: ArrayLike) -> Curve:
    """Shares of events against shares of the base, areas taken from the lowest rank (1 = most deprived) upwards.

    events, base, ranks: shape (areas,); base: people, or events expected from their ages. An area without base and events adds nothing.
    Raises StatisticsError for a missing or negative number, events without base, or where there are no events or no base at all.
    Source: Kakwani, Wagstaff and van Doorslaer (1997).
    """
    counts, people = _areas(events, base)
    order = np.asarray(ranks, dtype=np.float64)
    if order.shape != counts.shape or np.any(np.isnan(order)):
        raise StatisticsError("Every area needs a rank.")
    _, place = np.unique(order, return_inverse=True)
    return _curve(counts, people, place)


def concentration_index(events: ArrayLike, *, base: ArrayLike, ranks: ArrayLike) -> float:
    """Twice the area between the diagonal and the concentration curve: below 0 where the lowest ranks have more than their share.

    From -1 to 1. Arguments and errors as of `concentration_curve`.
    Source: Kakwani, Wagstaff and van Doorslaer (1997). Example: two equal halves of the people with 3 and 1 events have -0.25.
    """
    return _index(concentration_curve(events, base=base, ranks=ranks))


def gini(events: ArrayLike, *, base: ArrayLike) -> float:
    """The concentration index with areas in order of their own rates: 0 where all are alike, towards 1 where one area has all events.

    Arguments and errors as of `concentration_curve`, without ranks.
    """
    return _index(_by_rate(*_areas(events, base)))


def share_in_top(events: ArrayLike, *, base: ArrayLike, top: float = 0.1) -> float:
    """The share of all events in the areas of the highest rates that together hold `top` of the base.

    The area across the boundary counts in part. Raises StatisticsError for a top outside (0, 1), else as `concentration_curve`.
    """
    _check_top(top)
    return _top_share(_by_rate(*_areas(events, base)), top)


def chance_envelope(
    events: ArrayLike, *, base: ArrayLike, top: float = 0.1, draws: int = 999, seed: int = 0, confidence: float = 0.95
) -> ChanceEnvelope:
    """Gini coefficient and top share, each with its envelope under chance: as many events, falling on areas by their shares of the base.

    Independent Poisson counts with their total given are just such a multinomial. Same seed, same draws. Counts must be whole numbers.
    Raises StatisticsError for fractional events, fewer than 1 draw, a confidence outside (0.5, 1), else as `share_in_top`.
    """
    normal_quantile(confidence)
    _check_top(top)
    counts, people = _areas(events, base)
    if np.any(counts != np.floor(counts)):
        raise StatisticsError("Chance falls on whole events: modelled, fractional counts have no envelope.")
    if draws < 1:
        raise StatisticsError(f"{draws} draws were asked for; there must be 1 or more.")
    random = np.random.default_rng(seed)
    chances = people / people.sum()
    drawn = (random.multinomial(int(counts.sum()), chances).astype(np.float64) for _ in range(draws))
    return _envelope(counts, people, drawn, top, confidence)


def chance_envelope_of_people(
    events: ArrayLike, *, base: ArrayLike, top: float = 0.1, draws: int = 999, seed: int = 0, confidence: float = 0.95
) -> ChanceEnvelope:
    """The same where the events are people themselves, each at most once (those who miss a test): as many are drawn without putting back.

    Events that may befall anybody again spread more by chance than people can, so the other envelope would be too wide here.
    Events and base must be whole numbers. Raises StatisticsError for more events than base or a fraction, else as `chance_envelope`.
    Source: the multivariate hypergeometric law; held to all allocations of a small country in tests/geo/statistics/test_concentration.py.
    """
    normal_quantile(confidence)
    _check_top(top)
    counts, people = _areas(events, base)
    if np.any(counts != np.floor(counts)) or np.any(people != np.floor(people)):
        raise StatisticsError("Chance draws whole people: modelled, fractional counts have no envelope.")
    if np.any(counts > people):
        raise StatisticsError("There are more of them than people.")
    if draws < 1:
        raise StatisticsError(f"{draws} draws were asked for; there must be 1 or more.")
    random = np.random.default_rng(seed)
    whole, total = people.astype(np.int64), int(counts.sum())
    drawn = (random.multivariate_hypergeometric(whole, total, method="marginals").astype(np.float64) for _ in range(draws))
    return _envelope(counts, people, drawn, top, confidence)


def curve_by_chance(
    events: ArrayLike, *, base: ArrayLike, ranks: ArrayLike, are_people: bool, confidence: float = 0.95
) -> tuple[Curve, Curve, Envelope]:
    """What chance alone gives for the concentration curve, its lower and upper limit at each step, and for its index.

    are_people: whether each event is another person (drawn without putting back). Limits are normal, of the exact mean and variance: the
    index is the mean over events of twice the middle of their step less 1. Arguments and errors else as of `concentration_curve`.
    Source: moments of the multinomial and hypergeometric laws; held to all allocations of a small country in the tests.
    """
    curve = concentration_curve(events, base=base, ranks=ranks)
    total, people = float(np.sum(np.asarray(events))), float(np.sum(np.asarray(base)))
    if are_people and total > people:
        raise StatisticsError("There are more of them than people.")
    # Of people drawn without putting back the variance is less by the share that is left.
    spread = (people - total) / (people - 1) if are_people and people > 1 else 1.0
    z = normal_quantile(confidence)
    half = z * np.sqrt(curve.base * (1 - curve.base) / total * spread)
    share, middle = np.diff(curve.base), (curve.base[1:] + curve.base[:-1]) / 2
    error = z * float(np.sqrt(np.sum(share * (2 * middle - 1) ** 2) / total * spread))
    lower, upper = (Curve(curve.base, np.clip(curve.base + side, 0.0, 1.0)) for side in (-half, half))
    return lower, upper, Envelope(0.0, -error, error)


def _envelope(counts: Numbers, people: Numbers, drawn: Iterator[Numbers], top: float, confidence: float) -> ChanceEnvelope:
    curves = (_by_rate(one, people) for one in drawn)
    found = np.array([(_index(curve), _top_share(curve, top)) for curve in curves])
    tail = (1 - confidence) / 2
    lower, middle, upper = np.quantile(found, [tail, 0.5, 1 - tail], axis=0)
    seen = _by_rate(counts, people)
    envelopes = [Envelope(float(middle[k]), float(lower[k]), float(upper[k])) for k in range(2)]
    return ChanceEnvelope(_index(seen), _top_share(seen, top), *envelopes)


def _areas(events: ArrayLike, base: ArrayLike) -> tuple[Numbers, Numbers]:
    """Both as floats, in step, without areas that have neither."""
    counts, people = np.asarray(events, dtype=np.float64), np.asarray(base, dtype=np.float64)
    if counts.ndim != 1 or counts.shape != people.shape:
        raise StatisticsError(f"Events have the shape {counts.shape} but their base {people.shape}; both must be of one length.")
    if np.any(np.isnan(counts)) or np.any(np.isnan(people)):
        raise StatisticsError("A count is missing; a missing count is not 0.")
    if np.any(counts < 0) or np.any(people < 0) or np.any((people == 0) & (counts > 0)):
        raise StatisticsError("Events and their base cannot be below 0, nor can events be where there is no base.")
    if counts.sum() <= 0:
        raise StatisticsError("There are no events, so nothing is concentrated.")
    return counts, people


def _by_rate(counts: Numbers, people: Numbers) -> Curve:
    rate = np.where(people > 0, counts / np.where(people > 0, people, 1.0), 0.0)
    # Ties are joined, for the order of areas of one rate must not matter.
    _, place = np.unique(rate, return_inverse=True)
    return _curve(counts, people, place)


def _curve(counts: Numbers, people: Numbers, place: NDArray[np.intp]) -> Curve:
    steps = (np.bincount(place, weights=part) for part in (people, counts))
    base, events = (np.concatenate([[0.0], np.cumsum(step)]) for step in steps)
    return Curve(base / base[-1], events / events[-1])


def _index(curve: Curve) -> float:
    return float(1 - np.sum(np.diff(curve.base) * (curve.events[1:] + curve.events[:-1])))


def _top_share(curve: Curve, top: float) -> float:
    return float(1 - np.interp(1 - top, curve.base, curve.events))


def _check_top(top: float) -> None:
    if not 0 < top < 1:
        raise StatisticsError(f"A top share of {top} was given; it must lie between 0 and 1.")
