"""Asking for plans and taking them back: limits, owners, and that no state is overwritten by a later one."""

import pytest
from django_tasks_db.models import DBTaskResult

from geo.desk import making, plans
from geo.desk.owners import new_owner
from geo.desk.plans import add_plan, cancel_plan
from geo.errors import NotYours, TooManyJobs, UnknownPlan
from geo.models import Plan

pytestmark = pytest.mark.django_db


def a_plan(owner="anna", **fields):
    return add_plan({"area": "quick"}, owner=owner, release="2026-01-made-up", is_synthetic=False, **fields)


def test_a_plan_waits_with_its_job_and_a_key_that_nobody_guesses():
    key = a_plan()

    assert len(key) == 22
    assert Plan.objects.get(id=key).status == "queued"
    assert [row["args"] for row in DBTaskResult.objects.ready().values_list("args_kwargs", flat=True)] == [[key]]


def test_owners_are_told_apart():
    assert len({new_owner() for _ in range(100)}) == 100


def test_one_owner_has_so_many_at_once_and_all_together_too(monkeypatch):
    keys = [a_plan() for _ in range(plans.OF_ONE_OWNER)]
    with pytest.raises(TooManyJobs, match="of yours"):
        a_plan()

    cancel_plan(keys[0], owner="anna")
    a_plan()
    monkeypatch.setattr(plans, "OF_EVERYBODY", plans.OF_ONE_OWNER)
    with pytest.raises(TooManyJobs, match="try again"):
        a_plan("berta")


def test_only_its_owner_takes_a_plan_back():
    key = a_plan()

    for asking in ("berta", None, ""):
        with pytest.raises(NotYours):
            cancel_plan(key, owner=asking)
    with pytest.raises(UnknownPlan):
        cancel_plan("none", owner="anna")
    cancel_plan(key, owner="anna")
    assert Plan.objects.get(id=key).status == "cancelled"


def test_a_cancelled_plan_is_neither_begun_nor_finished():
    waiting, running = a_plan(), a_plan()
    making.begin(running)
    for key in (waiting, running):
        cancel_plan(key, owner="anna")

    assert making.begin(waiting) is None
    making.tell(running, 0.5, "Half")
    making.finish(running, {"plan": {}})
    making.give_back(running)
    making.fail(running, "too late")
    assert set(Plan.objects.values_list("status", "result")) == {("cancelled", None)}


def test_what_is_done_stays_done():
    key = a_plan()
    making.begin(key)
    making.finish(key, {"plan": {"sites": []}})

    cancel_plan(key, owner="anna")

    assert Plan.objects.get(id=key).status == "done"
    assert making.begin(key) is None
