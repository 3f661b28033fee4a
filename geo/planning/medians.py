"""Sites that make the weighted minutes least (the p-median): a search that finds them, and a bound that says how good they are.

Search: from a greedy start and a random one the exchange of one site for another that saves most, until none saves (Teitz and Bart 1968,
with the gains and losses of Whitaker 1983 for all exchanges at once). Bound: each area's assignment is priced instead of demanded (the
Lagrangian relaxation of Cornuejols, Fisher and Nemhauser 1977); prices follow the subgradient, candidates that the bound excludes are
left out, and the sites of a relaxation are starts of the search. What comes out depends on the problem and the seed alone.
"""

import time
from dataclasses import dataclass

import numpy as np

from geo.errors import PlanningError
from geo.planning.problems import Flags, Floats, Indices, Placed, Problem, serve

# An exchange must save this share of the total, or what rounding leaves could be exchanged for ever.
_LEAST_SAVING = 1e-12
# Steps of prices; the step is halved after so many without a better bound, and prices that no longer move end it.
_MOST_STEPS, _PATIENCE, _FIRST_STEP, _SMALLEST_STEP = 2_000, 15, 2.0, 1e-4
# The search begins anew from the sites of a relaxation once in so many steps, for those of one step are much like those of the last.
_SEARCH_EVERY = 10
# Candidates that are weighed at once: so many columns stay in the cache of one core.
_AT_ONCE = 128
# A gap at which nobody would look on.
_PROVEN = 1e-9


@dataclass
class _Best:
    sites: Indices
    total: float


def place_medians(problem: Problem, *, seed: int = 0, gap: float = 1e-4, most_seconds: float = 60.0) -> Placed:
    """The sites with the least sum of weight x minutes to the nearest, and how far below any other sites could come.

    gap: stop where bound and total are as near as this share. most_seconds: stop then with the gap that is left; what the answer is then
    depends on the machine, and on nothing else ever. An area that no chosen site reaches makes the total infinite: PlanningError where
    no such sites were found.
    """
    began = time.monotonic()
    costs = np.where(np.isfinite(problem.minutes), problem.minutes, _unreached(problem)) * problem.weight[:, None]
    costs = costs[problem.weight > 0] if np.any(problem.weight > 0) else costs
    random = np.random.default_rng(seed)
    best = min((exchange(costs, start, problem) for start in _starts(costs, problem, random)), key=lambda each: each.total)
    best, bound = _raise_bound(costs, best, problem, gap=gap, until=began + most_seconds)
    sites = np.sort(best.sites)
    nearest = serve(problem.minutes, sites)
    total = _weighted(problem, sites)
    if not np.isfinite(total):
        raise PlanningError(f"no {problem.sites} sites were found from which every area can be reached")
    bound = min(bound, total)
    left = (total - bound) / total if total > 0 else 0.0
    return Placed("p-median", tuple(sites.tolist()), nearest, total, bound, left if left > _PROVEN else 0.0, seed, time.monotonic() - began)


def _weighted(problem: Problem, sites: Indices) -> float:
    minutes = problem.minutes[:, sites].min(axis=1)
    is_counted = problem.weight > 0
    return float(minutes[is_counted] @ problem.weight[is_counted])


def _unreached(problem: Problem) -> float:
    """Minutes that stand for an area out of reach while searching: more than any sites could save elsewhere."""
    finite = problem.minutes[np.isfinite(problem.minutes)]
    least = problem.weight[problem.weight > 0].min(initial=1.0)
    return float(finite.max(initial=1.0) * max(problem.weight.sum() / least, 1.0) + 1.0)


def _starts(costs: Floats, problem: Problem, random: np.random.Generator) -> list[Indices]:
    """Sites taken one by one, each time the one that saves most; and sites by chance."""
    forced = np.unique(np.array(problem.forced, dtype=np.intp))
    free = np.setdiff1d(problem.allowed, forced)
    by_chance = np.concatenate([forced, random.choice(free, problem.sites - len(forced), replace=False)])
    greedy, least = list(forced), costs[:, forced].min(axis=1, initial=np.inf)
    while len(greedy) < problem.sites:
        totals = np.minimum(costs[:, free], least[:, None]).sum(axis=0)
        site = free[int(np.argmin(totals))]
        greedy.append(site)
        free, least = free[free != site], np.minimum(least, costs[:, site])
    return [np.array(greedy, dtype=np.intp), by_chance]


