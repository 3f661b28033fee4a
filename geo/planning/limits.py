"""Sites that are held to something: least and most work at each, and a floor for those who are to come first.

A program in whole numbers: which sites are open, and which of them each area goes to as a whole, not always the nearest. It is hard to
prove, so that the answer is the best of so much time, with the gap to the better of two bounds: the solver's, and that of the same
question without limits, which no answer with them can pass.
"""

import time
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geo.errors import PlanningError, SolverError
from geo.planning.problems import Flags, Floats, Indices, Placed, Problem, serve
from geo.planning.schedule import Terms
from geo.solving import Solver

_PROVEN = 1e-9
# More pairs of areas and candidates than these are not searched: the candidates that cost each area least are.
_MOST_PAIRS = 60_000
_SLACK = 1e-6


@dataclass(frozen=True)
class Limits:
    """load: work that each area brings, (areas,). least, most: at each site that is not exempt; None = any. first: weight of those who
    are to come first, (areas,); is_near: (areas, candidates); floor: least share of first that goes to a site that is near; 0 = none.
    fleet: vehicles whose weeks hold the work of all sites that are not exempt (geo.planning.vehicles); None = any."""

    load: Floats
    least: float | None = None
    most: float | None = None
    first: Floats | None = None
    is_near: Flags | None = None
    floor: float = 0.0
    exempt: tuple[int, ...] = ()
    fleet: Terms | None = None

    @property
    def is_of_work(self) -> bool:
        """Whether the work at a site is limited."""
        return self.least is not None or self.most is not None


def place_within_limits(
    costs: Floats, problem: Problem, limits: Limits, *, known: tuple[tuple[int, ...], float], most_seconds: float
) -> Placed:
    """The sites and who goes to which, with the least sum of costs within the limits. costs: (areas, candidates).

    known: sites that are good without limits, and a bound on what any sites cost. Raises PlanningError in words where it cannot be done,
    or no way was found in the time.
    """
    began = time.monotonic()
    _check_possible(problem, limits)
    program = _Program.of(costs, problem, limits)
    tried = _solve(program, problem, limits, known[0], most_seconds / 4)
    whole = _solve(program, problem, limits, None, most_seconds - (time.monotonic() - began), start=tried)
    found = [one for one in (tried, whole) if one is not None]
    if not found:
        raise PlanningError(f"no {problem.sites} sites were found in {most_seconds:.0f} seconds that keep to all limits: loosen one")
    best = min(found, key=lambda one: one.total)
    bound = known[1] if whole is None or not program.is_complete else max(known[1], whole.bound)
    bound = min(bound, best.total)
    gap = (best.total - bound) / best.total if best.total > 0 else 0.0
    return Placed(
        "within limits",
        tuple(best.sites.tolist()),
        best.nearest,
        best.total,
        bound,
        gap if gap > _PROVEN else 0.0,
        0,
        time.monotonic() - began,
    )


@dataclass(frozen=True)
class _Found:
    sites: Indices
    nearest: Indices
    total: float
    bound: float
    values: Floats


