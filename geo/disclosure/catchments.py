"""Sums over areas that someone chose, made from published values and fill, with an interval; or a refusal in plain words.

Whoever draws round areas often knows more of their need than the published counts and the expected ones tell. So each sum asks its
parents' totals whether its areas lie above or below what is usual around them, leans that way as far as they support it, and carries the
doubt in its interval. The answer is still a function of published values and of the areas: asking again, or for one area more, tells
nothing that the published table does not.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, ndtr

from geo.disclosure.fill import LEAST_VARIANCE, Filled, Indices, Spread, add_up, tilt_to
from geo.disclosure.policies import CatchmentRule
from geo.disclosure.rules import Floats
from geo.disclosure.truncated import truncated_moments

# How far areas that were chosen together may lie from what is usual around them (standard deviation of the logarithm), and the grid.
LEANING = 0.15
_GRID = np.linspace(-2.5, 2.5, 9)
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Answer:
    """A sum over areas: value, limits that hold the true sum 19 times of 20, and the share of the value that was estimated."""

    value: int
    least: int
    most: int
    filled: float


@dataclass(frozen=True)
class Refused:
    """Why a sum is not given. reason: name of the rule; message: plain words."""

    reason: str
    message: str


@dataclass(frozen=True)
class Moments:
    """Mean and variance of a sum, and how its areas lean (logarithm, against what is usual around them)."""

    mean: float
    variance: float
    leaning: float


def answer(filled: Filled, members: Indices, *, people: float, rule: CatchmentRule) -> Answer | Refused:
    """The sum over some atoms, or why it is not given. members: positions of atoms, in any order. people: residents of all of them."""
    members = np.unique(members)
    if len(members) < rule.atoms:
        return Refused("few_areas", f"A sum needs at least {rule.atoms} areas; this has {len(members)}.")
    if people < rule.people:
        return Refused("few_people", f"A sum needs at least {rule.people:,} residents; these areas have {int(people):,}.")
    share = share_filled(filled, members)
    if share > rule.filled:
        return Refused(
            "mostly_estimated",
            f"{share:.0%} of this sum would be estimated, because the counts of its areas are withheld; at most {rule.filled:.0%} may be."
            " Choose more areas, whole wider areas, or a longer period.",
        )
    found = moments(filled, members)
    least, most = limits(filled, members, found)
    return Answer(round(found.mean), least, most, share)


def share_filled(filled: Filled, members: Indices) -> float:
    """The share of a sum that stands on estimates: areas that are withheld, unless a wider area that is shown lies wholly inside."""
    level = filled.levels[0]
    inside = np.zeros(len(level.least), dtype=bool)
    inside[members] = True
    weight = np.where(inside & level.is_withheld, filled.mean, 0.0)
    covered = inside.copy()
    for below, above in zip(filled.levels[:-1], filled.levels[1:], strict=True):
        size = len(above.least)
        weight = add_up(weight, below.parent, size)
        covered = add_up((~covered).astype(np.float64), below.parent, size) == 0
        weight = np.where(covered & ~above.is_withheld, 0.0, weight)
    total = float(filled.mean[members].sum())
    return float(weight.sum()) / total if total > 0 else 0.0


def moments(filled: Filled, members: Indices, *, leaning: float = LEANING) -> Moments:
    """Mean and variance of the sum over some atoms, given everything published; leaning: how far they may lie from what is usual.

    Parents that lie wholly inside and are shown are not asked whether the areas lean: their sum is what is published, whoever leans.
    """
    parent = filled.levels[0].parent
    outside = np.ones(len(parent))
    outside[members] = 0.0
    is_settled = (add_up(outside, parent, len(filled.target)) == 0) & ~filled.levels[1].is_withheld
    is_open = ~is_settled[parent[members]]
    mean, variance, above = _settled(filled, members[~is_open])
    if not np.any(is_open):
        return Moments(mean, max(variance + _from_above(filled, above), LEAST_VARIANCE), 0.0)
    part = _Part.of(filled, members[is_open])
    grid = _GRID * leaning
    chance, means, variances, gain = part.lean(filled, grid)
    # The middle lies below 0 by half the variance: counts lean in proportion, and must not rise on average for being in doubt.
    weight = chance - (_GRID + leaning / 2) ** 2 / 2
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    centre = float(weight @ means)
    above[part.parents] = weight @ gain
    spread = variance + float(weight @ (variances + (means - centre) ** 2)) + _from_above(filled, above)
    return Moments(mean + centre, max(spread, LEAST_VARIANCE), float(weight @ grid))


def _settled(filled: Filled, members: Indices) -> tuple[float, float, Floats]:
    """Mean and variance, within their parents, of the sum over atoms that do not lean; how it moves with each parent's total."""
    parent, count = filled.levels[0].parent, len(filled.target)
    own = np.bincount(parent[members], filled.variance[members], count)
    room = np.maximum(add_up(filled.variance, parent, count), LEAST_VARIANCE)
    return float(filled.mean[members].sum()), float((own - own**2 / room).sum()), np.asarray(own / room)


