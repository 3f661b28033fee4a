"""Community services (CSDS): contacts from 1 April 2025 on, far fewer than in life, for no indicator is made of them yet."""

import numpy as np
import pyarrow as pa

from geo.synthetic.contacts import Frequency, contacts
from geo.synthetic.days import ages, day
from geo.synthetic.errors_of_life import identify
from geo.synthetic.people import END
from geo.synthetic.slices import Rows, Slice
from geo.synthetic.streams import uniform
from geo.synthetic.texts import dates, entries, keys

SCHEMA = pa.schema(
    [
        ("CONTACT_ID", pa.string()), ("NHS_NUMBER", pa.string()), ("BIRTH_DATE", pa.date32()), ("SEX", pa.string()),
        ("POSTCODE", pa.string()), ("CONTACT_DATE", pa.date32()), ("TEAM_TYPE", pa.string()), ("PROVIDER", pa.string()),
    ]
)  # fmt: skip
ROW_ID = "CONTACT_ID"
DAYS = (day(2025, 4, 1), END + 1)
# Contacts a person a year: health visiting of the youngest, nursing and therapies of the oldest (chosen, about a tenth of the real number).
_FREQUENCY = Frequency({0: 1.2, 1: 0.4, 5: 0.06, 18: 0.05, 45: 0.10, 65: 0.25, 75: 0.6, 85: 1.4}, 1.4)
# Teams by first ages: 18 health visiting, 21 school nursing, 12 district nursing, 16 musculoskeletal, 25 podiatry (made-up numbers).
_TEAMS = {0: ("18", "18"), 5: ("21", "21"), 18: ("16", "25"), 65: ("12", "25")}


def make(slice_: Slice) -> Rows:
    """Contacts in order of person."""
    who, on, key = contacts(slice_, "csds", _FREQUENCY, DAYS)
    written = identify(slice_, who, on, stream="csds", key=key)
    group = np.searchsorted(np.array(list(_TEAMS)), ages(slice_.people.birth[who], on), side="right") - 1
    second = uniform(slice_.seed, "csds/team", key) > 0.7
    teams = [code for pair in _TEAMS.values() for code in pair]
    table = pa.table(
        [
            keys(key, prefix="C"), written.nhs, written.birth, written.sex, written.postcode, dates(on),
            entries(_unique(teams), np.array([_unique(teams).index(code) for code in teams])[2 * group + second]),
            entries(slice_.world.providers, slice_.world.providers_of(slice_.people.lsoa[who], np.zeros(len(who)))),
        ],
        names=SCHEMA.names,
    )  # fmt: skip
    return Rows(table, slice_.people.index[who])


def _unique(codes: list[str]) -> list[str]:
    return list(dict.fromkeys(codes))
