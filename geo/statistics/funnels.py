"""Funnel plots: the limits within which areas of a size would lie by chance, which areas lie outside, and by how much chance is not all.

Two pairs of boundaries: 0.025 (about two standard errors, 95 %) and 0.001 (about three, 99.8 %) in either tail.
Source: Spiegelhalter (2005); OHID, funnel plots for public health intelligence.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

from geo.errors import StatisticsError
from geo.statistics.intervals import ROUNDING, Limits, Numbers, exact_poisson_limits, normal_quantile, poisson_limits

KINDS = ("proportion", "ratio", "rate", "dsr")
# Two-sided confidences of the tails 0.025 and 0.001.
CONFIDENCES = {"0.025": 0.95, "0.001": 0.998}
# Below this many events there is no directly standardised rate, and so no point.
FEWEST_EVENTS_OF_DSR = 10.0
NOT_SIGNIFICANT = "Not significant"
NOT_APPLICABLE = "Not applicable for events less than 10 for dsrs"
# Share of the points at either end that is drawn in before dispersion is judged, so that outliers do not excuse themselves.
WINSORISED = 0.1


@dataclass(frozen=True)
class Boundary:
    """One side of a funnel: at `size` the value `limit` is just not unusual. Both of the shape of the axis; NaN where there is none."""

    size: Numbers
    limit: Numbers


@dataclass(frozen=True)
class FunnelLimits:
    """The four boundaries about a baseline, in the unit of the values."""

    baseline: float
    lower_0025: Boundary
    upper_0025: Boundary
    lower_0001: Boundary
    upper_0001: Boundary


@dataclass(frozen=True)
class FunnelPoints:
    """Areas in a funnel, shape (areas,). size: denominator, expected events or people; z: in standard errors; label: published words."""

    baseline: float
    value: Numbers
    size: Numbers
    z: Numbers
    label: tuple[str, ...]


@dataclass(frozen=True)
class Dispersion:
    """Variance of the winsorised distances over what chance gives (phi), from how many areas, and whether that is more than chance."""

    phi: float
    areas: int
    is_over: bool


def funnel_limits(kind: str, axis: ArrayLike, *, baseline: float, per: float = 1.0, dispersion: float = 1.0) -> FunnelLimits:
    """The boundaries of a funnel.

    proportion: axis = denominators, baseline 0-1; limits are the score limits about it, kept within 0-1, at size = axis.
    ratio, rate, dsr: axis = observed events (above 0); each boundary's size is the expected events (ratio, baseline 1) or the people (rate
    for `per` people) with which so many events lie exactly on the Poisson limit. Divide people by the years for those of one year.
    dispersion (phi, 1 or more; `dispersion_of`): widens by its square root; for events the axis then is *expected* events, and the normal
    approximation serves, for Poisson limits know no dispersion.
    Raises StatisticsError for an unknown kind, an axis at or below 0, a baseline outside its range, a dispersion below 1.
    Example: fixtures/worked_examples/funnel_rate_limits_crude_3years.csv.
    """
    _check(kind, baseline, dispersion)
    places = np.asarray(axis, dtype=np.float64)
    if np.any(~(places > 0)):
        raise StatisticsError("Every place on the axis of a funnel must be above 0.")
    sides = []
    for confidence in CONFIDENCES.values():
        z = normal_quantile(confidence) * np.sqrt(dispersion)
        if kind == "proportion":
            half = z * np.sqrt(baseline * (1 - baseline) / places)
            sides += [Boundary(places, np.maximum(baseline - half, 0.0)), Boundary(places, np.minimum(baseline + half, 1.0))]
            continue
        size = 1.0 if kind == "ratio" else per / baseline
        if dispersion > 1:
            half = z / np.sqrt(places)
            sides += [Boundary(places * size, baseline * np.maximum(1 - half, 0.0)), Boundary(places * size, baseline * (1 + half))]
            continue
        expected = exact_poisson_limits(places, confidence=confidence)
        sides += [Boundary(expected.upper * size, baseline * places / expected.upper)]
        sides += [Boundary(expected.lower * size, baseline * places / expected.lower)]
    return FunnelLimits(baseline, *sides)


def funnel_points(
    kind: str, events: ArrayLike, *, size: ArrayLike, baseline: float | None = None, per: float = 1.0, dispersion: float = 1.0
) -> FunnelPoints:
    """Where each area stands and whether it lies outside the boundaries, in the published words.

    events: shape (areas,). size: denominators (proportion), expected events (ratio), people (rate) or the directly standardised rates
    themselves (dsr, for `per`; the people are then per x events / rate, and an area without events or rate drops out of the baseline).
    baseline: by default all events over all sizes (ratio: 1).
    A label is "High (0.001)", "High (0.025)", "Low (0.025)", "Low (0.001)", "Not significant", or says that a DSR has under 10 events.
    Proportions by the score test; events by their exact Poisson limits below 10 and Byar's from 10; with a dispersion above 1 by z.
    Raises StatisticsError for a missing or negative count, a size that is not above 0, a numerator above its denominator.
    Example: fixtures/worked_examples/funnel_rate_points.csv.
    """
    counts, sizes = _points(kind, events, size)
    people = _effective_people(counts, sizes, per) if kind == "dsr" else sizes
    used = people > 0
    unit = 1.0 if kind in ("proportion", "ratio") else per
    if baseline is None:
        baseline = 1.0 if kind == "ratio" else _overall(counts, people, used, unit)
    _check(kind, baseline, dispersion)
    expected = baseline / unit * np.where(used, people, np.nan)
    spread = expected * (1 - baseline) if kind == "proportion" else expected
    z = (counts - expected) / np.sqrt(spread * dispersion)
    label = _labels_of_z(z) if kind == "proportion" or dispersion > 1 else _labels_of_events(counts, expected)
    if kind == "dsr":
        label[counts < FEWEST_EVENTS_OF_DSR] = NOT_APPLICABLE
    value = sizes if kind == "dsr" else counts / sizes * unit
    return FunnelPoints(float(baseline), value, people, z, tuple(label))


def dispersion_of(z: ArrayLike, *, winsorised: float = WINSORISED) -> Dispersion:
    """How much more areas differ than chance alone would make them: the mean square of z after its ends were drawn in.

    z: distances in standard errors about the baseline, shape (areas,), NaN left out (a dispersion of 1 must have made them).
    winsorised: share at either end that is set to the quantile there. is_over: areas x phi passes the 95 % point of chi-squared on as many
    degrees of freedom; only then should a funnel be widened. phi below 1 stands as it is: give `funnel_limits` 1 then.
    Raises StatisticsError without any distance, or for a share outside [0, 0.5).
    Source: Spiegelhalter (2005), section 5.
    """
    if not 0 <= winsorised < 0.5:
        raise StatisticsError(f"A winsorised share of {winsorised} was given; it must be from 0 to below 0.5.")
    distances = np.asarray(z, dtype=np.float64)
    distances = distances[~np.isnan(distances)]
    if distances.size == 0:
        raise StatisticsError("No area has a distance, so there is no dispersion.")
    low, high = np.quantile(distances, [winsorised, 1 - winsorised])
    phi = float(np.mean(np.clip(distances, low, high) ** 2))
    return Dispersion(phi, distances.size, bool(distances.size * phi > chdtri(distances.size, 0.05)))


def _points(kind: str, events: ArrayLike, size: ArrayLike) -> tuple[Numbers, Numbers]:
    if kind not in KINDS:
        raise StatisticsError(f"A kind of {kind!r} was given; it must be one of {', '.join(KINDS)}.")
    counts, sizes = np.asarray(events, dtype=np.float64), np.asarray(size, dtype=np.float64)
    if counts.ndim != 1 or counts.shape != sizes.shape:
        raise StatisticsError(f"Events have the shape {counts.shape} but sizes {sizes.shape}; both must be of one length.")
    if np.any(~(counts >= 0)):
        raise StatisticsError("A count is missing or below 0.")
    if kind != "dsr" and np.any(~(sizes > 0)):
        raise StatisticsError("A denominator must be above 0.")
    if kind == "proportion" and np.any(counts > sizes * (1 + ROUNDING)):
        raise StatisticsError("A numerator exceeds its denominator.")
    return counts, sizes


def _effective_people(counts: Numbers, rates: Numbers, per: float) -> Numbers:
    """People whom so many events would give such a rate; NaN without events or rate."""
    return np.where((counts > 0) & (rates > 0), per * counts / np.where(rates > 0, rates, 1.0), np.nan)


def _overall(counts: Numbers, people: Numbers, used: NDArray[np.bool_], per: float) -> float:
    if not np.any(used):
        raise StatisticsError("No area has people, so there is no baseline.")
    return float(counts[used].sum() / people[used].sum() * per)


def _check(kind: str, baseline: float, dispersion: float) -> None:
    if kind not in KINDS:
        raise StatisticsError(f"A kind of {kind!r} was given; it must be one of {', '.join(KINDS)}.")
    if not baseline > 0 or (kind == "proportion" and baseline >= 1):
        raise StatisticsError(f"A baseline of {baseline} was given; no funnel stands about it.")
    if not dispersion >= 1:
        raise StatisticsError(f"A dispersion of {dispersion} was given; it must be 1 or more.")


def _labels_of_z(z: Numbers) -> NDArray[np.object_]:
    return _labels({tail: (z > normal_quantile(c), z < -normal_quantile(c)) for tail, c in CONFIDENCES.items()})


def _labels_of_events(counts: Numbers, expected: Numbers) -> NDArray[np.object_]:
    limits: dict[str, Limits] = {tail: poisson_limits(counts, confidence=c) for tail, c in CONFIDENCES.items()}
    return _labels({tail: (pair.lower > expected, pair.upper < expected) for tail, pair in limits.items()})


def _labels(outside: dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]) -> NDArray[np.object_]:
    """Words by the widest boundary that is passed; `outside` is in order from the narrow pair to the wide one."""
    label = np.full(next(iter(outside.values()))[0].shape, NOT_SIGNIFICANT, dtype=object)
    for tail, (is_high, is_low) in outside.items():
        label[is_high], label[is_low] = f"High ({tail})", f"Low ({tail})"
    return label
