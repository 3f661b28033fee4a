"""What the pages of planning are told before they draw: the figures that may colour the map, by programme, and where the people are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from hiid.pages.presenters.catalogue import Bounds, explorer_settings

# Figures that show the demand of a programme, the nearest to it first: who was invited and did not attend, else who is covered.
SURFACES: Mapping[str, tuple[str, ...]] = {
    "breast": ("linked-breast-need-invited", "linked-breast-need-not-invited", "linked-breast-coverage"),
    "lung": ("linked-lung-need-invited", "linked-lung-need-not-invited", "linked-lung-checked"),
    "cervical": (
        "linked-cervical-need-invited", "linked-cervical-need-not-invited", "linked-cervical-coverage-25-49",
        "cervical-coverage-25-64", "cervical-coverage-25-49",
    ),
    "bowel": ("linked-bowel-need-invited", "linked-bowel-need-not-invited", "linked-bowel-coverage"),
}  # fmt: skip
# Figures behind a drawn catchment: deprivation, which every release has.
BACKGROUND = ("imd-2025-decile", "imd-2019-decile")
EVERYBODY = "all"


def plan_settings(release: ReleaseInfo | None, indicators: Sequence[IndicatorInfo], *, reach: Bounds | None) -> dict[str, Any]:
    """Settings of the page of stops: as the map page has them, for the figures of demand alone; `surfaces` names them by programme."""
    wanted = [slug for slugs in SURFACES.values() for slug in slugs]
    settings = explorer_settings(release, _of_everybody(indicators, wanted), reach=reach)
    there = {one["slug"] for one in settings["indicators"]}
    return settings | {"surfaces": {programme: [slug for slug in slugs if slug in there] for programme, slugs in SURFACES.items()}}


def catchment_settings(release: ReleaseInfo | None, indicators: Sequence[IndicatorInfo], *, reach: Bounds | None) -> dict[str, Any]:
    """Settings of the page of catchments: deprivation alone lies beneath what is drawn."""
    return explorer_settings(release, _of_everybody(indicators, BACKGROUND), reach=reach)


def _of_everybody(indicators: Sequence[IndicatorInfo], wanted: Sequence[str]) -> list[IndicatorInfo]:
    """The indicators of these names that the release has, in their order, without figures of parts of the people."""
    held = {one.slug: one for one in indicators}
    found = []
    for slug in wanted:
        if slug in held:
            available = tuple(
                replace(one, slices=tuple(part for part in one.slices if part.stratum == EVERYBODY)) for one in held[slug].available
            )
            found.append(replace(held[slug], available=available))
    return found
