"""The grain of an indicator in each system: which areas and periods it may be shown by, and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.codes import BY_ID, Geography
from geo.queries.areas import find_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.reading import read


@dataclass(frozen=True)
class GrainInfo:
    """One indicator and part of the people in one system. geography: None where no set of areas is fine enough to show.

    periods: those that are pooled, newest first. reason: in words. tried: each step up to it, with its areas and how many are reliable.
    """

    indicator: str
    stratum: str
    system_code: str
    system_name: str
    system_vintage: int
    geography: Geography | None
    periods: tuple[str, ...]
    reason: str
    tried: tuple[Mapping[str, Any], ...]


def list_grains(release: ReleaseInfo, *, indicator: IndicatorInfo | None = None, system: str | None = None) -> tuple[GrainInfo, ...]:
    """Grains by indicator and system. Raises UnknownArea for a system that is no area."""
    systems = [area.id for area in find_areas(system, parameter="system")] if system else None
    rows = read("queries/grains", {"release": release.id, "indicator": indicator.id if indicator else None, "systems": systems})
    return tuple(
        GrainInfo(
            indicator=row["indicator"],
            stratum=row["stratum"],
            system_code=row["system_code"],
            system_name=row["system_name"],
            system_vintage=row["system_vintage"],
            geography=BY_ID[row["geography_id"]] if row["geography_id"] else None,
            periods=tuple(_parsed(row["periods"])),
            reason=row["reason"],
            tried=tuple(_parsed(row["parameters"]).get("tried", ())),
        )
        for row in rows
    )


def _parsed(column: Any) -> Any:
    return json.loads(column) if isinstance(column, str) else column
