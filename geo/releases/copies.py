"""When copies of this process may work beside it: they see what is committed, and speak to the database for themselves."""

import threading

from django.db import connection


def may_be_copied() -> bool:
    """Leave the database and say whether this process may be copied.

    Not in a transaction, which nobody else sees; and not where another thread runs, whose connection each copy would hold as well.
    """
    leave_database()
    return not connection.in_atomic_block and threading.active_count() == 1


def leave_database() -> None:
    """Close the connection and end the threads of its pool, so that no copy speaks through it; a transaction keeps both."""
    if not connection.in_atomic_block:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL alone, which the types do not know
