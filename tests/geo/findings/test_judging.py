"""How much areas differ anyway: learnt beside deprivation only where the expectation takes account of it."""

import numpy as np
import pytest

from geo.findings.expected import expect
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
