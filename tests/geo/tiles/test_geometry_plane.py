"""Tiles against the truth computed from the stored shapes; the same bytes twice; what an interruption leaves."""

import os
import random
import signal
import subprocess
import sys
import zlib
from collections import defaultdict
from pathlib import Path

import mapbox_vector_tile
import pytest
from django.db import connection, transaction

from geo.errors import HiidError, InvalidTileAddress, UnknownGeography
from geo.models import Area, Tile, Tileset
from geo.tiles.geometry_plane import build_tileset, drop_unused_tilesets
from geo.tiles.grid import TileAddress, england_tiles
from geo.tiles.stored_tiles import current_tileset, find_tile
from tests.builders import a_release
from tests.geo.tiles.shapes import awkward, real_shapes, store, stored_shapes
from tests.oracles.tile_truth import Shapes, drawn_shape
from tests.oracles.vector_tiles import read_tile, ring_area

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[3]
SAMPLE = 200
SEED = 20_261
# The second decoder is slow: it reads all tiles but those few that hold a good part of England.
SECOND_DECODER_BOUND = 2_000


def _tiles(tileset):
    return {(t.z, t.x, t.y): bytes(t.content) for t in Tile.objects.filter(tileset=tileset)}


def _check(slug, addresses, tiles):
    """Each tile holds what it must, nothing beyond its buffer, and each feature is whole; both decoders agree."""
    ids, codes, shapes = stored_shapes(slug)
    all_shapes, code_of = Shapes(ids, shapes), dict(zip(ids, codes, strict=True))
    for address in addresses:
        truth = all_shapes.truth(*address)
        content = tiles.get(address)
        if content is None:
            assert not truth.must, address
            continue
        raw = zlib.decompress(content, 31)
        layers = read_tile(raw)
        assert list(layers) == [slug]
        layer = layers[slug]
        assert (layer.version, layer.extent) == (2, 4096)
        found = [feature.id for feature in layer.features]
        assert found == sorted(set(found))
        assert truth.must <= set(found) <= truth.may, address
        for feature in layer.features:
            assert feature.properties == {"code": code_of[feature.id]}
            assert feature.kind == 3
            assert ring_area(feature.rings[0]) > 0
        if len(layer.features) > SECOND_DECODER_BOUND:
            continue
        second = mapbox_vector_tile.decode(raw)[slug]["features"]
        assert [(f["id"], f["properties"]) for f in second] == [(f.id, f.properties) for f in layer.features]


def _ids_by_zoom(tiles, slug, *, last=12):
    found = defaultdict(set)
    for (z, _, _), content in tiles.items():
        if z > last:
            continue
        found[z] |= {feature.id for feature in read_tile(zlib.decompress(content, 31))[slug].features}
    return found


@pytest.mark.parametrize(("slug", "sample_size"), [("lsoa21", SAMPLE), ("lsoa11", 40)])
def test_real_tiles_equal_the_truth_and_lose_no_area(mirror, slug, sample_size):
    codes, shapes = real_shapes(mirror, slug)
    store(slug, codes, shapes)

    tileset = build_tileset(slug)

    tiles = _tiles(tileset)
    filled, chance = sorted(tiles), random.Random(SEED)
    wide = [a for a in filled if a[0] <= (7 if slug == "lsoa21" else 5)]
    sample = wide + chance.sample([a for a in filled if a[0] > 7], sample_size - len(wide))
    empty = [(a.z, a.x, a.y) for z in (8, 12) for a in chance.sample(list(england_tiles(z)), 20)]
    _check(slug, [*sample, *empty], tiles)
    found = _ids_by_zoom(tiles, slug, last=8)
    assert all(found[z] == set(range(1, len(codes) + 1)) for z in range(5, 9))
    assert (tileset.features, tileset.tiles) == (len(codes), len(tiles))


def test_awkward_shapes_are_in_every_tile_that_they_share():
    awkward()

    tiles = _tiles(build_tileset("lsoa21"))

    _check("lsoa21", [(a.z, a.x, a.y) for z in range(5, 13) for a in england_tiles(z)], tiles)
    number = Area.objects.count()
    assert _ids_by_zoom(tiles, "lsoa21") == {z: set(range(1, number + 1)) for z in range(5, 13)}


def test_holes_and_parts_are_drawn_where_they_are():
    awkward()
    tiles = _tiles(build_tileset("lsoa21"))
    ids, _, shapes = stored_shapes("lsoa21")
    everything = Shapes(ids, shapes)

    for address in [a for a in tiles if a[0] in (9, 10, 11)]:
        truth = everything.truth(*address)
        for feature in read_tile(zlib.decompress(tiles[address], 31))["lsoa21"].features:
            drawn = drawn_shape(feature, truth)
            box = drawn.envelope.buffer(-truth.unit_m)
            expected = everything.by_id[feature.id].intersection(box)
            tolerance = (drawn.length + expected.length) * truth.unit_m + truth.unit_m**2
            assert drawn.intersection(box).symmetric_difference(expected).area <= tolerance, (address, feature.id)


