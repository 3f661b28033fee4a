"""Shrinkage at its edges: planted effects of covariates on proportions, areas of one person, units, and who is named in a refusal."""

import numpy as np
import pytest

from geo.errors import StatisticsError
from geo.statistics.shrinkage import beta_binomial, negative_binomial, shrink_by_moments, shrink_proportions, shrink_rates


def test_the_planted_effect_of_a_covariate_on_proportions_is_found():
    random = np.random.default_rng(8)
    line = np.repeat([-1.0, 0.0, 1.0], 500)
    middle = 1 / (1 + np.exp(-(0.4 + 0.8 * line)))
    people = random.integers(20, 200, 1500)
    counts = random.binomial(people, random.beta(30 * middle, 30 * (1 - middle)))

    found = shrink_proportions(counts, denominator=people, covariates=line, benchmark=0.5)

    np.testing.assert_allclose(found.coefficients, [0.4, 0.8], atol=0.06)
    assert found.concentration == pytest.approx(30, rel=0.15)
    np.testing.assert_allclose(found.prior, 1 / (1 + np.exp(-(found.coefficients[0] + found.coefficients[1] * line))))
    np.testing.assert_allclose(found.mean, (found.prior * found.concentration + counts) / (found.concentration + people))


@pytest.mark.parametrize("law", [negative_binomial, beta_binomial])
def test_derivatives_of_the_likelihood_are_those_of_small_steps(law):
    counts, people = np.array([3.0, 0, 7, 2]), np.array([10.0, 4, 9, 30])
    design = np.column_stack([np.ones(4), [0.5, -1, 2, 0.1]])
    terms, at, step = law(counts, people, design), np.array([-0.7, 0.3, 1.2]), 1e-6

    _, by_line, by_alike = terms(at)

    for place, given in ((0, by_line * design[:, 0]), (1, by_line * design[:, 1]), (2, by_alike)):
        aside = np.eye(3)[place] * step
        np.testing.assert_allclose(given, (terms(at + aside)[0] - terms(at - aside)[0]) / (2 * step), rtol=1e-5, atol=1e-7)


def test_areas_of_one_person_teach_as_others_do():
    found = shrink_proportions([1, 0, 0, 1, 0], denominator=[1] * 5, benchmark=0.5)

    np.testing.assert_allclose(found.prior, 0.4, atol=1e-3)


@pytest.mark.parametrize("unit", [0.01, 100.0])
def test_the_unit_of_what_is_expected_scales_the_risks_and_nothing_else(unit):
    counts, expected = [3, 0, 9, 4, 30, 2], np.array([4.0, 3, 5, 6, 12, 4])

    plain = shrink_rates(counts, expected=expected)
    other = shrink_rates(counts, expected=expected * unit, benchmark=1 / unit)

    for name in ("mean", "lower", "upper", "prior"):
        np.testing.assert_allclose(getattr(other, name) * unit, getattr(plain, name), rtol=1e-4)
    for name in ("exceedance", "reliability", "concentration"):
        np.testing.assert_allclose(getattr(other, name), getattr(plain, name), rtol=1e-3)


def test_a_refusal_names_what_is_missing():
    with pytest.raises(StatisticsError, match="its expected is missing"):
        shrink_rates([1], expected=[np.nan])
    with pytest.raises(StatisticsError, match="its population is missing"):
        shrink_by_moments([1], population=[np.nan])
    with pytest.raises(StatisticsError, match="but denominator"):
        shrink_proportions([1], denominator=[3, 4], benchmark=0.5)
