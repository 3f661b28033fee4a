"""A new edition of figures that are out already: what changes, what stays, and what both together would tell.

A count that moves by one person may cross a step of rounding, and whoever knows who moved then knows the count. So a value goes out anew
only if it moves by at least the policy's amount; else the one published first stays, and its interval is widened by what may have moved.
A withheld count stands in the middle of what its reason tells; one whose reason tells nothing of its size stays withheld.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.disclosure.atoms import COLUMNS, whole_numbers
from geo.disclosure.attacks import Reading, narrow_published, read
from geo.disclosure.family import Family
from geo.disclosure.narrowing import narrow
from geo.disclosure.policies import Policy
from geo.disclosure.rules import COMPLEMENT, DENOMINATOR, FEW_WITHOUT, NUMERATOR, REASONS, SHARE, SHOWN, SMALL, UNBOUNDED, Floats, publish
from geo.errors import DisclosureError

Rows = NDArray[np.bool_]
# A belief that the editions contradict is given up cell by cell, at most so often; then it is given up altogether.
_MOST_DOUBTS = 20


@dataclass(frozen=True)
class Revised:
    """A new edition that may go out. table: as protected, with first values where they stay. moved, kept: how many numerators did which.

    fewest_candidates: of any withheld count, for one who reads both editions and believes that at most one person moved anywhere; None
    where nothing is withheld.
    """

    table: pa.Table
    moved: int
    kept: int
    fewest_candidates: int | None


@dataclass(frozen=True)
class _Edition:
    """One edition in the order of its keys: values (nan = withheld) and own bounds of each part, (3, cells), by the rule alone."""

    table: pa.Table
    reading: Reading
    values: Floats
    least: Floats
    most: Floats

    @classmethod
    def of(cls, table: pa.Table, policy: Policy, family: Family) -> "_Edition":
        """Read what each cell says by itself; percentages that are not shown say the interval that is stated."""
        reading = read(table, family, policy)
        table = table.take(pa.array(reading.coded.order))
        values = np.full((3, table.num_rows), np.nan)
        least, most = np.zeros(values.shape), np.full(values.shape, UNBOUNDED)
        for of, name in ((NUMERATOR, "numerator"), (DENOMINATOR, "denominator")):
            values[of] = table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
            _, low, high = publish(values[of], policy)
            is_told = ~reading.is_withheld if of == NUMERATOR else np.ones(table.num_rows, dtype=bool)
            stated = np.where(is_told, reading.least[of], 0.0), np.where(is_told, reading.most[of], UNBOUNDED)
            is_shown = ~np.isnan(values[of])
            least[of], most[of] = np.where(is_shown, low, stated[0]), np.where(is_shown, high, stated[1])
        if policy.primary is not None:
            few = float(policy.primary.least), float(policy.primary.most)
            is_small = (reading.reason == SMALL) & (reading.kind == SHARE)
            least[NUMERATOR][reading.reason == SMALL], most[NUMERATOR][is_small] = few[0], few[1]
            without = (reading.reason == FEW_WITHOUT) & (reading.kind == SHARE)
            least[COMPLEMENT][without], most[COMPLEMENT][without] = max(few[0], 1.0), few[1]
        return cls(table, reading, values, least, most)

    def points(self, policy: Policy) -> Floats:
        """Where each numerator and denominator stands, (3, cells): its value, or the middle of what its reason tells, or nan."""
        found = self.values.copy()
        if policy.primary is not None:
            middle = (policy.primary.least + policy.primary.most) / 2
            found[NUMERATOR][self.reading.reason == SMALL] = middle
            few = self.reading.reason == FEW_WITHOUT
            found[NUMERATOR][few] = self.values[DENOMINATOR][few] - middle
            found[DENOMINATOR][np.isnan(found[DENOMINATOR])] = middle
        return found


def revise(old: pa.Table, new: pa.Table, policy: Policy, family: Family) -> Revised:
    """The new edition of the cells of `new`, given what `old` has published already; both as protected by the same policy.

    Raises DisclosureError where both editions together would leave a withheld count fewer candidates than the policy's.
    """
    if policy.revised_by is None:
        return Revised(new, new.num_rows, 0, None)
    before, after = _Edition.of(old, policy, family), _Edition.of(new, policy, family)
    at = _same_cells(before.reading, after.reading)
    stays = _stays(before, after, at, policy)
    reason = np.where(stays[NUMERATOR], before.reading.reason[at], after.reading.reason).astype(np.int8)
    values = np.where(stays, before.values[:, at], after.values)
    room = policy.revised_by - policy.round_to
    least = np.where(stays, np.maximum(before.least[:, at] - room, 0.0), after.least)
    most = np.where(stays, np.minimum(before.most[:, at] + room, UNBOUNDED), after.most)
    least, most = narrow(least, most, after.reading.relations, after.reading.kind == SHARE)
    table = _table(after.table, values, (least, most), reason)
    fewest = _attack(before.reading, read(table, family, policy))
    if fewest is not None and fewest < (policy.fewest_candidates or 0):
        raise DisclosureError("The old and the new edition together would narrow a withheld count too far; nothing goes out.")
    is_new = ~_same(after.points(policy), before.points(policy)[:, at])[NUMERATOR] & (at >= 0)
    return Revised(table, int(np.sum(is_new & ~stays[NUMERATOR])), int(np.sum(is_new & stays[NUMERATOR])), fewest)


def attack_editions(old: Reading, new: Reading, *, changed_by: float) -> tuple[Floats, Floats]:
    """Bounds of the new numerators for one who believes that no count changed by more than so many, shape (cells,).

    Where the editions contradict that belief it is given up. Cells without an old edition have only their new one.
    """
    at = _same_cells(old, new)
    believes = np.broadcast_to(at >= 0, new.least.shape).copy()
    for _ in range(_MOST_DOUBTS):
        least = np.where(believes, np.maximum(new.least, old.least[:, at] - changed_by), new.least)
        most = np.where(believes, np.minimum(new.most, old.most[:, at] + changed_by), new.most)
        carried = narrow(least, most, new.relations, new.kind == SHARE)
        doubted = _around(carried[0] > carried[1], new)
        if not np.any(doubted):
            try:
                return narrow_published(replace(new, least=least, most=most))
            except DisclosureError:
                break
        if not np.any(doubted & believes):
            break
        believes &= ~doubted
    return new.least[NUMERATOR], new.most[NUMERATOR]


def _around(rows: Rows, reading: Reading) -> Rows:
    """Contradictory parts of cells, with the wholes and parts that stand in a sum with them, (3, cells)."""
    found = rows.copy()
    for each in reading.relations:
        is_hit = rows[each.of][each.whole] | np.logical_or.reduceat(rows[each.of][each.part], each.starts)
        found[each.of][each.whole[is_hit]] = True
        found[each.of][each.part[is_hit[each.whole_of_part]]] = True
    return found


def _attack(old: Reading, new: Reading) -> int | None:
    """Fewest candidates of a withheld count, for one who believes that nothing changed, or one person."""
    if not np.any(new.is_withheld):
        return None
    found = [attack_editions(old, new, changed_by=changed_by) for changed_by in (0.0, 1.0)]
    return int(min((most - least + 1)[new.is_withheld].min() for least, most in found))


def _stays(before: _Edition, after: _Edition, at: NDArray[np.intp], policy: Policy) -> Rows:
    """Which parts keep what was published first, (3, cells)."""
    moved = np.abs(after.points(policy) - before.points(policy)[:, at])
    stays = ~(moved >= float(policy.revised_by or 0)) & (at >= 0)
    # What was not collected before has nothing to keep, and what a reason hides keeps it unless its size is told.
    stays[NUMERATOR] &= ~(np.isnan(before.values[NUMERATOR, at]) & (before.reading.reason[at] == SHOWN))
    return stays


def _same(one: Floats, other: Floats) -> Rows:
    return (one == other) | (np.isnan(one) & np.isnan(other))


def _table(new: pa.Table, values: Floats, bounds: tuple[Floats, Floats], reason: NDArray[np.int8]) -> pa.Table:
    columns = {name: new.column(name) for name in COLUMNS}
    for of, name in ((NUMERATOR, "numerator"), (DENOMINATOR, "denominator")):
        columns[name] = whole_numbers(values[of])
        columns[f"{name}_least"], columns[f"{name}_most"] = whole_numbers(bounds[0][of]), whole_numbers(bounds[1][of])
    shown = values[NUMERATOR]
    is_collected = reason != REASONS.index("not_collected")
    status = np.select([~is_collected, np.isnan(shown), shown == 0], ["not_collected", "suppressed", "zero"], default="value")
    columns["status"] = pa.array(status.tolist(), pa.string())
    columns["reason"] = pa.array([REASONS[code] for code in reason], pa.string())
    return pa.table(columns)


def _same_cells(old: Reading, new: Reading) -> NDArray[np.intp]:
    """The old row of each new one by the words of their keys, -1 for cells that are new."""

    def keys(reading: Reading) -> list[tuple[object, ...]]:
        coded = reading.coded
        return [
            (coded.indicators[indicator], coded.areas[area], coded.periods[period], coded.strata[stratum])
            for indicator, area, period, stratum in zip(
                coded.indicator.tolist(), coded.area.tolist(), coded.period.tolist(), coded.stratum.tolist(), strict=True
            )
        ]

    known = {key: at for at, key in enumerate(keys(old))}
    return np.array([known.get(key, -1) for key in keys(new)], dtype=np.intp)
