"""Tiles, values and finished tiles over HTTP: validators, 304, 204, 404, 410, and that GDAL opens the address."""

import gzip
import zlib
from concurrent.futures import ThreadPoolExecutor

import pyogrio
import pyproj
import pytest
from django.db import connection, transaction
from django.test import Client

from geo.models import Area, Indicator, Release, Tile, Tileset, ValueFile
from geo.statuses import Comparison, Status
from geo.tiles.caching import hot_blobs
from geo.tiles.geometry_plane import build_tileset
from geo.tiles.value_codec import decode
from geo.tiles.value_plane import build_value_files
from tests.builders import a_missing_observation, a_release, a_site, a_stratum, an_area, an_availability, an_indicator, an_observation
from tests.oracles.vector_tiles import read_tile

pytestmark = pytest.mark.django_db(transaction=True)

SLICE = "cervical-coverage-25-49/2021-22/all"
LAYER = "lsoa21.cervical-coverage-25-49.2021-22.all"


@pytest.fixture
def release():
    """Three areas, of which one has a value, one is missing and one has no row; tiles and value files are made."""
    areas = [an_area() for _ in range(3)]
    release, indicator = a_release("2026-01-01-made-up"), an_indicator()
    an_observation(areas[0], release=release, indicator=indicator)
    a_missing_observation(areas[1], release=release, indicator=indicator, status=Status.SUPPRESSED)
    an_availability(release=release, indicator=indicator)
    build_tileset("lsoa21")
    build_value_files(release)
    release.state, release.is_current = Release.State.PUBLISHED, True
    release.save()
    return release


@pytest.fixture
def tile_path(release):
    tile = Tile.objects.order_by("-z", "x", "y").first()
    return f"/tiles/lsoa21@{release.tilesets['lsoa21']}/{tile.z}/{tile.x}/{tile.y}.mvt"


def address_of(path):
    return path.split("/", 3)[3]


def test_stored_tile_goes_out_as_it_is_stored_and_never_changes(client, tile_path):
    answer = client.get(tile_path, headers={"accept-encoding": "br, gzip"})

    stored = Tile.objects.order_by("-z", "x", "y").first()
    assert answer.status_code == 200
    assert answer.content == bytes(stored.content)
    assert answer["ETag"] == f'"{stored.etag}"'
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Vary"] == "Accept-Encoding"


def test_who_cannot_unpack_gets_plain_bytes_under_another_validator(client, tile_path):
    packed = client.get(tile_path, headers={"accept-encoding": "gzip"})

    for header in ("", "gzip;q=0", "identity"):
        plain = client.get(tile_path, headers={"accept-encoding": header})
        assert "Content-Encoding" not in plain
        assert plain.content == gzip.decompress(packed.content)
        assert plain["ETag"] not in (packed["ETag"], "")


def test_held_tile_is_304_without_a_query(client, tile_path, django_assert_num_queries):
    etag = client.get(tile_path, headers={"accept-encoding": "gzip"})["ETag"]

    with django_assert_num_queries(0):
        for held in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            answer = client.get(tile_path, headers={"accept-encoding": "gzip", "if-none-match": held})
            assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
        assert client.get(tile_path, headers={"accept-encoding": "gzip", "if-none-match": '"other"'}).status_code == 200


def test_empty_tile_is_204_without_a_query(client, tile_path, django_assert_num_queries):
    client.get(tile_path)
    start = tile_path.rsplit("/", 3)[0]

    with django_assert_num_queries(0):
        for address in ("10/511/340", "10/0/0"):
            answer = client.get(f"{start}/{address}.mvt")
            assert (answer.status_code, answer.content) == (204, b"")
            assert "immutable" in answer["Cache-Control"]


UNKNOWN = """/tiles/nowhere@x/10/511/340.mvt /tiles/lsoa21@x/10/511/340.mvt /tiles/lsoa21@x/10/a/340.mvt /tiles/lsoa21@x/3/1/1.mvt
/tiles/nowhere.json /tiles/rgn23.json"""


