"""Adjusted contrasts: a plain second version, what was planted, silence without a difference, properties, refusals."""

import numpy as np
import pytest
from scipy.special import expit, stdtr, stdtrit

from geo.errors import StatisticsError
from geo.statistics.insights import FEWEST_CLUSTERS, fit_contrast
from tests.oracles.insights import cluster_robust


def a_country(seed, *, units=160, clusters=32, effect=0.0, kind="proportion"):
    """Units in clusters that differ, half of the clusters in the group; a covariate that matters."""
    random = np.random.default_rng(seed)
    keys = np.arange(units) % clusters
    member = (keys % 2).astype(float)
    other = random.random(units)
    level = random.normal(0, 0.2, clusters)[keys] + effect * member + 0.5 * other
    people = random.integers(80, 400, units).astype(float)
    events = (
        random.binomial(people.astype(int), expit(0.3 + level)) if kind == "proportion" else random.poisson(people * 0.1 * np.exp(level))
    )
    return events.astype(float), people, member, other, keys


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_it_equals_a_plain_sandwich(kind):
    events, people, member, other, keys = a_country(1, effect=0.4, kind=kind)

    found = fit_contrast(events, people=people, is_member=member, covariates=other, clusters=keys, kind=kind)

    design = np.column_stack([np.ones(len(events)), member, other])
    beta, error = cluster_robust(events, people, design, keys.tolist(), kind=kind)
    half = stdtrit(31, 0.975) * error[1]
    assert found.ratio == pytest.approx(np.exp(beta[1]), rel=1e-6)
    assert found.ratio_lower == pytest.approx(np.exp(beta[1] - half), rel=1e-6)
    assert found.ratio_upper == pytest.approx(np.exp(beta[1] + half), rel=1e-6)
    assert found.p == pytest.approx(2 * stdtr(31, -abs(beta[1]) / error[1]), rel=1e-5)
    base = design[member == 1] @ beta - beta[1]
    middle = expit if kind == "proportion" else np.exp
    wanted = np.sum(people[member == 1] * (middle(base + beta[1]) - middle(base)))
    assert found.excess == pytest.approx(wanted, rel=1e-6)
    assert (found.units, found.clusters) == (160, 32)


def test_two_groups_alone_give_the_odds_ratio_and_the_people_by_hand():
    events, people = np.tile([30.0, 60.0], 20), np.full(40, 100.0)

    found = fit_contrast(
        events + np.tile([0, 0, 2, 2, -2, -2, 1, -1], 5), people=people, is_member=np.tile([0, 1], 20), clusters=np.arange(40)
    )

    reference, group = (events + np.tile([0, 0, 2, 2, -2, -2, 1, -1], 5)).reshape(20, 2).sum(axis=0) / 2000
    assert found.ratio == pytest.approx(group / (1 - group) / (reference / (1 - reference)), rel=1e-9)
    assert found.excess == pytest.approx(2000 * (group - reference), rel=1e-9)
    assert found.excess_lower < found.excess < found.excess_upper


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_what_was_planted_lies_within_its_limits_nineteen_times_in_twenty(kind):
    held = 0
    for seed in range(200):
        events, people, member, other, keys = a_country(seed, effect=0.3, kind=kind)
        found = fit_contrast(events, people=people, is_member=member, covariates=other, clusters=keys, kind=kind)
        held += found.ratio_lower <= np.exp(0.3) <= found.ratio_upper

    assert 0.90 <= held / 200 <= 0.985


def test_without_a_difference_few_contrasts_are_significant_though_clusters_differ():
    p = []
    for seed in range(1_000, 1_300):
        events, people, member, other, keys = a_country(seed)
        p.append(fit_contrast(events, people=people, is_member=member, covariates=other, clusters=keys).p)

    assert np.mean(np.array(p) <= 0.05) <= 0.08


def test_units_in_neither_group_leave_and_order_does_not_matter():
    events, people, member, other, keys = a_country(3, effect=0.3)
    order = np.random.default_rng(1).permutation(len(events))
    extended = [np.append(part, extra) for part, extra in ((events, 5.0), (people, 50.0), (member, np.nan), (other, 0.5), (keys, 99))]

    plain = fit_contrast(events, people=people, is_member=member, covariates=other, clusters=keys)
    turned = fit_contrast(events[order], people=people[order], is_member=member[order], covariates=other[order], clusters=keys[order])
    more = fit_contrast(extended[0], people=extended[1], is_member=extended[2], covariates=extended[3], clusters=extended[4])

    assert turned.ratio == pytest.approx(plain.ratio, rel=1e-9)
    assert turned.p == pytest.approx(plain.p, rel=1e-6)
    assert more == plain


