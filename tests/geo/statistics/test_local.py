"""Local statistics: the worked example, plain oracles, a second library, properties, refusals."""

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import binom, pearson3

from geo.errors import StatisticsError
from geo.geography.adjacency import nearest_weights, with_self
from geo.statistics.local import assuncao_reis, getis_ord, local_moran, neighbourhood_excess, permuted_sum, skewed_two_sided, two_sided
from geo.statistics.multiplicity import benjamini_hochberg
from tests.oracles.local import binomial_two_sided, dealt_two_sided

EXAMPLE = Path(__file__).parents[3] / "fixtures" / "worked_examples" / "local_stats.csv"


@pytest.fixture(scope="module")
def example():
    with EXAMPLE.open() as file:
        rows = list(csv.DictReader(file))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "neighbours_knn6"}
    neighbours = [[int(one) for one in row["neighbours_knn6"].split()] for row in rows]
    first = np.repeat(np.arange(len(rows)), 6)
    weights = sparse.csr_array((np.ones(6 * len(rows)), (first, np.concatenate(neighbours))), shape=(len(rows), len(rows)))
    return columns, weights


def a_ring(size):
    """Each area between the one before and the one after."""
    at = np.arange(size)
    rows, columns = np.concatenate([at, at]), np.concatenate([(at + 1) % size, (at - 1) % size])
    return sparse.csr_array((np.ones(2 * size), (rows, columns)), shape=(size, size))


def test_the_worked_example(example):
    columns, weights = example
    rates = columns["rate_per_1000"]

    assert getis_ord(rates, with_self(weights)).z == pytest.approx(columns["gi_star_z"], rel=1e-9)
    assert getis_ord(rates, weights).z == pytest.approx(columns["gi_z"], rel=1e-9)
    moran = local_moran(rates, weights)
    assert moran.statistic.value == pytest.approx(columns["local_moran_I"], rel=1e-9)
    assert moran.quadrant.tolist() == columns["quadrant"].astype(int).tolist()
    comparable = assuncao_reis(columns["events"], population=columns["population"])
    assert comparable == pytest.approx(columns["assuncao_rate"], rel=1e-9)
    assert local_moran(comparable, weights).statistic.value == pytest.approx(columns["local_moran_rate_I"], rel=1e-9)


def test_the_nearest_of_the_worked_example_are_found(example):
    columns, weights = example

    assert (nearest_weights(np.column_stack([columns["x"], columns["y"]]), 6) != weights).nnz == 0


def test_gi_star_agrees_with_a_second_library(example):
    esda = pytest.importorskip("esda")
    libpysal = pytest.importorskip("libpysal")
    columns, weights = example

    ours = getis_ord(columns["rate_per_1000"], with_self(weights))
    graph = libpysal.graph.Graph.from_sparse(with_self(weights))
    theirs = esda.G_Local(columns["rate_per_1000"], graph.to_W(), transform="B", permutations=0, star=None)

    assert ours.z == pytest.approx(theirs.Zs, rel=1e-9)
    assert two_sided(ours.z) == pytest.approx(2 * theirs.p_norm, rel=1e-9)
    assert two_sided(np.array([1.959963984540054, -1.959963984540054, 0.0])) == pytest.approx([0.05, 0.05, 1.0])


@pytest.mark.parametrize("is_star", [True, False])
def test_skewness_of_gi_is_that_of_every_deal(is_star):
    values = np.array([0.0, 1, 1, 2, 9, 0, 3, 20])
    weights = with_self(a_ring(8)) if is_star else a_ring(8)
    at, others = 4, values if is_star else np.delete(values, 4)
    sums = np.array([sum(chosen) for chosen in combinations(others, 3 if is_star else 2)])
    skewness = np.mean((sums - sums.mean()) ** 3) / sums.std() ** 3
    z = (weights[[at], :] @ values - sums.mean()) / sums.std()

    found = getis_ord(values, weights)

    assert found.z[at] == pytest.approx(z[0], rel=1e-9)
    assert found.p[at] == pytest.approx(skewed_two_sided(z, skewness=np.array([skewness]))[0], rel=1e-9)


def test_skewed_tails_are_those_of_type_iii():
    z, skewness = np.array([-3.0, -1, 0.2, 2, 4.5, 4.5, np.nan]), np.array([0.5, -0.5, 1, -1, 0.3, 0.0, 0.3])
    law = pearson3(skewness)

    assert skewed_two_sided(z, skewness=skewness) == pytest.approx(np.minimum(2 * np.minimum(law.cdf(z), law.sf(z)), 1), nan_ok=True)


def test_gi_star_of_small_counts_is_silent_where_the_normal_is_not():
    """Maps of independent counts of 2: with a normal p twice as many as allowed would call an area."""
    weights, random = with_self(a_ring(400)), np.random.default_rng(4)
    found = [getis_ord(random.poisson(2.0, 400).astype(float), weights) for _ in range(400)]

    def calling(p):
        return sum(bool((benjamini_hochberg(one) <= 0.05).any()) for one in p)

    assert calling(one.p for one in found) <= 32
    assert calling(two_sided(one.z) for one in found) > 32


