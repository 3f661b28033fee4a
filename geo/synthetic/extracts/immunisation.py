"""Vaccinations given: those of the childhood schedule to children born from April 2017 on, and flu vaccine in four seasons."""

import numpy as np
import pyarrow as pa

from geo.synthetic.errors_of_life import identify
from geo.synthetic.schedules import SLOTS, VACCINES, given_to
from geo.synthetic.slices import Rows, Slice
from geo.synthetic.streams import happens
from geo.synthetic.texts import dates, entries, keys

SCHEMA = pa.schema(
    [
        ("RECORD_ID", pa.string()), ("NHS_NUMBER", pa.string()), ("BIRTH_DATE", pa.date32()), ("SEX", pa.string()),
        ("POSTCODE", pa.string()), ("VACCINE", pa.string()), ("DOSE", pa.string()), ("GIVEN_ON", pa.date32()), ("PROVIDER", pa.string()),
    ]
)  # fmt: skip
ROW_ID = "RECORD_ID"
# Pharmacies and schools send records without a number more often than hospitals (chosen).
_NHS_MISSING = 1.5
# So many flu vaccinations are given by a provider other than the practice (chosen).
_ELSEWHERE = 0.25
_FLU = VACCINES.index("FLU")


def make(slice_: Slice) -> Rows:
    """Doses in order of person."""
    parts = given_to(slice_)
    who, vaccine, dose, on, slot = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("who", "vaccine", "dose", "on", "slot")
    )
    order = np.argsort(who, kind="stable")
    who, vaccine, dose, on = who[order], vaccine[order], dose[order], on[order]
    world = slice_.world
    key = slice_.people.index[who] * SLOTS + slot[order]
    written = identify(slice_, who, on, stream="immunisation", key=key, nhs_missing=_NHS_MISSING)
    own = world.practice_numbers[slice_.people.practice[who]]
    elsewhere = (vaccine == _FLU) & happens(slice_.seed, "immunisation/elsewhere", key, _ELSEWHERE)
    other = len(world.practices) + world.providers_of(slice_.people.lsoa[who], np.zeros(len(who)))
    providers = pa.concat_arrays([world.practices, world.providers])
    table = pa.table(
        [
            keys(key, prefix="V"), written.nhs, written.birth, written.sex, written.postcode, entries(VACCINES, vaccine),
            entries(("1", "2", "3"), dose - 1), dates(on), entries(providers, np.where(elsewhere, other, own)),
        ],
        names=SCHEMA.names,
    )  # fmt: skip
    return Rows(table, slice_.people.index[who])
