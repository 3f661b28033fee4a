"""Which sums narrow a count: what more must be withheld lies there, and nowhere else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.relations import COVER, EACH, EQUAL, Relation
from geo.disclosure.rules import UNBOUNDED, Floats

Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Carried:
    """Bounds of all parts of cells, (3, cells): what the published form says by itself, and what the whole family says."""

    own_least: Floats
    own_most: Floats
    least: Floats
    most: Floats


def binding(each: Relation, carried: Carried) -> tuple[Rows, Rows]:
    """Which parts of a relation, and which of its wholes, it gives bounds that their own published form does not give."""
    least, most, to = carried.least[each.of], carried.most[each.of], each.whole_of_part
    low, high = np.add.reduceat(least[each.part], each.starts), np.add.reduceat(most[each.part], each.starts)
    part_most = most[each.whole][to] - (low[to] - least[each.part])
    part_least = least[each.whole][to] - (high[to] - most[each.part])
    if each.holds == EACH:
        part_most = most[each.whole][to]
        low = np.maximum.reduceat(least[each.part], each.starts)
    part = _is_bound(each.part, part_least, part_most, each, carried, (each.holds in (EQUAL, COVER), each.holds != COVER))
    whole = _is_bound(each.whole, low, high, each, carried, (each.holds != COVER, each.holds in (EQUAL, COVER)))
    return part, whole


def _is_bound(
    rows: NDArray[np.intp], given_least: Floats, given_most: Floats, each: Relation, carried: Carried, sides: tuple[bool, bool]
) -> Rows:
    from_below = (given_least > carried.own_least[each.of][rows]) & (given_least >= carried.least[each.of][rows])
    from_above = (given_most < np.minimum(carried.own_most[each.of][rows], UNBOUNDED)) & (given_most <= carried.most[each.of][rows])
    return (from_below & sides[0]) | (from_above & sides[1])
