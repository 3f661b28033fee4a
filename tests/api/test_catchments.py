"""A catchment over HTTP: what is answered to a shape, a list or a place, and what is refused."""

import json

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from jsonschema import Draft202012Validator

from api.schema import openapi
from geo.models import Release
from geo.planning.shapes import check_geojson
from geo.queries import catchment_figures, ground
from tests.builders import a_square

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    """Worlds of other tests are not remembered."""
    ground._held.clear()
    catchment_figures._held.clear()


def ask(api, body, address="/api/v1/catchments/preview"):
    return api.post(address, json.dumps(body), content_type="application/json")


def degrees(shape):
    return json.loads(shape.transform(4326, clone=True).geojson)


def is_described(answer, path="/api/v1/catchments/preview", method="post"):
    schema = openapi()["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": openapi()["components"]}).validate(answer.json())


def figure(answer, slug):
    return next(one for one in answer.json()["profile"]["indicators"] if one["slug"] == slug)


def test_a_shape_is_answered_as_described(api, world):
    answer = ask(api, {"shape": degrees(a_square(1).union(a_square(2)))})

    assert answer.status_code == 200
    is_described(answer)
    told = answer.json()
    assert [atom["code"] for atom in told["atoms"]] == ["E01000001", "E01000002"]
    assert (told["people"], told["release"], told["is_synthetic"], told["vintage"]) == (3_000, "2026-01-made-up", False, 2021)
    assert answer["Cache-Control"] == "no-store"


def test_counts_are_summed_and_put_against_england(api, world):
    found = figure(ask(api, {"areas": ["E01000001", "E01000002"]}), "cervical-coverage-25-49")

    # 50 and 51 of 100 in the first two neighbourhoods; England has 70 of 100.
    assert (found["numerator"], found["denominator"], found["value"]) == (101, 200, 0.505)
    assert (found["benchmark"], found["comparison"], found["status"], found["basis"]) == (0.7, "worse", "value", "observed")
    assert found["gap_people"] == pytest.approx(101 - 0.7 * 200)
    assert found["gap_lower"] < found["gap_people"] < found["gap_upper"] < 0
    assert found["lower"] == pytest.approx(0.4362, abs=1e-4)
    assert (found["is_reliable"], found["coverage"], found["filled"], found["refused"]) == (True, 1, None, None)


def test_missing_is_not_zero(api, world):
    # The fourth has no figure, the fifth is zero.
    alone, with_zero = (figure(ask(api, {"areas": areas}), "cervical-coverage-25-49") for areas in (["E01000004"], ["E01000005"]))
    both = figure(ask(api, {"areas": ["E01000004", "E01000005"]}), "cervical-coverage-25-49")

    assert (alone["value"], alone["status"], alone["reason"]) == (None, "missing", "not_reported")
    assert (with_zero["value"], with_zero["status"]) == (0, "zero")
    assert (both["value"], both["coverage"], both["is_reliable"]) == (0, 0.5, False)


def test_figures_without_counts_are_means_without_limits(api, world):
    found = figure(ask(api, {"areas": ["E01000001", "E01000003"]}), "made-up-ratio")

    assert (found["value"], found["basis"], found["lower"], found["gap_people"]) == (81, "modelled", None, None)


def test_order_and_duplicates_do_not_matter(api, world):
    codes = ["E01000003", "E01000001", "E01000002"]

    assert ask(api, {"areas": codes}).content == ask(api, {"areas": [*codes[::-1], *codes]}).content


def test_a_district_is_its_neighbourhoods_and_england_all_of_them(api, world):
    assert len(ask(api, {"areas": ["E09000002"]}).json()["atoms"]) == 3
    whole = ask(api, {"areas": ["E92000001"]})

    assert len(whole.json()["atoms"]) == 12
    total = figure(whole, "cervical-coverage-25-49")
    assert total["numerator"] == sum(50 + at for at in range(12) if at not in (3, 4))


def test_postcodes_mean_their_neighbourhoods(api, world):
    told = ask(api, {"postcodes": ["ox1 1aa", "ZZ9 9ZZ"]}).json()

    assert [atom["code"] for atom in told["atoms"]] == ["E01000001"]
    assert "1 of the postcodes" in told["mended"][0]


def test_older_neighbourhoods_are_converted(api, world):
    told = ask(api, {"areas": ["E01000002"], "vintage": 2011}).json()

    assert [atom["code"] for atom in told["atoms"]] == ["E01000002"]


def test_a_buffer_takes_who_lives_near(api, world):
    place = a_square(2).centroid.transform(4326, clone=True)

    told = ask(api, {"buffer": {"latitude": place.y, "longitude": place.x, "metres": 1_200}}).json()

    assert [atom["code"] for atom in told["atoms"]][:2] == ["E01000001", "E01000002"]


def test_the_shape_that_is_told_leads_to_the_same_neighbourhoods(api, world):
    first = ask(api, {"areas": ["E01000001", "E01000002", "E01000003"]}).json()

    assert check_geojson(first["shape"]).mended == ()
    assert ask(api, {"shape": first["shape"]}).json()["atoms"] == first["atoms"]


