"""How wrong a modelled neighbourhood value may be: learnt by hiding each practice in turn and predicting it from the others.

A hidden practice is predicted from the neighbourhood values that all other practices give, weighted by where its patients live. What
its own figure differs by, beyond chance, is the allocation error: the spread of people around the mix of practices they live among.
It is one variance for the whole of England and holds for single neighbourhoods; of larger areas it says nothing, as errors of
neighbours may or may not cancel.
"""

from dataclasses import dataclass

import numpy as np

from geo.releases.apportion import Apportioned, Registrations
from geo.releases.figures import Flags, Numbers
from geo.statistics.intervals import normal_quantile

# With fewer hidden practices the variance would itself be a guess.
MINIMUM_PRACTICES = 100
# A hidden practice counts where other practices say something of at least this share of its patients.
MINIMUM_KNOWN = 0.9
# A smaller practice's own chance would drown what is to be learnt.
MINIMUM_PEOPLE = 100
CONFIDENCE = 0.95


@dataclass(frozen=True)
class AllocationError:
    """variance: of the true share around the modelled one, beyond chance (proportion squared). practices: hidden and used.

    held_out_coverage: share of practices that were not used for fitting and whose own figure lay within the 95 % interval.
    """

    variance: float
    practices: int
    held_out_coverage: float

    def as_dict(self) -> dict[str, float]:
        """For the release's report: the standard deviation in percentage points, how many practices, how the interval held."""
        return {
            "standard_deviation_points": round(100 * self.variance**0.5, 2),
            "practices": self.practices,
            "held_out_coverage": round(self.held_out_coverage, 4),
        }


def fit_allocation_error(
    registrations: Registrations, codes: np.ndarray, figures: tuple[Numbers, Numbers], moved: Apportioned
) -> AllocationError | None:
    """The allocation error of one indicator, or None where too few practices can be hidden. figures: numerators and denominators by code.

    Even practices (in code order) are fitted and odd ones tested, and the other way round; the variance given is that of all.
    """
    numerator, denominator = _by_row(registrations, codes, figures)
    predicted, usable = predict_hidden(registrations, numerator, denominator, moved)
    usable &= denominator >= MINIMUM_PEOPLE
    rows = np.flatnonzero(usable)
    if len(rows) < MINIMUM_PRACTICES:
        return None
    share = numerator[rows] / denominator[rows]
    chance = predicted[rows] * (1 - predicted[rows]) / denominator[rows]
    squares = (share - predicted[rows]) ** 2
    held = [_holds(squares, chance, fitted=np.arange(len(rows)) % 2 == part) for part in (0, 1)]
    variance = max(float(np.mean(squares - chance)), 0.0)
    return AllocationError(variance, len(rows), float(np.concatenate(held).mean()))


def predict_hidden(registrations: Registrations, numerator: Numbers, denominator: Numbers, moved: Apportioned) -> tuple[Numbers, Flags]:
    """Each practice's share as the others predict it, and whether enough of its patients live where others say something.

    numerator, denominator: by row of the registrations, NaN where the practice does not report. Shape (practices,) both.
    """
    shares = registrations.shares.tocoo()
    practice, place = shares.coords
    own = [np.nan_to_num(part)[practice] * shares.data for part in (numerator, denominator)]
    others = [np.nan_to_num(part)[place] - mine for part, mine in zip((moved.numerator, moved.denominator), own, strict=True)]
    known = others[1] > _NOBODY
    value = np.where(known, others[0] / np.where(known, others[1], 1.0), 0.0)
    size = len(numerator)
    weight = np.bincount(practice[known], weights=shares.data[known], minlength=size)
    total = np.bincount(practice, weights=shares.data * value * known, minlength=size)
    predicted = np.clip(total / np.where(weight > 0, weight, 1.0), 0.0, 1.0)
    return predicted, (weight >= MINIMUM_KNOWN) & ~np.isnan(numerator)


# Denominators below this are the rounding that is left when a practice's own people are taken away.
_NOBODY = 1e-6


def _holds(squares: Numbers, chance: Numbers, *, fitted: Flags) -> Flags:
    """Whether the interval from the fitted practices holds each of the others."""
    variance = max(float(np.mean(squares[fitted] - chance[fitted])), 0.0)
    return squares[~fitted] <= normal_quantile(CONFIDENCE) ** 2 * (variance + chance[~fitted])


def _by_row(registrations: Registrations, codes: np.ndarray, figures: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
    """Figures at the rows of the registrations; NaN where a practice lacks either."""
    row = registrations.places(codes)
    reports = ~(np.isnan(figures[0]) | np.isnan(figures[1])) & (row >= 0)
    size = len(registrations.practices)
    known = np.bincount(row[reports], minlength=size) > 0
    summed = [np.bincount(row[reports], weights=part[reports], minlength=size) for part in figures]
    return np.where(known, summed[0], np.nan), np.where(known, summed[1], np.nan)
