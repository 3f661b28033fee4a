"""Kulldorff's scan: the window of neighbouring areas whose events are least likely by chance, with Monte Carlo p-values.

A window is an area and its nearest others, up to a number of areas and a share of what is expected. All windows of a map are judged
together: the p-value of a window is the share of maps without any cluster whose best window is at least as striking, so that it needs no
correction.
Source: Kulldorff (1997).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree
from scipy.special import xlogy

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers

Members = NDArray[np.intp]

# Maps that are tried side by side: with 32,844 areas their counts just fit the processor's cache, whatever their total number.
_TOGETHER = 64
DIRECTIONS = ("high", "low", "both")


@dataclass(frozen=True)
class ScanMethod:
    """How windows are made and judged. most_areas: areas of the largest window; most_share: its share of what is expected, 0-1.

    direction: high, low or both. replicates: maps without clusters; `seed` fixes them. A scan of England with windows of up to 100
    areas (some 150,000 people) is meant for neighbourhoods; a scan of one system may let windows grow to its half.
    """

    most_areas: int = 100
    most_share: float = 0.5
    direction: str = "high"
    replicates: int = 999
    seed: int = 0


@dataclass(frozen=True)
class Window:
    """One window. members: positions of its areas, the centre first. observed, expected: events. relative_risk: inside over outside.

    log_likelihood_ratio: how striking it is. p: of the window as the most striking of all, at least 1 / (replicates + 1).
    """

    members: Members
    observed: float
    expected: float
    relative_risk: float
    log_likelihood_ratio: float
    p: float
    direction: str


def scan_poisson(observed: ArrayLike, *, expected: ArrayLike, coordinates: ArrayLike, method: ScanMethod | None = None) -> list[Window]:
    """Windows that do not overlap, the most striking first, each with its p: events against expectation.

    observed: whole counts >= 0, shape (areas,). expected: >= 0 in any unit, brought to the total observed; adjusted as its maker chose.
    coordinates: (areas, 2), metres. Windows are given as long as they depart from expectation in the direction asked for.
    Raises StatisticsError for missing, negative or fractional counts, missing coordinates, or where nothing is observed or expected.
    Example: tests/geo/statistics/test_scan.py (every window tried in tests/oracles/scan.py).
    """
    counts, usual = _checked(observed, expected)
    usual = usual * (counts.sum() / usual.sum())
    share = usual / usual.sum()

    def deal(random: np.random.Generator, maps: int) -> Numbers:
        return random.multinomial(int(counts.sum()), share, size=maps).T.astype(np.float32)

    places = _places(coordinates, len(counts))
    return _scan(_Map(counts, usual, usual.sum(), places, _poisson_ratio, deal), method or ScanMethod())


def scan_bernoulli(cases: ArrayLike, *, people: ArrayLike, coordinates: ArrayLike, method: ScanMethod | None = None) -> list[Window]:
    """The same for people who each are a case or not; `expected` of a window is its people times the share of cases overall.

    cases, people: whole numbers, cases <= people. Raises StatisticsError as `scan_poisson`, and where cases exceed people or
    all people are cases.
    Example: tests/geo/statistics/test_scan.py (every window tried in tests/oracles/scan.py).
    """
    counts, all_people = _checked(cases, people)
    if np.any(all_people != np.rint(all_people)) or np.any(counts > all_people) or counts.sum() == all_people.sum():
        raise StatisticsError("Cases must be some of the people, both whole numbers.")
    whole = all_people.astype(np.int64)

    def deal(random: np.random.Generator, maps: int) -> Numbers:
        return random.multivariate_hypergeometric(whole, int(counts.sum()), size=maps, method="marginals").T.astype(np.float32)

    usual = all_people * (counts.sum() / all_people.sum())
    places = _places(coordinates, len(counts))
    return _scan(_Map(counts, usual, all_people.sum(), places, _bernoulli_ratio, deal), method or ScanMethod())


@dataclass(frozen=True)
class _Map:
    """Counts and expected counts (of one total), the people behind them all, where areas lie, how windows are judged and maps dealt.

    ratio: (observed, expected, total counts, total people) -> log-likelihood ratio without regard to direction.
    """

    counts: Numbers
    usual: Numbers
    people: float
    coordinates: Numbers
    ratio: Callable[[Numbers, Numbers, float, float], Numbers]
    deal: Callable[[np.random.Generator, int], Numbers]


@dataclass(frozen=True)
class _Windows:
    """For the k-th step the area that joins each centre's window, what is then expected in it, and whether it is still a window.

    Shapes: (most, areas) each; `firm` turns (observed - expected) into a number whose square bounds the ratio from above.
    """

    joins: Members
    expected: Numbers
    is_window: NDArray[np.bool_]
    firm: Numbers


def _scan(map_: _Map, method: ScanMethod) -> list[Window]:
    if method.direction not in DIRECTIONS:
        raise StatisticsError(f"A direction of {method.direction!r} was given; it must be one of {', '.join(DIRECTIONS)}.")
    if method.replicates < 1 or method.most_areas < 1 or not 0 < method.most_share <= 1:
        raise StatisticsError("A scan needs a replicate, windows of an area or more, and a share above 0 and up to 1.")
    windows = _windows(map_, method)
    seen = _all_ratios(map_, windows, method.direction)
    best = _best_of_replicates(map_, windows, method)
    return [_told(map_, windows.joins[: step + 1, centre], float(seen[step, centre]), best) for step, centre in _apart(seen, windows.joins)]


def _apart(seen: Numbers, joins: Members) -> Iterator[tuple[int, int]]:
    """Step and centre of windows without an area in common, the most striking first. seen: the ratio of each, (most, areas)."""
    most, areas = joins.shape
    order = np.argsort(-seen, axis=None, kind="stable")[: np.count_nonzero(seen > 0)]
    # Where each area joins, and at which step the window of each centre is first given an area that is taken.
    by_area = np.argsort(joins, axis=None, kind="stable")
    starts = np.searchsorted(joins.ravel()[by_area], np.arange(areas + 1))
    ends = [most] * areas
    for step, centre in zip(*(part.tolist() for part in np.divmod(order, areas)), strict=True):
        if step >= ends[centre]:
            continue
        yield step, centre
        for area in joins[: step + 1, centre].tolist():
            for at in by_area[starts[area] : starts[area + 1]].tolist():
                ends[at % areas] = min(ends[at % areas], at // areas)


def _windows(map_: _Map, method: ScanMethod) -> _Windows:
    areas = len(map_.counts)
    most = min(method.most_areas, areas)
    _, nearest = cKDTree(map_.coordinates).query(map_.coordinates, k=most)
    joins = np.ascontiguousarray(_centre_first(np.reshape(nearest, (areas, most))).T)
    expected = np.cumsum(map_.usual[joins], axis=0)
    total = map_.counts.sum()
    is_window = (expected <= method.most_share * total) & (expected > 0) & (expected < total)
    inside, outside = np.where(is_window, expected, 1), np.where(is_window, total - expected, 1)
    if _is_rare_and_high(map_, method):
        # With u = (O - E) / E the ratio's part inside is at most E u^2 / 2 for u > 0, the part outside at most E u^2 for u < 0.
        bound = (1 / inside + 2 / outside) / 2
    else:
        # No likelihood ratio exceeds chi-squared.
        bound = 1 / inside + 1 / outside
        if map_.ratio is _bernoulli_ratio:
            bound = bound / (1 - total / map_.people)
    firm = np.where(is_window, np.sqrt(bound), 0)
    return _Windows(joins, expected, is_window, firm.astype(np.float32))


def _is_rare_and_high(map_: _Map, method: ScanMethod) -> bool:
    return method.direction == "high" and map_.ratio is _poisson_ratio


def _centre_first(nearest: Members) -> Members:
    """Each row with its own area in front, also where others stand in the same place."""
    own = np.arange(len(nearest))
    for row in np.flatnonzero(nearest[:, 0] != own):
        others = nearest[row][nearest[row] != row]
        nearest[row] = np.concatenate([[row], others[: nearest.shape[1] - 1]])
    return nearest


def _all_ratios(map_: _Map, windows: _Windows, direction: str) -> Numbers:
    """The ratio of every window of the map as it is, (most, areas); 0 for none, and for those of the other direction."""
    inside = np.cumsum(map_.counts[windows.joins], axis=0)
    total = map_.counts.sum()
    # What is no window is left out below: half of all does for it.
    ratio = map_.ratio(inside, np.where(windows.is_window, windows.expected, total / 2), total, map_.people)
    return np.where(windows.is_window & _is_wanted(inside - windows.expected, direction), ratio, 0.0)


def _is_wanted(difference: Numbers, direction: str) -> NDArray[np.bool_]:
    if direction == "both":
        return np.asarray(difference != 0, dtype=np.bool_)
    return np.asarray(difference > 0 if direction == "high" else difference < 0, dtype=np.bool_)


def _best_of_replicates(map_: _Map, windows: _Windows, method: ScanMethod) -> Numbers:
    """The best ratio of each map without clusters, shape (replicates,).

    Only windows whose bound exceeds the best so far are judged exactly; the others cannot be better.
    """
    random = np.random.default_rng(method.seed)
    total, best = map_.counts.sum(), np.zeros(method.replicates)
    for first in range(0, method.replicates, _TOGETHER):
        maps = min(_TOGETHER, method.replicates - first)
        dealt = map_.deal(random, maps)
        inside = np.zeros_like(dealt)
        top = np.zeros(maps)
        for step, joins in enumerate(windows.joins):
            inside += dealt[joins]
            bound = (inside - windows.expected[step][:, np.newaxis].astype(np.float32)) * windows.firm[step][:, np.newaxis]
            if method.direction == "low":
                np.negative(bound, out=bound)
            elif method.direction == "both":
                np.abs(bound, out=bound)
            # A thousandth of slack for numbers of 32 bits.
            area, place = np.divmod(np.flatnonzero(bound > (0.999 * np.sqrt(top)).astype(np.float32)), maps)
            if area.size:
                ratio = map_.ratio(inside[area, place].astype(np.float64), windows.expected[step][area], total, map_.people)
                np.maximum.at(top, place, ratio)
        best[first : first + maps] = top
    return best


def _poisson_ratio(inside: Numbers, expected: Numbers, total: float, _people: float) -> Numbers:
    outside = total - inside
    return np.asarray(xlogy(inside, inside / expected) + xlogy(outside, outside / (total - expected)), dtype=np.float64)


def _bernoulli_ratio(inside: Numbers, expected: Numbers, total: float, people: float) -> Numbers:
    # Whole people again: a hair too few would make those who are no case fewer than none, and the ratio no number.
    here = np.rint(expected * people / total)
    elsewhere, chance, outside = people - here, total / people, total - inside
    ratio = xlogy(inside, inside / (here * chance)) + xlogy(here - inside, (here - inside) / (here * (1 - chance)))
    ratio += xlogy(outside, outside / (elsewhere * chance)) + xlogy(elsewhere - outside, (elsewhere - outside) / (elsewhere * (1 - chance)))
    return np.asarray(ratio, dtype=np.float64)


def _told(map_: _Map, members: Members, ratio: float, best: Numbers) -> Window:
    observed, expected = float(map_.counts[members].sum()), float(map_.usual[members].sum())
    total = float(map_.counts.sum())
    outside = (total - observed) / (total - expected)
    # Replicates that tie with the window count against it; the tolerance is for the order of sums.
    p = (1 + int(np.count_nonzero(best >= ratio * (1 - 1e-9)))) / (len(best) + 1)
    risk = observed / expected / outside if outside > 0 else np.inf
    return Window(members, observed, expected, risk, ratio, p, "high" if observed > expected else "low")


def _checked(counts: ArrayLike, people: ArrayLike) -> tuple[Numbers, Numbers]:
    first, second = np.asarray(counts, dtype=np.float64), np.asarray(people, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise StatisticsError(f"Counts have the shape {first.shape} but what is expected {second.shape}; one number an area is wanted.")
    if not (np.all(np.isfinite(first)) and np.all(np.isfinite(second))):
        raise StatisticsError("A count is missing; areas without counts are left out before, never taken as 0.")
    if np.any(first < 0) or np.any(second < 0) or np.any(first != np.rint(first)):
        raise StatisticsError("Counts must be whole numbers of 0 or more: modelled counts cannot be scanned.")
    if not first.sum() > 0 or not second.sum() > 0:
        raise StatisticsError("A scan needs events and an expectation of some.")
    return first, second


def _places(coordinates: ArrayLike, areas: int) -> Numbers:
    places = np.asarray(coordinates, dtype=np.float64)
    if places.shape != (areas, 2) or not np.all(np.isfinite(places)):
        raise StatisticsError(f"Coordinates have the shape {places.shape}; each of {areas} areas needs two, none missing.")
    return places
