"""Request-time reads on big tables go through an index: areas, postcodes, observations."""

import pytest
from django.db import connection
from django.db.models import Q

from geo.codes import GEOGRAPHIES
from geo.models import Catchment, TravelMatrix
from tests.builders import a_current_release, a_period, a_release, an_indicator
from tests.plans.plans import indexes, nodes, sequential

AREAS = 40_000
FILL = (
    """
    INSERT INTO geo_area (geography_id, code, vintage, name, other_name, ods_code, feature_id)
    SELECT 2, 'E01' || lpad(n::text, 6, '0'), 2021, 'Place ' || md5(n::text), '', '', n FROM generate_series(1, %(areas)s) AS n
    """,
    """
    INSERT INTO geo_postcode (postcode, easting, northing, lsoa11_id, lsoa21_id, is_lsoa21_best_fit)
    SELECT chr(65 + n %% 20) || (n / 20 %% 90 + 10) || lpad((n / 1800)::text, 3, '0'), 400000 + n, 200000 + n %% 977, a.id, a.id, false
    FROM generate_series(1, %(areas)s) AS n
    INNER JOIN geo_area AS a ON n = a.feature_id
    """,
    """
    INSERT INTO geo_outcode (outcode, easting, northing, west, south, east, north, postcodes)
    SELECT left(postcode, 3), min(easting), min(northing), min(easting), min(northing), max(easting), max(northing), count(*)
    FROM geo_postcode GROUP BY 1
    """,
    """
    INSERT INTO geo_deprivation (area_id, index_version, domain, score, rank, decile)
    SELECT id, 'imd2025', 'imd', 1, feature_id, 1 + feature_id %% 10 FROM geo_area
    """,
)
OBSERVE = """
    INSERT INTO geo_observation
    SELECT %(release)s, %(indicator)s, 2, %(period)s, 0, id, 7, 10, 0.7, 0.6, 0.8, NULL, 0, 0, 0, 0, true FROM geo_area
"""

# Three releases' worth of detections, findings and estimates, of which one is asked for.
FIND = (
    """
    INSERT INTO geo_detection (
        release_id, indicator_id, geography_id, period_id, stratum_id, kind, adjustment, dimension, state, reason, explanation, method,
        parameters, tested
    )
    SELECT r, %(indicator)s, 1 + n, %(period)s, 0, 'priority', 'none', '', 'found', '', '', '', '{}', 0
    FROM unnest(%(releases)s::int[]) AS r CROSS JOIN generate_series(1, 12) AS n
    """,
    """
    INSERT INTO geo_finding (detection_id, key, rank, area_id, direction, dimension, "group", people, sentence, why)
    SELECT d.id, 'k' || n, n, a.id, 'low', '', '', n, '', '[]'
    FROM geo_detection AS d CROSS JOIN generate_series(1, 800) AS n INNER JOIN geo_area AS a ON n = a.feature_id
    """,
    "INSERT INTO geo_findingarea (finding_id, area_id) SELECT id, area_id FROM geo_finding",
    """
    INSERT INTO geo_estimate (release_id, indicator_id, geography_id, period_id, stratum_id, area_id)
    SELECT r, %(indicator)s, 2, %(period)s, 0, a.id FROM unnest(%(releases)s::int[]) AS r CROSS JOIN geo_area AS a
    """,
)


@pytest.fixture
def full(db: None) -> dict[str, int]:
    """40,000 areas with postcodes and deprivation, and three indicators of three periods of them; keys of one slice."""
    release = a_current_release()
    indicators = [an_indicator(f"made-up-{number}") for number in range(3)]
    periods = [a_period(slug) for slug in ("2019-20", "2020-21", "2021-22")]
    with connection.cursor() as cursor:
        for text in FILL:
            cursor.execute(text, {"areas": AREAS})
        for indicator in indicators:
            for period in periods:
                cursor.execute(OBSERVE, {"release": release.pk, "indicator": indicator.pk, "period": period.pk})
        for table in ("geo_area", "geo_postcode", "geo_outcode", "geo_deprivation", f"geo_observation_{release.pk}"):
            cursor.execute(f"ANALYZE {table}")
        # What was just inserted waits in a list that makes the index look dear.
        cursor.execute("SELECT gin_clean_pending_list('area_name_trigrams')")
    return {"release": release.pk, "indicator": indicators[1].pk, "geography": 2, "period": periods[1].pk, "stratum": 0}


