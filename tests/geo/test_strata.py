"""How strata are written: crossed ones are taken apart, the unknown are told."""

import pytest

from geo.strata import dimensions_of, first_age, is_asked, is_unknown, parts_of


@pytest.mark.parametrize(
    ("slug", "dimension", "parts"),
    [
        ("female", "sex", {"sex": "female"}),
        ("black", "ethnic group", {"ethnicity": "black"}),
        ("45-54_female_white-british", "age_sex_ethnicity", {"age": "45-54", "sex": "female", "ethnicity": "white-british"}),
        ("45-54_female", "age_sex_ethnicity", {}),
        ("all", "", {}),
    ],
)
def test_a_stratum_is_the_parts_that_its_slug_joins(slug, dimension, parts):
    assert parts_of(slug, dimension) == parts


def test_everybody_has_no_dimension():
    assert dimensions_of("") == ()
    assert dimensions_of("age_sex") == ("age", "sex")


@pytest.mark.parametrize("slug", ["unknown", "ethnicity-not-known", "not-stated", "45-54_unknown", "unknown_male"])
def test_the_unknown_are_told_by_the_end_of_a_part(slug):
    assert is_unknown(slug)


def test_only_whole_people_and_single_known_parts_are_looked_at_by_themselves():
    assert is_asked("all", "")
    assert is_asked("female", "sex")
    assert not is_asked("not-stated", "ethnicity")
    assert not is_asked("45-54_female", "age_sex")


def test_ages_are_put_in_order_by_the_first_of_them():
    assert sorted(("85-plus", "5-18", "unknown", "50-59", "0-4"), key=first_age) == ["0-4", "5-18", "50-59", "85-plus", "unknown"]