@pytest.mark.parametrize("path", UNKNOWN.split())
def test_unknown_tile_is_a_problem_that_nobody_stores(client, release, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["detail"]


def test_tilejson_names_the_current_version_and_revalidates(client, release, tile_path):
    answer = client.get("/tiles/lsoa21.json")
    document = answer.json()

    assert document["version"] == release.tilesets["lsoa21"]
    assert document["tiles"] == [f"http://testserver/tiles/lsoa21@{document['version']}/{{z}}/{{x}}/{{y}}.mvt"]
    assert (document["tilejson"], document["minzoom"], document["maxzoom"]) == ("3.0.0", 5, 12)
    assert document["vector_layers"][0]["id"] == "lsoa21"
    assert document["attribution"]
    west, south, east, north = document["bounds"]
    assert -2 < west < east < 0
    assert 51 < south < north < 52
    assert "no-cache" in answer["Cache-Control"]
    assert client.get("/tiles/lsoa21.json", headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_values_are_in_feature_order_and_missing_has_its_word(client, release):
    answer = client.get(f"/values/{release.slug}/lsoa21/{SLICE}.arrow")
    metadata, columns = decode(answer.content)

    assert metadata["tileset_version"] == release.tilesets["lsoa21"]
    assert (metadata["release"], metadata["n"]) == (release.slug, "3")
    assert columns["value"] == [0.7, None, None]
    document = client.get(f"/values/{release.slug}/lsoa21/{SLICE}.json").json()
    assert document["status"] == ["value", "suppressed", "missing"]
    assert document["comparison"] == ["similar", "not_compared", "not_compared"]
    assert document["is_reliable"] == [True, False, False]
    limits = client.get(f"/values/{release.slug}/lsoa21/{SLICE}.limits.json").json()
    assert limits["lower"] == [0.604, None, None]
    assert limits["rank"] == [1, None, None]
    assert limits["reason"] == ["none", "not_reported", "not_in_source"]
    assert decode(client.get(f"/values/{release.slug}/lsoa21/{SLICE}.limits.arrow").content)[1]["upper"] == [0.781, None, None]


def test_a_slice_that_is_withheld_everywhere_says_so_and_has_no_file(client, release):
    """It costs nothing when files are made, and is no unknown part of the address."""
    stratum, indicator = a_stratum("female", dimension="sex"), Indicator.objects.get()
    withheld = a_release("2026-01-02-made-up")
    for held, part in ((Area.objects.first(), None), (Area.objects.last(), stratum)):
        a_missing_observation(held, release=withheld, indicator=indicator, status=Status.SUPPRESSED, **({"stratum": part} if part else {}))
    an_availability(release=withheld, indicator=indicator)
    build_value_files(withheld)
    withheld.state = Release.State.PUBLISHED
    withheld.save()

    answer = client.get(f"/values/{withheld.slug}/lsoa21/{SLICE.replace('/all', '/female')}.arrow")

    assert set(ValueFile.objects.filter(release=withheld).values_list("stratum__slug", flat=True)) == {"all"}
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["found"] == "withheld_everywhere"
    assert client.get(f"/values/{withheld.slug}/lsoa21/{SLICE.replace('/all', '/male')}.arrow").status_code == 404


def test_values_revalidate(client, release):
    path = f"/values/{release.slug}/lsoa21/{SLICE}.arrow"
    answer = client.get(path, headers={"accept-encoding": "gzip"})

    assert answer["Cache-Control"] == "public, no-cache"
    assert client.get(path, headers={"accept-encoding": "gzip", "if-none-match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("path", "parameter"),
    [("none/lsoa21/{}", "release"), ("{release}/none/{}", "tileset"), ("{release}/lsoa21/none/2021-22/all", "indicator"),
     ("{release}/lsoa21/cervical-coverage-25-49/2020/all", "period"), ("{release}/lsoa21/cervical-coverage-25-49/2021-22/none", "stratum")],
)  # fmt: skip
def test_unknown_part_of_a_value_address_is_named_with_what_there_is(client, release, path, parameter):
    answer = client.get(f"/values/{path.format(SLICE, release=release.slug)}.arrow")

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["parameter"] == parameter
    assert answer.json()["errors"][0]["valid"]


def test_withdrawn_release_is_gone_with_its_notice_at_once(client, release):
    layer = f"/layers/{release.slug}/{LAYER}/10/508/340.mvt"
    values = f"/values/{release.slug}/lsoa21/{SLICE}.arrow"
    assert client.get(values).status_code == 200
    assert client.get(layer).status_code in (200, 204)

    Release.objects.update(state="withdrawn", is_current=False, withdrawal_notice="Wrong denominators.")

    for path in (values, layer):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "Wrong denominators." in answer.json()["detail"]


def test_release_that_was_never_published_is_unknown(client, release):
    Release.objects.update(state="checked", is_current=False)

    assert client.get(f"/values/{release.slug}/lsoa21/{SLICE}.arrow").status_code == 404
    assert client.get(f"/layers/{release.slug}/{LAYER}/10/511/340.mvt").status_code == 404


def test_finished_tile_holds_value_and_words(client, release, tile_path):
    answer = client.get(f"/layers/{release.slug}/{LAYER}/{address_of(tile_path)}")

    found = {f.id: f.properties for f in read_tile(answer.content)["lsoa21"].features}
    stored = read_tile(zlib.decompress(bytes(Tile.objects.order_by("-z", "x", "y").first().content), 31))["lsoa21"].features
    assert set(found) == {feature.id for feature in stored}
    assert found[1]["value"] == 0.7
    assert found[1]["comparison"] == Comparison.SIMILAR.name.lower()
    assert answer["Cache-Control"] == "public, no-cache"


def test_finished_tile_says_why_there_is_no_value(client, release):
    tile = Tile.objects.filter(z=8).first()
    path = f"/layers/{release.slug}/{LAYER}/{tile.z}/{tile.x}/{tile.y}.mvt"

    answer = client.get(path)

    found = {f.id: f.properties for f in read_tile(answer.content)["lsoa21"].features}
    assert "value" not in found[2]
    assert (found[2]["status"], found[2]["reason"]) == ("suppressed", "not_reported")
    assert (found[3]["status"], found[3]["reason"]) == ("missing", "not_in_source")
    assert client.get(path).content == answer.content
    assert client.get(path, headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_tileset_and_release_made_anew_under_the_same_name_are_served(client, release, tile_path):
    layer = f"/layers/{release.slug}/{LAYER}/{address_of(tile_path)}"
    before = [client.get(path).content for path in (tile_path, layer)]
    Tileset.objects.all().delete()
    Release.objects.filter(id=release.id).update(slug="older", is_current=False, state="failed")
    again = a_release(release.slug, state="published", is_current=True)
    indicator = Indicator.objects.get()
    an_observation(Area.objects.get(feature_id=1), release=again, indicator=indicator)
    a_missing_observation(Area.objects.get(feature_id=2), release=again, indicator=indicator, status=Status.SUPPRESSED)
    an_availability(release=again, indicator=indicator)
    build_tileset("lsoa21")
    hot_blobs.clear()

    assert [client.get(path).content for path in (tile_path, layer)] == before


def test_finished_tile_that_takes_too_long_is_told_so(client, release):
    tile = Tile.objects.filter(z=8).first()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE geo_area IN ACCESS EXCLUSIVE MODE")
        with ThreadPoolExecutor(1) as other:
            answer = other.submit(_ask_in_a_hurry, f"/layers/{release.slug}/{LAYER}/{tile.z}/{tile.x}/{tile.y}.mvt").result()

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"


def _ask_in_a_hurry(path):
    """The answer over a connection whose statements are stopped after a tenth of a second."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 100")
    try:
        return Client().get(path)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
        connection.close()


def test_sites_are_points_of_their_kind(client, release):
    site = a_site("school")
    a_site("hospital")
    tile = Tile.objects.filter(z=8).first()

    answer = client.get(f"/layers/{release.slug}/sites.school/{tile.z}/{tile.x}/{tile.y}.mvt")

    (feature,) = read_tile(answer.content)["school"].features
    assert (feature.id, feature.kind) == (site.feature_id, 1)
    assert feature.properties == {"code": site.code, "name": site.name, "kind": "school"}


@pytest.mark.parametrize(
    "layer", ["sites.none", "lsoa21.none.2021-22.all", "lsoa21", "a.b.c.d.e", "lsoa21.cervical-coverage-25-49.2021-22.'; --"]
)
def test_unknown_layer_is_a_problem(client, release, layer):
    answer = client.get(f"/layers/{release.slug}/{layer}/10/511/340.mvt")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_layer_tilejson_describes_its_fields(client, release):
    document = client.get(f"/layers/{release.slug}/{LAYER}.json").json()

    assert document["vector_layers"][0]["id"] == "lsoa21"
    assert {"value", "status", "reason"} <= set(document["vector_layers"][0]["fields"])


def test_gdal_opens_the_address(live_server, release, tile_path):
    told = pyogrio.read_info(f"MVT:{live_server.url}{tile_path}", layer="lsoa21", force_feature_count=True)

    assert told["features"] > 0
    assert "Pseudo-Mercator" in pyproj.CRS(told["crs"]).name
    assert dict(zip(told["fields"], told["dtypes"], strict=True))["code"] == "object"
