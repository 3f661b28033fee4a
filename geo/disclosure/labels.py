"""The words of detections.json: which neighbourhoods are in a cluster, and nothing that is counted or measured.

A file that holds anything else is refused where it is written and where it is read. Its only numbers are the rule and how many sets
could not leave.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from geo.errors import QualityError

FEWEST_AREAS, FEWEST_PERSONS = 3, 10
KINDS = ("scan_window", "hot_spot")
# Every set of a question that found some was too small to leave.
TOO_SMALL = "too_small_to_tell"
NONE: Mapping[str, Any] = {"fewest_areas": FEWEST_AREAS, "fewest_persons": FEWEST_PERSONS, "refused_sets": 0, "detections": []}
_CHOICES = {
    "kind": KINDS,
    "adjustment": ("none", "age_sex", "deprivation", "age_sex_deprivation"),
    "state": ("found", "nothing_found", "refused"),
    "reason": ("", "too_few_areas", "too_few_people", TOO_SMALL),
}
_NAMES = ("indicator", "geography", "since", "period")
_QUESTION = {*_NAMES, *_CHOICES, "taken_account_of", "sets"}
_DIRECTIONS = ("high", "low")


def check_labels(found: Any, file: str) -> dict[str, Any]:
    """The words of detections.json, if they are nothing but labels. Raises QualityError naming what else there is."""
    fault = next(_faults(found), None)
    if fault:
        raise QualityError(f"{file}: {fault}")
    return dict(found)


def read_labels(path: Path) -> dict[str, Any]:
    """The file, checked. Raises QualityError where it is no JSON or holds anything but labels."""
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise QualityError(f"{path.name}: not readable as JSON: {error}") from error
    return check_labels(found, path.name)


def _faults(found: Any) -> Iterator[str]:
    """What is not as it must be, from the outside inwards: each check rests on those before it."""
    if not isinstance(found, dict) or set(found) != set(NONE):
        yield f"keys: found {sorted(found) if isinstance(found, dict) else type(found).__name__}, expected {sorted(NONE)}"
        return
    if [found[name] for name in ("fewest_areas", "fewest_persons")] != [FEWEST_AREAS, FEWEST_PERSONS]:
        yield "the rule is another one"
    if type(found["refused_sets"]) is not int or found["refused_sets"] < 0:
        yield "refused_sets: must be a whole number of 0 or more"
    for number, each in enumerate(found["detections"]):
        yield from (f"detections.{number}: {fault}" for fault in (*_question_faults(each), *_set_faults(each)))


def _question_faults(each: Any) -> Iterator[str]:
    if not isinstance(each, dict) or set(each) != _QUESTION:
        yield f"must have {', '.join(sorted(_QUESTION))} and nothing else"
        return
    if not all(isinstance(word, str) and word for word in (*(each[name] for name in _NAMES), *each["taken_account_of"])):
        yield f"{', '.join(_NAMES)} and taken_account_of: must be words"
    for name, valid in _CHOICES.items():
        if each[name] not in valid:
            yield f"{name}: found {each[name]!r}, expected one of {', '.join(map(repr, valid))}"
    if (each["state"] == "found") != bool(each["sets"]) or (each["state"] == "refused") != bool(each["reason"]):
        yield "state: does not go with the sets and the reason"


def _set_faults(each: Mapping[str, Any]) -> Iterator[str]:
    for one in each["sets"] if isinstance(each, dict) and "sets" in each else ():
        if not isinstance(one, dict) or set(one) != {"direction", "areas"} or one["direction"] not in _DIRECTIONS:
            yield "sets: each must have direction and areas and nothing else"
            return
        if len(one["areas"]) < FEWEST_AREAS or not all(map(_is_code, one["areas"])) or one["areas"] != sorted(set(one["areas"])):
            yield f"sets: areas must be {FEWEST_AREAS} codes or more, in order, each once"
            return
    if isinstance(each, dict) and each["sets"] != sorted(each["sets"], key=lambda one: one["areas"]):
        yield "sets: must stand in order of their codes"


def _is_code(word: object) -> bool:
    return isinstance(word, str) and len(word) == 9 and word[0].isalpha() and word[1:].isdigit()
