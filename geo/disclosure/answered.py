"""What a linear program was asked before: withholding more never narrows, so most answers stand when it is asked again."""

import numpy as np

from geo.disclosure.programs import Blocks, Rows
from geo.disclosure.rules import Floats


class Answered:
    """Parts of cells that were seen to keep enough values, and the bounds within which they were: wider ones leave them as many.

    blocks: what is looked at together; where a bound of a block has become narrower, nothing that was seen of it counts.
    """

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._starts = np.flatnonzero(np.diff(blocks.block, prepend=-1))
        self._before: tuple[Floats, Floats] | None = None
        self._is_wide = np.zeros((3, blocks.cells), dtype=bool)

    def stands(self, least: Floats, most: Floats) -> Rows:
        """Parts that keep enough within these bounds without being asked again, shape (3, cells)."""
        if self._before is None:
            return self._is_wide
        is_narrower = np.any((least > self._before[0]) | (most < self._before[1]), axis=0)
        in_block = np.logical_or.reduceat(is_narrower[self._blocks.cell], self._starts)[self._blocks.block]
        forgotten = np.zeros(self._blocks.cells, dtype=bool)
        forgotten[self._blocks.cell[in_block]] = True
        return self._is_wide & ~forgotten

    def remember(self, least: Floats, most: Floats, is_wide: Rows) -> None:
        """Parts that keep enough within these bounds, those that stand among them."""
        self._before, self._is_wide = (least.copy(), most.copy()), is_wide
