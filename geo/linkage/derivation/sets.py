"""Which people of one indicator are people of another, by how both are defined: what a reader of two figures may put together.

Every indicator counts a set for its numerator and one for its denominator, each the rows of its rule's facts that pass some filters. A set
lies in another where its filters say all that the other's say; what a rule's columns say of each other stands here, by rule. An indicator
with a column of which nothing is said is refused, so that none is added without its relations.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from geo.disclosure.family import Known
from geo.linkage.derivation.baskets import baskets
from geo.linkage.derivation.definitions import Derivation, Indicator
from geo.linkage.derivation.screening import STATES

# What a set asks of its rule's facts: by column the values it takes (a frozenset), or from where to below where (a pair).
Range = tuple[Any, Any]
Asked = Mapping[str, frozenset[Any] | Range]
NOWHERE, EVERYWHERE = "", "\uffff"
# Flags and words of each rule's facts that say nothing of each other; what they do say of each other is in `_implied`.
_COLUMNS: Mapping[str, frozenset[str]] = {
    "admissions": frozenset({"age", "selection", "unit", "patterns", "emergency_codes", "value"}),
    "screening": frozenset({"age", "in_programme", "ceased", "never_tested", "up_to_date", "state"}),
    "screening-uptake": frozenset({"programme", "age", "attended", "left_out"}),
    "childhood": frozenset({"birth_date", "reached"}),
    "flu": frozenset({"age", "age_of_children", "age_of_older", "at_risk", "vaccinated"}),
    "severe-mental-illness": frozenset({"age", "on_register", "on_qof_register", "all_six"}),
    "conditions": frozenset({"age", "pressure_checked", "pressure_controlled", "assessed", "high_risk"}),
    "completeness": frozenset({"age", "ethnic_recorded", "ethnic_known", "ethnic_usable"}),
    "opt-outs": frozenset({"age", "opted_out"}),
    "linkage": frozenset({"extract", "linked"}),
}
# A test that need not be repeated for so many years is one for life.
_FOR_LIFE = 99
# Whom one derivation counts and another does too: who has not opted out is whoever else is counted on the last day of the records.
_ACROSS = (Known(("opted-out", "without"), (("ethnicity-known", "denominator"),)),)


@dataclass(frozen=True)
class Counted:
    """A set that an indicator counts. part: a word of Known. asked: what its rows must be, implications among them."""

    indicator: str
    part: str
    asked: Asked

    def lies_in(self, other: "Counted") -> bool:
        """Whether every row of this is one of the other."""
        return all(column in self.asked and _is_within(self.asked[column], wanted) for column, wanted in other.asked.items())

    def is_apart_from(self, other: "Counted") -> bool:
        """Whether no row of this can be one of the other."""
        return any(column in other.asked and not _meet(asked, other.asked[column]) for column, asked in self.asked.items())


def known_between(derivations: Iterable[Derivation]) -> tuple[Known, ...]:
    """Every relation between the sets of verified and other indicators that are given, each to the nearest sets that hold it.

    Raises ValueError for a filter with a column of which nothing is said here.
    """
    sets: dict[str, list[Counted]] = {}
    found: list[Known] = []
    names = set()
    for each in derivations:
        # Derivations of one rule with the same parameters and days look at the same facts.
        facts = repr((each.rule, sorted(each.parameters.items()), each.kinds, each.reference, each.lag_months))
        # First those that are derived for the most periods, for to the first of equal sets the others are related.
        ordered = sorted(each.indicators, key=lambda indicator: indicator.history_months)
        sets.setdefault(facts, []).extend(counted for indicator in ordered for counted in _sets_of(each, indicator))
        names |= {indicator.slug for indicator in each.indicators}
        found += _all_of(each)
    found += [known for counted in sets.values() for known in _nearest(counted)]
    return (*found, *(each for each in _ACROSS if {each.whole[0], *(name for name, _ in each.parts)} <= names))


def _nearest(sets: Sequence[Counted]) -> list[Known]:
    """Equal sets to the first of them; each first one within the smallest that hold it, with others there that it is apart from."""
    first: list[Counted] = []
    found = []
    for each in sets:
        same = next((other for other in first if each.lies_in(other) and other.lies_in(each)), None)
        if same is None:
            first.append(each)
        else:
            found.append(replace(_known(same, [each]), is_equal=True))
    for whole in first:
        inner = [each for each in first if each is not whole and each.lies_in(whole)]
        outermost = [each for each in inner if not any(each is not other and each.lies_in(other) for other in inner)]
        found += [_known(whole, group) for group in _apart(outermost)]
    return [each for each in found if not _says_itself(each)]


def _says_itself(known: Known) -> bool:
    """Whether one share's numerator or those without lie in its denominator, or are it (or what equals it) together."""
    names = {name for name, _ in known.parts}
    return names == {known.whole[0]} or (len(names) == 1 and len(known.parts) > 1)


