"""Values drawn towards what is usual, the more the fewer people stand behind them: empirical Bayes with an exact posterior.

Rates: Poisson counts whose relative risks are gamma distributed. Proportions: binomial counts whose chances are beta distributed. The
middle of either may depend on covariates (deprivation), its spread is learnt from all areas together.
Source: Clayton and Kaldor (1987) for rates; Griffiths (1973) for proportions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import betainc, betaincinv, digamma, expit, gammaincc, gammaincinv, gammaln, logit, xlogy

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers, normal_quantile

# Of parameters (coefficients of the covariates, the constant first, then the logarithm of the concentration): the log-likelihood of each
# row, and its derivatives by the row's linear predictor and by the logarithm of the concentration.
Terms: TypeAlias = Callable[[Numbers], tuple[Numbers, Numbers, Numbers]]

# Logarithms of the least and the greatest concentration looked for: beyond the greatest, areas do not differ at all.
_LEAST, _GREATEST = -4.0, 16.0
# A chance is kept this far from 0 and 1 while the middle is sought, where its logit would be infinite.
_EDGE = 1e-9


@dataclass(frozen=True)
class Shrunken:
    """Posterior of each area, shape (areas,).

    mean, lower, upper: relative risks (1 = as expected) or proportions 0-1. exceedance: probability of lying above the benchmark.
    reliability: share of the area's own count in its mean, 0-1. prior: what is usual for the area's covariates. concentration: how alike
    areas are (the shape of the gamma, or the sum of the two shapes of the beta); coefficients: of the covariates, the constant first.
    """

    mean: Numbers
    lower: Numbers
    upper: Numbers
    exceedance: Numbers
    reliability: Numbers
    prior: Numbers
    concentration: float
    coefficients: Numbers


def shrink_rates(
    observed: ArrayLike, *, expected: ArrayLike, covariates: ArrayLike | None = None, benchmark: ArrayLike = 1.0, confidence: float = 0.95
) -> Shrunken:
    """Relative risks of areas, shrunken: gamma posterior, exact once the prior is learnt by maximum likelihood (negative binomial).

    observed: counts >= 0, shape (areas,). expected: > 0, or 0 where nobody lives (the posterior is then the prior).
    covariates: (areas, k), without a constant; their effect is on the logarithm of the risk. benchmark: risk for `exceedance`.
    Raises StatisticsError for missing or negative counts, for events where none is expected, and where nothing is expected anywhere.
    Example: tests/geo/statistics/test_shrinkage.py (grid integration in tests/oracles/shrinkage.py).
    """
    counts, people = complete(observed, expected, "expected")
    refuse_events_of_nobody(counts, people)
    design = covariate_design(covariates, len(counts))
    used = people > 0
    found = learn(negative_binomial(counts[used], people[used], design[used]), design[used], start=start_of_rates(counts, people))
    usual, alike = np.exp(design @ found[:-1]), float(np.exp(found[-1]))
    shape, speed = alike + counts, alike / usual + people
    tail = tail_of(confidence)
    return Shrunken(
        mean=shape / speed,
        lower=gammaincinv(shape, tail) / speed,
        upper=gammaincinv(shape, 1 - tail) / speed,
        exceedance=gammaincc(shape, speed * np.asarray(benchmark, dtype=np.float64)),
        reliability=people / speed,
        prior=usual,
        concentration=alike,
        coefficients=found[:-1],
    )


def shrink_proportions(
    numerator: ArrayLike, *, denominator: ArrayLike, covariates: ArrayLike | None = None, benchmark: ArrayLike, confidence: float = 0.95
) -> Shrunken:
    """Proportions of areas, shrunken: beta posterior, exact once the prior is learnt by maximum likelihood (beta-binomial).

    numerator, denominator: shape (areas,), 0 <= numerator <= denominator; a denominator of 0 leaves the prior. covariates: (areas, k),
    without a constant; their effect is on the logit. benchmark: proportion for `exceedance`.
    Raises StatisticsError for missing counts, a numerator outside its denominator, and where nobody is counted anywhere.
    Example: tests/geo/statistics/test_shrinkage.py (grid integration in tests/oracles/shrinkage.py).
    """
    counts, people = complete(numerator, denominator, "denominator")
    if np.any(counts > people):
        raise StatisticsError("A numerator exceeds its denominator.")
    if not np.any(people > 0):
        raise StatisticsError("Nobody is counted in any area.")
    design = covariate_design(covariates, len(counts))
    used = people > 0
    found = learn(beta_binomial(counts[used], people[used], design[used]), design[used], start=start_of_proportions(counts, people))
    usual, alike = usual_chances(design, found[:-1]), float(np.exp(found[-1]))
    first, second = usual * alike + counts, (1 - usual) * alike + people - counts
    tail = tail_of(confidence)
    return Shrunken(
        mean=first / (first + second),
        lower=betaincinv(first, second, tail),
        upper=betaincinv(first, second, 1 - tail),
        exceedance=1 - betainc(first, second, np.asarray(benchmark, dtype=np.float64)),
        reliability=people / (people + alike),
        prior=usual,
        concentration=alike,
        coefficients=found[:-1],
    )


def shrink_by_moments(events: ArrayLike, *, population: ArrayLike) -> Numbers:
    """Rates drawn towards the rate of all areas together, by Marshall's global method: quick, without limits; `shrink_rates` has those.

    events: >= 0; population: >= 0 (any measure of exposure; where 0, the rate of all), shape (areas,). Areas that differ by no more than
    chance allows all get the rate of all. Raises StatisticsError as `shrink_rates`.
    Source: Marshall (1991). Example: fixtures/worked_examples/local_stats.csv.
    """
    counts, people = complete(events, population, "population")
    refuse_events_of_nobody(counts, people)
    middle = counts.sum() / people.sum()
    lived_in = people > 0
    own = np.where(lived_in, counts / np.where(lived_in, people, 1), middle)
    # What rates differ by beyond chance; areas where nobody lives are none.
    true = max(float(np.sum(people * (own - middle) ** 2) / people.sum() - middle / people[lived_in].mean()), 0.0)
    chance = middle / np.where(lived_in, people, 1)
    weight = np.where(lived_in, true / np.where(true + chance > 0, true + chance, 1), 0.0)
    return np.asarray(middle + weight * (own - middle), dtype=np.float64)


def start_of_rates(counts: Numbers, people: Numbers) -> tuple[float, float]:
    """Where the search for the prior of rates begins: logarithms of the common risk and of a shape of 10."""
    return float(np.log(max(counts.sum(), 0.5) / people.sum())), float(np.log(10.0))


def start_of_proportions(counts: Numbers, people: Numbers) -> tuple[float, float]:
    """Where the search for the prior of proportions begins: logit of the common chance, logarithm of a concentration of 50."""
    return float(logit(np.clip(counts.sum() / people.sum(), _EDGE, 1 - _EDGE))), float(np.log(50.0))


def usual_chances(design: Numbers, coefficients: Numbers) -> Numbers:
    """The prior's mean chances, kept just within 0 and 1."""
    return np.asarray(np.clip(expit(design @ coefficients), _EDGE, 1 - _EDGE), dtype=np.float64)


