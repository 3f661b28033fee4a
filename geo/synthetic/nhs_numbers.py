"""Numbers like NHS numbers from 900 000 0000 to 999 999 9999: the range is never issued, so none belongs to anybody.

The tenth digit checks the nine before it: their sum by weights 10 to 2, taken from 11 by its remainder, is the tenth digit; 11 counts as
0, and nine digits that lead to 10 have no number. Of the eight digits before the ninth each set allows at least nine ninth digits, and
nine of them are used here: 90 million of the about 90.9 million valid numbers of the range.
"""

import hashlib

import numpy as np
from numpy.typing import ArrayLike

from geo.errors import InputError
from geo.synthetic.streams import Whole

LEAST, MOST = 9_000_000_000, 9_999_999_999
CAPACITY = 90_000_000
_NINTHS = 9  # ninth digits used for each first eight
_FIRST_EIGHT = 90_000_000  # the least first eight digits
_WEIGHTS = range(10, 2, -1)  # of the first eight digits; the ninth weighs 2
# Coprime to 90 million (divisible by none of 2, 3 and 5), so that multiplying by it only rearranges the numbers below that; near the
# golden section of it, so that neighbours land far from each other.
_STRIDE = 55_623_059


def nhs_numbers(seed: int, index: ArrayLike) -> Whole:
    """The number of each index (0 to below 90 million), shape of index. Different indices of one seed have different numbers.

    Raises InputError for an index outside.
    """
    places = np.asarray(index, dtype=np.int64)
    if places.size and (places.min() < 0 or places.max() >= CAPACITY):
        raise InputError(f"There are {CAPACITY:,} numbers of the range that is never issued, and index {int(places.max())} is beyond.")
    rank = (places * _STRIDE + _offset(seed)) % CAPACITY
    eight, chosen = _FIRST_EIGHT + rank // _NINTHS, rank % _NINTHS
    summed = _weighted(eight)
    # The ninth digit with which no check digit exists: sum + 2 x digit = 1 (mod 11), and 6 is the inverse of 2. Ten means: none.
    refused = (6 * (1 - summed)) % 11
    ninth = chosen + (chosen >= refused)
    check = (11 - (summed + 2 * ninth) % 11) % 11
    return np.asarray((eight * 10 + ninth) * 10 + check, dtype=np.int64)


def _weighted(eight: Whole) -> Whole:
    """The sum of the first eight digits by their weights, modulo 11."""
    rest, summed = eight.copy(), np.zeros_like(eight)
    for weight in reversed(_WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        summed += weight * digit
    return summed % 11


def _offset(seed: int) -> int:
    """Where a seed's numbers begin, so that two worlds give one person different numbers."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/nhs numbers".encode(), digest_size=4).digest(), "little") % CAPACITY
