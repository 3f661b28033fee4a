"""From rows about people and events to exact counts: one row an area, period and part of the people, zeros included.

The engine collapses what it knows of each person to the smallest parts that any cube asks for. What comes out is small, and is summed for
each cube and laid out as the long table in Polars, whatever the engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa

from geo.codes import ENGLAND
from geo.linkage.derivation.definitions import Cube, Derivation, Indicator
from geo.linkage.derivation.filters import holds
from geo.linkage.derivation.inputs import Inputs, fetched
from geo.linkage.derivation.people import NOT_KNOWN, SEXES, Register, band_of, band_slugs, communities, group_of
from geo.linkage.derivation.windows import Window, months_before

CELLS_SCHEMA = pa.schema(
    [
        ("indicator", pa.string()), ("geography", pa.string()), ("area", pa.string()), ("period", pa.string()), ("dimension", pa.string()),
        ("stratum", pa.string()), ("numerator", pa.int64()), ("denominator", pa.int64()), ("persons", pa.int64()),
        ("providers", pa.int64()), ("largest", pa.float64()),
    ]
)  # fmt: skip
KEYS = ("area", "window", "stratum")
EVERYBODY = "all"
# What the smallest parts are told apart by; a home (neighbourhood and practice) stands for every area above it.
PARTS = ("home", "window", "sex", "band", "community")
_UNKNOWN = pl.lit(None, pl.Float64)


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

    people: PARTS and the sums of denominators (and of numerators, where those are people: then events is None). events: PARTS, person,
    provider and what each event adds to each numerator. persons: column of the people behind each numerator column, where it counts
    something else. homes: where rows are of other homes than those of the register.
    """

    people: Any
    denominators: Mapping[str, str]
    numerators: Mapping[str, str]
    events: Any = None
    persons: Mapping[str, str] = field(default_factory=dict)
    homes: pl.DataFrame | None = None


@dataclass(frozen=True)
class Summed:
    """What Counted gave, fetched and placed in areas."""

    counted: Counted
    people: pl.DataFrame
    events: pl.DataFrame | None
    indicators: Sequence[Indicator]


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
    columns = {name: flag.cast("int64") for name, flag in flags.items()}
    numerators = numbered(derivation.indicators)
    if with_numerators:
        for each in derivation.indicators:
            columns[numerators[each.slug]] = (holds(facts, each.numerator) & flags[denominators[each.slug]]).cast("int64")
    marked = facts.select("home", "window", "sex", "community", band=band_of(facts["age"], derivation.ages), **columns)
    summed = marked.group_by(list(PARTS)).agg(**{name: marked[name].sum() for name in columns})
    return Counted(summed, denominators, numerators)


def cells_of(scene: Scene, counted: Counted) -> pl.DataFrame:
    """The long table of a derivation: the columns of CELLS_SCHEMA, in no order."""
    homes = scene.register.homes if counted.homes is None else counted.homes
    people = fetched(scene.inputs.engine, counted.people).join(homes, on="home", how="inner")
    events = None if counted.events is None else fetched(scene.inputs.engine, counted.events).join(homes, on="home", how="inner")
    summed = Summed(counted, people, events, scene.derivation.indicators)
    parts = [_named(scene, _cube(scene, summed, cube), cube) for cube in scene.derivation.cubes]
    return pl.concat(parts) if parts else empty_cells()


def empty_cells() -> pl.DataFrame:
    """The long table without a row."""
    return pl.DataFrame(CELLS_SCHEMA.empty_table())


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


def _cube(scene: Scene, summed: Summed, cube: Cube) -> pl.DataFrame:
    people = _summed_people(scene, summed, cube)
    events = None if summed.events is None else _summed_events(scene, summed, cube)
    parts = []
    for each in summed.indicators:
        denominator, number = summed.counted.denominators[each.slug], summed.counted.numerators[each.slug]
        if events is None:
            rows = people.select(
                *KEYS,
                denominator=denominator,
                numerator=number,
                persons=summed.counted.persons.get(number, number),
                providers=f"v_{number}",
            )
            rows = rows.with_columns(largest=_UNKNOWN)
        else:
            rows = people.select(*KEYS, denominator=denominator).join(_columns_of(events, number), on=KEYS, how="left")
        rows = rows.filter(pl.col("denominator") > 0).with_columns(indicator=pl.lit(each.slug))
        parts.append(rows.select("indicator", *KEYS, "numerator", "denominator", "persons", "providers", "largest"))
    return pl.concat(parts).with_columns(pl.col("numerator", "persons", "providers").fill_null(0))


