"""What both editions of the same figures would tell of withheld counts, and what is withheld of the new one until they do not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.editions import Bounds, Rows, Sums, attack_together
from geo.disclosure.policies import Policy
from geo.disclosure.published_before import Before, hidden_parts
from geo.disclosure.rules import (
    COMPLEMENT,
    DENOMINATOR,
    EVENTS,
    NOT_COLLECTED,
    NUMERATOR,
    SHOWN,
    SMALL,
    UNBOUNDED,
    WITHHELD,
    Counts,
    Floats,
    Marks,
)
from geo.disclosure.sums import Room

# How much is withheld around a count that both editions tell too much of: so many sums away, then twice as many, and so on.
_FIRST_SUMS = 1


@dataclass(frozen=True)
class Left:
    """What was withheld, (3, cells); the fewest values that are left of any withheld count; cells of the new edition that the first
    editions and others leave fewer than enough; and bounds of the new edition for one who believes that nothing changed."""

    hidden: Rows
    fewest: float
    told: Rows
    known: Bounds


@dataclass(frozen=True)
class Compared:
    """What is known of the cells of a new edition and of those before it. before: what stands of each cell. outside: others' totals."""

    counts: Counts
    policy: Policy
    sums: Sums
    editions: Sequence[Before]
    outside: Rows
    room: Room
    before: Before

    @cached_property
    def alone(self) -> list[Bounds]:
        """What each earlier edition tells by itself; as it stated it where sums of today are not those of then."""
        carried = [(self.sums.narrow(each.bounds), each.bounds) for each in self.editions]
        return [stated if np.any(found[0] > found[1]) else found for found, stated in carried]

    @property
    def kind(self) -> NDArray[np.int8]:
        """Kind of measure of each cell."""
        return self.counts.kind

    def few(self, marks: Marks, *, changed_by: float) -> tuple[list[Rows], list[Floats], Bounds]:
        """What is too narrow in each edition, (3, cells) each, the new one last; how many values are left of what is withheld; and the
        bounds of the new one."""
        latest = self.sums.narrow(self._believed(marks.least, marks.most, marks.reason))
        bounds = attack_together(self.alone, latest, self.sums, changed_by=changed_by)
        enough = float(self.policy.fewest_candidates or 0)
        hidden = [*(each.hidden(self.kind) for each in self.editions), hidden_parts(marks.reason, marks.denominator, self.kind)]
        reasons = [*(each.reason for each in self.editions), marks.reason]
        left = [self._left(*pair, rows, reason) for pair, rows, reason in zip(bounds, hidden, reasons, strict=True)]
        wrong = [each < enough for each in left]
        wrong[-1][NUMERATOR] |= self.room.lacks(bounds[-1][0][NUMERATOR], bounds[-1][1][NUMERATOR]) & (marks.reason != SHOWN)
        return wrong, left, bounds[-1]

    def _believed(self, least: Floats, most: Floats, reason: NDArray[np.int8]) -> Bounds:
        """With what others publish, and that few events are had by few people, wherever that is so."""
        least, most = least.copy(), most.copy()
        if self.policy.primary is not None:
            greatest = float(self.policy.primary.most)
            one_each = (reason == SMALL) & (self.kind == EVENTS) & (self.counts.numerator <= greatest)
            most[NUMERATOR, one_each] = np.minimum(most[NUMERATOR, one_each], np.maximum(greatest, least[NUMERATOR, one_each]))
        known = self.outside & ~np.isnan(self.counts.numerator)
        least[NUMERATOR, known] = most[NUMERATOR, known] = self.counts.numerator[known]
        return least, most

    def _left(self, least: Floats, most: Floats, hidden: Rows, reason: NDArray[np.int8]) -> Floats:
        """How many values are left of each withheld part, infinite where nothing is withheld."""
        left = np.where(hidden, most - least + 1, np.inf)
        events = (reason == SMALL) & (self.kind == EVENTS)
        left[NUMERATOR, events] = np.minimum(left[NUMERATOR, events], most[NUMERATOR, events])
        return left


def withhold_what_both_tell(marks: Marks, tells: Rows, compared: Compared) -> Left:
    """Withhold in place until both editions leave every withheld count enough, belief by belief: withholding narrows nothing.

    What the first editions and others' totals alone leave too few stays so. Where nothing is told anew both editions tell what the first
    told, and nothing is asked.
    """
    left = Left(np.zeros_like(tells), np.inf, np.zeros(tells.shape[1], dtype=bool), (marks.least, marks.most))
    if not np.any(tells):
        return left
    unavoidable = [np.zeros_like(tells)] * (len(compared.editions) + 1)
    for belief in range((compared.policy.believed_change or 0) + 1):
        is_asked, reach = False, _FIRST_SUMS
        while True:
            wrong, values, bounds = compared.few(marks, changed_by=float(belief))
            bad = _but(wrong, unavoidable)
            if np.any(bad) and not is_asked:
                is_asked, found = True, _unavoidable(marks, tells, compared, float(belief))
                unavoidable = [one | other for one, other in zip(unavoidable, found, strict=True)]
                bad = _but(wrong, unavoidable)
            more = _around(bad, tells & ~left.hidden, compared.sums, reach) if np.any(bad) else np.zeros_like(bad)
            if not np.any(more):
                break
            gone = hide(marks, more[NUMERATOR] | more[COMPLEMENT], more[DENOMINATOR], also=tells[NUMERATOR])
            left = replace(left, hidden=left.hidden | gone)
            reach *= 2
        fewest = [np.min(np.where(told, np.inf, one), initial=np.inf) for one, told in zip(values, wrong, strict=True)]
        told = left.told | np.any(wrong[-1], axis=0)
        left = replace(left, fewest=min(left.fewest, *fewest), told=told, known=left.known if belief else bounds)
    return left


def _but(wrong: Sequence[Rows], unavoidable: Sequence[Rows]) -> Rows:
    """What is wrong in any edition, but for what cannot be helped, (3, cells)."""
    return np.logical_or.reduce([each & ~told for each, told in zip(wrong, unavoidable, strict=True)])


def _unavoidable(marks: Marks, tells: Rows, compared: Compared, belief: float) -> list[Rows]:
    """What is too narrow even if nothing were told anew: by the first editions and others' totals alone."""
    silent = marks.copy()
    hide(silent, tells[NUMERATOR], tells[DENOMINATOR])
    return compared.few(silent, changed_by=belief)[0]


def _around(bad: Rows, tells: Rows, sums: Sums, reach: int) -> Rows:
    """What is told anew so many sums away from these, or the nearest that is."""
    rows, far = bad, 0
    while True:
        wider = sums.around(rows)
        far += 1
        if far >= reach and (np.any(wider & tells) or np.array_equal(wider, rows)):
            return wider & tells
        rows = wider


def hide(marks: Marks, numerators: Rows, denominators: Rows, *, also: Rows | None = None) -> Rows:
    """Withhold parts of cells without a word about their size; which, (3, cells). also: numerators that go where their denominator does."""
    if also is not None:
        numerators = numerators | (also & denominators)
    numerators = numerators & (marks.reason != NOT_COLLECTED)
    marks.reason[numerators], marks.numerator[numerators] = WITHHELD, np.nan
    for part in (NUMERATOR, COMPLEMENT):
        marks.least[part, numerators], marks.most[part, numerators] = 0.0, UNBOUNDED
    marks.denominator[denominators] = np.nan
    marks.least[DENOMINATOR, denominators], marks.most[DENOMINATOR, denominators] = 0.0, UNBOUNDED
    return np.stack([numerators, numerators, denominators])
