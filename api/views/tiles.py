"""The geometry plane over HTTP: stored tiles under addresses that carry their version, and the TileJSON that names the current one."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.views.stored import IMMUTABLE, send, send_document, send_nothing
from geo.tiles.grid import parse_address
from geo.tiles.stored_tiles import current_tileset, find_tile

MVT = "application/vnd.mapbox-vector-tile"
ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right."
)


@require_safe
def tile(request: HttpRequest, tileset: str, version: str, z: str, x: str, y: str) -> HttpResponse:
    """One stored tile; 204 where it is empty. Raises InvalidTileAddress (404) for an unknown tileset, version or address."""
    blob = find_tile(tileset, version, parse_address(z, x, y))
    if blob is None:
        return send_nothing(cache_control=IMMUTABLE)
    return send(request, blob, content_type=MVT, cache_control=IMMUTABLE)


@require_safe
def tilejson(request: HttpRequest, tileset: str) -> HttpResponse:
    """TileJSON 3 of the version to draw now. Raises InvalidTileAddress (404) for a tileset that does not exist or was not made."""
    found = current_tileset(tileset)
    west, south, east, north = found.bounds
    root = request.build_absolute_uri("/").rstrip("/")
    described = {
        "tilejson": "3.0.0",
        "name": found.slug,
        "description": found.title,
        "version": found.version,
        "attribution": ATTRIBUTION,
        "scheme": "xyz",
        "tiles": [f"{root}/tiles/{found.slug}@{found.version}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": found.minimum_zoom,
        "maxzoom": found.maximum_zoom,
        "bounds": [west, south, east, north],
        "center": [round((west + east) / 2, 4), round((south + north) / 2, 4), found.minimum_zoom],
        "features": found.features,
        "vector_layers": [
            {
                "id": found.slug,
                "description": f"{found.title}. Feature ids are the positions in value files, from 1.",
                "minzoom": found.minimum_zoom,
                "maxzoom": found.maximum_zoom,
                "fields": {"code": "Code of the area"},
            }
        ],
    }
    return send_document(request, described)
