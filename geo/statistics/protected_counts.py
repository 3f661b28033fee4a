"""Shrinkage of counts of which only the published, rounded or suppressed form is known.

A published count stands for an interval of whole numbers. The likelihood of an area is the sum over its interval, and its posterior a
mixture over it: so nothing computed here can tell apart counts that were published alike, and none is given back. (The posterior mean
of an exact count, with its prior beside it, gives that count back to the last person.)
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, betaln, gammainc, gammaincinv, gammaln, xlog1py, xlogy

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers
from geo.statistics.shrinkage import (
    Shrunken,
    Terms,
    beta_binomial,
    complete,
    covariate_design,
    learn,
    negative_binomial,
    refuse_events_of_nobody,
    start_of_proportions,
    start_of_rates,
    tail_of,
    usual_chances,
)

# The rule of Hospital Episode Statistics: counts from 1 to this are suppressed, greater ones rounded to the nearest multiple of five.
HES_SUPPRESSED, HES_BASE = 7, 5
# Midpoint rounding gives each count the middle of its six: 1-6 as 3, 7-12 as 9.
MIDPOINT_SIX = 6
# Wider intervals are no protection of small numbers but a fault of the caller, and would fill the memory.
WIDEST = 1_000
# A limit of a mixture is found where a step moves it by no more than this share of it; halving alone would take so many steps.
_NEAR, _MOST_STEPS = 1e-10, 60


@dataclass(frozen=True)
class CountIntervals:
    """What published counts may stand for: whole numbers from `least` to `most`, both included, shape (areas,)."""

    least: Numbers
    most: Numbers


@dataclass(frozen=True)
class ProtectedShrunken(Shrunken):
    """A posterior from intervals. count: mean of what each interval may hold, once the others are known, shape (areas,)."""

    count: Numbers


@dataclass(frozen=True)
class Learnt:
    """What intervals tell of all areas together, nothing taken account of. usual: the prior's mean, as risk against what is expected or
    as share; concentration: how alike areas are; count: mean of what each interval may hold, shapes (areas,) but for the concentration."""

    usual: Numbers
    concentration: float
    count: Numbers


def hes_intervals(published: ArrayLike, *, is_suppressed: ArrayLike) -> CountIntervals:
    """What counts published by the rule of Hospital Episode Statistics stand for, shape (areas,).

    0 is 0; 1 to 7 are suppressed; greater ones are rounded to the nearest 5: a published 10 is 8 to 12. published: any number where
    suppressed. Raises StatisticsError for a count that the rule cannot have published, a missing one among them.
    Source: NHS England, disclosure control of HES and ECDS from September 2018. Example: tests/geo/statistics/test_protected_counts.py.
    """
    given, hidden = np.asarray(published, dtype=np.float64), np.asarray(is_suppressed, dtype=bool)
    if given.shape != hidden.shape:
        raise StatisticsError("Whether a count is suppressed must be said for each area.")
    shown = np.where(hidden, 0.0, given)
    _refuse((shown != 0) & ~((shown % HES_BASE == 0) & (shown > HES_SUPPRESSED)), shown, "0, or a multiple of 5 from 10")
    around = np.where(shown > 0, HES_BASE // 2, 0)
    return CountIntervals(np.where(hidden, 1.0, shown - around), np.where(hidden, float(HES_SUPPRESSED), shown + around))


def midpoint_intervals(published: ArrayLike) -> CountIntervals:
    """What counts rounded to the midpoint of six stand for: 0 is 0, 3 is 1 to 6, 9 is 7 to 12.

    Raises StatisticsError for a count that the rule cannot have published, a missing one among them.
    Source: OpenSAFELY, permitted outputs (midpoint 6). Example: tests/geo/statistics/test_protected_counts.py.
    """
    given = np.asarray(published, dtype=np.float64)
    half = MIDPOINT_SIX // 2
    _refuse((given != 0) & ~((given > 0) & (given % MIDPOINT_SIX == half)), given, "0, or 3 more than a multiple of 6")
    return CountIntervals(np.where(given > 0, given - half + 1, 0.0), np.where(given > 0, given + half, 0.0))


def shrink_protected_rates(
    counts: CountIntervals,
    *,
    expected: ArrayLike,
    covariates: ArrayLike | None = None,
    benchmark: ArrayLike = 1.0,
    confidence: float = 0.95,
) -> ProtectedShrunken:
    """`shrinkage.shrink_rates` for counts known as intervals; equal to it where each interval holds one count.

    The posterior is a mixture of gammas, one for each count in the interval. reliability: as with exact counts, less the share of the
    counts' prior variance that the interval leaves open. Raises StatisticsError as shrink_rates, and for an interval that is empty, not
    of whole numbers, below 0 or wider than 1,000. Example: tests/geo/statistics/test_protected_counts.py (tests/oracles/shrinkage.py).
    """
    held, people, found, usual, alike, weight = _learn_rates(counts, expected, covariates)
    own = people[held.area]
    shape, speed, expectation = alike + held.counts, (alike / usual)[held.area] + own, people * usual
    mixture = _Mixture(
        held,
        weight=weight,
        mean=shape / speed,
        below=lambda risk: gammainc(shape, speed * risk),
        density=lambda risk: speed * np.exp(xlogy(shape - 1, speed * risk) - speed * risk - gammaln(shape)),
        quantile=lambda chance: gammaincinv(shape, chance) / speed,
    )
    return mixture.posterior(
        _Prior(usual, alike, found[:-1], spread=expectation + expectation**2 / alike, reliability=people / (people + alike / usual)),
        benchmark=benchmark,
        tail=tail_of(confidence),
    )


def learn_protected_rates(counts: CountIntervals, *, expected: ArrayLike) -> Learnt:
    """What shrink_protected_rates learns of all areas together, without the posterior of each, which costs as much again.

    Raises StatisticsError as it does.
    """
    held, _, _, usual, alike, weight = _learn_rates(counts, expected, None)
    return Learnt(usual, alike, held.total(weight * held.counts))


def learn_protected_proportions(counts: CountIntervals, *, denominator: ArrayLike) -> Learnt:
    """The same of shrink_protected_proportions."""
    held, _, _, usual, alike, weight = _learn_proportions(counts, denominator, None)
    return Learnt(usual, alike, held.total(weight * held.counts))


def _learn_rates(
    counts: CountIntervals, expected: ArrayLike, covariates: ArrayLike | None
) -> tuple["_Held", Numbers, Numbers, Numbers, float, Numbers]:
    """The intervals as held, people, the prior that was learnt, its means and concentration, and each count's weight in its interval."""
    least, most, people = _ends(counts, expected, "expected")
    refuse_events_of_nobody(least, people)
    # Where nobody lives nothing has happened, whatever was published.
    held = _hold(least, np.where(people > 0, most, least))
    design = covariate_design(covariates, len(people))
    terms = negative_binomial(held.counts, people[held.area], design[held.area])
    free = -gammaln(held.counts + 1)
    found = learn(held.marginal(terms, free), design, start=start_of_rates(held.middle(), people))
    usual, alike = np.exp(design @ found[:-1]), float(np.exp(found[-1]))
    return held, people, found, usual, alike, held.weights(terms(found)[0] + free)