def _slices(full: dict[str, int]) -> dict[str, object]:
    return {
        "release": full["release"],
        "indicators": [full["indicator"]],
        "geographies": [2],
        "periods": [full["period"]],
        "strata": [0],
        "directions": [-1],
    }


def test_a_page_of_observations_reads_one_slice_by_the_key(full):
    rest = {"parents": None, "area": None, "limit": 100, "offset": 0, "with_geometry": False}
    plan = nodes("queries/observations_page", {**_slices(full), **rest})

    partition = f"geo_observation_{full['release']}"
    assert f"{partition}_pkey" in indexes(plan)
    assert partition not in sequential(plan)


def test_a_profile_reads_by_area(full):
    plan = nodes("queries/observations_of_areas", {"release": full["release"], "areas": [17, 18], "indicator": None})

    partition = f"geo_observation_{full['release']}"
    assert partition not in sequential(plan)
    assert f"{partition}_release_id_area_id_idx" in indexes(plan)


def test_standings_read_one_slice_by_the_key(full):
    plan = nodes("queries/standings", {**_slices(full), "values": [0.7]})

    partition = f"geo_observation_{full['release']}"
    assert f"{partition}_pkey" in indexes(plan)
    assert partition not in sequential(plan)


def test_grains_read_their_slices_by_the_key_and_links_by_area(full):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO geo_arealink (child_id, parent_id, kind, share, method)"
            " SELECT c.id, p.id, 'within', 1, '' FROM geo_area AS c INNER JOIN geo_area AS p ON p.feature_id = 1 + c.feature_id % 200"
        )
        cursor.execute("ANALYZE geo_arealink")

    plan = nodes("findings/grain", {**_slices(full), "systems": [9, 10, 13]})

    assert f"geo_observation_{full['release']}_pkey" in indexes(plan)
    assert sequential(plan).isdisjoint({f"geo_observation_{full['release']}", "geo_arealink"})


def test_a_gradient_reads_one_slice_by_the_key(full):
    rest = {"index_version": "imd2025", "domain": "imd", "parents": None, "counties": 7, "observed_only": False, "one_by_one": False}
    own = dict.fromkeys(("decile_indicator", "score_indicator", "decile_period", "decile_stratum"))
    plan = nodes("queries/inequality", {**full, **rest, **own})

    partition = f"geo_observation_{full['release']}"
    assert f"{partition}_pkey" in indexes(plan)
    assert partition not in sequential(plan)


