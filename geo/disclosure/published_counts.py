"""How counts of an indicator were protected before they came here, and what a protected count may stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.statistics.protected_counts import CountIntervals, hes_intervals, midpoint_intervals


class Rule(StrEnum):
    """One rule of protection. open: counts as they are. hes: 1 to 7 suppressed, others to the nearest 5. midpoint_6: 1-6 as 3, 7-12 as 9.

    Under hes every suppressed numerator is one of 1 to 7: what is withheld for another reason must be given as missing, not as suppressed.
    """

    OPEN = "open"
    HES = "hes"
    MIDPOINT_6 = "midpoint_6"


# How a rule is told to readers.
# How far a rule may have moved a count that it shows.
REACH = {Rule.OPEN: 0, Rule.HES: 2, Rule.MIDPOINT_6: 3}
# A denominator that its rule can have moved by at most this share of itself is taken as known, and the intervals of numerators are
# widened by as much (docs/decisions/0006).
KNOWN_WITHIN = 0.01
# Widening by less than this part of one count is none.
NEGLIGIBLE = 0.05
WORDS = {Rule.HES: "counts of 1 to 7 are suppressed, others rounded to 5", Rule.MIDPOINT_6: "counts are rounded to the middle of their six"}


@dataclass(frozen=True)
class Protection:
    """The rules that numerators and denominators of an indicator went through; open where its definition says nothing."""

    numerator: Rule = Rule.OPEN
    denominator: Rule = Rule.OPEN

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> "Protection":
        """The policy of an indicator's definition file, its key `policy`. Raises ValueError for a rule that there is not."""
        said = definition.get("policy") or {}
        return cls(Rule(said.get("numerator", Rule.OPEN)), Rule(said.get("denominator", Rule.OPEN)))

    @property
    def is_protected(self) -> bool:
        """Whether numerators are anything but exact."""
        return self.numerator is not Rule.OPEN

    @property
    def fewest_people(self) -> float:
        """The smallest denominator that counts as known: every one where denominators are open."""
        return REACH[self.denominator] / KNOWN_WITHIN

    def knows(self, people: ArrayLike) -> NDArray[np.bool_]:
        """Whether each published denominator counts as known; a missing one does not."""
        return np.asarray(people, dtype=np.float64) >= self.fewest_people

    def with_people(self, counts: CountIntervals, people: ArrayLike) -> CountIntervals:
        """Intervals of numerators that hold besides what the rounding of these known denominators can make of a share or rate.

        A denominator moved by r of d people moves numerator / denominator as r * numerator / d counts would.
        """
        reach = REACH[self.denominator]
        if not reach:
            return counts
        moved = np.ceil(np.maximum(reach * counts.most / np.asarray(people, dtype=np.float64) - NEGLIGIBLE, 0.0))
        return CountIntervals(np.maximum(counts.least - moved, np.minimum(counts.least, 1.0)), counts.most + moved)

    def intervals(self, published: ArrayLike, *, is_suppressed: ArrayLike) -> CountIntervals:
        """What published numerators stand for, of a protected policy. Raises StatisticsError for one that the rule cannot have published.

        Midpoint rounding suppresses nothing, so a suppressed count is an error there.
        """
        if self.numerator is Rule.HES:
            return hes_intervals(published, is_suppressed=is_suppressed)
        return midpoint_intervals(published)
