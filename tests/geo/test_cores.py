"""Work on every core comes out as on one, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo import cores
from geo.cores import beside, on_copies, on_every_core


def of_whom(number):
    return number * 2, os.getpid()


@pytest.mark.parametrize("many", [0, 100])
def test_answers_come_in_order_and_from_other_processes_where_there_is_enough_to_do(monkeypatch, many):
    monkeypatch.setattr(cores, "cores_at_hand", lambda: 2)

    found = on_every_core(of_whom, [(3,), (1,), (2,)], [1, 3, 2], many=many)

    assert [number for number, _ in found] == [6, 2, 4]
    assert (os.getpid() in {process for _, process in found}) == (many > 0)


def test_copies_know_what_this_process_knows(monkeypatch):
    monkeypatch.setattr(cores, "cores_at_hand", lambda: 2)
    known = {number: number**2 for number in range(50)}

    found = list(on_copies(lambda number: (known[number], os.getpid()), range(50)))

    assert [square for square, _ in found] == [known[number] for number in range(50)]
    assert os.getpid() not in {process for _, process in found}


def test_a_copy_works_beside_this_process():
    known = [3]

    with beside(lambda: (sum(known), os.getpid())) as told:
        known.append(4)
        total, process = told.result()

    assert total == 3
    assert process != os.getpid()


def test_what_fails_in_a_copy_is_said_here():
    def work(number):
        raise ValueError(f"no answer to {number}")

    with pytest.raises(ValueError, match="no answer to 7"):
        list(on_copies(work, [7, 8]))


ORPHANS = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from geo.cores import end_with_parent
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_parent)
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 600)
    time.sleep(600)
"""


def test_a_process_that_was_begun_ends_when_the_one_that_began_it_is_killed(tmp_path):
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
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
