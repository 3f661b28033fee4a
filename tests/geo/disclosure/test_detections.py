"""Which clusters leave: three neighbourhoods with persons, ten persons, and totals that narrow no withheld count below four values."""

import json

import numpy as np
import pyarrow as pa
import pytest

from geo.disclosure.atoms import protect
from geo.disclosure.detections import Atoms, Before, candidates, let_leave, may_leave
from geo.disclosure.family import KEYS, Family
from geo.disclosure.labels import TOO_SMALL, check_labels
from geo.disclosure.policies import load_policy

HES = load_policy("hes")
CODES = [f"E0100{at:04d}" for at in range(1, 13)]


def atoms(persons, *, most=7, least=1, is_share=False, people=100, withheld=True):
    counts = np.array(persons, dtype=np.float64)
    bounds = [np.broadcast_to(np.asarray(end, dtype=np.float64), counts.shape).copy() for end in (least, most)]
    flags = np.broadcast_to(withheld, counts.shape)
    return Atoms(tuple(CODES[: len(counts)]), counts, np.full(len(counts), float(people)), counts, *bounds, flags, is_share)


def every(one):
    return np.arange(len(one.codes))


@pytest.mark.parametrize(
    ("persons", "leaves"), [([4, 3, 3], True), ([3, 3, 3], False), ([9, 9], False), ([20, 20, 0], False), ([20, 20, 1], True)]
)
def test_three_neighbourhoods_with_persons_and_ten_persons_are_needed(persons, leaves):
    one = atoms(persons)

    assert may_leave([one], every(one)) == leaves


@pytest.mark.parametrize(("with_it", "leaves"), [([16, 16, 17], True), ([17, 17, 17], False), ([20, 15, 12], False)])
def test_of_a_share_those_without_the_event_count_as_well(with_it, leaves):
    one = atoms(with_it, is_share=True, people=20)

    assert may_leave([one], every(one)) == leaves


def test_persons_of_one_period_alone_must_be_enough_for_they_may_come_again():
    years = [atoms([3, 3, 3])] * 4

    assert not may_leave(years, every(years[0]))
    assert may_leave([*years, atoms([4, 4, 4])], every(years[0]))


@pytest.mark.parametrize(("persons", "left"), [([4, 3, 3], np.inf), ([6, 6, 6], 4), ([7, 6, 6], 3), ([7, 7, 7], 1), ([2, 1, 1], 2)])
def test_the_total_of_a_set_leaves_a_withheld_count_what_the_others_can_be(persons, left):
    """By hand: of three counts of 1 to 7, a total of 19 leaves each 5 to 7, one of 18 leaves 4 to 7, one of 4 leaves 1 or 2."""
    one = atoms(persons)

    assert candidates([one], [every(one)]) == left


def test_totals_of_sets_that_overlap_are_taken_together():
    """10 in the first three and 9 in the last three: the first is one more than the fourth, so neither set alone tells but both do."""
    one = atoms([6, 3, 1, 5], least=[1, 1, 1, 5], most=[7, 7, 7, 5], withheld=[True, True, True, False])
    first, second = np.array([0, 1, 2]), np.array([1, 2, 3])

    assert candidates([one], [first]) >= 4
    assert candidates([one], [first, second]) == 1


def test_published_zeros_beside_a_withheld_count_would_give_it_away():
    one = atoms([0, 0, 5, 7], least=[0, 0, 1, 1], most=[0, 0, 7, 7], withheld=[False, False, True, True])

    assert candidates([one], [every(one)]) == 3


def test_what_the_published_table_narrows_by_itself_is_not_the_sets_doing():
    one = atoms([2, 5, 5], least=[1, 0, 0], most=[2, 50, 50])

    assert candidates([one], [every(one)]) > 2


def world(counts, *, people=400):
    """Exact and protected tables of neighbourhoods in one district."""
    rows = [("asthma", "lsoa21", code, "2025-26", "", "all", count, people) for code, count in zip(CODES, counts, strict=False)]
    rows.append(("asthma", "lad24", "E07000001", "2025-26", "", "all", sum(counts), people * len(counts)))
    columns = list(zip(*rows, strict=True))
    cells = pa.table({name: pa.array(columns[at], pa.string()) for at, name in enumerate(KEYS)})
    for name, at in (("numerator", 6), ("denominator", 7), ("persons", 6)):
        cells = cells.append_column(name, pa.array(columns[at], pa.int64()))
    nesting = [("lsoa21", code, "lad24", "E07000001") for code in CODES[: len(counts)]]
    names = ("child_geography", "child", "parent_geography", "parent")
    family = Family(pa.table({name: [row[at] for row in nesting] for at, name in enumerate(names)}), {"asthma": "events"})
    return cells, protect(cells, HES, family).table


