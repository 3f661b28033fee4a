"""A made-up country of linked records in the database: counts that went through the rule of Hospital Episode Statistics at every level."""

from dataclasses import dataclass

import numpy as np
from django.contrib.gis.geos import MultiPolygon, Polygon

from geo.codes import GEOGRAPHIES
from geo.crs import BRITISH_NATIONAL_GRID
from geo.disclosure.policies import load_policy
from geo.disclosure.rules import publish
from geo.models import Area, AreaLink, Deprivation, Indicator, Observation, Release
from geo.statuses import Basis, Comparison, Reason, Status
from tests import builders

POLICY = load_policy("hes")
PER_MSOA, PER_LAD, METRES = 6, 30, 1_000
PEOPLE = 1_600
LEVELS = ("lsoa21", "msoa21", "lad24", "ctry23")


@dataclass(frozen=True)
class ProtectedCountry:
    """areas: codes of neighbourhoods in order; exact: events of each; parts: by level, which area of it each neighbourhood is in."""

    release: Release
    indicator: Indicator
    codes: list[str]
    exact: np.ndarray
    people: np.ndarray
    parts: dict[str, np.ndarray]


def a_protected_country(events, people=None, **definition) -> ProtectedCountry:
    """Neighbourhoods in a row, six in an MSOA, five of these in a district; a current synthetic release with one indicator of them."""
    events = np.asarray(events, dtype=float)
    people = np.full(len(events), float(PEOPLE)) if people is None else np.asarray(people, dtype=float)
    builders.an_area_build()
    release = builders.a_current_release(is_synthetic=True)
    told = {"policy": {"numerator": "hes", "denominator": "hes"}, "sources": ["linked-records"], "unit": "per_100k", "method": "byar"}
    indicator = builders.an_indicator("linked-made-up", **{**told, "kind": "counts", "polarity": "low_is_good", **definition})
    places = np.arange(len(events))
    parts = {"lsoa21": places, "msoa21": places // PER_MSOA, "lad24": places // PER_LAD, "ctry23": places * 0}
    areas = {level: _areas(level, parts[level]) for level in LEVELS}
    Deprivation.objects.bulk_create(
        Deprivation(area=area, index_version="imd2025", domain="imd", decile=1 + at % 10, rank=at + 1, score=1.0)
        for at, area in enumerate(areas["lsoa21"])
    )
    for level in LEVELS[1:]:
        links = [
            AreaLink(child=child, parent=areas[level][part], kind="within")
            for child, part in zip(areas["lsoa21"], parts[level], strict=True)
        ]
        AreaLink.objects.bulk_create(links)
    for level in LEVELS:
        _observe(release, indicator, areas[level], np.bincount(parts[level], events), np.bincount(parts[level], people))
        builders.an_availability(release=release, indicator=indicator, geography=level, areas=len(areas[level]), values=len(areas[level]))
    return ProtectedCountry(release, indicator, [area.code for area in areas["lsoa21"]], events, people, parts)


def _areas(level, parts):
    known, row = GEOGRAPHIES[level], builders.a_geography(level)
    width = np.bincount(parts)
    made, east = [], 400_000
    for at, wide in enumerate(width):
        square = MultiPolygon(Polygon.from_bbox((east, 200_000, east + METRES * wide, 200_000 + METRES)), srid=BRITISH_NATIONAL_GRID)
        east += METRES * wide
        code = "E92000001" if level == "ctry23" else f"{known.prefixes[0]}{at:06d}"
        made.append(
            Area(
                geography=row, code=code, vintage=known.vintage, name=f"Made-up {level} {at}", feature_id=at + 1,
                population=PEOPLE * int(wide), population_year=2021, geometry_27700=square, centroid_27700=square.centroid,
            )
        )  # fmt: skip
    return Area.objects.bulk_create(made)


def _observe(release, indicator, areas, events, people):
    shown, _, _ = publish(events, POLICY)
    counted, _, _ = publish(people, POLICY)
    of = {"release": release, "indicator": indicator, "period": builders.a_period(), "stratum": builders.a_stratum()}
    words = {"basis": Basis.OBSERVED, "comparison": Comparison.NOT_COMPARED, "is_reliable": True}
    rows = []
    for area, count, those in zip(areas, shown, counted, strict=True):
        is_hidden = np.isnan(count)
        value = None if is_hidden else count / those * 100_000
        status = Status.SUPPRESSED if is_hidden else Status.ZERO if count == 0 else Status.VALUE
        rows.append(
            Observation(
                area=area, geography=area.geography, numerator=None if is_hidden else count, denominator=those, value=value, status=status,
                reason=Reason.SMALL_NUMBERS if is_hidden else Reason.NONE, **of, **words,
            )
        )  # fmt: skip
    Observation.objects.bulk_create(rows)
