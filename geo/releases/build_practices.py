"""Figures of GP practices (cervical screening, QOF registers): by practice and network as counted, by neighbourhood as modelled."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.releases.ages import frame_of_ages
from geo.releases.allocation import fit_allocation_error
from geo.releases.apportion import Apportioned, Registrations, apportion, make_registrations
from geo.releases.context import Context, england, of_family, placed
from geo.releases.definitions import Definition
from geo.releases.figures import Counts, Key, Numbers, Sheet, Words, observed_counts, with_basis
from geo.releases.finishing import finish, value_of
from geo.releases.frame import LARGER, Frame
from geo.releases.rollup import sum_upward
from geo.releases.staging import has_table
from geo.statuses import RELIABLE_COVERAGE, Basis, Reason

REGISTRATIONS = "gp_registrations_2022"
CERVICAL = "cervical_2017"
QOF_COUNTS = "qof_2020_prevalence"
QOF_FRACTIONS = "qof_2021"

CERVICAL_PERIOD = "2017-12"
QOF_PERIOD, QOF_NEXT_PERIOD = "2020-21", "2021-22"

# A practice whose registers are mostly 0 did not report them: only very small practices have a few empty registers.
MOST_REGISTERS = 0.5

# The 95 % interval of modelled values is shown only where it holds this share of the practices that were hidden from its fitting.
HOLDS_FROM, HOLDS_TO = 0.93, 0.98


@dataclass(frozen=True)
class PracticeFigures:
    """One indicator and period by practice. is_modelled: numerators were computed by us from a published share."""

    key: Key
    codes: np.ndarray
    numerator: Numbers
    denominator: Numbers
    reason: Words
    is_modelled: bool = False


def read_registrations(context: Context) -> Registrations:
    """The registration matrix; patients without any LSOA are left out of it and counted."""
    rows = context.read(REGISTRATIONS, {"practice_code": "practice", "lsoa11_code": "lsoa", "patients": "patients"})
    has_lsoa = rows["lsoa"].notna().to_numpy()
    context.note("registrations", "patients", {"all": int(rows["patients"].sum()), "without_lsoa": int(rows["patients"][~has_lsoa].sum())})
    rows = rows[has_lsoa]
    place = context.frame.places("lsoa11", rows["lsoa"].to_numpy())
    size = context.frame.size("lsoa11")
    return make_registrations(rows["practice"].to_numpy(dtype=object), place, rows["patients"].to_numpy(dtype=float), size=size)


def build_cervical(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """Cervical screening coverage of December 2017, by age."""
    registrations = read_registrations(context)
    for definition in of_family(definitions, "cervical"):
        ages = definition.measure["age"].replace("-", "_")
        columns = {"practice_code": "practice", f"eligible_{ages}": "denominator", f"screened_{ages}": "numerator"}
        rows = context.read(CERVICAL, columns)
        suppressed = rows["numerator"].isna() & rows["denominator"].notna()
        figures = PracticeFigures(
            key=Key(definition.slug, "practice24", CERVICAL_PERIOD),
            codes=rows["practice"].to_numpy(dtype=object),
            numerator=rows["numerator"].to_numpy(dtype=float),
            denominator=rows["denominator"].to_numpy(dtype=float),
            reason=np.where(suppressed, Reason.SUPPRESSED_BY_PUBLISHER, Reason.NOT_PUBLISHED).astype(np.int16),
        )
        yield from practice_sheets(context, definition, figures, registrations)


def build_qof(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """QOF registers: counts of 2020-21, and 2021-22 from published shares and the list of the year before."""
    registrations = read_registrations(context)
    counts = read_qof_counts(context)
    shares = read_qof_shares(context) if has_table(QOF_FRACTIONS) else None
    for definition in of_family(definitions, "qof"):
        mine = counts[counts["register"] == definition.measure["register"]]
        _refuse_other_lists(context, definition, mine)
        yield from practice_sheets(context, definition, _of_counts(definition, mine), registrations)
        if shares is not None and definition.measure.get("fraction_2021_22"):
            yield from practice_sheets(context, definition, _of_shares(definition, mine, shares), registrations)


def read_qof_counts(context: Context) -> pd.DataFrame:
    """Registers of 2020-21: practice, register, people, list_type, list_size; did_report is False where most registers are 0."""
    names = {"practice_code": "practice", "group_code": "register", "register": "people"}
    rows = context.read(QOF_COUNTS, {**names, "patient_list_type": "list_type", "practice_list_size": "list_size"})
    empty = (rows["people"] == 0).groupby(rows["practice"]).transform("mean")
    return rows.assign(did_report=(rows["people"] > 0) | (empty <= MOST_REGISTERS))


def read_qof_shares(context: Context) -> pd.DataFrame:
    """Shares on each register in 2021-22, one column a register, by practice; NaN where a 0 stands for not reported."""
    from_code = {f"{register.lower()}_prevalence": register for register in _REGISTERS_2021_22}
    rows = context.read(QOF_FRACTIONS, {"practice_code": "practice", **from_code}).set_index("practice")
    mostly_empty = (rows == 0).mean(axis=1) > MOST_REGISTERS
    return rows.mask((rows == 0) & mostly_empty.to_numpy()[:, None])


_REGISTERS_2021_22 = (
    *("DM", "CAN", "CKD", "NDH", "PC", "AF", "CHD", "HF", "HYP", "LVSD", "PAD", "STIA", "AST", "COPD", "OB", "SMOK", "DEM", "DEP"),
    *("EP", "LD", "MH"),
)


def practice_sheets(context: Context, definition: Definition, figures: PracticeFigures, registrations: Registrations) -> Iterator[Sheet]:
    """All sheets of one set of practice figures: practices, networks, neighbourhoods, everything larger, England."""
    both = ~(np.isnan(figures.numerator) | np.isnan(figures.denominator)) & (figures.denominator > 0)
    both &= figures.numerator <= figures.denominator
    numerator, denominator = (np.where(both, part, np.nan) for part in (figures.numerator, figures.denominator))
    whole = england(figures.key, np.nansum(numerator), np.nansum(denominator))
    if figures.is_modelled:
        whole = with_basis(whole, is_modelled=np.array([True]))
    benchmark = value_of(float(whole.numerator[0]), float(whole.denominator[0]), definition)
    yield finish(whole, definition, benchmark=benchmark)
    practices = _by_practice(context, replace(figures, numerator=numerator, denominator=denominator))
    yield finish(practices, definition, benchmark=benchmark)
    yield finish(_of_networks(context, practices, registrations), definition, benchmark=benchmark)
    frame = frame_of_ages(context, definition)
    modelled = _modelled(context, frame, replace(figures, numerator=numerator, denominator=denominator), registrations)
    for counts in modelled:
        yield finish(counts, definition, benchmark=benchmark)


def _by_practice(context: Context, figures: PracticeFigures) -> Counts:
    """Counts at the practices that the source names; all others are omitted."""
    (numerator, denominator, reason), unknown = placed(
        context.frame, "practice24", figures.codes, figures.numerator, figures.denominator, figures.reason.astype(float)
    )
    if unknown:
        context.note(f"{figures.key.indicator} {figures.key.period}", "practices_without_area", len(unknown))
    is_named = ~np.isnan(reason)
    why = np.where(is_named, np.nan_to_num(reason), Reason.NOT_IN_SOURCE).astype(np.int16)
    counts = observed_counts(figures.key, numerator, denominator, reason=why)
    if figures.is_modelled:
        counts = replace(counts, basis=np.full(len(numerator), Basis.MODELLED, dtype=np.int16))
    return replace(counts, is_omitted=~is_named)


def _of_networks(context: Context, practices: Counts, registrations: Registrations) -> Counts:
    """Sums over the practices of each primary care network; networks without any practice in the source are omitted.

    Practices that the source does not name do not count against the coverage of the network; those that gave no figure do, by their
    registered patients, as their own denominators are what is missing.
    """
    row = registrations.places(context.frame.codes("practice24"))
    registered = np.asarray(registrations.people.sum(axis=1)).ravel()
    people = np.where((row >= 0) & ~practices.is_omitted, registered[np.maximum(row, 0)] if len(registered) else 0.0, 0.0)
    summed = sum_upward(context.frame, practices, "pcn24", people=people)
    named = context.frame.matrix("practice24", "pcn24") @ (~practices.is_omitted).astype(float)
    return replace(summed, is_omitted=named == 0, may_have_limits=~np.isnan(summed.numerator))


def _modelled(context: Context, frame: Frame, figures: PracticeFigures, registrations: Registrations) -> Iterator[Counts]:
    """Neighbourhoods by registrations, and sums of them; conserved totals are noted. frame: converts by people of the figures' ages."""
    moved = apportion(registrations, figures.codes, figures.numerator, figures.denominator)
    context.note_conserved(
        figures.key,
        entered=np.nansum(figures.numerator),
        placed=np.nansum(moved.numerator),
        outside_england=moved.outside[0],
        practice_not_registered=moved.unplaced[0],
    )
    size = frame.size("lsoa11")
    key = replace(figures.key, geography="lsoa11")
    neighbourhoods = observed_counts(key, moved.numerator, moved.denominator, reason=Reason.NOT_REPORTED)
    share = np.where(registrations.patients > 0, moved.reached / np.where(registrations.patients > 0, registrations.patients, 1.0), np.nan)
    modelled = with_basis(neighbourhoods, is_modelled=np.ones(size, dtype=np.bool_), coverage=share)
    error = _allocation_error(context, figures, registrations, moved)
    yield _with_error(modelled, error)
    yield _with_error(sum_upward(frame, modelled, "lsoa21", people=registrations.patients, reached=moved.reached), error)
    for target in (*LARGER["lsoa11"], *LARGER["lsoa21"]):
        yield sum_upward(frame, modelled, target, people=registrations.patients, reached=moved.reached)


