"""The family of counts from the same records, and how they add up: areas in areas, groups in totals, periods in windows, baskets.

Whoever sees the published table knows these sums, so they are what withheld counts are protected against. A relation is used where the
exact counts keep it everywhere (that they do is no secret): parts that are the whole, parts within a whole that has more besides, or,
where people may be counted in several parts, no part above the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.disclosure.rules import KINDS
from geo.errors import DisclosureError
from geo.periods import Period, parse_period

# What is counted of an indicator, in the order of NUMERATOR, COMPLEMENT, DENOMINATOR of rules.py.
PARTS = ("numerator", "without", "denominator")
KEYS = ("indicator", "geography", "area", "period", "dimension", "stratum")
Indices = NDArray[np.intp]
# For a finer and a wider set of areas, the number of the wider area by number of the finer (-1 = none).
Chains = dict[tuple[str, str], NDArray[np.int64]]


@dataclass(frozen=True)
class Family:
    """What is known of the cells besides their counts.

    nesting: columns child_geography, child, parent_geography, parent: each area of the first in one of the second, only sets of areas
    that are counted directly (not those made by fill). measures: kind of each indicator: share (persons among persons), events or sum.
    known: how what one indicator counts lies in what another counts. groups: of an area (its set and code) the group (dimension and
    stratum) that everybody there is in, as a neighbourhood lies in one decile of deprivation: the group of a wider area is a sum of these.
    """

    nesting: pa.Table
    measures: Mapping[str, str]
    known: tuple["Known", ...] = ()
    groups: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """Sets of people (or events) of indicators within another, in every area, period and group. A set: an indicator and a word of PARTS.

    The parts do not overlap and lie in the whole; or, where is_cover, they may overlap and nobody of the whole is in none of them.
    is_equal: the one part is the whole by definition.
    """

    whole: tuple[str, str]
    parts: tuple[tuple[str, str], ...]
    is_cover: bool = False
    is_equal: bool = False


@dataclass(frozen=True)
class Link:
    """Cells and the whole that each is a part of: indices of rows, shape (parts,). name: what sort of relation. rank: finest first."""

    name: str
    part: Indices
    whole: Indices


@dataclass(frozen=True)
class Coded:
    """Cells in the order of their keys, with a number for each word. Areas and strata are numbered with their set and dimension.

    rows: order[i] is the row of the given table that stands at i. key: one number a cell, ascending.
    """

    order: Indices
    key: NDArray[np.int64]
    indicator: NDArray[np.int64]
    area: NDArray[np.int64]
    period: NDArray[np.int64]
    stratum: NDArray[np.int64]
    indicators: tuple[str, ...]
    areas: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    strata: tuple[tuple[str, str], ...]

    def find(
        self, *, indicator: NDArray[np.int64], area: NDArray[np.int64], period: NDArray[np.int64], stratum: NDArray[np.int64]
    ) -> Indices:
        """Row of each key, -1 where there is none or a number is -1."""
        wanted = self._join(indicator, area, period, stratum)
        at = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        is_there = (self.key[at] == wanted) & (indicator >= 0) & (area >= 0) & (period >= 0) & (stratum >= 0)
        return np.where(is_there, at, -1).astype(np.intp)

    def _join(
        self, indicator: NDArray[np.int64], area: NDArray[np.int64], period: NDArray[np.int64], stratum: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        return ((indicator * len(self.areas) + area) * len(self.periods) + period) * len(self.strata) + stratum

    @property
    def geography(self) -> NDArray[np.int64]:
        """Number of each cell's set of areas."""
        names = sorted({geography for geography, _ in self.areas})
        numbers = {name: number for number, name in enumerate(names)}
        return np.array([numbers[geography] for geography, _ in self.areas], dtype=np.int64)[self.area]

    @property
    def dimension(self) -> NDArray[np.int64]:
        """Number of each cell's dimension, 0 = no groups."""
        names = ["", *sorted({dimension for dimension, _ in self.strata} - {""})]
        return np.array([names.index(dimension) for dimension, _ in self.strata], dtype=np.int64)[self.stratum]


