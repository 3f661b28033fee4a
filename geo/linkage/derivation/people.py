"""The people of whom indicators are counted: who is left out first, who is registered on a day, and which part of the people each is of.

People with an opt-out and people whose records are sensitive leave numerators and denominators before anything is counted. Whoever died
or left counts up to that day and not after it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import ibis

from geo.linkage.derivation.windows import Window, windows_table
from geo.yamlfiles import read_yaml

_STRATA = Path(__file__).parents[2] / "definitions" / "strata" / "ethnicity.yaml"
SEXES = {"1": "male", "2": "female"}
NOT_KNOWN = "not-known"
# What each row of facts says of its person, beside what the rule finds out.
PERSONAL = ("person", "lsoa21", "practice", "sex", "birth_date", "community")
# A newborn is registered some days after birth: events before that count as of a registered person, if birth was at most so long before.
_REGISTRATION_DAYS = 60
_MONTHS_A_YEAR, _MONTH = 12, 100


@cache
def ethnic_groups() -> Mapping[str, Any]:
    """The groupings of ethnic categories."""
    groups: Mapping[str, Any] = read_yaml(_STRATA)
    return groups


def broad_of(grouping: str) -> dict[str, str]:
    """Slug of the finest group of each person to its slug in a grouping: broad, categories or communities."""
    raw = ethnic_groups()
    by_code = {each["code"]: slug for slug, each in raw["categories"].items()}
    found = {slug: each["broad"] if grouping == "broad" else slug for slug, each in raw["categories"].items()}
    for slug, each in raw["communities"].items():
        found[slug] = {"broad": each["broad"], "categories": by_code[each["code"]], "communities": slug}[grouping]
    return found | {NOT_KNOWN: NOT_KNOWN}


def everybody(persons: Any) -> Any:
    """All people of the register with the columns that counting needs, sex as a slug."""
    sex = persons["sex"].cast("string")
    return persons.select(
        "person", "lsoa21", "practice", "birth_date", "registered_from", "registered_to", "death_date",
        sex=ibis.cases(*((sex == code, slug) for code, slug in SEXES.items()), else_=NOT_KNOWN),
        community=_community(persons["ethnic"], persons["ethnic_detail"]),
        ethnic_recorded=persons["ethnic_recorded"], ethnic_known=persons["ethnic_known"], ethnic_usable=persons["ethnic_usable"],
        opted_out=persons["opted_out"].fill_null(False), sensitive=persons["sensitive"].fill_null(False),
    )  # fmt: skip


def eligible(persons: Any) -> Any:
    """The people who may be counted: without opt-outs and sensitive records."""
    found = everybody(persons)
    return found.filter(~found["opted_out"] & ~found["sensitive"])


def population(people: Any, windows: Sequence[Window], back: Sequence[int] = ()) -> Any:
    """One row for each person and period in which the person is registered and alive on the reference day, with age on that day."""
    crossed = people.cross_join(windows_table(windows, back))
    day = crossed["reference"]
    here = (crossed["registered_from"] <= day) & is_after(crossed["registered_to"], day) & is_after(crossed["death_date"], day)
    found = crossed.filter(here & (crossed["birth_date"] <= day))
    return found.mutate(age=age_on(found["birth_date"], found["reference"]))


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
    """Whole years of age on a day; who was born on 29 February grows older on 1 March of other years."""
    return months_on(birth, day) // _MONTHS_A_YEAR


def months_on(birth: Any, day: Any) -> Any:
    """Whole months of age on a day; negative before birth."""
    years = day.year().cast("int64") - birth.year().cast("int64")
    months = years * _MONTHS_A_YEAR + day.month().cast("int64") - birth.month().cast("int64")
    return months - (day.day() < birth.day()).cast("int64")


def number_of(day: Any) -> Any:
    """A day as the number yyyymmdd, to which whole years can be added: n years later is 10,000 n more, and 29 February stays in order."""
    return day.year().cast("int64") * _MONTH * _MONTH + day.month().cast("int64") * _MONTH + day.day().cast("int64")


def number_of_date(day: date) -> int:
    """The same of a day that is known."""
    return day.year * _MONTH * _MONTH + day.month * _MONTH + day.day


def age_band(age: Any, ages: Sequence[int]) -> Any:
    """The slug of the band that an age lies in: `0-4`, `5-18`, `85-plus`; not-known where it is missing."""
    slugs = band_slugs(ages)
    cases = [(age >= first, slugs[place]) for place, first in reversed(list(enumerate(ages)))]
    return ibis.cases(*((condition.fill_null(False), slug) for condition, slug in cases), else_=NOT_KNOWN)


def band_slugs(ages: Sequence[int]) -> tuple[str, ...]:
    """The slugs of the bands that begin at these ages."""
    ends = [*(f"{first}-{following - 1}" for first, following in zip(ages[:-1], ages[1:], strict=True)), f"{ages[-1]}-plus"]
    return tuple(ends)


def _community(ethnic: Any, detail: Any) -> Any:
    """The finest group of a person: a community where practices note one, else the category."""
    raw = ethnic_groups()
    below = [((ethnic == each["code"]) & detail.isin(each["details"]), slug) for slug, each in raw["communities"].items()]
    above = [(ethnic == each["code"], slug) for slug, each in raw["categories"].items()]
    return ibis.cases(*((condition.fill_null(False), slug) for condition, slug in (*below, *above)), else_=NOT_KNOWN)
