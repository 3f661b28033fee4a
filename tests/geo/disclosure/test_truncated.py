"""Moments of a truncated normal against plain integration."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from geo.disclosure.truncated import truncated_moments


@pytest.mark.parametrize(
    ("mean", "spread", "low", "high"),
    [(0, 1, -1, 1), (3, 2, 0.5, 7.5), (20, 4, 7.5, 12.5), (-5, 2, 0.5, 7.5), (100, 30, 98, 103), (50, 3, 38, 43)],
)
def test_moments_are_those_of_the_integral(mean, spread, low, high):
    def weight(x):
        return np.exp(norm.logpdf(x, mean, spread) - peak)

    peak = max(norm.logpdf(np.clip(mean, low, high), mean, spread), -1e300)
    whole = quad(weight, low, high)[0]
    first = quad(lambda x: x * weight(x), low, high)[0] / whole
    second = quad(lambda x: (x - first) ** 2 * weight(x), low, high)[0] / whole

    found = truncated_moments(np.array([mean], dtype=float), np.array([spread**2], dtype=float), np.array([low]), np.array([high]))

    assert found[0][0] == pytest.approx(first, rel=1e-6)
    assert found[1][0] == pytest.approx(second, rel=1e-4)


def test_far_outside_the_nearer_bound_is_all_that_is_left():
    found = truncated_moments(np.array([0.0, 1e6]), np.array([1.0, 1.0]), np.array([500.0, 1.0]), np.array([510.0, 7.0]))

    assert found[0].tolist() == [500, 7]
    assert np.all(found[1] < 0.1)
