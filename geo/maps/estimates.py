"""What the engine thinks of areas, as a map shows it: a class, a look and words for each; the pages say the same (js/estimates.js)."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.maps.scales import EXCEEDANCE, SPOTS
from geo.maps.scenes import Key
from geo.maps.words import STATUS_WORDS, as_told, peers_name, plural, range_words, value_words
from geo.queries.catalogue import IndicatorInfo
from geo.queries.hotspots import EstimateInfo
from geo.tiles.value_codec import SHARES_IN_ONE, towards_half

SHOW_TITLES = {
    "value": "Published value",
    "shrunken": "Shrunken value",
    "smoothed": "Smoothed value",
    "exceedance": "Probability of being worse",
    "spots": "Hot and cold spots",
    "windows": "Scan windows",
}
# Shown on the scale of the values, and in classes of their own.
ESTIMATED_VALUES, CLASSED = ("shrunken", "smoothed"), ("exceedance", "spots", "windows")
NOT_TESTED = STATUS_WORDS["not_tested"]
# Where a probability is told with a word: beyond the inner bounds "likely", beyond the outer ones "very likely".
_BOUNDS = (0.05, 0.2, 0.8, 0.95)
_CERTAINTY = ("very likely better", "likely better", "cannot tell", "likely worse", "very likely worse")
_SHARES = ("5 % or less", "5 to 20 %", "20 to 80 %", "80 to 95 %", "95 % or more")
_UNCLEAR = 2
_SPOT = {"high": 1.0, "low": -1.0, "neither": 0.0}
_WINDOWS = {1.0: "inside a scan window", 0.0: "outside of all windows"}
OUTLINE = "#212b32"
_SAME_CLASSES = (
    "These values are estimates. Their classes are those of the published values, so a colour means the same number;"
    " hatching is that of the published values."
)
_LABELS = (
    (
        "Found on exact counts on the secure side, beyond what the ages, ethnic groups and deprivation of the people there explain."
        " Which areas are in it is all that leaves."
    ),
    (
        "False discoveries are held to 5 % over all indicators of the release together."
        " An area outside is not one where nothing is the matter."
    ),
)
_NOT_TESTED_ABOUT = "An area that was not tested is not one where nothing was found."


@dataclass(frozen=True)
class Paint:
    """The look of an area. fill: #rrggbb. pattern: as in hatching. is_faint: it recedes behind others."""

    fill: str
    pattern: str = "none"
    is_outlined: bool = False
    is_faint: bool = False


def shown_of(show: str, estimate: EstimateInfo | None) -> float | None:
    """What a map shows of an area as a number: in the indicator's unit, 0-1, or 1, 0, -1; None where it was not tested."""
    if estimate is None:
        return None
    if show == "spots":
        return _SPOT.get(estimate.spot)
    if show == "windows":
        return None if estimate.in_window is None else float(estimate.in_window)
    return {"shrunken": estimate.shrunken, "smoothed": estimate.smoothed, "exceedance": estimate.exceedance}[show]


def as_filed(estimate: EstimateInfo, indicator: IndicatorInfo) -> EstimateInfo:
    """The same with the digits that the service gives: those of the indicator, and thousandths of a share."""

    def told(number: float | None) -> float | None:
        return None if number is None else as_told(number, indicator.definition)

    surely = estimate.exceedance
    exceedance = None if surely is None else float(towards_half(np.array([surely * SHARES_IN_ONE]))[0]) / SHARES_IN_ONE
    return replace(
        estimate,
        shrunken=told(estimate.shrunken),
        shrunken_lower=told(estimate.shrunken_lower),
        shrunken_upper=told(estimate.shrunken_upper),
        smoothed=told(estimate.smoothed),
        exceedance=exceedance,
        q=None if estimate.q is None else round(estimate.q, 3),
    )


def certainty_of(probability: float) -> int:
    """Class of a probability of being worse: 0 very likely better, 2 cannot tell, 4 very likely worse."""
    if probability <= _BOUNDS[0]:
        return 0
    if probability <= _BOUNDS[1]:
        return 1
    if probability < _BOUNDS[2]:
        return _UNCLEAR
    return 3 if probability < _BOUNDS[3] else 4


def paint_of(show: str, value: float, indicator: IndicatorInfo) -> Paint:
    """The look of an area whose map shows classes (CLASSED)."""
    if show == "exceedance":
        at = certainty_of(value)
        return Paint(EXCEEDANCE.colours[at], "cross" if at == _UNCLEAR else "none")
    if show == "windows":
        return Paint(SPOTS["window"], is_outlined=True) if value else Paint(SPOTS["neither"])
    if not value:
        return Paint(SPOTS["neither"])
    return Paint(SPOTS[_direction(value, indicator)], "plus" if value > 0 else "minus")


def yardstick(indicator: IndicatorInfo) -> str:
    """What an area is held against: rates of residents are expected of their ages, shares are those of all areas together."""
    if indicator.definition.get("unit") != "proportion":
        return "what the ages of its residents let expect"
    return peers_name(is_linked=indicator.is_linked)


