"""Probable links: what rules leave over is compared with the register by a frozen model, and the best candidate is taken where it is sure.

Runs on DuckDB, or on Spark where that is the engine. Nothing is trained here.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import splink

from geo.linkage.engines import ROW, Engine, model_engine
from geo.linkage.layouts import FIELDS, REGISTER, Layout
from geo.linkage.links import EXTRACT
from geo.linkage.models import DATASET, MODELS, UNIQUE_ID, Model, settings_of
from geo.linkage.rules import MARGIN, MODEL_ID, NONE, PERSON, STEP, THEIRS, WEIGHT, agreements, rules

PEOPLE, EVENTS = "people", "records"
# An id of a record among those of several extracts: the place of its extract, then its row.
_ROWS = 2**40
# Weights are sums of logarithms; beyond these decimals engines may differ in the order in which they add.
_DECIMALS = 6
_LAST_LETTERS = 2


@dataclass(frozen=True)
class Residual:
    """What the rules leave over. standard: folder of the standardised extracts; by_rules: folder of what the rules said of them."""

    standard: Path
    by_rules: Path
    layouts: Mapping[str, Layout]

    def records(self, engine: Engine, roles: tuple[str, ...]) -> Any:
        """Records that no rule links, of all extracts, with unique_id, and null for roles that an extract lacks."""
        parts = []
        for place, (name, layout) in enumerate(self.layouts.items()):
            table = engine.read(self.standard / f"{name}.parquet")
            told = engine.read(self.by_rules / f"{name}.parquet")
            left = table.semi_join(told.filter(told[STEP] == NONE), ROW)
            parts.append(compared(left, roles, layout, left[ROW] + place * _ROWS))
        return ibis.union(*parts) if len(parts) > 1 else parts[0]


def score(engine: Engine, found: Model, residual: Residual, out: Path) -> None:
    """Write extract, row, person (null where it is not sure), weight, margin (null without a second candidate), agreements and model_id.

    One row a record that has any candidate, in order of extract and row.
    """
    with model_engine(engine) as own:
        _score(own, found, residual, out)


def _score(engine: Engine, found: Model, residual: Residual, out: Path) -> None:
    roles = MODELS[found.name]
    register = engine.read(residual.standard / f"{REGISTER}.parquet")
    layout = next(iter(residual.layouts.values()))
    people = engine.store(PEOPLE, compared(register, roles, layout, register[ROW]))
    events = engine.store(EVENTS, residual.records(engine, roles))
    size = engine.fetch(people.agg(n=people.count()))["n"][0].as_py()
    pairs = _pairs(engine, found, size)
    best = _best(pairs)
    joined = best.inner_join(events, best["record"] == events[UNIQUE_ID])
    theirs = people.select(**{"candidate": people[UNIQUE_ID]} | {f"{THEIRS}{role}": people[role] for role in FIELDS})
    joined = joined.inner_join(theirs, joined[PERSON] == theirs["candidate"])
    rule = rules()
    sure = (joined[WEIGHT] >= rule.weight_least) & (joined[MARGIN].isnull() | (joined[MARGIN] >= rule.lead_least))
    agreed = {name: sure.ifelse(value, ibis.null("int8")) for name, value in agreements(joined, roles).items()}
    names = ibis.cases(*((joined["record"] // _ROWS == place, name) for place, name in enumerate(residual.layouts)), else_=None)
    result = joined.select(
        **{EXTRACT: names, ROW: joined["record"] % _ROWS, PERSON: sure.ifelse(joined[PERSON], ibis.null("int64"))},
        **{WEIGHT: joined[WEIGHT], MARGIN: joined[MARGIN], **agreed, MODEL_ID: ibis.literal(found.model_id)},
    )
    engine.write(result, out, order=(EXTRACT, ROW))


def compared(table: Any, roles: tuple[str, ...], layout: Layout, unique_id: Any) -> Any:
    """The columns that models compare: those of the roles, and what is derived from them."""
    kinds = {"nhs": "int64", "birth": "date", "sex": "int8"}
    has = {role: role in roles and role in table.columns for role in FIELDS}
    columns = {role: table[role] if has[role] else ibis.null(kinds.get(role, "string")) for role in FIELDS}
    birth, postcode = columns["birth"], columns["postcode"]
    parts = {f"birth_{part}": getattr(birth, part)() for part in ("year", "month", "day")}
    return table.select(**{UNIQUE_ID: unique_id}, **columns, **parts, sector=postcode.substr(0, postcode.length() - _LAST_LETTERS))


def linker_of(engine: Engine, settings: Any) -> splink.Linker:
    """A linker of the tables `people` and `records` of the engine."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    if engine.name == "spark":
        from splink.backends.spark import SparkAPI

        api: Any = SparkAPI(spark_session=engine.backend._session)
    else:
        from splink.backends.duckdb import DuckDBAPI

        api = DuckDBAPI(connection=engine.backend.con)
    inputs = [api.register(name, dataset_display_name=f"linked_{name}") for name in (PEOPLE, EVENTS)]
    return splink.Linker(inputs, settings, log_level=None)


def _pairs(engine: Engine, found: Model, size: int) -> Any:
    """record, person and weight of each pair that is compared."""
    linker = linker_of(engine, settings_of(found, size))
    predicted = linker.inference.predict(warning_mode="never")
    table = engine.backend.table(predicted.physical_name)
    is_left = table[f"{DATASET}_l"] == f"linked_{EVENTS}"
    left, right = table[f"{UNIQUE_ID}_l"], table[f"{UNIQUE_ID}_r"]
    return table.select(
        record=is_left.ifelse(left, right),
        **{PERSON: is_left.ifelse(right, left), WEIGHT: table["match_weight"].cast("float64").round(_DECIMALS)},
    )


def _best(pairs: Any) -> Any:
    """The best candidate of each record, of equals the one with the least number, and how far it leads the second best."""
    window = ibis.window(group_by="record", order_by=[ibis.desc(WEIGHT), PERSON])
    ranked = pairs.mutate(place=ibis.row_number().over(window), second=pairs[WEIGHT].lead().over(window))
    first = ranked.filter(ranked["place"] == 0)
    return first.select("record", PERSON, WEIGHT, **{MARGIN: (first[WEIGHT] - first["second"]).round(_DECIMALS)})
