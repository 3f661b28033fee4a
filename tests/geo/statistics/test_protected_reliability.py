"""How much a protected count is worth: reliability against published distributions, units, and who is named in a refusal."""

import numpy as np
import pytest
from scipy.stats import betabinom, nbinom

from geo.errors import StatisticsError
from geo.statistics.protected_counts import CountIntervals, shrink_protected_proportions, shrink_protected_rates


def left_open(law, least, most):
    """The share of a count's variance that is left when it is known to lie in an interval, its chances counted one by one."""
    counts = np.arange(least, most + 1)
    chances = law.pmf(counts) / law.pmf(counts).sum()
    return (chances @ counts**2 - (chances @ counts) ** 2) / law.var()


LEAST = np.array([1.0, 8, 0, 13, 1, 38, 0, 1, 3])
MOST = np.array([7.0, 12, 0, 17, 7, 42, 5, 6, 3])


def test_reliability_of_rates_is_that_of_the_counts_less_what_the_interval_leaves_open():
    expected = np.array([0.4, 20, 9, 5, 9, 12, 5, 0.7, 20])

    found = shrink_protected_rates(CountIntervals(LEAST, MOST), expected=expected, covariates=[1, 2, 0, 2, 1, 3, 0, 0, 1])

    alike = found.concentration
    for at, usual in enumerate(found.prior):
        law = nbinom(alike, alike / (alike + expected[at] * usual))
        exact = expected[at] / (expected[at] + alike / usual)
        assert found.reliability[at] == pytest.approx(exact * (1 - left_open(law, LEAST[at], MOST[at])), rel=1e-6)
    assert alike < 20
    assert (found.reliability > 0.01).all()


def test_reliability_of_proportions_is_that_of_the_counts_less_what_the_interval_leaves_open():
    people = np.array([20, 30, 25, 40, 9, 50, 8, 7, 3])

    found = shrink_protected_proportions(
        CountIntervals(LEAST, MOST), denominator=people, benchmark=0.3, covariates=[1, 1, 0, 2, 1, 3, 0, 0, 3]
    )

    alike = found.concentration
    assert len(found.coefficients) == 2
    assert alike < 100
    for at, usual in enumerate(found.prior):
        law = betabinom(people[at], usual * alike, (1 - usual) * alike)
        exact = people[at] / (people[at] + alike)
        assert found.reliability[at] == pytest.approx(exact * (1 - left_open(law, LEAST[at], min(MOST[at], people[at]))), rel=1e-6)


@pytest.mark.parametrize("unit", [0.01, 100.0])
def test_the_unit_of_what_is_expected_scales_the_risks_and_nothing_else(unit):
    expected = np.array([4.0, 7, 2, 9, 3, 20, 4, 7, 3])
    counts = CountIntervals(LEAST, MOST)

    plain = shrink_protected_rates(counts, expected=expected)
    other = shrink_protected_rates(counts, expected=expected * unit, benchmark=1 / unit)

    for name in ("mean", "lower", "upper", "prior"):
        np.testing.assert_allclose(getattr(other, name) * unit, getattr(plain, name), rtol=1e-4)
    for name in ("exceedance", "reliability", "concentration"):
        np.testing.assert_allclose(getattr(other, name), getattr(plain, name), rtol=1e-3)


def test_areas_of_one_person_are_taken():
    found = shrink_protected_proportions(CountIntervals([0.0, 0], [1.0, 0]), denominator=[1, 1], benchmark=0.5)

    assert found.mean[0] >= found.mean[1]


def test_a_refusal_names_what_is_missing():
    counts = CountIntervals([1.0], [2.0])

    with pytest.raises(StatisticsError, match="its expected is missing"):
        shrink_protected_rates(counts, expected=[np.nan])
    with pytest.raises(StatisticsError, match="its denominator is missing"):
        shrink_protected_proportions(counts, denominator=[np.nan], benchmark=0.5)
