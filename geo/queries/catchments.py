"""Catchments as anybody asks for them: from a drawn shape, areas, postcodes or a place to a set of neighbourhoods and what lives there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.codes import BY_ID, GEOGRAPHIES, normalise_postcode
from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.errors import InputError, UnfitCatchment
from geo.geography.boundaries import reproject
from geo.models import Area, AreaLink, Postcode
from geo.planning.catchments import NOTHING_CHANGED, Change, Snapped
from geo.planning.problems import Indices
from geo.planning.shapes import CheckedShape, check_geojson
from geo.queries.catalogue import ReleaseInfo
from geo.queries.catchment_places import around, part_by_nearest, within_minutes
from geo.queries.catchment_profile import Profile, get_catchment_profile
from geo.queries.ground import ATOMS, Country, get_country

VINTAGE = GEOGRAPHIES[ATOMS].vintage
# Codes and postcodes in one list.
MOST_LISTED = 40_000
# Seven digits after the point are a centimetre; five are a metre, finer than any boundary here.
_DIGITS = 5


@dataclass(frozen=True)
class Atom:
    """One neighbourhood of a catchment."""

    code: str
    name: str
    people: int


@dataclass(frozen=True)
class CatchmentInfo:
    """A set of neighbourhoods. gained, lost: by taking whole ones. mended: of what was sent, and how minutes were had, in words.

    shape: GeoJSON of the whole. parts: where the area was parted among sites, by position of its site; empty otherwise.
    """

    atoms: tuple[Atom, ...]
    vintage: int
    people: int
    area_km2: float
    gained: Change
    lost: Change
    mended: tuple[str, ...]
    shape: Mapping[str, Any]
    profile: Profile
    parts: tuple[tuple[int, "CatchmentInfo"], ...] = ()


def preview_catchment(asked: Mapping[str, Any], release: ReleaseInfo) -> CatchmentInfo:
    """What a shape, a list of areas or of postcodes, or the surroundings of a place make. Exactly one of them is asked for.

    Raises InputError, InvalidShape and UnfitCatchment, naming the place of the fault.
    """
    kinds = [kind for kind in KINDS if asked.get(kind) is not None]
    if len(kinds) != 1:
        raise InputError("Ask for exactly one kind of catchment.", parameter="body", found=", ".join(kinds) or "nothing", valid=KINDS)
    country = get_country()
    if kinds[0] == "sites":
        return _parted(asked, country, release)
    if kinds[0] == "travel":
        return describe(*within_minutes(asked["travel"], country.ground), release)
    snapped, mended = _MAKERS[kinds[0]](asked, country)
    return describe(snapped, mended, release)


def _parted(asked: Mapping[str, Any], country: Country, release: ReleaseInfo) -> CatchmentInfo:
    """The neighbourhoods of an area by which of some sites is nearest, and all of them together."""
    if not isinstance(asked.get("area"), str):
        raise InputError("The code of an area is wanted.", parameter="area", found=str(asked.get("area"))[:60], valid=("E54000028",))
    whole = _from_areas({"areas": [asked["area"]]}, country)[0].atoms
    nearest, words = part_by_nearest(asked["sites"], whole, country.ground)
    parts = [(site, describe(Snapped(whole[nearest == site], *NOTHING_CHANGED), words, release)) for site in np.unique(nearest)]
    told = describe(Snapped(whole, *NOTHING_CHANGED), words, release)
    return replace(told, parts=tuple((int(site), part) for site, part in parts))


def preview_shape(checked: CheckedShape, release: ReleaseInfo) -> CatchmentInfo:
    """What a checked shape makes. Raises UnfitCatchment."""
    return describe(get_country().ground.snap(checked.shape), checked.mended, release)


def describe(snapped: Snapped, mended: Sequence[str], release: ReleaseInfo) -> CatchmentInfo:
    """Everything that is told of a set of neighbourhoods."""
    ground = get_country().ground
    atoms = snapped.atoms
    told = zip(ground.codes[atoms], ground.names[atoms], ground.people[atoms], strict=True)
    return CatchmentInfo(
        atoms=tuple(Atom(code, name, int(people)) for code, name, people in told),
        vintage=VINTAGE,
        people=int(ground.people[atoms].sum()),
        area_km2=float(ground.km2[atoms].sum()),
        gained=snapped.gained,
        lost=snapped.lost,
        mended=tuple(mended),
        shape=to_geojson(ground.outline(atoms)),
        profile=get_catchment_profile(atoms, release),
    )


@dataclass(frozen=True)
class Outlined:
    """People, land and shape (GeoJSON) of a set of neighbourhoods, without any figure."""

    people: int
    area_km2: float
    shape: Mapping[str, Any]


def describe_atoms(codes: Sequence[str], vintage: int = VINTAGE) -> Outlined:
    """The outline of neighbourhoods by code. Raises UnfitCatchment."""
    ground, atoms = get_country().ground, find_atoms(codes, vintage)
    return Outlined(int(ground.people[atoms].sum()), float(ground.km2[atoms].sum()), to_geojson(ground.outline(atoms)))


def name_atoms(asked: Mapping[str, Any]) -> list[str]:
    """Codes of the neighbourhoods of a list of areas (`areas`, `vintage`), ascending. Raises InputError, UnfitCatchment."""
    country = get_country()
    return [str(code) for code in country.ground.codes[_from_areas(asked, country)[0].atoms]]


def to_geojson(shape: BaseGeometry) -> dict[str, Any]:
    """A shape of the national grid as GeoJSON in degrees (EPSG:4326)."""
    degrees = reproject(np.array([shape], dtype=object), source=BRITISH_NATIONAL_GRID, target=WGS84)[0]
    return dict(json.loads(shapely.to_geojson(shapely.transform(degrees, lambda points: np.round(points, _DIGITS)))))


def find_atoms(codes: Sequence[str], vintage: int = VINTAGE) -> Indices:
    """Neighbourhoods of a list of areas of any type, each once, in code order. Raises UnfitCatchment naming what is no area."""
    return _from_areas({"areas": list(codes), "vintage": vintage}, get_country())[0].atoms


_Made = tuple[Snapped, Sequence[str]]


def _from_shape(asked: Mapping[str, Any], country: Country) -> _Made:
    checked = check_geojson(asked["shape"])
    return country.ground.snap(checked.shape), checked.mended


def _from_areas(asked: Mapping[str, Any], country: Country) -> _Made:
    codes = _listed(asked["areas"], "areas")
    vintage = asked.get("vintage", VINTAGE)
    if not isinstance(vintage, int) or isinstance(vintage, bool):
        raise InputError("The year of the boundaries is wanted.", parameter="vintage", found=str(vintage)[:60], valid=("2021", "2011"))
    if vintage == VINTAGE and all(code in _codes(country) for code in codes):
        return Snapped(country.ground.find(codes), *NOTHING_CHANGED), ()
    areas = dict(Area.objects.filter(code__in=codes, vintage=vintage).values_list("code", "pk"))
    if vintage == VINTAGE or not areas:
        newest = Area.objects.filter(code__in=codes).order_by("vintage").values_list("code", "pk")
        areas = dict(newest)
    missing = [code for code in codes if code not in areas]
    if missing:
        message = f"{len(missing)} of the codes are no areas."
        raise UnfitCatchment(message, parameter="areas", found=", ".join(missing[:5]), valid=("E01002075", "E09000014"))
    return _inside(list(areas.values()), country)


def _inside(areas: Sequence[int], country: Country) -> _Made:
    """Neighbourhoods that are some areas, lie in them, or have most of their people from older ones among them."""
    is_in = np.zeros(len(country.ground.codes), dtype=np.bool_)
    own = Area.objects.filter(pk__in=areas).values_list("geography_id", "feature_id", "pk")
    older = np.zeros(len(country.sets["lsoa11"].codes))
    for geography, feature, _ in own:
        if BY_ID[geography].slug == ATOMS:
            is_in[feature - 1] = True
        elif BY_ID[geography].slug == "lsoa11":
            older[feature - 1] = 1
    links = AreaLink.objects.filter(parent_id__in=areas, child__geography__slug=ATOMS, kind__in=("within", "best_fit"))
    is_in[[feature - 1 for feature in links.values_list("child__feature_id", flat=True)]] = True
    gained = lost = 0.0
    if older.any():
        matrix = country.sets["lsoa11"].people
        share = np.divide(older @ matrix, all_ := np.asarray(matrix.sum(axis=0)).ravel(), out=np.zeros(len(is_in)), where=all_ > 0)
        taken, people = share > 0.5, country.ground.people
        gained, lost = float((people * (1 - share))[taken & ~is_in].sum()), float((people * share)[~taken & ~is_in].sum())
        is_in |= taken
    if not is_in.any():
        raise UnfitCatchment("No neighbourhood lies in these areas.", parameter="areas", valid=("areas made of neighbourhoods",))
    return Snapped(np.flatnonzero(is_in), Change(gained, 0.0), Change(lost, 0.0)), ()


def _from_postcodes(asked: Mapping[str, Any], country: Country) -> _Made:
    """Neighbourhoods with any of the postcodes; people at their other postcodes are gained."""
    given = _listed(asked["postcodes"], "postcodes")
    wanted = {code for text in given if (code := normalise_postcode(text))}
    rows = Postcode.objects.filter(postcode__in=wanted, lsoa21__isnull=False).values_list("postcode", "lsoa21__feature_id")
    found = dict(rows)
    missing = len(set(given)) - len(found)
    if not found:
        raise UnfitCatchment("None of these is a live postcode of England.", parameter="postcodes", found=given[0], valid=("N17 8AA",))
    atoms, listed = np.unique(np.array(list(found.values()), dtype=np.intp) - 1, return_counts=True)
    everything = np.maximum(country.ground.starts[atoms + 1] - country.ground.starts[atoms], listed)
    gained = float((country.ground.people[atoms] * (1 - listed / everything)).sum())
    words = [f"{missing} of the postcodes are not live postcodes of England (May 2022) and were left out."] if missing else []
    return Snapped(atoms, Change(gained, 0.0), Change(0.0, 0.0)), words


def _from_buffer(asked: Mapping[str, Any], country: Country) -> _Made:
    return country.ground.snap(around(asked["buffer"])), ()


def _listed(value: Any, name: str) -> list[str]:
    """A list of texts, without spaces at their ends, in capitals."""
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and 0 < len(text) <= 20 for text in value):
        raise InputError("A list of short texts is wanted.", parameter=name, found=str(value)[:60], valid=('["E01002075", "E01002076"]',))
    if len(value) > MOST_LISTED:
        raise InputError("The list is too long.", parameter=name, found=f"{len(value):,}", valid=(f"at most {MOST_LISTED:,}",))
    return [text.strip().upper() for text in value]


def _codes(country: Country) -> frozenset[str]:
    if country.ground not in _code_sets:
        _code_sets.clear()
        _code_sets[country.ground] = frozenset(country.ground.codes)
    return _code_sets[country.ground]


_code_sets: dict[Any, frozenset[str]] = {}
_MAKERS = {"shape": _from_shape, "areas": _from_areas, "postcodes": _from_postcodes, "buffer": _from_buffer}
# What a catchment may be asked for by; exactly one of them at a time.
KINDS = (*_MAKERS, "travel", "sites")
