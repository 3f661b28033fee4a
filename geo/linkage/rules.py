"""Linking by rules: the person of the register whose NHS number a record carries, where other fields bear it out.

The rules are geo/definitions/linkage/rules.yaml. How two records agree in a field is the same for every step and engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ibis

from geo.errors import DefinitionError
from geo.linkage.engines import ROW, Engine
from geo.linkage.layouts import FIELDS, REGISTER, Layout
from geo.linkage.standardise import LSOA, ROW_ID
from geo.yamlfiles import read_yaml

FOLDER = Path(__file__).parent.parent / "definitions" / "linkage"
# How two records agree in a field, as written in results; missing is null.
EXACT, NEAR, DIFFERS = 2, 1, 0
_WAYS = {"exact": EXACT, "near": NEAR, "differs": DIFFERS, "missing": None}
NONE = "none"
PERSON, STEP, OWN = "person", "step", "own_lsoa21"
# Columns of the person who is joined to a record begin so.
THEIRS = "their_"
AREAS = "postcode_areas.parquet"
AGREE = {"nhs": "agree_nhs", "birth": "agree_dob", "sex": "agree_sex", "postcode": "agree_postcode", "family": "agree_family",
         "given": "agree_given"}  # fmt: skip
_LAST_LETTERS, _FIRST_LETTERS = 2, 3
# Two of year, month and day.
_PARTS_NEAR = 2

Rule = Mapping[str, tuple[int | None, ...]]


@dataclass(frozen=True)
class Rules:
    """steps: name to rules, tried in order; number: the same for extracts that carry the number alone. weight_least, lead_least: bits."""

    steps: Mapping[str, tuple[Rule, ...]]
    number: Mapping[str, tuple[Rule, ...]]
    weight_least: float
    lead_least: float


@cache
def rules() -> Rules:
    """The rules in force. Raises DefinitionError for unknown fields and ways."""
    raw = read_yaml(FOLDER / "rules.yaml")
    steps, number = ({step: tuple(map(_rule, each)) for step, each in raw[part].items()} for part in ("steps", "number"))
    return Rules(steps, number, float(raw["model"]["weight_least"]), float(raw["model"]["lead_least"]))


def link_by_rules(engine: Engine, standard: Path, layout: Layout, out: Path) -> None:
    """Write step, person and agreements of each record of an extract, in order of row; step `none` and no person where no rule holds.

    standard: folder of what standardise and postcode_areas wrote. own_lsoa21 is the neighbourhood of the record's own postcode.
    """
    table = engine.read(standard / f"{layout.name}.parquet")
    people = engine.read(standard / f"{REGISTER}.parquet")
    theirs = people.select(**{PERSON: people[ROW]} | {f"{THEIRS}{role}": people[role] for role in FIELDS})
    joined = table.left_join(theirs, table["nhs"] == theirs[f"{THEIRS}nhs"])
    agreed = joined.mutate(**agreements(joined, layout))
    steps = rules().number if layout.link == "number" else rules().steps
    stepped = agreed.mutate(**{STEP: _step(agreed, steps)})
    linked = stepped[STEP] != NONE
    kept = {
        name: linked.ifelse(stepped[name], ibis.null(kind)) for name, kind in ((PERSON, "int64"), *((n, "int8") for n in AGREE.values()))
    }
    columns = {ROW: stepped[ROW], ROW_ID: stepped[ROW_ID], STEP: stepped[STEP], **kept}
    if "postcode" not in layout.identity:
        result = stepped.select(**columns, **{OWN: ibis.null("string")})
    else:
        areas = engine.read(standard / AREAS)
        placed = stepped.select("postcode", **columns).left_join(areas, "postcode")
        result = placed.select(*columns, **{OWN: placed[LSOA]})
    engine.write(result, out, order=(ROW,))


def agreements(joined: Any, layout: Layout) -> dict[str, Any]:
    """Expressions of the agreement of all fields between a record and the person joined to it; null for those that the extract lacks."""
    return {
        name: agreement(joined[role], joined[f"{THEIRS}{role}"], role) if role in layout.identity else ibis.null("int8")
        for role, name in AGREE.items()
    }


def agreement(mine: Any, theirs: Any, role: str) -> Any:
    """How two values of a field agree: EXACT, NEAR, DIFFERS, or null where one is missing. An expression of int8."""
    near = _NEAR[role](mine, theirs) if role in _NEAR else ibis.literal(False)
    ways = ibis.cases((mine == theirs, EXACT), (near, NEAR), else_=DIFFERS)
    return (mine.notnull() & theirs.notnull()).ifelse(ways, ibis.null("int8")).cast("int8")


def _step(table: Any, steps: Mapping[str, tuple[Rule, ...]]) -> Any:
    cases = [(_holds(table, rule), ibis.literal(step)) for step, each in steps.items() for rule in each]
    return ibis.cases(*cases, else_=NONE)


def _holds(table: Any, rule: Rule) -> Any:
    """Whether a rule holds; false rather than null where a field is missing."""
    holds = ibis.literal(True)
    for role, ways in rule.items():
        value = table[AGREE[role]]
        known = value.isin([way for way in ways if way is not None]).fill_null(False)
        holds &= known | value.isnull() if None in ways else known
    return holds


def _birth_near(mine: Any, theirs: Any) -> Any:
    same = sum((getattr(mine, part)() == getattr(theirs, part)()).cast("int8") for part in ("year", "month", "day"))
    exchanged = (mine.year() == theirs.year()) & (mine.month() == theirs.day()) & (mine.day() == theirs.month())
    return (same >= _PARTS_NEAR) | exchanged


def _postcode_near(mine: Any, theirs: Any) -> Any:
    return (mine.length() == theirs.length()) & (
        mine.substr(0, mine.length() - _LAST_LETTERS) == theirs.substr(0, theirs.length() - _LAST_LETTERS)
    )


def _name_near(mine: Any, theirs: Any) -> Any:
    return mine.substr(0, _FIRST_LETTERS) == theirs.substr(0, _FIRST_LETTERS)


_NEAR = {"birth": _birth_near, "postcode": _postcode_near, "family": _name_near, "given": _name_near}


def _rule(raw: Mapping[str, list[str]]) -> Rule:
    unknown = (set(raw) - set(FIELDS)) | ({way for ways in raw.values() for way in ways} - set(_WAYS))
    if unknown:
        raise DefinitionError(f"linkage/rules.yaml: unknown fields or ways of agreement: {', '.join(sorted(unknown))}")
    return {role: tuple(_WAYS[way] for way in ways) for role, ways in raw.items()}
