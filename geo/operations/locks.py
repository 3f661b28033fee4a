"""Keeping two chains apart: PostgreSQL holds the lock, so it ends with the process that took it, however that ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import connection

from geo.errors import HiidError
from geo.sqlfiles import statement

# Any fixed number of our own; all commands that write published data take the same lock.
_LOCK = 4_811_2026


class Busy(HiidError):
    """Another process is loading, building or publishing; the message says which and since when."""


# Sessions of locks that this process holds.
_sessions: set[psycopg.Connection[tuple[bool]]] = set()


def _let_go() -> None:
    """In a copy of the process: close our end of them, so that a lock ends with the process that took it, not with its last copy."""
    for session in _sessions:
        os.close(session.fileno())
    _sessions.clear()


os.register_at_fork(after_in_child=_let_go)


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Hold the lock of all commands that write published data. Raises Busy at once where another process holds it.

    By a session of its own: that of the work is closed whenever the process is copied.
    """
    session = _session(f"hiid {what}")
    _sessions.add(session)
    try:
        row = session.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if not (row and row[0]):
            raise Busy(f"{what} waits for nobody: {_holder()}. Try again when it has ended.")
        try:
            yield
        finally:
            # By word, for a server that is busy ends a closed session a moment later; one that was lost took the lock with it.
            with suppress(psycopg.Error):
                session.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    finally:
        _sessions.discard(session)
        session.close()


def _session(name: str) -> psycopg.Connection[tuple[bool]]:
    parameters = connection.get_connection_params() | {"autocommit": True, "application_name": name, "cursor_factory": psycopg.Cursor}
    with connection.wrap_database_errors:
        return psycopg.connect(**parameters)


def _holder() -> str:
    """Who holds the lock, in words."""
    with connection.cursor() as cursor:
        cursor.execute(statement("operations/lock_holder"), [_LOCK])
        row = cursor.fetchone()
    return f"{row[0] or 'another command'} has been running since {row[2]} (database process {row[1]})" if row else "another command runs"
