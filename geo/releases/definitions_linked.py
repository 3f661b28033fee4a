"""Definitions of linked indicators, made from the derivations themselves, so that what is said of a figure is what was counted.

Title, unit, rule, people, standardisation and parts of the people come from geo/definitions/derivations; what the service alone needs
stands there under `served`. Which indicator is not served, and why, under `not_served`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from geo.errors import DefinitionError
from geo.yamlfiles import read_yaml

_DEFINITIONS = Path(__file__).parent.parent / "definitions"
FOLDER = _DEFINITIONS / "derivations"
FAMILY, SOURCE = "linked", "linked-records"

# What `served` must say, of the file and of an indicator (which may say anew what its file says), and what it may say besides.
_OF_FILE = ("version", "core20plus5", "setting", "use_case", "date_reviewed", "next_review")
_OF_INDICATOR = ("short_title", "polarity", "of")
_MAY = ("slug", "targets", "caveats")

# Unit of a derivation: decimals and method of limits. How a sum over people varies is not told by the sum, so it has no limits.
_UNITS = {"proportion": (1, "wilson"), "per_100k": (0, "byar"), "days_per_100k": (0, "none")}
_PEOPLE = {"registered": "People registered with a practice of the made-up systems", "records": "Records of the made-up systems"}
_DAYS = {"end": "registered on the last day of the period", "middle": "registered on 30 September of the year"}
_EVENTS = {"admission_episode": "first episodes of finished admissions", "spell": "stays in hospital"}
_SEXES = {"female": "Women and girls", "male": "Men and boys"}
_DECILES = 10

_BASIS = "Counted from linked records of made-up people for each area itself; shown as protected counts allow"
_SYNTHETIC = (
    "Synthetic: these are records of made-up people, laid into real neighbourhoods to show the service at work. Nothing here is true of any"
    " place."
)
_PROTECTED = (
    "Counts are protected as hospital statistics are: 1 to 7 people are withheld, all others rounded to the nearest 5, and limits take the"
    " rounding into account. A percentage that rounding could move by more than two points is withheld, so small areas have gaps."
)
_ENGLAND = "England stands for all people of the made-up systems, not for England."
_UNLINKED = (
    "An admission that could not be linked to a registered person is missing here; the share that was linked is an indicator itself."
)


@dataclass(frozen=True)
class LinkedContent:
    """What a definition of a derived indicator holds, as its own file would. path: of the derivation."""

    path: Path
    content: dict[str, Any]


def linked_contents(folder: Path = FOLDER) -> Iterator[LinkedContent]:
    """Contents of all derived indicators that are served, by file and place in it. Raises DefinitionError, naming file and key."""
    for path in sorted(folder.glob("*.yaml")):
        derivation = read_yaml(path)
        for slug, indicator in derivation["indicators"].items():
            if not _reason(path, derivation, slug, indicator):
                yield LinkedContent(path, _content(path, derivation, slug, indicator))


def not_served(folder: Path = FOLDER) -> dict[str, str]:
    """Derived indicators that the service does not show, each with the reason. Raises DefinitionError for one that says neither."""
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        derivation = read_yaml(path)
        for slug, indicator in derivation["indicators"].items():
            if reason := _reason(path, derivation, slug, indicator):
                found[slug] = reason
    return found


def _reason(path: Path, derivation: Mapping[str, Any], slug: str, indicator: Mapping[str, Any]) -> str:
    """Why an indicator is not served, "" for one that is."""
    reason = str(derivation.get("not_served") or indicator.get("not_served") or "")
    if bool(reason) == ("served" in indicator):
        raise _wrong(path, f"indicators.{slug}", "both or neither", "served, or not_served with a reason")
    if not reason and derivation["status"] != "verified":
        raise _wrong(path, f"indicators.{slug}", "served", "not_served, for the derivation is a draft")
    return reason


def _content(path: Path, derivation: Mapping[str, Any], slug: str, indicator: Mapping[str, Any]) -> dict[str, Any]:
    told = _told(path, derivation, slug, indicator)
    unit = indicator["unit"]
    if unit not in _UNITS:
        raise _wrong(path, f"indicators.{slug}.unit", unit, "one of " + ", ".join(_UNITS))
    decimals, method = _UNITS[unit]
    people = _people(derivation, told)
    return {
        "slug": told.get("slug") or (slug if slug.startswith(f"{FAMILY}-") else f"{FAMILY}-{slug}"),
        "title": f"{indicator['title']} (linked records)",
        "description": _description(indicator, people),
        "kind": "counts",
        "numerator": _numerator(indicator),
        "denominator": people[0].upper() + people[1:],
        "population_base": _PEOPLE[derivation["population_base"]],
        "unit": unit,
        "decimals": decimals,
        "method": method,
        "basis_note": _BASIS,
        "part_of_imd": False,
        "targets": told.get("targets", []),
        "sources": [SOURCE],
        "caveats": list(_caveats(derivation, indicator, told)),
        "strata": _strata(derivation),
        "family": FAMILY,
        "measure": {"indicator": slug, "rule": derivation["rule"]},
        "policy": {"numerator": "hes", "denominator": "hes"},
        "status": "draft",
        "authored_by": "HIID maintainers",
        **{key: told[key] for key in ("version", "core20plus5", "setting", "date_reviewed", "next_review", "short_title", "polarity")},
    }


def _told(path: Path, derivation: Mapping[str, Any], slug: str, indicator: Mapping[str, Any]) -> dict[str, Any]:
    """What is said under `served` of the file, and of the indicator, which goes before it."""
    of_file, own = derivation.get("served", {}), indicator["served"]
    told = {**of_file, **own}
    for key in (*_OF_FILE, *_OF_INDICATOR):
        if not told.get(key):
            raise _wrong(path, f"indicators.{slug}.served.{key}", told.get(key), "some words")
    for key in told:
        if key not in (*_OF_FILE, *_OF_INDICATOR, *_MAY):
            raise _wrong(path, f"indicators.{slug}.served.{key}", told[key], "no such key")
    return told


def _people(derivation: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """Of whom, and when they are looked at; who was invited and which records there are says so itself."""
    reference = derivation["periods"].get("reference")
    if not reference:
        return str(told["of"])
    return f"{told['of']}{',' if ',' in told['of'] else ''} {_DAYS[reference]}"


def _description(indicator: Mapping[str, Any], people: str) -> str:
    share = {"proportion": "as a share of", "per_100k": "in the year, for each 100,000", "days_per_100k": "in the year, for each 100,000"}
    return f"{indicator['title']}, {share[indicator['unit']]} {people}. Made-up people."


def _numerator(indicator: Mapping[str, Any]) -> str:
    """The title says what is counted; of admissions, which part of them, by the basket where the indicator names none."""
    if "basket" not in indicator:
        return str(indicator["title"])
    if indicator["kind"] == "sum":
        return f"{indicator['title']}, nights of each stay counted once"
    unit = indicator.get("event_unit") or _basket(indicator)["event_unit"]
    return f"{indicator['title']}: {_EVENTS[unit]}, counted once each, duplicates and amended versions left out"


def _caveats(derivation: Mapping[str, Any], indicator: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    yield _SYNTHETIC
    yield f"Use case: {_sentence(told['use_case'])}"
    yield _PROTECTED
    yield _ENGLAND
    yield from (_sentence(each) for each in told.get("caveats", []))
    if "basket" in indicator:
        basket = _basket(indicator)
        yield _sentence(f"Counted by one list of conditions, never mixed with another: {basket['title']}")
        yield f"{_standardised(indicator)} {_UNLINKED}"
        yield _sentence(f"Rule: {basket['source']}")
    else:
        yield _sentence(f"Rule: {derivation['source']}")


def _standardised(indicator: Mapping[str, Any]) -> str:
    """Rates are crude here, whatever the published indicator is, and sums have no limits of chance."""
    if indicator["kind"] == "sum":
        return "Crude, and without limits of chance, for the days of one person come together: only rounding is known."
    asked = indicator.get("standardisation", {})
    if asked.get("method") in ("direct", "indirect"):
        by = " and ".join(asked["by"])
        how = f"{asked['method']}, {asked['reference']}"
        return f"Crude: not adjusted for age or sex, where the indicator as published is standardised by {by} ({how})."
    return "Crude: not adjusted for age beyond the ages counted."


def _strata(derivation: Mapping[str, Any]) -> list[dict[str, str]]:
    """Parts of the people by all dimensions of all cubes, each slug once; those of whom it is not known last."""
    asked = dict.fromkeys(
        (dimension, cube.get("ethnicity", "broad")) for cube in derivation["cubes"] for dimension in cube["dimensions"] if dimension
    )
    found: dict[str, dict[str, str]] = {}
    unknown: dict[str, dict[str, str]] = {}
    for dimension, grouping in asked:
        name = "ethnic group" if dimension == "ethnicity" else dimension
        for slug, title in _parts(derivation, dimension, grouping).items():
            found[slug] = {"slug": slug, "title": title, "dimension": name}
        slug = f"{dimension}-not-known"
        unknown[slug] = {"slug": slug, "title": f"{name.capitalize()} not known", "dimension": name}
    return [*found.values(), *unknown.values()]


def _parts(derivation: Mapping[str, Any], dimension: str, grouping: str) -> dict[str, str]:
    """Slug and title of each known part of the people."""
    if dimension == "age":
        return _bands(derivation["ages"])
    return {"sex": _SEXES, "deprivation": _deciles(), "ethnicity": ethnic_titles(grouping)}[dimension]


def _bands(ages: list[int]) -> dict[str, str]:
    bands = {f"{first}-{after - 1}": f"Aged {first} to {after - 1}" for first, after in pairwise(ages)}
    return {**bands, f"{ages[-1]}-plus": f"Aged {ages[-1]} and over"}


def _deciles() -> dict[str, str]:
    ends = {1: " (most deprived)", _DECILES: " (least deprived)"}
    return {f"decile-{number}": f"Decile {number} of deprivation{ends.get(number, '')}" for number in range(1, _DECILES + 1)}


def ethnic_titles(grouping: str) -> dict[str, str]:
    """Slugs and titles of the ethnic groups of a grouping: broad, categories or communities."""
    raw = _ethnic_groups()
    if grouping == "broad":
        return dict(raw["broad"])
    titles = {slug: each["title"] for slug, each in raw["categories"].items()}
    if grouping == "categories":
        return titles
    below = {each["code"]: (slug, each) for slug, each in raw["communities"].items()}
    found: dict[str, str] = {}
    for slug, each in raw["categories"].items():
        if each["code"] in below:
            community, part = below[each["code"]]
            found |= {community: part["title"], part["rest"]["slug"]: part["rest"]["title"]}
        else:
            found[slug] = each["title"]
    return found


@cache
def _ethnic_groups() -> Mapping[str, Any]:
    groups: Mapping[str, Any] = read_yaml(_DEFINITIONS / "strata" / "ethnicity.yaml")
    return groups


@cache
def _baskets() -> Mapping[str, Mapping[str, Any]]:
    read = (read_yaml(path) for path in sorted((_DEFINITIONS / "baskets").glob("*.yaml")))
    return {basket["id"]: basket for basket in read}


def _basket(indicator: Mapping[str, Any]) -> Mapping[str, Any]:
    return _baskets()[indicator["basket"]]


def _sentence(words: str) -> str:
    plain = " ".join(str(words).split())
    return plain if plain.endswith(".") else f"{plain}."


def _wrong(path: Path, key: str, found: object, expected: str) -> DefinitionError:
    return DefinitionError(f"{path.parent.name}/{path.name}: {key}: found {found!r}, expected {expected}")
