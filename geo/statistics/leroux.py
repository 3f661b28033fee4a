"""Relative risks that borrow from neighbours: Poisson counts against expectation with Leroux's conditional autoregressive prior.

The logarithm of an area's risk is a constant, the effects of its covariates, and an effect of its own. The effects have the precision
precision x (rho (D - W) + (1 - rho) I), with W the neighbours and D how many each has: rho = 0 makes them independent, rho towards 1
makes each the mean of its neighbours. An area without neighbours counts as having one, which stands in the middle: its effect is
independent, with that precision whatever rho is. (The bare formula would leave it 1 - rho of it, and no prior at all towards 1.) Join it
to the nearest shore first (`geo.geography.adjacency.link_islands`) where it shall borrow, as findings do.
Source: Leroux, Lei and Breslow (2000); Rue, Martino and Chopin (2009) for nested Laplace approximation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit, ndtr, ndtri

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers
from geo.statistics.precision import Factor, Matrix, factorise, sparse_order
from geo.statistics.shrinkage import complete, covariate_design, refuse_events_of_nobody, tail_of

# Coefficients are normal with a spread of 100: on the scale of logarithms, anything.
_COEFFICIENT_PRECISION = 1e-4
# The spread of the effects, 1 / sqrt(precision), is exponential with a chance of 1 % of being above 1 (Simpson et al., 2017).
_SPREAD_RATE = -np.log(0.01)
# A climb ends where its next step would gain less than this in log-likelihood, and after so many steps whatever happens.
_LEAST_GAIN, _MOST_STEPS, _MOST_HALVINGS = 1e-8, 60, 40
# Where the search for precision and rho begins (logarithm, logit), how far it looks first, and how far it may go.
_START, _REACH, _FARTHEST = (2.3, 0.5), 1.0, 8.0
# Evaluations of the search at most; within so much of the top of the log posterior it ends.
_MOST_TRIED, _NEAR = 60, 0.02
# Step for curvature at the top, and the widest spread a flat top is given.
_STEP, _WIDEST = 0.5, 2.0
# Points of quadrature in each of two directions; those with less than this share of the posterior are left out.
_POINTS, _LEAST_SHARE = 5, 0.005
# Rounds in which means and variances settle on each other, and the change in a variance that is none.
_ROUNDS, _SETTLED = 6, 1e-5
# The logarithm of rho is taken of no less.
_LEAST_RHO = 1e-12


@dataclass(frozen=True)
class Strength:
    """How strongly areas are held together. rho: 0 (independent) to below 1 (neighbours alone). precision: of the effects, > 0."""

    rho: float
    precision: float


@dataclass(frozen=True)
class Smoothed:
    """Posterior of each area, shape (areas,), as relative risks (1 = as expected).

    mean, lower, upper; exceedance: probability of lying above the benchmark. rho, precision: posterior means of the field's strength.
    coefficients: of the covariates, the constant first.
    """

    mean: Numbers
    lower: Numbers
    upper: Numbers
    exceedance: Numbers
    rho: float
    precision: float
    coefficients: Numbers


@dataclass(frozen=True)
class Peak:
    """What is known of the risks at one strength of the field. line: logarithms of the risks; variance: of them, (areas,).

    effects: of the areas, without covariates.
    """

    line: Numbers
    variance: Numbers
    effects: Numbers
    coefficients: Numbers


def smooth_rates(
    observed: ArrayLike,
    *,
    expected: ArrayLike,
    weights: sparse.csr_array,
    covariates: ArrayLike | None = None,
    benchmark: float = 1.0,
    confidence: float = 0.95,
) -> Smoothed:
    """Relative risks of areas, smoothed over neighbours; the strength of smoothing is learnt and its uncertainty carried through.

    observed: counts >= 0, shape (areas,). expected: >= 0; where 0, neighbours and covariates alone speak. weights: neighbours, symmetric,
    0 or more, empty diagonal. covariates: (areas, k), without a constant; their effect is on the logarithm of the risk.
    Risks are lognormal at each strength, with means corrected for the skewness that Laplace's approximation leaves out, and mixed over
    a grid of strengths (adaptive Gauss-Hermite, 5 x 5).
    Raises StatisticsError as `shrink_rates`, where no event is counted at all, and for weights that are no neighbourhood.
    Example: tests/geo/statistics/test_leroux.py (all risks and strengths summed one by one in tests/oracles/leroux.py).
    """
    field = Field(observed, expected=expected, weights=weights, covariates=covariates)
    tail = tail_of(confidence)
    strengths, shares = _grid(field)
    peaks = [field.settled(strength) for strength in strengths]
    line, spread = np.stack([peak.line for peak in peaks]), np.sqrt(np.stack([peak.variance for peak in peaks]))
    return Smoothed(
        mean=shares @ np.exp(line + spread**2 / 2),
        lower=np.exp(_mixed_point(line, spread, shares, tail)),
        upper=np.exp(_mixed_point(line, spread, shares, 1 - tail)),
        exceedance=shares @ ndtr((line - np.log(benchmark)) / spread),
        rho=float(shares @ [strength.rho for strength in strengths]),
        precision=float(shares @ [strength.precision for strength in strengths]),
        coefficients=shares @ np.stack([peak.coefficients for peak in peaks]),
    )


class Field:
    """Counts, expectation, covariates and neighbours of areas, put in the order that keeps the factor of their precision sparse."""

    def __init__(self, observed: ArrayLike, *, expected: ArrayLike, weights: sparse.csr_array, covariates: ArrayLike | None = None) -> None:
        counts, people = complete(observed, expected, "expected")
        refuse_events_of_nobody(counts, people)
        if not np.any(counts > 0):
            raise StatisticsError("No event is counted in any area: there is no level to smooth about.")
        neighbours = _checked(weights, len(counts))
        degree = np.asarray(neighbours.sum(axis=1), dtype=np.float64).ravel()
        degree[degree == 0] = 1.0
        laplacian = sparse.csc_array(sparse.diags_array(degree) - neighbours)
        self._one = sparse.csc_array(sparse.eye_array(len(counts)))
        self._order = sparse_order(sparse.csc_array(laplacian + self._one))
        self._laplacian = sparse.csc_array(laplacian[self._order][:, self._order])
        self._counts, self._expected = counts[self._order], people[self._order]
        self._design = covariate_design(covariates, len(counts))[self._order]
        self._loose = _COEFFICIENT_PRECISION * np.eye(self._design.shape[1])
        start = np.zeros(self._design.shape[1])
        start[0] = np.log(counts.sum() / people.sum())
        self._nothing = np.zeros(len(counts))
        self._last: tuple[Numbers, Numbers] = (self._nothing, start)
        self._determinants: dict[float, float] = {}

    def peak(self, strength: Strength) -> Peak:
        """The most probable risks at one strength, with the variances that the curvature there implies, in the areas' order."""
        top = self._climb(strength, self._nothing)
        return self._told(top, top.curved.variances())

    def settled(self, strength: Strength) -> Peak:
        """The same with means at which expected counts, spread included, meet what was observed (the best normal approximation).

        Source: Opper and Archambeau (2009). Means and variances are taken in turns until they agree, six times at most.
        """
        top = self._climb(strength, self._nothing)
        variance = top.curved.variances()
        for _ in range(_ROUNDS):
            top = self._climb(strength, variance / 2)
            before, variance = variance, top.curved.variances()
            if np.max(np.abs(variance - before)) < _SETTLED:
                break
        return self._told(top, variance)

    def log_posterior(self, strength: Strength) -> float:
        """The logarithm of the posterior of a strength by Laplace's approximation, up to a constant, on (log precision, logit rho)."""
        top = self._climb(strength, self._nothing)
        width = (self._log_determinant(strength) - top.curved.log_determinant) / 2
        spread, rho = strength.precision**-0.5, max(strength.rho, _LEAST_RHO)
        return float(top.height + width - _SPREAD_RATE * spread + np.log(spread) + np.log(rho) + np.log1p(-rho))

    def _told(self, top: "_Top", variance: Numbers) -> Peak:
        back = np.argsort(self._order)
        line = top.effects + self._design @ top.coefficients
        return Peak(line[back], variance[back], top.effects[back], top.coefficients)

    def _prior(self, strength: Strength) -> Matrix:
        if not (0 <= strength.rho < 1 and strength.precision > 0):
            raise StatisticsError(f"rho must be 0 or more and below 1, and the precision above 0; there is {strength}.")
        return sparse.csc_array(strength.precision * self._held(strength.rho))

    def _held(self, rho: float) -> Matrix:
        return sparse.csc_array(rho * self._laplacian + (1 - rho) * self._one)

    def _log_determinant(self, strength: Strength) -> float:
        """Of the prior's precision; that of the held-together part is kept by rho, for grids come back to it."""
        if strength.rho not in self._determinants:
            self._determinants[strength.rho] = factorise(self._held(strength.rho), is_ordered=True).log_determinant
        return self._determinants[strength.rho] + len(self._counts) * float(np.log(strength.precision))

    def _climb(self, strength: Strength, more: Numbers) -> "_Top":
        """Newton's steps to the top, each halved until it gains: the objective is strictly concave, so there is one top and no other end.

        more: added to the logarithm of what is expected. Begins where the last climb ended. Every loop is bounded.
        """
        prior = self._prior(strength)

        def height(effects: Numbers, coefficients: Numbers) -> float:
            line = effects + self._design @ coefficients
            with np.errstate(over="ignore"):
                means = self._expected * np.exp(line + more)
            fall = effects @ (prior @ effects) + coefficients @ self._loose @ coefficients
            return float(self._counts @ line - means.sum() - fall / 2)

        effects, coefficients = self._last
        here = height(effects, coefficients)
        for _ in range(_MOST_STEPS):
            means = self._expected * np.exp(effects + self._design @ coefficients + more)
            curved = _Curved(prior, means, self._design, self._loose)
            slope = self._counts - means
            step, turn, gain = curved.step(slope - prior @ effects, self._design.T @ slope - self._loose @ coefficients)
            reach, there = _reach(partial(_along, height, (effects, coefficients), (step, turn)), here)
            effects, coefficients, here = effects + reach * step, coefficients + reach * turn, there
            if gain < _LEAST_GAIN or reach == 0:
                break
        self._last = (effects, coefficients)
        return _Top(effects, coefficients, here, curved)


