"""Costs of admitted episodes by patient (PLICS): one row an episode, however often it was sent; a stay's cost is shared by its episodes."""

import numpy as np
import pyarrow as pa

from geo.synthetic.admission_causes import CAUSES
from geo.synthetic.extracts.admissions import episode_keys
from geo.synthetic.slices import Rows, Slice
from geo.synthetic.spells import spells_of
from geo.synthetic.streams import uniform
from geo.synthetic.texts import entries, keys

SCHEMA = pa.schema([("EPIKEY", pa.string()), ("POINT_OF_DELIVERY", pa.string()), ("COST", pa.float64())])
ROW_ID = "EPIKEY"
# Elective, day case, short and long unplanned stays, as the cost collection names them.
_POINTS = ("DC", "EL", "NES", "NEL")
_KIND = np.array([{"day case": 0, "planned": 1}.get(cause.kind, 2) for cause in CAUSES])
_COST, _STAY = np.array([cause.cost for cause in CAUSES]), np.array([cause.stay for cause in CAUSES])
# Half of a cost goes with the days of the stay (chosen), and unexplained spread is by up to a third.
_BY_DAYS, _SPREAD = 0.5, 0.33
_LONG_DAYS = 2


def make(slice_: Slice) -> Rows:
    """Episodes that began by the last day, in order of person."""
    spells = slice_.once(spells_of)
    spell, _, key = episode_keys(spells)
    cause, days = spells.cause[spell], (spells.discharged - spells.admitted)[spell]
    by_stay = 1 - _BY_DAYS + _BY_DAYS * (days + 0.5) / (_STAY[cause] + 0.5)
    spread = 1 + _SPREAD * (2 * uniform(slice_.seed, "costs/spread", key) - 1)
    cost = np.round(_COST[cause] * by_stay * spread / spells.episodes[spell], 2)
    point = _KIND[cause] + ((_KIND[cause] == 2) & (days >= _LONG_DAYS))
    table = pa.table([keys(key), entries(_POINTS, point), pa.array(cost)], names=SCHEMA.names)
    return Rows(table, slice_.people.index[spells.who[spell]])
