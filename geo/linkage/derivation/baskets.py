"""Baskets of ambulatory-care-sensitive conditions, as declared in geo/definitions/baskets/<basket>.yaml; its README explains the words.

Each basket has its own selection of episodes and its own unit of counting: figures of two baskets are never comparable, nor mixed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, reduce
from operator import and_, or_
from pathlib import Path
from typing import Any

from geo.linkage.derivation.checking import read_definition, refuse_unknown, require, wrong
from geo.linkage.derivation.filters import WORDS, begins_with, holds

FOLDER = Path(__file__).parents[2] / "definitions" / "baskets"
STATUSES = ("verified", "draft")
# What is counted: first episodes of stays, or stays of which any episode shows the condition.
EVENT_UNITS = ("admission_episode", "spell")
# Codes of unplanned admission: all that begin with 2, or without transfer in an emergency (2B) and birth at home (2C).
EMERGENCY_CODES = ("all", "strict")
STRICT_LEAVES_OUT = ("2B", "2C")
_FILLER = "X"
_WHOLE_CODE = 4


@dataclass(frozen=True)
class Pattern:
    """Codes that make a condition; each field lists beginnings of codes. One of primary and anywhere is given.

    primary: of the first diagnosis. anywhere: of any. with_secondary, without_secondary: of the others, one of which must, none of which
    may, begin so. without_procedure: of no operation. without_main_procedure: of the first operation.
    """

    primary: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    with_secondary: tuple[str, ...] = ()
    without_secondary: tuple[str, ...] = ()
    without_procedure: tuple[str, ...] = ()
    without_main_procedure: tuple[str, ...] = ()


@dataclass(frozen=True)
class Basket:
    """One basket. selection: filter of episodes. conditions: name to patterns, of which one must hold."""

    id: str
    title: str
    version: int
    status: str
    source: str
    event_unit: str
    selection: Mapping[str, Any]
    conditions: Mapping[str, tuple[Pattern, ...]]

    def selects(self, episodes: Any, emergency_codes: str) -> Any:
        """Whether an episode is of the kind that the basket counts."""
        found = holds(episodes, self.selection)
        return found & ~episodes["ADMIMETH"].isin(STRICT_LEAVES_OUT).fill_null(False) if emergency_codes == "strict" else found

    def shows(self, episodes: Any, conditions: Sequence[str]) -> Any:
        """Whether an episode shows one of these conditions. episodes: with columns DIAG_01 … and OPERTN_01 …"""
        patterns = merged([pattern for name in conditions for pattern in self.conditions[name]])
        return reduce(or_, (matches(episodes, pattern) for pattern in patterns))


@cache
def baskets() -> Mapping[str, Basket]:
    """All baskets by id. Raises DefinitionError for a file that breaks the rules."""
    return {path.stem: read_basket(path) for path in sorted(FOLDER.glob("*.yaml"))}


def read_basket(path: Path) -> Basket:
    """One basket from its file. Raises DefinitionError, saying file, key, what was found and what was expected."""
    raw = read_definition(path)
    raw = {key: value for key, value in raw.items() if key != "lists"}
    require(path, raw, {each.name for each in fields(Basket)})
    for key, valid in (("status", STATUSES), ("event_unit", EVENT_UNITS), ("id", (path.stem,))):
        if raw[key] not in valid:
            raise wrong(path, key, raw[key], "one of " + ", ".join(valid))
    for column, words in raw["selection"].items():
        if isinstance(words, Mapping):
            refuse_unknown(path, f"selection.{column}", words, WORDS)
    conditions = {name: _patterns(path, name, given) for name, given in raw["conditions"].items()}
    return Basket(**raw | {"conditions": conditions})


def merged(patterns: Sequence[Pattern]) -> list[Pattern]:
    """Patterns that together say the same: those that ask the same besides become one with the codes of all."""
    found: dict[Pattern, tuple[str, ...]] = {}
    for pattern in patterns:
        kind = replace(pattern, primary=(), anywhere=("",) if pattern.anywhere else ())
        found[kind] = tuple(dict.fromkeys((*found.get(kind, ()), *pattern.primary, *pattern.anywhere)))
    return [replace(kind, **{"anywhere" if kind.anywhere else "primary": codes}) for kind, codes in found.items()]


def matches(episodes: Any, pattern: Pattern) -> Any:
    """Whether the codes of an episode show a condition."""
    diagnoses = [episodes[name] for name in episodes.columns if name.startswith("DIAG_")]
    operations = [episodes[name] for name in episodes.columns if name.startswith("OPERTN_")]
    main = _any(diagnoses[:1], pattern.primary) if pattern.primary else _any(diagnoses, pattern.anywhere)
    besides = [
        is_wanted(_any(columns, prefixes))
        for columns, prefixes, is_wanted in (
            (diagnoses[1:], pattern.with_secondary, lambda found: found),
            (diagnoses[1:], pattern.without_secondary, lambda found: ~found),
            (operations, pattern.without_procedure, lambda found: ~found),
            (operations[:1], pattern.without_main_procedure, lambda found: ~found),
        )
        if prefixes
    ]
    # What is asked besides is looked at in the few rows alone that show the condition.
    return main.ifelse(reduce(and_, besides), False) if besides else main


def _any(columns: Sequence[Any], prefixes: tuple[str, ...]) -> Any:
    return reduce(or_, (_begins(column, prefixes) for column in columns))


def _begins(code: Any, prefixes: tuple[str, ...]) -> Any:
    """Some senders leave out the filler: a whole code that ends in it is also taken without."""
    found = begins_with(code, prefixes)
    short = [each[:-1] for each in prefixes if len(each) == _WHOLE_CODE and each.endswith(_FILLER)]
    return found | code.isin(short).fill_null(False) if short else found


def _patterns(path: Path, name: str, given: Any) -> tuple[Pattern, ...]:
    key = f"conditions.{name}"
    patterns = []
    for one in given if isinstance(given, list) else [given]:
        refuse_unknown(path, key, one, tuple(each.name for each in fields(Pattern)))
        if ("primary" in one) == ("anywhere" in one):
            raise wrong(path, key, sorted(one), "either primary or anywhere")
        patterns.append(Pattern(**{word: _prefixes(path, f"{key}.{word}", codes) for word, codes in one.items()}))
    return tuple(patterns)


def _prefixes(path: Path, key: str, codes: Any) -> tuple[str, ...]:
    """Beginnings of codes, with lists that a file shares taken in."""
    flat = [code for each in codes for code in (each if isinstance(each, list) else [each])]
    for code in flat:
        if not isinstance(code, str) or not code.isalnum() or not code.isupper() or len(code) > _WHOLE_CODE:
            raise wrong(path, key, code, "the beginning of a code, of 1 to 4 capitals and digits")
    return tuple(flat)
