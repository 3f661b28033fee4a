"""Tiles of cells: every cell in every tile that it touches and in no other, its number as code, the same bytes twice."""

import zlib

import h3
import numpy as np
import pytest
import shapely
from django.db import connection

from geo.codes import CELLS
from geo.crs import WEB_MERCATOR, WGS84
from geo.geography.boundaries import read_wkb, reproject, to_ewkb, to_multipolygons
from geo.geography.cells import resolutions_of, shapes_of
from geo.models import Cell, Tile
from geo.releases.copying import copy_rows
from geo.tiles.geometry_plane import build_tileset, current_version
from tests.oracles.vector_tiles import read_tile, ring_area

pytestmark = pytest.mark.django_db(transaction=True)


def some_cells():
    """The seven parts of one wide cell near Oxford, of which one is parted again, and a very small one far away."""
    middle = h3.latlng_to_cell(51.75, -1.25, 6)
    first, *others = sorted(h3.cell_to_children(middle, 7))
    names = [*others, *h3.cell_to_children(first, 8), h3.latlng_to_cell(54.5, -1.5, 9)]
    return np.sort(np.array([h3.str_to_int(name) for name in names], dtype=np.uint64))


def store(cells):
    shapes = to_multipolygons(reproject(read_wkb(shapes_of(cells)), source=WGS84, target=WEB_MERCATOR))
    columns = {
        "h3": cells.astype(np.int64),
        "resolution": resolutions_of(cells).astype(np.int16),
        "feature_id": np.arange(1, len(cells) + 1),
        "people": np.full(len(cells), 6000.0),
        "reliability": np.full(len(cells), 0.5),
        "district": np.full(len(cells), ""),
        "geometry_3857": to_ewkb(shapes, srid=WEB_MERCATOR),
    }
    with connection.cursor() as cursor:
        copy_rows(cursor, "geo_cell", columns)
    return shapes


def test_each_tile_holds_the_cells_that_touch_it_and_each_cell_is_drawn_at_every_zoom():
    cells = some_cells()
    shapes = store(cells)

    tileset = build_tileset(CELLS.slug)

    assert (tileset.is_complete, tileset.features, tileset.version) == (True, len(cells), current_version(CELLS.slug))
    drawn = {}
    for tile in Tile.objects.filter(tileset=tileset):
        layer = read_tile(zlib.decompress(bytes(tile.content), 31))[CELLS.slug]
        side = 2 * 20_037_508.342789244 / 2**tile.z
        west, north = -20_037_508.342789244 + tile.x * side, 20_037_508.342789244 - tile.y * side
        buffered = shapely.box(west, north - side, west + side, north).buffer(side * 64 / 4096, join_style="mitre")
        for feature in layer.features:
            assert feature.properties == {"code": f"{int(cells[feature.id - 1]):x}"}
            assert ring_area(feature.rings[0]) > 0
            assert shapes[feature.id - 1].intersects(buffered)
            drawn.setdefault(tile.z, set()).add(feature.id)
        inside = {at + 1 for at, shape in enumerate(shapes) if buffered.contains(shape.centroid)}
        found = {feature.id for feature in layer.features}
        assert {at for at in inside if shapely.box(west, north - side, west + side, north).contains(shapes[at - 1].centroid)} <= found
    assert drawn == {z: set(range(1, len(cells) + 1)) for z in range(5, 13)}


def test_the_same_cells_are_not_drawn_again_and_other_cells_have_another_version():
    store(some_cells())
    first = build_tileset(CELLS.slug)
    Tile.objects.filter(tileset=first).count()

    assert build_tileset(CELLS.slug).id == first.id
    Cell.objects.order_by("-feature_id").first().delete()
    assert current_version(CELLS.slug) != first.version
    Cell.objects.all().delete()
    assert current_version(CELLS.slug) is None
