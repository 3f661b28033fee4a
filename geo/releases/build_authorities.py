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
from geo.releases.staging import has_table
from geo.statuses import Reason

COVER = {"2023-24-q4": "cover_2023_24_q4", "2024-25-q3": "cover_2024_25_q3"}
LAD_CODES = "lad_codes"
HEALTH_INDEX = "health_index"
PENNINE, WEST_SUSSEX = "local_health_pennine", "local_health_west_sussex"

# Authorities that the publisher counts with a neighbour: City of London with Hackney, the Isles of Scilly with Cornwall.
COUNTED_WITH = {"E09000001": "E09000012", "E06000053": "E06000052"}
# Authorities of before 2023 that the publisher still counts as one: code -> the region that holds all of it, and its successors.
FORMER = {"E10000006": ("E12000002", ("E06000063", "E06000064"))}

PENNINE_PERIOD, WEST_SUSSEX_PERIOD = "2013-14--2017-18", "2015-16--2019-20"
# A ratio whose England is 100 by its making.
_ENGLAND_RATIO = 100.0
# A vintage of districts of which more than this share is missing is not the one that the figures are of.
_MOST_MISSING = 0.15
_DISTRICTS = ("lad21", "lad24")


def build_cover(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Childhood vaccination by upper-tier authority; regions and England where every authority has a figure."""
    for period, table in COVER.items():
        for definition in of_family(definitions, "cover") if has_table(table) else ():
            yield from _vaccine(context, definition, Key(definition.slug, "utla23", period), table)


def _vaccine(context: Context, definition: Definition, key: Key, table: str) -> Iterator[Sheet]:
    vaccine = definition.measure["vaccine"]
    columns = {f"{vaccine}_numerator": "numerator", f"{vaccine}_denominator": "denominator", f"{vaccine}_numerator_reason": "why"}
    rows = context.read(table, {"utla23_code": "code", **columns})
    codes = rows["code"].to_numpy(dtype=object)
    both = rows["numerator"].notna() & rows["denominator"].notna()
    parts = [rows[name].where(both).to_numpy(dtype=float) for name in ("numerator", "denominator")]
    (numerator, denominator), unmapped = placed(context.frame, "utla23", codes, *parts)
    if unmapped:
        context.note(f"{key.indicator} {key.period}", "area_not_mapped", unmapped)
    counts = observed_counts(key, numerator, denominator, reason=_why_absent(context, codes, rows["why"] == "suppressed"))
    lost = np.nansum(parts[0][context.frame.places("utla23", codes) < 0])
    context.note_conserved(key, entered=np.nansum(parts[0]), placed=np.nansum(numerator), not_mapped=lost)
    benchmark = float("nan")
    if both.all():
        whole = england(key, np.nansum(parts[0]), np.nansum(parts[1]))
        benchmark = value_of(float(whole.numerator[0]), float(whole.denominator[0]), definition)
        yield finish(whole, definition, benchmark=benchmark)
    yield finish(counts, definition, benchmark=benchmark)
    former = {code: (one, other) for code, one, other in zip(codes, *parts, strict=True) if code in FORMER and one >= 0}
    yield finish(_of_regions(context, counts, former), definition, benchmark=benchmark)


def _why_absent(context: Context, codes: np.ndarray, is_suppressed: pd.Series) -> np.ndarray:
    """Why an authority may have no figure: withheld, counted with its neighbour, or reported under a code that is no more."""
    known = context.frame.codes("utla23")
    reason = np.where(np.isin(known, codes), Reason.NOT_PUBLISHED, Reason.AREA_NOT_MAPPED)
    reason = np.where(np.isin(known, codes[is_suppressed.to_numpy(dtype=bool)]), Reason.SUPPRESSED_BY_PUBLISHER, reason)
    elsewhere = np.isin(known, list(COUNTED_WITH)) & ~np.isin(known, codes)
    return np.where(elsewhere, Reason.NOT_IN_SOURCE, reason).astype(np.int16)


def _of_regions(context: Context, counts: Counts, former: dict[str, tuple[float, float]]) -> Counts:
    """Sums of regions where every authority has a figure; one that is counted with its neighbour is in that neighbour's figure.

    former: numerator and denominator of authorities that are no more; they count in their region for their successors.
    """
    successors = [successor for code in former for successor in FORMER[code][1]]
    elsewhere = (counts.reason == Reason.NOT_IN_SOURCE) | np.isin(context.frame.codes("utla23"), successors)
    parts = [np.where(elsewhere, 0.0, part) for part in (counts.numerator, counts.denominator)]
    summed = replace(counts, numerator=parts[0], denominator=parts[1])
    regions = sum_upward(context.frame, summed, "rgn23", people=context.frame.residents["utla23"], needs_all=True)
    added = np.zeros((2, len(regions.numerator)))
    for code, given in former.items():
        added[:, context.frame.codes("rgn23") == FORMER[code][0]] += np.array(given)[:, None]
    nothing = np.full(len(regions.coverage), np.nan)
    return replace(regions, numerator=regions.numerator + added[0], denominator=regions.denominator + added[1], coverage=nothing)


def build_districts(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Series of districts without counts: the ONS Health Index, and extracts of Fingertips."""
    for definition in of_family(definitions, "districts"):
        table = definition.measure["file"].replace("-", "_")
        if table == HEALTH_INDEX:
            yield from _health_index(context, definition)
        else:
            yield from _fingertips(context, definition, table)


def _health_index(context: Context, definition: Definition) -> Iterator[Sheet]:
    upper_tier = context.read(LAD_CODES, {"lad_code": "lad", "utla_code": "utla"}).drop_duplicates("lad").set_index("lad")["utla"]
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
    for definition in of_family(definitions, "local_health"):
        for period, rows in _local_parts(context, definition):
            key = Key(definition.slug, "msoa11", period)
            (values,), _ = placed(context.frame, "msoa11", rows["code"].to_numpy(dtype=object), rows["value"].to_numpy(dtype=float))
            yield published_values(key, values)
            if definition.unit == "ratio_100":
                yield published_values(replace(key, geography="ctry23"), np.array([_ENGLAND_RATIO]))


def _local_parts(context: Context, definition: Definition) -> Iterator[tuple[str, pd.DataFrame]]:
    """Period and rows (code, value) of each of the two parts whose file is at hand."""
    if has_table(PENNINE):
        rows = context.read(PENNINE, {"msoa11_code": "code", "indicator": "indicator", "value": "value"})
        yield definition.measure.get("pennine_period", PENNINE_PERIOD), rows[rows["indicator"] == definition.measure["pennine"]]
    column = definition.measure.get("west_sussex")
    if column and has_table(WEST_SUSSEX):
        yield WEST_SUSSEX_PERIOD, context.read(WEST_SUSSEX, {"msoa11_code": "code", column: "value"})
