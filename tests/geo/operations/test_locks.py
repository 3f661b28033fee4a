"""Two chains are kept apart, and the second is told by whom."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection

from geo.cores import beside
from geo.operations import locks
from geo.operations.locks import _LOCK, Busy, one_at_a_time
from geo.releases.copies import may_be_copied


@pytest.mark.django_db
def test_a_second_command_is_refused_at_once_and_told_who_works():
    settings = connection.settings_dict
    other = psycopg.connect(
        dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"], port=settings["PORT"],
        application_name="hiid prepare",
    )  # fmt: skip
    with other:
        other.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        with pytest.raises(Busy, match="hiid prepare has been running since"), one_at_a_time("build_tiles"):
            pytest.fail("the lock was given twice")
        # Given back by word: a server that is busy ends a closed connection, and with it its locks, a moment later.
        other.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    other.close()

    with one_at_a_time("build_tiles"):
        pass


@pytest.mark.django_db(transaction=True)
def test_the_lock_stays_when_the_process_is_made_ready_to_be_copied():
    with one_at_a_time("prepare"):
        may_be_copied()

        with pytest.raises(Busy, match="hiid prepare has been running since"), one_at_a_time("build_tiles"):
            pytest.fail("the lock was given twice")


@pytest.mark.django_db(transaction=True)
def test_a_copy_holds_no_end_of_the_lock():
    def is_open(socket):
        return socket in {str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}

    with one_at_a_time("prepare"):
        (held,) = locks._sessions
        socket = str(Path(f"/proc/self/fd/{held.fileno()}").readlink())
        with beside(is_open) as copy:
            copy.ask(socket)
            is_there = copy.result()

        assert is_open(socket)
        assert held.execute("SELECT true").fetchone() == (True,)
    assert not is_there