class _Curved:
    """The curvature of the log posterior: a sparse block for the areas' effects, bordered by the few coefficients."""

    def __init__(self, prior: Matrix, means: Numbers, design: Numbers, loose: Numbers) -> None:
        self._factor: Factor = factorise(sparse.csc_array(prior + sparse.diags_array(means)), is_ordered=True)
        self._design = design
        weighted = design * means[:, np.newaxis]
        self._pulled = self._factor.solve(weighted)
        self._border = design.T @ weighted + loose - weighted.T @ self._pulled

    def step(self, by_effect: Numbers, by_coefficient: Numbers) -> tuple[Numbers, Numbers, float]:
        """Newton's step for both, and how much it would gain were the objective a parabola."""
        turn = np.linalg.solve(self._border, by_coefficient - self._pulled.T @ by_effect)
        step = self._factor.solve(by_effect) - self._pulled @ turn
        return step, np.asarray(turn, dtype=np.float64), float(by_effect @ step + by_coefficient @ turn) / 2

    def variances(self) -> Numbers:
        """Of the logarithms of the risks, (areas,), effects and coefficients together."""
        left = self._design - self._pulled
        shared = np.einsum("ij,ij->i", left, np.linalg.solve(self._border, left.T).T)
        return np.asarray(self._factor.variances() + shared, dtype=np.float64)

    @property
    def log_determinant(self) -> float:
        return self._factor.log_determinant + float(np.linalg.slogdet(self._border)[1])