def _allocation_error(context: Context, figures: PracticeFigures, registrations: Registrations, moved: Apportioned) -> float:
    """The variance of single neighbourhoods, NaN where it cannot be had or where its interval fails on practices that were held out."""
    error = fit_allocation_error(registrations, figures.codes, (figures.numerator, figures.denominator), moved)
    if error is None:
        return float("nan")
    is_used = HOLDS_FROM <= error.held_out_coverage <= HOLDS_TO
    context.note(f"{figures.key.indicator} {figures.key.period}", "allocation_error", {**error.as_dict(), "is_used": is_used})
    return error.variance if is_used else float("nan")


def _with_error(counts: Counts, variance: float) -> Counts:
    """Limits for neighbourhoods whose allocation error is known; without it they stay without limits, for that reason.

    The error was learnt where practices report for nearly all patients: where few are covered it is not known.
    """
    if np.isnan(variance):
        return counts
    return replace(counts, extra_variance=variance, may_have_limits=counts.coverage >= RELIABLE_COVERAGE)


def _of_counts(definition: Definition, rows: pd.DataFrame) -> PracticeFigures:
    people = rows["people"].where(rows["did_report"]).to_numpy(dtype=float)
    return PracticeFigures(
        key=Key(definition.slug, "practice24", QOF_PERIOD),
        codes=rows["practice"].to_numpy(dtype=object),
        numerator=people,
        denominator=rows["list_size"].to_numpy(dtype=float),
        reason=np.full(len(rows), Reason.NOT_REPORTED, dtype=np.int16),
    )


def _of_shares(definition: Definition, rows: pd.DataFrame, shares: pd.DataFrame) -> PracticeFigures:
    """2021-22: the published share times the practice's list of 2020-21 of the same ages; new practices have no such list."""
    share = shares[definition.measure["register"]]
    lists = rows.set_index("practice")["list_size"].reindex(share.index).to_numpy(dtype=float)
    return PracticeFigures(
        key=Key(definition.slug, "practice24", QOF_NEXT_PERIOD),
        codes=share.index.to_numpy(dtype=object),
        numerator=share.to_numpy(dtype=float) * lists,
        denominator=lists,
        reason=np.where(share.notna() & np.isnan(lists), Reason.NOT_IN_SOURCE, Reason.NOT_REPORTED).astype(np.int16),
        is_modelled=True,
    )


def _refuse_other_lists(context: Context, definition: Definition, rows: pd.DataFrame) -> None:
    """Note a list type that is not the one whose ages the definition states."""
    found = sorted(set(rows["list_type"]))
    if found != [definition.measure["list_type"]]:
        context.note(definition.slug, "unexpected_list_types", found)
