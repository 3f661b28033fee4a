"""Vaccinations of children by the schedule of their birth date, and of everybody who is offered flu vaccine, season by season.

The schedule of 2026 is kept by date of birth: MMR became MMRV on 1 January 2026, with the second dose at 18 months for those born from
1 July 2024 on; Hib/MenC left the visit at 12 months for those born from 1 July 2024 on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.synthetic.communities import DETAIL_NAMES, PLACE_OF
from geo.synthetic.conditions import gradient
from geo.synthetic.country import BROAD
from geo.synthetic.days import ages, day, later
from geo.synthetic.people import END, People
from geo.synthetic.planted import EASTERN_EUROPEAN, STORIES
from geo.synthetic.slices import Slice
from geo.synthetic.spells import BROAD_PLACE
from geo.synthetic.streams import Numbers, Whole, happens, integers, uniform

Flags = NDArray[np.bool_]

VACCINES = ("6IN1", "MMR", "MMRV", "HIBMENC", "PCV", "ROTA", "MENB", "FLU")
# Children are told of who were born from this day on: those who became five in the first quarter of the extracts.
BORN_FROM = day(2017, 4, 1)
_EVER, _NEVER = day(1900, 1, 1), day(2089, 1, 1)
_MMRV_SECOND, _MMRV_ONLY, _MMRV_LATER = day(2024, 7, 1), day(2025, 1, 1), day(2022, 9, 1)


@dataclass(frozen=True)
class Dose:
    """One dose of the schedule: due at so many months of age for children born in a span of days. level: share who ever have it."""

    vaccine: str
    number: int
    months: int
    level: float
    born_from: int = _EVER
    born_before: int = _NEVER


# Levels come near to COVER for England in 2023/24 and 2024/25: 6-in-1 at 12 months 91.2 %, PCV 93 %, rotavirus 88.5 %, MenB 91 %; at 24
# months PCV booster 88 %, Hib/MenC 88.6 %, MMR first dose 88.9 %; second dose by five years 83.7 %.
SCHEDULE = (
    Dose("6IN1", 1, 2, 0.965), Dose("6IN1", 2, 3, 0.96), Dose("6IN1", 3, 4, 0.955),
    Dose("ROTA", 1, 2, 0.92), Dose("ROTA", 2, 3, 0.90),
    Dose("MENB", 1, 2, 0.965), Dose("MENB", 2, 4, 0.945), Dose("MENB", 3, 12, 0.905),
    Dose("PCV", 1, 3, 0.955), Dose("PCV", 2, 12, 0.915),
    Dose("HIBMENC", 1, 12, 0.915, born_before=_MMRV_SECOND),
    Dose("MMR", 1, 12, 0.92, born_before=_MMRV_ONLY),
    Dose("MMR", 2, 40, 0.86, born_before=_MMRV_LATER),
    Dose("MMRV", 2, 40, 0.86, born_from=_MMRV_LATER, born_before=_MMRV_SECOND),
    Dose("MMRV", 2, 18, 0.86, born_from=_MMRV_SECOND),
    Dose("MMRV", 1, 12, 0.92, born_from=_MMRV_ONLY),
)  # fmt: skip
_MEASLES = ("MMR", "MMRV")
# Most come within weeks of the due day; the others up to a year late, but for rotavirus, which is not given after 24 weeks.
_LATE, _SOON_DAYS, _LATE_DAYS = 0.12, 42, 330
# A single visit that is missed by who comes else (chosen).
_MISSED = 0.01
_CHILDHOOD_MOST_TO_LEAST = 0.94
_CHILDHOOD_GROUPS = {"black": 0.95, "mixed": 0.97, "other": 0.95}

# Flu seasons by the year in which they begin, whom they offer vaccine, from when, and the share who have it: 65 and over 78 %, younger
# people at risk 41 %, two- and three-year-olds 44 %, school children 50 % (UKHSA, seasons 2022 to 2025, round).
SEASONS = (2022, 2023, 2024, 2025)
_FLU = {"older": 0.78, "at_risk": 0.41, "toddlers": 0.44, "school": 0.50}
_FLU_MOST_TO_LEAST = {"older": 0.90, "at_risk": 0.85, "toddlers": 0.65, "school": 0.65}
_FLU_GROUPS = {"asian": 0.80, "black": 0.62, "mixed": 0.8, "other": 0.75}
_CAMPAIGN_DAYS = 130


# Doses of one person that keys tell apart.
SLOTS = 32


@dataclass(frozen=True)
class Given:
    """Doses that were given. who: places in the slice. vaccine: place in VACCINES. slot: tells a person's doses apart."""

    who: Whole
    vaccine: Whole
    dose: Whole
    on: Whole
    slot: Whole


