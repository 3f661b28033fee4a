"""Figures of linked records, from the protected table alone: no exact count comes here, and whatever is computed knows the rounding.

Limits are those of the least the published counts may stand for and of the most, so they contain the rounding. A percentage that
rounding could move by more than two points is withheld. Reliability and comparison rest on the same ends. Areas that the world does not
hold have no row: England's row is all people of the world.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.codes import GEOGRAPHIES
from geo.disclosure.protected_files import ProtectedWorld, statuses_of
from geo.models import SourceLoad
from geo.releases.context import Context, of_family
from geo.releases.definitions import Definition
from geo.releases.definitions_linked import FAMILY, SOURCE, not_served
from geo.releases.figures import Flags, Key, Numbers, Sheet, Words, absences
from geo.releases.finishing import RELIABLE_EVENTS, RELIABLE_PEOPLE
from geo.statistics.comparison import compare
from geo.statistics.rates import Estimate, proportion, rate
from geo.statuses import Basis, Comparison, Reason, Status

# Rounding may move a published percentage by so much, either way (proportion).
MOST_MOVED = 0.02
# The most that a count withheld as small stands for. Events of few people may be more: then the count is not known to be small.
MOST_OF_SMALL = 7
ENGLAND = "ctry23"

_NUMBERS = ("numerator", "denominator", "numerator_least", "numerator_most", "denominator_least", "denominator_most")
_NOT_KNOWN = "not-known"
_PER = {"proportion": 1.0, "per_100k": 100_000.0, "days_per_100k": 100_000.0}
# How these vary from person to person is not told by their sum, so that they have no limits and are compared with nothing.
_SUMS = ("days_per_100k",)


@dataclass(frozen=True)
class Protected:
    """One slice of the protected table laid on the areas of its geography, shape (areas,) each; NaN where withheld or without a bound.

    status, reason: as the table says them, "" where it has no row (is_there tells).
    """

    numerator: Numbers
    denominator: Numbers
    numerator_least: Numbers
    numerator_most: Numbers
    denominator_least: Numbers
    denominator_most: Numbers
    status: np.ndarray
    reason: np.ndarray
    is_there: Flags


def build_linked(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Every slice of the protected table that a definition asks for; the others are told in the quality report, each with the reason."""
    if context.linked is None:
        return
    rows = context.linked.table.to_pandas()
    wanted = {definition.measure["indicator"]: definition for definition in of_family(definitions, FAMILY)}
    reasons = not_served()
    unused = {str(name): reasons.get(str(name), "no derivation of today has it") for name in sorted(set(rows["indicator"]) - set(wanted))}
    context.note("linked", "not_served", unused)
    unmapped: dict[str, int] = {}
    for indicator, mine in rows.groupby("indicator", sort=True):
        if indicator in wanted:
            yield from _indicator_sheets(context, wanted[str(indicator)], mine, unmapped)
    context.note("linked", "areas_not_known", unmapped)


def facts_of(world: ProtectedWorld) -> dict[str, object]:
    """What a release keeps of the manifest, with how many cells were shown and withheld."""
    return {**world.manifest, "manifest_sha256": world.sha256, "cells": statuses_of(world.table)}


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
    """All sheets of one indicator, England's first: the others are compared with it."""
    strata = set(definition.strata) | {"all"}
    benchmarks: dict[tuple[str, str], float] = {}
    slices = rows.groupby(["geography", "period", "dimension", "stratum"], sort=True)
    for geography, period, dimension, stratum in sorted(slices.groups, key=lambda key: (key[0] != ENGLAND, *key)):
        slug = stratum_of(dimension, stratum)
        if slug not in strata or geography not in GEOGRAPHIES:
            name = f"{definition.slug} {geography} {slug}"
            context.note(name, "strata_not_defined", int(slices.size()[geography, period, dimension, stratum]))
            continue
        laid, lost = _laid(context, geography, slices.get_group((geography, period, dimension, stratum)))
        if lost:
            unmapped[geography] = unmapped.get(geography, 0) + lost
        sheet = linked_sheet(
            Key(definition.slug, geography, period, slug), laid, definition, benchmark=benchmarks.get((period, slug), np.nan)
        )
        if geography == ENGLAND:
            benchmarks[period, slug] = float(sheet.value[0])
        yield sheet


