"""Contrasts of counts known as intervals: no combination of counts passes their ends, and exact counts give the plain contrast."""

from dataclasses import asdict
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.insights import BoundedCounts, fit_bounded_contrast, fit_contrast

UNITS = 24
MEMBER = np.arange(UNITS) % 2
PEOPLE = 40.0 + np.arange(UNITS)
KEYS = np.arange(UNITS) // 2


def counts_of(seed, kind="proportion"):
    random = np.random.default_rng(seed)
    return (random.binomial(PEOPLE.astype(int), 0.4) if kind == "proportion" else random.poisson(PEOPLE * 0.3)).astype(float) + 1.0


def bounded(likely, width):
    """Intervals of width up and down about the first of the counts."""
    free = np.where(np.arange(UNITS) < 6, width, 0)
    return BoundedCounts(likely, np.maximum(likely - free, 0), likely + free)


@pytest.mark.parametrize("kind", ["proportion", "rate"])
@pytest.mark.parametrize("covariate", [None, np.linspace(0, 1, UNITS), (np.arange(UNITS) // 3 % 2).astype(float)])
def test_no_combination_of_counts_passes_the_limits_or_has_a_greater_p(kind, covariate):
    likely = counts_of(1, kind)
    asked = {"people": PEOPLE, "is_member": MEMBER, "covariates": covariate, "clusters": KEYS, "kind": kind}

    found = fit_bounded_contrast(bounded(likely, 2), **asked)

    every = []
    for pulls in product((-2, 0, 2), repeat=6):
        every.append(fit_contrast(likely + np.concatenate([pulls, np.zeros(UNITS - 6)]), **asked))
    ratios = [one.ratio for one in every]
    plain = fit_contrast(likely, **asked)
    assert found.ratio == plain.ratio
    assert found.ratio_lower <= min(ratios)
    assert max(ratios) <= found.ratio_upper
    # The farthest ratios of all combinations are those whose limits were taken.
    least, most = (min(every, key=lambda one: sign * one.ratio) for sign in (1, -1))
    assert found.ratio_lower <= least.ratio_lower * (1 + 1e-9)
    assert found.ratio_upper >= most.ratio_upper * (1 - 1e-9)
    if least.ratio < 1 < most.ratio:
        assert found.p == 1.0
    # Errors hardly change between the ends: p of any combination is at most a tenth beyond.
    assert max(one.p for one in every) <= max(found.p * 1.1, found.p + 0.01)
    assert found.excess_lower <= found.excess <= found.excess_upper


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_exact_counts_give_the_plain_contrast(kind):
    likely = counts_of(2, kind)
    asked = {"people": PEOPLE, "is_member": MEMBER, "clusters": KEYS, "kind": kind}

    assert asdict(fit_bounded_contrast(BoundedCounts(likely, likely, likely), **asked)) == asdict(fit_contrast(likely, **asked))


@given(st.integers(0, 1_000), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_wider_intervals_claim_less(seed, width):
    likely = counts_of(seed)
    asked = {"people": PEOPLE, "is_member": MEMBER, "clusters": KEYS}

    narrow, wide = (fit_bounded_contrast(bounded(likely, one), **asked) for one in (width, width + 1))

    assert wide.ratio_lower <= narrow.ratio_lower
    assert wide.ratio_upper >= narrow.ratio_upper
    assert wide.p >= narrow.p - 1e-12 or wide.p == 1.0


def test_a_likely_count_outside_its_interval_is_refused():
    likely = counts_of(3)

    with pytest.raises(StatisticsError, match="between the least and the greatest"):
        fit_bounded_contrast(BoundedCounts(likely, likely + 1, likely + 2), people=PEOPLE, is_member=MEMBER, clusters=KEYS)
