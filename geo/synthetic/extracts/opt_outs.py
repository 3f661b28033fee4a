"""National data opt-outs: who has one, and since when."""

import pyarrow as pa

from geo.synthetic.conditions import gradient
from geo.synthetic.days import day
from geo.synthetic.errors_of_life import NHS_DIGITS
from geo.synthetic.people import END
from geo.synthetic.slices import Rows, Slice
from geo.synthetic.streams import happens, integers
from geo.synthetic.texts import dates, digits

SCHEMA = pa.schema([("NHS_NUMBER", pa.string()), ("FROM_DATE", pa.date32())])
ROW_ID = "NHS_NUMBER"
# About 5.4 % of registered people (published for 2023 and after), more of them in prosperous neighbourhoods (ratio chosen).
SHARE, _MOST_TO_LEAST = 0.054, 0.6
# The day on which opt-outs began.
_BEGIN = day(2018, 5, 25)


def make(slice_: Slice) -> Rows:
    """One row a person who opted out by the last day."""
    people, who = slice_.people, slice_.on_register
    share = SHARE * gradient(people.decile[who], _MOST_TO_LEAST)
    who = who[happens(slice_.seed, "opt-outs/who", people.index[who], share)]
    since = integers(slice_.seed, "opt-outs/since", people.index[who], low=_BEGIN, high=END + 1)
    since = since.clip(min=people.birth[who])
    return Rows(pa.table([digits(people.nhs[who], width=NHS_DIGITS), dates(since)], names=SCHEMA.names), people.index[who])
