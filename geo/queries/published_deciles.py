"""Tenths of the people by deprivation as a source itself gives them: parts of the people (strata) named decile-1 to decile-10."""

import re
from collections.abc import Mapping
from typing import Any

from geo.codes import ENGLAND
from geo.disclosure.claims import SliceFacts
from geo.disclosure.published_counts import Protection
from geo.errors import UnknownArea, UnknownStratum
from geo.queries.areas import find_areas
from geo.queries.catalogue import LINKED_RECORDS, IndicatorInfo, ReleaseInfo, Slice
from geo.queries.gradients import PUBLISHED, InequalityInfo
from geo.queries.groups import DECILES, Group
from geo.queries.observations import EVERYBODY, choose_period, words
from geo.queries.reading import Row, read
from geo.queries.slopes import measure_steepness
from geo.statuses import Reason, Status, word

_DECILE = re.compile(r"decile-(10|[1-9])", re.ASCII)


# Of these records people are put into the deciles of this index by the neighbourhood that they live in.
_INDEX_OF_LINKED = "IMD 2025"


def decile_of(stratum: str) -> int | None:
    """The decile (1 = most deprived) that a part of the people is; None for any other part."""
    found = _DECILE.fullmatch(stratum)
    return int(found[1]) if found else None


def has_published_deciles(indicator: IndicatorInfo) -> bool:
    """Whether some area has all ten of them."""
    return any(len({decile_of(stratum) for stratum in available.strata} - {None}) == DECILES for available in indicator.available)


def index_of(definition: Mapping[str, Any]) -> str:
    """The index by which the source's own deciles were made; empty where that is the source's to say."""
    return _INDEX_OF_LINKED if LINKED_RECORDS in definition.get("sources", ()) else ""


def must_be_published(indicator: IndicatorInfo) -> bool:
    """Whether the source's own deciles are the only ones: counts of areas are protected, and sums would leave out what is withheld."""
    return bool(index_of(indicator.definition)) and Protection.of(indicator.definition).is_protected


def has_some_decile(indicator: IndicatorInfo) -> bool:
    """Whether some area has a figure of any of them."""
    return any(decile_of(stratum) for available in indicator.available for stratum in available.strata)


def get_published_deciles(
    release: ReleaseInfo, indicator: IndicatorInfo, *, area: str = ENGLAND, period: str | None = None, stratum: str | None = None
) -> InequalityInfo:
    """The ten groups of one area and period as the source gives them, with their slope.

    Raises UnknownArea where the source gives none for this area, InvalidPeriod, and UnknownStratum for any part but everybody: the
    deciles are parts of the people already.
    """
    if stratum not in (None, EVERYBODY):
        raise UnknownStratum(
            "Deciles as published are parts of the people themselves.", parameter="stratum", found=stratum, valid=(EVERYBODY,)
        )
    places = {found.geography: found for found in find_areas(area, parameter="area")}
    slices = [part for part in indicator.slices if part.geography in places and decile_of(part.stratum)]
    if not slices:
        raise UnknownArea(f"The source gives no deciles for {area}.", parameter="area", found=area, valid=(ENGLAND,))
    chosen = choose_period(tuple(dict.fromkeys(part.period for part in slices)), period)
    parts = {(part.period_id, part.stratum_id): part for part in slices if part.period == chosen}
    place = places[next(iter(parts.values())).geography]
    rows = read("queries/observations_of_areas", {"release": release.id, "areas": [place.id], "indicator": slices[0].indicator_id})
    found = {(row["period_id"], row["stratum_id"]): row for row in rows}
    made = {group.decile: group for key, part in parts.items() if (group := _group(part, found.get(key)))}
    groups = tuple(made.get(decile, _without(decile, indicator)) for decile in range(1, DECILES + 1))
    is_modelled = any(part.basis == "modelled" for part in parts.values())
    facts = SliceFacts.of(indicator.definition, area_type=place.geography.area_type, is_modelled=is_modelled)
    return InequalityInfo(
        indicator=indicator.slug,
        period=chosen,
        stratum=EVERYBODY,
        area=area,
        deprivation=PUBLISHED,
        geography=place.geography,
        basis="modelled" if is_modelled else "observed",
        method=f"{_method(indicator)} {indicator.definition.get('basis_note', '')}".strip(),
        reason=None,
        groups=groups,
        steepness=measure_steepness(groups, indicator.definition, facts),
    )


def _method(indicator: IndicatorInfo) -> str:
    index = index_of(indicator.definition)
    if not index:
        return (
            "Groups are the tenths of the people by deprivation that the source itself gives; decile 1 is the most deprived. Of which areas"
            " and by which index they were made is the source's to say."
        )
    said = f"Groups are of people, by the decile of {index} of the neighbourhood that each lives in; decile 1 is the most deprived."
    if must_be_published(indicator):
        said += " They are counted before protection: sums over areas would leave out every area whose count is withheld."
    return said


def _without(decile: int, indicator: IndicatorInfo) -> Group:
    """A decile that has no figure in any area of the release."""
    withheld = (word(Status.SUPPRESSED), word(Reason.WITHHELD)) if must_be_published(indicator) else ("missing", "not_in_source")
    return Group(decile, None, None, None, None, None, *withheld, None, None)


def _group(part: Slice, row: Row | None) -> Group:
    """One decile as published; how many areas lie in it is not known."""
    decile = decile_of(part.stratum) or 0
    if row is None:
        return Group(decile, None, None, None, None, None, "missing", "not_in_source", None, None)
    told = words(row)
    figures = {name: row[name] for name in ("numerator", "denominator", "value", "lower", "upper")}
    return Group(
        decile=decile,
        **figures,
        status=str(told["status"]),
        reason=told["reason"],
        areas=None,
        areas_with_value=None,
        people=row["denominator"],
    )
