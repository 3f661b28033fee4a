"""Every figure that the house computes from counts is turned round: from protected counts it gives back no more than they do."""

from functools import cache

import numpy as np
import pytest

from geo.disclosure.attacks import invert
from geo.disclosure.policies import load_policy
from geo.disclosure.rules import publish
from geo.statistics.funnels import funnel_points
from geo.statistics.intervals import byar_limits, poisson_limits, wilson_limits
from geo.statistics.protected_counts import CountIntervals, shrink_protected_proportions, shrink_protected_rates
from geo.statistics.rates import proportion, rate, ratio
from geo.statistics.shrinkage import shrink_proportions, shrink_rates

HES = load_policy("hes")
PEOPLE = 412.0
# The other areas of the system are known to the attacker in every digit; the target is the first.
OTHERS = np.random.default_rng(3).poisson(18, 60).astype(float)
EXPECTED = np.full(61, 16.0)
COUNTS = np.arange(0, 40, dtype=float)


def with_others(count):
    return np.concatenate([[count], OTHERS])


def ends_with_others(count):
    """The published interval of the target, and of the others, as the shrinkage of protected counts takes them."""
    _shown, least, most = publish(with_others(count), HES)
    return CountIntervals(least, most)


def people():
    return np.full(61, PEOPLE)


# Each figure as a function of the exact count, and of what is published of it.
EXACT = {
    "rate": lambda count: rate(count, population=PEOPLE).value,
    "percentage": lambda count: proportion(count, denominator=PEOPLE).value * 100,
    "ratio to expected": lambda count: ratio(count, expected=16.0).value,
    "Wilson lower": lambda count: wilson_limits(count, PEOPLE).lower,
    "Wilson width": lambda count: wilson_limits(count, PEOPLE).upper - wilson_limits(count, PEOPLE).lower,
    "Byar upper": lambda count: byar_limits(np.maximum(count, 1.0)).upper,
    "Poisson upper": lambda count: poisson_limits(count).upper,
    "funnel z": lambda count: funnel_points("proportion", with_others(count), size=people()).z[0],
    "posterior mean of a rate": lambda count: shrink_rates(with_others(count), expected=EXPECTED).mean[0],
    "posterior upper limit": lambda count: shrink_rates(with_others(count), expected=EXPECTED).upper[0],
    "exceedance": lambda count: shrink_rates(with_others(count), expected=EXPECTED).exceedance[0],
    "posterior mean of a share": lambda count: shrink_proportions(with_others(count), denominator=people(), benchmark=0.04).mean[0],
}
SHRUNKEN = {
    "posterior mean of a rate": lambda count: shrink_protected_rates(ends_with_others(count), expected=EXPECTED).mean[0],
    "posterior upper limit": lambda count: shrink_protected_rates(ends_with_others(count), expected=EXPECTED).upper[0],
    "exceedance": lambda count: shrink_protected_rates(ends_with_others(count), expected=EXPECTED).exceedance[0],
    "reliability": lambda count: shrink_protected_rates(ends_with_others(count), expected=EXPECTED).reliability[0],
    "prior": lambda count: shrink_protected_rates(ends_with_others(count), expected=EXPECTED).prior[0],
    "posterior mean of a share": lambda count: shrink_protected_proportions(
        ends_with_others(count), denominator=people(), benchmark=0.04
    ).mean[0],
}


@cache
def figure_of(name, way, count):
    """One figure of one count; the ways are those of EXACT, of what is published of it, and of SHRUNKEN."""
    if way == "published":
        count = float(publish(np.array([count]), HES)[0][0])
        if np.isnan(count):
            return -1.0
    return float(np.asarray((SHRUNKEN if way == "shrunken" else EXACT)[name](count)).ravel()[0])


def each(name, way):
    """The figure for many counts, one after the other."""
    return lambda counts: np.array([figure_of(name, way, float(count)) for count in counts])


@pytest.mark.parametrize("name", EXACT)
def test_a_figure_of_exact_counts_gives_back_a_count_that_is_withheld(name):
    counts = COUNTS[:12]
    truth = 5.0
    made = each(name, "exact")

    found = invert(made, float(made(np.array([truth]))[0]), counts=counts, tolerance=1e-9)

    assert truth in found
    assert len(found) < 4


@pytest.mark.parametrize(("name", "way"), [*((name, "published") for name in EXACT), *((name, "shrunken") for name in SHRUNKEN)])
@pytest.mark.parametrize("truth", [1.0, 5.0, 7.0])
def test_a_figure_of_protected_counts_leaves_every_count_that_is_published_alike(name, way, truth):
    made = each(name, way)

    found = invert(made, float(made(np.array([truth]))[0]), counts=COUNTS[:14], tolerance=1e-9)

    assert set(found) >= {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0}


@pytest.mark.parametrize("name", SHRUNKEN)
def test_a_shrunken_figure_of_a_shown_count_leaves_its_whole_class(name):
    made = each(name, "shrunken")

    found = invert(made, float(made(np.array([21.0]))[0]), counts=np.arange(16, 25, dtype=float), tolerance=1e-9)

    assert set(found) >= {18.0, 19.0, 20.0, 21.0, 22.0}
