"""Columns of values as byte strings in the layout of PostgreSQL's binary COPY.

A field is a four-byte length (-1 = null) and the value in network byte order. Neighbouring fixed-width columns without nulls, or of
nothing else, are laid out together as one block of structured rows, so a table of plain numbers costs one pass.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Bytes = bytes | memoryview

# Days between Arrow's epoch (1970) and PostgreSQL's (2000).
_DAYS_TO_2000 = 10_957
_NULL_FIELD = pa.scalar(b"\xff\xff\xff\xff", pa.binary())
# PostgreSQL's numbers of the types that stand in arrays.
_ELEMENT_TYPES = {pa.float32(): 700, pa.int32(): 23}

_WIRE = {
    pa.int16(): ">i2",
    pa.int32(): ">i4",
    pa.int64(): ">i8",
    pa.float32(): ">f4",
    pa.float64(): ">f8",
    pa.bool_(): "u1",
    pa.date32(): ">i4",
}


def as_arrow(values: object, kind: pa.DataType, *, label: str) -> pa.Array:
    """The values as one Arrow array of this type; NaN and masked become null. Raises ValueError naming the column otherwise."""
    try:
        if isinstance(values, np.ma.MaskedArray):
            array = pa.array(values.filled(_filler(values.dtype)), mask=np.ma.getmaskarray(values), from_pandas=True)
        elif isinstance(values, np.ndarray):
            array = pa.array(values, from_pandas=True)
        elif isinstance(values, pa.ChunkedArray):
            array = values.combine_chunks() if values.num_chunks != 1 else values.chunk(0)
        elif isinstance(values, pa.Array):
            array = values
        else:
            array = pa.array(values, type=kind)
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        return array if array.type == kind else array.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"{label}: {error}") from error


def jsonb(values: Sequence[object]) -> pa.Array:
    """Values as PostgreSQL reads jsonb: a version byte, then the text; None inside is JSON's null."""
    return pa.array([b"\x01" + json.dumps(value, ensure_ascii=False).encode() for value in values], pa.binary())


def field_parts(columns: Sequence[pa.Array], *, before: NDArray[np.generic]) -> list[pa.Array]:
    """Arrays of byte strings that, joined element by element, are the rows. `before` (fixed width) opens each row."""
    parts: list[pa.Array] = []
    block: list[NDArray[np.generic]] = [before]
    for column in columns:
        if column.null_count == len(column):
            block.append(np.full(len(column), -1, ">i4"))
            continue
        if column.type in _WIRE and not column.null_count:
            block += _fixed_field(column)
            continue
        if column.type in _WIRE:
            parts += [_packed(block)] if block else []
            parts.append(pc.if_else(column.is_valid(), _packed(_fixed_field(column)), _NULL_FIELD))
            block = []
            continue
        body = _array_bodies(column) if pa.types.is_list(column.type) else column.cast(pa.binary())
        parts += [_packed([*block, _lengths(body)]), body]
        block = []
    return parts + ([_packed(block)] if block else [])


def _filler(kind: np.dtype[Any]) -> str | bytes | int:
    """What stands under a mask while the array is turned over: anything of the type."""
    return "" if kind.kind in "UO" else b"" if kind.kind == "S" else 0


def _fixed_field(column: pa.Array) -> list[NDArray[np.generic]]:
    """Length and value of a fixed-width column; anything stands where it is null."""
    kind = np.dtype(_WIRE[column.type])
    if pa.types.is_boolean(column.type):
        values = column.fill_null(False).to_numpy(zero_copy_only=False)
    elif pa.types.is_date32(column.type):
        values = column.cast(pa.int32()).fill_null(_DAYS_TO_2000).to_numpy() - _DAYS_TO_2000
    else:
        values = column.fill_null(0).to_numpy()
    return [np.full(len(column), kind.itemsize, ">i4"), values.astype(kind)]


def _lengths(body: pa.Array) -> NDArray[np.generic]:
    """Lengths of byte strings as a field's first four bytes; -1 where null."""
    return pc.binary_length(body).fill_null(-1).to_numpy(zero_copy_only=False).astype(">i4")


def _packed(block: Sequence[NDArray[np.generic]]) -> pa.Array:
    """Fixed-width arrays side by side, a row each, as Arrow byte strings."""
    kind = np.dtype([(f"f{i}", part.dtype) for i, part in enumerate(block)])
    rows = np.empty(len(block[0]), kind)
    for i, part in enumerate(block):
        rows[f"f{i}"] = part
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * np.int32(kind.itemsize)
    return pa.Array.from_buffers(pa.binary(), len(rows), [None, pa.py_buffer(offsets), pa.py_buffer(rows)])


def _array_bodies(column: pa.Array) -> pa.Array:
    """real[] or integer[] of one dimension: dimensions, null flag, element type, length, first index, then each element as a field."""
    flat = column.flatten()
    kind = _ELEMENT_TYPES[flat.type]
    elements = _packed(_fixed_field(flat))
    if flat.null_count:
        elements = pc.if_else(flat.is_valid(), elements, _NULL_FIELD)
    offsets = np.zeros(len(column) + 1, np.int32)
    sizes = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    np.cumsum(sizes, out=offsets[1:])
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), elements), b"")
    head = np.empty((len(column), 5), ">i4")
    head[:] = (1, int(flat.null_count > 0), kind, 0, 1)
    head[:, 3] = sizes
    head[sizes == 0, :] = (0, 0, kind, 0, 0)
    dimensions = np.where(sizes == 0, 12, 20).astype(np.int32)
    heads = _cut(head, dimensions)
    bodies = pc.binary_join_element_wise(heads, joined, pa.scalar(b"", pa.binary()))
    return pc.if_else(column.is_valid(), bodies, pa.scalar(None, pa.binary()))


def _cut(rows: NDArray[np.generic], lengths: NDArray[np.int32]) -> pa.Array:
    """The first `lengths` bytes of each row: an empty array's head has no dimension."""
    width = rows.shape[1] * rows.itemsize
    keep = np.arange(width) < lengths[:, None]
    offsets = np.zeros(len(rows) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    content = rows.view(np.uint8).reshape(len(rows), width)[keep]
    return pa.Array.from_buffers(pa.binary(), len(rows), [None, pa.py_buffer(offsets), pa.py_buffer(content)])
