"""Who is where in which week: stops in an order that spares towing, long enough for their work, and practices before they are overdue.

Weeks at a stop follow from its work and the slots of a week, with towing days before the first and a least stay. Without due dates the
order is the shortest way found between all stops, cut between vehicles so that the busiest ends soonest; with them the earliest due go
first, and stops are exchanged for a shorter way only where nobody becomes late by it. Breast screening invites everybody of a practice
once in 36 months: who turns 50 is then invited before 53, and a practice that is late breaks both.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from geo.errors import PlanningError
from geo.planning.problems import Floats

_DAYS_A_WEEK = 5
# Rounds of improvement of an order; each looks at every exchange, and stops are tens.
_MOST_ROUNDS = 60
# Vehicles that are tried for stops before it is given up that their stays fit.
_MOST_TRIALS = 20_000
# A due week of who has none.
_NEVER = 10**6


@dataclass(frozen=True)
class Cohort:
    """People who are invited together: a practice, or all of one due date. stop: position of the stop they go to. work: slots they take.

    due: week (from 0) by whose end they have to be seen, None = not known.
    """

    name: str
    stop: int
    work: float
    due: int | None = None


@dataclass(frozen=True)
class Terms:
    """slots: people seen in a week at a stop. towing_days: lost at each move. least_weeks: of a stay. weeks: of the window."""

    slots: float
    towing_days: int
    least_weeks: int
    vehicles: int
    weeks: int


@dataclass(frozen=True)
class Turn:
    """A vehicle at a stop. first, last: weeks from 0, both included. km: towed to get there, 0 for the first."""

    vehicle: int
    stop: int
    first: int
    last: int
    km: float


@dataclass(frozen=True)
class Session:
    """When a cohort is seen. late: weeks after it was due, 0 = in time or not known."""

    cohort: Cohort
    vehicle: int
    first: int
    last: int
    late: int


@dataclass(frozen=True)
class Schedule:
    """Turns by vehicle and week, sessions in the order of cohorts. km: towed by all. busiest: weeks of the vehicle that ends last."""

    turns: tuple[Turn, ...]
    sessions: tuple[Session, ...]
    km: float
    busiest: int

    @property
    def late(self) -> tuple[Session, ...]:
        """Cohorts that are seen after they were due."""
        return tuple(session for session in self.sessions if session.late > 0)


def make_schedule(points: Floats, cohorts: Sequence[Cohort], terms: Terms, *, is_held: bool = False) -> Schedule:
    """Turns of vehicles at stops. points: of stops, EPSG:27700, shape (stops, 2). is_held: without due dates a way that no vehicle can
    end in its weeks gives way to one that all can, where there is one.

    Every stop has one turn, as long as its work or the least stay. Raises PlanningError for a cohort of a stop that is not there.
    """
    if wrong := [cohort.name for cohort in cohorts if not 0 <= cohort.stop < len(points)]:
        raise PlanningError(f"{wrong[0]} goes to a stop that is not of the plan")
    round_ = _Round.of(points, cohorts, terms)
    if any(one.due is not None for one in cohorts):
        return round_.run(round_.by_due())
    made = round_.run(round_.by_way())
    packed = pack(round_.stay, terms.vehicles, terms.weeks) if is_held and made.busiest > terms.weeks else None
    return made if packed is None else round_.run([_shorten(route, round_.length) for route in packed])


def stay_weeks(work: float, terms: Terms) -> int:
    """Whole weeks that a stop needs: its work, and the days lost to towing before it opens."""
    days = work / terms.slots * _DAYS_A_WEEK + terms.towing_days
    return max(int(np.ceil(days / _DAYS_A_WEEK - 1e-9)), terms.least_weeks, 1)


def pack(stays: Sequence[int], vehicles: int, weeks: int) -> list[list[int]] | None:
    """Stops (positions in stays) of each vehicle, so that none has more than so many weeks; None where no way was found."""
    order = sorted(range(len(stays)), key=lambda stop: -stays[stop])
    free, trials = [weeks] * vehicles, iter(range(_MOST_TRIALS))
    of_vehicle: list[list[int]] = [[] for _ in range(vehicles)]

    def place(at: int) -> bool:
        if at == len(order):
            return True
        stop = order[at]
        # Vehicles with as many weeks left are the same: one of them is tried.
        for left in sorted({room for room in free if room >= stays[stop]}):
            if next(trials, None) is None:
                return False
            vehicle = free.index(left)
            free[vehicle] -= stays[stop]
            of_vehicle[vehicle].append(stop)
            if place(at + 1):
                return True
            free[vehicle] += stays[stop]
            of_vehicle[vehicle].pop()
        return False

    return [sorted(stops) for stops in of_vehicle if stops] if place(0) else None


def monday_of(starts: date, week: int) -> date:
    """The Monday of a week, where week 0 is that of the start."""
    return starts - timedelta(days=starts.weekday()) + timedelta(weeks=week)


@dataclass(frozen=True)
class _Round:
    """km: between stops; stay: weeks of each; of_stop: its cohorts, the earliest due first."""

    terms: Terms
    km: Floats
    stay: list[int]
    of_stop: list[list[Cohort]]

    @classmethod
    def of(cls, points: Floats, cohorts: Sequence[Cohort], terms: Terms) -> "_Round":
        km = np.hypot(points[:, None, 0] - points[None, :, 0], points[:, None, 1] - points[None, :, 1]) / 1000
        of_stop = [sorted((one for one in cohorts if one.stop == stop), key=_order) for stop in range(len(points))]
        return cls(terms, km, [stay_weeks(sum(one.work for one in each), terms) for each in of_stop], of_stop)

    def by_way(self) -> list[list[int]]:
        """One short way through all stops, cut between vehicles so that the busiest ends soonest."""
        return _cut(_shorten(_nearest_first(self.km), self.length), self.stay, self.terms.vehicles)

    def by_due(self) -> list[list[int]]:
        """The earliest due first, each to the vehicle that is free first; then a shorter way where nobody is later for it."""
        due = [min((_order(one)[0] for one in each), default=_NEVER) for each in self.of_stop]
        routes: list[list[int]] = [[] for _ in range(min(self.terms.vehicles, len(self.stay)))]
        free = [0] * len(routes)
        for stop in sorted(range(len(self.stay)), key=lambda each: (due[each], each)):
            vehicle = min(range(len(routes)), key=lambda each: (free[each], self.km[routes[each][-1], stop] if routes[each] else 0.0))
            routes[vehicle].append(stop)
            free[vehicle] += self.stay[stop]
        return [self._shorter(route) for route in routes]

    def _shorter(self, route: list[int]) -> list[int]:
        """A shorter way by which nobody is later than by this."""
        late = self.lateness(route)
        return _shorten(route, lambda way: self.length(way) + (1e9 if self.lateness(way) > late else 0.0))

    def length(self, way: Sequence[int]) -> float:
        """Kilometres towed."""
        return float(sum(self.km[one, other] for one, other in pairwise(way)))

    def lateness(self, way: Sequence[int]) -> int:
        """Weeks by which cohorts are late, added up."""
        begins, late = 0, 0
        for stop in way:
            late += sum(session.late for session in self._sessions(stop, begins, 0))
            begins += self.stay[stop]
        return late

    def run(self, routes: list[list[int]]) -> Schedule:
        """The calendar of routes."""
        turns, sessions = [], []
        for vehicle, route in enumerate(routes, start=1):
            begins = 0
            for place, stop in enumerate(route):
                km = float(self.km[route[place - 1], stop]) if place else 0.0
                turns.append(Turn(vehicle, stop, begins, begins + self.stay[stop] - 1, km))
                sessions += self._sessions(stop, begins, vehicle)
                begins += self.stay[stop]
        busiest = max((turn.last + 1 for turn in turns), default=0)
        return Schedule(tuple(turns), tuple(sessions), float(sum(turn.km for turn in turns)), busiest)

    def _sessions(self, stop: int, begins: int, vehicle: int) -> list[Session]:
        """Cohorts of a stop one after the other, through its days after towing."""
        a_day, day = self.terms.slots / _DAYS_A_WEEK, float(self.terms.towing_days)
        found = []
        for cohort in self.of_stop[stop]:
            ends = day + cohort.work / a_day
            first, last = begins + int(day // _DAYS_A_WEEK), begins + max(int(np.ceil(ends / _DAYS_A_WEEK - 1e-9)) - 1, 0)
            late = 0 if cohort.due is None else max(last - cohort.due, 0)
            found.append(Session(cohort, vehicle, first, max(first, last), late))
            day = ends
        return found


def _order(cohort: Cohort) -> tuple[int, str]:
    return (_NEVER if cohort.due is None else cohort.due, cohort.name)


def _nearest_first(km: Floats) -> list[int]:
    """A way from the stop that is furthest from all others, each time to the nearest that is left."""
    way = [int(np.argmax(km.sum(axis=1)))]
    left = set(range(len(km))) - set(way)
    while left:
        way.append(min(left, key=lambda stop: (km[way[-1], stop], stop)))
        left.remove(way[-1])
    return way


def _shorten(way: list[int], cost: Callable[[Sequence[int]], float]) -> list[int]:
    """The way with parts turned round, or a stop moved, while that costs less (2-opt and or-opt of an open way)."""
    for _ in range(_MOST_ROUNDS):
        best = min(_changed(way), key=cost, default=way)
        if cost(best) >= cost(way) - 1e-9:
            break
        way = best
    return way


def _changed(way: list[int]) -> Iterator[list[int]]:
    """Every way that one change makes."""
    for one in range(len(way)):
        for other in range(one + 1, len(way)):
            yield way[:one] + way[one : other + 1][::-1] + way[other + 1 :]
        without = way[:one] + way[one + 1 :]
        for place in range(len(way)):
            yield [*without[:place], way[one], *without[place:]]


def _cut(way: list[int], stay: list[int], vehicles: int) -> list[list[int]]:
    """The way cut into as many parts as vehicles, so that the longest part in weeks is shortest."""
    count = min(vehicles, len(way))
    ends = np.concatenate([[0], np.cumsum([stay[stop] for stop in way])])
    # longest[parts, end]: least weeks of the longest of so many parts of the first `end` stops; cuts: where the last of them begins.
    longest = np.full((count + 1, len(way) + 1), np.inf)
    cuts = np.zeros((count + 1, len(way) + 1), dtype=int)
    longest[0, 0] = 0
    for part in range(1, count + 1):
        for end in range(1, len(way) + 1):
            choices = [max(longest[part - 1, begin], ends[end] - ends[begin]) for begin in range(end)]
            cuts[part, end] = int(np.argmin(choices))
            longest[part, end] = choices[cuts[part, end]]
    routes, end = [], len(way)
    for part in range(count, 0, -1):
        routes.append(way[cuts[part, end] : end])
        end = int(cuts[part, end])
    return routes[::-1]
