"""The real neighbourhoods that people are made for: where they are, who lives there, which postcodes and practices they have.

Arrays have one entry an LSOA of 2021, in the order of codes. Systems are the ten of the issue, known by short names; they are those of
July 2022 to March 2026, for two of them have been merged or divided since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError

Names = NDArray[np.object_]

# Short name of a system to its code as an integrated care board of 2023, and its name.
SYSTEMS = {
    "ncl": ("E54000028", "North Central London"),
    "nenc": ("E54000050", "North East and North Cumbria"),
    "gm": ("E54000057", "Greater Manchester"),
    "bsol": ("E54000055", "Birmingham and Solihull"),
    "cm": ("E54000008", "Cheshire and Merseyside"),
    "frimley": ("E54000034", "Frimley"),
    "wy": ("E54000054", "West Yorkshire"),
    "km": ("E54000032", "Kent and Medway"),
    "llr": ("E54000015", "Leicester, Leicestershire and Rutland"),
    "bnssg": ("E54000039", "Bristol, North Somerset and South Gloucestershire"),
}
SYSTEM_OF = {code: short for short, (code, _) in SYSTEMS.items()}

# Bands of age in Census table TS007A: 0-4, 5-9, … 80-84, 85 and over.
BANDS, BAND_YEARS = 18, 5
# Broad ethnic groups of Census table TS021, in the order of its columns.
BROAD = ("asian", "black", "mixed", "white", "other")


@dataclass(frozen=True)
class Country:
    """Neighbourhoods in order of code; n of them.

    lsoa21, lsoa11 (that it fits best), msoa21, lad24, lad_name, icb26, icb23, system: shape (n,), text; system is '' outside the ten.
    decile: (n,), of the Index of Multiple Deprivation 2025, 1 = most deprived. people: (n, 18), residents of Census 2021 by band of age.
    ethnic_share: (n, 5), shares of the broad groups, each row adds up to 1. x, y: (n,), metres (EPSG:27700).
    postcodes: live ones without a space, those of LSOA i at postcode_start[i] up to postcode_start[i + 1]; at least one each.
    practices, practice_weight: codes of practices and how many residents each has, laid out likewise by practice_start.
    """

    lsoa21: Names
    lsoa11: Names
    msoa21: Names
    lad24: Names
    lad_name: Names
    icb26: Names
    icb23: Names
    system: Names
    decile: NDArray[np.int64]
    people: NDArray[np.int64]
    ethnic_share: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    postcodes: Names
    postcode_start: NDArray[np.int64]
    practices: Names
    practice_start: NDArray[np.int64]
    practice_weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lsoa21)

    def check(self) -> None:
        """Raises InputError where a neighbourhood lacks what people are made from, naming the first."""
        faults = {
            "shares of ethnic groups that add up to 1": ~np.isclose(self.ethnic_share.sum(axis=1), 1.0),
            "a decile from 1 to 10": (self.decile < 1) | (self.decile > 10),
            "a live postcode": np.diff(self.postcode_start) < 1,
            "a practice": np.diff(self.practice_start) < 1,
        }
        for wanted, lacking in faults.items():
            if lacking.any():
                raise InputError(f"{int(lacking.sum())} neighbourhoods lack {wanted}, {self.lsoa21[int(np.argmax(lacking))]} first.")

    def only(self, places: Sequence[int] | NDArray[np.int64]) -> "Country":
        """These neighbourhoods alone, in this order."""
        chosen = np.asarray(places, dtype=np.int64)
        ragged = {"postcodes": "postcode_start", "practices": "practice_start", "practice_weight": "practice_start"}
        values = {}
        for field in fields(self):
            whole = getattr(self, field.name)
            if field.name in ragged:
                start = getattr(self, ragged[field.name])
                values[field.name] = np.concatenate([whole[start[i] : start[i + 1]] for i in chosen]) if len(chosen) else whole[:0]
            elif field.name in ragged.values():
                values[field.name] = np.concatenate([[0], np.cumsum(np.diff(whole)[chosen])])
            else:
                values[field.name] = whole[chosen]
        return Country(**values)
