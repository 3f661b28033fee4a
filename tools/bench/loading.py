"""Loading against raw COPY: our checked, encoding COPY of observations and of text, over COPY of the same bytes made beforehand.

The rows of a release go the whole way: as sheets, with digest, sums and classes, into a partition like those of builds; beside it how long
sums, indexes and attachment take after that. Rounds of the two take turns in one run, so that only their ratio is to be read. Where other
work waits for the same cores the clock tells how that was shared out: then read the ratio of computing, client and server together.
Target: >= 0.70. Everything is rolled back.
"""

import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import django
import numpy as np
import pyarrow as pa

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from psycopg import sql  # noqa: E402

from geo.models import Indicator, Release  # noqa: E402
from geo.releases import copying, store  # noqa: E402
from geo.releases.columns import as_arrow  # noqa: E402
from geo.releases.definitions import load_definitions  # noqa: E402
from geo.releases.figures import Key, Sheet  # noqa: E402
from geo.releases.frame import Frame  # noqa: E402
from geo.releases.store import ObservationWriter  # noqa: E402

ROUNDS = int(os.environ.get("HIID_BENCH_ROUNDS", "5"))
# HIID_BENCH_ROWS=10000000 measures a release of ten million figures.
OBSERVATIONS = int(os.environ.get("HIID_BENCH_ROWS", "1000000"))
NAMES = 300_000
MASKED_SHARE = 0.3
GEOGRAPHY = "lsoa21"
# Seconds by the clock, seconds of computing.
Spent: TypeAlias = tuple[float, float]


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

        def raw() -> None:
            cursor.execute(f"TRUNCATE {table}")
            _raw_copy(cursor, table, list(arrays), [ready])

        def ours() -> None:
            cursor.execute(f"TRUNCATE {table}")
            copying.copy_rows(cursor, table, arrays, schema="pg_temp")

        taken = _in_turns(cursor, ours, raw)
        transaction.set_rollback(True)
    return _row(title, len(next(iter(arrays.values()))), taken)


def release() -> str:
    """The same for a release: sheets of all neighbourhoods through the writer of builds, against ready bytes into an empty partition."""
    with transaction.atomic(), connection.cursor() as cursor:
        made, frame = Release(pk=2**31 - 1), Frame()
        definition = next(each for each in load_definitions().values() if each.unit == "proportion")
        indicator = Indicator.objects.get(slug=definition.slug)
        sheet = _sheet(definition.slug, frame.size(GEOGRAPHY))
        sheets = max(1, OBSERVATIONS // len(sheet))
        writer: list[ObservationWriter] = []

        def ours() -> None:
            writer[:] = [ObservationWriter(made, frame, {definition.slug: indicator}, {definition.slug: definition})]
            writer[0].begin()
            # One key suffices, for no index is made here.
            for number in range(sheets):
                writer[0].add(replace(sheet, value=sheet.value + number * 1e-6))
            writer[0]._send()

        ready: dict[str, np.ndarray] = {}
        send = store.copy_rows
        store.copy_rows = lambda _cursor, _table, arrays, **_how: ready.update(arrays) or len(arrays["value"])
        first = ObservationWriter(made, frame, {definition.slug: indicator}, {definition.slug: definition})
        first.begin()
        first.add(sheet)
        first._send()
        store.copy_rows = send
        table = store.partition_name(made)
        types = copying.column_types(cursor, sql.Identifier("public", table))
        rows = copying.encode_batch([as_arrow(v, types[k], label=k) for k, v in ready.items()])

        def raw() -> None:
            first.begin()
            _raw_copy(cursor, table, list(ready), [copying._HEADER, *[rows] * sheets, copying._TRAILER], schema="public", is_new=True)

        taken = _in_turns(cursor, ours, raw)
        ours()
        after = _spent(cursor, writer[0]._check_sums)[0]
        transaction.set_rollback(True)
    return _row("a release", sheets * len(sheet), taken) + f"\n\nSums of all its rows checked in the database: {after:.2f} s."


def _sheet(slug: str, size: int) -> Sheet:
    random = np.random.default_rng(20260401)
    value, words = random.random(size), np.ones(size, dtype=np.int16)
    absent = random.random(size) < MASKED_SHARE
    return Sheet(
        key=Key(slug, GEOGRAPHY, "2024-25"),
        numerator=random.integers(0, 900, size).astype(float),
        denominator=random.integers(900, 9000, size).astype(float),
        value=value,
        lower=np.where(absent, np.nan, value - 0.01),
        upper=np.where(absent, np.nan, value + 0.01),
        coverage=np.full(size, np.nan),
        status=words,
        basis=words,
        comparison=words,
        reason=words,
        is_reliable=~absent,
        is_omitted=np.zeros(size, dtype=np.bool_),
    )


def _in_turns(cursor: Any, ours: Callable[[], None], raw: Callable[[], None]) -> list[tuple[Spent, Spent]]:
    """Both ways, round by round, each first in every second one."""
    taken = []
    for number in range(ROUNDS):
        found = {way: _spent(cursor, way) for way in ((ours, raw) if number % 2 else (raw, ours))}
        taken.append((found[ours], found[raw]))
    return taken


def _spent(cursor: Any, work: Callable[[], object]) -> Spent:
    """Seconds by the clock, and of computing: of this process and of the server's for this connection, where it runs on this machine."""
    begin, busy = time.perf_counter(), time.process_time() + _of_server(cursor)
    work()
    return time.perf_counter() - begin, time.process_time() + _of_server(cursor) - busy


def _of_server(cursor: Any) -> float:
    cursor.execute("SELECT pg_backend_pid()")
    try:
        parts = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def _row(title: str, rows: int, taken: list[tuple[Spent, Spent]]) -> str:
    cells = []
    for part in (0, 1):
        ours, raw = (statistics.median(each[way][part] for each in taken) for way in (0, 1))
        ratio = statistics.median(each[1][part] / max(each[0][part], 1e-9) for each in taken)
        cells.append(f"{ours:.2f} | {raw:.2f} | {ratio:.2f}")
    return f"| {title} | {rows:,} | {' | '.join(cells)} |"


def _encoded(cursor: object, table: str, arrays: Mapping[str, copying.Column]) -> bytes:
    types = copying.column_types(cursor, sql.Identifier("pg_temp", table))
    return b"".join(bytes(part) for part in copying.encode([as_arrow(v, types[k], label=k) for k, v in arrays.items()]))


def _raw_copy(
    cursor: Any, table: str, columns: list[str], ready: list[copying.Bytes], *, schema: str = "pg_temp", is_new: bool = False
) -> None:
    """COPY of bytes that were made before."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary{})").format(
        sql.Identifier(schema, table), sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", FREEZE" if is_new else "")
    )
    with cursor.cursor.copy(statement) as copy:
        for part in ready:
            copy.write(part)


if __name__ == "__main__":
    print(
        "| rows of | rows | our COPY, s | raw COPY of ready bytes, s | raw / ours | our computing, s | raw computing, s | raw / ours |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    print(compare("observations", observations()))
    print(compare("text", names()))
    print(release())
