"""Fixtures that are workbooks: SMI checks, both layouts of COVER, a month of hospital activity.

The published workbook of hospital activity is an old XLS; its fixture holds the same sheet as an XLSX under that name, for readers tell
the kind of a workbook by its content. The published XLS itself is read in the tests on real files.
"""

from pathlib import Path
from typing import Any

import yaml

from tests.geo.sources.fixture_maker import world
from tests.geo.sources.fixture_maker.workbooks import ods_bytes, xlsx_bytes
from tests.geo.sources.fixture_maker.writing import write

HEADINGS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "headings_services.yaml").read_text(encoding="utf-8"))
QUESTIONS = ("SMIRegister", "All6PHC", "Alcohol", "BloodGlucose", "BloodLipid", "BloodPressure", "BMIWeight", "Smoking")
# Upper-tier authorities: ONS code, ODS code, name. The last is one that has been divided since; here it is
# counted with a neighbour, as City of London is in the published file, and is not in the sheet of counts.
AUTHORITIES = (("E06900001", "901", "Ternvale"), ("E10900001", "902", "Merecounty"), ("E10000006", "909", "Cumbria"))
_REGION = ("E12900001", "Upland")

SMI = "outcomes/smi_physical_health_checks_ccg_raw.xlsx"
COVER_2023 = "outcomes/cover/ukhsa_cover_2023_24_q4_original.ods"
COVER_2024 = "outcomes/cover/ukhsa_cover_2024_25_q3_original.ods"
ACTIVITY = "outcomes/nhse_monthly_activity_commissioner_sep_2019_original.xls"


def make_workbooks() -> dict[str, int]:
    """All of them; gives the data rows of the sheet that is counted."""
    rows = _smi()
    title = ["Physical-Health-Checks-SMI Raw Data", "", "", ""]
    write(SMI, xlsx_bytes({"Sheet 1 - Physical-Health-Check": [title, HEADINGS[f"{SMI}#Sheet 1 - Physical-Health-Check"], *rows]}))
    write(COVER_2023, ods_bytes(_cover_2023()))
    write(COVER_2024, ods_bytes(_cover_2024()))
    activity = _activity()
    write(ACTIVITY, xlsx_bytes({"Commissioner": activity, "Notes": [["", "Notes"]]}))
    data = sum(1 for row in activity[14:] if any(row))
    return {SMI: len(rows), COVER_2023: 2, COVER_2024: 2, ACTIVITY: data}


