"""Conditions come near to published levels in a country of usual ages, and differ by deprivation as said."""

import numpy as np
import pytest

from geo.synthetic.conditions import ADULT, GRADIENT, SMOKER, gradient
from geo.synthetic.days import ages
from geo.synthetic.people import CURRENT, END
from tests.geo.synthetic.conftest import a_world, everybody


@pytest.fixture(scope="module")
def halton():
    """People of usual ages and deprivation, few of them of ethnic minorities."""
    return everybody(a_world("cm", neighbourhoods=150, minority=0.18))


@pytest.fixture(scope="module")
def here(halton):
    return halton.people.group == CURRENT


def test_levels_are_those_that_are_published(halton, here):
    conditions, age = halton.conditions, ages(halton.people.birth, END)
    adults = here & (age >= ADULT)

    assert conditions.hypertension[here].mean() == pytest.approx(0.148, abs=0.012)
    assert conditions.cardiovascular[here].mean() == pytest.approx(0.05, abs=0.008)
    assert conditions.diabetes[adults].mean() == pytest.approx(0.075, abs=0.012)
    assert conditions.smi[adults].mean() == pytest.approx(0.0095, abs=0.0012)
    assert (conditions.smoking[adults] == SMOKER).mean() == pytest.approx(0.13, abs=0.015)


def test_severe_mental_illness_is_of_adults(halton):
    assert ages(halton.people.birth, END)[halton.conditions.smi].min() >= ADULT
    assert halton.conditions.smi[halton.conditions.smi_in_remission].all()


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.6, 3.0])
def test_a_gradient_has_the_ratio_of_its_ends_and_leaves_the_mean(ratio):
    factors = gradient(np.arange(1, 11), ratio)

    assert factors[0] / factors[-1] == pytest.approx(ratio)
    assert factors.mean() == pytest.approx(1.0)
    assert np.diff(factors) == pytest.approx(np.diff(factors)[0])


def test_deprived_neighbourhoods_have_more(halton, here):
    decile = halton.people.decile
    for name in ("cardiovascular", "diabetes", "smi"):
        has = getattr(halton.conditions, name)
        ratio = has[here & (decile == 1)].mean() / has[here & (decile == 10)].mean()
        assert ratio == pytest.approx(GRADIENT[name], rel=0.25), name


def test_who_has_a_condition_was_diagnosed_before_the_first_day(halton):
    assert (halton.conditions.diagnosed <= END).all()