@pytest.mark.parametrize(("name", "table"), [("figures_of_slices", "geo_observation_{release}"), ("expected_of_slices", "geo_estimate")])
def test_figures_for_catchments_are_read_slice_by_slice(full, name, table):
    """Read whole for one process: of other slices nothing is touched, though areas, of which all are wanted, may be read through."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO geo_estimate (release_id, indicator_id, geography_id, period_id, stratum_id, area_id, expected)"
            " SELECT %s, i.id, 2, p.id, 0, a.id, 1 FROM geo_indicator AS i CROSS JOIN geo_period AS p CROSS JOIN geo_area AS a",
            [full["release"]],
        )
        cursor.execute("ANALYZE geo_estimate")

    plan = nodes(f"queries/{name}", _slices(full))

    assert table.format(**full) not in sequential(plan)


def test_saved_catchments_of_one_owner_are_found_by_the_owner(full):
    made = [Catchment(owner=f"owner-{at % 500}", name="x", vintage=2021, atoms=["E01000001"]) for at in range(5_000)]
    Catchment.objects.bulk_create(made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_catchment")
    plan = nodes("queries/catchments_kept", {"owner": "owner-7"})

    assert {"catchment_of_owner", "area_code_vintage"} <= indexes(plan)
    assert not sequential(plan)


def test_tables_of_minutes_of_one_owner_are_found_by_the_owner_and_any_by_its_digest(db):
    told = {"name": "x", "mode": "x", "source": "x", "geography": "lsoa21", "origins": [], "destinations": [], "points": [], "minutes": b""}
    TravelMatrix.objects.bulk_create(TravelMatrix(owner=f"owner-{at % 500}", digest=f"digest-{at}", **told) for at in range(5_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_travelmatrix")

    plan = nodes("queries/travel_matrices", {"owner": "owner-7", "key": ""})
    found = TravelMatrix.objects.filter(Q(digest="digest-7") | Q(id="digest-7")).explain()

    assert "travel_matrix_owner" in indexes(plan)
    assert not sequential(plan)
    assert "travel_matrix_digest" in found


def test_counts_of_demand_are_found_by_the_key(full):
    rest = {key: full[key] for key in ("release", "geography", "period")}
    plan = nodes("queries/demand_counts", {**rest, "indicators": [full["indicator"]], "strata": [0], "areas": [17, 18, 19]})

    partition = f"geo_observation_{full['release']}"
    assert f"{partition}_pkey" in indexes(plan)
    assert partition not in sequential(plan)


def test_areas_of_demand_are_found_through_their_links(full):
    plan = nodes("queries/demand_areas", {"area": [17], "lsoas": 2, "msoas": 3, "districts": 5, "index": "imd2025"})

    assert "geo_area" not in sequential(plan)


def test_the_nearest_postcode_is_found_without_reading_them_all(full):
    plan = nodes("queries/nearest_postcode", {"easting": 420_000, "northing": 200_500, "reach": 500})

    assert "geo_postcode" not in sequential(plan)
    assert any("postcode" in name and name.endswith("_like") for name in indexes(plan))


def test_a_name_is_found_by_its_index(full):
    small = {"named": [3, 4], "coded": [8], "order": [g.id for g in GEOGRAPHIES.values()], "limit": 10}
    words = {"exact": "c4ca42", "prefix": "c4ca42%", "word": "% c4ca42%", "middle": "%c4ca42%", "code": "C4CA42"}
    plan = nodes("queries/search_areas", {**words, **small})

    assert "area_name_trigrams" in indexes(plan)
    assert "geo_area" not in sequential(plan)


def test_areas_of_a_name_are_found_by_indexes(full):
    values = {"geographies": None, "ids": None, "parents": None, "pattern": "%c4ca42%", "code": "C4CA42", "named": [3, 4], "coded": [8]}
    plan = nodes("queries/areas_page", {**values, "limit": 100, "offset": 0})

    assert "area_name_trigrams" in indexes(plan)
    assert "geo_area" not in sequential(plan)


@pytest.fixture
def found(full):
    """Findings and estimates of the slice in three releases; the keys of the first."""
    others = [a_release().pk for _ in range(2)]
    with connection.cursor() as cursor:
        for text in FIND:
            cursor.execute(text, {**full, "releases": [full["release"], *others]})
        for table in ("geo_detection", "geo_finding", "geo_findingarea", "geo_estimate"):
            cursor.execute(f"ANALYZE {table}")
    return full


def test_estimates_are_found_by_an_index(found):
    plan = nodes("queries/estimates", {**found, "limit": 100, "offset": 0})

    assert {"geo_estimate", f"geo_observation_{found['release']}"}.isdisjoint(sequential(plan))
    assert any(name.startswith("geo_estimate") for name in indexes(plan))


def test_a_funnel_reads_one_slice_by_the_key(found):
    plan = nodes("queries/counts_of_slice", found)

    assert f"geo_observation_{found['release']}" not in sequential(plan)
    assert f"geo_observation_{found['release']}_pkey" in indexes(plan)


def test_concentration_reads_one_slice_by_the_key(found):
    plan = nodes("queries/counts_by_area", {**found, "parents": None})

    assert f"geo_observation_{found['release']}" not in sequential(plan)
    assert f"geo_observation_{found['release']}_pkey" in indexes(plan)


def test_findings_of_an_area_and_of_an_indicator_do_not_read_them_all(found):
    nothing = dict.fromkeys(("kind", "adjustments", "dimension", "direction", "key", "parents", "areas"))
    asked = {
        **nothing,
        **{name: found[name] for name in ("release", "indicator")},
        "geographies": [4],
        "limit": 50,
        "offset": 0,
        "is_least": True,
    }

    of_indicator = nodes("queries/findings_page", asked)
    of_area = nodes("queries/findings_page", {**asked, "areas": [17]})

    assert "geo_finding" not in sequential(of_indicator)
    assert "geo_finding" not in sequential(of_area)
    assert "geo_findingarea" not in sequential(of_area)


def test_places_of_findings_are_found_by_the_code_of_the_area(full):
    plan = nodes("queries/finding_places", {"geographies": [2] * 200, "codes": [f"E0{1000000 + n}" for n in range(200)]})

    assert "geo_area" not in sequential(plan)


def test_questions_of_a_release_are_found_by_their_key_and_their_findings_counted_by_index(found):
    asked = {"release": found["release"], "indicator": None, "kind": None, "adjustments": None, "geographies": None, "is_least": True}

    assert "geo_finding" not in sequential(nodes("queries/detections", asked))
