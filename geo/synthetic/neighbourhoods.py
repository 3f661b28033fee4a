"""The real neighbourhoods that stand-ins are made for, and numbers drawn from their codes: the same code, the same number, always."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

# Constants of the splitmix64 generator (Steele, Lea and Flood 2014), which scatters consecutive whole numbers evenly.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True)
class Neighbourhoods:
    """LSOAs of 2011 in England: codes, names (`Adur 001A`), and a point inside each (degrees, EPSG:4326), all of shape (n,)."""

    codes: Sequence[str]
    names: Sequence[str]
    longitude: Numbers
    latitude: Numbers

    def __len__(self) -> int:
        return len(self.codes)

    def districts(self) -> tuple[list[str], Whole]:
        """Names of the districts in the names of the neighbourhoods, in order, and the place of each neighbourhood's among them."""
        return _grouped([name.rpartition(" ")[0] for name in self.names])

    def middle_areas(self) -> tuple[list[str], Whole]:
        """Names of the MSOAs (the neighbourhood's name without its letter), in order, and the place of each neighbourhood's."""
        return _grouped([name[:-1] for name in self.names])

    def draw(self, purpose: str) -> Numbers:
        """A number from 0 to 1 for each neighbourhood, by its code and the purpose alone. shape (n,)."""
        return draw(np.array([int(code[1:]) for code in self.codes], dtype=np.uint64), purpose)

    def need(self) -> Numbers:
        """A made-up degree of need from 0 to 1: regular waves over the country with a little noise, so that nobody takes it for real."""
        waves = (np.sin(4.0 * self.longitude) + np.cos(6.0 * self.latitude)) / 4.0 + 0.5
        return np.clip(0.8 * waves + 0.2 * self.draw("need"), 0.0, 1.0)


def draw(seeds: NDArray[np.uint64], purpose: str) -> Numbers:
    """A number from 0 to 1 for each seed; another purpose gives another number."""
    salt = np.uint64(int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=8).digest(), "little"))
    with np.errstate(over="ignore"):
        mixed = (seeds.astype(np.uint64) + salt) * _STEP
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        mixed = mixed ^ (mixed >> np.uint64(31))
    return (mixed >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def _grouped(names: list[str]) -> tuple[list[str], Whole]:
    unique = sorted(set(names))
    place = {name: at for at, name in enumerate(unique)}
    return unique, np.array([place[name] for name in names], dtype=np.int64)
