"""What holds for the arguments of every statistic: a missing number is never 0, the kind of array does not matter, none is written to."""

import dataclasses
from types import FunctionType

import numpy as np
import pytest
from scipy import sparse

from geo.errors import StatisticsError
from geo.statistics import (
    comparison,
    concentration,
    control_charts,
    ethnicity,
    funnels,
    gaps,
    inequality,
    insights,
    intervals,
    learnt_rates,
    leroux,
    life_expectancy,
    local,
    means,
    moran,
    multiplicity,
    protected_counts,
    quantiles,
    rates,
    scan,
    shrinkage,
    standardise,
    trends,
)

# What becomes of a missing number: the whole is refused, the area it belongs to has no value, or it does without.
REFUSED, MISSING, ALLOWED = "refused", "missing", "allowed"

EIGHT = [3, 9, 4, 7, 12, 5, 8, 2]
HUNDREDS = [400, 500, 300, 600, 700, 200, 400, 100]
RING = sparse.csr_array(np.roll(np.eye(8), 1, axis=1) + np.roll(np.eye(8), -1, axis=1))
SQUARE = [[0, 0], [0, 1000], [1000, 0], [1000, 1000], [4000, 0], [4000, 1000], [5000, 0], [5000, 1000]]
BANDS = [[3, 2, 9], [4, 8, 1]]
PEOPLE_OF_BANDS = [[100, 200, 300], [150, 250, 350]]
WEIGHTS = [30, 40, 30]
DEATHS = [[9, 2, *range(3, 20), 400], [8, 1, *range(4, 21), 300]]
LIVED = [[2000, 8000, *[9000] * 17, 3000], [1000, 7000, *[8000] * 17, 2000]]
CLUSTERED = [7, 9, 4, 8, 12, 5, 8, 11, 6, 10] * 4
GROUPS = [[30, 28, 25, 22, 20]]
OF_GROUPS = [[100, 110, 120, 130, 140]]


CLUSTERS = list(range(40))
SCAN = scan.ScanMethod(replicates=3)


def of_groups(lower, upper):
    """Slopes of logarithms of rates with these limits."""
    method = inequality.SlopeMethod("rate", is_transformed=True)
    return inequality.slope_index(GROUPS, populations=OF_GROUPS, limits=(lower, upper), method=method)


def people_to_reach(populations, target):
    groups = rates.proportion(GROUPS, denominator=OF_GROUPS)
    return gaps.people_to_reach(groups, populations=populations, target=rates.Estimate(*[np.array(target, dtype=float)] * 3))


def against(cases, base):
    reference = standardise.Reference(cases, base)
    return standardise.indirectly_standardised_ratio(BANDS, populations=PEOPLE_OF_BANDS, reference=reference)


