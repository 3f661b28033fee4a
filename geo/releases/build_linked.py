"""Figures of linked records, from the protected table alone: no exact count comes here, and whatever is computed knows the rounding.

Limits are those of the least the published counts may stand for and of the most, so they contain the rounding. A percentage that
rounding could move by more than two points is withheld. Reliability and comparison rest on the same ends. Areas that the world does not
hold have no row: England's row is all people of the world.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.codes import GEOGRAPHIES
from geo.disclosure.protected_files import ProtectedWorld, statuses_of
from geo.disclosure.published_counts import REACH, Rule
from geo.models import SourceLoad
from geo.releases.context import Context, of_family
from geo.releases.definitions import Definition
from geo.releases.definitions_linked import FAMILY, SOURCE, not_served
from geo.releases.demonstrations import demonstrations_of
from geo.releases.figures import Flags, Key, Numbers, Sheet, Words, absences
from geo.statistics.comparison import compare
from geo.statistics.rates import Estimate, proportion, rate
from geo.statuses import RELIABLE_EVENTS, RELIABLE_PEOPLE, Basis, Reason, Status

# Rounding may move a published percentage by so much, either way (proportion).
MOST_MOVED = 0.02
# The most that a count withheld as small stands for. Events of few people may be more: then the count is not known to be small.
MOST_OF_SMALL = 7
ENGLAND = "ctry23"

_KEYS = ("indicator", "geography", "period", "dimension", "stratum")
_NOT_KNOWN = "not-known"
_PER = {"proportion": 1.0, "per_100k": 100_000.0, "days_per_100k": 100_000.0}
# How these vary from person to person is not told by their sum, so that they have no limits and are compared with nothing.
_SUMS = ("days_per_100k",)


@dataclass(frozen=True)
class Protected:
    """Rows of the protected table, shape (rows,) each; NaN where withheld or without a bound. status, reason: as the table says them."""

    numerator: Numbers
    denominator: Numbers
    numerator_least: Numbers
    numerator_most: Numbers
    denominator_least: Numbers
    denominator_most: Numbers
    status: np.ndarray
    reason: np.ndarray

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "Protected":
        """The columns of rows of the table."""
        numbers = {one.name: rows[one.name].to_numpy(dtype=float, na_value=np.nan) for one in fields(cls)[:-2]}
        return cls(**numbers, status=rows["status"].to_numpy(dtype=object), reason=rows["reason"].to_numpy(dtype=object))


@dataclass(frozen=True)
class Figures:
    """What rows say, shape (rows,) each: columns of a sheet, in its words."""

    numerator: Numbers
    denominator: Numbers
    value: Numbers
    lower: Numbers
    upper: Numbers
    status: Words
    comparison: Words
    reason: Words
    is_reliable: Flags


def build_linked(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Every slice of the protected table that a definition asks for; the others are told in the quality report, each with the reason."""
    if context.linked is None:
        return
    rows = _in_order(context.linked.table)
    wanted = {definition.measure["indicator"]: definition for definition in of_family(definitions, FAMILY)}
    names = rows["indicator"].cat
    unused = {name: "no derivation of today has it" for name in names.categories if name not in wanted}
    context.note("linked", "not_served", unused | not_served())
    unmapped: dict[str, int] = {}
    for mine in _stretches(names.codes):
        indicator = names.categories[names.codes.iloc[mine.start]]
        if indicator in wanted:
            yield from _indicator_sheets(context, wanted[indicator], rows.iloc[mine], unmapped)
    context.note("linked", "areas_not_known", unmapped)


def facts_of(world: ProtectedWorld, definitions: Mapping[str, Definition]) -> dict[str, object]:
    """What a release keeps of the manifest: how many cells were shown and withheld, what it is there to show, and labels of clusters."""
    told = {"cells": statuses_of(world.table), "demonstrations": demonstrations_of(world.manifest, definitions.values())}
    return {**world.manifest, "manifest_sha256": world.sha256, **told, "detections": world.detections}


def record_source(world: ProtectedWorld) -> SourceLoad:
    """Say among the files of a release which world its records are; never a current edition, so that no other release is made of it."""
    manifest = world.manifest
    provenance = {
        "title": f"Linked records of made-up people: world {manifest['world']}",
        "publisher": "nobody: made up",
        "licence": "",
        "notes": "Made by this service, linked and protected as real records would be. Its figures say nothing of any place.",
    }
    fields = {"state": "stand_in", "origin": "stand_in", "rows_in": world.table.num_rows, "provenance": provenance}
    return SourceLoad.objects.get_or_create(slug=SOURCE, sha256=world.sha256, is_current=False, defaults=fields)[0]


