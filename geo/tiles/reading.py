"""Reads that carry bytes: results travel in PostgreSQL's binary format, not as twice as many hexadecimal digits."""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection

from geo.sqlfiles import statement


def read_binary(name: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """All rows of geo/sql/<name>.sql with these values bound on the server; errors are Django's, as from its own cursors.

    Django's cursors bind on the client and cannot ask for binary results, so this is a plain cursor on Django's connection.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement(name).encode(), values, binary=True).fetchall()