@dataclass(frozen=True)
class _Program:
    """The pairs that may be allotted: area and site of each. is_complete: none was left out."""

    costs: Floats
    area: Indices
    site: Indices
    is_complete: bool

    @classmethod
    def of(cls, costs: Floats, problem: Problem, limits: Limits) -> "_Program":
        allowed = problem.allowed
        pairs = len(costs) * len(allowed)
        each = len(allowed) if pairs <= _MOST_PAIRS else max(_MOST_PAIRS // len(costs), problem.sites)
        rank = costs[:, allowed] + 1e-9 * problem.minutes[:, allowed]
        nearest = allowed[np.argsort(rank, axis=1, kind="stable")[:, :each]]
        is_pair = np.zeros(costs.shape, dtype=bool)
        np.put_along_axis(is_pair, nearest, True, axis=1)
        is_pair[:, list(problem.forced)] = True
        area, site = np.nonzero(is_pair & np.isfinite(costs))
        return cls(costs, area, site, each >= len(allowed))


def _check_possible(problem: Problem, limits: Limits) -> None:
    """What can be told to be impossible without searching."""
    held = problem.sites - len(limits.exempt)
    total = float(limits.load.sum())
    if limits.most is not None and not limits.exempt and total > limits.most * held * (1 + 1e-9):
        raise PlanningError(f"{held} stops of at most {limits.most:,.0f} see {limits.most * held:,.0f}, and {total:,.0f} are to be seen")
    if limits.least is not None and limits.least * held > total * (1 + 1e-9):
        raise PlanningError(
            f"{held} stops of at least {limits.least:,.0f} need {limits.least * held:,.0f}, and {total:,.0f} are to be seen"
        )
    if limits.most is not None and float(limits.load.max(initial=0.0)) > limits.most and not limits.exempt:
        raise PlanningError(f"one area alone brings {float(limits.load.max()):,.0f}, and a stop may see {limits.most:,.0f}")


def _solve(
    program: _Program, problem: Problem, limits: Limits, sites: tuple[int, ...] | None, seconds: float, start: _Found | None = None
) -> _Found | None:
    """The best allotment: to sites that are given, or to the best sites; None where none was found."""
    candidates = problem.minutes.shape[1]
    low, high = np.zeros(candidates), np.ones(candidates)
    low[list(problem.forced)], high[list(problem.forbidden)] = 1.0, 0.0
    if sites is not None:
        low[list(sites)], high[:] = 1.0, low
        high[list(sites)] = 1.0
    pairs = len(program.area)
    matrix, least, most = _rows(program, problem, limits)
    solver = Solver(
        matrix,
        sums=(least, most),
        variables=(np.append(low, np.zeros(pairs)), np.append(high, np.ones(pairs))),
        is_whole=np.append(np.ones(candidates, dtype=bool), np.full(pairs, limits.is_of_work)),
        seconds=max(seconds, 1.0),
    )
    objective = np.append(np.zeros(candidates), program.costs[program.area, program.site])
    try:
        answer = solver.least(objective, start=None if start is None else start.values)
    except SolverError:
        return None
    if answer is None:
        if sites is None:
            raise PlanningError(f"no {problem.sites} sites can keep to all limits: loosen one")
        return None
    return _read(answer.values, program, (problem, limits), answer.bound)


def _read(values: Floats, program: _Program, asked: tuple[Problem, Limits], bound: float) -> _Found:
    problem, limits = asked
    candidates = problem.minutes.shape[1]
    sites = np.flatnonzero(values[:candidates] > 0.5)
    shares = np.full(program.costs.shape, -1.0)
    shares[program.area, program.site] = values[candidates:]
    nearest = np.argmax(shares, axis=1) if limits.is_of_work else serve(problem.minutes, sites)
    total = float(program.costs[np.arange(len(nearest)), nearest].sum())
    return _Found(sites, np.asarray(nearest, dtype=np.intp), total, bound, values)


def _rows(program: _Program, problem: Problem, limits: Limits) -> tuple[sp.csr_array, Floats, Floats]:
    """Sums with their least and most: each area goes once, only to sites that are open, so many are open; then the limits."""
    areas, candidates = problem.minutes.shape
    pairs = len(program.area)
    number, ones = np.arange(pairs), np.ones(pairs)
    once = sp.csr_array((ones, (program.area, candidates + number)), shape=(areas, candidates + pairs))
    opened = sp.csr_array((np.ones(candidates), (np.zeros(candidates, dtype=int), np.arange(candidates))), shape=(1, candidates + pairs))
    only = sp.csr_array(
        (np.append(ones, -ones), (np.append(number, number), np.append(candidates + number, program.site))),
        shape=(pairs, candidates + pairs),
    )
    parts = [(once, 1.0, 1.0), (opened, problem.sites, problem.sites), (only, -np.inf, 0.0)]
    held = np.setdiff1d(problem.allowed, np.array(limits.exempt, dtype=np.intp))
    load = sp.csr_array((limits.load[program.area], (program.site, candidates + number)), shape=(candidates, candidates + pairs))
    each = sp.csr_array((np.ones(candidates), (np.arange(candidates), np.arange(candidates))), shape=(candidates, candidates + pairs))
    if limits.most is not None:
        parts.append(((load - limits.most * each)[held], -np.inf, _SLACK))
    if limits.least is not None:
        parts.append(((load - limits.least * each)[held], -_SLACK, np.inf))
    if limits.floor and limits.first is not None and limits.is_near is not None:
        near = limits.first[program.area] * limits.is_near[program.area, program.site]
        row = sp.csr_array((near, (np.zeros(pairs, dtype=int), candidates + number)), shape=(1, candidates + pairs))
        parts.append((row, limits.floor * float(limits.first.sum()) - _SLACK, np.inf))
    rows = [part.shape[0] for part, _, _ in parts]
    least = np.concatenate([np.full(size, low) for size, (_, low, _) in zip(rows, parts, strict=True)])
    most = np.concatenate([np.full(size, high) for size, (_, _, high) in zip(rows, parts, strict=True)])
    return sp.csr_array(sp.vstack([part for part, _, _ in parts], format="csr")), least, most
