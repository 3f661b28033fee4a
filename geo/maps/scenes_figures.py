"""Pictures of one indicator by areas: its values, values against a benchmark or deprivation, and what the engine thinks of them.

Figures come from the reads that the service answers by; classes, looks and words are those of the explorer.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.maps.areas import Picture, View, picture_of
from geo.maps.estimates import CLASSED, ESTIMATED_VALUES, OUTLINE, SHOW_TITLES, about, cells_of, class_keys, columns_of, short_words
from geo.maps.looks import scale_keys
from geo.maps.scenes import Dot, Key, Scene, Shape, Table, bounds_of, ground_of, source_lines, thin
from geo.maps.telling import WITH_VALUE, caveats, facts, status_keys, summary, title, with_absent
from geo.maps.words import absence_words, comparison_words, decile_words, most_deprived_words, plural, range_words, unit_words, value_words
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.observations import ObservationInfo, Question, select, stream_observations

# So many windows are named in the legend.
_NAMED = 3
_TWO_WAY_ABOUT = (
    "Values in thirds by number of areas; deprivation by decile of {index}: 1 to 3 most, 4 to 7 middle, 8 to 10 least deprived."
)


def scene_of_areas(release: ReleaseInfo, indicator: IndicatorInfo, question: Question, view: View | None = None) -> Scene:
    """A map of one indicator by areas, in one period and for one part of the people; of its values where `view` is left out.

    Raises what `select` and `picture_of` raise, and InputError where nothing is to be drawn or the areas are too many for a file.
    """
    selection = select(release, indicator, question)
    if len(selection.slices) != 1:
        said = "One map shows one period and one part of the people." if selection.slices else "The indicator is not to be had for these."
        raise InputError(said, parameter="stratum", found=f"{len(selection.slices)} slices", valid=indicator_strata(indicator))
    part = selection.slices[0]
    picture = picture_of(release, indicator, question, part, view or View())
    found = list(stream_observations(selection, with_geometry=True))
    shapes, dots = _painted([one for one in found if one.geometry], picture)
    bounds = bounds_of(shapes, dots)
    counted = Counter(picture.status_of(one) for one in found)
    return Scene(
        title=title(indicator, part),
        facts=facts(_shown(picture), part.period_label, f"{part.geography.area_type.upper()} of {part.geography.vintage}", release),
        summary=_summary(picture, found, counted),
        release=release.slug,
        is_synthetic=release.is_synthetic,
        keys=(*_keys(picture, found), *_other_keys(picture, found, counted)),
        tables=(_table(found, picture),),
        notes=_notes(picture, found),
        sources=source_lines(release, indicator.definition.get("sources") or ()),
        shapes=shapes,
        dots=dots,
        ground=ground_of(bounds),
        square=picture.look.square(picture.index) if picture.look else None,
    )


def indicator_strata(indicator: IndicatorInfo) -> tuple[str, ...]:
    """Parts of the people that an indicator can be had for."""
    return tuple(dict.fromkeys(part.stratum for part in indicator.slices))


def _painted(found: Sequence[ObservationInfo], picture: Picture) -> tuple[tuple[Shape, ...], tuple[Dot, ...]]:
    """Areas as shapes, thinned together; those that are places as dots."""
    geometries = shapely.from_geojson([one.geometry for one in found]) if found else []
    is_point = [geometry.geom_type == "Point" for geometry in geometries]
    areas = [(one, geometry) for one, geometry, point in zip(found, geometries, is_point, strict=True) if not point]
    thinned = thin([geometry for _, geometry in areas]) if areas else []
    shapes = tuple(_area(one, geometry, picture) for (one, _), geometry in zip(areas, thinned, strict=True))
    dots = tuple(_dot(one, geometry, picture) for one, geometry, point in zip(found, geometries, is_point, strict=True) if point)
    return shapes, dots


def _area(one: ObservationInfo, geometry: BaseGeometry, picture: Picture) -> Shape:
    paint, line = picture.paint(one)
    words = "\n".join((f"{one.area_name} ({one.area_code})", *_said(one, picture)))
    return Shape(geometry, paint.fill, words, paint.pattern, line, is_outlined=paint.is_outlined, is_faint=paint.is_faint)


def _dot(one: ObservationInfo, geometry: BaseGeometry, picture: Picture) -> Dot:
    shape = _area(one, geometry, picture)
    has_value = picture.status_of(one) == "value"
    radius, line = (5, "#ffffff") if has_value else (3, shape.line)
    return Dot(geometry.x, geometry.y, shape.fill, shape.words, radius, line, is_faint=shape.is_faint)


def _said(one: ObservationInfo, picture: Picture) -> Iterator[str]:
    """What the map shows of an area, the published figure, and its decile, each where there is one."""
    show, published = picture.view.show, list(_published(one, picture.indicator))
    if show != "value":
        yield short_words(show, picture.estimates.get(one.area_code), picture.indicator, picture.window_of(one))
        published[0] = f"Published: {published[0]}"
    yield from published
    if picture.deciles:
        yield decile_words(picture.deciles.get(one.area_code, 0), one.geography.area_type)


def _published(one: ObservationInfo, indicator: IndicatorInfo) -> Iterator[str]:
    """Value, limits, comparison and warnings of one area, each where there is one."""
    if one.status not in WITH_VALUE or one.value is None:
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


def _shown(picture: Picture) -> str:
    """The unit, or what stands in place of the value."""
    show, unit = picture.view.show, unit_words(picture.indicator.definition)
    if show == "value":
        return f"{unit}, against deprivation" if picture.view.is_two_way else unit
    return f"{SHOW_TITLES[show]} (about), {unit}" if show in ESTIMATED_VALUES else SHOW_TITLES[show]


def _values(picture: Picture, found: Sequence[ObservationInfo]) -> list[float]:
    return [value for one in found if (value := picture.value_of(one)) is not None]


def _summary(picture: Picture, found: Sequence[ObservationInfo], counted: Counter[str]) -> str:
    show, values = picture.view.show, _values(picture, found)
    if show not in CLASSED:
        return summary(picture.indicator, values, counted, "areas", "value" if show == "value" else SHOW_TITLES[show].lower())
    classes = ", ".join(key.words for key in class_keys(show, values, picture.indicator))
    return with_absent(f"{SHOW_TITLES[show]}: {len(values):,} of {len(found):,} areas were tested: {classes}", counted)


def _keys(picture: Picture, found: Sequence[ObservationInfo]) -> Iterator[Key]:
    """Classes from the lowest to the highest, or those of what the engine thinks; of windows the first by name."""
    if picture.look is not None:
        yield from scale_keys(picture.look)
        return
    yield from class_keys(picture.view.show, _values(picture, found), picture.indicator)
    if picture.view.show != "windows":
        return
    codes = {one.area_code for one in found}
    here = [window for window in picture.windows if codes.intersection(window.members)]
    for window in here[:_NAMED]:
        yield Key(window.sentence, "", kind="words")
    if len(here) > _NAMED:
        yield Key(f"{plural(len(here), 'window')} in all: the page of findings names each.", "", kind="words")


def _other_keys(picture: Picture, found: Sequence[ObservationInfo], counted: Counter[str]) -> Iterator[Key]:
    """Values not told apart from what they are held against, modelled ones, and statuses that occur."""
    similar = sum(picture.is_similar(one) for one in found)
    if similar and picture.look is not None:
        yield Key(f"cannot be told apart from {picture.look.yardstick} ({plural(similar, 'area')})", "#ffffff", "cross")
    known = [one for one in found if one.value is not None and one.status in WITH_VALUE]
    modelled = sum(one.basis == "modelled" for one in known)
    if modelled and picture.view.show == "value":
        is_all = modelled == len(known)
        words = "modelled: all values are estimates (about)" if is_all else f"modelled ({plural(modelled, 'area')})"
        yield Key(words, "#ffffff", "stipple")
    yield from status_keys(counted)
    if picture.view.is_core20 and found:
        yield Key(f"{most_deprived_words(found[0].geography.area_type)}, outlined", "#ffffff", line=OUTLINE)


def _notes(picture: Picture, found: Sequence[ObservationInfo]) -> tuple[str, ...]:
    told: tuple[str, ...] = ()
    if picture.view.show != "value":
        told = about(picture.view.show, picture.indicator, is_labels=picture.is_labels)
    if picture.view.is_two_way:
        told = (*told, _TWO_WAY_ABOUT.format(index=picture.index))
    return (*told, *caveats(picture.indicator, is_modelled=any(one.basis == "modelled" for one in found)))


def _table(found: Sequence[ObservationInfo], picture: Picture) -> Table:
    show, is_labels = picture.view.show, picture.is_labels
    own = columns_of(show, is_labels=is_labels) if show != "value" else ()
    value = "Value" if show == "value" else "Published"
    decile = (f"Decile, {picture.index}",) if picture.deciles else ()
    rows = tuple(
        (one.area_code, one.area_name, *_thought(one, picture), *_columns(one, picture.indicator), *_decile(one, picture)) for one in found
    )
    return Table("Every area of the map", ("Code", "Area", *own, value, "95 % limits", "Compared", "Basis", *decile), rows)


def _thought(one: ObservationInfo, picture: Picture) -> tuple[str, ...]:
    show = picture.view.show
    if show == "value":
        return ()
    estimate = picture.estimates.get(one.area_code)
    return cells_of(show, estimate, picture.indicator, picture.window_of(one), is_labels=picture.is_labels)


def _decile(one: ObservationInfo, picture: Picture) -> tuple[str, ...]:
    if not picture.deciles:
        return ()
    decile = picture.deciles.get(one.area_code, 0)
    return (str(decile) if decile else "not known",)


def _columns(one: ObservationInfo, indicator: IndicatorInfo) -> tuple[str, ...]:
    if one.status not in WITH_VALUE or one.value is None:
        return absence_words(one.status, one.reason), "", "", ""
    definition, limits = indicator.definition, ""
    if one.lower is not None and one.upper is not None:
        limits = range_words(one.lower, one.upper, definition)
    value = ("about " if one.basis == "modelled" else "") + value_words(one.value, definition)
    return value, limits, comparison_words(one.comparison, is_linked=indicator.is_linked), one.basis
