"""What a withheld count inside a sum stands for: its share of what its parents' published values leave over.

Every count of a level is uncertain by what its published form leaves open, and the levels above say what the parts must add up to. The
expected count of each area (by age and deprivation) tells how a parent's rest is shared: a negative binomial around it, within the
published interval, tilted until the parts have the parent's sum. All of it is computed from published values alone, so nothing new is
told by any sum; single filled counts are never shown. Sums are made in catchments.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from geo.disclosure.rules import Floats
from geo.disclosure.truncated import truncated_moments
from geo.errors import DisclosureError
from geo.statistics.protected_counts import CountIntervals, learn_protected_rates

Indices = NDArray[np.intp]
# A withheld count without a bound is taken to be at most so many times its usual count, and so many more.
_FAR, _FURTHER = 6.0, 15.0
# The most points by which the counts that one atom may have are told apart.
_POINTS = 100
# Steps of Newton's method for a tilt; it is steep enough that they settle to the last digit, and held in a bracket besides.
_STEPS = 40
_STEEPEST = 12.0
# Sums of parts are within this of their parent: far below a person.
_CLOSE = 1e-6
# A parent that is known exactly still leaves its parts a little room, so that nothing is divided by nothing.
LEAST_VARIANCE = 1e-6


@dataclass(frozen=True)
class Level:
    """Published counts of one set of areas. least, most: what each stands for (nan as most = no bound known), shape (areas,).

    is_withheld: areas whose value is not shown. expected: expected counts, any scale, above 0; read at the finest level alone.
    parent: position of each area's parent in the next level.
    """

    least: Floats
    most: Floats
    is_withheld: NDArray[np.bool_]
    expected: Floats
    parent: Indices


@dataclass(frozen=True)
class Spread:
    """Counts that an atom may have (all, or evenly spaced), atom after atom, with the logarithm of their chance by what is usual alone.

    starts: where each atom begins. atom: whose each is.
    """

    count: Floats
    chance: Floats
    starts: Indices
    atom: Indices

    def moments(self, tilt: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of each atom under its tilt, which may have further axes before the last, shape (..., atoms)."""
        weight = self.chance + self.count * tilt[..., self.atom]
        weight = np.exp(weight - np.maximum.reduceat(weight, self.starts, axis=-1)[..., self.atom])
        total = np.add.reduceat(weight, self.starts, axis=-1)
        mean = np.add.reduceat(weight * self.count, self.starts, axis=-1) / total
        return mean, np.add.reduceat(weight * (self.count - mean[..., self.atom]) ** 2, self.starts, axis=-1) / total

    def only(self, atoms: Indices) -> "Spread":
        """The same for some atoms."""
        ends = np.append(self.starts[1:], len(self.count))
        width = ends[atoms] - self.starts[atoms]
        starts = np.concatenate([[0], np.cumsum(width)[:-1]]).astype(np.intp)
        atom = np.repeat(np.arange(len(atoms)), width)
        at = self.starts[atoms][atom] + np.arange(len(atom)) - starts[atom]
        return Spread(self.count[at], self.chance[at], starts, atom)


@dataclass(frozen=True)
class Filled:
    """What sums are made from; never to be shown area by area.

    levels: as published. spread: of the atoms, by what is usual in their surroundings. mean, variance: of the atoms, given everything.
    target: what the atoms of each parent add up to; target_rest: what of it the levels above the parent have added. variances: of the
    nodes of each level from their own form and parts.
    """

    levels: tuple[Level, ...]
    spread: Spread
    mean: Floats
    variance: Floats
    target: Floats
    target_rest: Floats
    variances: tuple[Floats, ...]


def fill(levels: Sequence[Level]) -> Filled:
    """Means and variances of the atoms, given every level above them. levels: finest first, at least two; the last has no parent.

    Raises DisclosureError where an expected count is missing or not above 0, or an area has no parent.
    """
    if len(levels) < 2 or not np.all(np.isfinite(levels[0].expected) & (levels[0].expected > 0)):
        raise DisclosureError("An expected count is missing or not above 0, or there is no wider area.")
    if any(np.any(level.parent < 0) for level in levels[:-1]):
        raise DisclosureError("An area has no parent, so nothing says what is left for it.")
    spread = _settle_in(_usual_spread(levels[0]), levels)
    means, variances = _upwards(levels, spread)
    target = _downwards(levels, means, variances, to=1)
    tilt = tilt_to(spread, levels[0].parent, target)
    mean, variance = spread.moments(tilt[levels[0].parent])
    return Filled(tuple(levels), spread, mean, variance, target, target - means[1], tuple(variances))