def given_to(slice_: Slice) -> list[Given]:
    """All doses of the people of a slice up to the last day."""
    return [*_childhood(slice_), *_flu(slice_)]


def _childhood(slice_: Slice) -> list[Given]:
    people, seed = slice_.people, slice_.seed
    children = np.flatnonzero(people.birth >= BORN_FROM)
    index, birth = people.index[children], people.birth[children]
    willing = uniform(seed, "immunisation/willing", index)
    usual = gradient(people.decile[children], _CHILDHOOD_MOST_TO_LEAST) * _by_group(_CHILDHOOD_GROUPS, people, children)
    usual = usual * np.where(_is_reluctant(slice_, children), STORIES["communities"].factor["childhood_vaccination"], 1.0)
    measles = slice_.world.planted.mmr[people.lsoa[children]]
    found = []
    for slot, dose in enumerate(SCHEDULE):
        name = f"immunisation/{dose.vaccine} {dose.number} {dose.months}"
        factor = usual * measles if dose.vaccine in _MEASLES else usual
        has = (willing < np.minimum(dose.level * factor, 0.995)) & ~happens(seed, f"{name} missed", index, _MISSED)
        has &= (birth >= dose.born_from) & (birth < dose.born_before)
        late = happens(seed, f"{name} late", index, 0.0 if dose.vaccine == "ROTA" else _LATE)
        delay = integers(seed, f"{name} delay", index, low=np.where(late, _SOON_DAYS, 0), high=np.where(late, _LATE_DAYS, _SOON_DAYS))
        on = later(birth, months=dose.months) + delay
        has &= (on <= END) & (on < people.left[children])
        found.append(_doses(children[has], dose.vaccine, dose.number, on[has], slot))
    return found


def _flu(slice_: Slice) -> list[Given]:
    people, conditions = slice_.people, slice_.conditions
    found = []
    at_risk = conditions.at_risk | conditions.diabetes | conditions.cardiovascular
    for number, season in enumerate(SEASONS):
        in_august, in_march = ages(people.birth, day(season, 8, 31)), ages(people.birth, day(season + 1, 3, 31))
        months_old = people.birth <= day(season, 3, 1)
        groups = np.select(
            [in_march >= 65, (in_august >= 2) & (in_august <= 3), (in_august >= 4) & (in_august <= 15), at_risk & months_old],
            [0, 2, 3, 1], -1,
        )  # fmt: skip
        for place, group in enumerate(_FLU):
            who = np.flatnonzero(groups == place)
            found.append(_flu_of_group(slice_, who, group, season, len(SCHEDULE) + number))
    return found


def _flu_of_group(slice_: Slice, who: Whole, group: str, season: int, slot: int) -> Given:
    """Who of a group had the vaccine in a season: mostly the same people each year."""
    people, seed = slice_.people, slice_.seed
    index = people.index[who]
    chance = _FLU[group] * gradient(people.decile[who], _FLU_MOST_TO_LEAST[group]) * _by_group(_FLU_GROUPS, people, who)
    chance = chance * slice_.world.planted.flu[people.lsoa[who]]
    chance = chance * np.where(_is_reluctant(slice_, who), STORIES["communities"].factor["flu_vaccination"], 1.0)
    by_habit = happens(seed, f"immunisation/habit {season}", index, 2 / 3)
    drawn = np.where(by_habit, uniform(seed, "immunisation/flu", index), uniform(seed, f"immunisation/flu {season}", index))
    begin = day(season, 10, 1) if group in ("older", "at_risk") else day(season, 9, 1)
    # Early in the campaign most are given: the square of a uniform number.
    on = begin + (uniform(seed, f"immunisation/flu day {season}", index) ** 2 * _CAMPAIGN_DAYS).astype(np.int64)
    has = (drawn < chance) & (on >= people.came[who]) & (on < people.left[who])
    return _doses(who[has], "FLU", 1, on[has], slot)


def _doses(who: Whole, vaccine: str, number: int, on: Whole, slot: int) -> Given:
    same = np.ones(len(who), dtype=np.int64)
    return Given(who, same * VACCINES.index(vaccine), same * number, on, same * slot)


def _is_reluctant(slice_: Slice, who: Whole) -> Flags:
    """Who belongs to the communities of the story, in the neighbourhoods where it plays."""
    people = slice_.people
    details = [DETAIL_NAMES.index(name) for name in EASTERN_EUROPEAN]
    belongs = (people.category[who] == PLACE_OF["J"]) | np.isin(people.detail[who], details)
    return np.asarray(belongs & slice_.world.planted.has_reluctant_communities[people.lsoa[who]])


def _by_group(ratios: dict[str, float], people: People, who: Whole) -> Numbers:
    return np.array([ratios.get(name, 1.0) for name in BROAD])[BROAD_PLACE][people.category[who]]
