"""What each area would count were it like the whole: of everybody alike, of its ages, of its deprivation, or of both."""

from dataclasses import dataclass

import numpy as np
from django.db import connection

from geo.disclosure.claims import refuse_incomplete
from geo.errors import RefusedClaim
from geo.findings import words
from geo.findings.cells import Cells
from geo.findings.residents import Standard, expected_of_residents
from geo.findings.slices import Areas, Numbers, Slice
from geo.models import Detection
from geo.sqlfiles import statement
from geo.statistics.learnt_rates import expected_by_band
from geo.statistics.standardise import Reference, expected_events

# Ages at which the bands begin. Each holds enough events for a rate of its own to be learnt.
_BANDS = (0, 45, 55, 65, 75, 85)
# Indicators whose denominator is this file can be adjusted for age from its single years.
_AGES_SOURCE = "mid2020-population"
_AGES_GEOGRAPHIES = ("msoa11", "lad21")

Adjustment = Detection.Adjustment


@dataclass(frozen=True)
class Expectation:
    """Expected numerators, shape (areas,), summing to what was observed; `words`: how they were made, a phrase; taken: account of what."""

    adjustment: str
    numerator: Numbers
    words: str
    taken: tuple[str, ...] = ()

    @property
    def adjusted(self) -> str:
        """The adjustment in words: `adjusted for age and deprivation`."""
        return words.adjusted_for(*self.taken)


def expect(part: Slice, areas: Areas, adjustment: str, bands: Cells | Standard | None = None) -> Expectation:
    """The expectation of each area under one adjustment.

    none: the share or rate of all areas together. deprivation: that of the area's fifth of deprivation. age_sex: that of its people's ages
    and sexes, with the rates of all areas together by band where the indicator is broken down so (bands: cells of these areas), else with
    those of the whole world and residents' ages (bands: a standard), else with rates learnt from the map itself and residents' ages.
    age_sex_deprivation: the latter, times the ratio of its fifth.
    Raises RefusedClaim where the figures do not allow it, and for rates of residents without their ages.
    """
    if part.unit != "proportion" and "age" not in adjustment:
        raise RefusedClaim(
            "age_matters",
            "Events of residents follow their ages: a comparison that takes no account of age would find where older people live.",
        )
    if adjustment == Adjustment.NONE:
        return Expectation(adjustment, _alike(areas), f"the figure of {_those(part, areas) or 'all these areas'} together")
    if adjustment == Adjustment.DEPRIVATION:
        _need_deprivation(areas)
        fifth, those = f"in the same fifth of {areas.index}", _those(part, areas)
        said = f"the figure of those {fifth} among {those}" if those else f"the figure of all areas {fifth}"
        return Expectation(adjustment, _by_fifth(areas, areas.denominator), said, ("deprivation",))
    by_age, said, taken = _of_ages(part, areas, bands)
    if adjustment == Adjustment.AGE_SEX:
        return Expectation(adjustment, by_age, said, taken)
    _need_deprivation(areas)
    whole = f"{said}, and the ratio of the same fifth of {areas.index}"
    return Expectation(adjustment, _by_fifth(areas, by_age), whole, (*taken, "deprivation"))


def usual_adjustment(part: Slice) -> str:
    """The adjustment under which estimates are made: for age with rates of residents, else none."""
    return str(Adjustment.NONE if part.unit == "proportion" else Adjustment.AGE_SEX)


def _alike(areas: Areas) -> Numbers:
    return areas.denominator * (areas.numerator.sum() / areas.denominator.sum())


def _those(part: Slice, areas: Areas) -> str:
    """Which areas are compared where people are protected: those alone with enough of them, which need not be like all; "" for all."""
    fewest = part.policy.fewest_people
    return f"the {len(areas):,} areas of {fewest:,.0f} people or more" if fewest else ""


