"""Who is invited to which screening programme when, by the programmes' own rules with their dates.

Breast: women from 50 up to the 71st birthday, every three years, when the practice's turn comes; the first time before 53.
Bowel: everybody every two years about the birthday, from an age that came down from 60 to 50 by steps, up to 74.
Cervical: women first at 24 1/2; then from 25 to 49 every three years, from 50 to 64 every five; a year after a test with HPV. That five
years pass from 25 to 49 too after a test without HPV since 1 July 2025 changes no invitation before July 2028, beyond the last day: who
is due when is for the derivation to say, from tests on both sides of that date.
Lung: people from 55 to 74 who ever smoked, once in the years of the roll-out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.synthetic.conditions import NEVER_SMOKED
from geo.synthetic.days import ages, day, later
from geo.synthetic.people import END
from geo.synthetic.responses import Response, respond
from geo.synthetic.slices import Slice
from geo.synthetic.streams import Whole, integers, uniform

PROGRAMMES = ("breast", "bowel", "cervical", "lung")
BREAST, BOWEL, CERVICAL, LUNG = range(4)
# Invitations are told from this day on: five and a half years before the first day on which coverage is counted, and some months.
FIRST = day(2019, 10, 1)
_THREE_YEARS, _PRACTICE_TURN = 1_096, 42  # days; a practice's patients are invited within six weeks
# Lowest age of bowel screening from a day on (announced steps of the extension; days within a year chosen).
_BOWEL_AGES = ((FIRST, 60), (day(2021, 4, 1), 56), (day(2023, 4, 1), 54), (day(2024, 4, 1), 52), (day(2025, 1, 1), 50))
_BOWEL_LAST, _BOWEL_SPREAD = 74, 60
_CERVICAL_FIRST_MONTHS, _CERVICAL_MIDDLE, _CERVICAL_END = 12 * 24 + 6, 50, 65
_LUNG_FROM = day(2023, 4, 1)
_ROUNDS_A_PROGRAMME = 16


@dataclass(frozen=True)
class Invitations:
    """Invitations of one programme. who: places in the slice. on: days. key: told apart within the world. response: what came of each."""

    programme: int
    who: Whole
    on: Whole
    key: Whole
    response: Response


def invitations_of(slice_: Slice) -> list[Invitations]:
    """Invitations of the people of a slice from FIRST to the last day."""
    people = slice_.people
    women = people.sex == 2
    parts = []
    for make, flags in (
        (_breast, women),
        (_bowel, np.ones_like(women)),
        (_cervical, women),
        (_lung, slice_.conditions.smoking != NEVER_SMOKED),
    ):
        parts += make(slice_, np.flatnonzero(flags & (people.left > FIRST)))
    return parts


def _breast(slice_: Slice, who: Whole) -> list[Invitations]:
    people, seed = slice_.people, slice_.seed
    fifty, end = later(people.birth[who], months=600), later(people.birth[who], months=12 * 71)
    practice = slice_.world.practice_numbers[people.practice[who]]
    turn = FIRST - _THREE_YEARS + integers(seed, "screening/turn", practice, low=0, high=_THREE_YEARS)
    turn = turn + integers(seed, "screening/within turn", people.index[who], low=0, high=_PRACTICE_TURN)
    # The first turn from the 50th birthday on.
    first = turn + np.maximum(-((turn - fifty) // _THREE_YEARS), 0) * _THREE_YEARS
    found = []
    for number in range(4):
        on = np.where(turn >= fifty, turn, first) + number * _THREE_YEARS
        found.append(_invited(slice_, BREAST, number, who, np.where(on < end, on, END + 1)))
    return found


def _bowel(slice_: Slice, who: Whole) -> list[Invitations]:
    people = slice_.people
    spread = integers(slice_.seed, "screening/bowel spread", people.index[who], low=0, high=_BOWEL_SPREAD)
    starts, lowest = (np.array(column) for column in zip(*_BOWEL_AGES, strict=True))
    found = []
    for number, age in enumerate(range(50, _BOWEL_LAST + 1, 2)):
        on = later(people.birth[who], months=12 * age) + spread
        allowed = lowest[np.maximum(np.searchsorted(starts, on, side="right") - 1, 0)]
        found.append(_invited(slice_, BOWEL, number, who, np.where(age >= allowed, on, END + 1)))
    return found


def _cervical(slice_: Slice, who: Whole) -> list[Invitations]:
    """Round by round, for the next invitation hangs on what came of the one before."""
    people, seed = slice_.people, slice_.seed
    first = later(people.birth[who], months=_CERVICAL_FIRST_MONTHS)
    age = ages(people.birth[who], FIRST)
    recall = np.where(age < _CERVICAL_MIDDLE, 36, 60)
    begun = later(np.full(len(who), FIRST), months=(uniform(seed, "screening/cervical begin", people.index[who]) * recall).astype(np.int64))
    begun = begun + integers(seed, "screening/cervical day", people.index[who], low=0, high=28)
    on = np.where(first >= FIRST, first, begun)
    found = []
    for number in range(_ROUNDS_A_PROGRAMME):
        age = ages(people.birth[who], np.minimum(on, END))
        made = _invited(slice_, CERVICAL, number, who, np.where(age < _CERVICAL_END, on, END + 1))
        if not len(made.who):
            break
        found.append(made)
        who, response = made.who, made.response
        tested = np.where(response.has_attended, response.screened, made.on)
        age = ages(people.birth[who], np.minimum(tested, END))
        months = np.where(age < _CERVICAL_MIDDLE, 36, 60)
        months = np.where(response.has_attended & ~response.is_negative, 12, months)
        on = later(tested.clip(max=END), months=months)
    return found


def _lung(slice_: Slice, who: Whole) -> list[Invitations]:
    people = slice_.people
    on = integers(slice_.seed, "screening/lung", people.index[who], low=_LUNG_FROM, high=END + 400)
    age = ages(people.birth[who], on)
    return [_invited(slice_, LUNG, 0, who, np.where((age >= 55) & (age < 75), on, END + 1))]


def _invited(slice_: Slice, programme: int, number: int, who: Whole, on: Whole) -> Invitations:
    """The invitations of one round that fall into the time that is told, to people who had not left, and what came of them."""
    is_told: NDArray[np.bool_] = (on >= FIRST) & (on <= END) & (on < slice_.people.left[who])
    who, on = who[is_told], on[is_told]
    key = (slice_.people.index[who] * len(PROGRAMMES) + programme) * _ROUNDS_A_PROGRAMME + number
    return Invitations(programme, who, on, key, respond(slice_, programme=PROGRAMMES[programme], who=who, on=on, key=key))
