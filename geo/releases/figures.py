"""Figures on their way to becoming observations: counts or ratios by area, each missing one with its reason."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from geo.statuses import Basis, Comparison, Reason, Status

Numbers = NDArray[np.float64]
Words = NDArray[np.int16]
Flags = NDArray[np.bool_]

# Reasons for which something is known and not told.
_SUPPRESSED = (Reason.SUPPRESSED_BY_PUBLISHER, Reason.SMALL_NUMBERS, Reason.WITHHELD, Reason.ROUNDING)


@dataclass(frozen=True)
class Key:
    """What a sheet speaks of."""

    indicator: str
    geography: str
    period: str
    stratum: str = "all"


@dataclass(frozen=True)
class Sheet:
    """One indicator, geography, period and stratum: arrays of shape (n,), one entry an area in feature-id order.

    places: positions of the areas where they are only some of the geography's, ascending; None for all of them.

    numerator, denominator: counts, NaN where unknown or not published. value, lower, upper: in the indicator's unit, NaN where absent.
    coverage: 0-1, NaN where the question does not arise. status, reason, basis, comparison: numbers of geo.statuses.
    is_omitted: areas for which nothing is stored, such as a practice that had closed.
    """

    key: Key
    numerator: Numbers
    denominator: Numbers
    value: Numbers
    lower: Numbers
    upper: Numbers
    coverage: Numbers
    status: Words
    basis: Words
    comparison: Words
    reason: Words
    is_reliable: Flags
    is_omitted: Flags
    places: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.value)


@dataclass(frozen=True)
class Counts:
    """Numerators and denominators of one key before any value is computed. NaN in either = not known, for the reason at its place.

    may_have_limits: False where an error that nobody has estimated would make limits a false promise (`limit_reason` says which).
    is_omitted: areas for which nothing is stored; shape (0,) = none. extra_variance: of modelled shares around the truth, beyond chance
    (proportion squared); NaN = not known. With it limits hold chance and this error, and nothing is compared with England.
    """

    key: Key
    numerator: Numbers
    denominator: Numbers
    basis: Words
    reason: Words
    coverage: Numbers
    may_have_limits: Flags
    limit_reason: Reason = Reason.ALLOCATION_ERROR_UNKNOWN
    extra_variance: float = float("nan")
    is_omitted: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


def observed_counts(key: Key, numerator: Numbers, denominator: Numbers, *, reason: Reason | Words = Reason.NOT_IN_SOURCE) -> Counts:
    """Counts that were made for these very areas; where either part is missing both leave, for this reason."""
    known = ~(np.isnan(numerator) | np.isnan(denominator))
    size = len(numerator)
    why = np.where(known, Reason.NONE, reason).astype(np.int16)
    return Counts(
        key=key,
        numerator=np.where(known, numerator, np.nan),
        denominator=np.where(known, denominator, np.nan),
        basis=np.full(size, Basis.OBSERVED, dtype=np.int16),
        reason=why,
        coverage=np.full(size, np.nan),
        may_have_limits=known,
    )


def with_basis(counts: Counts, *, is_modelled: Flags, coverage: Numbers | None = None) -> Counts:
    """The same counts, modelled (and therefore without limits) at these places."""
    basis = np.where(is_modelled, Basis.MODELLED, counts.basis).astype(np.int16)
    return replace(
        counts,
        basis=basis,
        may_have_limits=counts.may_have_limits & ~is_modelled,
        coverage=counts.coverage if coverage is None else coverage,
    )


def published_values(key: Key, value: Numbers, *, is_modelled: Flags | None = None, reason: Reason | Words = Reason.NOT_IN_SOURCE) -> Sheet:
    """A sheet of published figures without counts: limits are absent because they were not published."""
    size, known = len(value), ~np.isnan(value)
    why = np.where(known, Reason.NOT_PUBLISHED, reason).astype(np.int16)
    basis = np.full(size, Basis.OBSERVED, dtype=np.int16)
    if is_modelled is not None:
        basis[is_modelled] = Basis.MODELLED
    nothing = np.full(size, np.nan)
    return Sheet(
        key=key,
        numerator=nothing,
        denominator=nothing,
        value=value,
        lower=nothing,
        upper=nothing,
        coverage=nothing,
        status=np.where(known, np.where(value == 0, Status.ZERO, Status.VALUE), absences(why)).astype(np.int16),
        basis=basis,
        comparison=np.full(size, Comparison.NOT_COMPARED, dtype=np.int16),
        reason=why,
        is_reliable=known,
        is_omitted=np.zeros(size, dtype=np.bool_),
    )


def absences(reason: Words) -> Words:
    """The status that goes with each reason for having no figure: what did not report was not collected, the rest is missing."""
    status = np.full(len(reason), Status.MISSING, dtype=np.int16)
    status[reason == Reason.NOT_REPORTED] = Status.NOT_COLLECTED
    status[np.isin(reason, _SUPPRESSED)] = Status.SUPPRESSED
    return status
