"""Editions of the same figures read together: what both tell somebody who believes that counts have hardly changed between them.

The attacker links each count of a later edition to the same count of the earlier ones ("it moved by no more than so many"), carries
bounds along the sums of each edition and over those links until nothing moves, and gives up the belief where the editions contradict it.
Carried bounds alone: no linear program is asked, which would take minutes of a whole world.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.narrowing import Carrier
from geo.disclosure.relations import Relation
from geo.disclosure.rules import Floats

Rows = NDArray[np.bool_]
# Least and most of every part of every cell, (3, cells) each.
Bounds = tuple[Floats, Floats]
# A belief that the editions contradict is given up where they do, a sum further each time, at most so often; then it is held of single
# counts only.
_MOST_DOUBTS = 8
# Bounds go from edition to edition and along sums so often: more than four moved nothing in any world that was tried.
_MOST_ROUNDS = 6


@dataclass(frozen=True)
class Sums:
    """How the cells of an edition add up. is_share: cells whose numerator and those without are the denominator, shape (cells,)."""

    relations: Sequence[Relation]
    is_share: Rows

    def narrow(self, bounds: Bounds) -> Bounds:
        """Bounds carried along all sums."""
        return self._carrier.narrow(*bounds)

    @cached_property
    def _carrier(self) -> Carrier:
        return Carrier(self.relations, self.is_share)

    def around(self, rows: Rows) -> Rows:
        """These parts of cells and all that stand in a sum with them, (3, cells)."""
        found = rows | (np.any(rows, axis=0) & self.is_share)
        rows = found.copy()
        for each in self.relations:
            is_hit = rows[each.of][each.whole] | np.logical_or.reduceat(rows[each.of_part, each.part], each.starts)
            found[each.of][each.whole[is_hit]] = True
            is_part = is_hit[each.whole_of_part]
            found[each.of_part[is_part], each.part[is_part]] = True
        return found


def attack_together(earlier: Sequence[Bounds], latest: Bounds, sums: Sums, *, changed_by: float) -> list[Bounds]:
    """Bounds of every part in each edition, the latest last, for one who believes that no count changed by more than so many.

    earlier, latest: as each edition alone leaves them, of the same cells in the same order; what an edition does not have is without
    bounds. A count of which the belief can be held alone is narrowed by it, though sums around it contradict.
    """
    alone = [*earlier, latest]
    possible = [_meet(each, latest, changed_by) for each in earlier]
    linked = [each.copy() for each in possible]
    for doubts in range(_MOST_DOUBTS):
        found, wrong = _carry(alone, linked, sums, changed_by)
        if wrong is None:
            break
        doubted = wrong
        for _ in range(doubts + 1):
            doubted = sums.around(doubted)
        while not any(np.any(doubted & each) for each in linked) and np.any(doubted != (wider := sums.around(doubted))):
            doubted = wider
        for each in linked:
            each &= ~doubted
    else:
        found = list(alone)
        for each in linked:
            each[:] = False
    return _with_single_counts(found, alone, [mine & ~held for mine, held in zip(possible, linked, strict=True)], changed_by)


def _carry(alone: Sequence[Bounds], linked: Sequence[Rows], sums: Sums, changed_by: float) -> tuple[list[Bounds], Rows | None]:
    """Bounds carried along sums and links; with the parts that contradict each other, None where none do."""
    bounds = list(alone)
    for _ in range(_MOST_ROUNDS):
        before = list(bounds)
        for at, is_held in enumerate(linked):
            bounds[-1] = _narrowed_by(bounds[at], bounds[-1], is_held, changed_by)
        for at, is_held in enumerate(linked):
            bounds[at] = _narrowed_by(bounds[-1], bounds[at], is_held, changed_by)
        if np.any(wrong := _wrong(bounds)):
            return bounds, wrong
        moved = [at for at, pair in enumerate(bounds) if any(np.any(one != other) for one, other in zip(pair, before[at], strict=True))]
        for at in moved:
            bounds[at] = sums.narrow(bounds[at])
        if np.any(wrong := _wrong(bounds)):
            return bounds, wrong
        if not moved:
            break
    return bounds, None


def _meet(one: Bounds, other: Bounds, changed_by: float) -> Rows:
    """Parts of cells that can be the same in both but for so many."""
    return np.maximum(one[0] - changed_by, other[0]) <= np.minimum(one[1] + changed_by, other[1])


def _narrowed_by(one: Bounds, other: Bounds, rows: Rows, changed_by: float) -> Bounds:
    """The other bounds, where these rows are no more than so many from the first."""
    least = np.where(rows, np.maximum(other[0], one[0] - changed_by), other[0])
    return least, np.where(rows, np.minimum(other[1], one[1] + changed_by), other[1])


def _wrong(bounds: Sequence[Bounds]) -> Rows:
    return np.logical_or.reduce([least > most for least, most in bounds])


def _with_single_counts(found: list[Bounds], alone: Sequence[Bounds], lost: Sequence[Rows], changed_by: float) -> list[Bounds]:
    """Where the belief was given up for the sake of sums, it may still be held of each count by itself."""
    for at, rows in enumerate(lost):
        if np.any(rows):
            found[-1] = _closer(found[-1], _narrowed_by(alone[at], alone[-1], rows, changed_by))
            found[at] = _closer(found[at], _narrowed_by(alone[-1], alone[at], rows, changed_by))
    return found


def _closer(one: Bounds, other: Bounds) -> Bounds:
    """What both bounds allow; where nothing is, what the second does."""
    least, most = np.maximum(one[0], other[0]), np.minimum(one[1], other[1])
    is_empty = least > most
    return np.where(is_empty, other[0], least), np.where(is_empty, other[1], most)
