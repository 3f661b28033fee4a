"""Areas that change places while that is better: one goes to another stop, or two go where the other was, within the weeks of each stop."""

from dataclasses import dataclass

import numpy as np

from geo.planning.fleets import Found, Vehicles, keeps, tell
from geo.planning.problems import Flags, Floats, Indices
from geo.planning.schedule import stay_weeks

# What a change has to save at least: more than what rounding leaves, and less than the nearer of two equals saves.
_LEAST_SAVING = 1e-10
# Changes that are made at most, fewer of many areas: all pairs are weighed for each.
_MOST_CHANGES, _MOST_PAIRS = 200, 20_000_000


def polish(asked: Vehicles, found: Found, *, floor: float) -> Found:
    """The answer with the best change made, again and again, as long as as many weeks do; people seen never fall below the floor.

    Where the limits would not be kept, the answer as it was.
    """
    places = _Places.of(asked, found, floor)
    for _ in range(min(_MOST_CHANGES, max(_MOST_PAIRS // max(len(asked.left), 1) ** 2, 1))):
        if not places.change():
            break
    better = tell(asked, found.sites, places.nearest(asked), found.bound)
    return better if better.total <= found.total and keeps(asked, better) else found


@dataclass
class _Places:
    """Where each area is: a position in stops, or after them for none. costs: (areas, stops and none); room: of each of these."""

    stops: Indices
    costs: Floats
    load: Floats
    at: Indices
    loads: Floats
    room: Floats
    floor: float

    @classmethod
    def of(cls, asked: Vehicles, found: Found, floor: float) -> "_Places":
        stops, (instead, _), load = np.intersect1d(found.sites, asked.held), asked.instead, asked.limits.load
        goes = np.isin(found.nearest, stops)
        at = np.where(goes, np.searchsorted(stops, np.where(goes, found.nearest, 0)), len(stops))
        loads = np.bincount(at, load, len(stops) + 1).astype(np.float64)
        room = [min(asked.room(stay_weeks(float(work), asked.terms)), asked.most_at()) for work in loads[:-1]]
        costs = np.column_stack([asked.ranked[:, stops], instead])
        return cls(stops, costs, load, at, loads, np.append(room, np.inf), -np.inf if asked.limits.exempt else floor)

    def change(self) -> bool:
        """Make the change that saves most; False where none does."""
        saved = self.costs - self.costs[np.arange(len(self.at)), self.at][:, None]
        # What both save where each goes to the other's place.
        both = saved[:, self.at]
        alone, together = np.where(self._has_room(), saved, 0.0), np.where(self._can_swap(), both + both.T, 0.0)
        one, other = int(np.argmin(alone)), int(np.argmin(together))
        if min(alone.flat[one], together.flat[other]) > -_LEAST_SAVING:
            return False
        if alone.flat[one] <= together.flat[other]:
            area, place = divmod(one, len(self.room))
            self._go([(area, place)])
        else:
            first, second = divmod(other, len(self.at))
            self._go([(first, int(self.at[second])), (second, int(self.at[first]))])
        return True

    def _has_room(self) -> Flags:
        """Whether each place has room for each area, and enough are seen without it."""
        fits = self.loads + self.load[:, None] <= self.room
        fits[:, -1] &= self._seen() - self.load >= self.floor
        return np.asarray(fits)

    def _can_swap(self) -> Flags:
        """Whether the places of two areas hold each the other, and enough are seen then."""
        more, is_out = self.load[:, None] - self.load, self.at == len(self.stops)
        fits = (self.loads - self.room)[self.at] + more <= 0
        fewer = np.where(is_out & ~is_out[:, None], more, 0.0)
        return np.asarray(fits & fits.T & (self._seen() - fewer - fewer.T >= self.floor))

    def _seen(self) -> float:
        return float(self.loads[:-1].sum())

    def _go(self, moves: list[tuple[int, int]]) -> None:
        for area, place in moves:
            self.loads[self.at[area]] -= self.load[area]
            self.loads[place] += self.load[area]
            self.at[area] = place

    def nearest(self, asked: Vehicles) -> Indices:
        """The places as candidates of the problem."""
        _, where = asked.instead
        return np.asarray(np.where(self.at == len(self.stops), where, np.append(self.stops, 0)[self.at]), dtype=np.intp)
