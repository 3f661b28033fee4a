"""Sites that cover: most people within some minutes, everybody with the fewest sites, or with the shortest longest way.

Each is a program in whole numbers, solved by HiGHS: maximal covering (Church and ReVelle 1974), set covering (Toregas and others 1971),
and the p-centre as the shortest time within which as many sites cover everybody.
"""

import time
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from scipy.cluster.hierarchy import linkage

from geo.errors import PlanningError
from geo.planning.medians import place_medians
from geo.planning.problems import Flags, Floats, Indices, Placed, Problem, serve
from geo.solving import Answer, Solver

_PROVEN = 1e-9
# Fewer candidates than these are no neighbourhood.
_LEAST_AROUND = 5


def cover_most(problem: Problem, *, within: float, most_seconds: float = 60.0) -> Placed:
    """The sites from which the most weight is within so many minutes. objective: that weight; bound: what no sites exceed.

    Neighbouring candidates stand in for each other, so that to leave one out says nearly nothing. How many open in a whole neighbourhood
    of candidates is therefore asked as well, from five of them up to halves of the country: those are what the solver parts by.
    """
    began = time.monotonic()
    reached, weight = _alike(problem.minutes <= within, problem.weight)
    around = _neighbourhoods(reached, weight)
    low, high = _opening(problem)
    groups, (sums, candidates) = len(reached), around.shape
    solver = Solver(
        sp.block_array(
            [
                # A group counts as far as one of the sites that reach it is open.
                [-reached.astype(float), sp.eye_array(groups), None],
                [np.ones((1, candidates)), None, None],
                [around, None, -sp.eye_array(sums)],
            ],
            format="csr",
        ),
        sums=(
            np.concatenate([np.full(groups, -np.inf), [problem.sites], np.zeros(sums)]),
            np.concatenate([np.zeros(groups), [problem.sites], np.zeros(sums)]),
        ),
        variables=(
            np.concatenate([low, np.zeros(groups + sums)]),
            np.concatenate([high, np.ones(groups), np.full(sums, float(problem.sites))]),
        ),
        is_whole=np.concatenate([np.ones(candidates), np.zeros(groups), np.ones(sums)]).astype(bool),
        kind="small",
        seconds=most_seconds,
    )
    # Sites that leave little weight uncovered are found at once, and spare the solver the search for any.
    known = place_medians(replace(problem, minutes=(problem.minutes > within).astype(np.float64)), gap=1.0)
    is_open = np.isin(np.arange(candidates), known.sites).astype(np.float64)
    start = np.concatenate([is_open, reached @ is_open > 0, around @ is_open])
    answer = _found(solver.least(np.concatenate([np.zeros(candidates), -weight, np.zeros(sums)]), start=start), problem)
    sites = np.flatnonzero(answer.values[:candidates] > 0.5)
    objective = float(problem.weight[np.any(problem.minutes[:, sites] <= within, axis=1)].sum())
    return _placed(f"cover most within {within:g} minutes", problem, sites, (objective, max(-answer.bound, objective)), began)


def _neighbourhoods(reached: Flags, weight: Floats) -> sp.csr_array:
    """Which candidates lie in each neighbourhood of them, (neighbourhoods, candidates): those that reach much the same, joined step by
    step by how little is lost by taking them as one (Ward 1963)."""
    candidates = reached.shape[1]
    inside = [[one] for one in range(candidates)]
    for one, other in linkage(reached.T * np.sqrt(weight), "ward")[:, :2].astype(int).tolist() if candidates > 1 else []:
        inside.append(inside[one] + inside[other])
    wanted = [some for some in inside if _LEAST_AROUND <= len(some) < candidates]
    of = np.repeat(np.arange(len(wanted)), [len(some) for some in wanted])
    which = np.array([one for some in wanted for one in some], dtype=np.intp)
    return sp.csr_array((np.ones(len(of)), (of, which)), shape=(len(wanted), candidates))


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
