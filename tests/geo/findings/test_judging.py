"""How much areas differ anyway: learnt beside deprivation only where the expectation takes account of it."""

import numpy as np
import pytest

from geo.findings.expected import Expectation, expect
from geo.findings.judging import judge
from geo.findings.slices import list_slices, read_areas
from geo.statistics.shrinkage import shrink_proportions
from tests.country import SIDE, Part, a_country

pytestmark = pytest.mark.django_db

AREAS = SIDE * SIDE


@pytest.fixture
def judged():
    """By adjustment: shares that follow deprivation steeply, and nothing else."""
    random = np.random.default_rng(5)
    people = random.integers(200, 900, AREAS)
    country = a_country({"all": Part(random.binomial(people, 0.5 + 0.04 * (np.arange(AREAS) % 10)).astype(float), people.astype(float))})
    (part,) = list_slices(country.release)
    areas = read_areas(country.release, part)
    return areas, {adjustment: judge(part, areas, expect(part, areas, adjustment)) for adjustment in ("none", "deprivation")}


def test_without_account_of_deprivation_its_differences_are_usual_ones(judged):
    areas, found = judged
    plain = shrink_proportions(areas.numerator, denominator=areas.denominator, benchmark=0.5).concentration

    assert found["none"].effective == pytest.approx(areas.denominator / (1 + (areas.denominator - 1) / (plain + 1)))
    assert np.all(found["none"].effective < found["deprivation"].effective / 3)
    assert np.std(found["none"].z) == pytest.approx(1, abs=0.2)


def test_the_shrunken_value_has_deprivation_in_its_prior_either_way(judged):
    _, found = judged

    assert found["none"].shrunken.mean == pytest.approx(found["deprivation"].shrunken.mean)


@pytest.fixture
def nothing_in_a_fifth():
    """Admissions of linked records, of which the most deprived fifth has none; the release and what was counted."""
    random = np.random.default_rng(7)
    events = np.where(np.arange(AREAS) % 10 < 2, 0, random.poisson(9, AREAS)).astype(float)
    told = {"unit": "per_100k", "polarity": "low_is_good"}
    return a_country({"all": Part(events, np.full(AREAS, 1_500.0))}, **told), events


def test_where_nothing_is_expected_and_nothing_was_counted_an_area_is_as_expected(nothing_in_a_fifth):
    country, events = nothing_in_a_fifth
    (part,) = list_slices(country.release)
    areas = read_areas(country.release, part)
    usual = np.where(areas.fifth == 1, 0.0, events[areas.fifth != 1].mean())

    found = judge(part, areas, Expectation("age_sex_deprivation", usual, "made up", ("deprivation",)))

    assert (areas.fifth == 1).sum() >= AREAS // 5
    assert np.all(found.z[areas.fifth == 1] == 0)
    assert np.all(found.p[areas.fifth == 1] == 1)
    assert np.all(found.effective[areas.fifth == 1] == 0)
    assert np.isfinite(found.z).all()
    assert np.isfinite(found.shrunken.mean).all()
