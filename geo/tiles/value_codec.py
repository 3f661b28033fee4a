"""How one slice of values is written as columns: Arrow IPC, scaled whole numbers, in feature-id order.

Main file: `value` (uint16, or uint32 where that is too small; null where there is no value) and `flags` (uint8, geo.statuses.pack).
Limits file: `lower`, `upper` (scaled likewise; null where there are none), `rank` (uint32, null where not ranked), `reason` (uint8).
Estimates file: what the engine thinks of each area; its columns are those of EstimateColumns, all of them null for an area without one.
A number is offset + scale x stored, and scale is the last decimal place that people are shown, so a file says what the page says.
Shares of the estimates (probabilities, 0-1) are `share_scale` x stored.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.statuses import FUNNELS, SPOTS, Basis, Comparison, Reason, Status, word

Floats = NDArray[np.float64]
Columns = Mapping[str, list[float | int | None]]

MAIN = "main"
LIMITS = "limits"
ESTIMATES = "estimates"
KINDS = (MAIN, LIMITS, ESTIMATES)

# Columns in the indicator's unit, and columns that are shares of 1.
IN_UNIT = ("value", "lower", "upper", "shrunken", "shrunken_lower", "shrunken_upper", "smoothed")
SHARES = ("exceedance", "reliability", "q")
# Thousandths: a probability is told in whole per cent, and its classes begin at 5 %.
SHARES_IN_ONE = 1_000

# Decimals of a value where its definition does not say: enough for any rate or score that is shown.
DEFAULT_DECIMALS = 1
# A proportion is shown as a percentage: its decimals stand two places further right.
PERCENT_PLACES = 2

# A share times a thousand may miss a whole number by the last bit.
_SLACK = 1e-9
_LARGEST_UINT16 = 2**16 - 1
_LARGEST_UINT32 = 2**32 - 1
# What ends a stream of Arrow messages: a message of no length.
_END_OF_STREAM = b"\xff\xff\xff\xff\0\0\0\0"


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


@dataclass(frozen=True)
class EstimateColumns:
    """Estimates file, shape (n,) each, as in the table of estimates: NaN where there is none.

    shrunken, its limits, smoothed: in the indicator's unit. exceedance, reliability, q: 0-1. spot: 1, 0, -1. in_window: 1, 0.
    funnel: 3, 2, 0, -2, -3.
    """

    shrunken: Floats
    shrunken_lower: Floats
    shrunken_upper: Floats
    smoothed: Floats
    exceedance: Floats
    reliability: Floats
    q: Floats
    spot: Floats
    in_window: Floats
    funnel: Floats


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


def encode_estimates(columns: EstimateColumns, about: About) -> bytes:
    """The estimates file, not yet packed. Raises ValueError for an infinite number."""
    names = tuple(name for name in IN_UNIT if hasattr(columns, name))
    scaled = _scaled([getattr(columns, name) for name in names], step_of(about.unit, about.decimals))
    arrays = dict(zip(names, scaled.columns, strict=True))
    for name in SHARES:
        share = getattr(columns, name)
        whole = (towards_half if name == "exceedance" else np.rint)(np.nan_to_num(share) * SHARES_IN_ONE)
        arrays[name] = pa.array(whole.astype(np.uint16), mask=np.isnan(share))
    for name in ("spot", "in_window", "funnel"):
        number = getattr(columns, name)
        arrays[name] = pa.array(np.nan_to_num(number).astype(np.int8), mask=np.isnan(number))
    return _stream(arrays, about, scaled, {"share_scale": repr(1 / SHARES_IN_ONE)})


def decode(content: bytes) -> tuple[dict[str, str], dict[str, list[float | int | None]]]:
    """Metadata and columns of a file, numbers turned back to the indicator's unit, None where there is none."""
    table = pa.ipc.open_stream(content).read_all()
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    offset, scale = float(metadata["offset"]), float(metadata["scale"])
    places = max(0, -math.floor(math.log10(scale)))
    columns: dict[str, list[float | int | None]] = {}
    for name in table.column_names:
        stored = table.column(name).to_pylist()
        if name in IN_UNIT:
            stored = [None if each is None else round(offset + scale * each, places) for each in stored]
        elif name in SHARES:
            stored = [None if each is None else each / SHARES_IN_ONE for each in stored]
        columns[name] = stored
    return metadata, columns


def in_words(kind: str, metadata: Mapping[str, str], columns: Columns) -> dict[str, object]:
    """The same file as plain lists and words, for readers without Arrow; position 0 is the area with id `first_id`."""
    document: dict[str, object] = {
        **metadata,
        "n": int(metadata["n"]),
        "first_id": int(metadata["first_id"]),
        "columns": [],
        "synthetic": metadata["synthetic"] == "true",
    }
    for scaling in ("scale", "offset", "share_scale"):
        document.pop(scaling, None)
    lists = {MAIN: _main_in_words, LIMITS: _limits_in_words, ESTIMATES: _estimates_in_words}[kind](columns)
    return {**document, "columns": list(lists), **lists}


def _main_in_words(columns: Columns) -> dict[str, object]:
    flags = [int(flag or 0) for flag in columns["flags"]]
    return {
        "value": columns["value"],
        "status": [word(Status(flag & 7)) for flag in flags],
        "basis": [word(Basis(flag >> 3 & 1)) for flag in flags],
        "comparison": [word(Comparison(flag >> 4 & 7)) for flag in flags],
        "is_reliable": [bool(flag >> 7) for flag in flags],
    }


def _limits_in_words(columns: Columns) -> dict[str, object]:
    reasons = [word(Reason(int(reason or 0))) for reason in columns["reason"]]
    return {"lower": columns["lower"], "upper": columns["upper"], "rank": columns["rank"], "reason": reasons}


def _estimates_in_words(columns: Columns) -> dict[str, object]:
    """As REST hotspots says it: spot and funnel are words, and not_tested where there is none."""
    return {
        **{name: columns[name] for name in (*IN_UNIT, *SHARES) if name in columns},
        "spot": [SPOTS[None if spot is None else int(spot)] for spot in columns["spot"]],
        "in_window": [None if inside is None else bool(inside) for inside in columns["in_window"]],
        "funnel": [FUNNELS[None if place is None else int(place)] for place in columns["funnel"]],
    }


def towards_half(thousandths: Floats) -> Floats:
    """Whole numbers, rounded towards a half of all: no probability is made surer than it is, so no class is reached by rounding."""
    return np.where(thousandths > SHARES_IN_ONE / 2, np.floor(thousandths + _SLACK), np.ceil(thousandths - _SLACK))


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


def _stream(arrays: Mapping[str, pa.Array], about: About, scaled: _Scaled, more: Mapping[str, str] | None = None) -> bytes:
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
        **(more or {}),
    }
    schema = pa.schema([(name, array.type) for name, array in arrays.items()], metadata=metadata)
    batch = pa.RecordBatch.from_arrays(list(arrays.values()), schema=schema)
    # Message by message: a writer takes twice as long for as little.
    return b"".join((schema.serialize(), batch.serialize(), _END_OF_STREAM))
