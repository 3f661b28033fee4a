"""Tables of published files in the schema `staging`: filled beside the old ones and swapped in one transaction.

A source's tables and the row that says what they hold (SourceLoad) change together or not at all. An interrupted load leaves
nothing behind, and the same edition read by the same code is not loaded twice.
"""

import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db import connection, transaction
from psycopg import sql

from geo.errors import Place, SourceError
from geo.models import SourceLoad
from geo.releases.copying import copy_rows

if TYPE_CHECKING:
    from geo.sources.fetch import Located
    from geo.sources.tables import SourceTables

SCHEMA = "staging"

# 63 bytes is PostgreSQL's limit, less the suffix under which a table is filled.
_NAME = re.compile(r"^[a-z0-9][a-z0-9_]{0,55}$")
_FILLING = "__new"


def load_tables(
    source_tables: "SourceTables", *, located: "Located", adapter: str = "", provenance: Mapping[str, object] | None = None
) -> SourceLoad:
    """Put the tables of one source in place of its old ones and make their SourceLoad the current one, in one transaction.

    adapter: digest of the code that read the file; the same edition and adapter again is a no-op and gives the current row.
    Raises ValueError for a table or column name, or a column type, that staging does not know; then nothing has changed.
    """
    slug = source_tables.slug
    if (current := loaded_edition(slug, sha256=located.sha256, adapter=adapter)) is not None:
        return current
    started = time.perf_counter()
    _check_names(slug, source_tables.tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        rows_out = {name: _fill(cursor, name, table) for name, table in source_tables.tables.items()}
        previous = SourceLoad.objects.select_for_update().filter(slug=slug, is_current=True).first()
        for name in (previous.rows_out if previous else {}) | rows_out:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(SCHEMA, name)))
        for name in rows_out:
            filled, final = sql.Identifier(SCHEMA, name + _FILLING), sql.Identifier(name)
            cursor.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(filled, final))
        SourceLoad.objects.filter(slug=slug, is_current=True).update(is_current=False)
        return SourceLoad.objects.create(
            slug=slug,
            sha256=located.sha256,
            origin=located.origin,
            state="stand_in" if located.origin == "stand_in" else "loaded",
            is_current=True,
            seconds=round(time.perf_counter() - started, 3),
            rows_in=source_tables.rows_in,
            rows_out=rows_out,
            rejected=dict(source_tables.rejected),
            provenance={**(provenance or {}), "adapter": adapter},
        )


def loaded_edition(slug: str, *, sha256: str, adapter: str = "") -> SourceLoad | None:
    """The current load of a source if it is of this very edition, read by this code, and its tables are there; else None."""
    current = SourceLoad.objects.filter(slug=slug, is_current=True, sha256=sha256, provenance__adapter=adapter).first()
    if current is None or any(not has_table(name) for name in current.rows_out):
        return None
    return current


def record_failure(slug: str, error: Exception, *, sha256: str = "", origin: str = "") -> SourceLoad:
    """Note that a source could not be used, and where its fault stands. Its current load, if any, stays current."""
    place = error.as_dict() if isinstance(error, SourceError) else SourceError("not_a_table", Place(slug, found=str(error))).as_dict()
    state = "absent" if place["fault"] == "not_found" else "failed"
    return SourceLoad.objects.create(slug=slug, sha256=sha256, origin=origin, state=state, error={**place, "message": str(error)})


def has_table(name: str) -> bool:
    """Whether staging holds a table of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'{SCHEMA}."{name}"'])
        return bool(cursor.fetchone()[0])


def _check_names(slug: str, tables: Mapping[str, pa.Table]) -> None:
    """Every name is plain and every table begins with its source's name, so that no source can touch another's."""
    stem = slug.replace("-", "_")
    for name, table in tables.items():
        if not _NAME.match(name) or not (name == stem or name.startswith(stem + "_")):
            raise ValueError(f"{slug}: a staging table is called {stem} or {stem}_..., not {name!r}")
        for column in table.column_names:
            if not _NAME.match(column):
                raise ValueError(f"{slug}: {column!r} in {name} is no name for a column")


def _fill(cursor: Any, name: str, table: pa.Table) -> int:
    """Make staging.<name>__new from the table's schema and copy the rows; gives their number."""
    columns = [sql.SQL("{} {}").format(sql.Identifier(f.name), sql.SQL(_sql_type(f, name))) for f in table.schema]
    new = name + _FILLING
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(SCHEMA, new)))
    create = sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(SCHEMA, new), sql.SQL(", ").join(columns))
    cursor.execute(create)
    return copy_rows(cursor, new, {column: table[column] for column in table.column_names}, schema=SCHEMA, is_new=True)


def _sql_type(field: pa.Field, table: str) -> str:
    """PostgreSQL's type for an Arrow column; raises ValueError for one that staging does not keep."""
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_list(kind):
        found = [f"{name}[]" for matches, name in _ELEMENT_TYPES if matches(kind.value_type)]
    else:
        found = [name for matches, name in _SQL_TYPES if matches(kind)]
    if found:
        return found[0]
    raise ValueError(f"{table}.{field.name}: no staging type for {field.type}")


_SQL_TYPES = (
    (pa.types.is_string, "text"),
    (pa.types.is_large_string, "text"),
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int8, "smallint"),
    (pa.types.is_int16, "smallint"),
    (pa.types.is_int32, "integer"),
    (pa.types.is_int64, "bigint"),
    (pa.types.is_float32, "real"),
    (pa.types.is_float64, "double precision"),
    (pa.types.is_date, "date"),
    (pa.types.is_binary, "bytea"),
    (pa.types.is_large_binary, "bytea"),
)
_ELEMENT_TYPES = ((pa.types.is_floating, "real"), (pa.types.is_int32, "integer"))
