"""Who is to be reached: need by state, workload and gain, for areas that are allotted whole, told of places together alone.

Need is by state: people who are due and not invited, or were invited and did not come. Workload is all who are due in the window times
attendance, for slots are filled by everybody invited. Gain is need times the share that comes because of a stop. All of it is a function
of published values (geo.disclosure): what is withheld is filled, and nothing of a single filled area is told.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from geo.disclosure.catchments import limits, moments, share_filled
from geo.disclosure.fill import Filled
from geo.disclosure.policies import CatchmentRule
from geo.planning.plans import Gain
from geo.planning.problems import Floats, Indices
from geo.planning.programmes import Programme, most_deprived


@dataclass(frozen=True)
class Areas:
    """LSOAs in order of code. points: population-weighted middles, EPSG:27700, shape (areas, 2); degrees: longitude and latitude.

    keys: of the areas in the database. people: residents. decile: of deprivation, 1 = most, nan = not published. unit: which of the units
    each is of, -1 outside the plan; a unit goes to one stop as a whole: an LSOA, or an MSOA where need is not published by LSOA.
    """

    codes: tuple[str, ...]
    keys: Floats
    points: Floats
    degrees: Floats
    people: Floats
    decile: Floats
    unit: Indices
    units: tuple[str, ...]

    def inside(self, outline: shapely.Geometry) -> "Areas":
        """The same with units whose middle lies in a shape (degrees, EPSG:4326) alone."""
        middle = self.average(self.degrees)
        kept = np.flatnonzero(shapely.contains_xy(outline, middle[:, 0], middle[:, 1]))
        number = np.full(len(self.units) + 1, -1, dtype=np.intp)
        number[kept] = np.arange(len(kept))
        return replace(self, unit=number[self.unit], units=tuple(self.units[one] for one in kept))

    def gather(self, values: Floats) -> Floats:
        """Sums of values of areas by unit."""
        is_in = self.unit >= 0
        return np.bincount(self.unit[is_in], values[is_in], len(self.units)).astype(np.float64)

    def average(self, values: Floats) -> Floats:
        """Means of values (areas, ...) by unit, weighted by people."""
        is_in = self.unit >= 0
        weight = np.maximum(self.people[is_in], 1e-9)
        total = np.bincount(self.unit[is_in], weight, len(self.units))
        columns = values[is_in].reshape(int(is_in.sum()), -1)
        found = np.zeros((len(self.units), columns.shape[1]))
        np.add.at(found, self.unit[is_in], columns * weight[:, None])
        return np.asarray((found / total[:, None]).reshape((len(self.units), *values.shape[1:])))

    @property
    def share_most_deprived(self) -> Floats:
        """Share of the people of each unit who live in the most deprived fifth of England."""
        return self.average(most_deprived(self.decile).astype(np.float64))

    @property
    def share_next(self) -> Floats:
        """Share of the people of each unit who live in the next fifth."""
        return self.average(((self.decile > 2) & (self.decile <= 4)).astype(np.float64))


@dataclass(frozen=True)
class State:
    """People of one state of need. mean, variance: by area; filled: None where counts were not protected. slug: the indicator."""

    name: str
    slug: str
    mean: Floats
    variance: Floats
    filled: Filled | None


@dataclass(frozen=True)
class Sum:
    """People of some areas together: value and limits (None where they cannot be had); refused: why it is not told, in plain words."""

    value: float | None
    least: float | None = None
    most: float | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Demand:
    """Need of a programme. states: not_invited, invited, and not_yet_due where it is published. factor: by area, what turns people of the
    lists into people of the population base that is asked for. uptake: attendance by area, 0-1. unknown_people: residents of the area of
    whom the release tells nothing."""

    programme: Programme
    areas: Areas
    states: dict[str, State]
    factor: Floats
    uptake: Floats
    rule: CatchmentRule
    period: str
    is_modelled: bool
    unknown_people: float = 0.0

    @property
    def need(self) -> Floats:
        """People due who have not come, by unit."""
        return self.areas.gather(sum_of([state.mean * self.factor for state in self._needed]))

    @property
    def spread(self) -> Floats:
        """Coefficient of variation of each unit's need, by what is withheld and rounded."""
        variance = self.areas.gather(sum_of([state.variance * self.factor**2 for state in self._needed]))
        need = self.need
        return np.where(need > 0, np.sqrt(variance) / np.maximum(need, 1e-9), 0.0)

    @property
    def _needed(self) -> list[State]:
        return [self.states[name] for name in self.programme.need if name in self.states]

    def due(self, weeks: int) -> Floats:
        """People due at some time of the window, by area."""
        later = self.states["not_yet_due"].mean * self.programme.share_due(weeks) if "not_yet_due" in self.states else 0.0
        return (sum_of([state.mean for state in self._needed]) + later) * self.factor

    def workload(self, weeks: int) -> Floats:
        """People seen in the window, by unit: all due times attendance, times the slots that each takes."""
        return self.areas.gather(self.due(weeks) * self.uptake * self.programme.visits)

    def gains(self, minutes: Floats) -> tuple[Floats, Floats]:
        """People who come because of a stop so many minutes away, low and high, by unit; minutes: by unit."""
        share = self.areas.share_most_deprived
        coming = self.programme.coming(minutes, share)
        low, high = np.zeros(len(coming)), np.zeros(len(coming))
        for state in self._needed:
            conversion = self.programme.need[state.name].of(share)
            people = self.areas.gather(state.mean * self.factor) * coming
            low, high = low + people * conversion[0], high + people * conversion[1]
        return low, high

    def gain(self, minutes: Floats, units: Indices) -> Gain:
        """What stops bring of some units together, in whole people."""
        low, high = self.gains(minutes)
        return Gain(float(np.floor(low[units].sum())), float(np.ceil(high[units].sum())))

    def told(self, units: Indices) -> Sum:
        """The need of some units together, with limits; refused where few areas or people, or mostly estimates, stand behind it."""
        members = np.flatnonzero(np.isin(self.areas.unit, units))
        people = float(self.areas.people[members].sum())
        if len(members) < self.rule.atoms:
            return Sum(None, refused=f"{len(members)} areas go there: a figure needs at least {self.rule.atoms}.")
        if people < self.rule.people:
            return Sum(None, refused=f"{people:,.0f} residents live there: a figure needs at least {self.rule.people:,}.")
        value, variance, estimated = 0.0, 0.0, 0.0
        for state in self._needed:
            factor = float(np.average(self.factor[members], weights=np.maximum(state.mean[members], 1e-9)))
            if state.filled is None:
                value += float((state.mean * self.factor)[members].sum())
                continue
            found = moments(state.filled, members)
            least, most = limits(state.filled, members, found)
            value, variance = value + found.mean * factor, variance + ((most - least) / 2 * factor) ** 2
            estimated += found.mean * factor * share_filled(state.filled, members)
        if value > 0 and estimated / value > self.rule.filled:
            return Sum(None, refused=f"{estimated / value:.0%} of the figure would be estimated: at most {self.rule.filled:.0%} may be.")
        if variance == 0:
            return Sum(float(round(value)))
        half = float(np.sqrt(variance))
        return Sum(float(round(value)), float(max(round(value - half), 0)), float(round(value + half)))


def sum_of(parts: list[Floats]) -> Floats:
    """Arrays of one shape added up."""
    return np.asarray(np.sum(parts, axis=0))


def equity_weights(areas: Areas, equity: float) -> Floats:
    """What the need of each unit counts: 1 + equity in the most deprived fifth of England, 1 + equity / 2 in the next, else 1."""
    return 1 + equity * areas.share_most_deprived + equity / 2 * areas.share_next