def _learn_proportions(
    counts: CountIntervals, denominator: ArrayLike, covariates: ArrayLike | None
) -> tuple["_Held", Numbers, Numbers, Numbers, float, Numbers]:
    """The same of shares."""
    least, most, people = _ends(counts, denominator, "denominator")
    if np.any(least > people):
        raise StatisticsError("A numerator exceeds its denominator.")
    if not np.any(people > 0):
        raise StatisticsError("Nobody is counted in any area.")
    held = _hold(least, np.minimum(most, np.floor(people)))
    design = covariate_design(covariates, len(people))
    own = people[held.area]
    terms = beta_binomial(held.counts, own, design[held.area])
    free = -gammaln(held.counts + 1) - gammaln(own - held.counts + 1)
    found = learn(held.marginal(terms, free), design, start=start_of_proportions(held.middle(), people))
    usual, alike = usual_chances(design, found[:-1]), float(np.exp(found[-1]))
    return held, people, found, usual, alike, held.weights(terms(found)[0] + free)


def shrink_protected_proportions(
    counts: CountIntervals, *, denominator: ArrayLike, covariates: ArrayLike | None = None, benchmark: ArrayLike, confidence: float = 0.95
) -> ProtectedShrunken:
    """`shrinkage.shrink_proportions` for numerators known as intervals; equal to it where each interval holds one count.

    denominator: exact (a published population), not protected; what an interval holds beyond it is left out. The rest as
    `shrink_protected_rates`. Raises StatisticsError as shrink_proportions and for intervals as there.
    """
    held, people, found, usual, alike, weight = _learn_proportions(counts, denominator, covariates)
    own = people[held.area]
    first, second = (usual * alike)[held.area] + held.counts, ((1 - usual) * alike)[held.area] + own - held.counts
    whole = betaln(first, second)
    mixture = _Mixture(
        held,
        weight=weight,
        mean=first / (first + second),
        below=lambda share: betainc(first, second, share),
        density=lambda share: np.exp(xlogy(first - 1, share) + xlog1py(second - 1, -share) - whole),
        quantile=lambda chance: betaincinv(first, second, chance),
    )
    spread = people * usual * (1 - usual) * (alike + people) / (alike + 1)
    return mixture.posterior(
        _Prior(usual, alike, found[:-1], spread=spread, reliability=people / (people + alike)),
        benchmark=benchmark,
        tail=tail_of(confidence),
    )


