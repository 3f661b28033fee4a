"""Frozen models of probable links: m and u of each level of agreement, as geo/definitions/linkage/<model>.yaml holds them.

A model is trained by tools/linkage/train.py and never in a run. u of a field with as many values as there are people or homes shrinks with
the register, so there u is written per person of the register: u = u_people / people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import splink
from splink import comparison_level_library as levels
from splink.internals.comparison_library import CustomComparison
from splink.internals.settings_creator import SettingsCreator

from geo.errors import DefinitionError
from geo.linkage.layouts import FIELDS
from geo.linkage.manifest import digest_of
from geo.linkage.rules import FOLDER
from geo.yamlfiles import read_yaml

NAMED, UNNAMED = "named", "unnamed"
MODELS = {NAMED: FIELDS, UNNAMED: FIELDS[:4]}
DIFFERS = "differs"
# Pairs that are compared at all: those that agree in all columns of one of these.
BLOCKING: Mapping[str, tuple[tuple[str, ...], ...]] = {
    UNNAMED: (("nhs",), ("birth", "postcode")),
    NAMED: (("nhs",), ("birth", "postcode"), ("birth", "family"), ("family", "given", "postcode")),
}
# Fields with as many values as people or homes; their u is per person.
PER_PERSON = {("nhs", "exact"), ("postcode", "exact"), ("postcode", "near")}
# In a smaller register places would be shared more often than shares can say; it is taken to be of this size.
LEAST_PEOPLE = 25_000
UNIQUE_ID, DATASET = "unique_id", "source_dataset"


@dataclass(frozen=True)
class Level:
    """One way to agree in a field. m, u: shares of pairs of one person, and of two; where per_person, u is u / people of the register."""

    way: str
    m: float
    u: float
    per_person: bool = False


@dataclass(frozen=True)
class Model:
    """A frozen model. model_id changes with every number of it. trained: on what, for the record."""

    name: str
    model_id: str
    fields: Mapping[str, tuple[Level, ...]]
    trained: Mapping[str, Any]


@cache
def comparisons() -> Mapping[str, Mapping[str, str]]:
    """Conditions of each way to agree, by field."""
    found: dict[str, dict[str, str]] = read_yaml(FOLDER / "comparisons.yaml")
    if set(found) != set(FIELDS):
        raise DefinitionError(f"linkage/comparisons.yaml: fields are {', '.join(found)}, and should be {', '.join(FIELDS)}")
    return found


@cache
def model(name: str) -> Model:
    """The model of this name. Raises DefinitionError where it does not fit the comparisons or its id does not fit its numbers."""
    raw = read_yaml(FOLDER / f"{name}.yaml")
    fields = {field: tuple(_level(way, values) for way, values in ways.items()) for field, ways in raw["fields"].items()}
    for field in MODELS[name]:
        ways = [level.way for level in fields.get(field, ())]
        if ways != [*comparisons()[field], DIFFERS]:
            raise DefinitionError(f"linkage/{name}.yaml: {field} has levels {', '.join(ways)}, not those of comparisons.yaml")
    if raw["model_id"] != model_id(name, raw["fields"]):
        raise DefinitionError(f"linkage/{name}.yaml: the numbers are not those of {raw['model_id']}; train it, do not edit it")
    return Model(name, raw["model_id"], fields, raw["trained"])


def model_id(name: str, fields: Mapping[str, Any]) -> str:
    """The id of a model with these numbers, under the comparisons in force."""
    return f"{name}-{digest_of({'fields': fields, 'comparisons': comparisons(), 'blocking': BLOCKING[name]})[:12]}"


def settings_of(found: Model, people: int) -> SettingsCreator:
    """Splink's settings for a register of so many people, for any of its engines. Two records taken at random match once in as many."""
    people = max(people, LEAST_PEOPLE)
    return settings(found.name, people, {field: [_weights(level, people, rest) for level, rest in _with_rest(field_levels, people)]
                                         for field, field_levels in found.fields.items()})  # fmt: skip


def settings(name: str, people: int, weights: Mapping[str, list[tuple[float, float]]] | None = None) -> SettingsCreator:
    """Settings of a model, with m and u of each level where they are known (before training they are not)."""
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=1.0 / people,
        blocking_rules_to_generate_predictions=[splink.block_on(*columns) for columns in BLOCKING[name]],
        comparisons=[_comparison(field, (weights or {}).get(field)) for field in MODELS[name]],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        unique_id_column_name=UNIQUE_ID,
        source_dataset_column_name=DATASET,
    )


def _comparison(field: str, weights: list[tuple[float, float]] | None) -> CustomComparison:
    made: list[Any] = [levels.NullLevel(field)]
    made += [levels.CustomLevel(condition, way, base_dialect_str="duckdb") for way, condition in comparisons()[field].items()]
    made.append(levels.ElseLevel())
    if weights is not None:
        for level, (m, u) in zip(made[1:], weights, strict=True):
            level.configure(m_probability=m, u_probability=u)
    return CustomComparison(comparison_levels=made, output_column_name=field)


def _with_rest(field_levels: tuple[Level, ...], people: int) -> list[tuple[Level, float]]:
    rest = 1.0 - sum(level.u / people if level.per_person else level.u for level in field_levels[:-1])
    return [(level, rest) for level in field_levels]


def _weights(level: Level, people: int, rest: float) -> tuple[float, float]:
    if level.way == DIFFERS:
        return level.m, rest
    return level.m, level.u / people if level.per_person else level.u


def _level(way: str, values: Mapping[str, float]) -> Level:
    per_person = "u_people" in values
    return Level(way, float(values["m"]), float(values.get("u_people", values.get("u", 0.0))), per_person)
