"""Days as whole numbers since 1 January 1970, and ages and anniversaries of many at once, by tables of all days from 1890 to 2129.

A day is an int64 in arrays and leaves as date32. Ages are those of the calendar: one becomes n on the nth birthday, and those born on 29
February on 1 March of other years.
"""

from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

Days = NDArray[np.int64]

_EPOCH = date(1970, 1, 1).toordinal()
_FIRST, _AFTER = date(1890, 1, 1), date(2130, 1, 1)
_ALL = np.arange(np.datetime64(_FIRST), np.datetime64(_AFTER))
_MONTHS = _ALL.astype("datetime64[M]")
# Months since January 1890, and the day within the month, of each day in the table.
_MONTH = (_MONTHS - _MONTHS[0]).astype(np.int64)
_DAY = (_ALL - _MONTHS.astype("datetime64[D]")).astype(np.int64)
_MONTH_STARTS = np.flatnonzero(_DAY == 0).astype(np.int64)
_ORIGIN = _FIRST.toordinal() - _EPOCH
_MONTHS_A_YEAR = 12
# A date beyond all others: who has not left leaves then. It is outside the tables and never written.
NEVER = 10**6


def day(year: int, month: int, of_month: int) -> int:
    """The number of a day of the calendar."""
    return date(year, month, of_month).toordinal() - _EPOCH


def as_date(number: int) -> date:
    """The day of the calendar with this number."""
    return date.fromordinal(number + _EPOCH)


def parts(days: ArrayLike) -> tuple[Days, Days, Days]:
    """Year, month and day of the month, each of the shape of days (which must lie from 1890 to 2129)."""
    place = np.asarray(days, dtype=np.int64) - _ORIGIN
    month = _MONTH[place]
    return _FIRST.year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, _DAY[place] + 1


def later(days: ArrayLike, *, months: ArrayLike) -> Days:
    """The same day of the month so many months later; where that month has no such day, the first of the month after."""
    place = np.asarray(days, dtype=np.int64) - _ORIGIN
    month = _MONTH[place] + months
    return np.minimum(_MONTH_STARTS[month] + _DAY[place], _MONTH_STARTS[month + 1]) + _ORIGIN


def ages(birth: ArrayLike, on: ArrayLike) -> Days:
    """Whole years of age on a day, by birth date; negative before birth."""
    born, then = np.asarray(birth, dtype=np.int64) - _ORIGIN, np.asarray(on, dtype=np.int64) - _ORIGIN
    months = _MONTH[then] - _MONTH[born] - (_DAY[then] < _DAY[born])
    return np.asarray(months // _MONTHS_A_YEAR, dtype=np.int64)


def financial_year(days: ArrayLike) -> Days:
    """The year in which the financial year of a day begins: 2025 for 1 April 2025 to 31 March 2026."""
    year, month, _ = parts(days)
    return year - (month < 4)
