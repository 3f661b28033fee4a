"""Replacing a table's rows keeps everything about the table but its rows."""

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from geo.models import Deprivation, Site
from geo.releases.columns import jsonb
from geo.releases.swap import replace_rows
from tests.builders import a_deprivation, an_area

pytestmark = pytest.mark.django_db


def _structure(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, contype::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass ORDER BY 1", [table]
        )
        rules = cursor.fetchall()
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s ORDER BY 1", [table])
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT column_name, data_type, is_nullable, is_identity FROM information_schema.columns WHERE table_name = %s", [table]
        )
        return rules, indexes, cursor.fetchall(), connection.introspection.get_sequences(cursor, table)


def test_rows_are_replaced_and_keys_indexes_and_sequence_keep_their_names():
    old, new = an_area(), an_area()
    a_deprivation(old)
    before = _structure("geo_deprivation")

    with transaction.atomic(), connection.cursor() as cursor:
        rows = replace_rows(
            cursor,
            "geo_deprivation",
            {"area_id": [new.id], "index_version": ["imd2025"], "domain": ["imd"], "score": [1.5], "rank": [2], "decile": [10]},
        )

    assert rows == 1
    assert list(Deprivation.objects.values_list("area_id", "score", "decile")) == [(new.id, 1.5, 10)]
    assert _structure("geo_deprivation") == before
    a_deprivation(old)


def test_what_breaks_a_rule_of_the_table_leaves_the_live_rows():
    kept = a_deprivation(an_area())
    columns = {"index_version": ["imd2025"], "domain": ["imd"], "score": [1.0], "rank": [1]}

    for wrong in ({"area_id": [kept.area_id], "decile": [11]}, {"area_id": [10**9], "decile": [1]}):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            replace_rows(cursor, "geo_deprivation", columns | wrong)

    assert list(Deprivation.objects.values_list("id", flat=True)) == [kept.id]


def test_json_and_points_go_through():
    from shapely import Point, set_srid, to_wkb

    point = to_wkb(set_srid(Point(-1000.0, 7000000.0), 3857), include_srid=True)
    with transaction.atomic(), connection.cursor() as cursor:
        replace_rows(
            cursor,
            "geo_site",
            {
                "kind": ["school", "hub"],
                "code": ["1", "2"],
                "name": ["Ysgol Tŷ", "Hub"],
                "detail": jsonb([{"phase": "ž", "pupils": None}, {}]),
                "feature_id": np.array([1, 2]),
                "point_3857": [point, None],
            },
        )

    school, hub = Site.objects.order_by("feature_id")
    assert (school.detail, school.point_3857.coords, school.point_3857.srid) == ({"phase": "ž", "pupils": None}, (-1000.0, 7000000.0), 3857)
    assert (hub.detail, hub.point_3857) == ({}, None)
