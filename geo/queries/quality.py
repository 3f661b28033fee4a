"""How complete the figures of a release are: which areas have one, why others have none, and what unknown ethnicity may hide."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from geo.codes import BY_ID, Geography
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.reading import Row, read
from geo.statistics.ethnicity import masking_bounds
from geo.strata import is_unknown

# Rules of derivation whose figures tell of the records themselves and not of health.
_OF_RECORDS = ("linkage", "opt-outs", "completeness")


@dataclass(frozen=True)
class CoverageInfo:
    """One set of areas in one period: how many have a value, and why the others have none.

    modelled: of those with a value. coverage: lowest share (0-1) of an area's people covered, None where it does not arise. least, middle,
    greatest: values in the indicator's unit, None where no area has one.
    """

    geography: Geography
    period: str
    period_label: str
    areas: int
    with_value: int
    suppressed: int
    missing: int
    not_collected: int
    modelled: int
    coverage: float | None
    least: float | None
    middle: float | None
    greatest: float | None


@dataclass(frozen=True)
class MaskingInfo:
    """How far people of unknown ethnic group could move the share of one group in a period: over the areas where both are counted.

    width: median distance between the least and the greatest share that the group may have, 0-1; widest: the greatest distance;
    shown: areas where it is below ten points. From counts as published: rounded where they are protected.
    """

    geography: Geography
    period: str
    period_label: str
    group: str
    title: str
    areas: int
    shown: int
    width: float
    widest: float


@dataclass(frozen=True)
class QualityInfo:
    """Of one indicator: its coverage, newest period first, and what unknown ethnicity may hide; empty where it has no ethnic groups."""

    indicator: IndicatorInfo
    coverage: tuple[CoverageInfo, ...]
    masking: tuple[MaskingInfo, ...]


def get_quality(release: ReleaseInfo, indicator: IndicatorInfo) -> QualityInfo:
    """Everything that a release says of the completeness of an indicator."""
    keys = {"release": release.id, "indicator": indicator.id}
    rows = read("queries/quality_statuses", keys)
    masking = _masking(read("queries/quality_groups", keys)) if indicator.definition.get("unit") == "proportion" else ()
    return QualityInfo(indicator, tuple(_coverage(row) for row in rows), tuple(masking))


def list_recording(indicators: Iterable[IndicatorInfo]) -> list[IndicatorInfo]:
    """Those that measure the records themselves, in a release of linked records: linkage, opt-outs, completeness, in this order."""
    found = [(one.definition.get("measure", {}).get("rule"), one) for one in indicators]
    return [one for rule in _OF_RECORDS for told, one in found if told == rule]


def _coverage(row: Row) -> CoverageInfo:
    values: dict[str, Any] = {name: value for name, value in row.items() if name != "geography_id"}
    return CoverageInfo(geography=BY_ID[row["geography_id"]], **values)


def _masking(rows: list[Row]) -> Iterator[MaskingInfo]:
    """Bounds of each group in each area that counts people of unknown group too, summed up by set of areas and period, newest first."""
    for (geography, _), of_set in groupby(rows, key=lambda row: (row["geography_id"], row["period"])):
        found: dict[str, list[Row]] = {}
        unknown: dict[int, Row] = {}
        for row in of_set:
            if is_unknown(row["stratum"]):
                unknown[row["area_id"]] = row
            else:
                found.setdefault(row["stratum"], []).append(row)
        for group, of_group in sorted(found.items()):
            pairs = [(row, unknown[row["area_id"]]) for row in of_group if row["area_id"] in unknown]
            if pairs:
                yield _summed(BY_ID[geography], group, pairs)


def _summed(geography: Geography, group: str, pairs: list[tuple[Row, Row]]) -> MaskingInfo:
    people, unknown_people = (np.array([pair[at]["denominator"] for pair in pairs], dtype=float) for at in (0, 1))
    # Each count was rounded by itself, so an event more than there are people is the rounding's.
    events, unknown_events = (
        np.minimum([pair[at]["numerator"] for pair in pairs], whole) for at, whole in ((0, people), (1, unknown_people))
    )
    bounds = masking_bounds(events, people=people, unknown_events=unknown_events, unknown_people=unknown_people)
    width = np.nan_to_num(bounds.width)
    return MaskingInfo(
        geography=geography,
        period=pairs[0][0]["period"],
        period_label=pairs[0][0]["period_label"],
        group=group,
        title=pairs[0][0]["title"],
        areas=len(pairs),
        shown=int(bounds.is_shown.sum()),
        width=float(np.median(width)),
        widest=float(width.max()),
    )
