"""Judging what a release tells against what was planted: found or not, how much was told, and how much of it is false.

Everything is judged from the release that is made of the protected table, as a user of the service is told it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from django.contrib.gis.db.models import Union
from django.db.models import F

from geo.models import Area, Detection, FindingArea, Observation, Release
from geo.releases.definitions import load_definitions
from geo.statistics.ethnicity import WIDEST_SHOWN, masking_bounds
from geo.statistics.gaps import relative_gap
from geo.statistics.rates import Estimate
from geo.statuses import Comparison, Reason, word
from geo.strata import is_unknown
from tools.evidence.planted.cases import DISTRICT, DISTRICTS, GROUPS, HIDDEN, MIDDLE, NEIGHBOURHOODS, PLACES, Case
from tools.evidence.planted.worlds import Made

# A ratio nearer to 1 is told nowhere in the service.
LEAST_RATIO = 1.05
REFERENCE, EVERYBODY = "white-british", "all"
PLACE_KINDS = (Detection.Kind.PRIORITY, Detection.Kind.HOT_SPOT, Detection.Kind.SCAN_WINDOW)
# So many planted areas must be named at least: as many as a set of neighbours that the secure side may tell.
FEWEST_NAMED = 3
# The indicator in which no group differs by the generator.
ALIKE = "smi-all-six"
# NHS categories of the groups that the hidden gap is of; the last day of the records.
CODES = {"indian": "H", "pakistani": "J", "bangladeshi": "K"}
LAST_DAY = pd.Timestamp(2026, 6, 30)
# The chance at which null worlds may report anything, over all questions together.
FAMILY_WISE = 0.05


@dataclass
class Verdict:
    """What came of one world. told, false: areas, figures or groups, as the case is judged. facts: numbers; missing: what was not found
    and why. failed: why there is no verdict, "" where there is one."""

    case: str
    seed: int
    code: str
    people: int = 0
    found: bool = False
    told: int = 0
    false: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    failed: str = ""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def judge(release: Release, case: Case, made: Made, verdict: Verdict) -> None:
    """Fill in the verdict of a world from its release."""
    verdict.people = int(made.country.people.sum())
    how = {PLACES: judge_places, DISTRICTS: judge_districts, GROUPS: judge_groups, HIDDEN: judge_hidden}.get(case.judge, judge_silence)
    how(release, case, made, verdict)


def judge_places(release: Release, case: Case, made: Made, verdict: Verdict) -> None:
    """Areas that findings on places name as worse, deprivation taken account of.

    True is an area that holds a planted neighbourhood; false one that neither holds nor touches any: sets of neighbours that are told
    together reach beyond what is planted. Found: for each kind of indicator, at some level, three planted areas are named at least, and
    more than half of what is named is planted.
    """
    planted = {NEIGHBOURHOODS: set(made.planted[case.planted[0]])}
    pairs = zip(made.country.lsoa21, made.country.msoa21, strict=True)
    planted[MIDDLE] = {msoa for lsoa, msoa in pairs if lsoa in planted[NEIGHBOURHOODS]}
    slugs = defined()
    for kind, indicators in case.indicators.items():
        is_found = False
        for indicator in indicators:
            for level, true in planted.items():
                named = areas_named(release, slugs.get(indicator, ""), level)
                shown = codes_with_value(release, slugs.get(indicator, ""), level)
                beside = touching(named - true, true, level)
                verdict.told += len(named)
                verdict.false += len(named - true - beside)
                key = f"{indicator} {level}"
                verdict.facts[key] = {"named": len(named), "true": len(named & true), "beside": len(beside), "planted": len(true),
                                      "planted_with_figure": len(true & shown)}  # fmt: skip
                is_found |= len(named & true) >= FEWEST_NAMED and 2 * len(named & true) > len(named)
        if not is_found:
            verdict.missing[kind] = f"fewer than {FEWEST_NAMED} planted areas named, or most of what is named is not planted"
    verdict.found = not verdict.missing


def judge_districts(release: Release, case: Case, made: Made, verdict: Verdict) -> None:
    """Districts whose newest figure is told as worse than that of the whole world. Found: of each kind some indicator tells all planted."""
    true, slugs = set(made.planted[case.planted[0]]), defined()
    for kind, indicators in case.indicators.items():
        complete = False
        for indicator in indicators:
            rows = newest(release, slugs.get(indicator, ""), case.level)
            worse = {row["code"] for row in rows if row["comparison"] == Comparison.WORSE}
            verdict.told += len(worse)
            verdict.false += len(worse - true)
            verdict.facts[indicator] = {"planted": len(true), "true": len(worse & true), "named": len(worse),
                                        "values": {row["code"]: row["value"] for row in rows}}  # fmt: skip
            complete = complete or worse >= true
        if not complete:
            verdict.missing[kind] = "a planted district is not told as worse"
    verdict.found = not verdict.missing


def judge_groups(release: Release, case: Case, made: Made, verdict: Verdict) -> None:
    """Groups whose figure lies beyond that of the White British of the same area: limits of the ratio exclude 1, by 5 % at least.

    False: a group for which the generator changes nothing, though deprivation or age may make it differ. Found: some indicator of each
    kind tells each planted group.
    """
    slugs, area = defined(), _area_of(made)
    for kind, indicators in case.indicators.items():
        named: set[str] = set()
        why: dict[str, str] = {}
        for indicator in indicators:
            rows = {
                row["stratum"]: row for row in newest(release, slugs.get(indicator, ""), case.level, strata=True) if row["code"] == area
            }
            told = groups_told(rows, case.direction)
            false = set(told) - set(case.groups) - set(case.changed.get(kind, ()))
            verdict.told += len(told)
            verdict.false += len(false)
            verdict.facts[indicator] = {"told": told, "false": sorted(false), "values": {s: rows[s]["value"] for s in rows},
                                        "reference": rows.get(REFERENCE, {}).get("value")}  # fmt: skip
            named |= set(told)
            verdict.facts[indicator]["bounds"] = bounds_of(rows, case.groups)
            why |= {group: _why(rows.get(group)) for group in case.groups if group not in told}
        for group in set(case.asked.get(kind, case.groups)) - named:
            verdict.missing[f"{kind}: {group}"] = why[group]
    verdict.found = not verdict.missing


def judge_hidden(release: Release, case: Case, made: Made, verdict: Verdict) -> None:
    """Groups whose gap the recording hides. Found, for each of them: it is not told, the rate as recorded is below the true one, and the
    bounds hold the true one and are too wide to be shown, so that nobody reads from it that there is no gap.
    """
    judge_groups(release, case, made, verdict)
    truth = true_rates(made, _area_of(made))
    verdict.missing = {}
    for indicators in case.indicators.values():
        for indicator in indicators:
            fact = verdict.facts[indicator]
            fact["truth"] = {group: truth[indicator][group] for group in case.groups}
            for group in case.groups:
                recorded, (lower, upper), true = fact["values"].get(group), fact["bounds"].get(group, [0.0, 1.0]), fact["truth"][group]
                faults = {
                    "told in spite of the gap": group in fact["told"],
                    "not understated": recorded is not None and recorded >= true,
                    "bounds that do not hold": not lower <= true <= upper,
                    "bounds narrow enough to be shown": upper - lower < WIDEST_SHOWN,
                }
                verdict.missing |= {f"{indicator}: {group}": fault for fault, is_so in faults.items() if is_so}
    verdict.found = not verdict.missing


def _false_groups(release: Release, made: Made) -> dict[str, int]:
    """Ethnic groups compared and told of an indicator in which the generator makes no group differ: each told one is false."""
    area = _area_of(made)
    rows = {row["stratum"]: row for row in newest(release, defined().get(ALIKE, ""), DISTRICT, strata=True) if row["code"] == area}
    compared = [slug for slug, row in rows.items() if slug != REFERENCE and not is_unknown(slug) and row["value"]]
    return {"compared": len(compared), "told": len({*groups_told(rows, "low"), *groups_told(rows, "high")})}


def true_rates(made: Made, district: str) -> dict[str, dict[str, float]]:
    """The true shares of people of 40 to 64 of the groups of the story in a district on the last day, from the sealed answers."""
    people = pq.read_table(made.folder / "answers" / "people.parquet").to_pandas()
    home = dict(zip(made.country.lsoa21, made.country.lad24, strict=True))
    born = pd.to_datetime(people["BIRTH_DATE"])
    is_middle = (born <= LAST_DAY - pd.DateOffset(years=40)) & (born > LAST_DAY - pd.DateOffset(years=65))
    chosen = people[(people["GROUP"] == "current") & is_middle & (people["LSOA21"].map(home) == district)]
    columns = {"hypertension-recorded-40-64": "HYPERTENSION", "cardiovascular-recorded-40-64": "CARDIOVASCULAR"}
    shares = chosen.groupby("ETHNIC_CATEGORY")[list(columns.values())].mean()
    return {indicator: {group: float(shares.at[code, column]) for group, code in CODES.items()} for indicator, column in columns.items()}


def bounds_of(rows: Mapping[str, Mapping[str, Any]], groups: Iterable[str]) -> dict[str, list[float]]:
    """What the rate of each group may be whichever group the unknown belong to, from the counts as published."""
    unknown = [row for slug, row in rows.items() if is_unknown(slug)]
    found = {}
    for group in (slug for slug in groups if slug in rows):
        counts = [(row["numerator"], row["denominator"]) for row in (rows[group], *unknown)]
        if len(counts) < 2 or any(part is None for pair in counts for part in pair):
            continue
        events, people = (np.array(column, dtype=float) for column in zip(*counts, strict=True))
        made = masking_bounds(events[:1], people=people[:1], unknown_events=[events[1:].sum()], unknown_people=[people[1:].sum()])
        found[group] = [float(made.lower[0]), float(made.upper[0])]
    return found


def judge_silence(release: Release, case: Case, made: Made, verdict: Verdict) -> None:
    """Whether a world without stories reports a place: as each question tells it at 5 % of its own, and at 5 % over all questions.

    Over all: the least p of what is named times the number of tests. What the secure side names has no p and is controlled over all its
    questions there, so any of it counts.
    """
    asked = Detection.objects.filter(release=release, kind__in=PLACE_KINDS, adjustment__contains="deprivation")
    tests = sum(asked.exclude(state=Detection.State.REFUSED).values_list("tested", flat=True))
    told = FindingArea.objects.filter(finding__detection__in=asked, finding__is_worse=True)
    rows = told.values_list(
        "area__code", "finding__p", "finding__detection__indicator__slug", "finding__detection__geography__slug", "finding__detection__kind"
    )
    least = min((p for _, p, *_ in rows if p is not None), default=1.0)
    verdict.told = verdict.false = len(rows)
    verdict.found = least * tests <= FAMILY_WISE or any(p is None for _, p, *_ in rows)
    by: dict[str, int] = {}
    for _, _, slug, level, kind in rows:
        by[f"{slug} {level} {kind}"] = by.get(f"{slug} {level} {kind}", 0) + 1
    verdict.facts = {"tests": tests, "questions": asked.exclude(state=Detection.State.REFUSED).count(), "least_p": least, "named": by}
    verdict.facts["groups"] = _false_groups(release, made)


def defined() -> dict[str, str]:
    """The indicator of the service by the slug of what is derived."""
    return {one.measure["indicator"]: slug for slug, one in load_definitions().items() if one.family == "linked"}


def areas_named(release: Release, slug: str, level: str) -> set[str]:
    """Codes of areas that findings on places name as worse, where they take account of deprivation."""
    rows = FindingArea.objects.filter(
        finding__detection__release=release,
        finding__detection__indicator__slug=slug,
        finding__detection__geography__slug=level,
        finding__detection__kind__in=PLACE_KINDS,
        finding__detection__adjustment__contains="deprivation",
        finding__is_worse=True,
    )
    return set(rows.values_list("area__code", flat=True))


def codes_with_value(release: Release, slug: str, level: str) -> set[str]:
    """Codes of areas whose newest figure is shown."""
    return {row["code"] for row in newest(release, slug, level) if row["value"] is not None}


def touching(codes: Iterable[str], others: Iterable[str], level: str) -> set[str]:
    """Those areas that share a border with any of the others."""
    of_level = Area.objects.filter(geography__slug=level)
    whole = of_level.filter(code__in=list(others)).aggregate(shape=Union("geometry_27700"))["shape"]
    if whole is None:
        return set()
    return set(of_level.filter(code__in=list(codes), geometry_27700__intersects=whole).values_list("code", flat=True))


def newest(release: Release, slug: str, level: str, *, strata: bool = False) -> list[dict[str, Any]]:
    """The rows of an indicator's newest year at a level: of everybody, or of ethnic groups (and those whose group is not known)."""
    rows = Observation.objects.filter(release=release, indicator__slug=slug, geography__slug=level, period__kind="financial_year")
    rows = rows.filter(stratum__dimension__in=("ethnic group", "ethnicity")) if strata else rows.filter(stratum__slug=EVERYBODY)
    names = ("numerator", "denominator", "value", "lower", "upper", "comparison", "reason")
    found = list(rows.values(*names, code=F("area__code"), stratum_slug=F("stratum__slug"), ends=F("period__end")))
    last = max((row["ends"] for row in found), default=None)
    return [{**row, "stratum": row["stratum_slug"]} for row in found if row["ends"] == last]


