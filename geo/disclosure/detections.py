"""What leaves of clusters that were found on exact counts: membership alone, of sets large enough, and no number.

A set leaves with at least 3 neighbourhoods that have persons in them and at least 10 distinct persons, for shares also 10 without the
event, and only if even its exact total, with those of the sets that leave beside it, would leave every withheld count in it as many
candidates as the policy promises. Sets stand in order of code, not of strength. The others are counted, not listed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from geo.disclosure.labels import FEWEST_AREAS, FEWEST_PERSONS, KINDS, NONE, TOO_SMALL
from geo.disclosure.policies import Policy
from geo.disclosure.rules import HIDING
from geo.disclosure.rules import REASONS as WITHHELD_FOR
from geo.errors import QualityError

# What the sets of one question are of.
_SUBJECT = ("indicator", "geography", "since", "period")
# What the solver leaves of a whole number.
_TOLERANCE = 1e-6

Numbers = NDArray[np.float64]
Members = NDArray[np.intp]


@dataclass(frozen=True)
class Atoms:
    """The neighbourhoods of one indicator and period, shape (areas,) each.

    numerator, denominator, persons: exact. least, most: what the published table leaves possible of the numerator. is_withheld: for few
    people or to hide few. is_share: the numerator is some of the denominator.
    """

    codes: tuple[str, ...]
    numerator: Numbers
    denominator: Numbers
    persons: Numbers
    least: Numbers
    most: Numbers
    is_withheld: NDArray[np.bool_]
    is_share: bool


@dataclass(frozen=True)
class Before:
    """What was told of clusters of these records before. labels: words of detections.json, in the order in which they went out.

    moved: counts that are told anew: indicator, geography, area, period. Labels change where these do and nowhere else: membership that
    came or went among counts that stand would tell that they moved, and which way.
    """

    labels: Sequence[Mapping[str, Any]] = ()
    moved: frozenset[tuple[str, ...]] = field(default_factory=frozenset)

    def of(self, question: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The same question as it was last told, None where it never was."""
        asked = (*_subject(question), question["kind"])
        told = [each for labels in self.labels for each in labels["detections"] if (*_subject(each), each["kind"]) == asked]
        return told[-1] if told else None

    def sets(self, subject: tuple[str, ...], codes: Sequence[str]) -> list[Members]:
        """All sets that were ever told of a subject, of neighbourhoods that are still counted."""
        told = (one for labels in self.labels for each in labels["detections"] if _subject(each) == subject for one in each["sets"])
        different = sorted({tuple(one["areas"]) for one in told if set(one["areas"]) <= set(codes)})
        return [_members(areas, codes) for areas in different]

    def has_moved(self, question: Mapping[str, Any], areas: Sequence[str]) -> bool:
        """Whether a count of any of these neighbourhoods is told anew."""
        indicator, geography, since, last = _subject(question)
        mine = {(area, period) for one, of, area, period in self.moved if (one, of) == (indicator, geography)}
        return any(area in areas and since <= period <= last for area, period in mine)


def let_leave(
    detected: Sequence[Mapping[str, Any]],
    cells: pa.Table,
    protected: pa.Table,
    *,
    kinds: Mapping[str, str],
    policy: Policy,
    before: Before = Before(),
) -> dict[str, Any]:
    """What may leave of the sets detected (geo/linkage/detection), as the words of detections.json.

    cells: exact; protected: the same cells as they leave (geo/disclosure/atoms.py). kinds: what each indicator is to disclosure control.
    before: what earlier editions told: their sets are known, and stand where no count of theirs is told anew.
    """
    told, refused = [], 0
    for subject in sorted({_subject(each) for each in detected}):
        mine = sorted((each for each in detected if _subject(each) == subject), key=lambda each: KINDS.index(each["kind"]))
        years = _years(mine[0], cells, protected, is_share=kinds[subject[0]] == "share")
        leaving = before.sets(subject, years[0].codes)
        for question in mine:
            first = before.of(question)
            stand = [] if first is None else [each for each in first["sets"] if not before.has_moved(question, each["areas"])]
            sets = list(stand)
            for each in sorted(question["sets"], key=lambda one: one["areas"]):
                label, members = {"direction": each["direction"], "areas": sorted(each["areas"])}, _members(each["areas"], years[0].codes)
                if label in stand:
                    continue
                is_free = first is None or before.has_moved(question, each["areas"])
                if is_free and may_leave(years, members) and candidates(years, [*leaving, members]) >= (policy.fewest_candidates or 0):
                    leaving.append(members)
                    sets.append(label)
                elif is_free:
                    refused += 1
            told.append(_told(question, sorted(sets, key=lambda one: one["areas"]), first))
    return {**NONE, "refused_sets": refused, "detections": told}


def may_leave(years: Sequence[Atoms], members: Members) -> bool:
    """Whether enough neighbourhoods and distinct persons make up a set; of shares also enough of those without the event.

    years: the periods counted together, of which one alone must have them: who comes again in another is not counted twice.
    """
    return any(_is_large(atoms, members) for atoms in years)


