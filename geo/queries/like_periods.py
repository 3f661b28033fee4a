"""Which periods of a series may be compared with the newest: where quarters look a year back, only the same quarter of other years."""

from collections.abc import Mapping
from typing import Any

from geo.periods import parse_period

_QUARTER = "quarter"
# Families of indicators whose quarters each look twelve months back, so that neighbours share most of their people, and the last of a
# year jumps: the definitions of SMI checks say so. Quarters of COVER hold the children of that quarter alone.
_LOOKING_BACK = ("smi",)


def windows_overlap(definition: Mapping[str, Any]) -> bool:
    """Whether quarters of the indicator share people with the quarters before them."""
    return definition.get("family") in _LOOKING_BACK


def like_periods(periods: tuple[str, ...], *, is_overlapping: bool) -> tuple[str, ...]:
    """Those of the newest's kind, the oldest first; of overlapping quarters those of its quarter. Slugs as geo.periods writes them."""
    parsed = sorted(parse_period(slug) for slug in periods)
    if not parsed:
        return ()
    newest = parsed[-1]
    alike = [period for period in parsed if period.kind == newest.kind]
    if newest.kind == _QUARTER and is_overlapping:
        alike = [period for period in alike if period.end.month == newest.end.month]
    return tuple(period.slug for period in alike)
