"""Which areas are neighbours, as sparse matrices of ones."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

Weights: TypeAlias = sparse.csr_array


def queen_weights(geometries: Sequence[shapely.Geometry]) -> Weights:
    """Areas that share a point of their boundary, (areas, areas), symmetric, without a diagonal.

    geometries: polygons in one plane CRS (EPSG:27700, metres), with common corners where they touch; an empty one has no neighbours.
    Islands have none: what becomes of them is said by `link_islands`.
    """
    shapes = np.asarray(geometries, dtype=object)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return _ones(first, second, len(shapes))


def nearest_weights(coordinates: NDArray[np.float64], neighbours: int) -> Weights:
    """Each area's nearest others by straight line, (areas, areas), without a diagonal; not symmetric.

    coordinates: (areas, 2), metres. With fewer areas than that, all the others. Equal distances: the smaller index first.
    """
    size = len(coordinates)
    wanted = min(neighbours, size - 1)
    if wanted < 1:
        return sparse.csr_array((size, size))
    # One more than wanted, for the area itself is usually among them; where others stand in the same place it may not be.
    _, found = cKDTree(coordinates).query(coordinates, k=wanted + 1)
    is_self = found == np.arange(size)[:, np.newaxis]
    is_self[~is_self.any(axis=1), -1] = True
    second = found[~is_self]
    return _ones(np.repeat(np.arange(size), wanted), second, size)


def with_self(weights: Weights) -> Weights:
    """The same with each area in its own neighbourhood."""
    return sparse.csr_array(weights + sparse.eye_array(weights.shape[0]))


def link_islands(weights: Weights, coordinates: NDArray[np.float64]) -> Weights:
    """The same with every separate part joined to the nearest area of another, until all hang together; symmetric links are added.

    A rule of ours: an island borrows from the nearest shore. For smoothing alone; tests leave islands by themselves.
    """
    joined = sparse.csr_array(weights)
    while True:
        parts, part = connected_components(joined, directed=False)
        if parts <= 1:
            return joined
        smallest = int(np.argmin(np.bincount(part)))
        inside, outside = np.flatnonzero(part == smallest), np.flatnonzero(part != smallest)
        distance, nearest = cKDTree(coordinates[outside]).query(coordinates[inside])
        at = int(np.argmin(distance))
        pair = np.array([inside[at], outside[nearest[at]]])
        joined = sparse.csr_array(joined + sparse.csr_array((np.ones(2), (pair, pair[::-1])), shape=joined.shape))


def _ones(first: NDArray[np.intp], second: NDArray[np.intp], size: int) -> Weights:
    differs = first != second
    ones = np.ones(int(np.count_nonzero(differs)))
    return sparse.csr_array((ones, (first[differs], second[differs])), shape=(size, size))