@pytest.fixture
def straight(monkeypatch):
    """Minutes as the crow flies, a kilometre each."""

    class Straight:
        mode, source = "straight lines", "made up"

        def minutes(self, origins, destinations):
            return np.hypot(*(origins[:, None, :] - destinations[None, :, :]).transpose(2, 0, 1)) / 1_000

    monkeypatch.setattr("geo.queries.catchment_places.get_provider", lambda name: Straight())


def middle(place):
    point = a_square(place).centroid.transform(4326, clone=True)
    return {"latitude": point.y, "longitude": point.x}


def test_minutes_around_a_place_name_their_mode(api, world, straight):
    told = ask(api, {"travel": {**middle(2), "minutes": 1.5}}).json()

    assert [atom["code"] for atom in told["atoms"]] == ["E01000001", "E01000002", "E01000003"]
    assert "straight lines" in told["mended"][0]
    assert ask(api, {"travel": {**middle(2), "minutes": 99}}).json()["errors"][0]["parameter"] == "travel.minutes"


def test_an_area_is_parted_by_the_nearest_site(api, world, straight):
    answer = ask(api, {"sites": [middle(1), middle(9), middle(30)], "area": "E09000001"})

    is_described(answer)
    told = answer.json()
    assert [(part["site"], len(part["atoms"])) for part in told["parts"]] == [(0, 5), (1, 4)]
    assert told["people"] == sum(part["people"] for part in told["parts"])
    assert "without a part: 3" in told["mended"][1]


def upload(api, content, **fields):
    return api.post("/api/v1/catchments/upload", {"file": SimpleUploadedFile("../../shape.geojson", content), **fields})


def test_a_file_is_answered_as_the_shape_in_it(api, world):
    shape = degrees(a_square(1).union(a_square(2)))

    answer = upload(api, json.dumps(shape).encode())

    is_described(answer, "/api/v1/catchments/upload")
    assert answer.json() == ask(api, {"shape": shape}).json()


@pytest.mark.parametrize(
    ("content", "fields", "status", "parameter"),
    [
        (b"rubbish", {}, 400, "file"),
        (b"", {}, 400, "file"),
        (b"{}", {"crs": "EPSG:2154"}, 400, "crs"),
        (b"{}", {"elsewhere": "x"}, 400, "elsewhere"),
        (b"{}", {"other": SimpleUploadedFile("b", b"x")}, 400, "file"),
        (b"{}", {"release": "none-such"}, 400, "release"),
        (b" " * 10_000_001, {}, 413, None),
        (b" " * 10_050_000, {}, 413, None),
    ],
)
def test_a_file_that_is_none_is_refused_by_place(api, world, content, fields, status, parameter):
    answer = upload(api, content, **fields)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert parameter is None or answer.json()["errors"][0]["parameter"] == parameter


def test_only_a_form_is_taken_for_a_file(api, world):
    assert ask(api, {"shape": {}}, "/api/v1/catchments/upload").status_code == 415


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "body"),
        ({"areas": ["E01000001"], "postcodes": ["OX1 1AA"]}, "body"),
        ({"areas": []}, "areas"),
        ({"areas": "E01000001"}, "areas"),
        ({"areas": [7]}, "areas"),
        ({"areas": ["E01999999"]}, "areas"),
        ({"areas": ["E01000001"] * 40_001}, "areas"),
        ({"postcodes": ["nonsense"]}, "postcodes"),
        ({"buffer": {"latitude": 51.7, "longitude": -1.4}}, "buffer.metres"),
        ({"buffer": {"latitude": True, "longitude": -1.4, "metres": 500}}, "buffer.latitude"),
        ({"buffer": {"latitude": 48.0, "longitude": 2.0, "metres": 500}}, "buffer"),
        ({"buffer": 7}, "buffer.latitude"),
        ({"shape": {"type": "Point", "coordinates": [0, 51]}}, "shape"),
        ({"shape": degrees(a_square(2)), "release": 7}, "release"),
        ({"areas": ["E01000001"], "vintage": "x"}, "vintage"),
        ({"sites": [{"latitude": 51.7, "longitude": -1.4}], "area": "E09000001"}, "sites"),
        ({"sites": [{"latitude": 51.7, "longitude": -1.4}, {}], "area": "E09000001"}, "sites[1].latitude"),
        ({"sites": [{"latitude": 51.7, "longitude": -1.4}] * 2}, "area"),
        ({"travel": {"latitude": 51.7, "longitude": -1.4, "minutes": 10, "provider": "wings"}}, "provider"),
        ({"areas": ["E01000001"], "elsewhere": 1}, "elsewhere"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(api, world, body, parameter):
    answer = ask(api, body)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_nothing_is_said_where_nothing_is_published(api, world):
    Release.objects.update(is_current=False)

    assert ask(api, {"areas": ["E01000001"]}).status_code == 503
