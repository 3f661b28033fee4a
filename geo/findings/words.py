"""Numbers and units as people read them in a finding: en-GB, no more digits than the limits bear."""

import math
from collections.abc import Mapping
from typing import Any

from geo.disclosure.published_counts import WORDS, Protection, Rule

# A percentage whose limits are further apart than this on either side is told without decimals.
_COARSE_POINTS = 0.02


def figure(value: float, *, unit: str, half_width: float = 0.0) -> str:
    """A value in its unit: `64.1 %`, `123.4 per 100,000`. half_width: half the distance of its limits, in the unit."""
    if unit == "proportion":
        return f"{100 * value:.{0 if half_width > _COARSE_POINTS else 1}f} %"
    return f"{rounded(value, half_width=half_width)} per 100,000"


def with_limits(value: float, lower: float, upper: float, *, unit: str) -> str:
    """A value with its 95 % limits: `64.1 % (62.8 to 65.4)`."""
    half = (upper - lower) / 2
    ends = [figure(end, unit=unit, half_width=half).split(" ")[0] for end in (lower, upper)]
    return f"{figure(value, unit=unit, half_width=half)} ({ends[0]} to {ends[1]})"


def rounded(number: float, *, half_width: float = 0.0) -> str:
    """A count to the place that its limits bear: 1,243 with limits 90 either side is 1,240."""
    step = 10 ** max(0, math.floor(math.log10(half_width))) if half_width >= 1 else 1
    return f"{round(number / step) * step:,.0f}"


def about(number: float) -> str:
    """A count without limits, to two places: `about 4,100`."""
    step = 10 ** max(0, math.floor(math.log10(number)) - 1) if number >= 1 else 1
    return f"about {round(number / step) * step:,.0f}"


def people(number: float, lower: float, upper: float) -> str:
    """A number of people with its limits: `about 1,240 (1,150 to 1,330)`."""
    half = (upper - lower) / 2
    return f"about {rounded(number, half_width=half)} ({rounded(lower, half_width=half)} to {rounded(upper, half_width=half)})"


def chance(number: float) -> str:
    """A p- or q-value: `0.03`, `less than 0.001`."""
    return "less than 0.001" if number < 0.001 else f"{number:.2g}"


def adjusted_for(*taken: str) -> str:
    """What was taken account of, in words: `adjusted for age and sex`; `not adjusted` for nothing."""
    if not taken:
        return "not adjusted"
    return "adjusted for " + (f"{', '.join(taken[:-1])} and {taken[-1]}" if len(taken) > 1 else taken[0])


def model_of(unit: str) -> str:
    """The name of the regression that fits a unit: logistic for shares, Poisson for events."""
    return "Logistic" if unit == "proportion" else "Poisson"


def protected(policy: Protection) -> str:
    """What is said of a method whose counts are protected; nothing of open ones."""
    if not policy.is_protected:
        return ""
    told = f" Protected counts ({WORDS[policy.numerator]}): limits and p allow for every count that each may stand for."
    if policy.denominator is Rule.OPEN:
        return told
    return f"{told} People are rounded too: fewer than {policy.fewest_people:,.0f} are left out, of more the error is allowed for."


def not_all(policy: Protection) -> str:
    """Where small areas are left out: that the published figure of everybody is another one; nothing where none are."""
    return " The published figure of everybody is another: it has the smaller areas in it too." if policy.fewest_people else ""


def counted(definition: Mapping[str, Any]) -> str:
    """Who is missing or too many, as a noun: people screened, vaccinated, checked; admissions."""
    words = {"cervical": "women screened", "cover": "children vaccinated", "smi": "people checked", "stroke": "admissions"}
    linked = {"cancer": "people screened", "vaccination": "people vaccinated", "severe-mental-illness": "people checked"}
    fallback = "admissions" if definition.get("setting") == "hospital" else "people counted"
    if definition.get("family") == "linked":
        # Where more is not better those counted are the others: never screened, declined, not invited.
        if definition.get("polarity") in ("low_is_good", "none"):
            return fallback
        return linked.get(str(definition.get("core20plus5")), fallback)
    return words.get(str(definition.get("family")), fallback)
