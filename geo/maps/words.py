"""Values and their statuses in words, for pictures that stand alone; the pages say the same (js/words.js)."""

from collections.abc import Mapping
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
STATUS_WORDS: dict[str, str] = {
    "value": "shown",
    "zero": "none counted (0)",
    "suppressed": "cannot be shown (small numbers)",
    "missing": "no data",
    "not_collected": "not collected here",
    "not_applicable": "does not apply here",
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
    return f"{value * times:,.{int(definition.get('decimals', 1))}f}{after}"


def unit_words(definition: Mapping[str, Any]) -> str:
    """The unit by itself."""
    return _UNITS.get(str(definition.get("unit")), _UNITS["count"])[2]


def comparison_words(comparison: str, *, is_linked: bool) -> str:
    """How a value lies to England's, or, of linked records, to that of all people in them."""
    return f"{_COMPARISONS.get(comparison, _COMPARISONS['not_compared'])} {'all made-up people' if is_linked else 'England'}"


def absence_words(status: str, reason: str | None) -> str:
    """What stands where a value would."""
    said = STATUS_WORDS.get(status, STATUS_WORDS["missing"])
    return f"{said}: {reason.replace('_', ' ')}" if reason else said
