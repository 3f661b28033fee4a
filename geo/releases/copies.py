"""When copies of this process may work beside it: they see what is committed, and speak to the database for themselves."""

from django.db import connection


def may_be_copied() -> bool:
    """Close the connection, so that no copy speaks through it, and say whether copies see what this process sees: not in a transaction."""
    if connection.in_atomic_block:
        return False
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    return True
