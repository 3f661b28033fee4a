"""From counts to what is published: value, limits, comparison with England, and whether a figure can be relied on.

Rule of reliability: a figure from counts is reliable when it rests on at least 10 events, at least 50 people, and, where only some of
the people are covered, on at least 70 % of them. A published figure without counts is taken as its publisher gives it.
"""

import numpy as np

from geo.releases.definitions import Definition
from geo.releases.figures import Counts, Numbers, Sheet, absences
from geo.statistics.comparison import compare
from geo.statistics.intervals import normal_quantile
from geo.statistics.rates import Estimate, proportion, rate
from geo.statuses import RELIABLE_COVERAGE, RELIABLE_EVENTS, RELIABLE_PEOPLE, Comparison, Reason, Status

RELIABILITY_RULE = "at least 10 events, 50 people and, where asked, 70 % of the people covered; published ratios as published"

# Areas of these geographies are compared with England; England is not compared with itself.
_NEVER_COMPARED = ("ctry23",)


def finish(counts: Counts, definition: Definition, *, benchmark: float) -> Sheet:
    """The sheet of these counts. benchmark: England's value in the indicator's unit, NaN where there is none (nothing is compared).

    A numerator above its denominator (of a proportion) cannot be, and leaves as not reported; a denominator of 0 as no population.
    """
    counts = _without_impossible(counts, definition)
    estimate = _estimate(counts, definition)
    known = ~np.isnan(estimate.value)
    has_limits = known & counts.may_have_limits & (definition.method != "none")
    limits = _with_extra(estimate, counts) if counts.extra_variance >= 0 else estimate
    lower, upper = (np.where(has_limits, limit, np.nan) for limit in (limits.lower, limits.upper))
    reason = np.where(known & ~has_limits & (definition.method != "none"), counts.limit_reason, counts.reason).astype(np.int16)
    status = np.where(known, np.where(estimate.value == 0, Status.ZERO, Status.VALUE), absences(reason)).astype(np.int16)
    comparison = np.full(len(status), Comparison.NOT_COMPARED, dtype=np.int16)
    if counts.key.geography not in _NEVER_COMPARED and not counts.extra_variance >= 0:
        comparison = compare(lower, upper, benchmark=benchmark, polarity=definition.polarity)
    return Sheet(
        key=counts.key,
        numerator=counts.numerator,
        denominator=counts.denominator,
        value=estimate.value,
        lower=lower,
        upper=upper,
        coverage=counts.coverage,
        status=status,
        basis=counts.basis,
        comparison=comparison,
        reason=reason,
        is_reliable=known & _is_reliable(counts),
        is_omitted=counts.is_omitted if len(counts.is_omitted) else np.zeros(len(status), dtype=np.bool_),
    )


def value_of(numerator: float, denominator: float, definition: Definition) -> float:
    """One value in the indicator's unit; NaN where there is no denominator."""
    if not denominator > 0:
        return float("nan")
    return numerator / denominator * (1.0 if definition.unit == "proportion" else 100_000.0)


def _without_impossible(counts: Counts, definition: Definition) -> Counts:
    """The same counts without those that no estimate can be made of."""
    nobody = counts.denominator <= 0
    too_many = (counts.numerator > counts.denominator * (1 + 1e-9)) & (definition.unit == "proportion") & ~nobody
    wrong = nobody | too_many
    if not wrong.any():
        return counts
    reason = np.where(nobody, Reason.NO_POPULATION, np.where(too_many, Reason.NOT_REPORTED, counts.reason)).astype(np.int16)
    return Counts(
        key=counts.key,
        numerator=np.where(wrong, np.nan, counts.numerator),
        denominator=np.where(wrong, np.nan, counts.denominator),
        basis=counts.basis,
        reason=reason,
        coverage=np.where(wrong, np.nan, counts.coverage),
        may_have_limits=counts.may_have_limits & ~wrong,
        limit_reason=counts.limit_reason,
        extra_variance=counts.extra_variance,
        is_omitted=counts.is_omitted,
    )


def _estimate(counts: Counts, definition: Definition) -> Estimate:
    if definition.unit == "proportion":
        return proportion(counts.numerator, denominator=counts.denominator)
    return rate(counts.numerator, population=counts.denominator, per=100_000)


def _with_extra(estimate: Estimate, counts: Counts) -> Estimate:
    """Limits of modelled shares: chance and allocation error together, as a normal interval within 0-1."""
    variance = estimate.value * (1 - estimate.value) / counts.denominator + counts.extra_variance
    half = normal_quantile(0.95) * np.sqrt(variance)
    return Estimate(estimate.value, np.maximum(estimate.value - half, 0.0), np.minimum(estimate.value + half, 1.0))


def _is_reliable(counts: Counts) -> np.ndarray:
    coverage: Numbers = np.where(np.isnan(counts.coverage), 1.0, counts.coverage)
    return (counts.numerator >= RELIABLE_EVENTS) & (counts.denominator >= RELIABLE_PEOPLE) & (coverage >= RELIABLE_COVERAGE)
