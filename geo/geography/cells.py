"""H3 cells: how much of each area's people lies in each cell, by the postcodes that people live at.

One weight is made at resolution 10 and summed upwards, so that the resolutions agree with each other. It says where in an area people
live, not how many: counts come from the area itself, and numerators and denominators move separately, so that every total is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import h3ronpy
import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from h3ronpy.vector import coordinates_to_cells
from numpy.typing import NDArray

from geo.errors import GeographyError

FINEST, COARSEST = 10, 6
# An area of which so much lies in one cell counts as inside it.
_INSIDE = 0.8

Cells = NDArray[np.uint64]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class CellWeights:
    """Shares of areas in cells of one resolution. cells: their H3 numbers, ascending. matrix: shape (cells, areas); each column's sum is 1.

    is_by_centroid: shape (areas,), areas without a postcode, which lie whole in the cell of their weighted middle.
    """

    resolution: int
    cells: Cells
    matrix: sp.csr_array
    is_by_centroid: NDArray[np.bool_]

    def move(self, counts: Floats) -> Floats:
        """Counts of areas as counts of cells, shapes (areas, ...) to (cells, ...): every total is kept. A missing count makes every cell
        that holds a part of its area missing."""
        return np.asarray(self.matrix @ counts)

    def reliability(self, people: Floats) -> Floats:
        """Share of each cell's people that come from areas of which at least 80 % lie in it, shape (cells,); nan where nobody lives."""
        inside = self.matrix.copy()
        inside.data = np.where(inside.data >= _INSIDE, inside.data, 0.0)
        all_ = self.move(people)
        return np.asarray(np.divide(inside @ people, all_, out=np.full(len(all_), np.nan), where=all_ > 0))

    def coarser(self, resolution: int) -> "CellWeights":
        """The same in wider cells."""
        if not 0 <= resolution <= self.resolution:
            raise GeographyError(f"cells of resolution {self.resolution} have no wider ones of {resolution}")
        wider, of_cell = np.unique(widen(self.cells, resolution), return_inverse=True)
        sums = sp.csr_array((np.ones(len(self.cells)), (of_cell, np.arange(len(self.cells)))), shape=(len(wider), len(self.cells)))
        return CellWeights(resolution, wider, (sums @ self.matrix).tocsr(), self.is_by_centroid)


def widen(cells: Cells, resolution: int) -> Cells:
    """The cell of a coarser resolution that each cell lies in."""
    return np.asarray(h3ronpy.change_resolution(pa.array(cells), resolution))


def cells_at(latitude: Floats, longitude: Floats, resolution: int) -> Cells:
    """The cell of each point (degrees, EPSG:4326). Raises GeographyError for a point without a place, naming it."""
    is_wrong = ~(np.isfinite(latitude) & np.isfinite(longitude) & (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180))
    if np.any(is_wrong):
        at = int(np.flatnonzero(is_wrong)[0])
        raise GeographyError(f"point {at} lies at latitude {latitude[at]}, longitude {longitude[at]}")
    return np.asarray(coordinates_to_cells(pa.array(latitude), pa.array(longitude), resolution))


def weigh(area: Indices, points: tuple[Floats, Floats], middles: tuple[Floats, Floats]) -> CellWeights:
    """Shares by points, at the finest resolution.

    area: which area each point is of, 0 to areas - 1. points: latitude and longitude of live small-user postcodes, which count alike.
    middles: latitude and longitude of each area's population-weighted middle, for those without a postcode.
    """
    areas = len(middles[0])
    size = np.bincount(area, minlength=areas)
    if len(size) > areas:
        raise GeographyError(f"a point is of area {area.max()}, and there are {areas}")
    without = np.flatnonzero(size == 0)
    of_point = cells_at(*points, FINEST)
    of_middle = cells_at(middles[0][without], middles[1][without], FINEST)
    cells, row = np.unique(np.concatenate([of_point, of_middle]), return_inverse=True)
    column = np.concatenate([area, without])
    shares = 1.0 / np.maximum(size, 1)[column]
    matrix = sp.csr_array((shares, (row, column)), shape=(len(cells), areas))
    return CellWeights(FINEST, cells, matrix, size == 0)


def adapt(weights: Sequence[CellWeights], people: Floats, *, least: float) -> Cells:
    """A set of cells of several resolutions that tile where people live, each as fine as it may be and still hold enough people.

    weights: of successive resolutions, widest first. people: of areas, shape (areas,). least: people of the least cell. A cell is parted
    only where every part that anybody lives in has so many; the widest cells stay whatever they have.
    """
    kept: list[Cells] = []
    open_ = weights[0].cells[weights[0].move(people) > 0]
    for wide, fine in pairwise(weights):
        inhabitants = fine.move(people)
        lived_in = inhabitants > 0
        parents = widen(fine.cells[lived_in], wide.resolution)
        too_few = np.unique(parents[inhabitants[lived_in] < least])
        stays = np.isin(open_, too_few)
        kept.append(open_[stays])
        open_ = fine.cells[lived_in][np.isin(parents, open_[~stays])]
    return np.sort(np.concatenate([*kept, open_]))
