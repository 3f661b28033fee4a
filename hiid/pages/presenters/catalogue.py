"""What the map page is told before it draws: indicators with what is available of each, geographies, periods, scales, addresses."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.codes import BY_ID, CELLS, ENGLAND, TILESETS
from geo.maps.scales import scale_settings
from geo.periods import parse_period
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice
from geo.queries.cell_slices import CellSliceInfo
from geo.queries.estimates import REFUSAL_WORDS, Estimates
from geo.queries.like_periods import windows_overlap
from hiid.pages.presenters.demonstrations import first_indicator
from hiid.pages.presenters.estimates import estimates_settings
from hiid.pages.presenters.words import CARE_AREAS, SETTINGS, day

# West, south, east, north in degrees (EPSG:4326).
Bounds = tuple[float, float, float, float]
# What a newcomer sees first, if the release has it.
FIRST_INDICATOR = "cervical-coverage-25-49"
COUNTRY = "ctry23"
# What a release says of a tileset whose shapes it could not have.
ABSENT = "not_available"
OBSERVED = "observed"
# Enough digits to keep class bounds apart; values are shown with fewer.
DIGITS = 6


def release_words(release: ReleaseInfo | None) -> dict[str, Any]:
    """The release as every page names it; empty words before the first is published."""
    if release is None:
        return {"slug": "", "published": "", "is_synthetic": False}
    return {"slug": release.slug, "published": day(release.published_at), "is_synthetic": release.is_synthetic}


def explorer_settings(
    release: ReleaseInfo | None,
    indicators: list[IndicatorInfo],
    *,
    site_kinds: tuple[str, ...] = (),
    estimates: Mapping[str, Estimates] | None = None,
    reach: Bounds | None = None,
    cells: Sequence[CellSliceInfo] = (),
) -> dict[str, Any]:
    """Everything the map page needs before its first request, as plain values for JSON.

    estimates: by indicator. reach: where the figures of a synthetic world lie, for the first view; None for all of England. cells: what
    there is by H3 cell.
    """
    estimated = estimates or {}
    tilesets = [slug for slug in TILESETS if release and release.tilesets.get(slug, ABSENT) != ABSENT]
    shown = [_indicator(indicator, tilesets) | estimates_settings(estimated.get(indicator.slug), tilesets) for indicator in indicators]
    for one in shown:
        one["available"] |= _cells([part for part in cells if part.indicator == one["slug"]])
    shown = [one for one in shown if one["available"]]
    slices = [part for indicator in indicators for part in indicator.slices]
    slugs = [one["slug"] for one in shown]
    return {
        "release": release_words(release),
        "england": ENGLAND,
        "tilesets": tilesets,
        "geographies": {
            g.slug: {"title": g.title, "singular": g.singular, "type": g.area_type, "vintage": g.vintage} for g in BY_ID.values()
        },
        "periods": {part.period: part.period_label for part in slices},
        "strata": {part.stratum: part.stratum_title for part in slices},
        "careAreas": {slug: title for slug, title in CARE_AREAS.items() if any(one["group"] == slug for one in shown)},
        "settings": {slug: title for slug, title in SETTINGS.items() if any(one["setting"] == slug for one in shown)},
        "indicators": shown,
        "first": next((slug for slug in (first_indicator(release), FIRST_INDICATOR, *slugs) if slug in slugs), ""),
        "reach": reach,
        "siteKinds": site_kinds,
        "scale": scale_settings(),
        "refusals": REFUSAL_WORDS,
    }


def _indicator(indicator: IndicatorInfo, tilesets: list[str]) -> dict[str, Any]:
    definition = indicator.definition
    kept = ("unit", "decimals", "polarity", "kind", "method", "description", "numerator", "denominator", "caveats", "sources")
    return {
        "slug": indicator.slug,
        "title": indicator.title,
        "short": definition.get("short_title", indicator.title),
        "group": definition.get("core20plus5", "other"),
        "setting": definition.get("setting", ""),
        "base": definition.get("population_base", ""),
        "basisNote": definition.get("basis_note", ""),
        "isPartOfImd": bool(definition.get("part_of_imd")),
        "isLinked": indicator.is_linked,
        "windowsOverlap": windows_overlap(definition),
        "targets": definition.get("targets", []),
        **{key: definition.get(key) for key in kept},
        "periods": sorted({part.period for part in indicator.slices}, key=parse_period),
        "available": {a.geography.slug: _slices(a.slices) for a in indicator.available if a.geography.slug in tilesets},
        "englandValues": _england(indicator),
    }


def _slices(slices: tuple[Slice, ...]) -> dict[str, dict[str, Any]]:
    """period -> stratum -> what one map needs to know of its values before they arrive; their basis where it is not observed."""
    found: dict[str, dict[str, Any]] = {}
    for part in slices:
        told: dict[str, Any] = {"breaks": [round(bound, DIGITS) for bound in part.breaks], "areas": part.areas, "values": part.values}
        found.setdefault(part.period, {})[part.stratum] = told if part.basis == OBSERVED else told | {"basis": part.basis}
    return found


def _cells(parts: Sequence[CellSliceInfo]) -> dict[str, dict[str, dict[str, Any]]]:
    """The same of cells, under their tileset; nothing where there are none."""
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        told = {"breaks": [round(bound, DIGITS) for bound in part.breaks], "areas": part.cells, "values": part.values}
        found.setdefault(part.period, {})[part.stratum] = told | {"basis": "modelled", "from": part.source.singular}
    return {CELLS.slug: found} if found else {}


def _england(indicator: IndicatorInfo) -> dict[str, dict[str, float]]:
    """period -> stratum -> England's value: the one area of its set is its own median."""
    found: dict[str, dict[str, float]] = {}
    for available in indicator.available:
        if available.geography.slug != COUNTRY:
            continue
        for part in available.slices:
            if part.median is not None:
                found.setdefault(part.period, {})[part.stratum] = round(part.median, DIGITS)
    return found