def candidates(years: Sequence[Atoms], sets: Sequence[Members]) -> float:
    """The fewest values that any withheld count of these sets could have for somebody who knew their exact totals of every period.

    Counts that the published table itself leaves no more to are not the sets' doing and are left out. Infinite where nothing is withheld.
    """
    return min(_fewest(atoms, sets) for atoms in years)


def _is_large(atoms: Atoms, members: Members) -> bool:
    counts = [atoms.persons[members]]
    if atoms.is_share:
        counts.append(atoms.denominator[members] - atoms.numerator[members])
    return all(np.count_nonzero(count) >= FEWEST_AREAS and count.sum() >= FEWEST_PERSONS for count in counts)


def _fewest(atoms: Atoms, sets: Sequence[Members]) -> float:
    """The fewest candidates in one period."""
    inside = np.unique(np.concatenate(sets))
    place = {int(at): column for column, at in enumerate(inside)}
    rows = [(row, place[int(at)]) for row, members in enumerate(sets) for at in members]
    known = sparse.csr_array((np.ones(len(rows)), tuple(zip(*rows, strict=True))), shape=(len(sets), len(inside)))
    totals = np.array([atoms.numerator[members].sum() for members in sets])
    bounds = np.column_stack([atoms.least[inside], atoms.most[inside]])
    fewest = np.inf
    for column in np.flatnonzero(atoms.is_withheld[inside]):
        aim = np.zeros(len(inside))
        aim[column] = 1.0
        least, most = (sign * linprog(sign * aim, A_eq=known, b_eq=totals, bounds=bounds).fun for sign in (1.0, -1.0))
        left = _whole(least, most)
        if left < _whole(*bounds[column]):
            fewest = min(fewest, left)
    return fewest


def _told(question: Mapping[str, Any], sets: list[dict[str, Any]], first: Mapping[str, Any] | None) -> dict[str, Any]:
    """One question with what came of it, as it leaves. first: as it was told before: nothing new is said where its sets are the same."""
    reason = question["reason"] or (TOO_SMALL if question["sets"] and not sets else "")
    state = "found" if sets else "refused" if reason else "nothing_found"
    if first is not None and sets == first["sets"]:
        state, reason = first["state"], first["reason"]
    named = {name: question[name] for name in (*_SUBJECT, "kind", "adjustment", "taken_account_of")}
    return {**named, "state": state, "reason": reason, "sets": sets}


def _members(areas: Sequence[str], codes: Sequence[str]) -> Members:
    return np.array([codes.index(code) for code in areas], dtype=np.intp)


def _subject(question: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(question[name] for name in _SUBJECT)


def _years(question: Mapping[str, Any], cells: pa.Table, protected: pa.Table, *, is_share: bool) -> list[Atoms]:
    """The neighbourhoods of a question, by code, in each of its periods."""
    exact, shown = (_of(table, question) for table in (cells, protected))
    codes = sorted(set(exact["area"].to_pylist()))
    parts = [
        [table.filter(pc.equal(table["period"], period)) for table in (exact, shown)] for period in sorted(set(exact["period"].to_pylist()))
    ]
    return [_atoms(counted, published, codes, is_share=is_share) for counted, published in parts]


def _of(table: pa.Table, question: Mapping[str, Any]) -> pa.Table:
    """The rows of everybody in a question's neighbourhoods and periods."""
    wanted = {name: question[name] for name in ("indicator", "geography")} | {"dimension": ""}
    for name, value in wanted.items():
        table = table.filter(pc.equal(table[name], value))
    is_within = pc.and_(pc.greater_equal(table["period"], question["since"]), pc.less_equal(table["period"], question["period"]))
    return table.filter(is_within)


def _atoms(exact: pa.Table, shown: pa.Table, codes: list[str], *, is_share: bool) -> Atoms:
    counted, published = ({row["area"]: row for row in table.to_pylist()} for table in (exact, shown))
    if set(counted) != set(published):
        raise QualityError("The protected table does not hold the areas that were counted.")

    def numbers(rows: Mapping[str, Mapping[str, Any]], name: str, missing: float = 0.0) -> Numbers:
        found = (rows.get(code, {}).get(name) for code in codes)
        return np.array([missing if value is None else value for value in found], dtype=np.float64)

    hiding = {WITHHELD_FOR[at] for at in HIDING}
    denominator = numbers(counted, "denominator")
    # Where the table bounds nothing, the people are the bound of a share, and nothing is one of events.
    most = numbers(published, "numerator_most", np.nan)
    return Atoms(
        codes=tuple(codes),
        numerator=numbers(counted, "numerator"),
        denominator=denominator,
        persons=numbers(counted, "persons"),
        least=numbers(published, "numerator_least"),
        most=np.where(np.isnan(most), denominator if is_share else np.inf, most),
        is_withheld=np.array([published.get(code, {}).get("reason") in hiding for code in codes]),
        is_share=is_share,
    )


def _whole(least: float, most: float) -> float:
    """How many whole numbers lie from one to the other."""
    return float(np.floor(most + _TOLERANCE) - np.ceil(least - _TOLERANCE) + 1) if np.isfinite(most) else np.inf
