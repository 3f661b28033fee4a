"""Completeness of recording, and masking bounds that no allocation of the unknown can pass."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.ethnicity import WIDEST_SHOWN, completeness, masked_difference, masking_bounds


def test_completeness_are_three_shares_and_nobody_has_none():
    shares = completeness([200, 0], recorded=[190, 0], known=[160, 0], usable=[150, 0])

    assert shares.recorded[0] == 0.95
    assert shares.known[0] == 0.8
    assert shares.usable[0] == 0.75
    assert np.isnan(shares.recorded[1])
    assert np.isnan(shares.known[1])
    assert np.isnan(shares.usable[1])


@pytest.mark.parametrize(
    "wrong",
    [{"usable": [170]}, {"known": [195]}, {"recorded": [201]}, {"usable": [-1]}],
)
def test_counts_out_of_order_are_refused(wrong):
    counts = {"recorded": [190], "known": [160], "usable": [150]} | wrong

    with pytest.raises(StatisticsError, match="must not exceed"):
        completeness([200], **counts)


def test_missing_completeness_counts_are_refused():
    with pytest.raises(StatisticsError, match="none missing"):
        completeness([200], recorded=[np.nan], known=[160], usable=[150])
    with pytest.raises(StatisticsError, match="none missing"):
        completeness([200, 1], recorded=[190], known=[160], usable=[150])


def test_masking_bounds_of_a_worked_example():
    bounds = masking_bounds([30], people=[100], unknown_events=[5], unknown_people=[25])

    assert bounds.lower[0] == pytest.approx(30 / 120)
    assert bounds.upper[0] == pytest.approx(35 / 105)
    assert bounds.width[0] == pytest.approx(35 / 105 - 0.25)
    assert bounds.is_shown.tolist() == [True]


def test_bounds_of_ten_points_and_more_are_not_shown():
    # 0 of 9 with one unknown with the event: 0 to 1 / 10.
    bounds = masking_bounds([0, 0], people=[9, 10], unknown_events=[1, 1], unknown_people=[1, 1])

    assert bounds.width[0] == pytest.approx(WIDEST_SHOWN)
    assert bounds.is_shown.tolist() == [False, True]


def test_a_group_that_nobody_can_be_in_has_no_bounds():
    bounds = masking_bounds([0, 0, 0], people=[0, 0, 0], unknown_events=[0, 0, 2], unknown_people=[0, 3, 2])

    assert np.isnan(bounds.lower[0])
    assert np.isnan(bounds.upper[0])
    assert (bounds.lower[1], bounds.upper[1]) == (0, 0)
    assert (bounds.lower[2], bounds.upper[2]) == (1, 1)
    assert bounds.is_shown.tolist() == [False, True, True]


@pytest.mark.parametrize("wrong", [{"events": -1}, {"events": 11}, {"unknown_events": -1}, {"unknown_events": 5}])
def test_impossible_counts_are_refused(wrong):
    counts = {"events": 3, "people": 10, "unknown_events": 1, "unknown_people": 4} | wrong
    events = counts.pop("events")

    with pytest.raises(StatisticsError, match="between 0 and their people"):
        masking_bounds([events], **{name: [number] for name, number in counts.items()})


def test_missing_counts_are_refused():
    with pytest.raises(StatisticsError, match="never taken as 0"):
        masking_bounds([1.0], people=[np.nan], unknown_events=[0], unknown_people=[0])


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 4), st.integers(0, 4))
def test_bounds_are_the_extremes_over_every_allocation(events, others, unknown_events, unknown_others):
    rates = [
        (events + with_event) / (events + others + with_event + without)
        for with_event, without in product(range(unknown_events + 1), range(unknown_others + 1))
        if events + others + with_event + without > 0
    ]

    bounds = masking_bounds(
        [events], people=[events + others], unknown_events=[unknown_events], unknown_people=[unknown_events + unknown_others]
    )

    if rates:
        assert bounds.lower[0] == pytest.approx(min(rates))
        assert bounds.upper[0] == pytest.approx(max(rates))
    else:
        assert np.isnan(bounds.lower[0])


def test_one_person_is_enough():
    found = completeness([1, 1], recorded=[1, 0], known=[1, 0], usable=[1, 0])
    bounds = masking_bounds([1, 0], people=[1, 1], unknown_events=[0, 0], unknown_people=[0, 0])

    assert found.usable.tolist() == found.known.tolist() == found.recorded.tolist() == [1, 0]
    assert bounds.lower.tolist() == bounds.upper.tolist() == [1, 0]


def test_shares_below_one_person_are_bounded_as_whole_people_are():
    # Counts of modelled figures are fractional.
    whole = masking_bounds([2], people=[5], unknown_events=[1], unknown_people=[4])
    parts = masking_bounds([0.02], people=[0.05], unknown_events=[0.01], unknown_people=[0.04])

    assert (parts.lower[0], parts.upper[0]) == pytest.approx((whole.lower[0], whole.upper[0]))


def every_difference(events, people, unknown_events, unknown_people):
    """The difference of two rates for every way in which the unknown may belong to the group, to the reference or to others."""
    without = unknown_people - unknown_events
    for in_group, in_reference, out_group, out_reference in product(*(range(top + 1) for top in (unknown_events,) * 2 + (without,) * 2)):
        if in_group + in_reference <= unknown_events and out_group + out_reference <= without:
            group = (events[0] + in_group) / (people[0] + in_group + out_group)
            yield group - (events[1] + in_reference) / (people[1] + in_reference + out_reference)


@given(
    st.tuples(st.integers(0, 9), st.integers(1, 9)),
    st.tuples(st.integers(0, 9), st.integers(1, 9)),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_no_allocation_of_the_unknown_passes_the_ends_of_a_difference_and_some_reach_them(group, reference, unknown):
    events, people = (group[0], reference[0]), (group[0] + group[1], reference[0] + reference[1])

    found = masked_difference(events, people=people, unknown_events=unknown[0], unknown_people=sum(unknown))

    every = list(every_difference(events, people, unknown[0], sum(unknown)))
    assert found.least == pytest.approx(min(every), abs=1e-12)
    assert found.greatest == pytest.approx(max(every), abs=1e-12)
    assert found.group - found.reference == pytest.approx(every[0], abs=1e-12)
    if min(abs(min(every)), abs(max(every))) > 1e-12:
        assert found.survives == (min(every) > 0 or max(every) < 0)


def test_a_difference_of_a_worked_example_survives_few_unknown_and_not_many():
    few, many = (masked_difference((50, 70), people=(100, 100), unknown_events=unknown, unknown_people=2 * unknown) for unknown in (5, 40))

    assert (few.group, few.reference) == (0.5, 0.7)
    assert few.least == pytest.approx(50 / 105 - 75 / 105)
    assert few.greatest == pytest.approx(55 / 105 - 70 / 105)
    assert few.survives
    assert not many.survives


def test_a_difference_needs_people_on_both_sides():
    with pytest.raises(StatisticsError, match="no rate"):
        masked_difference((0, 5), people=(0, 10), unknown_events=0, unknown_people=1)


def test_a_difference_of_nothing_is_not_beyond_what_is_unknown():
    same = masked_difference([1, 2], people=[2, 4], unknown_events=0, unknown_people=0)
    other = masked_difference([1, 3], people=[2, 4], unknown_events=0, unknown_people=0)

    assert same.least == same.greatest == 0
    assert [part.survives for part in (same, other)] == [False, True]
