"""What a rule finds out of each person and window, and how the engine collapses it to the smallest parts that any cube asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from geo.linkage.derivation.definitions import Derivation, Indicator
from geo.linkage.derivation.filters import holds
from geo.linkage.derivation.inputs import Inputs
from geo.linkage.derivation.people import Register, band_of
from geo.linkage.derivation.windows import Window, months_before

# So many places there are at most of each part but the home, of which there is no end. A home (neighbourhood and practice) stands for every
# area above it.
_SIZES = {"window": 1024, "sex": 4, "band": 32, "community": 64}


@dataclass(frozen=True)
class Scene:
    """What a rule is given: inputs, the people, the derivation and its windows."""

    inputs: Inputs
    register: Register
    derivation: Derivation
    windows: Sequence[Window]


@dataclass(frozen=True)
class Counted:
    """Facts of a derivation, collapsed on the engine. denominators, numerators: column of each indicator.

    people: part (see part_of) and the sums of denominators, and of numerators where those are people: then events is None.
    events: home, window, sex, band, community, person, provider and what each event adds to each numerator.
    persons: column of the people behind each numerator column, where it counts something else. homes: where rows are of other homes than
    those of the register.
    """

    people: Any
    denominators: Mapping[str, str]
    numerators: Mapping[str, str]
    events: Any = None
    persons: Mapping[str, str] = field(default_factory=dict)
    homes: pl.DataFrame | None = None


def numbered(indicators: Sequence[Indicator]) -> dict[str, str]:
    """The column of each numerator."""
    return {each.slug: f"n_{number}" for number, each in enumerate(indicators)}


def collapse(facts: Any, scene: Scene, *, with_numerators: bool, records_from: date | None = None) -> Counted:
    """People (a row a person and window, with the columns that filters ask for) summed over who is alike. Nothing is computed yet.

    with_numerators: numerators are people too, so they are summed with their denominators, of which they are a part. records_from: first
    day that records tell of; an indicator that looks further back than that from a window's reference day is not derived for it.
    """
    derivation = scene.derivation
    denominators, filters = _distinct_denominators(scene, records_from)
    flags = {name: holds(facts, wanted) for name, wanted in filters.items()}
    columns, numerators = dict(flags), numbered(derivation.indicators)
    if with_numerators:
        for each in derivation.indicators:
            columns[numerators[each.slug]] = holds(facts, each.numerator) & flags[denominators[each.slug]]
    # Whoever no indicator is counted of says nothing, and is left out before what only some ask for is found out.
    marked = facts.filter(reduce(or_, flags.values())).select(part=part_of(facts, derivation), **columns)
    summed = marked.group_by("part").agg(**{name: marked.count(where=marked[name]) for name in columns})
    return Counted(summed, denominators, numerators)


def part_of(facts: Any, derivation: Derivation) -> Any:
    """The smallest part that a row is of, as one number; what no cube asks for is one for all, so that there are fewer parts."""
    asked = {cube.dimension for cube in derivation.cubes}
    if any(each.detect for each in derivation.indicators):
        asked |= {"age", "ethnicity"}
    places = {
        "window": facts["window"],
        "sex": facts["sex"] if "sex" in asked else None,
        # The band of an age that is missing is -1.
        "band": band_of(facts["age"], derivation.ages) + 1 if "age" in asked else None,
        "community": facts["community"] if "ethnicity" in asked else None,
    }
    part = facts["home"] + 1  # records may be of no home: -1
    for name, size in _SIZES.items():
        part = part * size if places[name] is None else part * size + places[name]
    return part


def parted(table: pl.DataFrame) -> pl.DataFrame:
    """The table with PARTS instead of the number that holds them."""
    columns, rest = [], pl.col("part")
    for name, size in reversed(_SIZES.items()):
        columns.append((rest % size - (name == "band")).alias(name))
        rest = rest // size
    return table.with_columns(*columns, (rest - 1).alias("home")).drop("part")


def _distinct_denominators(scene: Scene, records_from: date | None) -> tuple[dict[str, str], dict[str, Any]]:
    """Column of each indicator, and the filter of each column: equal filters share one."""
    columns: dict[str, str] = {}
    filters: dict[str, Any] = {}
    known: dict[str, str] = {}
    for each in scene.derivation.indicators:
        wanted = dict(each.denominator)
        if records_from is not None and each.history_months:
            wanted["window"] = [
                place for place, one in enumerate(scene.windows) if months_before(one.reference, each.history_months) >= records_from
            ]
        column = known.setdefault(repr(sorted(wanted.items(), key=str)), f"d_{len(known)}")
        columns[each.slug], filters[column] = column, wanted
    return columns, filters
