"""Fixtures of the Indices of Deprivation: place 1 is the first area."""

import re
from typing import Any

from tests.geo.sources.fixture_maker import world
from tests.geo.sources.fixture_maker.headed import HEADINGS, field_of, write_csv


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
