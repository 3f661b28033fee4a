"""Makes the fixtures of the families deprivation, geography, lookups and population: python -m tests.geo.sources.fixture_maker.areas

Headings are those of the published files (headings_areas.yaml); every value is made up from a row's number.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from pyproj import Transformer

from tests.geo.sources.fixture_maker import world
from tests.geo.sources.fixture_maker.writing import csv_bytes, geojson_bytes, parquet_bytes, record, write

HEADINGS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "headings_areas.yaml").read_text(encoding="utf-8"))
Row = dict[str, Any]
_TO_GRID = Transformer.from_crs(4326, 27700, always_xy=True)
_AGES = 91
_BOM = ("iod2019_file3", "iod2019_file9", "centroids", "CCG21", "LSOA21_LAD22")
_CRLF = ("fingertips", "iod2019", "centroids", "west_sussex")
_NO_LAST_LINE_BREAK = ("fingertips", "iod2019")
# Lower-case headings of look-ups (code letters of publishers replaced by ours) to the fields of the world.
_RENAMES = (
    (r"^f_", ""),
    (r"nmw$", "_welsh"),
    (r"cdh$", "_ods_code"),
    (r"cd$", "_code"),
    (r"nm$", "_name"),
    (r"_code_(h|nhs)$", "_ods_code"),
)
_AREAS = ((r"^ltla", "lad"), (r"^region", "rgn"), (r"^ctyua", "utla"), (r"^change_code|^chgind", "change"))


def field_of(heading: str) -> str:
    """Our field of a heading in a look-up: `CCG21CDH` → ccg21_ods_code, `ltla24_name` → lad24_name."""
    name = heading.lower()
    for pattern, replacement in (*_RENAMES, *_AREAS):
        name = re.sub(pattern, replacement, name)
    return name


def write_csv(file: str, rows: Sequence[Sequence[Any]]) -> dict[str, int]:
    """A CSV fixture with the quirks of its published file."""
    content = csv_bytes(
        HEADINGS[file],
        rows,
        bom=any(part in file for part in _BOM),
        line_end="\r\n" if any(part in file for part in _CRLF) else "\n",
        final_newline=not any(part in file for part in _NO_LAST_LINE_BREAK),
    )
    write(file, content)
    return {file: len(rows)}


def distinct(headings: Sequence[str], facts: Iterable[Row]) -> list[list[Any]]:
    """The rows of a look-up: what the headings pick of the facts, each combination once; record numbers count up."""
    seen: dict[tuple[Any, ...], None] = {}
    for fact in facts:
        seen[tuple("" if _is_number(h) or h.endswith("NMW") else fact[field_of(h)] for h in headings)] = None
    return [[number if _is_number(h) else cell for h, cell in zip(headings, row, strict=True)] for number, row in enumerate(seen, start=1)]


def _is_number(heading: str) -> bool:
    return heading in ("FID", "ObjectId", "OBJECTID")


def make_lookups() -> dict[str, int]:
    """Look-ups that are projections of the world."""
    england, wales, scotland = world.pairs(), world.wales(), world.scotland()
    rows: dict[str, int] = {}
    for file in (name for name in HEADINGS if name.startswith("lookups/") and name not in SPECIAL_LOOKUPS):
        facts = list(england)
        if re.search(r"lsoa11_lsoa21|LSOA11_LSOA21|lsoa11_msoa11|msoa21|ward24|utla23|ltla_ltla", file):
            facts += wales
        if "lsoa11_msoa11" in file or "ltla_ltla" in file:
            facts += scotland
        rows |= write_csv(file, distinct(HEADINGS[file], facts))
    for file, maker in SPECIAL_LOOKUPS.items():
        rows |= write_csv(file, maker(england))
    return rows


def _icb_april2026(england: list[Row]) -> list[list[Any]]:
    boards = {row["icb26_code"]: row for row in england}
    return [
        [
            code,
            row["icb26_ods_code"],
            row["icb26_name"],
            8 if code.endswith("20") else 16,
            "Q90" if code.endswith("20") else "Q91+Q92",
            20000,
            new,
        ]
        for (code, row), new in zip(boards.items(), (False, True), strict=True)
    ]


def _icb_succession(england: list[Row]) -> list[list[Any]]:
    boards = {row["icb24_code"]: row for row in england if row["icb26_code"] != row["icb24_code"]}
    return [
        [
            row["icb24_ods_code"],
            row["icb26_ods_code"],
            "merger",
            code,
            row["icb24_name"],
            row["icb26_code"],
            row["icb26_name"],
            "2026-04-01",
        ]
        for code, row in boards.items()
    ]


def _ccg_succession(england: list[Row]) -> list[list[Any]]:
    """Each group of each year leads to its sub-ICB location; in 2017 the second was split."""
    rows = []
    for year in range(2017, 2022):
        for district, row in enumerate({row["lad24_code"]: row for row in england}.values()):
            shares = ((row, 0.75), (england[-1], 0.25)) if (year, district) == (2017, 1) else ((row, 1.0),)
            rows += [
                [
                    year,
                    row["ccg17_code"],
                    row["ccg17_ods_code"],
                    row["ccg17_name"],
                    to["sicbl22_code"],
                    to["icb22_code"],
                    8,
                    round(9000 * share),
                    share,
                ]
                + [to["sicbl22_ods_code"], to["sicbl22_name"], to["icb22_ods_code"], to["icb22_name"]]
                for to, share in shares
            ]
    return rows


def _la_all_codes(england: list[Row]) -> list[list[Any]]:
    rows = [
        [row["lad24_code"], row["lad24_name"]] * 2
        + [row["utla23_code"], row["utla23_name"], "", "", row["rgn24_code"], row["rgn24_name"], "E92000001", "England"]
        + [
            "K04000001",
            "England and Wales",
            "K03000001",
            "Great Britain",
            "K02000001",
            "United Kingdom",
            "TRUE",
            row["lad24_code"],
            row["lad24_name"],
        ]
        for row in {row["lad24_code"]: row for row in england}.values()
    ]
    former = ["E07900009", "Ternvale Rural", *rows[0][2:]]
    former[18] = "FALSE"
    welsh = ["W06900001", "Aberdwfn"] * 3 + ["", "", "", "", "W92000004", "Wales", "K04000001", "England and Wales"]
    welsh += ["K03000001", "Great Britain", "K02000001", "United Kingdom", "TRUE", "W06900001", "Aberdwfn"]
    return [*rows, former, welsh]


def _practices(england: list[Row]) -> list[list[Any]]:
    """Two practices a district; the last is in no network; board names end in a space, as one does in the published file."""
    rows = []
    for number, practice in enumerate(world.PRACTICES):
        row = england[(number // 2) * world.LSOAS_IN_DISTRICT]
        network = ["U", "Unallocated"] if number == len(world.PRACTICES) - 1 else [f"U9000{number // 2 + 1}", f"{row['lad24_name']} PCN"]
        rows.append(
            ["E92000001", "ENG", "England", row["nhser22_ods_code"], row["nhser22_code"], row["nhser24_name"]]
            + [row["icb22_ods_code"], row["icb22_code"], row["icb22_name"] + " "]
            + [
                row["sicbl22_ods_code"],
                row["sicbl22_code"],
                row["sicbl22_name"],
                *network,
                practice,
                f"{row['lad24_name']} Surgery {number + 1}",
            ]
        )
    return rows


def _shares(field: str) -> Callable[[list[Row]], list[list[Any]]]:
    return lambda england: [["RZ9", code, 1 / 3] for code in dict.fromkeys(row[field] for row in england)]


def _trust_regions(england: list[Row]) -> list[list[Any]]:
    open_trust = ["RZ9", "Lowland Hospitals NHS Foundation Trust", "Y90", "E40900009", england[0]["nhser24_name"], "open"]
    return [open_trust, ["RZ8", "Former Lowland NHS Trust", "Y99", "", "", "closed"]]


SPECIAL_LOOKUPS: dict[str, Callable[[list[Row]], list[list[Any]]]] = {
    "lookups/icb_april2026.csv": _icb_april2026,
    "lookups/icb_succession_april2026.csv": _icb_succession,
    "lookups/ccg2017_2021_to_sicbl22_succession_derived.csv.gz": _ccg_succession,
    "lookups/la_all_codes_drkane.csv.gz": _la_all_codes,
    "lookups/practice_pcn_subicb_icb_2021_2022.csv.gz": _practices,
    "lookups/practice_pcn_subicb_icb_2023_2024.csv.gz": _practices,
    "lookups/nhs_trusts22_icb22.csv": _shares("icb22_code"),
    "lookups/nhs_trusts22_ltla21_catchment_shares.csv.gz": _shares("lad21_code"),
    "lookups/nhs_trusts22_nhs_region21.csv": _trust_regions,
}


def deprivation_cell(heading: str, place: int, of: int) -> Any:
    """A rank, decile, score or share for the area at this place (1 = most deprived) of so many."""
    name = heading.lower()
    if re.search(r"rank_of|_rank$| rank ", name) and "average_rank" not in re.sub(r"rank_of_average_rank", "", name):
        return place
    if "decile" in name:
        return (place - 1) * 10 // of + 1
    if "average_rank" in name or "concentration" in name:
        return round(place * 100 + 0.25, 2)
    if "population" in name or "children aged" in name or "numerator" in name or "scale" in name:
        return 100 * place
    if "rate)" in name or "proportion" in name or "extent" in name:
        return round(0.5 - 0.01 * place, 3)
    return round(0.9 - 0.02 * place, 3)


def make_deprivation() -> dict[str, int]:
    """All files of the Indices; place 1 is the first area."""
    rows: dict[str, int] = {}
    england = world.pairs()
    for file in (name for name in HEADINGS if name.startswith("deprivation/") and "fingertips" not in name):
        unit = next(u for u in ("icb24", "ltla24", "ltla19", "lsoa21", "lsoa11", "iod2019") if u in file).replace("iod2019", "lsoa11")
        areas = list({row[f"{field_of(unit + '_code')}"]: row for row in england}.items())
        made = []
        for place, (code, facts) in enumerate(areas, start=1):
            names = {0: code, 1: facts[field_of(f"{unit}_name")], 2: facts["lad19_code"], 3: facts["lad19_name"]}
            made.append(
                [
                    names[at] if _is_name(h) else _as_published(file, deprivation_cell(h, place, len(areas)))
                    for at, h in enumerate(HEADINGS[file])
                ]
            )
        if "indicators" in file:
            made[0][1] = ""
        rows |= write_csv(file, made)
    return rows | _make_fingertips()


def _is_name(heading: str) -> bool:
    return bool(re.search(r"_code$|_name$|code \(20|name \(20", heading))


def _as_published(file: str, value: Any) -> Any:
    return f"{value:.2f}" if "file3" in file else value


def _make_fingertips() -> dict[str, int]:
    file = next(name for name in HEADINGS if "fingertips" in name)
    england = [
        "93553",
        "Deprivation score (IMD 2019)",
        "",
        "",
        "E92000001",
        "England",
        "England",
        "Persons",
        "All ages",
        "",
        "",
        "2019",
        21.5,
    ]
    tail = ["", "", "", "", "", "", "", "Cannot be calculated", "Not compared", "Not compared", 20190000, "", "", "1y"]
    rows = [england + tail, [*england[:2], "E92000001", "England", *england[4:], *tail]]
    for number, practice in enumerate(world.PRACTICES):
        rows.append([*england[:2], "E92000001", "England", practice, f"Surgery {number + 1}", "GP", *england[7:12], 10.5 + number, *tail])
    return write_csv(file, rows)


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


def make_population() -> dict[str, int]:
    """Mid-year estimates and census tables; parts add up to totals."""
    england = world.pairs()
    old = {row["lsoa11_code"]: row for row in england}
    new = {row["lsoa21_code"]: row for row in england}
    people = {code: world.population(row["number"]) for code, row in old.items()}
    rows = write_csv(
        "population/mid2020_population_single_year_lsoa11.csv.gz",
        [[row["lsoa11_name"], code, people[code], *_spread(people[code], _AGES)] for code, row in old.items()]
        + [["Aberdwfn 001A", "W01900001", 910, *_spread(910, _AGES)]],
    )
    lines = [(row["lsoa21_name"], code, 1100 + 10 * n) for n, (code, row) in enumerate(new.items())] + [("Aberdwfn 001A", "W01900001", 910)]
    rows |= _make_nomis("population/nomis_TS007A_age_lsoa21_original.csv.gz", "TS007A - Age by five-year age bands", lines, [])
    footer = [
        "In order to protect against disclosure of personal information, records",
        "have been swapped between different geographic areas.",
    ]
    rows |= _make_nomis("population/nomis_TS021_ethnicity_lsoa21_original.csv.gz", "TS021 - Ethnic group", lines, footer)
    disabled = ("Disabled under the Equality Act", 0.25), ("Not disabled under the Equality Act", 0.75)
    rows |= write_csv(
        "population/census2021_disability_lsoa21.csv.gz",
        [[code, word, 1000.0 * share, 1000.0, share] for code in new for word, share in disabled],
    )
    groups = ("Asian, Asian British or Asian Welsh", "Black, Black British, Black Welsh of African background", "White")
    msoas = [*dict.fromkeys(row["msoa21_code"] for row in england), "W02900001"]
    rows |= write_csv(
        "population/census2021_ethnicity_msoa21.csv.gz",
        [[code, 8000.0, group, n, n / 8000] for code in msoas for group, n in zip(groups, (800.0, 1200.0, 6000.0), strict=True)],
    )
    rows |= write_csv(
        "population/west_sussex_lsoa11_mid2016_2020_sex_age.csv.gz",
        [
            [row["lsoa11_name"], code, age, sex, 20, 21, 22, 23, 24, 110]
            for code, row in old.items()
            for age in ("0-4 years", "85+ years")
            for sex in ("Male", "Female")
        ],
    )
    return rows | _make_ethnic_share([*old, "W01900001"])


def _spread(total: int, parts: int) -> list[int]:
    """A total in so many nearly equal parts that add up to it."""
    each, rest = divmod(total, parts)
    return [each + (place < rest) for place in range(parts)]


def _make_nomis(file: str, title: str, lines: list[tuple[str, str, int]], footer: list[str]) -> dict[str, int]:
    """A Nomis download: preamble, header, a blank line, rows, blank lines, footer."""
    preamble = ["", f'"{title}"', '"ONS Crown Copyright Reserved [from Nomis on 14 April 2023]"']
    if footer:
        preamble += ['"Population :","All usual residents"', '"Units      :","Persons"']
    preamble += ['"Date       :","2021"', "", ",".join(f'"{heading}"' for heading in HEADINGS[file]), ""]
    width = len(HEADINGS[file]) - 3
    body = [f'"{name}","{code}",{total},' + ",".join(map(str, _spread(total, width))) for name, code, total in lines]
    end = ["", "", "", *(f'"","{text}"' for text in footer), *(['"",""'] if footer else []), ""]
    write(file, "\n".join([*preamble, *body, *end]).encode() + (b"\n" if footer else b""))
    return {file: len(lines)}


def _make_ethnic_share(codes: list[str]) -> dict[str, int]:
    file = "population/census2011_ethnic_minority_share_lsoa11.parquet"
    shares = [round(0.02 * (n + 1), 4) for n in range(len(codes))]
    write(file, parquet_bytes(pa.table({"EthnicMinority": pa.array(shares), "LSOA11CD": pa.array(codes)})))
    return {file: len(codes)}


if __name__ == "__main__":
    record(make_lookups() | make_deprivation() | make_geography() | make_population())
