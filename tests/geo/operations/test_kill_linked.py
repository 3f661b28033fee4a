"""kill -9 in the middle of each step from made-up people to a release: the release that stands is served, and a run after it goes on.

What comes out in the end is, digest for digest, what a run gives that nobody killed.
"""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection

from geo.crs import WEB_MERCATOR
from geo.disclosure.protected_files import read_protected
from geo.linkage.files import sha256
from geo.models import Area, Release, ValueFile
from tests.builders import a_square
from tests.geo.operations.tiny_world import ONLY_2011, SPEC, lay_out, run_demonstration

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROOT = Path(__file__).parents[3]
STEPS = ("synthesise", "link", "derive", "protect", "build", "findings", "tiles", "values", "publish")
# Of so few people there is nothing to smooth.
# Where the database ends the child's session instead: in a transaction of its own.
CUT_OFF = ("build", "publish")


class Child:
    """The process that begins runs on demand, each in a fork of its own."""

    def __init__(self, folder):
        told = connection.settings_dict
        login = ":".join(quote(told[name], safe="") for name in ("USER", "PASSWORD"))
        database = f"postgresql://{login}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
        self._log = (folder / "child.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.geo.operations.chain_child"], cwd=ROOT, env={**os.environ, "DATABASE_URL": database},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip

    def begin(self, data, step="-"):
        """Begin a run and give its process; with a step, wait until it is in the middle of that."""
        self.process.stdin.write(f"demo {data} {SPEC.seed} {step}\n")
        self.process.stdin.flush()
        pid = int(self.answer().removeprefix("pid "))
        if step != "-":
            assert self.answer() == f"at {step}"
        return pid

    def answer(self):
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        self._log.close()


@pytest.fixture
def child(tmp_path):
    made = Child(tmp_path)
    yield made
    made.close()


def outcome(data):
    """What the world has come to: digests of its extracts, of what was derived and protected, and of the release and its value files."""
    secure = data / "secure" / SPEC.name
    release = Release.objects.get(is_current=True)
    files = sorted(ValueFile.objects.filter(release=release).values_list("etag", flat=True))
    made = {path.name: sha256(path) for path in sorted((secure / "extracts").glob("*.parquet"))}
    return made, sha256(secure / "work" / "derived" / "cells.parquet"), read_protected(data / "protected" / SPEC.name).manifest["files"], [
        release.slug, release.sums["digest"], files,
    ]  # fmt: skip


def redraw():
    """Give a neighbourhood another shape, so that tiles must be drawn."""
    Area.objects.filter(code=ONLY_2011).update(geometry_3857=a_square(30).transform(WEB_MERCATOR, clone=True))


def cut_off():
    """End the sessions of the child, as a database does that goes down."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    # Sessions of this process that were ended with them must not be given to the tests that follow.
    connection.close()
    connection.close_pool()


def test_a_run_goes_on_where_it_was_killed_and_ends_as_one_that_never_was(child, tmp_path):
    # Both runs begin with the same numbers of rows, whatever other tests made before.
    call_command("flush", interactive=False, verbosity=0)
    lay_out()
    redraw()
    run_demonstration(tmp_path / "whole")
    expected = outcome(tmp_path / "whole")
    call_command("flush", interactive=False, verbosity=0)
    lay_out()
    data = tmp_path / "killed"
    before = run_demonstration(data, spec=replace(SPEC, seed=2)).release
    redraw()
    key = (tmp_path / "whole" / "secrets" / "pseudonym_key").read_text()
    (data / "secrets" / "pseudonym_key").write_text(key)
    connection.close()

    for step in STEPS:
        os.kill(child.begin(data, step), signal.SIGKILL)
        assert (step, Release.objects.get(is_current=True).slug) == (step, before.slug)
        if step in CUT_OFF:
            pid = child.begin(data, step)
            cut_off()
            os.kill(pid, signal.SIGUSR1)
            assert (step, child.answer().split(":")[0]) == (step, "failed OperationalError")
            assert (step, Release.objects.get(is_current=True).slug) == (step, before.slug)

    child.begin(data)
    assert child.answer() == f"done {expected[3][0]}"
    assert outcome(data) == expected
    assert not (data / "secure" / SPEC.name / "work" / "standard").exists()
    assert list(data.rglob("*.partial")) == []
