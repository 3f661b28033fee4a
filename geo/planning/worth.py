"""What a plan is worth: minutes of everybody and of those who are to come first, how stable it is, and what fairness would cost.

One figure hides who pays for it: weighting the most deprived shortens their way and hardly anybody else's, while covering most people can
lengthen it and still make minutes more equal. So all of them stand together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.errors import PlanningError
from geo.planning.objectives import Question, is_most, measure, place
from geo.planning.problems import Flags, Floats, Indices, Placed

# Minutes within which another site is as good as the same.
NEAR_MINUTES = 8.0
# Resamplings of a question that is answered at once, and of one that needs whole numbers.
_SAMPLES, _FEW_SAMPLES = 40, 8
_QUICK = ("median", "attendance")


@dataclass(frozen=True)
class Minutes:
    """Minutes to the site people go to, weighted by people. first: of those who are to come first (the fifth of the country that is most
    deprived); nan where there are none. within: share of people within so many minutes. gini: of minutes between people, 0 = all alike."""

    mean: float
    first: float
    p95: float
    longest: float
    within: float
    gini: float


@dataclass(frozen=True)
class Stability:
    """Plans for needs that might have been. kept: by site of the plan, share of them that have it; near: share that have it or one within
    NEAR_MINUTES of it. regret_mean, regret_most: how much worse the plan does than they, as a share."""

    kept: tuple[float, ...]
    near: tuple[float, ...]
    regret_mean: float
    regret_most: float
    samples: int


def tell_minutes(minutes: Floats, people: Floats, *, first: Flags, within: float) -> Minutes:
    """What people travel. minutes, people: (areas,), people not weighted by equity. Raises PlanningError where there is nobody."""
    is_counted = people > 0
    minutes, people, first = minutes[is_counted], people[is_counted], first[is_counted]
    if not len(minutes):
        raise PlanningError("nobody travels: no area has people")
    order = np.argsort(minutes, kind="stable")
    share = np.cumsum(people[order]) / people.sum()
    return Minutes(
        mean=float(np.average(minutes, weights=people)),
        first=float(np.average(minutes[first], weights=people[first])) if np.any(first) else np.nan,
        p95=float(minutes[order][np.searchsorted(share, 0.95 - 1e-12)]),
        longest=float(minutes.max()),
        within=float(people[minutes <= within].sum() / people.sum()),
        gini=_gini(minutes[order], people[order]),
    )


def _gini(ascending: Floats, people: Floats) -> float:
    """Of minutes in ascending order, by the areas under the Lorenz curve."""
    total = float(ascending @ people)
    if total == 0 or not np.isfinite(total):
        return 0.0 if total == 0 else np.nan
    share = people / people.sum()
    lorenz = np.cumsum(ascending * people) / total
    return float(1 - np.sum(share * (lorenz + np.append(0.0, lorenz[:-1]))))


def resample(question: Question, placed: Placed, spread: Floats, *, samples: int | None = None) -> Stability:
    """How the plan stands up to needs that are not known exactly.

    spread: shape (areas,), coefficient of variation of each area's need; needs are drawn from gamma distributions of that mean and spread.
    Limits are let go of: what is asked is how far the sites depend on the need.
    """
    question = replace(question, limits=None)
    random = np.random.default_rng(question.seed)
    count = samples or (_SAMPLES if question.objective in _QUICK else _FEW_SAMPLES)
    sites = np.array(placed.sites)
    kept, near, regrets = np.zeros(len(sites)), np.zeros(len(sites)), []
    for _ in range(count):
        shape = np.where(spread > 0, 1 / np.maximum(spread, 1e-9) ** 2, 1.0)
        drawn = np.where(spread > 0, random.gamma(shape, 1 / shape), 1.0)
        needed = question.with_weight(question.problem.weight * drawn)
        best = place(needed, most_seconds=10.0, gap=1e-3)
        regrets.append(_regret(needed, placed, best))
        chosen = np.array(best.sites)
        kept += np.isin(sites, chosen)
        near += np.min(_between(question.problem.minutes, sites, chosen), axis=1) <= NEAR_MINUTES
    return Stability(tuple(kept / count), tuple(near / count), float(np.mean(regrets)), float(np.max(regrets)), count)


def _regret(needed: Question, placed: Placed, best: Placed) -> float:
    """How much worse the plan does than the best for the need, as a share of the best."""
    ours = measure(needed, placed.sites)
    worse = best.objective - ours if is_most(needed.objective) else ours - best.objective
    return max(worse, 0.0) / best.objective if best.objective else 0.0


def _between(minutes: Floats, one: Indices, other: Indices) -> Floats:
    """Minutes between candidates as the area nearest to the first sees them, (one, other)."""
    at_site = np.argmin(minutes[:, one], axis=0)
    return np.asarray(np.abs(minutes[at_site][:, other] - minutes[at_site, one][:, None]))


def frontier(question: Question, weights: Sequence[tuple[float, Floats]]) -> list[tuple[float, Placed]]:
    """Plans by how much those count who are to come first, each with its proof. weights: equity, and the weights of areas with it."""
    return [(equity, place(question.with_weight(weight), most_seconds=15.0)) for equity, weight in weights]
