"""Areas into their table: ids stay with code and vintage, so that older releases go on speaking of the same rows."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from geo.codes import GEOGRAPHIES
from geo.releases.areas_rows import AreaRows
from geo.releases.copying import copy_rows
from geo.sqlfiles import statement


class AreaIds:
    """Row ids by geography and code."""

    def __init__(self, rows: Sequence[tuple[int, int, str]]) -> None:
        frame = pd.DataFrame(rows, columns=["geography", "id", "code"])
        by_number = {geography.id: slug for slug, geography in GEOGRAPHIES.items()}
        self._ids = {by_number[number]: pd.Series(part["id"].to_numpy(), index=part["code"]) for number, part in frame.groupby("geography")}

    def of(self, geography: str, codes: Sequence[str] | pd.Series | pd.Index) -> pd.Series:
        """The id of each code, null where the geography has no such area. Index 0..n-1."""
        known = self._ids.get(geography, pd.Series(dtype="int64"))
        return pd.Series(known.reindex(pd.Index(codes)).to_numpy(dtype=float)).astype("Int64")


def store_areas(cursor: Any, rows: Sequence[AreaRows]) -> AreaIds:
    """Bring the table of areas up to these rows, inside the caller's transaction, and give the ids.

    Areas that are in none of the rows keep their row, without number and shape, until `forget_areas`.
    """
    execute = cursor.execute
    execute(statement("releases/area_filling"))
    for part in rows:
        copy_rows(cursor, "area_filling", part.columns(), schema="pg_temp")
    execute("ANALYZE area_filling")
    execute(statement("releases/area_step_aside"))
    execute(statement("releases/area_put"))
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    # Whoever reads next would else meet a plan made for an empty table, and may wait for minutes.
    execute("ANALYZE geo_area")
    execute("SELECT geography_id, id, code FROM geo_area WHERE feature_id > 0 ORDER BY geography_id, feature_id")
    return AreaIds(cursor.fetchall())


def forget_areas(cursor: Any) -> int:
    """Delete areas that are in no source any more and of which no release speaks; gives how many went."""
    cursor.execute(statement("releases/area_forget"))
    gone = int(cursor.rowcount)
    cursor.execute("DROP TABLE area_filling")
    return gone
