"""What is done where a withheld count would be left too few values: more is withheld around it, until none is.

A total of all people is withheld together with the whole whose sum narrows it and every other part of that whole, in every period:
withholding the parts alone would tell, by its rarity, which values they have. Where groups, or other indicators, narrow a count, the
level of those groups goes as a whole, for one group withheld here and one there would tell as much. So does a level of which too many
areas would be lost, and one where a block has not helped: for the period, with the levels whose sums narrow it there; then in all
periods, then with its denominators and those levels, then the indicator, and in the end all that sums connect. So there is always a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.bindings import Carried, binding
from geo.disclosure.relations import EQUAL, Relation
from geo.disclosure.rules import COMPLEMENT, DENOMINATOR, HIDING, NOT_COLLECTED, NUMERATOR, SHOWN, UNBOUNDED, WITHHELD, Floats, Marks
from geo.disclosure.yardsticks import (
    Rows,
    Setting,
    believed,
    enough_of,
    told_anyway,
    too_narrow,
    too_narrow_by_program,
    too_narrow_together,
)
from geo.errors import DisclosureError

# Each step withholds more than the one before; this many are enough to withhold everything one block at a time in any real family.
_MOST_STEPS = 1_000
# What is withheld for each part of a cell (NUMERATOR, COMPLEMENT, DENOMINATOR): the numerator tells of those without.
_HELD = np.array([0, 0, 1])


@dataclass(frozen=True)
class Withheld:
    """Marks with which every withheld count keeps the policy's fewest candidates. cells: how many were withheld for it.

    lost: cells of levels that went as a whole, shape (2, cells), by numerator and denominator.
    """

    marks: Marks
    cells: int
    lost: Rows


def withhold_what_is_too_narrow(marks: Marks, setting: Setting) -> Withheld:
    """Withhold until every withheld count of persons keeps the policy's fewest candidates; in the worst case nothing is left to see.

    A level that is lost is lost from the start, so that no whole stays withheld for parts that are not shown anyway.
    """
    lost = np.zeros((2, len(marks.reason)), dtype=bool)
    enough = enough_of(setting)
    while True:
        trial = marks.copy()
        _withhold(trial, lost[0], NUMERATOR)
        _withhold(trial, lost[1], DENOMINATOR)
        show_implied_zeros(trial, setting)
        is_free = setting.policy.fewest_candidates is None or bool(np.all(lost))
        more = None if is_free else _withhold_blocks(trial, setting, enough, lost)
        if more is None and not is_free:
            _withhold_for_all(trial, setting, enough, lost)
        if more is None:
            return Withheld(trial, int(np.sum((trial.reason == WITHHELD) & (marks.reason != WITHHELD))), lost)
        lost |= _with_equals(more, setting) if np.any(more & ~lost) else True


def show_implied_zeros(marks: Marks, setting: Setting) -> None:
    """Show as zero the parts of a whole that is shown as zero, the whole whose parts all are, and what is seen by what is absent:
    withholding would hide nothing."""
    if setting.nobody is not None:
        _show_zeros(marks, np.flatnonzero(setting.nobody & np.isin(marks.reason, HIDING)))
    changed = True
    while changed:
        changed = False
        for each in (other for other in setting.relations if other.reads.tolist() == [NUMERATOR]):
            is_zero = (marks.reason == SHOWN) & (marks.most[NUMERATOR] == 0)
            rows = each.part[is_zero[each.whole][each.whole_of_part]]
            if each.holds == EQUAL:
                rows = np.append(rows, each.whole[np.logical_and.reduceat(is_zero[each.part], each.starts)])
            rows = rows[np.isin(marks.reason[rows], HIDING)]
            if len(rows):
                _show_zeros(marks, rows)
                changed = True


def _show_zeros(marks: Marks, rows: NDArray[np.intp]) -> None:
    marks.reason[rows], marks.numerator[rows] = SHOWN, 0.0
    marks.least[NUMERATOR][rows] = marks.most[NUMERATOR][rows] = 0.0


def _withhold_blocks(marks: Marks, setting: Setting, enough: Floats, lost: Rows) -> Rows | None:
    """Withhold block after block in place; returns the cells, if any, that must be lost: (2, cells), by numerator and denominator."""
    in_block = np.zeros((2, len(marks.reason)), dtype=bool)
    is_part = np.zeros(len(marks.reason), dtype=bool)
    for _ in range(_MOST_STEPS):
        own = believed(marks, setting)
        carried = Carried(*own, *setting.narrow(*own))
        bad = _first_too_narrow(marks, setting, enough, carried)
        if not np.any(bad):
            return None
        is_by_totals = too_narrow(marks, setting, enough, setting.narrow_by_totals(*own))
        more = _lose_crossed(bad, carried, is_by_totals, setting, lost)
        if np.any(more):
            return more
        parts, block = (np.stack([_in_every_period(rows, setting) for rows in each]) for each in _block(bad, carried, setting))
        block = _with_equals(block, setting)
        if not np.any(block & ~in_block):
            return _next_wider(bad, lost, setting, carried)
        in_block |= block
        is_part |= parts[0] & ~lost[0]
        _withhold(marks, block[0], NUMERATOR)
        _withhold(marks, block[1], DENOMINATOR)
        show_implied_zeros(marks, setting)
        torn = _torn(is_part, setting)
        if np.any(torn):
            return _next_wider(np.stack([torn, np.zeros_like(torn)]), lost, setting, carried)
    raise DisclosureError("The counts cannot be protected together within the steps that are allowed.")


def _first_too_narrow(marks: Marks, setting: Setting, enough: Floats, carried: Carried) -> Rows:
    """What is too narrow by carried bounds, else by the program; of denominators alone where any is, for numerators may be so by them."""
    bad = too_narrow(marks, setting, enough, (carried.least, carried.most))
    if not np.any(bad) and setting.blocks is not None:
        bad = too_narrow_by_program(marks, setting, enough, (carried.least, carried.most))
    if np.any(bad[1]):
        bad[0] = False
    return bad


def _withhold_for_all(marks: Marks, setting: Setting, enough: Floats, lost: Rows) -> None:
    """Withhold in place what all indicators together still make too narrow; levels that go for it are added to those lost.

    It is a handful of counts, and no single sum makes them so: each is asked to keep one value more by carried bounds, and what is done
    about bounds that are too narrow is done, until the program of all finds nothing. Withholding never narrows, so it is asked of those
    that it found, and of no others again: also where their own level has gone meanwhile, for another's figures may still tell them. What
    is told though nothing is shown is let be. In the worst case nothing is left to see.
    """
    asked = enough.copy()
    bad = too_narrow_together(marks, setting, enough)
    bad &= ~told_anyway(marks, setting, enough, bad)
    while np.any(bad) and not np.all(lost):
        asked[bad] += 1
        while not np.all(lost) and (more := _withhold_blocks(marks, setting, asked, lost)) is not None:
            lost |= _with_equals(more, setting) if np.any(more & ~lost) else True
            _withhold(marks, lost[0], NUMERATOR)
            _withhold(marks, lost[1], DENOMINATOR)
            show_implied_zeros(marks, setting)
        bad = too_narrow_together(marks, setting, enough, only=bad)


def _lose_crossed(bad: Rows, carried: Carried, is_by_totals: Rows, setting: Setting, lost: Rows) -> Rows:
    """Levels of groups that are too narrow, or whose sums make a total so; where no groups do it, the level of that total itself.

    is_by_totals: cells that sums of totals alone make too narrow. Where a program and no single sum found it, or the groups that narrow
    are gone already, the nearest groups go that sums connect with the total: of its own areas, or of wider ones in whose groups they lie.
    """
    more = np.zeros_like(lost)
    is_group = setting.coded.dimension > 0
    is_crossed = bad & ~is_group & ~is_by_totals
    narrowing = _narrowed_by(is_crossed, setting, carried)
    for part in np.flatnonzero(np.any(bad | narrowing, axis=1)):
        groups = _same((bad[part] | narrowing[part]) & is_group, setting.slices) & ~lost[part]
        left = is_crossed[part] & ~_relieved(groups, setting)
        more[part] = groups
        for each in np.unique(setting.slices[left]):
            nearest = _nearest_groups(each, setting, lost[part])
            more[part] |= nearest if np.any(nearest) else setting.slices == each
    return more & ~lost


def _relieved(groups: Rows, setting: Setting) -> Rows:
    """The cells that have more room when these groups go: of the same areas, and those that lie in them."""
    ways = setting.ways_to_groups
    return _same(groups, setting.areas_of_periods) | np.isin(setting.slices, ways[np.isin(ways[:, 1], setting.slices[groups]), 0])


def _nearest_groups(start: int, setting: Setting, lost: Rows) -> Rows:
    """Groups that are not lost, the fewest sums away from a slice; those that are lost lead on to those that narrow them."""
    ways = setting.ways_to_groups
    at = seen = np.array([start])
    while len(at):
        at = np.setdiff1d(ways[np.isin(ways[:, 0], at), 1], seen)
        found = np.isin(setting.slices, at) & ~lost
        if np.any(found):
            return found
        seen = np.union1d(seen, at)
    return np.zeros_like(lost)


def _torn(is_part: Rows, setting: Setting) -> Rows:
    """Cells of the levels of which too many cells are withheld as parts of blocks."""
    limit = setting.policy.most_withheld
    if limit is None:
        return np.zeros_like(is_part)
    _, slice_of = np.unique(setting.slices, return_inverse=True)
    lost = np.bincount(slice_of, weights=is_part)[slice_of]
    return lost > limit * setting.size_of_slice


def _next_wider(wanted: Rows, lost: Rows, setting: Setting, carried: Carried) -> Rows:
    """The period of a level around each wanted cell; where that is lost already those that narrow it; and so on, as said above."""
    everything = np.zeros(lost.shape[1], dtype=np.int64)
    narrowing = _narrowed_by(wanted, setting, carried)
    for rows, by, takes_people in (
        (wanted, setting.slices, False),
        (narrowing, setting.slices, False),
        (wanted, setting.levels, False),
        (wanted, setting.levels, True),
        (narrowing, setting.levels, False),
        (wanted, setting.coded.indicator, True),
        (wanted, everything, True),
    ):
        more = np.stack([_same(np.logical_or.reduce(rows) if takes_people else rows[part], by) for part in (0, 1)])
        if np.any(more & ~lost):
            return more
    return np.ones_like(lost)


def _narrowed_by(rows: Rows, setting: Setting, carried: Carried) -> Rows:
    """The cells on the other side of sums that narrow one of these, given and found by row of _HELD, shape (2, cells)."""
    found = np.zeros_like(rows)
    for each in setting.relations:
        part, whole = binding(each, carried)
        of_part, of_whole = _HELD[each.of_part], _HELD[each.of]
        part, whole = part & rows[of_part, each.part], whole & rows[of_whole, each.whole]
        found[of_whole, each.whole[np.logical_or.reduceat(part, each.starts)]] = True
        is_hit = whole[each.whole_of_part]
        found[of_part[is_hit], each.part[is_hit]] = True
    return found


def _with_equals(rows: Rows, setting: Setting) -> Rows:
    """The same with every count that equals one of these by definition: one shown would tell the other. Shape (2, cells)."""
    rows = rows.copy()
    size = -1
    while size != (now := int(rows.sum())):
        size = now
        for each in setting.equals:
            part, whole = (_HELD[each.of_part], each.part), (_HELD[each.of], each.whole)
            rows[part] = rows[whole] = rows[part] | rows[whole]
    return rows


def _same(rows: Rows, groups: NDArray[np.int64]) -> Rows:
    """Every cell of the groups in which one of the rows is."""
    return np.isin(groups, np.unique(groups[rows])) if np.any(rows) else np.zeros_like(rows)


def _in_every_period(rows: Rows, setting: Setting) -> Rows:
    """The same areas and groups in every period of the indicator."""
    coded = setting.coded
    return _same(rows, (coded.indicator * len(coded.areas) + coded.area) * len(coded.strata) + coded.stratum)


def _block(bad: Rows, carried: Carried, setting: Setting) -> tuple[Rows, Rows]:
    """What is withheld around cells that are too narrow: parts, and parts with their wholes, all of shape (2, cells).

    A whole that its parts narrow goes with them; any other cell with its wholes and their other parts, but for a whole that would take
    too much of the level with it, or is of another indicator, and narrows nothing. Where parts and whole are too narrow at once, the parts
    come first: the whole may be well without them.
    """
    parts, block = np.zeros_like(bad), bad.copy()
    within = [each for each in setting.of_totals if not _is_between(each, setting)]
    for each in within:
        of_part, of_whole = _HELD[each.of_part], _HELD[each.of]
        is_from_below = _is_narrow_from_below(each, carried, setting)
        is_from_below |= np.logical_or.reduceat(bad[of_part, each.part], each.starts)
        is_hit = (bad[of_whole, each.whole] & is_from_below)[each.whole_of_part]
        parts[of_part[is_hit], each.part[is_hit]] = True
    above = bad & ~_wholes_of(parts, within)
    for each in setting.of_totals:
        of_part, of_whole = _HELD[each.of_part], _HELD[each.of]
        is_part_bound, is_whole_bound = binding(each, carried)
        if _is_between(each, setting):
            is_whole_hit = np.logical_or.reduceat(bad[of_part, each.part] & is_part_bound, each.starts)
            is_whole_hit |= bad[of_whole, each.whole] & is_whole_bound
        else:
            counts = is_part_bound | ~_is_too_large(each, setting)[each.whole_of_part]
            is_whole_hit = np.logical_or.reduceat(above[of_part, each.part] & counts, each.starts)
        is_hit = is_whole_hit[each.whole_of_part]
        parts[of_part[is_hit], each.part[is_hit]] = True
        block[of_whole, each.whole[is_whole_hit]] = True
    return parts, block | parts


def _is_between(each: Relation, setting: Setting) -> bool:
    """Whether a relation's whole is of another indicator than its parts."""
    return bool(setting.coded.indicator[each.part[0]] != setting.coded.indicator[each.whole[0]]) or not each.is_of_one