def negative_binomial(counts: Numbers, people: Numbers, design: Numbers) -> Terms:
    """Log-likelihood of each count, without what does not depend on the prior; people > 0 but for a count of 0."""

    def terms(at: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        shape = np.exp(at[-1])
        middle = people * np.exp(np.clip(design @ at[:-1], -50, 50))
        both = shape + middle
        likelihood = gammaln(shape + counts) - gammaln(shape) + shape * np.log(shape / both) + xlogy(counts, middle / both)
        by_shape = digamma(shape + counts) - digamma(shape) + np.log(shape / both) + (middle - counts) / both
        return likelihood, (counts - middle) * shape / both, shape * by_shape

    return terms


def beta_binomial(counts: Numbers, people: Numbers, design: Numbers) -> Terms:
    """Log-likelihood of each count, without what does not depend on the prior; counts <= people."""

    def terms(at: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        alike = np.exp(at[-1])
        usual = usual_chances(design, at[:-1])
        first, second = usual * alike, (1 - usual) * alike
        likelihood = gammaln(counts + first) - gammaln(first) + gammaln(people - counts + second) - gammaln(second)
        likelihood += gammaln(alike) - gammaln(people + alike)
        by_first = digamma(counts + first) - digamma(first)
        by_second = digamma(people - counts + second) - digamma(second)
        by_alike = alike * (usual * by_first + (1 - usual) * by_second + digamma(alike) - digamma(people + alike))
        return likelihood, (by_first - by_second) * alike * usual * (1 - usual), by_alike

    return terms


def learn(terms: Terms, design: Numbers, *, start: tuple[float, float]) -> Numbers:
    """The prior of greatest likelihood: coefficients (the constant first), then the logarithm of the concentration.

    terms: of each row of the design. start: of the constant and of the concentration; covariates begin without effect.
    """

    def objective(at: Numbers) -> tuple[float, Numbers]:
        likelihood, by_line, by_alike = terms(at)
        return -float(likelihood.mean()), -np.append(design.T @ by_line, by_alike.sum()) / len(likelihood)

    first = np.concatenate([start[:1], np.zeros(design.shape[1] - 1), start[1:]])
    bounds = [(None, None)] * design.shape[1] + [(_LEAST, _GREATEST)]
    found = minimize(objective, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-9})
    return np.asarray(found.x, dtype=np.float64)


def covariate_design(covariates: ArrayLike | None, areas: int) -> Numbers:
    """The covariates with a constant before them, (areas, 1 + k). Raises StatisticsError where one is missing or areas differ."""
    constant = np.ones((areas, 1))
    if covariates is None:
        return constant
    given = np.asarray(covariates, dtype=np.float64)
    given = given[:, np.newaxis] if given.ndim == 1 else given
    if given.shape[0] != areas or not np.all(np.isfinite(given)):
        raise StatisticsError("Covariates must be given for each area, none missing.")
    return np.hstack([constant, given])


def complete(counts: ArrayLike, people: ArrayLike, name: str) -> tuple[Numbers, Numbers]:
    """Both as floats. Raises StatisticsError where one is missing, negative, or their shapes differ."""
    first, second = np.atleast_1d(np.asarray(counts, dtype=np.float64)), np.atleast_1d(np.asarray(people, dtype=np.float64))
    if first.shape != second.shape or first.ndim != 1:
        raise StatisticsError(f"Counts have the shape {first.shape} but {name} {second.shape}; one number an area is wanted.")
    if not (np.all(np.isfinite(first)) and np.all(np.isfinite(second))):
        raise StatisticsError(f"A count or its {name} is missing; areas without counts are left out before, never taken as 0.")
    if np.any(first < 0) or np.any(second < 0):
        raise StatisticsError(f"A count or its {name} is below 0.")
    return first, second


def refuse_events_of_nobody(counts: Numbers, people: Numbers) -> None:
    """Raise StatisticsError where nothing is expected anywhere, or events are counted where none is."""
    if not np.any(people > 0):
        raise StatisticsError("Nothing is expected in any area.")
    if np.any((people == 0) & (counts > 0)):
        raise StatisticsError("Events are counted where none is expected.")


def tail_of(confidence: float) -> float:
    """The chance below the lower limit. Raises StatisticsError for a confidence outside (0.5, 1)."""
    normal_quantile(confidence)
    return (1 - confidence) / 2
