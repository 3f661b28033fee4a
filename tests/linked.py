"""Small linked worlds for tests of derivation: people and events as linkage leaves them, written to a folder. Defaults are valid."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.linkage.derivation.inputs import AREAS_SCHEMA, Inputs
from geo.linkage.engines import Engine

PERSONS = pa.schema(
    [
        ("person", pa.int64()), ("birth_date", pa.date32()), ("sex", pa.int8()), ("lsoa21", pa.string()), ("practice", pa.string()),
        ("ethnic", pa.string()), ("ethnic_detail", pa.string()), ("ethnic_recorded", pa.bool_()), ("ethnic_known", pa.bool_()),
        ("ethnic_usable", pa.bool_()), ("registered_from", pa.date32()), ("registered_to", pa.date32()), ("death_date", pa.date32()),
        ("opted_out", pa.bool_()), ("sensitive", pa.bool_()),
    ]
)  # fmt: skip
_TEXTS = ("EPIKEY", "EPIORDER", "EPISTAT", "EPITYPE", "CLASSPAT", "ADMIMETH", "ADMISORC", "SEX", "LSOA11", "FYEAR", "PROCODE", "ETHNOS")
_DAYS = ("ADMIDATE", "EPISTART", "EPIEND", "DISDATE")
_DIAGNOSES = tuple(f"DIAG_{number:02d}" for number in range(1, 7))
_OPERATIONS = tuple(f"OPERTN_{number:02d}" for number in range(1, 4))
_COMMON = [("person", pa.int64()), ("step", pa.string()), ("own_lsoa21", pa.string()), ("birth_date", pa.date32())]
SCHEMAS: Mapping[str, pa.Schema] = {
    "apc": pa.schema(
        [*_COMMON, *((name, pa.string()) for name in (*_TEXTS, *_DIAGNOSES, *_OPERATIONS)), *((name, pa.date32()) for name in _DAYS),
         ("STARTAGE", pa.int64()), ("AMENDED_AT", pa.timestamp("us"))]
    ),
    "costs": pa.schema([("EPIKEY", pa.string()), ("COST", pa.float64())]),
    "screening": pa.schema(
        [*_COMMON, *((name, pa.string()) for name in ("INVITATION_ID", "PROGRAMME", "OUTCOME", "RESULT", "SELF_SAMPLE")),
         ("INVITED_ON", pa.date32()), ("SCREENED_ON", pa.date32())]
    ),
    "immunisation": pa.schema(
        [*_COMMON, *((name, pa.string()) for name in ("RECORD_ID", "VACCINE", "PROVIDER")), ("DOSE", pa.int32()), ("GIVEN_ON", pa.date32())]
    ),
    "gp_events": pa.schema(
        [*_COMMON, ("CLUSTER", pa.string()), ("PRACTICE", pa.string()), ("VALUE", pa.float64()), ("EVENT_DATE", pa.date32())]
    ),
    "ecds": pa.schema([*_COMMON, ("ARRIVAL_DATE", pa.date32()), ("ETHNIC_CATEGORY", pa.string())]),
    "csds": pa.schema([*_COMMON, ("CONTACT_DATE", pa.date32())]),
}  # fmt: skip
NEIGHBOURHOODS = ("E01000001", "E01000002", "E01000003")
AREAS = pa.table(
    {"lsoa21": list(NEIGHBOURHOODS), "msoa21": ["E02000001", "E02000001", "E02000002"], "lad24": ["E09000001", "E09000001", "E09000002"],
     "icb26": ["E54000001"] * 3, "decile": [1, 5, 10]},
    schema=AREAS_SCHEMA,
)  # fmt: skip


def a_person(person: int, **changed: Any) -> dict[str, Any]:
    """A woman of 45 in the first neighbourhood, registered all her life, of whom everything may be counted."""
    usual = {
        "person": person, "birth_date": date(1980, 6, 15), "sex": 2, "lsoa21": NEIGHBOURHOODS[0], "practice": "A81001", "ethnic": "A",
        "ethnic_detail": None, "ethnic_recorded": True, "ethnic_known": True, "ethnic_usable": True, "registered_from": date(1980, 7, 1),
        "registered_to": None, "death_date": None, "opted_out": False, "sensitive": False,
    }  # fmt: skip
    return usual | changed


def an_episode(person: int, **changed: Any) -> dict[str, Any]:
    """An emergency admission for asthma of one episode that every basket with asthma counts."""
    usual = {
        "person": person, "EPIKEY": f"e{person}", "EPIORDER": "1", "EPISTAT": "3", "EPITYPE": "1", "CLASSPAT": "1", "ADMIMETH": "21",
        "ADMISORC": "19", "SEX": "2", "STARTAGE": 44, "LSOA11": "E01000001", "PROCODE": "RAA", "DIAG_01": "J459",
        "ADMIDATE": date(2024, 5, 10), "EPISTART": date(2024, 5, 10), "EPIEND": date(2024, 5, 12), "DISDATE": date(2024, 5, 12),
        "AMENDED_AT": datetime(2024, 6, 1),  # noqa: DTZ001
    }  # fmt: skip
    return usual | changed


def a_world(folder: Path, persons: Sequence[Mapping[str, Any]], engine: str = "duckdb", **events: Sequence[Mapping[str, Any]]) -> Inputs:
    """The inputs of derivation with these people and events, on an engine; every extract is there, empty where nothing is given."""
    write_table(folder / "persons.parquet", persons, PERSONS)
    for name, schema in SCHEMAS.items():
        write_table(folder / "events" / f"{name}.parquet", events.get(name, ()), schema)
    return inputs_of(folder, engine)


def inputs_of(folder: Path, engine: str = "duckdb", areas: pa.Table = AREAS) -> Inputs:
    """The inputs in a folder, from April 2022 to June 2026."""
    made = Engine(engine, folder / f"scratch-{engine}")
    return Inputs(made, folder, areas, date(2022, 4, 1), date(2026, 6, 30))


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> None:
    """Rows as a Parquet file; what a row does not say is null, and what the schema does not have is a fault of the test."""
    unknown = {key for row in rows for key in row} - set(schema.names)
    assert not unknown, f"{path.name}: {unknown}"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), path)
