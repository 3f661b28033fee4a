"""Ages and anniversaries are those of the calendar."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from geo.synthetic.days import ages, as_date, day, financial_year, later, parts

DATES = st.dates(date(1900, 1, 1), date(2060, 12, 31))


def number(one: date) -> int:
    return day(one.year, one.month, one.day)


@given(DATES)
def test_a_day_has_its_parts_and_comes_back(one):
    assert [int(part) for part in parts(number(one))] == [one.year, one.month, one.day]
    assert as_date(number(one)) == one


@given(DATES, DATES)
def test_age_counts_birthdays(birth, on):
    expected = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))

    assert int(ages(number(birth), number(on))) == expected


@given(DATES, st.integers(0, 800))
def test_months_later_is_the_same_day_or_the_first_of_the_month_after(one, months):
    year, month = divmod(one.year * 12 + one.month - 1 + months, 12)
    try:
        expected = date(year, month + 1, one.day)
    except ValueError:
        expected = date(year + (month == 11), (month + 1) % 12 + 1, 1)

    assert as_date(int(later(number(one), months=months))) == expected


@given(DATES)
def test_one_becomes_a_year_older_on_the_anniversary_and_not_before(birth):
    birthday = int(later(number(birth), months=12 * 30))

    assert int(ages(number(birth), birthday)) == 30
    assert int(ages(number(birth), birthday - 1)) == 29


def test_the_financial_year_begins_in_april():
    assert [int(financial_year(day(2025, 3, 31))), int(financial_year(day(2025, 4, 1)))] == [2024, 2025]


def test_a_leap_day_has_its_birthday_on_the_first_of_march():
    assert as_date(int(later(day(2020, 2, 29), months=12))) == date(2021, 3, 1)
    assert as_date(int(later(day(2020, 2, 29), months=48))) - date(2024, 2, 29) == timedelta(0)
