"""Addresses of the geometry plane, the value plane and finished tiles."""

from django.urls import path

from api.views import layers, tiles, values
from geo.tiles.value_codec import ESTIMATES, LIMITS

_SLICE = "values/<str:release>/<str:tileset>/<str:indicator>/<str:period>/<str:stratum>"

urlpatterns = [
    path("tiles/<str:tileset>@<str:version>/<str:z>/<str:x>/<str:y>.mvt", tiles.tile, name="tile"),
    path("tiles/<str:tileset>.json", tiles.tilejson, name="tilejson"),
    path(f"{_SLICE}.limits.arrow", values.arrow, {"kind": LIMITS}, name="limits-arrow"),
    path(f"{_SLICE}.limits.json", values.document, {"kind": LIMITS}, name="limits-json"),
    path(f"{_SLICE}.estimates.arrow", values.arrow, {"kind": ESTIMATES}, name="estimates-arrow"),
    path(f"{_SLICE}.estimates.json", values.document, {"kind": ESTIMATES}, name="estimates-json"),
    path(f"{_SLICE}.arrow", values.arrow, name="values-arrow"),
    path(f"{_SLICE}.json", values.document, name="values-json"),
    path("layers/<str:release>/<str:layer>/<str:z>/<str:x>/<str:y>.mvt", layers.tile, name="layer-tile"),
    path("layers/<str:release>/<str:layer>.json", layers.tilejson, name="layer-tilejson"),
]
