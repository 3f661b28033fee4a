"""The absolute yardstick: no withheld count of persons keeps fewer values than the policy's fewest, whatever is combined.

Everything published and every exact total that the policy names of other publishers are put together. Where a count would be narrowed
further, it is withheld together with its whole and every other part of that whole (withholding the parts alone would tell, by its
rarity, which values they have); where that does not help, or too many areas of a level are lost, the whole level is withheld for the
period, then for every period, then the indicator; and where nothing helps, nothing leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.family import Coded
from geo.disclosure.linear_program import Blocks, Question, crosses, make_blocks, sharpen
from geo.disclosure.narrowing import narrow
from geo.disclosure.policies import Policy
from geo.disclosure.relations import EQUAL, Relation
from geo.disclosure.rules import (
    COMPLEMENT,
    DENOMINATOR,
    EVENTS,
    FEW_WITHOUT,
    HIDING,
    NOT_COLLECTED,
    NUMERATOR,
    SHARE,
    SHOWN,
    SMALL,
    SUM,
    UNBOUNDED,
    WITHHELD,
    Floats,
    Marks,
)
from geo.errors import DisclosureError

Rows = NDArray[np.bool_]
# Each step withholds more than the one before; this many are enough to withhold everything one block at a time in any real family.
_MOST_STEPS = 1_000


@dataclass(frozen=True)
class Setting:
    """What the yardstick looks at besides the marks. outside: rows whose exact numerator others publish; exact: (3, cells).

    hides_those_without: whether shares are withheld because few are without, so that those without must add up as well.
    """

    coded: Coded
    kind: NDArray[np.int8]
    policy: Policy
    relations: Sequence[Relation]
    outside: Rows
    exact: Floats
    hides_those_without: bool = False

    def narrow(self, least: Floats, most: Floats) -> tuple[Floats, Floats]:
        """Bounds carried along the sums of the family."""
        return narrow(least, most, self.relations, self.kind == SHARE)

    @cached_property
    def blocks(self) -> Blocks | None:
        """What the linear program looks at together, None where no sums cross and it has nothing to add."""
        is_crossed = crosses(self.relations, self.coded.area) or self.hides_those_without
        return make_blocks(self.coded.area, self.coded.dimension, self.relations) if is_crossed else None

    def sharpen(self, least: Floats, most: Floats, question: Question) -> tuple[Floats, Floats]:
        """Bounds of the wanted parts by the linear program, from those carried along sums."""
        if self.blocks is None or not np.any(question.wanted):
            return least, most
        is_linked = (self.kind == SHARE) & self.hides_those_without
        return sharpen(least, most, self.relations, is_linked, self.blocks, question)


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


def candidates(marks: Marks, least: Floats, most: Floats, setting: Setting) -> tuple[Floats, Floats]:
    """How many values are left for the withheld persons of each cell: of its numerator and those without, and of its denominator.

    Infinite where nothing is withheld. A count shown as the middle of its class of small numbers counts as withheld.
    """
    width = most - least + 1
    left = np.where(_is_hidden(marks, setting), width[NUMERATOR], np.inf)
    few = (marks.reason == FEW_WITHOUT) & (setting.kind == SHARE)
    left[few] = np.minimum(left[few], width[COMPLEMENT][few])
    events = (marks.reason == SMALL) & (setting.kind == EVENTS)
    left[events] = np.minimum(left[events], most[NUMERATOR][events])
    return left, np.where(np.isnan(marks.denominator), width[DENOMINATOR], np.inf)


def _small_class(policy: Policy) -> int:
    return policy.round_to if policy.method == "midpoint" else 0


def withhold_what_is_too_narrow(marks: Marks, setting: Setting) -> tuple[Marks, int]:
    """Marks with which every withheld count keeps the policy's fewest candidates, and how many cells were withheld for it.

    Raises DisclosureError where nothing helps. A level that is lost is lost from the start, so that no whole stays withheld for parts
    that are not shown anyway.
    """
    if setting.policy.fewest_candidates is None:
        return marks, 0
    lost = np.zeros((2, len(marks.reason)), dtype=bool)
    enough = _enough(setting)
    while True:
        trial = marks.copy()
        _withhold(trial, lost[0], NUMERATOR)
        _withhold(trial, lost[1], DENOMINATOR)
        show_implied_zeros(trial, setting)
        more = _withhold_blocks(trial, setting, enough)
        if more is None:
            return trial, int(np.sum((trial.reason == WITHHELD) & (marks.reason != WITHHELD)))
        lost |= _next_wider(more, lost, setting)


def _withhold_blocks(marks: Marks, setting: Setting, enough: Floats) -> Rows | None:
    """Withhold block after block in place; returns the cells, if any, whose levels must go: (2, cells), by numerator and denominator."""
    in_block = np.zeros((2, len(marks.reason)), dtype=bool)
    is_part = np.zeros(len(marks.reason), dtype=bool)
    for _ in range(_MOST_STEPS):
        bad = _too_narrow(marks, setting, enough)
        if not np.any(bad) and setting.blocks is not None:
            bad = _too_narrow(marks, setting, enough, by_program=True)
        if not np.any(bad):
            return None
        if np.any(bad & in_block):
            return bad & in_block
        for part, of in enumerate((NUMERATOR, DENOMINATOR)):
            parts, block = _block(bad[part], of, marks, setting)
            is_part |= parts & (part == 0)
            in_block[part] |= block
            _withhold(marks, block, of)
        show_implied_zeros(marks, setting)
        torn = _torn(is_part, marks, setting)
        if np.any(torn):
            return np.stack([torn, np.zeros_like(torn)])
    raise DisclosureError("The counts cannot be protected together as the policy demands, whatever is withheld.")


def _torn(is_part: Rows, marks: Marks, setting: Setting) -> Rows:
    """Cells of the levels of which too many cells are withheld as parts of blocks."""
    limit = setting.policy.most_withheld
    if limit is None:
        return np.zeros_like(is_part)
    _, slice_of = np.unique(_slices(setting), return_inverse=True)
    lost, size = np.bincount(slice_of, weights=is_part), np.bincount(slice_of)
    return (lost > limit * size)[slice_of]


def _next_wider(wanted: Rows, lost: Rows, setting: Setting) -> Rows:
    """The period of a level around each wanted cell; where that is lost already the level in all periods; then the indicator."""
    more = np.zeros_like(lost)
    for part in (0, 1):
        left = wanted[part]
        for groups in (_slices(setting), _levels(setting), setting.coded.indicator):
            rows = np.isin(groups, np.unique(groups[left])) if np.any(left) else np.zeros_like(left)
            more[part] |= rows
            whole = np.isin(groups, np.unique(groups[~lost[part]]), invert=True)
            left = left & whole
        if np.any(left):
            raise DisclosureError("The counts cannot be protected together as the policy demands, whatever is withheld.")
    return more


def _enough(setting: Setting) -> Floats:
    """Candidates that each numerator must keep: the policy's fewest, or as many as the outside totals alone leave if those are fewer."""
    fewest = float(setting.policy.fewest_candidates or 0)
    if not np.any(setting.outside):
        return np.full(len(setting.kind), fewest)
    least, most = np.zeros(setting.exact.shape), np.full(setting.exact.shape, UNBOUNDED)
    _tell_outside(least, most, setting)
    least, most = setting.narrow(least, most)
    enough = np.minimum(fewest, (most - least + 1)[NUMERATOR])
    enough[setting.outside] = 0
    return enough