def class_keys(show: str, values: Sequence[float], indicator: IndicatorInfo) -> Iterator[Key]:
    """The classes of a legend and how many areas are in each; those of probability always, others where they occur."""
    if show == "exceedance":
        inside = Counter(certainty_of(value) for value in values)
        for at, (words, share) in enumerate(zip(_CERTAINTY, _SHARES, strict=True)):
            pattern = "cross" if at == _UNCLEAR else "none"
            yield Key(f"{words}, {share} ({plural(inside[at], 'area')})", EXCEEDANCE.colours[at], pattern)
        return
    counted = Counter(values)
    for value in (1.0, -1.0, 0.0) if show == "spots" else (1.0, 0.0):
        if counted[value]:
            paint = paint_of(show, value, indicator)
            words = _spot_words(value, indicator) if show == "spots" else _WINDOWS[value]
            line = OUTLINE if paint.is_outlined else "#6b7780"
            yield Key(f"{words} ({plural(counted[value], 'area')})", paint.fill, paint.pattern, line)


def short_words(show: str, estimate: EstimateInfo | None, indicator: IndicatorInfo, window: str = "") -> str:
    """What one map says of an area, in a few words. window: the scan window that holds it, where one does."""
    value = shown_of(show, estimate)
    if value is None or estimate is None:
        return NOT_TESTED
    if show == "exceedance":
        return f"{_CERTAINTY[certainty_of(value)]}: probability of being worse {probability_words(value)}"
    if show == "spots":
        chance = "" if estimate.q is None else f" (q {chance_words(estimate.q)})"
        return f"{_spot_words(value, indicator)}{chance}" if value else "neither high nor low together with its neighbours"
    if show == "windows":
        return (window or _WINDOWS[1.0]) if value else _WINDOWS[0.0]
    return f"about {value_words(value, indicator.definition)}, {show}"


def columns_of(show: str, *, is_labels: bool) -> tuple[str, ...]:
    """Heads of the columns that stand beside the published value in a table."""
    return {
        "shrunken": ("Shrunken value", "95 % limits of it"),
        "smoothed": ("Smoothed value",),
        "exceedance": ("Being worse",),
        "spots": ("With its neighbours",) if is_labels else ("With its neighbours", "q"),
        "windows": ("Scan window",),
    }[show]


def cells_of(show: str, estimate: EstimateInfo | None, indicator: IndicatorInfo, window: str, *, is_labels: bool) -> tuple[str, ...]:
    """What stands in them for one area."""
    value = shown_of(show, estimate)
    if value is None or estimate is None:
        return ("not tested",) * len(columns_of(show, is_labels=is_labels))
    definition = indicator.definition
    if show == "exceedance":
        return (f"{probability_words(value)}, {_CERTAINTY[certainty_of(value)]}",)
    if show == "spots":
        told = _spot_words(value, indicator) if value else "neither high nor low together with its neighbours"
        return (told,) if is_labels else (told, "" if estimate.q is None else chance_words(estimate.q))
    if show == "windows":
        return (short_words(show, estimate, indicator, window),)
    told = f"about {value_words(value, definition)}"
    if show == "smoothed" or estimate.shrunken_lower is None or estimate.shrunken_upper is None:
        return (told,) if show == "smoothed" else (told, "")
    return told, range_words(estimate.shrunken_lower, estimate.shrunken_upper, definition)


def are_labels(estimates: Iterable[EstimateInfo]) -> bool:
    """Whether spots and windows are labels alone: found on exact counts on the secure side, of which no number leaves."""
    found = list(estimates)
    has_label = any(one.spot in _SPOT or one.in_window is not None for one in found)
    return has_label and all(one.q is None for one in found)


def about(show: str, indicator: IndicatorInfo, *, is_labels: bool) -> tuple[str, ...]:
    """What must be known to read such a map."""
    if is_labels and show in ("spots", "windows"):
        return _LABELS
    is_share = indicator.definition.get("unit") == "proportion"
    expected = f"Held against {yardstick(indicator)}{': all these areas together' if is_share else ''}."
    told: dict[str, tuple[str, ...]] = {
        "exceedance": (expected, "A probability is not a size: an area may be surely worse by little. What cannot be told is hatched."),
        "spots": (
            f"Each area with its neighbours (Gi*), two-sided. {expected}",
            "Of the areas that are marked, at most about 5 % are expected to be there by chance. High ones bear +, low ones −.",
        ),
        "windows": (
            f"Kulldorff's scan for what is worse, each window at 5 %. {expected}",
            "A window is made of whole areas around a centre; not each of its areas need be worse.",
        ),
    }
    return (*told.get(show, (_SAME_CLASSES,)), _NOT_TESTED_ABOUT)


def probability_words(probability: float) -> str:
    """A probability in whole per cent, never 0 or 100."""
    if probability < 0.01:
        return "under 1 %"
    return "over 99 %" if probability > 0.99 else f"{math.floor(probability * 100 + 0.5)} %"


def chance_words(q: float) -> str:
    """The chance of a false discovery with the digits that are told."""
    return "under 0.001" if q < 0.001 else f"{q:.3f}"


def _direction(spot: float, indicator: IndicatorInfo) -> str:
    worse = -1 if indicator.definition.get("polarity") == "high_is_good" else 1
    return "worse" if spot == worse else "better"


def _spot_words(spot: float, indicator: IndicatorInfo) -> str:
    if not spot:
        return "tested, neither"
    return f"{'high' if spot > 0 else 'low'} together with its neighbours, {_direction(spot, indicator)}"