def test_expected_events_in_another_unit_leave_the_ratio():
    events, people, member, other, keys = a_country(4, effect=0.3, kind="rate")

    one = fit_contrast(events, people=people, is_member=member, covariates=other, clusters=keys, kind="rate")
    ten = fit_contrast(events, people=people * 10, is_member=member, covariates=other, clusters=keys, kind="rate")

    assert ten.ratio == pytest.approx(one.ratio, rel=1e-6)
    assert ten.excess == pytest.approx(one.excess, rel=1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "mean"}, "must be one of proportion, rate"),
        ({"events": np.nan}, "never taken as 0"),
        ({"events": -1.0}, "Counts must be 0 or more"),
        ({"events": 1_000.0}, "no count above its people"),
        ({"people": 0.0}, "people above 0"),
    ],
)
def test_impossible_units_are_refused(changes, message):
    events, people, member, _, keys = a_country(5)
    kind = changes.pop("kind", "proportion")
    parts = {"events": events, "people": people}
    for name, number in changes.items():
        parts[name] = parts[name].copy()
        parts[name][0] = number

    with pytest.raises(StatisticsError, match=message):
        fit_contrast(parts["events"], people=parts["people"], is_member=member, clusters=keys, kind=kind)


def test_groups_that_make_no_ratio_are_refused():
    events, people, member, _, keys = a_country(6)

    with pytest.raises(StatisticsError, match="no ratio can be taken"):
        fit_contrast(events, people=people, is_member=np.ones(len(events)), clusters=keys)
    with pytest.raises(StatisticsError, match="no ratio can be taken"):
        fit_contrast(np.where(member == 1, 0.0, events), people=people, is_member=member, clusters=keys)
    with pytest.raises(StatisticsError, match="no ratio can be taken"):
        fit_contrast(np.where(member == 1, people, events), people=people, is_member=member, clusters=keys)
    with pytest.raises(StatisticsError, match="cannot be told apart"):
        fit_contrast(events, people=people, is_member=member, covariates=member, clusters=keys)


def test_few_clusters_are_refused_in_all_and_on_a_side():
    events, people, member, _, keys = a_country(7)

    with pytest.raises(StatisticsError, match="There are 9 clusters; robust errors need at least 10"):
        fit_contrast(events, people=people, is_member=member, clusters=np.arange(len(events)) % (FEWEST_CLUSTERS - 1))
    lone = np.isin(keys, [1, 3, 5, 7]).astype(float)
    with pytest.raises(StatisticsError, match="One side of the contrast lies in 4 clusters"):
        fit_contrast(events, people=people, is_member=lone, clusters=keys)
    five = np.isin(keys, [1, 3, 5, 7, 9]).astype(float)
    assert fit_contrast(events, people=people, is_member=five, clusters=keys).clusters == 32


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_it_equals_a_general_library(kind):
    sm = pytest.importorskip("statsmodels.api")
    events, people, member, other, keys = a_country(11, effect=0.4, kind=kind)
    design = np.column_stack([np.ones(len(events)), member, other])
    if kind == "proportion":
        model = sm.GLM(np.column_stack([events, people - events]), design, family=sm.families.Binomial())
    else:
        model = sm.GLM(events, design, family=sm.families.Poisson(), offset=np.log(people))
    library = model.fit(cov_type="cluster", cov_kwds={"groups": keys}, tol=1e-14)

    found = fit_contrast(events, people=people, is_member=member, covariates=other, clusters=keys, kind=kind)

    assert np.log(found.ratio) == pytest.approx(library.params[1], rel=1e-9)
    assert np.log(found.ratio_upper / found.ratio) == pytest.approx(stdtrit(31, 0.975) * library.bse[1], rel=1e-9)


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_a_model_whose_covariate_explains_an_empty_set_of_units_is_refused(kind):
    events, people, member, _, keys = a_country(12, kind=kind)
    never = (np.arange(len(events)) >= 150).astype(float)

    with pytest.raises(StatisticsError, match="does not settle"):
        fit_contrast(np.where(never, 0, events), people=people, is_member=member, covariates=never, clusters=keys, kind=kind)
