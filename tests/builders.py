"""Small makers of rows with valid defaults: a test says only what it is about. Each needs the database."""

from itertools import count
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection
from psycopg import sql

from geo import codes
from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR
from geo.models import (
    Area,
    AreaBuild,
    AreaLink,
    Availability,
    Deprivation,
    Detection,
    Estimate,
    Finding,
    FindingArea,
    Geography,
    Grain,
    Indicator,
    Observation,
    Period,
    Postcode,
    Release,
    Site,
    SourceLoad,
    Stratum,
    TravelModel,
)
from geo.periods import parse_period
from geo.planning.travel_model import LEAST_PACE
from geo.statuses import Basis, Comparison, Reason, Status

_number = count(1)
# A corner of a field in Oxfordshire, from which made-up areas are laid out eastwards, 1 km each (EPSG:27700, metres).
_EAST, _NORTH, _SIDE = 440_000, 200_000, 1_000


def a_geography(slug: str = "lsoa21") -> Geography:
    """The row of a known geography (they are all there after migrating)."""
    known = codes.GEOGRAPHIES[slug]
    return Geography.objects.get_or_create(
        id=known.id, defaults={"slug": known.slug, "area_type": known.area_type, "vintage": known.vintage}
    )[0]


def a_square(place: int = 1, *, side: float = _SIDE) -> MultiPolygon:
    """A square in EPSG:27700; `place` 1, 2, 3 … lie side by side from west to east."""
    west = _EAST + (place - 1) * _SIDE
    return MultiPolygon(Polygon.from_bbox((west, _NORTH, west + side, _NORTH + side)), srid=BRITISH_NATIONAL_GRID)


def an_area(code: str = "", *, geography: str = "lsoa21", **fields: Any) -> Area:
    """An area with a square shape; its code follows the type's prefix, its feature_id is the next free one."""
    row = a_geography(geography)
    known = codes.GEOGRAPHIES[geography]
    feature_id = fields.pop("feature_id", Area.objects.filter(geography=row).count() + 1)
    code = code or (f"{known.prefixes[0]}{990_000 + feature_id}" if known.prefixes else f"A{80_000 + feature_id}")
    shape = fields.pop("geometry_27700", a_square(feature_id))
    values: dict[str, Any] = {
        "vintage": known.vintage,
        "name": f"Made-up {known.singular} {feature_id}",
        "population": 1_500,
        "population_year": 2020,
        "geometry_27700": None if known.is_point else shape,
        "geometry_3857": None if known.is_point or shape is None else shape.transform(WEB_MERCATOR, clone=True),
        "centroid_27700": shape.centroid if shape is not None else None,
    }
    return Area.objects.create(geography=row, code=code, feature_id=feature_id, **{**values, **fields})


def a_link(child: Area, parent: Area, kind: str = "within", **fields: Any) -> AreaLink:
    """The child lies in the parent, unless said otherwise."""
    return AreaLink.objects.create(child=child, parent=parent, kind=kind, **fields)


def a_deprivation(area: Area, **fields: Any) -> Deprivation:
    """The area's place on the overall index of its vintage: decile 1, the most deprived."""
    version = "imd2025" if area.vintage >= 2021 else "imd2019"
    values = {"index_version": version, "domain": "imd", "score": 60.0, "rank": 1, "decile": 1}
    return Deprivation.objects.create(area=area, **{**values, **fields})


def a_postcode(postcode: str, *, lsoa11: Area, lsoa21: Area | None = None, **fields: Any) -> Postcode:
    """A live postcode in the middle of the first field."""
    values = {"easting": _EAST + 500, "northing": _NORTH + 500}
    return Postcode.objects.create(postcode=postcode, lsoa11=lsoa11, lsoa21=lsoa21, **{**values, **fields})


def a_travel_model(*, start: float = 5.0, pace: float = 2.0, **fields: Any) -> TravelModel:
    """A model of road minutes: so many to begin with, and so many a kilometre, wherever one is; half of each by either end."""
    weights = [[start / 2] * 4, *([[(pace - LEAST_PACE) / 2] * 4] * 6)]
    flat = [weight for row in weights for weight in row]
    error = {"trips": 1_000, "mean_absolute": 4.0, "root_mean_square": 5.0}
    values = {"mode": "modelled drive", "source": "made up", "weights": flat, "beyond": pace, "error": error, "densities": b""}
    return TravelModel.objects.create(digest=f"{next(_number):064}", **{**values, **fields})


def a_site(kind: str = "school", **fields: Any) -> Site:
    """A place on the map; a school unless said otherwise."""
    number = next(_number)
    point = Point(_EAST + 500, _NORTH + 500, srid=BRITISH_NATIONAL_GRID).transform(WEB_MERCATOR, clone=True)
    values = {"code": f"S{number}", "name": f"Made-up {kind} {number}", "feature_id": number, "point_3857": point}
    return Site.objects.create(kind=kind, **{**values, **fields})


