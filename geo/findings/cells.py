"""Counts of one slice by area and part of the people: what contrasts between groups of persons and expectations by age are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from geo.findings.protection import likely_counts
from geo.findings.slices import WITHHELD, Areas, Numbers, Slice
from geo.models import Release
from geo.sqlfiles import statement
from geo.statistics.protected_counts import CountIntervals
from geo.statuses import Basis
from geo.strata import dimensions_of, parts_of


@dataclass(frozen=True)
class Cells:
    """Counts by area and stratum, shape (areas, strata), NaN where missing or suppressed: never 0.

    strata: the slices they come from, all of the same dimensions; parts: what each stratum is of each dimension.
    counts: what protected counts may stand for, (areas, strata), NaN where missing; None where they are exact. A suppressed count whose
    policy says what it may be is what is likely of it.
    """

    areas: Areas
    strata: tuple[Slice, ...]
    events: Numbers
    people: Numbers
    counts: CountIntervals | None = None

    @cached_property
    def parts(self) -> tuple[Mapping[str, str], ...]:
        """Dimension to part, for each stratum."""
        return tuple(parts_of(one.stratum, one.dimension) for one in self.strata)

    @cached_property
    def is_known(self) -> NDArray[np.bool_]:
        """Cells with both counts, (areas, strata)."""
        return ~np.isnan(self.events) & ~np.isnan(self.people)

    def missing_share(self, strata: NDArray[np.bool_]) -> float:
        """Share (0-1) of these strata's people whose cells have no count; of their cells, where some cell's people are not known."""
        people, known = self.people[:, strata], self.is_known[:, strata]
        if np.isnan(people).any() or people.sum() == 0:
            return float(1 - known.mean())
        return float(people[~known].sum() / people.sum())


def siblings(part: Slice, slices: Sequence[Slice]) -> list[Slice]:
    """The strata of the slice's indicator, geography and period, itself left out."""
    return [
        one
        for one in slices
        if one.indicator_id == part.indicator_id
        and one.geography_id == part.geography_id
        and one.period_id == part.period_id
        and one.stratum_id != part.stratum_id
        and one.dimension
    ]


def age_sex_strata(part: Slice, slices: Sequence[Slice]) -> list[Slice]:
    """The strata that break the slice's own people down by age and sex, or by age alone; empty where none do."""
    own = parts_of(part.stratum, part.dimension)
    within = [one for one in siblings(part, slices) if own.items() <= parts_of(one.stratum, one.dimension).items()]
    for wanted in ({"age", "sex"}, {"age"}):
        found = [one for one in within if set(dimensions_of(one.dimension)) == wanted | own.keys() and "age" not in own]
        if found:
            return found
    return []


def choose_strata(strata: Sequence[Slice], wanted: str, *, controls: Sequence[str] = ()) -> list[Slice]:
    """Strata that tell apart by `wanted` and by as many of `controls` as there are, with the fewest other dimensions.

    Without controls those of `wanted` alone where they are there. Empty where nothing tells apart by `wanted` and any control.
    """
    kinds = {one.dimension: dimensions_of(one.dimension) for one in strata}
    fitting = {name: set(found) for name, found in kinds.items() if wanted in found and (not controls or set(controls) & set(found))}
    if not fitting:
        return []
    best = min(fitting, key=lambda name: (-len(set(controls) & fitting[name]), len(fitting[name]), name))
    return [one for one in strata if one.dimension == best and parts_of(one.stratum, one.dimension)]


def read_cells(release: Release, part: Slice, areas: Areas, strata: Sequence[Slice]) -> Cells:
    """The observed counts of these strata in these areas; what is not there, or not observed, is NaN."""
    values: dict[str, Any] = {
        "release": release.id,
        "indicator": part.indicator_id,
        "geography": part.geography_id,
        "period": part.period_id,
        "strata": [one.stratum_id for one in strata],
        "basis": int(Basis.OBSERVED),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("findings/cells"), values)
        rows = cursor.fetchall()
    place = {int(area): at for at, area in enumerate(areas.ids)}
    column = {one.stratum_id: at for at, one in enumerate(strata)}
    events, people = (np.full((len(areas), len(strata)), np.nan) for _ in range(2))
    is_hidden = np.zeros_like(events, dtype=np.bool_)
    for area, stratum, numerator, denominator, status, reason in rows:
        if area in place:
            at = place[area], column[stratum]
            events[at] = np.nan if numerator is None else numerator
            people[at] = np.nan if denominator is None else denominator
            is_hidden[at] = numerator is None and status == part.suppressed and reason not in WITHHELD
    cells = Cells(areas, tuple(strata), events, people)
    return _protect(cells, is_hidden) if part.policy.is_protected else cells


def _protect(cells: Cells, is_hidden: NDArray[np.bool_]) -> Cells:
    """Cells with the intervals of their counts, and what is likely of the suppressed, learnt for each stratum by itself."""
    events, least, most = (np.full_like(cells.events, np.nan) for _ in range(3))
    for at, one in enumerate(cells.strata):
        used = (cells.is_known[:, at] | is_hidden[:, at]) & (cells.people[:, at] > 0) & one.policy.knows(cells.people[:, at])
        if used.any():
            people = cells.people[used, at]
            counts, events[used, at] = likely_counts(one.policy, cells.events[used, at], people=people, unit=one.unit)
            least[used, at], most[used, at] = counts.least, counts.most
    return replace(cells, events=events, counts=CountIntervals(least, most))
