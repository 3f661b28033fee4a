"""Keeping two chains apart: PostgreSQL holds the lock, so it ends with the process that took it, however that ends."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection

from geo.errors import HiidError
from geo.sqlfiles import statement

# Any fixed number of our own; all commands that write published data take the same lock.
_LOCK = 4_811_2026


class Busy(HiidError):
    """Another process is loading, building or publishing; the message says which and since when."""


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Hold the lock of all commands that write published data. Raises Busy at once where another process holds it."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy(f"{what} waits for nobody: {_holder()}. Try again when it has ended.")
        cursor.execute("SELECT set_config('application_name', %s, false)", [f"hiid {what}"])
    session = connection.connection
    try:
        yield
    finally:
        # A session that was lost took the lock with it; asking for another would only wait for a database that is gone.
        if connection.connection is session and not session.closed:
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s), set_config('application_name', '', false)", [_LOCK])


def _holder() -> str:
    """Who holds the lock, in words."""
    with connection.cursor() as cursor:
        cursor.execute(statement("operations/lock_holder"), [_LOCK])
        row = cursor.fetchone()
    return f"{row[0] or 'another command'} has been running since {row[2]} (database process {row[1]})" if row else "another command runs"
