"""What lives in a catchment: people by age, deprivation and ethnic group, and every indicator against its benchmark.

Counts first: published numerators and denominators are summed and the house's statistics make value and limits of the sums. Where a part
is modelled the sum is, and has no limits, for nobody knows how its errors go together. Linked records go through filling alone
(geo.disclosure.catchments), which gives an interval or a refusal.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.catchments import Refused
from geo.planning.problems import Indices
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.catchment_figures import Column, get_figures
from geo.queries.catchment_records import Packed
from geo.queries.ground import ATOMS, INDEX, Country, Set, get_country
from geo.statistics.comparison import compare
from geo.statistics.rates import Estimate, proportion, rate
from geo.statuses import (
    RELIABLE_COVERAGE,
    RELIABLE_EVENTS,
    RELIABLE_PEOPLE,
    Basis,
    Comparison,
    Reason,
    Status,
    word,
)

# Figures of areas that hold less than this share of the people would speak of the others unheard.
LEAST_SHARE = 0.5
# Where figures live on other areas than the catchment is made of, they may hold so many other people at most, as a share of its own.
MOST_OTHERS = 0.2
BANDS = (*(f"{first}-{first + 4}" for first in range(0, 85, 5)), "85-plus")
_PER = {"proportion": 1.0, "per_100k": 100_000.0, "days_per_100k": 100_000.0}


@dataclass(frozen=True)
class Group:
    """People of a kind. share: of all people of the catchment, 0-1."""

    name: str
    people: float
    share: float


@dataclass(frozen=True)
class Snap:
    """The areas that figures live on, where these are others than the catchment's own, with people taken along and left out."""

    geography: str
    areas: int
    people_gained: float
    people_lost: float


@dataclass(frozen=True)
class Figure:
    """One indicator of a catchment. Proportions 0-1. numerator, denominator: sums, None where not published or refused.

    gap: how many more (or, below 0, fewer) events than at the benchmark, with limits where the value has them. filled: share of the
    numerator that was estimated, of linked records. coverage: share of the people whose areas have figures. refused: rule and words.
    """

    indicator: IndicatorInfo
    stratum: str
    stratum_title: str
    period: str
    period_label: str
    snap: Snap | None
    status: Status
    basis: Basis
    comparison: Comparison
    reason: Reason
    benchmark: float | None = None
    benchmark_name: str = ""
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    gap: float | None = None
    gap_lower: float | None = None
    gap_upper: float | None = None
    coverage: float | None = None
    filled: float | None = None
    is_reliable: bool = False
    refused: Refused | None = None

    @property
    def reason_word(self) -> str | None:
        """Why something is absent, None where nothing is."""
        return None if self.reason == Reason.NONE else word(self.reason)


@dataclass(frozen=True)
class Profile:
    """Who lives there and how they fare. ages: None where no ages are loaded; tenths: deprivation, 1 = most deprived; core20: 0-1."""

    people: float
    ages: tuple[Group, ...] | None
    tenths: tuple[Group, ...]
    index: str
    core20: float | None
    ethnicity: tuple[Group, ...]
    figures: tuple[Figure, ...]


def get_catchment_profile(atoms: Indices, release: ReleaseInfo) -> Profile:
    """The profile of some neighbourhoods (positions, ascending) from one release."""
    country, figures = get_country(), get_figures(release)
    people = float(country.ground.people[atoms].sum())
    is_in = np.zeros(len(country.ground.codes), dtype=np.bool_)
    is_in[atoms] = True
    members = {slug: _members(slug, one, is_in, atoms, people) for slug, one in country.sets.items()}
    deprived = np.bincount(country.tenths[atoms], weights=country.ground.people[atoms], minlength=11).astype(np.float64)
    known = float(deprived[1:].sum())
    ages = None if country.ages is None else country.ages[atoms].astype(np.float64).sum(axis=0)
    return Profile(
        people=people,
        ages=None if ages is None else _groups(BANDS, ages),
        tenths=_groups([str(tenth) for tenth in range(1, 11)], deprived[1:]),
        index=INDEX,
        core20=float(deprived[1:3].sum()) / known if known else None,
        ethnicity=_groups(list(figures.ethnicity), np.array([float(group[atoms].sum()) for group in figures.ethnicity.values()])),
        figures=tuple(_figure(column, members, country, release) for column in figures.columns),
    )


@dataclass(frozen=True)
class _Members:
    """Areas of one set that make up the catchment best; refused where they hold too many other people."""

    at: Indices
    snap: Snap | None
    refused: Refused | None


