"""Figures of H3 cells of one release: each indicator's newest figures, moved from the areas they live on.

The weights of a set of cells stay in the memory of the process until areas are made anew; figures are moved when they are asked for, which
takes milliseconds.
"""

from collections.abc import Iterator
from functools import cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from geo.codes import GEOGRAPHIES
from geo.disclosure.cells import AreaFigures, CellFigures, climb, move_figures
from geo.disclosure.policies import CatchmentRule, load_policy
from geo.errors import InputError, InvalidPeriod, RefusedClaim, UnknownStratum
from geo.geography.cells import ADAPTED, MIXED, CellWeights
from geo.models import Cell, CellWeight
from geo.periods import parse_period
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.catchment_figures import FINEST, Column, get_columns, get_figures
from geo.queries.ground import ATOMS, WIDER, get_country
from geo.queries.holdings import get_area_stamp
from geo.queries.observations import EVERYBODY
from geo.queries.reading import read

# Areas that lie in cells by postcodes, by vintage; wider ones lie in them by way of these.
_NEIGHBOURHOODS = {2021: "lsoa21", 2011: "lsoa11"}
_WITHIN = ["within", "best_fit"]
_LIMIT_MS = 60_000

_held: dict[tuple[int, str, int], CellWeights] = {}
_lock = Lock()


def list_columns(release: ReleaseInfo) -> Iterator[Column]:
    """Every figure of a release that cells can show: the newest of each indicator and part of the people."""
    return (column for column in get_figures(release).columns if _why_not(column) is None)


def find_column(release: ReleaseInfo, indicator: IndicatorInfo, *, period: str | None, stratum: str | None) -> Column:
    """The figures that are meant. Raises RefusedClaim where cells can show none of the indicator, InvalidPeriod and UnknownStratum for
    what is not the newest, listing what would be valid."""
    own = get_columns(release, indicator)
    for column in own:
        if why := _why_not(column):
            raise RefusedClaim(*why)
    parts = {column.part.stratum: column for column in own if column.part is not None}
    wanted = stratum or (EVERYBODY if EVERYBODY in parts else next(iter(parts), EVERYBODY))
    if wanted not in parts:
        raise UnknownStratum("Cells show no such part of the people.", parameter="stratum", found=wanted, valid=tuple(parts))
    newest = parts[wanted].part
    if newest is not None and period not in (None, newest.period):
        parse_period(str(period))
        said = "Cells show the newest period alone."
        raise InvalidPeriod(said, parameter="period", found=str(period), valid=(newest.period,))
    return parts[wanted]


def get_cells(column: Column, resolution: int = MIXED) -> CellFigures:
    """The figures of a column by cells of one resolution, or of the drawn set.

    In the drawn set a cell that protected counts refuse shows the figure of the finest wider cell that they do not. Raises InputError
    where no cells have been made.
    """
    part = column.part
    if part is None:
        raise InputError("The indicator has no figures for cells.")
    slug = part.geography.slug
    areas, rule, stamp = area_figures(column), _rule(column), get_area_stamp()
    own = move_figures(weights_of(slug, resolution, stamp), areas, rule=rule)
    if resolution != MIXED or column.records is None:
        return own
    return climb(own, [move_figures(weights_of(slug, wider, stamp), areas, rule=rule) for wider in reversed(ADAPTED[:-1])])


def cells_of(area: NDArray[np.intp], slug: str, resolution: int) -> NDArray[np.uint64]:
    """The cells that hold people of some areas of a geography (positions in it), ascending."""
    weights = weights_of(slug, resolution)
    found: NDArray[np.uint64] = weights.cells[np.unique(weights.matrix[:, area].tocoo().coords[0])]
    return found


def _why_not(column: Column) -> tuple[str, str] | None:
    """Why cells cannot show a column; None where they can."""
    if column.part is None:
        return column.why
    if column.indicator.definition.get("unit") == "decile":
        return "decile", "A tenth is a place in an order: places are not averaged over the neighbourhoods that a cell holds."
    return None


