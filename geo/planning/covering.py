"""Sites that cover: most people within some minutes, everybody with the fewest sites, or with the shortest longest way.

Each is a program in whole numbers, solved by HiGHS: maximal covering (Church and ReVelle 1974), set covering (Toregas and others 1971),
and the p-centre as the shortest time within which as many sites cover everybody.
"""

import time
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from geo.errors import PlanningError
from geo.planning.medians import place_medians
from geo.planning.problems import Flags, Floats, Indices, Placed, Problem, serve
from geo.solving import Answer, Solver

_PROVEN = 1e-9


def cover_most(problem: Problem, *, within: float, most_seconds: float = 60.0) -> Placed:
    """The sites from which the most weight is within so many minutes. objective: that weight; bound: what no sites exceed."""
    began = time.monotonic()
    reached, weight = _alike(problem.minutes <= within, problem.weight)
    groups, candidates = reached.shape
    # A group counts as far as one of the sites that reach it is open.
    counted = sp.hstack([-reached.astype(float), sp.eye_array(groups)], format="csr")
    opened = sp.csr_array(np.concatenate([np.ones(candidates), np.zeros(groups)])[None, :])
    low, high = _opening(problem)
    solver = Solver(
        sp.vstack([counted, opened], format="csr"),
        sums=(np.append(np.full(groups, -np.inf), problem.sites), np.append(np.zeros(groups), problem.sites)),
        variables=(np.append(low, np.zeros(groups)), np.append(high, np.ones(groups))),
        is_whole=np.arange(candidates + groups) < candidates,
        seconds=most_seconds,
    )
    # Sites that leave little weight uncovered are found at once, and spare the solver the search for any.
    known = place_medians(replace(problem, minutes=(problem.minutes > within).astype(np.float64)), gap=1e-2, most_seconds=most_seconds / 10)
    is_open = np.isin(np.arange(candidates), known.sites).astype(np.float64)
    start = np.append(is_open, (reached @ is_open > 0).astype(np.float64))
    answer = _found(solver.least(np.concatenate([np.zeros(candidates), -weight]), start=start), problem)
    sites = np.flatnonzero(answer.values[:candidates] > 0.5)
    objective = float(problem.weight[np.any(problem.minutes[:, sites] <= within, axis=1)].sum())
    return _placed(f"cover most within {within:g} minutes", problem, sites, (objective, max(-answer.bound, objective)), began)


def cover_all(minutes: Floats, *, within: float, forced: tuple[int, ...] = (), most_seconds: float = 60.0) -> Placed:
    """The fewest sites from which every area is within so many minutes. objective: how many; bound: with fewer it cannot be done.

    Raises PlanningError where some area has no candidate so near.
    """
    began = time.monotonic()
    is_near = minutes <= within
    if not np.all(np.any(is_near, axis=1)):
        area = int(np.flatnonzero(~np.any(is_near, axis=1))[0])
        raise PlanningError(f"area {area} has no candidate within {within:g} minutes: the nearest is {minutes[area].min():g} away")
    reached, _ = _alike(is_near, np.ones(len(minutes)))
    problem = Problem(minutes, np.ones(len(minutes)), max(len(set(forced)), 1), forced)
    low, high = _opening(problem)
    solver = Solver(
        sp.csr_array(reached.astype(float)),
        sums=(np.ones(len(reached)), np.full(len(reached), np.inf)),
        variables=(low, high),
        is_whole=np.ones(len(low), dtype=bool),
        seconds=most_seconds,
    )
    answer = _found(solver.least(np.ones(len(low))), problem)
    sites = np.flatnonzero(answer.values > 0.5)
    bound = float(np.ceil(answer.bound - _PROVEN))
    return _placed(f"cover all within {within:g} minutes", problem, sites, (float(len(sites)), min(bound, len(sites))), began)


def place_centres(problem: Problem, *, most_seconds: float = 60.0) -> Placed:
    """The sites from which the longest way of anybody is shortest. objective: its minutes; bound: in less it cannot be done."""
    began = time.monotonic()
    minutes = problem.minutes[problem.weight > 0]
    times = np.unique(minutes[:, problem.allowed][np.isfinite(minutes[:, problem.allowed])])
    # The shortest time at which every area has a candidate at all, and one at which some sites were seen to do.
    first = int(np.searchsorted(times, minutes[:, problem.allowed].min(axis=1).max()))
    least, most, sites = first, len(times) - 1, _covering(problem, minutes, times[-1], most_seconds)
    if sites is None:
        raise PlanningError(f"no {problem.sites} sites were found from which every area can be reached")
    while least < most:
        middle = (least + most) // 2
        left = most_seconds - (time.monotonic() - began)
        if left <= 0:
            break
        found = _covering(problem, minutes, times[middle], left)
        if found is None:
            least = middle + 1
        else:
            sites = found
            most = int(np.searchsorted(times, minutes[:, found].min(axis=1).max()))
    return _placed("p-centre", problem, sites, (float(times[most]), float(times[least])), began)


def _covering(problem: Problem, minutes: Floats, within: float, seconds: float) -> Indices | None:
    """As many sites as wanted that cover all areas within a time; None where there are none. Raises SolverError where time ran out."""
    reached, _ = _alike(minutes <= within, np.ones(len(minutes)))
    low, high = _opening(problem)
    candidates = len(low)
    solver = Solver(
        sp.csr_array(np.vstack([reached, np.ones(candidates)]).astype(float)),
        sums=(np.append(np.ones(len(reached)), problem.sites), np.append(np.full(len(reached), np.inf), problem.sites)),
        variables=(low, high),
        is_whole=np.ones(candidates, dtype=bool),
        seconds=seconds,
    )
    answer = solver.least(np.zeros(candidates))
    return None if answer is None else np.flatnonzero(answer.values > 0.5)


def _opening(problem: Problem) -> tuple[Floats, Floats]:
    """Least and greatest of what says that a candidate is opened."""
    low, high = np.zeros(problem.minutes.shape[1]), np.ones(problem.minutes.shape[1])
    low[list(problem.forced)] = 1.0
    high[list(problem.forbidden)] = 0.0
    return low, high


def _alike(is_near: Flags, weight: Floats) -> tuple[Flags, Floats]:
    """Areas with the same candidates in reach as one, with their weights together; those with none or no weight left out."""
    is_used = np.any(is_near, axis=1) & (weight > 0)
    packed = np.packbits(is_near[is_used], axis=1)
    _, first, of = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    together = np.bincount(of.ravel(), weights=weight[is_used], minlength=len(first))
    return np.asarray(is_near[is_used][first]), np.asarray(together, dtype=np.float64)


def _found(answer: Answer | None, problem: Problem) -> Answer:
    if answer is None:
        raise PlanningError(f"no {problem.sites} sites can do what is asked")
    return answer


def _placed(method: str, problem: Problem, sites: Indices, proof: tuple[float, float], began: float) -> Placed:
    objective, bound = proof
    gap = abs(objective - bound) / abs(objective) if objective else 0.0
    nearest = serve(problem.minutes, sites)
    seconds = time.monotonic() - began
    return Placed(method, tuple(sites.tolist()), nearest, objective, bound, gap if gap > _PROVEN else 0.0, 0, seconds)
