"""Figures of commissioners (SMI checks, non-elective admissions): each code of the time followed to the sub-ICB locations of today."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import scipy.sparse as sp

from geo.periods import parse_period
from geo.releases.context import Context, england, of_family
from geo.releases.definitions import Definition
from geo.releases.figures import Counts, Key, Numbers, Sheet, Words, observed_counts, with_basis
from geo.releases.finishing import finish, value_of
from geo.statuses import Reason

SUCCESSION = "ccg_succession"
SMI = "smi_checks"
ACTIVITY = "nhse_activity"

SMI_REGISTER = "SMIRegister"
MONTHS_IN_YEAR = 12
_APRIL = 4
_TARGETS = ("sicbl23", "icb23", "icb26", "nhser24")

# The vintages of commissioners in the succession table; a year outside them takes the nearest.
FIRST_VINTAGE, LAST_VINTAGE = 2017, 2021

# From this day there are sub-ICB locations, and figures of quarters that end later are of them: registers of those whose boundaries
# moved (D2P2L, 15E, 01Y) jump from the first quarter of 2022/23 to the second.
SUB_ICB_LOCATIONS_SINCE = date(2022, 7, 1)

# A share nearer to none or all than this is none or all: shares are computed from populations and carry rounding.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Succession:
    """How commissioners of one vintage lead to sub-ICB locations: ODS codes, and shares of shape (sub-ICB locations, codes).

    people: residents of mid-2020 of each commissioner.
    """

    codes: np.ndarray
    shares: sp.csr_array
    people: Numbers


def build_smi(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Physical health checks by quarter, as a share of the register; England's is of the commissioners that reported."""
    rows = context.read(SMI, {"period": "period", "ccg_ods_code": "code", "question": "question", "answer": "people"})
    wide = rows.groupby(["period", "code", "question"])["people"].sum(min_count=1).unstack("question").astype(float)
    for period, quarter in wide.groupby(level="period"):
        answers = reported(quarter.droplevel("period"))
        succession = read_succession(context, period=str(period))
        for definition in of_family(definitions, "smi"):
            key = Key(definition.slug, "sicbl23", str(period))
            numerator, denominator = answers[definition.measure["question"]], answers[SMI_REGISTER]
            _note_codes(context, key, numerator, succession)
            whole = england(key, numerator.sum(), denominator.sum())
            whole = replace(whole, coverage=np.array([_share_reported(succession, denominator)]))
            parts = [follow(context, replace(key, geography=target), succession, numerator, denominator) for target in _TARGETS]
            yield from _finished(definition, whole, parts)


def reported(answers: pd.DataFrame) -> pd.DataFrame:
    """Answers of one quarter, NaN for commissioners whose register is 0: that many people have no commissioner without a single patient.

    The publisher writes a commissioner that did not report as 0 in every column (30 of 191 in Q4 2019/20). answers: one row a
    commissioner, one column a question.
    """
    return answers.where(answers[SMI_REGISTER] > 0)


def _share_reported(succession: Succession, given: pd.Series) -> float:
    """The share of residents whose commissioner has a figure."""
    known = ~np.isnan(given.reindex(succession.codes).to_numpy(dtype=float))
    return float(succession.people[known].sum() / succession.people.sum())


