"""Indicator definitions: the YAML files of geo/definitions/indicators, and those made from derivations, checked and kept as versions.

A file says what is counted, of whom, by which method, for which use, and what must be said beside each figure. A version that a
published release has used is fixed: a changed file then needs a higher `version`.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Max

from geo.disclosure.published_counts import Rule
from geo.errors import DefinitionError
from geo.models import Availability, Indicator, Release, Stratum
from geo.releases.definitions_linked import FOLDER as DERIVATIONS
from geo.releases.definitions_linked import linked_contents
from geo.strata import parts_of
from geo.yamlfiles import read_yaml

FOLDER = Path(__file__).parent.parent / "definitions" / "indicators"

CORE20PLUS5 = (
    "cancer",
    "chronic-respiratory",
    "cardiovascular",
    "severe-mental-illness",
    "maternity",
    "smoking",
    "asthma-cyp",
    "diabetes-cyp",
    "epilepsy-cyp",
    "oral-health-cyp",
    "mental-health-cyp",
    "vaccination",
    "hypertension",
    "other",
    "context",
)
CHOICES = {
    "core20plus5": CORE20PLUS5,
    "setting": ("gp", "hospital", "community", "national"),
    "kind": ("counts", "ratio_only"),
    "unit": ("proportion", "per_100k", "days_per_100k", "ratio_100", "score", "decile", "years", "count", "index"),
    "polarity": ("high_is_good", "low_is_good", "none"),
    "method": ("wilson", "byar", "life_table", "published", "none"),
    "status": ("draft", "checked"),
    "family": (
        "cervical",
        "qof",
        "smi",
        "cover",
        "local_health",
        "imd_parts",
        "stroke",
        "districts",
        "life_expectancy",
        "non_elective",
        "census",
        "deprivation",
        "linked",
    ),
}
TEXTS = ("slug", "title", "short_title", "description", "denominator", "numerator", "population_base", "basis_note", "authored_by")
REQUIRED = (
    *TEXTS,
    *CHOICES,
    "version",
    "decimals",
    "part_of_imd",
    "targets",
    "sources",
    "caveats",
    "strata",
    "date_reviewed",
    "next_review",
    "measure",
)

# What a file may say besides: how numerators and denominators were protected (geo.disclosure.published_counts); open where it says nothing.
OPTIONAL = ("policy",)

# Methods need what they are computed from: Wilson a proportion, Byar a rate; a life table gives years.
_UNITS_OF_METHOD = {"wilson": ("proportion",), "byar": ("per_100k", "ratio_100"), "life_table": ("years",)}
MOST_DECIMALS = 3


@dataclass(frozen=True)
class Definition:
    """One checked definition. `content` is the whole file as plain values (dates as text); `sha256` is that of `content`."""

    slug: str
    version: int
    sha256: str
    content: dict[str, Any]

    @property
    def measure(self) -> dict[str, Any]:
        """What the builder of its family needs to know, such as the register."""
        return dict(self.content["measure"])

    @property
    def strata(self) -> tuple[str, ...]:
        """Slugs of its strata; `all` alone where it is not broken down."""
        return tuple(s["slug"] for s in self.content["strata"]) or ("all",)

    def __getattr__(self, key: str) -> Any:
        """A key of the file: `definition.polarity`."""
        if key.startswith("_") or key not in self.content:
            raise AttributeError(key)
        return self.content[key]


def load_definitions(folder: Path = FOLDER, derivations: Path = DERIVATIONS) -> dict[str, Definition]:
    """All definitions by slug, in slug order: those of the folder, and those that the derivations give.

    Raises DefinitionError, naming file and key, for the first that is wrong, and for a slug that two files have.
    """
    found = [load_definition(path) for path in folder.glob("*.yaml")]
    found += [_checked(each.path, each.content) for each in linked_contents(derivations)]
    by_slug: dict[str, Definition] = {}
    for definition in sorted(found, key=lambda one: one.slug):
        if definition.slug in by_slug:
            raise DefinitionError(f"{definition.slug}: two files define it")
        by_slug[definition.slug] = definition
    return by_slug


def load_definition(path: Path) -> Definition:
    """One definition of a file of its own, checked. Raises DefinitionError, naming file and key."""
    try:
        content = read_yaml(path)
    except yaml.YAMLError as error:
        raise DefinitionError(f"{path.name}: not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise DefinitionError(f"{path.name}: found {type(content).__name__}, expected keys and values")
    definition = _checked(path, content)
    if definition.slug != path.stem:
        raise _wrong(path, "slug", definition.slug, f"the name of the file, {path.stem!r}")
    return definition


def _checked(path: Path, content: dict[str, Any]) -> Definition:
    """The definition that a content is. Raises DefinitionError, naming file and key."""
    _check_keys(path, content)
    _check_words(path, content)
    _check_sense(path, content)
    plain = json.loads(json.dumps(content, default=str, sort_keys=True))
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    return Definition(slug=content["slug"], version=content["version"], sha256=digest, content=plain)


@transaction.atomic
def store_definitions(definitions: dict[str, Definition]) -> dict[str, Indicator]:
    """The rows of these definitions by slug, made where missing, with their strata.

    Raises DefinitionError for a definition that differs from the same version as a published release used it.
    """
    rows = {}
    for definition in definitions.values():
        row, is_new = Indicator.objects.get_or_create(
            slug=definition.slug, version=definition.version, defaults={"definition": definition.content, "sha256": definition.sha256}
        )
        if not is_new and row.sha256 != definition.sha256:
            _replace(row, definition)
        rows[definition.slug] = row
    _store_strata(definitions.values())
    return rows


def _replace(row: Indicator, definition: Definition) -> None:
    """Take the changed file for a version that nobody has been shown yet."""
    shown = (Release.State.PUBLISHED, Release.State.WITHDRAWN)
    if Availability.objects.filter(indicator=row, release__state__in=shown).exists():
        raise DefinitionError(
            f"{definition.slug}.yaml: version: found {definition.version} with changed content, but a published release used that version;"
            f" expected {definition.version + 1}"
        )
    row.definition, row.sha256 = definition.content, definition.sha256
    row.save(update_fields=["definition", "sha256"])


def _store_strata(definitions: Iterable[Definition]) -> None:
    """Make the strata that are not there yet, numbered in the order of the definitions."""
    known = set(Stratum.objects.values_list("slug", flat=True))
    wanted = {stratum["slug"]: stratum for definition in definitions for stratum in definition.content["strata"]}
    first = (Stratum.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    missing = [stratum for slug, stratum in wanted.items() if slug not in known]
    Stratum.objects.bulk_create(Stratum(id=first + place, **stratum) for place, stratum in enumerate(missing))


def _check_keys(path: Path, content: dict[str, Any]) -> None:
    for key in REQUIRED:
        if key not in content:
            raise DefinitionError(f"{path.name}: {key}: missing")
    for key in content:
        if key not in (*REQUIRED, *OPTIONAL):
            raise DefinitionError(f"{path.name}: {key}: not a key of a definition")


def _check_words(path: Path, content: dict[str, Any]) -> None:
    for key in TEXTS:
        if not isinstance(content[key], str) or not content[key].strip():
            raise _wrong(path, key, content[key], "some words")
    for key, allowed in CHOICES.items():
        if content[key] not in allowed:
            raise _wrong(path, key, content[key], "one of " + ", ".join(allowed))
    for key in ("sources", "caveats"):
        if not content[key] or not all(isinstance(entry, str) and entry.strip() for entry in content[key]):
            raise _wrong(path, key, content[key], "a list of at least one text")


def _check_sense(path: Path, content: dict[str, Any]) -> None:
    if not isinstance(content["version"], int) or content["version"] < 1:
        raise _wrong(path, "version", content["version"], "a whole number from 1")
    if content["decimals"] not in range(MOST_DECIMALS + 1):
        raise _wrong(path, "decimals", content["decimals"], f"0 to {MOST_DECIMALS}")
    if content["kind"] == "ratio_only" and content["method"] in _UNITS_OF_METHOD:
        raise _wrong(path, "method", content["method"], "published or none, for a ratio has no counts to compute limits from")
    units = _UNITS_OF_METHOD.get(content["method"])
    if units and content["unit"] not in units:
        raise _wrong(path, "unit", content["unit"], f"{' or '.join(units)}, for the method is {content['method']}")
    if not isinstance(content["part_of_imd"], bool):
        raise _wrong(path, "part_of_imd", content["part_of_imd"], "true or false")
    _check_policy(path, content)
    _check_parts(path, content)
    _check_dates(path, content)


def _check_policy(path: Path, content: dict[str, Any]) -> None:
    said, rules = content.get("policy", {}), [rule.value for rule in Rule]
    if not isinstance(said, dict) or not set(said) <= {"numerator", "denominator"} or not set(said.values()) <= set(rules):
        raise _wrong(path, "policy", said, f"numerator and denominator, each one of {', '.join(rules)}")
    if said and content["kind"] != "counts":
        raise _wrong(path, "policy", said, "nothing, for a ratio without counts has none to protect")


def _check_parts(path: Path, content: dict[str, Any]) -> None:
    if not isinstance(content["measure"], dict):
        raise _wrong(path, "measure", content["measure"], "keys and values for the family")
    for stratum in content["strata"]:
        if set(stratum) != {"slug", "title", "dimension"}:
            raise _wrong(path, "strata", stratum, "slug, title and dimension")
        if not parts_of(stratum["slug"], stratum["dimension"]):
            raise _wrong(path, "strata", stratum["slug"], f"a slug for each part of the dimension {stratum['dimension']!r}, joined by _")


def _check_dates(path: Path, content: dict[str, Any]) -> None:
    for key in ("date_reviewed", "next_review"):
        if not isinstance(content[key], date):
            raise _wrong(path, key, content[key], "a date such as 2026-11-22")
    if content["next_review"] <= content["date_reviewed"]:
        raise _wrong(path, "next_review", content["next_review"], "a day after date_reviewed")
    for target in content["targets"]:
        if set(target) != {"value", "from", "to", "source"} or not isinstance(target["value"], int | float):
            raise _wrong(path, "targets", target, "value, from, to (a date or null) and source")
        if content["unit"] == "proportion" and not 0 < target["value"] <= 1:
            raise _wrong(path, "targets", target["value"], "a proportion between 0 and 1")


def _wrong(path: Path, key: str, found: object, expected: str) -> DefinitionError:
    return DefinitionError(f"{path.name}: {key}: found {found!r}, expected {expected}")
