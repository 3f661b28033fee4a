"""Large programs asked of few areas first: whether a count can be other than it is shows when people move between a few areas.

Everything else stays as in a table that is known to be possible, so whatever is seen is possible in the whole program as well. Only what
nothing is seen of has to be asked of the whole program, in which three hundred neighbourhoods of a system may hang together.
"""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from geo.disclosure.programs import Indices, Program, Rows
from geo.disclosure.questions import Question, is_short_of, search
from geo.disclosure.rules import Floats

# Areas with most room that are looked at for each sort of count; a sum of more areas than these connects no relatives.
_ROOMIEST, _RELATIVES = 12, 60
# How many relatives bring theirs, attempt after attempt.
_ATTEMPTS = (0, 6, 20)
# Room beyond this says nothing more of who can give or take a few people.
_ROOM = 3.0


def look_among_few(
    program: Program, between: tuple[Floats, Floats], table: Floats, wanted: Rows, question: Question, places: tuple[Indices, Indices]
) -> tuple[Floats, Floats]:
    """The least and the greatest that each variable was seen to be, shape (variables,).

    between: bounds of the variables. table: possible values. places: of each variable the number of its area, and of its sort of count.
    Where the table is not possible in this program, nothing is seen but the table.
    """
    few = _Few(program, between, table, wanted, question, places)
    if not few.is_possible() or not np.any(is_open := few.is_open()):
        return few.seen
    few.ask(few.with_roomiest(is_open), is_open, is_quick=True)
    for area in np.unique(few.area[few.is_open()]).tolist():
        for many in _ATTEMPTS:
            is_open = few.is_open() & (few.area == area)
            if not np.any(is_open):
                break
            few.ask(few.with_relatives(area, is_open, many), is_open)
    return few.seen


class _Few:
    """What was seen, and which areas may help which."""

    def __init__(
        self,
        program: Program,
        between: tuple[Floats, Floats],
        table: Floats,
        wanted: Rows,
        question: Question,
        places: tuple[Indices, Indices],
    ) -> None:
        self._program, self._between, self._table, self._wanted, self._question = program, between, table, wanted, question
        self.seen = table.copy(), table.copy()
        names, self.area = np.unique(places[0], return_inverse=True)
        self._sort, self._areas = places[1], len(names)
        low, high = between
        room = np.minimum(np.minimum(table - low, high - table), _ROOM)
        of_area = np.bincount(self.area, weights=room)
        # First the room of this count, then that of its area.
        self._room = room + np.minimum(high - low, _ROOM) / 10 + of_area[self.area] / (100 * (1 + of_area.max()))
        self._relatives, self._wholes = self._connect()

    def is_possible(self) -> bool:
        """Whether the table is one of this program."""
        sums, (low, high) = self._program.matrix @ self._table, self._between
        is_inside = np.all((sums >= self._program.low - 1e-6) & (sums <= self._program.high + 1e-6))
        return bool(is_inside and np.all((self._table >= low) & (self._table <= high)))

    def is_open(self) -> Rows:
        """Variables of which too few values were seen."""
        if self._question.enough is None:
            return self._wanted
        return self._wanted & is_short_of(*self.seen, self._question.enough)

    def ask(self, areas: Indices, is_open: Rows, *, is_quick: bool = False) -> None:
        """Ask of some areas alone. is_quick: of all at once only."""
        free = np.flatnonzero(np.isin(self.area, areas))
        low, high = self._between
        question = replace(self._question, is_quick=is_quick)
        program, seen = self._program.among(free, self._table), (self.seen[0][free], self.seen[1][free])
        _, _, *found = search(program, (low[free], high[free]), seen, is_open[free], question, self._table[free])
        self.seen[0][free], self.seen[1][free] = found

    def with_roomiest(self, is_open: Rows) -> Indices:
        """The areas of open variables, and those with most room for such counts."""
        found = [np.unique(self.area[is_open])]
        for sort in np.unique(self._sort[is_open]).tolist():
            of_sort = np.flatnonzero(self._sort == sort)
            found.append(self.area[of_sort[np.argsort(-self._room[of_sort], kind="stable")[:_ROOMIEST]]])
        return np.unique(np.concatenate(found))

    def with_relatives(self, area: int, is_open: Rows, many: int) -> Indices:
        """An area, those in a sum with it, the same of the roomiest of these, and whatever all these lie in."""
        near = np.union1d(_row(self._relatives, area), [area])
        is_such = np.isin(self._sort, self._sort[is_open])
        room = np.zeros(self._areas)
        np.maximum.at(room, self.area[is_such], self._room[is_such])
        roomiest = near[np.argsort(-room[near], kind="stable")[:many]]
        found = np.unique(np.concatenate([near, *(_row(self._relatives, one) for one in roomiest.tolist())]))
        for _ in range(2):
            found = np.unique(np.concatenate([found, *(_row(self._wholes, one) for one in found.tolist())]))
        return found

    def _connect(self) -> tuple[sp.csr_array, sp.csr_array]:
        """Which areas stand in a sum together, where it is not of too many; and which stand on the side of the whole. (areas, areas)."""
        matrix = self._program.matrix.tocoo()
        shape = matrix.shape[0], self._areas
        stands = sp.csr_array((np.ones(matrix.nnz), (matrix.row, self.area[matrix.col])), shape=shape)
        is_whole = matrix.data < 0
        wholes = sp.csr_array((np.ones(int(is_whole.sum())), (matrix.row[is_whole], self.area[matrix.col[is_whole]])), shape=shape)
        short = stands[np.flatnonzero(np.diff(stands.indptr) <= _RELATIVES)]
        return (short.T @ short).tocsr(), (stands.T @ wholes).tocsr()


def _row(matrix: sp.csr_array, row: int) -> Indices:
    return np.asarray(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]], dtype=np.intp)