@dataclass(frozen=True)
class _Held:
    """Every count that an interval holds, area after area: the count, its area's index, and where each area begins."""

    counts: Numbers
    area: NDArray[np.intp]
    starts: NDArray[np.intp]

    def total(self, each: Numbers) -> Numbers:
        """The sum over each area's counts, shape (areas,)."""
        return np.asarray(np.add.reduceat(each, self.starts), dtype=np.float64)

    def middle(self) -> Numbers:
        """The middle of each area's interval."""
        return (np.minimum.reduceat(self.counts, self.starts) + np.maximum.reduceat(self.counts, self.starts)) / 2

    def weights(self, likelihood: Numbers) -> Numbers:
        """The probability of each count among those of its area, from their log-likelihoods."""
        return np.exp(likelihood - np.logaddexp.reduceat(likelihood, self.starts)[self.area])

    def marginal(self, terms: Terms, free: Numbers) -> Terms:
        """Terms of the areas, from those of their counts; free: what of each count's log-likelihood does not depend on the prior."""

        def of_areas(at: Numbers) -> tuple[Numbers, Numbers, Numbers]:
            likelihood, by_line, by_alike = terms(at)
            whole = likelihood + free
            weight = self.weights(whole)
            return np.logaddexp.reduceat(whole, self.starts), self.total(weight * by_line), self.total(weight * by_alike)

        return of_areas


@dataclass(frozen=True)
class _Prior:
    """What was learnt. spread: variance of each area's count before it is looked at; reliability: were the count exact."""

    usual: Numbers
    alike: float
    coefficients: Numbers
    spread: Numbers
    reliability: Numbers


@dataclass(frozen=True)
class _Mixture:
    """Posteriors as mixtures over held counts: weight, mean, distribution function, density and quantile of each part."""

    held: _Held
    weight: Numbers
    mean: Numbers
    below: Callable[[Numbers], Numbers]
    density: Callable[[Numbers], Numbers]
    quantile: Callable[[float], Numbers]

    def posterior(self, prior: _Prior, *, benchmark: ArrayLike, tail: float) -> ProtectedShrunken:
        held, weight = self.held, self.weight
        against = np.broadcast_to(np.asarray(benchmark, dtype=np.float64), prior.usual.shape)
        count = held.total(weight * held.counts)
        left_open = held.total(weight * (held.counts - count[held.area]) ** 2)
        hidden = np.minimum(left_open / np.where(prior.spread > 0, prior.spread, 1.0), 1.0)
        return ProtectedShrunken(
            mean=held.total(weight * self.mean),
            lower=self._limit(tail),
            upper=self._limit(1 - tail),
            exceedance=np.clip(held.total(weight * (1 - self.below(against[held.area]))), 0.0, 1.0),
            reliability=prior.reliability * (1 - hidden),
            prior=prior.usual,
            concentration=prior.alike,
            coefficients=prior.coefficients,
            count=count,
        )

    def _limit(self, chance: float) -> Numbers:
        """Where the mixtures reach a chance: between the least and the greatest of their parts' quantiles, by the slope there (Newton), and
        by halving where that leads out of what is known."""
        each = self.quantile(chance)
        low, high = np.minimum.reduceat(each, self.held.starts), np.maximum.reduceat(each, self.held.starts)
        at = np.clip(self.held.total(self.weight * each), low, high)
        for _ in range(_MOST_STEPS):
            here = at[self.held.area]
            beyond = self.held.total(self.weight * self.below(here)) - chance
            low, high = np.where(beyond < 0, at, low), np.where(beyond < 0, high, at)
            with np.errstate(all="ignore"):
                there = at - beyond / self.held.total(self.weight * self.density(here))
            there = np.where((there >= low) & (there <= high), there, (low + high) / 2)
            is_there = np.all(np.abs(there - at) <= _NEAR * there)
            at = there
            if is_there:
                break
        return np.asarray(at, dtype=np.float64)


def _ends(counts: CountIntervals, people: ArrayLike, name: str) -> tuple[Numbers, Numbers, Numbers]:
    """Least and greatest counts, and the people behind them, checked."""
    least, behind = complete(counts.least, people, name)
    most = np.atleast_1d(np.asarray(counts.most, dtype=np.float64))
    if most.shape != least.shape:
        raise StatisticsError(f"Least counts have the shape {least.shape} but greatest {most.shape}.")
    if not np.all(np.isfinite(most)) or np.any(least % 1 != 0) or np.any(most % 1 != 0):
        raise StatisticsError("An interval of counts must run from one whole number to another.")
    return least, most, behind


def _hold(least: Numbers, most: Numbers) -> _Held:
    _refuse(most < least, most, "a greatest count that is not below the least")
    _refuse(most - least >= WIDEST, most - least + 1, f"at most {WIDEST:,} counts in an interval")
    width = (most - least + 1).astype(np.intp)
    starts = np.concatenate([[0], np.cumsum(width)[:-1]]).astype(np.intp)
    area = np.repeat(np.arange(len(least)), width)
    return _Held(least[area] + np.arange(len(area)) - starts[area], area, starts)


def _refuse(wrong: NDArray[np.bool_], found: Numbers, wanted: str) -> None:
    """Raise StatisticsError with the first wrong number, if any is."""
    if np.any(wrong):
        raise StatisticsError(f"{int(np.sum(wrong))} counts are wrong, the first is {float(found[wrong].flat[0]):g}; wanted {wanted}.")
