"""A made-up square country with many areas, written in bulk: what the engine of findings is put to."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.contrib.gis.geos import MultiPolygon, Polygon

from geo.codes import GEOGRAPHIES
from geo.crs import BRITISH_NATIONAL_GRID
from geo.models import Area, Deprivation, Indicator, Observation, Release
from geo.statuses import Basis, Comparison, Reason, Status
from tests import builders

SIDE = 12
_METRES = 10_000


@dataclass(frozen=True)
class Country:
    """The release with its one indicator, and its areas from south-west to north-east, row after row."""

    release: Release
    indicator: Indicator
    areas: list[Area]


@dataclass(frozen=True)
class Part:
    """Counts of one stratum, shape (areas,), NaN = no figure. dimension: as strata write it; title: of the group."""

    events: np.ndarray
    people: np.ndarray
    dimension: str = ""
    title: str = ""


def a_country(parts: Mapping[str, Part], *, geography: str = "utla23", basis: Basis = Basis.OBSERVED, **definition: object) -> Country:
    """Areas in a square, with deciles of deprivation 1 to 10 in turn, and an observation for each area and stratum that has a figure.

    parts: by slug, `all` among them; one number an area. definition: keys of the indicator's; a share that is good when high, unless said.
    """
    release = builders.a_release(state=Release.State.CHECKED)
    told = {"kind": "counts", "unit": "proportion", "polarity": "high_is_good", "core20plus5": "vaccination", **definition}
    indicator = builders.an_indicator("made-up-uptake", **told)
    areas = _areas(geography, len(parts["all"].people))
    for slug, part in parts.items():
        stratum = builders.a_stratum(slug, dimension=part.dimension, **({"title": part.title} if part.title else {}))
        fields = {
            "release": release,
            "indicator": indicator,
            "period": builders.a_period(),
            "stratum": stratum,
            "geography": areas[0].geography,
        }
        rows = [_observation(area, *counts, fields, told, basis) for area, *counts in zip(areas, part.events, part.people, strict=True)]
        Observation.objects.bulk_create([row for row in rows if row is not None])
        builders.an_availability(
            release=release, indicator=indicator, geography=geography, stratum=slug, areas=len(areas), values=len(areas), basis=basis
        )
    return Country(release, indicator, areas)


def _areas(geography, size):
    known, row = GEOGRAPHIES[geography], builders.a_geography(geography)
    made = []
    for at in range(size):
        east, north = 400_000 + _METRES * (at % SIDE), 200_000 + _METRES * (at // SIDE)
        square = MultiPolygon(Polygon.from_bbox((east, north, east + _METRES, north + _METRES)), srid=BRITISH_NATIONAL_GRID)
        made.append(
            Area(
                geography=row, code=f"{known.prefixes[0] if known.prefixes else 'A'}{at:06d}", vintage=known.vintage, name=f"Made-up {at}",
                feature_id=at + 1, population=1_500, population_year=2020, geometry_27700=square, centroid_27700=square.centroid,
            )
        )  # fmt: skip
    areas = Area.objects.bulk_create(made)
    deprived = [
        Deprivation(area=area, index_version="imd2025", domain="imd", decile=1 + at % 10, rank=at + 1, score=50.0 - at % 10)
        for at, area in enumerate(areas)
    ]
    Deprivation.objects.bulk_create(deprived)
    return areas


def _observation(area, events, people, fields, told, basis):
    """A row with figures, with people alone where the count is NaN (suppressed), or none where neither is known."""
    if np.isnan(people):
        return None
    if np.isnan(events):
        missing = dict.fromkeys(("numerator", "value", "lower", "upper"))
        words = {"status": Status.SUPPRESSED, "comparison": Comparison.NOT_COMPARED, "reason": Reason.SMALL_NUMBERS, "is_reliable": False}
        return Observation(area=area, denominator=people, basis=basis, **missing, **words, **fields)
    share = events / people if people else 0.0
    spread = share * (1 - share) if told["unit"] == "proportion" else share
    half, per = 1.96 * np.sqrt(max(spread, 0) / max(people, 1)), 1.0 if told["unit"] == "proportion" else 100_000.0
    return Observation(
        area=area, numerator=events, denominator=people, value=share * per, lower=(share - half) * per, upper=(share + half) * per,
        status=Status.VALUE, basis=basis, comparison=Comparison.SIMILAR, reason=Reason.NONE, is_reliable=True, **fields,
    )  # fmt: skip
