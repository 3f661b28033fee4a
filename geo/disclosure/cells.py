"""Figures of H3 cells, moved from published figures of areas, and what may be shown of them.

Numerators and denominators move separately by each area's shares in cells; ratios without counts become the mean of the people. All of it
is a function of published values. Where counts were withheld their fill moves (fill.py), and a cell is refused that would stand for the
most part on fill, on few areas or on few people: no filled area is shown singly.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from geo.disclosure.policies import CatchmentRule
from geo.disclosure.rules import Floats
from geo.geography.cells import CellWeights, resolutions_of, widen
from geo.statuses import RELIABLE_COVERAGE, RELIABLE_EVENTS, RELIABLE_PEOPLE, Reason, Status

Flags = NDArray[np.bool_]
# A cell stands on some areas where they hold more than this share of its people with a figure.
_NEARLY_ALL = 0.95
# A figure of which more is filled is shown, but is not called reliable.
_MOSTLY_KNOWN = 0.25
# Reasons by which a cell is refused, though something is known of it.
REFUSALS = (Reason.MOSTLY_ESTIMATED, Reason.FEW_AREAS, Reason.FEW_PEOPLE)
# What a numerator per person is multiplied with for the unit of the indicator.
PER = {"proportion": 1.0, "per_100k": 100_000.0, "days_per_100k": 100_000.0}


@dataclass(frozen=True)
class AreaFigures:
    """Figures of the areas of one geography, shape (areas,), NaN where there is none.

    numerator, denominator: counts; of ratios the numerator is the ratio times the people and the denominator the people. filled: share of
    each (0 or 1) that is not published but filled, shape (2, areas). people: residents. unit: of the indicator.
    """

    numerator: Floats
    denominator: Floats
    filled: Floats
    people: Floats
    unit: str


@dataclass(frozen=True)
class CellFigures:
    """Figures of cells, shape (cells,). cells: H3 numbers. figure_of: the cell whose figure stands here, itself or a wider one.

    numerator, denominator, value: NaN where nothing is shown, for the reason (geo.statuses.Reason). people: residents. coverage: share of
    them (0-1) that live where a figure is known. filled: share of the figure that is filled. reliability: share of the people from areas of
    which 80 % lie in the cell; NaN where nobody lives.
    """

    cells: NDArray[np.uint64]
    figure_of: NDArray[np.uint64]
    numerator: Floats
    denominator: Floats
    value: Floats
    people: Floats
    coverage: Floats
    filled: Floats
    reliability: Floats
    reason: NDArray[np.int16]


def move_figures(weights: CellWeights, areas: AreaFigures, *, rule: CatchmentRule) -> CellFigures:
    """The figures of cells. rule: what a sum over areas needs to be shown; where it asks of nothing, as of open data, nothing is refused.

    A cell in which the figures of less than 70 % of the people are known has none (incomplete).
    """
    known = np.isfinite(areas.numerator) & np.isfinite(areas.denominator)
    inhabitants = np.where(np.isfinite(areas.people), areas.people, 0.0)
    people = weights.move(inhabitants)
    # Records of one system touch few cells of England: only these are worked out.
    touched = np.flatnonzero(weights.move(known.astype(np.float64)) > 0)
    reached = weights if len(touched) == len(weights.cells) else weights.only(touched)
    found = _moved(reached, areas, (known, inhabitants), rule)
    size, nothing = len(weights.cells), np.full(len(weights.cells), np.nan)
    names = ("numerator", "denominator", "value", "filled", "reliability")
    columns = {name: _put(nothing, touched, getattr(found, name)) for name in names}
    return CellFigures(
        cells=weights.cells,
        figure_of=weights.cells,
        people=people,
        coverage=_put(np.zeros(size), touched, found.coverage),
        reason=_put(np.full(size, int(Reason.NOT_IN_SOURCE), dtype=np.int16), touched, found.reason),
        **columns,
    )


def _moved(weights: CellWeights, areas: AreaFigures, known_people: tuple[Flags, Floats], rule: CatchmentRule) -> CellFigures:
    """The same for cells that some figure reaches."""
    known, inhabitants = known_people
    numerators, denominators = (np.where(known, part, 0.0) for part in (areas.numerator, areas.denominator))
    columns = (numerators, denominators, inhabitants, inhabitants * known)
    numerator, denominator, people, covered = weights.move(np.column_stack(columns)).T
    coverage, share = _shares(covered, people), np.zeros(len(people))
    if np.any(areas.filled):
        filled = weights.move(np.column_stack((numerators * areas.filled[0], denominators * areas.filled[1]))).T
        share = np.maximum(_shares(filled[0], numerator), _shares(filled[1], denominator))
    reason = np.select(
        [
            coverage <= 0,
            coverage < RELIABLE_COVERAGE,
            ~(denominator > 0),
            share > rule.filled,
            people < rule.people,
            _stands_on_few(weights.matrix, inhabitants * known, rule.atoms),
        ],
        [
            Reason.NOT_IN_SOURCE,
            Reason.INCOMPLETE,
            Reason.NO_POPULATION,
            Reason.MOSTLY_ESTIMATED,
            Reason.FEW_PEOPLE,
            Reason.FEW_AREAS,
        ],
        Reason.NONE,
    ).astype(np.int16)
    is_shown = reason == Reason.NONE
    return CellFigures(
        cells=weights.cells,
        figure_of=weights.cells,
        numerator=np.where(is_shown, numerator, np.nan),
        denominator=np.where(is_shown, denominator, np.nan),
        value=np.where(is_shown, _ratio(numerator, np.where(is_shown, denominator, 1.0), areas.unit), np.nan),
        people=people,
        coverage=coverage,
        filled=np.where(is_shown, share, np.nan),
        reliability=weights.reliability(inhabitants),
        reason=reason,
    )


def climb(figures: CellFigures, wider: list[CellFigures]) -> CellFigures:
    """The same where a refused cell shows the figure of the finest wider cell around it that is not refused.

    wider: figures of whole resolutions, finest first. Such a figure is of all of the wider cell, and says so (figure_of).
    """
    resolution = resolutions_of(figures.cells)
    for coarse in wider:
        size = int(resolutions_of(coarse.cells[:1])[0])
        at = np.flatnonzero(np.isin(figures.reason, REFUSALS) & (resolution > size))
        above = np.searchsorted(coarse.cells, widen(figures.cells[at], size))
        at, above = at[coarse.reason[above] == Reason.NONE], above[coarse.reason[above] == Reason.NONE]
        figures = replace(figures, **{name: _put(getattr(figures, name), at, getattr(coarse, name)[above]) for name in _CLIMBING})
    return figures


_CLIMBING = ("figure_of", "numerator", "denominator", "value", "coverage", "filled", "reliability", "reason")


def _put(column: NDArray[Any], at: NDArray[np.intp], values: NDArray[Any]) -> NDArray[Any]:
    changed = column.copy()
    changed[at] = values
    return changed


def statuses_of(figures: CellFigures) -> NDArray[np.int16]:
    """The status of each cell: refused is suppressed, unknown is missing, and neither is zero."""
    absent = np.where(np.isin(figures.reason, REFUSALS), Status.SUPPRESSED, Status.MISSING)
    known = np.where(figures.value == 0, Status.ZERO, Status.VALUE)
    return np.where(np.isnan(figures.value), absent, known).astype(np.int16)


def reasons_of(figures: CellFigures, *, has_counts: bool) -> NDArray[np.int16]:
    """Why each cell has no value, or else no limits: the error of what is moved is not known, and a ratio has no counts to begin with."""
    without_limits = Reason.ALLOCATION_ERROR_UNKNOWN if has_counts else Reason.NOT_PUBLISHED
    return np.where(np.isnan(figures.value), figures.reason, int(without_limits)).astype(np.int16)


def are_reliable(figures: CellFigures, *, has_counts: bool) -> Flags:
    """Which figures rest on enough events and people, and where so little is filled that the other half could stand by itself."""
    known = ~np.isnan(figures.value)
    if not has_counts:
        return known
    with np.errstate(invalid="ignore"):
        return known & (figures.numerator >= RELIABLE_EVENTS) & (figures.denominator >= RELIABLE_PEOPLE) & ~(figures.filled > _MOSTLY_KNOWN)


def _ratio(numerator: Floats, denominator: Floats, unit: str) -> Floats:
    ratio = PER.get(unit, 1.0) * numerator / denominator
    return np.minimum(ratio, 1.0) if unit == "proportion" else ratio


def _shares(part: Floats, whole: Floats) -> Floats:
    """Part of the whole, 0 where there is no whole."""
    return np.asarray(np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0))


def _stands_on_few(matrix: sp.csr_array, known_people: Floats, areas: int) -> Flags:
    """In which cells fewer areas than so many hold nearly all people of whom a figure is known."""
    if areas <= 1:
        return np.zeros(matrix.shape[0], dtype=np.bool_)
    lives = matrix.data * known_people[matrix.indices]
    size = np.diff(matrix.indptr)
    row = np.repeat(np.arange(matrix.shape[0]), size)
    largest_first = np.lexsort((-lives, row))
    place = np.arange(len(lives)) - np.repeat(matrix.indptr[:-1], size)
    few = np.bincount(row, np.where(place < areas - 1, lives[largest_first], 0.0), matrix.shape[0])
    return np.asarray(few > _NEARLY_ALL * np.bincount(row, lives, matrix.shape[0]))
