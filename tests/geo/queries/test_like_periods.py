"""Which periods may be compared: of quarters that look a year back only the same quarter of other years."""

import pytest

from geo.queries.like_periods import like_periods, windows_overlap

QUARTERS = ("2023-24-q4", "2022-23-q4", "2023-24-q3", "2023-24-q1")


def test_of_overlapping_quarters_only_the_newest_quarter_of_each_year_is_compared():
    assert like_periods(QUARTERS, is_overlapping=True) == ("2022-23-q4", "2023-24-q4")


def test_quarters_of_their_own_people_are_all_compared_in_order():
    assert like_periods(QUARTERS, is_overlapping=False) == ("2022-23-q4", "2023-24-q1", "2023-24-q3", "2023-24-q4")


@pytest.mark.parametrize("is_overlapping", [True, False])
def test_years_are_not_compared_with_quarters(is_overlapping):
    assert like_periods(("2023-24-q4", "2022-23"), is_overlapping=is_overlapping) == ("2023-24-q4",)
    assert like_periods(("2021-22", "2022-23"), is_overlapping=is_overlapping) == ("2021-22", "2022-23")


def test_nothing_is_like_nothing():
    assert like_periods((), is_overlapping=True) == ()


def test_checks_of_smi_look_back_and_quarters_of_vaccination_do_not():
    assert windows_overlap({"family": "smi"})
    assert not windows_overlap({"family": "cover"})
    assert not windows_overlap({})
