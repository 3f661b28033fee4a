"""What the engine thinks of an area in classes, looks and words, and with no more digits than the service gives."""

from dataclasses import fields
from types import SimpleNamespace

import pytest

from geo.maps.estimates import (
    NOT_TESTED,
    about,
    are_labels,
    as_filed,
    cells_of,
    certainty_of,
    chance_words,
    class_keys,
    paint_of,
    probability_words,
    short_words,
    yardstick,
)
from geo.maps.scales import EXCEEDANCE, SPOTS
from geo.queries.hotspots import EstimateInfo

UNKNOWN = {field.name: None for field in fields(EstimateInfo)}


def an_estimate(**known):
    usual = {"area_code": "E02000001", "area_name": "Field 1", "spot": "not_tested", "funnel": "not_tested"}
    return EstimateInfo(**{**UNKNOWN, **usual, **known})


def an_indicator(*, is_linked=False, **definition):
    told = {"unit": "proportion", "decimals": 1, "polarity": "high_is_good", **definition}
    return SimpleNamespace(slug="made-up", definition=told, is_linked=is_linked)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.0, 0), (0.05, 0), (0.051, 1), (0.2, 1), (0.201, 2), (0.799, 2), (0.8, 3), (0.949, 3), (0.95, 4), (1.0, 4)],
)
def test_bounds_of_certainty(probability, expected):
    assert certainty_of(probability) == expected
    assert paint_of("exceedance", probability, an_indicator()).fill == EXCEEDANCE.colours[expected]
    assert (paint_of("exceedance", probability, an_indicator()).pattern == "cross") == (expected == 2)


def test_no_class_is_reached_by_rounding():
    filed = as_filed(an_estimate(exceedance=0.9499, shrunken=0.58249, q=0.01234), an_indicator())

    assert (filed.exceedance, filed.shrunken, filed.q) == (0.949, 0.582, 0.012)
    assert as_filed(an_estimate(exceedance=0.0501), an_indicator()).exceedance == 0.051
    assert as_filed(an_estimate(), an_indicator()).exceedance is None


def test_a_spot_is_coloured_by_whether_it_is_worse_and_signed_by_where_it_lies():
    for polarity, worse in (("high_is_good", -1.0), ("low_is_good", 1.0)):
        indicator = an_indicator(polarity=polarity)
        assert paint_of("spots", worse, indicator).fill == SPOTS["worse"]
        assert paint_of("spots", -worse, indicator).fill == SPOTS["better"]
        assert [paint_of("spots", spot, indicator).pattern for spot in (1.0, -1.0, 0.0)] == ["plus", "minus", "none"]
    assert paint_of("windows", 1.0, indicator).is_outlined
    assert not paint_of("windows", 0.0, indicator).is_outlined


def test_an_area_that_was_not_tested_is_never_said_to_be_nothing():
    for show in ("shrunken", "smoothed", "exceedance", "spots", "windows"):
        assert short_words(show, None, an_indicator()) == NOT_TESTED
        assert short_words(show, an_estimate(), an_indicator()) == NOT_TESTED
        assert set(cells_of(show, an_estimate(), an_indicator(), "", is_labels=False)) == {"not tested"}
        assert "not one where nothing was found" in about(show, an_indicator(), is_labels=False)[-1]


def test_words_of_each_kind():
    one = an_estimate(shrunken=0.58, exceedance=0.97, spot="low", q=0.0004, in_window=True)

    assert short_words("shrunken", one, an_indicator()) == "about 58.0 %, shrunken"
    assert short_words("exceedance", one, an_indicator()) == "very likely worse: probability of being worse 97 %"
    assert short_words("spots", one, an_indicator()) == "low together with its neighbours, worse (q under 0.001)"
    assert short_words("windows", one, an_indicator(), "in the scan window around Field 1, 3 areas").endswith("3 areas")
    assert short_words("windows", an_estimate(in_window=False), an_indicator()) == "outside of all windows"
    assert (probability_words(0.004), probability_words(0.995), chance_words(0.02)) == ("under 1 %", "over 99 %", "0.020")


def test_classes_of_probability_stand_always_and_others_where_they_occur():
    assert [key.words.rsplit(" (", 1)[1] for key in class_keys("exceedance", [0.5, 0.99], an_indicator())] == [
        "0 areas)",
        "0 areas)",
        "1 area)",
        "0 areas)",
        "1 area)",
    ]
    assert [key.words for key in class_keys("spots", [0.0, 0.0], an_indicator())] == ["tested, neither (2 areas)"]


def test_labels_of_the_secure_side_come_without_numbers_and_say_so():
    labels = [an_estimate(spot="high"), an_estimate(in_window=False)]

    assert are_labels(labels)
    assert not are_labels([*labels, an_estimate(q=0.2)])
    assert not are_labels([an_estimate(exceedance=0.5)])
    assert "exact counts on the secure side" in about("spots", an_indicator(), is_labels=True)[0]
    assert cells_of("spots", labels[0], an_indicator(), "", is_labels=True) == ("high together with its neighbours, better",)


def test_rates_are_held_against_ages_and_shares_against_everybody():
    assert yardstick(an_indicator()) == "England"
    assert yardstick(an_indicator(is_linked=True)) == "all made-up people"
    assert yardstick(an_indicator(unit="per_100k")) == "what the ages of its residents let expect"
