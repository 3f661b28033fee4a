"""Moments of a normal distribution of which only the part between two bounds is possible."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

Floats = NDArray[np.float64]
# Farther out than this many standard deviations the bound itself is the mean, to the last digit that matters here.
_FAR = 30.0


def truncated_moments(mean: Floats, variance: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of normals between bounds, of one shape. variance above 0; low below high.

    Where nearly nothing of the distribution lies between them, the nearer bound and a variance of nearly 0.
    Source: Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions vol. 1, 13.10.1.
    """
    spread = np.sqrt(variance)
    below, above = np.clip((low - mean) / spread, -_FAR, _FAR), np.clip((high - mean) / spread, -_FAR, _FAR)
    # Work in the left tail, where differences of chances keep their digits.
    is_right = below > 0
    first, last = np.where(is_right, -above, below), np.where(is_right, -below, above)
    chance = np.exp(log_ndtr(last)) * -np.expm1(log_ndtr(first) - log_ndtr(last))
    chance = np.maximum(chance, np.finfo(float).tiny)
    at_first, at_last = _density(first), _density(last)
    shift = (at_first - at_last) / chance
    shrunk = 1 + (first * at_first - last * at_last) / chance - shift**2
    shift = np.where(is_right, -shift, shift)
    found = np.clip(mean + spread * shift, low, high)
    is_lost = ndtr(last) - ndtr(first) < 1e-12
    found = np.where(is_lost, np.clip(mean, low, high), found)
    return found, np.where(is_lost, 0.0, variance * np.clip(shrunk, 0.0, 1.0))


def _density(at: Floats) -> Floats:
    return np.asarray(np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi), dtype=np.float64)
