"""A made-up country of a few squares in staging, in the shapes that the adapters give, for tests of what is made from it.

LSOA 2011: E01000901 (unchanged), E01000902 (split in two), E01000903 and E01000904 (merged). Each square is 0.01 degrees wide.
"""

from types import SimpleNamespace

import pyarrow as pa
import shapely

from geo.releases.areas_ages import BANDS
from geo.releases.staging import load_tables

WEST, SOUTH, SIDE = -1.5, 52.0, 0.01
OLD = ["E01000901", "E01000902", "E01000903", "E01000904"]
NEW = ["E01000901", "E01000905", "E01000906", "E01000907"]


def square(place: float, width: float = 1.0) -> bytes:
    west = WEST + place * SIDE
    return shapely.to_wkb(shapely.box(west, SOUTH, west + width * SIDE, SOUTH + SIDE))


def tables() -> dict[str, pa.Table]:
    """Every table, by name; a test may change or leave out some before putting them in."""
    return {**_shapes(), **_older_and_smaller(), **_health_systems_and_change(), **_postcodes_and_places()}


def _shapes() -> dict[str, pa.Table]:
    centroids = {"lsoa21_code": NEW, "easting": [434_400.0, 434_900.0, 435_300.0, 436_100.0], "northing": [234_000.0] * 4}
    return {
        "lsoa11_boundaries": pa.table({"code": OLD, "name": [f"Madeup 001{c}" for c in "ABCD"], "geometry": [square(i) for i in range(4)]}),
        "lsoa21_boundaries": pa.table(
            {
                "code": NEW,
                "name": [f"Madeup 001{c}" for c in "AEFG"],
                "geometry": [square(0), square(1, 0.5), square(1.5, 0.5), square(2, 2)],
            }
        ),
        "rgn23_boundaries": pa.table({"code": ["E12000009"], "name": ["Made-up Region"], "geometry": [square(0, 4)]}),
        "lsoa21_centroids": pa.table(centroids),
    }


def _older_and_smaller() -> dict[str, pa.Table]:
    return {
        "lsoa11_msoa11": pa.table(
            {
                "lsoa11_code": OLD,
                "msoa11_code": ["E02000901"] * 2 + ["E02000902"] * 2,
                "msoa11_name": ["Madeup 001"] * 2 + ["Madeup 002"] * 2,
            }
        ),
        "lsoa11_ccg21_stp21_lad21": pa.table({"lsoa11_code": OLD, "lad21_code": ["E07000901"] * 4, "lad21_name": ["Madeup"] * 4}),
        "lad21_rgn21": pa.table({"lad21_code": ["E07000901"], "rgn21_code": ["E12000009"]}),
        "mid2020_population": pa.table({"lsoa11_code": OLD, "total_population": [1000, 2000, 1500, 1500]}),
        "lsoa21_msoa21": pa.table(
            {
                "lsoa21_code": NEW,
                "msoa21_code": ["E02000901"] * 3 + ["E02000902"],
                "msoa21_name": ["Madeup 001"] * 3 + ["Madeup 002"],
                "msoa21_other_name": ["Oldtown"] * 3 + ["Newtown"],
            }
        ),
        "lsoa21_ward24_lad24": pa.table(
            {
                "lsoa21_code": NEW,
                "ward24_code": ["E05000901"] * 2 + ["E05000902"] * 2,
                "ward24_name": ["North"] * 2 + ["South"] * 2,
                "lad24_code": ["E07000901"] * 4,
                "lad24_name": ["Madeup"] * 4,
            }
        ),
    }