def question(*sets, kind="scan_window", reason=""):
    return {
        "indicator": "asthma", "geography": "lsoa21", "since": "2025-26", "period": "2025-26", "kind": kind,
        "adjustment": "age_sex_deprivation", "taken_account_of": ["age"], "reason": reason,
        "sets": [{"direction": "high", "areas": areas, "p": 0.001} for areas in sets],
    }  # fmt: skip


def leave(counts, *questions):
    cells, protected = world(counts)
    told = let_leave(questions, cells, protected, kinds={"asthma": "events"}, policy=HES)
    return check_labels(json.loads(json.dumps(told)), "detections.json")


def test_only_labels_of_sets_that_may_leave_leave_and_the_others_are_counted():
    told = leave([12, 14, 11, 3, 0, 9], question(CODES[3:5], CODES[:3]), question(CODES[4:5], kind="hot_spot"))

    assert told["refused_sets"] == 2
    window, spot = told["detections"]
    assert window["sets"] == [{"direction": "high", "areas": CODES[:3]}]
    assert (window["state"], spot["state"], spot["reason"], spot["sets"]) == ("found", "refused", TOO_SMALL, [])


def test_a_set_whose_difference_from_one_that_left_is_a_single_count_stays():
    counts = [5, 6, 6, 6, 6, 6, 12, 31, 40, 22, 18, 27]

    alone = leave(counts, question(CODES[1:6], kind="hot_spot"))
    beside = leave(counts, question(CODES[:6]), question(CODES[1:6], kind="hot_spot"))

    assert alone["detections"][0]["state"] == "found"
    assert [each["state"] for each in beside["detections"]] == ["found", "refused"]
    assert beside["refused_sets"] == 1


def test_sets_stand_in_order_of_code_whatever_their_strength():
    counts = [12, 14, 11, 21, 22, 23]

    assert leave(counts, question(CODES[3:6], CODES[:3])) == leave(counts, question(CODES[:3], CODES[3:6]))


def test_what_was_not_asked_or_found_nothing_is_told_as_such():
    told = leave([12, 14, 11], question(reason="too_few_areas"), question(kind="hot_spot"))

    assert [(each["state"], each["reason"]) for each in told["detections"]] == [("refused", "too_few_areas"), ("nothing_found", "")]


def leave_again(counts, first, *questions, moved=()):
    """Labels of a second edition, in which the counts of these neighbourhoods are told anew. first: the labels of the first."""
    cells, protected = world(counts)
    before = Before([first], frozenset(("asthma", "lsoa21", code, "2025-26") for code in moved))
    told = let_leave(questions, cells, protected, kinds={"asthma": "events"}, policy=HES, before=before)
    return check_labels(json.loads(json.dumps(told)), "detections.json")


def sets_of(labels):
    return [each["areas"] for question in labels["detections"] for each in question["sets"]]


def test_a_set_that_is_no_longer_found_among_counts_that_stand_is_told_on():
    """That it went would tell that its people became fewer, though no figure moved."""
    first = leave([12, 14, 11, 3, 0, 9], question(CODES[:3]))

    assert leave_again([11, 12, 9, 3, 0, 9], first, question()) == first
    assert sets_of(leave_again([11, 12, 9, 3, 0, 9], first, question(), moved=CODES[2:3])) == []


def test_a_set_that_is_found_among_counts_that_stand_is_not_told():
    first = leave([12, 14, 11, 3, 0, 9], question())

    assert leave_again([13, 15, 12, 3, 0, 9], first, question(CODES[:3])) == first
    assert sets_of(leave_again([13, 15, 12, 3, 0, 9], first, question(CODES[:3]), moved=CODES[:1])) == [CODES[:3]]


def test_sets_of_two_editions_that_differ_by_a_withheld_count_do_not_both_leave():
    """The second set alone may leave; its total less that of the first is the count of one neighbourhood."""
    counts = [5, 6, 6, 6, 6, 6, 12, 31, 40, 22, 18, 27]
    first = leave(counts, question(CODES[1:6]))
    found = question(CODES[:6])

    assert sets_of(leave(counts, found)) == [CODES[:6]]
    assert sets_of(leave_again(counts, first, found, moved=CODES[:1])) == [CODES[1:6]]


def test_a_question_that_was_never_asked_is_answered_as_in_a_first_edition():
    first = leave([12, 14, 11, 3, 0, 9], question(kind="hot_spot"))

    told = leave_again([12, 14, 11, 3, 0, 9], first, question(CODES[:3]), question(kind="hot_spot"))

    assert sets_of(told) == [CODES[:3]]
