"""findings, hotspots, trends, funnel and grain: what the figures show, and what they may not be asked."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api.pagination import envelope
from api.params import PAGING, RELEASE, VINTAGE, choice, code, period, refuse_pages, refuse_together, slug
from api.renderers import csv_pieces
from api.schema import described
from api.serializers.findings import (
    DetectionSerializer,
    EstimateSerializer,
    FindingAnswerSerializer,
    FindingListSerializer,
    FindingSerializer,
    FunnelSerializer,
    GrainList,
    GrainSerializer,
    HotspotListSerializer,
    TrendSerializer,
)
from api.views.base import ReadView, answer, download, shaped, told
from geo.codes import AREA_TYPES
from geo.queries.catalogue import ReleaseInfo, get_indicator, get_release
from geo.queries.findings import ADJUSTMENTS, DIMENSIONS, DIRECTIONS, KINDS, FindingFilter, get_finding, list_detections, list_findings
from geo.queries.funnel import FunnelInfo, get_funnel
from geo.queries.grain import list_grains
from geo.queries.groups import PER
from geo.queries.hotspots import list_hotspots
from geo.queries.trends import get_trends

INDICATOR = slug("indicator", "Slug of the indicator.", example="cervical-coverage-25-49", is_required=True)
TYPE = choice("area_type", "Type of area; the finest that was observed where it is left out.", choices=AREA_TYPES)
FILE = choice("format", "CSV is whole, JSON is paged.", choices=("json", "csv"), default="json")
STRATUM = slug("stratum", "A part of the people; everybody where it is left out.", example="all")
# A file of findings holds as many as a release can: each detection stores at most two hundred.
ALL = 100_000
CONFIDENCE = 0.95

FINDING_COLUMNS = (
    "key", "kind", "indicator", "area_type", "vintage", "period", "stratum", "adjustment", "sentence", "area_code", "area_name",
    "direction", "is_worse", "dimension", "group", "people", "people_lower", "people_upper", "value", "lower", "upper", "expected",
    "effect", "effect_lower", "effect_upper", "p", "q", "confidence", "multiplier", "method",
)  # fmt: skip
FUNNEL_COLUMNS = ("area_code", "area_name", "size", "value", "z", "place")


class Findings(ReadView):
    """What stands out."""

    parameters = (
        slug("indicator", "Slug of an indicator.", example="cervical-coverage-25-49"),
        choice("kind", "Kind of finding.", choices=KINDS),
        choice("adjustment", "What is taken account of; the least that an indicator allows where it is left out.", choices=ADJUSTMENTS),
        choice("area_type", "Type of the areas that were compared.", choices=AREA_TYPES),
        code("area", "Code of an area that the finding speaks of."),
        code("within", "Code of an area in which its area lies."),
        choice("dimension", "Of inequalities.", choices=DIMENSIONS),
        choice("direction", "High or low.", choices=DIRECTIONS),
        FILE,
        RELEASE,
        *PAGING,
    )

    @described(parameters, FindingListSerializer, files=("text/csv",), operation_id="listFindings", tags=["findings"])
    def get(self, request: Request) -> HttpResponseBase:
        """Findings, the worse first by the people behind them, with the questions that were asked, answered or refused."""
        asked = self.asked(request)
        refuse_together(asked, "area", "within")
        refuse_pages(request._request.GET, asked)
        release = get_release(asked["release"])
        indicator = get_indicator(asked["indicator"], release) if asked["indicator"] else None
        names = ("kind", "adjustment", "area_type", "area", "within", "dimension", "direction")
        wanted = FindingFilter(indicator=indicator, **{name: asked[name] for name in names})
        if asked["format"] == "csv":
            return answer(request, release, lambda: _csv(request, release, wanted))

        def make() -> Mapping[str, Any]:
            page = list_findings(release, wanted, limit=asked["limit"], offset=asked["offset"])
            more = {**told(release), "reason": page.reason, "detections": shaped(DetectionSerializer, list_detections(release, wanted))}
            results = shaped(FindingSerializer, page.findings)
            return envelope(request._request, count=page.count, results=results, limit=asked["limit"], offset=asked["offset"], told=more)

        return answer(request, release, make)


class FindingDetail(ReadView):
    """One finding."""

    parameters = (RELEASE,)

    @described(parameters, FindingAnswerSerializer, also=(404,), operation_id="getFinding", tags=["findings"])
    def get(self, request: Request, key: str) -> HttpResponseBase:
        """One finding by its key, with why it is there."""
        release = get_release(self.asked(request)["release"])
        found = get_finding(release, key)
        return answer(request, release, lambda: {**told(release), "finding": dict(FindingSerializer(found).data)})


class Hotspots(ReadView):
    """Where high or low values lie together."""

    parameters = (INDICATOR, TYPE, RELEASE, *PAGING)

    @described(parameters, HotspotListSerializer, also=(422,), operation_id="listHotspots", tags=["findings"])
    def get(self, request: Request) -> HttpResponseBase:
        """The areas of an indicator's newest period: shrunken value, probability of being worse, Gi*, scan windows; 422 where refused."""
        asked = self.asked(request)
        release = get_release(asked["release"])
        indicator = get_indicator(asked["indicator"], release)
        page = list_hotspots(release, indicator, area_type=asked["area_type"], limit=asked["limit"], offset=asked["offset"])
        more = {
            **told(release),
            "reason": page.reason,
            "indicator": indicator.slug,
            "area_type": page.part.geography.area_type,
            "vintage": page.part.geography.vintage,
            "period": page.part.period,
            "stratum": page.part.stratum,
            "adjustment": page.adjustment,
            "confidence": CONFIDENCE,
            "multiplier": PER.get(str(indicator.definition.get("unit")), 1.0),
        }

        def make() -> Mapping[str, Any]:
            told_too = {**more, "detections": shaped(DetectionSerializer, page.detections)}
            results = shaped(EstimateSerializer, page.areas)
            return envelope(
                request._request, count=page.count, results=results, limit=asked["limit"], offset=asked["offset"], told=told_too
            )

        return answer(request, release, make)


