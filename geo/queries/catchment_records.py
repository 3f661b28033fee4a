"""Counts of linked records made ready for sums over chosen areas: every level as published, what is withheld as what it leaves open.

All of it is a function of the release alone. What is expected of each area, by which a withheld count is shared out: the ages of its
people where the engine has them, and the figure of all people in the same tenth of deprivation, both as published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.catchments import Answer, Refused, answer
from geo.disclosure.fill import Filled, Level, fill
from geo.disclosure.policies import CatchmentRule, load_policy
from geo.disclosure.published_counts import REACH, Protection
from geo.planning.problems import Floats, Indices
from geo.statuses import Reason

# A share of more people than these is not bounded by them: so wide an interval tells the filling nothing and costs time.
_WIDEST = 400.0
# A withheld count that the table itself bounds is one of these.
_SMALL = (1.0, 7.0)
_LEAST_EXPECTED = 1e-3


@dataclass(frozen=True)
class Packed:
    """Observations of one slice. at: positions of areas in their set, ascending; NaN where there is no figure; numbers of geo.statuses."""

    at: Indices
    numerator: Floats
    denominator: Floats
    value: Floats
    basis: NDArray[np.int16]
    status: NDArray[np.int16]
    reason: NDArray[np.int16]


@dataclass(frozen=True)
class Step:
    """One level above the finest. published: its observations, None where the release has none. parent: of every area of the level below,
    position among the areas of this one."""

    published: Packed | None
    parent: Indices


@dataclass(frozen=True)
class Expected:
    """What shares out what is withheld. people: residents; base: expected events of the finest areas, NaN or None where not known;
    tenths: of deprivation, 0 = unknown; by_tenth: published events and people of each tenth, shape (11, 2), NaN where not shown."""

    people: Floats
    base: Floats | None
    tenths: NDArray[np.int8]
    by_tenth: Floats


@dataclass(frozen=True)
class Records:
    """Counts of one indicator. atoms: positions of the areas that the records hold, ascending."""

    atoms: Indices
    numerator: Filled
    denominator: Filled
    rule: CatchmentRule

    def add(self, members: Indices, people: Floats) -> tuple[Answer, Answer] | Refused:
        """Events and people of some areas (positions in their set; those that the records do not hold are left out), or why not."""
        held = members[np.isin(members, self.atoms)]
        at = np.searchsorted(self.atoms, held).astype(np.intp)
        inhabitants = float(people[held].sum())
        events = answer(self.numerator, at, people=inhabitants, rule=self.rule)
        if isinstance(events, Refused):
            return events
        counted = answer(self.denominator, at, people=inhabitants, rule=self.rule)
        return counted if isinstance(counted, Refused) else (events, counted)


def make_records(definition: Mapping[str, object], published: Packed, steps: Sequence[Step], expected: Expected) -> Records:
    """Filled counts of one indicator. published: of the finest areas; steps: the levels above, finest first, the last one area."""
    published = _with_parents(published, steps)
    protection = Protection.of(definition)
    kind = str(definition.get("unit"))
    levels = [published, *(step.published for step in steps)]
    nodes = _nodes(published.at, [step.parent for step in steps])
    people = [_people(protection, one, at) for one, at in zip(levels, nodes, strict=True)]
    events = [_events(protection, one, at, most, kind) for one, at, (_, most, _) in zip(levels, nodes, people, strict=True)]
    denominator = _fill(people, nodes, steps, np.maximum(expected.people[published.at], 1.0))
    numerator = _fill(events, nodes, steps, _usual(denominator.mean, published.at, expected))
    rule = load_policy(str(protection.numerator)).catchments
    return Records(published.at, numerator, denominator, rule)


def _with_parents(published: Packed, steps: Sequence[Step]) -> Packed:
    """Those areas that lie in an area of every level: of others nothing says what is left for them."""
    is_in, at = np.ones(len(published.at), dtype=np.bool_), published.at
    for step in steps:
        at = np.where(is_in, step.parent[np.where(is_in, at, 0)], -1)
        is_in &= at >= 0
    columns = {one.name: getattr(published, one.name)[is_in] for one in fields(Packed)}
    return published if is_in.all() else Packed(**columns)


def _nodes(atoms: Indices, parents: Sequence[Indices]) -> list[Indices]:
    """Positions of the areas of each level that something of the finest lies in."""
    found = [atoms]
    for parent in parents:
        found.append(np.unique(parent[found[-1]]).astype(np.intp))
    return found


_Bounds = tuple[Floats, Floats, NDArray[np.bool_]]


def _people(protection: Protection, published: Packed | None, at: Indices) -> _Bounds:
    """Least and greatest number of people of each area, and whether it is withheld."""
    shown = _column(published, "denominator", at)
    reach = float(REACH[protection.denominator])
    least = np.where(shown > 0, np.maximum(shown - reach, 1.0), 0.0)
    return least, np.where(shown > 0, shown + reach, shown), np.isnan(shown)


def _events(protection: Protection, published: Packed | None, at: Indices, people: Floats, kind: str) -> _Bounds:
    """The same of events; people: the greatest number of people, which no share exceeds."""
    shown, reason = _column(published, "numerator", at), _column(published, "reason", at)
    is_withheld, reach = np.isnan(shown), float(REACH[protection.numerator])
    fewest = _SMALL[1] + 1 if protection.numerator == "hes" and kind != "days_per_100k" else 0.0
    least = np.where(is_withheld, 0.0, np.where(shown > 0, np.maximum(shown - reach, fewest), 0.0))
    most = np.where(shown > 0, shown + reach, shown)
    is_small = is_withheld & (reason == Reason.SMALL_NUMBERS)
    least, most = np.where(is_small, _SMALL[0], least), np.where(is_small, _SMALL[1], most)
    if kind == "proportion":
        bound = np.where(people <= _WIDEST, people, np.nan)
        most = np.fmin(most, np.where(np.isnan(bound), most, np.maximum(bound, least)))
    return least, most, is_withheld


def _column(published: Packed | None, name: str, at: Indices) -> Floats:
    """A column of a slice at some areas, NaN where it has no row."""
    found = np.full(len(at), np.nan)
    if published is not None and len(published.at):
        where = np.minimum(np.searchsorted(published.at, at), len(published.at) - 1)
        is_there = published.at[where] == at
        found[is_there] = getattr(published, name)[where[is_there]]
    return found


def _fill(bounds: Sequence[_Bounds], nodes: Sequence[Indices], steps: Sequence[Step], expected: Floats) -> Filled:
    levels = []
    for depth, (least, most, is_withheld) in enumerate(bounds):
        if depth < len(steps):
            parent = np.searchsorted(nodes[depth + 1], steps[depth].parent[nodes[depth]]).astype(np.intp)
        else:
            parent = np.full(len(least), -1, dtype=np.intp)
        levels.append(Level(least, most, is_withheld, expected if depth == 0 else np.ones(len(least)), parent))
    return fill(levels)


def _usual(people: Floats, atoms: Indices, expected: Expected) -> Floats:
    """Expected events of each area, above 0."""
    base = people if expected.base is None else expected.base[atoms]
    base = np.maximum(np.where(np.isfinite(base), base, people * (np.nansum(base) / max(people.sum(), 1.0))), _LEAST_EXPECTED)
    tenths = expected.tenths[atoms]
    usual = np.bincount(tenths, weights=base, minlength=11)
    counted = np.bincount(tenths, weights=people, minlength=11)
    # Of the areas at hand so many people are in each tenth; the published figure of the tenth says how many events they have.
    with np.errstate(invalid="ignore", divide="ignore"):
        share = expected.by_tenth[:, 0] / expected.by_tenth[:, 1]
        ratio = share * counted / usual
    ratio = np.where(np.isfinite(ratio) & (ratio > 0), ratio, np.nan)
    known = np.isfinite(ratio) & (usual > 0)
    middle = float((ratio[known] * usual[known]).sum() / usual[known].sum()) if known.any() else 1.0
    return np.asarray(np.maximum(base * np.where(np.isfinite(ratio), ratio, middle)[tenths], _LEAST_EXPECTED))
