"""The allocation error is found where it was planted, and is not claimed where it cannot be known."""

import numpy as np
import pytest

from geo.releases.allocation import fit_allocation_error, predict_hidden
from geo.releases.apportion import apportion, make_registrations


def a_town(*, spread, practices=600, places=200, people=4000, seed=7):
    """Practices draw patients from ten neighbourhoods each; their true share is the mean of these plus a planted spread."""
    random = np.random.default_rng(seed)
    truth = np.linspace(0.5, 0.8, places)
    centre = random.integers(0, places - 10, practices)
    row = np.repeat(np.arange(practices), 10)
    place = centre[row] + np.tile(np.arange(10), practices)
    codes = np.array([f"P{i:04}" for i in range(practices)], dtype=object)
    registrations = make_registrations(codes[row], place, np.full(len(row), people / 10), size=places)
    share = np.clip(registrations.shares @ truth + random.normal(0, spread, practices), 0, 1)
    denominator = np.full(practices, float(people))
    numerator = random.binomial(people, share).astype(float)
    return registrations, codes, (numerator, denominator), apportion(registrations, codes, numerator, denominator)


@pytest.mark.parametrize("spread", [0.02, 0.05, 0.08])
def test_a_planted_spread_is_found_and_its_interval_holds_hidden_practices(spread):
    error = fit_allocation_error(*a_town(spread=spread))

    # The others' mean carries a part of the spread too, so a little more than was planted is right.
    assert spread * 0.9 < error.variance**0.5 < spread * 1.15
    assert error.held_out_coverage == pytest.approx(0.95, abs=0.025)


def test_without_spread_there_is_hardly_an_error():
    assert fit_allocation_error(*a_town(spread=0.0)).variance ** 0.5 < 0.006


def test_a_hidden_practice_says_nothing_about_itself():
    registrations, codes, (numerator, denominator), moved = a_town(spread=0.05)
    before, _ = predict_hidden(registrations, numerator, denominator, moved)
    changed = numerator.copy()
    changed[3] = 0.0

    after, _ = predict_hidden(registrations, changed, denominator, apportion(registrations, codes, changed, denominator))

    assert after[3] == pytest.approx(before[3], rel=1e-9)
    assert not np.allclose(after, before)


def test_too_few_practices_give_no_error():
    assert fit_allocation_error(*a_town(spread=0.05, practices=60)) is None