class Trends(ReadView):
    """One indicator of one area through time."""

    parameters = (INDICATOR, code("area", "Code of the area.", default="E92000001"), STRATUM, RELEASE)

    @described(parameters, TrendSerializer, also=(422,), operation_id="getTrends", tags=["findings"])
    def get(self, request: Request) -> HttpResponseBase:
        """Trend marker and control chart, like periods only; 422 where there is a single period."""
        asked = self.asked(request)
        release = get_release(asked["release"])
        indicator = get_indicator(asked["indicator"], release)
        found = get_trends(release, indicator, area=asked["area"], stratum=asked["stratum"])
        shown = {**_plain(found), **_method(indicator.definition), **told(release), "indicator": indicator.slug}
        return answer(request, release, lambda: dict(TrendSerializer(shown).data))


class Funnel(ReadView):
    """Every area against its size."""

    parameters = (INDICATOR, TYPE, VINTAGE, period("A period; the latest where it is left out."), STRATUM, FILE, RELEASE)

    @described(parameters, FunnelSerializer, files=("text/csv",), also=(422,), operation_id="getFunnel", tags=["findings"])
    def get(self, request: Request) -> HttpResponseBase:
        """Areas with observed counts, and limits of 95 % and 99.8 %, widened for overdispersion; 422 where refused."""
        asked = self.asked(request)
        release = get_release(asked["release"])
        indicator = get_indicator(asked["indicator"], release)
        found = get_funnel(release, indicator, **{name: asked[name] for name in ("area_type", "vintage", "period", "stratum")})
        if asked["format"] == "csv":
            return answer(request, release, lambda: _funnel_csv(request, release, found))
        unit = str(indicator.definition.get("unit") or "")
        shown = {**_plain(found), **_method(indicator.definition), **told(release), "indicator": indicator.slug, "unit": unit}
        shown |= {"geography": found.geography, "multiplier": found.multiplier}
        return answer(request, release, lambda: dict(FunnelSerializer(shown).data))


class Grains(ReadView):
    """Which areas an indicator may be shown by."""

    parameters = (
        slug("indicator", "Slug of an indicator.", example="cervical-coverage-25-49"),
        code("system", "Code of an integrated care board, or of England."),
        RELEASE,
        *PAGING,
    )

    @described(parameters, GrainList, operation_id="listGrains", tags=["findings"])
    def get(self, request: Request) -> HttpResponseBase:
        """The finest areas and fewest periods that are reliable enough, by indicator and system, with the reason in words."""
        asked = self.asked(request)
        release = get_release(asked["release"])
        indicator = get_indicator(asked["indicator"], release) if asked["indicator"] else None
        found = list_grains(release, indicator=indicator, system=asked["system"])
        page = found[asked["offset"] : asked["offset"] + asked["limit"]]
        reason = None if page else "no_match" if found else "no_data"

        def make() -> Mapping[str, Any]:
            return envelope(
                request._request,
                count=len(found),
                results=shaped(GrainSerializer, page),
                limit=asked["limit"],
                offset=asked["offset"],
                told={**told(release), "reason": reason},
            )

        return answer(request, release, make)


def _plain(found: Any) -> dict[str, Any]:
    """The fields of a dataclass by name, its parts left as they are."""
    return dict(vars(found))


def _method(definition: Mapping[str, Any]) -> dict[str, Any]:
    return {"adjustment": "none", "confidence": CONFIDENCE, "multiplier": PER.get(str(definition.get("unit")), 1.0)}


def _csv(request: Request, release: ReleaseInfo, wanted: FindingFilter) -> HttpResponseBase:
    def rows() -> Iterator[tuple[Any, ...]]:
        for one in shaped(FindingSerializer, list_findings(release, wanted, limit=ALL).findings):
            yield (*(one[name] for name in FINDING_COLUMNS), release.slug, release.is_synthetic)

    pieces = csv_pieces((*FINDING_COLUMNS, "release", "is_synthetic"), rows())
    return download(request, pieces, content_type="text/csv; charset=utf-8", name=f"findings_{release.slug}.csv")


def _funnel_csv(request: Request, release: ReleaseInfo, found: FunnelInfo) -> HttpResponseBase:
    context = (found.part.indicator, found.part.period, found.method, release.slug, release.is_synthetic)
    rows = ((*(asdict(point)[name] for name in FUNNEL_COLUMNS), *context) for point in found.points)
    pieces = csv_pieces((*FUNNEL_COLUMNS, "indicator", "period", "method", "release", "is_synthetic"), rows)
    name = f"funnel_{found.part.indicator}_{found.geography.slug}_{found.part.period}_{release.slug}.csv"
    return download(request, pieces, content_type="text/csv; charset=utf-8", name=name)
