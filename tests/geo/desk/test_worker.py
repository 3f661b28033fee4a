"""The worker as a process: it makes what waits, tells how far it is, ends what was cancelled, and takes up what a killed one left."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from geo.desk import making, worker
from geo.desk.plans import add_plan, cancel_plan
from geo.models import Plan
from geo.planning.requests import PlanRequest
from tests.geo.desk import makers
from tests.workers import begin_a_worker

pytestmark = pytest.mark.django_db(transaction=True)


def a_plan(area, **fields):
    return add_plan(a_request(area).to_json(), owner="anna", release="2026-01-made-up", is_synthetic=False, **fields)


def a_request(area):
    return PlanRequest.from_json({"programme": "breast", "area": area, "stops": 1})


@pytest.fixture
def begin_worker(tmp_path):
    """Begins workers on the test's database, and ends them."""
    begun = []

    def begin(*arguments):
        process = begin_a_worker(tmp_path, *arguments, maker="tests.geo.desk.makers", HIID_TEST_MARK=str(tmp_path / "mark"))
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait()


def until(condition, *, seconds=20.0):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)
    return found


def status(key):
    return Plan.objects.values_list("status", flat=True).get(id=key)


def workers():
    """Sessions of workers, those that wait among them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hiid worker' AND datname = current_database()")
        return cursor.fetchone()[0]


def is_there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_waits_is_made_in_turn_and_every_end_is_told(begin_worker):
    keys = {area: a_plan(area) for area in ("quick", "refused", "killed")}
    begin_worker()

    until(lambda: not Plan.objects.filter(status__in=("queued", "running")).exists())

    found = {area: Plan.objects.get(id=key) for area, key in keys.items()}
    assert found["quick"].fault == ""
    assert (found["quick"].status, found["quick"].share, found["quick"].result["plan"]["request"]["area"]) == ("done", 1.0, "quick")
    assert (found["refused"].status, found["refused"].fault) == ("failed", "nobody can reach any of 3 places")
    assert found["killed"].status == "failed"
    assert "signal 9" in found["killed"].fault
    assert not DBTaskResult.objects.running().exists()


def test_a_replayed_plan_says_whether_it_is_the_same(begin_worker):
    made = makers.a_plan(a_request("quick")).to_json()
    same = a_plan("quick", expected={**made, "seconds": 1.0})
    other = a_plan("quick", expected={**made, "sites": []})
    begin_worker()

    until(lambda: status(other) == "done")

    assert Plan.objects.get(id=same).result["replay"] == {"is_same": True, "differs": []}
    assert Plan.objects.get(id=other).result["replay"] == {"is_same": False, "differs": ["sites"]}


def test_a_running_plan_tells_how_far_it_is_and_ends_within_seconds_when_cancelled(begin_worker, tmp_path):
    key = a_plan("slow")
    begin_worker()
    until(lambda: Plan.objects.filter(id=key, share__gt=0.25, words__startswith="Step").exists())
    child = int((tmp_path / "mark").read_text())
    began = time.monotonic()

    cancel_plan(key, owner="anna")
    until(lambda: not is_there(child), seconds=5)

    assert time.monotonic() - began < 3
    after = a_plan("quick")
    until(lambda: status(after) == "done")
    assert status(key) == "cancelled"


def test_a_killed_worker_leaves_nothing_running_and_the_next_takes_its_plan_up_again(begin_worker, tmp_path):
    key = a_plan("slow")
    first = begin_worker()
    until(lambda: (tmp_path / "mark").exists() and (tmp_path / "mark").read_text())
    child = int((tmp_path / "mark").read_text())

    first.kill()
    first.wait()

    until(lambda: not is_there(child), seconds=5)
    (tmp_path / "mark").unlink()
    begin_worker()
    until(lambda: (tmp_path / "mark").exists())
    assert (status(key), Plan.objects.get(id=key).attempts) == ("running", 2)


def test_what_workers_are_killed_over_again_and_again_is_marked_failed():
    key, waiting = a_plan("slow"), a_plan("quick")
    DBTaskResult.objects.all().delete()
    making.begin(key)

    assert worker.take_up_again() == [key, waiting]
    making.begin(key)
    assert worker.take_up_again() == [waiting]

    failed = Plan.objects.get(id=key)
    assert (failed.status, "2 times" in failed.fault) == ("failed", True)
    assert sorted(row["args"][0] for row in DBTaskResult.objects.ready().values_list("args_kwargs", flat=True)) == sorted([key, waiting])


def test_a_worker_that_is_asked_to_end_gives_back_what_it_is_making(begin_worker, tmp_path):
    key = a_plan("slow")
    process = begin_worker()
    until(lambda: (tmp_path / "mark").exists())

    process.send_signal(signal.SIGTERM)
    process.wait(10)

    assert (status(key), Plan.objects.get(id=key).attempts) == ("queued", 0)
    assert not (tmp_path / "worker.pid").exists()


def test_a_worker_ends_with_the_process_it_was_begun_with(begin_worker):
    companion = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = begin_worker("--with", str(companion.pid))
    key = a_plan("quick")
    until(lambda: status(key) == "done")

    companion.communicate(b"\n")

    assert process.wait(10) == 0


def test_one_worker_holds_the_place_and_the_next_waits(begin_worker):
    is_over = threading.Event()
    held = worker.hold_the_place(is_over=is_over)
    assert held is not None
    key = a_plan("quick")
    begin_worker()
    until(lambda: workers() == 2)
    assert status(key) == "queued"

    held.close()

    until(lambda: status(key) == "done")