def _smi() -> list[list[Any]]:
    """Two quarters by three commissioners; the third did not report in the first."""
    rows: list[list[Any]] = []
    for quarter, (period, share) in enumerate((("SMI-Q3-2018-2019", 4), ("SMI-Q4-2023-2024", 2))):
        for n in range(3):
            silent = quarter == 0 and n == 2
            counts = [100 + 10 * n, *([(100 + 10 * n) // share] * 7)]
            rows += [[period, f"9Z{n}", question, "" if silent else count] for question, count in zip(QUESTIONS, counts, strict=True)]
    return rows


def _counts(file: str, sheet: str, period: str) -> list[list[Any]]:
    """The sheet of numerators and denominators: 200 and 300 children in each age; numerators follow the heading's place."""
    headings = HEADINGS[f"{file}#{sheet}"]
    rows = []
    for place, (_, ods, name) in enumerate(AUTHORITIES[:2]):
        children = 200 + 100 * place
        row: list[Any] = ["England", ods, name, "Q99", "Team", "Q99", "Local team", period[2:9].replace("_", "-"), period]
        for at, heading in enumerate(headings[9:], start=9):
            if "PCV2" in heading:
                row.append("" if "2023" in file else "[z]")
            elif heading.endswith("_Num"):
                row.append(children - at)
            else:
                row.append({"NHSER code": "Y99", "NHSER name": "Region", "Notes": "[z]"}.get(heading, children))
        rows.append(row)
    return [headings, *rows]


def _percentages(counts: list[list[Any]], place: int, age: str, width: int) -> list[float]:
    """Percentages of an authority in one age, as many as the sheet has."""
    headings, row = counts[0], counts[1 + place]
    numerators = [
        at for at, heading in enumerate(headings) if heading.startswith(f"{age}_") and heading.endswith("_Num") and "PCV2" not in heading
    ]
    return [100 * row[at] / row[at + 1] for at in numerators[:width]]


def _cover_2023() -> dict[str, list[list[Any]]]:
    counts = _counts(COVER_2023, "Data_file", "FY2023_24_Q4")
    sheets: dict[str, list[list[Any]]] = {"Cover": [["Cover of vaccination evaluated rapidly (COVER) programme"]]}
    for age in ("12m", "24m", "5y"):
        headings = HEADINGS[f"{COVER_2023}#{age}_UTLA_GOR"]
        width = len(headings) - 7
        england = ["E92000001", "England", "[z]", "[z]", "England", "[z]", 500, *([92.5] * width)]
        local = [
            [*_REGION, code, int(ods), name, "[z]", 200 + 100 * n, *_percentages(counts, n, age, width)]
            for n, (code, ods, name) in enumerate(AUTHORITIES[:2])
        ]
        third = [*_REGION, AUTHORITIES[2][0], int(AUTHORITIES[2][1]), AUTHORITIES[2][2], "[note 1]", *["[note 1]"] * (width + 1)]
        region = [_REGION[0], "Upland total", "[z]", "[z]", "[z]", "[z]", 500, *([92.5] * width)]
        preamble = [
            [f"Table of {age}"],
            ["This worksheet contains one table."],
            ["[note 1] indicates a caveat"],
            ["[note 2]"],
            ["[z] not applicable"],
        ]
        sheets[f"{age}_UTLA_GOR"] = [*preamble, headings, england, *local, third, region]
    sheets["Data_file"] = [["Table 10."], ["This worksheet contains one table."], ["Note: City of London is included."], *counts]
    return sheets


def _cover_2024() -> dict[str, list[list[Any]]]:
    """England left out for quality, the second authority's children of 12 months suppressed."""
    counts = _counts(COVER_2024, "Table10", "FY2024_25_Q3")
    for at, heading in enumerate(counts[0]):
        if heading.startswith("12m_"):
            counts[2][at] = "[c]"
    sheets: dict[str, list[list[Any]]] = {"Cover": [["Cover of vaccination evaluated rapidly (COVER) programme"]]}
    for age, sheet, lines in (("12m", "Table5", 5), ("24m", "Table6", 4), ("5y", "Table7", 4)):
        headings = HEADINGS[f"{COVER_2024}#{sheet}"]
        width = len(headings) - 6
        rows = [
            ["E92000001", "[z]", "England", "[z]", *["[x]"] * (width + 2)],
            [_REGION[0], "[z]", _REGION[1], "[z]", "[z]", 500, *([92.5] * width)],
        ]
        for n, (code, ods, name) in enumerate(AUTHORITIES[:2]):
            hidden = age == "12m" and n == 1
            figures = ["[c]", *["70% to 100%"] * width] if hidden else [200 + 100 * n, *_percentages(counts, n, age, width)]
            rows.append([code, name, _REGION[1], ods, "[z]", *figures])
        sheets[sheet] = [*[[f"line {line}"] for line in range(lines)], headings, *rows]
    sheets["Table10"] = [*[[f"line {line}"] for line in range(5)], *counts]
    return sheets


def _activity() -> list[list[Any]]:
    """Header on row 14, England, a blank row, NHS England's own, three commissioners, a blank row, a note."""
    headings = HEADINGS[f"{ACTIVITY}#Commissioner"]
    width = len(headings) - 7
    blank: list[Any] = [""] * len(headings)
    top = [blank.copy() for _ in range(13)]
    top[1][1:3] = ["Title:", "Monthly Hospital Activity"]
    top[4][1:3] = ["Period:", "September 2019"]
    top[12][1] = "Commissioner Level Data"
    names = [("X24", "NHS ENGLAND"), *((f"9Z{n}", f"NHS {name.upper()} CCG") for n, name in enumerate(world.DISTRICTS))]
    rows = [
        ["", "2019-20", "September", "Y99", "A REGION", code, name, *range(10 + n, 10 + n + width)] for n, (code, name) in enumerate(names)
    ]
    england = ["", "2019-20", "September", "", "", "", "England", *(sum(row[7 + at] for row in rows) for at in range(width))]
    note = blank.copy()
    note[1] = "Note: Excludes non-English commissioned activity"
    return [*top, headings, england, blank.copy(), *rows, blank.copy(), note]
