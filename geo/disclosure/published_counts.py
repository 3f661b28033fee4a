"""How counts of an indicator were protected before they came here, and what a protected count may stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from numpy.typing import ArrayLike

from geo.statistics.protected_counts import CountIntervals, hes_intervals, midpoint_intervals


class Rule(StrEnum):
    """One rule of protection. open: counts as they are. hes: 1 to 7 suppressed, others to the nearest 5. midpoint_6: 1-6 as 3, 7-12 as 9.

    Under hes every suppressed numerator is one of 1 to 7: what is withheld for another reason must be given as missing, not as suppressed.
    """

    OPEN = "open"
    HES = "hes"
    MIDPOINT_6 = "midpoint_6"


# How a rule is told to readers.
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

    def intervals(self, published: ArrayLike, *, is_suppressed: ArrayLike) -> CountIntervals:
        """What published numerators stand for, of a protected policy. Raises StatisticsError for one that the rule cannot have published.

        Midpoint rounding suppresses nothing, so a suppressed count is an error there.
        """
        if self.numerator is Rule.HES:
            return hes_intervals(published, is_suppressed=is_suppressed)
        return midpoint_intervals(published)
