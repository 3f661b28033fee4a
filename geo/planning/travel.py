"""Minutes between places: as somebody measured them, or by a model (geo.planning.travel_model), an engine or ways in the database.

Every way to minutes is a TravelTimes: it names its mode and where it comes from, so that no page shows minutes without both.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geo.errors import PlanningError

# A straight line is looked at this often, and flagged where so much of it lies off the land.
_STEP_M, _WATER_SHARE = 500.0, 0.15
# Places that stand this near each other are one, in metres: coordinates pass through degrees and back.
_SAME_M = 25.0

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
class Matrix:
    """Minutes that somebody measured between named places. table: shape (origins, destinations), nan = not measured.

    codes, names: what origins and destinations are called, for what is told of a trip that was not measured.
    """

    origins: Points
    destinations: Points
    table: Floats
    mode: str
    source: str
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def minutes(self, origins: Points, destinations: Points) -> Floats:
        """The measured minutes of the very places.

        Raises PlanningError for a place that is not in the matrix, and for a trip that was not measured.
        """
        rows, columns = _positions(origins, self.origins, "neighbourhood"), _positions(destinations, self.destinations, "place")
        found = self.table[np.ix_(rows, columns)]
        if np.any(np.isnan(found)):
            row, column = np.argwhere(np.isnan(found))[0]
            origin = self.codes[rows[row]] if self.codes else f"origin {row}"
            destination = self.names[columns[column]] if self.names else f"destination {column}"
            raise PlanningError(f"the minutes from {origin} to {destination} were not measured")
        return found


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


def _positions(wanted: Points, known: Points, word: str) -> NDArray[np.intp]:
    """Where each wanted place stands among the known ones."""
    distance, found = KDTree(known).query(wanted)
    if missing := int(np.count_nonzero(distance > _SAME_M)):
        east, north = wanted[int(np.argmax(distance > _SAME_M))]
        message = (
            f"the table of minutes has no {word} at easting {east:.0f}, northing {north:.0f}; {missing} of {len(wanted)} are not among"
            " those of the table, and a plan needs each neighbourhood of its area and each place that may serve"
        )
        raise PlanningError(message)
    return np.asarray(found, dtype=np.intp)