def exchange(costs: Floats, start: Indices, problem: Problem, among: Indices | None = None) -> _Best:
    """Exchange one site for another while that saves, the best exchange first. costs: weight x minutes, (areas, candidates).

    among: candidates that may come, None = all that are allowed.
    """
    sites = start.copy()
    is_closed = np.zeros(costs.shape[1], dtype=bool)
    is_closed[problem.allowed if among is None else among] = True
    is_closed[sites] = False
    stays = np.isin(sites, problem.forced)
    while True:
        of_sites = costs[:, sites]
        order = np.argsort(of_sites, axis=1, kind="stable")[:, :2] if len(sites) > 1 else np.zeros((len(costs), 1), dtype=np.intp)
        rows = np.arange(len(costs))
        first = of_sites[rows, order[:, 0]]
        second = of_sites[rows, order[:, 1]] if len(sites) > 1 else np.full(len(costs), np.inf)
        candidates = np.flatnonzero(is_closed)
        if not len(candidates) or np.all(stays):
            return _Best(sites, float(first.sum()))
        saved, gone, come = _best_exchange(costs, candidates, (first, second), (order[:, 0], stays))
        if saved <= _LEAST_SAVING * max(float(first.sum()), 1.0):
            return _Best(sites, float(first.sum()))
        is_closed[sites[gone]], is_closed[come] = True, False
        sites[gone] = come


def _best_exchange(costs: Floats, candidates: Indices, near: tuple[Floats, Floats], held: tuple[Indices, Flags]) -> tuple[float, int, int]:
    """What the best exchange saves, the position of the site that goes and the candidate that comes."""
    (first, second), (site_of_area, stays) = near, held
    # Which areas each site serves, so that sums over them are one product of matrices.
    served = (site_of_area[None, :] == np.arange(len(stays))[:, None]).astype(np.float64)
    of_site = served @ first
    best = (-np.inf, 0, 0)
    for begin in range(0, len(candidates), _AT_ONCE):
        some = candidates[begin : begin + _AT_ONCE]
        part = costs[:, some]
        gain = first.sum() - np.minimum(part, first[:, None]).sum(axis=0)
        # An area that loses its site goes to the second nearest, or to the candidate where that is nearer.
        np.clip(part, first[:, None], second[:, None], out=part)
        saved = gain[None, :] - (served @ part - of_site[:, None])
        saved[stays] = -np.inf
        gone, come = divmod(int(np.argmax(saved)), len(some))
        if saved[gone, come] > best[0]:
            best = (float(saved[gone, come]), gone, int(some[come]))
    return best


def _raise_bound(costs: Floats, best: _Best, problem: Problem, *, gap: float, until: float) -> tuple[_Best, float]:
    """The best bound that prices reach, and the best sites met on the way."""
    prices = _Prices(costs, best, problem)
    tried: set[tuple[int, ...]] = set()
    for number in range(1, _MOST_STEPS + 1):
        chosen = prices.relax(best.total)
        if number % _SEARCH_EVERY == 0 and (key := tuple(np.sort(chosen).tolist())) not in tried:
            tried.add(key)
            found = exchange(costs, chosen, problem, prices.free)
            best = found if found.total < best.total else best
        if best.total - prices.bound <= gap * best.total or time.monotonic() > until or not prices.follow(chosen, best.total):
            break
    return best, prices.bound


class _Prices:
    """What each area would pay to be served: the sites that are then worth most, and a bound on what any sites cost."""

    def __init__(self, costs: Floats, best: _Best, problem: Problem) -> None:
        self._costs = costs
        self._forced = np.unique(np.array(problem.forced, dtype=np.intp))
        self.free = np.setdiff1d(problem.allowed, self._forced)
        self._wanted = problem.sites - len(self._forced)
        # An area pays what the second nearest of good sites would cost it.
        self._prices = np.sort(costs[:, best.sites], axis=1)[:, min(1, len(best.sites) - 1)]
        self._value, self._step, self._idle = -np.inf, _FIRST_STEP, 0
        self.bound = -np.inf

    def relax(self, total: float) -> Indices:
        """The sites that are worth most at these prices. total: of the best sites known; candidates with which none can beat it are left
        out from now on, so that the bound is of what is better than those."""
        worth = np.minimum(self._costs - self._prices[:, None], 0).sum(axis=0)
        ranked = self.free[np.argsort(worth[self.free], kind="stable")]
        chosen = np.concatenate([self._forced, ranked[: self._wanted]])
        self._value = float(self._prices.sum() + worth[chosen].sum())
        if self._value > self.bound + _LEAST_SAVING * total:
            self.bound, self._idle = self._value, 0
        else:
            self._idle += 1
        if 0 < self._wanted < len(ranked):
            extra = worth[ranked] - worth[ranked[self._wanted - 1]]
            self.free = ranked[(self._value + extra < total) | (np.arange(len(ranked)) < self._wanted)]
        return chosen

    def follow(self, chosen: Indices, total: float) -> bool:
        """Raise the prices of areas that no site serves and lower those that several serve; False where nothing is left to do."""
        if self._idle >= _PATIENCE:
            self._step, self._idle = self._step / 2, 0
        slope = 1.0 - (self._costs[:, chosen] < self._prices[:, None]).sum(axis=1)
        length = float(slope @ slope)
        if length == 0 or self._step < _SMALLEST_STEP:
            return False
        self._prices = self._prices + self._step * (total * 1.0001 - self._value) / length * slope
        return True