def test_conditional_moments_of_local_moran_are_those_of_many_deals(example):
    columns, weights = example
    rates, own = columns["rate_per_1000"], 5
    random = np.random.default_rng(3)
    others = np.delete(rates, own)
    lags = np.array([random.permutation(others)[:6].mean() for _ in range(20_000)]) - rates.mean()
    lag = rates[weights[[own], :].indices].mean() - rates.mean()

    z = local_moran(rates, weights).statistic.z[own]

    assert z == pytest.approx(np.sign(rates[own] - rates.mean()) * (lag - lags.mean()) / lags.std(), abs=0.03)


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(0.5, 5)), min_size=4, max_size=7))
def test_excess_equals_tails_summed_one_by_one(areas):
    counts, expected = map(np.array, zip(*areas, strict=True))
    if counts.sum() == 0:
        return
    weights = with_self(a_ring(len(counts)))

    found = neighbourhood_excess(counts, expected=expected, weights=weights)

    for at in range(len(counts)):
        here = weights[[at], :].indices
        if len(here) == len(counts):
            continue
        wanted = binomial_two_sided(int(counts[here].sum()), int(counts.sum()), float(expected[here].sum() / expected.sum()))
        assert found.p[at] == pytest.approx(wanted, rel=1e-9)
        assert found.value[at] == pytest.approx(counts[here].sum() / (expected[here].sum() * counts.sum() / expected.sum()))


def test_excess_is_standardised_by_the_spread_of_the_binomial():
    counts, expected = np.array([8, 1, 1, 4, 6]), np.array([1.0, 2, 2, 4, 1])

    found = neighbourhood_excess(counts, expected=expected, weights=with_self(a_ring(5)))

    law = binom(20, 0.4)
    assert found.z[0] == pytest.approx((15 - law.mean()) / law.std())


@given(st.lists(st.integers(0, 4), min_size=5, max_size=9))
def test_dealt_sums_equal_every_deal(counts):
    found = permuted_sum(counts, with_self(a_ring(len(counts))))

    for at in range(len(counts)):
        neighbours = [(at + 1) % len(counts), (at - 1) % len(counts)]
        assert found.p[at] == pytest.approx(dealt_two_sided(counts, at, neighbours), rel=1e-9)
        assert found.value[at] == sum(counts[one] for one in neighbours)


@given(st.lists(st.integers(0, 50), min_size=5, max_size=12), st.sampled_from([0.5, 3.0]), st.randoms())
def test_scale_and_order_do_not_matter(values, scale, random):
    values = np.array(values, dtype=float)
    weights = with_self(a_ring(len(values)))
    order = list(range(len(values)))
    random.shuffle(order)

    first = getis_ord(values, weights).z
    scaled = getis_ord(values * scale + 7, sparse.csr_array(weights * scale)).z
    turned = getis_ord(values[order], weights[order, :][:, order]).z

    assert scaled == pytest.approx(first, rel=1e-6, abs=1e-6, nan_ok=True)
    assert turned == pytest.approx(first[order], rel=1e-6, abs=1e-6, nan_ok=True)


def test_an_area_without_neighbours_is_not_tested():
    weights = sparse.csr_array(np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0.0]]))

    assert np.isnan(getis_ord([1, 2, 3, 9], weights).z).tolist() == [False, False, False, True]
    assert np.isnan(local_moran([1, 2, 3, 9], weights).statistic.p).tolist() == [False, False, False, True]
    assert np.isnan(permuted_sum([1, 2, 3, 9], weights).p).tolist() == [False, False, False, True]
    assert np.isnan(neighbourhood_excess([1, 2, 3, 9], expected=[1, 1, 1, 1], weights=weights).p)[3]


def test_equal_values_are_not_tested():
    assert np.isnan(getis_ord([2.0] * 5, with_self(a_ring(5))).z).all()
    with pytest.raises(StatisticsError, match="All values are equal"):
        local_moran([2.0] * 5, a_ring(5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w: getis_ord([1, 2, np.nan, 4, 5], w), "never taken as 0"),
        (lambda w: getis_ord([1, 2, 3, 4], w), "the shape"),
        (lambda w: getis_ord([1, 2, 3, 4, 5], sparse.csr_array(w + sparse.csr_array(([1.0], ([0], [0])), shape=(5, 5)))), "Some areas"),
        (lambda w: local_moran([1, 2, 3, 4, 5], with_self(w)), "not its own neighbour"),
        (lambda w: neighbourhood_excess([1, 2, 3, 4.5, 5], expected=[1] * 5, weights=w), "whole numbers"),
        (lambda w: neighbourhood_excess([1, 2, 3, -4, 5], expected=[1] * 5, weights=w), "whole numbers"),
        (lambda w: neighbourhood_excess([0] * 5, expected=[1] * 5, weights=w), "some must be observed"),
        (lambda w: neighbourhood_excess([1] * 5, expected=[0] * 5, weights=w), "some must be observed"),
        (lambda w: neighbourhood_excess([1] * 5, expected=[1, 1, 1, 1, -1], weights=w), "0 or more"),
        (lambda w: neighbourhood_excess([1] * 5, expected=[1] * 5, weights=sparse.csr_array(w * 0.5)), "0 or 1"),
        (lambda w: permuted_sum([1.5] * 5, w), "whole numbers"),
        (lambda w: permuted_sum([1] * 5, sparse.csr_array(w * 2)), "0 or 1"),
        (lambda _: assuncao_reis([1, 2], population=[3, 0]), "population above 0"),
        (lambda _: assuncao_reis([1, -2], population=[3, 4]), "0 or more"),
        (lambda _: assuncao_reis([1, np.nan], population=[3, 4]), "none missing"),
    ],
)
def test_what_cannot_be_tested_is_refused(call, message):
    with pytest.raises(StatisticsError, match=message):
        call(a_ring(5))


def test_two_areas_are_no_map():
    with pytest.raises(StatisticsError, match="needs 3"):
        getis_ord([1, 2], sparse.csr_array(np.array([[0, 1.0], [1, 0]])))
