"""What the page of inequality can be asked: its choices as selects, and words for an indicator that has no gradient."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from geo.codes import ENGLAND
from geo.queries.areas import AreaInfo
from geo.queries.catalogue import IndicatorInfo
from geo.queries.gradients import INDEXES, PUBLISHED, InequalityInfo
from geo.queries.observations import EVERYBODY
from geo.queries.published_deciles import decile_of, index_of, must_be_published
from hiid.pages.presenters import words

# Kinds of areas that can be put into tenths, finest first.
GROUPED: dict[str, str] = {
    "lsoa": "Neighbourhoods (LSOA)",
    "msoa": "Wider neighbourhoods (MSOA)",
    "practice": "GP practices",
    "pcn": "Primary care networks",
    "sicbl": "Sub-ICB locations",
    "lad": "Districts",
    "utla": "Counties and unitary authorities",
    "icb": "Integrated care boards",
}


@dataclass(frozen=True)
class Option:
    """One choice: its value in the address, its words, whether it is the one shown."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class OptionGroup:
    """Choices under one heading."""

    title: str
    options: tuple[Option, ...]


def indicator_options(indicators: Sequence[IndicatorInfo], chosen: str) -> tuple[OptionGroup, ...]:
    """Every indicator but the indexes themselves, by area of care."""
    groups = []
    for slug, title in words.CARE_AREAS.items():
        here = [one for one in indicators if one.definition.get("core20plus5", "other") == slug and not one.slug.startswith("imd-")]
        options = tuple(Option(one.slug, str(one.definition.get("short_title", one.title)), one.slug == chosen) for one in here)
        if options:
            groups.append(OptionGroup(title, options))
    return tuple(groups)


def area_options(areas: Sequence[AreaInfo], chosen: AreaInfo, *, england: str = "England") -> tuple[OptionGroup, ...]:
    """England (by the name given), the area shown if it is in none of the lists, then the lists by their kind."""
    listed = {area.code for area in areas}
    first = [Option(ENGLAND, england, chosen.code == ENGLAND)]
    if chosen.code != ENGLAND and chosen.code not in listed:
        first.append(Option(chosen.code, chosen.other_name or chosen.name, is_chosen=True))
    groups: dict[str, list[Option]] = {}
    for area in sorted(areas, key=lambda area: area.name):
        groups.setdefault(area.geography.title, []).append(Option(area.code, area.name, area.code == chosen.code))
    return (OptionGroup("", tuple(first)), *(OptionGroup(title, tuple(found)) for title, found in groups.items()))


def period_options(indicator: IndicatorInfo, *, geography: str, stratum: str, chosen: str) -> tuple[Option, ...]:
    """The periods of a set of areas, newest first."""
    parts = [part for part in indicator.slices if part.geography.slug == geography and (part.stratum == stratum or decile_of(part.stratum))]
    found = {part.period: part.period_label for part in parts}
    return tuple(Option(period, label, period == chosen) for period, label in found.items())


def index_options(indicator: IndicatorInfo, offered: Sequence[str], chosen: str) -> tuple[Option, ...]:
    """The indexes of deprivation that the indicator can be put against."""
    own = index_of(indicator.definition)
    titles = {name: title[0].upper() + title[1:] for name, (_, _, title) in INDEXES.items()}
    titles[PUBLISHED] = f"{own}, people of each decile" if own else "Deciles as published"
    return tuple(Option(name, titles[name], name == chosen) for name in offered)


def kind_options(indicator: IndicatorInfo, chosen: str) -> tuple[Option, ...]:
    """The kinds of areas with figures that can be grouped."""
    held = {available.geography.area_type for available in indicator.available}
    return tuple(Option(kind, title, kind == chosen) for kind, title in GROUPED.items() if kind in held)


def stratum_options(indicator: IndicatorInfo, *, geography: str, chosen: str) -> tuple[Option, ...]:
    """The parts of the people that the figures are given for, without deciles; none where they are of everybody alone."""
    parts = (part for part in indicator.slices if part.geography.slug == geography and not decile_of(part.stratum))
    found = {part.stratum: part.stratum_title for part in parts}
    return tuple(Option(slug, title, slug == chosen) for slug, title in found.items()) if len(found) > 1 else ()


def first_stratum(indicator: IndicatorInfo) -> str:
    """Everybody, or the first part of the people where the figures are of parts alone; deciles are all of them together."""
    strata = [part.stratum for part in indicator.slices if not decile_of(part.stratum)]
    return EVERYBODY if EVERYBODY in strata or not strata else strata[0]


def stratum_title(indicator: IndicatorInfo, stratum: str) -> str:
    """What a part of the people is called; empty for everybody."""
    return "" if stratum == EVERYBODY else next((part.stratum_title for part in indicator.slices if part.stratum == stratum), stratum)


def nothing_words(indicator: IndicatorInfo) -> str:
    """Why an indicator has no gradient at all."""
    if indicator.slug.startswith("imd-"):
        return "This is an index of deprivation itself. Put against deprivation it would be put against itself."
    if must_be_published(indicator):
        return (
            "Counts are protected, and none of the people of a decile of deprivation may be shown. Sums over areas would leave out what is"
            " withheld, so no gradient can be drawn."
        )
    return "No set of areas has both this indicator and deciles of an index of deprivation, so no gradient can be drawn."


def counted_instead(indicator: IndicatorInfo, found: InequalityInfo) -> str:
    """Where figures are refused because they are modelled: periods in which the same areas were counted; else empty."""
    if found.basis != "modelled" or found.steepness.explanation == "":
        return ""
    same = (part for part in indicator.slices if (part.geography, part.stratum) == (found.geography, found.stratum))
    counted = [part.period_label for part in same if part.basis == "observed"]
    return f"These areas were counted in {' and '.join(counted)}: choose that period." if counted else ""


def period_label(indicator: IndicatorInfo, period: str) -> str:
    """A period as people read it."""
    return next((part.period_label for part in indicator.slices if part.period == period), period)


def on_map(indicator: IndicatorInfo, area: AreaInfo, period: str | None) -> str:
    """The same on the map."""
    known = {"indicator": indicator.slug}
    if period:
        known["period"] = period
    if area.code != ENGLAND:
        known |= {"area": area.code, "vintage": str(area.geography.vintage)}
    return f"/?{urlencode(known)}"
