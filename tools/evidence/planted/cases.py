"""The small worlds of the evidence: what is planted in each, which records it is made of, and at which level it is judged and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Neighbourhoods, and what they make up: the levels of place findings.
NEIGHBOURHOODS, MIDDLE, DISTRICT = "lsoa21", "msoa21", "lad24"
PLACES, DISTRICTS, GROUPS, HIDDEN, SILENCE = "places", "districts", "groups", "hidden", "silence"


@dataclass(frozen=True)
class Case:
    """One kind of world. planted: stories. people: as `synthesise` takes it, so that it holds the districts that are named.

    indicators: by what they tell of, slugs of derivations; of each kind one has to tell. judge: PLACES (areas that findings name),
    DISTRICTS (figures told as worse than the whole), GROUPS (of people, against the White British), HIDDEN (groups whose gap must not be
    told, but that it may be there) or SILENCE. why: in words of the table. is_flat: every neighbourhood has the same ages, deprivation and
    ethnic groups, so that chance alone is left. groups: those that the story speaks of; asked: of a kind only these, where counts allow
    no more; changed: others that the generator makes differ.
    """

    name: str
    system: str
    people: int
    where: str
    extracts: tuple[str, ...]
    derivations: tuple[str, ...]
    indicators: Mapping[str, tuple[str, ...]]
    judge: str
    level: str
    why: str
    planted: tuple[str, ...] = ()
    edition: str = "as_recorded"
    is_flat: bool = False
    groups: tuple[str, ...] = ()
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    direction: str = "low"


_BLACK = ("african", "caribbean", "black-other")
_MIXED = ("mixed-white-caribbean", "mixed-white-african", "mixed-white-asian", "mixed-other")
_OTHER = ("arab", "any-other")
_ASIAN = ("indian", "pakistani", "bangladeshi", "chinese", "asian-other")
_SCREENING = {"extracts": ("screening", "opt_outs"), "derivations": ("screening-uptake",)}
_VACCINES = {"extracts": ("gp_events", "immunisation", "opt_outs"), "derivations": ("childhood-vaccination", "flu-vaccination")}
_RISK = {"extracts": ("gp_events", "opt_outs"), "derivations": ("blood-pressure-at-40-64",)}
_MEASLES = ("vaccinated-measles-1-24m", "vaccinated-measles-2-5y")
_FLU = ("flu-65-plus", "flu-school")
_NULL = {
    "extracts": ("screening", "apc", "gp_events", "opt_outs"),
    "derivations": ("screening-uptake", "avoidable-admissions", "severe-mental-illness"),
    "indicators": {},
    "judge": SILENCE,
    "level": NEIGHBOURHOODS,
}
_RISKS = {"cardiovascular": ("hypertension-recorded-40-64", "cardiovascular-recorded-40-64")}
_SOUTH_ASIAN = ("indian", "pakistani", "bangladeshi")


def _immunisation(place: str, system: str, people: int, where: str) -> Case:
    return Case(
        f"immunisation-{place}", system, people, where, **_VACCINES, planted=("immunisation",),
        indicators={"MMR": _MEASLES, "flu": _FLU}, judge=DISTRICTS, level=DISTRICT,
        why="a neighbourhood has 20 children a year: of so few no percentage is shown; a district has some thousand",
    )  # fmt: skip


def _ethnicity(name: str, edition: str, judge: str, **others: Any) -> Case:
    why = "groups are told apart in districts and above; from 40 to 64, for groups differ in age"
    return Case(
        name, "bsol", 216_000, "Solihull", **_RISK, planted=("ethnicity",), edition=edition, indicators=_RISKS, judge=judge,
        level=DISTRICT, groups=_SOUTH_ASIAN, direction="high", changed={"cardiovascular": _BLACK}, **{"why": why, **others},
    )  # fmt: skip


CASES = {
    case.name: case
    for case in (
        Case("screening", "ncl", 400_000, "Haringey and the nearest borough", **_SCREENING, planted=("screening",),
             indicators={"bowel": ("bowel-uptake",), "breast": ("breast-uptake",)}, judge=PLACES, level=MIDDLE,
             why="a neighbourhood has 60 women invited a year: of so few no percentage is shown; an MSOA has 300"),
        Case("asthma", "nenc", 300_000, "Newcastle", extracts=("apc", "opt_outs"), derivations=("avoidable-admissions",),
             planted=("asthma",), indicators={"asthma": ("asthma-under-19",)}, judge=PLACES, level=NEIGHBOURHOODS,
             why="a neighbourhood has one or two admissions a year, all withheld: concentrations are found on the secure side"),
        Case("smi", "gm", 650_000, "Oldham, Rochdale, and the nearest district", extracts=("gp_events", "opt_outs"),
             derivations=("severe-mental-illness",), planted=("smi",), indicators={"checks": ("smi-all-six",)}, judge=DISTRICTS,
             level=DISTRICT, why="an MSOA has 70 people on the register: of so few no percentage is shown; a district has 2,000"),
        _immunisation("kent", "km", 400_000, "Thanet, Swale, and the nearest district"),
        _immunisation("leicester", "llr", 700_000, "Leicester and districts around it"),
        _immunisation("bristol", "bnssg", 700_000, "Bristol and the nearest district"),
        _ethnicity("ethnicity", "as_recorded", HIDDEN),
        _ethnicity("ethnicity-repaired", "repaired", GROUPS, asked={"cardiovascular": ("indian", "pakistani")},
                   why="as above; Bangladeshi people of 40 to 64 are 300, of whom chance and rounding hide a ratio of 1.4 in one world of"
                   " six: they are counted below, and not asked of"),
        Case("communities", "wy", 200_000, "Calderdale", **_VACCINES, planted=("communities",),
             indicators={"childhood": (*_MEASLES, "vaccinated-6-in-1-12m"), "flu": _FLU}, judge=GROUPS, level=DISTRICT,
             why="groups are told apart in districts and above; a year's Eastern European children are 100, too few to be shown, so of"
             " them flu vaccination alone is asked", groups=("pakistani", "eastern-european"), asked={"childhood": ("pakistani",)},
             changed={"childhood": (*_BLACK, *_MIXED, *_OTHER), "flu": (*_BLACK, *_MIXED, *_OTHER, *_ASIAN)}),
        Case("null", "ncl", 300_000, "Haringey", **_NULL, why="all levels at which places are judged"),
        Case("null-flat", "ncl", 300_000, "Haringey, all neighbourhoods alike", **_NULL, is_flat=True,
             why="all levels at which places are judged"),
    )
}  # fmt: skip
