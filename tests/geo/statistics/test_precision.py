"""Sparse precisions: dense inverses as oracle, any order, separate parts, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from geo.errors import StatisticsError
from geo.statistics.precision import factorise, sparse_order


def a_precision(seed, size, density):
    """A made-up graph's Laplacian with a positive diagonal added."""
    random = np.random.default_rng(seed)
    links = np.triu(random.random((size, size)) < density, 1) * random.uniform(0.1, 3, (size, size))
    links = links + links.T
    return np.diag(links.sum(axis=1) + random.uniform(0.1, 2, size)) - links


@given(st.integers(0, 10_000), st.integers(1, 40), st.sampled_from([0.0, 0.05, 0.2, 0.7]))
def test_variances_determinant_and_solution_equal_dense_ones(seed, size, density):
    dense = a_precision(seed, size, density)

    factor = factorise(sparse.csc_array(dense))

    assert factor.variances() == pytest.approx(np.diag(np.linalg.inv(dense)), rel=1e-9)
    assert factor.log_determinant == pytest.approx(np.linalg.slogdet(dense)[1], rel=1e-9, abs=1e-9)
    assert factor.solve(np.arange(size, dtype=float)) == pytest.approx(np.linalg.solve(dense, np.arange(size)), rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("is_ordered", [True, False])
@pytest.mark.parametrize("size", [2, 5, 12, 30])
def test_a_precision_whose_diagonal_is_not_its_greatest_is_not_pivoted(size, is_ordered):
    random = np.random.default_rng(size)
    root = random.normal(size=(size, size)) * random.uniform(0.1, 10, (size, 1))
    dense = root @ root.T + 0.1 * np.eye(size)
    assert (np.abs(dense).max(axis=0) > np.diag(dense)).any()

    factor = factorise(sparse.csc_array(dense), is_ordered=is_ordered)

    assert factor.variances() == pytest.approx(np.diag(np.linalg.inv(dense)), rel=1e-6)
    assert factor.log_determinant == pytest.approx(np.linalg.slogdet(dense)[1], rel=1e-9)
    assert not is_ordered or factor.place.tolist() == list(range(size))


def test_the_order_that_is_found_adds_nothing_to_a_star():
    # All areas are neighbours of the first: taken first it would join all others.
    dense = np.diag(np.r_[60.0, np.full(49, 2.0)])
    dense[0, 1:] = dense[1:, 0] = -1

    assert factorise(sparse.csc_array(dense)).lower.nnz == 50 + 49
    assert factorise(sparse.csc_array(dense), is_ordered=True).lower.nnz == 50 * 51 / 2


def test_a_matrix_in_sparse_order_gives_the_same():
    dense = a_precision(3, 60, 0.05)
    matrix = sparse.csc_array(dense)

    order = sparse_order(matrix)
    ordered = factorise(sparse.csc_array(matrix[order][:, order]), is_ordered=True)

    assert sorted(order) == list(range(60))
    assert ordered.variances() == pytest.approx(np.diag(np.linalg.inv(dense))[order], rel=1e-9)
    assert ordered.lower.nnz < factorise(matrix, is_ordered=True).lower.nnz


def test_fill_too_small_for_a_number_does_no_harm():
    dense = np.diag(np.full(30, 1e200)) - np.diag(np.full(29, 1e-200), 1) - np.diag(np.full(29, 1e-200), -1)
    dense[0, 29] = dense[29, 0] = -1e-200

    assert factorise(sparse.csc_array(dense), is_ordered=True).variances() == pytest.approx(np.full(30, 1e-200))


@pytest.mark.parametrize("dense", [np.zeros((3, 3)), np.array([[1.0, 2.0], [2.0, 1.0]]), -np.eye(2)])
def test_what_is_no_precision_is_refused(dense):
    with pytest.raises(StatisticsError, match=r"cannot be inverted|not positive definite"):
        _ = factorise(sparse.csc_array(dense)).log_determinant
