"""Classes of values, around a benchmark, and two ways with deprivation."""

import math
from itertools import pairwise
from types import SimpleNamespace

import pytest

from geo.errors import InputError
from geo.maps.looks import diverging_breaks, look_of, scale_keys, thirds
from geo.maps.scales import BIVARIATE, DIVERGING, STATUS_LOOKS, sequential_colours
from geo.maps.scenes import class_colours, class_of


def an_indicator(slug="made-up", slices=(), **definition):
    told = {"unit": "proportion", "decimals": 1, "polarity": "high_is_good", **definition}
    return SimpleNamespace(slug=slug, definition=told, slices=slices, is_linked=False)


def a_slice(breaks=(0.5, 0.6, 0.7), geography="msoa21", median=None):
    return SimpleNamespace(breaks=breaks, geography=SimpleNamespace(slug=geography), period="2021-22", stratum="all", median=median)


@pytest.mark.parametrize(("value", "expected"), [(0.1, 0), (0.5, 0), (0.51, 1), (0.7, 2), (0.9, 2)])
def test_a_value_on_a_bound_belongs_below_and_above_all_to_the_last(value, expected):
    assert class_of(value, (0.5, 0.6, 0.7)) == expected
    assert look_of(an_indicator(), a_slice(), []).fill(value, 0) == sequential_colours("high_is_good", 3)[expected]


def test_few_classes_still_run_from_strong_to_quiet():
    assert len(class_colours("high_is_good", (0.5, 0.6))) == 2
    assert len(class_colours("none", ())) == 1


def test_around_a_benchmark_the_neutral_class_holds_it_and_the_worst_colour_the_worst_end():
    england = a_slice(geography="ctry23", median=0.6)
    values = [0.3 + at / 100 for at in range(61)]

    for polarity, worst in (("high_is_good", 0.0), ("low_is_good", 1.0)):
        look = look_of(an_indicator(slices=(england,), polarity=polarity), a_slice(), values, benchmark="england")
        assert look.mode == "diverging"
        assert look.fill(0.6, 0) == DIVERGING.colours[3]
        assert look.fill(worst, 0) == DIVERGING.colours[0]
        assert look.fill(1 - worst, 0) == DIVERGING.colours[6]
    assert [key.words for key in scale_keys(look)][-1] == "From better to worse around England: 60.0 %."


def test_steps_around_a_benchmark_are_equal_and_three_reach_the_farther_values():
    breaks = diverging_breaks([0.5] * 95 + [0.8] * 5, 0.5)

    assert breaks[-1] == math.inf
    steps = [after - before for before, after in pairwise(breaks[:-1])]
    assert steps == pytest.approx([0.1] * 5)
    assert (breaks[2] + breaks[3]) / 2 == pytest.approx(0.5)
    assert diverging_breaks([], 0.5) == ()


def test_a_ratio_is_always_looked_at_from_100_and_keeps_its_seven_classes():
    seven = (70.0, 80.0, 90.0, 110.0, 120.0, 130.0, 180.0)

    look = look_of(an_indicator(unit="ratio_100", polarity="low_is_good"), a_slice(seven), [80.0, 120.0])

    assert (look.mode, look.breaks) == ("diverging", seven)
    assert look.fill(179.0, 0) == DIVERGING.colours[0]


def test_deciles_are_read_in_pairs_and_the_most_deprived_are_strong():
    look = look_of(an_indicator(unit="decile", polarity="none", decimals=0), a_slice(), [])

    assert [look.fill(decile, 0) for decile in (1, 2, 3, 10)] == [
        *(sequential_colours("high_is_good", 5)[at] for at in (0, 0, 1, 4)),
    ]


def test_two_ways_the_nine_colours_are_by_value_and_decile():
    values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    look = look_of(an_indicator(), a_slice(), values, is_two_way=True)

    assert thirds(values) == (0.2, 0.4)
    assert thirds([0.1, 0.2]) is None
    # High is good: the lowest third is the worst; decile 1 is the most deprived.
    assert look.fill(0.1, 1) == BIVARIATE.colours[8]
    assert look.fill(0.6, 10) == BIVARIATE.colours[0]
    assert look.fill(0.3, 5) == BIVARIATE.colours[4]
    thirds_of_deprivation = [BIVARIATE.colours.index(look.fill(0.6, decile)) for decile in range(1, 11)]
    assert thirds_of_deprivation == [2, 2, 2, 1, 1, 1, 1, 0, 0, 0]
    assert look.fill(0.3, 0) == STATUS_LOOKS["missing"]["fill"]
    assert look.square("IMD 2025").worse == "lower"
    assert look_of(an_indicator(polarity="none"), a_slice(), values, is_two_way=True).fill(0.6, 1) == BIVARIATE.colours[8]


@pytest.mark.parametrize(
    ("indicator", "asked", "named"),
    [
        (an_indicator(), {"benchmark": "target"}, "no target"),
        (an_indicator(), {"benchmark": "england"}, "no figure of England"),
        (an_indicator("imd-2025-decile", unit="decile"), {"is_two_way": True}, "against itself"),
        (an_indicator(part_of_imd=True), {"is_two_way": True}, "against itself"),
    ],
)
def test_what_cannot_be_looked_at_so_is_named(indicator, asked, named):
    with pytest.raises(InputError, match=named):
        look_of(indicator, a_slice(), [0.1, 0.2, 0.3], **asked)
