"""Derivations: which indicators are counted from linked records, of whom, by which rule, for which areas and parts of the people.

One file a derivation in geo/definitions/derivations; its README explains the words. A derivation's indicators are counted together, all
periods in one pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from geo.linkage.derivation.baskets import EMERGENCY_CODES, EVENT_UNITS, STATUSES, baskets
from geo.linkage.derivation.checking import read_definition, refuse_unknown, require, wrong
from geo.linkage.derivation.filters import WORDS
from geo.linkage.derivation.windows import KINDS, REFERENCES

FOLDER = Path(__file__).parents[2] / "definitions" / "derivations"
GEOGRAPHIES = ("lsoa21", "msoa21", "lad24", "icb26", "ctry23", "practice24", "pcn24")
DIMENSIONS = ("", "sex", "age", "ethnicity", "deprivation")
GROUPINGS = ("broad", "categories", "communities")
RULES = (
    "admissions",
    "screening",
    "screening-uptake",
    "childhood",
    "flu",
    "severe-mental-illness",
    "conditions",
    "completeness",
    "linkage",
    "opt-outs",
)
# proportion: people, of people. rate: events, of people. sum: days or pounds, of people. records: records, of records.
MEASURES = ("proportion", "rate", "sum", "records")
METHODS = ("none", "crude", "direct", "indirect")
_REQUIRED = ("title", "rule", "version", "status", "source", "population_base", "periods", "ages", "cubes", "indicators")
_INDICATOR = ("title", "kind", "unit", "numerator", "denominator")
# What the service says of an indicator, or why it does not serve it: read by geo.releases.definitions_linked, nothing to linkage.
_SERVICE = ("served", "not_served")
_OPTIONAL = (
    "basket",
    "conditions",
    "emergency_codes",
    "event_unit",
    "value",
    "standardisation",
    "history_months",
    "of",
    "detect",
    "detect_periods",
)


@dataclass(frozen=True)
class Cube:
    """Areas of one geography by the parts of one dimension ('' = everybody), for periods of these kinds and for these indicators."""

    geography: str
    dimension: str
    grouping: str
    kinds: tuple[str, ...]
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Indicator:
    """One indicator. numerator, denominator: filters of the rule's facts (geo/linkage/derivation/filters.py).

    Of admissions: basket, conditions (none: all), emergency_codes, event_unit, and for sums the value (bed_days or cost).
    history_months: so far must records reach back before the reference day, else the period is left out. standardisation: method, by
    and reference. of: what a rule with several kinds of facts looks at, as the programme of screening. detect: whether clusters of
    neighbourhoods are looked for (geo/linkage/detection); detect_periods: among so many newest periods together, more than one for rare
    events.
    """

    slug: str
    title: str
    kind: str
    unit: str
    numerator: Mapping[str, Any]
    denominator: Mapping[str, Any]
    basket: str = ""
    conditions: tuple[str, ...] = ()
    emergency_codes: str = "all"
    event_unit: str = ""
    value: str = ""
    standardisation: Mapping[str, Any] = field(default_factory=dict)
    history_months: int = 0
    of: str = ""
    detect: bool = False
    detect_periods: int = 1


@dataclass(frozen=True)
class Derivation:
    """One derivation file. ages: first ages of the bands of the dimension age. parameters: what its rule needs besides."""

    name: str
    title: str
    rule: str
    version: int
    status: str
    source: str
    population_base: str
    kinds: tuple[str, ...]
    reference: str
    lag_months: int
    ages: tuple[int, ...]
    cubes: tuple[Cube, ...]
    indicators: tuple[Indicator, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)


@cache
def derivations() -> Mapping[str, Derivation]:
    """All derivations by name. Raises DefinitionError for a file that breaks the rules, or an indicator that two files have."""
    found = {path.stem: read_derivation(path) for path in sorted(FOLDER.glob("*.yaml"))}
    seen: dict[str, str] = {}
    for name, derivation in found.items():
        for indicator in derivation.indicators:
            if indicator.slug in seen:
                raise wrong(FOLDER / f"{name}.yaml", "indicators", indicator.slug, f"one that {seen[indicator.slug]}.yaml has not")
            seen[indicator.slug] = name
    return found


def read_derivation(path: Path) -> Derivation:
    """One derivation from its file. Raises DefinitionError, saying file, key, what was found and what was expected."""
    raw = read_definition(path)
    require(path, raw, _REQUIRED, ("parameters", *_SERVICE))
    for key, valid in (("rule", RULES), ("status", STATUSES)):
        if raw[key] not in valid:
            raise wrong(path, key, raw[key], "one of " + ", ".join(valid))
    kinds, reference, lag = _periods(path, raw["periods"])
    slugs = tuple(raw["indicators"])
    return Derivation(
        name=path.stem,
        **{key: raw[key] for key in ("title", "rule", "version", "status", "source", "population_base")},
        kinds=kinds,
        reference=reference,
        lag_months=lag,
        ages=_ages(path, raw["ages"]),
        cubes=tuple(cube for number, each in enumerate(raw["cubes"]) for cube in _cubes(path, f"cubes.{number}", each, kinds, slugs)),
        indicators=tuple(_indicator(path, raw["rule"], slug, each) for slug, each in raw["indicators"].items()),
        parameters=raw.get("parameters", {}),
    )


def _periods(path: Path, given: Any) -> tuple[tuple[str, ...], str, int]:
    require(path, given, ("kinds",), ("reference", "lag_months"), "periods")
    kinds, reference = tuple(given["kinds"]), given.get("reference", "end")
    _listed(path, "periods.kinds", kinds, KINDS)
    _listed(path, "periods.reference", (reference,), REFERENCES)
    return kinds, reference, int(given.get("lag_months", 0))


def _ages(path: Path, given: Any) -> tuple[int, ...]:
    ages = tuple(given)
    if not ages or list(ages) != sorted(set(ages)) or not all(isinstance(age, int) for age in ages) or ages[0] != 0:
        raise wrong(path, "ages", given, "whole numbers that rise from 0")
    return ages


def _cubes(path: Path, key: str, given: Any, kinds: tuple[str, ...], slugs: tuple[str, ...]) -> list[Cube]:
    require(path, given, ("geographies", "dimensions"), ("ethnicity", "kinds", "indicators"), key)
    of, grouping, counted = tuple(given.get("kinds", kinds[:1])), given.get("ethnicity", "broad"), tuple(given.get("indicators", slugs))
    _listed(path, f"{key}.geographies", given["geographies"], GEOGRAPHIES)
    _listed(path, f"{key}.dimensions", given["dimensions"], DIMENSIONS)
    _listed(path, f"{key}.ethnicity", (grouping,), GROUPINGS)
    _listed(path, f"{key}.kinds", of, kinds)
    _listed(path, f"{key}.indicators", counted, slugs)
    return [Cube(geography, dimension, grouping, of, counted) for geography in given["geographies"] for dimension in given["dimensions"]]


def _indicator(path: Path, rule: str, slug: str, given: Any) -> Indicator:
    key = f"indicators.{slug}"
    # A basket is named with each indicator and has no default.
    needed = (*_INDICATOR, "basket") if rule == "admissions" else _INDICATOR
    require(path, given, needed, (*_OPTIONAL, *_SERVICE), key)
    _listed(path, f"{key}.kind", (given["kind"],), MEASURES)
    if given.get("detect"):
        # People of a share are the same from period to period: together they would count several times.
        _listed(path, f"{key}.kind", (given["kind"],), ("rate",) if given.get("detect_periods", 1) > 1 else ("proportion", "rate"))
    for part in ("numerator", "denominator"):
        _check_filter(path, f"{key}.{part}", given[part])
    conditions = tuple(given.get("conditions", ()))
    if "basket" in given:
        _check_basket(path, key, given, conditions)
    if "standardisation" in given:
        require(path, given["standardisation"], ("method",), ("by", "reference"), f"{key}.standardisation")
        _listed(path, f"{key}.standardisation.method", (given["standardisation"]["method"],), METHODS)
    told = {name: value for name, value in given.items() if name not in _SERVICE}
    return Indicator(slug=slug, **told | {"conditions": conditions})


def _check_basket(path: Path, key: str, given: Mapping[str, Any], conditions: tuple[str, ...]) -> None:
    """Conditions are those of the basket's own file, and so is the unit of counting where none is given."""
    _listed(path, f"{key}.basket", (given["basket"],), tuple(baskets()))
    basket = baskets()[given["basket"]]
    _listed(path, f"{key}.conditions", conditions, tuple(basket.conditions))
    _listed(path, f"{key}.emergency_codes", (given.get("emergency_codes", "all"),), EMERGENCY_CODES)
    _listed(path, f"{key}.event_unit", (given.get("event_unit", basket.event_unit),), EVENT_UNITS)
    if given["kind"] == "sum":
        _listed(path, f"{key}.value", (given.get("value", ""),), ("bed_days", "cost"))


def _check_filter(path: Path, key: str, given: Any) -> None:
    if not isinstance(given, Mapping):
        raise wrong(path, key, given, "columns and what they must be; {} for all")
    for column, words in given.items():
        if isinstance(words, Mapping):
            refuse_unknown(path, f"{key}.{column}", words, WORDS)
        elif not isinstance(words, str | int | bool | list | date):
            raise wrong(path, f"{key}.{column}", words, "a value, a list of values, or words such as from and below")


def _listed(path: Path, key: str, found: Any, valid: tuple[str, ...]) -> None:
    for each in found:
        if each not in valid:
            raise wrong(path, key, each, "one of " + ", ".join(name or repr(name) for name in valid))
