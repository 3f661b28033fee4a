"""Columns of text from numbers, without a loop over rows: digits of a fixed width, entries of a list, days as dates."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.synthetic.streams import Whole

Flags = NDArray[np.bool_]
Places = NDArray[np.signedinteger]

# Keys of records are written in base nine: without the digit 9 none of them can hold a number from 900 000 0000 upwards.
KEY_BASE, KEY_DIGITS = 9, 12
KEYS = KEY_BASE**KEY_DIGITS
# Odd and not divisible by 3, so coprime to 9^12: multiplying by it only rearranges the keys.
_KEY_STRIDE = 174_524_173_631


def digits(values: Whole, *, width: int, base: int = 10, prefix: str = "", missing: Flags | None = None) -> pa.Array:
    """Whole numbers >= 0 as text of so many digits with leading zeros, after a prefix; null where missing. shape (n,)."""
    head = prefix.encode()
    written = np.empty((len(values), len(head) + width), dtype=np.uint8)
    written[:, : len(head)] = np.frombuffer(head, dtype=np.uint8)
    rest = np.asarray(values, dtype=np.int64)
    for place in range(len(head) + width - 1, len(head) - 1, -1):
        rest, written[:, place] = np.divmod(rest, base)
    written[:, len(head) :] += ord("0")
    offsets = np.arange(len(values) + 1, dtype=np.int64) * written.shape[1]
    buffers = [validity(missing), pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(written)]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def keys(values: Whole, *, prefix: str = "") -> pa.Array:
    """A key of twelve digits for each number (0 to below 9^12 - 1): other numbers, other keys, in no order that tells."""
    # The product would pass 63 bits, so the factor is taken in two parts.
    high, low = divmod(_KEY_STRIDE, KEY_BASE**6)
    numbers = np.asarray(values, dtype=np.int64) + 1  # 0 would stay 0
    part = (numbers * high) % KEYS
    scattered = (part * KEY_BASE**6 % KEYS + numbers * low % KEYS) % KEYS
    return digits(scattered, width=KEY_DIGITS, base=KEY_BASE, prefix=prefix)


def entries(listed: pa.Array | Sequence[str], places: Places, *, missing: Flags | None = None) -> pa.Array:
    """The entry of a list at each place, as a dictionary column; null where missing. places outside the list are only allowed there."""
    # An entry may be listed twice, but a dictionary must hold it once: Parquet writes others in an order that changes.
    encoded = (listed if isinstance(listed, pa.Array) else pa.array(listed, pa.string())).dictionary_encode()
    there = np.asarray(places) if missing is None else np.where(missing, 0, places)
    numbers = encoded.indices.to_numpy()[there]
    indices = pa.Array.from_buffers(pa.int32(), len(numbers), [validity(missing), pa.py_buffer(np.ascontiguousarray(numbers))])
    return pa.DictionaryArray.from_arrays(indices, encoded.dictionary)


def dates(days: Whole, *, missing: Flags | None = None) -> pa.Array:
    """Days since 1970 as date32; null where missing."""
    numbers = np.ascontiguousarray(np.asarray(days).astype(np.int32))
    return pa.Array.from_buffers(pa.date32(), len(numbers), [validity(missing), pa.py_buffer(numbers)])


def validity(missing: Flags | None) -> pa.Buffer | None:
    """The bitmap in which Arrow marks what is there."""
    return None if missing is None else pa.py_buffer(np.packbits(~np.asarray(missing, dtype=bool), bitorder="little"))


def plain_digits(values: Whole) -> pa.Array:
    """Whole numbers as text without leading zeros."""
    return pa.array(values).cast(pa.string())
