"""Linear programs over the published family: which counts are looked at together, and the sums that hold between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from geo.disclosure.relations import AT_LEAST, COVER, EACH, EQUAL, Relation
from geo.disclosure.rules import COMPLEMENT, DENOMINATOR, NUMERATOR, Floats

Rows = NDArray[np.bool_]
Indices = NDArray[np.intp]
# Variables of one program: larger ones take longer than as many small ones.
LOT = 4_000


@dataclass(frozen=True)
class Blocks:
    """Which cells are looked at together: pairs of a block and a cell, sorted; a cell may stand in two blocks."""

    block: Indices
    cell: Indices
    cells: int

    def variable(self, block: Indices, cell: Indices) -> Indices:
        """Position of each pair, -1 where there is none."""
        key, wanted = self.block * self.cells + self.cell, block * self.cells + cell
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        return np.where(key[at] == wanted, at, -1)

    def only(self, has_question: Rows) -> "Blocks":
        """The blocks in which a question is asked, numbered anew."""
        keep = np.isin(self.block, np.unique(self.block[has_question]))
        return Blocks(np.unique(self.block[keep], return_inverse=True)[1].astype(np.intp), self.cell[keep], self.cells)


def crosses(relations: Sequence[Relation], area: NDArray[np.int64]) -> bool:
    """Whether numerators add up in more than one way (areas and groups, groups and periods), so that carrying bounds may not be exact."""
    numerators = [each for each in relations if NUMERATOR in each.reads]
    is_of_areas = [bool(len(_areas(each, area))) for each in numerators]
    return (any(is_of_areas) and not all(is_of_areas)) or len(numerators) - sum(is_of_areas) > 1


def make_blocks(area: NDArray[np.int64], dimension: NDArray[np.int64], relations: Sequence[Relation]) -> Blocks:
    """For each area that others lie in, with those areas, one block a dimension with its totals; areas apart stand by themselves.

    area, dimension: number of each cell's area and dimension, 0 = no groups. Relations between cells of different areas say what lies
    in what.
    """
    block, cell = _with_their_areas(area, relations)
    grouped = range(1, int(dimension.max()) + 1) if dimension.max() else range(1)
    parts = [(dimension[cell] == each) | (dimension[cell] == 0) for each in grouped]
    block = np.concatenate([block[part] * len(parts) + number for number, part in enumerate(parts)])
    return _in_order(block, np.concatenate([cell[part] for part in parts]), len(area))


def make_slices(area: NDArray[np.int64], period: NDArray[np.int64], stratum: NDArray[np.int64], relations: Sequence[Relation]) -> Blocks:
    """The same, but one block a period and stratum, of all indicators; strata of which areas are sums of areas as a whole in one block with
    these. period, stratum: numbers of each cell's.
    """
    block, cell = _with_their_areas(area, relations)
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for each in relations:
        whole = each.whole[each.whole_of_part]
        is_between = area[whole] != area[each.part]
        pairs.append(distinct_pairs(stratum[each.part[is_between]], stratum[whole[is_between]]))
    connected, strata = np.concatenate(pairs), int(stratum.max()) + 1
    graph = sp.coo_array((np.ones(len(connected)), (connected[:, 0], connected[:, 1])), shape=(strata, strata))
    together = connected_components(graph, directed=False)[1][stratum]
    group = period * strata + together
    return _in_order(block * (int(group.max()) + 1) + group[cell], cell, len(area))


def _with_their_areas(area: NDArray[np.int64], relations: Sequence[Relation]) -> tuple[Indices, Indices]:
    """Blocks and their cells: one for each area that others lie in, but where all these stand in the block of a wider one as well, and one
    for each that none lies in and lies in none."""
    held: dict[int, set[int]] = {}
    for whole, part in ((int(whole), int(part)) for each in relations for whole, part in _areas(each, area)):
        held.setdefault(whole, {whole}).add(part)
    of: dict[int, list[int]] = {}
    for head, inside in held.items():
        for one in inside:
            of.setdefault(one, []).append(head)
    members = {(one, one) for one in set(area.tolist()) - set(of)}
    for head, inside in held.items():
        if not any(wider != head and inside <= held[wider] for wider in of[head]):
            members |= {(head, one) for one in inside}
    blocks, areas = (np.array(column, dtype=np.intp) for column in zip(*sorted(members), strict=True))
    order = np.argsort(area, kind="stable")
    first, size = np.searchsorted(area[order], areas), np.bincount(area, minlength=int(area.max()) + 1)[areas]
    spread = np.repeat(first - np.concatenate([[0], np.cumsum(size)[:-1]]), size) + np.arange(int(size.sum()))
    return np.repeat(blocks, size), order[spread]


def _in_order(block: Indices, cell: Indices, cells: int) -> Blocks:
    by = np.lexsort((cell, block))
    return Blocks(np.unique(block[by], return_inverse=True)[1].astype(np.intp), cell[by], cells)


@dataclass(frozen=True)
class Program:
    """Sums of variables that must lie between bounds; a variable is a part of a cell in a block. block: of each variable."""

    matrix: sp.csr_array
    low: Floats
    high: Floats
    block: Indices

    @classmethod
    def of(cls, relations: Sequence[Relation], is_linked: Rows, blocks: Blocks, has_numerators: bool) -> "Program":
        """Every sum that lies within a block. Denominators matter to numerators only where those without link them."""
        count = len(blocks.cell)
        rows = _Constraints(3 * count)
        share = np.flatnonzero(is_linked[blocks.cell])
        rows.add(np.stack([share + of * count for of in (NUMERATOR, COMPLEMENT, DENOMINATOR)], axis=1), (1.0, 1.0, -1.0))
        for each in relations:
            if NUMERATOR in each.reads or len(share) or not has_numerators:
                rows.relate(each, blocks)
        return cls(*rows.finish(), np.tile(blocks.block, 3))

    def torn_apart(self, low: Floats, high: Floats, wanted: Rows) -> "Program":
        """The same with every connected part as a block of its own, and only those with a question; the rest is block -1.

        A sum that holds whatever its variables are within their bounds connects nothing, and neither does a variable that is known.
        """
        up, down = self.matrix.maximum(0), self.matrix.minimum(0)
        is_told = (up @ low + down @ high >= self.low) & (up @ high + down @ low <= self.high)
        rows = np.flatnonzero(~is_told)
        matrix = self.matrix[rows]
        free = sp.diags_array((low < high).astype(float), format="csr")
        open_ = (matrix @ free).tocsr()
        open_.eliminate_zeros()
        graph = sp.block_array([[None, open_], [open_.T, None]], format="csr")
        block = connected_components(graph, directed=False)[1][len(rows) :]
        asked = np.unique(block[wanted])
        place = np.searchsorted(asked, block)
        is_asked = np.isin(block, asked) & (low < high)
        number = np.where(is_asked, place, -1)
        # What is known of a variable moves to the bounds of its sums.
        known = matrix @ np.where(low < high, 0.0, low)
        return Program(open_, self.low[rows] - known, self.high[rows] - known, number)

    def lots(self) -> Iterator[tuple["Program", Indices]]:
        """Blocks in lots that the solver does quickly, each with the positions of its variables: those that stand in a sum."""
        size = np.cumsum(np.bincount(self.block[self.block >= 0]))
        lot = np.append((size - 1) // LOT, -1)[self._block_of_sum()]
        by_lot = np.argsort(lot, kind="stable")
        for rows in np.split(by_lot, np.flatnonzero(np.diff(lot[by_lot])) + 1):
            if lot[rows[0]] >= 0:
                yield self._of_sums(rows)

    def _block_of_sum(self) -> Indices:
        """The block in which each sum lies, -1 for none."""
        first = self.matrix.indices[np.minimum(self.matrix.indptr[:-1], max(self.matrix.nnz - 1, 0))]
        return np.where(np.diff(self.matrix.indptr) > 0, self.block[first], -1) if self.matrix.nnz else np.full(len(self.low), -1)

    def _of_sums(self, rows: Indices) -> tuple["Program", Indices]:
        matrix = self.matrix[rows]
        at, column = np.unique(matrix.indices, return_inverse=True)
        alone = sp.csr_array((matrix.data, column, matrix.indptr), shape=(len(rows), len(at)))
        return Program(alone, self.low[rows], self.high[rows], self.block[at]), at

    def holds(self, table: Floats, between: tuple[Floats, Floats]) -> bool:
        """Whether a table is possible here; nan is not."""
        sums, (low, high) = self.matrix @ table, between
        is_inside = np.all((sums >= self.low - 1e-6) & (sums <= self.high + 1e-6))
        return bool(is_inside and np.all((table >= low) & (table <= high)))


class _Constraints:
    """Collects sums, one after the other."""

    def __init__(self, variables: int) -> None:
        self.variables, self.count = variables, 0
        self.row: list[NDArray[np.intp]] = []
        self.column: list[NDArray[np.intp]] = []
        self.weight: list[Floats] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []

    def add(self, columns: Indices, weights: tuple[float, ...]) -> None:
        """Sums of as many variables as there are columns, each 0."""
        rows = np.repeat(np.arange(len(columns)), columns.shape[1])
        self._add(rows, columns.ravel(), np.tile(np.array(weights), len(columns)), np.zeros(len(columns)), np.zeros(len(columns)))

    def relate(self, each: Relation, blocks: Blocks) -> None:
        """The sums of a relation in every block that holds the whole and all its parts."""
        count = len(blocks.cell)
        position = np.full(blocks.cells, -1, dtype=np.intp)
        position[each.whole] = np.arange(len(each.whole))
        held = np.flatnonzero(position[blocks.cell] >= 0)
        group = position[blocks.cell[held]]
        size = np.diff(np.append(each.starts, len(each.part)))[group]
        of_held = np.repeat(np.arange(len(held)), size)
        at = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size) + each.starts[group][of_held]
        part = blocks.variable(blocks.block[held][of_held], each.part[at])
        is_whole = np.ones(len(held), dtype=bool)
        is_whole[of_held[part < 0]] = False
        if each.holds == EACH:
            keep = is_whole[of_held]
            to_part, to_whole = part[keep] + each.of_part[at[keep]] * count, held[of_held][keep] + each.of * count
            self._below(np.stack([to_part, to_whole], axis=1))
            return
        number = np.cumsum(is_whole) - 1
        keep = is_whole[of_held]
        rows = np.concatenate([number[of_held[keep]], number[is_whole]])
        columns = np.concatenate([part[keep] + each.of_part[at[keep]] * count, held[is_whole] + each.of * count])
        weights = np.concatenate([np.ones(int(keep.sum())), -np.ones(int(is_whole.sum()))])
        low, high = {EQUAL: (0.0, 0.0), AT_LEAST: (-np.inf, 0.0), COVER: (0.0, np.inf)}[each.holds]
        self._add(rows, columns, weights, np.full(int(is_whole.sum()), low), np.full(int(is_whole.sum()), high))

    def _below(self, pairs: Indices) -> None:
        rows = np.repeat(np.arange(len(pairs)), 2)
        self._add(rows, pairs.ravel(), np.tile([1.0, -1.0], len(pairs)), np.full(len(pairs), -np.inf), np.zeros(len(pairs)))

    def _add(self, row: Indices, column: Indices, weight: Floats, low: Floats, high: Floats) -> None:
        self.row.append(row + self.count)
        self.column.append(column)
        self.weight.append(weight)
        self.low.append(low)
        self.high.append(high)
        self.count += len(low)

    def finish(self) -> tuple[sp.csr_array, Floats, Floats]:
        """The matrix and the bounds of its sums."""
        parts = np.concatenate(self.weight), (np.concatenate(self.row), np.concatenate(self.column))
        return sp.csr_array(parts, shape=(self.count, self.variables)), np.concatenate(self.low), np.concatenate(self.high)


def _areas(each: Relation, area: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of different areas that a relation connects: the wider, the finer."""
    pairs = distinct_pairs(area[each.whole][each.whole_of_part], area[each.part])
    return pairs[pairs[:, 0] != pairs[:, 1]]


def distinct_pairs(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of numbers, none below 0, each once and in order, shape (pairs, 2)."""
    size = int(second.max(initial=0)) + 1
    return np.stack(np.divmod(np.unique(first * size + second), size), axis=1)
