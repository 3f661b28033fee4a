import itertools

import pytest

from geo.errors import InputError
from geo.maps import colours, scales

# Two colours closer than this are hard to tell apart on neighbouring areas.
DISTINCT = 9.0
# Neighbouring steps of an ordered scale may lie closer: their order is read, not each alone.
DISTINCT_STEP = 7.0
NHS_BLUE = "#005eb8"


@pytest.mark.parametrize("view", colours.VIEWS)
def test_bivariate_classes_stay_apart_for_every_kind_of_sight(view):
    pairs = itertools.combinations(scales.BIVARIATE.colours, 2)

    assert min(colours.difference(one, other, view=view) for one, other in pairs) > DISTINCT


@pytest.mark.parametrize("polarity", scales.SEQUENTIAL)
@pytest.mark.parametrize("view", colours.VIEWS)
def test_neighbouring_classes_of_a_sequential_scale_stay_apart(polarity, view):
    shades = scales.SEQUENTIAL[polarity].colours

    assert min(colours.difference(one, other, view=view) for one, other in itertools.pairwise(shades)) > DISTINCT_STEP


@pytest.mark.parametrize("polarity", scales.SEQUENTIAL)
def test_sequential_scales_darken_steadily_so_that_grey_prints_keep_the_order(polarity):
    lights = [colours.luminance(colour) for colour in scales.SEQUENTIAL[polarity].colours]

    assert lights == sorted(lights, reverse=True)


def test_low_figures_are_strong_where_high_is_good():
    good_high = scales.sequential_colours("high_is_good", 5)
    good_low = scales.sequential_colours("low_is_good", 5)

    assert colours.luminance(good_high[0]) < colours.luminance(good_high[-1])
    assert colours.luminance(good_low[0]) > colours.luminance(good_low[-1])


def test_status_lines_can_be_seen_on_their_fill():
    for look in (*scales.STATUS_LOOKS.values(), scales.NOT_TESTED):
        assert colours.contrast(look["fill"], look["line"]) >= 3


@pytest.mark.parametrize("view", colours.VIEWS)
def test_neighbouring_probabilities_stay_apart_for_every_kind_of_sight(view):
    shades = scales.EXCEEDANCE.colours

    assert min(colours.difference(one, other, view=view) for one, other in itertools.pairwise(shades)) > DISTINCT


def test_probabilities_darken_steadily_so_that_grey_prints_keep_the_order():
    lights = [colours.luminance(colour) for colour in scales.EXCEEDANCE.colours]

    assert lights == sorted(lights, reverse=True)


@pytest.mark.parametrize("view", colours.VIEWS)
def test_hot_cold_and_neither_stay_apart_for_every_kind_of_sight_and_in_grey(view):
    shades = [scales.SPOTS[name] for name in ("worse", "better", "neither")]
    grey = [colours.luminance(shade) for shade in shades]

    assert min(colours.difference(one, other, view=view) for one, other in itertools.combinations(shades, 2)) > 3 * DISTINCT
    assert min(contrast for contrast in (colours.contrast(shades[0], shades[2]), colours.contrast(shades[1], shades[2]))) > 2
    assert grey == sorted(grey)


def test_statuses_never_share_a_look():
    looks = [(look["fill"], look["pattern"]) for look in (*scales.STATUS_LOOKS.values(), scales.NOT_TESTED)]

    assert len(set(looks)) == len(looks)


def test_nhs_blue_is_never_data():
    used = {
        colour for scale in (*scales.SEQUENTIAL.values(), scales.DIVERGING, scales.BIVARIATE, scales.EXCEEDANCE) for colour in scale.colours
    }
    used |= set(scales.SPOTS.values())

    assert min(colours.difference(NHS_BLUE, colour) for colour in used) > DISTINCT


def test_black_on_white_has_contrast_21():
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#777777") == 1


def test_a_map_has_three_to_seven_classes():
    with pytest.raises(InputError, match="3 to 7"):
        scales.sequential_colours("none", 8)
    with pytest.raises(InputError, match="polarity"):
        scales.sequential_colours("up", 5)


def test_words_that_are_not_colours_are_refused():
    with pytest.raises(InputError, match="not a colour"):
        colours.linear_rgb("red")
