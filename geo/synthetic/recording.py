"""Which ethnic category was written down for people: at their practice, and in hospital; missing, refused or wrong as in life.

A label is a place in LABELS, or -1 where nothing was recorded.
"""

import numpy as np
from numpy.typing import NDArray

from geo.synthetic.communities import CATEGORIES, PLACE_OF, SOUTH_ASIAN
from geo.synthetic.conditions import Conditions, has_planted_risk
from geo.synthetic.people import People
from geo.synthetic.planted import UNRECORDED, UNRECORDED_AT_RISK
from geo.synthetic.streams import Whole, choice, happens, uniform
from geo.synthetic.worlds import World

Flags = NDArray[np.bool_]

NOT_STATED, UNKNOWN = len(CATEGORIES), len(CATEGORIES) + 1
LABELS = (*CATEGORIES, "Z", "99")
NOT_RECORDED = -1
# After the mending of records this share stays unrecorded, in every group alike.
_REPAIRED = 0.02
# A practice leaves from a fifth to 2.5 times the average share unrecorded (chosen), by the square of a uniform number.
_BEST, _WORST = 0.2, 2.5
_SQUARE_MEAN = _BEST + (_WORST - _BEST) / 3
# Wrong categories are mostly the neighbours on the form and the catch-all ones, as in hospital records: a code's usual mistakes.
_MISTAKES = {
    "A": "BC", "B": "AC", "C": "AS", "D": "GM", "E": "GN", "F": "GL", "G": "DS", "H": "LJ", "J": "LH",
    "K": "LJ", "L": "SH", "M": "PN", "N": "PM", "P": "MN", "R": "LS", "S": "LG", "T": "AC", "W": "SL",
}  # fmt: skip
_WRONG = np.array([[PLACE_OF[code] for code in _MISTAKES[own]] for own in CATEGORIES])
# Hospitals record less (chosen): so much of what they send has no category, besides the refusals.
_HOSPITAL_UNKNOWN = 0.09
_HOSPITAL_WRONG = 0.05


def at_practice(world: World, people: People, conditions: Conditions) -> Whole:
    """The label in the register of general practice."""
    seed, errors = world.spec.seed, world.spec.errors
    missing = _unrecorded(world, people) | _is_hidden(world, people, conditions)
    drawn = uniform(seed, "recording/practice", people.index)
    wrong = drawn < errors.ethnicity_conflicting
    refused = drawn > 1 - errors.ethnicity_not_stated
    if world.spec.edition == "repaired":
        missing = happens(seed, "recording/repaired", people.index, _REPAIRED)
        wrong, refused = np.zeros_like(wrong), refused & ~np.isin(people.category, SOUTH_ASIAN)
    label = np.where(wrong, _mistaken(seed, "practice", people), people.category)
    label = np.where(refused, NOT_STATED, label)
    unknown = np.where(happens(seed, "recording/written unknown", people.index, 0.4), UNKNOWN, NOT_RECORDED)
    return np.where(missing, unknown, label)


def in_hospital(world: World, people: People, conditions: Conditions) -> Whole:
    """The label in hospital records: that of the person's own making, except where it was never asked; the same in every record."""
    seed, errors = world.spec.seed, world.spec.errors
    drawn = uniform(seed, "recording/hospital", people.index)
    label = np.where(drawn < _HOSPITAL_WRONG, _mistaken(seed, "hospital", people), people.category)
    label = np.where(drawn > 1 - errors.ethnicity_not_stated, NOT_STATED, label)
    missing = happens(seed, "recording/hospital unknown", people.index, _HOSPITAL_UNKNOWN) | _is_hidden(world, people, conditions)
    return np.where(missing, UNKNOWN, label)


def _is_hidden(world: World, people: People, conditions: Conditions) -> Flags:
    """Who is part of the planted gap: nowhere recorded, the more often the higher the risk. Nobody in the repaired edition."""
    if world.spec.edition == "repaired":
        return np.zeros(len(people), dtype=bool)
    share = np.where(conditions.at_cardiovascular_risk, UNRECORDED_AT_RISK, UNRECORDED)
    return happens(world.spec.seed, "recording/gap", people.index, np.where(has_planted_risk(world, people), share, 0.0))


def _unrecorded(world: World, people: People) -> Flags:
    """Whose practice wrote nothing down: practices differ. Those of the planted gap have their own share instead."""
    spec = world.spec
    practice = world.practice_numbers[people.practice]
    level = (_BEST + (_WORST - _BEST) * uniform(spec.seed, "recording/practices", practice) ** 2) / _SQUARE_MEAN
    share = np.where(has_planted_risk(world, people), 0.0, spec.errors.ethnicity_unrecorded * level)
    return happens(spec.seed, "recording/unrecorded", people.index, share)


def _mistaken(seed: int, where: str, people: People) -> Whole:
    """The wrong category that one is taken for."""
    return np.asarray(_WRONG[people.category, choice(seed, f"recording/mistake {where}", people.index, (0.6, 0.4))], dtype=np.int64)