def _is_too_large(each: Relation, setting: Setting) -> Rows:
    """Wholes with more parts than may be lost of their level."""
    parts = np.diff(np.append(each.starts, len(each.part)))
    limit = setting.policy.most_withheld
    if limit is None:
        return np.zeros(len(parts), dtype=bool)
    return parts > limit * setting.size_of_slice[each.part[each.starts]]


def _is_narrow_from_below(each: Relation, carried: Carried, setting: Setting) -> Rows:
    """Wholes that are too narrow by what they and their parts say by themselves."""
    least, most, part, whole = carried.own_least, carried.own_most, (each.of_part, each.part), (each.of, each.whole)
    low = np.maximum(least[whole], np.add.reduceat(least[part], each.starts))
    high = np.minimum(most[whole], np.add.reduceat(most[part], each.starts) if each.holds == EQUAL else UNBOUNDED)
    is_narrow = high - low + 1 < float(setting.policy.fewest_candidates or 0)
    if each.of == NUMERATOR and setting.room is not None:
        is_narrow |= setting.room.lacks(low, high, each.whole)
    return is_narrow


def _wholes_of(parts: Rows, relations: Sequence[Relation]) -> Rows:
    wholes = np.zeros_like(parts)
    for each in relations:
        is_hit = np.logical_or.reduceat(parts[_HELD[each.of_part], each.part], each.starts)
        wholes[_HELD[each.of], each.whole[is_hit]] = True
    return wholes


def _withhold(marks: Marks, rows: Rows, of: int) -> None:
    """Hide a part of cells without a word about its size."""
    of_numerator = rows & (marks.reason != NOT_COLLECTED)
    marks.reason[of_numerator], marks.numerator[of_numerator] = WITHHELD, np.nan
    for part in (NUMERATOR, COMPLEMENT):
        marks.least[part][of_numerator], marks.most[part][of_numerator] = 0.0, UNBOUNDED
    if of == DENOMINATOR:
        marks.denominator[rows] = np.nan
        marks.least[DENOMINATOR][rows], marks.most[DENOMINATOR][rows] = 0.0, UNBOUNDED