def tilt_to(spread: Spread, parent: Indices, target: Floats, start: Floats | float = 0.0) -> Floats:
    """The tilt of each parent's atoms at which their means add up to the target, as near as their bounds allow, shape (..., parents).

    start: tilts that atoms have besides, shape (..., atoms).
    """
    shape = (*np.broadcast_shapes(np.shape(start)[:-1], target.shape[:-1]), target.shape[-1])
    low, high, tilt = np.full(shape, -_STEEPEST), np.full(shape, _STEEPEST), np.zeros(shape)
    for _ in range(_STEPS):
        mean, variance = spread.moments(tilt[..., parent] + start)
        rest = target - add_up(mean, parent, shape[-1])
        low, high = np.where(rest > 0, tilt, low), np.where(rest <= 0, tilt, high)
        step = tilt + rest / np.maximum(add_up(variance, parent, shape[-1]), LEAST_VARIANCE)
        is_open = np.abs(rest) >= _CLOSE
        if not np.any(is_open):
            break
        tilt = np.where(is_open, np.where((step > low) & (step < high), step, (low + high) / 2), tilt)
    return tilt


def add_up(values: Floats, parent: Indices, parents: int) -> Floats:
    """Sums of parts by parent along the last axis."""
    if values.ndim == 1:
        return np.bincount(parent, values, parents).astype(np.float64)
    return np.stack([np.bincount(parent, row, parents).astype(np.float64) for row in values])


def _usual_spread(level: Level) -> Spread:
    """Chances by a negative binomial around the expected counts; its scale and spread are learnt from the published intervals."""
    most = np.where(np.isnan(level.most), level.least + _FURTHER, level.most)
    learnt = learn_protected_rates(CountIntervals(level.least, most), expected=level.expected)
    usual, alike = learnt.usual * level.expected, learnt.concentration
    most = np.where(np.isnan(level.most), np.ceil(np.maximum(level.least, _FAR * usual + _FURTHER)), level.most)
    # Every whole number; of a long interval as many points as tell its mean and spread, evenly apart.
    points = np.minimum(most - level.least + 1, _POINTS).astype(np.intp)
    starts = np.concatenate([[0], np.cumsum(points)[:-1]]).astype(np.intp)
    atom = np.repeat(np.arange(len(points)), points)
    step = (most - level.least) / np.maximum(points - 1, 1)
    count = level.least[atom] + (np.arange(len(atom)) - starts[atom]) * step[atom]
    ratio = np.log(usual / (usual + alike))[atom]
    return Spread(count, gammaln(count + alike) - gammaln(count + 1) + count * ratio, starts, atom)


def _settle_in(spread: Spread, levels: Sequence[Level]) -> Spread:
    """The same with what is usual moved to the surroundings: the district of an area where there is one, else everything together."""
    means, variances = _upwards(levels, spread)
    if len(levels) > 2:
        group = levels[1].parent[levels[0].parent]
        target = _downwards(levels, means, variances, to=2)
    else:
        group, target = np.zeros(len(levels[0].parent), dtype=np.intp), np.array([means[1].sum()])
    tilt = tilt_to(spread, group, target)
    return replace(spread, chance=spread.chance + spread.count * tilt[group][spread.atom])


def _upwards(levels: Sequence[Level], spread: Spread) -> tuple[list[Floats], list[Floats]]:
    """Mean and variance of each node from its parts and its own published form, level by level."""
    mean, variance = spread.moments(np.zeros(len(levels[0].least)))
    means, variances = [mean], [variance]
    for level, above in pairwise(levels):
        centre = add_up(means[-1], level.parent, len(above.least))
        room = np.maximum(add_up(variances[-1], level.parent, len(above.least)), LEAST_VARIANCE)
        found = truncated_moments(centre, room, above.least - 0.5, _bounded(above, centre, room) + 0.5)
        means.append(found[0])
        variances.append(np.maximum(found[1], LEAST_VARIANCE))
    return means, variances


def _bounded(level: Level, centre: Floats, room: Floats) -> Floats:
    """The greatest count of each node, far out where none is known."""
    return np.where(np.isnan(level.most), np.maximum(level.least, centre + 10 * np.sqrt(room) + 10), level.most)


def _downwards(levels: Sequence[Level], means: list[Floats], variances: list[Floats], *, to: int) -> Floats:
    """Means of the nodes of a level, once every level above has spoken."""
    final = means[-1]
    for depth in range(len(levels) - 2, to - 1, -1):
        level = levels[depth]
        rest = final - add_up(means[depth], level.parent, len(final))
        room = np.maximum(add_up(variances[depth], level.parent, len(final)), LEAST_VARIANCE)
        moved = means[depth] + (variances[depth] / room[level.parent]) * rest[level.parent]
        final = np.clip(moved, level.least, np.where(np.isnan(level.most), np.inf, level.most))
    return final
