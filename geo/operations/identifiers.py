"""NHS numbers of the range that is never issued (900 000 0000 to 999 999 9999), found in whatever may hold them.

Ten digits are a valid number by chance once in eleven times, so hashes, keys and coordinates look like some now and then. What is certain
is a number that is known: one of the extracts that lie on the secure side. The two are counted apart, with how many chance would give.
No number that is found is ever told, only where.
"""

import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
from numpy.typing import NDArray

Whole = NDArray[np.int64]

LEAST, MOST = 9_000_000_000, 9_999_999_999
# One of so many ten-digit numbers has the right check digit.
CHANCE = 11
_RANGE = MOST - LEAST + 1
# Between the groups of a number: a space, a hyphen or a dash, as text, as bytes of UTF-8, and as addresses and HTML write them.
_GAP = "(?:[ +_\\-\u2013]|%20|%2D|\u00c2?\u00a0|\u00e2\u0080\u0093|&nbsp;)?"
# Overlapping, so that a number inside a longer run of digits is seen as well.
_DIGITS = f"(9[0-9]{{2}}){_GAP}([0-9]{{3}}){_GAP}([0-9]{{4}})"
_WRITTEN = re.compile(f"(?={_DIGITS})")
# The range as whole numbers of 64 bits, little end first, and as the numbers and ids of features in vector tiles, behind their tags.
_FIXED = re.compile(rb"(?=([\s\S]{3}[\x18-\x54]\x02\x00\x00\x00))")
_VARYING = re.compile(rb"[\x08\x20\x28](?=([\x80-\xff]{4}[\x21-\x25]))")
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, pa.ArrowException, UnicodeError)


@dataclass
class Seeker:
    """What is looked for, and what was found where.

    known: numbers that are certainly somebody's, in order. found: places with known ones, and how many; alike: places with other valid
    numbers that stand alone; in_bytes: places whose bytes would be known ones, if they were numbers. written: ten-digit numbers of the
    range that stand alone; windows: those inside of longer runs as well; byte_windows: bytes that would be any number of the range.
    unread: what could not be opened.
    """

    known: Whole = field(default_factory=lambda: np.empty(0, np.int64))
    found: Counter[str] = field(default_factory=Counter)
    alike: Counter[str] = field(default_factory=Counter)
    in_bytes: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)
    written: int = 0
    windows: int = 0
    byte_windows: int = 0

    @property
    def alike_by_chance(self) -> float:
        """How many valid numbers that stand alone would be there if digits were thrown."""
        return self.written / CHANCE

    @property
    def found_by_chance(self) -> float:
        """How many known numbers would be there if digits were thrown."""
        return self.windows * len(self.known) / _RANGE

    @property
    def in_bytes_by_chance(self) -> float:
        """How many bytes would be known numbers if they were thrown."""
        return self.byte_windows * len(self.known) / _RANGE

    @property
    def has_found(self) -> bool:
        """Whether a known number is written somewhere, or bytes are known ones more often than chance would have it."""
        return bool(self.found) or self.in_bytes.total() > 3 + 3 * self.in_bytes_by_chance

    def in_text(self, place: str, text: str) -> None:
        """Numbers that are written in a text, in groups or not."""
        matches = list(_WRITTEN.finditer(text))
        if matches:
            alone = np.array([_stands_alone(text, match) for match in matches])
            self._count(place, np.array([int(match[1] + match[2] + match[3]) for match in matches], np.int64), alone)

    def in_numbers(self, place: str, numbers: pa.Array) -> None:
        """Numbers among whole or broken ones; a broken one counts where it is whole."""
        values = numbers.cast(pa.float64(), safe=False).drop_null().to_numpy(zero_copy_only=False)
        values = _of_range(values)
        whole = values[values == np.floor(values)].astype(np.int64)
        self._count(place, whole, np.ones(len(whole), bool))

    def in_table(self, place: str, table: pa.Table) -> None:
        """Numbers in the columns of a table, however deep, and in what it says of itself."""
        self.in_text(f"{place} metadata", repr(table.schema.to_string(show_field_metadata=True, show_schema_metadata=True)))
        for name, values in _entries(table.schema.metadata):
            self.in_content(f"{place} metadata {name}", values)
        for name, column in zip(table.column_names, table.columns, strict=True):
            for chunk in column.chunks:
                self._in_array(f"{place} column {name}", chunk)

    def in_content(self, place: str, content: bytes) -> None:
        """Numbers in bytes: as text, as whole numbers of 64 bits, and in what the bytes are an archive or a table of."""
        self.in_text(place, content.decode("latin-1"))
        if len(self.known):
            fixed = [int.from_bytes(match[1], "little") for match in _FIXED.finditer(content)]
            varying = [_varying(match[1]) for match in _VARYING.finditer(content)]
            numbers = _of_range(np.array(fixed + varying, np.int64))
            self.byte_windows += len(numbers)
            self.in_bytes += Counter({place: int(_is_in(numbers, self.known).sum())})
        for beginning, opened in _OPENED.items():
            if content.startswith(beginning):
                try:
                    opened(self, place, content)
                except _BROKEN:
                    self.unread.append(place)

    def _count(self, place: str, numbers: Whole, alone: NDArray[np.bool_]) -> None:
        is_known = _is_in(numbers, self.known)
        self.windows += len(numbers)
        self.written += int(alone.sum())
        for counter, flags in ((self.found, is_known), (self.alike, alone & ~is_known & is_valid(numbers))):
            if flags.any():
                counter[re.sub(_DIGITS, "##########", place)] += int(flags.sum())

    def _in_array(self, place: str, array: pa.Array) -> None:
        kind = array.type
        for part, values in _parts(array):
            self._in_array(place + part, values)
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            self.in_numbers(place, array)
        elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
            self.in_text(place, "\n".join(array.drop_null().to_pylist()))
        elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
            for value in array.drop_null().to_pylist():
                self.in_content(place, value)


