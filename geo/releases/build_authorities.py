"""Figures of local authorities and of published neighbourhood profiles: vaccination, district series, Local Health ratios."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.codes import ENGLAND, GEOGRAPHIES
from geo.releases.context import Context, england, of_family, placed
from geo.releases.definitions import Definition
from geo.releases.figures import Counts, Key, Numbers, Sheet, observed_counts, published_values
from geo.releases.finishing import finish, value_of
from geo.releases.rollup import mean_upward, sum_upward
from geo.statuses import Reason

COVER = {"2023-24-q4": "cover_2023_24_q4", "2024-25-q3": "cover_2024_25_q3"}
LAD_CODES = "lad_codes"
HEALTH_INDEX = "health_index"
FINGERTIPS = ("fingertips_falls", "fingertips_self_harm", "fingertips_alcohol", "fingertips_smoking")
PENNINE, WEST_SUSSEX = "local_health_pennine", "local_health_west_sussex"
NEEDS_COVER = tuple(COVER.values())
NEEDS_DISTRICTS = (HEALTH_INDEX, LAD_CODES, *FINGERTIPS)
NEEDS_LOCAL_HEALTH = (PENNINE, WEST_SUSSEX)

PENNINE_PERIOD, WEST_SUSSEX_PERIOD = "2013-14--2017-18", "2015-16--2019-20"
# A ratio whose England is 100 by its making.
_ENGLAND_RATIO = 100.0
# A vintage of districts of which more than this share is missing is not the one that the figures are of.
_MOST_MISSING = 0.15
_DISTRICTS = ("lad21", "lad24")


def build_cover(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Childhood vaccination by upper-tier authority; regions and England where every authority has a figure."""
    for period, table in COVER.items():
        for definition in of_family(definitions, "cover"):
            vaccine = definition.measure["vaccine"]
            rows = context.read(
                table, {"utla23_code": "code", f"{vaccine}_numerator": "numerator", f"{vaccine}_denominator": "denominator"}
            )
            key = Key(definition.slug, "utla23", period)
            parts = (rows[name].to_numpy(dtype=float) for name in ("numerator", "denominator"))
            (numerator, denominator), unknown = placed(context.frame, "utla23", rows["code"].to_numpy(dtype=object), *parts)
            if unknown:
                context.note(f"{definition.slug} {period}", "area_not_mapped", unknown)
            in_source = np.isin(context.frame.codes("utla23"), rows["code"].to_numpy(dtype=object))
            reason = np.where(in_source, Reason.NOT_PUBLISHED, Reason.NOT_IN_SOURCE).astype(np.int16)
            counts = observed_counts(key, numerator, denominator, reason=reason)
            entered = rows["numerator"].where(rows["denominator"].notna()).sum()
            context.note_conserved(key, entered=entered, placed=np.nansum(counts.numerator))
            yield from _with_regions(context, definition, counts, is_whole=bool(rows[["numerator", "denominator"]].notna().all(axis=None)))


def _with_regions(context: Context, definition: Definition, counts: Counts, *, is_whole: bool) -> Iterator[Sheet]:
    """England (only when no authority is withheld), authorities, and regions.

    Authorities that the publisher counts with a neighbour have no row of their own and do not make a region incomplete.
    """
    benchmark = float("nan")
    if is_whole:
        whole = england(counts.key, np.nansum(counts.numerator), np.nansum(counts.denominator))
        benchmark = value_of(float(whole.numerator[0]), float(whole.denominator[0]), definition)
        yield finish(whole, definition, benchmark=benchmark)
    yield finish(counts, definition, benchmark=benchmark)
    elsewhere = counts.reason == Reason.NOT_IN_SOURCE
    summed = replace(counts, numerator=np.where(elsewhere, 0.0, counts.numerator), denominator=np.where(elsewhere, 0.0, counts.denominator))
    people = context.frame.residents["utla23"]
    regions = sum_upward(context.frame, summed, "rgn23", people=people, needs_all=True)
    yield finish(replace(regions, coverage=np.full(len(regions.coverage), np.nan)), definition, benchmark=benchmark)


