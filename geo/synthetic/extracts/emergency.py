"""Emergency care (ECDS): attendances at emergency departments from 1 April 2025 on, the last five quarters.

Complaints and diagnoses are SNOMED CT concepts. Nothing is planted here: attendances differ by age and deprivation alone.
"""

import numpy as np
import pyarrow as pa

from geo.synthetic.contacts import Frequency, contacts
from geo.synthetic.days import day
from geo.synthetic.errors_of_life import identify
from geo.synthetic.people import END
from geo.synthetic.recording import LABELS, UNKNOWN
from geo.synthetic.slices import Rows, Slice
from geo.synthetic.streams import choice, uniform
from geo.synthetic.texts import dates, entries, keys

SCHEMA = pa.schema(
    [
        ("ATTENDANCE_ID", pa.string()), ("NHS_NUMBER", pa.string()), ("BIRTH_DATE", pa.date32()), ("SEX", pa.string()),
        ("ETHNIC_CATEGORY", pa.string()), ("POSTCODE", pa.string()), ("ARRIVAL_DATE", pa.date32()), ("ACUITY", pa.string()),
        ("CHIEF_COMPLAINT", pa.string()), ("DIAGNOSIS", pa.string()), ("PROVIDER", pa.string()),
    ]
)  # fmt: skip
ROW_ID = "ATTENDANCE_ID"
DAYS = (day(2025, 4, 1), END + 1)
# Attendances at major departments: about 0.28 a resident a year (16 million, published, round); by age and deprivation as is usual.
_FREQUENCY = Frequency({0: 0.60, 1: 0.45, 5: 0.25, 15: 0.28, 25: 0.25, 45: 0.22, 65: 0.27, 75: 0.42, 85: 0.70}, 2.0)
# Levels 1 (immediate) to 5 (not urgent), with weights (chosen).
_ACUITY = {"1": 1, "2": 12, "3": 45, "4": 36, "5": 6}
# Complaints and diagnoses that go with them: chest pain, abdominal pain, breathlessness, fall, head injury, fever, limb injury.
_COMPLAINTS = {"29857009": 9, "21522001": 11, "267036007": 9, "161898004": 8, "82271004": 6, "386661006": 9, "125605004": 12}
_DIAGNOSES = ("22298006", "68566005", "13645005", "263102004", "82271004", "233604007", "125605004", "195967001")


def make(slice_: Slice) -> Rows:
    """Attendances in order of person."""
    who, on, key = contacts(slice_, "ecds", _FREQUENCY, DAYS)
    written = identify(slice_, who, on, stream="ecds", key=key)
    label, seed = slice_.recorded_in_hospital[who], slice_.seed
    complaint = choice(seed, "ecds/complaint", key, list(_COMPLAINTS.values()))
    providers = slice_.world.providers_of(slice_.people.lsoa[who], uniform(seed, "ecds/provider", key))
    drawn = uniform(seed, "ecds/diagnosis", key)
    diagnosis = (complaint + (drawn * 1.4).astype(np.int64)) % len(_DIAGNOSES)
    table = pa.table(
        [
            keys(key, prefix="A"), written.nhs, written.birth, written.sex, entries(LABELS, label, missing=label == UNKNOWN),
            written.postcode, dates(on), entries(tuple(_ACUITY), choice(seed, "ecds/acuity", key, list(_ACUITY.values()))),
            entries(tuple(_COMPLAINTS), complaint), entries(_DIAGNOSES, diagnosis, missing=drawn > 0.9),
            entries(slice_.world.providers, providers),
        ],
        names=SCHEMA.names,
    )  # fmt: skip
    return Rows(table, slice_.people.index[who])
