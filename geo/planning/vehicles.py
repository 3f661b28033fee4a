"""Sites that vehicles serve: whole weeks at each, no more than there are, and who is left out where they are too few.

Slots are filled first: a plan sees as many people as any that was found, to one in two hundred. Whom it leaves out is then part of what
is made least, for each area that is not served costs what it says in `left`. Slots have one price for everybody (the Lagrangian
relaxation of the sum of weeks): with it the question is a p-median in which an area may stay away, whose bound holds for this one. Its
sites are then filled area by area, areas change places, and a program in whole numbers improves it; of few it looks at all sites.
"""

import time
from dataclasses import replace

import numpy as np

from geo.errors import PlanningError, SolverError
from geo.planning.exchanges import polish
from geo.planning.fleets import Found, Program, Vehicles, keeps, tell
from geo.planning.limits import Limits
from geo.planning.medians import place_medians
from geo.planning.problems import Floats, Indices, Placed, Problem
from geo.planning.schedule import stay_weeks

# Share of the people whom any plan can see that may be given up for a better choice of whom.
_NEARLY = 5e-3
# Gaps at which nobody would look on, at which the search ends, and at which the solver does: of few pairs, and of many. Of many it parts
# the problem no further than this, so that it ends by itself and not by the clock, and a replay comes to the same.
_PROVEN, _ENOUGH, _OF_FEW, _OF_MANY, _NODES = 1e-9, 1e-4, 5e-5, 1e-3, 100
# Prices of a slot that are tried, and how near each other two are the same.
_MOST_PRICES, _SAME_PRICE = 6, 1e-3
# Pairs of areas and candidates that are few, and more than are searched for all sites at once.
_FEW_PAIRS, _MOST_PAIRS = 2_000, 30_000
_SLACK = 1e-6


def place_with_vehicles(
    costs: Floats, left: Floats, problem: Problem, limits: Limits, *, seed: int = 0, most_seconds: float = 60.0
) -> Placed:
    """The sites and who goes to which, with the least sum of costs, within limits and weeks; NOT_SERVED in nearest for who is left out.

    Raises PlanningError in words where it cannot be done, or no way was found in the time.
    """
    began = time.monotonic()
    asked = Vehicles.of(costs, left, problem, limits)
    tried, bound = _priced(asked, seed, most_seconds / 3)
    found = [one for one in (_fill(asked, sites) for sites in tried) if keeps(asked, one)]
    is_whole, is_few = _pairs(asked) <= _MOST_PAIRS, _pairs(asked) <= _FEW_PAIRS
    ahead = max(found, key=lambda one: one.seen, default=None)
    ahead_sites = tried[0] if ahead is None else ahead.sites
    if ahead is None or ahead.seen < (1 - _NEARLY) * asked.can_see():
        ahead = _search(asked, None if is_few else ahead_sites, 0.0, most_seconds / 6, is_of_seen=True) or ahead
        found += [] if ahead is None else [ahead]
    if ahead is None:
        raise PlanningError(f"no {problem.sites} sites were found in {most_seconds:.0f} seconds that keep to all limits: loosen one")
    if not any(one.seen for one in found) and np.any(limits.load > 0):
        least = float(limits.load[limits.load > 0].min())
        raise PlanningError(
            f"no area alone fits in the weeks there are: the smallest brings {least:,.0f}, a stop sees {asked.most_at():,.0f}"
        )
    floor = (1 - _NEARLY) * max(one.seen for one in found)
    best = min((one for one in found if one.seen >= floor), key=lambda one: one.total)
    for sites in (best.sites, *(each for each in tried if tuple(each) != tuple(best.sites)), *([None] if is_whole else [])):
        remaining = most_seconds - (time.monotonic() - began)
        if best.total - bound <= _ENOUGH * best.total or remaining < 1:
            break
        one = _search(asked, sites, floor, remaining / (1 if sites is None else 2), start=best if sites is None else None)
        if one is not None:
            bound = max(bound, one.bound) if sites is None else bound
            best = min(best, one, key=lambda each: each.total)
    return _placed(best, bound, seed, began)


def allot(costs: Floats, left: Floats, problem: Problem, limits: Limits) -> Placed:
    """Who can be served at all candidates of the problem, opened by hand: at once, good, and with no proof."""
    began = time.monotonic()
    found = _fill(Vehicles.of(costs, left, problem, limits), problem.allowed)
    return replace(_placed(found, np.nan, 0, began), method="by hand", gap=np.nan)


def _pairs(asked: Vehicles) -> int:
    return len(asked.costs) * len(asked.held)


