"""The finest areas and the fewest pooled periods that one indicator may be shown by in one system. No caller sets it.

The steps are a closed list, tried from fine to coarse: the first at which enough areas are reliable is the grain. Whether a value is
reliable was decided when it was computed, on published or protected values, so the grain reveals nothing beyond them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# Fine to coarse; a step that an indicator does not have is passed over. Residents and registered patients have a ladder each.
RESIDENT_LEVELS = ("lsoa", "msoa", "lad", "utla", "sicbl", "icb")
REGISTERED_LEVELS = ("practice", "pcn", "sicbl", "icb")
# Years pooled at each level before the next coarser level is tried.
POOLED_YEARS = (1, 3, 5)
# At this share of reliable areas a map is told by its areas and not by its gaps.
ENOUGH_RELIABLE = 0.9


@dataclass(frozen=True)
class Step:
    """One level and number of years, with what was found there: areas of the system, and how many of them have a reliable value.

    geography: slug of the set of areas. periods: the periods pooled, newest first.
    """

    geography: str
    area_type: str
    periods: tuple[str, ...]
    years: int
    areas: int
    reliable: int


@dataclass(frozen=True)
class ChosenGrain:
    """The step taken, None where none is fine enough to show; `reason` in words; `tried`: every step up to it, in order."""

    step: Step | None
    reason: str
    tried: tuple[Step, ...]


def choose_grain(steps: Sequence[Step], *, enough: float = ENOUGH_RELIABLE) -> ChosenGrain:
    """The first step, from fine to coarse, at which at least `enough` of the areas have a reliable value.

    steps: those that the indicator has in this system, in any order; areas of 0 are passed over.
    """
    ordered = sorted((step for step in steps if step.areas > 0), key=_fineness)
    tried: list[Step] = []
    for step in ordered:
        tried.append(step)
        if step.reliable >= enough * step.areas:
            return ChosenGrain(step, _because(tried, enough), tuple(tried))
    if not tried:
        return ChosenGrain(None, "No set of areas of this system has the indicator.", ())
    return ChosenGrain(None, f"{_failures(tried)} so no grain is fine enough to map; the system's own figure stands.", tuple(tried))


def _fineness(step: Step) -> tuple[int, int]:
    levels = REGISTERED_LEVELS if step.area_type in ("practice", "pcn") else RESIDENT_LEVELS
    return (levels.index(step.area_type) if step.area_type in levels else len(levels), step.years)


def _because(tried: Sequence[Step], enough: float) -> str:
    last = tried[-1]
    said = f"{last.reliable} of {last.areas} areas have a reliable value, at least {enough:.0%}."
    return said if len(tried) == 1 else f"{_failures(tried[:-1])} here {said}"


def _failures(tried: Sequence[Step]) -> str:
    return " ".join(
        f"By {step.area_type} and {_years(step.years)} only {step.reliable} of {step.areas} areas are reliable;" for step in tried
    )


def _years(years: int) -> str:
    return "one period" if years == 1 else f"{years} pooled years"
