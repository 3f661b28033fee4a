"""Every error has one shape, comes fast, and leaks nothing.

Fast is counted in seconds of the processor, for the machine may be busy; reads have a time limit of their own.
"""

import time

import pytest
from django.db import OperationalError

from api import errors
from geo.errors import HiidError
from geo.models import Release
from tests.builders import a_release

pytestmark = pytest.mark.django_db

FIELDS = {"type", "title", "status", "detail", "errors", "reference"}
ROUTES = {
    "areas": {"type", "vintage", "within", "q", "point", "postcode", "release", "limit", "offset"},
    "areas/E01000001": {"vintage", "release"},
    "search": {"q", "limit", "release"},
    "sites": {"kind", "within", "bbox", "format", "release", "limit", "offset"},
    "indicators": {"release", "limit", "offset"},
    "indicators/cervical-coverage-25-49": {"release"},
    "observations": {"area_type", "vintage", "within", "area", "period", "stratum", "format", "release", "limit", "offset"},
    "cells": {"period", "stratum", "resolution", "area", "cell", "format", "release", "limit", "offset"},
    "inequality": {"period", "area", "deprivation", "stratum", "release"},
    "travel/isochrone": {"latitude", "minutes", "mode", "release"},
    "travel/nearest": {"area", "kind", "mode", "release"},
    "plans/candidates": {"area", "kind", "release"},
    "releases": {"limit", "offset"},
    "sources": {"release", "limit", "offset"},
}
NEEDED = {
    "travel/isochrone": {"latitude": "51.7", "longitude": "-1.4"},
    "travel/nearest": {"area": "E09000001"},
    "plans/candidates": {"area": "E09000001"},
    "search": {"q": "haven"},
    "observations": {"indicator": "cervical-coverage-25-49", "area_type": "lsoa"},
    "cells": {"indicator": "cervical-coverage-25-49"},
    "inequality": {"indicator": "cervical-coverage-25-49"},
}
RUBBISH = {
    "nul": "a\0b",
    "newline": "E01000001\n",
    "huge": "9" * 400,
    "negative": "-1",
    "nan": "nan",
    "sql": "' OR 1=1; DROP TABLE geo_area; --",
    "long": "x" * 10_240,
    "emoji": "🐘\u202e",
    "digits": "１２３",
    "blank": "  ",
    "date": "2021-02-30",
    "percent": "%00",
}
# Words that may be looked for as they stand: nothing has them, and that is an answer.
FREE = {"q"}


def _is_problem(answer, status=None):
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert set(problem) == FIELDS
    assert problem["status"] == answer.status_code
    assert status in (None, answer.status_code)
    assert all(set(error) == {"parameter", "found", "valid"} for error in problem["errors"])
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "no-store"
    assert len(answer.content) < 8_000
    return problem


@pytest.mark.parametrize("route", ROUTES)
def test_rubbish_is_refused_fast_and_named(api, world, route):
    for parameter in ROUTES[route]:
        for kind, rubbish in RUBBISH.items():
            began = time.thread_time()
            answer = api.get(f"/api/v1/{route}", {**NEEDED.get(route, {}), parameter: rubbish})

            assert time.thread_time() - began < 1, (route, parameter, kind)
            if parameter in FREE and answer.status_code == 200:
                assert answer.json()["reason"] == "no_match"
                continue
            assert 400 <= answer.status_code < 500, (route, parameter, kind)
            problem = _is_problem(answer)
            assert problem["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("route", ROUTES)
def test_an_unknown_parameter_is_refused_with_the_valid_ones(api, world, route):
    answer = api.get(f"/api/v1/{route}", {**NEEDED.get(route, {}), "colour": "red"})

    problem = _is_problem(answer, 400)
    assert set(problem["errors"][0]["valid"]) >= ROUTES[route]


@pytest.mark.parametrize("route", ROUTES)
def test_a_parameter_given_twice_is_refused(api, world, route):
    name = sorted(ROUTES[route])[0]

    _is_problem(api.get(f"/api/v1/{route}?{name}=1&{name}=2"), 400)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", ["/api/v1/areas", "/api/v1/observations", "/healthz"])
def test_other_methods_are_refused_in_the_same_shape(api, world, method, address):
    answer = getattr(api, method)(address)

    _is_problem(answer, 405)
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v1/", "/api/v2/areas", "/api/v1/nothing", "/tiles/nothing", "/values/nothing", "/api/v1/areas/%00", "/api/%ff"],
)
def test_an_address_that_leads_nowhere_is_404(api, world, address):
    _is_problem(api.get(address), 404)


def test_rubbish_in_a_path_is_404(api, world):
    for rubbish in ("%00", "x" * 5000, "%F0%9F%90%98", "..", "E01000001'--"):
        _is_problem(api.get(f"/api/v1/areas/{rubbish}"), 404)
        _is_problem(api.get(f"/api/v1/indicators/{rubbish}"), 404)


def test_a_host_that_is_not_ours_is_refused_in_the_same_shape(api, world):
    problem = api.get("/api/v1/areas", headers={"host": "evil.example"})

    assert (problem.status_code, problem["Content-Type"]) == (400, "application/problem+json")


def test_nothing_published_is_503_and_lists_are_empty(api, world):
    Release.objects.update(is_current=False)

    _is_problem(api.get("/api/v1/observations?indicator=x&area_type=lsoa"), 503)
    _is_problem(api.get("/api/v1/inequality?indicator=x"), 503)
    assert api.get("/api/v1/indicators").json() == {
        "count": 0, "next": None, "previous": None, "results": [], "release": None, "is_synthetic": None, "reason": "no_data",
    }  # fmt: skip


def test_withdrawn_is_410(api, world):
    a_release("2025-12-wrong", state="withdrawn", withdrawal_notice="Counts were doubled.")

    assert _is_problem(api.get("/api/v1/indicators?release=2025-12-wrong"), 410)["detail"] == "Counts were doubled."


def test_an_unforeseen_fault_tells_a_reference_and_no_more(api, world, monkeypatch):
    monkeypatch.setattr("api.views.areas.list_areas", lambda **_: 1 / 0)

    problem = _is_problem(api.get("/api/v1/areas"), 500)
    assert problem["reference"]
    assert "Zero" not in str(problem)
    assert "Traceback" not in str(problem)


def test_a_fault_outside_rest_framework_has_the_same_shape(api, world, monkeypatch):
    monkeypatch.setattr("api.views.health.check_readiness", lambda: 1 / 0)

    assert _is_problem(api.get("/readyz"), 500)["reference"]


def test_every_named_error_has_a_status():
    kinds = [HiidError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        assert 400 <= errors.problem_of(_made(kind))["status"] < 600


def _made(kind):
    error = kind.__new__(kind)
    Exception.__init__(error, "made up")
    error.parameter, error.found, error.valid, error.place, error.fault = "", "", (), None, ""
    return error


def test_a_database_that_does_not_answer_is_503_with_a_reference(api, world, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("connection refused at 127.0.0.1:1")

    monkeypatch.setattr("api.views.health.check_readiness", refuse)

    answer = api.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["reference"]
    assert "127.0.0.1" not in answer.content.decode()
