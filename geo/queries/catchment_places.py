"""Catchments of places: so many metres around one, so many minutes from one, or which of several is nearest."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.errors import InputError, InvalidShape, UnfitCatchment
from geo.geography.boundaries import reproject
from geo.planning.catchments import NOTHING_CHANGED, Ground, Snapped
from geo.planning.problems import Floats, Indices
from geo.planning.travel import TravelTimes
from geo.queries.travel import get_provider

# Buffers, metres: below this nothing is inside, above it is no neighbourhood any more.
NARROWEST_M, WIDEST_M = 100.0, 100_000.0
# Minutes that the model of drives was fitted to; and how far anybody gets in one, as the crow flies, however fast.
SHORTEST, LONGEST, _FASTEST_M = 1.0, 60.0, 1_900.0
# Sites that an area is parted among.
FEWEST_SITES, MOST_SITES = 2, 20
USUAL = "modelled_drive"


def around(place: Any) -> BaseGeometry:
    """A circle in the national grid. Raises InputError, InvalidShape."""
    point = read_point(place, "buffer")
    return shapely.buffer(point, read_number(place, "metres", "buffer", low=NARROWEST_M, high=WIDEST_M), quad_segs=32)


def within_minutes(place: Any, ground: Ground) -> tuple[Snapped, list[str]]:
    """Neighbourhoods whose population-weighted middle is so many minutes from a place, and how the minutes were had, in words.

    Raises InputError, InvalidShape, UnfitCatchment where there is none.
    """
    point = shapely.get_coordinates(read_point(place, "travel"))
    minutes = read_number(place, "minutes", "travel", low=SHORTEST, high=LONGEST)
    provider = _provider(place, "travel")
    near = np.flatnonzero(np.hypot(*(ground.middles - point).T) <= minutes * _FASTEST_M)
    reached = provider.minutes(ground.middles[near], point)[:, 0] <= minutes if len(near) else np.zeros(0, dtype=np.bool_)
    if not reached.any():
        message = f"The middle of no neighbourhood is within {minutes:g} minutes of this place."
        raise UnfitCatchment(
            message, parameter="travel", found=f"{minutes:g} minutes", valid=("more minutes", "a place nearer to where people live")
        )
    return Snapped(near[reached], *NOTHING_CHANGED), [_said(provider)]


def part_by_nearest(sites: Any, atoms: Indices, ground: Ground) -> tuple[NDArray[np.intp], list[str]]:
    """Which site is nearest in minutes to the middle of each neighbourhood, shape (atoms,), the first of equals; and words.

    Raises InputError, InvalidShape.
    """
    if not isinstance(sites, list) or not FEWEST_SITES <= len(sites) <= MOST_SITES:
        wanted = f"a list of {FEWEST_SITES} to {MOST_SITES} places"
        raise InputError(f"sites: {wanted} is wanted.", parameter="sites", found=str(sites)[:60], valid=(wanted,))
    points = np.vstack([shapely.get_coordinates(read_point(site, f"sites[{at}]")) for at, site in enumerate(sites)])
    provider = _provider(sites[0], "sites[0]")
    nearest: Floats = provider.minutes(ground.middles[atoms], points)
    found = nearest.argmin(axis=1).astype(np.intp)
    alone = [str(at + 1) for at in range(len(sites)) if at not in found]
    words = [_said(provider)]
    if alone:
        words.append(f"Nearest to no neighbourhood, and so without a part: {', '.join(alone)} (counted from 1).")
    return found, words


def _provider(place: Any, name: str) -> TravelTimes:
    wanted = place.get("provider", USUAL) if isinstance(place, Mapping) else USUAL
    if not isinstance(wanted, str):
        raise InputError("The name of a way to minutes is wanted.", parameter=f"{name}.provider", found=str(wanted)[:60], valid=(USUAL,))
    return get_provider(wanted)


def _said(provider: TravelTimes) -> str:
    error = getattr(provider, "error", None)
    off = f"; {error.mean_absolute:.1f} minutes off on average, on places that were not used" if error is not None else ""
    return f"Minutes by {provider.mode}, {provider.source}{off}. A neighbourhood is where its population-weighted middle is."


def read_point(place: Any, name: str) -> BaseGeometry:
    """A point in the national grid from latitude and longitude. Raises InputError."""
    latitude = read_number(place, "latitude", name, low=-90, high=90)
    longitude = read_number(place, "longitude", name, low=-180, high=180)
    point = reproject(np.array([shapely.Point(longitude, latitude)], dtype=object), source=WGS84, target=BRITISH_NATIONAL_GRID)[0]
    if not (49 <= latitude <= 56.5 and -7.5 <= longitude <= 3):
        found = f"latitude {latitude:g}, longitude {longitude:g}"
        raise InvalidShape(
            "The place lies outside England.", parameter=name, found=found, valid=("latitude 49 to 56.5, longitude -7.5 to 3",)
        )
    return point


def read_number(place: Any, key: str, name: str, *, low: float, high: float) -> float:
    """A number of an object between two others, both allowed. Raises InputError naming it."""
    value: Any = place.get(key) if isinstance(place, Mapping) else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        wanted = f"a number from {low:,g} to {high:,g}"
        raise InputError(f"{wanted[:1].upper()}{wanted[1:]} is wanted.", parameter=f"{name}.{key}", found=str(value)[:60], valid=(wanted,))
    return float(value)
