"""Who reaches a place within some minutes, and which of several places is nearest to whom, by any way to minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.codes import GEOGRAPHIES
from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.errors import InputError
from geo.planning.candidates import Candidate, given_candidates
from geo.planning.travel import Error, Floats, Points, TravelTimes, crosses_water
from geo.queries.areas import find_areas
from geo.queries.reading import read
from geo.queries.travel import ENGINE, MODELLED, WAYS, Origins, areas_stamp, get_provider, origins_of

# Nobody on a road comes further in a minute, as the crow flies: who lives beyond is not even asked about.
FASTEST_KM_A_MINUTE = 2.0
# An engine, and ways in the database, are asked while somebody waits.
MOST_ASKED = 4_000


@dataclass(frozen=True)
class ReachedArea:
    """An area whose weighted middle lies within the minutes. crosses_water: the straight way leaves England, so take care."""

    code: str
    name: str
    people: int
    minutes: float
    crosses_water: bool


@dataclass(frozen=True)
class Reach:
    """Areas within some minutes of a place, the nearest first. error: of a model, None where minutes were measured or routed."""

    provider: str
    mode: str
    source: str
    error: Error | None
    geography: str
    areas: tuple[ReachedArea, ...]

    @property
    def people(self) -> int:
        """Residents of all of them."""
        return sum(area.people for area in self.areas)


@dataclass(frozen=True)
class NearestSite:
    """An area and the place that its people have nearest."""

    code: str
    name: str
    people: int
    site: str
    minutes: float
    crosses_water: bool


@dataclass(frozen=True)
class Nearest:
    """Every area with its nearest place; places outside the area were not looked at. mean: minutes of the average resident."""

    provider: str
    mode: str
    source: str
    error: Error | None
    geography: str
    sites: tuple[Candidate, ...]
    areas: tuple[NearestSite, ...]
    unreached: tuple[str, ...]

    @property
    def mean(self) -> float | None:
        """Minutes of the average resident who reaches a place; None where nobody lives there."""
        people = sum(area.people for area in self.areas)
        return sum(area.people * area.minutes for area in self.areas) / people if people else None


def areas_within(longitude: float, latitude: float, minutes: float, *, provider: str = MODELLED) -> Reach:
    """The areas from whose weighted middle the place is reached within the minutes.

    Raises InputError for a place outside Great Britain, an unknown way to minutes, or more areas than can be asked about at once.
    """
    place = given_candidates([("", latitude, longitude)])[0]
    point = np.array([[place.easting, place.northing]])
    times, origins = get_provider(provider), origins_of(provider)
    near = np.flatnonzero(np.hypot(*(origins.points - point).T) / 1000 <= minutes * FASTEST_KM_A_MINUTE)
    _refuse_many(provider, len(near))
    found = times.minutes(origins.points[near], point)[:, 0] if len(near) else np.empty(0)
    inside = near[found <= minutes]
    taken = found[found <= minutes]
    flags = _leave_land(origins.points[inside], np.repeat(point, len(inside), axis=0))
    areas = [
        ReachedArea(origins.codes[at], origins.names[at], int(origins.people[at]), round(float(one), 1), bool(flag))
        for at, one, flag in zip(inside.tolist(), taken.tolist(), flags.tolist(), strict=True)
    ]
    areas.sort(key=lambda area: (area.minutes, area.code))
    return Reach(provider, times.mode, times.source, _error(times), origins.geography, tuple(areas))


def nearest_sites(area: str, sites: Sequence[Candidate], *, provider: str = MODELLED) -> Nearest:
    """Each neighbourhood of an area with the nearest of the places, the first of equals. Raises as `areas_within`, and UnknownArea."""
    times, origins = get_provider(provider), origins_of(provider)
    if not sites:
        raise InputError("There is no such place in the area.", parameter="kind", found=area, valid=())
    inside = _inside(area, origins)
    _refuse_many(provider, len(inside) * len(sites))
    points = np.array([(site.easting, site.northing) for site in sites])
    table = times.minutes(origins.points[inside], points)
    best = np.argmin(table, axis=1)
    taken = table[np.arange(len(inside)), best]
    flags = _leave_land(origins.points[inside], points[best])
    rows = zip(inside.tolist(), best.tolist(), taken.tolist(), flags.tolist(), strict=True)
    told = [
        NearestSite(origins.codes[at], origins.names[at], int(origins.people[at]), sites[site].id, round(one, 1), flag)
        for at, site, one, flag in rows
        if np.isfinite(one)
    ]
    unreached = tuple(origins.codes[at] for at, one in zip(inside.tolist(), taken.tolist(), strict=True) if not np.isfinite(one))
    return Nearest(provider, times.mode, times.source, _error(times), origins.geography, tuple(sites), tuple(told), unreached)


def to_degrees(points: Points) -> Floats:
    """Longitude and latitude (EPSG:4326) of points in EPSG:27700, shape (n, 2)."""
    return np.column_stack(Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True).transform(points[:, 0], points[:, 1]))


def _error(times: TravelTimes) -> Error | None:
    found = getattr(times, "error", None)
    return found if isinstance(found, Error) else None


def _refuse_many(provider: str, trips: int) -> None:
    if provider in (ENGINE, WAYS) and trips > MOST_ASKED:
        message = f"{trips:,} trips are more than can be asked of roads at once ({MOST_ASKED:,}). Ask for fewer minutes or a smaller area."
        raise InputError(message, parameter="minutes", found=f"{trips}", valid=(f"{MOST_ASKED}",))


def _inside(area: str, origins: Origins) -> NDArray[np.intp]:
    """Positions of the origins that lie in an area."""
    parents = [one.id for one in find_areas(area, parameter="area")]
    rows = read("queries/reach_inside", {"parents": parents, "geography": GEOGRAPHIES[origins.geography].id})
    at = {code: number for number, code in enumerate(origins.codes)}
    found = np.array(sorted(at[row["code"]] for row in rows if row["code"] in at), dtype=np.intp)
    if not len(found):
        raise InputError("None of the areas that minutes are known from lies there.", parameter="area", found=area, valid=("E09000014",))
    return found


def _leave_land(origins: Points, destinations: Points) -> NDArray[np.bool_]:
    """Whether the straight ways leave England over water, or through Wales or Scotland."""
    land = _land(areas_stamp())
    return np.zeros(len(origins), dtype=bool) if land is None or not len(origins) else crosses_water(origins, destinations, land)


@lru_cache(maxsize=1)
def _land(stamp: tuple[int, int]) -> shapely.Geometry | None:
    found = read("queries/reach_land", {"geography": GEOGRAPHIES["ctry23"].id}, time_limit_ms=20_000)[0]["land"]
    return None if found is None else shapely.make_valid(shapely.from_wkb(bytes(found)))
