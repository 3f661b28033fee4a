"""Finished tiles over HTTP: geometry with the values of a release inside, for QGIS and other clients. They revalidate."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.views.stored import REVALIDATE, send_bytes, send_document, send_nothing
from api.views.tiles import ATTRIBUTION, MVT
from geo.tiles.finished_tiles import draw_tile, layer_title
from geo.tiles.grid import ENGLAND_BOUNDS, MAXIMUM_LAYER_ZOOM, MINIMUM_ZOOM, parse_address
from geo.tiles.layers import SiteLayer, find_layer

AREA_FIELDS = {
    "code": "Code of the area",
    "name": "Name of the area",
    "value": "Value in the indicator's unit, proportions 0-1; absent where there is none: see status and reason",
    "lower": "Lower 95 % limit",
    "upper": "Upper 95 % limit",
    "status": "value, zero, suppressed, missing, not_collected or not_applicable",
    "basis": "observed or modelled",
    "comparison": "Against England: better, similar, worse, higher, lower or not_compared",
    "is_reliable": "Whether the value may be read alone",
    "reason": "Why the value, or else its limits, are absent",
}
SITE_FIELDS = {"code": "The publisher's key", "name": "Name of the site", "kind": "Kind of site"}


@require_safe
def tile(request: HttpRequest, release: str, layer: str, z: str, x: str, y: str) -> HttpResponse:
    """One finished tile; 204 where it is empty. 410 for a withdrawn release, 404 for a release, layer or address that is not there."""
    content = draw_tile(release, layer, parse_address(z, x, y, maximum_zoom=MAXIMUM_LAYER_ZOOM))
    if not content:
        return send_nothing(cache_control=REVALIDATE)
    return send_bytes(request, content, content_type=MVT)


@require_safe
def tilejson(request: HttpRequest, release: str, layer: str) -> HttpResponse:
    """TileJSON 3 of a finished layer, so that a client needs one address."""
    found = find_layer(release, layer)
    root = request.build_absolute_uri("/").rstrip("/")
    described = {
        "tilejson": "3.0.0",
        "name": layer,
        "attribution": ATTRIBUTION,
        "scheme": "xyz",
        "tiles": [f"{root}/layers/{release}/{layer}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": MINIMUM_ZOOM,
        "maxzoom": MAXIMUM_LAYER_ZOOM,
        "bounds": list(ENGLAND_BOUNDS),
        "release": release,
        "vector_layers": [{"id": layer_title(found), "fields": SITE_FIELDS if isinstance(found, SiteLayer) else AREA_FIELDS}],
    }
    return send_document(request, described)
