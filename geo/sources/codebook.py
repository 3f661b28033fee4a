"""Which codes exist: what boundary files and look-ups define, for checking the codes in every other file."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# What codes of an area type look like in England; a code of another shape is unknown without any code book.
SHAPES = {
    "lsoa": r"E01\d{6}",
    "msoa": r"E02\d{6}",
    "oa": r"E00\d{6}",
    "lad": r"E0[6789]\d{6}",
    "utla": r"E(06|08|09|10)\d{6}",
    "ccg": r"E38\d{6}",
    "sicbl": r"E38\d{6}",
    "icb": r"E54\d{6}",
    "stp": r"E54\d{6}",
    "nhser": r"E40\d{6}",
    "rgn": r"E12\d{6}",
    "ctry": r"E92\d{6}",
    "ward": r"E05\d{6}",
    "practice": r"[A-Z]\d{5}",
}
_SLUG = re.compile(r"^([a-z]+)\d*$")


def area_type(geography: str) -> str:
    """The area type of a geography: `lsoa` of `lsoa11`."""
    match = _SLUG.match(geography)
    return match[1] if match else geography


class CodeBook:
    """Known codes by geography (`lsoa11`, `lad24`, …). A geography that is not in the book is not checked."""

    def __init__(self, known: Mapping[str, Iterable[str]] | None = None) -> None:
        self._known: dict[str, pa.Array] = {}
        self._named: dict[str, dict[str, str]] = {}
        for geography, codes in (known or {}).items():
            self._add(geography, codes if isinstance(codes, (pa.Array, pa.ChunkedArray)) else pa.array(list(codes), pa.string()))

    @classmethod
    def from_tables(cls, read: Iterable[Any]) -> "CodeBook":
        """The codes that sources define: `read` are SourceTables (anything with `codes`: geography to array of codes, and `names`)."""
        book = cls()
        for source in read:
            for geography, codes in source.codes.items():
                book._add(geography, codes)
            for geography, named in getattr(source, "names", {}).items():
                book._named.setdefault(geography, {}).update(named)
        return book

    def _add(self, geography: str, codes: pa.Array | pa.ChunkedArray) -> None:
        if isinstance(codes, pa.ChunkedArray):
            codes = codes.combine_chunks()
        merged = codes if geography not in self._known else pa.concat_arrays([self._known[geography], codes])
        self._known[geography] = pc.unique(merged)

    def knows(self, geography: str) -> bool:
        """Whether codes of this geography can be checked."""
        return geography in self._known

    def geographies(self) -> tuple[str, ...]:
        """The geographies in the book, in order of name."""
        return tuple(sorted(self._known))

    def codes(self, geography: str) -> pa.Array:
        """All known codes of a geography that the book knows."""
        return self._known[geography]

    def codes_by_name(self, geography: str) -> dict[str, str]:
        """Code of each area name, for files that name areas only; empty where the boundaries of the geography were not read."""
        return self._named.get(geography, {})

    def is_known(self, geography: str, codes: pa.Array) -> pa.Array:
        """For each code whether it is known; null codes count as known (whether they may be missing is another question)."""
        return pc.or_(pc.is_in(codes, value_set=self._known[geography]), pc.is_null(codes))

    def siblings(self, geography: str) -> tuple[str, ...]:
        """Other vintages of the same area type in the book."""
        kind = area_type(geography)
        return tuple(other for other in self.geographies() if other != geography and area_type(other) == kind)