def _by_fifth(areas: Areas, base: Numbers) -> Numbers:
    """base, brought to what was observed in each fifth; areas of unknown deprivation are a fifth of their own."""
    observed = np.bincount(areas.fifth, weights=areas.numerator, minlength=6)
    usual = np.bincount(areas.fifth, weights=base, minlength=6)
    return base * (observed / np.where(usual > 0, usual, 1))[areas.fifth]


def _need_deprivation(areas: Areas) -> None:
    if not areas.has_deprivation:
        raise RefusedClaim("no_deprivation", "Too few of these areas have a figure of deprivation to take account of it.")


def _giver(part: Slice) -> str:
    return "These areas have" if part.policy.is_protected else "The publisher gives"


def _has_ages(part: Slice) -> bool:
    return _AGES_SOURCE in part.definition.get("sources", ()) and part.geography.slug in _AGES_GEOGRAPHIES


def _of_ages(part: Slice, areas: Areas, bands: Cells | Standard | None) -> tuple[Numbers, str, tuple[str, ...]]:
    if isinstance(bands, Standard):
        return *expected_of_residents(part, areas, bands), ("age",)
    return _by_age(part, areas) if bands is None else _by_bands(areas, bands)


def _by_bands(areas: Areas, bands: Cells) -> tuple[Numbers, str, tuple[str, ...]]:
    """Indirect standardisation: people of each band at the rate of the band in all areas together.

    Who is in no band with a figure is taken at the rate of the whole. People of unknown age are a band of their own.
    """
    taken = tuple(name for name in ("age", "sex") if name in bands.parts[0])
    named = " and ".join(taken)
    every = np.ones(len(bands.strata), dtype=np.bool_)
    missing = bands.missing_share(every)
    refuse_incomplete(missing, f"the people told apart by {named}")
    counted = np.where(bands.is_known, bands.people, 0.0)
    populations, events = counted.sum(axis=0), np.where(bands.is_known, bands.events, 0.0).sum(axis=0)
    has_people = populations > 0
    people = np.nan_to_num(bands.people[:, has_people])
    usual = expected_events(people, reference=Reference(events[has_people], populations[has_people]))
    usual = usual + np.maximum(areas.denominator - people.sum(axis=1), 0.0) * (areas.numerator.sum() / areas.denominator.sum())
    said = f"rates of all these areas together by {named} (indirect standardisation)"
    if missing > 0:
        said += f"; {missing:.1%} of their cells have no figure, and those people are taken at the rate of the whole"
    return np.asarray(usual * (areas.numerator.sum() / usual.sum()), dtype=np.float64), said, taken


def _by_age(part: Slice, areas: Areas) -> tuple[Numbers, str, tuple[str, ...]]:
    """Rates of age bands that explain the map best, with single years of age of residents of mid-2020.

    Areas are compared within their fifth of deprivation: across fifths the older areas are the richer ones, and rates of the old would come
    out too low.
    """
    if not _has_ages(part):
        raise RefusedClaim(
            "no_age_breakdown",
            f"{_giver(part)} this figure without ages or sexes, so differences between them cannot be taken account of.",
        )
    with connection.cursor() as cursor:
        cursor.execute(statement("findings/ages"), {"geography": part.geography_id})
        ages = {area: np.array(people) for area, people in cursor.fetchall()}
    if any(int(area) not in ages for area in areas.ids):
        raise RefusedClaim("no_age_breakdown", "The ages of some areas' residents are not at hand.")
    singles = np.array([ages[int(area)] for area in areas.ids])
    bands = np.add.reduceat(singles, _BANDS, axis=1)
    usual = expected_by_band(areas.numerator, people=bands, groups=areas.fifth if areas.has_deprivation else None)
    compared = f", areas compared within their fifth of {areas.index}" if areas.has_deprivation else ""
    said = (
        f"rates by age band that were learnt from the map itself{compared}"
        " (non-negative least squares; residents of mid-2020; sexes together)"
    )
    return usual, said, ("age",)
