"""Which sums hold between cells, part by part: of numerators, of those without, of denominators.

A relation is used where the exact counts keep it throughout an indicator, for then everybody may rely on it; that it holds is no secret.
Persons who are counted in several parts (two periods of a window) leave only "no part above the whole".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.family import PARTS, Coded, Family, Indices, Known, Link
from geo.disclosure.rules import COMPLEMENT, DENOMINATOR, NUMERATOR, SHARE, Floats

# How parts stand to their whole: they are it; are within it; none is above it; they cover it (and may overlap).
EQUAL, AT_LEAST, EACH, COVER = 0, 1, 2, 3


@dataclass(frozen=True)
class Relation:
    """Parts grouped by their whole. of: NUMERATOR, COMPLEMENT or DENOMINATOR, of the wholes. holds: EQUAL, AT_LEAST, EACH or COVER.

    part: rows of the parts, whole after whole, shape (parts,), and of_part what each is of. whole: row of each whole, starts: where its
    parts begin, shape (wholes,).
    """

    name: str
    of: int
    holds: int
    part: Indices
    of_part: Indices
    whole: Indices
    starts: Indices

    @cached_property
    def whole_of_part(self) -> Indices:
        """The position of each part's whole among the wholes."""
        return np.repeat(np.arange(len(self.whole)), np.diff(np.append(self.starts, len(self.part))))

    @cached_property
    def reads(self) -> Indices:
        """What wholes and parts are of."""
        return np.union1d(self.of_part, [self.of])

    @property
    def is_of_one(self) -> bool:
        """Whether wholes and parts are of the same."""
        return len(self.reads) == 1


def relation(name: str, of: int, holds: int, *, part: Indices, whole: Indices, of_part: Indices | None = None) -> Relation:
    """Group parts by their wholes, both given as rows, shape (parts,). of_part: what each part is of, None: the same as the wholes."""
    order = np.argsort(whole, kind="stable")
    wholes, starts = np.unique(whole[order], return_index=True)
    of_each = np.full(len(part), of, dtype=np.intp) if of_part is None else of_part[order]
    return Relation(name, of, holds, part[order], of_each, wholes.astype(np.intp), starts.astype(np.intp))


def settle(links: Sequence[Link], coded: Coded, exact: Floats, kind: NDArray[np.int8]) -> list[Relation]:
    """The relations that the exact counts keep, shape of exact (3, cells); those without are counted for shares alone.

    A whole or part that was not collected (nan) leaves its sum out.
    """
    found = []
    for each in links:
        for of in (NUMERATOR, COMPLEMENT, DENOMINATOR):
            is_used = kind[each.whole] == SHARE if of == COMPLEMENT else np.ones(len(each.whole), dtype=bool)
            one = relation(each.name, of, EQUAL, part=each.part[is_used], whole=each.whole[is_used])
            found += _settle_one(one, exact, coded.indicator)
    return found


def relate_known(coded: Coded, family: Family, exact: Floats, kind: NDArray[np.int8]) -> list[Relation]:
    """What is known between indicators, as far as the exact counts keep it."""
    return [relation for each in family.known for relation in _settle_known(each, coded, exact, kind)]


