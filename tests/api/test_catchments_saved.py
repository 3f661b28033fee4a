"""Saved catchments: whose they are, what may be changed, two side by side without their difference, and files."""

import csv
import io
import json

import numpy as np
import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from api.owners import COOKIE
from api.schema import openapi
from geo.desk import catchments as desk
from geo.models import Catchment
from geo.queries import catchment_figures, ground
from tests.protected_country import a_protected_country

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/catchments"


@pytest.fixture(autouse=True)
def fresh():
    """Worlds of other tests are not remembered."""
    ground._held.clear()
    catchment_figures._held.clear()


@pytest.fixture
def country(db):
    return a_protected_country(np.random.default_rng(3).poisson(40, 60))


def somebody_else():
    return Client(raise_request_exception=False, headers={"host": "localhost"})


def send(client, method, address, body):
    return getattr(client, method)(address, json.dumps(body), content_type="application/json")


def save(client, country, places=range(12), name="Haven and around"):
    return send(client, "post", ADDRESS, {"name": name, "atoms": [country.codes[at] for at in places]})


def is_described(answer, path, method):
    schema = openapi()["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": openapi()["components"]}).validate(answer.json())


def is_problem(answer, status):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    return answer.json()


def test_what_is_saved_is_read_by_whoever_has_its_id(api, country):
    saved = save(api, country)

    assert saved.status_code == 201
    is_described(saved, ADDRESS, "post")
    for client, is_yours in ((api, True), (somebody_else(), False)):
        found = client.get(saved["Location"])
        is_described(found, f"{ADDRESS}/{{key}}", "get")
        told = found.json()
        assert (told["name"], told["is_yours"], told["atoms"]) == ("Haven and around", is_yours, country.codes[:12])
        assert (told["people"], told["is_synthetic"], told["shape"]["type"]) == (12 * 1_600, True, "MultiPolygon")
    assert len(saved.json()["id"]) == 22
    cookie = saved.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert Catchment.objects.get().owner not in found.content.decode()


def test_only_whoever_saved_it_changes_it(api, country):
    address = save(api, country)["Location"]
    for method, body in (("patch", {"name": "Mine now"}), ("delete", {})):
        is_problem(send(somebody_else(), method, address, body), 403)

    renamed = send(api, "patch", address, {"name": "  Another   name "})
    edited = send(api, "patch", address, {"atoms": country.codes[3:9]})

    is_described(renamed, f"{ADDRESS}/{{key}}", "patch")
    assert (renamed.json()["name"], len(renamed.json()["atoms"])) == ("Another name", 12)
    assert (edited.json()["name"], edited.json()["atoms"]) == ("Another name", country.codes[3:9])
    assert api.delete(address).status_code == 204
    is_problem(api.get(address), 404)


def test_a_list_is_of_ones_own(api, country):
    save(api, country, name="First")
    second = save(api, country, places=range(3, 20), name="Second")

    mine, theirs = api.get(ADDRESS), somebody_else().get(ADDRESS)

    is_described(mine, ADDRESS, "get")
    found = [(one["name"], one["neighbourhoods"], one["people"]) for one in mine.json()["results"]]
    assert found == [("Second", 17, 17 * 1_600), ("First", 12, 12 * 1_600)]
    assert (mine.json()["count"], mine.json()["reason"], mine["Cache-Control"]) == (2, None, "no-store")
    assert (theirs.json()["count"], theirs.json()["reason"], theirs.cookies) == (0, "no_match", {})
    is_described(theirs, ADDRESS, "get")
    send(api, "patch", second["Location"], {"name": "Renamed"})
    assert api.get(ADDRESS).json()["results"][0]["name"] == "Renamed"
    api.delete(second["Location"])
    assert [one["name"] for one in api.get(ADDRESS).json()["results"]] == ["First"]


def test_a_list_of_somebody_else_who_saved_something_is_another(api, country):
    save(api, country, name="Mine")
    other = somebody_else()
    save(other, country, name="Theirs")

    assert [one["name"] for one in api.get(ADDRESS).json()["results"]] == ["Mine"]
    assert [one["name"] for one in other.get(ADDRESS).json()["results"]] == ["Theirs"]
    thief = somebody_else()
    thief.cookies[COOKIE] = Catchment.objects.get(name="Mine").owner
    assert thief.get(ADDRESS).json()["results"] == []


