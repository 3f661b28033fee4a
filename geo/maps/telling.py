"""The words that pictures of one indicator share: what it is, how much of it there is, which statuses occur, what goes with it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from geo.maps.scales import STATUS_LOOKS
from geo.maps.scenes import Key, status_key
from geo.maps.words import STATUS_WORDS, plural, value_words
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice

WITH_VALUE = ("value", "zero")
# Hexagons that would stand on too little that is known: withheld like small numbers, but by another rule, and so in another look.
REFUSED, REFUSALS = "refused", ("mostly_estimated", "few_areas", "few_people")
REFUSED_WORDS = "not shown: it would stand on few areas or people, or mostly on estimates"


def title(indicator: IndicatorInfo, part: Slice) -> str:
    """The indicator, and of whom it is where not of everybody."""
    return indicator.title if part.stratum == "all" else f"{indicator.title}: {part.stratum_title}"


def facts(shown: str, period: str, areas: str, release: ReleaseInfo) -> tuple[str, ...]:
    """What is shown, when and of what, and the release. shown: the unit, or what stands in place of the value."""
    return (f"{shown} · {period} · {areas}", f"Release {release.slug}")


def summary(indicator: IndicatorInfo, values: Sequence[float | None], counted: Counter[str], things: str, what: str = "value") -> str:
    """How many have a value, from where to where, and how many have none for what reason."""
    known = [value for value in values if value is not None]
    told = f"{len(known):,} of {counted.total():,} {things} have a {what}"
    if known:
        told += f", from {value_words(min(known), indicator.definition)} to {value_words(max(known), indicator.definition)}"
    return with_absent(told, counted)


def with_absent(told: str, counted: Counter[str]) -> str:
    """The sentence with how many have none, and where each is to be found."""
    absent = [
        f"{count:,} {STATUS_WORDS.get(status, REFUSED_WORDS)}" for status, count in sorted(counted.items()) if status not in WITH_VALUE
    ]
    return f"{told}{'; ' + ', '.join(absent) if absent else ''}. The table below the map has each of them."


def status_keys(counted: Counter[str], thing: str = "area") -> Iterator[Key]:
    """One line of the legend for each status that occurs."""
    for status in ("zero", "suppressed", "not_collected", "missing", "not_applicable", "not_tested"):
        if counted[status]:
            yield status_key(status, f"{STATUS_WORDS[status]} ({plural(counted[status], thing)})")
    if counted[REFUSED]:
        yield refused_key(counted[REFUSED], thing)


def refused_key(count: int, thing: str = "area") -> Key:
    """The legend's line of what a rule does not let be shown."""
    look = STATUS_LOOKS["suppressed"]
    return Key(f"{REFUSED_WORDS} ({plural(count, thing)})", look["fill"], "cross", look["line"])


def caveats(indicator: IndicatorInfo, *, is_modelled: bool) -> tuple[str, ...]:
    """What the figure may and may not claim."""
    told = [str(note) for note in (indicator.definition.get("basis_note"), *(indicator.definition.get("caveats") or ())) if note]
    return (*(("Modelled values are estimates: counts of other units were moved to these.",) if is_modelled else ()), *told)
