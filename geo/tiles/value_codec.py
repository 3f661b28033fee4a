"""How one slice of values is written as columns: Arrow IPC, scaled whole numbers, in feature-id order.

Main file: `value` (uint16, or uint32 where that is too small; null where there is no value) and `flags` (uint8, geo.statuses.pack).
Limits file: `lower`, `upper` (scaled likewise; null where there are none), `rank` (uint32, null where not ranked), `reason` (uint8).
A number is offset + scale x stored, and scale is the last decimal place that people are shown, so a file says what the page says.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.statuses import Basis, Comparison, Reason, Status, word

Floats = NDArray[np.float64]

MAIN = "main"
LIMITS = "limits"
KINDS = (MAIN, LIMITS)

# Decimals of a value where its definition does not say: enough for any rate or score that is shown.
DEFAULT_DECIMALS = 1
# A proportion is shown as a percentage: its decimals stand two places further right.
PERCENT_PLACES = 2

_LARGEST_UINT16 = 2**16 - 1
_LARGEST_UINT32 = 2**32 - 1


@dataclass(frozen=True)
class About:
    """What a file's metadata names. decimals: places that people are shown (of the percentage, where unit is proportion)."""

    tileset: str
    tileset_version: str
    release: str
    indicator: str
    period: str
    stratum: str
    unit: str
    decimals: int
    is_synthetic: bool


@dataclass(frozen=True)
class MainColumns:
    """Main file, shape (n,) each: values in the indicator's unit (NaN = none), and the packed byte of statuses."""

    value: Floats
    flags: NDArray[np.uint8]


@dataclass(frozen=True)
class LimitsColumns:
    """Limits file, shape (n,) each: 95 % limits (NaN = none), rank (0 = not ranked), reason (geo.statuses.Reason)."""

    lower: Floats
    upper: Floats
    rank: NDArray[np.uint32]
    reason: NDArray[np.uint8]


def step_of(unit: str, decimals: int) -> float:
    """The smallest difference between two stored numbers: the last decimal place shown."""
    return float(f"1e-{decimals + (PERCENT_PLACES if unit == 'proportion' else 0)}")


def encode_main(columns: MainColumns, about: About) -> bytes:
    """The main file, not yet packed. Raises ValueError for an infinite value."""
    scaled = _scaled([columns.value], step_of(about.unit, about.decimals))
    return _stream({"value": scaled.columns[0], "flags": pa.array(columns.flags)}, about, scaled)


def encode_limits(columns: LimitsColumns, about: About) -> bytes:
    """The limits file, not yet packed. Raises ValueError for an infinite limit."""
    scaled = _scaled([columns.lower, columns.upper], step_of(about.unit, about.decimals))
    arrays = {
        "lower": scaled.columns[0],
        "upper": scaled.columns[1],
        "rank": pa.array(columns.rank, mask=columns.rank == 0),
        "reason": pa.array(columns.reason),
    }
    return _stream(arrays, about, scaled)


def decode(content: bytes) -> tuple[dict[str, str], dict[str, list[float | int | None]]]:
    """Metadata and columns of a file, numbers turned back to the indicator's unit, None where there is none."""
    table = pa.ipc.open_stream(content).read_all()
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    offset, scale = float(metadata["offset"]), float(metadata["scale"])
    places = max(0, -math.floor(math.log10(scale)))
    columns: dict[str, list[float | int | None]] = {}
    for name in table.column_names:
        stored = table.column(name).to_pylist()
        if name in ("value", "lower", "upper"):
            stored = [None if each is None else round(offset + scale * each, places) for each in stored]
        columns[name] = stored
    return metadata, columns


def in_words(kind: str, metadata: Mapping[str, str], columns: Mapping[str, list[float | int | None]]) -> dict[str, object]:
    """The same file as plain lists and words, for readers without Arrow; position 0 is the area with id `first_id`."""
    document: dict[str, object] = {
        **metadata,
        "n": int(metadata["n"]),
        "first_id": int(metadata["first_id"]),
        "columns": [],
        "synthetic": metadata["synthetic"] == "true",
    }
    for scaling in ("scale", "offset"):
        del document[scaling]
    lists: dict[str, object]
    if kind == MAIN:
        flags = [int(flag or 0) for flag in columns["flags"]]
        lists = {
            "value": columns["value"],
            "status": [word(Status(flag & 7)) for flag in flags],
            "basis": [word(Basis(flag >> 3 & 1)) for flag in flags],
            "comparison": [word(Comparison(flag >> 4 & 7)) for flag in flags],
            "is_reliable": [bool(flag >> 7) for flag in flags],
        }
    else:
        reasons = [word(Reason(int(reason or 0))) for reason in columns["reason"]]
        lists = {"lower": columns["lower"], "upper": columns["upper"], "rank": columns["rank"], "reason": reasons}
    return {**document, "columns": list(lists), **lists}


@dataclass(frozen=True)
class _Scaled:
    columns: list[pa.Array]
    offset: float
    scale: float


def _scaled(columns: list[Floats], step: float) -> _Scaled:
    """Columns as whole numbers over one offset and scale. The step is coarsened only where even 32 bits would not hold the range."""
    joined = np.concatenate(columns)
    if np.isinf(joined).any():
        raise ValueError("a value file cannot hold an infinite number")
    present = joined[~np.isnan(joined)]
    lowest, highest = (float(present.min()), float(present.max())) if present.size else (0.0, 0.0)
    while (highest - lowest) / step > _LARGEST_UINT32 - 1:
        step *= 10
    first = math.floor(round(lowest / step, 6))
    largest = round(highest / step) - first
    kind = np.uint16 if largest <= _LARGEST_UINT16 else np.uint32
    arrays = []
    for column in columns:
        missing = np.isnan(column)
        whole = np.rint(np.where(missing, 0.0, column) / step) - first
        arrays.append(pa.array(np.where(missing, 0, whole).astype(kind), mask=missing))
    return _Scaled(columns=arrays, offset=float(f"{first * step:.12g}"), scale=step)


def _stream(arrays: Mapping[str, pa.Array], about: About, scaled: _Scaled) -> bytes:
    metadata = {
        "tileset": about.tileset,
        "tileset_version": about.tileset_version,
        "first_id": "1",
        "n": str(len(next(iter(arrays.values())))),
        "scale": repr(scaled.scale),
        "offset": repr(scaled.offset),
        "unit": about.unit,
        "release": about.release,
        "indicator": about.indicator,
        "period": about.period,
        "stratum": about.stratum,
        "columns": ",".join(arrays),
        "synthetic": "true" if about.is_synthetic else "false",
    }
    batch = pa.record_batch(list(arrays.values()), names=list(arrays))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema.with_metadata(metadata)) as writer:
        writer.write_batch(batch.replace_schema_metadata(metadata))
    return bytes(sink.getvalue())
