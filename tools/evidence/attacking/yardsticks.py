"""Both yardsticks over a whole release: what is left of each withheld count, and what questions take away from it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.disclosure.atoms import protect
from geo.disclosure.attacks import (
    Program,
    Reading,
    narrow_parts,
    narrow_published,
    nested_unions,
    query_pairs,
    random_unions,
    tell_exact_sums,
    tell_fill,
)
from geo.disclosure.family import PARTS, group_indicators
from geo.disclosure.narrowing import narrow
from geo.disclosure.rules import NUMERATOR, SHARE, SUM, UNBOUNDED, Floats
from tools.evidence.attacking.worlds import Attacked, of_indicators, outside_of, read_as_attacker

FEWEST = 4


@dataclass(frozen=True)
class Cell:
    """A withheld count that keeps too few values, where it stands, and the relations without any of which it would keep enough."""

    part: str
    indicator: str
    where: str
    left: int
    needs: tuple[str, ...]


@dataclass
class Left:
    """Of indicators that relations connect: withheld counts, those that others' totals alone tell, those with fewer than four values,
    those with one."""

    withheld: int = 0
    told: int = 0
    few: int = 0
    known: int = 0
    seconds: float = 0.0
    cells: tuple[Cell, ...] = ()

    def add(self, other: "Left") -> None:
        """Those of another group besides."""
        for name in ("withheld", "told", "few", "known", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.cells = (*self.cells, *other.cells)


def connected(attacked: Attacked) -> list[list[str]]:
    """Indicators that relations connect, group by group."""
    names = sorted(pc.unique(attacked.cells["indicator"]).to_pylist())
    number = group_indicators(names, attacked.family)
    return [[name for name, at in zip(names, number, strict=True) if at == group] for group in range(max(number) + 1)]


def absolute(attacked: Attacked, names: Sequence[str], *, explains: bool = True) -> tuple[Left, Left]:
    """What one group keeps with the outside totals that the policy names, and without: against the program over all that relations connect.

    The program is asked of every withheld count; without outside totals, where with them too few were left.
    """
    started = time.process_time()
    cells, table = (of_indicators(each, list(names)) for each in (attacked.cells, attacked.left.table))
    reading, exact = read_as_attacker(table, cells, attacked.family, attacked.policy)
    outside = outside_of(reading, exact, attacked.policy)
    program = Program(enough=FEWEST, is_one=True, possible=exact)
    left = _left(reading, *narrow_parts(reading, outside=outside, program=program))
    is_told, is_narrow = _told_alone(reading, outside), left < FEWEST
    seconds, withheld = time.process_time() - started, int(reading.hidden.sum())
    few = is_narrow & ~is_told
    explained = _explained(reading, left, few, outside, program) if explains and np.any(few) else ()
    told, known = int(np.sum(is_narrow & is_told)), int(np.sum((left == 1) & ~is_told))
    found = Left(withheld, told, int(few.sum()), known, seconds, explained)
    narrow_ones = replace(reading, hidden=is_narrow)
    alone = _left(narrow_ones, *narrow_parts(narrow_ones, program=program)) if np.any(is_narrow) else np.full(left.shape, np.inf)
    without = Left(withheld, 0, int(np.sum(alone < FEWEST)), int(np.sum(alone == 1)), seconds)
    return found, without


def without_rounding(attacked: Attacked, names: Sequence[str]) -> Left:
    """The same counts suppressed and not rounded, against bounds carried along sums alone."""
    policy = replace(attacked.policy, round_to=1, fewest_candidates=None, percentage_points=None)
    cells = of_indicators(attacked.cells, list(names))
    table = protect(cells, policy, attacked.family).table
    reading, _ = read_as_attacker(table, cells, attacked.family, policy)
    left = _left(reading, *narrow_parts(reading, program=Program(below=0)))
    return Left(withheld=int(reading.hidden.sum()), few=int(np.sum(left < FEWEST)), known=int(np.sum(left == 1)))


def _left(reading: Reading, least: Floats, most: Floats) -> Floats:
    """How many values each withheld part keeps, (3, cells); infinite where nothing is withheld."""
    return np.where(reading.hidden, most - least + 1, np.inf)


def _told_alone(reading: Reading, outside: Mapping[int, float]) -> np.ndarray:
    """Numerators that the exact totals of others leave fewer than four values whatever is published, and those totals, (3, cells)."""
    told = np.zeros(reading.hidden.shape, dtype=bool)
    if outside:
        least, most = np.zeros(reading.least.shape), np.full(reading.least.shape, UNBOUNDED)
        for row, count in outside.items():
            least[NUMERATOR, row] = most[NUMERATOR, row] = count
        least, most = narrow(least, most, reading.relations, reading.kind == SHARE)
        told[NUMERATOR] = (most - least + 1)[NUMERATOR] < FEWEST
        told[NUMERATOR, list(outside)] = True
    return told


def _explained(reading: Reading, left: Floats, few: np.ndarray, outside: dict[int, float], program: Program) -> tuple[Cell, ...]:
    """The narrow cells with what narrows them: kinds of sums without any of which they would keep enough."""
    asked = replace(reading, hidden=few)
    needs: dict[tuple[int, int], list[str]] = {(int(of), int(at)): [] for of, at in np.argwhere(few)}
    for name in sorted({each.name for each in reading.relations}):
        some = replace(asked, relations=tuple(each for each in reading.relations if each.name != name))
        least, most = narrow_parts(some, outside=outside, program=program)
        for of, at in np.argwhere(few & (most - least + 1 >= FEWEST)):
            needs[(int(of), int(at))].append(name)
    if outside:
        least, most = narrow_parts(asked, program=program)
        for of, at in np.argwhere(few & (most - least + 1 >= FEWEST)):
            needs[(int(of), int(at))].append("the exact totals of others")
    coded = reading.coded
    return tuple(
        Cell(
            PARTS[of],
            coded.indicators[coded.indicator[at]],
            " ".join([*coded.areas[coded.area[at]], coded.periods[coded.period[at]], *coded.strata[coded.stratum[at]]]),
            int(left[of, at]),
            tuple(names),
        )
        for (of, at), names in needs.items()
    )


@dataclass(frozen=True)
class Asked:
    """Withheld counts of neighbourhoods of one indicator and year, and how many were narrowed by questions, and left fewer than four."""

    withheld: int
    narrowed: int
    few: int


def relative(attacked: Attacked, indicator: str, *, period: str, exact_sums: bool) -> Asked:
    """11 pairs of questions about each of 20 withheld neighbourhoods, 200 nested unions and 1,000 random ones: by fill, or exact sums."""

    def chosen(table: pa.Table) -> pa.Table:
        mine = of_indicators(table, [indicator])
        is_total = pc.and_(pc.equal(mine["period"], period), pc.equal(mine["stratum"], "all"))
        return mine.filter(
            pc.and_(is_total, pc.is_in(mine["geography"], value_set=pa.array(["lsoa21", "msoa21", "lad24", "icb26", "ctry23"])))
        )

    reading, exact = read_as_attacker(chosen(attacked.left.table), chosen(attacked.cells), attacked.family, attacked.policy)
    random = np.random.default_rng(7)
    pool = np.flatnonzero(np.array([name == "lsoa21" for name, _ in reading.coded.areas])[reading.coded.area])
    withheld = pool[reading.is_withheld[pool]]
    targets = random.choice(withheld, min(20, len(withheld)), replace=False)
    questions = [union for row in targets for union in query_pairs(row, pool, pairs=11, size=20, random=random)]
    questions += [*nested_unions(pool, unions=200, random=random), *random_unions(pool, unions=1_000, random=random)]
    told = tell_exact_sums(exact[NUMERATOR], questions, attacked.policy) if exact_sums else tell_fill(reading, questions)
    outside = outside_of(reading, exact, attacked.policy)
    before, after = narrow_published(reading, outside=outside), narrow_published(reading, told=told, outside=outside)
    was, left = ((most - least + 1)[withheld] for least, most in (before, after))
    return Asked(len(withheld), int(np.sum(left < was)), int(np.sum((left < FEWEST) & (was >= FEWEST))))


def asked_about(attacked: Attacked, *, most: int = 8) -> list[tuple[str, str]]:
    """Indicators and newest years with the most withheld neighbourhoods, one of each group that relations connect."""
    table = attacked.left.table
    is_it = pc.and_(
        pc.equal(table["geography"], "lsoa21"), pc.and_(pc.equal(table["stratum"], "all"), pc.equal(table["reason"], "small_numbers"))
    )
    counted = table.filter(is_it).group_by(["indicator", "period"]).aggregate([("area", "count")]).to_pylist()
    sums = {name for name, kind in attacked.family.measures.items() if kind == "sum"}
    best: dict[int, tuple[int, str, str]] = {}
    for group, names in enumerate(connected(attacked)):
        rows = [(row["area_count"], row["indicator"], row["period"]) for row in counted if row["indicator"] in set(names) - sums]
        if rows:
            best[group] = max(rows)
    return [(name, period) for _, name, period in sorted(best.values(), reverse=True)[:most]]


def told_by_labels(attacked: Attacked) -> tuple[int, int]:
    """Sets of neighbourhoods whose label left, and withheld counts in them left fewer than four values even by the exact total of each."""
    labels = [one for one in attacked.left.detections["detections"] if one["sets"]]
    few = looked_at = 0
    for indicator, period in sorted({(one["indicator"], one["period"]) for one in labels}):
        cells, table = (of_indicators(each, [indicator]) for each in (attacked.cells, attacked.left.table))
        reading, exact = read_as_attacker(table, cells, attacked.family, attacked.policy)
        sets = [each["areas"] for one in labels if (one["indicator"], one["period"]) == (indicator, period) for each in one["sets"]]
        rows = {area: reading.row(area, period=period, stratum="all") for areas in sets for area in areas}
        members = [np.array(sorted(rows[area] for area in areas)) for areas in sets]
        told = tell_exact_sums(exact[NUMERATOR], members, replace(attacked.policy, round_to=1))
        before, after = narrow_published(reading), narrow_published(reading, told=told)
        was, left = ((high - low + 1)[reading.is_withheld & (reading.kind != SUM)] for low, high in (before, after))
        few, looked_at = few + int(np.sum((left < FEWEST) & (was >= FEWEST))), looked_at + len(members)
    return looked_at, few
