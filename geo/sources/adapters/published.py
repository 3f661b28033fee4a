"""What several adapters need: periods as publishers write them, points that are not in England, parts greater than their whole."""

import calendar
import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.errors import InvalidPeriod
from geo.periods import parse_period
from geo.sources.tables import CheckedTable, SourceFile

# England with its islands, in degrees: west, south, east, north. A point beyond is a bad geocode, not a place.
ENGLAND = (-6.5, 49.8, 1.8, 55.85)
# What publishers write for "no location".
NO_LOCATION = 99.999

_MONTHS = list(calendar.month_name)
_YEARS = r"(20\d\d)[/-](?:20)?(\d\d)"
_WAYS = (
    (re.compile(rf"^{_YEARS} Q([1-4])$"), r"\1-\2-q\3"),
    (re.compile(rf"^SMI-Q([1-4])-{_YEARS}$"), r"\2-\3-q\1"),
    (re.compile(r"^FY(20\d\d)_(\d\d)_Q([1-4])$"), r"\1-\2-q\3"),
)
_MONTH = re.compile(r"^20\d\d-\d\d$")
_SPAN_OF_YEARS = re.compile(r"^(20\d\d/\d\d) - (\d\d/\d\d)$")


def period_slug(text: str) -> str:
    """A period as `geo.periods` writes it: `2010/11`, `2021/22 Q1`, `SMI-Q1-2019-2020`, `July 2022`, `2013/2014`, spans with ` - `.

    What `geo.periods` itself reads stays as it is. A span that ends where it begins is that period. Raises InvalidPeriod for anything else.
    """
    if match := _SPAN_OF_YEARS.match(text):
        return parse_period(f"{_years(match[1])}--{_years(f'20{match[2]}')}").slug
    first, dash, last = text.partition(" - ")
    if dash:
        start, end = period_slug(first), period_slug(last)
        return start if start == end else parse_period(f"{start}--{end}").slug
    month, _, year = text.partition(" ")
    if month and month in _MONTHS:
        return parse_period(f"{year}-{_MONTHS.index(month):02d}").slug
    if re.match(rf"^{_YEARS}$", text) and not _MONTH.match(text):
        return _years(text)
    for pattern, template in _WAYS:
        if match := pattern.match(text):
            return parse_period(match.expand(template)).slug
    return parse_period(text).slug


def _years(text: str) -> str:
    """A financial year written `2010/11` or `2010/2011`; `2010/12` is none, though `2010-12` is a month."""
    slug = re.sub(rf"^{_YEARS}$", r"\1-\2", text)
    return parse_period(f"{slug}-q1").slug.removesuffix("-q1")


def with_periods(source: SourceFile, checked: CheckedTable, *, field: str = "period") -> CheckedTable:
    """The table with a text column of periods written our way. Raises SourceError impossible_value at the first that is none."""
    encoded = pc.dictionary_encode(checked.table[field].combine_chunks())
    slugs: list[str | None] = []
    for text in encoded.dictionary.to_pylist():
        try:
            slugs.append(period_slug(text))
        except InvalidPeriod:
            row = checked.rows[pc.index(checked.table[field], text).as_py()]
            source.faults.fail("impossible_value", row=row, column=checked.headings[field], found=text, expected="a period")
    return set_column(checked, field, pa.array(slugs, pa.string()).take(encoded.indices))


def set_column(checked: CheckedTable, field: str, values: pa.Array) -> CheckedTable:
    """The table with a column replaced, or put at the end."""
    table = checked.table
    if field in table.column_names:
        table = table.set_column(table.column_names.index(field), field, values)
    else:
        table = table.append_column(field, values)
    return replace(checked, table=table)


def without_rows(checked: CheckedTable, leave_out: pa.Array, *, reason: str) -> CheckedTable:
    """The table without some rows, which are counted under a reason."""
    keep = pc.invert(leave_out)
    left = len(leave_out) - pc.sum(keep).as_py() if len(leave_out) else 0
    rows = checked.rows[keep.to_numpy(zero_copy_only=False)]
    return replace(checked, table=checked.table.filter(keep), rows=rows, rejected=checked.rejected | {reason: left})


def with_points_in_england(checked: CheckedTable) -> CheckedTable:
    """Longitude and latitude null where the point is not in England, with `location_reason`: no_location or outside_england.

    A reason that stands there already is kept, and its point is null too.
    """
    table = checked.table
    longitude, latitude = (table[name].to_numpy().astype(float) for name in ("longitude", "latitude"))
    known = table["location_reason"].to_pylist() if "location_reason" in table.column_names else [None] * table.num_rows
    stated = np.array([word is not None for word in known], dtype=bool)
    nowhere = np.isnan(longitude) | np.isnan(latitude) | np.isclose(longitude, NO_LOCATION) | np.isclose(latitude, NO_LOCATION)
    west, south, east, north = ENGLAND
    with np.errstate(invalid="ignore"):
        inside = (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
    found = np.where(nowhere, "no_location", np.where(inside, "", "outside_england"))
    reasons = [old or str(new) or None for old, new in zip(known, found, strict=True)]
    lost = stated | nowhere | ~inside
    for name, values in (("longitude", longitude), ("latitude", latitude)):
        checked = set_column(checked, name, pa.array(values, pa.float64(), mask=lost))
    return set_column(checked, "location_reason", pa.array(reasons, pa.string()))


def check_part(source: SourceFile, checked: CheckedTable, *, part: str, whole: str) -> None:
    """That a count is nowhere above the count that it is a part of. Raises SourceError impossible_value at the first row where it is."""
    too_much = pc.fill_null(pc.greater(checked.table[part], checked.table[whole]), False)
    at = pc.index(too_much, pa.scalar(True)).as_py()
    if at >= 0:
        found, most = checked.table[part][at].as_py(), checked.table[whole][at].as_py()
        expected = f"at most {most}, the {checked.headings[whole]}"
        source.faults.fail("impossible_value", row=checked.rows[at], column=checked.headings[part], found=found, expected=expected)
