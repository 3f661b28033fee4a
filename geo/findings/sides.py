"""One contrast between two groups of persons: its model, its counts, and what is missing or not known of whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import StatisticsError
from geo.findings.cells import Cells
from geo.findings.protection import fit
from geo.findings.slices import Numbers, Slice
from geo.statistics.ethnicity import masked_difference
from geo.statistics.insights import Contrast
from geo.statistics.protected_counts import CountIntervals
from geo.strata import is_unknown

_FIFTHS = 5


@dataclass(frozen=True)
class Sides:
    """A contrast with what stands behind it. member: which strata are of the group (1), of the reference (0), of neither (NaN)."""

    cells: Cells
    member: Numbers
    contrast: Contrast

    @property
    def part(self) -> Slice:
        """One of the slices it was made from."""
        return self.cells.strata[0]

    @property
    def counts(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Events and people of the group, and of the reference, in the cells that took part."""
        group, reference = (_sums(self.cells, self.member == side) for side in (1, 0))
        return group, reference

    @property
    def values(self) -> tuple[float, float]:
        """The two sides as counted, not adjusted, in the indicator's unit."""
        group, reference = (events / people * self.part.per for events, people in self.counts)
        return group, reference

    @property
    def areas(self) -> int:
        """How many areas have a cell that took part."""
        return int((self.cells.is_known & ~np.isnan(self.member)).any(axis=1).sum())

    def not_known(self, dimension: str) -> tuple[tuple[str, str], ...]:
        """Whose figures are missing, and whose group is not known, with what that could do to the contrast: steps as (label, words)."""
        missing = [self.cells.missing_share(self.member == side) for side in (1, 0)]
        said: list[tuple[str, str]] = []
        if max(missing) > 0:
            left = f"{missing[0]:.1%} of the group and {missing[1]:.1%} of what it is compared with have no figure and are left out."
            said.append(("Missing", left))
        return (*said, *self._unknown(dimension))

    def _unknown(self, dimension: str) -> tuple[tuple[str, str], ...]:
        is_of_unknown = np.array([is_unknown(parts[dimension]) for parts in self.cells.parts])
        if not is_of_unknown.any():
            return (
                ("Not known", "The figures have no people whose group is not known; how many were left out at the source is not told."),
            )
        events, people = _sums(self.cells, is_of_unknown)
        share = people / float(np.where(self.cells.is_known, self.cells.people, 0).sum())
        said = f"The group of {share:.1%} of the people is not known"
        if self.part.unit != "proportion":
            return (("Not known", f"{said}; they count {events:,.0f} events, which could move the contrast."),)
        (x, n), (y, m) = self.counts
        masked = masked_difference((x, y), people=(n, m), unknown_events=min(events, people), unknown_people=people)
        ends = " to ".join(f"{100 * end:+.1f}" for end in (masked.least, masked.greatest))
        verdict = (
            "keeps its sign whoever they are" if masked.survives else "could vanish or turn round, were they all of one of the two groups"
        )
        return (("Not known", f"{said}: the difference as counted could be {ends} points, and {verdict}."),)


def fit_sides(cells: Cells, member: Numbers, taken: tuple[str, ...]) -> Sides:
    """The contrast of two groups of strata, account taken of these dimensions of the cells and of the deprivation of the areas.

    Cells of one cluster, fifth and stratum are alike to the model and are summed. Raises StatisticsError where it cannot be fitted.
    """
    rows = _merge(cells)
    used = ~np.isnan(member)
    at, column = np.nonzero((rows.people > 0) & used)
    if not len(at):
        raise StatisticsError("No cell has people.")
    covariates = _dummies([tuple(cells.parts[i][name] for name in taken if name != "deprivation") for i in column])
    if "deprivation" in taken:
        covariates = np.hstack([covariates, _dummies([(f"{rows.fifth[i]}",) for i in at])])
    counts = rows.counts and CountIntervals(rows.counts.least[at, column], rows.counts.most[at, column])
    contrast = fit(
        rows.events[at, column],
        counts,
        people=rows.people[at, column],
        is_member=member[column],
        covariates=covariates if covariates.shape[1] else None,
        clusters=rows.cluster[at],
        kind="proportion" if cells.strata[0].unit == "proportion" else "rate",
    )
    return Sides(cells, member, contrast)


@dataclass(frozen=True)
class _Rows:
    """Cells summed over areas of one cluster and fifth, (merged, strata), with the fifth and the cluster of each row."""

    events: Numbers
    people: Numbers
    counts: CountIntervals | None
    fifth: NDArray[np.int64]
    cluster: NDArray[np.int64]


def _merge(cells: Cells) -> _Rows:
    keys = np.column_stack([cells.areas.cluster, cells.areas.fifth])
    unique, place = np.unique(keys, axis=0, return_inverse=True)

    def summed(counts: Numbers) -> Numbers:
        total = np.zeros((len(unique), counts.shape[1]))
        np.add.at(total, place.ravel(), np.where(cells.is_known, counts, 0.0))
        return total

    counts = cells.counts and CountIntervals(summed(cells.counts.least), summed(cells.counts.most))
    return _Rows(summed(cells.events), summed(cells.people), counts, unique[:, 1], unique[:, 0])


def _dummies(categories: list[tuple[str, ...]]) -> Numbers:
    """Columns of 0 and 1, one for each category but the first in order."""
    names = sorted(set(categories))
    place = np.array([names.index(one) for one in categories])
    return np.asarray(place[:, np.newaxis] == np.arange(1, len(names)), dtype=np.float64)


def _sums(cells: Cells, strata: NDArray[np.bool_]) -> tuple[float, float]:
    """Events and people of these strata in the cells that have both counts."""
    here = cells.is_known & strata
    return float(cells.events[here].sum()), float(cells.people[here].sum())