def _placed(best: Found, bound: float, seed: int, began: float) -> Placed:
    bound = min(bound, best.total)
    gap = (best.total - bound) / best.total if best.total > 0 else 0.0
    gap = gap if gap > _PROVEN else 0.0
    seconds = time.monotonic() - began
    return Placed("with vehicles", tuple(best.sites.tolist()), best.nearest, best.total, bound, gap, seed, seconds)


def _priced(asked: Vehicles, seed: int, seconds: float) -> tuple[list[Indices], float]:
    """Sites that are good at some price of a slot, those of the last price first, and what no plan costs less than."""
    until, price, load = time.monotonic() + seconds, 0.0, asked.limits.load
    instead, _ = asked.instead
    known: list[tuple[int, ...]] = []
    bound, prices = -np.inf, [0.0]
    while len(prices) <= _MOST_PRICES:
        costs = asked.costs.copy()
        costs[:, asked.held] += price * load[:, None]
        problem = Problem(
            np.minimum(costs, instead[:, None]), np.ones(len(load)), asked.problem.sites, asked.problem.forced, asked.problem.forbidden
        )
        placed = place_medians(problem, seed=seed, gap=_ENOUGH if price == 0 else _NEARLY, most_seconds=seconds / _MOST_PRICES)
        bound = max(bound, placed.bound - price * asked.slots)
        known = [placed.sites, *(sites for sites in known if sites != placed.sites)]
        price = _price_of(asked, np.array(placed.sites))
        if time.monotonic() > until or any(abs(price - one) <= _SAME_PRICE * max(price, one) for one in prices):
            break
        prices.append(price)
    return [np.array(sites, dtype=np.intp) for sites in known], bound


def _price_of(asked: Vehicles, sites: Indices) -> float:
    """What the last slot is worth where these sites are open: 0 where not all are used."""
    stops = np.intersect1d(sites, asked.held)
    load = asked.limits.load
    instead, _ = asked.instead
    saved = instead - asked.costs[:, stops].min(axis=1, initial=np.inf)
    is_used = (saved > 0) & (load > 0)
    worth = saved[is_used] / load[is_used]
    order = np.argsort(-worth, kind="stable")
    filled = np.cumsum(load[is_used][order])
    over = int(np.searchsorted(filled, asked.slots * (1 + 1e-9), side="right"))
    return float(worth[order][over]) if over < len(order) else 0.0


def _fill(asked: Vehicles, sites: Indices) -> Found:
    """Areas one by one, those first that save most by each slot, each to the stop that costs it least and has room."""
    stops = np.intersect1d(sites, asked.held)
    instead, nearest = asked.instead
    nearest, load = nearest.copy(), asked.limits.load
    choices = np.argsort(asked.ranked[:, stops], axis=1, kind="stable")
    saved = instead - asked.costs[:, stops].min(axis=1, initial=np.inf)
    worth = np.where(load > 0, saved / np.maximum(load, 1e-12), np.inf)
    loads, weeks = np.zeros(len(stops)), [stay_weeks(0.0, asked.terms)] * len(stops)
    most = asked.most_at()
    for area in np.argsort(-worth, kind="stable").tolist():
        if saved[area] < 0 or (saved[area] == 0 and asked.limits.exempt):
            continue
        for stop in choices[area].tolist():
            work = loads[stop] + load[area]
            stays = [*weeks[:stop], stay_weeks(work, asked.terms), *weeks[stop + 1 :]]
            if asked.costs[area, stops[stop]] > instead[area] or work > most + _SLACK:
                continue
            if stays == weeks or asked.fits(stays):
                nearest[area], loads[stop], weeks = stops[stop], work, stays
                break
    filled = tell(asked, np.sort(sites), nearest)
    return polish(asked, filled, floor=(1 - _NEARLY) * filled.seen)


def _search(
    asked: Vehicles, sites: Indices | None, floor: float, seconds: float, *, start: Found | None = None, is_of_seen: bool = False
) -> Found | None:
    """The best answer of the time, at given sites or at the best; start: a good one that is known; is_of_seen: the one that sees most
    people. None where none was found.

    Raises PlanningError where no sites can keep to all limits.
    """
    program = Program.of(asked, asked.held if sites is None else np.intersect1d(sites, asked.held), is_open=sites is not None)
    objective = -program.seen() if is_of_seen else program.objective()
    known = None if start is None else program.values(start)
    gap, nodes = (_OF_FEW, None) if _pairs(asked) <= _FEW_PAIRS else (_OF_MANY, _NODES if sites is not None else 1)
    try:
        answer = program.solver(floor, max(seconds, 1.0)).least(objective, start=known, gap=gap, nodes=nodes)
    except SolverError:
        return None
    if answer is None:
        if sites is None:
            raise PlanningError(f"no {asked.problem.sites} sites can keep to all limits: loosen one")
        return None
    return polish(asked, program.read(answer.values, answer.bound), floor=np.inf if is_of_seen else floor)
