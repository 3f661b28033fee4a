"""Figures published for neighbourhoods: census shares, stroke admissions, inputs of the IMD, and the IMD itself."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from geo.codes import GEOGRAPHIES
from geo.releases.areas_ages import AGES
from geo.releases.areas_deprivation import PUBLISHED_MEANS
from geo.releases.context import Context, england, of_family, placed
from geo.releases.definitions import Definition
from geo.releases.figures import Counts, Flags, Key, Numbers, Sheet, observed_counts, published_values
from geo.releases.finishing import finish, value_of
from geo.releases.frame import LARGER
from geo.releases.rollup import mean_upward, sum_upward
from geo.releases.staging import has_table
from geo.releases.tables import read_query
from geo.sqlfiles import statement
from geo.statuses import Reason

ETHNICITY = "census2021_ethnicity_lsoa21"
STROKE = "stroke_admissions"
IMD_PARTS = "imd2019_indicators_lsoa11"
# The tables that the stored deprivation of an index comes from.
DEPRIVATION = {"imd2019": "imd2019_lsoa11", "imd2025": "imd2025_lsoa21"}

CENSUS_PERIOD = "2021"
STROKE_PERIOD = "2017--2019"
STROKE_YEARS = 3
IMD_PARTS_PERIOD = "2019"

_AGE_GROUPS = {
    "0-14": ("aged_0_4", "aged_5_9", "aged_10_14"),
    "15-64": tuple(f"aged_{age}_{age + 4}" for age in range(15, 65, 5)),
    "65-plus": ("aged_65_69", "aged_70_74", "aged_75_79", "aged_80_84", "aged_85_plus"),
}
_TENTHS = 10


def build_census(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Shares of residents by age and by ethnic group, from neighbourhoods upward."""
    for definition in of_family(definitions, "census"):
        groups = _AGE_GROUPS if definition.measure["table"] == "age" else {group: (group,) for group in definition.strata}
        table = AGES if definition.measure["table"] == "age" else ETHNICITY
        fields = tuple(dict.fromkeys(field for group in groups.values() for field in group))
        rows = context.read(table, {"lsoa21_code": "lsoa", "total": "total", **{field: field for field in fields}})
        codes = rows["lsoa"].to_numpy(dtype=object)
        for stratum in definition.strata:
            people = rows[list(groups[stratum])].sum(axis=1).to_numpy(dtype=float)
            total = rows["total"].to_numpy(dtype=float)
            # The publisher's small alterations can leave a group above the total of a tiny area.
            (numerator, denominator), _ = placed(context.frame, "lsoa21", codes, np.minimum(people, total), total)
            counts = observed_counts(Key(definition.slug, "lsoa21", CENSUS_PERIOD, stratum), numerator, denominator)
            context.note_conserved(counts.key, entered=np.minimum(people, total).sum(), placed=np.nansum(numerator))
            yield from _summed(context, definition, counts, people=np.nan_to_num(denominator))


def _summed(context: Context, definition: Definition, counts: Counts, *, people: Numbers) -> Iterator[Sheet]:
    """England, these areas, and sums for all larger ones."""
    whole = england(counts.key, np.nansum(counts.numerator), np.nansum(counts.denominator))
    benchmark = value_of(float(whole.numerator[0]), float(whole.denominator[0]), definition)
    yield finish(whole, definition, benchmark=benchmark)
    yield finish(counts, definition, benchmark=benchmark)
    for target in LARGER[counts.key.geography]:
        yield finish(sum_upward(context.frame, counts, target, people=people), definition, benchmark=benchmark)


