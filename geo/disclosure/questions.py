"""Questions about a linear program of counts: the least and the greatest that each wanted count can be."""

from dataclasses import dataclass

import numpy as np

from geo.disclosure.programs import LOT, Indices, Program, Rows
from geo.disclosure.rules import Floats
from geo.errors import DisclosureError
from geo.solving import Solver

# What the solver leaves of a whole number.
_TOLERANCE = 1e-6
# Rounds of questions in mixed directions: after these what is open is asked one by one.
_MIXED = 2


@dataclass(frozen=True)
class Question:
    """What is asked. wanted: parts of cells, (3, cells). enough: stop where so many values were seen to be possible (None: to the end).

    whole_numbers: solve in whole numbers (slower; for families where three hierarchies cross). possible: a table that is known to be
    possible, (3, cells): it answers many questions before they are asked, and changes no answer. places: numbers of each cell's area and
    indicator, each (cells,): with such a table, large programs are first asked of few areas, which changes no answer either.
    """

    wanted: Rows
    enough: float | None = None
    whole_numbers: bool = False
    possible: Floats | None = None
    places: tuple[Indices, Indices] | None = None


class Search:
    """Questions about one program: the least and the greatest of each wanted variable. seen: the least and the greatest that each was seen
    to be in a possible table, or nan.

    low, high: as far as is known; seen_low, seen_high: possible for certain; what lies between is open.
    """

    def __init__(
        self, program: Program, between: tuple[Floats, Floats], seen: tuple[Floats, Floats], wanted: Rows, question: Question
    ) -> None:
        self._program, self._enough = program, question.enough
        self._solver = Solver(
            program.matrix,
            sums=(program.low, program.high),
            variables=between,
            is_whole=np.ones(len(wanted), dtype=bool) if question.whole_numbers else None,
            kind="single" if question.whole_numbers else "large" if len(wanted) > 2 * LOT else "small",
        )
        self.low, self.high = between[0].copy(), between[1].copy()
        self.seen_low, self.seen_high = np.nan_to_num(seen[0], nan=np.inf), np.nan_to_num(seen[1], nan=-np.inf)
        self._open_low, self._open_high = wanted.copy(), wanted.copy()
        self._close()

    @property
    def is_open(self) -> Rows:
        """Variables of which something is still asked."""
        return self._open_low | self._open_high

    def ask_of_all(self) -> None:
        """Ask of all at once, up and down, then in mixed directions: most is answered by what is seen in passing."""
        for sign in (-1.0, 1.0):
            self._ask(np.where(self.is_open, sign, 0.0))
        mixed = np.random.default_rng(0)
        for _ in range(_MIXED):
            is_up = self._open_high & (~self._open_low | (mixed.random(len(self.low)) < 0.5))
            self._ask(np.where(is_up, -1.0, np.where(self._open_low, 1.0, 0.0)))

    def ask_one_by_one(self) -> None:
        """Ask one question of each block at a time, until none is open."""
        while np.any(self.is_open):
            waiting = np.flatnonzero(self.is_open)
            picked = waiting[np.unique(self._program.block[waiting], return_index=True)[1]]
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
        answer = self._solver.least(objective)
        if answer is None:
            raise DisclosureError("No table of counts would be published so.")
        table = answer.values
        self.seen_low, self.seen_high = np.fmin(self.seen_low, table), np.fmax(self.seen_high, table)
        self._close()
        return table

    def _close(self) -> None:
        """What was seen to be possible need not be asked, nor what is wide enough."""
        self._open_low &= self.seen_low > self.low + _TOLERANCE
        self._open_high &= self.seen_high < self.high - _TOLERANCE
        if self._enough is not None:
            is_short = is_short_of(self.seen_low, self.seen_high, self._enough)
            self._open_low &= is_short
            self._open_high &= is_short


def is_short_of(seen_low: Floats, seen_high: Floats, enough: float) -> Rows:
    """Where fewer whole values than enough were seen to be possible."""
    return np.floor(seen_high + _TOLERANCE) - np.ceil(seen_low - _TOLERANCE) + 1 < enough
