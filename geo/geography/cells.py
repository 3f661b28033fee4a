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
from h3ronpy.vector import cells_to_wkb_polygons, coordinates_to_cells, wkb_to_cells
from numpy.typing import NDArray

from geo.errors import GeographyError

FINEST, COARSEST = 10, 6
# Resolutions among which an adaptive set chooses, widest first.
ADAPTED = (6, 7, 8, 9)
# Resolution number of a set of cells of several resolutions.
MIXED = -1
# An area of which so much lies in one cell counts as inside it.
_INSIDE = 0.8

Cells = NDArray[np.uint64]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class CellWeights:
    """Shares of areas in cells of one resolution (MIXED: of several). cells: their H3 numbers, ascending. matrix: shape (cells, areas).

    Each column's sum is 1, or 0 for an area of which no place is known. is_by_centroid: shape (areas,), areas without a postcode, which
    lie whole in the cell of their weighted middle.
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
        all_, row = self.move(people), np.repeat(np.arange(len(self.cells)), np.diff(self.matrix.indptr))
        is_inside = self.matrix.data >= _INSIDE
        lives = self.matrix.data[is_inside] * people[self.matrix.indices[is_inside]]
        inside = np.bincount(row[is_inside], lives, len(all_))
        return np.asarray(np.divide(inside, all_, out=np.full(len(all_), np.nan), where=all_ > 0))

    def coarser(self, resolution: int) -> "CellWeights":
        """The same in wider cells."""
        if not 0 <= resolution <= self.resolution:
            raise GeographyError(f"cells of resolution {self.resolution} have no wider ones of {resolution}")
        wider, at = np.unique(widen(self.cells, resolution), return_inverse=True)
        sums = sp.csr_array((np.ones(len(at)), (at, np.arange(len(at)))), shape=(len(wider), len(at)))
        return CellWeights(resolution, wider, (sums @ self.matrix).tocsr(), self.is_by_centroid)

    def only(self, rows: Indices) -> "CellWeights":
        """The same for some of the cells (positions)."""
        return CellWeights(self.resolution, self.cells[rows], self.matrix[rows], self.is_by_centroid)

    def into(self, cells: Cells) -> "CellWeights":
        """The same in all cells (ascending) of a set of several resolutions that tiles them, such as `adapt` gives. Raises GeographyError
        where one of ours lies in none of the set."""
        of_cell = np.zeros(len(self.cells), dtype=np.uint64)
        for resolution in ADAPTED:
            wider = widen(self.cells, resolution)
            of_cell = np.where(np.isin(wider, cells), wider, of_cell)
        if np.any(of_cell == 0):
            raise GeographyError(f"cell {int(self.cells[of_cell == 0][0]):x} lies in none of the {len(cells)} cells")
        at = np.searchsorted(cells, of_cell)
        sums = sp.csr_array((np.ones(len(at)), (at, np.arange(len(at)))), shape=(len(cells), len(at)))
        return CellWeights(MIXED, cells, (sums @ self.matrix).tocsr(), self.is_by_centroid)

    def through(self, parent: Indices, people: Floats, parents: int) -> "CellWeights":
        """Shares of wider areas, each spread over its parts by people. parent: of each of our areas, -1 = none; shape (areas,).

        A wider area without people or parts lies in no cell."""
        of_part = np.flatnonzero((parent >= 0) & (people > 0))
        total = np.bincount(parent[of_part], people[of_part], parents)
        shares = people[of_part] / total[parent[of_part]]
        spread = sp.csr_array((shares, (of_part, parent[of_part])), shape=(len(parent), parents))
        return CellWeights(self.resolution, self.cells, (self.matrix @ spread).tocsr(), np.zeros(parents, dtype=np.bool_))


def shapes_of(cells: Cells) -> list[bytes]:
    """The hexagon of each cell as well-known binary, in degrees (EPSG:4326)."""
    return list(pa.array(cells_to_wkb_polygons(pa.array(cells))).to_pylist())


def resolutions_of(cells: Cells) -> NDArray[np.uint8]:
    """The resolution of each cell."""
    return np.asarray(h3ronpy.cells_resolution(pa.array(cells)))


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
    middles: latitude and longitude of each area's population-weighted middle, for those without a postcode; one that is not known (NaN)
    is needed by those alone, and such an area lies in no cell.
    """
    areas = len(middles[0])
    size = np.bincount(area, minlength=areas)
    if len(size) > areas:
        raise GeographyError(f"a point is of area {area.max()}, and there are {areas}")
    without = np.flatnonzero((size == 0) & np.isfinite(middles[0]) & np.isfinite(middles[1]))
    of_point = cells_at(*points, FINEST)
    of_middle = cells_at(middles[0][without], middles[1][without], FINEST)
    cells, row = np.unique(np.concatenate([of_point, of_middle]), return_inverse=True)
    column = np.concatenate([area, without])
    shares = 1.0 / np.maximum(size, 1)[column]
    matrix = sp.csr_array((shares, (row, column)), shape=(len(cells), areas))
    return CellWeights(FINEST, cells, matrix, size == 0)


