"""A table's whole content replaced beside the live one: filled, indexed, then put in its place.

Readers see the old rows until the caller's transaction ends, and wait for no more than the exchange of names. Keys and foreign
keys are made after the rows are in, in one pass each. Only for tables whose row ids are not kept anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from geo.releases.copying import Column, copy_rows
from geo.sqlfiles import statement

_FILLING = "__new"


@dataclass(frozen=True)
class _Part:
    """A key, rule or index of the live table, and the name under which its copy is made."""

    kind: str
    name: str
    definition: str
    new_name: str


def replace_rows(cursor: Any, table: str, arrays: Mapping[str, Column]) -> int:
    """Put these rows in place of all rows of public.<table> and give their number; runs inside the caller's transaction.

    arrays as for copy_rows; an identity column that is left out is filled. Raises what the table's own rules raise
    (IntegrityError), and ValueError from copy_rows; the caller's transaction is then lost and the live table unharmed.
    """
    new, old = sql.Identifier("public", table + _FILLING), sql.Identifier("public", table)
    _run(cursor, "CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS)", new, old)
    rows = copy_rows(cursor, table + _FILLING, arrays, is_new=True)
    parts = _parts(cursor, table)
    for part in parts:
        _make(cursor, new, part)
    _run(cursor, "ANALYZE {}", new)
    _run(cursor, "SET CONSTRAINTS ALL IMMEDIATE")  # a table with rows yet to be checked cannot be dropped
    _run(cursor, "DROP TABLE {}", old)
    _run(cursor, "ALTER TABLE {} RENAME TO {}", new, sql.Identifier(table))
    for part in parts:
        _rename(cursor, old, part)
    _rename_sequence(cursor, table)
    return rows


def _parts(cursor: Any, table: str) -> list[_Part]:
    cursor.execute(statement("releases/indexes_of_table"), [table, table])
    rows = cursor.fetchall()
    return [_Part(kind, name, definition, f"{table[:40]}__new_{i}") for i, (kind, name, definition) in enumerate(rows)]


def _make(cursor: Any, new: sql.Identifier, part: _Part) -> None:
    """The same key or index on the copy. The definitions come from PostgreSQL's own catalogue."""
    definition = sql.SQL(part.definition)
    if part.kind == "i":
        _run(cursor, "CREATE INDEX {} ON {} {}", sql.Identifier(part.new_name), new, definition)
    else:
        _run(cursor, "ALTER TABLE {} ADD CONSTRAINT {} {}", new, sql.Identifier(part.new_name), definition)


def _rename(cursor: Any, table: sql.Identifier, part: _Part) -> None:
    before, after = sql.Identifier(part.new_name), sql.Identifier(part.name)
    if part.kind == "i":
        _run(cursor, "ALTER INDEX {} RENAME TO {}", before, after)
    else:
        _run(cursor, "ALTER TABLE {} RENAME CONSTRAINT {} TO {}", table, before, after)


def _rename_sequence(cursor: Any, table: str) -> None:
    """Give the identity's sequence the name that it had."""
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'public."{table}{_FILLING}_id_seq"'])
    if cursor.fetchone()[0]:
        _run(cursor, "ALTER SEQUENCE {} RENAME TO {}", sql.Identifier(f"{table}{_FILLING}_id_seq"), sql.Identifier(f"{table}_id_seq"))


def _run(cursor: Any, text: str, *names: sql.Composable) -> None:
    cursor.execute(sql.SQL(text).format(*names))
