"""What an attacker can do with a published table, as tools for tests and evidence: nothing here protects anything.

The attacker knows the policy, how the cells add up, what indicators count of each other's people, every answer the service gives, and the
exact totals that others publish. Each attack says how many values are left for each withheld count, with all indicators in one linear
program. Attacks that must succeed against weaker ways to publish are tested to do so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.disclosure.family import PARTS, Coded, Family, Known, Link, code, kinds_of, link
from geo.disclosure.linear_program import sharpen
from geo.disclosure.narrowing import narrow
from geo.disclosure.policies import Policy
from geo.disclosure.programs import Blocks, make_blocks
from geo.disclosure.questions import Question
from geo.disclosure.relations import AT_LEAST, COVER, EACH, EQUAL, Relation, relate_known, relation, settle
from geo.disclosure.rules import (
    COMPLEMENT,
    DENOMINATOR,
    FEW_WITHOUT,
    HIDING,
    NUMERATOR,
    REASONS,
    SHARE,
    SUM,
    UNBOUNDED,
    Floats,
    publish,
)

Indices = NDArray[np.intp]
Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Reading:
    """A published table as the attacker reads it. least, most: bounds of every part of every cell, (3, cells).

    hidden: which parts are withheld persons, (3, cells): the numerator, those without where they are few, the denominator.
    """

    coded: Coded
    kind: NDArray[np.int8]
    reason: NDArray[np.int8]
    least: Floats
    most: Floats
    hidden: Rows
    relations: tuple[Relation, ...]

    @property
    def is_withheld(self) -> Rows:
        """Cells whose count of persons is withheld (a percentage that is not shown hides none), shape (cells,)."""
        return self.hidden[NUMERATOR]

    def row(self, area: str, **keys: str) -> int:
        """The row of an area; keys: period, indicator, stratum where the table has several."""
        is_it = np.array([name == area for _, name in self.coded.areas])[self.coded.area]
        for key, words, numbers in (
            ("period", self.coded.periods, self.coded.period),
            ("indicator", self.coded.indicators, self.coded.indicator),
            ("stratum", tuple(stratum for _, stratum in self.coded.strata), self.coded.stratum),
        ):
            if key in keys:
                is_it &= np.array([word == keys[key] for word in words])[numbers]
        return int(np.flatnonzero(is_it)[0])


@dataclass(frozen=True)
class Told:
    """An answer: the sum of the numerators of some rows lies between two numbers."""

    members: Indices
    least: float
    most: float


@dataclass(frozen=True)
class Program:
    """How the linear program is asked. below: only of parts that carried bounds leave fewer values than this. enough: no further than
    until so many values were seen to be possible.

    is_one: everything that sums connect in one program, not area by area with what lies in it. whole_numbers: solved in whole numbers.
    possible: a table that is known to be possible, (3, cells): it saves questions and changes no answer.
    """

    below: float = np.inf
    enough: float | None = None
    is_one: bool = False
    whole_numbers: bool = False
    possible: Floats | None = None


def read(table: pa.Table, family: Family, policy: Policy, *, exact: Floats | None = None) -> Reading:
    """Read a published table: its values, the intervals that it states, its reasons, and how its cells add up.

    exact: (3, cells) in the order of the keys: sums are then believed as far as these keep them, which is what whoever knows the
    definitions knows of a real world. Without them everything is taken to be the sum of its parts.
    """
    coded = code(table)
    kind = kinds_of(coded, family)
    ordered = table.take(pa.array(coded.order))

    def bound(name: str, unknown: float) -> Floats:
        values = ordered.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
        return np.asarray(np.where(np.isnan(values), unknown, values), dtype=np.float64)

    reason = np.array([REASONS.index(word) for word in ordered.column("reason").to_pylist()], dtype=np.int8)
    least = np.stack([bound("numerator_least", 0), np.zeros(len(reason)), bound("denominator_least", 0)])
    unbounded = np.full(len(reason), UNBOUNDED)
    most = np.stack([bound("numerator_most", UNBOUNDED), unbounded, bound("denominator_most", UNBOUNDED)])
    few = (reason == FEW_WITHOUT) & (kind == SHARE)
    if policy.primary is not None:
        least[COMPLEMENT][few], most[COMPLEMENT][few] = max(policy.primary.least, 1), policy.primary.most
    hidden = np.stack([np.isin(reason, HIDING) & (kind != SUM), few, bound("denominator", np.inf) == np.inf])
    if exact is None:
        relations = [each for one in link(coded, family) for each in _believe(one, kind)]
        relations += [each for known in family.known if (each := _believe_known(known, coded, kind))]
    else:
        relations = [*settle(link(coded, family), coded, exact, kind), *relate_known(coded, family, exact, kind)]
    return Reading(coded, kind, reason, least, most, hidden, tuple(relations))


def _believe(each: Link, kind: NDArray[np.int8]) -> list[Relation]:
    """How an attacker takes cells to add up: everything is the sum of its parts, but persons may stand in several periods."""
    found = []
    for of in (NUMERATOR, COMPLEMENT, DENOMINATOR):
        is_share = kind[each.whole] == SHARE
        is_sum = ~is_share if each.name == "period in window" else np.ones(len(each.whole), dtype=bool)
        if of == COMPLEMENT:
            is_sum &= is_share
        if of == DENOMINATOR and each.name == "period in window":
            continue
        if np.any(is_sum):
            found.append(relation(each.name, of, EQUAL, part=each.part[is_sum], whole=each.whole[is_sum]))
        if of == NUMERATOR and not np.all(is_sum):
            found.append(relation(each.name, of, EACH, part=each.part[~is_sum], whole=each.whole[~is_sum]))
    return found


def _believe_known(known: Known, coded: Coded, kind: NDArray[np.int8]) -> Relation | None:
    """What an attacker takes from the definitions: the same people, people among others, or a whole that its parts cover."""
    indicator, word = known.whole
    part, whole, of_part = [], [], []
    for name, word_of_part in known.parts:
        if name not in coded.indicators or indicator not in coded.indicators:
            continue
        rows = np.flatnonzero(coded.indicator == coded.indicators.index(name))
        to = np.full(len(rows), coded.indicators.index(indicator), dtype=np.int64)
        there = coded.find(indicator=to, area=coded.area[rows], period=coded.period[rows], stratum=coded.stratum[rows])
        is_used = (there >= 0) & ((kind[rows] == SHARE) | (word_of_part != "without")) & ((kind[there] == SHARE) | (word != "without"))
        part.append(rows[is_used])
        whole.append(there[is_used])
        of_part.append(np.full(int(is_used.sum()), PARTS.index(word_of_part), dtype=np.intp))
    if not sum(map(len, part)):
        return None
    holds = EQUAL if known.is_equal else COVER if known.is_cover else AT_LEAST
    told = {"part": np.concatenate(part), "whole": np.concatenate(whole), "of_part": np.concatenate(of_part)}
    return relation(f"{known.parts} in {known.whole}", PARTS.index(word), holds, **told)


def narrow_published(reading: Reading, *, told: Sequence[Told] = (), outside: dict[int, float] | None = None) -> tuple[Floats, Floats]:
    """Bounds of every numerator by the linear program over the table, every answer, and exact totals of others ({row: count})."""
    least, most = narrow_parts(reading, told=told, outside=outside)
    return least[NUMERATOR], most[NUMERATOR]


def narrow_parts(
    reading: Reading, *, told: Sequence[Told] = (), outside: dict[int, float] | None = None, program: Program | None = None
) -> tuple[Floats, Floats]:
    """The same of every part, (3, cells): bounds carried along all sums, and of what is withheld those of the program.

    Raises DisclosureError where no table of counts would be published so.
    """
    program = program or Program()
    least, most = reading.least.copy(), reading.most.copy()
    for row, count in (outside or {}).items():
        least[NUMERATOR, row] = most[NUMERATOR, row] = count
    cells = least.shape[1]
    relations = [*reading.relations, *_relate_answers(told, cells)]
    more = np.zeros((3, len(told)))
    more_most = np.full((3, len(told)), UNBOUNDED)
    more[NUMERATOR], more_most[NUMERATOR] = [each.least for each in told], [each.most for each in told]
    least, most = np.concatenate([least, more], axis=1), np.concatenate([most, more_most], axis=1)
    is_share = np.append(reading.kind == SHARE, np.zeros(len(told), dtype=bool))
    least, most = narrow(least, most, relations, is_share)
    least, most = least[:, :cells], most[:, :cells]
    wanted = reading.hidden & (most - least + 1 < program.below)
    coded = reading.coded
    sort = (coded.indicator * len(coded.periods) + coded.period) * len(coded.strata) + coded.stratum
    places = (coded.area, np.unique(sort, return_inverse=True)[1])
    question = Question(wanted, program.enough, whole_numbers=program.whole_numbers, possible=program.possible, places=places)
    everything = Blocks(np.zeros(cells, dtype=np.intp), np.arange(cells), cells)
    blocks = everything if program.is_one else make_blocks(reading.coded.area, reading.coded.dimension, reading.relations)
    tells_those_without = np.any(reading.reason == FEW_WITHOUT) or any(not each.is_of_one for each in reading.relations)
    is_linked = (reading.kind == SHARE) & bool(tells_those_without)
    return sharpen(least, most, reading.relations, is_linked, blocks, question)


def _relate_answers(told: Sequence[Told], cells: int) -> list[Relation]:
    """Answers as sums of cells; one that holds another is that one and the cells it has more, which is what differencing lives on."""
    sets = [set(each.members.tolist()) for each in told]
    by_size = sorted(range(len(told)), key=lambda at: (len(sets[at]), at))
    found = []
    for position, at in enumerate(by_size):
        whole = np.full(len(told[at].members), cells + at, dtype=np.intp)
        found.append(relation(f"answer {at}", NUMERATOR, EQUAL, part=told[at].members, whole=whole))
        inner = next((other for other in reversed(by_size[:position]) if sets[other] < sets[at]), None)
        if inner is not None:
            part = np.array([cells + inner, *sorted(sets[at] - sets[inner])], dtype=np.intp)
            whole = np.full(len(part), cells + at, dtype=np.intp)
            found.append(relation(f"answer {at} less {inner}", NUMERATOR, EQUAL, part=part, whole=whole))
    return found


def tell_exact_sums(exact: Floats, questions: Sequence[Indices], policy: Policy) -> list[Told]:
    """What a service would tell that adds up exact counts and applies the rule to the sum. exact: numerators by row."""
    sums = np.array([exact[members].sum() for members in questions])
    _, least, most = publish(sums, policy)
    return [Told(members, low, high) for members, low, high in zip(questions, least.tolist(), most.tolist(), strict=True)]


def tell_fill(reading: Reading, questions: Sequence[Indices]) -> list[Told]:
    """What an answer by fill tells someone who knows how it is made: what the published table says of those rows, and no more.

    That the answer is a function of the table is held by a test (tables that publish alike are answered alike).
    """
    return [
        Told(members, float(reading.least[NUMERATOR][members].sum()), float(reading.most[NUMERATOR][members].sum()))
        for members in questions
    ]


def query_pairs(target: int, pool: Indices, *, pairs: int, size: int, random: np.random.Generator) -> list[Indices]:
    """Unions without and with a target, pair after pair."""
    others = pool[pool != target]
    found = []
    for _ in range(pairs):
        union = np.sort(random.choice(others, size, replace=False))
        found += [union, np.sort(np.append(union, target))]
    return found


def nested_unions(pool: Indices, *, unions: int, random: np.random.Generator) -> list[Indices]:
    """Unions that grow by one row at a time."""
    order = random.permutation(pool)
    return [np.sort(order[: size + 1]) for size in range(min(unions, len(order)))]


def random_unions(pool: Indices, *, unions: int, random: np.random.Generator) -> list[Indices]:
    """Unions of any size."""
    return [np.sort(random.choice(pool, random.integers(3, max(len(pool) // 2, 4)), replace=False)) for _ in range(unions)]


def average_differences(answer: Callable[[Indices], float], target: int, unions: Sequence[Indices]) -> float:
    """The mean of what a target adds to unions without it: fresh noise averages out, a function of the published table does not."""
    return float(np.mean([answer(np.sort(np.append(union, target))) - answer(union) for union in unions]))


def invert(statistic: Callable[[Floats], Floats], shown: float, *, counts: Floats, tolerance: float) -> Floats:
    """The counts for which a published figure would look as it does. statistic: the figure by count, as the attacker knows it is made."""
    made = statistic(counts)
    return counts[np.abs(made - shown) <= tolerance]


def invert_ranks(values: Floats, ranks: Floats) -> tuple[Floats, Floats]:
    """Bounds of withheld values (nan) from their ranks among shown ones, shape (areas,); a missing rank (nan) bounds nothing."""
    is_shown = ~np.isnan(values) & ~np.isnan(ranks)
    low, high = np.full(len(values), -np.inf), np.full(len(values), np.inf)
    for at in np.flatnonzero(np.isnan(values) & ~np.isnan(ranks)):
        below, above = is_shown & (ranks < ranks[at]), is_shown & (ranks > ranks[at])
        low[at], high[at] = np.max(values[below], initial=-np.inf), np.min(values[above], initial=np.inf)
    return low, high
