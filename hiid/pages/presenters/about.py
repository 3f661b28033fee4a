"""The page about the figures: what each may claim, where it comes from, under which licence, and what of it is made up."""

from typing import Any

from geo.codes import GEOGRAPHIES
from geo.queries.catalogue import IndicatorInfo
from geo.queries.holdings import SourceInfo
from hiid.pages.presenters import words

ORIGINS = {
    "mirror": "folder of published files",
    "cache": "local copy",
    "publisher": "publisher's address",
    "package": "data package",
    "stand_in": "made up (stand-in)",
}
METHODS = {
    "wilson": "95 % limits after Wilson",
    "byar": "95 % limits after Byar",
    "life_table": "95 % limits of the life table after Silcocks, or of the published standard error",
    "published": "as published",
    "none": "without limits",
}
KINDS = {
    "counts": "counts: rates are computed from numerator and denominator",
    "ratio_only": "the publisher gives the ratio without counts",
}


def indicator_groups(indicators: list[IndicatorInfo]) -> list[dict[str, Any]]:
    """Every indicator with its definition in words, by area of care."""
    groups = []
    for slug, title in words.CARE_AREAS.items():
        found = [_definition(one) for one in indicators if one.definition.get("core20plus5", "other") == slug]
        if found:
            groups.append({"slug": slug, "title": title, "indicators": found})
    return groups


def source_rows(sources: list[SourceInfo]) -> list[dict[str, Any]]:
    """Every file in words; those that are made up or missing say so."""
    return [
        {
            "slug": one.slug,
            "title": one.title,
            "publisher": one.publisher,
            "page": one.page if one.page.startswith("https://") else "",
            "licence": one.licence,
            "attribution": one.attribution,
            "period": one.period,
            "origin": ORIGINS.get(one.origin, one.origin),
            "is_synthetic": one.is_synthetic,
            "is_absent": one.state in ("absent", "failed"),
            "rows": f"{one.rows_in:,}",
            "rejected": sum(count for count in one.rejected.values() if isinstance(count, int)),
            "sha256": one.sha256[:12],
        }
        for one in sources
    ]


def not_supplied(quality: dict[str, Any]) -> list[str]:
    """Indicators of a release that wait for an optional file, with the files any of which would do."""
    found = sorted(quality.get("not_supplied", {}).values(), key=lambda one: one["title"])
    return [f"{one['title']} (needs {' or '.join(one['sources'])})" for one in found]


def missing_maps(tilesets: dict[str, Any]) -> list[str]:
    """Titles of geographies whose shapes the release could not have."""
    return [GEOGRAPHIES[slug].title for slug, version in tilesets.items() if version == "not_available" and slug in GEOGRAPHIES]


def _definition(one: IndicatorInfo) -> dict[str, Any]:
    definition = one.definition
    periods = [part.period_label for part in one.slices]
    facts = [
        ("Numerator", definition.get("numerator")),
        ("Denominator", definition.get("denominator")),
        ("People", definition.get("population_base")),
        ("Unit", words.unit_of(definition).title),
        ("Kind", KINDS.get(definition.get("kind", ""), "")),
        ("Limits", METHODS.get(definition.get("method", ""), "")),
        ("Basis", definition.get("basis_note")),
        ("Areas", ", ".join(dict.fromkeys(available.geography.title for available in one.available))),
        ("Periods", _span(periods)),
        (
            "Targets",
            "; ".join(f"{words.with_unit(target['value'], definition)}: {target['source']}" for target in definition.get("targets", [])),
        ),
        ("Sources", ", ".join(definition.get("sources", []))),
        (
            "Reviewed",
            f"{definition.get('date_reviewed', '')}, next {definition.get('next_review', '')}, status {definition.get('status', '')}",
        ),
    ]
    return {
        "slug": one.slug,
        "title": one.title,
        "version": one.version,
        "description": definition.get("description", ""),
        "is_part_of_imd": bool(definition.get("part_of_imd")),
        "facts": [(name, text) for name, text in facts if text],
        "caveats": definition.get("caveats", []),
    }


def _span(labels: list[str]) -> str:
    """ "Q3 2018/19 to Q4 2023/24 (22)": labels come newest first within each geography."""
    known = list(dict.fromkeys(labels))
    if len(known) < 3:
        return ", ".join(known)
    return f"{known[-1]} to {known[0]} ({len(known)})"