def stratum_of(dimension: str, stratum: str) -> str:
    """The slug of a part of the people as the database has it: people of unknown group have one for each dimension."""
    return f"{dimension}-{stratum}" if stratum == _NOT_KNOWN else stratum


def _indicator_sheets(context: Context, definition: Definition, rows: pd.DataFrame, unmapped: dict[str, int]) -> Iterator[Sheet]:
    """All sheets of one indicator, of rows in order. Figures are computed of all its rows at once, for most slices are short."""
    figures = figures_of(Protected.of(rows), definition, benchmark=_benchmarks(rows, definition))
    strata = set(definition.strata) | {"all"}
    areas = rows["area"].to_numpy(dtype=object)
    (geographies, of_geography), (periods, of_period), (slugs, of_slug) = (
        (rows[name].cat.categories, rows[name].cat.codes.to_numpy()) for name in ("geography", "period", "slug")
    )
    for at in _stretches(of_geography):
        geography = geographies[of_geography[at.start]]
        if geography not in GEOGRAPHIES:
            context.note(f"{definition.slug} {geography}", "geographies_not_defined", at.stop - at.start)
            continue
        places = context.frame.places(geography, areas[at])
        if lost := int((places < 0).sum()):
            unmapped[geography] = unmapped.get(geography, 0) + lost
        for here in _stretches(of_period[at], of_slug[at]):
            slug = slugs[of_slug[at][here.start]]
            if slug not in strata:
                context.note(f"{definition.slug} {geography} {slug}", "strata_not_defined", here.stop - here.start)
                continue
            key = Key(definition.slug, geography, periods[of_period[at][here.start]], slug)
            known = here.start + np.flatnonzero(places[here] >= 0)
            yield _laid(key, figures, at.start + known, places[known])


def _in_order(table: pa.Table) -> pd.DataFrame:
    """The rows indicator after indicator and slice after slice, those of England first, with `slug`, the `stratum_of` each.

    Words are places among few in order, by which rows are sorted and compared in a tenth of the time that the words would take.
    """
    rows = table.to_pandas(strings_to_categorical=True)
    for name in _KEYS:
        rows[name] = rows[name].cat.reorder_categories(sorted(rows[name].cat.categories, key=lambda word: (word != ENGLAND, word)))
    rows = rows.iloc[np.lexsort([rows[name].cat.codes for name in reversed(_KEYS)])]
    dimension, stratum = rows["dimension"].cat, rows["stratum"].cat
    named = [[stratum_of(of, part) for part in stratum.categories] for of in dimension.categories]
    slugs, place = np.unique(np.array(named, dtype=object), return_inverse=True)
    codes = place.reshape(len(dimension.categories), len(stratum.categories))[dimension.codes, stratum.codes]
    return rows.assign(slug=pd.Categorical.from_codes(codes, slugs))


def _stretches(*codes: Any) -> list[slice]:
    """The rows, in order, cut where any of these columns changes."""
    changes = np.logical_or.reduce([np.diff(column) != 0 for column in codes])
    ends = [0, *(np.flatnonzero(changes) + 1).tolist(), len(codes[0])]
    return [slice(*each) for each in pairwise(ends)] if len(codes[0]) else []


def _benchmarks(rows: pd.DataFrame, definition: Definition) -> Numbers:
    """England's value for the period and stratum of each row, in the indicator's unit; NaN for England's own rows and where it has none."""
    period, slug = rows["period"].cat, rows["slug"].cat
    of_slice = period.codes.to_numpy(dtype=np.int64) * len(slug.categories) + slug.codes.to_numpy()
    is_england = (rows["geography"] == ENGLAND).to_numpy(dtype=bool)
    values = np.full(len(period.categories) * len(slug.categories), np.nan)
    values[of_slice[is_england]] = _values(Protected.of(rows[is_england]), definition)
    return np.where(is_england, np.nan, values[of_slice])


def _laid(key: Key, figures: Figures, rows: np.ndarray, places: np.ndarray) -> Sheet:
    """The figures of some rows, in the order of their areas."""
    order = np.argsort(places)
    told = {one.name: getattr(figures, one.name)[rows[order]] for one in fields(Figures)}
    size = len(rows)
    basis, nothing = np.full(size, Basis.OBSERVED, np.int16), np.full(size, np.nan)
    return Sheet(key=key, **told, coverage=nothing, basis=basis, is_omitted=np.zeros(size, dtype=np.bool_), places=places[order])


