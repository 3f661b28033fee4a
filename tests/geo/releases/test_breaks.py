"""Class breaks: named rules, ties in one class, and every value in a class."""

import bisect
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.releases.breaks import class_breaks


def of(unit="proportion", decimals=1):
    return SimpleNamespace(unit=unit, decimals=decimals)


def sizes(values, breaks):
    places = [bisect.bisect_left(breaks, v) for v in values]
    return [places.count(i) for i in range(len(breaks))]


def test_proportions_have_seven_classes_of_equal_size_at_shown_digits():
    values = np.linspace(0.3, 0.9, 7001)

    breaks = class_breaks(values, of())

    assert len(breaks) == 7
    assert breaks == [round(b, 3) for b in breaks]
    assert max(sizes(values, breaks)) - min(sizes(values, breaks)) < 20


def test_values_that_tie_stay_together_and_leave_fewer_classes():
    values = np.array([0.0] * 900 + [0.5, 0.6, 0.7] * 10)

    breaks = class_breaks(values, of())

    assert breaks[0] == 0.0
    assert len(breaks) < 7
    assert len(set(breaks)) == len(breaks)


def test_ratios_diverge_around_one_hundred():
    values = np.array([40.0, 70, 90, 98, 100, 103, 115, 140, 260])

    breaks = class_breaks(values, of("ratio_100", 0))

    assert len(breaks) == 7
    assert [round(200 - b) for b in reversed(breaks[:3])] == [round(b) for b in breaks[3:6]]
    assert breaks[2] < 100 < breaks[3]
    assert breaks[-1] >= 260


def test_deciles_have_five_classes_and_nothing_has_none():
    assert class_breaks(np.array([1.0, 10.0]), of("decile", 0)) == [2, 4, 6, 8, 10]
    assert class_breaks(np.array([]), of()) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.sampled_from(["proportion", "per_100k", "ratio_100", "years"]))
def test_bounds_rise_and_hold_every_value(values, unit):
    breaks = class_breaks(np.array(values) * (1 if unit == "proportion" else 200), of(unit, 1))

    assert breaks == sorted(set(breaks))
    assert breaks[-1] >= max(values) * (1 if unit == "proportion" else 200) - 1e-9
    assert len(breaks) <= 7


@pytest.mark.parametrize("count", [1, 2, 6])
def test_few_areas_have_a_class_each(count):
    values = np.arange(1, count + 1) / 10

    assert len(class_breaks(values, of())) == count