def a_source_load(slug: str = "made-up-source", **fields: Any) -> SourceLoad:
    """A successful, current load from the mirror."""
    values = {"sha256": "0" * 64, "state": "loaded", "origin": "mirror", "is_current": True, "rows_in": 1}
    return SourceLoad.objects.create(slug=slug, **{**values, **fields})


def an_area_build(**fields: Any) -> AreaBuild:
    """That areas were made of what is loaded; whoever remembers areas asks for them again."""
    return AreaBuild.objects.create(**{"digest": f"made-up-{next(_number)}", **fields})


def a_release(slug: str = "", **fields: Any) -> Release:
    """A release under construction, with its partition of observations."""
    release = Release.objects.create(slug=slug or f"made-up-{next(_number)}", **fields)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TABLE {} PARTITION OF geo_observation FOR VALUES IN ({})").format(
                sql.Identifier(f"geo_observation_{release.id}"), sql.Literal(release.id)
            )
        )
    return release


def a_current_release(slug: str = "", **fields: Any) -> Release:
    """The published release that readers get."""
    return a_release(slug, **{"state": Release.State.PUBLISHED, "is_current": True, **fields})


def an_indicator(slug: str = "cervical-coverage-25-49", **definition: Any) -> Indicator:
    """An indicator of proportions where high is good; keywords override keys of its definition."""
    values = {
        "slug": slug,
        "version": 1,
        "title": "Made-up coverage, ages 25 to 49",
        "short_title": "Made-up coverage",
        "description": "A made-up share.",
        "core20plus5": "cancer",
        "setting": "gp",
        "kind": "counts",
        "numerator": "people screened",
        "denominator": "people eligible",
        "population_base": "registered",
        "unit": "proportion",
        "decimals": 1,
        "polarity": "high_is_good",
        "method": "wilson",
        "basis_note": "",
        "part_of_imd": False,
        "targets": [],
        "sources": ["made-up-source"],
        "caveats": [],
        "strata": ["all"],
        "status": "checked",
        "authored_by": "HIID maintainers",
        "date_reviewed": "2026-01-01",
        "next_review": "2027-01-01",
    }
    return Indicator.objects.create(slug=slug, definition={**values, **definition}, sha256="0" * 64)


def a_period(slug: str = "2021-22") -> Period:
    """The row of a period that is written so."""
    period = parse_period(slug)
    defaults = {"kind": period.kind, "label": period.label, "start": period.start, "end": period.end}
    return Period.objects.get_or_create(slug=slug, defaults=defaults)[0]


def a_stratum(slug: str = "all", **fields: Any) -> Stratum:
    """Everybody, or a made-up part of the people."""
    if found := Stratum.objects.filter(slug=slug).first():
        return found
    number = 0 if slug == "all" else 1 + max(Stratum.objects.values_list("id", flat=True), default=0)
    return Stratum.objects.create(id=number, slug=slug, **{"title": slug.replace("-", " ").capitalize(), **fields})


def an_observation(area: Area, *, release: Release, indicator: Indicator, **fields: Any) -> Observation:
    """70 of 100 people, observed, with limits, as good as England; `period` and `stratum` may be slugs."""
    period, stratum = fields.pop("period", "2021-22"), fields.pop("stratum", "all")
    values: dict[str, Any] = {
        "numerator": 70.0,
        "denominator": 100.0,
        "value": 0.7,
        "lower": 0.6042,
        "upper": 0.7811,
        "coverage": None,
        "status": Status.VALUE,
        "basis": Basis.OBSERVED,
        "comparison": Comparison.SIMILAR,
        "reason": Reason.NONE,
        "is_reliable": True,
    }
    return Observation.objects.create(
        release=release,
        indicator=indicator,
        geography=area.geography,
        area=area,
        period=a_period(period) if isinstance(period, str) else period,
        stratum=a_stratum(stratum) if isinstance(stratum, str) else stratum,
        **{**values, **fields},
    )


def a_missing_observation(area: Area, *, release: Release, indicator: Indicator, **fields: Any) -> Observation:
    """No value, and the reason: the unit did not report."""
    absent = dict.fromkeys(("numerator", "denominator", "value", "lower", "upper"))
    words = {"status": Status.MISSING, "comparison": Comparison.NOT_COMPARED, "reason": Reason.NOT_REPORTED, "is_reliable": False}
    return an_observation(area, release=release, indicator=indicator, **{**absent, **words, **fields})


