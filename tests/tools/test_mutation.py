"""The program that breaks code on purpose: what it changes, what it leaves, and that a change reaches whoever holds the function."""

import sys
from types import ModuleType

import pytest

from tools.evidence.mutation.changes import changes
from tools.evidence.mutation.trial import install

SOURCE = '''"""A module."""

from dataclasses import dataclass

LIMIT = 10
words = {"a": 1}


@dataclass(frozen=True)
class Pair:
    """Two numbers."""

    first: int
    second: int = 3

    @property
    def total(self) -> int:
        """Their sum."""
        return self.first + self.second


def capped(value: int, *, by: int = 2) -> int:
    """A number up to the limit."""
    if value < 0:
        raise ValueError("below 0")
    return min(
        value * by,
        LIMIT,
    )
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    path = tmp_path / "broken_on_purpose.py"
    path.write_text(SOURCE)
    live = ModuleType("broken_on_purpose")
    live.__file__ = str(path)
    monkeypatch.setitem(sys.modules, live.__name__, live)
    exec(compile(SOURCE, str(path), "exec"), vars(live))
    return live, {(change.before, change.after): change for change in changes(path, module=live.__name__)}


def test_functions_classes_and_constants_are_changed_and_the_words_of_refusals_are_not(module):
    _, found = module

    assert ("LIMIT = 10", "LIMIT = 11") in found
    assert ("if value < 0:", "if value <= 0:") in found
    assert ("value * by,", "value / by,") in found
    assert ("return self.first + self.second", "return self.first - self.second") in found
    assert ("second: int = 3", "second: int = 4") in found
    assert not [before for before, _ in found if before.startswith(("raise", "words", '"""'))]


def test_a_change_knows_its_statement(module):
    _, found = module

    change = found["value * by,", "value / by,"]
    assert SOURCE.splitlines()[change.first - 1 : change.last] == ["    return min(", "        value * by,", "        LIMIT,", "    )"]
    assert (change.function, change.constants) == ("capped", ())
    assert found["LIMIT = 10", "LIMIT = 11"].constants == ("LIMIT",)
    head = found["if value < 0:", "if value <= 0:"]
    assert head.first == head.last


@pytest.mark.parametrize(
    ("before", "after", "results"),
    [
        ("value * by,", "value / by,", (2.0, 4, 3)),
        ("def capped(value: int, *, by: int = 2) -> int:", "def capped(value: int, *, by: int = 3) -> int:", (10, 4, 3)),
        ("return self.first + self.second", "return self.first - self.second", (8, -2, 3)),
        ("second: int = 3", "second: int = 4", (8, 5, 4)),
        ("LIMIT = 10", "LIMIT = 11", (8, 4, 3)),
    ],
)
def test_a_change_reaches_whoever_holds_the_function(module, before, after, results):
    live, found = module
    capped, pair = live.capped, live.Pair

    install(found[before, after])

    assert (capped(4), pair(1).total, pair(1).second) == results
    assert capped(99) == (11 if before == "LIMIT = 10" else 10)
    assert isinstance(pair(1), live.Pair)
