"""People of the register under pseudonyms: persons.parquet, the only table of people that goes on to derivation.

Ethnic category: geo/definitions/linkage/ethnicity.yaml says which record holds. Opt-outs, sensitive records and deaths are flags here;
derivation leaves those people out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from pyarrow import parquet

from geo.linkage.engines import ROW, Engine
from geo.linkage.files import whole
from geo.linkage.layouts import REGISTER, Layout
from geo.linkage.pseudonyms import pseudonyms
from geo.linkage.records import held_records
from geo.linkage.rules import FOLDER, PERSON
from geo.linkage.standardise import LSOA, day_of, known_code, known_sex
from geo.linkage.validate import Context
from geo.yamlfiles import read_yaml

OPT_OUTS = "opt_outs"
PSEUDONYMS, PERSONS, EVENTS, REJECTED = "pseudonyms.parquet", "persons.parquet", "events", "rejected"
_BATCH = 100_000
# A day as a whole number that grows with it on every engine, and the places of source and category below it.
_YEAR, _MONTH, _SOURCES, _CATEGORIES = 372, 31, 10, 100
_PSEUDONYM_SCHEMA = pa.schema([(PERSON, pa.int64()), ("pseudonym", pa.string())])


@dataclass(frozen=True)
class Source:
    """An extract that records ethnic categories: its column, and the column of the day ('' = the last day of the extracts)."""

    extract: str
    category: str
    day: str


@dataclass(frozen=True)
class Ethnicity:
    """Sources in order of precedence on one day; categories that say who somebody is, and those that say it was refused."""

    sources: tuple[Source, ...]
    known: tuple[str, ...]
    not_stated: tuple[str, ...]


@cache
def ethnicity() -> Ethnicity:
    """The rule of precedence in force."""
    raw = read_yaml(FOLDER / "ethnicity.yaml")
    sources = tuple(Source(each["extract"], each["category"], each["day"].replace("last_day", "")) for each in raw["sources"])
    return Ethnicity(sources, tuple(raw["known"]), tuple(raw["not_stated"]))


def write_pseudonyms(register: Path, key: bytes, out: Path) -> None:
    """Write person and pseudonym of everybody in the standardised register, in order of person."""
    with whole(out) as partial, parquet.ParquetWriter(partial, _PSEUDONYM_SCHEMA, compression="zstd") as writer:
        for batch in parquet.ParquetFile(register).iter_batches(_BATCH, columns=[ROW, "nhs"]):
            writer.write_batch(pa.record_batch([batch[ROW], pseudonyms(batch["nhs"], key)], schema=_PSEUDONYM_SCHEMA))


def write_persons(engine: Engine, register: Path, work: Path, present: Mapping[str, Layout], context: Context) -> None:
    """Write persons.parquet into the work folder: one row a person of the register, in order of person.

    register: the extract; work: holds pseudonyms.parquet, events/ and rejected/; present: layouts of the extracts that there are.
    Columns: person, pseudonym, birth_month (its first day), birth_date, sex (1, 2, null), lsoa21, practice, ethnic, ethnic_detail,
    ethnic_source, ethnic_gp (as the practice has it, Z included), ethnic_recorded, ethnic_known, ethnic_usable, registered_from,
    registered_to, death_date, opted_out, sensitive.
    """
    rejected = work / REJECTED / f"{REGISTER}.parquet"
    people = _people(engine, register, present[REGISTER], rejected)
    named = people.inner_join(engine.read(work / PSEUDONYMS), PERSON)
    told = _ethnic(engine, named, work, present, context).rename(of=PERSON)
    joined = named.left_join(told, named[PERSON] == told["of"])
    joined = joined.mutate(**{name: joined[name].fill_null(False) for name in _FLAGS})
    opted = _opted_out(engine, work, present, context)
    joined = joined.left_join(opted, joined[PERSON] == opted["opted"])
    engine.write(joined.mutate(opted_out=joined["opted"].notnull()).select(*_COLUMNS), work / PERSONS, order=(PERSON,))


def _people(engine: Engine, path: Path, layout: Layout, rejected: Path) -> Any:
    """The register without names, numbers and postcodes."""
    held = held_records(engine, path, layout, rejected)
    birth = day_of(held["BIRTH_DATE"])
    return held.select(
        **{
            PERSON: held[ROW],
            "birth_month": ibis.date(birth.year(), birth.month(), 1),
            "birth_date": birth,
            "sex": known_sex(held["SEX"]),
            LSOA: held["LSOA21"],
            "practice": held["PRACTICE"],
            "ethnic_gp": known_code(held["ETHNIC_CATEGORY"], layout.column("ETHNIC_CATEGORY")),
            "ethnic_detail": held["ETHNIC_DETAIL"],
            "registered_from": held["REGISTERED_FROM"],
            "registered_to": held["REGISTERED_TO"],
            "death_date": held["DEATH_DATE"],
            "sensitive": held["SENSITIVE"].notnull(),
        }
    )


def _ethnic(engine: Engine, people: Any, work: Path, present: Mapping[str, Layout], context: Context) -> Any:
    """The category that holds of each person with any record of one, its source, and what may be said of it."""
    rule = ethnicity()
    parts = [_recorded(engine, people, work, number, context) for number, each in enumerate(rule.sources) if each.extract in present]
    told = ibis.union(*parts) if len(parts) > 1 else parts[0]
    place = _place(told["category"], rule.known)
    rank = (told["day"] * _SOURCES + (_SOURCES - 1 - told["source"])) * _CATEGORIES + place
    ranked = told.mutate(rank=rank, place=place)
    grouped = ranked.group_by(PERSON).agg(best=ranked["rank"].max(), least=ranked["place"].min(), most=ranked["place"].max())
    source = _SOURCES - 1 - grouped["best"] // _CATEGORIES % _SOURCES
    return grouped.select(
        PERSON,
        ethnic=_decoded(grouped["best"] % _CATEGORIES, rule.known),
        ethnic_source=_decoded(source, tuple(each.extract for each in rule.sources)),
        ethnic_recorded=ibis.literal(True),
        ethnic_known=grouped["best"].notnull(),
        ethnic_usable=(grouped["least"] == grouped["most"]).fill_null(False),
    )


def _recorded(engine: Engine, people: Any, work: Path, number: int, context: Context) -> Any:
    """person, day (a number), source and category of the records of an extract that say anything, refusals included."""
    rule = ethnicity()
    source = rule.sources[number]
    if source.extract == REGISTER:
        table, category, day = people, people["ethnic_gp"], ibis.literal(_number_of(context.as_of or date.max), "int64")
    else:
        table = engine.read(work / EVENTS / f"{source.extract}.parquet")
        category, day = table[source.category], _number(table[source.day]).fill_null(0)
    said = table.select(**{PERSON: table[PERSON], "day": day, "source": ibis.literal(number, "int64"), "category": category})
    return said.filter(said[PERSON].notnull() & said["category"].isin((*rule.known, *rule.not_stated)))


def _opted_out(engine: Engine, work: Path, present: Mapping[str, Layout], context: Context) -> Any:
    """Persons with an opt-out by the last day."""
    if OPT_OUTS not in present:
        return ibis.memtable(pa.table({"opted": pa.array([], pa.int64())}))
    held = engine.read(work / EVENTS / f"{OPT_OUTS}.parquet")
    held = held.filter(held[PERSON].notnull())
    if context.as_of:
        held = held.filter(held["FROM_DATE"] <= ibis.literal(context.as_of))
    return held.select(opted=held[PERSON]).distinct()


_FLAGS = ("ethnic_recorded", "ethnic_known", "ethnic_usable")
_COLUMNS = (
    PERSON, "pseudonym", "birth_month", "birth_date", "sex", LSOA, "practice", "ethnic", "ethnic_detail", "ethnic_source", "ethnic_gp",
    "ethnic_recorded", "ethnic_known", "ethnic_usable", "registered_from", "registered_to", "death_date", "opted_out", "sensitive",
)  # fmt: skip


def _number(day: Any) -> Any:
    return day.year().cast("int64") * _YEAR + day.month().cast("int64") * _MONTH + day.day().cast("int64")


def _number_of(day: date) -> int:
    return day.year * _YEAR + day.month * _MONTH + day.day


def _place(category: Any, codes: tuple[str, ...]) -> Any:
    return ibis.cases(*((category == code, number) for number, code in enumerate(codes)), else_=None).cast("int64")


def _decoded(place: Any, codes: tuple[str, ...]) -> Any:
    return ibis.cases(*((place == number, code) for number, code in enumerate(codes)), else_=None)
