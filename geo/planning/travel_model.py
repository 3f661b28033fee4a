"""A model of road minutes, fitted to measured ones, that says how far it is off.

A trip takes some minutes to begin and end, and then so many for each kilometre of the straight way: more for the first, fewer for the
further ones, and both by how densely people live at its ends. Nothing of it is negative, so that a longer way never takes less. One detour
factor for everywhere is off by twice as much.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.spatial import KDTree

from geo.errors import PlanningError
from geo.planning.travel import Error, Matrix

# People that live within so many metres make the density of a place.
DENSITY_RADIUS_M = 5_000
# Longer trips, by road or as the crow flies, are not what a unit is sited for, and a fit to them is worse for short ones.
LONGEST_FITTED, FURTHEST_FITTED_KM = 60.0, 55.0
# Kilometres at which the pace changes: each band has its own.
BANDS_KM = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0, FURTHEST_FITTED_KM)
# Minutes that each kilometre takes at least (120 km/h as the crow flies), so that of two places the nearer one is nearer everywhere.
LEAST_PACE = 0.5
# The error is that of so many fits, each without other destinations.
SPLITS = 5
# Added to people a square kilometre, so that a place without any has a logarithm; between these two logarithms lies every place.
_LEAST_DENSITY = 10.0
_EMPTY, _FULL = float(np.log(_LEAST_DENSITY)), 9.6

Floats = NDArray[np.float64]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Density:
    """How densely people live about a place: points in EPSG:27700, shape (n, 2), with the people at each, shape (n,).

    known: what `at` gives for these very points, where that was kept; counting it anew for a whole country takes seconds.
    """

    points: Points
    people: Floats
    known: Floats | None = None
    _tree: KDTree = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tree", KDTree(self.points))

    def at(self, places: Points) -> Floats:
        """Logarithm of people a square kilometre within five kilometres, shape (places,)."""
        if self.known is None:
            return self._counted(places)
        distance, nearest = self._tree.query(places)
        found = self.known[nearest]
        is_new = distance > 0
        found[is_new] = self._counted(places[is_new])
        return found

    def _counted(self, places: Points) -> Floats:
        near = self._tree.query_ball_point(places, DENSITY_RADIUS_M)
        people = np.array([self.people[each].sum() for each in near])
        return np.log(people / (np.pi * (DENSITY_RADIUS_M / 1000) ** 2) + _LEAST_DENSITY)


@dataclass(frozen=True)
class ModelledDrive:
    """A model of road minutes. weights: shape (28,), of the columns of `_columns`, not negative: what a trip takes beyond LEAST_PACE.

    beyond: minutes for each kilometre beyond the furthest fitted. error: on destinations that the fits did not see.
    """

    weights: Floats
    beyond: float
    density: Density
    error: Error
    source: str
    mode: str = "modelled drive"

    def minutes(self, origins: Points, destinations: Points) -> Floats:
        """Modelled minutes, shape (origins, destinations)."""
        km = _kilometres(origins, destinations)
        weights = self.weights.reshape(-1, 4)
        here, there = _fullness(self.density.at(origins)), _fullness(self.density.at(destinations))
        found = _least(km) + self.beyond * np.maximum(km - FURTHEST_FITTED_KM, 0.0)
        # As `_columns`, one start after the other: 28 tables of this size at once would be too many.
        for start, (empty_here, full_here, empty_there, full_there) in zip(_starts(km), weights, strict=True):
            pace_here, pace_there = empty_here + (full_here - empty_here) * here, empty_there + (full_there - empty_there) * there
            found += start * (pace_here[:, None] + pace_there[None, :])
        return np.asarray(found)


@dataclass(frozen=True)
class Trips:
    """Measured trips of an hour or less by road, or of 55 km or less straight. origin, destination: which, shape (trips,).

    km: straight; minutes: measured; columns: shape (trips, 28), of the model.
    """

    origin: NDArray[np.intp]
    destination: NDArray[np.intp]
    km: Floats
    minutes: Floats
    columns: Floats

    def only(self, is_wanted: NDArray[np.bool_]) -> "Trips":
        """Some of them."""
        return Trips(*(getattr(self, name)[is_wanted] for name in ("origin", "destination", "km", "minutes", "columns")))


@dataclass(frozen=True)
class Split:
    """A fit without some of the destinations. trips: those to them; off: modelled less measured minutes, shape (trips,)."""

    trips: Trips
    off: Floats


def fit_drive(measured: Matrix, density: Density, *, held_out: float = 0.3, splits: int = SPLITS) -> ModelledDrive:
    """The model that comes nearest to measured minutes of an hour or less, by least squares weighted by one over minutes.

    Its error is that of fits without a share of the destinations, on trips of an hour or less to those: a destination that the fit knows
    flatters it. The model that is given was fitted to all of them. Raises PlanningError where fewer than ten destinations or a hundred
    trips are known.
    """
    held = hold_out(measured, density, held_out=held_out, splits=splits)
    off = np.concatenate([each.off[each.trips.minutes <= LONGEST_FITTED] for each in held])
    error = Error(len(off), float(np.abs(off).mean()), float(np.sqrt((off**2).mean())))
    weights, beyond = _fitted(_trips(measured, density), _further(measured, density))
    return ModelledDrive(weights, beyond, density, error, f"fitted to {measured.source}")


def hold_out(measured: Matrix, density: Density, *, held_out: float = 0.3, splits: int = SPLITS) -> list[Split]:
    """Fits that each do not see a share of the destinations, with what they make of the trips to those. Raises as `fit_drive`."""
    trips, further = _trips(measured, density), _further(measured, density)
    found = []
    for split in range(splits):
        order = np.random.default_rng(split).permutation(len(measured.destinations))
        is_out = np.isin(np.arange(len(order)), order[: max(int(len(order) * held_out), 1)])
        weights, beyond = _fitted(trips.only(~is_out[trips.destination]), further.only(~is_out[further.destination]))
        unseen = trips.only(is_out[trips.destination])
        found.append(Split(unseen, _modelled(unseen.columns, unseen.km, weights, beyond) - unseen.minutes))
    return found


def _trips(measured: Matrix, density: Density) -> Trips:
    """The short trips, of which there must be enough."""
    km = _kilometres(measured.origins, measured.destinations)
    found = _chosen(measured, density, (measured.table <= LONGEST_FITTED) | (km <= FURTHEST_FITTED_KM) & ~np.isnan(measured.table), km)
    trips = int(_is_fitted(found).sum())
    if len(measured.destinations) < 10 or trips < 100:
        raise PlanningError(f"{trips} trips of an hour or less to {len(measured.destinations)} places are too few to fit minutes to")
    return found


def _further(measured: Matrix, density: Density) -> Trips:
    """The trips further than 55 km, from every tenth origin: they only say at what pace minutes go on."""
    some = Matrix(measured.origins[::10], measured.destinations, measured.table[::10], measured.mode, measured.source)
    km = _kilometres(some.origins, some.destinations)
    return _chosen(some, density, (km > FURTHEST_FITTED_KM) & ~np.isnan(some.table), km)


def _chosen(measured: Matrix, density: Density, is_wanted: NDArray[np.bool_], km: Floats) -> Trips:
    origin, destination = np.nonzero(is_wanted)
    here, there = density.at(measured.origins)[origin], density.at(measured.destinations)[destination]
    return Trips(origin, destination, km[is_wanted], measured.table[is_wanted], _columns(km[is_wanted], here, there))


def _kilometres(origins: Points, destinations: Points) -> Floats:
    """As the crow flies, shape (origins, destinations)."""
    return np.asarray(np.hypot(origins[:, None, 0] - destinations[None, :, 0], origins[:, None, 1] - destinations[None, :, 1]) / 1000)


def _columns(km: Floats, here: Floats, there: Floats) -> Floats:
    """What minutes are made of, none negative; the shape of km, here and there together, with 28 behind it.

    A start, and the kilometres in each band; each times how empty and how full the one end and the other is (0 to 1).
    """
    full_here, full_there = _fullness(here), _fullness(there)
    shares = (1 - full_here, full_here, 1 - full_there, full_there)
    return np.stack([start * share for start in _starts(km) for share in shares], axis=-1)


def _starts(km: Floats) -> Iterator[Floats]:
    """The start of a trip, then its kilometres in each band."""
    yield np.ones_like(km)
    for low, high in pairwise(BANDS_KM):
        yield np.clip(km - low, 0.0, high - low)


def _fullness(density: Floats) -> Floats:
    """0 where nobody lives about a place, 1 in the fullest town."""
    return np.clip((density - _EMPTY) / (_FULL - _EMPTY), 0.0, 1.0)


def _modelled(columns: Floats, km: Floats, weights: Floats, beyond: float) -> Floats:
    return np.asarray(columns @ weights + _least(km) + beyond * np.maximum(km - FURTHEST_FITTED_KM, 0.0))


def _least(km: Floats) -> Floats:
    """Minutes that the way takes at least, up to the furthest fitted."""
    return LEAST_PACE * np.minimum(km, FURTHEST_FITTED_KM)


def _is_fitted(trips: Trips) -> NDArray[np.bool_]:
    return (trips.minutes <= LONGEST_FITTED) & (trips.km <= FURTHEST_FITTED_KM)


def _fitted(trips: Trips, further: Trips) -> tuple[Floats, float]:
    """Weights by least squares on short trips, and minutes for each kilometre beyond the furthest, on longer ones."""
    used = trips.only(_is_fitted(trips))
    # A minute weighs more on a short trip than on a long one.
    scale = 1 / np.sqrt(np.maximum(used.minutes, 1.0))
    left, right = used.columns * scale[:, None], (used.minutes - _least(used.km)) * scale
    # The same problem in 28 rows: the columns hold some of each other, so a root of their products, without what is not there.
    values, vectors = np.linalg.eigh(left.T @ left)
    is_there = values > values.max() * 1e-12
    root = np.sqrt(values[is_there])
    weights, _ = nnls(root[:, None] * vectors[:, is_there].T, vectors[:, is_there].T @ (left.T @ right) / root)
    if not len(further.km):
        return np.asarray(weights), 1.0
    more = further.minutes - further.columns @ weights - _least(further.km)
    return np.asarray(weights), max(float(more.sum() / (further.km - FURTHEST_FITTED_KM).sum()), 0.0)
