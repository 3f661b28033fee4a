"""Shrinkage from rounded and suppressed counts: equality with exact counts, grid integration, calibration, silence, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.protected_counts import (
    CountIntervals,
    hes_intervals,
    learn_protected_proportions,
    learn_protected_rates,
    midpoint_intervals,
    shrink_protected_proportions,
    shrink_protected_rates,
)
from geo.statistics.shrinkage import shrink_proportions, shrink_rates
from tests.oracles.shrinkage import beta_binomial_interval, poisson_gamma_interval

PARTS = ("mean", "lower", "upper", "exceedance", "reliability", "prior")


def intervals(least, most):
    return CountIntervals(np.array(least, dtype=float), np.array(most, dtype=float))


def hes(counts):
    """Counts as the rule of Hospital Episode Statistics publishes them, and which are suppressed."""
    counts = np.asarray(counts)
    suppressed = (counts >= 1) & (counts <= 7)
    return np.where(suppressed, np.nan, 5 * np.floor(counts / 5 + 0.5)), suppressed


def test_what_hes_publishes_stands_for_its_counts():
    held = hes_intervals([0, np.nan, 10, 15, 100], is_suppressed=[False, True, False, False, False])

    assert held.least.tolist() == [0, 1, 8, 13, 98]
    assert held.most.tolist() == [0, 7, 12, 17, 102]


@given(st.integers(0, 500))
def test_every_count_lies_in_the_interval_of_what_hes_publishes_and_in_no_other(count):
    published, suppressed = hes([count])

    held = hes_intervals(published, is_suppressed=suppressed)

    alike = [other for other in range(520) if hes([other])[0].tolist() == published.tolist() or (suppressed[0] and 1 <= other <= 7)]
    assert (held.least[0], held.most[0]) == (min(alike), max(alike))


@pytest.mark.parametrize("wrong", [np.nan, 5, 12, -5, 7, 2.5])
def test_what_hes_cannot_have_published_is_refused(wrong):
    with pytest.raises(StatisticsError, match=r"1 counts are wrong, the first is .*; wanted 0, or a multiple of 5 from 10"):
        hes_intervals([10, wrong], is_suppressed=[False, False])


def test_suppression_must_be_said_for_each_area():
    with pytest.raises(StatisticsError, match="must be said for each area"):
        hes_intervals([10, 0], is_suppressed=[False])


def test_midpoints_stand_for_their_six_counts():
    held = midpoint_intervals([0, 3, 9, 63])

    assert held.least.tolist() == [0, 1, 7, 61]
    assert held.most.tolist() == [0, 6, 12, 66]


@pytest.mark.parametrize("wrong", [np.nan, 1, 6, -3, 4])
def test_what_is_no_midpoint_is_refused(wrong):
    with pytest.raises(StatisticsError, match="wanted 0, or 3 more than a multiple of 6"):
        midpoint_intervals([wrong])


def test_rates_of_intervals_of_one_count_equal_those_of_counts():
    random = np.random.default_rng(1)
    expected = np.r_[random.gamma(4, 2, 300), 0.0]
    counts = np.r_[random.poisson(expected[:-1] * random.gamma(10, 0.1, 300)), 0]
    covariates = random.normal(size=301)

    exact = shrink_rates(counts, expected=expected, covariates=covariates, benchmark=1.1, confidence=0.9)
    found = shrink_protected_rates(intervals(counts, counts), expected=expected, covariates=covariates, benchmark=1.1, confidence=0.9)

    for name in PARTS:
        assert getattr(found, name) == pytest.approx(getattr(exact, name), rel=1e-3, abs=1e-4), name
    assert found.concentration == pytest.approx(exact.concentration, rel=2e-3)
    assert found.coefficients == pytest.approx(exact.coefficients, abs=1e-3)


def test_proportions_of_intervals_of_one_count_equal_those_of_counts():
    random = np.random.default_rng(2)
    people = np.r_[random.integers(20, 200, 300), 0]
    counts = random.binomial(people, np.r_[random.beta(14, 6, 300), 0])
    benchmark, covariates = random.uniform(0.6, 0.8, 301), random.normal(size=301)
    told = {"denominator": people, "benchmark": benchmark, "covariates": covariates}

    exact = shrink_proportions(counts, **told)
    found = shrink_protected_proportions(intervals(counts, counts), **told)

    assert found.coefficients == pytest.approx(exact.coefficients, abs=1e-3)
    for name in PARTS:
        assert getattr(found, name) == pytest.approx(getattr(exact, name), rel=1e-3, abs=1e-4), name
    assert found.concentration == pytest.approx(exact.concentration, rel=2e-3)


def test_rates_equal_grid_integration():
    least, most, expected = [1, 8, 0, 13, 1, 8], [7, 12, 0, 17, 7, 12], [4.0, 7.0, 2.0, 9.0, 3.0, 12.0]

    found = shrink_protected_rates(intervals(least, most), expected=expected)

    for at in range(6):
        mean, lower, upper, above = poisson_gamma_interval(
            least[at], most[at], expected[at], usual=float(found.prior[at]), alike=min(found.concentration, 100.0)
        )
        if found.concentration <= 100:
            assert found.mean[at] == pytest.approx(mean, rel=1e-3)
            assert (found.lower[at], found.upper[at]) == pytest.approx((lower, upper), abs=3e-3)
            assert found.exceedance[at] == pytest.approx(above, abs=3e-3)
    assert found.concentration <= 100


def test_proportions_equal_grid_integration():
    least, most, people = [1, 8, 18, 28, 1, 38], [7, 12, 22, 32, 7, 42], [20, 30, 40, 40, 25, 40]

    found = shrink_protected_proportions(intervals(least, most), denominator=people, benchmark=0.5)

    for at in range(6):
        mean, lower, upper, above = beta_binomial_interval(
            least[at], min(most[at], people[at]), people[at], usual=float(found.prior[at]), alike=found.concentration
        )
        assert found.mean[at] == pytest.approx(mean, rel=1e-3)
        assert (found.lower[at], found.upper[at]) == pytest.approx((lower, upper), abs=1e-3)
        assert found.exceedance[at] == pytest.approx(above, abs=2e-3)


def test_reliability_loses_what_the_interval_leaves_open():
    # Expected 5 with prior mean 1: an interval that holds every likely count says nothing, one of one count all there is to say.
    random = np.random.default_rng(3)
    expected = np.full(400, 5.0)
    counts = random.poisson(expected * random.gamma(5, 0.2, 400))
    wide = np.arange(400) < 40

    found = shrink_protected_rates(intervals(np.where(wide, 0, counts), np.where(wide, 60, counts)), expected=expected)

    exact = 5 / (5 + found.concentration / found.prior[0])
    assert found.reliability[~wide] == pytest.approx(exact)
    assert found.reliability[wide] == pytest.approx(0, abs=1e-3)
    assert found.mean[wide] == pytest.approx(found.prior[wide], rel=1e-4)
    halves = shrink_protected_rates(intervals(np.where(wide, 1, counts), np.where(wide, 7, counts)), expected=expected)
    assert np.all((halves.reliability[wide] > 0.2 * exact) & (halves.reliability[wide] < 0.9 * exact))


@pytest.mark.parametrize("publish", ["hes", "midpoint"])
def test_intervals_are_calibrated_on_protected_counts(publish):
    random = np.random.default_rng(7)
    poor = random.integers(0, 2, 6_000)
    expected = random.gamma(3, 3, 6_000)
    risk = random.gamma(8, np.where(poor == 1, 1.5, 1.0) / 8)
    counts = random.poisson(expected * risk)
    if publish == "hes":
        published, suppressed = hes(counts)
        held = hes_intervals(published, is_suppressed=suppressed)
    else:
        held = midpoint_intervals(np.where(counts > 0, 6 * np.ceil(counts / 6) - 3, 0))

    found = shrink_protected_rates(held, expected=expected, covariates=poor)

    assert np.all((held.least <= counts) & (counts <= held.most))
    assert np.mean((found.lower <= risk) & (risk <= found.upper)) == pytest.approx(0.95, abs=0.02)
    assert found.concentration == pytest.approx(8, rel=0.15)
    assert found.coefficients == pytest.approx([0, np.log(1.5)], abs=0.04)
    assert np.mean(risk > 1) == pytest.approx(found.exceedance.mean(), abs=0.02)
    assert np.mean(found.upper - found.lower) > np.mean(np.diff(_exact_limits(counts, expected, poor), axis=0))


def _exact_limits(counts, expected, poor):
    exact = shrink_rates(counts, expected=expected, covariates=poor)
    return exact.lower, exact.upper


def test_proportions_are_calibrated_on_protected_counts():
    random = np.random.default_rng(8)
    people = random.integers(10, 200, 5_000)
    chance = random.beta(6, 14, 5_000)
    published, suppressed = hes(random.binomial(people, chance))

    found = shrink_protected_proportions(hes_intervals(published, is_suppressed=suppressed), denominator=people, benchmark=0.3)

    assert np.mean((found.lower <= chance) & (chance <= found.upper)) == pytest.approx(0.95, abs=0.02)
    assert found.concentration == pytest.approx(20, rel=0.15)
    assert found.prior[0] == pytest.approx(0.3, abs=0.01)


def test_counts_that_were_published_alike_cannot_be_told_apart():
    expected = np.array([3.0, 3.0, 9.0, 9.0, 5.0])
    first, second = np.array([1, 7, 8, 12, 0]), np.array([4, 2, 11, 9, 0])
    answers = []
    for counts in (first, second):
        published, suppressed = hes(counts)
        answers.append(shrink_protected_rates(hes_intervals(published, is_suppressed=suppressed), expected=expected))

    for name in PARTS:
        assert getattr(answers[0], name).tolist() == getattr(answers[1], name).tolist()
    assert answers[0].mean[0] == answers[0].mean[1]
    # What would give an exact count back: mean x (a / prior + expected) - a is no whole number of the interval's ends.
    back = answers[0].mean * (answers[0].concentration / answers[0].prior + expected) - answers[0].concentration
    assert 1 < back[0] < 7
    assert 8 < back[2] < 12


def test_an_interval_beyond_the_denominator_holds_only_what_can_be():
    beyond = shrink_protected_proportions(intervals([1, 8, 3], [7, 12, 3]), denominator=[4, 10, 9], benchmark=0.5)
    within = shrink_protected_proportions(intervals([1, 8, 3], [4, 10, 3]), denominator=[4, 10, 9], benchmark=0.5)

    assert beyond.mean.tolist() == within.mean.tolist()
    assert beyond.upper.tolist() == within.upper.tolist()


def test_nobody_leaves_the_prior():
    rates = shrink_protected_rates(intervals([5, 0, 9], [8, 4, 9]), expected=[4.0, 0.0, 6.0])
    shares = shrink_protected_proportions(intervals([5, 0, 9], [8, 4, 9]), denominator=[9, 0, 20], benchmark=0.5)

    for found in (rates, shares):
        assert found.mean[1] == pytest.approx(found.prior[1])
        assert found.reliability[1] == 0


@pytest.mark.parametrize(
    ("least", "most", "message"),
    [
        ([1, 5], [7, 4], "1 counts are wrong, the first is 4; wanted a greatest count that is not below the least"),
        ([1, 5], [7, 5.5], "from one whole number to another"),
        ([1, 4.5], [7, 5], "from one whole number to another"),
        ([1, 5], [7, np.inf], "from one whole number to another"),
        ([1, 5], [7, np.nan], "from one whole number to another"),
        ([1, 5], [7, 1005], "the first is 1001; wanted at most 1,000 counts in an interval"),
        ([1, np.nan], [7, 7], "is missing"),
        ([1, -1], [7, 7], "below 0"),
        ([1, 2], [7], r"Least counts have the shape \(2,\) but greatest \(1,\)"),
    ],
)
def test_intervals_that_cannot_be_are_refused(least, most, message):
    with pytest.raises(StatisticsError, match=message):
        shrink_protected_rates(intervals(least, most), expected=[5.0, 5.0])
    with pytest.raises(StatisticsError, match=message):
        shrink_protected_proportions(intervals(least, most), denominator=[5_000, 5_000], benchmark=0.5)


def test_the_widest_interval_is_taken():
    found = shrink_protected_rates(intervals([1, 5], [7, 1004]), expected=[5.0, 500.0])

    assert np.isfinite(found.mean).all()


def test_events_of_nobody_and_beyond_everybody_are_refused():
    with pytest.raises(StatisticsError, match="Events are counted where none is expected"):
        shrink_protected_rates(intervals([1, 1], [7, 7]), expected=[5.0, 0.0])
    with pytest.raises(StatisticsError, match="Nothing is expected in any area"):
        shrink_protected_rates(intervals([0, 0], [0, 0]), expected=[0.0, 0.0])
    with pytest.raises(StatisticsError, match="A numerator exceeds its denominator"):
        shrink_protected_proportions(intervals([8], [12]), denominator=[7], benchmark=0.5)
    with pytest.raises(StatisticsError, match="Nobody is counted in any area"):
        shrink_protected_proportions(intervals([0], [0]), denominator=[0], benchmark=0.5)
    with pytest.raises(StatisticsError, match="must lie between"):
        shrink_protected_rates(intervals([1], [7]), expected=[5.0], confidence=1.0)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9), st.floats(0.5, 20)), min_size=2, max_size=12))
def test_limits_bracket_and_order_does_not_matter(areas):
    least, width, expected = map(np.array, zip(*areas, strict=True))

    found = shrink_protected_rates(intervals(least, least + width), expected=expected)
    turned = shrink_protected_rates(intervals(least[::-1], (least + width)[::-1]), expected=expected[::-1])

    assert np.all(found.lower <= found.mean)
    # Where areas differ without measure, so skew a posterior may have its mean beyond its limit.
    assert found.concentration < 0.2 or np.all(found.mean <= found.upper)
    assert np.all((found.exceedance >= 0) & (found.exceedance <= 1))
    assert np.all((found.reliability >= 0) & (found.reliability <= 1))
    assert turned.mean[::-1] == pytest.approx(found.mean, rel=5e-3)


def test_what_is_learnt_alone_is_what_shrinkage_learns():
    random = np.random.default_rng(17)
    expected = random.uniform(2, 30, 80)
    counts = hes_intervals(np.where(random.random(80) < 0.5, 0.0, 20.0), is_suppressed=random.random(80) < 0.4)
    people = np.full(80, 40.0)

    for learnt, whole in (
        (learn_protected_rates(counts, expected=expected), shrink_protected_rates(counts, expected=expected)),
        (
            learn_protected_proportions(counts, denominator=people),
            shrink_protected_proportions(counts, denominator=people, benchmark=0.3),
        ),
    ):
        assert learnt.concentration == whole.concentration
        assert np.array_equal(learnt.usual, whole.prior)
        assert np.array_equal(learnt.count, whole.count)
        assert np.all((learnt.count >= counts.least) & (learnt.count <= counts.most))
