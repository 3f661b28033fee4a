"""Numbers, periods and statuses as people read them (en-GB); the scripts say the same in static/pages/js/words.js."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geo.queries.observations import ObservationInfo

# Groups of indicators in the order of the Core20PLUS5 approach (adults, then children and young people), then the rest.
CARE_AREAS: dict[str, str] = {
    "maternity": "Maternity",
    "severe-mental-illness": "Severe mental illness",
    "chronic-respiratory": "Chronic respiratory disease",
    "cancer": "Early cancer diagnosis",
    "hypertension": "Hypertension",
    "cardiovascular": "Heart and circulation",
    "smoking": "Smoking",
    "asthma-cyp": "Asthma (children and young people)",
    "diabetes-cyp": "Diabetes (children and young people)",
    "epilepsy-cyp": "Epilepsy (children and young people)",
    "oral-health-cyp": "Oral health (children and young people)",
    "mental-health-cyp": "Mental health (children and young people)",
    "vaccination": "Vaccination",
    "other": "Other health and care",
    "context": "People and deprivation",
}
SETTINGS: dict[str, str] = {"gp": "GP", "hospital": "Hospital", "community": "Community", "national": "National statistics"}

# Kinds of site as the map names them; another is named after its slug.
SITE_TITLES: dict[str, str] = {
    "hospital": "Hospitals",
    "diagnostic_centre": "Community diagnostic centres",
    "surgical_hub": "Surgical hubs",
    "school": "Schools",
}

# The most deprived fifth.
CORE20_DECILES = 2

STATUS_WORDS: dict[str, str] = {
    "zero": "none counted (0)",
    "suppressed": "cannot be shown (small numbers)",
    "missing": "no data",
    "not_collected": "not collected here",
    "not_applicable": "does not apply here",
}
# England where an indicator is counted from linked records: nobody else is in them.
ENGLAND_OF_RECORDS = "England (all made-up people)"
COMPARISON_WORDS: dict[str, str] = {
    "better": "better than",
    "worse": "worse than",
    "higher": "higher than",
    "lower": "lower than",
    "similar": "cannot be told apart from",
    "not_compared": "not compared with",
}
REASON_WORDS: dict[str, str] = {
    "not_published": "the publisher gives this figure without counts or limits",
    "suppressed_by_publisher": "withheld by the publisher",
    "not_reported": "not reported",
    "area_not_mapped": "the publisher's code leads to no area of today",
    "allocation_error_unknown": "the error of this estimate is not known",
    "small_numbers": "withheld, small numbers",
    "not_in_source": "the source has no figure for this area",
    "no_population": "nobody to count here",
    "incomplete": "part of the area has no figure, so no total is shown",
    "withheld": "withheld, so that small numbers stay hidden",
    "rounding": "withheld, for rounding could move the percentage by more than two points",
    "spread_unknown": "without limits, for a few long stays can make up the sum",
    "mostly_estimated": "not shown, for more than half of it would be estimated for withheld counts",
    "few_areas": "not shown, for it would stand on one or two neighbourhoods with protected counts",
    "few_people": "not shown, for too few people live there for a sum of protected counts",
}


@dataclass(frozen=True)
class Unit:
    """How a unit is read: times what the stored value is multiplied, what follows the number, what the unit is called."""

    times: int
    after: str
    title: str


UNITS: dict[str, Unit] = {
    "proportion": Unit(100, "\N{NO-BREAK SPACE}%", "per cent"),
    "per_100k": Unit(1, " per 100,000", "per 100,000 people"),
    "days_per_100k": Unit(1, " days per 100,000", "days per 100,000 people"),
    "ratio_100": Unit(1, "", "ratio, England = 100"),
    "score": Unit(1, "", "score"),
    "decile": Unit(1, "", "decile, 1 = most deprived"),
    "years": Unit(1, "\N{NO-BREAK SPACE}years", "years"),
    "count": Unit(1, "", "number"),
    "index": Unit(1, "", "index"),
}

# What a difference of units without a sign of their own is called.
DIFFERENCES: dict[str, str] = {"ratio_100": "points of the ratio", "index": "points of the index", "count": "people"}


def site_title(kind: str) -> str:
    """A kind of site in the plural, for people."""
    return SITE_TITLES.get(kind.replace("-", "_"), kind.replace("-", " ").replace("_", " ").capitalize())


def peers(*, is_linked: bool) -> str:
    """Whom an area is held against, inside a sentence: England, or all people of the linked records."""
    return "all made-up people" if is_linked else "England"


def compared(comparison: str, *, is_linked: bool) -> str:
    """A comparison in words: "worse than England"."""
    return f"{COMPARISON_WORDS[comparison]} {peers(is_linked=is_linked)}"


def unit_of(definition: dict[str, Any]) -> Unit:
    """The unit of an indicator; a plain number where it names none that is known."""
    return UNITS.get(definition.get("unit", ""), UNITS["count"])


def bare(value: float, definition: dict[str, Any]) -> str:
    """A value without its unit and with no more digits than the indicator has: 58.2"""
    return minus(f"{value * unit_of(definition).times:,.{int(definition.get('decimals', 0))}f}")


def minus(text: str) -> str:
    """Numbers below zero with the sign that people and screen readers know for it; no zero below zero."""
    shown = text.replace("-", "\N{MINUS SIGN}")
    return shown if any(digit in shown for digit in "123456789") else shown.replace("\N{MINUS SIGN}", "")


def with_unit(value: float, definition: dict[str, Any]) -> str:
    """A value as people read it: 58.2 %"""
    return bare(value, definition) + unit_of(definition).after


def difference(value: float, definition: dict[str, Any]) -> str:
    """A difference of two values: of percentages in percentage points, else in the unit itself: "4.1 percentage points"."""
    if definition.get("unit") == "proportion":
        return f"{bare(value, definition)} percentage points"
    return bare(value, definition) + (unit_of(definition).after or " " + DIFFERENCES.get(definition.get("unit", ""), "points"))


def shown(observation: ObservationInfo, definition: dict[str, Any]) -> str:
    """What stands for an observation's value, whatever its status: "about 58.2 %" or "cannot be shown (small numbers)"."""
    if observation.status in ("value", "zero") and observation.value is not None:
        about = "about " if observation.basis == "modelled" else ""
        return about + with_unit(observation.value, definition)
    return STATUS_WORDS.get(observation.status, STATUS_WORDS["missing"])


def interval(lower: float | None, upper: float | None, definition: dict[str, Any]) -> str:
    """ "55.1 to 61.3 %", or empty where there are no limits."""
    if lower is None or upper is None:
        return ""
    return f"{bare(lower, definition)} to {with_unit(upper, definition)}"


def day(moment: date | datetime | None) -> str:
    """ "7 March 2026", or empty."""
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def decile_words(decile: int | None, *, is_neighbourhood: bool) -> str:
    """A decile of deprivation with what it means; 1 = most deprived. Core20 is said of neighbourhoods only."""
    if decile is None:
        return "not known"
    if decile <= CORE20_DECILES:
        return f"decile {decile}: most deprived 20\N{NO-BREAK SPACE}%" + (" (Core20)" if is_neighbourhood else " of areas of this kind")
    return f"decile {decile}" + (": least deprived 10 %" if decile == 10 else "")
