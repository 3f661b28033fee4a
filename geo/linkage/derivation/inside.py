"""Counts by age and ethnic group together of each neighbourhood, from which detection says what is usual. They never leave.

They are not among the cells that disclosure control is given: a table of its own, of the newest periods alone.
"""

import polars as pl
import pyarrow as pa

from geo.linkage.derivation.cubes import Summed
from geo.linkage.derivation.definitions import Indicator
from geo.linkage.derivation.people import communities, group_of

INSIDE_SCHEMA = pa.schema(
    [
        ("indicator", pa.string()), ("area", pa.string()), ("since", pa.string()), ("period", pa.string()), ("band", pa.int64()),
        ("group", pa.string()), ("numerator", pa.int64()), ("denominator", pa.int64()),
    ]
)  # fmt: skip
_GROUPING = "broad"
_KEYS = ("home", "band", "community")
_PART = ("area", "band", "group")
_COUNTS = "^[dn]_.*$"


def inside_of(summed: Summed) -> pl.DataFrame:
    """The columns of INSIDE_SCHEMA, in no order, of the indicators that detection looks at; rows of nobody and nothing left out.

    band: place among the ages of the derivation, -1 where not known. group: broad ethnic group.
    """
    derivation = summed.scene.derivation
    if not any(each.detect for each in derivation.indicators):
        return empty_inside()
    parts = [_of_one(summed, each) for each in derivation.indicators if each.detect]
    return pl.concat(parts).select(INSIDE_SCHEMA.names)


def empty_inside() -> pl.DataFrame:
    """The table without a row."""
    return pl.DataFrame(INSIDE_SCHEMA.empty_table())


def _of_one(summed: Summed, indicator: Indicator) -> pl.DataFrame:
    """One indicator's counts of the newest periods, as many as it asks for, together."""
    windows = summed.scene.windows
    newest = [place for place, each in enumerate(windows) if each.kind == summed.scene.derivation.kinds[0]][-indicator.detect_periods :]
    denominator, numerator = summed.counted.denominators[indicator.slug], summed.counted.numerators[indicator.slug]
    people = _by_part(summed, summed.parts, newest)
    if summed.events is None:
        rows = people.select(*_PART, denominator=denominator, numerator=numerator)
    else:
        rows = people.select(*_PART, denominator=denominator, numerator=pl.lit(0, pl.Int64))
        happened = _by_part(summed, summed.events, newest).select(*_PART, denominator=pl.lit(0, pl.Int64), numerator=numerator)
        rows = pl.concat([rows, happened]).group_by(_PART).agg(pl.col("numerator", "denominator").sum())
    rows = rows.filter((pl.col("denominator") > 0) | (pl.col("numerator") > 0))
    named = {"indicator": indicator.slug, "since": windows[newest[0]].period, "period": windows[newest[-1]].period}
    return rows.with_columns(pl.lit(value).alias(name) for name, value in named.items())


def _by_part(summed: Summed, table: pl.DataFrame, newest: list[int]) -> pl.DataFrame:
    """Sums of windows by neighbourhood, band of age and broad ethnic group."""
    mine = table.filter(pl.col("window").is_in(newest)).group_by(_KEYS).agg(pl.col(_COUNTS).sum())
    placed = mine.join(summed.homes.select("home", area=pl.col("lsoa21").cast(pl.String)), on="home", how="inner")
    groups = group_of(_GROUPING)
    names = dict(enumerate(groups[slug] for slug in communities()))
    placed = placed.with_columns(group=pl.col("community").replace_strict(names, return_dtype=pl.String))
    return placed.group_by(_PART).agg(pl.col(_COUNTS).sum())
