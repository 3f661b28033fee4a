"""Global Moran's I: the worked example, every deal as oracle, draws from a normal, properties, refusals."""

import csv
import json
from math import erfc, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from geo.errors import StatisticsError
from geo.statistics.moran import global_moran
from tests.oracles.moran import dealt, moran

EXAMPLES = Path(__file__).parents[3] / "fixtures" / "worked_examples"
# Seven areas of a made-up map; the last has no neighbour.
LINKS = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2), (3, 4), (4, 3), (0, 4), (4, 0), (5, 0), (1, 5)]
VALUES = [3.0, 4.5, 1.0, 0.5, 2.0, 7.0, 2.5]


def a_map(size=7, links=LINKS):
    rows, columns = zip(*links, strict=True)
    return sparse.csr_array((np.ones(len(links)), (rows, columns)), shape=(size, size))


def rows_of(weights):
    dense = weights.toarray()
    sums = dense.sum(axis=1, keepdims=True)
    return (dense / np.where(sums > 0, sums, 1)).tolist()


def test_the_worked_example():
    with (EXAMPLES / "local_stats.csv").open() as file:
        rows = list(csv.DictReader(file))
    links = [(at, int(other)) for at, row in enumerate(rows) for other in row["neighbours_knn6"].split()]
    wanted = json.loads((EXAMPLES / "global_moran.json").read_text())

    found = global_moran([float(row["rate_per_1000"]) for row in rows], a_map(len(rows), links))

    assert found.value == pytest.approx(wanted["moran_I"], rel=1e-9)
    assert found.expected == pytest.approx(wanted["EI"], rel=1e-9)
    assert (found.variance_normal, found.variance_random) == pytest.approx((wanted["VI_norm"], wanted["VI_rand"]), rel=1e-9)
    assert (found.z_normal, found.z_random) == pytest.approx((wanted["z_norm"], wanted["z_rand"]), rel=1e-9)
    assert found.p_random < found.p_normal < 1e-20


def test_value_and_moments_equal_every_deal_one_by_one():
    found = global_moran(VALUES, a_map())

    assert found.value == pytest.approx(moran(VALUES, rows_of(a_map())))
    assert (found.expected, found.variance_random) == pytest.approx(dealt(VALUES, rows_of(a_map())))


def test_the_variance_of_normal_values_is_what_draws_show():
    random = np.random.default_rng(1)
    drawn = [global_moran(random.standard_normal(7), a_map()) for _ in range(4_000)]

    assert np.var([one.value for one in drawn]) == pytest.approx(drawn[0].variance_normal, rel=0.06)
    assert np.mean([one.value for one in drawn]) == pytest.approx(-1 / 6, abs=0.02)


@given(st.lists(st.floats(-50, 50), min_size=7, max_size=7, unique=True), st.floats(0.1, 30), st.floats(-9, 9))
def test_unit_origin_and_order_do_not_matter(values, unit, origin):
    values = np.round(values, 3) + np.arange(7)
    if np.ptp(values) < 0.1:
        return
    weights, order = a_map(), np.random.default_rng(0).permutation(7)

    found = global_moran(values, weights)

    assert global_moran(values * unit + origin, weights).z_random == pytest.approx(found.z_random, rel=1e-6, abs=1e-6)
    assert global_moran(values[order], weights[order][:, order]).value == pytest.approx(found.value, rel=1e-9, abs=1e-9)


def test_p_is_the_two_sided_tail_of_the_normal():
    found = global_moran(VALUES, a_map())

    assert found.p_normal == pytest.approx(erfc(abs(found.z_normal) / sqrt(2)))
    assert found.p_random == pytest.approx(erfc(abs(found.z_random) / sqrt(2)))


def test_where_all_are_neighbours_of_all_nothing_can_be_told():
    found = global_moran([1, 2, 3, 4, 9], sparse.csr_array(np.ones((5, 5)) - np.eye(5)))

    assert found.value == pytest.approx(found.expected)
    assert np.isnan([found.z_normal, found.z_random, found.p_normal, found.p_random]).all()


def test_like_neighbours_are_high_and_unlike_neighbours_low():
    ring = a_map(8, [(at, (at + by) % 8) for at in range(8) for by in (-1, 1)])

    assert global_moran([1, 1, 1, 1, 0, 0, 0, 0], ring).z_random > 1.5
    assert global_moran([1, 0, 1, 0, 1, 0, 1, 0], ring).value == pytest.approx(-1)


@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        ([1, 2, np.nan, 3, 4, 5, 6], a_map(), "is missing"),
        ([1] * 7, a_map(), "are equal"),
        ([1, 2, 3], a_map(), "of the shape"),
        ([1, 2, 3], sparse.csr_array(np.ones((3, 3)) - np.eye(3)), "needs 4"),
        (VALUES, sparse.csr_array(np.eye(7)), "its own neighbour"),
        (VALUES, sparse.csr_array(-a_map()), "0 or more"),
        (VALUES, sparse.csr_array((7, 7)), "No area has a neighbour"),
    ],
)
def test_what_cannot_be_told_is_refused(values, weights, message):
    with pytest.raises(StatisticsError, match=message):
        global_moran(values, weights)


@pytest.mark.parametrize("scale", [0.25, 1.0, 3.0])
def test_weights_are_brought_to_rows_of_one_and_stored_zeros_are_none(scale):
    weights = a_map()
    rows = rows_of(weights)
    stored = sparse.csr_array(
        (np.r_[weights.data * scale, 0.0], (np.r_[weights.nonzero()[0], 6], np.r_[weights.nonzero()[1], 2])), shape=(7, 7)
    )

    found = global_moran(VALUES, stored)

    assert stored.nnz == weights.nnz + 1
    assert found.value == pytest.approx(moran(VALUES, rows))
    assert (found.expected, found.variance_random) == pytest.approx(dealt(VALUES, rows))


def test_four_areas_are_a_map():
    links = [(0, 1), (1, 0), (1, 2), (2, 3), (3, 0)]

    found = global_moran([1.0, 4, 2, 9], a_map(4, links))

    assert found.value == pytest.approx(moran([1.0, 4, 2, 9], rows_of(a_map(4, links))))