def _health_systems_and_change() -> dict[str, pa.Table]:
    return {
        "lsoa21_icb24": pa.table(
            {
                "lsoa21_code": NEW,
                "sicbl24_code": ["E38000901"] * 4,
                "sicbl24_name": ["NHS Madeup - 01X"] * 4,
                "sicbl24_ods_code": ["01X"] * 4,
                "icb24_code": ["E54000901"] * 4,
                "icb24_name": ["NHS Madeup"] * 4,
                "icb24_ods_code": ["QXX"] * 4,
            }
        ),
        "lsoa21_icb26": pa.table({"lsoa21_code": NEW, "icb26_code": ["E54000911"] * 3 + ["E54000912"]}),
        "icb_2026": pa.table({"icb26_code": ["E54000911", "E54000912"], "icb26_name": ["One", "Two"], "icb26_ods_code": ["QXY", "QXZ"]}),
        "lad24_rgn24": pa.table({"lad24_code": ["E07000901"], "rgn24_code": ["E12000009"]}),
        "lad23_utla23": pa.table({"lad23_code": ["E07000901"], "utla23_code": ["E10000901"], "utla23_name": ["Madeupshire"]}),
        "census2021_age_lsoa21": _ages([1100, 600, 1800, 3200]),
        "lsoa11_lsoa21_lad22": pa.table(
            {
                "lsoa11_code": [OLD[0], OLD[1], OLD[1], OLD[2], OLD[3]],
                "lsoa21_code": [NEW[0], NEW[1], NEW[2], NEW[3], NEW[3]],
                "change": ["U", "S", "S", "M", "M"],
                "lad22_code": ["E07000901"] * 5,
            }
        ),
    }


def _ages(people: list[int]) -> pa.Table:
    """Residents by five-year band: a twentieth in each, and the rest in the oldest."""
    bands = {name: [count // 20 for count in people] for name in BANDS[:-1]}
    oldest = [count - 17 * (count // 20) for count in people]
    return pa.table({"lsoa21_code": NEW, "total": people, **bands, BANDS[-1]: oldest})


def _postcodes_and_places() -> dict[str, pa.Table]:
    return {
        "postcodes_2022": pa.table(
            {
                "postcode": ["ZZ1 1AA", "ZZ1 1AB", "ZZ1 1AC", "ZZ1 1AD", "ZZ2 1AA"],
                "lsoa11_code": [OLD[0], OLD[1], OLD[1], OLD[1], OLD[3]],
                "easting": pa.array([434_400, 434_950, 435_250, None, 436_000], pa.int32()),
                "northing": pa.array([234_000, 234_000, 234_000, None, 234_100], pa.int32()),
            }
        ),
        "gp_registrations_2022": pa.table(
            {
                "practice_code": ["A81001", "A81001", "A81002"],
                "practice_name": ["One", "One", "Two"],
                "lsoa11_code": [OLD[0], OLD[1], OLD[3]],
                "patients": [700, 300, 500],
            }
        ),
        "practice_pcn_2024": pa.table(
            {
                "practice_code": ["A81001", "A81002"],
                "practice_name": ["THE ONE", "THE TWO"],
                "pcn_code": ["U00001", None],
                "pcn_name": ["Madeup PCN", None],
                "sicbl22_ods_code": ["01X", "01X"],
                "icb22_ods_code": ["QXX", "QXX"],
                "nhser22_code": ["E40000901"] * 2,
                "nhser22_name": ["Made-up NHS"] * 2,
                "nhser22_ods_code": ["Y99"] * 2,
            }
        ),
        "practice_coordinates_2024": pa.table(
            {"practice_code": ["A81001", "A81002"], "longitude": [WEST + 0.005, 3.0], "latitude": [SOUTH + 0.005, 40.0]}
        ),
        "surgical_hubs": pa.table(
            {
                "name": ["Made-up Hub", "Far Hub"],
                "address": ["1 Road", "2 Road"],
                "longitude": [WEST + 0.0005, 1.7],
                "latitude": [SOUTH, 52.6],
            }
        ),
    }


def put_in(made: dict[str, pa.Table], *, edition: str = "a") -> None:
    """Into staging, each table as a source of its own."""
    for name, table in made.items():
        source = SimpleNamespace(slug=name.replace("_", "-"), rows_in=table.num_rows, tables={name: table}, rejected={})
        load_tables(source, located=SimpleNamespace(path=name, origin="mirror", sha256=edition * 64))
