"""A plan's file is read back as the same plan, and a broken one is refused with its place."""

import json
from dataclasses import replace

import pytest

from geo.errors import InputError
from geo.planning.plans import Gain, Plan, Site, Visit, read_plan
from geo.planning.requests import PlanRequest


def a_plan():
    """A plan with one stop."""
    site = Site("practice:X", "Surgery", 51.6, -0.1, "practices", False, 120.0, 300.0, Gain(10, 40), 8.5, 3)
    return Plan(
        request=PlanRequest.from_json({"programme": "breast", "area": "E54000028", "stops": 1}),
        sites=(site, replace(site, id="practice:Y", gain=None, need=None, refused="few areas")),
        allocation=(Visit("E01000001", "practice:X", 8.5, 51.6, -0.1),),
        objective=2.5,
        bound=2.5,
        gap=0.0,
        gain=Gain(10, 40),
        objective_words="people times minutes",
        seed=0,
        seconds=1.25,
        minutes={"mode": "modelled drive"},
        totals={},
        frontier=[],
        stability={},
        schedule=None,
        notes=("made up",),
        sources=({"name": "a"},),
        is_synthetic=True,
    )


def test_a_plan_is_read_back_from_its_file():
    plan = a_plan()

    assert read_plan(plan.write()) == plan


def test_the_same_answer_may_have_taken_another_time():
    assert a_plan().is_same(replace(a_plan(), seconds=9.0))
    assert not a_plan().is_same(replace(a_plan(), objective=2.6))


def _broken(change):
    body = a_plan().to_json()
    change(body)
    return json.dumps(body)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "plan"),
        (b"\xff\xfe", "plan"),
        ("[]", "plan"),
        ("{}", "version"),
        (_broken(lambda body: body.pop("bound")), "bound"),
        (_broken(lambda body: body.update(colour="red")), "colour"),
        (_broken(lambda body: body["sites"][0].pop("name")), "sites[0].name"),
        (_broken(lambda body: body["request"].update(programme="eyes")), "programme"),
        (_broken(lambda body: body.update(allocation=3)), "allocation"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(text, field):
    with pytest.raises(InputError) as caught:
        read_plan(text)

    assert caught.value.parameter == field
