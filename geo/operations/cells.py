"""Value files of a release: those of its areas, and those of cells, which are moved from the figures of areas."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from django.db import connection, transaction

from geo.cores import Copy, beside
from geo.models import Availability, Indicator, Period, Release, Stratum
from geo.operations.progress import Report, silent
from geo.queries.catalogue import info_of
from geo.queries.catchment_figures import Column
from geo.queries.cell_figures import get_cells, hold_weights, list_columns
from geo.queries.ground import get_country
from geo.releases.breaks import class_breaks
from geo.releases.copies import may_be_copied
from geo.releases.definitions import Definition
from geo.tiles.cell_plane import CellPart, MadeSlice, cells_version, make_slice, store_slices
from geo.tiles.value_plane import NOT_AVAILABLE, build_value_files

# Slices that are worth a copy of this process.
MANY = 200


CellsBeside: TypeAlias = Copy[Release, list[MadeSlice]]


def build_values(release: Release, *, progress: Report = silent, of_cells: CellsBeside | None = None) -> int:
    """Every value file of a release that is not public yet, in one transaction; gives their number. Those of cells are made meanwhile.

    of_cells: the copy that makes them, where it was begun before. Raises HiidError as build_value_files does.
    """
    version = cells_version()
    if of_cells is None and Availability.objects.filter(release=release).count() >= MANY:
        with cells_beside() as begun:
            return _build(release, version, begun, progress)
    return _build(release, version, of_cells, progress)


@contextmanager
def cells_beside() -> Iterator[CellsBeside | None]:
    """A copy of this process that will make the files of cells; what needs no release it reads at once. None where it may not be copied."""
    if not may_be_copied():
        yield None
        return
    with beside(_made_silently, ready=_read_ground) as begun:
        yield begun


def _build(release: Release, version: str, of_cells: CellsBeside | None, progress: Report) -> int:
    if of_cells is None:
        made = _made(release, progress)
    else:
        of_cells.ask(release)
    with transaction.atomic():
        areas = build_value_files(release, progress=progress)
        return areas + store_slices(release, made if of_cells is None else of_cells.result(), version)


def _made_silently(release: Release) -> list[MadeSlice]:
    return _made(release, silent)


def _read_ground() -> None:
    hold_weights()
    get_country()
    connection.close()


def build_cell_files(release: Release, *, progress: Report = silent) -> int:
    """Value files of cells alone, also of a published release: they are made of its published values and say nothing new."""
    return store_slices(release, _made(release, progress), cells_version())


def _made(release: Release, progress: Report) -> list[MadeSlice]:
    version = cells_version()
    if version == NOT_AVAILABLE:
        return []
    columns = list(list_columns(info_of(release)))
    keys = {column.part.indicator_id for column in columns if column.part}
    indicators = Indicator.objects.in_bulk(keys)
    periods = Period.objects.in_bulk({column.part.period_id for column in columns if column.part})
    strata = Stratum.objects.in_bulk({column.part.stratum_id for column in columns if column.part})
    found = []
    for done, column in enumerate(columns, start=1):
        if column.part is not None:
            indicator = indicators[column.part.indicator_id]
            part = _part(column, indicator, periods[column.part.period_id], strata[column.part.stratum_id])
            found.append(make_slice(release, part, version))
        progress("cells", done, len(columns))
    return found


def _part(column: Column, indicator: Indicator, period: Period, stratum: Stratum) -> CellPart:
    figures = get_cells(column)
    definition = Definition(indicator.slug, indicator.version, indicator.sha256, indicator.definition)
    source = column.part.geography.id if column.part else 0
    return CellPart(indicator, period, stratum, source, figures, class_breaks(figures.value[figures.value == figures.value], definition))