def build_districts(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Series of districts without counts: the ONS Health Index, and extracts of Fingertips."""
    upper_tier = context.read(LAD_CODES, {"lad_code": "lad", "utla_code": "utla"}).drop_duplicates("lad").set_index("lad")["utla"]
    for definition in of_family(definitions, "districts"):
        table = definition.measure["file"].replace("-", "_")
        if table == HEALTH_INDEX:
            yield from _health_index(context, definition, upper_tier)
        else:
            yield from _fingertips(context, definition, table)


def _health_index(context: Context, definition: Definition, upper_tier: pd.Series) -> Iterator[Sheet]:
    rows = context.read(HEALTH_INDEX, {"lad21_code": "code", "year": "year", "indicator": "name", "value": "value"})
    rows = rows[rows["name"] == definition.measure["indicator"]]
    codes = context.frame.codes("lad21")
    counties = upper_tier.reindex(codes).to_numpy(dtype=object)
    people = context.frame.residents_mid2020["lad21"]
    for year, of_year in rows.groupby("year"):
        given = of_year["value"].to_numpy(dtype=float) * definition.measure["scale"]
        (values,), _ = placed(context.frame, "lad21", of_year["code"].to_numpy(dtype=object), given)
        repeated = repeated_by_county(values, codes, counties)
        context.note(f"{definition.slug} {year}", "repeated_upper_tier_values", int(repeated.sum()))
        sheet = published_values(Key(definition.slug, "lad21", str(int(year))), values, is_modelled=repeated)
        yield mean_upward(context.frame, sheet, "ctry23", people=people)
        yield sheet


def repeated_by_county(values: Numbers, codes: np.ndarray, counties: np.ndarray) -> np.ndarray:
    """Districts whose figure is the county's, repeated: all districts of a county (two or more) have one and the same value."""
    table = pd.DataFrame({"county": counties, "value": values, "is_district": [str(code).startswith("E07") for code in codes]})
    groups = table[table["is_district"]].groupby("county")["value"]
    same = (groups.transform("nunique") == 1) & (groups.transform("size") > 1) & (groups.transform("count") == groups.transform("size"))
    found = np.zeros(len(values), dtype=np.bool_)
    found[same.index[same]] = True
    return found


def _fingertips(context: Context, definition: Definition, table: str) -> Iterator[Sheet]:
    """Districts of each vintage that the codes of a period nearly fill; codes of other districts are counted."""
    rows = context.read(table, {"area_code": "code", "period": "period", "value": "value"})
    for period, of_period in rows.groupby("period"):
        values = of_period["value"].to_numpy(dtype=float) * definition.measure["scale"]
        codes = of_period["code"].to_numpy(dtype=object)
        key = Key(definition.slug, "ctry23", str(period))
        whole = values[(codes == ENGLAND) & ~np.isnan(values)]
        if len(whole):
            yield published_values(key, whole[:1])
        for geography in _DISTRICTS:
            (at_places,), unmapped = placed(context.frame, geography, codes, values)
            if np.isnan(at_places).mean() > _MOST_MISSING:
                continue
            named = np.isin(context.frame.codes(geography), codes)
            reason = np.where(named, Reason.NOT_PUBLISHED, Reason.AREA_NOT_MAPPED).astype(np.int16)
            districts = [code for code in unmapped if code[:3] in GEOGRAPHIES[geography].prefixes]
            context.note(f"{definition.slug} {geography} {period}", "area_not_mapped", districts)
            yield published_values(replace(key, geography=geography), at_places, reason=reason)


def build_local_health(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Ratios of wider neighbourhoods in two parts of England, each with the years that it was published for."""
    pennine = context.read(PENNINE, {"msoa11_code": "code", "indicator": "indicator", "value": "value"})
    for definition in of_family(definitions, "local_health"):
        mine = pennine[pennine["indicator"] == definition.measure["pennine"]]
        parts = [(PENNINE_PERIOD, mine)]
        if column := definition.measure.get("west_sussex"):
            parts.append((WEST_SUSSEX_PERIOD, context.read(WEST_SUSSEX, {"msoa11_code": "code", column: "value"})))
        for period, rows in parts:
            key = Key(definition.slug, "msoa11", period)
            (values,), _ = placed(context.frame, "msoa11", rows["code"].to_numpy(dtype=object), rows["value"].to_numpy(dtype=float))
            yield published_values(key, values)
            if definition.unit == "ratio_100":
                yield published_values(replace(key, geography="ctry23"), np.array([_ENGLAND_RATIO]))
