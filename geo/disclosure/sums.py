"""How wide a withheld sum (days in hospital, contacts) must stay, whatever is shown around it.

The p % rule: nobody, not even whoever contributed the second most, may put the largest contribution within so many per cent. They know
their own part, so the sum must be possible by p % of the largest above and below what it is; and it never keeps fewer values than the
rounding of one cell gives. This is asked of sums that a rule withheld, not of those that are withheld around them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.policies import Policy
from geo.disclosure.rules import HIDING, SUM, UNBOUNDED, Counts, Floats, Marks

Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Room:
    """What each sum needs, shape (cells,): no lower bound above `low`, no upper one below `high`, and so many `values`.

    is_asked: the sums that a rule withheld; of other cells nothing is asked.
    """

    is_asked: Rows
    low: Floats
    high: Floats
    values: int

    @classmethod
    def of(cls, counts: Counts, marks: Marks, policy: Policy) -> "Room":
        """By the exact sums and what each is marked by itself. A largest contribution that is not known counts as the whole sum."""
        is_asked = (counts.kind == SUM) & np.isin(marks.reason, HIDING)
        if policy.sums is None:
            is_asked[:] = False
        p_percent = policy.sums.p_percent if policy.sums else 0.0
        largest = np.where(np.isnan(counts.largest), counts.numerator, counts.largest)
        reach = np.where(is_asked, np.ceil(p_percent / 100 * largest), 0.0)
        return cls(is_asked, np.maximum(counts.numerator - reach, 0.0), counts.numerator + reach, policy.round_to)

    def lacks(self, least: Floats, most: Floats, rows: NDArray[np.intp] | slice = slice(None)) -> Rows:
        """Whether these bounds leave the sums of these rows too little."""
        is_narrow = (least > self.low[rows]) | (most < self.high[rows]) | (most - least + 1 < self.values)
        return self.is_asked[rows] & is_narrow

    def is_doubtful(self, least: Floats, most: Floats) -> Rows:
        """Sums with an upper bound: what the linear program may narrow further."""
        return self.is_asked & (most < UNBOUNDED) & ~self.lacks(least, most)
