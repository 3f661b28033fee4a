"""observations and inequality."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api.pagination import envelope
from api.params import PAGING, RELEASE, VINTAGE, choice, code, period, refuse_pages, refuse_together, slug
from api.renderers import csv_pieces, geojson_pieces
from api.schema import described
from api.serializers.figures import InequalitySerializer, ObservationList, ObservationSerializer
from api.views.base import ReadView, answer, download, shaped, told
from geo.codes import AREA_TYPES, ENGLAND
from geo.queries.catalogue import ReleaseInfo, get_indicator, get_release
from geo.queries.concentrations import get_concentration
from geo.queries.gradients import DEPRIVATIONS
from geo.queries.holdings import list_sources
from geo.queries.inequality import get_inequality
from geo.queries.observations import ObservationInfo, Question, Selection, list_observations, select, stream_observations
from geo.queries.people_groups import list_people_groups

COLUMNS = (
    "area_code", "area_name", "area_type", "vintage", "indicator", "period", "stratum", "numerator", "denominator", "value", "lower",
    "upper", "status", "basis", "comparison", "is_reliable", "reason", "coverage", "rank", "rank_of",
)  # fmt: skip
# Every row of a CSV says what it is, for files lose their names.
CONTEXT = ("indicator_title", "unit", "release", "is_synthetic", "source", "licence")
_IN_GEOGRAPHY = {"area_type", "vintage"}


class Observations(ReadView):
    """The numbers."""

    parameters = (
        slug("indicator", "Slug of the indicator.", example="cervical-coverage-25-49", is_required=True),
        choice("area_type", "Type of area; needed unless a single area is given.", choices=AREA_TYPES),
        VINTAGE,
        code("within", "Code of an area that they lie in."),
        code("area", "Code of a single area."),
        period("A period, or all; the latest where it is left out."),
        slug("stratum", "A part of the people; everybody where it is left out and there is such a figure.", example="all"),
        choice("format", "CSV and GeoJSON are whole and streamed, JSON is paged.", choices=("json", "csv", "geojson"), default="json"),
        RELEASE,
        *PAGING,
    )

    @described(parameters, ObservationList, files=("text/csv", "application/geo+json"), operation_id="listObservations", tags=["figures"])
    def get(self, request: Request) -> HttpResponseBase:
        """One indicator in many areas or one, with status, limits and rank. Missing is never zero: status and reason say why."""
        asked = self.asked(request)
        refuse_together(asked, "area", "within")
        refuse_pages(request._request.GET, asked)
        release = get_release(asked["release"])
        indicator = get_indicator(asked["indicator"], release)
        names = ("area_type", "vintage", "period", "stratum", "within", "area")
        selection = select(release, indicator, Question(**{name: asked[name] for name in names}))
        return answer(request, release, lambda: _observations(request, asked, selection))


class Inequality(ReadView):
    """The gradient by deprivation."""

    parameters = (
        slug("indicator", "Slug of the indicator.", example="cervical-coverage-25-49", is_required=True),
        period("A period; the latest where it is left out."),
        code("area", "Code of the area whose neighbourhoods are grouped; England where it is left out.", default=ENGLAND),
        choice("area_type", "Type of the areas that are grouped; practices and networks on request alone.", choices=AREA_TYPES),
        choice(
            "deprivation",
            "Index, or its income domain, or deciles as published; the newest index that fits where it is left out.",
            choices=DEPRIVATIONS,
        ),
        slug("stratum", "A part of the people; everybody where it is left out.", example="all"),
        RELEASE,
    )

    @described(parameters, InequalitySerializer, operation_id="getInequality", tags=["figures"])
    def get(self, request: Request) -> HttpResponseBase:
        """One indicator by tenth of deprivation, decile 1 = most deprived; all ten groups always, each with its status."""
        asked = self.asked(request)
        release = get_release(asked["release"])
        indicator = get_indicator(asked["indicator"], release)
        found = get_inequality(
            release,
            indicator,
            deprivation=asked["deprivation"],
            area=asked["area"],
            period=asked["period"],
            stratum=asked["stratum"],
            area_type=asked["area_type"],
        )

        def make() -> Mapping[str, Any]:
            names = (
                "indicator",
                "period",
                "stratum",
                "area",
                "deprivation",
                "geography",
                "basis",
                "method",
                "reason",
                "groups",
                "steepness",
            )
            shown = {**{name: getattr(found, name) for name in names}, "unit": indicator.definition.get("unit") or "", **told(release)}
            shown["concentration"] = get_concentration(release, indicator, found)
            shown["people_groups"] = list_people_groups(release, indicator, area=found.area, period=found.period)
            return dict(InequalitySerializer(shown).data)

        return answer(request, release, make)


def _observations(request: Request, asked: dict[str, Any], selection: Selection) -> Mapping[str, Any] | HttpResponseBase:
    if asked["format"] == "csv":
        pieces = csv_pieces((*COLUMNS, *CONTEXT), _csv_rows(selection))
        return download(request, pieces, content_type="text/csv; charset=utf-8", name=f"{_file_name(selection)}.csv")
    if asked["format"] == "geojson":
        context = dict(zip(CONTEXT, _context(selection), strict=True))
        pieces = geojson_pieces(context, _features(selection))
        return download(request, pieces, content_type="application/geo+json", name=f"{_file_name(selection)}.geojson")
    page = list_observations(selection, limit=asked["limit"], offset=asked["offset"])
    more = {**told(selection.release), "reason": page.reason or _reason(page.observations)}
    results = shaped(ObservationSerializer, page.observations)
    return envelope(request._request, count=page.count, results=results, limit=asked["limit"], offset=asked["offset"], told=more)


def _reason(observations: tuple[ObservationInfo, ...]) -> str | None:
    """Why nothing on the page has a value, where nothing has."""
    if any(observation.value is not None for observation in observations):
        return None
    statuses = {observation.status for observation in observations}
    if "suppressed" in statuses:
        return "suppressed"
    return "not_collected" if statuses == {"not_collected"} else "no_data"


def _csv_rows(selection: Selection) -> Iterator[tuple[Any, ...]]:
    context = _context(selection)
    for observation in stream_observations(selection):
        yield (*_cells(observation).values(), *context)


def _features(selection: Selection) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
    for observation in stream_observations(selection, with_geometry=True):
        yield observation.area_code, observation.geometry, _cells(observation)


def _cells(observation: ObservationInfo) -> dict[str, Any]:
    """The observation's figures by column; the same words and order as in JSON."""
    return {name: getattr(observation.geography if name in _IN_GEOGRAPHY else observation, name) for name in COLUMNS}


def _context(selection: Selection) -> tuple[Any, ...]:
    """Title, unit, release and sources, in the order of CONTEXT."""
    release: ReleaseInfo = selection.release
    definition = selection.indicator.definition
    wanted = set(definition.get("sources") or ())
    sources = [source for source in list_sources(release) if source.slug in wanted]
    titles = "; ".join(f"{source.title} ({source.publisher})" if source.publisher else source.title for source in sources)
    licences = "; ".join(dict.fromkeys(source.licence for source in sources if source.licence))
    return (
        selection.indicator.title,
        definition.get("unit"),
        release.slug,
        release.is_synthetic,
        titles or "; ".join(sorted(wanted)),
        licences,
    )


def _file_name(selection: Selection) -> str:
    """Indicator, areas, period and release, of letters, digits, hyphens and underscores."""
    first = selection.slices[0] if selection.slices else None
    middle = f"_{first.geography.slug}_{first.period}" if first else ""
    return f"{selection.indicator.slug}{middle}_{selection.release.slug}"
