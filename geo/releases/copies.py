"""When copies of this process may work beside it: they see what is committed, and speak to the database for themselves."""

import threading

from django.db import connection


def may_be_copied() -> bool:
    """Close the connection, so that no copy speaks through it, and say whether this process may be copied.

    Not in a transaction, which nobody else sees; and not where another thread runs, whose connection each copy would hold as well.
    """
    if connection.in_atomic_block:
        return False
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    return threading.active_count() == 1
