"""Staged tables for the making of areas, as data frames; a table that is not staged is an empty frame.

Nothing here fails because a source is absent: what cannot be made without it is left out, and the report of the build says so.
"""

from collections.abc import Sequence
from functools import cache

import pandas as pd
from django.db import connection

from geo.releases.staging import has_table
from geo.releases.tables import read_staging
from geo.sqlfiles import statement


class Staged:
    """Reads staged tables once; `absent` names those that were asked for and are not there."""

    def __init__(self) -> None:
        self.absent: set[str] = set()
        self._read = cache(self._read_columns)

    def table(self, name: str, *columns: str) -> pd.DataFrame:
        """These columns of staging.<name>, in the order of the file; no rows where the table is absent."""
        return self._read(name, columns)

    def pairs(self, name: str, key: str, value: str) -> pd.Series:
        """value by key, the first where a key has several; empty where the table is absent."""
        frame = self.table(name, key, value).dropna().drop_duplicates(key)
        return pd.Series(frame[value].to_numpy(), index=frame[key].to_numpy(), dtype=object)

    def first(self, choices: Sequence[tuple[str, str, str]]) -> pd.Series:
        """`pairs` of the first of these (table, key, value) that is staged."""
        for name, key, value in choices:
            if has_table(name):
                return self.pairs(name, key, value)
        self.absent.update(name for name, _, _ in choices)
        return pd.Series([], dtype=object)

    def _read_columns(self, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
        if not has_table(name):
            self.absent.add(name)
            return pd.DataFrame({column: pd.Series([], dtype=object) for column in columns})
        return read_staging(name, columns).to_pandas()


def tables_with(column: str) -> list[str]:
    """Staged tables that have this column, in order of name."""
    with connection.cursor() as cursor:
        cursor.execute(statement("releases/staged_tables_with"), [column])
        return [name for (name,) in cursor.fetchall()]
