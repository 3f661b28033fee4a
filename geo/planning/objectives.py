"""What a plan is held to, as one question to the solver that answers it: each objective with its objective, bound and gap."""

import time
from dataclasses import dataclass, replace

import numpy as np

from geo.errors import PlanningError
from geo.planning.covering import cover_all, cover_most, place_centres
from geo.planning.limits import Limits, place_within_limits
from geo.planning.medians import place_medians
from geo.planning.problems import Floats, Placed, Problem, serve
from geo.planning.vehicles import allot, place_with_vehicles

# A search for whole numbers gives the best of so many seconds, with the gap that is left.
MOST_SECONDS = 60.0
WORDS = {
    "median": "minutes to the stops, times people who need one",
    "cover": "people in need within the minutes",
    "cover_all": "stops, so that everybody is within the minutes",
    "centre": "minutes of the longest way",
    "attendance": "people in need, times the share who come from so far",
}


@dataclass(frozen=True)
class Question:
    """problem: minutes, and weights with equity in them. coming: share of people who come from so far, (units, candidates), falling with
    the minutes of a unit. limits: None where nothing but the number of stops holds. most_stops: of cover_all, None = any number.
    as_minutes: what counts for who is not served, None = the longest way there is."""

    objective: str
    problem: Problem
    coming: Floats
    within: float
    limits: Limits | None = None
    seed: int = 0
    most_stops: int | None = None
    as_minutes: float | None = None

    def with_weight(self, weight: Floats) -> "Question":
        """The same with other weights."""
        return replace(self, problem=replace(self.problem, weight=weight))

    @property
    def costs(self) -> Floats:
        """What is made least, as the cost of each unit at each candidate: minutes, people not covered, people who do not come."""
        if self.objective == "median":
            share = self.problem.minutes
        else:
            share = 1 - self.coming if self.objective == "attendance" else (self.problem.minutes > self.within).astype(np.float64)
        return share * self.problem.weight[:, None]

    @property
    def longest(self) -> float:
        """Minutes that count for who is not served: of the longest way of anybody who weighs anything to any candidate."""
        if self.as_minutes is not None:
            return self.as_minutes
        minutes = self.problem.minutes[self.problem.weight > 0][:, self.problem.allowed]
        return float(minutes[np.isfinite(minutes)].max(initial=0.0))

    @property
    def left(self) -> Floats:
        """What is made least, as the cost of each unit that is not served: as though it had the longest way, or did not come."""
        return self.problem.weight * (self.longest if self.objective == "median" else 1.0)


def place(question: Question, *, most_seconds: float = MOST_SECONDS, gap: float = 1e-4) -> Placed:
    """The best stops for the question, with proof. Raises PlanningError in words where no stops can do it."""
    if question.limits is not None:
        return _limited(question, most_seconds)
    problem = question.problem
    if question.objective == "median":
        return place_medians(problem, seed=question.seed, gap=gap, most_seconds=most_seconds)
    if question.objective == "attendance":
        return place_attending(problem, question.coming, seed=question.seed, gap=gap, most_seconds=most_seconds)
    if question.objective == "cover":
        return cover_most(problem, within=question.within, most_seconds=most_seconds)
    if question.objective == "centre":
        return place_centres(problem, most_seconds=most_seconds)
    return _cover_all(question, most_seconds)


def place_attending(problem: Problem, coming: Floats, *, seed: int = 0, gap: float = 1e-4, most_seconds: float = MOST_SECONDS) -> Placed:
    """The sites to which most people come, where the share that comes falls with travel. objective: those people; bound: no more can be.

    It is a p-median in the share who stay away, and shares its bound: what stays away cannot be less, so what comes cannot be more.
    """
    began = time.monotonic()
    everybody = float(problem.weight.sum())
    away = place_medians(replace(problem, minutes=1 - coming), seed=seed, gap=gap, most_seconds=most_seconds)
    nearest = np.asarray(away.sites)[np.argmax(coming[:, away.sites], axis=1)]
    return _of_most("attendance", replace(away, nearest=nearest), everybody, began)