def test_a_list_tells_no_people_where_none_of_the_neighbourhoods_is_loaded(api, country):
    save(api, country)
    Catchment.objects.update(atoms=["E01999999"])

    assert api.get(ADDRESS).json()["results"][0]["people"] is None


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "name"),
        ({"name": "x"}, "areas"),
        ({"name": "", "atoms": ["E01000001"]}, "name"),
        ({"name": "x" * 121, "atoms": ["E01000001"]}, "name"),
        ({"name": "a\u202eb", "atoms": ["E01000001"]}, "name"),
        ({"name": 7, "atoms": ["E01000001"]}, "name"),
        ({"name": "x", "atoms": []}, "areas"),
        ({"name": "x", "atoms": ["nonsense"]}, "areas"),
        ({"name": "x", "atoms": ["E01000001"], "owner": "me"}, "owner"),
    ],
)
def test_what_cannot_be_saved_is_refused_by_name(api, country, body, parameter):
    assert is_problem(send(api, "post", ADDRESS, body), 400)["errors"][0]["parameter"] == parameter
    assert not Catchment.objects.exists()


def test_what_another_site_could_send_is_refused(api, country):
    is_problem(api.post(ADDRESS, json.dumps({"name": "x", "atoms": country.codes[:1]}), content_type="text/plain"), 415)


def test_no_more_than_so_many_are_kept(api, country, monkeypatch):
    monkeypatch.setattr(desk, "OF_ONE_OWNER", 2)

    answers = [save(api, country).status_code for _ in range(3)]

    assert answers == [201, 201, 429]
    assert save(somebody_else(), country).status_code == 201


def figure(profile):
    return profile["indicators"][0]


def test_two_are_put_side_by_side_where_they_differ_by_enough(api, country):
    one, other = (save(api, country, places).json()["id"] for places in (range(12), range(8, 40)))

    answer = api.get(f"{ADDRESS}/{one}/profile?with={other}")

    is_described(answer, f"{ADDRESS}/{{key}}/profile", "get")
    assert figure(answer.json()["first"])["value"] is not None
    assert figure(answer.json()["second"])["value"] is not None
    assert set(answer.json()) == {"first", "second", "release", "is_synthetic"}


@pytest.mark.parametrize("other", [range(13), range(11), [*range(11), 20], range(14)])
def test_a_difference_of_few_is_not_told(api, country, other):
    first, second = (save(api, country, places).json()["id"] for places in (range(12), other))

    told = api.get(f"{ADDRESS}/{first}/profile?with={second}").json()

    assert figure(told["first"])["value"] is not None
    hidden = figure(told["second"])
    assert (hidden["value"], hidden["numerator"], hidden["gap_people"], hidden["status"]) == (None, None, None, "suppressed")
    assert hidden["refused"]["reason"] == "small_difference"


def test_the_same_beside_itself_is_no_difference(api, country):
    key = save(api, country).json()["id"]

    told = api.get(f"{ADDRESS}/{key}/profile?with={key}").json()

    assert told["first"] == told["second"]
    assert api.get(f"{ADDRESS}/{key}/profile").json()["second"] is None


def test_who_is_compared_with_must_exist(api, country):
    key = save(api, country).json()["id"]

    assert is_problem(api.get(f"{ADDRESS}/{key}/profile?with=nobody"), 400)["errors"][0]["parameter"] == "with"
    is_problem(api.get(f"{ADDRESS}/nobody/profile"), 404)


def test_files_say_what_they_are_and_that_they_are_synthetic(api, country):
    key = save(api, country, name="=Haven, <b>&amp;").json()["id"]
    whole, table, page = (api.get(f"{ADDRESS}/{key}.{form}") for form in ("geojson", "csv", "pdf"))

    properties = whole.json()["properties"]
    assert (properties["name"], properties["is_synthetic"], whole.json()["geometry"]["type"]) == ("=Haven, <b>&amp;", True, "MultiPolygon")
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert (rows[0]["name"], rows[0]["is_synthetic"], rows[0]["slug"]) == ("'=Haven, <b>&amp;", "true", "linked-made-up")
    assert float(rows[0]["value"]) == figure(api.get(f"{ADDRESS}/{key}/profile").json()["first"])["value"]
    assert (page["Content-Type"], page.content[:5]) == ("application/pdf", b"%PDF-")
    for file, form in ((whole, "geojson"), (table, "csv"), (page, "pdf")):
        assert file["Content-Disposition"] == f'attachment; filename="catchment-{key}.{form}"'
    is_problem(api.get(f"{ADDRESS}/{key}.exe"), 404)
    is_problem(api.get(f"{ADDRESS}/nobody.csv"), 404)
