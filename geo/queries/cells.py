"""Figures by H3 cell: a page of them or all, of the drawn set or of one resolution, in England or where people of one area live."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.codes import ENGLAND, Geography
from geo.disclosure.cells import CellFigures, are_reliable, reasons_of, statuses_of
from geo.errors import InputError, UnknownArea
from geo.geography.cells import ADAPTED, MIXED, resolutions_of, shapes_of
from geo.models import AreaLink
from geo.queries.areas import find_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.catchment_figures import Column
from geo.queries.cell_figures import cells_of, find_column, get_cells
from geo.statuses import Basis, Reason, Status, word

ADAPTIVE = "adaptive"
RESOLUTIONS = (ADAPTIVE, *map(str, ADAPTED))
# By what counts of neighbourhoods are moved; the other way would be by surface (docs/evidence/cells.md).
BY_COUNTS = "numerators and denominators moved separately by where live postcodes lie, then divided"
BY_PEOPLE = "mean of the neighbourhoods that people live in, weighted by people: the publisher gives no counts"
# Areas whose people lie in cells themselves; of wider ones it is their neighbourhoods, of the newest vintage that they are linked to.
_NEIGHBOURHOODS = ("lsoa21", "lsoa11")
# Digits of degrees: 1 m.
_DIGITS = 5


@dataclass(frozen=True)
class CellInfo:
    """One cell. cell: its H3 number in hexadecimal. figure_of: the cell whose figure stands here, itself or a wider one around it.

    people: residents. coverage: share of them (0-1) that live where a figure is known. filled: share of the figure that stands on fill for
    withheld counts. reliability: share of the people from neighbourhoods of which at least 80 % lie in the cell. geometry: GeoJSON text.
    """

    cell: str
    resolution: int
    figure_of: str
    figure_resolution: int
    people: float
    numerator: float | None
    denominator: float | None
    value: float | None
    status: str
    basis: str
    reason: str | None
    is_reliable: bool
    coverage: float
    filled: float | None
    reliability: float | None
    longitude: float
    latitude: float
    geometry: str | None = None


@dataclass(frozen=True)
class CellSelection:
    """What is asked of cells. source: the areas whose figures were moved. resolution: 6 to 9, or adaptive. method: in words."""

    release: ReleaseInfo
    indicator: IndicatorInfo
    period: str
    stratum: str
    source: Geography
    resolution: str
    method: str
    figures: CellFigures
    chosen: NDArray[np.intp]


@dataclass(frozen=True)
class CellPage:
    """Some of the cells, and how many there are in all. reason: why there are none, or none with a value, else None."""

    count: int
    cells: tuple[CellInfo, ...]
    reason: str | None


@dataclass(frozen=True)
class CellQuestion:
    """What somebody may say about the cells they want. cell: one cell's number in hexadecimal."""

    period: str | None = None
    stratum: str | None = None
    resolution: str = ADAPTIVE
    area: str | None = None
    cell: str | None = None


def select_cells(release: ReleaseInfo, indicator: IndicatorInfo, question: CellQuestion) -> CellSelection:
    """What the question means: cells that a figure reaches, in order of their numbers.

    Raises RefusedClaim where cells cannot show the indicator, and the InputError that names what is unknown or not there.
    """
    column = find_column(release, indicator, period=question.period, stratum=question.stratum)
    if column.part is None:
        raise InputError("The indicator has no figures for cells.")
    size = MIXED if question.resolution == ADAPTIVE else int(question.resolution)
    figures = get_cells(column, size)
    return CellSelection(
        release=release,
        indicator=indicator,
        period=column.part.period,
        stratum=column.part.stratum,
        source=column.part.geography,
        resolution=question.resolution,
        method=_method(column),
        figures=figures,
        chosen=_chosen(figures, question, size),
    )


def list_cells(selection: CellSelection, *, limit: int = 100, offset: int = 0) -> CellPage:
    """A page of the cells."""
    cells = tuple(_infos(selection, selection.chosen[offset : offset + limit], with_geometry=False))
    count = len(selection.chosen)
    if not cells:
        return CellPage(count, (), "no_match" if count else "out_of_scope")
    return CellPage(count, cells, None if any(cell.value is not None for cell in cells) else _reason(cells))