def _members(slug: str, one: Set, is_in: NDArray[np.bool_], atoms: Indices, people: float) -> _Members:
    if slug == ATOMS:
        return _Members(atoms, None, None)
    at, gained, lost = one.best_fit(is_in)
    snap = Snap(slug, len(at), gained, lost)
    if gained + lost > MOST_OTHERS * people:
        message = (
            f"Its figures are for wider or older areas ({slug}). Those that fit this catchment best take {gained:,.0f} other people along"
            f" and leave {lost:,.0f} of its {people:,.0f} out: more than {MOST_OTHERS:.0%}."
        )
        return _Members(at, snap, Refused("areas_do_not_fit", message))
    return _Members(at, snap, None)


def _groups(names: list[str] | tuple[str, ...], people: NDArray[np.float64]) -> tuple[Group, ...]:
    total = float(people.sum())
    return tuple(Group(name, float(count), float(count) / total if total else 0.0) for name, count in zip(names, people, strict=True))


def _figure(column: Column, members: dict[str, _Members], country: Country, release: ReleaseInfo) -> Figure:
    """One indicator, or why there is none."""
    blank = _blank(column)
    if column.part is None:
        return replace(blank, refused=Refused(*column.why) if column.why else None)
    mine = members[column.part.geography.slug]
    blank = replace(blank, snap=mine.snap)
    if mine.refused:
        return replace(blank, refused=mine.refused)
    inhabitants = np.asarray(country.sets[column.part.geography.slug].people.sum(axis=1)).ravel()
    if column.records is not None:
        return _of_records(blank, column, mine.at, inhabitants)
    assert column.published is not None
    if column.indicator.is_ratio_only:
        return _mean(blank, column.indicator, column.published, mine.at, inhabitants)
    return _sum(blank, column.indicator, column.published, mine.at, inhabitants)


def _blank(column: Column) -> Figure:
    """A figure without any number, and its benchmark."""
    part, england = column.part, column.england
    return Figure(
        indicator=column.indicator,
        stratum=part.stratum if part else "all",
        stratum_title=part.stratum_title if part else "",
        period=part.period if part else "",
        period_label=part.period_label if part else "",
        snap=None,
        status=Status.NOT_APPLICABLE,
        basis=Basis.OBSERVED,
        comparison=Comparison.NOT_COMPARED,
        reason=Reason.NONE,
        benchmark=england["value"] if england else None,
        benchmark_name="all people of the linked records" if column.indicator.is_linked else "England",
    )


def _rows(published: Packed, at: Indices) -> Indices:
    """Rows of the areas that have one."""
    if not len(published.at):
        return np.empty(0, dtype=np.intp)
    where = np.minimum(np.searchsorted(published.at, at), len(published.at) - 1)
    return np.asarray(where[published.at[where] == at], dtype=np.intp)


def _sum(blank: Figure, indicator: IndicatorInfo, published: Packed, at: Indices, inhabitants: NDArray[np.float64]) -> Figure:
    """Sums of published counts, and value and limits of the sums."""
    rows = _rows(published, at)
    rows = rows[~(np.isnan(published.numerator[rows]) | np.isnan(published.denominator[rows]))]
    heard, everybody = float(inhabitants[published.at[rows]].sum()), float(inhabitants[at].sum())
    coverage = min(heard / everybody, 1.0) if everybody else 0.0
    numerator, denominator = float(published.numerator[rows].sum()), float(published.denominator[rows].sum())
    if coverage < LEAST_SHARE or denominator <= 0:
        return _missing(blank, coverage, published, at)
    is_modelled = bool((published.basis[rows] == Basis.MODELLED).any())
    unit = str(indicator.definition["unit"])
    estimate = _estimate(unit, min(numerator, denominator) if unit == "proportion" else numerator, denominator)
    has_limits = not is_modelled and indicator.definition.get("method") != "none"
    told = _with_limits(blank, indicator, estimate, denominator) if has_limits else replace(blank, value=float(estimate.value[0]))
    is_reliable = numerator >= RELIABLE_EVENTS and denominator >= RELIABLE_PEOPLE and coverage >= RELIABLE_COVERAGE
    return replace(
        told,
        numerator=numerator,
        denominator=denominator,
        status=Status.ZERO if numerator == 0 else Status.VALUE,
        basis=Basis.MODELLED if is_modelled else Basis.OBSERVED,
        reason=Reason.ALLOCATION_ERROR_UNKNOWN if is_modelled else Reason.NONE,
        gap=_gap(told, unit, denominator),
        coverage=coverage,
        is_reliable=is_reliable,
    )


def _missing(blank: Figure, coverage: float, published: Packed, at: Indices) -> Figure:
    rows = _rows(published, at)
    reason = Reason.INCOMPLETE if coverage > 0 else Reason(int(published.reason[rows[0]])) if len(rows) else Reason.NOT_IN_SOURCE
    status = Status(int(published.status[rows[0]])) if len(rows) and coverage == 0 else Status.MISSING
    return replace(blank, status=status, reason=reason, coverage=coverage)


