"""Loading against raw COPY: our checked, encoding COPY of observations and of text, over COPY of the same bytes made beforehand.

Prints a Markdown table. Rounds of the two take turns in one run, so that only their ratio is to be read. Target: >= 0.70.
"""

import os
import statistics
import time
from collections.abc import Callable, Mapping

import django
import numpy as np
import pyarrow as pa

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from psycopg import sql  # noqa: E402

from geo.releases import copying  # noqa: E402
from geo.releases.columns import as_arrow  # noqa: E402

ROUNDS = int(os.environ.get("HIID_BENCH_ROUNDS", "5"))
# HIID_BENCH_ROWS=10000000 measures a release of ten million figures.
OBSERVATIONS = int(os.environ.get("HIID_BENCH_ROWS", "1000000"))
NAMES = 300_000
MASKED_SHARE = 0.3


def observations() -> dict[str, copying.Column]:
    """Rows like those of a release: keys, counts, a value, limits of which some are absent, statuses."""
    random = np.random.default_rng(20260401)
    absent = random.random(OBSERVATIONS) < MASKED_SHARE
    value = random.random(OBSERVATIONS)
    return {
        "indicator_id": np.repeat(np.arange(40, dtype=np.int32), OBSERVATIONS // 40),
        "area_id": np.arange(OBSERVATIONS, dtype=np.int32),
        "numerator": random.integers(0, 900, OBSERVATIONS).astype(float),
        "denominator": random.integers(900, 9000, OBSERVATIONS).astype(float),
        "value": value,
        "lower": np.ma.array(value - 0.01, mask=absent),
        "upper": np.ma.array(value + 0.01, mask=absent),
        "status": np.zeros(OBSERVATIONS, dtype=np.int16),
        "is_reliable": random.random(OBSERVATIONS) < MASKED_SHARE,
    }


def names() -> dict[str, copying.Column]:
    """Rows of text, like look-ups: a code, a name, another code."""
    return {
        "code": pa.array([f"E0{i:07d}" for i in range(NAMES)]),
        "name": pa.array([f"Made-up district {i % 317:03d}{chr(65 + i % 26)}" for i in range(NAMES)]),
        "parent_code": pa.array([f"E0{i % 6000:07d}" for i in range(NAMES)]),
    }


COLUMNS = {
    "observations": "indicator_id int, area_id int, numerator float8, denominator float8, value float8, lower float8, upper float8, "
    "status smallint, is_reliable boolean",
    "text": "code text, name text, parent_code text",
}


def compare(title: str, arrays: Mapping[str, copying.Column]) -> str:
    """One row of the table: seconds of each way and their ratio, medians over the rounds."""
    table = f"bench_{title}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {table} ({COLUMNS[title]})")
        ready = _encoded(cursor, table, arrays)
        ours, raw = [], []
        for _ in range(ROUNDS):
            ours.append(_timed(cursor, table, lambda: copying.copy_rows(cursor, table, arrays, schema="pg_temp")))
            raw.append(_timed(cursor, table, lambda: _raw_copy(cursor, table, list(arrays), ready)))
        transaction.set_rollback(True)
    ratio = statistics.median(b / a for a, b in zip(ours, raw, strict=True))
    rows = len(next(iter(arrays.values())))
    return f"| {title} | {rows:,} | {statistics.median(ours):.2f} | {statistics.median(raw):.2f} | {ratio:.2f} |"


def _timed(cursor: object, table: str, work: Callable[[], object]) -> float:
    cursor.execute(f"TRUNCATE {table}")
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _encoded(cursor: object, table: str, arrays: Mapping[str, copying.Column]) -> bytes:
    types = copying.column_types(cursor, sql.Identifier("pg_temp", table))
    return b"".join(bytes(part) for part in copying.encode([as_arrow(v, types[k], label=k) for k, v in arrays.items()]))


def _raw_copy(cursor: object, table: str, columns: list[str], ready: bytes) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier("pg_temp", table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.cursor.copy(statement) as copy:
        copy.write(ready)


if __name__ == "__main__":
    print("| rows of | rows | our COPY, s | raw COPY of ready bytes, s | raw / ours |\n|---|---|---|---|---|")
    print(compare("observations", observations()))
    print(compare("text", names()))