def an_availability(*, release: Release, indicator: Indicator, geography: str = "lsoa21", **fields: Any) -> Availability:
    """Says that the release has this indicator for a geography and period; sums and breaks of a single area with 70 of 100."""
    period, stratum = fields.pop("period", "2021-22"), fields.pop("stratum", "all")
    values: dict[str, Any] = {
        "areas": 1,
        "values": 1,
        "numerator": 70.0,
        "denominator": 100.0,
        "minimum": 0.7,
        "median": 0.7,
        "maximum": 0.7,
        "breaks": [0.5, 0.6, 0.7],
        "basis": Basis.OBSERVED,
    }
    return Availability.objects.create(
        release=release,
        indicator=indicator,
        geography=a_geography(geography),
        period=a_period(period),
        stratum=a_stratum(stratum),
        **{**values, **fields},
    )


def a_detection(*, release: Release, indicator: Indicator, geography: str = "lsoa21", **fields: Any) -> Detection:
    """Priority areas were looked for in a slice, adjusted for nothing, and some were found; `period` and `stratum` may be slugs."""
    values: dict[str, Any] = {
        "kind": "priority",
        "state": "found",
        "method": "Made up.",
        "parameters": {"confidence": 0.95, "multiplier": 1.0},
        "tested": 12,
    }
    return Detection.objects.create(
        **_a_slice(fields), release=release, indicator=indicator, geography=a_geography(geography), **{**values, **fields}
    )


def a_refusal(*, release: Release, indicator: Indicator, **fields: Any) -> Detection:
    """Hot spots were asked for in a slice, and the question was refused."""
    words = {"kind": "hot_spot", "state": "refused", "reason": "modelled", "explanation": "Made up.", "method": "", "tested": 0}
    return a_detection(release=release, indicator=indicator, **{**words, **fields})


def a_finding(detection: Detection, area: Area | None = None, *, members: tuple[Area, ...] = (), **fields: Any) -> Finding:
    """50 of 100 people where 70 were expected, worse; of this area, or of `members` (a window, whose centre the area is)."""
    number = next(_number)
    values: dict[str, Any] = {
        "key": f"{number:016x}",
        "rank": number,
        "direction": "low",
        "is_worse": True,
        "people": 20.0,
        "people_lower": 2.0,
        "people_upper": 38.0,
        "value": 0.5,
        "lower": 0.41,
        "upper": 0.59,
        "expected": 0.7,
        "effect": 0.71,
        "p": 0.0001,
        "q": 0.001,
        "sentence": "Made up: 50 % where 70 % is expected.",
        "why": [{"label": "Counted", "words": "50 of 100."}],
    }
    finding = Finding.objects.create(detection=detection, area=area, **{**values, **fields})
    for member in members or ((area,) if area else ()):
        FindingArea.objects.create(finding=finding, area=member)
    return finding


def an_estimate(area: Area, *, release: Release, indicator: Indicator, **fields: Any) -> Estimate:
    """70 of 100 expected, 55 % after shrinkage, surely worse, in a cold spot that q of 2 % confirms."""
    values: dict[str, Any] = {
        "expected": 70.0,
        "shrunken": 0.55,
        "shrunken_lower": 0.47,
        "shrunken_upper": 0.63,
        "exceedance": 0.99,
        "reliability": 0.8,
        "z": -3.0,
        "p": 0.002,
        "q": 0.02,
        "spot": -1,
        "in_window": False,
        "funnel": -3,
    }
    return Estimate.objects.create(
        **_a_slice(fields), release=release, indicator=indicator, geography=area.geography, area=area, **{**values, **fields}
    )


def a_grain(system: Area, *, release: Release, indicator: Indicator, geography: str | None = "lsoa21", **fields: Any) -> Grain:
    """Every neighbourhood of the system is reliable in the newest period; `geography=None` where nothing is."""
    tried = [{"geography": geography or "lsoa21", "areas": 12, "reliable": 12 if geography else 0}]
    values = {"periods": ["2021-22"] if geography else [], "reason": "Made up.", "parameters": {"tried": tried}}
    stratum = fields.pop("stratum", "all")
    return Grain.objects.create(
        release=release,
        indicator=indicator,
        system=system,
        stratum=a_stratum(stratum) if isinstance(stratum, str) else stratum,
        geography=a_geography(geography) if geography else None,
        **{**values, **fields},
    )


def _a_slice(fields: dict[str, Any]) -> dict[str, Any]:
    """Period and stratum, taken out of the fields; slugs become rows."""
    period, stratum = fields.pop("period", "2021-22"), fields.pop("stratum", "all")
    return {
        "period": a_period(period) if isinstance(period, str) else period,
        "stratum": a_stratum(stratum) if isinstance(stratum, str) else stratum,
    }
