"""areas, areas/{code}, search, sites."""

from collections.abc import Mapping
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework.request import Request

from api.pagination import envelope
from api.params import PAGING, RELEASE, VINTAGE, choice, code, degrees, free_text, refuse_together, slug, whole_number
from api.renderers import geojson_pieces
from api.schema import described
from api.serializers.areas import (
    AreaDetailSerializer,
    AreaList,
    AreaSerializer,
    HitList,
    HitSerializer,
    PlaceSerializer,
    SiteList,
    SiteSerializer,
)
from api.views.base import ReadView, answer, download, named_or_current, shaped, told
from geo.codes import AREA_TYPES
from geo.errors import InputError
from geo.queries.areas import choose_geographies, find_areas, get_area, list_areas
from geo.queries.places import Place, find_point, find_postcode
from geo.queries.search import SHORTEST, search
from geo.queries.sites import SiteInfo, list_kinds, list_sites


class Areas(ReadView):
    """Areas by type, vintage, containing area, name, postcode or point."""

    parameters = (
        choice("type", "Type of area.", choices=AREA_TYPES),
        VINTAGE,
        code("within", "Code of an area that they lie in."),
        free_text("q", "Words or digits in the name or code.", example="haringey"),
        degrees("point", "Longitude and latitude (EPSG:4326): the areas around that point.", example="-0.0736,51.6009"),
        free_text("postcode", "The areas around a postcode (live in May 2022).", example="N17 8AA"),
        RELEASE,
        *PAGING,
    )

    @described(parameters, AreaList, operation_id="listAreas", tags=["areas"])
    def get(self, request: Request) -> HttpResponseBase:
        """Areas of a type in one vintage (the newest where it is left out), or of all types; around a postcode or point in all vintages."""
        asked = self.asked(request)
        refuse_together(asked, "point", "postcode", "within")
        release = named_or_current(asked["release"])
        return answer(request, release, lambda: _areas(request, asked, told(release)))


class AreaDetail(ReadView):
    """One area."""

    parameters = (VINTAGE, RELEASE)

    @described(parameters, AreaDetailSerializer, also=(404,), operation_id="getArea", tags=["areas"])
    def get(self, request: Request, code: str) -> HttpResponseBase:
        """One area in a vintage, or in the newest in which its code exists: what it lies in, came from and became, and its deprivation."""
        asked = self.asked(request)
        release = named_or_current(asked["release"])
        detail = get_area(code.upper(), vintage=asked["vintage"])

        def make() -> Mapping[str, Any]:
            address = request._request.build_absolute_uri(reverse("api:area", args=[detail.area.code]))
            shown = {
                **{name: getattr(detail, name) for name in ("area", "within", "predecessors", "successors", "deprivation", "bounds")},
                "vintages": [{"vintage": year, "url": f"{address}?vintage={year}"} for year in detail.vintages],
                **told(release),
            }
            return dict(AreaDetailSerializer(shown).data)

        return answer(request, release, make)


class Search(ReadView):
    """The one search box."""

    parameters = (
        free_text("q", "A postcode, the first half of one, a code or a name.", example="tottenham"),
        whole_number("limit", "Hits at most.", low=1, high=50, default=10),
        RELEASE,
    )

    @described(parameters, HitList, operation_id="search", tags=["areas"])
    def get(self, request: Request) -> HttpResponseBase:
        """What fits, best first; what is only spelt alike where nothing else does."""
        asked = self.asked(request)
        if asked["q"] is None or len(asked["q"]) < SHORTEST:
            raise InputError(
                "Type at least two letters.", parameter="q", found=asked["q"] or "", valid=("N17 8AA", "haringey", "E09000014")
            )
        release = named_or_current(asked["release"])

        def make() -> Mapping[str, Any]:
            hits = shaped(HitSerializer, search(asked["q"], limit=asked["limit"]))
            more = {**told(release), "reason": None if hits else "no_match"}
            return envelope(request._request, count=len(hits), results=hits, limit=asked["limit"], offset=0, told=more)

        return answer(request, release, make)


class Sites(ReadView):
    """Places such as schools and hospitals."""

    parameters = (
        slug("kind", "Kind of site; the answer lists them.", example="school"),
        code("within", "Code of an area that they lie in."),
        degrees("bbox", "West, south, east, north in degrees (EPSG:4326).", example="-0.2,51.5,0.0,51.7"),
        choice("format", "GeoJSON is whole, JSON is paged.", choices=("json", "geojson"), default="json"),
        RELEASE,
        *PAGING,
    )

    @described(parameters, SiteList, files=("application/geo+json",), operation_id="listSites", tags=["areas"])
    def get(self, request: Request) -> HttpResponseBase:
        """Sites of a kind, in an area, in a box."""
        asked = self.asked(request)
        release = named_or_current(asked["release"])
        chosen = {name: asked[name] for name in ("kind", "within", "bbox")}

        def make() -> Mapping[str, Any] | HttpResponseBase:
            if asked["format"] == "geojson":
                sites = list_sites(**chosen, limit=None).sites
                pieces = geojson_pieces(told(release), (_feature(site) for site in sites))
                return download(request, pieces, content_type="application/geo+json", name=f"{asked['kind'] or 'sites'}.geojson")
            page = list_sites(**chosen, limit=asked["limit"], offset=asked["offset"])
            more = {**told(release), "reason": None if page.sites else "no_match", "kinds": list(list_kinds())}
            results = shaped(SiteSerializer, page.sites)
            return envelope(request._request, count=page.count, results=results, limit=asked["limit"], offset=asked["offset"], told=more)

        return answer(request, release, make)


def _areas(request: Request, asked: dict[str, Any], more: dict[str, Any]) -> Mapping[str, Any]:
    is_around = asked["point"] is not None or asked["postcode"] is not None
    place = _place(asked)
    # Around a place every vintage is wanted, unless one is named: the two LSOAs there may differ.
    every_vintage = asked["vintage"] is None and (is_around or asked["type"] is None)
    chosen = choose_geographies(asked["type"], asked["vintage"])
    if every_vintage:
        chosen = tuple(g for g in choose_geographies(None, None) if asked["type"] in (None, g.area_type))
    parents = [area.id for area in find_areas(asked["within"], parameter="within")] if asked["within"] else None
    ids = (list(place.area_ids) if place else []) if is_around else None
    page = list_areas(geographies=chosen, ids=ids, parents=parents, name=asked["q"], limit=asked["limit"], offset=asked["offset"])
    reason = None if page.areas else ("out_of_scope" if is_around and place is None else "no_match")
    more = {**more, "reason": reason, "place": dict(PlaceSerializer(place).data) if place else None}
    results = shaped(AreaSerializer, page.areas)
    return envelope(request._request, count=page.count, results=results, limit=asked["limit"], offset=asked["offset"], told=more)


def _place(asked: dict[str, Any]) -> Place | None:
    if asked["postcode"] is not None:
        return find_postcode(asked["postcode"])
    return find_point(*asked["point"]) if asked["point"] is not None else None


def _feature(site: SiteInfo) -> tuple[str, str | None, Mapping[str, Any]]:
    properties = dict(SiteSerializer(site).data)
    longitude, latitude = properties.pop("longitude"), properties.pop("latitude")
    point = None if longitude is None else f'{{"type": "Point", "coordinates": [{longitude:.6f}, {latitude:.6f}]}}'
    return f"{site.kind}/{site.code}", point, properties