def is_valid(numbers: Whole) -> NDArray[np.bool_]:
    """Whether the tenth digit checks the others: the digits, weighted from 10 down to 1, add up to a multiple of eleven."""
    total = sum(numbers // 10**place % 10 * (place + 1) for place in range(10))
    return np.asarray(total % CHANCE == 0, bool)


def _of_range(numbers: NDArray[Any]) -> NDArray[Any]:
    return numbers[(numbers >= LEAST) & (numbers <= MOST)]


def _is_in(numbers: Whole, known: Whole) -> NDArray[np.bool_]:
    """Which of the numbers are among known ones, which are in order."""
    if not len(known):
        return np.zeros(len(numbers), bool)
    return np.asarray(known[np.minimum(np.searchsorted(known, numbers), len(known) - 1)] == numbers, bool)


def known_numbers(texts: Iterable[str]) -> Whole:
    """The valid numbers of the range among texts, each once, in order."""
    digits = (re.sub("[ -]", "", text) for text in texts)
    numbers = np.unique(np.array([int(text) for text in digits if re.fullmatch("9[0-9]{9}", text)], np.int64))
    return numbers[is_valid(numbers)]


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Not a part of a longer run of digits or letters, such as a digest, nor of what stands behind a decimal point."""
    start, end = match.start(1), match.end(3)
    before, after = text[max(start - 2, 0) : start], text[end : end + 1]
    return not (before[-1:].isalnum() or after.isalnum() or (before[-1:] == "." and before[:1].isdigit()))


def _varying(written: bytes) -> int:
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(written))


def _parts(array: pa.Array) -> list[tuple[str, pa.Array]]:
    """What an array is made of, with the names of fields; nothing for one of plain values."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return [("", array.dictionary)]
    if pa.types.is_struct(kind):
        return [(f".{part.name}", values) for part, values in zip(kind, array.flatten(), strict=True)]
    if pa.types.is_map(kind):
        return [("", array.keys), ("", array.items)]
    return [("", array.flatten())] if pa.types.is_nested(kind) else []


def _entries(metadata: Mapping[bytes, bytes] | None) -> list[tuple[str, bytes]]:
    return [(key.decode("latin-1"), value) for key, value in (metadata or {}).items()]


def _in_gzip(seeker: Seeker, place: str, content: bytes) -> None:
    seeker.in_content(place, gzip.decompress(content))


def _in_zip(seeker: Seeker, place: str, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            seeker.in_content(f"{place} {name}", archive.read(name))


def _in_parquet(seeker: Seeker, place: str, content: bytes) -> None:
    seeker.in_table(place, pq.read_table(pa.BufferReader(content)))


def _in_arrow_file(seeker: Seeker, place: str, content: bytes) -> None:
    seeker.in_table(place, pa.ipc.open_file(content).read_all())


def _in_arrow_stream(seeker: Seeker, place: str, content: bytes) -> None:
    seeker.in_table(place, pa.ipc.open_stream(content).read_all())


_OPENED: Mapping[bytes, Callable[[Seeker, str, bytes], None]] = {
    b"\x1f\x8b": _in_gzip,
    b"PK\x03\x04": _in_zip,
    b"PAR1": _in_parquet,
    b"ARROW1": _in_arrow_file,
    b"\xff\xff\xff\xff": _in_arrow_stream,
}
