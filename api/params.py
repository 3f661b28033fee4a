"""What may stand after the question mark: each parameter declared once, for reading it and for telling of it in the schema."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from geo.errors import InputError

# Nothing we ask for is longer; a name of an area has at most 160 letters.
LONGEST = 200
LARGEST_OFFSET = 10_000_000
LARGEST_LIMIT = 1_000
USUAL_LIMIT = 100

_CODE = re.compile(r"^[A-Za-z0-9]{3,16}$")
_SLUG = re.compile(r"^[a-z0-9]+(-+[a-z0-9]+)*$")
_WHOLE = re.compile(r"^[0-9]{1,9}$")
_NUMBER = re.compile(r"^-?[0-9]{1,4}(\.[0-9]{1,15})?$")
_NUMBER_PATTERN = r"-?[0-9]{1,4}(\.[0-9]{1,15})?"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query: how its text becomes a value (raising ValueError, whose message says what was wanted), and its schema."""

    name: str
    description: str
    parse: Callable[[str], Any]
    schema: Mapping[str, Any]
    default: Any = None
    is_required: bool = False


def read_parameters(query: QueryDict, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """The value of every declared parameter, its default where it is not given.

    Raises InputError for an unknown or repeated name (listing the valid ones), and for a value that cannot be read.
    """
    names = tuple(parameter.name for parameter in parameters)
    for name, given in query.lists():
        if name not in names:
            raise InputError("There is no parameter of this name here.", parameter=name[:LONGEST], found=given[-1][:LONGEST], valid=names)
        if len(given) > 1:
            found = ", ".join(text[:LONGEST] for text in given[:3])
            raise InputError(f"{name} is given {len(given)} times; once is enough.", parameter=name, found=found, valid=(name,))
    return {parameter.name: _read(query, parameter) for parameter in parameters}


def refuse_together(values: Mapping[str, Any], *names: str) -> None:
    """Raise InputError where more than one of these parameters is given, for they contradict each other."""
    given = [name for name in names if values.get(name) is not None]
    if len(given) > 1:
        message = f"{' and '.join(given)} contradict each other; give one of them."
        raise InputError(message, parameter=given[1], found=str(values[given[1]]), valid=names)


def refuse_pages(query: QueryDict, values: Mapping[str, Any]) -> None:
    """Raise InputError where a page of a file is asked for: whoever saves a part of it would take that for the whole."""
    for name in ("limit", "offset"):
        if values["format"] != "json" and name in query:
            raise InputError(
                f"{values['format']} is whole and has no pages.", parameter=name, found=str(values[name]), valid=("format=json",)
            )


def _read(query: QueryDict, parameter: Parameter) -> object:
    text = query.get(parameter.name)
    if text is None:
        if parameter.is_required:
            raise InputError(f"{parameter.name} must be given: {parameter.description}", parameter=parameter.name, valid=(parameter.name,))
        return parameter.default
    if len(text) > LONGEST or not text.isprintable() or not text.strip():
        wanted = f"1 to {LONGEST} printable characters"
        raise InputError(f"{parameter.name} needs {wanted}.", parameter=parameter.name, found=text[:LONGEST], valid=(wanted,))
    try:
        return parameter.parse(text)
    except ValueError as error:
        raise InputError(f"{parameter.name}: {error}.", parameter=parameter.name, found=text, valid=_valid(parameter)) from error


def _valid(parameter: Parameter) -> tuple[str, ...]:
    if "enum" in parameter.schema:
        return tuple(str(choice) for choice in parameter.schema["enum"])
    example = parameter.schema.get("examples", [])
    return tuple(str(one) for one in example)


def free_text(name: str, description: str, *, example: str) -> Parameter:
    """Words as somebody types them, with single spaces."""
    schema = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": r"[^\s]", "examples": [example]}
    return Parameter(name, description, lambda text: " ".join(text.split()), schema)


def code(name: str, description: str, *, default: str | None = None) -> Parameter:
    """The code of an area, in capitals."""
    schema = {"type": "string", "pattern": _CODE.pattern, "examples": ["E09000014"]}
    return Parameter(name, description, _matching(_CODE, "an area's code is 3 to 16 letters and digits", str.upper), schema, default)


def slug(name: str, description: str, *, example: str, is_required: bool = False) -> Parameter:
    """A name in an address: lower case, digits and hyphens."""
    schema = {"type": "string", "pattern": _SLUG.pattern, "maxLength": LONGEST, "examples": [example]}
    wanted = "lower case, digits and hyphens are wanted"
    return Parameter(name, description, _matching(_SLUG, wanted, str), schema, None, is_required)


def choice(name: str, description: str, *, choices: tuple[str, ...], default: str | None = None) -> Parameter:
    """One of a few words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"one of {', '.join(choices)} is wanted")
        return text

    schema: dict[str, Any] = {"type": "string", "enum": list(choices)}
    return Parameter(name, description, parse, schema if default is None else {**schema, "default": default}, default)


def whole_number(name: str, description: str, *, low: int, high: int, default: int | None = None) -> Parameter:
    """A whole number between two others, both allowed."""

    def parse(text: str) -> int:
        if not _WHOLE.match(text) or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high} is wanted")
        return int(text)

    schema: dict[str, Any] = {"type": "integer", "minimum": low, "maximum": high, "examples": [low]}
    return Parameter(name, description, parse, schema if default is None else {**schema, "default": default}, default)


def number(name: str, description: str, *, low: float, high: float, example: float, default: float | None = None) -> Parameter:
    """A number with or without decimals, between two others; it must be given where it has no default."""

    def parse(text: str) -> float:
        if not _NUMBER.match(text) or text.endswith("\n") or not low <= float(text) <= high:
            raise ValueError(f"a number from {low:g} to {high:g} is wanted")
        return float(text)

    schema: dict[str, Any] = {"type": "number", "minimum": low, "maximum": high, "examples": [example]}
    return Parameter(name, description, parse, schema if default is None else {**schema, "default": default}, default, default is None)


def degrees(name: str, description: str, *, example: str) -> Parameter:
    """As many comma-separated degrees as the example has: longitude before latitude."""
    amount = example.count(",") + 1

    def parse(text: str) -> tuple[float, ...]:
        parts = text.split(",")
        numbers = tuple(float(part) for part in parts if _NUMBER.match(part))
        if len(numbers) != amount or len(parts) != amount or not all(map(math.isfinite, numbers)):
            raise ValueError(f"{amount} numbers with commas between are wanted, such as {example}")
        if any(abs(longitude) > 180 for longitude in numbers[::2]) or any(abs(latitude) > 90 for latitude in numbers[1::2]):
            raise ValueError("longitudes lie between -180 and 180, latitudes between -90 and 90")
        if amount == 4 and not (numbers[0] < numbers[2] and numbers[1] < numbers[3]):
            raise ValueError("west, south, east, north are wanted, with west before east and south before north")
        return numbers

    pattern = "^" + ",".join([_NUMBER_PATTERN] * amount) + "$"
    return Parameter(name, description, parse, {"type": "string", "pattern": pattern, "examples": [example]})


def period(description: str) -> Parameter:
    """A period as geo.periods writes it; whether the indicator has it is for the query to say."""
    schema = {"type": "string", "maxLength": 32, "examples": ["2021-22", "2023-24-q4", "2017--2019"]}
    return Parameter("period", description, str, schema)


def _matching(pattern: re.Pattern[str], wanted: str, convert: Callable[[str], str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not pattern.match(text) or text.endswith("\n"):
            raise ValueError(wanted)
        return convert(text)

    return parse


# Parameters that several addresses take.
VINTAGE = whole_number("vintage", "Year of the boundaries, such as 2021; the newest that fits where it is left out.", low=1900, high=2100)
RELEASE = slug("release", "Release to read; the current one where it is left out.", example="2026-01")
LIMIT = whole_number("limit", "Results on a page.", low=1, high=LARGEST_LIMIT, default=USUAL_LIMIT)
OFFSET = whole_number("offset", "Results to pass over.", low=0, high=LARGEST_OFFSET, default=0)
PAGING = (LIMIT, OFFSET)
