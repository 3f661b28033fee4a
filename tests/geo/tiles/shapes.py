"""Made-up areas with everything that goes wrong in tiles, and the loading of real ones."""

import gzip

import numpy as np
import pyogrio
import shapely
from django.db import connection

from geo.codes import GEOGRAPHIES
from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR, WGS84
from geo.geography.boundaries import read_wkb, reproject, to_ewkb, to_multipolygons

# Near Oxford, in degrees; a degree of longitude is some 68 km here.
WEST, SOUTH = -1.3, 51.7


def awkward_shapes():
    """Multi-polygons in degrees: plain, holed, islands, sliver, tiny, minute, comb, one large with the others around it."""
    box = shapely.box
    return np.array(
        [
            box(WEST, SOUTH, WEST + 0.05, SOUTH + 0.05),
            box(WEST + 0.05, SOUTH, WEST + 0.1, SOUTH + 0.05) - box(WEST + 0.06, SOUTH + 0.01, WEST + 0.09, SOUTH + 0.04),
            box(WEST + 0.06, SOUTH + 0.01, WEST + 0.09, SOUTH + 0.04),
            shapely.union_all([box(WEST + step / 10, SOUTH + 0.2, WEST + step / 10 + 0.01, SOUTH + 0.21) for step in range(6)]),
            box(WEST, SOUTH + 0.1, WEST + 0.6, SOUTH + 0.10001),
            box(WEST + 0.3, SOUTH + 0.15, WEST + 0.30001, SOUTH + 0.15001),
            shapely.Polygon([(WEST + 0.4, SOUTH), (WEST + 0.4000001, SOUTH), (WEST + 0.4, SOUTH + 0.0000001)]),
            shapely.union_all([box(WEST + 0.2 + i * 0.002, SOUTH, WEST + 0.2 + i * 0.002 + 0.001, SOUTH + 0.1) for i in range(9)]),
            box(-3, 52, 1, 54) - shapely.Point(-1, 53).buffer(0.3),
        ],
        dtype=object,
    )


def real_shapes(mirror, slug):
    """Codes and shapes in degrees of a published LSOA file."""
    path = mirror / "geography" / f"{slug}_england_supergeneralised.geojson.gz"
    meta, _, shapes, columns = pyogrio.raw.read(gzip.decompress(path.read_bytes()))
    codes = dict(zip(meta["fields"], columns, strict=True))[f"{slug.upper()}CD"]
    order = np.argsort(codes)
    return [str(code) for code in codes[order]], to_multipolygons(read_wkb(shapes[order]))


def store(slug, codes, shapes):
    """Put areas of one geography into the table, ids in the order given."""
    place = GEOGRAPHIES[slug]
    grid, web = (to_multipolygons(reproject(shapes, source=WGS84, target=srid)) for srid in (BRITISH_NATIONAL_GRID, WEB_MERCATOR))
    columns = "geography_id, code, vintage, name, other_name, ods_code, feature_id, geometry_27700, geometry_3857"
    rows = zip(codes, to_ewkb(grid, srid=BRITISH_NATIONAL_GRID), to_ewkb(web, srid=WEB_MERCATOR), strict=True)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY geo_area ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int2", "text", "int2", "text", "text", "text", "int4", "bytea", "bytea"])
            for number, (code, shape_27700, shape_3857) in enumerate(rows, start=1):
                copy.write_row((place.id, code, place.vintage, f"Made-up {number}", "", "", number, shape_27700, shape_3857))
        cursor.execute("ANALYZE geo_area")


def stored_shapes(slug):
    """Feature ids, codes and shapes (EPSG:3857) as they stand in the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT feature_id, code, ST_AsBinary(geometry_3857) FROM geo_area WHERE geography_id = %s ORDER BY feature_id",
            [GEOGRAPHIES[slug].id],
        )
        ids, codes, shapes = zip(*cursor.fetchall(), strict=True)
    return ids, codes, shapely.from_wkb([bytes(shape) for shape in shapes])


def awkward(slug="lsoa21", *, skip=0):
    """Store the awkward areas (without the last `skip`)."""
    shapes = awkward_shapes()
    shapes = to_multipolygons(shapes[: len(shapes) - skip])
    store(slug, [f"E0199{number:04d}" for number in range(1, len(shapes) + 1)], shapes)