def weigh_by_surface(shapes: Sequence[bytes], middles: tuple[Floats, Floats]) -> CellWeights:
    """Shares by surface, the second method: as if people lived everywhere in an area alike. Meant for comparison and where there are no
    postcodes: in areas with open land it puts people where nobody lives.

    shapes: well-known binary of each area in degrees. An area lies in the finest cells whose middle it holds, in equal shares, and one
    that holds none lies whole in the cell of its middle (degrees).
    """
    listed = pa.array(wkb_to_cells(list(shapes), FINEST))
    size = np.diff(np.asarray(listed.offsets))
    without = np.flatnonzero((size == 0) & np.isfinite(middles[0]))
    cells = np.concatenate([np.asarray(listed.flatten()), cells_at(middles[0][without], middles[1][without], FINEST)])
    column = np.concatenate([np.repeat(np.arange(len(size)), size), without])
    known, row = np.unique(cells, return_inverse=True)
    matrix = sp.csr_array((1.0 / np.maximum(size, 1)[column], (row, column)), shape=(len(known), len(size)))
    return CellWeights(FINEST, known, matrix, size == 0)


def cover(cells: Cells, others: Cells) -> Cells:
    """A set of cells of several resolutions with as many more, wide ones first, as other fine cells need that lie in none of it."""
    for resolution in ADAPTED:
        wider = widen(others, resolution)
        others, wider = others[~np.isin(wider, cells)], wider[~np.isin(wider, cells)]
        fine = cells[resolutions_of(cells) >= resolution]
        free = ~np.isin(wider, widen(fine, resolution)) if len(fine) else np.ones(len(wider), dtype=np.bool_)
        cells, others = np.union1d(cells, wider[free]), others[~free]
    return cells


def adapt(weights: Sequence[CellWeights], people: Floats, *, least: float, spare: float = 0.0) -> Cells:
    """A set of cells of several resolutions that tile where people live, each as fine as it may be and still hold enough people.

    weights: of successive resolutions, widest first. people: of areas, shape (areas,). least: people of the least cell. A cell is parted
    only where at most a share of `spare` of its people comes to live in parts that have fewer; the widest cells stay whatever they have.
    """
    kept: list[Cells] = []
    open_ = weights[0].cells[weights[0].move(people) > 0]
    for wide, fine in pairwise(weights):
        inhabitants = fine.move(people)
        lived_in = inhabitants > 0
        parents = widen(fine.cells[lived_in], wide.resolution)
        wider, at = np.unique(parents, return_inverse=True)
        living = inhabitants[lived_in]
        few, all_ = np.bincount(at, np.where(living < least, living, 0.0)), np.bincount(at, living)
        stays = np.isin(open_, wider[few > spare * all_])
        kept.append(open_[stays])
        open_ = fine.cells[lived_in][np.isin(parents, open_[~stays])]
    return np.sort(np.concatenate([*kept, open_]))
