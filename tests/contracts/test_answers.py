"""Every answer is what the schema says, may be read from any site, and is revalidated."""

import json
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import CHECKS

from api.schema import openapi
from geo.models import Release
from tests.builders import a_release

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).parent / "openapi.json"
ANSWERS = {
    "/api/v1/areas": "/api/v1/areas?type=lsoa&limit=3",
    "/api/v1/areas/{code}": "/api/v1/areas/E01000001",
    "/api/v1/search": "/api/v1/search?q=haven",
    "/api/v1/sites": "/api/v1/sites",
    "/api/v1/indicators": "/api/v1/indicators",
    "/api/v1/indicators/{indicator}": "/api/v1/indicators/cervical-coverage-25-49",
    "/api/v1/observations": "/api/v1/observations?indicator=cervical-coverage-25-49&area_type=lsoa",
    "/api/v1/cells": "/api/v1/cells?indicator=cervical-coverage-25-49",
    "/api/v1/inequality": "/api/v1/inequality?indicator=made-up-ratio",
    "/api/v1/findings": "/api/v1/findings?limit=3",
    "/api/v1/findings/{key}": "/api/v1/findings/0123456789abcdef",
    "/api/v1/hotspots": "/api/v1/hotspots?indicator=cervical-coverage-25-49&area_type=lsoa",
    "/api/v1/trends": "/api/v1/trends?indicator=cervical-coverage-25-49&area=E09000001",
    "/api/v1/funnel": "/api/v1/funnel?indicator=cervical-coverage-25-49&area_type=lsoa",
    "/api/v1/grain": "/api/v1/grain",
    "/api/v1/quality": "/api/v1/quality?indicator=cervical-coverage-25-49",
    "/api/v1/plans/choices": "/api/v1/plans/choices",
    "/api/v1/plans/candidates": "/api/v1/plans/candidates?area=E09000001&kind=schools",
    "/api/v1/travel/isochrone": "/api/v1/travel/isochrone?latitude=51.7&longitude=-1.4&minutes=20",
    "/api/v1/travel/nearest": "/api/v1/travel/nearest?area=E09000001&kind=schools",
    "/api/v1/releases": "/api/v1/releases",
    "/api/v1/sources": "/api/v1/sources",
    "/api/v1/schema/": "/api/v1/schema/",
}
# What somebody saves here is theirs and changes: its answers are tried in test_desk.py, tests/api/test_catchments.py and
# tests/api/test_travel_matrices.py.
DESK = {
    "/api/v1/catchments",
    "/api/v1/catchments/preview",
    "/api/v1/catchments/{key}",
    "/api/v1/catchments/{key}.{form}",
    "/api/v1/catchments/{key}/profile",
    "/api/v1/catchments/upload",
    "/api/v1/plans",
    "/api/v1/plans/what-if",
    "/api/v1/plans/replay",
    "/api/v1/plans/{key}",
    "/api/v1/plans/{key}.{form}",
    "/api/v1/plans/{key}/cancel",
    "/api/v1/travel/matrices",
    "/api/v1/travel/matrices/{key}",
}


def test_every_described_address_is_tried_here_or_with_the_desk():
    assert set(openapi()["paths"]) == set(ANSWERS) | set(DESK)


def test_the_description_is_openapi_31_and_as_agreed():
    """Where a change is meant: write api.schema.openapi() to the snapshot, and say in the changelog what changes for readers."""
    told = json.loads(json.dumps(openapi(), default=str))

    assert told["openapi"].startswith("3.1")
    assert told == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_is_what_the_schema_says(api, world, path):
    answer = api.get(ANSWERS[path])

    assert answer.status_code == 200
    schema = openapi()["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": openapi()["components"]}).validate(answer.json())


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_is_revalidated_and_open(api, world, path):
    first = api.get(ANSWERS[path])
    again = api.get(ANSWERS[path], headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert first["Access-Control-Allow-Origin"] == "*"
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ANSWERS)
def test_an_address_answers_with_and_without_a_slash_and_to_head(api, world, path):
    address, _, query = ANSWERS[path].partition("?")
    twin = f"{address.rstrip('/')}/?{query}"

    assert api.get(twin).json().get("results") == api.get(ANSWERS[path]).json().get("results")
    head = api.head(ANSWERS[path])
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"]


@pytest.mark.parametrize("path", ANSWERS)
def test_options_and_preflight_are_answered(api, world, path):
    plain = api.options(ANSWERS[path])
    preflight = api.options(ANSWERS[path], headers={"Access-Control-Request-Method": "GET", "Origin": "https://elsewhere.example"})

    assert (plain.status_code, plain["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (preflight.status_code, preflight["Access-Control-Allow-Origin"]) == (204, "*")
    assert "GET" in preflight["Access-Control-Allow-Methods"]


def test_another_current_release_gives_another_tag(api, world):
    before = api.get(ANSWERS["/api/v1/observations"])["ETag"]
    Release.objects.update(is_current=False)
    a_release("2026-02-made-up", state="published", is_current=True)

    assert api.get("/api/v1/indicators", headers={"If-None-Match": before}).status_code == 200
    assert api.get("/api/v1/indicators").json()["release"] == "2026-02-made-up"


def test_a_tag_is_not_that_of_another_question(api, world):
    tag = api.get("/api/v1/areas?type=lsoa")["ETag"]

    assert api.get("/api/v1/areas?type=lad", headers={"If-None-Match": tag}).status_code == 200


def test_every_answer_names_its_release(api, world):
    for path, address in ANSWERS.items():
        if path != "/api/v1/schema/":
            answer = api.get(address).json()
            assert (answer["release"], answer["is_synthetic"]) == ("2026-01-made-up", False), path


def test_the_docs_page_needs_nothing_from_elsewhere(api, world):
    page = api.get("/api/docs/")
    text = page.content.decode()

    assert page.status_code == 200
    assert "<script" not in text
    assert "style=" not in text
    assert "http" not in text
    for path in ANSWERS:
        assert path in text


def test_health_readiness_and_metrics(api, world):
    assert api.get("/healthz").json() == {"status": "ok"}
    assert api.get("/readyz").status_code == 503
    text = api.get("/metrics").content.decode()
    assert 'hiid_answers_total{route="healthz",method="GET",status="200"' in text
    assert "hiid_ready 0" in text


@pytest.fixture
def kept_connection():
    """The test's own transaction outlives requests, which outside a test client would close its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
def test_what_the_schema_allows_never_breaks_the_service(world, kept_connection):
    """Made-up requests from the schema itself, right and wrong ones: the answer is always one that the schema names."""
    described = schemathesis.openapi.from_dict(json.loads(json.dumps(openapi(), default=str)))
    described.app = get_wsgi_application()
    wanted = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
    checks = CHECKS.get_by_names(wanted)
    for operation in described.get_all_operations():
        strategy = operation.ok().as_strategy()

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True)
        @given(case=strategy)
        def once(case):
            case.call_and_validate(headers={"Host": "localhost", "Accept-Encoding": "identity"}, checks=checks)

        once()