# Each statistic, called with the numbers of its arguments in order, and what becomes of a missing one.
CASES = {
    "comparison.compare_proportions": (
        lambda x, n: comparison.compare_proportions(x, denominator=n, benchmark=0.02, polarity="none"),
        [(EIGHT, ALLOWED), (HUNDREDS, ALLOWED)],
    ),
    "concentration.concentration_index": (
        lambda x, n, ranks: concentration.concentration_index(x, base=n, ranks=ranks),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED), (EIGHT, REFUSED)],
    ),
    "concentration.gini": (lambda x, n: concentration.gini(x, base=n), [(EIGHT, REFUSED), (HUNDREDS, REFUSED)]),
    "concentration.share_in_top": (lambda x, n: concentration.share_in_top(x, base=n), [(EIGHT, REFUSED), (HUNDREDS, REFUSED)]),
    "concentration.chance_envelope": (
        lambda x, n: concentration.chance_envelope(x, base=n, draws=5),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED)],
    ),
    "concentration.chance_envelope_of_people": (
        lambda x, n: concentration.chance_envelope_of_people(x, base=n, draws=5),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED)],
    ),
    "concentration.curve_by_chance": (
        lambda x, n, ranks: concentration.curve_by_chance(x, base=n, ranks=ranks, are_people=True),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED), (EIGHT, REFUSED)],
    ),
    "control_charts.choose_chart": (
        lambda y, x, n: control_charts.choose_chart(y, numerator=x, denominator=n),
        [([0.5] * 12, ALLOWED), ([51, 49, 50, 48, 52, 50] * 2, REFUSED), ([100] * 12, REFUSED)],
    ),
    "control_charts.xmr_chart": (control_charts.xmr_chart, [(EIGHT, REFUSED)]),
    "control_charts.p_chart": (lambda x, n: control_charts.p_chart(x, denominator=n), [(EIGHT, REFUSED), (HUNDREDS, REFUSED)]),
    "ethnicity.completeness": (
        lambda n, recorded, known, usable: ethnicity.completeness(n, recorded=recorded, known=known, usable=usable),
        [(HUNDREDS, REFUSED), ([90] * 8, REFUSED), ([80] * 8, REFUSED), ([70] * 8, REFUSED)],
    ),
    "ethnicity.masking_bounds": (
        lambda x, n, u, of: ethnicity.masking_bounds(x, people=n, unknown_events=u, unknown_people=of),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED), ([1] * 8, REFUSED), ([9] * 8, REFUSED)],
    ),
    "ethnicity.masked_difference": (
        lambda x, n, u, of: ethnicity.masked_difference(x, people=n, unknown_events=u[0], unknown_people=of[0]),
        [([50, 70], REFUSED), ([100, 110], REFUSED), ([5], REFUSED), ([9], REFUSED)],
    ),
    "funnels.funnel_limits": (lambda axis: funnels.funnel_limits("ratio", axis, baseline=1.0), [(EIGHT, REFUSED)]),
    "funnels.funnel_points": (lambda x, n: funnels.funnel_points("rate", x, size=n), [(EIGHT, REFUSED), (HUNDREDS, REFUSED)]),
    "funnels.dispersion_of": (funnels.dispersion_of, [(EIGHT, ALLOWED)]),
    "gaps.population_attributable_fraction": (
        lambda x, n: gaps.population_attributable_fraction(x, populations=n),
        [(BANDS, REFUSED), (PEOPLE_OF_BANDS, MISSING)],
    ),
    "gaps.people_to_reach": (people_to_reach, [(OF_GROUPS, MISSING), ([0.5], MISSING)]),
    "inequality.slope_index": (
        lambda y, n, errors: inequality.slope_index(y, populations=n, standard_errors=errors),
        [(GROUPS, MISSING), (OF_GROUPS, MISSING), ([[1, 2, 1, 2, 1]], ALLOWED)],
    ),
    "inequality.slope_index with limits": (of_groups, [([[29, 27, 24, 21, 19]], ALLOWED), ([[31, 29, 26, 23, 21]], ALLOWED)]),
    "insights.fit_contrast": (
        lambda x, n, member, line: insights.fit_contrast(x, people=n, is_member=member, covariates=line, clusters=CLUSTERS, kind="rate"),
        [(CLUSTERED, REFUSED), ([10] * 40, REFUSED), ([0, 1] * 20, ALLOWED), ([1, 5, 2, 4, 3, 3, 4, 1] * 5, REFUSED)],
    ),
    "insights.fit_bounded_contrast": (
        lambda x, a, b, n: insights.fit_bounded_contrast(
            insights.BoundedCounts(x, a, b), people=n, is_member=[0, 1] * 20, clusters=CLUSTERS, kind="rate"
        ),
        [(CLUSTERED, REFUSED), ([3] * 40, REFUSED), ([15] * 40, REFUSED), ([10] * 40, REFUSED)],
    ),
    "intervals.wilson_limits": (intervals.wilson_limits, [(EIGHT, MISSING), (HUNDREDS, MISSING)]),
    "intervals.poisson_limits": (intervals.poisson_limits, [(EIGHT, MISSING)]),
    "intervals.byar_limits": (intervals.byar_limits, [(EIGHT, MISSING)]),
    "intervals.exact_poisson_limits": (intervals.exact_poisson_limits, [(EIGHT, MISSING)]),
    "learnt_rates.expected_by_band": (
        lambda x, n: learnt_rates.expected_by_band(x, people=n),
        [([5, 11], REFUSED), (PEOPLE_OF_BANDS, REFUSED)],
    ),
    "leroux.smooth_rates": (
        lambda x, n, line: leroux.smooth_rates(x, expected=n, weights=RING, covariates=line),
        [(EIGHT, REFUSED), ([4] * 8, REFUSED), ([1, 3, 2, 4, 1, 2, 2, 1], REFUSED)],
    ),
    "life_expectancy.life_expectancy": (
        lambda x, n: life_expectancy.life_expectancy(x, populations=n),
        [(DEATHS, REFUSED), (LIVED, MISSING)],
    ),
    "local.getis_ord": (lambda x: local.getis_ord(x, RING), [(EIGHT, REFUSED)]),
    "local.neighbourhood_excess": (
        lambda x, n: local.neighbourhood_excess(x, expected=n, weights=RING),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED)],
    ),
    "local.permuted_sum": (lambda x: local.permuted_sum(x, RING), [(EIGHT, REFUSED)]),
    "local.local_moran": (lambda x: local.local_moran(x, RING), [(EIGHT, REFUSED)]),
    "local.assuncao_reis": (lambda x, n: local.assuncao_reis(x, population=n), [(EIGHT, REFUSED), (HUNDREDS, REFUSED)]),
    "means.mean": (means.mean, [(EIGHT, REFUSED)]),
    "moran.global_moran": (lambda x: moran.global_moran(x, RING), [(EIGHT, REFUSED)]),
    "multiplicity.benjamini_hochberg": (multiplicity.benjamini_hochberg, [([0.5, 0.25, 0.125, 0.75], MISSING)]),
    "multiplicity.is_finding": (multiplicity.is_finding, [([0.5, 0.25, 0.03125, 0.75], ALLOWED)]),
    "protected_counts.hes_intervals": (
        lambda x: protected_counts.hes_intervals(x, is_suppressed=[False] * 4),
        [([10, 15, 0, 20], REFUSED)],
    ),
    "protected_counts.midpoint_intervals": (protected_counts.midpoint_intervals, [([3, 9, 0, 15], REFUSED)]),
    "protected_counts.shrink_protected_rates": (
        lambda a, b, n, line: protected_counts.shrink_protected_rates(
            protected_counts.CountIntervals(a, b), expected=n, benchmark=line, covariates=line
        ),
        [(EIGHT, REFUSED), ([12] * 8, REFUSED), (HUNDREDS, REFUSED), ([1, 3, 2, 4, 1, 2, 2, 1], REFUSED)],
    ),
    "protected_counts.learn_protected_rates": (
        lambda a, b, n: protected_counts.learn_protected_rates(protected_counts.CountIntervals(a, b), expected=n).usual,
        [(EIGHT, REFUSED), ([12] * 8, REFUSED), (HUNDREDS, REFUSED)],
    ),
    "protected_counts.learn_protected_proportions": (
        lambda a, b, n: protected_counts.learn_protected_proportions(protected_counts.CountIntervals(a, b), denominator=n).count,
        [(EIGHT, REFUSED), ([12] * 8, REFUSED), (HUNDREDS, REFUSED)],
    ),
    "protected_counts.shrink_protected_proportions": (
        lambda a, b, n: protected_counts.shrink_protected_proportions(
            protected_counts.CountIntervals(a, b), denominator=n, benchmark=[0.02] * 8
        ),
        [(EIGHT, REFUSED), ([12] * 8, REFUSED), (HUNDREDS, REFUSED)],
    ),
    "quantiles.quantile_of": (lambda x: quantiles.quantile_of(x, quantiles=4), [(EIGHT, MISSING)]),
    "rates.proportion": (lambda x, n: rates.proportion(x, denominator=n), [(EIGHT, MISSING), (HUNDREDS, MISSING)]),
    "rates.rate": (lambda x, n: rates.rate(x, population=n), [(EIGHT, MISSING), (HUNDREDS, MISSING)]),
    "rates.ratio": (lambda x, n: rates.ratio(x, expected=n), [(EIGHT, MISSING), (HUNDREDS, MISSING)]),
    "rates.weighted_mean": (
        lambda y, n: rates.weighted_mean(y, weights=n, groups=np.arange(8), size=8),
        [(EIGHT, MISSING), (HUNDREDS, MISSING)],
    ),
    "scan.scan_poisson": (
        lambda x, n, places: scan.scan_poisson(x, expected=n, coordinates=places, method=SCAN),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED), (SQUARE, REFUSED)],
    ),
    "scan.scan_bernoulli": (
        lambda x, n, places: scan.scan_bernoulli(x, people=n, coordinates=places, method=SCAN),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED), (SQUARE, REFUSED)],
    ),
    "shrinkage.shrink_rates": (
        lambda x, n, line, benchmark: shrinkage.shrink_rates(x, expected=n, covariates=line, benchmark=benchmark),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED), ([1, 3, 2, 4, 1, 2, 2, 1], REFUSED), ([1] * 8, ALLOWED)],
    ),
    "shrinkage.shrink_by_moments": (
        lambda x, n: shrinkage.shrink_by_moments(x, population=n),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED)],
    ),
    "shrinkage.shrink_proportions": (
        lambda x, n, benchmark: shrinkage.shrink_proportions(x, denominator=n, benchmark=benchmark),
        [(EIGHT, REFUSED), (HUNDREDS, REFUSED), ([0.5] * 8, ALLOWED)],
    ),
    "standardise.directly_standardised_rate": (
        lambda x, n, weights: standardise.directly_standardised_rate(x, populations=n, weights=weights),
        [(BANDS, REFUSED), (PEOPLE_OF_BANDS, MISSING), (WEIGHTS, REFUSED)],
    ),
    "standardise.non_independent_rate": (
        lambda x, f, n, weights: standardise.non_independent_rate(x, frequencies=f, populations=n, weights=weights),
        [([[[9, 8, 7], [3, 2, 1]]], REFUSED), ([1, 2], REFUSED), ([[100, 200, 300]], MISSING), (WEIGHTS, REFUSED)],
    ),
    "standardise.Reference": (against, [([20, 30, 40], REFUSED), ([1000, 2000, 3000], REFUSED)]),
    "standardise.indirectly_standardised_rate": (
        lambda x, n: standardise.indirectly_standardised_rate(x, populations=n, reference=standardise.Reference([2, 3, 4], [90, 80, 70])),
        [(BANDS, REFUSED), (PEOPLE_OF_BANDS, MISSING)],
    ),
    "trends.trend_marker": (
        lambda y, lower, upper: trends.trend_marker(y, lower=lower, upper=upper),
        [([1, 2, 4, 5, 6], ALLOWED), ([0, 1, 3, 4, 5], ALLOWED), ([2, 3, 5, 6, 7], ALLOWED)],
    ),
}
# What takes no arrays of numbers that could lack one, or is made of what others made and checked.
OTHERS = {
    "comparison": {"compare", "compare_two_levels"},
    "concentration": {"concentration_curve"},
    "control_charts": {"variation"},
    "gaps": {"absolute_gap", "relative_gap"},
    "intervals": {"normal_quantile"},
    "local": {"two_sided", "skewed_two_sided"},
    "multiplicity": {"refuse_coarse"},
    "shrinkage": {
        "beta_binomial",
        "complete",
        "covariate_design",
        "learn",
        "negative_binomial",
        "refuse_events_of_nobody",
        "start_of_proportions",
        "start_of_rates",
        "tail_of",
        "usual_chances",
    },
    "standardise": {"expected_events", "indirectly_standardised_ratio"},
}
each_case = pytest.mark.parametrize("name", CASES)


