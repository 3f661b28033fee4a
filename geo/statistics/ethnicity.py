"""How complete the recording of ethnicity is, and how far what was not recorded could move the rate of a group."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import StatisticsError
from geo.statistics.intervals import Numbers

# Bounds wider than this say nothing that could be acted on, and are not shown.
WIDEST_SHOWN = 0.10


@dataclass(frozen=True)
class Completeness:
    """Shares of people 0-1, shape (areas,), NaN where there is nobody.

    recorded: with any code; known: with a known group; usable: with one that all sources agree on.
    """

    recorded: Numbers
    known: Numbers
    usable: Numbers


@dataclass(frozen=True)
class MaskingBounds:
    """The least and the greatest rate that a group may truly have, 0-1, and the distance between; shown where below 10 points."""

    lower: Numbers
    upper: Numbers
    width: Numbers
    is_shown: NDArray[np.bool_]


@dataclass(frozen=True)
class MaskedDifference:
    """Rate of a group minus that of its reference, as recorded, and the least and the greatest that it may truly be.

    group, reference: the rates as recorded. survives: whether the sign is the same wherever the people of unknown group belong.
    """

    group: float
    reference: float
    least: float
    greatest: float

    @property
    def survives(self) -> bool:
        """Whether the difference keeps its sign."""
        return bool(self.least > 0 or self.greatest < 0)


def completeness(people: ArrayLike, *, recorded: ArrayLike, known: ArrayLike, usable: ArrayLike) -> Completeness:
    """The three shares. recorded includes `not stated`; known are the groups themselves; usable are known and consistent.

    Counts of one shape with usable <= known <= recorded <= people. Raises StatisticsError where they are not, or one is missing.
    Source: notes of NHS England on ethnic category; geo/definitions. Example: tests/geo/statistics/test_ethnicity.py.
    """
    counts = [np.asarray(column, dtype=np.float64) for column in (usable, known, recorded, people)]
    if not all(np.all(np.isfinite(column)) and column.shape == counts[0].shape for column in counts):
        raise StatisticsError("Counts of people by what was recorded must be given for each area, none missing.")
    if np.any(counts[0] < 0) or any(np.any(part > whole) for part, whole in pairwise(counts)):
        raise StatisticsError("Usable must not exceed known, known not recorded, recorded not all people.")
    everybody = np.where(counts[3] > 0, counts[3], np.nan)
    return Completeness(recorded=counts[2] / everybody, known=counts[1] / everybody, usable=counts[0] / everybody)


def masking_bounds(events: ArrayLike, *, people: ArrayLike, unknown_events: ArrayLike, unknown_people: ArrayLike) -> MaskingBounds:
    """Sharp bounds of a group's rate when any of the people of unknown group may belong to it.

    events, people: x and n of the group as recorded; unknown_events, unknown_people: u and U. Lower: x / (n + U - u), when all without
    the event belong to it; upper: (x + u) / (n + u), when all with the event do. NaN where nobody could be in the group.
    Raises StatisticsError for missing counts, or events beyond their people. Source: domain rules of ethnicity recording; sharpness is
    shown by trying every allocation in tests/geo/statistics/test_ethnicity.py.
    """
    x, n, u, whole = (np.asarray(column, dtype=np.float64) for column in (events, people, unknown_events, unknown_people))
    if not all(np.all(np.isfinite(column)) for column in (x, n, u, whole)):
        raise StatisticsError("A count is missing; areas without counts are left out before, never taken as 0.")
    if np.any(x < 0) or np.any(u < 0) or np.any(x > n) or np.any(u > whole):
        raise StatisticsError("Events must lie between 0 and their people, in the group and among the unknown.")
    least, most = n + whole - u, n + u
    lower = np.where(least > 0, x / np.where(least > 0, least, 1), np.nan)
    upper = np.where(most > 0, (x + u) / np.where(most > 0, most, 1), np.nan)
    # Nobody recorded and nobody unknown with the event: whoever is unknown and in the group has none.
    lower, upper = np.where(np.isnan(lower), upper, lower), np.where(np.isnan(upper), lower, upper)
    width = upper - lower
    return MaskingBounds(lower, upper, width, width < WIDEST_SHOWN)


def masked_difference(events: ArrayLike, *, people: ArrayLike, unknown_events: float, unknown_people: float) -> MaskedDifference:
    """How far people of unknown group could move the difference between a group and its reference, each given as (group, reference).

    Sharp: the difference is least when all unknown with the event belong to the reference and all others to the group, and greatest the
    other way round; both are possible, and any that belong to a third group move it less.
    Raises StatisticsError as `masking_bounds`, and where the group or the reference has nobody.
    Example: every allocation is tried in tests/geo/statistics/test_ethnicity.py.
    """
    x, n = np.asarray(events, dtype=np.float64), np.asarray(people, dtype=np.float64)
    masking = masking_bounds(x, people=n, unknown_events=[unknown_events] * 2, unknown_people=[unknown_people] * 2)
    if np.any(n <= 0):
        raise StatisticsError("A group without people has no rate to compare.")
    return MaskedDifference(
        group=float(x[0] / n[0]),
        reference=float(x[1] / n[1]),
        least=float(masking.lower[0] - masking.upper[1]),
        greatest=float(masking.upper[0] - masking.lower[1]),
    )
