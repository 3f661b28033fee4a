"""Large programs asked of few areas first: whether a count can be other than it is shows when people move between a few areas.

Everything else stays as in a table that is known to be possible, so whatever is seen is possible in the whole program as well. Only what
nothing is seen of has to be asked of the whole program, in which three hundred neighbourhoods of a system may hang together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from geo.disclosure.condensing import Choices
from geo.disclosure.programs import Indices, Rows
from geo.disclosure.questions import Question, search
from geo.disclosure.rules import Floats

# Areas with most room that are looked at for each sort of count.
_ROOMIEST = 24
# A sum of more areas than these makes no neighbours, and one of more than those no relatives.
_NEIGHBOURS, _RELATIVES = 8, 60
# Room beyond this says nothing more of who can give or take a few people.
_ROOM = 3.0


@dataclass(frozen=True)
class _Step:
    """Areas of so many variables at once, or of more where a sum connects them; and whether those with most room for their counts are asked
    to help, and their relatives."""

    variables: int
    has_roomiest: bool = False
    has_relatives: bool = False


# Most counts are wide among a few neighbours: one program of many areas takes far longer than many of few.
_STEPS = (_Step(400), _Step(200, has_roomiest=True), _Step(200, has_roomiest=True, has_relatives=True))


def look_among_few(
    choices: Choices, between: tuple[Floats, Floats], wanted: Rows, question: Question, places: tuple[Indices, Indices], sums: sp.csr_array
) -> tuple[Floats, Floats]:
    """The least and the greatest that each variable was seen to be, shape (variables,), in differences from a table that is possible.

    choices, between: in such differences as well. places: of each variable the number of its area, and of its sort of count. sums: of
    all variables, by which areas lie in areas.
    """
    few = _Few(choices, between, wanted, question, places, sums)
    for step in _STEPS:
        for areas in few.in_groups(step.variables):
            is_open = few.is_open() & few.lies_in(areas)
            if np.any(is_open):
                few.ask(few.with_helpers(areas, is_open, step), is_open)
    return few.seen


class _Few:
    """What was seen, and which areas may help which."""

    def __init__(
        self,
        choices: Choices,
        between: tuple[Floats, Floats],
        wanted: Rows,
        question: Question,
        places: tuple[Indices, Indices],
        sums: sp.csr_array,
    ) -> None:
        self._choices, self._between, self._wanted, self._question = choices, between, wanted, replace(question, is_quick=True)
        self.seen: tuple[Floats, Floats] = np.zeros(len(wanted)), np.zeros(len(wanted))
        names, self.area = np.unique(places[0], return_inverse=True)
        self._sort, self._areas = places[1], len(names)
        low, high = between
        room = np.minimum(np.minimum(-low, high), _ROOM)
        of_area = np.bincount(self.area, weights=room)
        # First the room of this count, then that of its area.
        self._room = room + np.minimum(high - low, _ROOM) / 10 + of_area[self.area] / (100 * (1 + of_area.max()))
        self._neighbours, self._relatives, self._wholes = self._connect(sums.tocoo())

    def is_open(self) -> Rows:
        """Variables of which too few values were seen, and not all that they can be."""
        (low, high), (seen_low, seen_high) = self._between, self.seen
        return self._wanted & ((seen_low > low) | (seen_high < high)) & self._question.is_short_of(seen_low, seen_high)

    def lies_in(self, areas: Indices) -> Rows:
        """Variables of these areas."""
        is_one = np.zeros(self._areas, dtype=bool)
        is_one[areas] = True
        return is_one[self.area]

    def ask(self, areas: Indices, is_open: Rows) -> None:
        """Ask of some areas alone."""
        _, _, low, high = search(self._choices, self._between, self.seen, is_open, self._question, self.lies_in(areas))
        self.seen = low, high

    def in_groups(self, size: int) -> Iterator[Indices]:
        """The areas of open variables, of so many variables at a time, or of more where a sum connects them."""
        variables = np.bincount(self.area)
        waiting = dict.fromkeys(np.unique(self.area[self.is_open()]).tolist())
        group: list[int] = []
        while waiting:
            first = next(iter(waiting))
            for area in (first, *_row(self._neighbours, first).tolist()):
                if area in waiting:
                    del waiting[area]
                    group.append(area)
            if variables[group].sum() >= size or not waiting:
                yield np.array(group)
                group = []

    def with_helpers(self, areas: Indices, is_open: Rows, step: _Step) -> Indices:
        """The same areas with those that a step adds, and whatever these lie in."""
        if step.has_relatives:
            areas = _with_rows(areas, self._relatives)
        areas = _with_rows(_with_rows(areas, self._wholes), self._wholes)
        if step.has_roomiest:
            areas = np.concatenate([areas, *(self._roomiest(sort) for sort in np.unique(self._sort[is_open]).tolist())])
        return np.unique(areas)

    def _roomiest(self, sort: int) -> Indices:
        """The areas with most room for a sort of count."""
        of_sort = np.flatnonzero(self._sort == sort)
        return self.area[of_sort[np.argsort(-self._room[of_sort], kind="stable")[:_ROOMIEST]]]

    def _connect(self, matrix: sp.coo_array) -> tuple[sp.csr_array, sp.csr_array, sp.csr_array]:
        """Which areas stand in a sum of few together, which in one of not too many, and which on the side of the whole: (areas, areas)."""
        shape = matrix.shape[0], self._areas
        stands = sp.csr_array((np.ones(matrix.nnz), (matrix.row, self.area[matrix.col])), shape=shape)
        is_whole = matrix.data < 0
        wholes = sp.csr_array((np.ones(int(is_whole.sum())), (matrix.row[is_whole], self.area[matrix.col[is_whole]])), shape=shape)
        short = (stands[np.flatnonzero(np.diff(stands.indptr) <= most)] for most in (_NEIGHBOURS, _RELATIVES))
        neighbours, relatives = ((some.T @ some).tocsr() for some in short)
        return neighbours, relatives, (stands.T @ wholes).tocsr()


def _row(matrix: sp.csr_array, row: int) -> Indices:
    return np.asarray(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]], dtype=np.intp)


def _with_rows(areas: Indices, matrix: sp.csr_array) -> Indices:
    """The same with what stands in their rows."""
    return np.unique(np.concatenate([areas, *(_row(matrix, area) for area in areas.tolist())]))
