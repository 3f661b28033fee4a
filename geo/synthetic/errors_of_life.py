"""How people are written down in the records of hospitals and programmes: as they are, but for errors as in life.

Each record errs by itself: one number (its own key in its stream) decides for each field. Registers hold the true identity; records are
what linkage has to lead back to it.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.synthetic.days import later, parts
from geo.synthetic.names import FAMILY, GIVEN
from geo.synthetic.nhs_numbers import CAPACITY, nhs_numbers
from geo.synthetic.slices import Slice
from geo.synthetic.streams import Whole, happens, integers, uniform
from geo.synthetic.texts import dates, digits, entries

Flags = NDArray[np.bool_]

NHS_DIGITS = 10
# So many wrong spellings of each name are kept ready.
_SPELLINGS = 8
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# Half of the wrong numbers are a neighbour's (of the same street or family), half belong to nobody: an old number, a mistaken one.
_NEIGHBOURS = 0.5
# Kinds of wrong birth dates and their shares: day and month exchanged (where that is a date), another day, another year.
_EXCHANGED, _OTHER_DAY = 0.4, 0.7


@dataclass(frozen=True)
class Identity:
    """Columns of who a record is of, in order of rows. lsoa: place of the neighbourhood in which the person then lived."""

    nhs: pa.Array
    birth: pa.Array
    sex: pa.Array
    postcode: pa.Array
    lsoa: Whole


def identify(slice_: Slice, who: Whole, on: Whole, *, stream: str, key: Whole, nhs_missing: float = 1.0) -> Identity:
    """How records of people (places in the slice) on these days are written. key: a number of each record, its own in the stream.

    nhs_missing: how many times as often as in hospitals the number is missing.
    """
    people, errors, seed = slice_.people, slice_.world.spec.errors, slice_.seed
    drawn = uniform(seed, f"{stream}/nhs", key)
    missing = drawn < errors.nhs_missing * nhs_missing
    wrong = np.flatnonzero(drawn > 1 - errors.nhs_wrong)
    numbers = people.nhs[who]
    numbers[wrong] = _wrong_numbers(seed, f"{stream}/wrong", key[wrong], people.index[who[wrong]])
    former = on < people.moved[who]
    home = np.where(former, people.former_postcode[who], people.postcode[who])
    birth = people.birth[who]
    mistaken = np.flatnonzero(happens(seed, f"{stream}/birth", key, errors.birth_wrong))
    birth[mistaken] = np.minimum(_wrong_births(seed, f"{stream}/wrong birth", key[mistaken], birth[mistaken]), on[mistaken])
    sex = np.where(happens(seed, f"{stream}/sex", key, errors.sex_wrong), 3 - people.sex[who], people.sex[who])
    return Identity(
        nhs=digits(numbers, width=NHS_DIGITS, missing=missing),
        birth=dates(birth),
        sex=entries(("1", "2"), sex - 1),
        postcode=entries(slice_.world.postcodes, home, missing=happens(seed, f"{stream}/postcode", key, errors.postcode_missing)),
        lsoa=np.where(former, people.former_lsoa[who], people.lsoa[who]),
    )


def written_names(slice_: Slice, who: Whole, *, stream: str, key: Whole) -> tuple[pa.Array, pa.Array]:
    """Family and given names as records have them; some are misspelt."""
    share = slice_.world.spec.errors.name_typo
    found = []
    for part, names, places in (
        ("family", FAMILY_SPELLINGS, slice_.people.family[who]),
        ("given", GIVEN_SPELLINGS, slice_.people.given[who]),
    ):
        misspelt = happens(slice_.seed, f"{stream}/{part} typo", key, share)
        variant = integers(slice_.seed, f"{stream}/{part} spelling", key, low=1, high=_SPELLINGS + 1)
        found.append(entries(names, places * (_SPELLINGS + 1) + np.where(misspelt, variant, 0)))
    return found[0], found[1]


def _wrong_numbers(seed: int, stream: str, key: Whole, index: Whole) -> Whole:
    """Valid numbers that are not the person's: a neighbour's, or one that nobody of this world has."""
    nobodys = CAPACITY - 1 - integers(seed, f"{stream}/nobody", key, low=0, high=10**7)
    neighbour = index ^ (1 + (key & 1))
    return nhs_numbers(seed, np.where(happens(seed, f"{stream}/whose", key, _NEIGHBOURS), neighbour, nobodys))


def _wrong_births(seed: int, stream: str, key: Whole, birth: Whole) -> Whole:
    """Birth dates with day and month exchanged, or another day of the month, or a year too few or too many."""
    kind = uniform(seed, stream, key)
    _, month, of_month = parts(birth)
    can_exchange = (of_month <= 12) & (of_month != month)
    exchanged = later(birth - of_month + 1, months=of_month - month) + month - 1
    other_day = birth - of_month + 1 + (of_month + integers(seed, f"{stream}/day", key, low=1, high=27)) % 28
    other_year = later(birth, months=12 * (2 * (key & 1) - 1))
    return np.select([(kind < _EXCHANGED) & can_exchange, kind < _OTHER_DAY], [exchanged, other_day], other_year)


def _spellings(names: pa.Array) -> pa.Array:
    """Each name followed by its wrong spellings: a letter left out, doubled, exchanged with the next, or mistaken, in turns."""
    found = []
    for number, name in enumerate(names.to_pylist()):
        found.append(name)
        for variant in range(_SPELLINGS):
            place = 1 + (7 * number + 3 * variant) % max(len(name) - 2, 1)
            letter = _ALPHABET[(number + 5 * variant) % len(_ALPHABET)]
            kinds = (
                name[:place] + name[place + 1 :],
                name[:place] + name[place] + name[place:],
                name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :],
                name[:place] + letter + name[place + 1 :],
            )
            found.append(kinds[variant % len(kinds)])
    return pa.array(found, pa.string())


FAMILY_SPELLINGS, GIVEN_SPELLINGS = _spellings(FAMILY.names), _spellings(GIVEN.names)
