"""Adjusted contrasts at their edges: several covariates, the fewest clusters on either side, people of one, versions of counts."""

import numpy as np
import pytest

from geo.errors import StatisticsError
from geo.statistics.insights import BoundedCounts, fit_bounded_contrast, fit_contrast
from tests.oracles.insights import cluster_robust


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_several_covariates_are_all_taken_account_of(kind):
    random = np.random.default_rng(6)
    member, lines = np.tile([0.0, 1.0], 60), random.normal(size=(120, 3))
    people = random.integers(50, 300, 120).astype(float)
    chance = 1 / (1 + np.exp(1 - 0.3 * member - lines @ [0.2, -0.4, 0.1]))
    events, keys = random.binomial(people.astype(int), chance).astype(float), np.arange(120) // 4

    found = fit_contrast(events, people=people, is_member=member, covariates=lines, clusters=keys, kind=kind)

    beta, error = cluster_robust(events, people, np.column_stack([np.ones(120), member, lines]), keys.tolist(), kind=kind)
    assert found.ratio == pytest.approx(np.exp(beta[1]), rel=1e-6)
    assert np.log(found.ratio_upper / found.ratio) == pytest.approx(2.0452296421327034 * error[1], rel=1e-6)


def a_contrast(*, reference, group, people=20.0):
    """A contrast between so many clusters of two units on either side; the group has one event in two units, the reference one in four."""
    member = np.repeat([0.0, 1.0], [2 * reference, 2 * group])
    events = np.where(member == 1, np.arange(len(member)) % 2, np.arange(len(member)) % 4 == 0) * people / 2
    return fit_contrast(events, people=np.full(len(member), people), is_member=member, clusters=np.arange(len(member)) // 2, kind="rate")


def test_ten_clusters_and_five_on_either_side_are_enough():
    assert a_contrast(reference=5, group=5).clusters == 10
    assert a_contrast(reference=5, group=5, people=1.0).units == 20
    for reference, group, words in ((5, 4, "There are 9 clusters"), (4, 8, "lies in 4 clusters"), (8, 4, "lies in 4 clusters")):
        with pytest.raises(StatisticsError, match=words):
            a_contrast(reference=reference, group=group)


def test_units_of_nobody_and_a_side_without_events_are_refused():
    member, keys = np.tile([0.0, 1.0], 20), np.arange(40)
    people = np.full(40, 10.0)

    for side in (0, 1):
        with pytest.raises(StatisticsError, match="counts nobody or everybody"):
            fit_contrast(np.where(member == side, 0.0, 3.0), people=people, is_member=member, clusters=keys, kind="rate")
    with pytest.raises(StatisticsError, match="people above 0"):
        fit_contrast(np.zeros(40), people=np.where(keys == 3, 0.0, people), is_member=member, clusters=keys, kind="rate")


@pytest.mark.parametrize(("least", "likely", "most"), [(3, 2, 4), (1, 3, 2)])
def test_a_likely_count_outside_its_interval_is_refused(least, likely, most):
    member, keys = np.tile([0.0, 1.0], 20), np.arange(40)

    with pytest.raises(StatisticsError, match="between the least and the greatest"):
        fit_bounded_contrast(
            BoundedCounts(least=np.full(40, float(least)), likely=np.full(40, float(likely)), most=np.full(40, float(most))),
            people=np.full(40, 10.0),
            is_member=member,
            clusters=keys,
        )