def _rule(column: Column) -> CatchmentRule:
    return column.records.rule if column.records else _open_rule()


@cache
def _open_rule() -> CatchmentRule:
    """What a sum over published figures needs: nothing."""
    return load_policy("open").catchments


def area_figures(column: Column) -> AreaFigures:
    """The column's figures by area, with residents. Raises InputError for one that has no figures."""
    if column.part is None:
        raise InputError("The indicator has no figures for cells.")
    slug = column.part.geography.slug
    people = np.asarray(get_country().sets[slug].people.sum(axis=1)).ravel()
    numerator, denominator, filled = np.full(len(people), np.nan), np.full(len(people), np.nan), np.zeros((2, len(people)))
    unit = str(column.indicator.definition.get("unit"))
    if column.records is not None:
        at = column.records.atoms
        for row, (target, source) in enumerate(((numerator, column.records.numerator), (denominator, column.records.denominator))):
            target[at], filled[row, at] = source.mean, source.levels[0].is_withheld
    elif column.published is not None:
        at = column.published.at
        if column.indicator.is_ratio_only:
            value = column.published.value
            numerator[at], denominator[at] = value * people[at], np.where(np.isnan(value), np.nan, people[at])
        else:
            is_shown = ~np.isnan(column.published.value)
            numerator[at] = np.where(is_shown, column.published.numerator, np.nan)
            denominator[at] = np.where(is_shown, column.published.denominator, np.nan)
    return AreaFigures(numerator, denominator, filled, people, unit)


def weights_of(slug: str, resolution: int, stamp: int | None = None) -> CellWeights:
    """How the areas of a geography lie in cells of a resolution, or in the drawn set. stamp: of the areas, where it is known already."""
    key = (stamp or get_area_stamp(), slug, resolution)
    with _lock:
        if key not in _held:
            for old in [held for held in _held if held[0] != key[0]]:
                del _held[old]
            _held[key] = _made(slug, resolution)
        return _held[key]


def hold_weights() -> None:
    """Take into memory how the areas that figures live on lie in cells, before anybody asks."""
    stored, stamp = set(CellWeight.objects.values_list("geography__slug", flat=True)), get_area_stamp()
    for slug in FINEST:
        if _NEIGHBOURHOODS[GEOGRAPHIES[slug].vintage] in stored:
            # What is refused for a small cell is shown for a wider one: of linked records, which live on areas of this time.
            for resolution in (MIXED, *(ADAPTED[:-1] if slug in WIDER or slug == ATOMS else ())):
                weights_of(slug, resolution, stamp)


def _made(slug: str, resolution: int) -> CellWeights:
    geography = GEOGRAPHIES[slug]
    neighbourhoods = _NEIGHBOURHOODS[geography.vintage]
    stored = CellWeight.objects.filter(geography__slug=neighbourhoods).first()
    if stored is None:
        raise InputError("There are no cells here: build_areas makes them.", parameter="resolution", found=str(resolution))
    weights = stored.weights()
    if resolution == MIXED:
        drawn = np.array(list(Cell.objects.order_by("h3").values_list("h3", flat=True)), dtype=np.uint64)
        weights = weights.into(drawn)
    elif resolution < weights.resolution:
        weights = weights.coarser(resolution)
    if slug == neighbourhoods:
        return weights
    country = get_country()
    people = np.asarray(country.sets[neighbourhoods].people.sum(axis=1)).ravel()
    return weights.through(_parents(neighbourhoods, slug, len(people)), people, len(country.sets[slug].codes))


def _parents(below: str, above: str, size: int) -> NDArray[np.intp]:
    """Position of the wider area that each neighbourhood lies in, -1 where it lies in none."""
    asked = {"child": GEOGRAPHIES[below].id, "parent": GEOGRAPHIES[above].id, "kinds": _WITHIN}
    found = np.full(size, -1, dtype=np.intp)
    for row in read("queries/ground_links", asked, time_limit_ms=_LIMIT_MS):
        found[row["child"] - 1] = row["parent"] - 1
    return found
