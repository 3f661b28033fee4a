"""Stays in hospital: who was admitted when, why and for how long, before anybody writes it down.

Admissions of a person are independent of each other: a Poisson count a year by age, sex, deprivation, broad ethnic group and cause.
Nothing else differs by place but what is planted, so a null world is flat beyond these.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from geo.synthetic.admission_causes import CAUSES, CHILD_ASTHMA, NEWBORN, classes, rates
from geo.synthetic.communities import BROAD_OF, CATEGORIES
from geo.synthetic.country import BROAD
from geo.synthetic.days import ages, day
from geo.synthetic.people import ABSENT, END, START
from geo.synthetic.slices import Slice
from geo.synthetic.streams import Numbers, Whole, counts, happens, integers, repeated, uniform

# Financial years of the extracts, the last one cut on the last day.
PERIODS = tuple((day(year, 4, 1), min(day(year + 1, 4, 1), END + 1)) for year in range(2022, 2027))
_DAYS_A_YEAR = 365.25
# Admissions of one person in one period that keys tell apart: usual ones, planted ones above them, the birth last.
_USUAL, _PLANTED, _BIRTH, _A_PERIOD = 24, 24, 31, 32
# Longer stays may have a second episode under another consultant, and a few a third (chosen).
_SECOND, _THIRD, _LONG_DAYS = 0.45, 0.12, 2
_BORN_IN_HOSPITAL = 0.97
BROAD_PLACE = np.array([next(i for i, name in enumerate(BROAD) if code in BROAD_OF[name]) for code in CATEGORIES])

Parts = tuple[Whole, Whole, Whole, Whole]


@dataclass(frozen=True)
class Spells:
    """Stays in hospital, shape (n,). who: place in the slice. cause: place in CAUSES. key: told apart within the world.

    admitted, discharged: days; discharged may lie after END, for a stay that is not finished. episodes: how many the stay has.
    """

    who: Whole
    cause: Whole
    key: Whole
    admitted: Whole
    discharged: Whole
    episodes: Whole

    def __len__(self) -> int:
        return len(self.who)


def spells_of(slice_: Slice) -> Spells:
    """All stays of the people of a slice while they lived there, in order of person."""
    parts = [part for number in range(len(PERIODS)) for part in _in_period(slice_, number)]
    who, cause, key, admitted = (np.concatenate(columns) for columns in zip(*parts, _births(slice_), strict=True))
    here = np.flatnonzero(slice_.people.is_here(admitted, who) & (slice_.people.birth[who] <= admitted))
    here = here[np.argsort(who[here], kind="stable")]
    who, cause, key, admitted = who[here], cause[here], key[here], admitted[here]
    stay = (-np.log1p(-uniform(slice_.seed, "admissions/stay", key)) * _mean_stays()[cause]).astype(np.int64)
    # Nobody stays beyond death or departure.
    discharged = np.maximum(np.minimum(admitted + stay, slice_.people.left[who]), admitted)
    drawn = uniform(slice_.seed, "admissions/episodes", key)
    more = (drawn < _SECOND).astype(np.int64) + (drawn < _THIRD)
    return Spells(who, cause, key, admitted, discharged, np.where(discharged - admitted < _LONG_DAYS, 1, 1 + more))


def _in_period(slice_: Slice, number: int) -> Iterator[Parts]:
    """Admissions of one financial year: the usual ones, then the planted ones."""
    people, seed = slice_.people, slice_.seed
    first, after = PERIODS[number]
    years = (after - first) / _DAYS_A_YEAR
    age = np.maximum(ages(people.birth, (first + after) // 2), 0)
    of = classes(age, people.sex, people.decile, BROAD_PLACE[people.category])
    base = (people.index * len(PERIODS) + number) * _A_PERIOD
    usual = np.minimum(counts(seed, f"admissions/count {number}", people.index, _rates().sum(axis=1)[of] * years), _USUAL)
    who, nth = repeated(usual)
    key = base[who] + nth
    reached = _reached()[of[who]]
    cause = (uniform(seed, "admissions/cause", key)[:, None] >= reached[:, :-1]).sum(axis=1)
    yield who, cause, key, integers(seed, "admissions/day", key, low=first, high=after)

    factor = slice_.world.planted.asthma[people.lsoa]
    touched = np.flatnonzero(factor > 1)
    more = _rates()[of[touched], CHILD_ASTHMA] * years * (factor[touched] - 1)
    who, nth = repeated(np.minimum(counts(seed, f"admissions/planted {number}", people.index[touched], more), _BIRTH - _PLANTED))
    key = base[touched[who]] + _PLANTED + nth
    yield touched[who], np.full(len(key), CHILD_ASTHMA), key, integers(seed, "admissions/day", key, low=first, high=after)


def _births(slice_: Slice) -> Parts:
    """The stays of the newborn, from the day of birth; those who were not born here, or not in hospital, have none."""
    people = slice_.people
    born = (people.birth >= START) & (people.birth <= END) & (people.group != ABSENT)
    who = np.flatnonzero(born & happens(slice_.seed, "admissions/born", people.index, _BORN_IN_HOSPITAL))
    # They count as living here from birth: the practice registers them some days later.
    who = who[people.came[who] - people.birth[who] < _AT_BIRTH]
    key = people.index[who] * len(PERIODS) * _A_PERIOD + _BIRTH
    return who, np.full(len(who), NEWBORN), key, people.came[who]


# Whoever registers within so many days of birth was born here.
_AT_BIRTH = 15


@cache
def _rates() -> Numbers:
    return rates()


@cache
def _reached() -> Numbers:
    """Shares of causes within each class, cumulated."""
    whole = np.cumsum(_rates(), axis=1)
    return np.asarray(whole / whole[:, -1:])


@cache
def _mean_stays() -> Numbers:
    return np.array([cause.stay for cause in CAUSES])
