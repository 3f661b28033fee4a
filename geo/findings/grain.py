"""The grain of every indicator in every system of a release: its steps read from the release, chosen by geo.disclosure.grain."""

from collections import defaultdict
from typing import Any

from django.db import connection

from geo.codes import BY_ID, GEOGRAPHIES
from geo.disclosure.grain import REGISTERED_LEVELS, RESIDENT_LEVELS, Step, choose_grain
from geo.findings.slices import Slice
from geo.models import Grain, Period, Release
from geo.sqlfiles import statement

# Systems of which a grain is told: boards of either year, and England.
_SYSTEMS = ("icb26", "icb23", "ctry23")
_DAYS_OF_YEAR = 366


def choose_grains(release: Release, slices: list[Slice]) -> list[Grain]:
    """A row for each indicator, stratum and system, not yet stored. Levels of the closed lists take part, in each vintage that there is."""
    part_of = {
        (part.indicator_id, part.stratum_id, part.geography_id): part
        for part in slices
        if part.geography.area_type in {*RESIDENT_LEVELS, *REGISTERED_LEVELS}
    }
    periods = Period.objects.in_bulk()
    steps: dict[tuple[int, int, int], list[Step]] = defaultdict(list)
    for indicator, stratum, geography, system, areas, reliable in _counted(release, list(part_of.values())):
        period = periods[part_of[indicator, stratum, geography].period_id]
        years = max(1, round((period.end - period.start).days / _DAYS_OF_YEAR))
        kind = BY_ID[geography]
        steps[indicator, stratum, system].append(Step(kind.slug, kind.area_type, (period.slug,), years, areas, reliable))
    return [_row(release, key, found) for key, found in sorted(steps.items())]


def _row(release: Release, key: tuple[int, int, int], steps: list[Step]) -> Grain:
    # Of two vintages of a level the newer is tried first.
    chosen = choose_grain(sorted(steps, key=lambda step: -GEOGRAPHIES[step.geography].vintage))
    indicator, stratum, system = key
    return Grain(
        release=release,
        indicator_id=indicator,
        stratum_id=stratum,
        system_id=system,
        geography_id=GEOGRAPHIES[chosen.step.geography].id if chosen.step else None,
        periods=list(chosen.step.periods) if chosen.step else [],
        reason=chosen.reason,
        parameters={"tried": [{"geography": step.geography, "areas": step.areas, "reliable": step.reliable} for step in chosen.tried]},
    )


def _counted(release: Release, slices: list[Slice]) -> list[tuple[int, ...]]:
    values: dict[str, Any] = {
        "release": release.id,
        "indicators": [part.indicator_id for part in slices],
        "geographies": [part.geography_id for part in slices],
        "periods": [part.period_id for part in slices],
        "strata": [part.stratum_id for part in slices],
        "systems": [GEOGRAPHIES[slug].id for slug in _SYSTEMS],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("findings/grain"), values)
        return list(cursor.fetchall())