def code(cells: pa.Table) -> Coded:
    """Number the cells' keys. Raises DisclosureError where a key is missing or stands twice."""
    columns = {name: cells.column(name).combine_chunks() for name in KEYS}
    for name, column in columns.items():
        if column.null_count:
            raise DisclosureError(f"{column.null_count} cells have no {name}")
    indicators, indicator = _number(columns["indicator"])
    periods, period = _number(columns["period"])
    areas, area = _number_pairs(columns["geography"], columns["area"])
    strata, stratum = _number_pairs(columns["dimension"], columns["stratum"])
    key = ((indicator * len(areas) + area) * len(periods) + period) * len(strata) + stratum
    order = np.argsort(key, kind="stable")
    key = key[order]
    if np.any(key[1:] == key[:-1]):
        raise DisclosureError(f"{int(np.sum(key[1:] == key[:-1]))} cells stand twice")
    return Coded(order, key, indicator[order], area[order], period[order], stratum[order], indicators, areas, periods, strata)


def kinds_of(coded: Coded, family: Family) -> NDArray[np.int8]:
    """Kind of measure of each cell. Raises DisclosureError for an indicator without one."""
    unknown = [name for name in coded.indicators if family.measures.get(name) not in KINDS]
    if unknown:
        raise DisclosureError(f"the family does not say what kind of measure these are: {', '.join(unknown[:5])}")
    return np.array([KINDS[family.measures[name]] for name in coded.indicators], dtype=np.int8)[coded.indicator]


def group_indicators(names: Sequence[str], family: Family) -> list[int]:
    """A number for each indicator, the same for those that sums or baskets connect, from 0 without gaps."""
    first = {name: name for name in names}

    def root(name: str) -> str:
        while first[name] != name:
            name = first[name]
        return name

    for each in family.known:
        for name, _ in each.parts:
            if name in first and each.whole[0] in first:
                first[root(name)] = root(each.whole[0])
    roots = sorted({root(name) for name in names})
    return [roots.index(root(name)) for name in names]


def link(coded: Coded, family: Family) -> list[Link]:
    """Every relation between the cells that are there, each to the next whole above it."""
    above = _chains(coded, family.nesting)
    return [
        *_areas_in_areas(coded, above),
        *_areas_in_groups(coded, above, family.groups),
        *_groups_in_totals(coded),
        *_periods_in_windows(coded),
    ]


def _areas_in_areas(coded: Coded, above: Chains) -> list[Link]:
    """Each cell in its area's nearest wider area that has the indicator, for each chain of sets of areas."""
    return _in_nearest(coded, above, coded.stratum, "in")


def _areas_in_groups(coded: Coded, above: Chains, groups: Mapping[tuple[str, str], tuple[str, str]]) -> list[Link]:
    """The total of each area that lies in one group, in that group of the nearest wider area that tells groups."""
    numbers = {pair: number for number, pair in enumerate(coded.strata)}
    group = np.array([numbers.get(groups.get(area, ("", "")), -1) for area in coded.areas], dtype=np.int64)
    is_total = coded.stratum == numbers.get(("", "all"), -1)
    return _in_nearest(coded, above, np.where(is_total, group[coded.area], -1), "in groups of")


def _in_nearest(coded: Coded, above: Chains, stratum: NDArray[np.int64], words: str) -> list[Link]:
    """Each cell in the cell of a stratum of each wider area, but where sets between lead there from all its parts."""

    def row_of(area: NDArray[np.int64]) -> Indices:
        return coded.find(indicator=coded.indicator, area=area[coded.area], period=coded.period, stratum=stratum)

    links = []
    for (part_set, whole_set), to in sorted(above.items()):
        whole = row_of(to)
        is_direct = whole >= 0
        for step in (step for (first, step) in above if first == part_set and (step, whole_set) in above):
            via = above[(part_set, step)]
            leads_there = (via >= 0) & (above[(step, whole_set)][via] == to)
            is_direct &= row_of(np.where(leads_there, via, -1)) < 0
        part = np.flatnonzero((whole >= 0) & np.isin(whole, whole[is_direct]))
        if len(part):
            links.append(Link(f"{part_set} {words} {whole_set}", part, whole[part]))
    return links


def _chains(coded: Coded, nesting: pa.Table) -> Chains:
    """For each pair of sets of areas, finer and wider, the number of the wider area by number of the finer (-1 = none)."""
    numbers = {area: number for number, area in enumerate(coded.areas)}
    found = {}
    for (finer, wider), known in _ancestors(nesting).items():
        to = np.full(len(coded.areas), -1, dtype=np.int64)
        for child, parent in known.items():
            at = numbers.get((finer, child))
            if at is not None:
                to[at] = numbers.get((wider, parent), -1)
        found[(finer, wider)] = to
    return found


