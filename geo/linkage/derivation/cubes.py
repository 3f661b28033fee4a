"""From rows about people and events to exact counts: one row an area, period and part of the people, zeros included.

The engine collapses what it knows of each person to the smallest parts that any cube asks for. What comes out is small, and is summed for
each cube and laid out as the long table in Polars, whatever the engine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa

from geo.codes import ENGLAND
from geo.linkage.derivation.definitions import Cube, Derivation, Indicator
from geo.linkage.derivation.filters import holds
from geo.linkage.derivation.inputs import AREAS_SCHEMA, NETWORKS_SCHEMA, Inputs
from geo.linkage.derivation.people import age_band, broad_of

CELLS_SCHEMA = pa.schema(
    [
        ("indicator", pa.string()), ("geography", pa.string()), ("area", pa.string()), ("period", pa.string()), ("dimension", pa.string()),
        ("stratum", pa.string()), ("numerator", pa.int64()), ("denominator", pa.int64()), ("persons", pa.int64()),
        ("providers", pa.int64()), ("largest", pa.float64()),
    ]
)  # fmt: skip
KEYS = ("area", "period", "stratum")
EVERYBODY = "all"
# What the smallest parts are told apart by; practice and neighbourhood stand for every area above them.
PARTS = ("lsoa21", "practice", "period", "kind", "sex", "band", "community")
_UNKNOWN = pl.lit(None, pl.Float64)


@dataclass(frozen=True)
class Counted:
    """Facts of a derivation that were collapsed. denominators: column of each indicator. events: None where numerators lie in people.

    people: PARTS and the sums of denominators (and of numerators n_<i>, where those are people). events: PARTS, person, provider and the
    values n_<i>, one row an event.
    """

    people: Any
    denominators: Mapping[str, str]
    numerators: Mapping[str, str]
    events: Any = None


@dataclass(frozen=True)
class Summed:
    """What Counted gave, fetched and placed in areas."""

    counted: Counted
    people: pl.DataFrame
    events: pl.DataFrame | None
    indicators: Sequence[Indicator]


def collapse(facts: Any, derivation: Derivation, *, with_numerators: bool, indicators: Sequence[Indicator] | None = None) -> Counted:
    """People (a row a person and period, with the columns that filters ask for) summed over who is alike. Nothing is computed yet.

    with_numerators: numerators are people too, so they are summed with their denominators, of which they are a part.
    """
    listed = derivation.indicators if indicators is None else indicators
    denominators, filters = _distinct_denominators(listed)
    columns = {name: holds(facts, wanted).cast("int64") for name, wanted in filters.items()}
    numerators = {each.slug: f"n_{number}" for number, each in enumerate(listed)}
    if with_numerators:
        for each in listed:
            columns[numerators[each.slug]] = (holds(facts, each.numerator) & holds(facts, each.denominator)).cast("int64")
    marked = facts.select(
        "lsoa21", "practice", "period", "kind", "sex", "community", band=age_band(facts["age"], derivation.ages), **columns
    )
    summed = marked.group_by(list(PARTS)).agg(**{name: marked[name].sum() for name in columns})
    return Counted(summed, denominators, numerators)


def cells_of(inputs: Inputs, derivation: Derivation, counted: Counted, indicators: Sequence[Indicator] | None = None) -> pl.DataFrame:
    """The long table of a derivation: the columns of CELLS_SCHEMA, in no order."""
    listed = derivation.indicators if indicators is None else indicators
    people = _placed(inputs, _fetched(inputs, counted.people))
    events = None if counted.events is None else _placed(inputs, _fetched(inputs, counted.events))
    parts = [_cube(Summed(counted, people, events, listed), cube) for cube in derivation.cubes if _has(inputs, cube)]
    return pl.concat(parts) if parts else empty_cells()


def empty_cells() -> pl.DataFrame:
    """The long table without a row."""
    frame = pl.from_arrow(CELLS_SCHEMA.empty_table())
    assert isinstance(frame, pl.DataFrame)
    return frame


def _distinct_denominators(indicators: Iterable[Indicator]) -> tuple[dict[str, str], dict[str, Any]]:
    """Column of each indicator, and the filter of each column: equal filters share one."""
    columns: dict[str, str] = {}
    filters: dict[str, Any] = {}
    known: dict[str, str] = {}
    for each in indicators:
        column = known.setdefault(repr(sorted(each.denominator.items(), key=str)), f"d_{len(known)}")
        columns[each.slug], filters[column] = column, each.denominator
    return columns, filters


def _placed(inputs: Inputs, table: pl.DataFrame) -> pl.DataFrame:
    """The table with the areas above each neighbourhood and its decile; people of neighbourhoods that are not known are left out."""
    areas = pl.from_arrow(inputs.areas.select(AREAS_SCHEMA.names).cast(AREAS_SCHEMA))
    placed = table.join(areas, on="lsoa21", how="inner")
    if inputs.networks is None:
        return placed
    networks = pl.from_arrow(inputs.networks.cast(NETWORKS_SCHEMA))
    return placed.join(networks, left_on="practice", right_on="practice24", how="left")


def _fetched(inputs: Inputs, table: Any) -> pl.DataFrame:
    """What an engine computed, alike from all: texts, and whole numbers of 64 bits."""
    frame = pl.DataFrame(inputs.engine.fetch(table))
    return frame.with_columns(pl.col(name).cast(pl.Int64) for name, kind in frame.schema.items() if kind.is_numeric())


def _has(inputs: Inputs, cube: Cube) -> bool:
    return cube.geography != "pcn24" or inputs.networks is not None


def _cube(summed: Summed, cube: Cube) -> pl.DataFrame:
    people = _summed_people(summed, cube)
    events = None if summed.events is None else _summed_events(summed, cube)
    parts = []
    for each in summed.indicators:
        denominator, number = summed.counted.denominators[each.slug], summed.counted.numerators[each.slug]
        if events is None:
            rows = people.select(*KEYS, denominator=denominator, numerator=number, persons=number, providers=f"v_{number}")
            rows = rows.with_columns(largest=_UNKNOWN)
        else:
            rows = people.select(*KEYS, denominator=denominator).join(_columns_of(events, number), on=KEYS, how="left")
        parts.append(rows.filter(pl.col("denominator") > 0).with_columns(indicator=pl.lit(each.slug)))
    return (
        pl.concat(parts)
        .with_columns(pl.col("numerator", "persons", "providers").fill_null(0))
        .with_columns(geography=pl.lit(cube.geography), dimension=pl.lit(cube.dimension))
        .select(CELLS_SCHEMA.names)
    )


def _columns_of(events: pl.DataFrame, number: str) -> pl.DataFrame:
    return events.select(*KEYS, numerator=number, persons=f"p_{number}", providers=f"v_{number}", largest=f"l_{number}")


def _summed_people(summed: Summed, cube: Cube) -> pl.DataFrame:
    sums = [pl.col(name).sum() for name in dict.fromkeys(summed.counted.denominators.values())]
    if summed.events is None:
        for name in summed.counted.numerators.values():
            sums += [pl.col(name).sum(), _distinct("practice", name).alias(f"v_{name}")]
    return _keyed(summed.people, cube).group_by(KEYS).agg(sums)


def _summed_events(summed: Summed, cube: Cube) -> pl.DataFrame:
    """Sums, people and providers behind them, and the largest sum of one person, where sums are of values and not of ones."""
    assert summed.events is not None
    table = _keyed(summed.events, cube)
    named = [(summed.counted.numerators[each.slug], each.kind == "sum") for each in summed.indicators]
    sums = [
        part
        for name, _ in named
        for part in (pl.col(name).sum(), _distinct("person", name).alias(f"p_{name}"), _distinct("provider", name).alias(f"v_{name}"))
    ]
    frame = table.group_by(KEYS).agg(sums)
    by_person = table.group_by(*KEYS, "person").agg(pl.col(name).sum() for name, is_sum in named if is_sum)
    largest = by_person.group_by(KEYS).agg(pl.col(name).max().cast(pl.Float64).alias(f"l_{name}") for name, is_sum in named if is_sum)
    counts = [_UNKNOWN.alias(f"l_{name}") for name, is_sum in named if not is_sum]
    return frame.join(largest, on=KEYS, how="left").with_columns(counts)


def _distinct(column: str, where: str) -> pl.Expr:
    """How many different ones stand behind a sum."""
    return pl.col(column).filter(pl.col(where) > 0).n_unique().cast(pl.Int64)


def _keyed(table: pl.DataFrame, cube: Cube) -> pl.DataFrame:
    """The rows of a cube with its area and stratum."""
    rows = table.filter(pl.col("kind").is_in(cube.kinds))
    return rows.with_columns(area=_area(cube.geography), stratum=_stratum(cube)).filter(pl.col("area").is_not_null())


def _area(geography: str) -> pl.Expr:
    if geography == "ctry23":
        return pl.lit(ENGLAND)
    return pl.col("practice" if geography == "practice24" else geography)


def _stratum(cube: Cube) -> pl.Expr:
    if cube.dimension == "":
        return pl.lit(EVERYBODY)
    if cube.dimension == "deprivation":
        return pl.concat_str(pl.lit("decile-"), pl.col("decile").cast(pl.String))
    if cube.dimension == "ethnicity":
        return pl.col("community").replace_strict(broad_of(cube.grouping), return_dtype=pl.String)
    return pl.col({"sex": "sex", "age": "band"}[cube.dimension])
