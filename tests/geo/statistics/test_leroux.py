"""Leroux smoothing: analytic ends (independent, intrinsic), every risk summed as oracle, calibration, properties, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.special import lambertw

from geo.errors import StatisticsError
from geo.statistics.leroux import Field, Strength, smooth_rates
from geo.statistics.shrinkage import shrink_rates
from tests.oracles.leroux import dense_precision, intrinsic, risks, risks_at

COUNTS, EXPECTED = [1, 9, 4], [4.0, 5.0, 4.5]
CHAIN = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]


def a_lattice(side):
    """A square of areas with neighbours above, below and beside."""
    line = sparse.diags_array([np.ones(side - 1)] * 2, offsets=[-1, 1])
    one = sparse.eye_array(side)
    return sparse.csr_array(sparse.kron(line, one) + sparse.kron(one, line))


def a_field(counts=COUNTS, *, expected=EXPECTED, links=CHAIN, covariates=None):
    return Field(counts, expected=expected, weights=sparse.csr_array(np.array(links, dtype=float)), covariates=covariates)


@pytest.mark.parametrize("precision", [0.5, 4.0, 60.0])
def test_independent_effects_equal_their_closed_form(precision):
    peak = a_field().peak(Strength(rho=0.0, precision=precision))

    # y - E exp(b + u) = precision u, solved by Lambert's function.
    scaled = np.array(EXPECTED) * np.exp(peak.coefficients[0]) / precision
    assert peak.effects == pytest.approx(
        np.array(COUNTS) / precision - lambertw(scaled * np.exp(np.array(COUNTS) / precision)).real, rel=1e-6
    )


def test_areas_without_neighbours_are_independent_whatever_rho():
    alone = a_field(links=np.zeros((3, 3))).peak(Strength(rho=0.75, precision=8.0))
    free = a_field().peak(Strength(rho=0.0, precision=8.0))

    assert alone.line == pytest.approx(free.line, rel=1e-9)
    assert alone.variance == pytest.approx(free.variance, rel=1e-9)


def test_towards_one_it_becomes_the_intrinsic_autoregression_whose_effects_add_up_to_nothing():
    peak = a_field().peak(Strength(rho=1 - 1e-7, precision=3.0))

    effects, constant = intrinsic(COUNTS, EXPECTED, CHAIN, precision=3.0)
    # The constant is not wholly free here, so that it and the common part of the effects may trade a little.
    assert peak.line == pytest.approx(effects + constant, abs=1e-4)
    assert peak.effects - peak.effects.mean() == pytest.approx(effects, abs=1e-4)
    assert effects.sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("strength", [Strength(0.0, 5.0), Strength(0.5, 10.0), Strength(0.9, 3.0), Strength(0.95, 40.0)])
def test_at_a_given_strength_means_equal_the_sum_over_all_risks(strength):
    field = a_field()

    peak = field.settled(strength)

    evidence, means, _ = risks_at(COUNTS, EXPECTED, CHAIN, strength=(strength.rho, strength.precision))
    assert np.exp(peak.line + peak.variance / 2) == pytest.approx(means, rel=0.02)
    base, _, _ = risks_at(COUNTS, EXPECTED, CHAIN, strength=(0.3, 10.0))
    assert field_evidence(field, strength) - field_evidence(field, Strength(0.3, 10.0)) == pytest.approx(evidence - base, abs=0.05)


def field_evidence(field, strength):
    """The log posterior of a strength without its prior."""
    spread, rho = strength.precision**-0.5, max(strength.rho, 1e-12)
    return field.log_posterior(strength) - (np.log(0.01) * spread + np.log(spread) + np.log(rho) + np.log1p(-rho))


def test_over_all_strengths_means_and_exceedance_equal_the_sum_over_everything():
    found = smooth_rates(COUNTS, expected=EXPECTED, weights=sparse.csr_array(np.array(CHAIN)), benchmark=1.1)

    means, above = risks(COUNTS, EXPECTED, CHAIN, benchmark=1.1)
    assert found.mean == pytest.approx(means, rel=0.03)
    assert found.exceedance == pytest.approx(above, abs=0.02)


def test_limits_leave_their_share_on_either_side():
    weights = sparse.csr_array(np.array(CHAIN))
    found = smooth_rates(COUNTS, expected=EXPECTED, weights=weights)

    for at in range(3):
        beyond = smooth_rates(COUNTS, expected=EXPECTED, weights=weights, benchmark=found.lower[at])
        assert beyond.exceedance[at] == pytest.approx(0.975, abs=1e-6)
        beyond = smooth_rates(COUNTS, expected=EXPECTED, weights=weights, benchmark=found.upper[at])
        assert beyond.exceedance[at] == pytest.approx(0.025, abs=1e-6)


def test_what_was_planted_is_learnt_and_intervals_are_calibrated():
    random = np.random.default_rng(8)
    side, rho, precision = 40, 0.85, 6.0
    weights = a_lattice(side)
    covariance = np.linalg.inv(dense_precision(weights.toarray(), rho=rho, precision=precision))
    effects = np.linalg.cholesky(covariance) @ random.standard_normal(side**2)
    poor = random.integers(0, 2, side**2)
    expected = random.gamma(4, 3, side**2)
    risk = np.exp(effects + np.log(1.4) * poor)

    found = smooth_rates(random.poisson(expected * risk), expected=expected, weights=weights, covariates=poor)

    assert np.mean((found.lower <= risk) & (risk <= found.upper)) == pytest.approx(0.95, abs=0.02)
    assert found.rho == pytest.approx(rho, abs=0.12)
    assert found.precision == pytest.approx(precision, rel=0.3)
    assert found.coefficients[1] == pytest.approx(np.log(1.4), abs=0.05)
    apart = shrink_rates(random.poisson(expected * risk), expected=expected, covariates=poor)
    assert np.mean((found.mean - risk) ** 2) < 0.9 * np.mean((apart.mean - risk) ** 2)


@pytest.mark.parametrize("shape", [1e6, 4.0])
def test_what_is_expected_of_all_adds_up_to_what_was_observed(shape):
    """Where areas do not differ, and where they differ much: there the mean lies well above the middle of a risk."""
    random = np.random.default_rng(9)
    expected = random.gamma(3, 2, 400)
    counts = random.poisson(expected * 1.3 * random.gamma(shape, 1 / shape, 400))

    found = smooth_rates(counts, expected=expected, weights=a_lattice(20))

    assert expected @ found.mean == pytest.approx(counts.sum(), rel=1e-3)


def test_limits_bracket_order_does_not_matter_and_expectation_scales():
    random = np.random.default_rng(10)
    expected = random.gamma(3, 2, 9)
    counts = random.poisson(expected) + 1
    weights, order = a_lattice(3), random.permutation(9)

    found = smooth_rates(counts, expected=expected, weights=weights)
    turned = smooth_rates(counts[order], expected=expected[order], weights=weights[order][:, order])
    scaled = smooth_rates(counts, expected=expected * 4, weights=weights)

    assert np.all(found.lower < found.mean)
    assert np.all(found.mean < found.upper)
    assert np.all((found.exceedance >= 0) & (found.exceedance <= 1))
    assert turned.mean == pytest.approx(found.mean[order], rel=1e-3)
    assert scaled.mean * 4 == pytest.approx(found.mean, rel=1e-2)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.floats(0.5, 20)), min_size=9, max_size=9),
    st.floats(0, 0.99),
    st.floats(0.1, 200),
)
def test_an_effect_lies_between_the_areas_own_and_what_neighbours_and_the_middle_say(areas, rho, precision):
    counts, expected = map(np.array, zip(*areas, strict=True))
    counts = counts + 1
    weights = a_lattice(3)

    peak = Field(counts, expected=expected, weights=weights).peak(Strength(rho, precision))

    own = np.log(counts / expected) - peak.coefficients[0]
    degree = weights.sum(axis=1)
    borrowed = rho * (weights @ peak.effects) / (rho * degree + 1 - rho)
    assert np.all(peak.effects >= np.minimum(own, borrowed) - 1e-3)
    assert np.all(peak.effects <= np.maximum(own, borrowed) + 1e-3)


def test_where_nobody_is_expected_neighbours_speak():
    random = np.random.default_rng(11)
    expected = np.full(25, 40.0)
    counts = random.poisson(expected * 3)
    counts[12], expected[12] = 0, 0.0

    found = smooth_rates(counts, expected=expected, weights=a_lattice(5))

    assert found.mean[12] == pytest.approx(3, rel=0.1)
    assert found.upper[12] - found.lower[12] > found.upper[0] - found.lower[0]


def test_an_island_does_not_borrow_and_is_drawn_to_the_middle_alone():
    random = np.random.default_rng(12)
    weights = sparse.block_diag([a_lattice(6), sparse.csr_array((2, 2))], format="csr")
    expected = np.append(np.full(36, 50.0), [50.0, 0.0])
    counts = np.append(random.poisson(50.0 * np.where(np.arange(36) % 6 < 3, 2.0, 0.5)), [100, 0])

    found = smooth_rates(counts, expected=expected, weights=weights)

    assert 1.25 < found.mean[36] < 2.0
    assert found.lower[37] < 1 < found.upper[37]
    assert found.upper[37] < 10


def test_one_area_few_events_and_far_counts_are_answered():
    alone = sparse.csr_array((1, 1))
    assert np.isfinite(smooth_rates([3], expected=[2.0], weights=alone).mean).all()
    none = smooth_rates([0, 0, 1], expected=[2.0, 3.0, 1.0], weights=sparse.csr_array(np.array(CHAIN)))
    assert np.isfinite(none.upper).all()
    far = smooth_rates([0, 100_000, 3], expected=[1e-3, 1.0, 1e4], weights=sparse.csr_array(np.array(CHAIN)))
    assert np.isfinite(far.mean).all()


@pytest.mark.parametrize(
    ("links", "message"),
    [
        (np.zeros((2, 2)), "of the shape"),
        (np.eye(3), "its own neighbour"),
        (-np.array(CHAIN), "0 or more"),
        ([[0, 1, 0], [0, 0, 1], [0, 1, 0]], "symmetric"),
    ],
)
def test_weights_that_are_no_neighbourhood_are_refused(links, message):
    with pytest.raises(StatisticsError, match=message):
        smooth_rates(COUNTS, expected=EXPECTED, weights=sparse.csr_array(np.array(links, dtype=float)))


def test_missing_counts_events_of_nobody_and_strengths_that_cannot_be_are_refused():
    weights = sparse.csr_array(np.array(CHAIN))
    with pytest.raises(StatisticsError, match="is missing"):
        smooth_rates([1, np.nan, 2], expected=EXPECTED, weights=weights)
    with pytest.raises(StatisticsError, match="No event is counted"):
        smooth_rates([0, 0, 0], expected=EXPECTED, weights=weights)
    with pytest.raises(StatisticsError, match="where none is expected"):
        smooth_rates(COUNTS, expected=[0, 1, 1], weights=weights)
    with pytest.raises(StatisticsError, match="none missing"):
        smooth_rates(COUNTS, expected=EXPECTED, weights=weights, covariates=[1, np.nan, 0])
    with pytest.raises(StatisticsError, match="must lie between"):
        smooth_rates(COUNTS, expected=EXPECTED, weights=weights, confidence=1.0)
    for strength in (Strength(1.0, 1.0), Strength(-0.1, 1.0), Strength(0.5, 0.0)):
        with pytest.raises(StatisticsError, match="rho must be"):
            a_field().peak(strength)
