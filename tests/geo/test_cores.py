"""Work on every core comes out as on one, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from geo import cores
from geo.cores import Shares, beside, on_copies, on_every_core
from geo.errors import InputError


def of_whom(number):
    return number * 2, os.getpid()


@pytest.mark.parametrize("many", [0, 100])
def test_answers_come_in_order_and_from_other_processes_where_there_is_enough_to_do(monkeypatch, many):
    monkeypatch.setattr(cores, "cores_at_hand", lambda: 2)

    found = on_every_core(of_whom, [(3,), (1,), (2,)], [1, 3, 2], many=many)

    assert [number for number, _ in found] == [6, 2, 4]
    assert (os.getpid() in {process for _, process in found}) == (many > 0)


_heard: list[int] = []


def who_heard(number):
    return [number, *_heard]


@pytest.mark.parametrize(("threads", "known"), [(1, [7]), (2, [])])
def test_work_is_done_by_copies_and_where_another_thread_runs_by_processes_begun_anew(monkeypatch, threads, known):
    monkeypatch.setattr(cores, "cores_at_hand", lambda: 2)
    monkeypatch.setattr(cores, "active_count", lambda: threads)
    monkeypatch.setattr(sys.modules[__name__], "_heard", [7])

    assert on_every_core(who_heard, [(3,), (1,)], [3, 1], many=0) == [[3, *known], [1, *known]]


def asked_for_its_number(ask):
    return ask()


def test_what_copies_work_on_is_not_sent(monkeypatch):
    monkeypatch.setattr(cores, "cores_at_hand", lambda: 2)
    monkeypatch.setattr(cores, "active_count", lambda: 1)

    # No function of a block can be sent.
    assert on_every_core(asked_for_its_number, [(lambda: 3,), (lambda: 4,)], [1, 2], many=0) == [3, 4]


def test_copies_know_what_this_process_knows(monkeypatch):
    monkeypatch.setattr(cores, "cores_at_hand", lambda: 2)
    known = {number: number**2 for number in range(50)}

    found = list(on_copies(lambda number: (known[number], os.getpid()), range(50)))

    assert [square for square, _ in found] == [known[number] for number in range(50)]
    assert os.getpid() not in {process for _, process in found}


@pytest.fixture
def shares():
    made = Shares()
    yield made
    made.close()


def test_every_place_is_taken_once_by_this_process_or_its_copy(shares, tmp_path):
    begun = tmp_path / "begun"

    def take(number):
        return [(at, begun.touch(), time.sleep(0.001))[0] for at in shares.from_last(number)]

    with beside(take) as copy:
        shares.hand_out(100)
        places = shares.from_first()
        mine = [next(places)]
        copy.ask(100)
        until = time.monotonic() + 60
        while not begun.exists() and time.monotonic() < until:
            time.sleep(0.001)
        mine += [(at, time.sleep(0.001))[0] for at in places]
        theirs = copy.result()

    assert mine == list(range(len(mine)))
    assert theirs == list(reversed(range(len(mine), 100)))
    assert mine
    assert theirs


def test_places_of_a_copy_that_ended_are_not_waited_for(shares):
    def take_and_end(number):
        for _ in shares.from_last(number):
            os.kill(os.getpid(), signal.SIGKILL)

    with beside(take_and_end) as copy:
        shares.hand_out(10)
        copy.ask(10)
        with pytest.raises(ChildProcessError):
            copy.result()

        assert list(shares.from_first()) == list(range(9))


def test_where_nothing_was_handed_out_nothing_is_taken(shares):
    assert list(shares.from_first()) == list(shares.from_last(3)) == []


def test_a_copy_works_beside_this_process_and_leaves_it_without_a_thread():
    known, before = [3], threading.active_count()

    with beside(lambda given: (sum(known) + given, os.getpid())) as copy:
        threads = threading.active_count()
        known.append(4)
        copy.ask(10)
        total, process = copy.result()

    assert total == 13
    assert process != os.getpid()
    assert threads == before


def test_a_copy_makes_itself_ready_before_it_is_asked(tmp_path):
    found = []
    mark = tmp_path / "ready"

    with beside(lambda given: [*found, given], ready=lambda: (found.append("ready"), mark.touch())) as copy:
        while not mark.exists():
            time.sleep(0.01)
        copy.ask("asked")

        assert copy.result() == ["ready", "asked"]


def test_a_copy_that_is_not_asked_ends_with_the_block():
    with beside(time.sleep) as copy:
        is_alive = copy._process.is_alive()

    assert is_alive
    assert copy._process.exitcode is not None


@pytest.mark.parametrize("place", ["ready", "work"])
def test_what_fails_in_a_copy_beside_this_process_is_said_here_with_its_place(place):
    def fail(*_):
        raise InputError("no such cell", parameter="cell", found="7")

    begun = beside(fail) if place == "work" else beside(str, ready=fail)
    with begun as copy:
        copy.ask(7)
        with pytest.raises(InputError, match="no such cell") as told:
            copy.result()

    assert told.value.found == "7"
    assert "in fail" in told.value.__notes__[0]


def test_a_copy_that_is_ended_from_outside_is_told():
    with beside(lambda _: os.kill(os.getpid(), signal.SIGKILL)) as copy:
        copy.ask(None)
        with pytest.raises(ChildProcessError, match="-9, without an answer"):
            copy.result()


def test_an_answer_that_cannot_be_sent_is_told():
    with beside(lambda _: lambda: 1) as copy:
        copy.ask(None)
        with pytest.raises(ChildProcessError, match="cannot be said"):
            copy.result()


def test_what_fails_in_a_copy_is_said_here():
    def work(number):
        raise ValueError(f"no answer to {number}")

    with pytest.raises(ValueError, match="no answer to 7"):
        list(on_copies(work, [7, 8]))


ORPHANS = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from geo.cores import end_with_parent
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_parent)
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 600)
    time.sleep(600)
"""
COPIES = """
import os, time
from geo.cores import beside
with beside(time.sleep, ready=lambda: (print(os.getpid(), flush=True), time.sleep(600))):
    time.sleep(600)
"""


@pytest.mark.parametrize("code", [ORPHANS, COPIES])
def test_a_process_that_was_begun_ends_when_the_one_that_began_it_is_killed(tmp_path, code):
    script = tmp_path / "orphans.py"
    script.write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    child = int(parent.stdout.readline())

    parent.kill()
    parent.wait()
    parent.stdout.close()

    for _ in range(200):
        if not Path(f"/proc/{child}").exists():
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the process went on alone")
