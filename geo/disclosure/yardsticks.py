"""The absolute yardstick: how many values are left for each withheld count of persons, whatever is combined.

Everything published and every exact total that the policy names of other publishers are put together. What is done about counts that
are left too few is in withholding.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.answered import Answered
from geo.disclosure.family import Coded
from geo.disclosure.linear_program import sharpen
from geo.disclosure.narrowing import Carrier
from geo.disclosure.policies import Policy
from geo.disclosure.programs import Blocks, crosses, distinct_pairs, make_blocks, make_slices
from geo.disclosure.questions import Question
from geo.disclosure.relations import EQUAL, Relation, relation
from geo.disclosure.rules import (
    COMPLEMENT,
    DENOMINATOR,
    EVENTS,
    FEW_WITHOUT,
    HIDING,
    NUMERATOR,
    SHARE,
    SMALL,
    SUM,
    UNBOUNDED,
    Floats,
    Marks,
)
from geo.disclosure.sums import Room

Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Setting:
    """What the yardstick looks at besides the marks. outside: rows whose exact numerator others publish; exact: (3, cells).

    hides_those_without: whether shares are withheld because few are without, so that those without must add up as well. nobody: cells
    whose numerator is seen to be 0 by what is absent. room: what withheld sums need (None: nothing is asked).
    """

    coded: Coded
    kind: NDArray[np.int8]
    policy: Policy
    relations: Sequence[Relation]
    outside: Rows
    exact: Floats
    hides_those_without: bool = False
    nobody: Rows | None = None
    room: Room | None = None

    def narrow(self, least: Floats, most: Floats) -> tuple[Floats, Floats]:
        """Bounds carried along the sums of the family."""
        return self._carrier.narrow(least, most)

    def narrow_by_totals(self, least: Floats, most: Floats) -> tuple[Floats, Floats]:
        """Bounds carried along the sums of totals alone."""
        return self._carrier_of_totals.narrow(least, most)

    @cached_property
    def _carrier(self) -> Carrier:
        return Carrier(self.relations, self.kind == SHARE)

    @cached_property
    def _carrier_of_totals(self) -> Carrier:
        return Carrier(self.of_totals, self.kind == SHARE)

    @cached_property
    def sums_told(self) -> Rows:
        """Withheld sums that the exact totals of others alone leave too little: nothing that we withhold gives them more."""
        if self.room is None or not np.any(self.room.is_asked) or not np.any(self.outside):
            return np.zeros(len(self.kind), dtype=bool)
        least, most = _outside_alone(self)
        return self.outside | self.room.lacks(least[NUMERATOR], most[NUMERATOR])

    @cached_property
    def of_totals(self) -> tuple[Relation, ...]:
        """Relations between totals of all people: areas in areas, periods in windows, indicators in indicators."""
        found, dimension = [], self.coded.dimension
        for each in self.relations:
            whole = each.whole[each.whole_of_part]
            is_total = (dimension[each.part] == 0) & (dimension[whole] == 0)
            if np.any(is_total):
                rows = {"part": each.part[is_total], "whole": whole[is_total], "of_part": each.of_part[is_total]}
                found.append(relation(each.name, each.of, each.holds, **rows))
        return tuple(found)

    @cached_property
    def equals(self) -> tuple[Relation, ...]:
        """Relations between counts of different indicators that are the same people: one part, which is the whole."""
        return tuple(each for each in self._between if each.holds == EQUAL and len(each.part) == len(each.whole))

    @cached_property
    def within_indicators(self) -> tuple[Relation, ...]:
        """Relations of which whole and parts are of one indicator: what the program looks at, within what is carried along the others."""
        between = {id(each) for each in self._between}
        return tuple(each for each in self.relations if id(each) not in between)

    @cached_property
    def _between(self) -> tuple[Relation, ...]:
        indicator = self.coded.indicator
        return tuple(each for each in self.relations if indicator[each.part[0]] != indicator[each.whole[0]] or not each.is_of_one)

    @cached_property
    def areas_of_indicators(self) -> NDArray[np.int64]:
        """One number for each indicator and set of areas."""
        return self.coded.indicator * len({name for name, _ in self.coded.areas}) + self.coded.geography

    @cached_property
    def areas_of_periods(self) -> NDArray[np.int64]:
        """One number for each indicator, set of areas and period."""
        return self.areas_of_indicators * len(self.coded.periods) + self.coded.period

    @cached_property
    def levels(self) -> NDArray[np.int64]:
        """One number for each indicator, set of areas and dimension."""
        return self.areas_of_indicators * (len({name for name, _ in self.coded.strata}) + 1) + self.coded.dimension

    @cached_property
    def slices(self) -> NDArray[np.int64]:
        """One number for each indicator, set of areas, dimension and period."""
        return self.levels * len(self.coded.periods) + self.coded.period

    @cached_property
    def ways_to_groups(self) -> NDArray[np.int64]:
        """Pairs of slices that sums connect, of which the second is of groups, both ways where the first is as well, shape (pairs, 2)."""
        is_group, found = self.coded.dimension > 0, [np.empty((0, 2), dtype=np.int64)]
        for each in self.within_indicators:
            part, whole = each.part, each.whole[each.whole_of_part]
            for one, other in ((part, whole), (whole, part)):
                found.append(distinct_pairs(self.slices[one[is_group[other]]], self.slices[other[is_group[other]]]))
        return distinct_pairs(*np.concatenate(found).T)

    @cached_property
    def size_of_slice(self) -> NDArray[np.int64]:
        """How many cells the slice of each has."""
        _, slice_of, size = np.unique(self.slices, return_inverse=True, return_counts=True)
        return size[slice_of]

    @cached_property
    def blocks(self) -> Blocks | None:
        """What the linear program looks at together of each indicator, None where no sums cross and it has nothing to add."""
        is_crossed = crosses(self.within_indicators, self.coded.area) or self.hides_those_without
        return make_blocks(self.coded.area, self.coded.dimension, self.within_indicators) if is_crossed else None

    @cached_property
    def slices_of_all(self) -> Blocks | None:
        """What it looks at together of all indicators: the same people in an area and those within it. None where nothing connects them."""
        coded = self.coded
        return make_slices(coded.area, coded.period, coded.stratum, self.relations) if self._between else None

    @cached_property
    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of each cell's area and indicator."""
        return self.coded.area, self.coded.indicator

    @cached_property
    def _answered(self) -> dict[tuple[int, bool], Answered]:
        return {}

    def sharpen(self, least: Floats, most: Floats, question: Question) -> tuple[Floats, Floats]:
        """Bounds of the wanted parts by the linear program of each indicator by itself, from those carried along sums."""
        is_linked = (self.kind == SHARE) & self.hides_those_without
        return self._sharpen(least, most, question, blocks=self.blocks, program=(self.within_indicators, is_linked))

    def sharpen_together(self, least: Floats, most: Floats, question: Question) -> tuple[Floats, Floats]:
        """The same by the program of all indicators, period by period, and group by group but for groups that areas as a whole lie in."""
        return self._sharpen(least, most, question, blocks=self.slices_of_all, program=(self.relations, self.kind == SHARE))

    def _sharpen(
        self, least: Floats, most: Floats, question: Question, *, blocks: Blocks | None, program: tuple[Sequence[Relation], Rows]
    ) -> tuple[Floats, Floats]:
        """Ask of what was not seen before to have enough values."""
        if blocks is None or not np.any(question.wanted):
            return least, most
        if question.enough is None:
            return sharpen(least, most, *program, blocks, question)
        answered = self._answered.setdefault((id(blocks), question.reach is None), Answered(blocks))
        stands = answered.stands(least, most)
        asked = question.wanted & ~stands
        sharper = sharpen(least, most, *program, blocks, replace(question, wanted=asked))
        answered.remember(least, most, stands | (asked & (sharper[0] == least) & (sharper[1] == most)))
        return sharper


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


