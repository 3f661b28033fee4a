"""From text to typed values, finding the row of the first one that is not what its column says."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.sources.faults import Faults
from geo.sources.layouts import Column

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_TRUE = ["true", "yes", "1", "y"]
_FALSE = ["false", "no", "0", "n"]


@dataclass(frozen=True)
class Cells:
    """The cells of one column that are still to be judged, with their row numbers, the heading found, and whom to tell."""

    column: Column
    heading: str
    values: pa.Array
    rows: NDArray[np.int64]
    faults: Faults

    def fail_at(self, fault: str, bad: pa.Array, *, expected: str) -> None:
        """Raise the fault at the first row where `bad` is true; do nothing where there is none."""
        index = pc.index(bad, pa.scalar(True)).as_py()
        if index >= 0:
            value = self.values[index].as_py()
            found = "a blank cell" if value in (None, "") else value
            self.faults.fail(fault, row=self.rows[index], column=self.heading, found=found, expected=expected)


def cast(cells: Cells) -> tuple[pa.Array, pa.Array | None]:
    """Typed values of a column, and the reasons of its blanks where the layout wants them.

    Blank cells and null tokens become null, never zero. Raises SourceError missing_value, not_a_number, impossible_value.
    """
    text = pa.types.is_string(cells.values.type)
    values, reasons = _without_nulls(cells) if text else (cells.values, None)
    if not cells.column.nullable:
        cells.fail_at("missing_value", pc.is_null(values), expected="a value")
    return _TYPED[cells.column.type](cells, values), reasons


def _without_nulls(cells: Cells) -> tuple[pa.Array, pa.Array | None]:
    """Text with null tokens made null, and the reason of each where there is a reason field."""
    column = cells.column
    values = pc.utf8_trim_whitespace(cells.values) if column.trim else cells.values
    tokens = pa.array(list(column.null_tokens), pa.string())
    position = pc.index_in(values, value_set=tokens)
    reasons = None
    if column.reason_field:
        words = pa.array([reason or None for reason in column.null_tokens.values()], pa.string())
        reasons = words.take(position)
    return pc.if_else(pc.is_valid(position), pa.scalar(None, pa.string()), values), reasons


def _numbers(cells: Cells, values: pa.Array) -> pa.Array:
    """Finite numbers, float64. Text that is no number is a fault, never a null."""
    if pa.types.is_string(values.type):
        plain = pc.replace_substring(values, ",", "") if cells.column.thousands else values
        try:
            numbers = plain.cast(pa.float64())
        except pa.ArrowInvalid:
            cells.fail_at("not_a_number", _false(pc.match_substring_regex(plain, _NUMBER)), expected="a number")
            raise
    elif pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        numbers = values.cast(pa.float64())
    else:
        cells.fail_at("not_a_number", pc.is_valid(values), expected="a number")
        numbers = values.cast(pa.float64())
    cells.fail_at("not_a_number", _false(pc.is_finite(numbers)), expected="a finite number")
    _check_bounds(cells, numbers)
    return numbers


def _integers(cells: Cells, values: pa.Array) -> pa.Array:
    """Whole numbers, int64; `29199.00` is one."""
    numbers = _numbers(cells, values)
    cells.fail_at("not_a_number", _false(pc.equal(numbers, pc.floor(numbers))), expected="a whole number")
    return numbers.cast(pa.int64())


def _check_bounds(cells: Cells, numbers: pa.Array) -> None:
    low, high = cells.column.minimum, cells.column.maximum
    if low is not None and high is not None:
        expected = f"{low:g} to {high:g}" if max(abs(low), abs(high)) < 1e5 else f"{low:.0f} to {high:.0f}"
    else:
        expected = f"at least {low}" if low is not None else f"at most {high}"
    if low is not None:
        cells.fail_at("impossible_value", pc.fill_null(pc.less(numbers, low), False), expected=expected)
    if high is not None:
        cells.fail_at("impossible_value", pc.fill_null(pc.greater(numbers, high), False), expected=expected)


def _texts(cells: Cells, values: pa.Array) -> pa.Array:
    """Text; of a closed list where the layout has one."""
    text = values if pa.types.is_string(values.type) else values.cast(pa.string())
    if cells.column.one_of:
        allowed = pa.array(cells.column.one_of, pa.string())
        bad = pc.and_(pc.invert(pc.is_in(text, value_set=allowed)), pc.is_valid(text))
        cells.fail_at("impossible_value", bad, expected=f"one of {', '.join(cells.column.one_of)}")
    return text


def _booleans(cells: Cells, values: pa.Array) -> pa.Array:
    """True and false in the words publishers use for them."""
    if pa.types.is_boolean(values.type):
        return values
    lower = pc.utf8_lower(values)
    is_true = pc.is_in(lower, value_set=pa.array(_TRUE))
    is_false = pc.is_in(lower, value_set=pa.array(_FALSE))
    bad = pc.and_(pc.invert(pc.or_(is_true, is_false)), pc.is_valid(values))
    cells.fail_at("impossible_value", bad, expected="true or false")
    return pc.if_else(pc.is_null(values), pa.scalar(None, pa.bool_()), is_true)


def _dates(cells: Cells, values: pa.Array) -> pa.Array:
    """Days, date32, in the format that the layout declares."""
    if not pa.types.is_string(values.type):
        return values.cast(pa.date32())
    moments = pc.strptime(values, format=cells.column.date_format, unit="s", error_is_null=True)
    bad = pc.and_(pc.is_null(moments), pc.is_valid(values))
    cells.fail_at("impossible_value", bad, expected=f"a date written {cells.column.date_format}")
    return moments.cast(pa.date32())


def _false(truths: pa.Array) -> pa.Array:
    """Where it is false; null is not false."""
    return pc.fill_null(pc.invert(truths), False)


_TYPED = {"text": _texts, "code": _texts, "integer": _integers, "number": _numbers, "boolean": _booleans, "date": _dates}
