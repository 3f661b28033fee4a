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
            if np.any(moved[each.reads]):
                _STEPS[each.holds](least, most, each)
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
    to, part, whole = each.whole_of_part, (each.of_part, each.part), (each.of, each.whole)
    low, high = np.add.reduceat(least[part], each.starts), np.add.reduceat(most[part], each.starts)
    least[whole] = np.maximum(least[whole], low)
    most[whole] = np.minimum(most[whole], high)
    others_low, others_high = low[to] - least[part], high[to] - most[part]
    most[part] = np.minimum(most[part], most[whole][to] - others_low)
    least[part] = np.maximum(least[part], least[whole][to] - others_high)


def _stay_within(least: Floats, most: Floats, each: Relation) -> None:
    """Parts within a whole that has more besides."""
    to, part, whole = each.whole_of_part, (each.of_part, each.part), (each.of, each.whole)
    low = np.add.reduceat(least[part], each.starts)
    least[whole] = np.maximum(least[whole], low)
    most[part] = np.minimum(most[part], most[whole][to] - (low[to] - least[part]))


def _stay_below(least: Floats, most: Floats, each: Relation) -> None:
    """No part above its whole."""
    part, whole = (each.of_part, each.part), (each.of, each.whole)
    least[whole] = np.maximum(least[whole], np.maximum.reduceat(least[part], each.starts))
    most[part] = np.minimum(most[part], most[whole][each.whole_of_part])


def _cover(least: Floats, most: Floats, each: Relation) -> None:
    """Parts that cover the whole and may overlap."""
    to, part, whole = each.whole_of_part, (each.of_part, each.part), (each.of, each.whole)
    high = np.add.reduceat(most[part], each.starts)
    most[whole] = np.minimum(most[whole], high)
    least[part] = np.maximum(least[part], least[whole][to] - (high[to] - most[part]))


_STEPS = {EQUAL: _sum_up, AT_LEAST: _stay_within, EACH: _stay_below, COVER: _cover}