def measure(question: Question, sites: tuple[int, ...], nearest: Floats | None = None) -> float:
    """What given sites reach of the objective, with everybody at the nearest of them; with nearest, as that allots them."""
    problem = question.problem
    rows = np.arange(len(problem.weight))
    at = np.asarray(sites)[np.argmin(problem.minutes[:, sites], axis=1)] if nearest is None else nearest.astype(np.intp)
    minutes, is_counted = problem.minutes[rows, at], problem.weight > 0
    if question.objective == "cover_all":
        return float(len(sites))
    if question.objective == "centre":
        return float(minutes[is_counted].max(initial=0.0))
    if question.objective == "cover":
        return float(problem.weight[minutes <= question.within].sum())
    if question.objective == "attendance":
        return float(problem.weight @ question.coming[rows, at])
    return float(minutes[is_counted] @ problem.weight[is_counted])


def by_hand(question: Question) -> Placed:
    """All candidates opened, with no proof: everybody at the nearest of them, or those whom vehicles can carry.

    Raises PlanningError where vehicles cannot stand at so many places.
    """
    problem, limits = question.problem, question.limits
    sites = tuple(range(problem.minutes.shape[1]))
    if limits is not None and limits.fleet is not None:
        placed = replace(allot(question.costs, question.left, problem, limits), seed=question.seed)
        everybody = float(problem.weight.sum())
        return replace(placed, objective=everybody - placed.objective) if is_most(question.objective) else placed
    nearest = serve(problem.minutes, np.array(sites))
    return Placed("by hand", sites, nearest, measure(question, sites), np.nan, np.nan, question.seed, 0.0)


def is_most(objective: str) -> bool:
    """Whether more of the objective is better."""
    return objective in ("cover", "attendance")


def _cover_all(question: Question, most_seconds: float) -> Placed:
    problem = question.problem
    minutes = problem.minutes.copy()
    minutes[:, list(problem.forbidden)] = np.inf
    furthest = float(minutes[problem.weight > 0].min(axis=1).max(initial=0.0))
    if furthest > question.within:
        raise PlanningError(
            f"not everybody has a place within {question.within:g} minutes: with every place open the longest way is {furthest:.1f}"
        )
    placed = cover_all(minutes[problem.weight > 0], within=question.within, forced=problem.forced, most_seconds=most_seconds)
    if question.most_stops is not None and len(placed.sites) > question.most_stops:
        raise PlanningError(
            f"{len(placed.sites)} stops are needed for everybody to be within {question.within:g} minutes (no plan has fewer than"
            f" {placed.bound:g}), and {question.most_stops} are there"
        )
    nearest = np.asarray(placed.sites)[np.argmin(problem.minutes[:, placed.sites], axis=1)]
    return replace(placed, nearest=nearest)


def _limited(question: Question, most_seconds: float) -> Placed:
    """With floors or limits: whole numbers, the best of the time, and the better of two bounds."""
    began = time.monotonic()
    problem, limits = question.problem, question.limits
    if limits is None or question.objective in ("centre", "cover_all"):
        raise PlanningError("limits of workload and floors go with median, cover and attendance: with the others they are not planned")
    if limits.fleet is not None:
        return _with_vehicles(question, limits, most_seconds)
    free = place(replace(question, limits=None), most_seconds=most_seconds / 4)
    everybody = float(problem.weight.sum()) if is_most(question.objective) else 0.0
    least = everybody - free.bound if is_most(question.objective) else free.bound
    placed = place_within_limits(question.costs, problem, limits, known=(free.sites, least), most_seconds=most_seconds * 3 / 4)
    placed = replace(placed, seed=question.seed)
    if not is_most(question.objective):
        return replace(placed, method=question.objective, seconds=time.monotonic() - began)
    return _of_most(question.objective, placed, everybody, began)


def _with_vehicles(question: Question, limits: Limits, most_seconds: float) -> Placed:
    began = time.monotonic()
    placed = place_with_vehicles(question.costs, question.left, question.problem, limits, seed=question.seed, most_seconds=most_seconds)
    if not is_most(question.objective):
        return replace(placed, method=question.objective)
    return _of_most(question.objective, placed, float(question.problem.weight.sum()), began)


def _of_most(method: str, away: Placed, everybody: float, began: float) -> Placed:
    """An answer about what is lost, told as what is had."""
    objective, bound = everybody - away.objective, everybody - away.bound
    gap = (bound - objective) / objective if objective > 0 and away.gap else 0.0
    return replace(away, method=method, objective=objective, bound=bound, gap=gap, seconds=time.monotonic() - began)
