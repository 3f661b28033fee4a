"""The need of a screening programme in an area, read from what a release publishes, and filled where it is withheld."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo.codes import GEOGRAPHIES, Geography
from geo.disclosure.fill import Filled, Level, fill
from geo.disclosure.policies import load_policy
from geo.disclosure.published_counts import Protection
from geo.errors import InputError
from geo.planning.demand import Areas, Demand, State
from geo.planning.problems import Floats, Indices
from geo.planning.programmes import Programme, load_programmes
from geo.queries.areas import find_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice, find_indicators
from geo.queries.observations import EVERYBODY
from geo.queries.reading import Row, read
from geo.statuses import Reason, Status

# Deprivation of 2025 is of the LSOAs of 2021, which the figures are of.
_INDEX = "imd2025"
_LSOA, _MSOA, _DISTRICT = (GEOGRAPHIES[slug] for slug in ("lsoa21", "msoa21", "lad24"))
# Need is allotted by LSOA where at least this share of them has a published figure, else by MSOA.
_ENOUGH_SHOWN = 0.5
# Of real data only coverage of cervical screening is published: who is not covered is all that is known of need.
_UNCOVERED = {"cervical": ("cervical-coverage-25-49", "cervical-coverage-50-64")}
_LEAST_EXPECTED = 0.05
# A count of an LSOA of which nothing is published is at most so many times what is expected, and so many more, so that it can be told.
_MOST_EXPECTED, _WIDEST = (4.0, 15.0), 990.0
# Registered people by residents, by decile of deprivation: 1.14 in the most deprived, 1.07 in the least (July 2022 lists, mid-2020 people).
_LISTS_MOST, _LISTS_LEAST = 1.14, 1.07


@dataclass(frozen=True)
class _Place:
    """LSOAs of the districts that touch the area, with keys of what they lie in."""

    rows: list[Row]

    def keys(self, column: str) -> list[int]:
        return list(dict.fromkeys(row[column] for row in self.rows))

    def position(self, column: str) -> Indices:
        """Which of `keys` each LSOA is of."""
        at = {key: number for number, key in enumerate(self.keys(column))}
        return np.array([at[row[column]] for row in self.rows], dtype=np.intp)

    def residents(self) -> float:
        """People who live in the area."""
        return float(sum(row["people"] for row in self.rows if row["is_inside"]))

    def column(self, name: str) -> Floats:
        return np.array([np.nan if row[name] is None else row[name] for row in self.rows], dtype=np.float64)


def read_demand(release: ReleaseInfo, *, programme: str, area: str, base: str = "registered") -> Demand:
    """Need of a programme in an area. Raises UnknownArea, and InputError where the release tells nothing of it there."""
    place = _read_place(area)
    told = load_programmes()[programme]
    indicators = {one.slug: one for one in find_indicators(release, _slugs(programme))}
    by_state = {name: indicators[slug] for name, slug in _needs(programme).items() if slug in indicators}
    uncovered = [indicators[slug] for slug in _UNCOVERED.get(programme, ()) if slug in indicators]
    everybody = place
    if "invited" in by_state:
        place = _of_known_districts(release, by_state["invited"], place)
        found = _linked_states(release, by_state, place)
    elif uncovered:
        found = _uncovered_states(release, uncovered, place)
    else:
        raise InputError(f"This release tells nothing of who needs {told.title.lower()}.", parameter="programme", found=programme)
    states, is_shown, is_known, period = found
    areas = _areas(place, is_shown=is_shown, is_known=is_known)
    if not areas.units:
        raise InputError(f"This release tells nothing of who needs {told.title.lower()} in {area}.", parameter="area", found=area)
    definition = next(iter(by_state.values())).definition if by_state else {}
    rule = load_policy(Protection.of(definition).numerator.value).catchments
    uptake = _uptake(release, indicators.get(f"linked-{programme}-uptake"), place, told)
    factor = np.ones(len(place.rows)) if base == "registered" else 1 / list_inflation(place.column("decile"))
    unknown = everybody.residents() - float(areas.people[areas.unit >= 0].sum())
    return Demand(told, areas, states, factor, uptake, rule, period, "invited" not in by_state, unknown)


def list_ethnic_people(release: ReleaseInfo, areas: Areas) -> dict[str, Floats]:
    """Residents of each area by ethnic group, as the census has them; nothing where the release does not hold them."""
    found = next(iter(find_indicators(release, ("ethnic-group-share",))), None)
    if found is None:
        return {}
    parts = [part for part in found.slices if part.geography == _LSOA]
    period = max((part.period for part in parts), default="")
    parts = [part for part in parts if part.period == period]
    rows = _counts(release, list(parts), [int(key) for key in areas.keys])
    groups: dict[str, Floats] = {}
    for part in sorted(parts, key=lambda one: one.stratum):
        people = [(rows.get((part.stratum, int(key))) or {}).get("numerator") or 0.0 for key in areas.keys]
        groups[part.stratum_title] = np.array(people, dtype=np.float64)
    return groups


def list_inflation(decile: Floats) -> Floats:
    """Registered people for each resident, by decile of deprivation; the middle where that is not known."""
    known = np.where(np.isnan(decile), 5.5, decile)
    return _LISTS_MOST + (_LISTS_LEAST - _LISTS_MOST) * (known - 1) / 9


def _needs(programme: str) -> dict[str, str]:
    return {state: f"linked-{programme}-need-{state.replace('_', '-')}" for state in ("not_invited", "invited", "not_yet_due")}


def _slugs(programme: str) -> tuple[str, ...]:
    return (*_needs(programme).values(), f"linked-{programme}-uptake", *_UNCOVERED.get(programme, ()))


def _read_place(area: str) -> _Place:
    values = {"lsoas": _LSOA.id, "msoas": _MSOA.id, "districts": _DISTRICT.id, "index": _INDEX}
    rows = read("queries/demand_areas", {**values, "area": [one.id for one in find_areas(area, parameter="area")]})
    if not any(row["is_inside"] for row in rows):
        raise InputError("Plans are made for districts and systems.", parameter="area", found=area, valid=("E54000028", "E09000014"))
    return _Place(rows)


def _of_known_districts(release: ReleaseInfo, indicator: IndicatorInfo, place: _Place) -> _Place:
    """The part of the place whose districts have a figure: records may cover some of a system alone.

    Raises InputError where none has.
    """
    part = _slice(indicator, _DISTRICT, _period(indicator))
    rows = _counts(release, [part], place.keys("district_id"))
    known = {key for (_, key), row in rows.items() if row["denominator"] is not None}
    kept = [row for row in place.rows if row["district_id"] in known]
    if not any(row["is_inside"] for row in kept):
        raise InputError("The records of this release do not cover the area.", parameter="area")
    return _Place(kept)


def _period(indicator: IndicatorInfo) -> str:
    """The latest of the districts."""
    return max(part.period for part in indicator.slices if part.geography == _DISTRICT)


def _areas(place: _Place, *, is_shown: float, is_known: Floats) -> Areas:
    """The areas with their units; those outside, or of which nothing is known, are of none."""
    column = "code" if is_shown >= _ENOUGH_SHOWN else "msoa"
    is_in = np.array([row["is_inside"] for row in place.rows]) & (is_known > 0)
    units = tuple(sorted({row[column] for row, used in zip(place.rows, is_in, strict=True) if used}))
    at = {code: number for number, code in enumerate(units)}
    unit = [at[row[column]] if used else -1 for row, used in zip(place.rows, is_in, strict=True)]
    return Areas(
        codes=tuple(row["code"] for row in place.rows),
        keys=place.column("id"),
        points=np.column_stack([place.column("easting"), place.column("northing")]),
        degrees=np.column_stack([place.column("longitude"), place.column("latitude")]),
        people=place.column("people"),
        decile=place.column("decile"),
        unit=np.array(unit, dtype=np.intp),
        units=units,
    )


def _slice(indicator: IndicatorInfo, geography: Geography, period: str, stratum: str = EVERYBODY) -> Slice | None:
    return next((one for one in indicator.slices if (one.geography, one.period, one.stratum) == (geography, period, stratum)), None)


def _counts(release: ReleaseInfo, parts: Sequence[Slice | None], areas: list[int]) -> dict[tuple[str, int], Row]:
    """What is published of some slices of one geography and period: (stratum, area) -> row."""
    there = [part for part in parts if part is not None]
    if not there:
        return {}
    titles = {part.stratum_id: part.stratum for part in there}
    values: dict[str, Any] = {"geography": there[0].geography.id, "period": there[0].period_id, "areas": areas}
    values |= {"release": release.id, "indicators": [there[0].indicator_id], "strata": list(titles)}
    return {(titles[row["stratum_id"]], row["area_id"]): row for row in read("queries/demand_counts", values)}


def _linked_states(release: ReleaseInfo, by_state: dict[str, IndicatorInfo], place: _Place) -> tuple[dict[str, State], float, Floats, str]:
    """States from protected counts, filled; the share of LSOAs with a figure of who was invited; which areas are known of; the period."""
    period = _period(by_state["invited"])
    states, is_shown = {}, 0.0
    for name, indicator in by_state.items():
        filled, shown = _filled(release, indicator, period, place)
        states[name] = State(name, indicator.slug, filled.mean, filled.variance, filled)
        is_shown = shown if name == "invited" else is_shown
    return states, is_shown, np.ones(len(place.rows)), period


def _filled(release: ReleaseInfo, indicator: IndicatorInfo, period: str, place: _Place) -> tuple[Filled, float]:
    levels, denominators = [], []
    steps = ((_LSOA, "id"), (_MSOA, "msoa_id"), (_DISTRICT, "district_id"))
    protection = Protection.of(indicator.definition)
    for geography, column in steps:
        keys = place.keys(column)
        rows = _counts(release, [_slice(indicator, geography, period)], keys)
        found = [rows.get((EVERYBODY, key)) for key in keys]
        levels.append(_level(found, protection))
        denominators.append(np.array([np.nan if row is None or row["denominator"] is None else row["denominator"] for row in found]))
    parents = [place.position("msoa_id"), _first_of(place, "msoa_id", "district_id"), np.zeros(len(denominators[2]), dtype=np.intp)]
    people = _shared(place, denominators, parents)
    expected = np.maximum(people * _rates(release, indicator, period, place), _LEAST_EXPECTED)
    most = np.minimum(np.ceil(_MOST_EXPECTED[0] * expected + _MOST_EXPECTED[1]), _WIDEST)
    levels[0] = replace(levels[0], most=np.where(np.isnan(levels[0].most), most, levels[0].most))
    made = [
        replace(level, expected=expected if number == 0 else level.expected, parent=parents[number]) for number, level in enumerate(levels)
    ]
    inside = np.array([row["is_inside"] for row in place.rows])
    return fill(made), float(np.mean(~levels[0].is_withheld[inside]))


def _first_of(place: _Place, column: str, above: str) -> Indices:
    """The position of the wider area that each area lies in."""
    wider = {key: number for number, key in enumerate(place.keys(above))}
    of = {row[column]: wider[row[above]] for row in place.rows}
    return np.array([of[key] for key in place.keys(column)], dtype=np.intp)


def _level(rows: list[Row | None], protection: Protection) -> Level:
    """What published counts of one geography stand for. Only a count known to be small has a most; nothing is known of what is absent."""
    is_small = np.array([row is not None and row["reason"] == Reason.SMALL_NUMBERS and row["numerator"] is None for row in rows])
    is_shown = np.array([row is not None and row["numerator"] is not None and row["status"] != Status.MISSING for row in rows])
    published = np.array([0.0 if row is None or row["numerator"] is None else row["numerator"] for row in rows])
    counts = protection.intervals(np.where(is_shown, published, 0.0), is_suppressed=is_small)
    is_known = is_small | is_shown
    least, most = np.where(is_known, counts.least, 0.0), np.where(is_known, counts.most, np.nan)
    return Level(least, most, ~is_shown, np.ones(len(rows)), np.zeros(len(rows), dtype=np.intp))


def _shared(place: _Place, denominators: list[Floats], parents: list[Indices]) -> Floats:
    """People of the programme by LSOA: as published, else the MSOA's or district's by residents."""
    people = np.maximum(place.column("people"), 1.0)
    district = parents[1][parents[0]]
    for position, counts in ((district, denominators[2]), (parents[0], denominators[1])):
        total = np.bincount(position, people, len(counts))
        people = np.where(np.isfinite(counts[position]), people * counts[position] / total[position], people)
    return np.where(np.isfinite(denominators[0]), denominators[0], people)


def _rates(release: ReleaseInfo, indicator: IndicatorInfo, period: str, place: _Place) -> Floats:
    """Share of the people of a programme who are of the state, by the deprivation of each LSOA, as the districts publish it together."""
    keys = place.keys("district_id")
    strata = [_slice(indicator, _DISTRICT, period, f"decile-{number}") for number in range(1, 11)]
    rows = _counts(release, [*strata, _slice(indicator, _DISTRICT, period)], keys)
    everybody = _rate([row for (stratum, _), row in rows.items() if stratum == EVERYBODY], 0.1)
    rates = np.array(
        [everybody] + [_rate([row for (stratum, _), row in rows.items() if stratum == f"decile-{n}"], everybody) for n in range(1, 11)]
    )
    return np.asarray(rates[np.nan_to_num(place.column("decile")).astype(int)])


def _rate(rows: list[Row], otherwise: float) -> float:
    """Numerators by denominators of the rows that have both."""
    told = [(row["numerator"], row["denominator"]) for row in rows if row["numerator"] is not None and row["denominator"]]
    return sum(one for one, _ in told) / sum(other for _, other in told) if told else otherwise


def _uptake(release: ReleaseInfo, indicator: IndicatorInfo | None, place: _Place, programme: Programme) -> Floats:
    """Attendance by LSOA: of its decile of deprivation in these districts, where that is published; else what the programme assumes."""
    periods = [part.period for part in indicator.slices if part.geography == _DISTRICT] if indicator else []
    if indicator is None or not periods:
        return np.full(len(place.rows), programme.uptake)
    return _rates(release, indicator, max(periods), place)


def _uncovered_states(release: ReleaseInfo, indicators: list[IndicatorInfo], place: _Place) -> tuple[dict[str, State], float, Floats, str]:
    """Who is not covered, all of whom are taken to have been invited; open figures, modelled from practices to neighbourhoods."""
    period = max(part.period for one in indicators for part in one.slices if part.geography == _LSOA)
    keys, need = place.keys("id"), np.zeros(len(place.rows))
    is_known = np.ones(len(place.rows), dtype=bool)
    for indicator in indicators:
        rows = _counts(release, [_slice(indicator, _LSOA, period)], keys)
        counts = [(row["numerator"], row["denominator"]) if (row := rows.get((EVERYBODY, key))) else (None, None) for key in keys]
        is_known &= np.array([one is not None and other is not None for one, other in counts])
        need += np.array([0.0 if one is None or other is None else max(other - one, 0.0) for one, other in counts])
    state = State("invited", indicators[0].slug, np.where(is_known, need, 0.0), np.zeros(len(need)), None)
    return {"invited": state}, 1.0, is_known.astype(np.float64), period