def _apart(sets: Sequence[Counted]) -> list[list[Counted]]:
    """Sets in groups that do not overlap, as few as are found by putting each where it fits first."""
    groups: list[list[Counted]] = []
    for each in sets:
        group = next((group for group in groups if all(each.is_apart_from(other) for other in group)), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    return groups


def _known(whole: Counted, parts: Sequence[Counted]) -> Known:
    return Known((whole.indicator, whole.part), tuple((each.indicator, each.part) for each in parts))


def _sets_of(derivation: Derivation, indicator: Indicator) -> list[Counted]:
    """The sets of an indicator: numerator (but of sums, which count no set), denominator, and of shares those without."""
    of_people = {} if derivation.rule != "admissions" else {"unit": "person"}
    denominator = _asked(derivation, {**indicator.denominator, **of_people})
    found = [Counted(indicator.slug, "denominator", denominator)]
    if derivation.rule == "admissions":
        if indicator.kind != "sum":
            found.append(Counted(indicator.slug, "numerator", _asked_of_stays(derivation, indicator)))
        return found
    found.append(Counted(indicator.slug, "numerator", _asked(derivation, {**indicator.denominator, **indicator.numerator})))
    if len(indicator.numerator) == 1:
        ((column, value),) = indicator.numerator.items()
        if isinstance(value, bool):
            found.append(Counted(indicator.slug, "without", _asked(derivation, {**indicator.denominator, column: not value})))
    return found


def _asked_of_stays(derivation: Derivation, indicator: Indicator) -> Asked:
    """What a stay must be to count: of the basket's selection, with one of the conditions' patterns, counted in this unit."""
    basket = baskets()[indicator.basket]
    conditions = indicator.conditions or tuple(basket.conditions)
    # An age is told from the column of ages.
    own = {"STARTAGE": {"filled": True}} | dict(basket.selection) if "age" in basket.selection else basket.selection
    asked = {
        **({"age": basket.selection["age"]} if "age" in basket.selection else {}),
        **indicator.numerator,
        "selection": repr(sorted((column, repr(words)) for column, words in own.items() if column != "age")),
        "unit": indicator.event_unit or basket.event_unit,
        "patterns": [repr(pattern) for name in conditions for pattern in basket.conditions[name]],
    }
    if indicator.emergency_codes != "all":
        asked["emergency_codes"] = indicator.emergency_codes
    return _asked(derivation, asked)


def _asked(derivation: Derivation, filters: Mapping[str, Any]) -> Asked:
    """The filters as values and ranges, with what they imply."""
    told = _COLUMNS[derivation.rule] | _flags(derivation)
    unknown = sorted(set(filters) - told)
    if unknown:
        raise ValueError(f"{derivation.name}: nothing is said of {', '.join(unknown)} in geo/linkage/derivation/sets.py")
    asked = {column: _value(words) for column, words in filters.items()}
    implied = [(_values(given), _values(then)) for given, then in _implied(derivation)]
    while True:
        more = {
            column: value
            for given, then in implied
            if all(column in asked and _is_within(asked[column], value) for column, value in given.items())
            for column, value in then.items()
            if column not in asked
        }
        if not more:
            return asked
        asked |= more


def _flags(derivation: Derivation) -> frozenset[str]:
    """Columns that a derivation's own parameters name."""
    parameters = derivation.parameters
    named = [*parameters.get("doses", {}), *parameters.get("elements", {}), *parameters.get("registers", {})]
    return frozenset([*named, *(f"tested_{months}" for months in parameters.get("coverage_months", ()))])


def _implied(derivation: Derivation) -> Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """What columns of a rule's facts say of each other: whoever is the first is the second."""
    if derivation.rule == "screening":
        months = sorted(derivation.parameters.get("coverage_months", ()))
        tested = [*(f"tested_{each}" for each in months), "up_to_date"]
        # Where nobody is ever due again, who was tested once is up to date.
        is_once = all(rule["years"] >= _FOR_LIFE for rule in derivation.parameters["due"])
        return [
            *(({each: True}, {"never_tested": False}) for each in tested),
            *(({"never_tested": True}, {each: False}) for each in tested),
            *([({"up_to_date": False}, {"never_tested": True}), ({"never_tested": False}, {"up_to_date": True})] if is_once else []),
            *(({f"tested_{less}": True}, {f"tested_{more}": True}) for less, more in combinations(months, 2)),
            ({"up_to_date": True, "ceased": False}, {"state": "not_yet_due"}),
            ({"ceased": True}, {"state": "unsuitable_or_ceased"}),
            *(({"state": each}, {"ceased": False}) for each in STATES if each != "unsuitable_or_ceased"),
        ]
    if derivation.rule == "childhood":
        doses = derivation.parameters["doses"]
        return [({one: True}, {other: True}) for one in doses for other in doses if one != other and _is_more(doses[one], doses[other])]
    if derivation.rule == "severe-mental-illness":
        elements: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = [
            ({"all_six": True}, {each: True}) for each in derivation.parameters["elements"]
        ]
        return [*elements, ({"on_register": True}, {"on_qof_register": True})]
    chains = {
        "conditions": [("pressure_controlled", "pressure_checked"), ("high_risk", "assessed")],
        "completeness": [("ethnic_usable", "ethnic_known"), ("ethnic_known", "ethnic_recorded")],
    }.get(derivation.rule, [])
    forth = [({one: True}, {other: True}) for one, other in chains]
    return forth + [({other: False}, {one: False}) for one, other in chains]


def _is_more(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether who has had these doses has had the others."""
    return (
        set(one["vaccines"]) <= set(other["vaccines"])
        and one["least"] >= other["least"]
        and one["by"] <= other["by"]
        and one.get("from", 0) >= other.get("from", 0)
    )


def _all_of(derivation: Derivation) -> list[Known]:
    """Who has not everything lacks one thing at least: those without all six checks are among those without each."""
    if derivation.rule != "severe-mental-illness":
        return []
    found = []
    for whole in derivation.indicators:
        parts = [
            each
            for element in derivation.parameters["elements"]
            for each in derivation.indicators
            if each.denominator == whole.denominator and dict(each.numerator) == {element: True}
        ]
        if dict(whole.numerator) == {"all_six": True} and len(parts) == len(derivation.parameters["elements"]):
            found.append(Known((whole.slug, "without"), tuple((each.slug, "without") for each in parts), is_cover=True))
    return found


def _values(words: Mapping[str, Any]) -> Asked:
    return {column: _value(each) for column, each in words.items()}


def _value(words: Any) -> frozenset[Any] | Range:
    """A filter's words of one column as the values it takes, or the range."""
    if isinstance(words, Mapping):
        return words.get("from", NOWHERE), words.get("below", EVERYWHERE)
    return frozenset(words if isinstance(words, list) else [words])


def _is_within(inner: frozenset[Any] | Range, outer: frozenset[Any] | Range) -> bool:
    if isinstance(inner, frozenset) and isinstance(outer, frozenset):
        return inner <= outer
    if isinstance(inner, tuple) and isinstance(outer, tuple):
        return _not_after(outer[0], inner[0], NOWHERE) and _not_after(inner[1], outer[1], EVERYWHERE)
    return False


def _not_after(first: Any, second: Any, open_end: str) -> bool:
    """Whether one end of a range is not after another, where an open end is before or after everything."""
    if open_end == NOWHERE and (first == NOWHERE or second == NOWHERE):
        return bool(first == NOWHERE)
    if open_end == EVERYWHERE and (first == EVERYWHERE or second == EVERYWHERE):
        return bool(second == EVERYWHERE)
    return bool(first <= second)


def _meet(one: frozenset[Any] | Range, other: frozenset[Any] | Range) -> bool:
    """Whether some value is in both; in doubt yes."""
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return bool(one & other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _begins_before_end(one, other) and _begins_before_end(other, one)
    return True


def _begins_before_end(one: Range, other: Range) -> bool:
    return bool(one[0] == NOWHERE or other[1] == EVERYWHERE or one[0] < other[1])
