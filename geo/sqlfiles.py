"""SQL that lives in files: functions and views put in place after migrating, and statements read by name.

Functions and views: one object a file in geo/sql/functions and geo/sql/views, CREATE OR REPLACE, applied in name order.
Statements: geo/sql/<room>/<name>.sql, read by `statement("room/name")` and run with bound values only.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.db import connections

SQL = Path(__file__).parent / "sql"
OBJECT_FOLDERS = ("functions", "views")


@cache
def statement(name: str) -> str:
    """The text of geo/sql/<name>.sql. Raises FileNotFoundError for a name that is not there."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def object_files() -> list[Path]:
    """Files that define a database object, in the order in which they are applied."""
    return [path for folder in OBJECT_FOLDERS for path in sorted((SQL / folder).glob("*.sql"))]


def file_hash(path: Path) -> str:
    """The first 16 hexadecimal digits of the file's sha256; kept in the object's comment."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def apply_sql_files(using: str = "default") -> None:
    """Create or replace every object, and comment a function with its file's hash so that a check can compare them."""
    with connections[using].cursor() as cursor:
        for path in object_files():
            cursor.execute(path.read_text(encoding="utf-8"))
            kind = "FUNCTION" if path.parent.name == "functions" else "VIEW"
            cursor.execute(f"COMMENT ON {kind} {path.stem} IS 'sha256 {file_hash(path)}'")