@dataclass(frozen=True)
class _Top:
    """Where a climb ended, how high that is, and the curvature one step before."""

    effects: Numbers
    coefficients: Numbers
    height: float
    curved: _Curved


def _along(
    height: Callable[[Numbers, Numbers], float], place: tuple[Numbers, Numbers], step: tuple[Numbers, Numbers], part: float
) -> float:
    return height(place[0] + part * step[0], place[1] + part * step[1])


def _reach(height: Callable[[float], float], here: float) -> tuple[float, float]:
    """The longest of 1, 1/2, 1/4 ... of a step that gains height, and that height; 0 where only rounding is left to gain."""
    part = 1.0
    for _ in range(_MOST_HALVINGS):
        there = height(part)
        if np.isfinite(there) and there > here:
            return part, there
        part /= 2
    return 0.0, here


def _grid(field: Field) -> tuple[list[Strength], Numbers]:
    """Strengths about the most probable one, turned and spread as the posterior is, and the posterior share of each."""

    def at(place: Numbers) -> Strength:
        log_precision, logit_rho = np.clip(place, -_FARTHEST, _FARTHEST)
        return Strength(rho=float(expit(logit_rho)), precision=float(np.exp(log_precision)))

    def fall(place: Numbers) -> float:
        return -field.log_posterior(at(place))

    first = np.array(_START) + _REACH * np.array([[0, 0], [1, 0], [0, 1]])
    options = {"initial_simplex": first, "maxfev": _MOST_TRIED, "xatol": 0.1, "fatol": _NEAR}
    top = minimize(fall, first[0], method="Nelder-Mead", options=options)
    turned = _spread(fall, np.asarray(top.x), float(top.fun))
    nodes, weights = np.polynomial.hermite_e.hermegauss(_POINTS)
    pairs = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    strengths = [at(top.x + turned @ pair) for pair in pairs]
    heights = np.array([field.log_posterior(strength) for strength in strengths])
    shares = np.outer(weights, weights).ravel() * np.exp(heights - heights.max() + (pairs**2).sum(axis=1) / 2)
    shares /= shares.sum()
    kept = np.flatnonzero(shares >= _LEAST_SHARE)
    return [strengths[one] for one in kept], shares[kept] / shares[kept].sum()


