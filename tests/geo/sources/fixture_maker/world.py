"""A made-up corner of England for fixtures: three districts, 24 neighbourhoods, two boards; and a few rows of Wales and Scotland.

Codes have the shape of real ones and lie in ranges that no publisher has issued; names are invented. Every family's fixtures
take their codes from here, so that a whole release can be built from the fixtures.

District A is a unitary authority, B and C lie in a county. Of the 24 LSOAs of 2011, 1 to 20 live on unchanged in 2021, 21 is split
in two, 22 and 23 are merged, and 24 is redrawn irregularly. Boards B and C merge in April 2026.
"""

from collections.abc import Iterator
from typing import Any

DISTRICTS = ("Ternvale", "Harrowmere", "Saltby")
LSOAS_IN_DISTRICT = 8
# South-west corner of the first cell (degrees), and the size of a cell: 8 cells eastwards in each district, districts northwards.
WEST, SOUTH, WIDTH, HEIGHT = -1.5, 52.5, 0.02, 0.015
PRACTICES = ("Z90001", "Z90002", "Z90003", "Z90004", "Z90005", "Z90006")
YEARS_OF_DISTRICTS = range(16, 25)

_SPLIT, _MERGED, _IRREGULAR = 21, (22, 23), 24


def lsoa11_code(number: int) -> str:
    """Code of the LSOA 2011 of this number, 1 to 24."""
    return f"E0190{number:04d}"


def pairs() -> list[dict[str, Any]]:
    """One row for each LSOA 2011 and LSOA 2021 that share ground, with every area that either lies in."""
    return [_facts(number, code21, change) for number in range(1, 25) for code21, change in _successors(number)]


def wales() -> list[dict[str, Any]]:
    """Two rows of Wales, as files of England and Wales have them."""
    return [_elsewhere("W", n, "Aberdwfn") for n in (1, 2)]


def scotland() -> list[dict[str, Any]]:
    """Two data zones of Scotland, as one look-up has them."""
    return [_elsewhere("S", n, "Glen Marnoch") for n in (1, 2)]


def square(number: int) -> list[list[float]]:
    """Ring of the cell of LSOA 2011 `number`, longitude and latitude, anticlockwise."""
    row, column = divmod(number - 1, LSOAS_IN_DISTRICT)
    west, south = round(WEST + column * WIDTH, 6), round(SOUTH + row * HEIGHT, 6)
    east, north = round(west + WIDTH, 6), round(south + HEIGHT, 6)
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def district_ring(district: int) -> list[list[float]]:
    """Ring of a district, 0 to 2."""
    first, last = square(district * LSOAS_IN_DISTRICT + 1), square((district + 1) * LSOAS_IN_DISTRICT)
    return [first[0], last[1], last[2], first[3], first[0]]


def population(number: int) -> int:
    """People in LSOA 2011 `number`."""
    return 1000 + 25 * number


def _successors(number: int) -> Iterator[tuple[str, str]]:
    if number == _SPLIT:
        yield from (("E01900031", "S"), ("E01900032", "S"))
    elif number in _MERGED:
        yield "E01900033", "M"
    elif number == _IRREGULAR:
        yield "E01900034", "X"
    else:
        yield lsoa11_code(number), "U"


def _facts(number: int, code21: str, change: str) -> dict[str, Any]:
    """All that look-ups say of one pair; the keys are our field names."""
    district, place = divmod(number - 1, LSOAS_IN_DISTRICT)
    msoa, letter = 2 * district + place // 4 + 1, "ABCD"[place % 4]
    name = DISTRICTS[district]
    suffix = {"E01900032": "E", "E01900033": "F", "E01900034": "G"}.get(code21, letter)
    facts: dict[str, Any] = {
        "number": number,
        "lsoa11_code": lsoa11_code(number),
        "lsoa11_name": f"{name} {msoa:03d}{letter}",
        "lsoa21_code": code21,
        "lsoa21_name": f"{name} {msoa:03d}{suffix}",
        "change": change,
        "ward24_code": f"E0590{msoa:04d}",
        "ward24_name": f"{name} {'East' if place // 4 else 'West'}",
        "msoa_hcl_name": f"{name} {'Bridge' if place // 4 else 'Green'}",
    }
    for year in ("11", "21"):
        facts[f"msoa{year}_code"], facts[f"msoa{year}_name"] = f"E0290{msoa:04d}", f"{name} {msoa:03d}"
    return facts | _larger_areas(district)


def _larger_areas(district: int) -> dict[str, Any]:
    """The districts, counties, regions, groups and boards of a district, in every vintage that files have."""
    name = DISTRICTS[district]
    facts: dict[str, Any] = {}
    for year in YEARS_OF_DISTRICTS:
        code = "E06900001" if district == 0 else f"E0790000{district}"
        facts |= {f"lad{year}_code": code if year >= 19 or district else "E07900009", f"lad{year}_name": name}
    county = ("E06900001", "Ternvale") if district == 0 else ("E10900001", "Merecounty")
    facts |= {"utla23_code": county[0], "utla23_name": county[1]}
    for year in (19, 21, 23, 24):
        facts |= {f"rgn{year}_code": f"E1290000{1 + (district > 0)}", f"rgn{year}_name": "Upland" if district == 0 else "Lowland"}
    for year in range(17, 22):
        facts |= {f"ccg{year}_code": f"E3890001{district}", f"ccg{year}_ods_code": f"9Z{district}", f"ccg{year}_name": f"NHS {name} CCG"}
    facts |= {"stp21_code": f"E5490001{district}", "stp21_name": name}
    for year in (22, 23, 24):
        old = district == 0 and year == 22
        facts |= {
            f"sicbl{year}_code": f"E3890002{9 if old else district}",
            f"sicbl{year}_ods_code": f"9Z{district}",
            f"sicbl{year}_name": f"NHS {name} ICB - 9Z{district}",
            f"icb{year}_code": f"E5490002{9 if old else district}",
            f"icb{year}_ods_code": f"Q9{district}",
            f"icb{year}_name": f"NHS {name} Integrated Care Board",
        }
    board = ("E54900020", "Q90", facts["icb24_name"]) if district == 0 else ("E54900031", "Z9Z1Z", "NHS Lowland Integrated Care Board")
    facts |= {"icb26_code": board[0], "icb26_ods_code": board[1], "icb26_name": board[2]}
    return facts | {
        "nhser24_code": "E40900001",
        "nhser24_name": "Upland and Lowland",
        "nhser22_ods_code": "Y90",
        "nhser22_code": "E40900009",
    }


def _elsewhere(country: str, number: int, name: str) -> dict[str, Any]:
    """A row that is not in England: whatever is asked of it has a code or a name of that country."""
    return _Elsewhere(country=country, number=number, name=name)


class _Elsewhere(dict[str, Any]):
    """Answers any field: codes of the country, numbers, names."""

    def __missing__(self, field: str) -> Any:
        kinds = {"lsoa": "01", "msoa": "02", "ward": "05", "lad": "06", "utla": "06", "ctyua": "06"}
        if field == "change":
            return "U"
        if field.endswith("_code"):
            kind = field[:-5].rstrip("0123456789")
            return f"{self['country']}{kinds.get(kind, '99')}90{self['number']:04d}"
        return f"{self['name']} {self['number']:03d}"
