"""Value files of a release: those of its areas, and those of cells, which are moved from the figures of areas."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial

from django.db import connection, transaction

from geo.cores import Copy, Shares, beside
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
from geo.tiles.value_plane import NOT_AVAILABLE, AreaFiles, File, build_value_files

# Slices that are worth a copy of this process.
MANY = 200


@dataclass(frozen=True)
class _MadeBeside:
    """What the copy made: slices of cells, and files of areas of the indicators that it took, by their keys."""

    cells: list[MadeSlice]
    areas: list[tuple[int, list[File]]]


@dataclass(frozen=True)
class ValuesBeside:
    """A copy of this process that makes the files of cells, then those of areas from the last indicator back. shares: who makes which."""

    copy: Copy[Release, _MadeBeside]
    shares: Shares

    def begin(self, release: Release, number: int) -> Iterator[int]:
        """Have the copy begin; gives the places, of so many indicators, of those whose files are made here."""
        self.shares.hand_out(number)
        self.copy.ask(release)
        return self.shares.from_first()


def build_values(release: Release, *, progress: Report = silent, made_beside: ValuesBeside | None = None) -> int:
    """Every value file of a release that is not public yet, in one transaction; gives their number.

    made_beside: the copy that makes some of them, where it was begun before. Raises HiidError as build_value_files does.
    """
    version = cells_version()
    if made_beside is None and Availability.objects.filter(release=release).count() >= MANY:
        with values_beside() as begun:
            return _build(release, version, begun, progress)
    return _build(release, version, made_beside, progress)


@contextmanager
def values_beside() -> Iterator[ValuesBeside | None]:
    """A copy of this process that will make value files; what needs no release it reads at once. None where it may not be copied."""
    if not may_be_copied():
        yield None
        return
    shares = Shares()
    try:
        with beside(partial(_made_beside, shares), ready=_read_ground) as begun:
            yield ValuesBeside(begun, shares)
    finally:
        shares.close()


def _build(release: Release, version: str, made_beside: ValuesBeside | None, progress: Report) -> int:
    if made_beside is None:
        cells = _made(release, progress)
        with transaction.atomic():
            return build_value_files(release, progress=progress) + store_slices(release, cells, version)
    made = cache(made_beside.copy.result)
    with transaction.atomic():
        areas = build_value_files(release, progress=progress, only=partial(made_beside.begin, release), others=lambda: made().areas)
        return areas + store_slices(release, made().cells, version)


def _made_beside(shares: Shares, release: Release) -> _MadeBeside:
    cells, making = _made(release, silent), AreaFiles(release)
    places = shares.from_last(len(making.indicators))
    return _MadeBeside(cells, [(making.indicators[at].id, list(making.make(making.indicators[at]))) for at in places])


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
