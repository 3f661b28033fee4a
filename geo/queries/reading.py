"""Running one read: a statement from a file, with bound values and a time limit, to rows that know their column names."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from geo.errors import TookTooLong
from geo.sqlfiles import statement

# A request that reads longer than this would hold a worker and a connection that others need.
TIME_LIMIT_MS = 5_000

# A whole download may read for longer, for it is sent while it is read.
DOWNLOAD_LIMIT_MS = 60_000

# Rows fetched at a time while a download is sent: about 1 MB.
ROWS_AT_A_TIME = 2_000

Row = dict[str, Any]


def read(name: str, values: Mapping[str, Any], *, time_limit_ms: int = TIME_LIMIT_MS) -> list[Row]:
    """All rows of geo/sql/<name>.sql with these values. Raises TookTooLong when the time limit is passed."""
    with _time_limit(time_limit_ms), connection.cursor() as cursor:
        cursor.execute(statement(name), values)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def stream(name: str, values: Mapping[str, Any]) -> Iterator[Row]:
    """The rows of geo/sql/<name>.sql one after the other, without holding them all. Raises TookTooLong as `read` does."""
    with _time_limit(DOWNLOAD_LIMIT_MS), connection.chunked_cursor() as cursor:
        cursor.execute(statement(name), values)
        rows = cursor.fetchmany(ROWS_AT_A_TIME)
        columns = [column.name for column in cursor.description]
        while rows:
            for row in rows:
                yield dict(zip(columns, row, strict=True))
            rows = cursor.fetchmany(ROWS_AT_A_TIME)


@contextmanager
def _time_limit(milliseconds: int) -> Iterator[None]:
    """A transaction in which every statement is stopped after so many milliseconds."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong("This took too long and was stopped. Ask for a smaller part of it.") from error
        raise
