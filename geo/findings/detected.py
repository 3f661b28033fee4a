"""Clusters found on exact counts on the secure side: the labels that left it, told as findings without a number.

Protected counts are not asked for hot spots and windows (geo.disclosure.claims); where the secure side was, its answer stands instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.codes import GEOGRAPHIES
from geo.findings.drafts import Draft, finish
from geo.findings.slices import Slice
from geo.models import Area, Availability, Detection, Indicator, Observation, Period, Release, Stratum
from geo.statistics.multiplicity import FALSE_DISCOVERY_RATE

# The refusal that an answer of the secure side stands instead of.
INSTEAD_OF = "protected_counts"
# Where a release keeps the labels: in what it tells of its linked records.
LABELS = "detections"
# The stratum of everybody.
EVERYBODY = "all"

Columns = dict[str, object]
_HOW = {
    "scan_window": "Kulldorff's scan, windows of up to 60 nearest neighbourhoods and a quarter of what is expected",
    "hot_spot": "Gi* (Getis and Ord) of each neighbourhood with those around it, joined where they touch",
}
_NOTHING = "Looked for on exact counts on the secure side: nothing stands out beyond what chance and the usual differences explain."
_REFUSED = {
    "too_few_areas": "There are too few neighbourhoods to look for clusters among them.",
    "too_few_people": "Too few people are counted, with or without the event, to look for clusters.",
    "too_small_to_tell": "What stands out on the secure side is made up of too few neighbourhoods or people to be told.",
}


@dataclass(frozen=True)
class Told:
    """One answer of the secure side. areas: all that were looked at and have a row in the release; inside: area -> direction of its set."""

    draft: Draft
    areas: tuple[int, ...]
    inside: Mapping[int, str]

    @property
    def key(self) -> tuple[int, int, int, str]:
        """Indicator, geography, period and kind."""
        one = self.draft.detection
        return one.indicator_id, one.geography_id, one.period_id, one.kind


def tell_detected(release: Release) -> list[Told]:
    """Every answer of the secure side that a release holds, of indicators and periods that it has."""
    labels = release.quality.get("linked", {}).get(LABELS, {}).get("detections", [])
    if not labels:
        return []
    held = Availability.objects.filter(release=release).values("indicator_id")
    asked = Indicator.objects.filter(pk__in=held, definition__family="linked")
    indicators = {str(one.definition["measure"]["indicator"]): one for one in asked if "measure" in one.definition}
    periods = {one.slug: one for one in Period.objects.filter(slug__in={each["period"] for each in labels})}
    return [
        _tell(release, each, indicators[each["indicator"]], periods[each["period"]])
        for each in labels
        if each["indicator"] in indicators and each["period"] in periods
    ]


def instead(drafts: Iterable[Draft], told: Sequence[Told]) -> list[Draft]:
    """The drafts, without refusals for protected counts where the secure side has answered, and with its answers."""
    answered = {one.key for one in told}
    kept = [draft for draft in drafts if draft.detection.reason != INSTEAD_OF or _key(draft.detection) not in answered]
    return [*kept, *(one.draft for one in told)]


def with_labels(columns: Sequence[tuple[Slice, Columns]], slices: Sequence[Slice], told: Sequence[Told]) -> list[tuple[Slice, Columns]]:
    """Columns of estimates with spots and windows as told; slices that have no estimates get these alone."""
    found = {_place(part): (part, estimates) for part, estimates in columns}
    for part in (each for each in slices if each.stratum == EVERYBODY):
        mine = {one.key[3]: one for one in told if one.key[:3] == _place(part)[:3] and one.draft.detection.state != Detection.State.REFUSED}
        areas = sorted({area for one in mine.values() for area in one.areas})
        if areas:
            estimates = _wider(found[_place(part)][1] if _place(part) in found else {}, areas)
            found[_place(part)] = (part, {**estimates, **_columns(mine, areas, is_high_bad=bool(part.is_high_bad))})
    return list(found.values())


def _tell(release: Release, label: Mapping[str, Any], indicator: Indicator, period: Period) -> Told:
    geography, everybody = GEOGRAPHIES[label["geography"]], Stratum.objects.get(slug=EVERYBODY)
    codes = {code for one in label["sets"] for code in one["areas"]}
    held = Observation.objects.filter(
        release=release, indicator=indicator, geography_id=geography.id, period=period, stratum=everybody
    ).values_list("area_id", flat=True)
    named = {area.code: area for area in Area.objects.filter(geography_id=geography.id, code__in=codes)}
    detection = Detection(
        release=release,
        indicator=indicator,
        geography_id=geography.id,
        period=period,
        stratum=everybody,
        kind=label["kind"],
        adjustment=label["adjustment"],
        state=Detection.State(label["state"]),
        reason=label["reason"],
        explanation=_REFUSED.get(label["reason"], ""),
        tested=len(held),
        method=_method(label),
        parameters={
            "false_discovery_rate": FALSE_DISCOVERY_RATE,
            "taken_account_of": label["taken_account_of"],
            "found": len(label["sets"]),
            "since": label["since"],
            "is_labels_only": True,
        },
    )
    draft, inside = Draft(detection), {}
    for one in label["sets"]:
        members = [named[code] for code in one["areas"] if code in named]
        inside.update({area.pk: one["direction"] for area in members})
        _add(draft, indicator, members, one["direction"], label)
    if label["state"] != Detection.State.REFUSED:
        draft = finish(draft, nothing=_NOTHING)
    return Told(draft, tuple(held), inside)


def _method(label: Mapping[str, Any]) -> str:
    since = f" of {label['since']} to {label['period']} together" if label["since"] != label["period"] else ""
    beyond = f"beyond what {_listed(label['taken_account_of'])} explain and neighbourhoods differ anyway; high and low"
    return (
        f"{_HOW[label['kind']]}, found on exact counts{since} on the secure side, {beyond}; false discoveries held to 5 % over all"
        " indicators of the release together. Which neighbourhoods are in it is all that leaves: no count, no strength, no order."
    )


def _add(draft: Draft, indicator: Indicator, members: Sequence[Area], direction: str, label: Mapping[str, Any]) -> None:
    """One set. Its area is the member nearest to the middle of all: it says where the set lies and nothing of its counts."""
    points = np.array([area.centroid_27700.coords if area.centroid_27700 else (np.nan, np.nan) for area in members])
    middle = members[int(np.nanargmin(((points - np.nanmean(points, axis=0)) ** 2).sum(axis=1)))]
    is_high_bad = indicator.definition["polarity"] == "low_is_good"
    title = indicator.definition.get("short_title", indicator.definition["title"])
    draft.add(
        [area.pk for area in members],
        area=middle,
        direction=direction,
        is_worse=(direction == "high") == is_high_bad,
        sentence=(
            f"{title}: {len(members)} neighbourhoods around {middle.name}, taken together, lie"
            f" {'higher' if direction == 'high' else 'lower'} than the {_listed(label['taken_account_of'])} of their people explain."
        ),
        why=[
            *(
                [{"label": "When", "words": f"{label['since']} to {label['period']} together."}]
                if label["since"] != label["period"]
                else []
            ),
            {"label": "Where", "words": f"{len(members)} neighbourhoods; not each of them need differ by itself."},
            {"label": "By how much", "words": "Not told: found on exact counts on the secure side, of which labels alone leave."},
        ],
    )


def _columns(mine: Mapping[str, Told], areas: Sequence[int], *, is_high_bad: bool) -> Columns:
    """spot of each area by the hot spots, in_window by windows of what is worse; NaN where that was not asked."""
    bad, nowhere = ("high" if is_high_bad else "low"), np.full(len(areas), np.nan)
    spots, windows = mine.get(Detection.Kind.HOT_SPOT), mine.get(Detection.Kind.SCAN_WINDOW)
    signs = {"high": 1.0, "low": -1.0}
    return {
        "spot": np.array([signs.get(spots.inside.get(area, ""), 0.0) for area in areas]) if spots else nowhere,
        "in_window": np.array([float(windows.inside.get(area) == bad) for area in areas]) if windows else nowhere,
    }


def _wider(estimates: Columns, areas: Sequence[int]) -> Columns:
    """Columns of estimates laid on more areas, NaN for those that had none."""
    names = ("expected", "shrunken", "shrunken_lower", "shrunken_upper", "smoothed", "exceedance", "reliability", "z", "p", "q", "funnel")
    ids = [int(area) for area in np.asarray(estimates.get("area_id", ()))]
    place = {area: at for at, area in enumerate(areas)}
    at = np.array([place[area] for area in ids], dtype=np.intp)
    wider: Columns = {"area_id": np.array(areas, dtype=np.int64)}
    for name in names:
        column = np.full(len(areas), np.nan)
        column[at] = np.asarray(estimates[name], dtype=np.float64) if ids else column[at]
        wider[name] = column
    return wider


def _key(one: Detection) -> tuple[int, int, int, str]:
    return one.indicator_id, one.geography_id, one.period_id, one.kind


def _place(part: Slice) -> tuple[int, int, int, int]:
    return part.indicator_id, part.geography_id, part.period_id, part.stratum_id


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
