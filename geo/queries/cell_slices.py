"""What a release holds by H3 cell, for whoever offers it."""

from dataclasses import dataclass

from geo.codes import BY_ID, Geography
from geo.models import CellSlice
from geo.queries.catalogue import ReleaseInfo


@dataclass(frozen=True)
class CellSliceInfo:
    """One indicator, period and part of the people by cells. source: areas whose figures were moved. cells: how many a figure reaches;
    values: how many have a value. breaks: upper bounds of the classes."""

    indicator: str
    period: str
    stratum: str
    source: Geography
    cells: int
    values: int
    breaks: tuple[float, ...]


def list_cell_slices(release: ReleaseInfo) -> list[CellSliceInfo]:
    """All of them, by indicator."""
    found = CellSlice.objects.filter(release_id=release.id).select_related("indicator", "period", "stratum")
    return [
        CellSliceInfo(
            indicator=each.indicator.slug,
            period=each.period.slug,
            stratum=each.stratum.slug,
            source=BY_ID[each.source_id],
            cells=each.cells,
            values=each.values,
            breaks=tuple(each.breaks),
        )
        for each in found.order_by("indicator__slug", "period__slug", "stratum_id")
    ]