def _laid(context: Context, geography: str, rows: pd.DataFrame) -> tuple[Protected, int]:
    """Rows put at the places of their areas, and how many have a code that is none of the geography's."""
    places = context.frame.places(geography, rows["area"].to_numpy(dtype=object))
    found, size = places >= 0, context.frame.size(geography)
    at = places[found]

    def numbers(name: str) -> Numbers:
        array = np.full(size, np.nan)
        array[at] = rows[name].to_numpy(dtype=float, na_value=np.nan)[found]
        return array

    def words(name: str) -> np.ndarray:
        array = np.full(size, "", dtype=object)
        array[at] = rows[name].to_numpy(dtype=object)[found]
        return array

    is_there = np.zeros(size, dtype=np.bool_)
    is_there[at] = True
    return Protected(**{name: numbers(name) for name in _NUMBERS}, status=words("status"), reason=words("reason"), is_there=is_there), int(
        (~found).sum()
    )


def linked_sheet(key: Key, laid: Protected, definition: Definition, *, benchmark: float) -> Sheet:
    """Values, limits and words of one slice. benchmark: England's value in the indicator's unit, NaN where there is none."""
    per = _PER[definition.unit]
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(laid.denominator > 0, laid.numerator / laid.denominator, np.nan)
    value = np.minimum(value, 1.0) * per if definition.unit == "proportion" else value * per
    moves = (definition.unit == "proportion") & ~np.isnan(value) & ~(rounding_moves(laid, value) <= MOST_MOVED)
    value = np.where(moves, np.nan, value)
    reason = np.where(moves, Reason.ROUNDING, _reasons(laid)).astype(np.int16)
    known = ~np.isnan(value)
    reason = np.where(~known & (reason == Reason.NONE), Reason.WITHHELD, reason).astype(np.int16)
    limits = _limits(laid, definition.unit, value)
    comparison = np.full(len(value), Comparison.NOT_COMPARED, dtype=np.int16)
    if key.geography != ENGLAND and definition.unit not in _SUMS:
        comparison = compare(limits.lower, limits.upper, benchmark=benchmark, polarity=definition.polarity)
    return Sheet(
        key=key,
        numerator=np.where(known, laid.numerator, np.nan),
        denominator=laid.denominator,
        value=value,
        lower=limits.lower,
        upper=limits.upper,
        coverage=np.full(len(value), np.nan),
        status=np.where(known, np.where(value == 0, Status.ZERO, Status.VALUE), absences(reason)).astype(np.int16),
        basis=np.full(len(value), Basis.OBSERVED, dtype=np.int16),
        comparison=comparison,
        reason=np.where(known, Reason.SPREAD_UNKNOWN if definition.unit in _SUMS else Reason.NONE, reason).astype(np.int16),
        is_reliable=known & (laid.numerator_least >= RELIABLE_EVENTS) & (laid.denominator_least >= RELIABLE_PEOPLE),
        is_omitted=~laid.is_there,
    )


def rounding_moves(laid: Protected, value: Numbers) -> Numbers:
    """How far (proportion) the share of the exact counts may lie from the published one, in the worst case; NaN where nothing bounds it."""
    with np.errstate(invalid="ignore", divide="ignore"):
        lowest = laid.numerator_least / laid.denominator_most
        highest = np.minimum(laid.numerator_most / np.maximum(laid.denominator_least, 1.0), 1.0)
    return np.maximum(value - lowest, highest - value)


def _reasons(laid: Protected) -> Words:
    """Why there is no numerator. Small numbers are those that the table itself bounds by MOST_OF_SMALL; all else is withheld."""
    is_small = (laid.reason == "small_numbers") & (laid.numerator_least >= 1) & (laid.numerator_most <= MOST_OF_SMALL)
    told = np.where(
        laid.status == "not_collected", Reason.NOT_REPORTED, np.where(laid.reason == "percentage", Reason.ROUNDING, Reason.WITHHELD)
    )
    return np.where(np.isnan(laid.numerator), np.where(is_small, Reason.SMALL_NUMBERS, told), Reason.NONE).astype(np.int16)


def _limits(laid: Protected, unit: str, value: Numbers) -> Estimate:
    """95 % limits: the lower of the fewest events of the most people, the upper of the most events of the fewest people; none of sums."""
    if unit in _SUMS:
        return Estimate(value, np.full(len(value), np.nan), np.full(len(value), np.nan))
    known = ~np.isnan(value) & (laid.denominator_least > 0)
    least, most, fewest, people = (
        np.where(known, end, np.nan) for end in (laid.numerator_least, laid.numerator_most, laid.denominator_least, laid.denominator_most)
    )
    if unit == "proportion":
        ends = proportion(np.minimum(least, people), denominator=people), proportion(np.minimum(most, fewest), denominator=fewest)
    else:
        ends = rate(least, population=people, per=_PER[unit]), rate(most, population=fewest, per=_PER[unit])
    return Estimate(value, np.minimum(ends[0].lower, value), np.maximum(ends[1].upper, value))
