"""A plan's request is strict: what it means is read back, and every fault names its field, what was found and what would do."""

import pytest

from geo.errors import InputError, RefusedClaim
from geo.planning.requests import PlanRequest

LEAST = {"programme": "breast", "area": "E54000028", "stops": 6}


def test_a_request_that_says_the_least_has_defaults_and_is_read_back_from_its_own_words():
    request = PlanRequest.from_json(LEAST)

    assert (request.delivered_by, request.base, request.objective, request.candidates.kind) == ("van", "registered", "median", "practices")
    assert PlanRequest.from_json(request.to_json()) == request


def test_given_places_are_read_back():
    place = {"name": "Town hall", "latitude": 51.6, "longitude": -0.1}
    request = PlanRequest.from_json({**LEAST, "candidates": {"kind": "given", "given": [place]}})

    assert PlanRequest.from_json(request.to_json()) == request


def test_a_boundary_and_practices_are_read_back():
    ring = [[-0.2, 51.5], [0.0, 51.5], [0.0, 51.7], [-0.2, 51.5]]
    practice = {"name": "Surgery", "latitude": 51.6, "longitude": -0.1, "people": 120, "due": "2027-03-01"}
    told = {"boundary": {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}}
    request = PlanRequest.from_json({**LEAST, **told, "practices": [practice], "starts": "2027-01-04"})

    assert request.practices[0].due == "2027-03-01"
    assert request.to_json()["boundary"]["type"] == "Polygon"
    assert PlanRequest.from_json(request.to_json()) == request


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"programme": "eyes"}, "programme"),
        ({"area": None}, "area"),
        ({"wheels": 4}, "wheels"),
        ({"stops": None}, "stops"),
        ({"stops": 2.5}, "stops"),
        ({"stops": True}, "stops"),
        ({"within": float("nan")}, "within"),
        ({"within": -1}, "within"),
        ({"equity": "much"}, "equity"),
        ({"core20_share": 1.2}, "core20_share"),
        ({"candidates": "practices"}, "candidates"),
        ({"candidates": {"kind": "given"}}, "candidates.given"),
        ({"candidates": {"kind": "given", "given": [{"name": "a", "latitude": 10, "longitude": 0}]}}, "candidates.given[0].latitude"),
        ({"forced": ["a"], "forbidden": ["a"]}, "forbidden"),
        ({"forced": ["a", "b"], "stops": 1}, "forced"),
        ({"forced": "a"}, "forced"),
        ({"starts": "next week"}, "starts"),
        ({"boundary": {"type": "Point"}}, "boundary"),
        ({"practices": [{"name": "a", "latitude": 51.5, "longitude": 0}]}, "practices[0].people"),
        ({"practices": [{"name": "a", "latitude": 51.5, "longitude": 0, "people": 3, "due": "soon"}]}, "practices[0].due"),
        ({"least_workload": 10, "most_workload": 5}, "least_workload"),
    ],
)
def test_a_fault_names_its_field(change, field):
    with pytest.raises(InputError) as caught:
        PlanRequest.from_json({**LEAST, **change})

    assert caught.value.parameter == field
    assert "expected" in str(caught.value)


@pytest.mark.parametrize("body", [None, [], "breast", 3])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(InputError, match=r"found .* expected an object"):
        PlanRequest.from_json(body)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"programme": "bowel"}, "kit that goes to each home"),
        ({"programme": "bowel", "delivery": "van"}, "not done from a van, but by kit"),
        ({"programme": "cervical", "delivery": "van"}, "not done from a van, but in clinics or by self-sample"),
        ({"programme": "cervical", "delivery": "self_sample"}, "needs no stop"),
    ],
)
def test_a_programme_that_has_no_such_stops_is_refused_in_plain_words(change, words):
    with pytest.raises(RefusedClaim, match=words):
        PlanRequest.from_json({**LEAST, **change})


def test_the_fewest_stops_for_everybody_need_no_number():
    assert PlanRequest.from_json({**LEAST, "objective": "cover_all", "stops": None}).stops is None
