"""A question with vehicles, and its program in whole numbers: weeks at each stop hold the people who go there, and vehicles the weeks."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geo.errors import PlanningError
from geo.planning.limits import Limits
from geo.planning.problems import NOT_SERVED, Floats, Indices, Problem
from geo.planning.schedule import Terms, pack, stay_weeks
from geo.solving import Solver

_SLACK = 1e-6


@dataclass(frozen=True)
class Vehicles:
    """A question with vehicles. costs: of each area at each candidate; left: of each area that is not served, no less than any of its
    costs, (areas,). limits: with a fleet. held: candidates at which a vehicle would stand; what exists takes no weeks."""

    costs: Floats
    left: Floats
    problem: Problem
    limits: Limits
    terms: Terms

    @classmethod
    def of(cls, costs: Floats, left: Floats, problem: Problem, limits: Limits) -> "Vehicles":
        """Raises PlanningError in words where stops cannot even stand as long as the least stay."""
        if limits.fleet is None:
            raise PlanningError("no vehicles were given")
        # Who weighs nothing costs nothing, wherever that is.
        asked = cls(np.where(np.isnan(costs), np.inf, costs), left, problem, limits, limits.fleet)
        stay, stops = stay_weeks(0.0, asked.terms), asked.stops
        if not asked.fits([stay] * stops):
            raise PlanningError(
                f"{stops} stops of at least {stay} weeks need {stay * stops:,} weeks of a vehicle, and {asked.weeks:,} are there: fewer"
                " stops, or more vehicles or weeks"
            )
        if limits.least is not None and limits.least > asked.room(asked.terms.weeks):
            raise PlanningError(
                f"a stop of at least {limits.least:,.0f} needs more than {asked.terms.weeks} weeks of {asked.terms.slots:g} slots"
            )
        return asked

    @property
    def weeks(self) -> int:
        """Weeks of all vehicles."""
        return self.terms.vehicles * self.terms.weeks

    @property
    def stops(self) -> int:
        """How many are opened at which a vehicle stands."""
        return self.problem.sites - len(self.limits.exempt)

    @property
    def held(self) -> Indices:
        """Candidates at which a vehicle may stand."""
        return np.setdiff1d(self.problem.allowed, np.array(self.limits.exempt, dtype=np.intp))

    @property
    def slots(self) -> float:
        """People whom all weeks together can see, what is lost to towing once at each stop taken off."""
        return self.room(self.weeks) - (self.stops - 1) * self.lost

    @property
    def lost(self) -> float:
        """People who are not seen in the days of towing to one stop."""
        return self.terms.slots * self.terms.towing_days / 5

    @property
    def instead(self) -> tuple[Floats, Indices]:
        """What an area costs that goes to no stop, and where it goes then: to what exists, or nowhere."""
        if not self.limits.exempt:
            return self.left, np.full(len(self.left), NOT_SERVED, dtype=np.intp)
        there = np.array(self.limits.exempt, dtype=np.intp)
        best = there[np.argmin(self.ranked[:, there], axis=1)]
        costs = self.costs[np.arange(len(best)), best]
        return np.minimum(costs, self.left), np.where(costs <= self.left, best, NOT_SERVED)

    @property
    def ranked(self) -> Floats:
        """Costs by which the nearer of two equals is less, (areas, candidates)."""
        return self.costs + 1e-9 * self.problem.minutes

    def fits(self, stays: list[int]) -> bool:
        """Whether vehicles can share stops of so many weeks, each at one stop until it is done."""
        if sum(stays) > self.weeks or max(stays, default=0) > self.terms.weeks:
            return False
        return not self.is_shared or pack(stays, self.terms.vehicles, self.terms.weeks) is not None

    @property
    def is_shared(self) -> bool:
        """Whether several vehicles share more stops than there are of them."""
        return 1 < self.terms.vehicles < self.stops

    def room(self, weeks: int) -> float:
        """People who can be seen at a stop of so many weeks."""
        return weeks * self.terms.slots - self.lost

    def most_at(self) -> float:
        """People who can be seen at one stop at most."""
        return min(self.room(self.terms.weeks), np.inf if self.limits.most is None else self.limits.most)

    def can_see(self) -> float:
        """People whom no plan can exceed."""
        total = float(self.limits.load.sum())
        return total if self.limits.exempt else min(total, self.slots, self.stops * self.most_at())


@dataclass(frozen=True)
class Found:
    """sites: ascending, what exists among them; nearest: NOT_SERVED where nobody serves an area."""

    sites: Indices
    nearest: Indices
    total: float
    seen: float
    bound: float = -np.inf


def tell(asked: Vehicles, sites: Indices, nearest: Indices, bound: float = -np.inf) -> Found:
    """An answer with what it costs and how many it sees."""
    is_served = nearest != NOT_SERVED
    costs = np.where(is_served, asked.costs[np.arange(len(nearest)), nearest], asked.left)
    return Found(sites, nearest, float(costs.sum()), float(asked.limits.load[is_served].sum()), bound)


def keeps(asked: Vehicles, found: Found) -> bool:
    """Whether an answer keeps to the limits that filling does not look at."""
    limits = asked.limits
    stops = np.intersect1d(found.sites, asked.held)
    loads = [float(limits.load[found.nearest == stop].sum()) for stop in stops]
    if limits.least is not None and min(loads, default=limits.least) < limits.least - _SLACK:
        return False
    if not limits.floor or limits.first is None or limits.is_near is None:
        return True
    is_near = (found.nearest != NOT_SERVED) & limits.is_near[np.arange(len(found.nearest)), found.nearest]
    return float(limits.first[is_near].sum()) >= limits.floor * float(limits.first.sum()) - _SLACK


@dataclass(frozen=True)
class Program:
    """Variables in this order: whether each stop is open, its weeks, whether each pair of area and stop is used, whether each area goes
    to no stop; weeks are of each vehicle by itself where they share stops, and whether it stands there comes last. area, stop: of the
    pairs, positions in areas and in stops."""

    asked: Vehicles
    stops: Indices
    area: Indices
    stop: Indices
    is_open: bool

    @classmethod
    def of(cls, asked: Vehicles, stops: Indices, *, is_open: bool) -> "Program":
        """is_open: all of the stops are open; else as many as wanted, which are to be found."""
        instead, _ = asked.instead
        costs = asked.costs[:, stops]
        area, stop = np.nonzero(np.isfinite(costs) & (costs <= instead[:, None]))
        return cls(asked, stops, area, stop, is_open)

    @property
    def vehicles(self) -> int:
        """How many are told apart: those that share stops."""
        return self.asked.terms.vehicles if self.asked.is_shared else 1

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many variables there are of each kind."""
        count = len(self.stops)
        return count, count * self.vehicles, len(self.area), len(self.asked.left), count * self.vehicles

    def objective(self) -> Floats:
        """Costs of all variables."""
        instead, _ = self.asked.instead
        return self._all(self.asked.costs[self.area, self.stops[self.stop]], instead)

    def seen(self) -> Floats:
        """People who are seen by all variables."""
        load, (_, where) = self.asked.limits.load, self.asked.instead
        return self._all(load[self.area], np.where(where != NOT_SERVED, load, 0.0))

    def _all(self, pairs: Floats, areas: Floats) -> Floats:
        count, weeks, *_, at = self.sizes
        return np.concatenate([np.zeros(count + weeks), pairs, areas, np.zeros(at)])

    def solver(self, floor: float, seconds: float) -> Solver:
        """floor: people who are to be seen at least."""
        asked, (count, weeks, pairs, areas, at) = self.asked, self.sizes
        opened = np.ones(count) if self.is_open else np.isin(self.stops, asked.problem.forced).astype(np.float64)
        low = np.concatenate([opened, np.zeros(weeks + pairs + areas + at)])
        high = np.concatenate([np.ones(count), np.full(weeks, float(asked.terms.weeks)), np.ones(pairs + areas + at)])
        is_whole = np.concatenate([np.ones(count + weeks + pairs), np.zeros(areas), np.ones(at)]).astype(bool)
        rows = [*self._rows(), *self._weeks(), *self._limits()]
        if floor > 0:
            rows.append((sp.csr_array(self.seen()[None, :]), floor - _SLACK, np.inf))
        sums = [np.concatenate([np.full(row[0].shape[0], row[end]) for row in rows]) for end in (1, 2)]
        matrix = sp.csr_array(sp.vstack([part for part, _, _ in rows], format="csr"))
        return Solver(matrix, sums=(sums[0], sums[1]), variables=(low, high), is_whole=is_whole, seconds=seconds)

    def _rows(self) -> list[tuple[sp.csr_array, float, float]]:
        """Each area goes once, only to open stops, as many as wanted."""
        (count, _, pairs, areas, _), asked = self.sizes, self.asked
        once = sp.csr_array((np.ones(pairs), (self.area, np.arange(pairs))), shape=(areas, pairs))
        of_stop = sp.csr_array((np.ones(pairs), (np.arange(pairs), self.stop)), shape=(pairs, count))
        rows = [
            (self._row(pairs=once, areas=sp.eye_array(areas)), 1.0, 1.0),
            (self._row(opened=np.ones((1, count))), float(asked.stops), float(asked.stops)),
        ]
        return rows if self.is_open else [*rows, (self._row(opened=-of_stop, pairs=sp.eye_array(pairs)), -np.inf, 0.0)]

    def _weeks(self) -> list[tuple[sp.csr_array, float, float]]:
        """Weeks hold the people of their stop, are of one vehicle, no fewer than the least stay, and no more than there are."""
        asked, terms, (count, weeks, *_) = self.asked, self.asked.terms, self.sizes
        stop = np.arange(weeks) // self.vehicles
        of_stop = sp.csr_array((np.ones(weeks), (stop, np.arange(weeks))), shape=(count, weeks))
        of_vehicle = sp.csr_array((np.ones(weeks), (np.arange(weeks) % self.vehicles, np.arange(weeks))), shape=(self.vehicles, weeks))
        each, opened = sp.eye_array(weeks), sp.eye_array(count)
        there = float(terms.weeks if asked.is_shared else asked.weeks)
        return [
            (self._row(opened=asked.lost * opened, weeks=-terms.slots * of_stop, pairs=self._work()), -np.inf, _SLACK),
            (self._row(opened=-opened, at=of_stop), 0.0, 0.0),
            (self._row(weeks=each, at=-stay_weeks(0.0, terms) * each), 0.0, np.inf),
            (self._row(weeks=each, at=-float(terms.weeks) * each), -np.inf, 0.0),
            (self._row(weeks=of_vehicle), 0.0, there),
        ]

    def _work(self) -> sp.csr_array:
        """People of the pairs by stop."""
        load, pairs = self.asked.limits.load[self.area], np.arange(len(self.area))
        return sp.csr_array((load, (self.stop, pairs)), shape=(len(self.stops), len(pairs)))

    def _limits(self) -> list[tuple[sp.csr_array, float, float]]:
        """Least and most of a stop, and the floor of those who come first."""
        limits, rows = self.asked.limits, []
        for bound, low, high in ((limits.most, -np.inf, _SLACK), (limits.least, -_SLACK, np.inf)):
            if bound is not None:
                rows.append((self._row(opened=-bound * sp.eye_array(len(self.stops)), pairs=self._work()), low, high))
        if limits.floor and limits.first is not None and limits.is_near is not None:
            _, where = self.asked.instead
            there = (where != NOT_SERVED) & limits.is_near[np.arange(len(where)), where]
            near = limits.first[self.area] * limits.is_near[self.area, self.stops[self.stop]]
            row = self._row(pairs=near[None, :], areas=np.where(there, limits.first, 0.0)[None, :])
            rows.append((row, limits.floor * float(limits.first.sum()) - _SLACK, np.inf))
        return rows

    def _row(self, **parts: sp.csr_array | Floats) -> sp.csr_array:
        """Sums of all variables from those of some kinds."""
        high = next(iter(parts.values())).shape[0]
        kinds = zip(("opened", "weeks", "pairs", "areas", "at"), self.sizes, strict=True)
        blocks = [sp.csr_array(parts[kind]) if kind in parts else sp.csr_array((high, size)) for kind, size in kinds]
        return sp.csr_array(sp.hstack(blocks, format="csr"))

    def values(self, found: Found) -> Floats | None:
        """The variables of an answer; None where one of its pairs is none of these."""
        asked, count = self.asked, len(self.stops)
        is_open = np.isin(self.stops, found.sites)
        is_used = self.stops[self.stop] == found.nearest[self.area]
        goes = np.isin(found.nearest, self.stops)
        if np.bincount(self.area[is_used], minlength=len(goes)).sum() != goes.sum():
            return None
        stays = [stay_weeks(float(asked.limits.load[found.nearest == stop].sum()), asked.terms) for stop in self.stops[is_open]]
        shared = pack(stays, asked.terms.vehicles, asked.terms.weeks) if asked.is_shared else [list(range(len(stays)))]
        if shared is None:
            return None
        of_vehicle, opened = np.zeros((count, self.vehicles)), np.flatnonzero(is_open)
        for vehicle, stops in enumerate(shared):
            of_vehicle[opened[stops], vehicle] = np.array(stays)[stops]
        standing = of_vehicle.ravel()
        return np.concatenate([is_open, standing, is_used, ~goes, standing > 0]).astype(np.float64)

    def read(self, values: Floats, bound: float) -> Found:
        """The answer that values of the variables mean."""
        _, nearest = self.asked.instead
        nearest, (count, weeks, pairs, *_) = nearest.copy(), self.sizes
        is_used = values[count + weeks : count + weeks + pairs] > 0.5
        nearest[self.area[is_used]] = self.stops[self.stop[is_used]]
        opened = self.stops[values[:count] > 0.5]
        sites = np.sort(np.concatenate([opened, np.array(self.asked.limits.exempt, dtype=np.intp)]))
        return tell(self.asked, sites, nearest, bound)
