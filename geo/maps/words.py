"""Values and their statuses in words, for pictures that stand alone; the pages say the same (js/words.js)."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# After the number; times what; and the unit by itself.
_UNITS: dict[str, tuple[str, int, str]] = {
    "proportion": (" %", 100, "per cent"),
    "per_100k": (" per 100,000", 1, "per 100,000 people"),
    "days_per_100k": (" days per 100,000", 1, "days per 100,000 people"),
    "ratio_100": ("", 1, "ratio, England = 100"),
    "score": ("", 1, "score"),
    "decile": ("", 1, "decile, 1 = most deprived"),
    "years": (" years", 1, "years"),
    "count": ("", 1, "number"),
    "index": ("", 1, "index"),
}
_PLURALS: dict[str, str] = {
    "msoa": "wider neighbourhoods",
    "lad": "districts",
    "utla": "counties and unitary authorities",
    "sicbl": "sub-ICB locations",
    "icb": "integrated care boards",
    "rgn": "regions",
}
STATUS_WORDS: dict[str, str] = {
    "value": "shown",
    "zero": "none counted (0)",
    "suppressed": "cannot be shown (small numbers)",
    "missing": "no data",
    "not_collected": "not collected here",
    "not_applicable": "does not apply here",
    "not_tested": "not tested: no estimate here",
}
_COMPARISONS: dict[str, str] = {
    "better": "better than",
    "worse": "worse than",
    "higher": "higher than",
    "lower": "lower than",
    "similar": "cannot be told apart from",
    "not_compared": "not compared with",
}


def value_words(value: float, definition: Mapping[str, Any]) -> str:
    """A number in the indicator's unit, with the decimals that its definition gives."""
    after, times, _ = _UNITS.get(str(definition.get("unit")), _UNITS["count"])
    return f"{_digits(value * times, definition)}{after}"


def unit_words(definition: Mapping[str, Any]) -> str:
    """The unit by itself."""
    return _UNITS.get(str(definition.get("unit")), _UNITS["count"])[2]


def as_told(value: float, definition: Mapping[str, Any]) -> float:
    """The value with the digits that people are told: what a map paints is what it says."""
    _, times, _ = _UNITS.get(str(definition.get("unit")), _UNITS["count"])
    return round(value, int(definition.get("decimals", 1)) + (2 if times == 100 else 0))


def bare_words(value: float, definition: Mapping[str, Any]) -> str:
    """A number without its unit, for classes beside a unit that is named once."""
    _, times, _ = _UNITS.get(str(definition.get("unit")), _UNITS["count"])
    return _digits(value * times, definition)


def range_words(low: float, high: float, definition: Mapping[str, Any]) -> str:
    """From a number to another: "55.1 to 61.3 %"."""
    return f"{bare_words(low, definition)} to {value_words(high, definition)}"


def plural(count: int, one: str) -> str:
    """So many of a thing."""
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def peers_name(*, is_linked: bool) -> str:
    """Whom an area is held against: England, or, of linked records, all people in them."""
    return "all made-up people" if is_linked else "England"


def most_deprived_words(area_type: str) -> str:
    """The most deprived fifth; Core20 only where it is of neighbourhoods, for that is what the word means."""
    return "most deprived 20 % (Core20)" if area_type == "lsoa" else f"most deprived 20 % of {_PLURALS.get(area_type, 'areas')}"


def decile_words(decile: int, area_type: str) -> str:
    """A tenth of deprivation."""
    if not decile:
        return "deprivation not known"
    if decile <= 2:
        return f"decile {decile}, {most_deprived_words(area_type)}"
    return "decile 10, least deprived" if decile == 10 else f"decile {decile}"


def comparison_words(comparison: str, *, is_linked: bool) -> str:
    """How a value lies to England's, or, of linked records, to that of all people in them."""
    return f"{_COMPARISONS.get(comparison, _COMPARISONS['not_compared'])} {peers_name(is_linked=is_linked)}"


def _digits(number: float, definition: Mapping[str, Any]) -> str:
    """The number as a browser writes it: a half of the last digit goes up, as it is written and not as it is stored."""
    last = Decimal(1).scaleb(-int(definition.get("decimals", 1)))
    return f"{Decimal(repr(float(number))).quantize(last, ROUND_HALF_UP):,f}"


def absence_words(status: str, reason: str | None) -> str:
    """What stands where a value would."""
    said = STATUS_WORDS.get(status, STATUS_WORDS["missing"])
    return f"{said}: {reason.replace('_', ' ')}" if reason else said
