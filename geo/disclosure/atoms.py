"""From exact counts to what may leave: each cell shown, rounded or withheld, with what its published form and family allow.

Runs once, inside the secure side, over everything that was derived from the same records; nothing downstream sees an exact count.
The result depends on the cells alone: not on the order of rows, and twice the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.cores import on_every_core
from geo.disclosure.family import KEYS, Coded, Family, code, group_indicators, kinds_of, link
from geo.disclosure.policies import Policy
from geo.disclosure.relations import relate_known, settle, told_by_absence
from geo.disclosure.rules import (
    DENOMINATOR,
    FEW_WITHOUT,
    HIDING,
    NOT_COLLECTED,
    NUMERATOR,
    PERCENTAGE,
    REASONS,
    SHARE,
    UNBOUNDED,
    Counts,
    Floats,
    Marks,
    mark,
)
from geo.disclosure.sums import Room
from geo.disclosure.withholding import Withheld, show_implied_zeros, withhold_what_is_too_narrow
from geo.disclosure.yardsticks import Setting, fewest_left, sums_left
from geo.errors import DisclosureError

COLUMNS = (
    *KEYS,
    "numerator",
    "denominator",
    "numerator_least",
    "numerator_most",
    "denominator_least",
    "denominator_most",
    "status",
    "reason",
)

# Cells for which beginning a process a core (a second or two) is worth its while.
_MANY = 100_000


@dataclass(frozen=True)
class Protected:
    """What leaves, and what stays. table: the columns of COLUMNS, in order of the keys, null = withheld or not known.

    audit: each withheld cell with the rule that withheld it, no count; it stays inside. facts: numbers for the manifest.
    """

    table: pa.Table
    audit: pa.Table
    facts: dict[str, Any]


def protect(cells: pa.Table, policy: Policy, family: Family) -> Protected:
    """Protect every count from the same records together.

    cells: columns of KEYS, numerator, denominator, persons (distinct, in the numerator), providers, largest, and where they are kept
    second, numerator_key, denominator_key. Raises DisclosureError for cells that contradict themselves or cannot be protected; its
    message holds no count.
    """
    if cells.num_rows == 0:
        raise DisclosureError("There are no cells to protect.")
    each = _protect_each(apart(cells, family), policy, family)
    return Protected(
        pa.concat_tables(in_order([one.table for one in each])),
        pa.concat_tables(in_order([one.audit for one in each])),
        _facts(policy, [one.facts for one in each]),
    )


def _protect_each(parts: Sequence[pa.Table], policy: Policy, family: Family) -> list[Protected]:
    """The parts protected one by one."""
    return on_every_core(_protect_together, [(part, policy, family) for part in parts], [part.num_rows for part in parts], many=_MANY)


def apart(cells: pa.Table, family: Family) -> list[pa.Table]:
    """The cells of each group of indicators that sums connect: one group says nothing of another."""
    column = cells.column("indicator").combine_chunks()
    if column.null_count:
        raise DisclosureError(f"{column.null_count} cells have no indicator")
    encoded = column.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    group = group_indicators(names, family)
    number = np.array(group, dtype=np.int64)[encoded.indices.to_numpy()]
    order = np.argsort(number, kind="stable")
    ends = np.cumsum(np.bincount(number, minlength=max(group) + 1))
    taken = cells.take(pa.array(order))
    return [taken.slice(end - size, size) for end, size in zip(ends.tolist(), np.diff(ends, prepend=0).tolist(), strict=True)]


def in_order(tables: list[pa.Table]) -> list[pa.Table]:
    """The rows of each indicator, in order of the indicators; within a table they are in that order already."""
    pieces = []
    for table in tables:
        encoded = table.column("indicator").combine_chunks().dictionary_encode()
        names = encoded.dictionary.to_pylist()
        start = 0
        for name, size in zip(names, np.bincount(encoded.indices.to_numpy(), minlength=len(names)).tolist(), strict=True):
            pieces.append((name, table.slice(start, size)))
            start += size
    return [piece for _, piece in sorted(pieces, key=lambda pair: pair[0])] or tables


def _protect_together(cells: pa.Table, policy: Policy, family: Family) -> Protected:
    """Protect the cells of indicators that sums connect."""
    coded = code(cells)
    kind = kinds_of(coded, family)
    counts = read_counts(cells, coded.order, kind)
    marks = mark(counts, policy)
    exact = np.stack([counts.numerator, counts.denominator - counts.numerator, counts.denominator])
    relations = [*settle(link(coded, family), coded, exact, kind), *relate_known(coded, family, exact, kind)]
    few_without = bool(np.any((marks.reason == FEW_WITHOUT) & (kind == SHARE)))
    told, room = told_by_absence(coded, family, exact, kind), Room.of(counts, marks, policy)
    setting = Setting(coded, kind, policy, relations, told_outside(coded, policy), exact, few_without, told, room)
    show_implied_zeros(marks, setting)
    withheld = withhold_what_is_too_narrow(marks, setting)
    marks = withheld.marks
    least, most = setting.narrow(marks.least, marks.most)
    return Protected(_table(coded, marks, least, most), _audit(coded, marks), _facts_of(coded, withheld, setting))


def read_counts(cells: pa.Table, order: NDArray[np.intp], kind: NDArray[np.int8]) -> Counts:
    """The counts in the order of the keys."""
    missing = {"numerator", "denominator", "persons"} - set(cells.column_names)
    if missing:
        raise DisclosureError(f"the cells have no column {', '.join(sorted(missing))}")

    def numbers(name: str) -> Floats:
        if name not in cells.column_names:
            return np.full(len(order), np.nan)
        column = cells.column(name).cast(pa.float64())
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)[order]

    def keys(name: str) -> NDArray[np.int64] | None:
        return cells.column(name).to_numpy()[order].astype(np.int64) if name in cells.column_names else None

    return Counts(
        kind=kind,
        numerator=numbers("numerator"),
        denominator=numbers("denominator"),
        persons=numbers("persons"),
        providers=numbers("providers"),
        largest=numbers("largest"),
        second=numbers("second"),
        numerator_key=keys("numerator_key"),
        denominator_key=keys("denominator_key"),
    )


def told_outside(coded: Coded, policy: Policy) -> NDArray[np.bool_]:
    """Rows whose exact numerator another publisher gives: totals of all people, not of groups."""
    found = np.zeros(len(coded.key), dtype=bool)
    for total in policy.outside:
        areas = np.array([geography == total.geography for geography, _ in coded.areas])[coded.area]
        strata = np.array([pair == ("", "all") for pair in coded.strata])[coded.stratum]
        indicators = np.array([total.indicator in ("*", name) for name in coded.indicators])[coded.indicator]
        found |= areas & strata & indicators
    return found


def _table(coded: Coded, marks: Marks, least: Floats, most: Floats) -> pa.Table:
    is_collected = marks.reason != NOT_COLLECTED
    status = np.select(
        [~is_collected, np.isnan(marks.numerator), marks.numerator == 0], ["not_collected", "suppressed", "zero"], default="value"
    )
    columns = [
        *_keys(coded),
        whole_numbers(marks.numerator),
        whole_numbers(marks.denominator),
        whole_numbers(np.where(is_collected, least[NUMERATOR], np.nan)),
        whole_numbers(np.where(is_collected, most[NUMERATOR], np.nan)),
        whole_numbers(least[DENOMINATOR]),
        whole_numbers(most[DENOMINATOR]),
        pa.array(status.tolist(), pa.string()),
        _words(REASONS, marks.reason),
    ]
    return pa.table(dict(zip(COLUMNS, columns, strict=True)))


def _audit(coded: Coded, marks: Marks) -> pa.Table:
    """Every withheld cell with its rule and what of it is withheld."""
    is_hidden = np.isnan(marks.numerator) | np.isnan(marks.denominator)
    both = np.isnan(marks.numerator).astype(int) + 2 * np.isnan(marks.denominator)
    table = pa.table(
        {
            **dict(zip(KEYS, _keys(coded), strict=True)),
            "withheld": _words(("", "numerator", "denominator", "both"), both),
            "rule": _words(REASONS, marks.reason),
        }
    )
    return table.filter(pa.array(is_hidden))


def _facts_of(coded: Coded, withheld: Withheld, setting: Setting) -> dict[str, Any]:
    reason = withheld.marks.reason
    fewest, told = fewest_left(withheld.marks, setting)
    return {
        "cells": len(reason),
        "withheld": {REASONS[code]: int(np.sum(reason == code)) for code in (*HIDING, PERCENTAGE)},
        "withheld_for_the_family": withheld.cells,
        "fewest_candidates": fewest,
        "told_by_others": told,
        "sums": sums_left(withheld.marks, setting),
        "levels_withheld": _name_levels(coded, withheld.lost, setting),
    }


def _name_levels(coded: Coded, lost: NDArray[np.bool_], setting: Setting) -> list[str]:
    """Each level that went as a whole, in words: indicator, areas, dimension, period where it is of one, and whether its people went."""
    found = set()
    for part, groups in ((0, setting.slices), (1, setting.slices)):
        for row in np.unique(groups[lost[part]], return_index=True)[1].tolist():
            at = np.flatnonzero(lost[part])[row]
            dimension = coded.strata[coded.stratum[at]][0]
            words = (coded.indicators[coded.indicator[at]], coded.areas[coded.area[at]][0], dimension, coded.periods[coded.period[at]])
            found.add(" ".join(word for word in words if word) + (" (people)" if part else ""))
    return sorted(found)


def _facts(policy: Policy, each: list[dict[str, Any]]) -> dict[str, Any]:
    """Numbers about the whole, none about a cell."""
    fewest = min(one["fewest_candidates"] for one in each)
    return {
        "policy": policy.name,
        "cells": sum(one["cells"] for one in each),
        "withheld": {reason: sum(one["withheld"][reason] for one in each) for reason in each[0]["withheld"]},
        "withheld_for_the_family": sum(one["withheld_for_the_family"] for one in each),
        "fewest_candidates": None if np.isinf(fewest) else int(fewest),
        "told_by_others": sum(one["told_by_others"] for one in each),
        "sums": {name: sum(one["sums"][name] for one in each) for name in each[0]["sums"]},
        "levels_withheld": sorted(name for one in each for name in one["levels_withheld"]),
    }


def _keys(coded: Coded) -> list[pa.Array]:
    return [
        _words(coded.indicators, coded.indicator),
        _words([geography for geography, _ in coded.areas], coded.area),
        _words([area for _, area in coded.areas], coded.area),
        _words(coded.periods, coded.period),
        _words([dimension for dimension, _ in coded.strata], coded.stratum),
        _words([stratum for _, stratum in coded.strata], coded.stratum),
    ]


def _words(words: Sequence[str], numbers: NDArray[np.integer]) -> pa.Array:
    return pa.array(list(words), pa.string()).take(pa.array(numbers))


def whole_numbers(values: Floats) -> pa.Array:
    """Whole numbers; null where missing or without a bound."""
    is_null = np.isnan(values) | (values >= UNBOUNDED)
    return pa.array(np.where(is_null, 0, values).astype(np.int64), mask=is_null)
