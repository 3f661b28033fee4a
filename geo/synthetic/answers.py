"""The sealed answers of a world: who everybody truly is, whom each record is truly of, and what was planted. Never read by linkage."""

from typing import Any

import numpy as np
import pyarrow as pa

from geo.synthetic.communities import CATEGORIES, DETAIL_NAMES
from geo.synthetic.days import NEVER
from geo.synthetic.errors_of_life import NHS_DIGITS
from geo.synthetic.planted import STORIES
from geo.synthetic.slices import Slice
from geo.synthetic.streams import Whole
from geo.synthetic.texts import dates, digits, entries
from geo.synthetic.worlds import World

GROUPS = ("current", "departed", "absent")
PEOPLE_SCHEMA = pa.schema(
    [
        ("PERSON", pa.int64()), ("NHS_NUMBER", pa.string()), ("GROUP", pa.string()), ("LSOA21", pa.string()), ("DECILE", pa.int8()),
        ("BIRTH_DATE", pa.date32()), ("SEX", pa.string()), ("ETHNIC_CATEGORY", pa.string()), ("ETHNIC_DETAIL", pa.string()),
        ("TWIN", pa.bool_()), ("MOVED_ON", pa.date32()), ("CAME", pa.date32()), ("LEFT", pa.date32()), ("DEATH_DATE", pa.date32()),
        ("HYPERTENSION", pa.bool_()), ("CARDIOVASCULAR", pa.bool_()), ("SMI", pa.bool_()),
    ]
)  # fmt: skip
TRUTH_SCHEMA = pa.schema([("extract", pa.string()), ("row_id", pa.string()), ("person", pa.int64())])


def people_of(slice_: Slice) -> pa.Table:
    """One row for everybody of the slice, the absent too."""
    people, conditions = slice_.people, slice_.conditions
    columns = [
        pa.array(people.index),
        digits(people.nhs, width=NHS_DIGITS),
        entries(GROUPS, people.group),
        entries(slice_.world.lsoa21, people.lsoa),
        pa.array(people.decile.astype(np.int8)),
        dates(people.birth),
        entries(("1", "2"), people.sex - 1),
        entries(CATEGORIES, people.category),
        entries(DETAIL_NAMES, people.detail, missing=people.detail == 0),
        pa.array(people.twin),
        dates(people.moved, missing=people.moved == 0),
        dates(people.came),
        dates(people.left, missing=people.left == NEVER),
        dates(people.death, missing=people.death == NEVER),
        pa.array(conditions.hypertension),
        pa.array(conditions.cardiovascular),
        pa.array(conditions.smi),
    ]
    return pa.table(columns, names=PEOPLE_SCHEMA.names)


def truth_of(extract: str, row_id: pa.Array, person: Whole) -> pa.Table:
    """Whom each row of an extract is of."""
    columns = [entries((extract,), np.zeros(len(person), dtype=np.int64)), row_id, pa.array(person)]
    return pa.table(columns, names=TRUTH_SCHEMA.names)


def stories_of(world: World) -> dict[str, Any]:
    """What was planted where, for whom and by how much, as plain values; an empty list in a null world."""
    stories = [
        {
            "story": name,
            "title": STORIES[name].title,
            "level": STORIES[name].level,
            "areas": list(areas),
            "group": dict(STORIES[name].group),
            "factor": dict(STORIES[name].factor),
        }
        for name, areas in world.planted.areas.items()
    ]
    return {"synthetic": True, "world": world.spec.name, "stories": stories}
