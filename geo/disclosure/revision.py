"""A new edition of figures that are out already: what goes out anew, what stands as it was, and what both together may not tell.

A count that moves by one person may cross a step of rounding, and whoever knows who moved then knows the count. So a value goes out anew
only if its protected value moves by at least the policy's amount (`revised_by`); else the one published first stands, whether it moved or
not, and its interval holds all that it may have become: nobody sees which of them moved a little. Then old and new are attacked together
(editions.py) for somebody who believes that no count changed by more than `believed_change`; what would leave a withheld count fewer
candidates than the policy's is withheld, with all that is told anew around it, further and further, until nothing does.

Where a withheld count stands is the middle of what its reason tells; one whose reason tells nothing of its size stays withheld.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.cores import on_every_core
from geo.disclosure.atoms import COLUMNS, apart, in_order, read_counts, told_outside, whole_numbers
from geo.disclosure.both_editions import Compared, hide, withhold_what_both_tell
from geo.disclosure.editions import Bounds, Rows, Sums
from geo.disclosure.family import Family, code, kinds_of, link
from geo.disclosure.policies import Policy
from geo.disclosure.published_before import Before, bounds_standing, going_anew, overlay, read_before
from geo.disclosure.relations import relate_known, settle
from geo.disclosure.rules import (
    COMPLEMENT,
    DENOMINATOR,
    DOMINANCE,
    FEW_WITHOUT,
    HIDING,
    NOT_COLLECTED,
    NUMERATOR,
    PERCENTAGE,
    REASONS,
    SHARE,
    SHOWN,
    SMALL_DENOMINATOR,
    WITHHELD,
    Marks,
    doubt_percentages,
    mark,
    publish,
)
from geo.disclosure.sums import Room

# Cells for which other processes are worth their beginning: comparing editions takes seconds.
_MANY = 300_000
# How a level is called of which the people are withheld as well.
_PEOPLE = " (people)"


@dataclass(frozen=True)
class Revised:
    """A new edition that may go out.

    table: of the columns and rows of the protected table. known: the same with bounds of numerators as the attacker has them who believes
    that nothing changed, where the exact count lies within them. is_anew: rows whose numerator is told anew, shape (cells,).
    revised, held_back, withheld: how many cells that were out already go out anew, stand though their protected value moved, and are
    withheld because both editions would tell too much. fewest: values that both leave any withheld count (None: nothing is withheld);
    told: withheld counts that the first editions and others' totals alone leave fewer than the policy's.
    """

    table: pa.Table
    known: pa.Table
    is_anew: Rows
    revised: int = 0
    held_back: int = 0
    withheld: int = 0
    fewest: int | None = None
    told: int = 0

    @property
    def moved(self) -> frozenset[tuple[str, ...]]:
        """Counts of everybody that are told anew: indicator, geography, area and period."""
        mine = self.table.filter(pc.and_(pa.array(self.is_anew), pc.equal(self.table.column("dimension"), "")))
        return frozenset(zip(*(mine.column(name).to_pylist() for name in ("indicator", "geography", "area", "period")), strict=True))


def revise(
    protected: pa.Table, cells: pa.Table, policy: Policy, family: Family, *, earlier: Sequence[pa.Table], is_same: bool = False
) -> Revised:
    """The protected table of these cells, given what earlier editions have published; all protected by the same policy.

    protected: of the new edition by itself (geo/disclosure/atoms.py). earlier: in the order in which they went out. is_same: all of them
    are of the very same records, so that nothing can have moved. Cells that the new edition no longer has are not looked at.
    """
    if policy.revised_by is None or not earlier:
        return Revised(protected, protected, np.ones(protected.num_rows, dtype=bool))
    parts = []
    for mine in apart(cells, family):
        names = pc.unique(mine.column("indicator"))
        new, *old = (table.filter(pc.is_in(table.column("indicator"), value_set=names)) for table in (protected, *earlier))
        parts.append((new, mine, policy, family, old, is_same))
    return _joined(on_every_core(_revise_together, parts, [len(part[0]) for part in parts], many=_MANY))


def facts_of(facts: Mapping[str, Any], revised: Revised) -> dict[str, Any]:
    """Facts of protection (atoms.Protected) for what goes out: counted again, for those of the new edition by itself would tell, by one
    cell more or less, what was held back."""
    table = revised.table
    counts = {each["values"]: each["counts"] for each in pc.value_counts(table.column("reason")).to_pylist()}
    is_shown = {False: table.column("numerator").is_valid(), True: table.column("denominator").is_valid()}
    names = {is_people: _levels(table.filter(rows)) for is_people, rows in is_shown.items()}
    levels = [each for each in facts["levels_withheld"] if each.removesuffix(_PEOPLE) not in names[each.endswith(_PEOPLE)]]
    return {
        **facts,
        "withheld": {reason: counts.get(reason, 0) for reason in facts["withheld"]},
        "withheld_for_the_family": counts.get(REASONS[WITHHELD], 0),
        "fewest_candidates": revised.fewest,
        "told_by_others": revised.told,
        "sums": {**facts["sums"], "withheld": counts.get(REASONS[DOMINANCE], 0)},
        "levels_withheld": levels,
    }


def _levels(table: pa.Table) -> set[str]:
    """Levels in the words of `levels_withheld`."""
    columns = ("indicator", "geography", "dimension", "period")
    return {
        " ".join(word for word in each.values() if word) for each in table.select(columns).group_by(list(columns)).aggregate([]).to_pylist()
    }


def _joined(parts: Sequence[Revised]) -> Revised:
    flagged = [each.table.append_column("is_anew", pa.array(each.is_anew)) for each in parts]
    table = pa.concat_tables(in_order(flagged))
    fewest = [each.fewest for each in parts if each.fewest is not None]
    return Revised(
        table.drop_columns("is_anew"),
        pa.concat_tables(in_order([each.known for each in parts])),
        table.column("is_anew").to_numpy(),
        revised=sum(each.revised for each in parts),
        held_back=sum(each.held_back for each in parts),
        withheld=sum(each.withheld for each in parts),
        fewest=min(fewest, default=None),
        told=sum(each.told for each in parts),
    )


def _revise_together(
    protected: pa.Table, cells: pa.Table, policy: Policy, family: Family, earlier: Sequence[pa.Table], is_same: bool
) -> Revised:
    """The cells of indicators that sums connect."""
    coded = code(cells)
    kind = kinds_of(coded, family)
    editions = [read_before(table, coded, kind, policy) for table in earlier]
    before = overlay(editions)
    if not np.any(before.is_there):
        return Revised(protected, protected, np.ones(protected.num_rows, dtype=bool))
    counts = read_counts(cells, coded.order, kind)
    exact = np.stack([counts.numerator, counts.denominator - counts.numerator, counts.denominator])
    own, anew = mark(counts, policy), going_anew(before, counts, policy)
    sums = Sums((*settle(link(coded, family), coded, exact, kind), *relate_known(coded, family, exact, kind)), kind == SHARE)
    room, outside = Room.of(counts, own, policy), told_outside(coded, policy)
    compared = Compared(counts, policy, sums, editions, outside, room, before)
    by_itself = _as_protected(own, protected)
    marks = _hold(by_itself, compared, anew, is_same=is_same)
    tells = _tells_anew(marks, anew)
    left = withhold_what_both_tell(marks, tells, compared)
    least, most = sums.narrow((marks.least, marks.most))
    table = _table(protected, marks, (least, most))
    # What the attacker knows is used where it is true: an exact total beside it must be possible.
    is_true = (left.known[0] <= exact) & (exact <= left.known[1])
    joint = np.where(is_true, left.known[0], least), np.where(is_true, left.known[1], most)
    is_old = before.is_there
    return Revised(
        table,
        _table(protected, marks, joint),
        tells[NUMERATOR] & ~np.isnan(marks.numerator) | ~is_old,
        revised=int(np.sum(is_old & np.any(tells & ~left.hidden, axis=0) & _differs(marks, before))),
        held_back=int(np.sum(is_old & (_differs(by_itself, before) & ~np.any(tells, axis=0)))),
        withheld=int(np.sum(np.any(left.hidden, axis=0))),
        fewest=None if np.isinf(left.fewest) else int(left.fewest),
        told=int(np.sum(left.told)),
    )


def _as_protected(own: Marks, protected: pa.Table) -> Marks:
    """The new edition by itself: each cell by the rule, and withheld where the family asked for it. protected: in the order of the keys."""
    marks = own.copy()
    reason = np.array([REASONS.index(word) for word in protected.column("reason").to_pylist()], dtype=np.int8)
    is_null = {name: protected.column(name).is_null().to_numpy() for name in ("numerator", "denominator")}
    hide(marks, (reason == WITHHELD) & (own.reason != WITHHELD), is_null["denominator"] & ~np.isnan(own.denominator))
    is_zero = (reason == SHOWN) & np.isin(own.reason, HIDING)
    marks.reason[is_zero], marks.numerator[is_zero] = SHOWN, 0.0
    marks.least[NUMERATOR, is_zero] = marks.most[NUMERATOR, is_zero] = 0.0
    return marks


def _hold(by_itself: Marks, compared: Compared, anew: tuple[Rows, Rows], *, is_same: bool) -> Marks:
    """The new edition in which what has not moved far enough stands as it was first, with all that it may have become."""
    marks, before = by_itself.copy(), compared.before
    stays, people_stay = (~each for each in anew)
    least, most = bounds_standing(before, compared.kind, compared.policy, is_same=is_same)
    for of in (NUMERATOR, COMPLEMENT):
        marks.least[of, stays], marks.most[of, stays] = least[of, stays], most[of, stays]
    marks.least[DENOMINATOR, people_stay], marks.most[DENOMINATOR, people_stay] = (
        least[DENOMINATOR, people_stay],
        most[DENOMINATOR, people_stay],
    )
    marks.numerator[stays], marks.reason[stays] = before.numerator[stays], before.reason[stays]
    marks.denominator[people_stay] = before.denominator[people_stay]
    if not is_same:
        # That those without are 1 to 7 is no longer said; that people are few, or were, is.
        marks.reason[stays & (before.reason == FEW_WITHOUT)] = WITHHELD
    _say_again(marks, compared, ~stays, people_stay)
    return marks


def _say_again(marks: Marks, compared: Compared, is_anew: Rows, people_stay: Rows) -> None:
    """What is said of a numerator that goes out rests on the denominator that is published beside it, not on one that is held back."""
    smallest = float(compared.policy.smallest_denominator or 0)
    is_small = people_stay & ~(marks.denominator >= smallest) if smallest else np.zeros_like(is_anew)
    is_small |= people_stay & (marks.reason == SMALL_DENOMINATOR)
    hide(marks, is_anew & is_small, np.zeros_like(is_anew))
    said = is_anew & people_stay & np.isin(marks.reason, (SHOWN, PERCENTAGE))
    doubted = said & (marks.reason == PERCENTAGE)
    marks.reason[doubted], marks.numerator[doubted] = SHOWN, publish(compared.counts.numerator, compared.policy)[0][doubted]
    trial = marks.copy()
    doubt_percentages(trial, compared.kind, compared.policy)
    wrong = said & (trial.reason == PERCENTAGE)
    marks.reason[wrong], marks.numerator[wrong] = PERCENTAGE, np.nan


def _tells_anew(marks: Marks, anew: tuple[Rows, Rows]) -> Rows:
    """Which parts of cells say something that was not said before, (3, cells)."""
    numerator = anew[0] & ~np.isin(marks.reason, (WITHHELD, NOT_COLLECTED))
    return np.stack([numerator, numerator, anew[1] & ~np.isnan(marks.denominator)])


def _differs(marks: Marks, before: Before) -> Rows:
    """Cells that are published otherwise than they were."""
    pairs = ((marks.numerator, before.numerator), (marks.denominator, before.denominator))
    is_other = [~((one == other) | (np.isnan(one) & np.isnan(other))) for one, other in pairs]
    return np.logical_or.reduce([*is_other, marks.reason != before.reason])


def _table(protected: pa.Table, marks: Marks, bounds: Bounds) -> pa.Table:
    """The protected table with these marks and bounds instead of its own."""
    columns = {name: protected.column(name) for name in COLUMNS}
    is_collected = marks.reason != NOT_COLLECTED
    for of, name, shown in ((NUMERATOR, "numerator", marks.numerator), (DENOMINATOR, "denominator", marks.denominator)):
        columns[name] = whole_numbers(shown)
        is_told = is_collected if of == NUMERATOR else np.ones_like(is_collected)
        for end, bound in zip(("least", "most"), bounds, strict=True):
            columns[f"{name}_{end}"] = whole_numbers(np.where(is_told, bound[of], np.nan))
    shown = marks.numerator
    status = np.select([~is_collected, np.isnan(shown), shown == 0], ["not_collected", "suppressed", "zero"], default="value")
    columns["status"] = pa.array(status.tolist(), pa.string())
    columns["reason"] = pa.array([REASONS[code] for code in marks.reason], pa.string())
    return pa.table(columns)
