"""Each count by itself: shown and rounded, or withheld, and why; decided on persons."""

import numpy as np
import pytest

from geo.disclosure.policies import load_policy
from geo.disclosure.rules import COMPLEMENT, DENOMINATOR, EVENTS, NUMERATOR, REASONS, SHARE, SUM, UNBOUNDED, Counts, mark
from geo.errors import DisclosureError

HES = load_policy("hes")


def counts(numerator, denominator=1500, *, kind=SHARE, persons=None, **others):
    numerator = np.atleast_1d(np.asarray(numerator, dtype=float))

    def filled(value):
        return np.broadcast_to(np.asarray(np.nan if value is None else value, dtype=float), numerator.shape).copy()

    return Counts(
        kind=np.full(len(numerator), kind, dtype=np.int8),
        numerator=numerator,
        denominator=filled(denominator),
        persons=numerator.copy() if persons is None else filled(persons),
        providers=filled(others.get("providers")),
        largest=filled(others.get("largest")),
        second=filled(others.get("second")),
    )


def published(found):
    return [None if np.isnan(value) else int(value) for value in found.numerator]


def reasons(found):
    return [REASONS[code] for code in found.reason]


def test_nothing_is_shown_as_nothing_few_are_withheld_and_the_rest_go_to_the_nearest_five():
    found = mark(counts([0, 1, 7, 8, 12, 13, 17, 18], 2000), HES)

    assert published(found) == [0, None, None, 10, 10, 15, 15, 20]
    assert reasons(found) == ["", "small_numbers", "small_numbers", "", "", "", "", ""]


def test_what_is_published_holds_the_exact_count():
    exact = np.arange(0, 400)

    found = mark(counts(exact, 400), HES)

    assert np.all(found.least[NUMERATOR] <= exact)
    assert np.all(exact <= found.most[NUMERATOR])
    assert np.all(found.least[COMPLEMENT] <= 400 - exact)
    assert np.all(400 - exact <= found.most[COMPLEMENT])


def test_people_without_are_protected_like_those_with():
    found = mark(counts([199, 193, 192, 200], 200), HES)

    assert reasons(found) == ["complement", "complement", "", ""]
    assert found.least[COMPLEMENT].tolist() == [1, 1, 8, 0]
    assert found.most[COMPLEMENT][:2].tolist() == [7, 7]


def test_below_the_smallest_denominator_nothing_is_shown_and_the_reason_does_not_tell_what():
    found = mark(counts([0, 3, 9, 15, 17], [15, 15, 15, 15, 17]), HES)

    assert reasons(found) == ["denominator"] * 5
    assert found.least[NUMERATOR].tolist() == [0] * 5
    assert set(found.most[NUMERATOR].tolist()) == {UNBOUNDED}


def test_the_smallest_denominator_is_judged_by_what_is_published():
    found = mark(counts([0, 0], [17, 18]), HES)

    assert reasons(found) == ["denominator", ""]


def test_events_of_few_persons_are_withheld_however_many_they_are():
    found = mark(counts([40, 40], kind=EVENTS, persons=[7, 8]), HES)

    assert reasons(found) == ["small_numbers", ""]
    assert (found.least[NUMERATOR][0], found.most[NUMERATOR][0]) == (1, UNBOUNDED)


def test_events_of_nearly_everybody_are_withheld():
    found = mark(counts([300, 300], 200, kind=EVENTS, persons=[195, 190]), HES)

    assert reasons(found) == ["complement", ""]


@pytest.mark.parametrize(
    ("total", "persons", "largest", "second", "reason"),
    [
        (100, 10, 40, 20, ""),
        (100, 9, 40, 20, "dominance"),
        (100, 10, 51, 20, "dominance"),
        (100, 10, 50, 46, "dominance"),  # p %: 100 - 50 - 46 = 4 is less than a tenth of 50
        (100, 10, 50, 45, ""),
        (100, 10, 48, None, "dominance"),  # the second is not known, so it may be 48
        (100, 10, 47, None, ""),
        (100, 10, None, None, "dominance"),
        (0, 0, None, None, ""),
    ],
)
def test_sums_need_ten_persons_and_nobody_who_makes_up_most_of_them(total, persons, largest, second, reason):
    found = mark(counts(total, kind=SUM, persons=persons, largest=largest, second=second), HES)

    assert reasons(found) == [reason]


def test_small_sums_of_many_persons_are_rounded_and_not_withheld():
    found = mark(counts([3, 6], kind=SUM, persons=12, largest=1, second=1), HES)

    assert published(found) == [5, 5]
    assert found.least[NUMERATOR].tolist() == [3, 3]


def test_a_percentage_that_rounding_can_move_too_far_is_withheld_but_its_interval_stays():
    found = mark(counts([50, 400], [100, 800]), HES)

    assert reasons(found) == ["percentage", ""]
    assert (found.least[NUMERATOR][0], found.most[NUMERATOR][0]) == (48, 52)
    assert published(found)[0] is None


def test_nothing_of_many_is_a_percentage_that_rounding_cannot_move():
    assert reasons(mark(counts(0, 30), HES)) == [""]


def test_what_was_not_collected_says_so_and_is_no_zero():
    assert reasons(mark(counts(np.nan), HES)) == ["not_collected"]


def test_a_small_denominator_is_withheld_itself():
    found = mark(counts(2, 6), HES)

    assert np.isnan(found.denominator[0])
    assert (found.least[DENOMINATOR][0], found.most[DENOMINATOR][0]) == (1, 7)


def test_midpoints_give_each_count_the_middle_of_its_six():
    found = mark(counts([0, 1, 6, 7, 12, 13], 3000), load_policy("midpoint_6"))

    assert published(found) == [0, 3, 3, 9, 9, 15]
    assert found.least[NUMERATOR].tolist() == [0, 1, 1, 7, 7, 13]


def test_open_data_stay_as_they_are():
    found = mark(counts([0, 3, 11], 12), load_policy("open"))

    assert published(found) == [0, 3, 11]
    assert np.array_equal(found.least[NUMERATOR], found.most[NUMERATOR])


def test_rounding_what_is_rounded_changes_nothing():
    once = mark(counts(np.arange(8, 300), 5000), HES).numerator

    assert np.array_equal(mark(counts(once, 5000), HES).numerator, once)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (counts(-1), "below 0"),
        (counts(10, 9), "more in its numerator"),
        (counts(10, persons=9), "persons are not its numerator"),
        (counts(10, kind=EVENTS, persons=11), "more persons than events"),
        (counts(10, kind=EVENTS, persons=0), "events of nobody"),
        (counts(10, np.nan), "denominator is missing"),
    ],
)
def test_counts_that_contradict_each_other_are_refused(wrong, said):
    with pytest.raises(DisclosureError, match=said):
        mark(wrong, HES)