def _tell_outside(least: Floats, most: Floats, setting: Setting) -> None:
    for bound in (least, most):
        bound[NUMERATOR][setting.outside] = setting.exact[NUMERATOR][setting.outside]


def _too_narrow(marks: Marks, setting: Setting, enough: Floats, *, by_program: bool = False) -> Rows:
    """Cells with too few candidates, shape (2, cells): of the numerator, of the denominator."""
    least, most = marks.least.copy(), marks.most.copy()
    _tell_outside(least, most, setting)
    fewest = float(setting.policy.fewest_candidates or 0)
    least, most = setting.narrow(least, most)
    if by_program:
        wanted = hidden_parts(marks, setting) & (most - least + 1 < _width_of_rule(setting.policy))
        least, most = setting.sharpen(least, most, Question(wanted, enough=fewest, possible=setting.exact))
    numerator, denominator = candidates(marks, least, most, setting)
    return np.stack([numerator < enough, denominator < fewest])


def _width_of_rule(policy: Policy) -> int:
    """How many values the rule leaves for a withheld count by itself. Where carrying bounds has taken none of them away, the linear
    program takes none that matters (held by a test on families whose sums cross)."""
    return policy.primary.most - policy.primary.least + 1 if policy.primary else policy.round_to


def hidden_parts(marks: Marks, setting: Setting) -> Rows:
    """Which parts of cells are withheld persons, shape (3, cells): the numerator, those without where they are few, the denominator."""
    is_hidden = _is_hidden(marks, setting)
    few = (marks.reason == FEW_WITHOUT) & (setting.kind == SHARE)
    return np.stack([is_hidden, few, np.isnan(marks.denominator)])


def _is_hidden(marks: Marks, setting: Setting) -> Rows:
    """Cells of persons whose numerator is withheld, or shown only as the middle of the smallest class."""
    is_small = (marks.least[NUMERATOR] >= 1) & (marks.most[NUMERATOR] <= _small_class(setting.policy))
    return (setting.kind != SUM) & (np.isin(marks.reason, HIDING) | is_small)


def _slices(setting: Setting) -> NDArray[np.int64]:
    """One number for each indicator, set of areas, dimension and period."""
    return _levels(setting) * len(setting.coded.periods) + setting.coded.period


def _levels(setting: Setting) -> NDArray[np.int64]:
    """One number for each indicator, set of areas and dimension."""
    coded = setting.coded
    sets, dimensions = len({name for name, _ in coded.areas}), len({name for name, _ in coded.strata}) + 1
    return (coded.indicator * sets + coded.geography) * dimensions + coded.dimension


def _block(bad: Rows, of: int, marks: Marks, setting: Setting) -> tuple[Rows, Rows]:
    """What is withheld around cells that are too narrow: parts, and parts with their wholes.

    A whole that its parts narrow goes with them; any other cell with its whole and that whole's other parts. Where parts and whole are
    too narrow at once, the parts come first: the whole may be well without them.
    """
    parts, block = np.zeros_like(bad), bad.copy()
    related = [each for each in setting.relations if each.of == of]
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
