"""Whether a whole map is clustered: global Moran's I, with the moments that it has where nothing is."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.special import ndtr

from geo.errors import StatisticsError

Weights: TypeAlias = sparse.csr_array

# A variance that is none but for rounding: I lies between about -1 and 1.
_NONE = 1e-12


@dataclass(frozen=True)
class GlobalMoran:
    """One number for a map. value: I. expected: of I where values lie anyhow.

    variance, z, p by two readings of "anyhow": values drawn from one normal distribution (normal), or the values there are dealt to the
    areas anew (random). p: normal, two-sided. z and p are NaN where every order of the values gives the same I (all are neighbours of all).
    """

    value: float
    expected: float
    variance_normal: float
    variance_random: float
    z_normal: float
    z_random: float
    p_normal: float
    p_random: float


def global_moran(values: ArrayLike, weights: Weights) -> GlobalMoran:
    """Moran's I of values that may be compared; rows of the weights are brought to sum 1, an area without neighbours keeps none.

    values: shape (areas,), none missing. weights: (areas, areas), empty diagonal.
    Raises StatisticsError for missing values, fewer than 4 areas, values that are all equal, an area that is its own neighbour, or a map
    without neighbours.
    Source: Cliff and Ord (1981). Example: fixtures/worked_examples/global_moran.json.
    """
    x, rows = _checked(values, weights)
    n = len(x)
    deviation = x - x.mean()
    squares = float(np.sum(deviation**2))
    if not squares > 0:
        raise StatisticsError("All values are equal: nothing can lie together.")
    total = float(rows.sum())
    both = sparse.csr_array(rows + rows.T)
    pairs = float(both.power(2).sum()) / 2
    ends = float(np.sum((np.asarray(rows.sum(axis=0)).ravel() + np.asarray(rows.sum(axis=1)).ravel()) ** 2))
    value = n / total * float(deviation @ (rows @ deviation)) / squares
    expected = -1 / (n - 1)
    normal = (n**2 * pairs - n * ends + 3 * total**2) / ((n**2 - 1) * total**2) - expected**2
    tails = n * float(np.sum(deviation**4)) / squares**2
    dealt = n * ((n**2 - 3 * n + 3) * pairs - n * ends + 3 * total**2)
    dealt -= tails * ((n**2 - n) * pairs - 2 * n * ends + 6 * total**2)
    random = dealt / ((n - 1) * (n - 2) * (n - 3) * total**2) - expected**2
    z_normal, z_random = ((value - expected) / variance**0.5 if variance > _NONE else np.nan for variance in (normal, random))
    p_normal, p_random = (float(2 * ndtr(-abs(z))) for z in (z_normal, z_random))
    return GlobalMoran(value, expected, normal, random, z_normal, z_random, p_normal, p_random)


def _checked(values: ArrayLike, weights: Weights) -> tuple[np.ndarray, Weights]:
    x = np.asarray(values, dtype=np.float64)
    matrix = sparse.csr_array(weights).astype(np.float64)
    if x.ndim != 1 or matrix.shape != (len(x), len(x)):
        raise StatisticsError(f"There are values of the shape {x.shape} but weights of {matrix.shape}.")
    if len(x) < 4:
        raise StatisticsError(f"There are {len(x)} areas; a global statistic needs 4.")
    if not np.all(np.isfinite(x)):
        raise StatisticsError("A value is missing; areas without values are left out before, never taken as 0.")
    if np.any(matrix.diagonal() != 0) or np.any(matrix.data < 0):
        raise StatisticsError("Weights must be 0 or more, and no area is its own neighbour here.")
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    if not np.any(sums > 0):
        raise StatisticsError("No area has a neighbour.")
    return x, sparse.csr_array(sparse.diags_array(1 / np.where(sums > 0, sums, 1)) @ matrix)
