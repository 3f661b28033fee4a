"""Which sums hold between cells, part by part: of numerators, of those without, of denominators.

A relation is used where the exact counts keep it throughout an indicator, for then everybody may rely on it; that it holds is no secret.
Persons who are counted in several parts (two periods of a window) leave only "no part above the whole".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.family import Coded, Family, Indices, Link
from geo.disclosure.rules import COMPLEMENT, DENOMINATOR, NUMERATOR, SHARE, Floats

# How parts stand to their whole: they are it; are within it; none is above it; they cover it (and may overlap).
EQUAL, AT_LEAST, EACH, COVER = 0, 1, 2, 3


@dataclass(frozen=True)
class Relation:
    """Parts grouped by their whole. of: NUMERATOR, COMPLEMENT or DENOMINATOR. holds: EQUAL, AT_LEAST, EACH or COVER.

    part: rows of the parts, whole after whole, shape (parts,). whole: row of each whole, starts: where its parts begin, shape (wholes,).
    """

    name: str
    of: int
    holds: int
    part: Indices
    whole: Indices
    starts: Indices

    @cached_property
    def whole_of_part(self) -> Indices:
        """The position of each part's whole among the wholes."""
        return np.repeat(np.arange(len(self.whole)), np.diff(np.append(self.starts, len(self.part))))


def relation(name: str, of: int, holds: int, *, part: Indices, whole: Indices) -> Relation:
    """Group parts by their wholes, both given as rows, shape (parts,)."""
    order = np.argsort(whole, kind="stable")
    wholes, starts = np.unique(whole[order], return_index=True)
    return Relation(name, of, holds, part[order], wholes.astype(np.intp), starts.astype(np.intp))


def settle(links: Sequence[Link], coded: Coded, exact: Floats, kind: NDArray[np.int8]) -> list[Relation]:
    """The relations that the exact counts keep, shape of exact (3, cells); those without are counted for shares alone.

    A whole or part that was not collected (nan) leaves its sum out.
    """
    found = []
    for each in links:
        for of in (NUMERATOR, COMPLEMENT, DENOMINATOR):
            is_used = kind[each.whole] == SHARE if of == COMPLEMENT else np.ones(len(each.whole), dtype=bool)
            values = exact[of]
            gone = each.whole[np.isnan(values[each.part]) | np.isnan(values[each.whole])]
            is_used &= ~np.isin(each.whole, gone)
            found += _settle_one(Link(each.name, each.part[is_used], each.whole[is_used]), of, values, coded.indicator)
    return found


def _settle_one(each: Link, of: int, values: Floats, indicator: NDArray[np.int64]) -> list[Relation]:
    if not len(each.part):
        return []
    grouped = relation(each.name, of, EQUAL, part=each.part, whole=each.whole)
    over = values[grouped.whole] - np.add.reduceat(values[grouped.part], grouped.starts)
    above = values[grouped.whole] - np.maximum.reduceat(values[grouped.part], grouped.starts)
    of_whole = indicator[grouped.whole]
    count = int(indicator.max()) + 1
    is_equal = ~np.isin(np.arange(count), of_whole[over != 0])
    is_within = ~np.isin(np.arange(count), of_whole[over < 0])
    is_each = ~np.isin(np.arange(count), of_whole[above < 0])
    holds = np.select([is_equal, is_within, is_each], [EQUAL, AT_LEAST, EACH], default=-1)[indicator[each.whole]]
    return [
        relation(each.name, of, kind, part=each.part[holds == kind], whole=each.whole[holds == kind])
        for kind in (EQUAL, AT_LEAST, EACH)
        if np.any(holds == kind)
    ]


def relate_baskets(coded: Coded, family: Family, exact: Floats, kind: NDArray[np.int8]) -> list[Relation]:
    """What is known between indicators: parts of a whole, narrower within wider baskets, everything and each thing."""
    number = {name: at for at, name in enumerate(coded.indicators)}
    found: list[Relation] = []
    for whole, parts in family.parts.items():
        part, of = _pairs(coded, number, [(name, whole) for name in parts])
        found += [each for each in settle([Link(f"parts of {whole}", part, of)], coded, exact, kind) if each.of == NUMERATOR]
    nested = [*family.within, *((whole, each) for whole, parts in family.all_of.items() for each in parts)]
    for narrow, wide in nested:
        part, of = _pairs(coded, number, [(narrow, wide)])
        found += [each for each in settle([Link(f"{narrow} in {wide}", part, of)], coded, exact, kind) if each.of == NUMERATOR]
    for whole, parts in family.all_of.items():
        part, of = _pairs(coded, number, [(name, whole) for name in parts])
        is_whole = np.isin(of, [row for row, count in zip(*np.unique(of, return_counts=True), strict=True) if count == len(parts)])
        if np.any(is_whole):
            found.append(relation(f"without all of {whole}", COMPLEMENT, COVER, part=part[is_whole], whole=of[is_whole]))
    return found


def _pairs(coded: Coded, number: dict[str, int], pairs: list[tuple[str, str]]) -> tuple[Indices, Indices]:
    """Rows of the first indicator of each pair, and rows of the second with the same area, period and stratum."""
    parts, wholes = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
    for first, second in pairs:
        if first not in number or second not in number:
            continue
        rows = np.flatnonzero(coded.indicator == number[first])
        to = np.full(len(rows), number[second], dtype=np.int64)
        whole = coded.find(indicator=to, area=coded.area[rows], period=coded.period[rows], stratum=coded.stratum[rows])
        parts.append(rows[whole >= 0])
        wholes.append(whole[whole >= 0])
    return np.concatenate(parts), np.concatenate(wholes)
