"""Steepness of protected counts: limits hold for every count that a rounded one may stand for, tried one by one."""

from dataclasses import replace
from itertools import product

import numpy as np

from geo.disclosure.claims import SliceFacts
from geo.queries.groups import Group
from geo.queries.slopes import _RANGES, measure_steepness, step_patterns

HES = {"numerator": "hes", "denominator": "hes"}
SHARE = {"kind": "counts", "unit": "proportion", "polarity": "high_is_good"}
EVENTS, PEOPLE = (105, 150, 180, 195, 210, 240, 265, 280, 300, 335), (400, 430, 440, 425, 430, 455, 460, 465, 470, 480)


def groups_of(events, people=PEOPLE):
    return [
        Group(at + 1, float(count), float(size), count / size, None, None, "value", None, None, None, float(size))
        for at, (count, size) in enumerate(zip(events, people, strict=True))
    ]


def steepness(events=EVENTS, people=PEOPLE, **definition):
    told = {**SHARE, **definition}
    return measure_steepness(groups_of(events, people), told, SliceFacts.of(told, area_type="ctry", is_modelled=False))


def test_limits_hold_those_of_every_count_and_every_number_of_people_at_the_ends_of_rounding():
    protected, exact = steepness(policy=HES), steepness()

    for signs in product((-2, 2), repeat=5):
        moved = np.repeat(signs, 2)
        for found in (steepness(np.add(EVENTS, moved)), steepness(np.add(EVENTS, moved), np.subtract(PEOPLE, moved))):
            for name in _RANGES:
                held, tried = getattr(protected, name), getattr(found, name)
                assert held.lower <= tried.lower + 1e-4 * abs(tried.lower), name
                assert held.upper >= tried.upper - 1e-4 * abs(tried.upper), name
    for name in _RANGES:
        assert getattr(protected, name).value == getattr(exact, name).value
        assert getattr(protected, name).upper > getattr(exact, name).upper
        assert getattr(protected, name).lower < getattr(exact, name).lower
    assert "every count that a rounded one may stand for" in protected.method
    assert "rounded" not in exact.method


def test_open_counts_have_the_limits_that_they_had():
    assert steepness(policy={}) == steepness()


def test_nobody_misses_a_level_that_is_no_better():
    neutral, wanted = steepness(polarity="none"), steepness()

    assert (neutral.attributable, neutral.to_reach, neutral.to_reach_whole) == (None, None, None)
    assert (neutral.sii, neutral.rii, neutral.gap) == (wanted.sii, wanted.rii, wanted.gap)
    assert None not in (wanted.attributable, wanted.to_reach, wanted.to_reach_whole)


def test_a_group_that_is_withheld_leaves_no_line():
    told = {**SHARE, "policy": HES}
    groups = [replace(group, numerator=None) if group.decile == 4 else group for group in groups_of(EVENTS)]

    found = measure_steepness(groups, told, SliceFacts.of(told, area_type="ctry", is_modelled=False))

    assert (found.reason, found.sii) == ("incomplete", None)


def test_patterns_raise_the_first_and_lower_the_others():
    found = {tuple(pattern) for pattern in step_patterns(3)}

    assert found == {(1, 1, 1), (-1, -1, -1), (1, 1, -1), (-1, -1, 1), (1, -1, -1), (-1, 1, 1)}
