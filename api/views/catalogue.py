"""indicators, releases, sources, the schema and the docs page."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from api.errors import list_kinds
from api.pagination import envelope
from api.params import PAGING, RELEASE
from api.schema import described, openapi
from api.serializers.catalogue import (
    IndicatorDetailSerializer,
    IndicatorList,
    IndicatorSerializer,
    ReleaseList,
    ReleaseSerializer,
    SourceList,
    SourceSerializer,
)
from api.views.base import ReadView, answer, named_or_current, shaped, told
from api.views.documentation import operations
from geo.queries.catalogue import ReleaseInfo, get_indicator, get_release, list_indicators, list_releases
from geo.queries.holdings import list_sources
from geo.queries.inequality import list_indexes


class Indicators(ReadView):
    """What is measured."""

    parameters = (RELEASE, *PAGING)

    @described(parameters, IndicatorList, operation_id="listIndicators", tags=["catalogue"])
    def get(self, request: Request) -> HttpResponseBase:
        """Every indicator of a release with its definition and where it can be had."""
        asked = self.asked(request)
        release = named_or_current(asked["release"])
        return answer(
            request,
            release,
            lambda: _page(request, asked, release, lambda: list_indicators(release) if release else [], IndicatorSerializer),
        )


class IndicatorDetail(ReadView):
    """One indicator."""

    parameters = (RELEASE,)

    @described(parameters, IndicatorDetailSerializer, also=(404,), operation_id="getIndicator", tags=["catalogue"])
    def get(self, request: Request, indicator: str) -> HttpResponseBase:
        """One indicator with everything that is available of it and the classes of its values."""
        asked = self.asked(request)
        release = get_release(asked["release"])
        found = get_indicator(indicator, release)

        def make() -> Mapping[str, Any]:
            names = ("slug", "version", "definition", "available")
            shown = {**{name: getattr(found, name) for name in names}, "deprivation": list_indexes(release, found), **told(release)}
            return dict(IndicatorDetailSerializer(shown).data)

        return answer(request, release, make)


class Releases(ReadView):
    """The releases there are and were."""

    parameters = PAGING

    @described(parameters, ReleaseList, operation_id="listReleases", tags=["catalogue"])
    def get(self, request: Request) -> HttpResponseBase:
        """Every public release, newest first; a withdrawn one with its notice."""
        asked = self.asked(request)
        releases = list_releases()
        current = next((release for release in releases if release.is_current), None)
        states = [(release.slug, release.state, release.is_current) for release in releases]
        return answer(request, current, lambda: _page(request, asked, current, lambda: releases, ReleaseSerializer), states)


class Sources(ReadView):
    """The published files behind the numbers."""

    parameters = (RELEASE, *PAGING)

    @described(parameters, SourceList, operation_id="listSources", tags=["catalogue"])
    def get(self, request: Request) -> HttpResponseBase:
        """The files of a release as they were loaded: publisher, licence, hash, rows in and out, rows left out and why."""
        asked = self.asked(request)
        release = named_or_current(asked["release"])
        return answer(request, release, lambda: _page(request, asked, release, lambda: list_sources(release), SourceSerializer))


class Schema(ReadView):
    """The description of this interface."""

    @extend_schema(
        operation_id="getSchema", tags=["catalogue"], responses={(200, "application/json"): OpenApiResponse(response={"type": "object"})}
    )
    def get(self, request: Request) -> HttpResponseBase:
        """OpenAPI 3.1."""
        self.asked(request)
        return answer(request, None, openapi)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page, made on the server."""
    return render(
        request, "api/docs.html", {"operations": operations(openapi()), "problems": list_kinds(), "title": openapi()["info"]["title"]}
    )


def _page(
    request: Request, asked: dict[str, Any], release: ReleaseInfo | None, find: Callable[[], list[Any]], serializer: type[Serializer[Any]]
) -> Mapping[str, Any]:
    """A page of a list that is read whole, for it is short."""
    found = find()
    limit, offset = asked["limit"], asked["offset"]
    part = found[offset : offset + limit]
    reason = None if part else ("no_match" if found else "no_data")
    results = shaped(serializer, part)
    return envelope(
        request._request, count=len(found), results=results, limit=limit, offset=offset, told={**told(release), "reason": reason}
    )
