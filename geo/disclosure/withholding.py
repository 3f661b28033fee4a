"""What is done where a withheld count would be left too few values: more is withheld around it, until none is.

A total of all people is withheld together with its whole and every other part of that whole, in every period: withholding the parts
alone would tell, by its rarity, which values they have. Where groups, or other indicators, narrow a count, the level of the groups goes
as a whole, for one group withheld here and one there would tell as much. So does a level of which too many areas would be lost, and one
where a block has not helped: first for the period, then for all, then the indicator; and where nothing helps, nothing leaves.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.relations import EQUAL, Relation
from geo.disclosure.rules import COMPLEMENT, DENOMINATOR, HIDING, NOT_COLLECTED, NUMERATOR, SHOWN, UNBOUNDED, WITHHELD, Floats, Marks
from geo.disclosure.yardsticks import Rows, Setting, enough_of, too_narrow
from geo.errors import DisclosureError

# Each step withholds more than the one before; this many are enough to withhold everything one block at a time in any real family.
_MOST_STEPS = 1_000


def withhold_what_is_too_narrow(marks: Marks, setting: Setting) -> tuple[Marks, int]:
    """Marks with which every withheld count keeps the policy's fewest candidates, and how many cells were withheld for it.

    Raises DisclosureError where nothing helps. A level that is lost is lost from the start, so that no whole stays withheld for parts
    that are not shown anyway.
    """
    lost = np.zeros((2, len(marks.reason)), dtype=bool)
    enough = enough_of(setting)
    while True:
        trial = marks.copy()
        _withhold(trial, lost[0], NUMERATOR)
        _withhold(trial, lost[1], DENOMINATOR)
        show_implied_zeros(trial, setting)
        if setting.policy.fewest_candidates is None:
            return trial, 0
        more = _withhold_blocks(trial, setting, enough, lost)
        if more is None:
            return trial, int(np.sum((trial.reason == WITHHELD) & (marks.reason != WITHHELD)))
        if not np.any(more & ~lost):
            raise DisclosureError("The counts cannot be protected together as the policy demands, whatever is withheld.")
        lost |= more


def show_implied_zeros(marks: Marks, setting: Setting) -> None:
    """Show as zero the parts of a whole that is shown as zero, and the whole whose parts all are: withholding would hide nothing."""
    changed = True
    while changed:
        changed = False
        for each in (other for other in setting.relations if other.of == NUMERATOR):
            is_zero = (marks.reason == SHOWN) & (marks.most[NUMERATOR] == 0)
            rows = each.part[is_zero[each.whole][each.whole_of_part]]
            if each.holds == EQUAL:
                rows = np.append(rows, each.whole[np.logical_and.reduceat(is_zero[each.part], each.starts)])
            rows = rows[np.isin(marks.reason[rows], HIDING)]
            if len(rows):
                marks.reason[rows], marks.numerator[rows] = SHOWN, 0.0
                marks.least[NUMERATOR][rows] = marks.most[NUMERATOR][rows] = 0.0
                changed = True


def _withhold_blocks(marks: Marks, setting: Setting, enough: Floats, lost: Rows) -> Rows | None:
    """Withhold block after block in place; returns the cells, if any, that must be lost: (2, cells), by numerator and denominator."""
    in_block = np.zeros((2, len(marks.reason)), dtype=bool)
    is_part = np.zeros(len(marks.reason), dtype=bool)
    for _ in range(_MOST_STEPS):
        bad = too_narrow(marks, setting, enough)
        if not np.any(bad) and setting.blocks is not None:
            bad = too_narrow(marks, setting, enough, by_program=True)
        if not np.any(bad):
            return None
        more = _lose_crossed(bad, marks, setting, enough, lost)
        if np.any(more):
            return more
        if np.any(bad & in_block):
            return _next_wider(bad & in_block, lost, setting)
        for part, of in enumerate((NUMERATOR, DENOMINATOR)):
            parts, block = (_in_every_period(rows, setting) for rows in _block(bad[part], of, marks, setting))
            is_part |= parts & (part == 0)
            in_block[part] |= block
            _withhold(marks, block, of)
        show_implied_zeros(marks, setting)
        torn = _torn(is_part, setting)
        if np.any(torn):
            return _next_wider(np.stack([torn, np.zeros_like(torn)]), lost, setting)
    raise DisclosureError("The counts cannot be protected together as the policy demands, whatever is withheld.")


def _lose_crossed(bad: Rows, marks: Marks, setting: Setting, enough: Floats, lost: Rows) -> Rows:
    """Levels of groups that are too narrow, or that make a total so; where no groups do it, the level of that total itself."""
    more = np.zeros_like(lost)
    levels, is_group = setting.levels, setting.coded.dimension > 0
    is_crossed = bad & ~is_group
    if np.any(is_crossed):
        is_crossed &= ~too_narrow(marks, setting, enough, relations=setting.of_totals)
    for part in (0, 1):
        more[part] = _same(bad[part] & is_group, levels)
        groups = _same(is_crossed[part], setting.areas_of_indicators) & is_group
        more[part] |= groups
        left = is_crossed[part] & ~_same(groups & ~lost[part], setting.areas_of_indicators)
        more[part] |= _same(left, levels)
    return more & ~lost


def _torn(is_part: Rows, setting: Setting) -> Rows:
    """Cells of the levels of which too many cells are withheld as parts of blocks."""
    limit = setting.policy.most_withheld
    if limit is None:
        return np.zeros_like(is_part)
    _, slice_of = np.unique(setting.slices, return_inverse=True)
    lost, size = np.bincount(slice_of, weights=is_part), np.bincount(slice_of)
    return (lost > limit * size)[slice_of]


def _next_wider(wanted: Rows, lost: Rows, setting: Setting) -> Rows:
    """The period of a level around each wanted cell; where that is lost already the level in all periods; then the indicator."""
    more = np.zeros_like(lost)
    for part in (0, 1):
        left = wanted[part]
        for groups in (setting.slices, setting.levels, setting.coded.indicator):
            rows = _same(left, groups)
            more[part] |= rows
            left = left & ~_same(rows & ~lost[part], groups)
    return more


def _same(rows: Rows, groups: NDArray[np.int64]) -> Rows:
    """Every cell of the groups in which one of the rows is."""
    return np.isin(groups, np.unique(groups[rows])) if np.any(rows) else np.zeros_like(rows)


def _in_every_period(rows: Rows, setting: Setting) -> Rows:
    """The same areas and groups in every period of the indicator."""
    coded = setting.coded
    return _same(rows, (coded.indicator * len(coded.areas) + coded.area) * len(coded.strata) + coded.stratum)


def _block(bad: Rows, of: int, marks: Marks, setting: Setting) -> tuple[Rows, Rows]:
    """What is withheld around cells that are too narrow: parts, and parts with their wholes.

    A whole that its parts narrow goes with them; any other cell with its whole and that whole's other parts. Where parts and whole are
    too narrow at once, the parts come first: the whole may be well without them.
    """
    parts, block = np.zeros_like(bad), bad.copy()
    related = [each for each in setting.of_totals if each.of == of]
    for each in related:
        is_from_below = bad[each.whole] & (_own_width(each, marks) < float(setting.policy.fewest_candidates or 0))
        is_from_below |= bad[each.whole] & np.logical_or.reduceat(bad[each.part], each.starts)
        parts[each.part[is_from_below[each.whole_of_part]]] = True
    above = bad & ~_wholes_of(parts, related)
    for each in related:
        is_hit = np.zeros(len(each.whole), dtype=bool)
        is_hit[each.whole_of_part[above[each.part]]] = True
        parts[each.part[is_hit[each.whole_of_part]]] = True
        block[each.whole[is_hit]] = True
    return parts, block | parts


def _own_width(each: Relation, marks: Marks) -> Floats:
    """How many values a whole keeps by what it and its parts say by themselves."""
    least, most = marks.least[each.of], marks.most[each.of]
    low = np.maximum(least[each.whole], np.add.reduceat(least[each.part], each.starts))
    high = np.minimum(most[each.whole], np.add.reduceat(most[each.part], each.starts) if each.holds == EQUAL else UNBOUNDED)
    return high - low + 1


def _wholes_of(parts: Rows, relations: Sequence[Relation]) -> Rows:
    wholes = np.zeros_like(parts)
    for each in relations:
        wholes[each.whole[np.logical_or.reduceat(parts[each.part], each.starts)]] = True
    return wholes


def _withhold(marks: Marks, rows: Rows, of: int) -> None:
    """Hide a part of cells without a word about its size."""
    rows = rows & (marks.reason != NOT_COLLECTED)
    marks.reason[rows], marks.numerator[rows] = WITHHELD, np.nan
    for part in (NUMERATOR, COMPLEMENT):
        marks.least[part][rows], marks.most[part][rows] = 0.0, UNBOUNDED
    if of == DENOMINATOR:
        marks.denominator[rows] = np.nan
        marks.least[DENOMINATOR][rows], marks.most[DENOMINATOR][rows] = 0.0, UNBOUNDED
