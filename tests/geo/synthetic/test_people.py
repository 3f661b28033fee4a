"""People fill their neighbourhoods as the Census counted them, and each is the same in whatever slice."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.synthetic.communities import BROAD_OF, CATEGORIES
from geo.synthetic.country import BANDS, BROAD
from geo.synthetic.days import NEVER, ages
from geo.synthetic.people import ABSENT, CURRENT, DEPARTED, END, START, Population
from tests.geo.synthetic.conftest import a_world


@pytest.fixture(scope="module")
def population():
    return Population(a_world("ncl", "nenc"))


@pytest.fixture(scope="module")
def people(population):
    return population.slice(0, population.size)


def test_each_neighbourhood_has_exactly_the_people_of_the_census_by_band_of_age(population, people):
    here = people.group == CURRENT
    found = np.bincount(people.lsoa[here] * BANDS + people.band[here], minlength=population.world.country.people.size)

    assert (found.reshape(-1, BANDS) == population.world.country.people).all()
    assert here.sum() == population.registered


def test_ages_on_the_last_day_are_those_of_the_band(people):
    here = people.group != DEPARTED

    assert (np.minimum(ages(people.birth[here], END) // 5, BANDS - 1) == people.band[here]).all()
    assert (people.birth <= END).all()


@settings(max_examples=25)
@given(st.data())
def test_a_slice_alone_equals_the_same_rows_of_the_whole(population, people, data):
    start = data.draw(st.integers(0, population.size - 1))
    stop = start + data.draw(st.integers(1, 500))
    part = population.slice(start, stop)

    for field in fields(part):
        assert (getattr(part, field.name) == getattr(people, field.name)[start:stop]).all(), field.name


def test_broad_groups_of_a_neighbourhood_are_those_of_the_census(population, people):
    broad = np.array([next(i for i, name in enumerate(BROAD) if code in BROAD_OF[name]) for code in CATEGORIES])
    here = people.group == CURRENT
    found = np.bincount(broad[people.category[here]], minlength=5) / here.sum()

    assert found == pytest.approx(population.world.country.ethnic_share[0], abs=0.012)


def test_twins_share_birth_home_and_family_name_but_not_number_or_given_name(people):
    first = np.flatnonzero(people.twin & (people.index % 2 == 0))

    assert (people.twin[first + 1]).all()
    for name in ("birth", "postcode", "family", "practice", "category"):
        assert (getattr(people, name)[first] == getattr(people, name)[first + 1]).all(), name
    assert (people.nhs[first] != people.nhs[first + 1]).all()
    assert (people.given[first] != people.given[first + 1]).mean() > 0.9
    assert people.twin[people.group == CURRENT].mean() == pytest.approx(0.012, rel=0.15)


def test_times_are_in_order(people):
    assert (people.birth <= people.came).all()
    assert (people.came < people.left).all()
    gone = people.group == DEPARTED
    assert ((people.left >= START) & (people.left <= END))[gone].all()
    assert (people.left[~gone] == NEVER).all()
    died = people.death != NEVER
    assert (people.death[died] == people.left[died]).all()


def test_numbers_are_unique_and_absent_people_are_as_many_as_said(population, people):
    assert len(np.unique(people.nhs)) == population.size
    assert (people.group == ABSENT).sum() == pytest.approx(0.02 * population.registered, rel=0.02)


def test_postcodes_and_practices_are_those_of_the_neighbourhood(population, people):
    country = population.world.country
    for name, start in (("postcode", country.postcode_start), ("practice", country.practice_start)):
        value = getattr(people, name)
        assert ((value >= start[people.lsoa]) & (value < start[people.lsoa + 1])).all(), name


def test_residents_choose_practices_by_their_weight(population, people):
    within = people.practice - population.world.country.practice_start[people.lsoa]

    assert np.bincount(within) / len(within) == pytest.approx([0.6, 1 / 3, 1 / 15], abs=0.01)


def test_movers_come_from_their_own_district(population, people):
    district = population.world.country.lad24
    moved = people.moved > 0

    assert moved.mean() == pytest.approx(0.10, abs=0.01)
    assert (district[people.former_lsoa] == district[people.lsoa]).all()
    assert (people.former_postcode[~moved] >= 0).all()


def test_the_number_of_people_hardly_changes_through_the_years(people):
    registered = people.group != ABSENT
    each = [((people.came <= on) & (people.left > on) & registered).sum() for on in (START, (START + END) // 2, END)]

    assert max(each) / min(each) < 1.06
