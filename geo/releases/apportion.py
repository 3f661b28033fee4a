"""From practices to neighbourhoods: a practice's counts go to where its patients live.

Numerator and denominator move separately, by each practice's share of patients per LSOA over all LSOAs that its patients live in
(Wales included; England is what is shown). A practice that lacks either count is left out of both. The result is the coverage of the
practices that residents use, modelled: it cannot see differences inside a practice.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from geo.releases.figures import Flags, Numbers
from geo.releases.frame import Positions


@dataclass(frozen=True)
class Registrations:
    """Where the patients of practices live.

    practices: code of each row. shares: shape (practices, LSOAs of England), the share of a practice's patients that lives in each;
    rows sum to 1 less the share outside England. patients: people by LSOA, all practices together.
    people: shape (practices, LSOAs), the counts themselves.
    """

    practices: NDArray[np.object_]
    shares: sp.csr_array
    people: sp.csr_array
    patients: Numbers

    def places(self, codes: NDArray[np.object_]) -> Positions:
        """The row of each practice code, -1 for a practice that has no patients here."""
        known = {code: i for i, code in enumerate(self.practices)}
        return np.array([known.get(code, -1) for code in codes], dtype=np.int64)


@dataclass(frozen=True)
class Apportioned:
    """Modelled counts by LSOA: zero practices = NaN. `reached`: registered residents whose practices report.

    outside: (numerator, denominator) that went to patients outside England. unplaced: of practices that are not in the registrations.
    """

    numerator: Numbers
    denominator: Numbers
    reached: Numbers
    outside: tuple[float, float]
    unplaced: tuple[float, float]


def make_registrations(practice: NDArray[np.object_], place: Positions, patients: Numbers, *, size: int) -> Registrations:
    """The matrix of one extract. place: position of each row's LSOA in England, -1 for another LSOA (it counts in the practice's base).

    Rows without any LSOA must be left out beforehand: they say nothing about where a patient lives.
    """
    codes, row = np.unique(practice.astype(str), return_inverse=True)
    base = np.bincount(row, weights=patients, minlength=len(codes))
    inside = place >= 0
    people = sp.csr_array((patients[inside], (row[inside], place[inside])), shape=(len(codes), size))
    shares = sp.csr_array(sp.diags_array(1 / np.where(base > 0, base, 1.0)) @ people)
    return Registrations(codes.astype(object), shares, people, np.asarray(people.sum(axis=0)).ravel())


def apportion(registrations: Registrations, codes: NDArray[np.object_], numerator: Numbers, denominator: Numbers) -> Apportioned:
    """Counts of practices, given by code, moved to the LSOAs of England. NaN in either count leaves the practice out of both."""
    reports = ~(np.isnan(numerator) | np.isnan(denominator))
    row = registrations.places(codes)
    used = reports & (row >= 0)
    size = len(registrations.practices)
    counts = [np.bincount(row[used], weights=part[used], minlength=size) for part in (numerator, denominator)]
    has_reported = np.bincount(row[used], minlength=size) > 0
    moved = [registrations.shares.T @ part for part in counts]
    reached = registrations.people.T @ has_reported.astype(float)
    empty: Flags = reached <= 0
    unplaced = reports & (row < 0)
    return Apportioned(
        numerator=np.where(empty, np.nan, moved[0]),
        denominator=np.where(empty, np.nan, moved[1]),
        reached=reached,
        outside=(float(counts[0].sum() - moved[0].sum()), float(counts[1].sum() - moved[1].sum())),
        unplaced=(float(numerator[unplaced].sum()), float(denominator[unplaced].sum())),
    )