def _spread(fall: Callable[[Numbers], float], top: Numbers, lowest: float) -> Numbers:
    """A matrix that turns standard normal numbers into places about the top, from the curvature there by differences."""
    one, two = _STEP * np.eye(2)
    ahead, behind = [fall(top + by) for by in (one, two, one + two)], [fall(top - by) for by in (one, two, one + two)]
    curved = (np.array(ahead) + np.array(behind) - 2 * lowest) / _STEP**2
    across = (curved[2] - curved[0] - curved[1]) / 2
    values, directions = np.linalg.eigh(np.array([[curved[0], across], [across, curved[1]]]))
    return np.asarray(directions / np.sqrt(np.maximum(values, _WIDEST**-2)), dtype=np.float64)


def _mixed_point(line: Numbers, spread: Numbers, shares: Numbers, chance: float) -> Numbers:
    """The point below which a mixture of normals has this chance; bisection to the last figure of a float's half."""
    points = line + ndtri(chance) * spread
    low, high = points.min(axis=0), points.max(axis=0)
    for _ in range(40):
        middle = (low + high) / 2
        is_below = shares @ ndtr((middle - line) / spread) < chance
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2, dtype=np.float64)


def _checked(weights: sparse.csr_array, areas: int) -> sparse.csr_array:
    matrix = sparse.csr_array(weights).astype(np.float64)
    if matrix.shape != (areas, areas):
        raise StatisticsError(f"There are {areas} areas but weights of the shape {matrix.shape}.")
    if np.any(matrix.diagonal() != 0) or np.any(matrix.data < 0) or not np.all(np.isfinite(matrix.data)):
        raise StatisticsError("Weights must be 0 or more, and no area is its own neighbour here.")
    if abs(matrix - matrix.T).max() > 0:
        raise StatisticsError("Weights must be symmetric: whoever borrows also lends.")
    return matrix
