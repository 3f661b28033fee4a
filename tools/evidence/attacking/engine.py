"""What the engine makes of the areas of a slice, as formulas that are turned round: estimates, chances, findings' people, contrasts."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.codes import GEOGRAPHIES
from geo.disclosure.policies import load_policy
from geo.disclosure.rules import SUM, publish
from geo.findings.estimates import estimate_areas
from geo.findings.expected import Expectation, expect
from geo.findings.judging import Question, judge
from geo.findings.protection import fit, protect
from geo.findings.slices import Areas, Slice
from geo.models import Release
from geo.operations.linking import POLICY
from geo.releases.definitions import Definition
from tools.evidence.attacking.rows import CANDIDATES, TOLERANCE, Row

# Withheld counts tried in each slice, for every value needs a model of all areas; and slices of each kind of measure.
TRIED, SLICES = 3, 2
_RULE = load_policy(POLICY)


def slices_of(joined: pd.DataFrame, by_measure: dict[str, Definition]) -> Iterator[tuple[Definition, pd.DataFrame]]:
    """Newest years of neighbourhoods with the most withheld small counts, of shares and of rates."""
    mine = joined[(joined["geography"] == "lsoa21") & (joined["stratum"] == "all") & joined["indicator"].isin(by_measure)]
    directed = {name for name, one in by_measure.items() if one.content["polarity"] != "none"}
    mine = mine[mine["indicator"].isin(directed) & (mine["kind"] != SUM) & mine["denominator"].notna() & (mine["denominator"] >= 200)]
    mine = mine[mine["reason"].isin(["", "small_numbers"])]
    small = mine[mine["reason"] == "small_numbers"].groupby(["kind", "indicator", "period"]).size()
    for kind in sorted(set(mine["kind"])):
        best = small.get(kind, pd.Series(dtype=int)).sort_values(ascending=False) if kind in small.index else pd.Series(dtype=int)
        for indicator, period in list(best.index)[:SLICES]:
            found = mine[(mine["indicator"] == indicator) & (mine["period"] == period)]
            if len(found) >= 30:
                yield by_measure[indicator], found.reset_index(drop=True)


def invert_models(rows: dict[str, Row], definition: Definition, mine: pd.DataFrame) -> None:
    """What the engine thinks of each area: expected values, shrunken ones, exceedance, chances, findings' people, contrasts."""
    targets = np.flatnonzero((mine["reason"] == "small_numbers") & mine["exact"].between(1, CANDIDATES[-1]))[:TRIED]
    for is_exact in (False, True):
        for at in targets:
            made = [_engine(definition, with_count(mine, at, each), is_exact=is_exact) for each in CANDIDATES]
            truth = made[int(mine["exact"][at]) - 1]
            for name, figures in truth.items():
                alike = [np.allclose(one[name], figures, rtol=1e-9, atol=TOLERANCE, equal_nan=True) for one in made]
                row = rows.setdefault(name, Row(_OF[name]))
                row.add(int(not is_exact), int(not is_exact and not all(alike)), int(is_exact and not all(alike)))


_ENGINE = "published counts of all areas of the slice, as intervals"
_OF = {
    "expected value": _ENGINE,
    "shrunken value": _ENGINE,
    "its lower limit": _ENGINE,
    "its upper limit": _ENGINE,
    "exceedance": _ENGINE,
    "reliability": _ENGINE,
    "funnel": _ENGINE,
    "p of an area": _ENGINE,
    "z of an area": _ENGINE,
    "people of a finding about an area": _ENGINE,
    "contrast of two halves of the areas (ratio, limits, people)": _ENGINE,
}


def with_count(mine: pd.DataFrame, at: int, count: int) -> pd.DataFrame:
    """The cells with another count in one of them, published by the rule."""
    changed = mine.copy()
    changed.loc[at, "exact"] = count
    shown = float(publish(np.array([float(count)]), _RULE)[0][0])
    changed.loc[at, "numerator"] = np.nan if np.isnan(shown) else shown
    return changed


def _engine(definition: Definition, mine: pd.DataFrame, *, is_exact: bool) -> dict[str, np.ndarray]:
    """All figures of all areas of a slice; every one is looked at, for one count may be seen in another area's figure."""
    content = {key: value for key, value in definition.content.items() if not (is_exact and key == "policy")}
    part = Slice(0, GEOGRAPHIES["lsoa21"].id, 0, 0, "all", "", "", 0, "", content, 1)
    areas = protect(part, _areas(mine, part, is_exact=is_exact))
    usual = expect(part, areas, "none") if part.unit == "proportion" else _alike(areas)
    question = Question(Release(), part, areas, usual, judge(part, areas, usual))
    found = estimate_areas(question, None, None)
    is_member = (np.arange(len(areas)) % 2).astype(float)
    kind = "proportion" if part.unit == "proportion" else "rate"
    contrast = fit(areas.numerator, areas.counts, people=areas.denominator, is_member=is_member, clusters=areas.cluster, kind=kind)
    return {
        "expected value": found["expected"],
        "shrunken value": found["shrunken"],
        "its lower limit": found["shrunken_lower"],
        "its upper limit": found["shrunken_upper"],
        "exceedance": found["exceedance"],
        "reliability": found["reliability"],
        "funnel": found["funnel"],
        "p of an area": question.judged.p,
        "z of an area": question.judged.z,
        "people of a finding about an area": areas.numerator - usual.numerator,
        "contrast of two halves of the areas (ratio, limits, people)": np.array(
            [contrast.ratio, contrast.ratio_lower, contrast.ratio_upper, contrast.excess, contrast.excess_lower, contrast.excess_upper]
        ),
    }


def _alike(areas: Areas) -> Expectation:
    """The rate of all areas together, where ages are not known."""
    return Expectation("none", areas.denominator * (areas.numerator.sum() / areas.denominator.sum()), "")


def _areas(mine: pd.DataFrame, part: Slice, *, is_exact: bool) -> Areas:
    """The areas as they are read from a release; exact ones as they would be were nothing protected."""
    size = len(mine)
    exact = mine["exact"].to_numpy(dtype=float)
    numerator = exact if is_exact else mine["numerator"].to_numpy(dtype=float, na_value=np.nan)
    people = mine["people" if is_exact else "denominator"].to_numpy(dtype=float)
    empty, names = np.full(size, np.nan), mine["area"].tolist()
    return Areas(
        ids=np.arange(size, dtype=np.int64),
        codes=names,
        names=names,
        numerator=numerator,
        denominator=people,
        value=numerator / people * part.per,
        lower=empty,
        upper=empty,
        is_reliable=np.ones(size, dtype=np.bool_),
        is_suppressed=np.isnan(numerator),
        x=empty,
        y=empty,
        decile=empty,
        index="",
        regions=[""] * size,
        cluster=np.arange(size, dtype=np.int64) // 4,
    )
