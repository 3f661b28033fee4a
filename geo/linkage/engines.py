"""The engine that validates, standardises and links by rules: DuckDB, Polars or Spark, all through the same Ibis expressions.

Spark is an extra (requirements/spark.txt) and is
imported only where it is chosen. Splink runs on DuckDB, or on Spark where that is the engine.
"""

import importlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from geo.cores import cores_at_hand
from geo.errors import InputError, LinkageError, Place
from geo.linkage.files import whole

ENGINES = ("duckdb", "polars", "spark")
ROW = "row"
# Files are written once and read once or twice, so compressing fast matters more than compressing well.
_COMPRESSION = "snappy"
# DuckDB spills to disk beyond this; the whole chain has 4 GB.
MEMORY = "2GB"
# At most; fewer where fewer cores are at hand.
THREADS = 2
# What names a cluster among the arguments that Spark itself takes from the environment.
_MASTER = "--master"


class Engine:
    """Tables on one engine. scratch: a folder for what does not fit into memory. memory: as DuckDB writes sizes."""

    def __init__(self, name: str, scratch: Path, *, threads: int = THREADS, memory: str = MEMORY) -> None:
        if name not in ENGINES:
            raise InputError(f"There is no engine {name!r}.", parameter="engine", found=name, valid=ENGINES)
        self.name, self.scratch, self.threads, self.memory = name, scratch, min(threads, cores_at_hand()), memory
        scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.backend: Any = _CONNECT[name](self)

    @property
    def lanes(self) -> int:
        """With how many engines beside each other (this is one of them) work goes on at once: one for each thread on DuckDB. Polars and
        Spark use all cores for one thing after another.
        """
        return self.threads if self.name == "duckdb" else 1

    def beside(self, name: str) -> "Engine":
        """Another engine for another thread, which shares threads and memory of this one, with a scratch folder of its own in this one's.
        For DuckDB alone. It must be closed before this one."""
        other = copy(self)
        other.scratch = self.scratch / name
        other.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        other.backend = _without_bars(ibis.duckdb.from_connection(self.backend.con.cursor()))
        return other

    def read(self, path: Path) -> Any:
        """The table of a Parquet file."""
        return self.backend.read_parquet(str(path))

    def read_numbered(self, path: Path) -> Any:
        """The table of a Parquet file with `row` besides, the number of each row from 0."""
        return _READ[self.name](self, path)

    def write(self, table: Any, path: Path, *, order: tuple[str, ...]) -> None:
        """Write a table as one Parquet file in this order of rows; whole or not at all. Raises LinkageError where it cannot."""
        ordered = table.order_by(list(order))
        with whole(path) as partial:
            _WRITE[self.name](self, ordered, partial)

    def store(self, name: str, table: Any) -> Any:
        """Compute a table once and keep it in this engine under a name that is not yet taken."""
        return _STORE[self.name](self, name, table)

    def fetch(self, table: Any) -> pa.Table:
        """A small result."""
        return self.backend.to_pyarrow(table)

    def close(self) -> None:
        """End the connection and remove what lies in the scratch folder."""
        self.backend.disconnect()
        shutil.rmtree(self.scratch, ignore_errors=True)


@contextmanager
def model_engine(engine: Engine) -> Iterator[Engine]:
    """The engine that a model runs on: Spark on Spark, else a DuckDB of its own, which ends with the block."""
    if engine.name == "spark":
        yield engine
        return
    own = Engine("duckdb", engine.scratch / "model", threads=engine.threads, memory=engine.memory)
    try:
        yield own
    finally:
        own.close()


def memory_table(columns: dict[str, Any], schema: pa.Schema) -> Any:
    """A small table of these columns, for any engine."""
    return ibis.memtable(pa.table(columns, schema=schema))


def _connect_duckdb(engine: Engine) -> Any:
    return _without_bars(ibis.duckdb.connect(threads=engine.threads, memory_limit=engine.memory, temp_directory=str(engine.scratch)))