def build_non_elective(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Non-elective admissions by financial year, for each 100,000 residents of mid-2020; years with a month missing are left out."""
    rows = context.read(ACTIVITY, {"month": "month", "ccg_ods_code": "code", "non_elective_ga_admissions": "admissions"})
    month = rows["month"].str.split("-", expand=True).astype(int)
    rows = rows.assign(year=month[0] - (month[1] < _APRIL))
    months = rows.groupby("year")["month"].nunique()
    people = context.frame.residents_mid2020
    for definition in of_family(definitions, "non_elective"):
        context.note(definition.slug, "incomplete_years", [int(year) for year in months.index[months < MONTHS_IN_YEAR]])
        for year in months.index[months == MONTHS_IN_YEAR]:
            key = Key(definition.slug, "sicbl23", f"{year}-{(year + 1) % 100:02d}")
            succession = read_succession(context, period=key.period)
            monthly = rows[rows["year"] == year].groupby("code")["admissions"].agg(["sum", "count"])
            admissions = monthly["sum"].where(monthly["count"] == MONTHS_IN_YEAR).astype(float)
            _note_codes(context, key, admissions, succession)
            whole = england(key, admissions.sum(), people["ctry23"][0])
            parts = [follow(context, replace(key, geography=target), succession, admissions, people[target]) for target in _TARGETS]
            yield from _finished(definition, whole, parts)


def follow(context: Context, key: Key, succession: Succession, numerator: pd.Series, denominator: pd.Series | Numbers) -> Counts:
    """Counts of commissioners, by ODS code, moved to the areas of the key by share of population.

    An area has no figure where a commissioner that leads to it has none, or is known by no code of the succession. Modelled where a
    commissioner was shared out and the shares do not meet again in the area. denominator: moved likewise, or already by area.
    NaN in the numerator: the commissioner did not report; a code that is absent was not in use.
    """
    leads = sp.csr_array(context.frame.matrix("sicbl23", key.geography) @ succession.shares)
    moved = _moved(leads, numerator, succession)
    people = _moved(leads, denominator, succession) if isinstance(denominator, pd.Series) else denominator
    reason = _why_absent(leads, numerator, succession, is_smallest=key.geography == "sicbl23")
    return with_basis(observed_counts(key, moved, people, reason=reason), is_modelled=_is_split(leads))


def _why_absent(leads: sp.csr_array, given: pd.Series, succession: Succession, *, is_smallest: bool) -> Words:
    """Why each area would have no figure: nobody there reported, a code of the time leads nowhere, or a part of it is unknown."""
    contributes = sp.csr_array((leads > _ROUNDING).astype(float))
    is_named = np.isin(succession.codes, given.index.to_numpy(dtype=object))
    is_known = ~np.isnan(given.reindex(succession.codes).to_numpy(dtype=float))
    some_known, some_unnamed = (contributes @ flag.astype(float) > 0 for flag in (is_known, ~is_named))
    nobody = contributes.sum(axis=1) == 0
    unknown = np.where(some_known | some_unnamed, Reason.INCOMPLETE, Reason.NOT_REPORTED)
    is_unmapped = nobody | (some_unnamed & is_smallest)
    return np.where(is_unmapped, Reason.AREA_NOT_MAPPED, unknown).astype(np.int16)


def read_succession(context: Context, *, period: str) -> Succession:
    """The succession of the commissioners of a period; since July 2022 each sub-ICB location is its own.

    Sub-ICB locations are matched by ODS code, for two GSS codes changed in 2023.
    """
    if parse_period(period).end >= SUB_ICB_LOCATIONS_SINCE:
        size = context.frame.size("sicbl23")
        themselves = sp.csr_array(sp.identity(size, format="csr"))
        return Succession(context.frame.ods_codes("sicbl23"), themselves, context.frame.residents_mid2020["sicbl23"])
    vintage = min(max(int(period[:4]), FIRST_VINTAGE), LAST_VINTAGE)
    columns = {"ccg_vintage": "vintage", "ccg_ods_code": "code", "sicbl22_ods_code": "successor"}
    columns |= {"share_of_ccg_population": "share", "population_mid2020": "people"}
    rows = context.read(SUCCESSION, columns)
    rows = rows[rows["vintage"] == vintage]
    places = context.frame.places_by_ods("sicbl23", rows["successor"].to_numpy(dtype=object))
    codes, column = np.unique(rows["code"].to_numpy(dtype=str), return_inverse=True)
    found = places >= 0
    shape = (context.frame.size("sicbl23"), len(codes))
    shares = rows["share"].to_numpy(dtype=float)
    people = np.bincount(column, weights=rows["people"].to_numpy(dtype=float), minlength=len(codes)).astype(float)
    return Succession(codes.astype(object), sp.csr_array((shares[found], (places[found], column[found])), shape=shape), people)


def _moved(leads: sp.csr_array, given: pd.Series, succession: Succession) -> Numbers:
    """Counts by area; NaN where any commissioner that leads there has none, or where none does."""
    counts = given.reindex(succession.codes).to_numpy(dtype=float)
    is_silent = np.isnan(counts)
    contributes = sp.csr_array((leads > _ROUNDING).astype(float))
    silent = contributes @ is_silent.astype(float) > 0
    anyone = contributes.sum(axis=1) > 0
    return np.where(silent | ~anyone, np.nan, leads @ np.where(is_silent, 0.0, counts))


def _is_split(leads: sp.csr_array) -> np.ndarray:
    """Areas that get a part, but not the whole, of some commissioner."""
    shares = leads.tocoo()
    part = (shares.data > _ROUNDING) & (shares.data < 1 - _ROUNDING)
    return np.asarray(np.bincount(shares.coords[0][part], minlength=leads.shape[0]) > 0)


def _note_codes(context: Context, key: Key, numerator: pd.Series, succession: Succession) -> None:
    """Keep which codes lead nowhere, and the account of the numerators."""
    leads_somewhere = set(succession.codes[np.asarray(succession.shares.sum(axis=0)).ravel() > 0])
    lost = numerator[~numerator.index.isin(leads_somewhere)]
    if len(lost):
        context.note(f"{key.indicator} {key.period}", "area_not_mapped", sorted(map(str, lost.index)))
    reached = succession.shares @ numerator.reindex(succession.codes).fillna(0.0).to_numpy(dtype=float)
    context.note_conserved(key, entered=numerator.sum(), placed=reached.sum(), not_mapped=lost.sum())


def _finished(definition: Definition, whole: Counts, parts: list[Counts]) -> Iterator[Sheet]:
    benchmark = value_of(float(whole.numerator[0]), float(whole.denominator[0]), definition)
    for counts in (whole, *parts):
        yield finish(counts, definition, benchmark=benchmark)
