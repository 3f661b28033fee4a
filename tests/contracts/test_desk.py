"""What is saved for somebody: who may read and change it, what is refused, and that no other site can write on anybody's behalf."""

import csv
import json

import icalendar
import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from api.owners import COOKIE
from api.schema import openapi
from geo.models import Plan, Release
from geo.planning.requests import PlanRequest
from tests.geo.desk.makers import a_plan

pytestmark = pytest.mark.django_db

REQUEST = {"programme": "breast", "area": "E09000001", "stops": 2}


@pytest.fixture(autouse=True)
def maker(settings):
    settings.PLAN_MAKER = "tests.geo.desk.makers"


def send(client, address, body, **more):
    return client.post(address, json.dumps(body), content_type="application/json", **more)


def ask(client, request=None):
    return send(client, "/api/v1/plans", {"request": request or REQUEST})


def somebody_else():
    return Client(raise_request_exception=False, headers={"host": "localhost"})


def is_described(answer, path, method):
    schema = openapi()["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": openapi()["components"]}).validate(answer.json())


def is_problem(answer, status):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    return answer.json()


def test_a_request_is_put_in_the_queue_and_read_by_whoever_has_its_key(api, world):
    answer = ask(api)

    assert answer.status_code == 202
    is_described(answer, "/api/v1/plans", "post")
    assert (answer.json()["release"], answer.json()["is_synthetic"], answer.json()["status"]) == ("2026-01-made-up", False, "queued")
    for client, is_yours in ((api, True), (somebody_else(), False)):
        plan = client.get(answer["Location"])
        is_described(plan, "/api/v1/plans/{key}", "get")
        assert (plan.json()["is_yours"], plan.json()["plan"], plan["Cache-Control"]) == (is_yours, None, "no-store")
        assert plan.json()["progress"] == {"share": 0.0, "words": "Waiting for its turn"}
        assert plan.json()["request"]["release"] == "2026-01-made-up"


def test_the_owner_is_known_by_a_cookie_that_no_script_and_no_other_site_can_use(api, world):
    cookie = ask(api).cookies[COOKIE]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert Plan.objects.get().owner not in ask(api).content.decode()
    assert Plan.objects.values("owner").distinct().count() == 1


def test_reading_gives_nobody_a_cookie(api, world):
    address = ask(api)["Location"]

    assert somebody_else().get(address).cookies == {}


def test_a_cookie_that_was_tampered_with_is_nobody(api, world):
    address = ask(api)["Location"]
    thief = somebody_else()
    thief.cookies[COOKIE] = Plan.objects.get().owner

    assert is_problem(thief.post(f"{address}/cancel"), 403)["type"].endswith("not-yours")


def test_only_the_owner_cancels(api, world):
    address = ask(api)["Location"]

    is_problem(somebody_else().post(f"{address}/cancel"), 403)
    answer = api.post(f"{address}/cancel")

    is_described(answer, "/api/v1/plans/{key}/cancel", "post")
    assert answer.json()["status"] == "cancelled"


def test_too_many_at_once_are_refused_by_number(api, world):
    answers = [ask(api) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [202] * 4 + [429]
    assert "4 plans of yours" in is_problem(answers[-1], 429)["detail"]


def test_a_preflight_of_another_site_allows_no_writing(api, world):
    asked = {"Access-Control-Request-Method": "POST", "Origin": "https://elsewhere.example"}
    answer = api.options("/api/v1/plans", headers=asked)

    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_another_site_could_send_without_asking_is_refused(api, world, content_type):
    answer = api.post("/api/v1/plans", json.dumps({"request": REQUEST}), content_type=content_type)

    is_problem(answer, 415)
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        (b" ", "body"),
        (b"{", "body"),
        (b"[]", "body"),
        (b'{"request": {"stops": NaN}}', "body"),
        (b"[" * 100_000, "body"),
        (b"\xff\xfe", "body"),
        (b'{"request": {"programme": "breast", "area": "a\\u0000b", "stops": 1}}', "body"),
        (b"{}", "request"),
        (b'{"request": 5}', "request"),
        (b'{"request": {"programme": "breast", "area": "E1", "stops": 1, "colour": "red"}}', "colour"),
        (b'{"request": {"programme": "teeth", "area": "E1", "stops": 1}}', "programme"),
        (b'{"wish": {}}', "wish"),
    ],
)
def test_a_body_that_is_no_request_is_refused_by_the_name_of_what_is_wrong(api, world, body, parameter):
    for address in ("/api/v1/plans", "/api/v1/plans/what-if"):
        problem = is_problem(api.post(address, body, content_type="application/json"), 400)

        assert problem["errors"][0]["parameter"] == parameter
    assert not Plan.objects.exists()


def test_a_body_that_is_too_large_is_refused(api, world):
    is_problem(send(api, "/api/v1/plans", {"request": "x" * 4_000_001}), 413)


def test_a_programme_without_stops_is_refused_with_the_reason(api, world):
    problem = is_problem(ask(api, {**REQUEST, "programme": "bowel"}), 422)

    assert "kit" in problem["detail"]


