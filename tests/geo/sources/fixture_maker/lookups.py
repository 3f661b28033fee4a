"""Fixtures of look-ups: which made-up area lies in which."""

import re
from collections.abc import Callable
from typing import Any

from tests.geo.sources.fixture_maker import world
from tests.geo.sources.fixture_maker.headed import HEADINGS, Row, distinct, write_csv


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
            rows += [_ccg_row(year, row, to, share) for to, share in shares]
    return rows


def _ccg_row(year: int, row: Row, to: Row, share: float) -> list[Any]:
    group = [year, row["ccg17_code"], row["ccg17_ods_code"], row["ccg17_name"]]
    place = [to["sicbl22_code"], to["icb22_code"], 8, round(9000 * share), share]
    return [*group, *place, to["sicbl22_ods_code"], to["sicbl22_name"], to["icb22_ods_code"], to["icb22_name"]]


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
        country = ["E92000001", "ENG", "England", row["nhser22_ods_code"], row["nhser22_code"], row["nhser24_name"]]
        board = [row["icb22_ods_code"], row["icb22_code"], row["icb22_name"] + " "]
        place = [row["sicbl22_ods_code"], row["sicbl22_code"], row["sicbl22_name"]]
        rows.append([*country, *board, *place, *network, practice, f"{row['lad24_name']} Surgery {number + 1}"])
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
