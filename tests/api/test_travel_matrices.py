"""Tables of minutes of one's own: kept for who sent them, faults told with their place, plans made and replayed by them."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from jsonschema import Draft202012Validator

from api.owners import COOKIE
from api.schema import openapi
from geo.models import Plan, TravelMatrix
from geo.planning.requests import PlanRequest
from geo.planning.travel_sent import LARGEST_FILE
from tests.geo.desk.makers import a_plan

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/travel/matrices"
BUS = "area,OX1 1AA\nE01000001,12\nE01000002,34\nE01000003,\n"
WORDS = {"name": "Bus", "mode": "bus at 8", "source": "Our team, 2026"}
REQUEST = {"programme": "breast", "area": "E09000001", "stops": 2}


@pytest.fixture(autouse=True)
def maker(settings):
    settings.PLAN_MAKER = "tests.geo.desk.makers"


def somebody_else():
    return Client(raise_request_exception=False, headers={"host": "localhost"})


def send(client, text=BUS, *, file="bus.csv", headers=None, **words):
    content = text if isinstance(text, bytes) else text.encode()
    told = {key: value for key, value in {**WORDS, **words}.items() if value is not None}
    return client.post(ADDRESS, {"file": SimpleUploadedFile(file, content), **told}, headers=headers)


def is_described(answer, path, method):
    schema = openapi()["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": openapi()["components"]}).validate(answer.json())


def is_problem(answer, status):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    return answer.json()


def test_a_table_is_kept_for_who_sent_it_with_its_mode(api, world):
    answer = send(api)

    assert answer.status_code == 201
    is_described(answer, ADDRESS, "post")
    told = answer.json()
    assert (told["name"], told["mode"], told["source"], told["areas"], told["places"]) == ("Bus", "bus at 8", "Our team, 2026", 3, 1)
    [place] = told["destinations"]
    assert (place["name"], round(place["latitude"], 1)) == ("OX1 1AA", 51.7)
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    mine, theirs = api.get(ADDRESS), somebody_else().get(ADDRESS)
    is_described(mine, ADDRESS, "get")
    assert [one["provider"] for one in mine.json()["results"]] == [told["provider"]]
    assert (mine["Cache-Control"], mine.json()["reason"]) == ("no-store", None)
    assert (theirs.json()["results"], theirs.json()["reason"], theirs.cookies) == ([], "no_match", {})
    found = somebody_else().get(answer["Location"])
    is_described(found, f"{ADDRESS}/{{key}}", "get")
    assert TravelMatrix.objects.get().owner not in found.content.decode() + answer.content.decode()


def test_what_others_may_choose_from_does_not_name_it(api, world):
    provider = send(api).json()["provider"]

    assert provider not in api.get("/api/v1/plans/choices").content.decode()


def test_only_who_sent_it_deletes_it(api, world):
    address = send(api)["Location"]

    is_problem(somebody_else().delete(address), 403)
    assert api.delete(address).status_code == 204
    is_problem(api.get(address), 404)
    is_problem(api.delete(address), 404)
    assert api.get(ADDRESS).json()["count"] == 0


def test_a_table_of_the_file_s_name_where_it_is_given_none(api, world):
    assert send(api, file="Bus, weekday.csv", name=None).json()["name"] == "Bus, weekday"


@pytest.mark.parametrize(
    ("text", "where", "found", "expected"),
    [
        ("area,OX1 1AA\nE01000001,soon\n", "bus.csv, row 2, column OX1 1AA", "soon", "minutes"),
        ("area,OX1 1AA\nE01000001,1\nE99,2\n", "bus.csv, row 3, column area", "E99", "code or name of an area"),
        ("area,OX1 1AA\nE01000001,1441\n", "bus.csv, row 2, column OX1 1AA", "1441", "0 to 1440 minutes, or nothing"),
        (
            "area,ZZ1 1ZZ\nE01000001,1\n",
            "bus.csv, column ZZ1 1ZZ",
            "ZZ1 1ZZ",
            "a live postcode of England, or a file with latitude and longitude",
        ),
        ("area,OX1 1AA\nE01000001,1\nE01000001,2\n", "bus.csv, row 3, column area", "E01000001", "each area once; it stands in row 2"),
        (b"\x1f\x8b" + b"\0" * 50, "bus.csv", "a packed file", "CSV or Parquet, not packed"),
    ],
)
def test_a_fault_is_told_with_file_row_column_found_and_expected_and_nothing_is_kept(api, world, text, where, found, expected):
    problem = is_problem(send(api, text), 400)

    assert problem["errors"] == [{"parameter": where, "found": found, "valid": [expected]}]
    assert problem["type"].endswith("invalid-table")
    assert not TravelMatrix.objects.exists()


@pytest.mark.parametrize(
    ("words", "parameter"),
    [
        ({"mode": None}, "mode"),
        ({"mode": "  "}, "mode"),
        ({"mode": "x" * 81}, "mode"),
        ({"mode": "a\u202eb"}, "mode"),
        ({"source": None}, "source"),
        ({"name": "x" * 81}, "name"),
        ({"owner": "me"}, "owner"),
    ],
)
def test_a_table_without_mode_or_source_or_with_other_words_is_refused_by_name(api, world, words, parameter):
    assert is_problem(send(api, **words), 400)["errors"][0]["parameter"] == parameter
    assert not TravelMatrix.objects.exists()


def test_what_is_too_large_or_no_form_is_refused(api, world):
    is_problem(send(api, b"a" * (LARGEST_FILE + 1)), 413)
    is_problem(api.post(ADDRESS, json.dumps(WORDS), content_type="application/json"), 415)
    assert is_problem(api.post(ADDRESS, WORDS), 400)["errors"][0]["parameter"] == "file"


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost.elsewhere.example"])
def test_a_page_of_another_site_cannot_send_one(api, world, origin):
    is_problem(send(api, headers={"origin": origin}), 403)

    assert not TravelMatrix.objects.exists()
    assert send(api, headers={"origin": "http://localhost"}).status_code == 201


def ask(client, provider):
    body = json.dumps({"request": {**REQUEST, "provider": provider}})
    return client.post("/api/v1/plans", body, content_type="application/json")


def test_a_plan_remembers_the_digest_of_its_table_and_its_file_replays_while_the_table_is_kept(api, world):
    sent = send(api).json()

    asked = ask(api, f"matrix:{sent['id']}")

    assert asked.status_code == 202
    plan = Plan.objects.get()
    assert plan.request["provider"] == sent["provider"]
    assert sent["provider"] == f"matrix:{TravelMatrix.objects.get().digest}"
    assert ask(api, sent["provider"]).status_code == 202


def test_a_plan_by_a_table_that_is_gone_says_so_and_the_same_file_brings_it_back(api, world):
    sent = send(api)
    provider = sent.json()["provider"]
    api.delete(sent["Location"])

    problem = is_problem(ask(api, provider), 400)
    assert "No table of minutes with this digest" in problem["detail"]
    assert (problem["errors"][0]["parameter"], problem["errors"][0]["found"][:40]) == ("provider", provider[:40])
    assert not Plan.objects.exists()
    send(somebody_else(), name="Under another name")
    assert ask(api, provider).status_code == 202


def test_a_plan_file_is_replayed_by_the_digest_or_says_that_the_table_is_missing(api, world):
    sent = send(api)
    request = {**REQUEST, "release": "2026-01-made-up", "provider": sent.json()["provider"]}
    file = json.dumps(a_plan(PlanRequest.from_json(request)).to_json())

    assert somebody_else().post("/api/v1/plans/replay", file, content_type="application/json").status_code == 202
    api.delete(sent["Location"])
    gone = somebody_else().post("/api/v1/plans/replay", file, content_type="application/json")

    assert "No table of minutes with this digest" in is_problem(gone, 400)["detail"]
    assert Plan.objects.count() == 1


def test_minutes_within_a_table_name_its_mode(api, world):
    sent = send(api, "area,OX1 1AA\nE01000001,12\nE01000002,34\n").json()
    place = sent["destinations"][0]

    asked = {"latitude": place["latitude"], "longitude": place["longitude"], "minutes": 20, "mode": sent["provider"]}
    found = api.get("/api/v1/travel/isochrone", asked).json()

    assert (found["mode"], [area["code"] for area in found["areas"]]) == ("bus at 8", ["E01000001"])
