"""Filters as definitions write them, as expressions of any engine. A missing value never passes, but for `filled: false` and `not_in`.

    {EPIORDER: ["1"]}                one of these values (a single value stands for a list of one)
    {ADMIMETH: {starts: ["2"]}}      begins with one of these
    {ADMISORC: {not_in: ["51"]}}     none of these; a missing value is none of them
    {age: {from: 53, below: 71}}     from the first up to before the second; also of days
    {STARTAGE: {filled: true}}       has a value
Several columns, and several words of one column, must all hold.
"""

from collections.abc import Mapping
from functools import reduce
from itertools import groupby
from operator import and_, or_
from typing import Any

import ibis

# So many ranges are compared at once.
_FEW = 2
WORDS = ("in", "not_in", "starts", "from", "below", "filled")


def holds(table: Any, wanted: Mapping[str, Any]) -> Any:
    """An expression that is true in the rows that pass, false in all others."""
    parts = [_passes(table[column], word, value) for column, words in wanted.items() for word, value in _words(words).items()]
    return reduce(and_, parts) if parts else ibis.literal(True)


def begins_with(code: Any, prefixes: tuple[str, ...]) -> Any:
    """Whether a code (in ASCII) begins with one of these, as comparisons with the ends of ranges: engines do these fastest.

    Where many ranges share a first letter they are looked at in the few rows alone whose code lies between the first and the last.
    """
    parts = []
    for _, group in groupby(ranges(prefixes), key=lambda each: each[0][0]):
        near = list(group)
        found = reduce(or_, (_between(code, each) for each in near))
        hull = (near[0][0], near[-1][1])
        parts.append(_between(code, hull).ifelse(found, False) if len(near) > _FEW else found)
    return reduce(or_, parts).fill_null(False)


def _between(code: Any, ends: tuple[str, str]) -> Any:
    return (code >= ends[0]) & (code < ends[1])


def ranges(prefixes: tuple[str, ...]) -> list[tuple[str, str]]:
    """What begins with one of these, as ranges from the first text up to before the second; neighbours are one range."""
    found: list[tuple[str, str]] = []
    for first in sorted(set(prefixes)):
        after = first[:-1] + chr(ord(first[-1]) + 1)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(after, found[-1][1]))
        else:
            found.append((first, after))
    return found


def _words(words: Any) -> Mapping[str, Any]:
    return words if isinstance(words, Mapping) else {"in": words}


def _passes(value: Any, word: str, given: Any) -> Any:
    listed = tuple(given) if isinstance(given, list | tuple) else (given,)
    if word == "in":
        return value.isin(list(listed)).fill_null(False)
    if word == "not_in":
        return ~value.isin(list(listed)).fill_null(False)
    if word == "starts":
        return begins_with(value, listed)
    if word == "filled":
        return value.notnull() if given else value.isnull()
    bound = ibis.literal(given)
    return ((value >= bound) if word == "from" else (value < bound)).fill_null(False)
