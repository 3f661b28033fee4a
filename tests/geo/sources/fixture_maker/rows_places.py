"""Rows of the made-up files of travel and sites, with the traps of the published ones; keys are our field names."""

from typing import Any

from tests.geo.sources.fixture_maker.rows_world import DISTRICTS, OLD, Row


def schools() -> list[Row]:
    """Three schools of the world; one whose place is not known; one abroad; one Welsh."""
    english = [
        {"lsoa21_code": row["lsoa21_code"], "longitude": -1.4, "latitude": 52.51, "easting": 440000, "northing": 290000}
        for row in DISTRICTS
    ]
    rows = [
        *english,
        english[0]
        | {
            "easting": 0,
            "northing": 0,
            "longitude": -7.55716,
            "latitude": 49.766807,
            "lsoa21_code": "L99999999",
            "pcon24_code": "L99999999",
        },
        english[0] | {"easting": "", "northing": "", "longitude": "", "latitude": "", "lsoa21_code": "999999999", "pcon24_code": "999"},
        english[0] | {"lsoa21_code": "W01900001", "establishment_type_group": "Welsh schools", "pcon24_code": "W07000001"},
    ]
    common = {"la_code": 900, "establishment_type_group": "Academies", "phase": "Primary", "pcon24_code": "E14000001"}
    return [common | row | {"urn": 100000 + n} for n, row in enumerate(rows)]


def hospitals() -> list[Row]:
    rows: list[Row] = [
        {"site_code": f"R9{n:03d}", "lad_code": row["lad24_code"], "longitude": -1.4, "latitude": 52.51} for n, row in enumerate(DISTRICTS)
    ]
    rows += [{"site_code": "R9900", "lad_code": "W06900001", "longitude": -3.2, "latitude": 51.5}]
    rows += [{"site_code": "R9901", "lad_code": "", "longitude": -2.112157, "latitude": 49.1877254, "site_type": "", "sub_type": ""}]
    return [{"organisation_id": 5, "site_type": "Hospital", "sub_type": "Hospital"} | row for row in rows]


def by_name(**values: Any) -> list[Row]:
    """All neighbourhoods but the last, by name, and one of Wales."""
    return [{"lsoa11_name": name} | values for name in (*(row["lsoa11_name"] for row in OLD[:-1]), "Aberdwfn 001A")]


PLACES: dict[str, list[Row]] = {
    "stroke-admissions": by_name(admissions=0.666666667),
    "travel-times": [row | ({"B714HJ": ""} if n == 2 else {}) for n, row in enumerate(by_name())],
    "stroke-units": [
        {
            "postcode": "B152TH",
            "lsoa11_code": OLD[0]["lsoa11_code"],
            "region_code": "E38900020",
            "region_type": "SICBL",
            "country": "England",
            "icb_code": "E54900020",
        },
        {
            "postcode": "CF144XW",
            "lsoa11_code": "W01900001",
            "region_code": "W11900001",
            "region_type": "LHB",
            "country": "Wales",
            "icb_name": "",
            "icb_code": "",
            "stroke_network": "",
        },
    ],
    "stroke-unit-coordinates": [{"postcode": code, "latitude": 52.5, "longitude": -1.4} for code in ("B152TH", "CF144XW")],
    "diagnostic-centres": [
        {
            "name": f"Vale Centre {n}",
            "icb23_code": row["icb23_code"],
            "longitude": -1.4,
            "latitude": 52.5,
            "is_open_12_7": ("Yes", "No", "N/A")[n],
        }
        for n, row in enumerate(DISTRICTS)
    ],
    "surgical-hubs": [{"icb23_code": row["icb23_code"], "longitude": -1.4, "latitude": 52.5} for row in DISTRICTS],
    "hospital-organisations": hospitals(),
    "hospitals-2022": [
        {"name": name, "longitude": -1.4, "latitude": 52.5} for name in ("Vale Hospital", "Vale Hospital", "Saltby Hospital")
    ],
    "schools-2025": schools(),
}