def test_an_unknown_plan_is_404_and_a_withdrawn_release_410(api, world):
    is_problem(api.get("/api/v1/plans/none"), 404)
    is_problem(api.post("/api/v1/plans/none/cancel"), 404)
    address = ask(api)["Location"]

    Release.objects.update(is_current=False, state="withdrawn", withdrawal_notice="Counts were doubled.")

    assert is_problem(api.get(address), 410)["detail"] == "Counts were doubled."


def test_what_if_answers_at_once_and_saves_nothing(api, world):
    answer = send(api, "/api/v1/plans/what-if", {"request": REQUEST, "sites": [{"id": "practice:A81001"}]})

    is_described(answer, "/api/v1/plans/what-if", "post")
    assert (answer.json()["sites"], answer.json()["release"]) == ([{"id": "practice:A81001"}], "2026-01-made-up")
    assert not Plan.objects.exists()
    for sites in (None, [], [1], [{}] * 201):
        problem = is_problem(send(api, "/api/v1/plans/what-if", {"request": REQUEST, "sites": sites}), 400)
        assert problem["errors"][0]["parameter"] == "sites"


def test_addresses_of_the_desk_say_which_methods_they_take(api, world):
    assert api.options("/api/v1/plans")["Allow"] == "POST, OPTIONS"
    refused = api.get("/api/v1/plans")
    is_problem(refused, 405)
    assert refused["Allow"] == "POST, OPTIONS"


def a_done_plan(**changes):
    """A plan that was made, with one stop."""
    made = {**a_plan(PlanRequest.from_json({**REQUEST, "release": "2026-01-made-up"})).to_json(), **changes}
    fields = {"owner": "anna", "request": made["request"], "release": "2026-01-made-up", "is_synthetic": False}
    return Plan.objects.create(status="done", result={"plan": made, "replay": None}, **fields).id


def test_a_plan_leaves_as_the_file_that_replays(api, world):
    key = a_done_plan()

    answer = api.get(f"/api/v1/plans/{key}.json")

    assert answer["Content-Disposition"] == f'attachment; filename="plan-{key}.json"'
    again = send(api, "/api/v1/plans/replay", answer.json())
    assert again.status_code == 202
    assert Plan.objects.get(id=again.json()["id"]).expected == Plan.objects.get(id=key).result["plan"]
    is_problem(send(api, "/api/v1/plans/replay", {**answer.json(), "colour": "red"}), 400)


def test_the_stops_leave_as_csv_and_geojson_with_mode_and_release(api, world):
    key = a_done_plan()

    row = dict(zip(*csv.reader(api.get(f"/api/v1/plans/{key}.csv").content.decode().splitlines()), strict=True))
    shape = api.get(f"/api/v1/plans/{key}.geojson").json()

    assert (row["name"], row["gain_low"], row["gain_high"], row["is_area_of_search"]) == ("Field", "4.0", "12.0", "true")
    assert (row["minutes_mode"], row["release"], row["is_synthetic"]) == ("made-up drive", "2026-01-made-up", "false")
    assert shape["features"][0]["geometry"] == {"type": "Point", "coordinates": [0.12, 52.2]}
    assert (shape["release"], shape["is_synthetic"], shape["minutes_mode"]) == ("2026-01-made-up", False, "made-up drive")


def test_the_weeks_leave_as_a_calendar_and_a_plan_without_weeks_says_so(api, world):
    week = {"week": 1, "starts": "2026-01-05", "ends": "2026-01-09", "vehicle": 1, "site": "given:1", "name": "Field", "note": "Towing"}
    key = a_done_plan(schedule={"rows": [week], "notes": []})

    told = icalendar.Calendar.from_ical(api.get(f"/api/v1/plans/{key}.ics").content).walk("VEVENT")[0]

    assert (told["SUMMARY"], told["UID"]) == ("Field (vehicle 1)", f"{key}-1@hiid")
    assert (str(told["DTSTART"].dt), str(told["DTEND"].dt)) == ("2026-01-05", "2026-01-10")
    assert is_problem(api.get(f"/api/v1/plans/{a_done_plan()}.ics"), 422)["errors"][0]["found"] == "no_schedule"


def test_a_plan_leaves_as_one_page_which_synthetic_is_printed_across(api, world):
    answer = api.get(f"/api/v1/plans/{a_done_plan()}.pdf")

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_file_of_no_kind_or_of_a_plan_that_is_not_done_is_404(api, world):
    waiting = ask(api)["Location"]

    is_problem(api.get(f"/api/v1/plans/{a_done_plan()}.exe"), 404)
    assert "queued" in is_problem(api.get(f"{waiting}.json"), 404)["detail"]


def test_choices_name_only_what_a_plan_can_be_made_for(api, world):
    choices = api.get("/api/v1/plans/choices").json()

    programmes = {one["programme"]: one for one in choices["programmes"]}
    assert "kit" in programmes["bowel"]["refused"]
    assert programmes["breast"]["refused"] == "This release tells nothing of who needs it."
    assert (programmes["cervical"]["refused"], programmes["cervical"]["surface"]["indicator"]) == (None, "cervical-coverage-25-49")
    assert [(one["code"], one["share"]) for one in choices["systems"]] == [("E09000001", 1.0), ("E09000002", 1.0)]
    providers = {one["provider"]: one["refused"] for one in choices["providers"]}
    assert all(providers[name] for name in ("ways", "engine"))
    assert choices["providers"][0]["mode"] == "modelled drive"
