"""Figures of one release in the memory of this process, ready to be summed over any neighbourhoods.

Which areas the figures of an indicator live on: of linked records those of its grain, of published ones the finest that hold it. About
38 bytes an area and slice: 55 MB for the published release, 30 MB for linked records of one district. The last two releases asked for stay.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.codes import ENGLAND, GEOGRAPHIES
from geo.models import Area
from geo.planning.problems import Floats
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice, list_indicators
from geo.queries.catchment_records import Expected, Packed, Records, Step, make_records
from geo.queries.grain import list_grains
from geo.queries.ground import ATOMS, WIDER, Country, get_country
from geo.queries.observations import EVERYBODY
from geo.queries.reading import Row, read
from geo.queries.strata import list_titles

# Sets of areas that figures may be summed from, the one preferred first.
FINEST = (ATOMS, "lsoa11", "msoa21", "msoa11")
_RELEASES = 2
# Indicators that are kept by themselves, before all of their release were asked for.
_INDICATORS = 32
_LIMIT_MS = 60_000
_PACKED = np.dtype(
    [
        ("at", ">i4"),
        ("numerator", ">f8"),
        ("denominator", ">f8"),
        ("value", ">f8"),
        ("basis", ">i2"),
        ("status", ">i2"),
        ("reason", ">i2"),
    ]
)
_EXPECTED = np.dtype([("at", ">i4"), ("expected", ">f8")])
# England by indicator, period and stratum: what a catchment is put against.
_National = Mapping[tuple[int, int, int], Row]


@dataclass(frozen=True)
class Column:
    """The newest figures of one indicator and part of the people, on the areas they live on.

    published: None for linked records, whose `records` are summed instead; both None: there is nothing to sum, `why` says so.
    england: its row of observations, None where the release has none.
    """

    indicator: IndicatorInfo
    part: Slice | None
    published: Packed | None
    records: Records | None
    england: Row | None
    why: tuple[str, str] | None = None


@dataclass(frozen=True)
class Figures:
    """Everything of one release. ethnicity: residents by broad ethnic group, title -> residents of each neighbourhood."""

    columns: tuple[Column, ...]
    ethnicity: Mapping[str, Floats]


_held: dict[tuple[int, int], Figures] = {}
_single: dict[tuple[int, int, str], tuple[Column, ...]] = {}
_lock = Lock()


def get_figures(release: ReleaseInfo) -> Figures:
    """The figures of a release; read at the first question to it."""
    country = get_country()
    key = (release.id, country.stamp)
    with _lock:
        if key not in _held:
            while len(_held) >= _RELEASES:
                _held.pop(next(iter(_held)))
            _held[key] = _read(release, country)
        return _held[key]


def get_columns(release: ReleaseInfo, indicator: IndicatorInfo) -> tuple[Column, ...]:
    """Those of one indicator: where nobody asked for the others yet, they are not read for it."""
    country = get_country()
    key = (release.id, country.stamp)
    with _lock:
        if key in _held:
            return tuple(column for column in _held[key].columns if column.indicator.slug == indicator.slug)
        of_one = (*key, indicator.slug)
        if of_one not in _single:
            while len(_single) >= _INDICATORS:
                _single.pop(next(iter(_single)))
            _single[of_one] = tuple(_columns(release, country, [indicator]))
        return _single[of_one]


def _read(release: ReleaseInfo, country: Country) -> Figures:
    columns = _columns(release, country, list_indicators(release))
    return Figures(tuple(columns), _ethnicity(columns, len(country.ground.codes)))


def _columns(release: ReleaseInfo, country: Country, indicators: list[IndicatorInfo]) -> list[Column]:
    grains = _grains(release)
    chosen = [(one, _parts(one, grains.get(one.slug))) for one in indicators]
    parts = [part for _, found in chosen for part in found if isinstance(part, Slice)]
    packed = dict(zip(map(_key, parts), _packed(release, parts), strict=True))
    national = _national(release)
    linked = _linked(release, country, [(one, part) for one, found in chosen for part in found if _is_protected(one)], packed, national)
    return [
        _column(one, part, packed, linked, national) if isinstance(part, Slice) else Column(one, None, None, None, None, part)
        for one, found in chosen
        for part in found
    ]


def _is_protected(indicator: IndicatorInfo) -> bool:
    """Whether its counts went through a rule of protection, so that sums of them have to be answered by fill."""
    return bool(indicator.definition.get("policy"))


def _grains(release: ReleaseInfo) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    """Areas and periods by which each indicator may be shown, of everybody: of England where that is said, else of the first system."""
    found: dict[str, tuple[str | None, tuple[str, ...]]] = {}
    for one in list_grains(release):
        if one.stratum == EVERYBODY and (one.indicator not in found or one.system_code == ENGLAND):
            found[one.indicator] = (one.geography.slug if one.geography else None, one.periods)
    return found


def _parts(indicator: IndicatorInfo, grain: tuple[str | None, tuple[str, ...]] | None) -> list[Slice | tuple[str, str]]:
    """The newest slice of everybody, or of each part where that is all, on the areas that it is summed from; or why there is none."""
    held = {part.geography.slug for part in indicator.slices}
    if _is_protected(indicator) and grain is not None:
        slug, periods = grain
        if slug is None:
            return [("coarse_grain", "None of the sets of areas that it is counted for is reliable enough to be shown.")]
        if slug not in FINEST:
            return [("coarse_grain", f"It is shown by {_named(slug)} at the finest, which are too wide to make up a catchment.")]
        if len(periods) > 1:
            return [("pooled_years", f"It is shown for {len(periods)} years together only, which are not summed for catchments.")]
        wanted: tuple[str, ...] = (slug,)
    else:
        wanted = FINEST
    geography = next((slug for slug in wanted if slug in held), None)
    if geography is None:
        finest = next((_named(part.geography.slug) for part in indicator.slices), "no areas")
        return [("coarse_grain", f"It is published by {finest} at the finest, which are too wide to make up a catchment.")]
    newest: dict[str, Slice] = {}
    for part in indicator.slices:
        if part.geography.slug == geography:
            newest.setdefault(part.stratum, part)
    return [newest[EVERYBODY]] if EVERYBODY in newest else list(newest.values())


def _named(slug: str) -> str:
    """A set of areas inside a sentence: `districts (2024)`."""
    title = GEOGRAPHIES[slug].title
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _key(part: Slice) -> tuple[int, int, int, int]:
    return part.indicator_id, part.geography.id, part.period_id, part.stratum_id


def _asked(release: ReleaseInfo, keys: Iterable[tuple[int, int, int, int]]) -> dict[str, Any]:
    columns = list(zip(*keys, strict=True)) or [(), (), (), ()]
    names = ("indicators", "geographies", "periods", "strata")
    return {"release": release.id, **{name: list(column) for name, column in zip(names, columns, strict=True)}}


def _packed(release: ReleaseInfo, parts: list[Slice]) -> list[Packed]:
    return _packed_keys(release, [_key(part) for part in parts])


def _packed_keys(release: ReleaseInfo, keys: list[tuple[int, int, int, int]]) -> list[Packed]:
    """The observations of some slices, in their order; of one without any, an empty one."""
    rows = read("queries/figures_of_slices", _asked(release, keys), time_limit_ms=_LIMIT_MS)
    found = {row["place"]: np.frombuffer(row["figures"], dtype=_PACKED) for row in rows}
    nothing = np.empty(0, dtype=_PACKED)
    return [_unpacked(found.get(place + 1, nothing)) for place in range(len(keys))]


def _unpacked(rows: NDArray[np.void]) -> Packed:
    numerator, denominator, value = (rows[name].astype(np.float64) for name in ("numerator", "denominator", "value"))
    basis, status, reason = (rows[name].astype(np.int16) for name in ("basis", "status", "reason"))
    return Packed(rows["at"].astype(np.intp) - 1, numerator, denominator, value, basis, status, reason)


def _national(release: ReleaseInfo) -> _National:
    england = Area.objects.filter(code=ENGLAND).values_list("pk", flat=True).first()
    rows = read("queries/observations_of_areas", {"release": release.id, "areas": [england], "indicator": None}) if england else []
    return {(row["indicator_id"], row["period_id"], row["stratum_id"]): row for row in rows}


def _column(
    indicator: IndicatorInfo,
    part: Slice,
    packed: dict[tuple[int, int, int, int], Packed],
    linked: dict[tuple[int, int, int, int], Records],
    national: _National,
) -> Column:
    england = national.get((part.indicator_id, part.period_id, part.stratum_id))
    if _is_protected(indicator):
        return Column(indicator, part, None, linked[_key(part)], england)
    return Column(indicator, part, packed[_key(part)], None, england)


def _linked(
    release: ReleaseInfo,
    country: Country,
    chosen: list[tuple[IndicatorInfo, Slice | tuple[str, str]]],
    packed: dict[tuple[int, int, int, int], Packed],
    national: _National,
) -> dict[tuple[int, int, int, int], Records]:
    """Counts of linked records made ready, by slice."""
    parts = [(one, part) for one, part in chosen if isinstance(part, Slice)]
    wider = {_key(part): [GEOGRAPHIES[slug] for slug in WIDER if slug != part.geography.slug] for _, part in parts}
    keys = [(key[0], geography.id, key[2], key[3]) for key, geographies in wider.items() for geography in geographies]
    levels = dict(zip(keys, _packed_keys(release, keys), strict=True))
    expected = _expected(release, [part for _, part in parts], country)
    titles = list_titles()
    found = {}
    for indicator, part in parts:
        key = _key(part)
        steps = [
            Step(levels[key[0], geography.id, key[2], key[3]], _parent(country, below, geography.slug))
            for below, geography in _steps(part.geography.slug)
        ]
        of = Expected(
            people=np.asarray(country.sets[part.geography.slug].people.sum(axis=1)).ravel(),
            base=expected.get(key),
            tenths=country.tenths if part.geography.slug == ATOMS else np.zeros(len(country.sets[part.geography.slug].codes), np.int8),
            by_tenth=_by_tenth(national, part, titles),
        )
        found[key] = make_records(indicator.definition, packed[key], steps, of)
    return found


def _steps(slug: str) -> list[tuple[str, Any]]:
    """Each wider set with the set below it."""
    wider = [other for other in WIDER if other != slug]
    return [(below, GEOGRAPHIES[above]) for below, above in zip([slug, *wider], wider, strict=False)]


def _parent(country: Country, below: str, above: str) -> NDArray[np.intp]:
    """Position in a wider set of each area of a set, by way of the neighbourhoods that lie in it."""
    if below == ATOMS:
        return country.parents[above]
    own = country.parents[below]
    found = np.zeros(int(own.max(initial=-1)) + 1, dtype=np.intp)
    known = own >= 0
    found[own[known]] = country.parents[above][known]
    return found


def _expected(release: ReleaseInfo, parts: list[Slice], country: Country) -> dict[tuple[int, int, int, int], Floats]:
    """Expected events by slice, NaN where the engine has none; of rates alone, which follow ages."""
    rows = read("queries/expected_of_slices", _asked(release, map(_key, parts)), time_limit_ms=_LIMIT_MS)
    found = {}
    for row in rows:
        part, held = parts[row["place"] - 1], np.frombuffer(row["expected"], dtype=_EXPECTED)
        column = np.full(len(country.sets[part.geography.slug].codes), np.nan)
        column[held["at"].astype(np.intp) - 1] = held["expected"]
        found[_key(part)] = column
    return found


def _by_tenth(national: _National, part: Slice, titles: dict[int, tuple[str, str]]) -> Floats:
    """Events and people of all in each tenth of deprivation, as published; NaN where not shown. Row 0, unknown, stays NaN."""
    found = np.full((11, 2), np.nan)
    for stratum, (slug, _) in titles.items():
        row = national.get((part.indicator_id, part.period_id, stratum))
        if row is not None and slug.startswith("decile-") and row["numerator"] is not None and row["denominator"]:
            found[int(slug.removeprefix("decile-"))] = row["numerator"], row["denominator"]
    return found


def _ethnicity(columns: list[Column], size: int) -> dict[str, Floats]:
    """Residents of each neighbourhood by broad ethnic group, where the release holds them."""
    found = {}
    for column in columns:
        if column.indicator.slug == "ethnic-group-share" and column.part and column.published and column.part.geography.slug == ATOMS:
            people = np.zeros(size)
            people[column.published.at] = np.nan_to_num(column.published.numerator)
            found[column.part.stratum_title] = people
    return found
