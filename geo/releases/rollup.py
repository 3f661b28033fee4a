"""Counts and ratios of small areas, summed or averaged to larger ones."""

from typing import Any

import numpy as np

from geo.releases.figures import Counts, Flags, Key, Numbers, Sheet, published_values
from geo.releases.frame import Frame
from geo.statuses import Basis, Reason

# A mean over areas that hold less than this share of the people would speak of the others unheard.
MINIMUM_SHARE_OF_PEOPLE = 0.5


def sum_upward(
    frame: Frame, counts: Counts, target: str, *, people: Numbers, reached: Numbers | None = None, needs_all: bool = False
) -> Counts:
    """Counts of the larger areas, as sums over the smaller ones that have figures.

    people: the people by whom coverage is measured, by smaller area; reached: how many of them the figures speak of (default: all
    in areas with figures). needs_all: a larger area with any part unknown has no figure (INCOMPLETE). Modelled where a part is, or
    where a smaller area is cut. Numerators and denominators are sums of shares, so totals are conserved.
    """
    shares = frame.matrix(counts.key.geography, target)
    known = ~np.isnan(counts.numerator)
    numerator, denominator = (shares @ np.where(known, part, 0.0) for part in (counts.numerator, counts.denominator))
    heard = shares @ (people * known if reached is None else reached)
    everybody = shares @ people
    coverage = np.where(everybody > 0, heard / np.where(everybody > 0, everybody, 1.0), np.nan)
    has_any = shares @ known.astype(float) > 0
    lacks_some = shares @ (~known).astype(float) > 0
    shown = has_any & ~lacks_some if needs_all else has_any
    reason = np.where(shown, Reason.NONE, np.where(has_any, Reason.INCOMPLETE, _reason_of_parts(counts, shares)))
    is_modelled = (shares @ (known & (counts.basis == Basis.MODELLED)).astype(float) > 0) | ~frame.is_exact(counts.key.geography, target)
    return Counts(
        key=Key(counts.key.indicator, target, counts.key.period, counts.key.stratum),
        numerator=np.where(shown, numerator, np.nan),
        denominator=np.where(shown, denominator, np.nan),
        basis=np.where(is_modelled, Basis.MODELLED, Basis.OBSERVED).astype(np.int16),
        reason=reason.astype(np.int16),
        coverage=np.where(shown, np.clip(coverage, 0.0, 1.0), np.nan),
        may_have_limits=shown & ~is_modelled,
        limit_reason=counts.limit_reason,
    )


def mean_upward(frame: Frame, sheet: Sheet, target: str, *, people: Numbers) -> Sheet:
    """Population-weighted means of a ratio: modelled, without limits, missing where under half of the people have a value."""
    shares = frame.matrix(sheet.key.geography, target)
    known = ~np.isnan(sheet.value)
    weight = shares @ (people * known)
    everybody = shares @ people
    enough: Flags = (weight > 0) & (weight >= MINIMUM_SHARE_OF_PEOPLE * everybody)
    total = shares @ (people * np.where(known, sheet.value, 0.0))
    mean = np.where(enough, total / np.where(weight > 0, weight, 1.0), np.nan)
    key = Key(sheet.key.indicator, target, sheet.key.period, sheet.key.stratum)
    why = np.where(weight > 0, Reason.INCOMPLETE, Reason.NOT_IN_SOURCE).astype(np.int16)
    return published_values(key, mean, is_modelled=np.ones(len(mean), dtype=np.bool_), reason=why)


def _reason_of_parts(counts: Counts, shares: Any) -> np.ndarray:
    """Why a larger area has nothing: the reason of its parts where they agree, else that it is incomplete."""
    said = np.array([Reason.NOT_REPORTED, Reason.SUPPRESSED_BY_PUBLISHER, Reason.AREA_NOT_MAPPED, Reason.NOT_IN_SOURCE])
    reasons = np.array([shares @ (counts.reason == reason).astype(float) for reason in said]) > 0
    return np.where(
        reasons.sum(axis=0) == 1, said[reasons.argmax(axis=0)], np.where(reasons.any(axis=0), Reason.INCOMPLETE, Reason.NOT_IN_SOURCE)
    )