def _columns_of(events: pl.DataFrame, number: str) -> pl.DataFrame:
    return events.select(*KEYS, numerator=number, persons=f"p_{number}", providers=f"v_{number}", largest=f"l_{number}")


def _summed_people(scene: Scene, summed: Summed, cube: Cube) -> pl.DataFrame:
    sums = [pl.col(name).sum() for name in dict.fromkeys(summed.counted.denominators.values())]
    if summed.events is None:
        for name in summed.counted.numerators.values():
            sums += [pl.col(name).sum(), _distinct("practice", name).alias(f"v_{name}")]
        sums += [pl.col(name).sum() for name in summed.counted.persons.values()]
    return _keyed(scene, summed.people, cube).group_by(KEYS).agg(sums)


def _summed_events(scene: Scene, summed: Summed, cube: Cube) -> pl.DataFrame:
    """Sums, people and providers behind them, and the largest sum of one person, where sums are of values and not of ones."""
    assert summed.events is not None
    table = _keyed(scene, summed.events, cube)
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


def _keyed(scene: Scene, table: pl.DataFrame, cube: Cube) -> pl.DataFrame:
    """The rows of a cube with its area and the place of its stratum."""
    chosen = [place for place, each in enumerate(scene.windows) if each.kind in cube.kinds]
    rows = table.filter(pl.col("window").is_in(chosen))
    return rows.with_columns(area=_area(cube.geography), stratum=_stratum(cube)).filter(pl.col("area").is_not_null())


def _area(geography: str) -> pl.Expr:
    if geography == "ctry23":
        return pl.lit(ENGLAND, pl.Categorical)
    return pl.col("practice" if geography == "practice24" else geography)


def _stratum(cube: Cube) -> pl.Expr:
    """The place of the stratum among the names of its dimension; of ethnic groups that of the first community in it."""
    if cube.dimension == "ethnicity":
        groups, slugs = group_of(cube.grouping), communities()
        first = {group: slugs.index(slug) for slug, group in reversed([(slug, groups[slug]) for slug in slugs])}
        return pl.col("community").replace_strict({place: first[groups[slug]] for place, slug in enumerate(slugs)}, return_dtype=pl.Int64)
    column = {"sex": "sex", "age": "band", "deprivation": "decile"}.get(cube.dimension)
    return pl.col(column).fill_null(0) if column else pl.lit(0, pl.Int64)


def _named(scene: Scene, rows: pl.DataFrame, cube: Cube) -> pl.DataFrame:
    """The rows of a cube with the names of their periods and strata, as columns of CELLS_SCHEMA."""
    groups = group_of(cube.grouping)
    names = {
        "": {0: EVERYBODY},
        "sex": dict(enumerate(SEXES)),
        "age": dict(enumerate(band_slugs(scene.derivation.ages))) | {-1: NOT_KNOWN},
        "deprivation": {decile: f"decile-{decile}" for decile in range(1, 11)} | {0: NOT_KNOWN},
        "ethnicity": {place: groups[slug] for place, slug in enumerate(communities())},
    }[cube.dimension]
    periods = {place: each.period for place, each in enumerate(scene.windows)}
    return rows.select(
        "indicator",
        pl.lit(cube.geography).alias("geography"),
        pl.col("area").cast(pl.String),
        pl.col("window").replace_strict(periods, return_dtype=pl.String).alias("period"),
        pl.lit(cube.dimension).alias("dimension"),
        pl.col("stratum").replace_strict(names, return_dtype=pl.String),
        "numerator", "denominator", "persons", "providers", "largest",
    )  # fmt: skip
