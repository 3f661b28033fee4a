"""Minutes between places: as somebody measured them, or by a model that was fitted to such minutes and says how far it is off.

Every way to minutes is a TravelTimes: it names its mode and where it comes from, so that no page shows minutes without both. The model
takes the straight distance, its root, and how densely people live at both ends; one detour factor for everywhere is off by twice as much.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geo.errors import PlanningError

# People that live within so many metres make the density of a place.
DENSITY_RADIUS_M = 5_000
# Longer trips are not what a unit is sited for, and a fit to them is worse for short ones.
LONGEST_FITTED = 60.0
# Added to people a square kilometre, so that a place without any has a logarithm.
_LEAST_DENSITY = 10.0
# A straight line is looked at this often, and flagged where so much of it lies off the land.
_STEP_M, _WATER_SHARE = 500.0, 0.15

Floats = NDArray[np.float64]
Points = NDArray[np.float64]


class TravelTimes(Protocol):
    """A way to minutes. mode: what one travels by, in words for people; source: where the minutes come from."""

    @property
    def mode(self) -> str:
        """What one travels by."""

    @property
    def source(self) -> str:
        """Where the minutes come from."""

    def minutes(self, origins: Points, destinations: Points) -> Floats:
        """Minutes from each origin to each destination; points in EPSG:27700, shape (n, 2). Infinite where there is no way."""


@dataclass(frozen=True)
class Error:
    """How far modelled minutes are from measured ones that the fit did not see. mean_absolute, root_mean_square: minutes."""

    trips: int
    mean_absolute: float
    root_mean_square: float


@dataclass(frozen=True)
class Density:
    """How densely people live about a place: points in EPSG:27700, shape (n, 2), with the people at each, shape (n,)."""

    points: Points
    people: Floats

    def at(self, places: Points) -> Floats:
        """Logarithm of people a square kilometre within five kilometres, shape (places,)."""
        tree = KDTree(self.points)
        near = tree.query_ball_point(places, DENSITY_RADIUS_M)
        people = np.array([self.people[each].sum() for each in near])
        return np.log(people / (np.pi * (DENSITY_RADIUS_M / 1000) ** 2) + _LEAST_DENSITY)


@dataclass(frozen=True)
class ModelledDrive:
    """A model of road minutes. weights: shape (7,), of the columns of `_columns`. error: on destinations not used in the fit."""

    weights: Floats
    density: Density
    error: Error
    source: str
    mode: str = "modelled drive"

    def minutes(self, origins: Points, destinations: Points) -> Floats:
        """Modelled minutes, never below 0, shape (origins, destinations)."""
        return np.maximum(_columns(origins, destinations, self.density) @ self.weights, 0.0)


@dataclass(frozen=True)
class Matrix:
    """Minutes that somebody measured between named places. table: shape (origins, destinations), nan = not measured."""

    origins: Points
    destinations: Points
    table: Floats
    mode: str
    source: str

    def minutes(self, origins: Points, destinations: Points) -> Floats:
        """The measured minutes of the very places.

        Raises PlanningError for a place that is not in the matrix, and for a trip that was not measured.
        """
        rows, columns = _positions(origins, self.origins, "origin"), _positions(destinations, self.destinations, "destination")
        found = self.table[np.ix_(rows, columns)]
        if np.any(np.isnan(found)):
            row, column = np.argwhere(np.isnan(found))[0]
            raise PlanningError(f"the minutes from origin {row} to destination {column} were not measured")
        return found


def fit_drive(measured: Matrix, density: Density, *, held_out: float = 0.3, seed: int = 0) -> ModelledDrive:
    """The model that comes nearest to measured minutes of an hour or less, by least squares.

    Its error is that of a fit without a share of the destinations, on trips to those: a destination that the fit knows flatters it. The
    model that is given was fitted to all of them. Raises PlanningError where fewer than ten destinations or a hundred trips are known.
    """
    columns = _columns(measured.origins, measured.destinations, density)
    is_short = measured.table <= LONGEST_FITTED
    destinations = len(measured.destinations)
    if destinations < 10 or int(is_short.sum()) < 100:
        raise PlanningError(f"{int(is_short.sum())} trips of an hour or less to {destinations} places are too few to fit minutes to")
    out = np.random.default_rng(seed).permutation(destinations)[: max(int(destinations * held_out), 1)]
    is_out = np.isin(np.arange(destinations), out)
    off = (columns[:, is_out] @ _fitted(columns[:, ~is_out], measured.table[:, ~is_out]) - measured.table[:, is_out])[is_short[:, is_out]]
    error = Error(len(off), float(np.abs(off).mean()), float(np.sqrt((off**2).mean())))
    return ModelledDrive(_fitted(columns, measured.table), density, error, f"fitted to {measured.source}")


def crosses_water(origins: Points, destinations: Points, land: shapely.Geometry) -> NDArray[np.bool_]:
    """Whether the straight way of each trip leaves the land, as over an estuary, so that its modelled minutes are not to be trusted.

    origins, destinations: EPSG:27700, shape (trips, 2). land: the country's outline in the same.
    """
    shapely.prepare(land)
    length = np.hypot(*(destinations - origins).T)
    steps = np.maximum((length / _STEP_M).astype(int), 1)
    trip = np.repeat(np.arange(len(origins)), steps)
    along = (np.arange(len(trip)) - np.repeat(np.cumsum(steps) - steps, steps) + 0.5) / steps[trip]
    points = origins[trip] + along[:, None] * (destinations - origins)[trip]
    is_off = ~shapely.contains_xy(land, points)
    return np.bincount(trip, weights=is_off, minlength=len(origins)) / steps > _WATER_SHARE


def _columns(origins: Points, destinations: Points, density: Density) -> Floats:
    """What minutes are made of, shape (origins, destinations, 7): 1, km, its root, density at both ends, and those times the root."""
    km = np.hypot(origins[:, None, 0] - destinations[None, :, 0], origins[:, None, 1] - destinations[None, :, 1]) / 1000
    here = np.broadcast_to(density.at(origins)[:, None], km.shape)
    there = np.broadcast_to(density.at(destinations)[None, :], km.shape)
    root = np.sqrt(km)
    return np.stack([np.ones_like(km), km, root, here, there, here * root, there * root], axis=-1)


def _fitted(columns: Floats, minutes: Floats) -> Floats:
    is_used = minutes <= LONGEST_FITTED
    return np.asarray(np.linalg.lstsq(columns[is_used], minutes[is_used], rcond=None)[0])


def _positions(wanted: Points, known: Points, word: str) -> NDArray[np.intp]:
    """Where each wanted place stands among the known ones, to the metre."""
    numbers = {tuple(each): at for at, each in enumerate(np.rint(known).astype(int).tolist())}
    found = [numbers.get(tuple(each), -1) for each in np.rint(wanted).astype(int).tolist()]
    if -1 in found:
        at = found.index(-1)
        raise PlanningError(f"{word} {at} at {wanted[at, 0]:.0f}, {wanted[at, 1]:.0f} is not among the places of the matrix")
    return np.array(found, dtype=np.intp)
