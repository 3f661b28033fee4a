"""Condensed programs: fewer variables and sums, and every variable can be what it could be before."""

import itertools

import numpy as np
import pytest
import scipy.sparse as sp

from geo.disclosure.condensing import condense
from geo.disclosure.programs import Program

# Of each area: numerator, those without and people of two shares, and the two parts of the first numerator.
SORTS, AREAS = 8, 3


def a_program(seed, *, share_known=0.15, share_summed=0.8, share_said=0.5):
    """Shares of two areas and of what they lie in; some counts are known, so that sums differ from area to area."""
    random = np.random.default_rng(seed)
    rows, low, high = [], [], []

    def add(weights, least=0.0, most=0.0):
        row = np.zeros(SORTS * AREAS)
        for at, weight in weights.items():
            row[at] = weight
        rows.append(row)
        low.append(least)
        high.append(most)

    table = np.zeros((AREAS, SORTS))
    for area in range(AREAS - 1):
        people, first, second = random.integers(2, 4), random.integers(0, 3), random.integers(0, 3)
        part = random.integers(0, first + 1)
        table[area] = [first, people - first, people, second, people - second, people, part, first - part]
    table[-1] = table[:-1].sum(axis=0)
    for area in range(AREAS):
        of = area * SORTS
        add({of: 1, of + 1: 1, of + 2: -1})
        add({of + 3: 1, of + 4: 1, of + 5: -1})
        add({of + 2: 1, of + 5: -1})
        add({of + 6: 1, of + 7: 1, of: -1})
        for at in np.flatnonzero(random.random(5) < share_said):
            # Whatever else is said of a count, so that now this and now that one stands in fewest sums.
            for most in (9, 10):
                add({of + int(at): 1}, 0, most)
    for sort in np.flatnonzero(random.random(SORTS) < share_summed):
        add({sort: 1, SORTS + sort: 1, 2 * SORTS + sort: -1})
    table = table.ravel()
    known = random.random(len(table)) < share_known
    matrix, low, high = np.array(rows), np.array(low) - np.array(rows)[:, known] @ table[known], np.array(high)
    high = high - matrix[:, known] @ table[known]
    matrix = matrix[:, ~known]
    stands = np.any(matrix != 0, axis=1)
    table, area = table[~known], np.repeat(np.arange(AREAS), SORTS)[~known]
    program = Program(sp.csr_array(matrix[stands]), low[stands], high[stands], np.zeros(len(table), dtype=np.intp))
    return program, table, area


def tables_of(matrix, low, high, values):
    """Every table of whole numbers that keeps the sums, variable by variable, slowly: a set of tuples."""
    order, dense = range(len(values)), matrix.toarray()
    found = [()]
    for at in order:
        found = [(*one, value) for one in found for value in values[at]]
        rest = [(min(values[other]), max(values[other])) for other in order if other > at]
        head, tail = dense[:, : at + 1], dense[:, at + 1 :]
        if not found:
            break
        sums = np.array(found) @ head.T
        least = sum((np.minimum(column * few, column * many) for column, (few, many) in zip(tail.T, rest, strict=True)), np.zeros(len(low)))
        most = sum((np.maximum(column * few, column * many) for column, (few, many) in zip(tail.T, rest, strict=True)), np.zeros(len(low)))
        keep = np.all((sums + least <= high + 1e-9) & (sums + most >= low - 1e-9), axis=1)
        found = list(itertools.compress(found, keep))
    return set(found)


@pytest.mark.parametrize("seed", range(60))
def test_the_same_tables_are_possible(seed):
    program, table, area = a_program(seed)
    around = [sorted({max(value - 1, 0), value, value + 1}) for value in table]
    between = np.array([values[0] for values in around]), np.array([values[-1] for values in around])

    choices = condense(program, between, table, area)
    before = tables_of(program.matrix, program.low, program.high, around)
    ranges = [np.arange(least, most + 1) for least, most in zip(choices.least, choices.most, strict=True)]
    chosen = tables_of(choices.sums, choices.low, choices.high, ranges)

    assert choices.sums.shape[1] < len(table)
    assert tuple(table) in before
    assert {tuple(table + choices.given @ np.array(choice)) for choice in chosen} == before


def test_what_the_sums_of_others_say_is_left_out():
    program, table, area = a_program(1, share_known=0, share_summed=1, share_said=0)
    choices = condense(program, (table - 5, table + 5), table, area)

    # What is said by choices keeps its bounds as a sum; each of the rest is said by no others.
    assert choices.sums.shape[0] < program.matrix.shape[0]
    is_equal = choices.low == choices.high
    assert np.linalg.matrix_rank(choices.sums.toarray()[is_equal]) == is_equal.sum()


def test_what_lies_in_two_areas_is_not_taken_together():
    program, table, area = a_program(0)
    choices = condense(program, (table - 5, table + 5), table, area)
    single = np.diff(choices.given.indptr) == 1
    area_of = np.full(choices.given.shape[1], -1)
    area_of[choices.given[single].indices] = area[single]
    given = choices.given.tocoo()

    np.testing.assert_array_equal(area[given.row], area_of[given.col])


def test_some_choices_alone_are_the_same_columns():
    program, table, area = a_program(3)
    choices = condense(program, (table - 5, table + 5), table, area)
    columns, signs = np.array([4, 1]), np.array([1.0, -1.0])

    matrix, rows = choices.of(columns, signs)

    whole = choices.sums.toarray()[:, columns] * signs
    np.testing.assert_array_equal(matrix.toarray(), whole[rows])
    assert not np.any(np.delete(whole, rows, axis=0))