def groups_told(rows: Mapping[str, Mapping[str, Any]], direction: str) -> dict[str, float]:
    """Ratio to the reference of each known group that is told to lie beyond it in this direction."""
    reference, found = rows.get(REFERENCE), {}
    if not reference or not reference["value"]:
        return {}
    for slug, row in rows.items():
        if slug == REFERENCE or is_unknown(slug) or not row["value"]:
            continue
        gap = relative_gap(_estimate(row), second=_estimate(reference))
        ratio, lower, upper = (float(part[0]) for part in (gap.value, gap.lower, gap.upper))
        is_low = upper < 1 and ratio <= 1 / LEAST_RATIO
        is_high = lower > 1 and ratio >= LEAST_RATIO
        if is_low if direction == "low" else is_high:
            found[slug] = round(ratio, 3)
    return found


def _estimate(row: Mapping[str, Any]) -> Estimate:
    return Estimate(*(np.array([np.nan if row[name] is None else row[name]]) for name in ("value", "lower", "upper")))


def _why(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "no figure"
    if row["value"] is None:
        return f"withheld ({word(Reason(row['reason']))})"
    return "not told beyond chance and rounding"


def _area_of(made: Made) -> str:
    """The district that holds most of the people."""
    names, at = np.unique(made.country.lad24.astype(str), return_inverse=True)
    return str(names[np.argmax(np.bincount(at, weights=made.country.people.sum(axis=1)))])