def build_stroke(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Stroke admissions of three years by MSOA and above, never by LSOA: half of the LSOAs have fewer than eight.

    The source gives yearly means, so three times its figure is the whole count of admissions.
    """
    rows = context.read(STROKE, {"lsoa11_code": "lsoa", "admissions": "yearly"})
    entered = np.round(rows["yearly"].to_numpy(dtype=float) * STROKE_YEARS)
    codes = rows["lsoa"].to_numpy(dtype=object)
    (admissions,), _ = placed(context.frame, "lsoa11", codes, entered)
    elsewhere = entered[context.frame.places("lsoa11", codes) < 0]
    residents = context.frame.residents_mid2020["lsoa11"]
    for definition in of_family(definitions, "stroke"):
        key = Key(definition.slug, "lsoa11", STROKE_PERIOD)
        counts = observed_counts(key, admissions, residents * STROKE_YEARS)
        context.note_conserved(key, entered=np.nansum(entered), placed=np.nansum(admissions), not_in_england=np.nansum(elsewhere))
        whole = england(key, np.nansum(counts.numerator), np.nansum(counts.denominator))
        benchmark = value_of(float(whole.numerator[0]), float(whole.denominator[0]), definition)
        yield finish(whole, definition, benchmark=benchmark)
        for target in (*LARGER["lsoa11"], *LARGER["lsoa21"]):
            yield finish(sum_upward(context.frame, counts, target, people=residents), definition, benchmark=benchmark)


def build_imd_parts(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Inputs of the IMD by LSOA of 2011, and population-weighted means of them."""
    people = context.frame.residents["lsoa11"]
    for definition in of_family(definitions, "imd_parts"):
        column = definition.measure["column"]
        rows = context.read(IMD_PARTS, {"lsoa11_code": "lsoa", column: "value"})
        (values,), _ = placed(context.frame, "lsoa11", rows["lsoa"].to_numpy(dtype=object), rows["value"].to_numpy(dtype=float))
        sheet = published_values(Key(definition.slug, "lsoa11", IMD_PARTS_PERIOD), values)
        yield sheet
        for target in (*LARGER["lsoa11"], "ctry23"):
            yield mean_upward(context.frame, sheet, target, people=people)


def build_deprivation(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Scores and deciles of the IMD as published for LSOAs; for larger areas mean scores, and deciles among areas of their kind."""
    stored = read_query(statement("releases/deprivation")).to_pandas()
    for definition in of_family(definitions, "deprivation"):
        index, of = definition.measure["index"], definition.measure["of"]
        neighbourhood = "lsoa11" if index == "imd2019" else "lsoa21"
        mine = stored[stored["index_version"] == index]
        scores = {g: _at(context, g, mine, "score") for g in (neighbourhood, *LARGER[neighbourhood])}
        deciles = {g: _at(context, g, mine, "decile") for g in scores}
        people = context.frame.residents[neighbourhood]
        for geography, given in (scores if of == "score" else deciles).items():
            key = Key(definition.slug, geography, index.removeprefix("imd"))
            if geography == neighbourhood:
                yield published_values(key, given)
                continue
            score = scores[geography]
            if np.isnan(score).all():
                base = published_values(replace(key, geography=neighbourhood), scores[neighbourhood])
                score = mean_upward(context.frame, base, geography, people=people).value
            values = score if of == "score" else np.where(np.isnan(given), _tenths(score), given)
            is_ours = ~_has_published_mean(context, index, geography) if of == "score" else np.ones(len(values), dtype=np.bool_)
            yield published_values(key, values, is_modelled=is_ours, reason=Reason.NOT_IN_SOURCE)


def _at(context: Context, geography: str, stored: "object", column: str) -> Numbers:
    """A column of the stored deprivation at the positions of the areas of one geography."""
    rows = stored[stored["geography_id"] == GEOGRAPHIES[geography].id]  # type: ignore[index]
    values = np.full(context.frame.size(geography), np.nan)
    values[rows["feature_id"].to_numpy() - 1] = rows[column].to_numpy(dtype=float)
    return values


def _has_published_mean(context: Context, index: str, geography: str) -> Flags:
    """Areas whose mean score is the publisher's own; that of all others is ours."""
    codes = context.frame.codes(geography)
    table, code, column = PUBLISHED_MEANS.get((index, geography), ("", "", ""))
    if not table or not has_table(table):
        return np.zeros(len(codes), dtype=np.bool_)
    rows = context.read(table, {code: "code", column.format("imd"): "score"})
    return np.isin(codes, rows.loc[rows["score"].notna(), "code"].to_numpy(dtype=object))


def _tenths(scores: Numbers) -> Numbers:
    """Tenths by score among these areas, 1 = the highest score = most deprived; NaN stays."""
    known = ~np.isnan(scores)
    rank = np.full(len(scores), np.nan)
    rank[known] = np.argsort(np.argsort(-scores[known], kind="stable"), kind="stable")
    return np.floor(rank * _TENTHS / max(known.sum(), 1)) + 1
