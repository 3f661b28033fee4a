"""How far an area's count lies from what is expected, once it is known how much areas differ anyway."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammainc, gammaincc

from geo.findings.expected import Expectation
from geo.findings.protection import known
from geo.findings.slices import Areas, Numbers, Slice
from geo.models import Release
from geo.statistics.protected_counts import (
    learn_protected_proportions,
    learn_protected_rates,
    shrink_protected_proportions,
    shrink_protected_rates,
)
from geo.statistics.shrinkage import Shrunken, shrink_proportions, shrink_rates


@dataclass(frozen=True)
class Judged:
    """A slice against one expectation, shape (areas,) each.

    p: of the area's own count, exact, two-sided, were its chance as expected. z: difference from expectation in units of what chance and
    the usual differences between areas allow. shrunken: posterior, as relative risk for rates and as proportion for proportions.
    effective: people (or expected events) that the area counts for, once areas differ anyway; 0-denominator. alike: of shares, how alike
    areas are with nothing taken account of (None: not asked).
    """

    p: Numbers
    z: Numbers
    shrunken: Shrunken
    effective: Numbers
    alike: float | None = None


@dataclass(frozen=True)
class Question:
    """A slice with its observed areas, one expectation, and how they stand against it: what every kind of finding is made from."""

    release: Release
    part: Slice
    areas: Areas
    expectation: Expectation
    judged: Judged


def judge(part: Slice, areas: Areas, expectation: Expectation, before: Judged | None = None) -> Judged:
    """The areas of a slice against an expectation. Deprivation, where known, is a covariate of shrinkage.

    How much areas differ anyway is learnt as the expectation was made: beside deprivation only where it takes account of deprivation.
    Of protected counts shrinkage knows the intervals, and p is the greatest that any count of the interval has.
    before: the same areas under another expectation; shares, which do not depend on it, are then not shrunken again.
    """
    covariates = fifth_columns(areas) if areas.has_deprivation else None
    observed, usual, people, (least, most) = areas.numerator, expectation.numerator, areas.denominator, known(areas)
    if part.unit == "proportion":
        benchmark = observed.sum() / people.sum()
        shrunken = before.shrunken if before else _shrink_shares(areas, covariates, benchmark)
        alone = before.alike if before else None
        if alone is None and not _is_of_like(expectation, covariates):
            alone = _alike_shares(areas, benchmark)
        alike = shrunken.concentration if alone is None or _is_of_like(expectation, covariates) else alone
        middle = np.clip(usual / people, 1e-9, 1 - 1e-9)
        # The beta-binomial's variance over the binomial's: 1 where areas do not differ.
        beyond = 1 + (people - 1) / (alike + 1)
        z = (observed - usual) / np.sqrt(people * middle * (1 - middle) * beyond)
        return Judged(_binomial(least, most, people, middle), z, shrunken, people / beyond, alone)
    shrunken = _shrink_rates(areas, usual, covariates)
    beyond = 1 + usual / (shrunken.concentration if _is_of_like(expectation, covariates) else _alike_rates(areas, usual))
    # Where nothing is expected no event was surely counted (shrinkage refuses else), and that is as expected.
    z = np.where(usual > 0, observed - usual, 0.0) / np.sqrt(np.where(usual > 0, usual * beyond, 1.0))
    return Judged(_poisson(least, most, usual), z, shrunken, usual / beyond)


def _is_of_like(expectation: Expectation, covariates: Numbers | None) -> bool:
    """Whether the expectation leaves the same differences between areas as shrinkage with these covariates does."""
    return covariates is None or "deprivation" in expectation.adjustment


def fifth_columns(areas: Areas) -> Numbers:
    """Which fifth of deprivation, as columns of 0 and 1; the least deprived and the unknown have none."""
    return np.column_stack([areas.fifth == fifth for fifth in range(1, 5)]).astype(np.float64)


def _shrink_shares(areas: Areas, covariates: Numbers | None, benchmark: float) -> Shrunken:
    if areas.counts is None:
        return shrink_proportions(areas.numerator, denominator=areas.denominator, covariates=covariates, benchmark=benchmark)
    return shrink_protected_proportions(areas.counts, denominator=areas.denominator, covariates=covariates, benchmark=benchmark)


def _shrink_rates(areas: Areas, usual: Numbers, covariates: Numbers | None) -> Shrunken:
    if areas.counts is None:
        return shrink_rates(areas.numerator, expected=usual, covariates=covariates)
    return shrink_protected_rates(areas.counts, expected=usual, covariates=covariates)


def _alike_shares(areas: Areas, benchmark: float) -> float:
    """How alike the areas are, with nothing taken account of."""
    if areas.counts is None:
        return _shrink_shares(areas, None, benchmark).concentration
    return learn_protected_proportions(areas.counts, denominator=areas.denominator).concentration


def _alike_rates(areas: Areas, usual: Numbers) -> float:
    if areas.counts is None:
        return _shrink_rates(areas, usual, None).concentration
    return learn_protected_rates(areas.counts, expected=usual).concentration


def _binomial(least: Numbers, most: Numbers, people: Numbers, chance: Numbers) -> Numbers:
    """Two-sided p; of an interval of counts at least that of each count in it, for either tail grows towards the other end."""
    at_least = np.where(least > 0, betainc(np.maximum(least, 1), people - least + 1, chance), 1.0)
    at_most = np.where(most < people, 1 - betainc(most + 1, np.maximum(people - most, 1), chance), 1.0)
    return np.minimum(2 * np.minimum(at_least, at_most), 1.0)


def _poisson(least: Numbers, most: Numbers, usual: Numbers) -> Numbers:
    """The same of events against what is expected."""
    at_least = np.where(least > 0, gammainc(np.maximum(least, 1), usual), 1.0)
    return np.minimum(2 * np.minimum(at_least, gammaincc(most + 1, usual)), 1.0)
