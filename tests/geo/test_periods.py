"""Periods: how they are written, what they span, how they sort."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InvalidPeriod
from geo.periods import parse_period


@pytest.mark.parametrize(
    ("text", "start", "end", "kind", "label"),
    [
        ("2017-12", date(2017, 12, 1), date(2017, 12, 31), "month", "December 2017"),
        ("2011-12", date(2011, 4, 1), date(2012, 3, 31), "financial_year", "2011/12"),
        ("1999-00", date(1999, 4, 1), date(2000, 3, 31), "financial_year", "1999/00"),
        ("2018-19-q3", date(2018, 10, 1), date(2018, 12, 31), "quarter", "Q3 2018/19"),
        ("2023-24-q4", date(2024, 1, 1), date(2024, 3, 31), "quarter", "Q4 2023/24"),
        ("2020", date(2020, 1, 1), date(2020, 12, 31), "year", "2020"),
        ("2017--2019", date(2017, 1, 1), date(2019, 12, 31), "years", "2017 to 2019"),
        ("2015-16--2019-20", date(2015, 4, 1), date(2020, 3, 31), "financial_years", "2015/16 to 2019/20"),
    ],
)
def test_a_period_spans_its_days(text, start, end, kind, label):
    period = parse_period(text)

    assert (period.start, period.end, period.kind, period.label) == (start, end, kind, label)


@pytest.mark.parametrize(
    "text", ["", "17", "2017-13", "2017-00", "2018-20-q1", "2018-19-q5", "2019--2017", "2017--2018-19", "1--2--3", "٢٠١٧"]
)
def test_what_is_not_a_period_is_refused_with_the_ways_to_write_one(text):
    with pytest.raises(InvalidPeriod) as error:
        parse_period(text)

    assert error.value.found == text
    assert "2017-12" in error.value.valid


@given(st.integers(1990, 2098), st.integers(1, 4))
def test_quarters_of_a_year_follow_each_other_without_gap(year, quarter):
    here = parse_period(f"{year}-{(year + 1) % 100:02d}-q{quarter}")
    next_year, next_quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    after = parse_period(f"{next_year}-{(next_year + 1) % 100:02d}-q{next_quarter}")

    assert (after.start - here.end).days == 1
    assert here < after
