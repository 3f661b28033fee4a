"""Limits of published figures hold the truth as often as they say, and always hold what rounding leaves open."""

import numpy as np
import pytest

from geo.disclosure.limits import PublishedCounts, rate_limits, share_limits
from geo.disclosure.policies import load_policy
from geo.disclosure.rules import publish
from geo.errors import DisclosureError

HES = load_policy("hes")


def published(counts):
    return PublishedCounts(*publish(np.asarray(counts, dtype=float), HES))


@pytest.mark.parametrize("chance", [0.15, 0.5, 0.85])
@pytest.mark.parametrize("people", [200, 600, 3_000])
def test_published_shares_are_covered_nineteen_times_of_twenty(chance, people):
    random = np.random.default_rng([people, int(chance * 100)])
    truth = random.uniform(chance - 0.05, chance + 0.05, 20_000)
    denominator = random.integers(people - 20, people + 20, 20_000)
    numerator = random.binomial(denominator, truth)

    found = share_limits(published(numerator), published(denominator))

    shown = ~np.isnan(found.lower)
    assert np.mean((found.lower <= truth) & (truth <= found.upper), where=shown) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("mean", [25, 40, 150])
def test_published_rates_are_covered_nineteen_times_of_twenty(mean):
    random = np.random.default_rng(mean)
    rate = random.uniform(0.9, 1.1, 20_000) * mean / 1_700
    people = random.integers(1_600, 1_800, 20_000)
    events = random.poisson(rate * people)

    found = rate_limits(published(events), published(people), per=1)

    shown = ~np.isnan(found.lower)
    assert np.mean((found.lower <= rate) & (rate <= found.upper), where=shown) == pytest.approx(0.95, abs=0.02)


def test_limits_hold_the_interval_of_rounding():
    numerator, denominator = published([0, 10, 190, 200]), published([200, 200, 200, 200])

    found = share_limits(numerator, denominator)

    assert np.all(found.lower <= numerator.least / denominator.most)
    assert np.all(found.upper >= np.minimum(numerator.most / denominator.least, 1))


def test_counts_that_are_not_rounded_have_the_usual_limits():
    exact = PublishedCounts(np.array([80.0]), np.array([80.0]), np.array([80.0]))
    people = PublishedCounts(np.array([100.0]), np.array([100.0]), np.array([100.0]))

    found = share_limits(exact, people)

    # Wilson's limits of 80 of 100.
    assert (round(float(found.lower[0]), 4), round(float(found.upper[0]), 4)) == (0.7112, 0.8666)


def test_withheld_counts_have_no_limits():
    found = share_limits(published([3]), published([200]))

    assert np.isnan(found.lower[0])
    assert np.isnan(found.upper[0])


def test_nobody_has_no_rate():
    with pytest.raises(DisclosureError, match="denominator"):
        rate_limits(published([0]), published([0]))
