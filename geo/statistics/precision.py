"""Sparse symmetric matrices that are precisions of normal distributions: solving, determinants, and the variances they imply.

SuperLU factors them without pivoting, so that P A P' = L D L' with a unit lower triangle L and positive D.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers

Matrix: TypeAlias = sparse.csc_array


@dataclass(frozen=True)
class Factor:
    """A precision A taken apart. place: row of A -> row of L. L and D are only drawn from SuperLU where they are asked for."""

    place: NDArray[np.int64]
    solver: Any

    @cached_property
    def lower(self) -> Matrix:
        """L, unit lower triangular, columns sorted."""
        lower = sparse.csc_array(self.solver.L)
        lower.sort_indices()
        return lower

    @cached_property
    def pivots(self) -> Numbers:
        """The diagonal of D. Raises StatisticsError where one is not positive: the matrix is no precision."""
        pivots = np.asarray(self.solver.U.diagonal(), dtype=np.float64)
        if not np.all(pivots > 0):
            raise StatisticsError("The precision is not positive definite.")
        return pivots

    @property
    def log_determinant(self) -> float:
        """The logarithm of the determinant of A."""
        return float(np.log(self.pivots).sum())

    def solve(self, right: Numbers) -> Numbers:
        """The solution of A x = right; right: (areas,) or (areas, k)."""
        return np.asarray(self.solver.solve(right), dtype=np.float64)

    def variances(self) -> Numbers:
        """The diagonal of the inverse of A, exact, in A's order: the variance of each variable.

        Takahashi's recursion from the last column to the first: the part of the inverse that a column needs lies in the block of the
        first row below its diagonal, so no more of the inverse is ever computed than has the pattern of L.
        Source: Erisman and Tinney (1975); Rue and Martino (2007). Example: tests/geo/statistics/test_precision.py (dense inverse).
        """
        starts, rows, values = self.lower.indptr, self.lower.indices, self.lower.data
        size = len(self.pivots)
        parent = np.full(size, -1)
        has_below = np.diff(starts) > 1
        parent[has_below] = rows[starts[:-1][has_below] + 1]
        waiting = np.bincount(parent[has_below], minlength=size)
        blocks: dict[int, tuple[NDArray[np.int64], Numbers]] = {}
        found = np.empty(size)
        for column in range(size - 1, -1, -1):
            below, beside = rows[starts[column] + 1 : starts[column + 1]], values[starts[column] + 1 : starts[column + 1]]
            up = int(parent[column])
            if up < 0:
                inner, covariance = np.empty((0, 0)), np.empty(0)
            else:
                members, block = blocks[up]
                at = np.minimum(members.searchsorted(below), len(members) - 1)
                # Fill so small that it became 0 further down is none.
                is_in = members[at] == below
                below, beside, at = below[is_in], beside[is_in], at[is_in]
                inner = block[at[:, np.newaxis], at]
                covariance = -inner @ beside
                waiting[up] -= 1
                if not waiting[up]:
                    del blocks[up]
            found[column] = 1 / self.pivots[column] - covariance @ beside
            if waiting[column]:
                whole = np.empty((len(below) + 1, len(below) + 1))
                whole[0, 0], whole[0, 1:], whole[1:, 0], whole[1:, 1:] = found[column], covariance, covariance, inner
                blocks[column] = (np.concatenate([[column], below]), whole)
        return np.asarray(found[self.place], dtype=np.float64)


def factorise(matrix: Matrix, *, is_ordered: bool = False) -> Factor:
    """Take a symmetric positive definite matrix apart. is_ordered: its order is one of `sparse_order` already.

    Raises StatisticsError for a matrix that is not positive definite.
    """
    try:
        solver = splu(
            sparse.csc_array(matrix),
            permc_spec="NATURAL" if is_ordered else "MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
    except RuntimeError as error:
        raise StatisticsError(f"The precision cannot be inverted: {error}.") from error
    if not np.array_equal(solver.perm_r, solver.perm_c):
        raise StatisticsError("The precision is not positive definite.")
    return Factor(np.asarray(solver.perm_c, dtype=np.int64), solver)


def sparse_order(matrix: Matrix) -> NDArray[np.int64]:
    """The order in which a matrix of this pattern keeps a sparse factor: `matrix[order][:, order]`. Its diagonal must be filled."""
    return np.argsort(factorise(matrix).place)
