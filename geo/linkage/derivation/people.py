"""The people of whom indicators are counted: who is left out first, who is registered on a day, and which part of the people each is of.

People with an opt-out and people whose records are sensitive leave numerators and denominators before anything is counted. Whoever died
or left counts up to that day and not after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pyarrow as pa

from geo.linkage.derivation.inputs import AREAS_SCHEMA, NETWORKS_SCHEMA, Inputs, fetched, keep, kept_at
from geo.linkage.engines import Engine
from geo.yamlfiles import read_yaml

_STRATA = Path(__file__).parents[2] / "definitions" / "strata" / "ethnicity.yaml"
NOT_KNOWN = "not-known"
# Sexes and finest ethnic groups are numbers until they are written: places in this list, and in communities().
SEXES = (NOT_KNOWN, "male", "female")
# What a row of facts says of its person; the rest is what its rule finds out. home: place of neighbourhood and practice.
PERSONAL = ("person", "home", "sex", "community")
# A newborn is registered some days after birth: events before that count as of a registered person, if birth was at most so long before.
_REGISTRATION_DAYS = 60
_MONTHS_A_YEAR = 12
# A year in days written as yyyymmdd.
_A_YEAR = 10_000
_PRACTICE, _NO_PRACTICE = "practice", ""


@dataclass(frozen=True)
class Register:
    """Everybody on the register, computed once. homes: home, practice and the areas in which it lies, where the neighbourhood is known.

    file: where everybody stands for engines beside each other, None where there are none.

    everybody: person, home, sex, community, birth_date, born (the same as yyyymmdd), registered_from, registered_to, death_date,
    ethnic_recorded, ethnic_known, ethnic_usable, opted_out, sensitive.
    """

    everybody: Any
    homes: pl.DataFrame
    file: Path | None = None

    def on(self, engine: Engine) -> "Register":
        """The same for this engine, which is the one that it was computed on or one beside it."""
        return self if self.file is None else replace(self, everybody=engine.read(self.file))

    @property
    def eligible(self) -> Any:
        """The people who may be counted: without opt-outs and sensitive records."""
        return self.everybody.filter(~self.everybody["opted_out"] & ~self.everybody["sensitive"])


def register_of(inputs: Inputs) -> Register:
    """Read the people of a world."""
    persons = inputs.persons()
    persons = persons.mutate(practice=persons[_PRACTICE].fill_null(_NO_PRACTICE), lsoa21=persons["lsoa21"].fill_null(""))
    pairs = fetched(inputs.engine, persons.select("lsoa21", _PRACTICE).distinct()).sort("lsoa21", _PRACTICE).with_row_index("home")
    pairs = pairs.with_columns(pl.col("home").cast(pl.Int64))
    numbered = persons.inner_join(ibis.memtable(pairs.to_arrow()), ["lsoa21", _PRACTICE])
    sex = numbered["sex"].cast("string")
    table = numbered.select(
        "person", "home", "birth_date", "registered_from", "registered_to", "death_date", born=number_of(numbered["birth_date"]),
        sex=ibis.cases((sex == "1", 1), (sex == "2", 2), else_=0).cast("int64"),
        community=community_of(numbered["ethnic"], numbered["ethnic_detail"]),
        **{name: numbered[name].fill_null(False) for name in _FLAGS},
    )  # fmt: skip
    if inputs.engine.lanes == 1:
        return Register(keep(inputs.engine, table), _placed(inputs, pairs))
    file = kept_at(inputs.engine, table)
    return Register(inputs.engine.read(file), _placed(inputs, pairs), file)


_FLAGS = ("ethnic_recorded", "ethnic_known", "ethnic_usable", "opted_out", "sensitive")


@cache
def ethnic_groups() -> Mapping[str, Any]:
    """The groupings of ethnic categories."""
    groups: Mapping[str, Any] = read_yaml(_STRATA)
    return groups


@cache
def communities() -> tuple[str, ...]:
    """Slugs of the finest groups: categories and the communities below them, not-known first."""
    raw = ethnic_groups()
    return (NOT_KNOWN, *raw["categories"], *raw["communities"])


def group_of(grouping: str) -> dict[str, str]:
    """Slug of the finest group to its slug in a grouping: broad, categories or communities."""
    raw = ethnic_groups()
    by_code = {each["code"]: slug for slug, each in raw["categories"].items()}
    found = {slug: each["broad"] if grouping == "broad" else slug for slug, each in raw["categories"].items()}
    for slug, each in raw["communities"].items():
        above = by_code[each["code"]]
        found[slug] = {"broad": each["broad"], "categories": above, "communities": slug}[grouping]
        if grouping == "communities":
            found[above] = each["rest"]["slug"]
    return found | {NOT_KNOWN: NOT_KNOWN}


def population(people: Any, table: Any) -> Any:
    """One row for each person and window in which the person is registered and alive on the reference day, with age on that day.

    table: that of windows_table.
    """
    crossed = people.cross_join(table)
    day = crossed["reference"]
    here = (crossed["registered_from"] <= day) & is_after(crossed["registered_to"], day) & is_after(crossed["death_date"], day)
    found = crossed.filter(here & (crossed["birth_date"] <= day))
    return found.mutate(age=age_by_numbers(found["born"], found["reference_number"]))


def was_registered(table: Any, day: Any) -> Any:
    """Whether the person of a row was registered, or newborn and about to be, and not dead on the day of an event."""
    newborn = table["birth_date"] + ibis.interval(days=_REGISTRATION_DAYS) >= table["registered_from"]
    begun = (table["registered_from"] <= day) | (newborn & (table["birth_date"] <= day))
    left = (table["registered_to"] < day).fill_null(False)
    died = (table["death_date"] < day).fill_null(False)
    return begun.fill_null(False) & ~left & ~died


def is_after(value: Any, day: Any) -> Any:
    """Whether a day lies after another; true where it has not come."""
    return (value > day) | value.isnull()


def age_on(birth: Any, day: Any) -> Any:
    """Whole years of age on a day, -1 before birth; who was born on 29 February grows older on 1 March of other years."""
    return age_by_numbers(number_of(birth), number_of(day))


def age_by_numbers(born: Any, day: Any) -> Any:
    """The same of days written as yyyymmdd; -1 before birth."""
    return (day < born).ifelse(-1, (day - born) // _A_YEAR)


def months_on(birth: Any, day: Any) -> Any:
    """Whole months of age on a day; negative before birth."""
    years = day.year().cast("int64") - birth.year().cast("int64")
    months = years * _MONTHS_A_YEAR + day.month().cast("int64") - birth.month().cast("int64")
    return months - (day.day() < birth.day()).cast("int64")


def number_of(day: Any) -> Any:
    """A day as the number yyyymmdd, to which whole years can be added: n years later is 10,000 n more, and 29 February stays in order."""
    return day.year().cast("int64") * 10_000 + day.month().cast("int64") * 100 + day.day().cast("int64")


def as_number(day: date) -> int:
    """A known day as yyyymmdd."""
    return int(f"{day:%Y%m%d}")


def band_of(age: Any, ages: Sequence[int]) -> Any:
    """The place of the band that an age lies in; -1 where the age is missing."""
    places = [(age >= first).fill_null(False).cast("int64") for first in ages]
    return sum(places[1:], places[0]) - 1


def band_slugs(ages: Sequence[int]) -> tuple[str, ...]:
    """The slugs of the bands that begin at these ages: `0-4`, `5-18`, `85-plus`."""
    return (*(f"{first}-{following - 1}" for first, following in pairwise(ages)), f"{ages[-1]}-plus")


def community_of(ethnic: Any, detail: Any) -> Any:
    """The place of the finest group of a person: a community where practices note one, else the category."""
    raw = ethnic_groups()
    place = {slug: number for number, slug in enumerate(communities())}
    below = [((ethnic == each["code"]) & detail.isin(each["details"]), place[slug]) for slug, each in raw["communities"].items()]
    above = [(ethnic == each["code"], place[slug]) for slug, each in raw["categories"].items()]
    return ibis.cases(*((condition.fill_null(False), number) for condition, number in (*below, *above)), else_=0).cast("int64")


def _placed(inputs: Inputs, pairs: pl.DataFrame) -> pl.DataFrame:
    """The homes in known neighbourhoods, with the areas above them, the decile and the network of the practice."""
    areas = pl.DataFrame(inputs.areas.select(AREAS_SCHEMA.names).cast(AREAS_SCHEMA))
    placed = pairs.join(areas, on="lsoa21", how="inner")
    networks = pa.table({name: [] for name in NETWORKS_SCHEMA.names}) if inputs.networks is None else inputs.networks
    of_practice = pl.DataFrame(networks.cast(NETWORKS_SCHEMA))
    homes = placed.join(of_practice, left_on=_PRACTICE, right_on="practice24", how="left")
    homes = homes.with_columns(practice=pl.when(pl.col(_PRACTICE) != _NO_PRACTICE).then(_PRACTICE))
    return homes.with_columns(pl.col(pl.String).cast(pl.Categorical))
