"""What a request for tiles and values reads goes through an index; so does a finished tile, below the function that draws it."""

import pytest
from django.db import connection

from geo.sqlfiles import statement
from tests.builders import a_current_release, a_period, an_indicator
from tests.plans.plans import indexes, nodes, sequential

AREAS = 30_000
FILL = (
    """
    INSERT INTO geo_tileset (id, geography_id, version, is_complete, minimum_zoom, maximum_zoom, bounds, features, tiles, bytes, made_at)
    SELECT n, 2, 'v' || n, true, 5, 12, '[]', 1, 1, 1, now() FROM generate_series(1, 12) AS n
    """,
    """
    INSERT INTO geo_tile (tileset_id, z, x, y, content, etag)
    SELECT t, 12, n, 1, decode(md5(n::text), 'hex'), md5(n::text) FROM generate_series(1, 12) AS t, generate_series(1, 3000) AS n
    """,
    """
    INSERT INTO geo_area (geography_id, code, vintage, name, other_name, ods_code, feature_id, geometry_3857)
    SELECT
        2, 'E01' || lpad(n::text, 6, '0'), 2021, 'Place', '', '', n,
        ST_Multi(
            ST_MakeEnvelope(n %% 200 * 3000 - 500000, n / 200 * 3000 + 6500000, n %% 200 * 3000 - 497000, n / 200 * 3000 + 6503000, 3857)
        )
    FROM generate_series(1, %(areas)s) AS n
    """,
    """
    INSERT INTO geo_site (kind, code, name, detail, feature_id, point_3857)
    SELECT 'school', feature_id::text, 'School', '{}', feature_id, ST_Centroid(geometry_3857) FROM geo_area
    """,
    """
    INSERT INTO geo_observation
    SELECT %(release)s, %(indicator)s, 2, %(period)s, s, id, 1, 2, 0.5, 0.4, 0.6, NULL, 0, 0, 2, 0, true
    FROM geo_area, generate_series(0, 3) AS s
    """,
    """
    INSERT INTO geo_valuefile (release_id, geography_id, indicator_id, period_id, stratum_id, kind, content, etag)
    SELECT %(release)s, g.id, %(indicator)s, p.id, 0, k, 'x', 'e'
    FROM geo_geography AS g, geo_period AS p, unnest(ARRAY['main', 'limits', 'estimates']) AS k
    """,
    """
    INSERT INTO geo_availability (release_id, indicator_id, geography_id, period_id, stratum_id, areas, values, breaks, basis)
    SELECT %(release)s, %(indicator)s, g.id, p.id, 0, 1, 1, '[]', 0 FROM geo_geography AS g, geo_period AS p
    """,
    "ANALYZE geo_tileset",
    "ANALYZE geo_tile",
    "ANALYZE geo_area",
    "ANALYZE geo_site",
    "ANALYZE geo_observation",
    "ANALYZE geo_valuefile",
    "ANALYZE geo_availability",
)
BIG = {"geo_tile", "geo_area", "geo_valuefile", "geo_site", "geo_availability"}


@pytest.fixture
def keys(db):
    release, indicator = a_current_release(), an_indicator()
    periods = [a_period(str(year)) for year in range(1900, 2020)]
    keys = {"release": release.id, "indicator": indicator.id, "period": periods[0].id, "areas": AREAS}
    with connection.cursor() as cursor:
        for sql in FILL:
            cursor.execute(sql, keys)
    return {
        **keys, "release_id": release.id, "indicator_id": indicator.id, "geography_id": 2, "period_id": periods[0].id, "stratum_id": 0,
        "tileset_id": 3, "z": 12, "x": 7, "y": 1, "etag": "v3", "kind": "main", "id": 1, "slug": "lsoa21", "version": "v3",
        "tileset": "lsoa21", "stratum": "all",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["stored_tile", "tile_directory", "value_file", "value_file_content", "current_tileset", "known_tileset"])
def test_stored_blobs_are_found_by_their_key(keys, name):
    plan = nodes(f"tiles/{name}", keys)

    assert not sequential(plan) & BIG


def test_stored_tile_uses_its_whole_key(keys):
    assert indexes(nodes("tiles/stored_tile", keys)) == {"geo_tile_pkey"}


def test_slice_keys_do_not_read_all_that_is_held(keys):
    values = {**keys, "indicator": "cervical-coverage-25-49", "period": "1900"}

    assert not sequential(nodes("tiles/slice_keys", values)) & {"geo_tile", "geo_area", "geo_observation"}


def _plan_inside(function_call, values):
    """The plans of the statements that a function runs, as text, by auto_explain."""
    notices = []
    connection.ensure_connection()
    connection.connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
    with connection.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'")
        cursor.execute("SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET client_min_messages = log")
        try:
            cursor.execute(statement(function_call), values)
            drawn = bytes(cursor.fetchone()[0])
        finally:
            cursor.execute("SET auto_explain.log_min_duration = -1; RESET client_min_messages")
    return "\n".join(notices), drawn


def test_why_there_are_no_estimates_is_found_by_the_slice(keys):
    plan = nodes("tiles/without_estimates", keys)

    assert not sequential(plan) & BIG


def test_estimates_of_a_release_are_found_slice_by_slice(keys):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO geo_estimate (release_id, indicator_id, geography_id, period_id, stratum_id, area_id)
            SELECT %(release)s, %(indicator)s, 2, p.id, 0, a.id FROM geo_period AS p, geo_area AS a WHERE a.feature_id <= 300
            """,
            keys,
        )
        cursor.execute("ANALYZE geo_estimate")

    plan = nodes("queries/estimated_slices", {"release": keys["release"]})

    assert "geo_estimate" not in sequential(plan)
    assert "geo_estimate_pkey" in indexes(plan)


def test_finished_area_tile_reads_areas_by_place_and_observations_by_key(keys):
    words = {f"{kind}_words": ["a", "b", "c", "d"] for kind in ("status", "basis", "comparison", "reason")}
    values = {**keys, **words, "z": 10, "x": 505, "y": 340, "layer": "lsoa21"}

    plan, drawn = _plan_inside("tiles/area_layer_tile", values)

    assert len(drawn) > 1000
    assert "geo_area_geometry_3857" in plan
    assert "Seq Scan on geo_area" not in plan
    assert "Seq Scan on geo_observation" not in plan


def test_finished_site_tile_reads_sites_by_place(keys):
    plan, drawn = _plan_inside("tiles/site_layer_tile", {**keys, "z": 10, "x": 505, "y": 340, "layer": "school", "kind": "school"})

    assert len(drawn) > 100
    assert "geo_site_point_3857" in plan
    assert "Seq Scan on geo_site" not in plan
