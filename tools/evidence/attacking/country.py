"""Protected systems in an empty database: one release with an indicator for each, on the same areas."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.utils import timezone
from psycopg import sql

from geo.codes import GEOGRAPHIES
from geo.crs import BRITISH_NATIONAL_GRID
from geo.models import Area, AreaLink, Availability, Indicator, Observation, Period, Release, SourceLoad, Stratum
from geo.statuses import Basis, Comparison, Reason, Status
from tools.evidence.disclosure import IN_DISTRICT, IN_PARENT

_METRES, _RESIDENTS, _ROW = 500, 1_650, 60
_PREFIXES = {"lsoa21": "E01", "msoa21": "E02", "lad24": "E07", "ctry23": "E92"}


def load_systems(tables: Mapping[float, pa.Table]) -> dict[float, str]:
    """Write protected tables (of tools.evidence.disclosure.a_system) as the current release. Gives the indicator of each mean."""
    SourceLoad.objects.create(slug="made-up", state="loaded", is_current=True)
    release = Release.objects.create(
        slug="attacked-synthetic", state="published", is_current=True, is_synthetic=True, published_at=timezone.now()
    )
    with connection.cursor() as cursor:
        name = sql.Identifier(f"geo_observation_{release.pk}")
        cursor.execute(sql.SQL("CREATE TABLE {} PARTITION OF geo_observation FOR VALUES IN ({})").format(name, sql.Literal(release.pk)))
    period = Period.objects.create(slug="2021-22", kind="year", label="2021 to 2022", start="2021-04-01", end="2022-03-31")
    everybody = Stratum.objects.get_or_create(id=0, defaults={"slug": "all", "title": "Everybody"})[0]
    areas = _areas(sum(name == "lsoa21" for name in next(iter(tables.values()))["geography"].to_pylist()))
    slugs = {}
    for mean, table in tables.items():
        slug = f"linked-mean-{mean:g}".replace(".", "-")
        indicator = Indicator.objects.create(slug=slug, definition=_definition(slug), sha256="0" * 64)
        of = {"release": release, "indicator": indicator, "period": period, "stratum": everybody}
        Observation.objects.bulk_create([_observation(row, areas, of) for row in table.to_pylist()], batch_size=2_000)
        for geography, mine in areas.items():
            counted = {"areas": len(mine), "values": len(mine), "basis": Basis.OBSERVED}
            Availability.objects.create(**of, geography_id=GEOGRAPHIES[geography].id, **counted)
        slugs[mean] = slug
    return slugs


def _definition(slug: str) -> dict[str, object]:
    told = {"slug": slug, "title": slug, "unit": "per_100k", "kind": "counts", "method": "byar", "polarity": "low_is_good", "decimals": 0}
    return {**told, "policy": {"numerator": "hes", "denominator": "hes"}, "sources": ["linked-records"], "family": "linked"}


def _areas(size: int) -> dict[str, list[Area]]:
    """Squares side by side, five in an MSOA and 30 of these in a district, as the systems have them."""
    places = np.arange(size)
    parts = {"lsoa21": places, "msoa21": places // IN_PARENT, "lad24": places // (IN_PARENT * IN_DISTRICT), "ctry23": places * 0}
    found = {}
    for geography, part in parts.items():
        many = np.bincount(part)
        found[geography] = Area.objects.bulk_create(
            [
                Area(
                    geography_id=GEOGRAPHIES[geography].id, vintage=GEOGRAPHIES[geography].vintage, name=f"{geography} {at}",
                    code="E92000001" if geography == "ctry23" else f"{_PREFIXES[geography]}{at:06d}",
                    feature_id=at + 1, population=_RESIDENTS * int(count), **(_place(at) if geography == "lsoa21" else {}),
                )
                for at, count in enumerate(many)
            ]
        )  # fmt: skip
    for geography in ("msoa21", "lad24", "ctry23"):
        pairs = zip(found["lsoa21"], parts[geography], strict=True)
        AreaLink.objects.bulk_create(AreaLink(child=child, parent=found[geography][at], kind="within") for child, at in pairs)
    return found


def _place(at: int) -> dict[str, object]:
    west, south = 400_000 + at % _ROW * _METRES, 200_000 + at // _ROW * _METRES
    square = MultiPolygon(Polygon.from_bbox((west, south, west + _METRES, south + _METRES)), srid=BRITISH_NATIONAL_GRID)
    return {"geometry_27700": square, "centroid_27700": square.centroid}


def _observation(row: Mapping[str, object], areas: Mapping[str, list[Area]], of: Mapping[str, object]) -> Observation:
    """A row of the protected table as a release holds it: of a withheld count nothing but why, and that it is small where that is told."""
    geography = str(row["geography"])
    area = areas[geography][int(str(row["area"]).rpartition("-")[2])]
    count, people = row["numerator"], row["denominator"]
    reason = Reason.NONE if count is not None else Reason.SMALL_NUMBERS if row["reason"] == "small_numbers" else Reason.WITHHELD
    return Observation(
        **of, area=area, geography_id=area.geography_id, numerator=count, denominator=people,
        value=None if count is None or not people else float(str(count)) / float(str(people)) * 100_000,
        status=Status.SUPPRESSED if count is None else Status.VALUE if count else Status.ZERO,
        basis=Basis.OBSERVED, comparison=Comparison.NOT_COMPARED, reason=reason, is_reliable=False,
    )  # fmt: skip
