"""Differences between groups of people or areas, from models that take account of other things and of errors that are alike in clusters.

Counts out of people are modelled by logistic regression, events against expectation by Poisson regression; standard errors are robust to
whatever makes the members of a cluster alike, and to areas that differ more than chance alone allows (Liang and Zeger 1986).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, stdtr, stdtrit

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers

# With fewer clusters the robust error is too small to be trusted (Cameron and Miller 2015).
FEWEST_CLUSTERS = 10
# The error of a group that lies in a handful of clusters is too small whatever their total (MacKinnon and Webb 2017).
FEWEST_ON_A_SIDE = 5
KINDS = ("proportion", "rate")
# Newton's steps end when no coefficient moves more than this; well-posed models need six or seven steps.
_SETTLED, _MOST_STEPS = 1e-10, 40
# The ends to which intervals are pulled are fixed after one or two rounds; more would go round in a circle.
_MOST_PULLS = 5
# A step that overshoots is kept from overflowing; no rate is e^50 times another.
_FARTHEST = 50.0


@dataclass(frozen=True)
class Contrast:
    """One group against the reference. ratio: odds ratio (proportion) or rate ratio, with limits and two-sided p (t with clusters - 1 df).

    excess: people (or events) in the group beyond what it would have at the reference's level, all else as it is, with the limits that
    those of the ratio give. units, clusters: how many took part.
    """

    ratio: float
    ratio_lower: float
    ratio_upper: float
    p: float
    excess: float
    excess_lower: float
    excess_upper: float
    units: int
    clusters: int


@dataclass(frozen=True)
class BoundedCounts:
    """Counts of which an interval is known, shape (units,): the likely count, the least and the greatest that it may be."""

    likely: ArrayLike
    least: ArrayLike
    most: ArrayLike


def fit_contrast(
    events: ArrayLike,
    *,
    people: ArrayLike,
    is_member: ArrayLike,
    covariates: ArrayLike | None = None,
    clusters: ArrayLike,
    kind: str = "proportion",
) -> Contrast:
    """The group against the reference: units in it (is_member 1), not in it (0), or in neither (NaN: they leave).

    events, people: counts, shape (units,), people > 0; for rates `people` is what is expected. covariates: (units, k), what is taken
    account of, without a constant. clusters: keys, shape (units,). 95 % limits.
    Raises StatisticsError for missing or impossible counts, a group or reference that is empty or all or nothing, covariates that
    are missing or collinear, fewer than 10 clusters, or fewer than 5 on a side.
    Example: tests/geo/statistics/test_insights.py (own least squares and sandwich in tests/oracles/insights.py).
    """
    problem = _pose((events,), people, is_member, covariates, (clusters, kind))
    return _contrast(problem, problem.counts[0])


def fit_bounded_contrast(
    counts: BoundedCounts,
    *,
    people: ArrayLike,
    is_member: ArrayLike,
    covariates: ArrayLike | None = None,
    clusters: ArrayLike,
    kind: str = "proportion",
) -> Contrast:
    """The contrast of counts of which only an interval is known: its limits and p allow for every count that an interval holds.

    The ratio and the excess are of the likely counts. Three models are fitted: of the likely counts and of those that make the ratio least
    and greatest, each count at the end of its interval to which the model pulls it (exact for two groups alone, and as far as such steps
    lead where covariates are taken account of). Limits are the farthest of the three, p the greatest, or 1 where the ends disagree who is
    higher; errors are those of the three models, for between them they hardly change.
    The rest, and what is raised, as `fit_contrast`, to which it is equal where each interval holds one count.
    Example: every combination of counts is tried in tests/geo/statistics/test_insights_bounded.py.
    """
    problem = _pose((counts.likely, counts.least, counts.most), people, is_member, covariates, (clusters, kind))
    likely, least, most = problem.counts
    if np.any(least > likely) or np.any(likely > most):
        raise StatisticsError("A likely count must lie between the least and the greatest.")
    told = _contrast(problem, likely)
    low, high = (_contrast(problem, _farthest(problem, likely, (least, most), towards)) for towards in (-1, 1))
    every = (told, low, high)
    return Contrast(
        ratio=told.ratio,
        ratio_lower=min(one.ratio_lower for one in every),
        ratio_upper=max(one.ratio_upper for one in every),
        p=1.0 if (low.ratio > 1) != (high.ratio > 1) else max(one.p for one in every),
        excess=told.excess,
        excess_lower=min(one.excess_lower for one in every),
        excess_upper=max(one.excess_upper for one in every),
        units=told.units,
        clusters=told.clusters,
    )


@dataclass(frozen=True)
class _Problem:
    """A contrast whose arguments were checked. counts: one or more versions of the events, units that take part alone."""

    counts: tuple[Numbers, ...]
    people: Numbers
    design: Numbers
    keys: NDArray[np.generic]
    kind: str


def _pose(
    counts: tuple[ArrayLike, ...], people: ArrayLike, is_member: ArrayLike, covariates: ArrayLike | None, named: tuple[ArrayLike, str]
) -> _Problem:
    """The units that take part, checked. named: the clusters, and the kind."""
    versions = tuple(np.asarray(column, dtype=np.float64) for column in counts)
    n, member = (np.asarray(column, dtype=np.float64) for column in (people, is_member))
    keys, kind = np.asarray(named[0]), named[1]
    extra = np.empty((len(n), 0)) if covariates is None else np.reshape(np.asarray(covariates, dtype=np.float64), (len(n), -1))
    used = ~np.isnan(member)
    versions, n, member, keys, extra = tuple(x[used] for x in versions), n[used], member[used], keys[used], extra[used]
    for x in versions:
        _check(x, n, member, kind)
    if not np.all(np.isfinite(extra)):
        raise StatisticsError("What is taken account of is missing for a unit; such units are left out before.")
    number = len(np.unique(keys))
    if number < FEWEST_CLUSTERS:
        raise StatisticsError(f"There are {number} clusters; robust errors need at least {FEWEST_CLUSTERS}.")
    fewest = min(len(np.unique(keys[member == side])) for side in (0, 1))
    if fewest < FEWEST_ON_A_SIDE:
        raise StatisticsError(f"One side of the contrast lies in {fewest} clusters; robust errors need at least {FEWEST_ON_A_SIDE}.")
    design = np.column_stack([np.ones(len(n)), member, extra])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise StatisticsError("The group cannot be told apart from what is taken account of.")
    return _Problem(versions, n, design, keys, kind)


def _contrast(problem: _Problem, x: Numbers) -> Contrast:
    n, design, keys, kind = problem.people, problem.design, problem.keys, problem.kind
    coefficient, error = _fit(x, n, design, keys, kind)
    clusters = len(np.unique(keys))
    beta, freedom = coefficient[1], clusters - 1
    half = stdtrit(freedom, 0.975) * error
    slopes = np.array([beta, beta - half, beta + half])
    low, high = sorted(_excess(design, n, coefficient, slope, kind) for slope in slopes[1:])
    return Contrast(
        ratio=float(np.exp(beta)),
        ratio_lower=float(np.exp(slopes[1])),
        ratio_upper=float(np.exp(slopes[2])),
        p=float(min(2 * stdtr(freedom, -abs(beta) / error), 1.0)),
        excess=_excess(design, n, coefficient, beta, kind),
        excess_lower=low,
        excess_upper=high,
        units=len(n),
        clusters=clusters,
    )


def _farthest(problem: _Problem, start: Numbers, ends: tuple[Numbers, Numbers], towards: int) -> Numbers:
    """The counts within their intervals that pull the group's coefficient farthest down (-1) or up (1), step by step to a fixed point."""
    counts, (least, most) = start, ends
    for _ in range(_MOST_PULLS):
        bread = _settle(counts, problem.people, problem.design, problem.kind)[1]
        pulled = np.where(towards * (problem.design @ bread[:, 1]) > 0, most, least)
        if np.array_equal(pulled, counts):
            break
        counts = pulled
    return counts


