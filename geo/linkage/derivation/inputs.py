"""What derivation reads: people under pseudonyms and events without identity, as linkage leaves them, and the areas that people live in."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from geo.errors import LinkageError, Place
from geo.linkage.engines import Engine
from geo.linkage.persons import EVENTS, PERSONS

AREAS_SCHEMA = pa.schema(
    [("lsoa21", pa.string()), ("msoa21", pa.string()), ("lad24", pa.string()), ("icb26", pa.string()), ("decile", pa.int64())]
)
NETWORKS_SCHEMA = pa.schema([("practice24", pa.string()), ("pcn24", pa.string())])
_NUMBERS = count()


@dataclass(frozen=True)
class Inputs:
    """The work folder of a world, the engine, and what is known of its areas.

    areas: a row a neighbourhood (AREAS_SCHEMA; decile of the Index of Multiple Deprivation 2025, 1 = most deprived). networks: the
    primary care network of each practice (NETWORKS_SCHEMA), None where it is not known. first, last: the days that records tell of.
    """

    engine: Engine
    work: Path
    areas: pa.Table
    first: date
    last: date
    networks: pa.Table | None = None

    def persons(self) -> Any:
        """The people of the register. Columns: those of geo/linkage/persons.py."""
        return self._read(PERSONS)

    def events(self, extract: str) -> Any:
        """The records of an extract with the person that each is linked to (null: nobody)."""
        return self._read(f"{EVENTS}/{extract}.parquet")

    def has(self, extract: str) -> bool:
        """Whether there are records of this extract."""
        return (self.work / EVENTS / f"{extract}.parquet").exists()

    def files(self) -> dict[str, Path]:
        """The files that there are, by name."""
        events = {f"{EVENTS}/{path.stem}": path for path in sorted((self.work / EVENTS).glob("*.parquet"))}
        return {"persons": self.work / PERSONS} | events

    def _read(self, name: str) -> Any:
        path = self.work / name
        if not path.exists():
            raise LinkageError("not_found", Place(name, found="no file", expected="what linkage leaves in the work folder"))
        return self.engine.read(path)


def keep(engine: Engine, table: Any) -> Any:
    """The table computed once, to be read several times: a Parquet file in the scratch folder of the engine; on Spark a cached frame."""
    if engine.name == "spark":
        return engine.store(f"kept_{next(_NUMBERS)}", table)
    return engine.read(kept_at(engine, table))


def kept_at(engine: Engine, table: Any) -> Path:
    """Where the table stands that was computed once, for engines beside this one to read. Not for Spark."""
    path = engine.scratch / f"kept_{next(_NUMBERS)}.parquet"
    engine.backend.to_parquet(table, path)
    return path


def fetched(engine: Engine, table: Any) -> pl.DataFrame:
    """What an engine computed, alike from all: texts, days, and whole numbers of 64 bits. For results that are small beside the records."""
    if engine.name == "spark":
        # Through a file, for Spark would hand rows over by way of pandas, which makes broken numbers of whole ones where any is missing.
        path = engine.scratch / f"fetched_{next(_NUMBERS)}.parquet"
        engine.write(table, path, order=tuple(table.columns[:1]))
        frame = pl.read_parquet(path)
    else:
        frame = pl.DataFrame(engine.fetch(table))
    return frame.with_columns(pl.col(name).cast(pl.Int64) for name, kind in frame.schema.items() if kind.is_numeric())
