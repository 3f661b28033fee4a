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
    to, part_at, whole_at = each.whole_of_part, (each.of_part, each.part), (each.of, each.whole)
    least, most = carried.least, carried.most
    low, high = np.add.reduceat(least[part_at], each.starts), np.add.reduceat(most[part_at], each.starts)
    part_most = most[whole_at][to] - (low[to] - least[part_at])
    part_least = least[whole_at][to] - (high[to] - most[part_at])
    if each.holds == EACH:
        part_most = most[whole_at][to]
        low = np.maximum.reduceat(least[part_at], each.starts)
    part = _is_bound(part_at, part_least, part_most, carried, (each.holds in (EQUAL, COVER), each.holds != COVER))
    whole = _is_bound(whole_at, low, high, carried, (each.holds != COVER, each.holds in (EQUAL, COVER)))
    return part, whole


def _is_bound(
    at: tuple[NDArray[np.intp] | int, NDArray[np.intp]],
    given_least: Floats,
    given_most: Floats,
    carried: Carried,
    sides: tuple[bool, bool],
) -> Rows:
    from_below = (given_least > carried.own_least[at]) & (given_least >= carried.least[at])
    from_above = (given_most < np.minimum(carried.own_most[at], UNBOUNDED)) & (given_most <= carried.most[at])
    return (from_below & sides[0]) | (from_above & sides[1])
