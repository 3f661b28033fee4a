"""A serving process reads what first questions need before they are asked; nothing else does."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import DatabaseError

from geo.geography.cells import MIXED
from geo.queries import catchment_figures, cell_figures, ground
from hiid import ready, server
from tests.builders import a_current_release, a_source_load, an_area, an_area_build, an_availability, an_indicator, an_observation
from tests.cells import forget, make_cells

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def fresh():
    """Processes remember nothing of other tests, nor of this one."""
    forget()
    yield
    forget()


class Over(Exception):
    """The loop of the thread has come round once more than a test wants."""


@pytest.mark.django_db
def test_neighbourhoods_figures_and_hexagons_are_there_before_anybody_asks(fresh):
    release, made = a_current_release(), an_indicator()
    for _ in range(3):
        an_observation(an_area(), release=release, indicator=made)
    an_availability(release=release, indicator=made, areas=3, values=3)
    make_cells()

    ready.make_ready(ready.find_current_release())

    assert [len(country.ground.codes) for country in ground._held.values()] == [3]
    assert [key[0] for key in catchment_figures._held] == [release.id]
    assert [key[1:] for key in cell_figures._held] == [("lsoa21", MIXED)]


@pytest.mark.django_db
def test_areas_are_read_again_when_they_were_made_anew_and_not_for_records(fresh):
    an_area()
    before = ground.get_country()

    a_source_load("linked-records")
    assert ground.get_country() is before

    an_area()
    an_area_build()
    assert len(ground.get_country().ground.codes) == 2


@pytest.mark.django_db
def test_without_hexagons_the_rest_is_there(fresh):
    release, made = a_current_release(), an_indicator()
    an_observation(an_area(), release=release, indicator=made)
    an_availability(release=release, indicator=made)

    ready.make_ready(ready.find_current_release())

    assert len(catchment_figures._held) == 1


def test_a_fault_is_told_tried_again_and_what_is_ready_is_not_read_again(monkeypatch, caplog):
    read, pauses = [], []
    release = type("R", (), {"slug": "2026-01"})()
    answers = iter([DatabaseError("no database"), None, release, release])

    def current():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 4:
            raise Over

    for name, stand_in in (("find_current_release", current), ("make_ready", read.append), ("areas_stamp", lambda: (1, 1))):
        monkeypatch.setattr(ready, name, stand_in)
    monkeypatch.setattr(ready.time, "sleep", pause)

    with caplog.at_level(logging.WARNING), pytest.raises(Over):
        ready._keep_ready()

    assert read == [release]
    assert "not made ready: no database" in caplog.text
    assert "2026-01 made ready in" in caplog.text
    assert "MB" in caplog.text


def test_a_serving_process_begins_it_beside_its_answers(monkeypatch):
    begun = threading.Event()
    monkeypatch.setattr(ready, "_keep_ready", begun.set)

    server.post_worker_init(None)

    assert begun.wait(5)


def test_commands_do_not():
    code = "import django, sys; django.setup(); print('hiid.ready' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "False"