def test_collapsed_area_is_one_square_at_its_inner_point():
    awkward()
    ids, _, shapes = stored_shapes("lsoa21")
    minute = ids[6]

    tiles = _tiles(build_tileset("lsoa21"))

    holding = defaultdict(list)
    for address, content in tiles.items():
        holding[address[0]] += [(address, f) for f in read_tile(zlib.decompress(content, 31))["lsoa21"].features if f.id == minute]
    for z in range(5, 13):
        ((address, feature),) = holding[z]
        assert len(feature.rings) == 1
        assert ring_area(feature.rings[0]) == 1
        truth = Shapes(ids, shapes).truth(*address)
        assert drawn_shape(feature, truth).buffer(truth.unit_m * 1e-3).contains(shapes[6].representative_point())


def test_same_shapes_give_the_same_version_and_bytes():
    awkward()
    first = build_tileset("lsoa21")
    before = _tiles(first)
    Tileset.objects.all().delete()

    second = build_tileset("lsoa21")

    assert second.id != first.id
    assert second.version == first.version
    assert _tiles(second) == before


def test_unchanged_shapes_are_not_drawn_again_and_changed_ones_get_a_new_version():
    awkward()
    seen = []
    first = build_tileset("lsoa21")
    assert build_tileset("lsoa21", progress=lambda *step: seen.append(step)).id == first.id
    assert seen == []

    Area.objects.filter(feature_id=1).update(code="E01999991")
    second = build_tileset("lsoa21", progress=lambda *step: seen.append(step))

    assert second.version != first.version
    assert seen[-1] == ("lsoa21", len(seen), len(seen))
    assert current_tileset("lsoa21").version == second.version


def test_release_names_the_version_to_draw_and_keeps_it_from_being_dropped():
    awkward()
    versions = []
    for code in ("E01990001", "E01990002", "E01990003"):
        Area.objects.filter(feature_id=1).update(code=code + "X")
        versions.append(build_tileset("lsoa21").version)
    a_release(state="published", is_current=True, tilesets={"lsoa21": versions[0]})

    assert drop_unused_tilesets() == 1

    assert set(Tileset.objects.values_list("version", flat=True)) == {versions[0], versions[2]}
    assert current_tileset("lsoa21").version == versions[0]


def test_geography_without_shapes_tiles_or_name_is_refused():
    with pytest.raises(HiidError, match="No area of lsoa21 has a shape"):
        build_tileset("lsoa21")
    for slug in ("practice24", "nowhere"):
        with pytest.raises(UnknownGeography):
            build_tileset(slug)
    with transaction.atomic(), pytest.raises(RuntimeError):
        build_tileset("lsoa21")


def test_number_given_again_to_another_tileset_never_gives_its_bytes():
    """A database made anew under a running process counts from one again: what is known of the old number must not answer."""
    awkward()
    old = build_tileset("lsoa21")
    before = _tiles(old)
    keys = sorted(before)
    assert all(find_tile("lsoa21", old.version, TileAddress(*key)).read() == before[key] for key in keys[::2])
    number = old.id
    old.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('geo_tileset', 'id'), %s, false)", [number])
    Area.objects.filter(feature_id=1).update(code="E01999998")
    new = build_tileset("lsoa21")
    stored = _tiles(new)

    assert new.id == number
    assert any(before[key] != stored[key] for key in keys[::2])
    assert all(find_tile("lsoa21", new.version, TileAddress(*key)).read() == content for key, content in stored.items())
    changed_and_unread = next(key for key in keys[1::2] if before[key] != stored[key])
    with pytest.raises(InvalidTileAddress, match="no version"):
        find_tile("lsoa21", old.version, TileAddress(*changed_and_unread)).read()


KILLED = """
import os, signal, django
django.setup()
from geo.tiles.geometry_plane import build_tileset
def stop(what, done, total):
    if done > 3:
        os.kill(os.getpid(), signal.SIGKILL)
build_tileset("lsoa21", progress=stop)
"""


def test_killed_in_the_middle_the_old_version_is_served_and_the_command_repeats():
    awkward()
    old = build_tileset("lsoa21")
    address = TileAddress(*min(_tiles(old)))
    Area.objects.filter(feature_id=1).update(code="E01999999")

    database = connection.settings_dict
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "hiid.settings"}
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, cwd=ROOT, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert current_tileset("lsoa21").version == old.version
    assert find_tile("lsoa21", old.version, address).read() == _tiles(old)[address.z, address.x, address.y]
    repeated = build_tileset("lsoa21")
    assert repeated.is_complete
    assert repeated.version != old.version