def parts(result):
    """Every number of a result, one array after the other."""
    if dataclasses.is_dataclass(result):
        return [part for field in dataclasses.fields(result) for part in parts(getattr(result, field.name))]
    if isinstance(result, list | tuple):
        return [part for each in result for part in parts(each)]
    return [np.asarray(result)]


def assert_same(found, wanted):
    for one, other in zip(parts(found), parts(wanted), strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype


def without_first(numbers, missing):
    flat = np.array(numbers, dtype=object)
    flat[(0,) * flat.ndim] = missing
    return flat.tolist()


@each_case
def test_a_missing_number_is_refused_or_stays_missing_and_is_never_0(name):
    function, arguments = CASES[name]
    for at, (numbers, fate) in enumerate(arguments):
        given = [without_first(other, None) if place == at else other for place, (other, _) in enumerate(arguments)]
        same = [without_first(other, np.nan) if place == at else other for place, (other, _) in enumerate(arguments)]
        if fate == REFUSED:
            for call in (given, same):
                with pytest.raises(StatisticsError):
                    function(*call)
            continue
        assert_same(function(*given), function(*same))
        if fate == MISSING:
            assert np.isnan(parts(function(*given))[0].flat[0]), f"argument {at}: {numbers}"


@each_case
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_kind_of_array_does_not_matter_and_none_is_written_to(name, kind):
    function, arguments = CASES[name]
    given = [np.array(numbers, dtype=kind) for numbers, _ in arguments]
    for numbers in given:
        numbers.setflags(write=False)

    assert_same(function(*given), function(*(numbers for numbers, _ in arguments)))


def test_no_statistic_is_forgotten():
    named = {name.split(" ")[0] for name in CASES} | {f"{module}.{name}" for module, names in OTHERS.items() for name in names}
    modules = (value for value in globals().values() if getattr(value, "__package__", None) == "geo.statistics")
    public = {
        f"{module.__name__.rsplit('.', 1)[1]}.{name}"
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and not name.startswith("_") and value.__module__ == module.__name__
    }

    assert public - named == set()
