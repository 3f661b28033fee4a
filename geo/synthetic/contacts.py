"""Contacts with services other than hospital wards, drawn by rates of age, deprivation and broad ethnic group alone."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geo.synthetic.conditions import gradient
from geo.synthetic.days import ages
from geo.synthetic.slices import Slice
from geo.synthetic.streams import Whole, counts, integers, repeated

_DAYS_A_YEAR = 365.25
# Contacts of one person in the extract that keys tell apart; the rest are left out.
_MOST = 64


@dataclass(frozen=True)
class Frequency:
    """Contacts a person a year: by first ages of groups, with the ratio of decile 1 to decile 10."""

    by_age: Mapping[int, float]
    most_to_least: float


def contacts(slice_: Slice, stream: str, frequency: Frequency, days: tuple[int, int]) -> tuple[Whole, Whole, Whole]:
    """Place in the slice, day and key of each contact from the first of these days to before the last, while people lived here."""
    people, (first, after) = slice_.people, days
    firsts = np.array(list(frequency.by_age))
    age = np.maximum(ages(people.birth, (first + after) // 2), 0)
    rate = np.array(list(frequency.by_age.values()))[np.searchsorted(firsts, age, side="right") - 1]
    expected = rate * gradient(people.decile, frequency.most_to_least) * (after - first) / _DAYS_A_YEAR
    who, number = repeated(np.minimum(counts(slice_.seed, f"{stream}/count", people.index, expected), _MOST))
    key = people.index[who] * _MOST + number
    on = integers(slice_.seed, f"{stream}/day", key, low=first, high=after)
    here = people.is_here(on, who)
    return who[here], on[here], key[here]