def stream_cells(selection: CellSelection, *, with_geometry: bool = False) -> Iterator[CellInfo]:
    """All of them, one by one; with their hexagons where wanted."""
    for first in range(0, len(selection.chosen), 1_000):
        yield from _infos(selection, selection.chosen[first : first + 1_000], with_geometry=with_geometry)


def _method(column: Column) -> str:
    return BY_PEOPLE if column.indicator.is_ratio_only else BY_COUNTS


def _chosen(figures: CellFigures, question: CellQuestion, size: int) -> NDArray[np.intp]:
    """Positions of the cells that are meant."""
    is_meant = figures.reason != Reason.NOT_IN_SOURCE
    if question.area not in (None, ENGLAND):
        is_meant &= np.isin(figures.cells, _cells_of(str(question.area), size))
    if question.cell is not None:
        is_own = figures.cells == np.uint64(int(question.cell, 16))
        if not is_own.any():
            said = "There is no such cell among these."
            raise UnknownArea(said, parameter="cell", found=question.cell, valid=(f"{int(figures.cells[0]):x}",))
        is_meant = is_own
    return np.flatnonzero(is_meant)


def _cells_of(code: str, size: int) -> NDArray[np.uint64]:
    """Cells that hold people of an area."""
    found = find_areas(code, parameter="area")
    for slug in _NEIGHBOURHOODS:
        own = [area.feature_id - 1 for area in found if area.geography.slug == slug]
        links = AreaLink.objects.filter(
            parent_id__in=[area.id for area in found],
            child__geography__slug=slug,
            child__feature_id__gt=0,
            kind__in=(AreaLink.Kind.WITHIN, AreaLink.Kind.BEST_FIT),
        )
        inside = own or [number - 1 for number in links.values_list("child__feature_id", flat=True)]
        if inside:
            return cells_of(np.array(sorted(set(inside)), dtype=np.intp), slug, size)
    return np.zeros(0, dtype=np.uint64)


def _reason(cells: tuple[CellInfo, ...]) -> str:
    return "suppressed" if any(cell.status == word(Status.SUPPRESSED) for cell in cells) else "no_data"


def _infos(selection: CellSelection, at: NDArray[np.intp], *, with_geometry: bool) -> Iterator[CellInfo]:
    """The cells at these positions."""
    if not len(at):
        return
    figures, has_counts = selection.figures, not selection.indicator.is_ratio_only
    statuses, reasons = statuses_of(figures), reasons_of(figures, has_counts=has_counts)
    reliable = are_reliable(figures, has_counts=has_counts)
    shapes = shapely.from_wkb(shapes_of(figures.cells[at]))
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    sizes, shown = resolutions_of(figures.cells[at]), resolutions_of(figures.figure_of[at])
    for row, place in enumerate(at.tolist()):
        yield CellInfo(
            cell=f"{int(figures.cells[place]):x}",
            resolution=int(sizes[row]),
            figure_of=f"{int(figures.figure_of[place]):x}",
            figure_resolution=int(shown[row]),
            people=round(float(figures.people[place]), 1),
            numerator=_number(figures.numerator[place]) if has_counts else None,
            denominator=_number(figures.denominator[place]) if has_counts else None,
            value=_number(figures.value[place]),
            status=word(Status(int(statuses[place]))),
            basis=word(Basis.MODELLED),
            reason=word(Reason(int(reasons[place]))) if reasons[place] else None,
            is_reliable=bool(reliable[place]),
            coverage=round(float(figures.coverage[place]), 4),
            filled=_number(figures.filled[place]),
            reliability=_number(figures.reliability[place]),
            longitude=round(float(middles[row, 0]), _DIGITS),
            latitude=round(float(middles[row, 1]), _DIGITS),
            geometry=_geojson(shapes[row]) if with_geometry else None,
        )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _geojson(shape: shapely.Polygon) -> str:
    ring = [[round(x, _DIGITS), round(y, _DIGITS)] for x, y in shape.exterior.coords]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})
