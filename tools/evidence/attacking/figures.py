"""Formula inversion: what each published figure would give back of a withheld count, made as the house makes it, and of exact counts.

An attacker knows everything but one withheld count, the exact counts of all other areas among it, and how a figure is made. For every
value that the count may have the figure is made anew; values for which it would look otherwise are ruled out.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields

import numpy as np
import pandas as pd

from geo.disclosure.attacks import invert, invert_ranks
from geo.disclosure.claims import SliceFacts
from geo.disclosure.rules import FEW_WITHOUT, HIDING, KINDS, REASONS, SUM, Counts, mark
from geo.queries.groups import Group
from geo.queries.slopes import measure_steepness
from geo.releases.build_linked import ENGLAND, Protected, figures_of
from geo.releases.definitions import Definition
from geo.statistics.ethnicity import completeness, masking_bounds
from tools.evidence.attacking.engine import invert_models, slices_of, with_count
from tools.evidence.attacking.rows import CANDIDATES, TOLERANCE, Row
from tools.evidence.attacking.worlds import Attacked

OF_ROWS = ("value", "lower", "upper", "status", "reason", "comparison", "is_reliable")


def invert_all(attacked: Attacked, definitions: dict[str, Definition]) -> dict[str, Row]:
    """Every figure, by name."""
    rows: dict[str, Row] = {}
    joined = _joined(attacked)
    by_measure = {one.measure["indicator"]: one for one in definitions.values() if one.content["family"] == "linked"}
    for indicator, mine in joined.groupby("indicator"):
        if indicator in by_measure:
            _invert_rows(rows, attacked, by_measure[str(indicator)], mine)
    for definition, mine in slices_of(joined, by_measure):
        invert_models(rows, definition, mine)
        _invert_ranks(rows, mine)
    for definition, mine in _deciles(joined, by_measure):
        _invert_slopes(rows, definition, mine)
    for mine in _ethnic(joined):
        _invert_masking(rows, mine)
    return rows


def _joined(attacked: Attacked) -> pd.DataFrame:
    """The published cells with their exact counts, and what kind of measure they are of."""
    keys = ["indicator", "geography", "area", "period", "dimension", "stratum"]
    exact = attacked.cells.select([*keys, "numerator", "denominator"]).to_pandas()
    exact = exact.rename(columns={"numerator": "exact", "denominator": "people"})
    found = attacked.left.table.to_pandas().merge(exact, on=keys, validate="one_to_one")
    found["kind"] = found["indicator"].map(lambda name: KINDS[attacked.family.measures[name]])
    found["hidden"] = found["reason"].isin([REASONS[code] for code in HIDING])
    return found


def _invert_rows(rows: dict[str, Row], attacked: Attacked, definition: Definition, mine: pd.DataFrame) -> None:
    """Figures of one area: all withheld counts of an indicator at once."""
    mine = mine[mine["hidden"] & (mine["kind"] != SUM) & mine["exact"].notna()]
    is_few = (mine["reason"] == REASONS[FEW_WITHOUT]).to_numpy()
    people, exact = (mine[name].to_numpy(dtype=float) for name in ("people", "exact"))
    step = np.where(is_few, people - exact, exact)
    mine, is_few, people, step = (each[(step >= 1) & (step <= CANDIDATES[-1])] for each in (mine, is_few, people, step))
    if not len(mine):
        return
    england = mine["geography"].to_numpy() == ENGLAND
    benchmark = np.where(england, np.nan, 0.5 * (1 if definition.unit == "proportion" else 1_000))
    shown = Protected.of(mine)

    def of(counts: np.ndarray, is_exact: bool) -> dict[str, np.ndarray]:
        made = _exactly(shown, counts, people) if is_exact else _published(shown, counts, people, mine["kind"].to_numpy(), attacked)
        told = figures_of(made, definition, benchmark=benchmark)
        return {name: np.asarray(getattr(told, name), dtype=float) for name in OF_ROWS}

    possible = np.array([(np.where(is_few, people - each, each) >= 0) & (each <= people) for each in CANDIDATES])
    for is_exact in (False, True):
        true = of(np.where(is_few, people - step, step), is_exact)
        made = [of(np.clip(np.where(is_few, people - each, each), 0, people), is_exact) for each in CANDIDATES]
        for name in OF_ROWS:
            alike = np.array([np.isclose(one[name], true[name], rtol=0, atol=TOLERANCE, equal_nan=True) for one in made])
            narrowed = int(np.sum(np.any(possible & ~alike, axis=0)))
            row = rows.setdefault(f"{_TITLES[name]}", Row("protected counts of the row and their bounds"))
            row.add(0 if is_exact else len(mine), 0 if is_exact else narrowed, narrowed if is_exact else 0)


_TITLES = {
    "value": "value (rate, share)",
    "lower": "lower limit",
    "upper": "upper limit",
    "status": "status",
    "reason": "reason of absence",
    "comparison": "comparison (with a fixed benchmark)",
    "is_reliable": "reliable or not",
}


def _exactly(shown: Protected, counts: np.ndarray, people: np.ndarray) -> Protected:
    """The row as it would be were exact counts shown."""
    words = np.full(len(counts), "value", dtype=object), np.full(len(counts), "", dtype=object)
    return Protected(counts, people, counts, counts, people, people, *words)


def _published(shown: Protected, counts: np.ndarray, people: np.ndarray, kind: np.ndarray, attacked: Attacked) -> Protected:
    """The row as the rule makes it of other counts: as it stands where they are withheld for the same reason, or the level is."""
    nan = np.full(len(counts), np.nan)
    marks = mark(Counts(kind.astype(np.int8), counts, people, counts, nan, nan, nan), attacked.policy)
    reason = np.array([REASONS.index(word) for word in shown.reason])
    # A level goes as a whole, whatever one of its counts is.
    is_same = (marks.reason == reason) | (reason == REASONS.index("level_withheld"))
    columns = {one.name: getattr(shown, one.name).copy() for one in fields(Protected)}
    columns["numerator"] = np.where(is_same, columns["numerator"], marks.numerator)
    columns["numerator_least"] = np.where(is_same, columns["numerator_least"], marks.least[0])
    columns["numerator_most"] = np.where(is_same, columns["numerator_most"], marks.most[0])
    columns["reason"] = np.where(is_same, columns["reason"], [REASONS[code] for code in marks.reason])
    columns["status"] = np.where(is_same, columns["status"], np.where(np.isnan(marks.numerator), "suppressed", "value"))
    return Protected(**columns)


def _invert_ranks(rows: dict[str, Row], mine: pd.DataFrame) -> None:
    """The rank of an area among all: withheld ones have none."""
    people, exact = (mine[name].to_numpy(dtype=float) for name in ("people", "exact"))
    hidden = (mine["reason"] == "small_numbers").to_numpy()
    values = np.where(hidden, np.nan, exact / people)
    every = np.argsort(np.argsort(exact / people)).astype(float)
    row = rows.setdefault("rank among areas", Row("published values; withheld ones have none"))
    for is_exact, ranks in ((False, np.where(hidden, np.nan, every)), (True, every)):
        low, high = invert_ranks(values, ranks)
        tried = np.array(CANDIDATES)[:, np.newaxis] / people
        narrowed = int(np.sum(np.any((tried < low) | (tried > high), axis=0) & hidden))
        row.add(int(hidden.sum()) * (not is_exact), narrowed * (not is_exact), narrowed * is_exact)


def _deciles(joined: pd.DataFrame, by_measure: dict[str, Definition]) -> Iterator[tuple[Definition, pd.DataFrame]]:
    """Ten groups of one area and year of which one at least is withheld."""
    mine = joined[
        joined["stratum"].str.fullmatch(r"decile-\d+") & joined["indicator"].isin(by_measure) & (joined["kind"] == KINDS["share"])
    ]
    taken = 0
    for (indicator, *_), found in mine.groupby(["indicator", "geography", "area", "period"]):
        found = found.assign(decile=found["stratum"].str[7:].astype(int)).sort_values("decile").reset_index(drop=True)
        is_tried = (found["reason"] == "small_numbers") & found["exact"].between(1, CANDIDATES[-1])
        if len(found) == 10 and is_tried.any() and taken < 20:
            taken += 1
            yield by_measure[str(indicator)], found


def _invert_slopes(rows: dict[str, Row], definition: Definition, mine: pd.DataFrame) -> None:
    """SII and RII of the people by tenth of deprivation."""
    row = rows.setdefault("slope and relative index (SII, RII)", Row("published counts of ten groups; not made where one is withheld"))
    for at in np.flatnonzero((mine["reason"] == "small_numbers") & mine["exact"].between(1, CANDIDATES[-1]))[:1]:
        for is_exact in (False, True):
            counts = np.array(CANDIDATES, dtype=float)
            made = [_slope(definition, with_count(mine, at, each), is_exact=is_exact) for each in CANDIDATES]
            by_count = dict(zip(counts.tolist(), made, strict=True))
            # Where no slope is made every count looks alike.
            figure: Callable[[np.ndarray], np.ndarray] = lambda some: np.nan_to_num([by_count[one] for one in some], nan=-1.0)  # noqa: B023, E731
            truth = np.nan_to_num(by_count[float(mine["exact"][at])], nan=-1.0)
            is_narrowed = len(invert(figure, truth, counts=counts, tolerance=TOLERANCE)) < len(CANDIDATES)
            row.add(int(not is_exact), int(not is_exact and is_narrowed), int(is_exact and is_narrowed))


def _slope(definition: Definition, mine: pd.DataFrame, *, is_exact: bool) -> float:
    numerator, people = _counts(mine, is_exact=is_exact)
    groups = []
    for at in range(10):
        n, d = (None if np.isnan(one) else float(one) for one in (numerator[at], people[at]))
        value = n / d if n is not None and d else None
        groups.append(Group(at + 1, n, d, value, None, None, "value" if value is not None else "suppressed", None, None, None))
    content = {key: value for key, value in definition.content.items() if not (is_exact and key == "policy")}
    found = measure_steepness(groups, content, SliceFacts.of(content, area_type="country", is_modelled=False))
    return float("nan") if found.sii is None else float(found.sii.value)


def _ethnic(joined: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Ethnic groups of one area and year, people of unknown group among them, of which a count is withheld."""
    mine = joined[(joined["dimension"] == "ethnicity") & (joined["kind"] == KINDS["share"])]
    taken = 0
    for _, found in mine.groupby(["indicator", "geography", "area", "period"]):
        found = found.reset_index(drop=True)
        unknown = found["stratum"].isin(["not-known", "not-stated", "conflicting"])
        is_tried = (found["reason"] == "small_numbers") & found["exact"].between(1, CANDIDATES[-1])
        if unknown.any() and (~unknown).any() and is_tried.any() and taken < 200:
            taken += 1
            yield found.assign(unknown=unknown, tried=is_tried)


