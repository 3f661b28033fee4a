"""Work in a process apart: its answer and progress arrive, its end has words, and nothing of it is left."""

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from geo.desk import apart
from geo.desk.apart import NoLongerWanted, run_apart
from geo.errors import JobStopped, PlanningError


def run(work, *, is_wanted=lambda: True, seconds=30.0):
    told = []
    return run_apart(work, tell=lambda share, words: told.append((share, words)), is_wanted=is_wanted, seconds=seconds), told


def quick(progress):
    progress(0.5, "Half")
    return {"process": os.getpid()}


def endless(mark, progress):
    Path(mark).write_text(str(os.getpid()))
    while True:
        sum(range(10_000_000))


def is_there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def raising(error, progress):
    raise error


def test_the_answer_and_what_is_told_come_from_another_process():
    answer, told = run(quick)

    assert answer["process"] != os.getpid()
    assert told == [(0.5, "Half")]
    assert not is_there(answer["process"])


def test_work_that_nobody_wants_any_more_ends_within_a_second_even_in_the_middle_of_a_computation(tmp_path):
    mark = tmp_path / "process"
    began = time.monotonic()

    with pytest.raises(NoLongerWanted):
        run(partial(endless, mark), is_wanted=lambda: time.monotonic() - began < 1.0)

    assert time.monotonic() - began < 4
    assert not is_there(int(mark.read_text()))


def test_what_takes_too_long_is_stopped_in_words(tmp_path):
    with pytest.raises(JobStopped, match="took too long"):
        run(partial(endless, tmp_path / "process"), seconds=1.0)

    assert not is_there(int((tmp_path / "process").read_text()))


def test_a_fault_with_a_name_is_told_and_another_only_by_a_reference(caplog):
    with pytest.raises(JobStopped, match=r"^no way to 3 areas$"):
        run(partial(raising, PlanningError("no way to 3 areas")))
    with pytest.raises(JobStopped, match=r"reference [0-9a-f]{12}") as told:
        run(partial(raising, ZeroDivisionError("a secret")))
    assert "secret" not in str(told.value)


def test_a_process_that_is_killed_is_told_with_its_signal():
    with pytest.raises(JobStopped, match="signal 9"):
        run(lambda progress: os.kill(os.getpid(), signal.SIGKILL))


def test_memory_has_an_end(monkeypatch):
    monkeypatch.setattr(apart, "MEMORY_BYTES", 200_000_000)

    with pytest.raises(JobStopped, match="more memory"):
        run(lambda progress: {"size": len(bytearray(1_000_000_000))})


def test_it_ends_with_the_process_that_began_it(tmp_path):
    mark = tmp_path / "process"
    parent = os.fork()
    if parent == 0:
        run(partial(endless, mark))
        os._exit(0)
    until = time.monotonic() + 10
    while not (mark.exists() and mark.read_text()) and time.monotonic() < until:
        time.sleep(0.05)

    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)

    child = int(mark.read_text())
    while is_there(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_there(child)
