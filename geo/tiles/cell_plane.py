"""The value plane of H3 cells: files as those of areas, in feature-id order, and what a release holds of cells.

Files are made in memory first and stored together, with those of areas or behind them, so that an interruption leaves what stood.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from geo.codes import CELLS
from geo.disclosure.cells import REFUSALS, CellFigures, are_reliable, reasons_of, statuses_of
from geo.errors import HiidError
from geo.models import Cell, CellSlice, Indicator, Period, Release, Stratum, Tileset, ValueFile
from geo.statuses import Basis, Comparison, Reason, Status, pack
from geo.tiles.geometry_plane import current_version
from geo.tiles.value_codec import DEFAULT_DECIMALS, LIMITS, MAIN, About, LimitsColumns, MainColumns, encode_limits, encode_main
from geo.tiles.value_plane import NOT_AVAILABLE, File, packed_file, store_files


@dataclass(frozen=True)
class CellPart:
    """One slice by cells. indicator, period, stratum: rows of the database. source_id: key of the areas whose figures were moved.

    figures: of all drawn cells, in order. breaks: of the map's classes.
    """

    indicator: Indicator
    period: Period
    stratum: Stratum
    source_id: int
    figures: CellFigures
    breaks: Sequence[float]


@dataclass(frozen=True)
class MadeSlice:
    """A slice with its files, ready to be stored."""

    row: CellSlice
    files: tuple[File, ...]


def cells_version() -> str:
    """The version of the tileset of the cells as they are now; NOT_AVAILABLE where there are none.

    Raises HiidError where their tiles are missing or older than they.
    """
    if not Cell.objects.exists():
        return NOT_AVAILABLE
    version = current_version(CELLS.slug) or NOT_AVAILABLE
    if not Tileset.objects.filter(geography_id=CELLS.id, version=version, is_complete=True).exists():
        raise HiidError("The tiles of the cells are missing or older than the cells: make them before the value files.")
    return version


def make_slice(release: Release, part: CellPart, version: str) -> MadeSlice:
    """The main and the limits file of a slice. Cells have no limits and no ranks: the error of what is modelled so is not known."""
    figures, definition = part.figures, part.indicator.definition
    about = About(
        tileset=CELLS.slug,
        tileset_version=version,
        release=release.slug,
        indicator=part.indicator.slug,
        period=part.period.slug,
        stratum=part.stratum.slug,
        unit=str(definition.get("unit", "")),
        decimals=int(definition.get("decimals", DEFAULT_DECIMALS)),
        is_synthetic=release.is_synthetic,
    )
    has_counts = definition.get("kind") == "counts"
    status, reliable = statuses_of(figures), are_reliable(figures, has_counts=has_counts)
    flags = np.array([pack(*pair) for pair in _pairs()], dtype=np.uint8)[status * 2 + reliable]
    nothing = np.full(len(status), np.nan)
    reason = reasons_of(figures, has_counts=has_counts).astype(np.uint8)
    limits = LimitsColumns(nothing, nothing, np.zeros(len(status), dtype=np.uint32), reason)
    files = ((MAIN, encode_main(MainColumns(figures.value, flags), about)), (LIMITS, encode_limits(limits, about)))
    place = (CELLS.id, part.period.pk, part.stratum.pk)
    return MadeSlice(_row(release, part), tuple(packed_file(place, kind, content) for kind, content in files))


@transaction.atomic
def store_slices(release: Release, slices: Iterable[MadeSlice], version: str) -> int:
    """Put the slices and their files in place of those that the release has of cells; gives the number of files."""
    made = list(slices)
    ValueFile.objects.filter(release=release, geography_id=CELLS.id).delete()
    CellSlice.objects.filter(release=release).delete()
    CellSlice.objects.bulk_create([each.row for each in made])
    by_indicator: dict[int, list[File]] = {}
    for each in made:
        by_indicator.setdefault(each.row.indicator_id, []).extend(each.files)
    release.tilesets = {**release.tilesets, CELLS.slug: version}
    release.save(update_fields=["tilesets"])
    return sum(store_files(release.pk, indicator, files) for indicator, files in by_indicator.items())


def _pairs() -> list[tuple[int, int, int, bool]]:
    """Arguments of `pack` for every status, not reliable and reliable."""
    words = int(Basis.MODELLED), int(Comparison.NOT_COMPARED)
    return [(int(status), *words, is_reliable) for status in Status for is_reliable in (False, True)]


def _row(release: Release, part: CellPart) -> CellSlice:
    values = part.figures.value[~np.isnan(part.figures.value)]
    return CellSlice(
        release=release,
        indicator=part.indicator,
        period=part.period,
        stratum=part.stratum,
        source_id=part.source_id,
        cells=int((part.figures.reason != Reason.NOT_IN_SOURCE).sum()),
        values=len(values),
        refused=int(np.isin(part.figures.reason, REFUSALS).sum()),
        minimum=float(values.min()) if len(values) else None,
        median=float(np.median(values)) if len(values) else None,
        maximum=float(values.max()) if len(values) else None,
        breaks=list(part.breaks),
    )