def enough_of(setting: Setting) -> Floats:
    """Candidates that each count must keep, shape (2, cells), numerators and denominators: the policy's fewest, or of a numerator as many
    as the outside totals alone leave if those are fewer."""
    fewest = float(setting.policy.fewest_candidates or 0)
    enough = np.full((2, len(setting.kind)), fewest)
    if np.any(setting.outside):
        least, most = _outside_alone(setting)
        enough[0] = np.minimum(fewest, (most - least + 1)[NUMERATOR])
        enough[0, setting.outside] = 0
    return enough


def _outside_alone(setting: Setting) -> tuple[Floats, Floats]:
    least, most = np.zeros(setting.exact.shape), np.full(setting.exact.shape, UNBOUNDED)
    _tell_outside(least, most, setting)
    return setting.narrow(least, most)


def believed(marks: Marks, setting: Setting) -> tuple[Floats, Floats]:
    """Bounds of every part for the reader who knows most: of what others publish, and that few events are had by few people.

    The table says of few people only that they had at least one event; most have one, and who believes so of all is mostly right. So
    counts are protected against that belief wherever it is.
    """
    least, most = marks.least.copy(), marks.most.copy()
    if setting.policy.primary is not None:
        greatest = setting.policy.primary.most
        is_one_each = (marks.reason == SMALL) & (setting.kind == EVENTS) & (setting.exact[NUMERATOR] <= greatest)
        most[NUMERATOR][is_one_each] = np.minimum(most[NUMERATOR][is_one_each], greatest)
    _tell_outside(least, most, setting)
    return least, most


def fewest_left(marks: Marks, setting: Setting) -> tuple[float, int]:
    """The fewest candidates of any withheld count, and how many withheld counts others' totals alone leave fewer than the policy wants.

    Those are left out of the first, for nothing that we withhold gives them more. Infinite where nothing is withheld.
    """
    numerator, denominator = candidates(marks, *setting.narrow(*believed(marks, setting)), setting)
    is_told = enough_of(setting)[0] < float(setting.policy.fewest_candidates or 0)
    fewest = min(np.min(numerator[~is_told], initial=np.inf), np.min(denominator, initial=np.inf))
    return float(fewest), int(np.sum(is_told & ~setting.outside & np.isfinite(numerator)))


