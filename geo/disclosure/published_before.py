"""What was published of cells before: which of it a new edition moves far enough to be told anew, and what else may have become of it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.disclosure.editions import Bounds, Rows
from geo.disclosure.family import Coded
from geo.disclosure.policies import Policy
from geo.disclosure.rules import (
    COMPLEMENT,
    DENOMINATOR,
    EVENTS,
    FEW_WITHOUT,
    HIDING,
    NOT_COLLECTED,
    NUMERATOR,
    PERCENTAGE,
    REASONS,
    SHARE,
    SMALL,
    SMALL_DENOMINATOR,
    SUM,
    UNBOUNDED,
    Counts,
    Floats,
    publish,
)

# Between words of a key that are looked up together.
_JOINT = "\n"
# Above the first no rule has steps of its own; up to the second every count is looked at.
_FAR, _GRID = 120.0, 400.0


@dataclass(frozen=True)
class Before:
    """An earlier edition of the cells of a later one, in their order. Cells that it did not have are `not_collected` and without bounds.

    reason: as in Marks. numerator, denominator: as published, nan where withheld. least, most: what it states of every part, (3, cells).
    """

    reason: NDArray[np.int8]
    numerator: Floats
    denominator: Floats
    least: Floats
    most: Floats

    @property
    def is_there(self) -> Rows:
        """Cells that it has."""
        return self.reason != NOT_COLLECTED

    @property
    def bounds(self) -> Bounds:
        """What it states of every part."""
        return self.least, self.most

    def hidden(self, kind: NDArray[np.int8]) -> Rows:
        """Which parts are withheld persons, (3, cells)."""
        return hidden_parts(self.reason, self.denominator, kind) & self.is_there


def hidden_parts(reason: NDArray[np.int8], denominator: Floats, kind: NDArray[np.int8]) -> Rows:
    """Which parts are withheld persons, (3, cells): the numerator, those without where they are few, the denominator."""
    return np.stack([np.isin(reason, HIDING) & (kind != SUM), (reason == FEW_WITHOUT) & (kind == SHARE), np.isnan(denominator)])


def read_before(table: pa.Table, coded: Coded, kind: NDArray[np.int8], policy: Policy) -> Before:
    """The rows of a protected table that are of these cells; others are left out."""
    rows = _rows_of(table, coded)
    is_known = rows >= 0
    rows, table = rows[is_known], table.filter(pa.array(is_known))
    cells = len(coded.key)
    unknown, shape = np.full(cells, np.nan), (3, cells)
    found = Before(np.full(cells, NOT_COLLECTED, dtype=np.int8), unknown, unknown.copy(), np.zeros(shape), np.full(shape, UNBOUNDED))
    words = table.column("reason").combine_chunks().dictionary_encode()
    codes = np.array([REASONS.index(word) for word in words.dictionary.to_pylist()], dtype=np.int8)
    found.reason[rows] = codes[words.indices.to_numpy()]
    for of, name in ((NUMERATOR, "numerator"), (DENOMINATOR, "denominator")):
        value, least, most = (_numbers(table, f"{name}{end}") for end in ("", "_least", "_most"))
        getattr(found, name)[rows] = value
        found.least[of, rows] = np.where(np.isnan(least), 0.0, least)
        found.most[of, rows] = np.where(np.isnan(most), UNBOUNDED, most)
    few = (found.reason == FEW_WITHOUT) & (kind == SHARE)
    if policy.primary is not None:
        found.least[COMPLEMENT, few], found.most[COMPLEMENT, few] = max(policy.primary.least, 1), policy.primary.most
    return found


def overlay(editions: Sequence[Before]) -> Before:
    """What stands of each cell: of the last edition that has it. editions: in the order in which they went out."""
    found = editions[0]
    for later in editions[1:]:
        news = {one.name: np.where(later.is_there, getattr(later, one.name), getattr(found, one.name)) for one in fields(Before)}
        found = Before(**news)
    return found


def going_anew(before: Before, counts: Counts, policy: Policy) -> tuple[Rows, Rows]:
    """Which numerators and which denominators go out anew, shape (cells,): those that were not there, and those that moved far enough.

    A withheld numerator is compared by what its reason is told for: its persons, or those without.
    """
    stood, is_sum = _numerators(before, counts.kind, policy), counts.kind == SUM
    persons = np.where(np.isnan(counts.persons), counts.numerator, counts.persons)
    least, most = before.least, before.most
    moved = goes(counts.numerator, _Stood(stood, least[NUMERATOR], most[NUMERATOR], ~is_sum), policy, counts.numerator_key)
    if policy.primary is not None:
        few = _few(policy, len(persons))
        # How many people had events is told by a reason that is new alone: one that stood once before tells nothing of them.
        is_new = (counts.kind != EVENTS) | (least[NUMERATOR] >= max(policy.primary.least, 1))
        small = replace(few, most=np.where(counts.kind == EVENTS, few.most, np.maximum(most[NUMERATOR], 0.0)))
        moved = np.where(before.reason == SMALL, goes(persons, small, policy) & is_new, moved)
        moved = np.where(before.reason == FEW_WITHOUT, goes(counts.denominator - persons, few, policy), moved)
    people = _Stood(_denominators(before, policy), least[DENOMINATOR], most[DENOMINATOR], np.ones_like(is_sum))
    is_moved = goes(counts.denominator, people, policy, counts.denominator_key)
    # Whatever a small denominator hid, it was withheld for the denominator alone.
    moved = np.where(before.reason == SMALL_DENOMINATOR, is_moved, moved)
    return moved | ~before.is_there | np.isnan(counts.numerator), is_moved | ~before.is_there


def bounds_standing(before: Before, kind: NDArray[np.int8], policy: Policy, *, is_same: bool) -> Bounds:
    """What a cell that stands may be in the new edition, by itself: every count that would not have gone out anew, (3, cells).

    is_same: the records are the same as those of all earlier editions: then it is what was published.
    """
    if is_same:
        return before.bounds
    least, most = np.zeros(before.least.shape), np.full(before.most.shape, UNBOUNDED)
    is_count = kind != SUM
    for of, stood in ((NUMERATOR, _numerators(before, kind, policy)), (DENOMINATOR, _denominators(before, policy))):
        one = _Stood(stood, before.least[of], before.most[of], is_count if of == NUMERATOR else np.ones_like(is_count))
        rows = ~np.isnan(stood)
        least[of, rows], most[of, rows] = _reach(one.only(rows), policy)
    if policy.primary is None:
        return least, most
    small, without = before.reason == SMALL, (before.reason == FEW_WITHOUT) & (kind == SHARE)
    # Of events the reason tells how many people had them, and no most.
    least[NUMERATOR, small & (kind != SHARE)], most[NUMERATOR, small & (kind != SHARE)] = 0.0, UNBOUNDED
    least[COMPLEMENT, without], most[COMPLEMENT, without] = _reach(_few(policy, int(without.sum())), policy)
    return least, most


@dataclass(frozen=True)
class _Stood:
    """Published counts, shape (counts,): where each stands (nan: nobody knows), what it stands for, and whether it is a count or a sum."""

    at: Floats
    least: Floats
    most: Floats
    is_count: Rows

    def only(self, rows: Rows) -> "_Stood":
        return _Stood(self.at[rows], self.least[rows], self.most[rows], self.is_count[rows])


def goes(values: Floats, stood: _Stood, policy: Policy, keys: NDArray[np.int64] | None = None) -> Rows:
    """Whether these counts have moved so far from where they stood that they are told anew.

    They have where their published form moved by the policy's amount; and, where either is of few people or may be, if besides they would
    stand for no count as near to those that stood for them as somebody may believe that none moved further. Else whoever knows of one
    person that moved would know the count: an earlier edition may have held a count back, and then may stand for more than it shows.
    """
    amount, belief = float(policy.revised_by or 0), float(policy.believed_change or 0)
    shown, low, high = publish(values, policy, keys, is_count=stood.is_count)
    at, limit = _points(values, shown, policy), -1.0 if policy.primary is None else float(policy.primary.most)
    is_apart = (low > stood.most + belief) | (high < stood.least - belief)
    may_be_few = stood.is_count & ((stood.least <= limit + belief) | np.isnan(shown))
    return (np.abs(at - stood.at) >= amount) & (is_apart | ~may_be_few)


def _reach(stood: _Stood, policy: Policy) -> Bounds:
    """The least and the greatest count that would not be told anew, shape (counts,)."""
    amount = float(policy.revised_by or 0)
    # The steps of rounding are the same everywhere above the small ones: what stands far above is moved down to be looked at.
    beyond = np.where(stood.at > _FAR, np.floor((stood.at - _FAR) / policy.round_to + 1) * policy.round_to, 0.0)
    asked = np.stack([stood.at - beyond, stood.least - beyond, np.minimum(stood.most - beyond, _GRID), stood.is_count], axis=1)
    different, back = np.unique(asked, axis=0, return_inverse=True)
    grid = np.arange(_GRID + 2 * amount)
    found = np.empty((2, len(different)))
    for place, (at, least, most, is_count) in enumerate(different.tolist()):
        one = _Stood(*(np.full(len(grid), each) for each in (at, least, most, bool(is_count))))
        staying = grid[~goes(grid, one, policy)]
        found[:, place] = (staying.min(), staying.max()) if len(staying) else (least, most)
    low, high = found[:, back.ravel()] + beyond
    return low, np.where(high >= grid[-1] + beyond, UNBOUNDED, high)


def _numerators(before: Before, kind: NDArray[np.int8], policy: Policy) -> Floats:
    """Where numerators stand: as shown, in the middle of those that are few, where a percentage is not shown as its count would be."""
    stated = publish(before.least[NUMERATOR], policy, is_count=kind != SUM)[0]
    found = np.where(before.reason == PERCENTAGE, stated, before.numerator)
    return np.where((before.reason == SMALL) & (kind == SHARE), _middle(policy), found)


def _denominators(before: Before, policy: Policy) -> Floats:
    """Where denominators stand; those that are withheld for being few in the middle of these, for of others no such bound is told."""
    limit = -1.0 if policy.primary is None else float(policy.primary.most)
    is_few = np.isnan(before.denominator) & (before.most[DENOMINATOR] <= limit)
    return np.where(is_few, _middle(policy), before.denominator)


def _few(policy: Policy, size: int) -> _Stood:
    """Counts of which is told that they are few."""
    assert policy.primary is not None
    least, most = float(max(policy.primary.least, 1)), float(policy.primary.most)
    return _Stood(*(np.full(size, each) for each in (_middle(policy), least, most, True)))


def _points(values: Floats, shown: Floats, policy: Policy) -> Floats:
    """Where counts stand by themselves: as published, in the middle of those that are withheld for being few."""
    return np.where(np.isnan(shown) & ~np.isnan(values), _middle(policy), shown)


def _middle(policy: Policy) -> float:
    return np.nan if policy.primary is None else (policy.primary.least + policy.primary.most) / 2


def _rows_of(table: pa.Table, coded: Coded) -> NDArray[np.intp]:
    """The cell of each row of a table, -1 where there is none."""

    def number(column: pa.ChunkedArray, words: Sequence[str]) -> NDArray[np.int64]:
        found = pc.fill_null(pc.index_in(column, value_set=pa.array(words, pa.string())), -1)
        return np.asarray(found.to_numpy(), dtype=np.int64)

    def pairs(first: str, second: str) -> pa.ChunkedArray:
        return pc.binary_join_element_wise(table.column(first), table.column(second), _JOINT)

    return coded.find(
        indicator=number(table.column("indicator"), coded.indicators),
        area=number(pairs("geography", "area"), [_JOINT.join(pair) for pair in coded.areas]),
        period=number(table.column("period"), coded.periods),
        stratum=number(pairs("dimension", "stratum"), [_JOINT.join(pair) for pair in coded.strata]),
    )


def _numbers(table: pa.Table, name: str) -> Floats:
    return np.asarray(table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
