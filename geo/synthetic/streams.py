"""Random numbers without a state: each is a function of the seed, the name of its stream and its index, and of nothing else.

So any slice of a world can be made alone, in any order and on any machine, and equals the same rows of the whole. The generator is
splitmix64 (Steele, Lea and Flood 2014): its state at step n is the start plus n times a constant, so that step n needs no step before.
"""

import hashlib
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
# A float has 53 bits: the upper ones of the 64 are taken.
_SPARE_BITS, _UNIT = np.uint64(11), 2.0**-53


def bits(seed: int, stream: str, index: ArrayLike) -> NDArray[np.uint64]:
    """64 random bits for each index (whole numbers >= 0). Shape of index."""
    mixed = np.array(index, dtype=np.uint64)  # a copy, worked on in place
    mixed *= _STEP
    mixed += _start(seed, stream)
    for shift, factor in zip(_SHIFTS, (_FIRST, _SECOND, None), strict=True):
        mixed ^= mixed >> shift
        if factor is not None:
            mixed *= factor
    return mixed


def uniform(seed: int, stream: str, index: ArrayLike) -> Numbers:
    """A number from 0 to below 1 for each index."""
    mixed = bits(seed, stream, index)
    mixed >>= _SPARE_BITS
    return np.asarray(mixed * _UNIT, dtype=np.float64)


def integers(seed: int, stream: str, index: ArrayLike, *, low: Whole | int, high: Whole | int) -> Whole:
    """A whole number from low to below high for each index; both may be arrays of the shape of index. Where high <= low it is low."""
    width = np.maximum(np.asarray(high, dtype=np.int64) - np.asarray(low, dtype=np.int64), 1)
    return np.asarray(np.asarray(low) + (uniform(seed, stream, index) * width).astype(np.int64), dtype=np.int64)


def choice(seed: int, stream: str, index: ArrayLike, weights: ArrayLike) -> Whole:
    """A place among the weights for each index, by their shares. weights: shape (k,), >= 0, not all 0."""
    reached = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.asarray(np.searchsorted(reached[:-1] / reached[-1], uniform(seed, stream, index), side="right"), dtype=np.int64)


def happens(seed: int, stream: str, index: ArrayLike, probability: Numbers | float) -> NDArray[np.bool_]:
    """Whether something of this probability happens, for each index."""
    return np.asarray(uniform(seed, stream, index) < probability)


def counts(seed: int, stream: str, index: ArrayLike, expected: Numbers) -> Whole:
    """A Poisson count for each index, by inversion of one uniform number. expected: shape of index, meant for small means (below 20)."""
    drawn = uniform(seed, stream, index)
    chance = np.exp(-expected)
    reached = chance.copy()
    found = np.zeros(drawn.shape, dtype=np.int64)
    places = np.flatnonzero(drawn >= reached)
    drawn, chance, reached, expected = drawn[places], chance[places], reached[places], np.broadcast_to(expected, found.shape)[places]
    step = 0
    while len(places) and step < _MOST:
        step += 1
        found[places] += 1
        chance = chance * expected / step
        reached = reached + chance
        left = drawn >= reached
        places, drawn, chance, reached, expected = places[left], drawn[left], chance[left], reached[left], expected[left]
    return found


# Beyond this count the sum of chances no longer grows in 53 bits for the means that are meant.
_MOST = 200


def repeated(times: Whole) -> tuple[Whole, Whole]:
    """The place of each row that is repeated so often, and the number (from 0) of each of its repeats. Both of shape (sum of times,)."""
    places = np.repeat(np.arange(len(times), dtype=np.int64), times)
    first = np.cumsum(times) - times
    return places, np.arange(len(places), dtype=np.int64) - np.repeat(first, times)


@cache
def _start(seed: int, stream: str) -> np.uint64:
    """Where a stream begins: a digest of the seed and its name, so that streams share nothing."""
    return np.uint64(int.from_bytes(hashlib.blake2b(f"{seed}/{stream}".encode(), digest_size=8).digest(), "little"))