def _invert_masking(rows: dict[str, Row], mine: pd.DataFrame) -> None:
    """Bounds of a group's rate by who may belong to it, and completeness: sums of counts of which one is withheld are not made."""
    at = int(np.flatnonzero(mine["tried"])[0])
    unknown = mine["unknown"].to_numpy()
    for name, made_of in (("masking bounds", _masked), ("completeness, made of numerators", _complete)):
        row = rows.setdefault(name, Row("published counts of an area's groups; not made where one is withheld"))
        for is_exact in (False, True):
            made = [made_of(with_count(mine, at, each), unknown, is_exact=is_exact) for each in CANDIDATES]
            truth = made[int(mine["exact"][at]) - 1]
            is_narrowed = not all(np.allclose(one, truth, rtol=0, atol=TOLERANCE, equal_nan=True) for one in made)
            row.add(int(not is_exact), int(not is_exact and is_narrowed), int(is_exact and is_narrowed))


def _counts(mine: pd.DataFrame, *, is_exact: bool) -> tuple[np.ndarray, np.ndarray]:
    names = ("exact", "people") if is_exact else ("numerator", "denominator")
    numerator, people = (mine[name].to_numpy(dtype=float, na_value=np.nan) for name in names)
    return numerator, people


def _masked(mine: pd.DataFrame, unknown: np.ndarray, *, is_exact: bool) -> np.ndarray:
    numerator, people = _counts(mine, is_exact=is_exact)
    events, whole = numerator[unknown].sum(), people[unknown].sum()
    ends = []
    for x, n in zip(numerator[~unknown], people[~unknown], strict=True):
        can = np.isfinite([x, n, events, whole]).all() and x <= n and events <= whole
        bounds = masking_bounds([x], people=[n], unknown_events=[events], unknown_people=[whole]) if can else None
        ends += [bounds.lower[0], bounds.upper[0]] if bounds else [np.nan, np.nan]
    return np.array(ends)


def _complete(mine: pd.DataFrame, unknown: np.ndarray, *, is_exact: bool) -> np.ndarray:
    """Of numbers of people with the event: what would be told were completeness made of numerators."""
    numerator, _ = _counts(mine, is_exact=is_exact)
    if np.isnan(numerator).any():
        return np.array([np.nan])
    everybody, named = [numerator.sum()], [numerator[~unknown].sum()]
    return np.asarray(completeness(everybody, recorded=named, known=named, usable=named).known)
