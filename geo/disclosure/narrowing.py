"""How far the published family narrows each withheld count: by carrying bounds along every sum until nothing moves.

Exact where the sums form a tree (areas in areas); where sums cross (groups, windows, those without) the linear program of
linear_program.py finishes what this begins. Bounds depend on published values alone.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.relations import AT_LEAST, COVER, EACH, EQUAL, Relation
from geo.disclosure.rules import COMPLEMENT, DENOMINATOR, NUMERATOR, UNBOUNDED, Floats

# Bounds settle in as many rounds as there are levels; crossing sums may take some more. More than this never happened.
_MOST_ROUNDS = 200


def narrow(least: Floats, most: Floats, relations: Sequence[Relation], is_share: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Bounds of every part of every cell that the published family allows, shapes (3, cells).

    least, most: what each published part says by itself. is_share: cells whose numerator and those without are the denominator.
    Where published values contradict each other some least comes out above its most, and the rest is left as it stood.
    """
    least, most = least.copy(), most.copy()
    share = np.flatnonzero(is_share)
    moved = np.ones(3, dtype=bool)
    for _ in range(_MOST_ROUNDS):
        before = (least.copy(), most.copy())
        if len(share):
            _within_cells(least, most, share)
            moved |= np.any((before[0] != least) | (before[1] != most), axis=1)
        for each in relations:
            if moved[each.of]:
                _STEPS[each.holds](least[each.of], most[each.of], each)
        np.minimum(most, UNBOUNDED, out=most)
        moved = np.any((before[0] != least) | (before[1] != most), axis=1)
        if not np.any(moved) or np.any(least > most):
            break
    return least, most


def _within_cells(least: Floats, most: Floats, share: NDArray[np.intp]) -> None:
    """Numerator and those without are the denominator."""
    low, high = least[:, share], most[:, share]
    parts = (NUMERATOR, COMPLEMENT)
    low[DENOMINATOR] = np.maximum(low[DENOMINATOR], low[NUMERATOR] + low[COMPLEMENT])
    high[DENOMINATOR] = np.minimum(high[DENOMINATOR], high[NUMERATOR] + high[COMPLEMENT])
    for one, other in (parts, parts[::-1]):
        high[one] = np.minimum(high[one], high[DENOMINATOR] - low[other])
        low[one] = np.maximum(low[one], low[DENOMINATOR] - high[other])
    least[:, share], most[:, share] = low, high


def _sum_up(least: Floats, most: Floats, each: Relation) -> None:
    """Parts that are the whole."""
    to = each.whole_of_part
    low, high = np.add.reduceat(least[each.part], each.starts), np.add.reduceat(most[each.part], each.starts)
    least[each.whole] = np.maximum(least[each.whole], low)
    most[each.whole] = np.minimum(most[each.whole], high)
    others_low, others_high = low[to] - least[each.part], high[to] - most[each.part]
    most[each.part] = np.minimum(most[each.part], most[each.whole][to] - others_low)
    least[each.part] = np.maximum(least[each.part], least[each.whole][to] - others_high)


def _stay_within(least: Floats, most: Floats, each: Relation) -> None:
    """Parts within a whole that has more besides."""
    to = each.whole_of_part
    low = np.add.reduceat(least[each.part], each.starts)
    least[each.whole] = np.maximum(least[each.whole], low)
    most[each.part] = np.minimum(most[each.part], most[each.whole][to] - (low[to] - least[each.part]))


def _stay_below(least: Floats, most: Floats, each: Relation) -> None:
    """No part above its whole."""
    least[each.whole] = np.maximum(least[each.whole], np.maximum.reduceat(least[each.part], each.starts))
    most[each.part] = np.minimum(most[each.part], most[each.whole][each.whole_of_part])


def _cover(least: Floats, most: Floats, each: Relation) -> None:
    """Parts that cover the whole and may overlap."""
    to = each.whole_of_part
    high = np.add.reduceat(most[each.part], each.starts)
    most[each.whole] = np.minimum(most[each.whole], high)
    least[each.part] = np.maximum(least[each.part], least[each.whole][to] - (high[to] - most[each.part]))


_STEPS = {EQUAL: _sum_up, AT_LEAST: _stay_within, EACH: _stay_below, COVER: _cover}
