"""What people make of an invitation to screening: whether they come, and what the test says.

Two thirds of the decision are a person's own for good, so that some are never screened; the rest is drawn anew each time.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.synthetic.conditions import gradient
from geo.synthetic.country import BROAD
from geo.synthetic.days import day
from geo.synthetic.people import END
from geo.synthetic.slices import Slice
from geo.synthetic.spells import BROAD_PLACE
from geo.synthetic.streams import Numbers, Whole, happens, integers, uniform

Flags = NDArray[np.bool_]

OUTCOMES = ("attended", "not_attended", "declined", "unsuitable", "ceased", "not_traced")
ATTENDED, NOT_ATTENDED, DECLINED, UNSUITABLE, CEASED, NOT_TRACED = range(6)
NO_OUTCOME = -1
RESULTS = ("adequate", "inadequate", "hpv_negative", "hpv_positive", "fit_negative", "fit_positive")
NO_RESULT = -1
# Attendance: breast uptake 70 % (England 2023-24, 50 to 70), bowel 68 %, cervical tests by invitation 70 % (coverage is about that), lung
# 45 %. Levels published, in round numbers; ratios of decile 1 to 10 and of groups chosen, of the order of published ones.
ATTENDANCE = {"breast": 0.70, "bowel": 0.68, "cervical": 0.70, "lung": 0.45}
MOST_TO_LEAST = {"breast": 0.82, "bowel": 0.75, "cervical": 0.88, "lung": 0.8}
_GROUPS = {
    "breast": {"asian": 0.88, "black": 0.92, "other": 0.85},
    "bowel": {"asian": 0.74, "black": 0.85, "mixed": 0.92, "other": 0.80},
    "cervical": {"asian": 0.80, "black": 0.95, "other": 0.82},
    "lung": {"asian": 0.9, "black": 0.9},
}
# Of those who do not come: who says no, and who cannot be found (chosen).
_DECLINING, _UNTRACED = 0.12, 0.02
# Of all: unsuitable this time, and ceased for good, as after a mastectomy or hysterectomy (chosen).
_UNSUITABLE, _CEASED = 0.008, 0.006
# Days from invitation to test, and after which somebody who has not come counts as not attending.
_SOONEST, _LATEST, _OPEN_DAYS = 10, 100, 90
_OWN_DECISION = 2 / 3
_HPV, _FIT_POSITIVE, _INADEQUATE = 0.12, 0.02, 0.02
# Self-samples are offered to women who have not come, from this day on (chosen); so many of the tests are then their own.
_SELF_SAMPLES_FROM, _SELF_SAMPLES = day(2026, 1, 1), 0.06


@dataclass(frozen=True)
class Response:
    """What came of invitations, shape (n,). outcome: place in OUTCOMES or NO_OUTCOME. screened: day, where attended.

    result: place in RESULTS or NO_RESULT. is_self_sample, is_negative: of cervical tests.
    """

    outcome: Whole
    screened: Whole
    result: Whole
    is_self_sample: Flags
    is_negative: Flags

    @property
    def has_attended(self) -> Flags:
        """Whether there was a test."""
        return np.asarray(self.outcome == ATTENDED)


def respond(slice_: Slice, *, programme: str, who: Whole, on: Whole, key: Whole) -> Response:
    """The response to each invitation (place in the slice, day, key). One that is still open on the last day has no outcome."""
    seed = slice_.seed
    index = slice_.people.index[who]
    by_person = happens(seed, f"screening/{programme} own way", key, _OWN_DECISION)
    drawn = np.where(by_person, uniform(seed, f"screening/{programme} person", index), uniform(seed, f"screening/{programme} time", key))
    comes = drawn < attendance(slice_, programme, who)
    kind = uniform(seed, f"screening/{programme} kind", key)
    outcome = np.where(comes, ATTENDED, np.select([kind < _DECLINING, kind < _DECLINING + _UNTRACED], [DECLINED, NOT_TRACED], NOT_ATTENDED))
    outcome = np.where(happens(seed, f"screening/{programme} ceased", index, _CEASED), CEASED, outcome)
    outcome = np.where(happens(seed, f"screening/{programme} unsuitable", key, _UNSUITABLE), UNSUITABLE, outcome)
    screened = on + integers(seed, f"screening/{programme} day", key, low=_SOONEST, high=_LATEST)
    is_open = ((outcome == ATTENDED) & (screened > END)) | ((outcome == NOT_ATTENDED) & (on + _OPEN_DAYS > END))
    outcome = np.where(is_open, NO_OUTCOME, outcome)
    result = np.where(outcome == ATTENDED, _results(programme, uniform(seed, f"screening/{programme} result", key)), NO_RESULT)
    is_own = happens(seed, "screening/self-sample", key, _SELF_SAMPLES) & (on >= _SELF_SAMPLES_FROM) & (programme == "cervical")
    return Response(outcome, screened, result, is_own, result == RESULTS.index("hpv_negative"))


def attendance(slice_: Slice, programme: str, who: Whole) -> Numbers:
    """The chance that each of these people comes: by deprivation and ethnic group, and as planted."""
    people = slice_.people
    by_group = np.array([_GROUPS[programme].get(name, 1.0) for name in BROAD])[BROAD_PLACE]
    planted = {"breast": slice_.world.planted.breast, "bowel": slice_.world.planted.bowel}.get(programme)
    chance = ATTENDANCE[programme] * gradient(people.decile[who], MOST_TO_LEAST[programme]) * by_group[people.category[who]]
    return chance if planted is None else np.asarray(chance * planted[people.lsoa[who]])


def _results(programme: str, drawn: Numbers) -> Whole:
    """Results of tests."""
    usual, found = {"cervical": ("hpv_negative", "hpv_positive"), "bowel": ("fit_negative", "fit_positive")}.get(
        programme, ("adequate", "adequate")
    )
    share = {"cervical": _HPV, "bowel": _FIT_POSITIVE}.get(programme, 0.0)
    places = [RESULTS.index(name) for name in ("inadequate", found, usual)]
    return np.asarray(np.select([drawn < _INADEQUATE, drawn < _INADEQUATE + share], places[:2], places[2]), dtype=np.int64)
