"""Where numbers of persons might have got to: every column of the database, and every file of the data folder outside the secure side."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, transaction
from psycopg import sql

from geo.linkage.layouts import layouts
from geo.operations.identifiers import LEAST, MOST, Seeker, Whole, known_numbers
from geo.operations.synthesising import SECURE
from geo.sqlfiles import statement

# Folders of the data folder that are not looked into: the secure side, and PostgreSQL's own files, whose rows are read by SQL.
LEFT_OUT = (SECURE, "pg")
# Types that cannot hold a ten-digit number, and shapes.
_NONE = ("bool", "int2", "int4", "oid", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "box2d", "box3d",
         "geometry", "geography", "raster")  # fmt: skip
_NUMBERS = ("int8", "float4", "float8", "numeric")
# What a text must hold to be fetched; PostgreSQL looks for less than the seeker does.
_PATTERN = "9[0-9]{2}.{0,6}[0-9]{3}.{0,6}[0-9]{4}"
_NUMBER = "SELECT {column}::float8 FROM {table} WHERE {column} BETWEEN %s AND %s"
_TEXT = "SELECT {column}::text FROM {table} WHERE {column}::text ~ %s"
_BYTES = "SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
_QUERIES: Mapping[str, tuple[str, tuple[int | str, ...]]] = {"bytea": (_BYTES, ()), **dict.fromkeys(_NUMBERS, (_NUMBER, (LEAST, MOST)))}
_TEXT_QUERY: tuple[str, tuple[int | str, ...]] = (_TEXT, (_PATTERN,))
_ROWS = 500


def numbers_of_worlds(data: Path) -> Whole:
    """The NHS numbers in the extracts of all worlds below the data folder."""
    texts: set[str] = set()
    for name, layout in layouts().items():
        columns = [each.name for each in layout.columns if each.type == "nhs_number"]
        for path in sorted((data / SECURE).glob(f"*/extracts/{name}.parquet")) if columns else ():
            table = pq.read_table(path, columns=columns)
            texts.update(*(table[column].unique().drop_null().to_pylist() for column in columns))
    return known_numbers(texts)


def search_folder(seeker: Seeker, folder: Path, *, left_out: Sequence[str] = LEFT_OUT) -> int:
    """Search names and content of all files of a folder, but for the folders in it that are left out; how many. No link is followed."""
    files = 0
    for root, folders, names in os.walk(folder):
        if Path(root) == folder:
            folders[:] = [name for name in folders if name not in left_out]
        for path in (Path(root) / name for name in sorted(names)):
            if path.is_symlink() or not path.is_file():
                continue
            files += 1
            seeker.in_text(f"{path} name", path.name)
            try:
                seeker.in_content(str(path), path.read_bytes())
            except OSError:
                seeker.unread.append(str(path))
    return files


def search_database(seeker: Seeker) -> int:
    """Search every column of every table, of whatever schema; how many columns. Shapes are left out."""
    with connection.cursor() as cursor:
        cursor.execute(statement("operations/columns_of_tables"))
        columns = cursor.fetchall()
    for schema, table, column, kind in columns:
        if kind not in _NONE:
            names = {"table": sql.Identifier(schema, table), "column": sql.Identifier(column)}
            _search_column(seeker, f"{schema}.{table}.{column}", kind, names)
    return len(columns)


def _search_column(seeker: Seeker, place: str, kind: str, names: dict[str, sql.Identifier]) -> None:
    query, values = _QUERIES.get(kind, _TEXT_QUERY)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql.SQL(query).format(**names), values or None)
        while rows := cursor.fetchmany(_ROWS):
            _search_rows(seeker, place, kind, [row[0] for row in rows])


def _search_rows(seeker: Seeker, place: str, kind: str, values: list[object]) -> None:
    if kind in _NUMBERS:
        seeker.in_numbers(place, pa.array(values, pa.float64()))
        return
    for value in values:
        if isinstance(value, str):
            seeker.in_text(place, value)
        elif isinstance(value, bytes | memoryview):
            seeker.in_content(place, bytes(value))