def sums_left(marks: Marks, setting: Setting) -> dict[str, int]:
    """How many sums a rule withheld; how many of them are left too little; and how many others' totals alone leave too little."""
    if setting.room is None:
        return {"withheld": 0, "too_narrow": 0, "told_by_others": 0}
    is_narrow = sums_too_narrow(*setting.narrow(*believed(marks, setting)), setting)
    told = setting.sums_told & setting.room.is_asked
    return {"withheld": int(np.sum(setting.room.is_asked)), "too_narrow": int(np.sum(is_narrow)), "told_by_others": int(np.sum(told))}


def _tell_outside(least: Floats, most: Floats, setting: Setting) -> None:
    for bound in (least, most):
        bound[NUMERATOR][setting.outside] = setting.exact[NUMERATOR][setting.outside]


def too_narrow(marks: Marks, setting: Setting, enough: Floats, bounds: tuple[Floats, Floats]) -> Rows:
    """Cells with too few candidates within bounds of all parts, shape (2, cells): of the numerator, of the denominator.

    Sums are too narrow by the rule of sums.py.
    """
    numerator, denominator = candidates(marks, *bounds, setting)
    return np.stack([(numerator < enough[0]) | sums_too_narrow(*bounds, setting), denominator < enough[1]])


def too_narrow_by_program(marks: Marks, setting: Setting, enough: Floats, bounds: tuple[Floats, Floats]) -> Rows:
    """The same where the linear program of each indicator sharpens the bounds as carried along sums."""
    least, most = bounds
    fewest = float(setting.policy.fewest_candidates or 0)
    wanted = hidden_parts(marks, setting) & (most - least + 1 < _width_of_rule(setting.policy))
    least, most = setting.sharpen(least, most, Question(wanted, enough=fewest, possible=setting.exact, places=setting.places))
    if setting.room is not None:
        doubtful = np.zeros(wanted.shape, dtype=bool)
        doubtful[NUMERATOR] = setting.room.is_doubtful(least[NUMERATOR], most[NUMERATOR]) & ~setting.sums_told
        reach = np.tile(setting.room.low, (3, 1)), np.tile(setting.room.high, (3, 1))
        question = Question(doubtful, setting.room.values, reach, possible=setting.exact, places=setting.places)
        least, most = setting.sharpen(least, most, question)
    return too_narrow(marks, setting, enough, (least, most))


def too_narrow_together(marks: Marks, setting: Setting, enough: Floats, only: Rows | None = None) -> Rows:
    """The same by the linear program of all indicators together, of every withheld count: what carried bounds leave wide it may narrow.

    only: ask of these cells, (2, cells).
    """
    if setting.slices_of_all is None:
        return np.zeros(enough.shape, dtype=bool)
    least, most = setting.narrow(*believed(marks, setting))
    wanted = hidden_parts(marks, setting)
    if only is not None:
        wanted &= only[[0, 0, 1]]
    fewest = float(setting.policy.fewest_candidates or 0)
    least, most = setting.sharpen_together(least, most, Question(wanted, enough=fewest, possible=setting.exact, places=setting.places))
    return too_narrow(marks, setting, enough, (least, most))


def told_anyway(marks: Marks, setting: Setting, enough: Floats, rows: Rows) -> Rows:
    """Which of these cells, (2, cells), the program of all indicators makes too narrow where nothing of ours is shown at all: which cells
    there are and what others publish tell them, and nothing that we withhold gives them more."""
    if setting.slices_of_all is None or not np.any(rows):
        return np.zeros_like(rows)
    wanted = hidden_parts(marks, setting) & rows[[0, 0, 1]]
    question = Question(wanted, enough=float(setting.policy.fewest_candidates or 0), possible=setting.exact, places=setting.places)
    bounds = sharpen(*_outside_alone(setting), setting.relations, setting.kind == SHARE, setting.slices_of_all, question)
    return rows & too_narrow(marks, setting, enough, bounds)


def sums_too_narrow(least: Floats, most: Floats, setting: Setting) -> Rows:
    """Withheld sums that bounds of all parts of cells leave less than they need, but for those that others tell, shape (cells,)."""
    if setting.room is None:
        return np.zeros(len(setting.kind), dtype=bool)
    return setting.room.lacks(least[NUMERATOR], most[NUMERATOR]) & ~setting.sums_told


def _width_of_rule(policy: Policy) -> int:
    """How many values the rule leaves for a withheld count by itself.

    Where carrying bounds has taken none of them away, the program of one indicator takes none that matters (held by a test on families
    whose sums cross). That of all indicators may: in the end it is asked of every withheld count.
    """
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