def _ancestors(nesting: pa.Table) -> dict[tuple[str, str], dict[str, str]]:
    """Area to wider area for each pair of sets, those that lie several steps apart among them."""
    known: dict[tuple[str, str], dict[str, str]] = {}
    columns = [nesting.column(name).to_pylist() for name in ("child_geography", "child", "parent_geography", "parent")]
    for child_set, child, parent_set, parent in zip(*columns, strict=True):
        if known.setdefault((child_set, parent_set), {}).setdefault(child, parent) != parent:
            raise DisclosureError(f"{child_set} {child} lies in two areas of {parent_set}")
    while True:
        further = {
            (first, last): {child: upper[parent] for child, parent in lower.items() if parent in upper}
            for (first, middle), lower in known.items()
            for (second, last), upper in known.items()
            if middle == second and (first, last) not in known
        }
        if not further:
            return known
        known |= further


def _groups_in_totals(coded: Coded) -> list[Link]:
    """Each stratum of a dimension in the area's total: dimension '' and stratum 'all'."""
    total = coded.strata.index(("", "all")) if ("", "all") in coded.strata else -1
    links = []
    for dimension in sorted({name for name, _ in coded.strata if name}):
        of = np.array([name == dimension for name, _ in coded.strata])[coded.stratum]
        to = np.where(of, total, -1)
        whole = coded.find(indicator=coded.indicator, area=coded.area, period=coded.period, stratum=to)
        if np.any(whole >= 0):
            part = np.flatnonzero(whole >= 0)
            links.append(Link(f"{dimension} in all", part, whole[part]))
    return links


def _periods_in_windows(coded: Coded) -> list[Link]:
    """Each period in the shortest longer one of its indicator that holds it.

    Raises DisclosureError where two periods of an indicator overlap without one holding the other, or a window of several periods lies
    in another: their difference would be a count that nobody has protected.
    """
    spans = [parse_period(slug) for slug in coded.periods]
    pairs = np.unique(coded.indicator * len(spans) + coded.period)
    to = np.full((len(coded.indicators), len(spans)), -1, dtype=np.int64)
    for indicator in range(len(coded.indicators)):
        own = sorted(
            (int(pair % len(spans)) for pair in pairs[pairs // len(spans) == indicator]),
            key=lambda at: (spans[at].start, -spans[at].end.toordinal(), spans[at].slug),
        )
        holding: list[int] = []
        for at in own:
            while holding and spans[holding[-1]].end < spans[at].start:
                holding.pop()
            if holding:
                _check_held(coded.indicators[indicator], spans[at], spans[holding[-1]])
                to[indicator, at] = holding[-1]
            holding.append(at)
    whole = coded.find(indicator=coded.indicator, area=coded.area, period=to[coded.indicator, coded.period], stratum=coded.stratum)
    part = np.flatnonzero(whole >= 0)
    return [Link("period in window", part, whole[part])] if len(part) else []


def _check_held(indicator: str, inner: Period, outer: Period) -> None:
    is_window = inner.kind.endswith("s")
    if inner.end > outer.end or (inner.start, inner.end) == (outer.start, outer.end) or is_window:
        raise DisclosureError(f"{indicator}: the periods {outer.slug} and {inner.slug} overlap, and windows must not")


def _number(column: pa.Array) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The sorted different words, and the number of each row's."""
    encoded = pc.dictionary_encode(column)
    words = np.asarray(encoded.dictionary.to_pylist(), dtype=object)
    order = np.argsort(words.astype(str), kind="stable") if len(words) else np.empty(0, dtype=np.intp)
    rank = np.empty(len(words), dtype=np.int64)
    rank[order] = np.arange(len(words))
    return tuple(words[order]), rank[encoded.indices.to_numpy(zero_copy_only=False)]


def _number_pairs(first: pa.Array, second: pa.Array) -> tuple[tuple[tuple[str, str], ...], NDArray[np.int64]]:
    """The sorted different pairs of words, and the number of each row's."""
    outer, outer_number = _number(first)
    inner, inner_number = _number(second)
    joined, numbers = np.unique(outer_number * max(len(inner), 1) + inner_number, return_inverse=True)
    pairs = tuple((outer[at // len(inner)], inner[at % len(inner)]) for at in joined.tolist())
    return pairs, numbers.astype(np.int64)
