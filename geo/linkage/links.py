"""The link table: for each record of each extract the person it is linked to, by which step, how sure, and in which fields they agree."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from geo.linkage.engines import ROW, Engine
from geo.linkage.files import whole
from geo.linkage.layouts import Layout
from geo.linkage.rules import AGREE, NONE, OWN, PERSON, STEP
from geo.linkage.standardise import ROW_ID

PROBABLE = "prob"
WEIGHT, MARGIN, MODEL_ID, RUN_ID, EXTRACT = "weight", "margin", "model_id", "run_id", "extract"
LINK_SCHEMA = pa.schema(
    [
        (EXTRACT, pa.string()), (ROW_ID, pa.string()), (PERSON, pa.int64()), (STEP, pa.string()), (WEIGHT, pa.float64()),
        (MARGIN, pa.float64()), *((name, pa.int8()) for name in AGREE.values()), (MODEL_ID, pa.string()), (RUN_ID, pa.string()),
    ]
)  # fmt: skip
_BATCH = 500_000


def merge(engine: Engine, by_rules: Path, scored: Path | None, layout: Layout, out: Path) -> None:
    """Write what rules and model say of each record of an extract, in order of row. scored: what the model wrote, where it was asked."""
    table = engine.read(by_rules)
    if scored is None:
        empty = {WEIGHT: ibis.null("float64"), MARGIN: ibis.null("float64"), MODEL_ID: ibis.null("string")}
        engine.write(table.mutate(**empty).select(*_MERGED), out, order=(ROW,))
        return
    proposed = engine.read(scored)
    proposed = proposed.filter(proposed[EXTRACT] == layout.name).drop(EXTRACT)
    theirs = proposed.rename({f"model_{name}": name for name in (ROW, PERSON, *AGREE.values())})
    joined = table.left_join(theirs, table[ROW] == theirs[f"model_{ROW}"])
    taken = joined[f"model_{PERSON}"].notnull()
    merged: dict[str, Any] = {name: ibis.coalesce(joined[name], joined[f"model_{name}"]) for name in (PERSON, *AGREE.values())}
    merged[STEP] = taken.ifelse(ibis.literal(PROBABLE), joined[STEP])
    engine.write(joined.mutate(**merged).select(*_MERGED), out, order=(ROW,))


def write_links(merged: Iterable[tuple[str, Path]], run_id: str, out: Path) -> None:
    """Write the link table from what merge wrote of each extract (name, file), one after the other."""
    with whole(out) as partial, pq.ParquetWriter(partial, LINK_SCHEMA, compression="zstd") as writer:
        for name, path in merged:
            for batch in pq.ParquetFile(path).iter_batches(_BATCH, columns=[n for n in LINK_SCHEMA.names if n not in (EXTRACT, RUN_ID)]):
                writer.write_table(_completed(pa.table(batch), name, run_id))


def counted(path: Path) -> dict[str, int]:
    """Records of an extract by step."""
    steps = pq.read_table(path, columns=[STEP])[STEP].value_counts().to_pylist()
    return {each["values"]: each["counts"] for each in sorted(steps, key=lambda each: each["values"])}


def _completed(table: pa.Table, name: str, run_id: str) -> pa.Table:
    fixed = {EXTRACT: name, RUN_ID: run_id}
    columns = [pa.repeat(fixed[n], len(table)) if n in fixed else table[n] for n in LINK_SCHEMA.names]
    return pa.table(columns, names=LINK_SCHEMA.names).cast(LINK_SCHEMA)


_MERGED = (ROW, ROW_ID, PERSON, STEP, WEIGHT, MARGIN, *AGREE.values(), MODEL_ID, OWN)

__all__ = ["EXTRACT", "LINK_SCHEMA", "MARGIN", "MODEL_ID", "NONE", "PROBABLE", "WEIGHT", "counted", "merge", "write_links"]