def told_by_absence(coded: Coded, family: Family, exact: Floats, kind: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Cells whose numerator is nobody, and everybody sees it: where an indicator has cells of those areas, period and groups and yet none
    in this area, it counts nobody there. So whom it would hold are none; and who are all in such sets, by definition or as the exact counts
    keep it, are none either.
    """
    number = {name: at for at, name in enumerate(coded.indicators)}
    found = np.zeros(len(coded.key), dtype=bool)
    for each in family.known:
        (indicator, word), names = each.whole, [name for name, _ in each.parts]
        if indicator not in number or not all(name in number for name in names):
            continue
        if word == "numerator" and any(one.holds in (EQUAL, COVER) for one in _settle_known(each, coded, exact, kind)):
            rows = np.flatnonzero(coded.indicator == number[indicator])
            found[rows[np.logical_and.reduce([_is_absent(coded, number[name], rows) for name in names])]] = True
        for name, part in each.parts:
            rows = np.flatnonzero(coded.indicator == number[name])
            if part == "numerator" and not each.is_cover:
                found[rows[_is_absent(coded, number[indicator], rows)]] = True
    return found & (exact[NUMERATOR] == 0)


def _is_absent(coded: Coded, indicator: int, rows: Indices) -> NDArray[np.bool_]:
    """Whether an indicator has no cell where each of these rows is, though it has others of the same areas, period and groups."""
    level = (coded.geography * len(coded.periods) + coded.period) * (int(coded.dimension.max()) + 1) + coded.dimension
    to = np.full(len(rows), indicator, dtype=np.int64)
    there = coded.find(indicator=to, area=coded.area[rows], period=coded.period[rows], stratum=coded.stratum[rows])
    return (there < 0) & np.isin(level[rows], np.unique(level[coded.indicator == indicator]))


def _settle_known(each: Known, coded: Coded, exact: Floats, kind: NDArray[np.int8]) -> list[Relation]:
    number = {name: at for at, name in enumerate(coded.indicators)}
    indicator, word = each.whole
    pairs = [(*_pairs(coded, number.get(name, -1), number.get(indicator, -1)), PARTS.index(part)) for name, part in each.parts]
    part, whole = (np.concatenate([pair[at] for pair in pairs]).astype(np.intp) for at in (0, 1))
    of_part = np.repeat([of for *_, of in pairs], [len(rows) for rows, *_ in pairs]).astype(np.intp)
    is_used = (kind[part] == SHARE) | (of_part != COMPLEMENT)
    is_used &= (kind[whole] == SHARE) | (word != "without")
    words = " and ".join(f"{name} {part}" for name, part in each.parts)
    one = relation(
        f"{words} in {indicator} {word}",
        PARTS.index(word),
        COVER if each.is_cover else EQUAL,
        part=part[is_used],
        whole=whole[is_used],
        of_part=of_part[is_used],
    )
    return _settle_one(one, exact, coded.indicator)


def _settle_one(each: Relation, exact: Floats, indicator: NDArray[np.int64]) -> list[Relation]:
    """A relation as far as it holds, by indicator of the whole: parts that are the whole, else within it, else none above it."""
    is_gone = np.isnan(exact[each.of_part, each.part]) | np.isnan(exact[each.of, each.whole])[each.whole_of_part]
    if np.any(is_gone):
        keep = ~np.isin(each.whole_of_part, each.whole_of_part[is_gone])
        whole = each.whole[each.whole_of_part]
        each = relation(each.name, each.of, each.holds, part=each.part[keep], whole=whole[keep], of_part=each.of_part[keep])
    if not len(each.part):
        return []
    parts, wholes = exact[each.of_part, each.part], exact[each.of, each.whole]
    over = wholes - np.add.reduceat(parts, each.starts)
    above = wholes - np.maximum.reduceat(parts, each.starts)
    of_whole = indicator[each.whole]
    numbers = np.arange(int(indicator.max()) + 1)
    is_kept = {
        EQUAL: ~np.isin(numbers, of_whole[over != 0]),
        AT_LEAST: ~np.isin(numbers, of_whole[over < 0]),
        EACH: ~np.isin(numbers, of_whole[above < 0]),
        COVER: ~np.isin(numbers, of_whole[over > 0]),
    }
    ways = (COVER,) if each.holds == COVER else (EQUAL, AT_LEAST, EACH)
    whole = each.whole[each.whole_of_part]
    holds = np.select([is_kept[way] for way in ways], ways, default=-1)[indicator[whole]]
    return [
        relation(each.name, each.of, way, part=each.part[holds == way], whole=whole[holds == way], of_part=each.of_part[holds == way])
        for way in ways
        if np.any(holds == way)
    ]


def _pairs(coded: Coded, part: int, whole: int) -> tuple[Indices, Indices]:
    """Rows of one indicator, and rows of another with the same area, period and group; none where there is no such indicator."""
    rows = np.flatnonzero(coded.indicator == part)
    to = np.full(len(rows), whole, dtype=np.int64)
    found = coded.find(indicator=to, area=coded.area[rows], period=coded.period[rows], stratum=coded.stratum[rows])
    return rows[found >= 0], found[found >= 0]
