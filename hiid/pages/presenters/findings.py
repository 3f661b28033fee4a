"""What the page of findings shows: choices, rows ready to read, and what was refused, in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from geo.codes import AREA_TYPES, geographies_of
from geo.queries.catalogue import IndicatorInfo
from geo.queries.finding_places import Place
from geo.queries.findings import DetectionInfo, FindingInfo
from hiid.pages.presenters import words
from hiid.pages.presenters.asking import Option, OptionGroup
from hiid.pages.presenters.findings_map import place_words

KIND_WORDS = {
    "inequality": "What stands out between groups",
    "priority": "Priority areas, by people",
    "scan_window": "Scan windows",
    "hot_spot": "Hot and cold spots",
}
ADJUSTMENT_WORDS = {
    "none": "not adjusted",
    "age_sex": "adjusted for age",
    "deprivation": "adjusted for deprivation",
    "age_sex_deprivation": "adjusted for age and deprivation",
}
DIMENSION_WORDS = {
    "deprivation": "by deprivation",
    "ethnicity": "by ethnicity",
    "sex": "by sex",
    "age": "by age",
    "place": "between regions",
}
DIRECTION_WORDS = {"high": "higher than expected", "low": "lower than expected"}
# What the map shows of the areas beside whom a finding stands; the others are found on the map of values.
_SHOWN_BY = {"scan_window": {"show": "windows"}, "hot_spot": {"show": "spots"}}
# Fewer findings by chance than this are told with a decimal.
_FEW = 10
STATE_WORDS = {"nothing_found": "Asked, nothing found", "refused": "Not asked"}


@dataclass(frozen=True)
class Row:
    """One finding, ready to read. links: where to go on, as (words, address). place: why it is not on the map, empty where it is.

    rank: its place among the findings of its question, in words; empty where that says nothing.
    """

    key: str
    sentence: str
    kind: str
    indicator: str
    about: str
    is_worse: bool | None
    why: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    place: str
    rank: str


def rows(
    findings: Sequence[FindingInfo], indicators: Mapping[str, IndicatorInfo], places: Mapping[str, tuple[Place, ...]] = MappingProxyType({})
) -> list[Row]:
    """The findings of a page in their order; places: where each lies, by its key."""
    return [_row(finding, indicators, places.get(finding.key, ())) for finding in findings]


def unanswered(detections: Sequence[DetectionInfo], indicators: Mapping[str, IndicatorInfo]) -> list[dict[str, Any]]:
    """Questions that were refused or found nothing, by the words in which that is said, each with the sets of areas it holds for."""
    told: dict[tuple[str, str], dict[str, list[str]]] = {}
    for one in detections:
        if one.state == "found":
            continue
        places = told.setdefault((STATE_WORDS[one.state], one.explanation or ""), {})
        title = _short(indicators, one.indicator)
        places.setdefault(f"{title}: {one.geography.title}", []).append(KIND_WORDS[one.kind].lower())
    return [
        {"state": state, "explanation": explanation, "places": [f"{place} ({_counted(kinds)})" for place, kinds in places.items()]}
        for (state, explanation), places in told.items()
    ]


def _counted(kinds: Sequence[str]) -> str:
    """Each kind of question once; of parts of the people or of periods there may be many alike: then how many."""
    return ", ".join(kind if count == 1 else f"{kind}, {count} questions" for kind, count in Counter(kinds).items())


def indicator_choices(detections: Sequence[DetectionInfo], indicators: Mapping[str, IndicatorInfo], chosen: str) -> tuple[OptionGroup, ...]:
    """Every indicator that was asked about, by area of care."""
    asked = {one.indicator for one in detections}
    groups = [OptionGroup("", (Option("", "All", not chosen),))]
    for slug, title in words.CARE_AREAS.items():
        here = [one for one in indicators.values() if one.slug in asked and one.definition.get("core20plus5", "other") == slug]
        options = tuple(Option(one.slug, _short(indicators, one.slug), one.slug == chosen) for one in here)
        if options:
            groups.append(OptionGroup(title, options))
    return tuple(groups)


def area_type_choices(detections: Sequence[DetectionInfo], chosen: str) -> tuple[Option, ...]:
    """Every kind of areas of which something was asked, the finest first."""
    asked = {one.geography.area_type for one in detections}
    titles = {kind: geographies_of(kind)[0].title.split(" (")[0] for kind in AREA_TYPES if kind in asked}
    return choices(titles, chosen, "All kinds of areas")


def choices(titles: Mapping[str, str], chosen: str, first: str) -> tuple[Option, ...]:
    """A choice of a few words with nothing in particular before them."""
    return (Option("", first, not chosen), *(Option(value, title, value == chosen) for value, title in titles.items()))


def _row(finding: FindingInfo, indicators: Mapping[str, IndicatorInfo], places: Sequence[Place]) -> Row:
    detection = finding.detection
    asked = {"indicator": detection.indicator, "period": detection.period}
    links: list[tuple[str, str]] = []
    if finding.area_code:
        links.append((f"Profile of {finding.area_name}", f"{reverse('area', args=[finding.area_code])}?vintage={finding.area_vintage}"))
    links.append(("Inequality", reverse("inequality", args=[detection.indicator])))
    if detection.geography.has_tiles:
        shown = {**asked, "areas": detection.geography.slug, **_SHOWN_BY.get(detection.kind, {})}
        shown |= {"area": finding.area_code} if finding.area_code else {}
        links.append(("All areas on the map", f"{reverse('explorer')}?{urlencode(shown)}"))
    links.append(("As data", reverse("api:finding", args=[finding.key])))
    return Row(
        key=finding.key,
        sentence=finding.sentence,
        kind=KIND_WORDS[detection.kind],
        indicator=_short(indicators, detection.indicator),
        about=f"{detection.period_label} · {detection.geography.title} · {_adjusted(detection)}",
        is_worse=finding.is_worse,
        why=(*((step["label"], step["words"]) for step in finding.why), ("Method", detection.method), *_by_chance(detection)),
        links=tuple(links),
        place=place_words(finding, places),
        rank=_rank(finding),
    )


def _rank(finding: FindingInfo) -> str:
    """Of priority areas and windows: their order is one of people, or of how little they are by chance; of labels alone there is none."""
    if finding.detection.kind not in ("priority", "scan_window") or finding.detection.parameters.get("is_labels_only"):
        return ""
    return f"rank {finding.rank:,} of {int(finding.detection.parameters.get('found', finding.detection.found)):,}"


def _adjusted(detection: DetectionInfo) -> str:
    """The adjustment by what was in fact taken account of, where the question says it."""
    taken = detection.parameters.get("taken_account_of")
    return f"adjusted for {', '.join(taken)}" if taken else ADJUSTMENT_WORDS[detection.adjustment]


def _by_chance(detection: DetectionInfo) -> tuple[tuple[str, str], ...]:
    if detection.expected_by_chance is None:
        return ()
    chance, found = detection.expected_by_chance, detection.parameters.get("found", detection.found)
    if detection.kind == "scan_window":
        return (("By chance", f"Of 100 maps without any window, {100 * chance:.0f} would show one."),)
    told = f"{chance:,.0f}" if chance >= _FEW else f"{chance:.2g}"
    return (("By chance", f"Of {found:,} found among {detection.tested:,}, up to about {told} may be there by chance."),)


def _short(indicators: Mapping[str, IndicatorInfo], slug: str) -> str:
    indicator = indicators.get(slug)
    return str(indicator.definition.get("short_title", indicator.title)) if indicator else slug
