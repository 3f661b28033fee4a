"""What stands out in one area, in ready words: its own findings, the first of those inside it, or why there are none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from geo.codes import ENGLAND
from geo.queries.areas import AreaInfo
from geo.queries.catalogue import IndicatorInfo
from geo.queries.findings import DetectionInfo, FindingPage
from hiid.pages.presenters.findings import Row, rows, unanswered

# A list of findings is no longer than this, whatever was found: geo.findings.drafts.
MOST_LISTED = 200
# Kinds of areas that differences by place are told of.
REGIONS = ("rgn", "nhser")


@dataclass(frozen=True)
class StandsOut:
    """own: findings that speak of the area; more: how many are not shown. nothing: why there are none, else empty.

    inside: the first findings of areas that lie in it, inside_count of them in all; refused: what was not asked of its set, and why.
    own_link, inside_link: the page of findings with these alone.
    """

    own: list[Row]
    more: int
    nothing: str
    own_link: str
    inside: list[Row]
    inside_count: str
    inside_link: str
    refused: list[dict[str, Any]]


def stands_out(
    area: AreaInfo,
    indicators: Mapping[str, IndicatorInfo],
    detections: Sequence[DetectionInfo],
    *,
    own: FindingPage,
    inside: FindingPage,
    counted: Collection[str],
) -> StandsOut:
    """The section of the area's page. detections: every question put to the release; own: its findings, the first of them; counted:
    slugs of the indicators of which it has a figure.
    """
    name = area.other_name or area.name
    of_its_set = [one for one in detections if one.geography == area.geography]
    address = reverse("findings")
    everything = area.code == ENGLAND
    return StandsOut(
        own=rows(own.findings, indicators),
        more=max(0, own.count - len(own.findings)),
        nothing="" if own.findings else _nothing(area, name, of_its_set, detections=detections, counted=counted),
        own_link=f"{address}?{urlencode({'dimension': 'place'} if area.geography.area_type in REGIONS else {'area': area.code})}",
        inside=rows(inside.findings, indicators),
        inside_count=f"{inside.count:,}",
        inside_link=address if everything else f"{address}?{urlencode({'within': area.code})}",
        refused=unanswered([one for one in of_its_set if one.state == "refused"], indicators),
    )


def _nothing(
    area: AreaInfo, name: str, of_its_set: Sequence[DetectionInfo], *, detections: Sequence[DetectionInfo], counted: Collection[str]
) -> str:
    """Why no finding speaks of the area: not found among those asked, not asked of its kind, or nothing asked at all."""
    if not detections:
        return "The current release holds no findings: nothing was asked of it."
    if area.code == ENGLAND:
        return "Findings compare areas, or groups of people, with England or with one another: none is about England alone."
    title = area.geography.title
    asked = [one for one in of_its_set if one.state != "refused"]
    if asked:
        questions = "One question was" if len(asked) == 1 else f"{len(asked):,} questions were"
        if not any(one.indicator in counted for one in asked):
            return f"{questions} put to {title}. {name} has no figure of what was asked, so nothing is said of it."
        return (
            f"{questions} put to {title}. None of the findings that are listed (at most {MOST_LISTED} of a question) speaks of {name}: its"
            " figures do not differ from what is expected by more than chance and the usual differences between such areas explain, or"
            " others differ by more people."
        )
    if of_its_set:
        return f"No question could be put to {title}, so nothing is said of {name}: why stands below."
    kinds = list(dict.fromkeys(_within_a_sentence(one.geography.title.split(" (")[0]) for one in detections))
    listed = f"{', '.join(kinds[:-1])} and {kinds[-1]}" if len(kinds) > 1 else kinds[0]
    return f"Findings are looked for among {listed}, not among {title}; {name} is only named through what lies in it."


def _within_a_sentence(title: str) -> str:
    """A title without its capital, unless it begins with an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
