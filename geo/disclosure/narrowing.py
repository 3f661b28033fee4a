"""How far the published family narrows each withheld count: by carrying bounds along every sum until nothing moves.

Exact where the sums form a tree (areas in areas); where sums cross (groups, windows, those without) the linear program of
linear_program.py finishes what this begins. Bounds depend on published values alone.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from geo.disclosure.relations import AT_LEAST, COVER, EACH, EQUAL, Relation
from geo.disclosure.rules import COMPLEMENT, DENOMINATOR, NUMERATOR, UNBOUNDED, Floats

# Bounds settle in as many rounds as there are levels; crossing sums may take some more. More than this never happened.
_MOST_ROUNDS = 200

Rows = NDArray[np.bool_]
Indices = NDArray[np.intp]


def narrow(least: Floats, most: Floats, relations: Sequence[Relation], is_share: Rows) -> tuple[Floats, Floats]:
    """Bounds of every part of every cell that the published family allows, as Carrier gives them."""
    return Carrier(relations, is_share).narrow(least, most)


class Carrier:
    """Sums along which bounds are carried. is_share: cells whose numerator and those without are the denominator, shape (cells,).

    No part stands in two wholes of one relation.
    """

    def __init__(self, relations: Sequence[Relation], is_share: Rows) -> None:
        count = len(is_share)
        self._steps: list[_Within | _Sum] = [_Within(np.flatnonzero(is_share), count)] if np.any(is_share) else []
        self._steps += [_Sum(each, count) for each in relations]
        reads = [step.reads for step in self._steps]
        of = np.repeat(np.arange(len(reads)), [len(each) for each in reads])
        stands = sp.csr_array((np.ones(len(of)), (of, np.concatenate([*reads, of[:0]]))), shape=(len(reads), 3 * count))
        # Which steps read what a step has moved.
        self._near = ((stands @ stands.T) > 0).toarray()

    def narrow(self, least: Floats, most: Floats) -> tuple[Floats, Floats]:
        """Bounds of every part of every cell that the published family allows, shapes (3, cells).

        least, most: what each published part says by itself. Where published values contradict each other some least comes out above its
        most, and the rest is left as it stood.
        """
        low, high = least.ravel().copy(), most.ravel().copy()
        np.minimum(high, UNBOUNDED, out=high)
        waits = np.ones(len(self._steps), dtype=bool)
        for _ in range(_MOST_ROUNDS):
            for at, step in enumerate(self._steps):
                if waits[at]:
                    waits[at] = False
                    if step.carry(low, high):
                        waits |= self._near[at]
            if not np.any(waits) or np.any(low > high):
                break
        return low.reshape(least.shape), high.reshape(most.shape)


class _Within:
    """Numerator and those without are the denominator, of the cells of shares."""

    def __init__(self, share: Indices, count: int) -> None:
        self._rows = share + np.array([[NUMERATOR], [COMPLEMENT], [DENOMINATOR]]) * count
        self.reads = self._rows.ravel()

    def carry(self, least: Floats, most: Floats) -> bool:
        """Carry bounds in place; whether any moved."""
        low, high = least[self._rows], most[self._rows]
        before = low.copy(), high.copy()
        low[2] = np.maximum(low[2], low[0] + low[1])
        high[2] = np.minimum(high[2], high[0] + high[1])
        for one, other in ((0, 1), (1, 0)):
            high[one] = np.minimum(high[one], high[2] - low[other])
            low[one] = np.maximum(low[one], low[2] - high[other])
        if not (np.any(low != before[0]) or np.any(high != before[1])):
            return False
        least[self._rows], most[self._rows] = low, high
        return True


class _Sum:
    """Wholes and their parts, in rows of all parts of cells one after the other."""

    def __init__(self, each: Relation, count: int) -> None:
        self._part, self._whole = each.of_part * count + each.part, each.of * count + each.whole
        self._to, self._starts = each.whole_of_part, each.starts
        self._carry = _WAYS[each.holds]
        self.reads = np.concatenate([self._part, self._whole])

    def carry(self, least: Floats, most: Floats) -> bool:
        """Carry bounds in place; whether any moved."""
        of_parts, of_wholes = (least[self._part], most[self._part]), (least[self._whole], most[self._whole])
        parts, wholes = self._carry(of_parts, of_wholes, self._to, self._starts)
        has_moved = False
        for rows, before, after in ((self._part, of_parts, parts), (self._whole, of_wholes, wholes)):
            for bound, old, new in zip((least, most), before, after, strict=True):
                if new is not old and np.any(old != new):
                    bound[rows] = new
                    has_moved = True
        return has_moved


_Bounds = tuple[Floats, Floats]


def _sum_up(parts: _Bounds, wholes: _Bounds, to: Indices, starts: Indices) -> tuple[_Bounds, _Bounds]:
    """Parts that are the whole."""
    sum_low, sum_high = np.add.reduceat(parts[0], starts), np.add.reduceat(parts[1], starts)
    low, high = np.maximum(wholes[0], sum_low), np.minimum(wholes[1], sum_high)
    most = np.minimum(parts[1], (high - sum_low)[to] + parts[0])
    least = np.maximum(parts[0], (low - sum_high)[to] + parts[1])
    return (least, most), (low, high)


def _stay_within(parts: _Bounds, wholes: _Bounds, to: Indices, starts: Indices) -> tuple[_Bounds, _Bounds]:
    """Parts within a whole that has more besides."""
    sum_low = np.add.reduceat(parts[0], starts)
    most = np.minimum(parts[1], (wholes[1] - sum_low)[to] + parts[0])
    return (parts[0], most), (np.maximum(wholes[0], sum_low), wholes[1])


def _stay_below(parts: _Bounds, wholes: _Bounds, to: Indices, starts: Indices) -> tuple[_Bounds, _Bounds]:
    """No part above its whole."""
    low = np.maximum(wholes[0], np.maximum.reduceat(parts[0], starts))
    return (parts[0], np.minimum(parts[1], wholes[1][to])), (low, wholes[1])


def _cover(parts: _Bounds, wholes: _Bounds, to: Indices, starts: Indices) -> tuple[_Bounds, _Bounds]:
    """Parts that cover the whole and may overlap."""
    sum_high = np.add.reduceat(parts[1], starts)
    least = np.maximum(parts[0], (wholes[0] - sum_high)[to] + parts[1])
    return (least, parts[1]), (wholes[0], np.minimum(wholes[1], sum_high))


_WAYS = {EQUAL: _sum_up, AT_LEAST: _stay_within, EACH: _stay_below, COVER: _cover}