def _without_bars(backend: Any) -> Any:
    """The same, silent: in a process begun anew DuckDB takes itself for a notebook and draws bars of progress."""
    backend.con.execute("SET enable_progress_bar = false")
    return backend


def _connect_polars(_: Engine) -> Any:
    return ibis.polars.connect()


def _connect_spark(engine: Engine) -> Any:
    try:
        sql = importlib.import_module("pyspark.sql")
    except ModuleNotFoundError as error:
        place = Place("requirements/spark.txt", found="no pyspark", expected="the extra of this name installed")
        raise LinkageError("no_engine", place) from error
    session = spark_session(sql.SparkSession.builder, engine)
    # Splink breaks long plans by checkpoints.
    session.sparkContext.setCheckpointDir(str(engine.scratch / "checkpoints"))
    return ibis.pyspark.connect(session)


def spark_session(builder: Any, engine: Engine) -> Any:
    """A session on this machine, or on the cluster whose master PYSPARK_SUBMIT_ARGS names. Times are those of UTC.

    On a cluster memory, cores, partitions and local disks are as Spark's own settings say; the work folder must be shared by its machines.
    """
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(engine.scratch / "warehouse"),
        "spark.ui.showConsoleProgress": "false",
    }
    if _MASTER not in os.environ.get("PYSPARK_SUBMIT_ARGS", ""):
        builder = builder.master(f"local[{engine.threads}]")
        settings |= {
            "spark.local.dir": str(engine.scratch),
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": str(2 * engine.threads),
            "spark.driver.memory": "3g",
        }
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _read_duckdb(engine: Engine, path: Path) -> Any:
    return engine.backend.read_parquet(path, file_row_number=True).rename({ROW: "file_row_number"})


def _read_polars(engine: Engine, path: Path) -> Any:
    table = engine.backend.read_parquet(path, row_index_name=ROW)
    return table.mutate(**{ROW: table[ROW].cast("int64")})


def _read_spark(engine: Engine, path: Path) -> Any:
    session = engine.backend._session
    frame = session.read.parquet(str(path)).selectExpr("*", "_metadata.row_index AS row")
    name = ibis.util.gen_name("extract")
    frame.createOrReplaceTempView(name)
    return engine.backend.table(name)


def _write_duckdb(engine: Engine, table: Any, path: Path) -> None:
    engine.backend.to_parquet(table, path, compression=_COMPRESSION)


def _write_polars(engine: Engine, table: Any, path: Path) -> None:
    engine.backend.compile(table).sink_parquet(path, compression=_COMPRESSION, maintain_order=True)


def _write_spark(engine: Engine, table: Any, path: Path) -> None:
    """Spark writes folders: one part, which becomes the file. An ordered frame is read in order into one part."""
    folder = path.with_name(path.name + ".parts")
    shutil.rmtree(folder, ignore_errors=True)
    _frame(engine, table).coalesce(1).write.parquet(str(folder))
    next(folder.glob("*.parquet")).rename(path)
    shutil.rmtree(folder)


def _frame(engine: Engine, table: Any) -> Any:
    engine.backend._run_pre_execute_hooks(table)
    return engine.backend._session.sql(engine.backend.compile(table))


def _store_table(engine: Engine, name: str, table: Any) -> Any:
    return engine.backend.create_table(name, table)


def _store_view(engine: Engine, name: str, table: Any) -> Any:
    frame = _frame(engine, table).cache()
    frame.createOrReplaceTempView(name)
    return engine.backend.table(name)


_CONNECT: dict[str, Callable[[Engine], Any]] = {"duckdb": _connect_duckdb, "polars": _connect_polars, "spark": _connect_spark}
_READ: dict[str, Callable[[Engine, Path], Any]] = {"duckdb": _read_duckdb, "polars": _read_polars, "spark": _read_spark}
_WRITE: dict[str, Callable[[Engine, Any, Path], None]] = {"duckdb": _write_duckdb, "polars": _write_polars, "spark": _write_spark}
# Linking by a model needs SQL, so Polars stores nothing.
_STORE: dict[str, Callable[[Engine, str, Any], Any]] = {"duckdb": _store_table, "spark": _store_view}
