"""Periods of time as the service writes them, and their order.

    2017-12        a month           (also: as at the end of that month)
    2023-24-q4     a quarter of a financial year (April to March)
    2021-22        a financial year
    2020           a calendar year, or a mid-year estimate
    2017--2019     a span of calendar years, pooled or averaged
    2015-16--2019-20  a span of financial years

A financial year and a month are told apart by the second number: 2010-11 would be both, so months are only taken
where the second part cannot follow the first as a year (2017-12 is December, 2011-12 a financial year).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from geo.errors import InvalidPeriod

_YEAR = re.compile(r"([12]\d{3})", re.ASCII)
_PAIR = re.compile(r"([12]\d{3})-(\d{2})", re.ASCII)
_QUARTER = re.compile(r"([12]\d{3})-(\d{2})-q([1-4])", re.ASCII)
_MONTHS_IN_QUARTER = 3
_MONTHS_IN_YEAR = 12


@dataclass(frozen=True, order=True)
class Period:
    """A span of days: first and last day (both included), how it is written, what kind it is, and how people read it."""

    end: date
    start: date
    slug: str
    kind: str
    label: str


def parse_period(text: str) -> Period:
    """The period that is written so. Raises InvalidPeriod, naming the ways to write one."""
    first, dashes, last = text.partition("--")
    if dashes:
        return _span(text, first, last)
    if match := _YEAR.fullmatch(text):
        year = int(match[1])
        return Period(date(year, 12, 31), date(year, 1, 1), text, "year", text)
    if match := _QUARTER.fullmatch(text):
        if not _follows(match):
            raise _invalid(text)
        return _quarter(text, int(match[1]), int(match[3]))
    if match := _PAIR.fullmatch(text):
        return _year_or_month(text, match)
    raise _invalid(text)


def _follows(match: re.Match[str]) -> bool:
    """Whether the two-digit part is the year after the four-digit part."""
    return int(match[2]) == (int(match[1]) + 1) % 100


def _span(text: str, first: str, last: str) -> Period:
    try:
        start, end = parse_period(first), parse_period(last)
    except InvalidPeriod as error:
        raise _invalid(text) from error
    if start.kind != end.kind or not start.start < end.start:
        raise _invalid(text)
    return Period(end.end, start.start, text, f"{start.kind}s", f"{start.label} to {end.label}")


def _year_or_month(text: str, match: re.Match[str]) -> Period:
    year, month = int(match[1]), int(match[2])
    if _follows(match):
        return Period(date(year + 1, 3, 31), date(year, 4, 1), text, "financial_year", f"{match[1]}/{match[2]}")
    if not 1 <= month <= _MONTHS_IN_YEAR:
        raise _invalid(text)
    last_day = calendar.monthrange(year, month)[1]
    return Period(date(year, month, last_day), date(year, month, 1), text, "month", f"{calendar.month_name[month]} {year}")


def _quarter(text: str, year: int, quarter: int) -> Period:
    first_month = 4 + _MONTHS_IN_QUARTER * (quarter - 1)
    first_year, first_month = year + (first_month - 1) // _MONTHS_IN_YEAR, (first_month - 1) % _MONTHS_IN_YEAR + 1
    last_month = first_month + _MONTHS_IN_QUARTER - 1
    last_day = calendar.monthrange(first_year, last_month)[1]
    label = f"Q{quarter} {year}/{(year + 1) % 100:02d}"
    return Period(date(first_year, last_month, last_day), date(first_year, first_month, 1), text, "quarter", label)


def _invalid(text: str) -> InvalidPeriod:
    return InvalidPeriod(
        f"{text!r} is not a period.",
        parameter="period",
        found=text,
        valid=("2017-12", "2023-24-q4", "2021-22", "2020", "2017--2019"),
    )
