"""From facts to exact counts: one row an area, period and part of the people, zeros included.

What the engine collapsed is small. It is summed for each cube and laid out as the long table in Polars, whatever the engine.
"""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from geo.codes import ENGLAND
from geo.linkage.derivation.definitions import Cube, Indicator
from geo.linkage.derivation.facts import Counted, Scene, parted
from geo.linkage.derivation.inputs import fetched
from geo.linkage.derivation.people import NOT_KNOWN, SEXES, band_slugs, communities, group_of

CELLS_SCHEMA = pa.schema(
    [
        ("indicator", pa.string()), ("geography", pa.string()), ("area", pa.string()), ("period", pa.string()), ("dimension", pa.string()),
        ("stratum", pa.string()), ("numerator", pa.int64()), ("denominator", pa.int64()), ("persons", pa.int64()),
        ("providers", pa.int64()), ("largest", pa.float64()),
    ]
)  # fmt: skip
KEYS = ("area", "window", "stratum")
EVERYBODY = "all"
_HOME = ("home", "window", "stratum")
_VALUES = "^[dnp]_.*$"
_UNKNOWN = pl.lit(None, pl.Float64)


class Summed:
    """What was counted, fetched, and summed for cubes: people once for each dimension, by home, then by the areas of homes."""

    def __init__(self, scene: Scene, counted: Counted) -> None:
        self.scene, self.counted = scene, counted
        self.homes = scene.register.homes if counted.homes is None else counted.homes
        engine = scene.inputs.engine
        self.parts = parted(fetched(engine, counted.people)).join(self.homes.select("home", "decile"), on="home", how="inner")
        self.events = None if counted.events is None else fetched(engine, counted.events).join(self.homes, on="home", how="inner")
        self._by_home: dict[tuple[str, str], pl.DataFrame] = {}

    @property
    def indicators(self) -> Sequence[Indicator]:
        """Those of the derivation."""
        return self.scene.derivation.indicators

    def people(self, cube: Cube) -> pl.DataFrame:
        """Sums of denominators, and where numerators are people of them, with practices behind them (v_) and people (p_)."""
        table = _of_area(self._in_windows(self._homes_of(cube), cube), cube)
        sums = [pl.col(_VALUES).sum()]
        if self.events is None:
            sums += [_distinct("practice", name).alias(f"v_{name}") for name in self.counted.numerators.values()]
        return table.group_by(KEYS).agg(sums)

    def of_events(self, cube: Cube) -> pl.DataFrame:
        """Sums, people and providers behind them, and the largest sum of one person, where sums are of values and not of ones."""
        assert self.events is not None
        table = _of_area(self._in_windows(self.events.with_columns(stratum=_stratum(cube)), cube), cube)
        named = [(self.counted.numerators[each.slug], each.kind == "sum") for each in self.indicators]
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

    def _homes_of(self, cube: Cube) -> pl.DataFrame:
        """The parts summed by home, window and stratum of a cube's dimension."""
        key = (cube.dimension, cube.grouping if cube.dimension == "ethnicity" else "")
        if key not in self._by_home:
            summed = self.parts.with_columns(stratum=_stratum(cube)).group_by(_HOME).agg(pl.col(_VALUES).sum())
            self._by_home[key] = summed.join(self.homes, on="home", how="inner")
        return self._by_home[key]

    def _in_windows(self, table: pl.DataFrame, cube: Cube) -> pl.DataFrame:
        chosen = [place for place, each in enumerate(self.scene.windows) if each.kind in cube.kinds]
        return table.filter(pl.col("window").is_in(chosen))


def cells_of(summed: Summed) -> pl.DataFrame:
    """The long table of a derivation: the columns of CELLS_SCHEMA, in no order."""
    scene = summed.scene
    parts = [_named(scene, _cube(summed, cube), cube) for cube in scene.derivation.cubes]
    return pl.concat(parts) if parts else empty_cells()


def empty_cells() -> pl.DataFrame:
    """The long table without a row."""
    return pl.DataFrame(CELLS_SCHEMA.empty_table())


def _cube(summed: Summed, cube: Cube) -> pl.DataFrame:
    people = summed.people(cube)
    events = None if summed.events is None else summed.of_events(cube)
    parts = []
    for each in (one for one in summed.indicators if one.slug in cube.indicators):
        denominator, number = summed.counted.denominators[each.slug], summed.counted.numerators[each.slug]
        if events is None:
            persons = summed.counted.persons.get(number, number)
            # Who sent a record is not asked of records.
            providers = pl.lit(None, pl.Int64) if each.kind == "records" else pl.col(f"v_{number}")
            rows = people.select(*KEYS, denominator=denominator, numerator=number, persons=persons, providers=providers, largest=_UNKNOWN)
        else:
            found = people.select(*KEYS, denominator=denominator).join(_columns_of(events, number), on=KEYS, how="left")
            rows = found.with_columns(pl.col("numerator", "persons", "providers").fill_null(0))
        rows = rows.filter(pl.col("denominator") > 0).with_columns(indicator=pl.lit(each.slug))
        parts.append(rows.select("indicator", *KEYS, "numerator", "denominator", "persons", "providers", "largest"))
    return pl.concat(parts)


def _columns_of(events: pl.DataFrame, number: str) -> pl.DataFrame:
    return events.select(*KEYS, numerator=number, persons=f"p_{number}", providers=f"v_{number}", largest=f"l_{number}")


def _distinct(column: str, where: str) -> pl.Expr:
    """How many different known ones stand behind a sum."""
    return pl.col(column).filter(pl.col(where) > 0).drop_nulls().n_unique().cast(pl.Int64)


def _of_area(table: pl.DataFrame, cube: Cube) -> pl.DataFrame:
    """The rows with the area of a cube's geography, where they lie in one."""
    if cube.geography == "ctry23":
        return table.with_columns(area=pl.lit(ENGLAND, pl.Categorical))
    column = "practice" if cube.geography == "practice24" else cube.geography
    return table.with_columns(area=pl.col(column)).filter(pl.col("area").is_not_null())


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
