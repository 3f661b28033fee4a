"""Small registers and extracts, with defaults that are valid; a test overrides what it is about."""

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geo.linkage.layouts import layouts
from geo.synthetic.nhs_numbers import nhs_numbers

KEY = bytes(range(32))
LAST_DAY = date(2026, 6, 30)
_KINDS = {"date": pa.date32(), "timestamp": pa.timestamp("s"), "integer": pa.int32(), "number": pa.float64()}


def number(index: int) -> str:
    """A valid NHS number of the range that is never issued."""
    return str(nhs_numbers(11, [index])[0])


def a_person(index: int, **given) -> dict:
    """A row of the register; people of different index have nothing in common but the practice."""
    defaults = {
        "NHS_NUMBER": number(index), "FAMILY_NAME": _name(index, 3), "GIVEN_NAME": _name(index, 5),
        "BIRTH_DATE": date(1950 + index % 60, 1 + index % 12, 13 + index % 15), "SEX": "12"[index % 2],
        "POSTCODE": f"AB{1 + index // 100} {index % 10}{_letters(index)}", "LSOA21": f"E0100{1000 + index % 50:04d}", "PRACTICE": "Y00001",
        "ETHNIC_CATEGORY": "A", "REGISTERED_FROM": date(2015, 5, 1),
    }  # fmt: skip
    return defaults | given


def an_episode(key: str, person: dict, **given) -> dict:
    """A row of admitted care that is of this person of the register."""
    defaults = {
        "EPIKEY": key, "NEWNHSNO": person["NHS_NUMBER"], "DOB": person["BIRTH_DATE"], "SEX": person["SEX"], "ETHNOS": "A",
        "POSTCODE": person["POSTCODE"], "LSOA11": "E01001000", "FYEAR": "2526", "ADMIDATE": date(2025, 6, 1),
        "EPISTART": date(2025, 6, 1), "EPIEND": date(2025, 6, 3), "EPIORDER": "1", "EPISTAT": "3", "EPITYPE": "1", "CLASSPAT": "1",
        "ADMIMETH": "21", "SPELEND": "Y", "STARTAGE": "40", "DIAG_01": "J459", "GPPRAC": "Y00001", "PROCODE": "ZH001",
        "AMENDED_AT": datetime(2025, 7, 1, 9),
    }  # fmt: skip
    return defaults | given


def an_invitation(key: str, person: dict, **given) -> dict:
    """A row of screening that is of this person of the register."""
    copied = {name: person[name] for name in ("NHS_NUMBER", "FAMILY_NAME", "GIVEN_NAME", "BIRTH_DATE", "SEX", "POSTCODE")}
    return copied | {"INVITATION_ID": key, "PROGRAMME": "bowel", "INVITED_ON": date(2025, 9, 1), "OUTCOME": "attended"} | given


def an_attendance(key: str, person: dict, **given) -> dict:
    """A row of emergency care that is of this person of the register."""
    copied = {name: person[name] for name in ("NHS_NUMBER", "BIRTH_DATE", "SEX", "POSTCODE")}
    return copied | {"ATTENDANCE_ID": key, "ETHNIC_CATEGORY": None, "ARRIVAL_DATE": date(2025, 10, 1)} | given


def a_gp_event(person: dict, **given) -> dict:
    """A row of general practice that is of this person of the register."""
    return {"NHS_NUMBER": person["NHS_NUMBER"], "EVENT_DATE": date(2025, 2, 1), "CLUSTER": "BP_COD", "VALUE": 130.0} | given


def table_of(extract: str, rows: list[dict]) -> pa.Table:
    """The rows as a table of the extract's columns; what a row does not say is null."""
    columns = layouts()[extract].columns
    return pa.table({each.name: pa.array([row.get(each.name) for row in rows], _KINDS.get(each.type, pa.string())) for each in columns})


def write(folder: Path, **extracts: list[dict] | pa.Table) -> Path:
    """Write extracts as Parquet files into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in extracts.items():
        pq.write_table(rows if isinstance(rows, pa.Table) else table_of(name, rows), folder / f"{name}.parquet")
    return folder


def _name(index: int, step: int) -> str:
    """A name that differs in every letter from that of the next index."""
    return "".join(chr(ord("A") + (index * step + place * (7 + index // 26)) % 26) for place in range(6)).title()


def _letters(index: int) -> str:
    return chr(ord("A") + index // 10 % 10) + chr(ord("A") + index % 17)
