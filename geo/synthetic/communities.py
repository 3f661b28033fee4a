"""Ethnic categories of the NHS within the broad groups of the Census, communities below them, and how their shares differ by place.

Broad groups are those of each neighbourhood in the Census (TS021), where Chinese counts as Asian, as it did not in the NHS codes of 2001.
Shares within them are chosen, after Census 2021 in round figures: they give a place its character, and are no figures of it.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from geo.synthetic.country import BROAD, Country

# NHS data dictionary, 2001 codes with T (Gypsy or Irish Traveller) and W (Arab) of 2021.
CATEGORIES = ("A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "T", "W")
PLACE_OF = {code: place for place, code in enumerate(CATEGORIES)}
BROAD_OF = {"asian": "HJKLR", "black": "MNP", "mixed": "DEFG", "white": "ABCT", "other": "SW"}
SOUTH_ASIAN = tuple(PLACE_OF[code] for code in "HJK")

Shares = Mapping[str, float]

_ENGLAND: dict[str, Shares] = {
    "asian": {"H": 0.34, "J": 0.29, "K": 0.11, "L": 0.18, "R": 0.08},
    "black": {"M": 0.26, "N": 0.62, "P": 0.12},
    "mixed": {"D": 0.30, "E": 0.15, "F": 0.28, "G": 0.27},
    "white": {"A": 0.905, "B": 0.012, "C": 0.081, "T": 0.002},
    "other": {"S": 0.75, "W": 0.25},
}
# Where a system or a district differs clearly; a district's shares come before its system's.
_PLACES: dict[str, dict[str, Shares]] = {
    "ncl": {
        "asian": {"H": 0.26, "J": 0.09, "K": 0.25, "L": 0.27, "R": 0.13},
        "white": {"A": 0.60, "B": 0.05, "C": 0.347, "T": 0.003},
    },
    "bsol": {"asian": {"H": 0.20, "J": 0.53, "K": 0.13, "L": 0.10, "R": 0.04}, "black": {"M": 0.38, "N": 0.50, "P": 0.12}},
    "wy": {"asian": {"H": 0.20, "J": 0.64, "K": 0.04, "L": 0.08, "R": 0.04}, "white": {"A": 0.92, "B": 0.01, "C": 0.067, "T": 0.003}},
    "gm": {"asian": {"H": 0.19, "J": 0.51, "K": 0.12, "L": 0.10, "R": 0.08}},
    "nenc": {"asian": {"H": 0.26, "J": 0.28, "K": 0.16, "L": 0.16, "R": 0.14}, "white": {"A": 0.965, "B": 0.005, "C": 0.029, "T": 0.001}},
    "Bradford": {"asian": {"H": 0.08, "J": 0.82, "K": 0.05, "L": 0.04, "R": 0.01}},
    "Calderdale": {"asian": {"H": 0.07, "J": 0.84, "K": 0.02, "L": 0.05, "R": 0.02}},
    "Oldham": {"asian": {"H": 0.03, "J": 0.55, "K": 0.37, "L": 0.04, "R": 0.01}},
    "Rochdale": {"asian": {"H": 0.03, "J": 0.75, "K": 0.15, "L": 0.05, "R": 0.02}},
    "Solihull": {"asian": {"H": 0.50, "J": 0.34, "K": 0.05, "L": 0.08, "R": 0.03}},
    "Leicester": {"asian": {"H": 0.79, "J": 0.08, "K": 0.04, "L": 0.07, "R": 0.02}},
    "Haringey": {"white": {"A": 0.56, "B": 0.04, "C": 0.396, "T": 0.004}},
}

# Communities that practices note below the category; the rest of a category has none. Shares of the category: chosen, and higher than
# practices' own records usually are.
DETAILS: dict[str, Shares] = {
    "C": {"Polish": 0.26, "Romanian": 0.20, "Roma": 0.05, "Lithuanian": 0.06, "Slovak": 0.05, "Italian": 0.08, "Turkish": 0.06},
    "J": {"Pakistani Kashmiri": 0.45},
    "N": {"Somali": 0.18, "Nigerian": 0.22, "Ghanaian": 0.10, "Eritrean": 0.06},
    "L": {"Sri Lankan Tamil": 0.15, "Afghan": 0.10, "Nepali": 0.08},
    "S": {"Kurdish": 0.12, "Iranian": 0.10},
}
# In North Central London more of category C are Turkish, fewer Slovak (chosen).
_DETAILS_NCL: Shares = {
    "Polish": 0.14,
    "Romanian": 0.12,
    "Roma": 0.02,
    "Lithuanian": 0.03,
    "Slovak": 0.02,
    "Italian": 0.14,
    "Turkish": 0.24,
}
DETAIL_NAMES = ("", *dict.fromkeys(name for shares in DETAILS.values() for name in shares))

# Relative frequency of ethnic minorities by band of age: younger than the White majority everywhere (Census 2021; round, chosen).
_YOUNGER = np.array([1.5, 1.5, 1.45, 1.4, 1.3, 1.25, 1.3, 1.35, 1.3, 1.15, 0.95, 0.8, 0.7, 0.6, 0.5, 0.4, 0.35, 0.3])
# At most so many of a band belong to the minorities, where the Census has nearly all of a neighbourhood in them.
_MOST = 0.97


def category_shares(country: Country) -> NDArray[np.float64]:
    """Share of each NHS category among residents of each band of each neighbourhood. shape (n, 18, 18: categories); rows add up to 1.

    Over the bands of a neighbourhood the broad groups keep their shares in the Census, but for what exceeds the limit in a band.
    """
    whole = _broad_by_age(country)
    found = np.zeros((*whole.shape[:2], len(CATEGORIES)))
    for broad in range(len(BROAD)):
        within = np.array(
            [_within(system, district, BROAD[broad]) for system, district in zip(country.system, country.lad_name, strict=True)]
        )
        found += whole[:, :, broad, None] * within[:, None, :]
    return found


def detail_shares(system: str) -> NDArray[np.float64]:
    """Share of each community (columns: DETAIL_NAMES, none first) within each category (rows). shape (18, d); rows add up to 1."""
    found = np.zeros((len(CATEGORIES), len(DETAIL_NAMES)))
    for code, shares in DETAILS.items():
        for name, share in (_DETAILS_NCL if (system, code) == ("ncl", "C") else shares).items():
            found[PLACE_OF[code], DETAIL_NAMES.index(name)] = share
    found[:, 0] = 1.0 - found.sum(axis=1)
    return found


def _broad_by_age(country: Country) -> NDArray[np.float64]:
    """Shares of the broad groups by band. shape (n, 18, 5)."""
    white = BROAD.index("white")
    minority = 1.0 - country.ethnic_share[:, white]
    people = np.maximum(country.people, 0)
    mean = (people @ _YOUNGER) / np.maximum(people.sum(axis=1), 1)
    share = np.minimum(minority[:, None] * _YOUNGER[None, :] / np.maximum(mean, 0.1)[:, None], _MOST)
    others = country.ethnic_share.copy()
    others[:, white] = 0.0
    within = others / np.maximum(others.sum(axis=1), 1e-12)[:, None]
    found = share[:, :, None] * within[:, None, :]
    found[:, :, white] = 1.0 - found.sum(axis=2)
    return np.asarray(found)


def _within(system: str, district: str, broad: str) -> NDArray[np.float64]:
    """Shares of the categories of a broad group in a district. shape (18,)."""
    shares = _PLACES.get(district, {}).get(broad) or _PLACES.get(system, {}).get(broad) or _ENGLAND[broad]
    found = np.zeros(len(CATEGORIES))
    for code, share in shares.items():
        found[PLACE_OF[code]] = share
    return found / found.sum()