def _fit(x: Numbers, n: Numbers, design: Numbers, keys: NDArray[np.generic], kind: str) -> tuple[Numbers, float]:
    """Coefficients, and the robust standard error of the second, with the usual correction for few clusters."""
    coefficient, bread, middle = _settle(x, n, design, kind)
    codes = np.unique(keys, return_inverse=True)[1]
    left = x - middle
    scores = np.column_stack([np.bincount(codes, weights=column * left) for column in design.T]) @ bread[:, 1]
    groups, (units, learnt) = len(scores), design.shape
    correction = groups / (groups - 1) * (units - 1) / (units - learnt)
    return coefficient, float(np.sqrt(correction * np.sum(scores**2)))


def _settle(x: Numbers, n: Numbers, design: Numbers, kind: str) -> tuple[Numbers, Numbers, Numbers]:
    """Greatest likelihood by Newton's steps: coefficients, inverse of the information, fitted counts.

    The link is the natural one, so the likelihood has one top and the score is events minus fitted events. Raises StatisticsError where
    the steps do not end, as where a group is told from the others perfectly.
    """
    total, of = x.sum(), n.sum()
    coefficient = np.zeros(design.shape[1])
    coefficient[0] = np.log(total / (of - total)) if kind == "proportion" else np.log(total / of)
    for _ in range(_MOST_STEPS):
        middle, weight = _moments(design @ coefficient, n, kind)
        try:
            bread = np.asarray(np.linalg.inv(design.T @ (weight[:, np.newaxis] * design)), dtype=np.float64)
        except np.linalg.LinAlgError as error:
            raise StatisticsError("The model does not settle: the group is told from the others perfectly.") from error
        step = bread @ (design.T @ (x - middle))
        coefficient = coefficient + step
        if np.max(np.abs(step)) <= _SETTLED:
            return coefficient, bread, _moments(design @ coefficient, n, kind)[0]
    raise StatisticsError(f"The model does not settle in {_MOST_STEPS} steps.")


def _moments(line: Numbers, n: Numbers, kind: str) -> tuple[Numbers, Numbers]:
    """Fitted counts, and their variance by the model."""
    if kind == "proportion":
        chance = expit(line)
        return n * chance, n * chance * (1 - chance)
    middle = n * np.exp(np.minimum(line, _FARTHEST))
    return middle, middle


def _excess(design: Numbers, n: Numbers, coefficient: Numbers, slope: float, kind: str) -> float:
    """Events of the members with this slope minus those without it, the rest of the model as fitted."""
    members = design[:, 1] == 1
    base = design[members] @ coefficient - coefficient[1]
    middle = expit if kind == "proportion" else np.exp
    return float(np.sum(n[members] * (middle(base + slope) - middle(base))))


def _check(x: Numbers, n: Numbers, member: Numbers, kind: str) -> None:
    if kind not in KINDS:
        raise StatisticsError(f"A kind of {kind!r} was given; it must be one of {', '.join(KINDS)}.")
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(n))):
        raise StatisticsError("A count is missing; units without counts are left out before, never taken as 0.")
    if np.any(x < 0) or np.any(n <= 0) or (kind == "proportion" and np.any(x > n)):
        raise StatisticsError("Counts must be 0 or more, people above 0, and no count above its people.")
    for side in (0, 1):
        here = member == side
        total, of = x[here].sum(), n[here].sum()
        if not here.any() or total == 0 or (kind == "proportion" and total == of):
            raise StatisticsError("A group is empty, or counts nobody or everybody: no ratio can be taken.")
