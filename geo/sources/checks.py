"""The checks of a table against its layout: headings, vintage, codes, keys, rows."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.sources.casting import Cells
from geo.sources.codebook import SHAPES, CodeBook, area_type
from geo.sources.faults import Faults
from geo.sources.layouts import Layout
from geo.sources.reading import RawTable, differs_in_digits_only, normalise_heading

# An accepted new edition may have somewhat fewer rows than the registered one; fewer than this share of them is a cut file.
ROWS_OF_A_NEW_EDITION = 0.9


def match_headings(raw: RawTable, layout: Layout, *, faults: Faults) -> dict[str, int]:
    """Position in the file of each declared field; optional columns that are absent are left out.

    Raises SourceError missing_column, or wrong_vintage where a heading is there with other numbers (another year),
    or missing_column for a heading that the layout does not know and does not ignore.
    """
    if layout.header == 0 and layout.format in ("csv", "sheet"):
        return _by_position(raw, layout, faults)
    found = [normalise_heading(heading) for heading in raw.headings]
    positions: dict[str, int] = {}
    for column in layout.columns:
        wanted = [normalise_heading(heading) for heading in column.headings]
        hits = [i for i, heading in enumerate(found) if _fits(heading, wanted, layout.match)]
        if len(hits) > 1:
            faults.fail(
                "missing_column", row=raw.header_row, column=wanted[0], found=f"{len(hits)} columns with this heading", expected="one"
            )
        if hits:
            positions[column.field] = hits[0]
        elif column.required:
            _missing(wanted[0], found, raw, layout=layout, faults=faults)
    if layout.other_headings == "refuse":
        extra = [heading for i, heading in enumerate(found) if i not in positions.values()]
        if extra:
            faults.fail(
                "missing_column", row=raw.header_row, column=extra[0], found="a heading of no known column", expected="no such column"
            )
    return positions


def _by_position(raw: RawTable, layout: Layout, faults: Faults) -> dict[str, int]:
    """Fields of a table without header, in the order of declaration."""
    if len(raw.columns) != len(layout.columns):
        expected = f"{len(layout.columns)} columns, the last being {layout.columns[-1].field}"
        faults.fail("missing_column", row=1, column=layout.columns[-1].field, found=f"{len(raw.columns)} columns", expected=expected)
    return {column.field: i for i, column in enumerate(layout.columns)}


def _fits(heading: str, wanted: list[str], match: str) -> bool:
    return heading in wanted if match == "exact" else any(heading.startswith(text) for text in wanted)


def _missing(wanted: str, found: list[str], raw: RawTable, *, layout: Layout, faults: Faults) -> None:
    """Raise missing_column, or wrong_vintage where an undeclared heading is the same but for its numbers."""
    declared = {normalise_heading(text) for column in layout.columns for text in column.headings}
    strangers = [heading for heading in found if heading not in declared]
    for heading in strangers:
        if differs_in_digits_only(heading, wanted):
            faults.fail("wrong_vintage", row=raw.header_row, column=wanted, found=heading, expected=wanted)
    text = f"in its place perhaps {', '.join(strangers)}" if strangers else f"none of {len(found)} headings"
    faults.fail("missing_column", row=raw.header_row, column=wanted, found=text, expected=wanted)


def check_preamble(raw: RawTable, layout: Layout, *, faults: Faults) -> None:
    """That the text above the header says what this edition says. Raises SourceError wrong_vintage."""
    for pattern, expected in layout.preamble_says.items():
        match = re.search(pattern, raw.preamble, re.MULTILINE)
        found = match[1] if match else "nothing"
        if found != expected:
            line = raw.preamble.count("\n", 0, match.start()) + 1 if match else 0
            faults.fail("wrong_vintage", row=line, column=pattern, found=found, expected=expected)


def check_codes(cells: Cells, values: pa.Array, code_book: CodeBook) -> None:
    """That codes have the shape of their geography and are known, and that they are not those of another vintage."""
    column = cells.column
    if column.expect:
        bad = pc.invert(pc.is_in(values, value_set=pa.array(column.expect, pa.string())))
        cells.fail_at("wrong_vintage", bad, expected=" or ".join(column.expect))
    shape = column.shape or SHAPES.get(area_type(column.geography), "")
    if column.geography and code_book.knows(column.geography):
        known = code_book.is_known(column.geography, values)
        if not pc.all(known).as_py():
            _check_vintage(cells, values, known, code_book)
            cells.fail_at("unknown_code", pc.invert(known), expected=f"a code of {column.geography}")
    elif shape:
        bad = pc.fill_null(pc.invert(pc.match_substring_regex(values, f"^(?:{shape})$")), False)
        cells.fail_at("unknown_code", bad, expected=f"a code of the shape {shape}")


def _check_vintage(cells: Cells, values: pa.Array, known: pa.Array, code_book: CodeBook) -> None:
    """Raise wrong_vintage where another vintage of the same kind of area knows more of the codes than this one does."""
    own = pc.sum(known).as_py()
    for other in code_book.siblings(cells.column.geography):
        theirs = pc.sum(code_book.is_known(other, values)).as_py()
        if theirs > own:
            row = cells.rows[pc.index(known, pa.scalar(False)).as_py()]
            cells.faults.fail(
                "wrong_vintage",
                row=row,
                column=cells.heading,
                found=f"{theirs} of {len(values)} codes are of {other}, {own} of {cells.column.geography}",
                expected=f"codes of {cells.column.geography}",
            )


def check_key(table: dict[str, pa.Array], layout: Layout, *, rows: NDArray[np.int64], headings: dict[str, str], faults: Faults) -> None:
    """That no two rows have the same key. Raises SourceError duplicated_code at the second of them."""
    if not layout.key or not len(rows):
        return
    combined = np.zeros(len(rows), dtype=np.int64)
    for name in layout.key:
        encoded = pc.dictionary_encode(table[name])
        indices = pc.fill_null(encoded.indices.cast(pa.int64()), len(encoded.dictionary)).to_numpy(zero_copy_only=False)
        combined = combined * (len(encoded.dictionary) + 1) + indices
    order = np.argsort(combined, kind="stable")
    repeats = np.flatnonzero(np.diff(combined[order]) == 0)
    if len(repeats):
        at = repeats[np.argmin(order[repeats + 1])]
        first, second = order[at], order[at + 1]
        found = " / ".join(str(table[name][int(second)].as_py()) for name in layout.key)
        column = " / ".join(headings[name] for name in layout.key)
        faults.fail("duplicated_code", row=rows[second], column=column, found=found, expected=f"each once (it is in row {rows[first]} too)")


def check_sums(table: dict[str, pa.Array], layout: Layout, *, rows: NDArray[np.int64], headings: dict[str, str], faults: Faults) -> None:
    """That totals are the sums of their parts where the layout says so. Raises SourceError impossible_value at the first that is not."""
    for total, parts in layout.adds_up.items():
        stated = pc.fill_null(table[total], 0).to_numpy(zero_copy_only=False)
        summed = sum(pc.fill_null(table[part], 0).to_numpy(zero_copy_only=False) for part in parts)
        wrong = np.flatnonzero(stated != summed)
        if len(wrong):
            at = wrong[0]
            expected = f"{summed[at]}, the sum of {headings[parts[0]]} to {headings[parts[-1]]}"
            faults.fail("impossible_value", row=rows[at], column=headings[total], found=stated[at], expected=expected)


def check_rows(count: int, *, expected: int | None, is_registered_edition: bool, faults: Faults) -> None:
    """That the file has the rows that its edition has; a new edition nine tenths of them. Raises SourceError truncated."""
    if expected is None:
        if not count:
            faults.fail("truncated", found="no data rows", expected="at least one row")
        return
    if is_registered_edition and count < expected:
        faults.fail("truncated", found=f"{count} data rows", expected=f"{expected} data rows")
    if count < expected * ROWS_OF_A_NEW_EDITION:
        faults.fail("truncated", found=f"{count} data rows", expected=f"about {expected} data rows")
