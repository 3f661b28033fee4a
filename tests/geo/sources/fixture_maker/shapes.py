"""Fixtures of geography: square boundaries, centroids, postcodes, rural-urban classes."""

from typing import Any

import pyarrow as pa
from pyproj import Transformer

from tests.geo.sources.fixture_maker import world
from tests.geo.sources.fixture_maker.headed import HEADINGS, Row, field_of, write_csv
from tests.geo.sources.fixture_maker.writing import geojson_bytes, parquet_bytes, write

_TO_GRID = Transformer.from_crs(4326, 27700, always_xy=True)


def make_geography() -> dict[str, int]:
    """Boundaries (squares), centroids, postcodes and rural-urban classes."""
    england = world.pairs()
    rows: dict[str, int] = {}
    for file in (name for name in HEADINGS if name.endswith(".geojson.gz")):
        rows |= _make_boundaries(file, england)
    file = "geography/ons_LSOA21_population_weighted_centroids_original.csv.gz"
    centroids = [
        [n, row["lsoa21_code"], f"00000000-0000-0000-0000-{n:012d}", *_grid(row["number"])] for n, row in enumerate(_lsoa21(england), 1)
    ]
    rows |= write_csv(file, [*centroids, [99, "W01900001", "00000000-0000-0000-0000-000000000099", 250000.5, 300000.5]])
    for file, unit, cells in (
        ("geography/ruc11_lsoa11.csv.gz", "lsoa11_code", ["C1", "Urban", "Urban city and town"]),
        ("geography/ruc21_lsoa21.csv.gz", "lsoa21_code", ["RSF1", "Smaller rural: Further from a major town or city", "Rural"]),
    ):
        codes = [*dict.fromkeys(row[unit] for row in england), "W01900001"]
        rows |= write_csv(file, [[code, *cells] for code in codes])
    return rows | _make_postcodes(england)


def _lsoa21(england: list[Row]) -> list[Row]:
    return list({row["lsoa21_code"]: row for row in england}.values())


def _grid(number: int, shift: float = 0.0) -> list[float]:
    """Easting and northing of the middle of a cell, shifted by so many metres."""
    ring = world.square(number)
    east, north = _TO_GRID.transform((ring[0][0] + ring[1][0]) / 2, (ring[0][1] + ring[2][1]) / 2)
    return [round(east + shift, 4), round(north + shift, 4)]


def _make_boundaries(file: str, england: list[Row]) -> dict[str, int]:
    headings = HEADINGS[file]
    code, name = (next(h for h in headings if h.endswith(end)) for end in ("CD", "NM"))
    shapes: dict[str, tuple[str, list[list[float]]]] = {}
    for row in england:
        if code.startswith("LSOA11"):
            ring = world.square(row["number"])
        elif code.startswith("LSOA21"):
            ring = _ring21(row)
        else:
            ring = world.district_ring((row["number"] - 1) // world.LSOAS_IN_DISTRICT)
        shapes.setdefault(row[field_of(code)], (row[field_of(name)], ring))
    if "_uk_" in file:
        shapes["W06900001"] = ("Aberdwfn", [[-3.9, 52.0], [-3.8, 52.0], [-3.8, 52.1], [-3.9, 52.0]])
    features = [(_properties(headings, number, key, *shape), shape[1]) for number, (key, shape) in enumerate(shapes.items(), start=1)]
    write(file, geojson_bytes(features, crs=None if headings == [code, name] else "EPSG:4326"))
    return {file: len(features)}


def _ring21(row: Row) -> list[list[float]]:
    """The two halves of the split cell; the two merged cells as one; else the cell."""
    ring = world.square(row["number"])
    middle = round((ring[0][0] + ring[1][0]) / 2, 6)
    if row["lsoa21_code"] == "E01900031":
        return [ring[0], [middle, ring[0][1]], [middle, ring[2][1]], ring[3], ring[0]]
    if row["lsoa21_code"] == "E01900032":
        return [[middle, ring[0][1]], ring[1], ring[2], [middle, ring[2][1]], [middle, ring[0][1]]]
    if row["change"] == "M":
        far = world.square(23)
        return [ring[0], far[1], far[2], ring[3], ring[0]]
    return ring


def _properties(headings: list[str], number: int, code: str, name: str, ring: list[list[float]]) -> Row:
    made: Row = {}
    for heading in headings:
        if heading.endswith("CD"):
            made[heading] = code
        elif heading.endswith("NM") or heading == "LSOA11NMW":
            made[heading] = name
        elif heading.endswith("NMW"):
            made[heading] = " "
        else:
            places = {"LONG": ring[0][0], "LAT": ring[0][1], "GlobalID": f"00000000-0000-0000-0000-{number:012d}"}
            made[heading] = places.get(heading, number)
    return made


def _make_postcodes(england: list[Row]) -> dict[str, int]:
    """Three postcodes a neighbourhood; the last of each district has no coordinates."""
    columns: dict[str, list[Any]] = {name: [] for name in HEADINGS["geography/postcodes_england_may2022_lsoa11.parquet"]}
    for row in {row["lsoa11_code"]: row for row in england}.values():
        for n in range(3):
            located = n < 2 or row["number"] % world.LSOAS_IN_DISTRICT
            east, north = _grid(row["number"], shift=100.0 * n)
            unit = f"{row['number'] % 9 + 1}{'ABD'[n]}{chr(65 + row['number'] % 26)}"
            cells = [
                f"ZZ{(row['number'] - 1) // 8 + 1} {unit}",
                "0",
                f"E0090{row['number']:04d}",
                row["lsoa11_code"],
                row["msoa11_code"],
                row["lad22_code"],
            ]
            for name, value in zip(columns, [*cells, int(east) if located else None, int(north) if located else None], strict=True):
                columns[name].append(value)
    types = [pa.large_string()] * 6 + [pa.int32()] * 2
    table = pa.table({name: pa.array(values, kind) for (name, values), kind in zip(columns.items(), types, strict=True)})
    write("geography/postcodes_england_may2022_lsoa11.parquet", parquet_bytes(table))
    return {"geography/postcodes_england_may2022_lsoa11.parquet": table.num_rows}
