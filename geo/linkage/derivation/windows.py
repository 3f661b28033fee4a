"""Spans of days for which indicators are derived, each with the day on which people are looked at (its reference)."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa

from geo.periods import parse_period

KINDS = ("financial_year", "quarter", "snapshot")
REFERENCES = ("middle", "end")
_YEAR_BEGINS, _MONTHS_A_QUARTER, _MONTHS_A_YEAR = 4, 3, 12
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """One period: how it is written, its first and last day, and the day on which people are looked at.

    key: a whole number that `key_of` gives for the days of the period, so that events find their period without comparing spans.
    """

    period: str
    kind: str
    key: int
    start: date
    end: date
    reference: date


def windows(kinds: Iterable[str], *, first: date, last: date, reference: str = "end", lag_months: int = 0) -> tuple[Window, ...]:
    """The whole periods from the first to the last day that records tell of, oldest first; a snapshot is of the last day.

    lag_months: so long after the end of a period must records still tell, for what it counts may come so late.
    """
    until = months_before(last, lag_months)
    found = [window for kind in kinds for window in _MAKERS[kind](first, until, reference)]
    return tuple(sorted(found, key=lambda each: (each.end, each.start)))


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier (later where negative); the last of that month where it has no such day."""
    number = day.year * _MONTHS_A_YEAR + day.month - 1 - months
    year, month = divmod(number, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def windows_table(found: Sequence[Window], back: Iterable[int] = (), **more: Sequence[int | date]) -> Any:
    """The windows as a table of any engine.

    Columns: window (its place among those found), key, period_start, period_end, reference, reference_number (yyyymmdd), back_<m> (the day
    m months before the reference) for each number of months, and more columns of whole numbers or days, a value a window.
    """
    columns = {
        "window": pa.array(range(len(found)), pa.int64()),
        "key": pa.array([each.key for each in found], pa.int64()),
        "period_start": pa.array([each.start for each in found], pa.date32()),
        "period_end": pa.array([each.end for each in found], pa.date32()),
        "reference": pa.array([each.reference for each in found], pa.date32()),
        "reference_number": pa.array([int(f"{each.reference:%Y%m%d}") for each in found], pa.int64()),
    }
    for months in sorted(set(back)):
        columns[f"back_{months}"] = pa.array([months_before(each.reference, months) for each in found], pa.date32())
    columns |= {name: pa.array(values) for name, values in more.items()}
    return ibis.memtable(pa.table(columns))


def key_of(day: Any, kind: str) -> Any:
    """An expression of the key of the period of this kind in which a day lies."""
    year, month = day.year().cast("int64"), day.month().cast("int64")
    begun = year - (month < _YEAR_BEGINS).cast("int64")
    if kind == "financial_year":
        return begun
    quarter = ((month + _MONTHS_A_YEAR - _YEAR_BEGINS) % _MONTHS_A_YEAR) // _MONTHS_A_QUARTER + 1
    return begun * 10 + quarter.cast("int64")


def in_windows(events: Any, day: str, found: Sequence[Window]) -> Any:
    """The events with `window`, the period in which a day of theirs lies, once for each kind of period; those outside all are left out."""
    parts = []
    for kind in dict.fromkeys(each.kind for each in found):
        places = [place for place, each in enumerate(found) if each.kind == kind]
        keys = ibis.memtable(pa.table({"window": places, "key": [found[place].key for place in places]}))
        dated = events.mutate(key=key_of(events[day], kind))
        parts.append(dated.inner_join(keys, "key").drop("key"))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _years(first: date, last: date, reference: str) -> list[Window]:
    found = []
    for year in range(first.year - 1, last.year + 1):
        period = parse_period(f"{year}-{(year + 1) % 100:02d}")
        if first <= period.start and period.end <= last:
            looked_at = date(year, 9, 30) if reference == "middle" else period.end
            found.append(Window(period.slug, "financial_year", year, period.start, period.end, looked_at))
    return found


def _quarters(first: date, last: date, reference: str) -> list[Window]:
    found = []
    for year in range(first.year - 1, last.year + 1):
        for quarter in range(1, 5):
            period = parse_period(f"{year}-{(year + 1) % 100:02d}-q{quarter}")
            if first <= period.start and period.end <= last:
                looked_at = months_before(period.start, -1) + 14 * _DAY if reference == "middle" else period.end
                found.append(Window(period.slug, "quarter", year * 10 + quarter, period.start, period.end, looked_at))
    return found


def _snapshot(_: date, last: date, __: str) -> list[Window]:
    return [Window(f"{last.year}-{last.month:02d}", "snapshot", 0, date(last.year, last.month, 1), last, last)]


_MAKERS = {"financial_year": _years, "quarter": _quarters, "snapshot": _snapshot}
