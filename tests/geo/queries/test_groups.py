"""Sums and means by decile against plain loops."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.queries.groups import UnitRow, group_by_decile
from geo.statuses import Status

COUNTS = {"kind": "counts", "unit": "proportion"}
RATIO = {"kind": "ratio_only", "unit": "ratio_100"}


def a_district(decile: int = 1, **fields: object) -> UnitRow:
    """One district: 70 of 100, a value of 90 for each of 1,000 people."""
    values = {
        "score": 30.0,
        "county": None,
        "areas": 1,
        "with_counts": 1,
        "with_weight": 1,
        "numerator": 70.0,
        "denominator": 100.0,
        "weighted": 90_000.0,
        "weight": 1_000.0,
        "value": 90.0,
        "statuses": [Status.VALUE],
        "is_modelled": False,
    }
    return UnitRow(decile=decile, **{**values, **fields})


counts = st.lists(st.tuples(st.integers(1, 10), st.integers(0, 500), st.integers(500, 900)), max_size=40)


@given(counts)
def test_sums_equal_a_plain_loop(rows):
    units = [a_district(decile, numerator=float(x), denominator=float(n)) for decile, x, n in rows]
    groups, _ = group_by_decile(units, COUNTS)

    for group in groups:
        mine = [(x, n) for decile, x, n in rows if decile == group.decile]
        if not mine:
            assert (group.value, group.status, group.numerator) == (None, "not_applicable", None)
            continue
        events, people = sum(x for x, _ in mine), sum(n for _, n in mine)
        assert (group.numerator, group.denominator, group.areas) == (events, people, len(mine))
        assert group.value == pytest.approx(events / people)
        assert group.lower <= group.value <= group.upper
        assert group.status == ("zero" if events == 0 else "value")


@given(counts)
def test_means_weigh_by_people(rows):
    units = [a_district(decile, value=float(x), weight=float(n), weighted=float(x * n)) for decile, x, n in rows]
    groups, _ = group_by_decile(units, RATIO)

    for group in groups:
        mine = [(x, n) for decile, x, n in rows if decile == group.decile]
        expected = sum(x * n for x, n in mine) / sum(n for _, n in mine) if mine else None
        assert group.value == (None if expected is None else pytest.approx(expected))
        assert (group.numerator, group.lower, group.upper) == (None, None, None)


def test_a_county_repeated_for_its_districts_counts_once_in_the_decile_of_its_mean_score():
    repeated = [a_district(1, county=7, score=50.0), a_district(3, county=7, score=10.0)]
    others = [a_district(2, county=8, score=31.0, value=80.0), a_district(4, county=8, score=5.0, value=81.0)]

    groups, has_repeated = group_by_decile(repeated + others, RATIO)
    assert has_repeated
    # The mean score of the county is 30, nearest to the district in decile 2.
    assert [group.areas for group in groups[:4]] == [0, 2, 0, 1]
    assert groups[1].value == pytest.approx((2 * 90_000 + 90_000) / 3_000)


def test_districts_that_differ_are_left_as_they_are():
    units = [a_district(1, county=7), a_district(2, county=7, value=80.0)]

    groups, has_repeated = group_by_decile(units, RATIO)
    assert not has_repeated
    assert [group.areas for group in groups[:2]] == [1, 1]


def test_counts_are_never_merged_for_being_alike():
    units = [a_district(1, county=7), a_district(2, county=7)]

    groups, has_repeated = group_by_decile(units, COUNTS)
    assert not has_repeated
    assert [group.numerator for group in groups[:2]] == [70.0, 70.0]


@pytest.mark.parametrize(
    ("statuses", "status", "reason"),
    [
        ([Status.SUPPRESSED, Status.MISSING], "suppressed", "suppressed_by_publisher"),
        ([Status.NOT_COLLECTED], "not_collected", "not_reported"),
        ([Status.MISSING, Status.NOT_COLLECTED], "missing", "not_in_source"),
    ],
)
def test_a_group_without_values_says_why(statuses, status, reason):
    nothing = a_district(1, with_counts=0, with_weight=0, numerator=0.0, denominator=0.0, value=None, statuses=statuses)

    group = group_by_decile([nothing], COUNTS)[0][0]
    assert (group.value, group.numerator, group.status, group.reason) == (None, None, status, reason)


def test_values_without_people_to_weigh_them_have_no_mean():
    nobody = a_district(1, with_weight=0, weight=0.0, weighted=0.0)

    group = group_by_decile([nobody], RATIO)[0][0]
    assert (group.value, group.status, group.reason) == (None, "missing", "no_population")


def test_one_modelled_area_takes_the_limits_of_all_groups():
    groups, _ = group_by_decile([a_district(1), replace(a_district(2), is_modelled=True)], COUNTS)

    assert [(group.lower, group.reason) for group in groups[:2]] == [(None, "allocation_error_unknown")] * 2


def test_rates_have_poisson_limits_for_each_100_000():
    group = group_by_decile([a_district(1, numerator=10.0, denominator=10_000.0)], {"kind": "counts", "unit": "per_100k"})[0][0]

    assert group.value == pytest.approx(100.0)
    # Byar's limits of ten events, 4.786 to 18.39.
    assert (group.lower, group.upper) == (pytest.approx(47.86, abs=0.02), pytest.approx(183.9, abs=0.2))
