"""Pictures of one indicator: by areas, or as a surface of H3 cells. Figures come from the reads that the service answers by."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.maps.scales import SEQUENTIAL, STATUS_LOOKS
from geo.maps.scenes import (
    Dot,
    Key,
    Scene,
    Shape,
    Table,
    bounds_of,
    class_colours,
    class_of,
    ground_of,
    height_of,
    source_lines,
    status_key,
    thin,
)
from geo.maps.words import STATUS_WORDS, absence_words, comparison_words, unit_words, value_words
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice
from geo.queries.cell_slices import list_cell_slices
from geo.queries.cells import CellInfo, CellQuestion, CellSelection, select_cells, stream_cells
from geo.queries.observations import ObservationInfo, Question, select, stream_observations

CELLS_ABOUT = (
    "Hexagons (H3) are no neighbourhoods: the published figures of neighbourhoods were moved to them by where postcodes lie, so neighbours"
    " are alike by construction. Each is as fine as 1,000 people to a part allow."
)
_WITH_VALUE = ("value", "zero")
# Hexagons that would stand on too little that is known: withheld like small numbers, but by another rule, and so in another look.
_REFUSED, _REFUSALS = "refused", ("mostly_estimated", "few_areas", "few_people")
_REFUSED_WORDS = "not shown: it would stand on few areas or people, or mostly on estimates"


@dataclass(frozen=True)
class _Looks:
    """How values of one slice are painted."""

    indicator: IndicatorInfo
    breaks: tuple[float, ...]
    colours: tuple[str, ...]


def scene_of_areas(release: ReleaseInfo, indicator: IndicatorInfo, question: Question) -> Scene:
    """A map of one indicator by areas, in one period and for one part of the people.

    Raises what `select` raises, and InputError where nothing is to be drawn or the areas are too many for a file.
    """
    selection = select(release, indicator, question)
    if len(selection.slices) != 1:
        said = "One map shows one period and one part of the people." if selection.slices else "The indicator is not to be had for these."
        raise InputError(said, parameter="stratum", found=f"{len(selection.slices)} slices", valid=indicator_strata(indicator))
    part = selection.slices[0]
    found = list(stream_observations(selection, with_geometry=True))
    looks = _looks(indicator, part.breaks)
    placed = [one for one in found if one.geometry]
    shapes, dots = _painted(placed, looks)
    bounds = bounds_of(shapes, dots)
    counted = Counter(one.status for one in found)
    return Scene(
        title=_title(indicator, part),
        facts=_facts(indicator, part.period_label, f"{part.geography.area_type.upper()} of {part.geography.vintage}", release),
        summary=_summary(indicator, [one.value for one in found if one.status in _WITH_VALUE], counted, "areas"),
        release=release.slug,
        is_synthetic=release.is_synthetic,
        keys=(*_class_keys(looks), *_other_keys(found, counted)),
        tables=(_area_table(found, indicator),),
        notes=(_caveats(indicator, is_modelled=any(one.basis == "modelled" for one in found))),
        sources=source_lines(release, indicator.definition.get("sources") or ()),
        shapes=shapes,
        dots=dots,
        ground=ground_of(bounds),
    )


def scene_of_cells(release: ReleaseInfo, indicator: IndicatorInfo, question: CellQuestion) -> Scene:
    """A surface of H3 cells, each as high as its value; a cell without a value lies flat in the look of its status.

    Raises what `select_cells` raises, and InputError where nothing is to be drawn.
    """
    selection = select_cells(release, indicator, question)
    found = list(stream_cells(selection, with_geometry=True))
    values = [one.value for one in found if one.value is not None]
    looks = _looks(indicator, _cell_breaks(selection, values))
    lowest, highest = min(values, default=0.0), max(values, default=0.0)
    shapes = tuple(_cell(one, looks, (lowest, highest)) for one in found)
    bounds = bounds_of(shapes, ())
    counted = Counter(_REFUSED if one.reason in _REFUSALS and one.value is None else one.status for one in found)
    height = f"Height: from {value_words(lowest, indicator.definition)} (flat) to {value_words(highest, indicator.definition)}, not from 0."
    raised = Key(f"{height} Hexagons without a value lie flat.", "", kind="words")
    part = next(part for part in indicator.slices if (part.period, part.stratum) == (selection.period, selection.stratum))
    return Scene(
        title=_title(indicator, part),
        facts=_facts(indicator, part.period_label, f"H3 hexagons ({selection.resolution}), from {selection.source.slug.upper()}", release),
        summary=_summary(indicator, values, counted, "hexagons"),
        release=release.slug,
        is_synthetic=release.is_synthetic,
        keys=(*_class_keys(looks), raised, *_status_keys(counted), Key("modelled: all values are estimates (about)", "#ffffff", "stipple")),
        tables=(_cell_table(found, indicator),),
        notes=(CELLS_ABOUT, f"How: {selection.method}.", *_caveats(indicator, is_modelled=True)),
        sources=source_lines(release, indicator.definition.get("sources") or ()),
        shapes=shapes,
        ground=ground_of(bounds),
        is_extruded=True,
    )


def indicator_strata(indicator: IndicatorInfo) -> tuple[str, ...]:
    """Parts of the people that an indicator can be had for."""
    return tuple(dict.fromkeys(part.stratum for part in indicator.slices))


def _looks(indicator: IndicatorInfo, breaks: Sequence[float]) -> _Looks:
    polarity = str(indicator.definition.get("polarity", "none"))
    return _Looks(indicator, tuple(breaks), class_colours(polarity if polarity in SEQUENTIAL else "none", breaks))


def _cell_breaks(selection: CellSelection, values: Sequence[float]) -> tuple[float, ...]:
    """Upper bounds of the classes of the drawn cells, as the service has them; or fifths of what is shown."""
    asked = (selection.indicator.slug, selection.period, selection.stratum)
    for one in list_cell_slices(selection.release):
        if (one.indicator, one.period, one.stratum) == asked and one.breaks:
            return one.breaks
    ordered = sorted(values)
    return tuple(dict.fromkeys(ordered[(len(ordered) * fifth + 4) // 5 - 1] for fifth in range(1, 6))) if ordered else ()


def _painted(found: Sequence[ObservationInfo], looks: _Looks) -> tuple[tuple[Shape, ...], tuple[Dot, ...]]:
    """Areas as shapes, thinned together; those that are places as dots."""
    geometries = shapely.from_geojson([one.geometry for one in found]) if found else []
    is_point = [geometry.geom_type == "Point" for geometry in geometries]
    areas = [(one, geometry) for one, geometry, point in zip(found, geometries, is_point, strict=True) if not point]
    thinned = thin([geometry for _, geometry in areas]) if areas else []
    shapes = tuple(_area(one, geometry, looks) for (one, _), geometry in zip(areas, thinned, strict=True))
    dots = tuple(_dot(one, geometry, looks) for one, geometry, point in zip(found, geometries, is_point, strict=True) if point)
    return shapes, dots


def _area(one: ObservationInfo, geometry: BaseGeometry, looks: _Looks) -> Shape:
    words = "\n".join((f"{one.area_name} ({one.area_code})", *_said(one, looks.indicator)))
    if one.status != "value" or one.value is None:
        key = status_key(one.status if one.status != "value" else "missing", "")
        return Shape(geometry, key.fill, words, key.pattern, key.line)
    pattern = "cross" if one.comparison == "similar" else "none"
    return Shape(geometry, looks.colours[class_of(one.value, looks.breaks)], words, pattern)


def _dot(one: ObservationInfo, geometry: BaseGeometry, looks: _Looks) -> Dot:
    shape = _area(one, geometry, looks)
    has_value = one.status == "value" and one.value is not None
    return Dot(geometry.x, geometry.y, shape.fill, shape.words, 5 if has_value else 3, "#ffffff" if has_value else shape.line)


def _said(one: ObservationInfo, indicator: IndicatorInfo) -> Iterator[str]:
    """Value, limits, comparison and warnings of one area, each where there is one."""
    if one.status not in _WITH_VALUE or one.value is None:
        yield absence_words(one.status, one.reason)
        return
    definition = indicator.definition
    yield ("about " if one.basis == "modelled" else "") + value_words(one.value, definition)
    if one.lower is not None and one.upper is not None:
        yield f"95 % limits {value_words(one.lower, definition)} to {value_words(one.upper, definition)}"
    if one.comparison != "not_compared":
        yield comparison_words(one.comparison, is_linked=indicator.is_linked)
    if not one.is_reliable:
        yield "few people or events: read with care"


def _cell(one: CellInfo, looks: _Looks, extent: tuple[float, float]) -> Shape:
    geometry = shapely.from_geojson(one.geometry)
    name = f"Hexagon {one.cell}, about {one.people:,.0f} residents"
    if one.value is None:
        key = _refused_key(1) if one.reason in _REFUSALS else status_key(one.status if one.status not in _WITH_VALUE else "missing", "")
        return Shape(geometry, key.fill, f"{name}\n{absence_words(one.status, one.reason)}", key.pattern, key.line)
    told = [name, f"about {value_words(one.value, looks.indicator.definition)} (modelled)"]
    if one.figure_of != one.cell:
        told.append("figure of the wider hexagon around it")
    if not one.is_reliable:
        told.append("few people or much estimated: read with care")
    colour = looks.colours[class_of(one.value, looks.breaks)]
    return Shape(geometry, colour, "\n".join(told), height=height_of(one.value, *extent))


def _title(indicator: IndicatorInfo, part: Slice) -> str:
    return indicator.title if part.stratum == "all" else f"{indicator.title}: {part.stratum_title}"


def _facts(indicator: IndicatorInfo, period: str, areas: str, release: ReleaseInfo) -> tuple[str, ...]:
    return (f"{unit_words(indicator.definition)} · {period} · {areas}", f"Release {release.slug}")


def _summary(indicator: IndicatorInfo, values: Sequence[float | None], counted: Counter[str], things: str) -> str:
    known = [value for value in values if value is not None]
    told = f"{len(known):,} of {counted.total():,} {things} have a value"
    if known:
        told += f", from {value_words(min(known), indicator.definition)} to {value_words(max(known), indicator.definition)}"
    absent = [
        f"{count:,} {STATUS_WORDS.get(status, _REFUSED_WORDS)}" for status, count in sorted(counted.items()) if status not in _WITH_VALUE
    ]
    return f"{told}{'; ' + ', '.join(absent) if absent else ''}. The table below the map has each of them."


def _class_keys(looks: _Looks) -> Iterator[Key]:
    """One line a class, from the lowest to the highest."""
    definition = looks.indicator.definition
    for at, bound in enumerate(looks.breaks):
        words = f"up to {value_words(bound, definition)}"
        if at:
            words = f"above {value_words(looks.breaks[at - 1], definition)}, {words}"
        yield Key(words, looks.colours[at])
    worse = {"high_is_good": "lower is worse", "low_is_good": "higher is worse"}.get(str(definition.get("polarity")))
    if worse and looks.breaks:
        yield Key(f"Stronger colours need attention: {worse}.", "", kind="words")


def _status_keys(counted: Counter[str]) -> Iterator[Key]:
    for status in ("zero", "suppressed", "not_collected", "missing", "not_applicable"):
        if counted[status]:
            yield status_key(status, f"{STATUS_WORDS[status]} ({counted[status]:,})")
    if counted[_REFUSED]:
        yield _refused_key(counted[_REFUSED])


def _refused_key(count: int) -> Key:
    look = STATUS_LOOKS["suppressed"]
    return Key(f"{_REFUSED_WORDS} ({count:,})", look["fill"], "cross", look["line"])


def _other_keys(found: Sequence[ObservationInfo], counted: Counter[str]) -> Iterator[Key]:
    """Statuses that occur, values not told apart from England, and modelled ones."""
    similar = sum(one.comparison == "similar" and one.status == "value" for one in found)
    if similar:
        yield Key(f"cannot be told apart from the whole ({similar:,})", "#ffffff", "cross")
    modelled = sum(one.basis == "modelled" and one.value is not None for one in found)
    if modelled:
        words = "modelled: all values are estimates (about)" if modelled == len(found) else f"modelled (about): {modelled:,}, see the table"
        yield Key(words, "#ffffff", "stipple")
    yield from _status_keys(counted)


def _caveats(indicator: IndicatorInfo, *, is_modelled: bool) -> tuple[str, ...]:
    told = [str(note) for note in (indicator.definition.get("basis_note"), *(indicator.definition.get("caveats") or ())) if note]
    return (*(("Modelled values are estimates: counts of other units were moved to these.",) if is_modelled else ()), *told)


def _area_table(found: Iterable[ObservationInfo], indicator: IndicatorInfo) -> Table:
    rows = tuple((one.area_code, one.area_name, *_columns(one, indicator)) for one in found)
    return Table("Every area of the map", ("Code", "Area", "Value", "95 % limits", "Compared", "Basis"), rows)


def _columns(one: ObservationInfo, indicator: IndicatorInfo) -> tuple[str, ...]:
    if one.status not in _WITH_VALUE or one.value is None:
        return absence_words(one.status, one.reason), "", "", ""
    definition, limits = indicator.definition, ""
    if one.lower is not None and one.upper is not None:
        limits = f"{value_words(one.lower, definition)} to {value_words(one.upper, definition)}"
    value = ("about " if one.basis == "modelled" else "") + value_words(one.value, definition)
    return value, limits, comparison_words(one.comparison, is_linked=indicator.is_linked), one.basis


def _cell_table(found: Iterable[CellInfo], indicator: IndicatorInfo) -> Table:
    rows = tuple(
        (
            one.cell,
            f"{one.latitude:.3f}, {one.longitude:.3f}",
            f"{one.people:,.0f}",
            absence_words(one.status, one.reason) if one.value is None else f"about {value_words(one.value, indicator.definition)}",
        )
        for one in found
    )
    return Table("Every hexagon of the map; all values are modelled", ("H3 cell", "Middle", "Residents, about", "Value"), rows)
