"""Invitations to breast, bowel, cervical and lung screening with what came of them, from October 2019 on, so that intervals can look back.

OUTCOME is null where the invitation is still open on the last day.
"""

import numpy as np
import pyarrow as pa

from geo.synthetic.errors_of_life import identify, written_names
from geo.synthetic.invitations import CERVICAL, PROGRAMMES, invitations_of
from geo.synthetic.responses import ATTENDED, NO_OUTCOME, NO_RESULT, OUTCOMES, RESULTS
from geo.synthetic.slices import Rows, Slice
from geo.synthetic.texts import dates, entries, keys

SCHEMA = pa.schema(
    [
        ("INVITATION_ID", pa.string()), ("PROGRAMME", pa.string()), ("NHS_NUMBER", pa.string()), ("FAMILY_NAME", pa.string()),
        ("GIVEN_NAME", pa.string()), ("BIRTH_DATE", pa.date32()), ("SEX", pa.string()), ("POSTCODE", pa.string()),
        ("INVITED_ON", pa.date32()), ("OUTCOME", pa.string()), ("SCREENED_ON", pa.date32()), ("RESULT", pa.string()),
        ("SELF_SAMPLE", pa.string()),
    ]
)  # fmt: skip
ROW_ID = "INVITATION_ID"
# Call and recall lists lack the number for more people than hospitals (chosen after the shares in Errors).
_NHS_MISSING = 2.5


def make(slice_: Slice) -> Rows:
    """Invitations in order of person."""
    parts = invitations_of(slice_)
    who, on, key = (np.concatenate([getattr(part, name) for part in parts]) for name in ("who", "on", "key"))
    programme = np.concatenate([np.full(len(part.who), part.programme) for part in parts])
    order = np.argsort(who, kind="stable")
    who, on, key, programme = who[order], on[order], key[order], programme[order]
    outcome, screened, result, is_own = (
        np.concatenate([getattr(part.response, name) for part in parts])[order]
        for name in ("outcome", "screened", "result", "is_self_sample")
    )
    written = identify(slice_, who, on, stream="screening", key=key, nhs_missing=_NHS_MISSING)
    family, given = written_names(slice_, who, stream="screening", key=key)
    attended = outcome == ATTENDED
    table = pa.table(
        [
            keys(key, prefix="S"), entries(PROGRAMMES, programme), written.nhs, family, given, written.birth, written.sex, written.postcode,
            dates(on), entries(OUTCOMES, outcome, missing=outcome == NO_OUTCOME), dates(screened, missing=~attended),
            entries(RESULTS, result, missing=result == NO_RESULT),
            entries(("N", "Y"), is_own.astype(np.int64), missing=~attended | (programme != CERVICAL)),
        ],
        names=SCHEMA.names,
    )  # fmt: skip
    return Rows(table, slice_.people.index[who])
