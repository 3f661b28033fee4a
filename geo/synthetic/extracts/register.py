"""The register of general practice: everybody who is or was registered, as their practice knows them."""

import numpy as np
import pyarrow as pa

from geo.synthetic.communities import DETAIL_NAMES
from geo.synthetic.days import NEVER
from geo.synthetic.errors_of_life import NHS_DIGITS
from geo.synthetic.names import FAMILY, GIVEN
from geo.synthetic.recording import LABELS, NOT_RECORDED, NOT_STATED
from geo.synthetic.slices import Rows, Slice
from geo.synthetic.streams import happens
from geo.synthetic.texts import dates, digits, entries

SCHEMA = pa.schema(
    [
        ("NHS_NUMBER", pa.string()), ("FAMILY_NAME", pa.string()), ("GIVEN_NAME", pa.string()), ("BIRTH_DATE", pa.date32()),
        ("SEX", pa.string()), ("POSTCODE", pa.string()), ("LSOA21", pa.string()), ("PRACTICE", pa.string()),
        ("ETHNIC_CATEGORY", pa.string()), ("ETHNIC_DETAIL", pa.string()), ("REGISTERED_FROM", pa.date32()),
        ("REGISTERED_TO", pa.date32()), ("DEATH_DATE", pa.date32()), ("SENSITIVE", pa.string()),
    ]
)  # fmt: skip
# Records that must not be shared with anybody, as of people under protection (chosen).
_SENSITIVE = 0.004
# Of people of a community with a name of its own, so many have it noted where their category is.
_DETAIL_NOTED = 0.85


def make(slice_: Slice) -> Rows:
    """One row a person, in order of index."""
    people, who = slice_.people, slice_.on_register
    index, left, death = people.index[who], people.left[who], people.death[who]
    label = slice_.recorded_at_practice[who]
    is_noted = (label == people.category[who]) & happens(slice_.seed, "register/detail", index, _DETAIL_NOTED)
    table = pa.table(
        [
            digits(people.nhs[who], width=NHS_DIGITS),
            entries(FAMILY.names, people.family[who]),
            entries(GIVEN.names, people.given[who]),
            dates(people.birth[who]),
            entries(("1", "2"), people.sex[who] - 1),
            entries(slice_.world.postcodes, people.postcode[who]),
            entries(slice_.world.lsoa21, people.lsoa[who]),
            entries(slice_.world.practices, slice_.world.practice_numbers[people.practice[who]]),
            entries(LABELS, label, missing=label == NOT_RECORDED),
            entries(DETAIL_NAMES, people.detail[who], missing=~is_noted | (people.detail[who] == 0) | (label >= NOT_STATED)),
            dates(people.came[who]),
            dates(left, missing=left == NEVER),
            dates(death, missing=death == NEVER),
            entries(("Y",), np.zeros_like(who), missing=~happens(slice_.seed, "register/sensitive", index, _SENSITIVE)),
        ],
        names=SCHEMA.names,
    )
    return Rows(table, index)
