"""Pictures of one indicator as a surface of H3 cells. Figures come from the reads that the service answers by."""

from collections import Counter
from collections.abc import Iterable, Sequence

import shapely

from geo.maps.looks import Look, polarity_of, scale_keys
from geo.maps.scenes import Key, Scene, Shape, Table, bounds_of, class_colours, ground_of, height_of, source_lines, status_key
from geo.maps.telling import REFUSALS, REFUSED, WITH_VALUE, caveats, facts, refused_key, status_keys, summary, title
from geo.maps.words import absence_words, unit_words, value_words
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.cell_slices import list_cell_slices
from geo.queries.cells import CellInfo, CellQuestion, CellSelection, select_cells, stream_cells

CELLS_ABOUT = (
    "Hexagons (H3) are no neighbourhoods: the published figures of neighbourhoods were moved to them by where postcodes lie, so neighbours"
    " are alike by construction. Each is as fine as 1,000 people to a part allow."
)


def scene_of_cells(release: ReleaseInfo, indicator: IndicatorInfo, question: CellQuestion) -> Scene:
    """A surface of H3 cells, each as high as its value; a cell without a value lies flat in the look of its status.

    Raises what `select_cells` raises, and InputError where nothing is to be drawn.
    """
    selection = select_cells(release, indicator, question)
    found = list(stream_cells(selection, with_geometry=True))
    values = [one.value for one in found if one.value is not None]
    look = _look(indicator, _cell_breaks(selection, values))
    lowest, highest = min(values, default=0.0), max(values, default=0.0)
    shapes = tuple(_cell(one, look, (lowest, highest)) for one in found)
    bounds = bounds_of(shapes, ())
    counted = Counter(REFUSED if one.reason in REFUSALS and one.value is None else one.status for one in found)
    height = f"Height: from {value_words(lowest, indicator.definition)} (flat) to {value_words(highest, indicator.definition)}, not from 0."
    raised = Key(f"{height} Hexagons without a value lie flat.", "", kind="words")
    part = next(part for part in indicator.slices if (part.period, part.stratum) == (selection.period, selection.stratum))
    return Scene(
        title=title(indicator, part),
        facts=facts(
            unit_words(indicator.definition),
            part.period_label,
            f"H3 hexagons ({selection.resolution}), from {selection.source.slug.upper()}",
            release,
        ),
        summary=summary(indicator, values, counted, "hexagons"),
        release=release.slug,
        is_synthetic=release.is_synthetic,
        keys=(
            *scale_keys(look),
            raised,
            *status_keys(counted, "hexagon"),
            Key("modelled: all values are estimates (about)", "#ffffff", "stipple"),
        ),
        tables=(_cell_table(found, indicator),),
        notes=(CELLS_ABOUT, f"How: {selection.method}.", *caveats(indicator, is_modelled=True)),
        sources=source_lines(release, indicator.definition.get("sources") or ()),
        shapes=shapes,
        ground=ground_of(bounds),
        is_extruded=True,
    )


def _look(indicator: IndicatorInfo, breaks: Sequence[float]) -> Look:
    return Look("sequential", indicator, tuple(breaks), class_colours(polarity_of(indicator), breaks))


def _cell_breaks(selection: CellSelection, values: Sequence[float]) -> tuple[float, ...]:
    """Upper bounds of the classes of the drawn cells, as the service has them; or fifths of what is shown."""
    asked = (selection.indicator.slug, selection.period, selection.stratum)
    for one in list_cell_slices(selection.release):
        if (one.indicator, one.period, one.stratum) == asked and one.breaks:
            return one.breaks
    ordered = sorted(values)
    return tuple(dict.fromkeys(ordered[(len(ordered) * fifth + 4) // 5 - 1] for fifth in range(1, 6))) if ordered else ()


def _cell(one: CellInfo, look: Look, extent: tuple[float, float]) -> Shape:
    geometry = shapely.from_geojson(one.geometry)
    name = f"Hexagon {one.cell}, about {one.people:,.0f} residents"
    if one.value is None:
        key = refused_key(1) if one.reason in REFUSALS else status_key(one.status if one.status not in WITH_VALUE else "missing", "")
        return Shape(geometry, key.fill, f"{name}\n{absence_words(one.status, one.reason)}", key.pattern, key.line)
    told = [name, f"about {value_words(one.value, look.indicator.definition)} (modelled)"]
    if one.figure_of != one.cell:
        told.append("figure of the wider hexagon around it")
    if not one.is_reliable:
        told.append("few people or much estimated: read with care")
    return Shape(geometry, look.fill(one.value, 0), "\n".join(told), height=height_of(one.value, *extent))


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