def figures_of(counts: Protected, definition: Definition, *, benchmark: Numbers) -> Figures:
    """Values, limits and words of rows. benchmark: England's value for each row, in the indicator's unit, NaN where there is none."""
    value = _values(counts, definition)
    known, is_sum = ~np.isnan(value), definition.unit in _SUMS
    reason = np.where(_is_moved(counts, definition), Reason.ROUNDING, _reasons(counts)).astype(np.int16)
    reason = np.where(~known & (reason == Reason.NONE), Reason.WITHHELD, reason).astype(np.int16)
    limits = _limits(counts, definition.unit, value)
    return Figures(
        numerator=np.where(known, counts.numerator, np.nan),
        denominator=counts.denominator,
        value=value,
        lower=limits.lower,
        upper=limits.upper,
        status=np.where(known, np.where(value == 0, Status.ZERO, Status.VALUE), absences(reason)).astype(np.int16),
        comparison=compare(limits.lower, limits.upper, benchmark=benchmark, polarity=definition.polarity),
        reason=np.where(known, Reason.SPREAD_UNKNOWN if is_sum else Reason.NONE, reason).astype(np.int16),
        is_reliable=known & (counts.numerator_least >= RELIABLE_EVENTS) & (counts.denominator_least >= RELIABLE_PEOPLE),
    )


def _ratios(counts: Protected, definition: Definition) -> Numbers:
    """Numerator over denominator in the indicator's unit, whatever rounding may have moved."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(counts.denominator > 0, counts.numerator / counts.denominator, np.nan)
    return np.minimum(ratio, 1.0) if definition.unit == "proportion" else ratio * _PER[definition.unit]


def _is_moved(counts: Protected, definition: Definition) -> Flags:
    """Which are shares that rounding could move by more than a page may be wrong by."""
    value = _ratios(counts, definition)
    return (definition.unit == "proportion") & ~np.isnan(value) & ~(rounding_moves(counts, value) <= MOST_MOVED)


def _values(counts: Protected, definition: Definition) -> Numbers:
    """What is shown, NaN where nothing is."""
    return np.where(_is_moved(counts, definition), np.nan, _ratios(counts, definition))


def rounding_moves(counts: Protected, value: Numbers) -> Numbers:
    """How far (proportion) the share of counts that are published so may lie from the published one, in the worst case; NaN where nothing
    bounds it. That counts which stand from an earlier edition may have moved since is told by their limits, and hides nothing more."""
    least, most = (
        np.fmax(counts.numerator_least, _rounded(counts.numerator, -1)),
        np.fmin(counts.numerator_most, _rounded(counts.numerator, 1)),
    )
    fewest, people = (
        np.fmax(counts.denominator_least, _rounded(counts.denominator, -1)),
        np.fmin(counts.denominator_most, _rounded(counts.denominator, 1)),
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        lowest = least / people
        highest = np.minimum(most / np.maximum(fewest, 1.0), 1.0)
    return np.maximum(value - lowest, highest - value)


def _rounded(published: Numbers, way: int) -> Numbers:
    """The least (-1) or greatest (1) count that is published so: a zero is none, others were rounded."""
    return published + way * REACH[Rule.HES] * (published > 0)


def _reasons(counts: Protected) -> Words:
    """Why there is no numerator. Small numbers are those that the table itself bounds by MOST_OF_SMALL; all else is withheld."""
    is_small = (counts.reason == "small_numbers") & (counts.numerator_least >= 1) & (counts.numerator_most <= MOST_OF_SMALL)
    told = np.where(
        counts.status == "not_collected", Reason.NOT_REPORTED, np.where(counts.reason == "percentage", Reason.ROUNDING, Reason.WITHHELD)
    )
    return np.where(np.isnan(counts.numerator), np.where(is_small, Reason.SMALL_NUMBERS, told), Reason.NONE).astype(np.int16)


def _limits(counts: Protected, unit: str, value: Numbers) -> Estimate:
    """95 % limits: the lower of the fewest events of the most people, the upper of the most events of the fewest people; none of sums."""
    if unit in _SUMS:
        return Estimate(value, np.full(len(value), np.nan), np.full(len(value), np.nan))
    known = ~np.isnan(value) & (counts.denominator_least > 0)
    least, most, fewest, people = (
        np.where(known, end, np.nan)
        for end in (counts.numerator_least, counts.numerator_most, counts.denominator_least, counts.denominator_most)
    )
    if unit == "proportion":
        ends = proportion(np.minimum(least, people), denominator=people), proportion(np.minimum(most, fewest), denominator=fewest)
    else:
        ends = rate(least, population=people, per=_PER[unit]), rate(most, population=fewest, per=_PER[unit])
    return Estimate(value, np.minimum(ends[0].lower, value), np.maximum(ends[1].upper, value))