def _mean(blank: Figure, indicator: IndicatorInfo, published: Packed, at: Indices, inhabitants: NDArray[np.float64]) -> Figure:
    """The population-weighted mean of figures without counts; modelled, without limits."""
    if indicator.definition["unit"] == "decile":
        words = "A tenth is a rank among areas of one kind, and a catchment has none. People by tenth are told beside."
        return replace(blank, refused=Refused("no_mean_of_ranks", words))
    rows = _rows(published, at)
    rows = rows[~np.isnan(published.value[rows])]
    weights = inhabitants[published.at[rows]]
    everybody = float(inhabitants[at].sum())
    coverage = min(float(weights.sum()) / everybody, 1.0) if everybody else 0.0
    if coverage < LEAST_SHARE or not weights.sum():
        return _missing(blank, coverage, published, at)
    value = float((published.value[rows] * weights).sum() / weights.sum())
    return replace(
        blank,
        value=value,
        status=Status.ZERO if value == 0 else Status.VALUE,
        basis=Basis.MODELLED,
        reason=Reason.NOT_PUBLISHED,
        coverage=coverage,
        is_reliable=coverage >= RELIABLE_COVERAGE,
    )


def _of_records(blank: Figure, column: Column, at: Indices, inhabitants: NDArray[np.float64]) -> Figure:
    """Sums of linked records by filling. Limits: of the fewest events of the most people, and of the most events of the fewest."""
    assert column.records is not None
    held = at[np.isin(at, column.records.atoms)]
    everybody = float(inhabitants[at].sum())
    coverage = float(inhabitants[held].sum()) / everybody if everybody else 0.0
    blank = replace(blank, coverage=coverage)
    if coverage < LEAST_SHARE:
        words = f"The linked records hold the areas of {coverage:.0%} of these people; at least {LEAST_SHARE:.0%} are needed."
        return replace(blank, status=Status.MISSING, reason=Reason.NOT_IN_SOURCE, refused=Refused("not_in_records", words))
    sums = column.records.add(held, inhabitants)
    if isinstance(sums, Refused):
        return replace(blank, status=Status.SUPPRESSED, reason=Reason.WITHHELD, refused=sums)
    events, people = sums
    unit = str(column.indicator.definition["unit"])
    if people.value <= 0:
        return replace(blank, status=Status.MISSING, reason=Reason.NO_POPULATION)
    ends = [_estimate(unit, *pair) for pair in ((events.least, max(people.most, 1)), (events.most, max(people.least, 1)))]
    middle = _estimate(unit, events.value, people.value).value
    estimate = Estimate(middle, np.minimum(ends[0].lower, middle), np.maximum(ends[1].upper, middle))
    is_sum = unit == "days_per_100k"
    told = replace(blank, value=float(middle[0])) if is_sum else _with_limits(blank, column.indicator, estimate, people.value)
    return replace(
        told,
        numerator=float(events.value),
        denominator=float(people.value),
        status=Status.ZERO if events.value == 0 else Status.VALUE,
        reason=Reason.SPREAD_UNKNOWN if is_sum else Reason.NONE,
        gap=None if is_sum else _gap(told, unit, people.value),
        filled=events.filled,
        is_reliable=events.least >= RELIABLE_EVENTS and people.least >= RELIABLE_PEOPLE,
    )


def _estimate(unit: str, numerator: float, denominator: float) -> Estimate:
    if unit == "proportion":
        return proportion(np.array([min(numerator, denominator)]), denominator=np.array([denominator]))
    return rate(np.array([numerator]), population=np.array([denominator]), per=_PER[unit])


def _with_limits(blank: Figure, indicator: IndicatorInfo, estimate: Estimate, denominator: float) -> Figure:
    """The figure with its limits, its comparison, and the limits of the gap."""
    lower, upper = float(estimate.lower[0]), float(estimate.upper[0])
    told = replace(blank, value=float(estimate.value[0]), lower=lower, upper=upper)
    if blank.benchmark is None:
        return told
    polarity = str(indicator.definition.get("polarity", "none"))
    flag = compare(estimate.lower, estimate.upper, benchmark=blank.benchmark, polarity=polarity)[0]
    per = _PER[str(indicator.definition["unit"])]
    low, high = ((limit - blank.benchmark) / per * denominator for limit in (lower, upper))
    return replace(told, comparison=Comparison(int(flag)), gap_lower=low, gap_upper=high)


def _gap(told: Figure, unit: str, denominator: float) -> float | None:
    """Events more than at the benchmark."""
    return None if told.benchmark is None or told.value is None else (told.value - told.benchmark) / _PER[unit] * denominator