def limits(filled: Filled, members: Indices, found: Moments) -> tuple[int, int]:
    """Limits of a sum: a gamma distribution above the least that is possible, within what is possible."""
    least, most = float(filled.levels[0].least[members].sum()), float(filled.levels[0].most[members].sum())
    over = max(found.mean - least, LEAST_VARIANCE)
    shape, scale = over**2 / found.variance, found.variance / over
    tail = (1 - _CONFIDENCE) / 2
    low, high = (least + scale * float(gammaincinv(shape, chance)) for chance in (tail, 1 - tail))
    # Whole numbers inside the limits: rounding outwards would hold more than was promised.
    low, high = max(math.ceil(low), int(least)), math.floor(high)
    high = high if np.isnan(most) else min(high, int(most))
    return min(low, round(found.mean)), max(high, round(found.mean))


@dataclass(frozen=True)
class _Part:
    """The parents of a sum's atoms with all their atoms. parent: position of each atom's parent among parents."""

    parents: Indices
    spread: Spread
    parent: Indices
    is_member: Floats

    @classmethod
    def of(cls, filled: Filled, members: Indices) -> "_Part":
        """What the sum touches."""
        parent = filled.levels[0].parent
        parents = np.unique(parent[members])
        atoms = np.flatnonzero(np.isin(parent, parents))
        return cls(parents, filled.spread.only(atoms), np.searchsorted(parents, parent[atoms]), np.isin(atoms, members).astype(np.float64))

    def lean(self, filled: Filled, grid: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """For each leaning: how probable it makes the parents' published values, mean and variance of the sum within its parents, and
        how the sum moves with each parent's total, shape (leanings, parents)."""
        above, count = filled.levels[1], len(self.parents)
        tilt = grid[:, None] * self.is_member
        mean, variance = self.spread.moments(tilt)
        centre, room = add_up(mean, self.parent, count), np.maximum(add_up(variance, self.parent, count), LEAST_VARIANCE)
        low, high = above.least[self.parents], above.most[self.parents]
        high = np.where(np.isnan(high), np.maximum(low, centre + 10 * np.sqrt(room) + 10), high)
        chance = np.log(np.maximum(_between(centre, room, low - 0.5, high + 0.5), np.finfo(float).tiny)).sum(axis=-1)
        total = truncated_moments(centre, room, np.broadcast_to(low - 0.5, centre.shape), high + 0.5)[0]
        total = np.clip(_give_back(filled, self.parents, total + filled.target_rest[self.parents]), low, high)
        mean, variance = self.spread.moments(tilt_to(self.spread, self.parent, total, tilt)[:, self.parent] + tilt)
        room = np.maximum(add_up(variance, self.parent, count), LEAST_VARIANCE)
        own = add_up(variance * self.is_member, self.parent, count)
        return chance, (mean * self.is_member).sum(axis=-1), (own - own**2 / room).sum(axis=-1), own / room


def _between(mean: Floats, variance: Floats, low: Floats, high: Floats) -> Floats:
    """Chance of a normal between two bounds."""
    first, last = (low - mean) / np.sqrt(variance), (high - mean) / np.sqrt(variance)
    return np.where(first > 0, ndtr(-first) - ndtr(-last), ndtr(last) - ndtr(first))


def _give_back(filled: Filled, parents: Indices, total: Floats) -> Floats:
    """Totals of some parents, less what their own parents do not let them lean: what some gain there the others lose."""
    if len(filled.levels) < 3:
        return total
    above, variance = filled.levels[1].parent, filled.variances[1]
    room = np.maximum(add_up(variance, above, len(filled.levels[2].least)), LEAST_VARIANCE)
    moved = add_up(total - filled.target[parents], above[parents], len(room))
    return total - (variance / room[above])[parents] * (np.maximum(1 - filled.variances[2] / room, 0) * moved)[:, above[parents]]


def _from_above(filled: Filled, weight: Floats) -> float:
    """Variance that comes with the totals of the parents, which vary within their own parents, and so on upwards."""
    found = 0.0
    for level, variance, above in zip(filled.levels[1:-1], filled.variances[1:-1], filled.levels[2:], strict=True):
        room = np.maximum(add_up(variance, level.parent, len(above.least)), LEAST_VARIANCE)
        shared = add_up(weight * variance, level.parent, len(above.least))
        found += float(np.sum(weight**2 * variance) - np.sum(shared**2 / room))
        weight = shared / room
    return found + float(np.sum(weight**2 * filled.variances[-1]))
