"""Pictures of what planners make: a catchment with who lives there and how they fare, and a plan with its stops and minutes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely

from geo.errors import UnknownArea
from geo.maps.catchment_sheets import word_value
from geo.maps.scales import STATUS_LOOKS, sequential_colours
from geo.maps.scenes import LICENCE, Dot, Key, Scene, Shape, Table, bounds_of, class_of, ground_of, source_lines
from geo.queries.areas import find_areas
from geo.queries.catalogue import ReleaseInfo, get_release
from geo.queries.catchment_profile import Figure, Group
from geo.queries.catchments import CatchmentInfo
from geo.statuses import word

_FILL, _LINE = "#dadaeb", "#4a1486"
# Upper bounds of classes of minutes; the last has none.
_MINUTES = (5.0, 10.0, 15.0, 20.0, 30.0, float("inf"))
_STOP, _SEARCH, _EXISTING = "#4a1486", "#ffffff", "#4c4c4c"


def scene_of_catchment(found: CatchmentInfo, release: ReleaseInfo, *, name: str) -> Scene:
    """The outline of a catchment with its profile as tables. No neighbourhood of it is told singly; refusals say why."""
    outline = shapely.from_geojson(_text(found.shape))
    shape = Shape(outline, _FILL, f"{name}\n{found.people:,} residents (Census 2021)", line=_LINE)
    gained, lost = found.gained.people, found.lost.people
    snapped = f"Whole neighbourhoods are taken: about {gained:,.0f} people gained and {lost:,.0f} left out." if gained or lost else ""
    profile = found.profile
    people = f"{found.people:,} residents (Census 2021) in {len(found.atoms):,} neighbourhoods (LSOA {found.vintage})"
    told = sum(one.value is not None for one in profile.figures)
    used = {str(source) for figure in profile.figures for source in figure.indicator.definition.get("sources") or ()}
    return Scene(
        title=name,
        facts=(f"{people}, {found.area_km2:,.1f} km²", f"Release {release.slug}"),
        summary=f"{told} of {len(profile.figures)} figures are told, in the tables below the map, which say why of the others.",
        release=release.slug,
        is_synthetic=release.is_synthetic,
        keys=(Key("the catchment", _FILL, line=_LINE), Key("boundaries of districts", "#f7f6f2")),
        tables=(_figure_table(profile.figures), *_group_tables(found)),
        notes=(*([snapped] if snapped else []), *found.mended, "Modelled figures are estimates (about) and have no limits."),
        sources=source_lines(release, used),
        shapes=(shape,),
        ground=ground_of(bounds_of((shape,), ())),
    )


def scene_of_plan(plan: Mapping[str, Any], *, key: str) -> Scene:
    """A plan as geo.planning.plans writes it: stops by number, areas by minutes to theirs, and what has to be said with it.

    Raises what `get_release` raises of the release that the plan was made of: figures that must not stand are not drawn.
    """
    request, minutes, gain = plan["request"], plan["minutes"], plan["gain"]
    release = get_release(request["release"])
    stops, mode = plan["sites"], minutes.get("mode", "mode not told")
    classes = sequential_colours("low_is_good", len(_MINUTES))
    dots = (*_areas(plan["allocation"], mode, classes), *(_stop(number, stop) for number, stop in enumerate(stops, 1)))
    at = {stop["id"]: stop for stop in stops}
    ways = tuple(
        (visit["longitude"], visit["latitude"], at[visit["site"]]["longitude"], at[visit["site"]]["latitude"])
        for visit in plan["allocation"]
        if visit["site"] in at
    )
    title = f"{request['programme'].capitalize()} screening: {len(stops)} stops in {_name(request['area'])}"
    proof = "proven best of its candidates" if not plan["gap"] else f"at most {100 * plan['gap']:.2g} % from the best of its candidates"
    told = f"about {gain['low']:,.0f} to {gain['high']:,.0f} more people screened; {proof}"
    return Scene(
        title=title,
        facts=(told[0].upper() + told[1:], f"Plan {key} · minutes: {mode}", f"Release {release.slug}"),
        summary=f"{len(stops)} stops serve {len(plan['allocation']):,} areas, {told}. The tables below the map have each stop.",
        release=release.slug,
        is_synthetic=bool(plan["is_synthetic"]) or release.is_synthetic,
        keys=tuple(_plan_keys(plan, mode, classes)),
        tables=(_stop_table(stops), *_minute_tables(minutes)),
        notes=(*(str(note) for note in plan["notes"]), f"Minutes come from: {minutes.get('source', 'no source told')}."),
        sources=(*dict.fromkeys(_source(one) for one in plan["sources"]), LICENCE),
        dots=dots,
        ways=ways,
        ground=ground_of(bounds_of((), dots)),
    )


def _name(code: str) -> str:
    """The name of an area, or its code where nobody here knows it."""
    try:
        return find_areas(code)[0].name
    except UnknownArea:
        return code


def _text(shape: Mapping[str, Any]) -> str:
    return shapely.to_geojson(shapely.geometry.shape(shape))


def _figure_table(figures: Sequence[Figure]) -> Table:
    rows = tuple(_figure_row(figure) for figure in figures)
    return Table("Every indicator", ("Indicator", "Period", "Value (95 % limits)", "Benchmark", "Compared", "Gap, people"), rows)


def _figure_row(figure: Figure) -> tuple[str, ...]:
    title = str(figure.indicator.definition.get("short_title") or figure.indicator.title)
    title += "" if figure.stratum == "all" else f": {figure.stratum_title}"
    if figure.refused or figure.value is None:
        why = figure.refused.message if figure.refused else (figure.reason_word or word(figure.status)).replace("_", " ")
        return title, figure.period_label, f"not told: {why}", "", "", ""
    about = "about " if figure.basis.name == "MODELLED" else ""
    limits = "" if figure.lower is None else f" ({word_value(figure, figure.lower)} to {word_value(figure, figure.upper)})"
    return (
        title,
        figure.period_label,
        f"{about}{word_value(figure, figure.value)}{limits}",
        f"{word_value(figure, figure.benchmark)} {figure.benchmark_name}".strip(),
        word(figure.comparison).replace("_", " "),
        "" if figure.gap is None else f"{figure.gap:+,.0f}",
    )


def _group_tables(found: CatchmentInfo) -> Iterator[Table]:
    profile = found.profile
    parts: tuple[tuple[str, Sequence[Group]], ...] = (
        ("Residents by age", profile.ages or ()),
        ("Residents by tenth of deprivation (1 = most deprived)", profile.tenths),
        ("Residents by ethnic group", profile.ethnicity),
    )
    for caption, groups in parts:
        if groups:
            yield Table(
                caption, ("Group", "Residents", "Share"), tuple((one.name, f"{one.people:,.0f}", f"{one.share:.1%}") for one in groups)
            )


def _areas(visits: Sequence[Mapping[str, Any]], mode: str, classes: Sequence[str]) -> Iterator[Dot]:
    """The middles of where the people of each area live, by their minutes."""
    for visit in visits:
        words = f"{visit['area']}: about {visit['minutes']:,.0f} minutes ({mode})"
        yield Dot(visit["longitude"], visit["latitude"], classes[class_of(visit["minutes"], _MINUTES)], words, 3.5, "#6b7780")


def _stop(number: int, stop: Mapping[str, Any]) -> Dot:
    """An area of search is a ring, a place that somebody named a disc, one that serves already a grey disc."""
    is_ring = stop["is_area_of_search"]
    fill = _EXISTING if stop["is_existing"] else _SEARCH if is_ring else _STOP
    line = _STOP if fill == _SEARCH else "#ffffff"
    return Dot(stop["longitude"], stop["latitude"], fill, f"{number}. {stop['name']}\n{_gain(stop)}", 10, line, str(number))


def _gain(stop: Mapping[str, Any]) -> str:
    if stop["gain"] is None:
        return f"need is not told: {stop['refused'] or 'no reason given'}"
    return f"about {stop['gain']['low']:,.0f} to {stop['gain']['high']:,.0f} more people screened"


def _plan_keys(plan: Mapping[str, Any], mode: str, classes: Sequence[str]) -> Iterator[Key]:
    stops = plan["sites"]
    if any(not one["is_area_of_search"] and not one["is_existing"] for one in stops):
        yield Key("stop, at a place that is named", _STOP, line=_STOP, kind="dot")
    if any(one["is_area_of_search"] and not one["is_existing"] for one in stops):
        yield Key("stop, an area of search: no place was looked at", _SEARCH, line=_STOP, kind="dot")
    if any(one["is_existing"] for one in stops):
        yield Key("serves people already", _EXISTING, line="#ffffff", kind="dot")
    yield Key(f"Areas by minutes to their stop ({mode}):", "", kind="words")
    seen = {class_of(visit["minutes"], _MINUTES) for visit in plan["allocation"]}
    for at in sorted(seen):
        words = f"over {_MINUTES[at - 1]:.0f}" if at == len(_MINUTES) - 1 else f"up to {_MINUTES[at]:.0f}"
        yield Key(f"{words} minutes", classes[at], line=STATUS_LOOKS["missing"]["line"], kind="dot")


def _stop_table(stops: Sequence[Mapping[str, Any]]) -> Table:
    head = ("", "Stop", "Kind", "Minutes, mean", "Workload", "Weeks", "More people screened")
    rows = tuple(
        (
            str(number),
            str(stop["name"]),
            "area of search" if stop["is_area_of_search"] else str(stop["kind"]).replace("_", " "),
            _number(stop["minutes_mean"]),
            _number(stop["workload"]),
            _number(stop["weeks"]),
            _gain(stop),
        )
        for number, stop in enumerate(stops, 1)
    )
    return Table("Every stop", head, rows)


def _minute_tables(minutes: Mapping[str, Any]) -> Iterator[Table]:
    for field, caption in (("by_deprivation", "Minutes by deprivation"), ("by_ethnicity", "Minutes by ethnic group")):
        groups = minutes.get(field) or ()
        if groups:
            rows = tuple((str(one["group"]), _number(one.get("people")), _number(one.get("minutes"))) for one in groups)
            yield Table(caption, ("Group", "People", "Minutes, mean"), rows)


def _source(one: Mapping[str, Any]) -> str:
    return ", ".join(str(one[field]) for field in ("title", "name", "publisher", "licence", "slug") if one.get(field)) or str(dict(one))


def _number(value: float | None) -> str:
    return "not told" if value is None else f"{value:,.0f}"
