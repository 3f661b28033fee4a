"""What is left to choose of a linear program: fewer variables and sums, for which the solver takes a third of the time and less.

Counts of an area that are the same people are one variable. Of numerator, those without and denominator two say the third. A sum that
others then say as well is left out.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from geo.disclosure.programs import Indices, Program, Rows
from geo.disclosure.rules import Floats


@dataclass(frozen=True)
class Choices:
    """What is left to choose of a program, in differences from a table: sums of choices lie between low and high, shape (sums,), choices
    between least and most, shape (choices,).

    given: what each variable is by choices, (variables, choices). block: of each variable.
    """

    sums: sp.csc_array
    low: Floats
    high: Floats
    least: Floats
    most: Floats
    given: sp.csr_array
    block: Indices

    def of(self, columns: Indices, signs: Floats) -> tuple[sp.csc_array, Indices]:
        """The sums in which some choices stand, each choice times its sign; and which sums these are."""
        starts = self.sums.indptr[columns]
        size = self.sums.indptr[columns + 1] - starts
        ends = np.cumsum(size)
        entries = np.repeat(starts - (ends - size), size) + np.arange(int(ends[-1]) if len(ends) else 0)
        rows, place = np.unique(self.sums.indices[entries], return_inverse=True)
        weights = self.sums.data[entries] * np.repeat(signs, size)
        matrix = sp.csc_array((weights, place, np.concatenate([[0], ends])), shape=(len(rows), len(columns)))
        return matrix, rows.astype(np.intp)


def choose_all(program: Program, between: tuple[Floats, Floats], table: Floats) -> Choices:
    """Every variable is chosen by itself. between: bounds of the variables; table: any values."""
    known, count = program.matrix @ table, len(table)
    sums, given = program.matrix.tocsc(), sp.eye_array(count, format="csr")
    return Choices(sums, program.low - known, program.high - known, between[0] - table, between[1] - table, given, program.block)


def condense(program: Program, between: tuple[Floats, Floats], table: Floats, area: Indices) -> Choices:
    """What is left to choose. table: one that is possible.

    area: number of each variable's area; only what lies within one area is taken together, so that areas can still be looked at apart.
    """
    matrix, is_equal = program.matrix, program.low == program.high
    size, of_entries = np.diff(matrix.indptr), area[matrix.indices]
    is_within = is_equal & (np.minimum.reduceat(of_entries, matrix.indptr[:-1]) == np.maximum.reduceat(of_entries, matrix.indptr[:-1]))
    signs = np.add.reduceat(matrix.data, matrix.indptr[:-1])
    same, stands_for = _joined(matrix, np.flatnonzero(is_within & (size == 2) & (signs == 0)))
    third, given = _given(matrix, np.flatnonzero(is_within & (size == 3) & (np.abs(signs) == 1)), stands_for)
    is_needed = np.ones(len(size), dtype=bool)
    is_needed[np.concatenate([same, third])] = False
    is_needed &= ~_is_said_by_others(matrix, given, is_equal & is_needed)
    rows, is_sum = np.flatnonzero(is_needed), np.diff(given.indptr) > 1
    chosen, place = np.unique(given[~is_sum].indices, return_inverse=True)
    given, known = sp.csr_array(given[:, chosen]), matrix[rows] @ table
    low, high = (bound - table for bound in between)
    least, most = np.full(len(chosen), -np.inf), np.full(len(chosen), np.inf)
    np.maximum.at(least, place, low[~is_sum])
    np.minimum.at(most, place, high[~is_sum])
    sums = sp.csc_array(sp.vstack([matrix[rows] @ given, given[is_sum]]))
    sums.eliminate_zeros()
    low_sums = np.concatenate([program.low[rows] - known, low[is_sum]])
    high_sums = np.concatenate([program.high[rows] - known, high[is_sum]])
    return Choices(sums, low_sums, high_sums, least, most, given, program.block)


def _joined(matrix: sp.csr_array, rows: Indices) -> tuple[Indices, Indices]:
    """Sums that say of two variables that they differ by what is known, and which variable then stands for each."""
    pairs = matrix.indices[matrix.indptr[rows][:, None] + np.arange(2)]
    count = matrix.shape[1]
    graph = sp.coo_array((np.ones(len(rows)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    group = connected_components(graph, directed=False)[1]
    return rows, np.unique(group, return_index=True)[1][group].astype(np.intp)


def _given(matrix: sp.csr_array, rows: Indices, stands_for: Indices) -> tuple[Indices, sp.csr_array]:
    """Of sums of three variables those that say one by the other two; and each variable by what is chosen, (variables, variables).

    Said is one that stands for itself alone and is in no other such sum, so that no variable is said by one that is said itself.
    """
    count = matrix.shape[1]
    at = matrix.indptr[rows][:, None] + np.arange(3)
    variable, weight = matrix.indices[at], matrix.data[at]
    is_alone = (np.bincount(stands_for, minlength=count) == 1) & (np.bincount(variable.ravel(), minlength=count) == 1)
    stands = np.bincount(matrix.indices, minlength=count)
    score = np.where(is_alone[variable], stands[variable], np.iinfo(np.int64).max)
    place = np.argmin(score, axis=1)
    is_used = is_alone[variable[np.arange(len(rows)), place]]
    rows, variable, weight, place = rows[is_used], variable[is_used], weight[is_used], place[is_used]
    said = variable[np.arange(len(rows)), place]
    is_other = np.arange(3) != place[:, None]
    others = variable[is_other].reshape(-1, 2)
    of_others = -(weight[is_other].reshape(-1, 2) / weight[~is_other][:, None])
    chosen = np.setdiff1d(np.arange(count), said)
    entries = (
        np.concatenate([np.ones(len(chosen)), of_others.ravel()]),
        (np.concatenate([chosen, np.repeat(said, 2)]), np.concatenate([stands_for[chosen], stands_for[others].ravel()])),
    )
    return rows, sp.csr_array(entries, shape=(count, count))


def _is_said_by_others(matrix: sp.csr_array, given: sp.csr_array, is_asked: Rows) -> Rows:
    """Sums that are another's or a difference of two others', by what their variables are: told by 64 random bits for each variable."""
    bits = np.random.default_rng(0).integers(np.iinfo(np.int64).min, np.iinfo(np.int64).max, matrix.shape[1], dtype=np.int64)
    whole, weights = matrix.astype(np.int64), given.astype(np.int64)
    plus, minus = whole @ (weights.maximum(0) @ bits), whole @ ((-weights).maximum(0) @ bits)
    is_plain = is_asked & (minus == 0)
    plain = np.unique(plus[is_plain])
    is_difference = is_asked & ~is_plain & np.isin(plus, plain) & np.isin(minus, plain)
    rows = np.flatnonzero(is_plain)
    is_again = np.zeros(len(is_asked), dtype=bool)
    is_again[rows] = True
    is_again[rows[np.unique(plus[rows], return_index=True)[1]]] = False
    return is_difference | is_again
