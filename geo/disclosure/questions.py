"""Questions about a linear program of counts: the least and the greatest that each wanted count can be."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from geo.disclosure.condensing import Choices
from geo.disclosure.programs import Indices, Rows
from geo.disclosure.rules import Floats
from geo.errors import DisclosureError
from geo.solving import Solver

# What the solver leaves of a whole number.
_TOLERANCE = 1e-6
# So few questions are sooner asked one by one, from a possible table.
_FEW = 20
# Rounds of questions in mixed directions: after these what is open is asked one by one.
_MIXED = 8
# Share of the questions that rest in such a round: whoever is not asked about can give or take for those who are.
_RESTING = 0.6


@dataclass(frozen=True)
class Question:
    """What is asked. wanted: parts of cells, (3, cells). enough: stop where so many values were seen to be possible (None: to the end).
    reach: and only where a value as low as the first and one as high as the second is among them, each (3, cells), within a program
    (variables,) and in differences from its table (None: any will do).

    whole_numbers: solve in whole numbers (slower; for families where three hierarchies cross). possible: a table that is known to be
    possible, (3, cells): it answers many questions before they are asked, and changes no answer. places: numbers of each cell's area and
    indicator, each (cells,): with such a table, large programs are first asked of few areas, which changes no answer either. is_quick:
    what is not answered when all is asked at once stays open.
    """

    wanted: Rows
    enough: float | None = None
    reach: tuple[Floats, Floats] | None = None
    whole_numbers: bool = False
    possible: Floats | None = None
    places: tuple[Indices, Indices] | None = None
    is_quick: bool = False

    def within(self, at: tuple[Indices, Indices] | Indices, table: Floats | float = 0.0) -> "Question":
        """The same of some variables alone, in differences from a table."""
        return self if self.reach is None else replace(self, reach=(self.reach[0][at] - table, self.reach[1][at] - table))

    def is_short_of(self, seen_low: Floats, seen_high: Floats) -> Rows:
        """Variables of which not enough was seen to be possible, all where it is asked to the end."""
        if self.enough is None:
            return np.ones(len(seen_low), dtype=bool)
        lowest, highest = np.ceil(seen_low - _TOLERANCE), np.floor(seen_high + _TOLERANCE)
        is_short = highest - lowest + 1 < self.enough
        return is_short if self.reach is None else is_short | (lowest > self.reach[0]) | (highest < self.reach[1])


def search(
    choices: Choices,
    between: tuple[Floats, Floats],
    seen: tuple[Floats, Floats],
    wanted: Rows,
    question: Question,
    among: Rows | None = None,
) -> list[Floats]:
    """The least and the greatest that each variable can be, as far as is asked, and the least and the greatest that each was seen to be.

    All in differences from one table. between: bounds of the variables. seen: what each was seen to be, or nan: nothing, for the table is
    not known to be possible. among: variables that may move, (variables,): the others are as in the table (None: all may move).
    Of all at once it is asked from the table, which is soon done. What that leaves open is asked one by one from bounds, where most values
    lie in whatever answers, so that more is seen in passing. Only blocks with open questions are asked.
    """
    found = [between[0].copy(), between[1].copy(), np.nan_to_num(seen[0], nan=np.inf), np.nan_to_num(seen[1], nan=-np.inf)]
    wanted = wanted.copy()
    ways = [(_Search.ask_of_all, True), (_Search.ask_one_by_one, False)]
    if question.is_quick:
        ways = ways[:1]
    elif np.sum(wanted) <= _FEW and not np.any(np.isnan(seen[0])):
        ways = [(_Search.ask_one_by_one, True)]
    for ask, is_from_table in ways:
        if not np.any(wanted):
            break
        is_asked = np.zeros(int(choices.block.max()) + 1, dtype=bool)
        is_asked[choices.block[wanted]] = True
        may_move = is_asked[choices.block]
        to = np.flatnonzero(may_move if among is None else may_move & among)
        one = _Search(choices, to, [each[to] for each in found], wanted[to], question.within(to), is_from_table=is_from_table)
        ask(one)
        for each, of_one in zip(found, (one.low, one.high, one.seen_low, one.seen_high), strict=True):
            each[to] = of_one
        wanted[to] = one.is_open
    return found


class _Search:
    """Questions about some variables. found: bounds, and what was seen, the least and the greatest of each. is_from_table: whether the
    solver begins at the table, else at bounds.

    low, high: as far as is known; seen_low, seen_high: possible for certain; what lies between is open.
    """

    def __init__(
        self, choices: Choices, variables: Indices, found: list[Floats], wanted: Rows, question: Question, *, is_from_table: bool
    ) -> None:
        self._question, self._block, given = question, choices.block[variables], choices.given[variables]
        self.low, self.high, self.seen_low, self.seen_high = found
        chosen, place = np.unique(given.indices, return_inverse=True)
        self._given = sp.csr_array((given.data, place, given.indptr), shape=(len(variables), len(chosen)))
        self._of_given = self._given.T
        least, most = choices.least[chosen], choices.most[chosen]
        # Asked is how much more and how much fewer there are than in the table; begun at bounds, how many more than the least.
        self._base = np.zeros(len(least)) if is_from_table else least
        self._up, self._down = np.flatnonzero(most > self._base), np.flatnonzero(least < self._base)
        moves, signs = np.concatenate([self._up, self._down]), np.repeat([1.0, -1.0], [len(self._up), len(self._down)])
        matrix, rows = choices.of(chosen[moves].astype(np.intp), signs)
        low, high = choices.low[rows], choices.high[rows]
        if np.any(self._base):
            known = choices.sums[:, chosen][rows] @ self._base
            low, high = low - known, high - known
        self._solver = Solver(
            matrix,
            sums=(low, high),
            variables=(np.zeros(len(moves)), np.where(signs > 0, most[moves] - self._base[moves], self._base[moves] - least[moves])),
            is_whole=np.ones(len(moves), dtype=bool) if question.whole_numbers else None,
            kind="single" if question.whole_numbers else "small",
        )
        self._open_low, self._open_high = wanted.copy(), wanted.copy()
        self._close()

    @property
    def is_open(self) -> Rows:
        """Variables of which something is still asked."""
        return self._open_low | self._open_high

    def ask_of_all(self) -> None:
        """Ask of all at once, each up or down by chance, then the other way round, then of some anew: most is answered by what is seen in
        passing. All in one direction would say less, for what one has more, another in the same sum has less."""
        mixed = np.random.default_rng(0)
        signs = np.where(mixed.random(len(self.low)) < 0.5, -1.0, 1.0)
        for each in (signs, -signs):
            self._ask(np.where(self.is_open, each, 0.0))
        for _ in range(_MIXED):
            is_up = self._open_high & (~self._open_low | (mixed.random(len(self.low)) < 0.5))
            is_asked = self.is_open & (mixed.random(len(self.low)) >= _RESTING)
            self._ask(np.where(is_asked, np.where(is_up, -1.0, 1.0), 0.0))

    def ask_one_by_one(self) -> None:
        """Ask one question of each block at a time, until none is open."""
        while np.any(self.is_open):
            waiting = np.flatnonzero(self.is_open)
            picked = waiting[np.unique(self._block[waiting], return_index=True)[1]]
            is_up = self._open_high[picked]
            asked = np.zeros(len(self.low))
            asked[picked] = np.where(is_up, -1.0, 1.0)
            table = self._ask(asked)
            up, down = picked[is_up], picked[~is_up]
            self.high[up], self.low[down] = np.floor(table[up] + _TOLERANCE), np.ceil(table[down] - _TOLERANCE)
            self._open_high[up] = self._open_low[down] = False
            self._close()

    def _ask(self, objective: Floats) -> Floats:
        """The table that makes the objective least; nothing is asked where that is nothing."""
        if not np.any(objective):
            return np.full(len(objective), np.nan)
        value = self._of_given @ objective
        answer = self._solver.least(np.concatenate([value[self._up], -value[self._down]]))
        if answer is None:
            raise DisclosureError("No table of counts would be published so.")
        chosen = self._base.copy()
        chosen[self._up] += answer.values[: len(self._up)]
        chosen[self._down] -= answer.values[len(self._up) :]
        table = self._given @ chosen
        self.seen_low, self.seen_high = np.fmin(self.seen_low, table), np.fmax(self.seen_high, table)
        self._close()
        return table

    def _close(self) -> None:
        """What was seen to be possible need not be asked, nor what is wide enough."""
        self._open_low &= self.seen_low > self.low + _TOLERANCE
        self._open_high &= self.seen_high < self.high - _TOLERANCE
        is_short = self._question.is_short_of(self.seen_low, self.seen_high)
        self._open_low &= is_short
        self._open_high &= is_short
