"""cells: figures of one indicator by H3 cell."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api.pagination import envelope
from api.params import PAGING, RELEASE, Parameter, choice, code, period, refuse_pages, refuse_together, slug
from api.renderers import csv_pieces, geojson_pieces
from api.schema import described
from api.serializers.cells import CellList, CellSerializer
from api.views.base import ReadView, answer, download, shaped, told
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.cells import ADAPTIVE, RESOLUTIONS, CellInfo, CellQuestion, CellSelection, list_cells, select_cells, stream_cells

COLUMNS = (
    "cell", "resolution", "figure_of", "figure_resolution", "people", "numerator", "denominator", "value", "status", "basis", "reason",
    "is_reliable", "coverage", "filled", "reliability", "longitude", "latitude",
)  # fmt: skip
# Every row of a CSV says what it is, for files lose their names.
CONTEXT = ("indicator", "indicator_title", "unit", "period", "stratum", "moved_from", "method", "release", "is_synthetic")
_CELL = re.compile(r"^[0-9a-f]{15}$")


def _cell(text: str) -> str:
    if not _CELL.match(text) or text.endswith("\n"):
        raise ValueError("an H3 number of 15 hexadecimal digits in lower case is wanted")
    return text


class Cells(ReadView):
    """Figures by cell."""

    parameters = (
        slug("indicator", "Slug of the indicator.", example="cervical-coverage-25-49", is_required=True),
        period("The newest period, which is the only one that cells show."),
        slug("stratum", "A part of the people; everybody where it is left out and there is such a figure.", example="all"),
        choice("resolution", "H3 resolution, or the drawn set of several.", choices=RESOLUTIONS, default=ADAPTIVE),
        code("area", "Code of an area: cells that hold some of its people."),
        Parameter("cell", "One cell.", _cell, {"type": "string", "pattern": _CELL.pattern, "examples": ["87195da49ffffff"]}),
        choice("format", "CSV and GeoJSON are whole and streamed, JSON is paged.", choices=("json", "csv", "geojson"), default="json"),
        RELEASE,
        *PAGING,
    )

    @described(parameters, CellList, files=("text/csv", "application/geo+json"), operation_id="listCells", tags=["figures"])
    def get(self, request: Request) -> HttpResponseBase:
        """One indicator by H3 cell, modelled from the figures of neighbourhoods; a cell that may not be shown says why."""
        asked = self.asked(request)
        refuse_together(asked, "area", "cell")
        refuse_pages(request._request.GET, asked)
        release = get_release(asked["release"])
        indicator = get_indicator(asked["indicator"], release)
        names = ("period", "stratum", "resolution", "area", "cell")
        selection = select_cells(release, indicator, CellQuestion(**{name: asked[name] for name in names}))
        return answer(request, release, lambda: _cells(request, asked, selection))


def _cells(request: Request, asked: dict[str, Any], selection: CellSelection) -> Mapping[str, Any] | HttpResponseBase:
    name = f"{selection.indicator.slug}_h3_{selection.period}_{selection.release.slug}"
    if asked["format"] == "csv":
        context = _context(selection)
        rows: Iterator[tuple[Any, ...]] = ((*_columns(cell).values(), *context) for cell in stream_cells(selection))
        return download(request, csv_pieces((*COLUMNS, *CONTEXT), rows), content_type="text/csv; charset=utf-8", name=f"{name}.csv")
    if asked["format"] == "geojson":
        shown = dict(zip(CONTEXT, _context(selection), strict=True))
        pieces = geojson_pieces(shown, ((cell.cell, cell.geometry, _columns(cell)) for cell in stream_cells(selection, with_geometry=True)))
        return download(request, pieces, content_type="application/geo+json", name=f"{name}.geojson")
    page = list_cells(selection, limit=asked["limit"], offset=asked["offset"])
    more = {
        **told(selection.release),
        "reason": page.reason,
        "indicator": selection.indicator.slug,
        "unit": selection.indicator.definition.get("unit") or "",
        "period": selection.period,
        "stratum": selection.stratum,
        "resolution": selection.resolution,
        "area_type": selection.source.area_type,
        "vintage": selection.source.vintage,
        "method": selection.method,
    }
    results = shaped(CellSerializer, page.cells)
    return envelope(request._request, count=page.count, results=results, limit=asked["limit"], offset=asked["offset"], told=more)


def _columns(cell: CellInfo) -> dict[str, Any]:
    """The cell's figures by column; the same words and order as in JSON."""
    return {name: getattr(cell, name) for name in COLUMNS}


def _context(selection: CellSelection) -> tuple[Any, ...]:
    """In the order of CONTEXT."""
    indicator, release = selection.indicator, selection.release
    return (
        indicator.slug,
        indicator.title,
        indicator.definition.get("unit"),
        selection.period,
        selection.stratum,
        selection.source.slug,
        selection.method,
        release.slug,
        release.is_synthetic,
    )
