"""The layouts of published files, as declared in geo/definitions/layouts/<family>.yaml.

A layout says where the header is, which columns there must be, what their values may be, which rows are not for us
(with a reason), what makes a row unique, and how many rows the registered edition has. A file that fits needs no Python.
The words are explained in geo/definitions/layouts/README.md.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from geo.errors import DefinitionError
from geo.yamlfiles import read_yaml

FOLDER = Path(__file__).parent.parent / "definitions" / "layouts"
FORMATS = ("csv", "parquet", "sheet", "geojson")
TYPES = ("text", "code", "integer", "number", "boolean", "date")
MATCHES = ("exact", "prefix")
OTHER_HEADINGS = ("refuse", "ignore")


@dataclass(frozen=True)
class Column:
    """One column: how it is headed in the file, what it is called with us, and what its values may be.

    geography: its codes are checked against the code book where that knows the geography; shape: regular expression of a code.
    null_tokens: texts that mean "no value", each with the reason it stands for ("" = none is given).
    reason_field: name of a second column that holds that reason. expect: the only values of this vintage or period.
    into: name of the list column that gathers this one with its neighbours, in order of declaration.
    """

    field: str
    headings: tuple[str, ...] = ()
    type: str = "text"
    geography: str = ""
    shape: str = ""
    required: bool = True
    nullable: bool = False
    null_tokens: Mapping[str, str] = dataclasses.field(default_factory=lambda: {"": ""})
    reason_field: str = ""
    minimum: float | None = None
    maximum: float | None = None
    one_of: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    trim: bool = True
    thousands: bool = False
    date_format: str = "%Y-%m-%d"
    into: str = ""
    keep: bool = True


@dataclass(frozen=True)
class Drop:
    """Rows that are not for us: `field` begins with or equals something, is blank, or is filled. Counted under `reason`."""

    field: str
    reason: str
    starts_with: tuple[str, ...] = ()
    not_starts_with: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()
    blank: bool = False
    filled: bool = False


@dataclass(frozen=True)
class Layout:
    """One layout; see the module's text and geo/definitions/layouts/README.md for the words."""

    name: str
    family: str
    format: str
    columns: tuple[Column, ...]
    encoding: str = "utf-8"
    header: str | int = 1
    match: str = "exact"
    other_headings: str = "refuse"
    sheet: str = ""
    key: tuple[str, ...] = ()
    drop: tuple[Drop, ...] = ()
    rows: int | None = None
    footer: str = ""
    ends_at_blank: bool = False
    line_breaks: bool = False
    final_newline: bool = True
    preamble_says: Mapping[str, str] = dataclasses.field(default_factory=dict)
    defines: Mapping[str, str] = dataclasses.field(default_factory=dict)
    adds_up: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def column(self, name: str) -> Column:
        """The column of this field name. Raises DefinitionError where there is none."""
        for column in self.columns:
            if column.field == name:
                return column
        raise DefinitionError(f"layout {self.name}: no column has the field {name!r}")


def layout(name: str) -> Layout:
    """The layout of this name. Raises DefinitionError, listing the known ones."""
    known = load_layouts()
    if name not in known:
        raise DefinitionError(f"There is no layout {name!r}; known are {', '.join(sorted(known))}.")
    return known[name]


@cache
def load_layouts(folder: Path = FOLDER) -> dict[str, Layout]:
    """Every layout of every family file, by name. Raises DefinitionError naming file and key for anything not understood."""
    found: dict[str, Layout] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, raw in (read_yaml(path) or {}).items():
            if name in found:
                raise DefinitionError(f"{path.name}: layout {name!r} is declared twice")
            found[name] = parse_layout(name, raw, family=path.stem)
    return found


def parse_layout(name: str, raw: Mapping[str, Any], *, family: str = "") -> Layout:
    """A layout from its plain form. Raises DefinitionError for an unknown key, a missing one, or one that contradicts another."""
    where = f"layouts/{family}.yaml: {name}"
    plain = dict(raw)
    columns = tuple(_columns(plain.pop("columns", []), where))
    drop = tuple(_record(Drop, entry, where) for entry in plain.pop("drop", []))
    plain["key"] = _texts(plain.get("key", ()))
    names = [column.field for column in columns]
    plain["adds_up"] = {total: _parts(parts, names) for total, parts in plain.get("adds_up", {}).items()}
    made = _record(Layout, {**plain, "name": name, "family": family, "columns": columns, "drop": drop}, where)
    _check(made, where)
    return made


def _columns(entries: list[dict[str, Any]], where: str) -> Iterator[Column]:
    """Columns from their entries; `repeat` stands for one column per value, `{}` in heading and field taking the value."""
    for entry in entries:
        plain = dict(entry)
        for heading_part, field_part in _repeats(plain.pop("repeat", None)):
            one = dict(plain)
            one["headings"] = tuple(text.replace("{}", heading_part) for text in _texts(one.pop("heading", ())))
            one["field"] = str(one.get("field", "{}")).replace("{}", field_part)
            if isinstance(one.get("null_tokens"), list):
                one["null_tokens"] = {str(token): "" for token in one["null_tokens"]}
            for new, old in (("minimum", "min"), ("maximum", "max")):
                if old in one:
                    one[new] = one.pop(old)
            yield _record(Column, one, where)


def _repeats(repeat: Any) -> list[tuple[str, str]]:
    """Pairs of heading part and field part: one empty pair without `repeat`, else of a list, a mapping or {from, to}."""
    if repeat is None:
        return [("{}", "{}")]
    if isinstance(repeat, dict) and set(repeat) == {"from", "to"}:
        return [(str(n), str(n)) for n in range(repeat["from"], repeat["to"] + 1)]
    if isinstance(repeat, dict):
        return [(str(heading), str(name)) for heading, name in repeat.items()]
    return [(str(value), str(value)) for value in repeat]


def _record(kind: type, plain: Mapping[str, Any], where: str) -> Any:
    """An instance of a dataclass from plain values, lists made tuples. Raises DefinitionError for keys that it does not have."""
    known = {f.name for f in fields(kind)}
    if unknown := set(plain) - known:
        raise DefinitionError(f"{where}: unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(known))}")
    values = {key: _texts(value) if isinstance(value, list) else value for key, value in plain.items()}
    for name in ("one_of", "expect", "starts_with", "not_starts_with", "equals"):
        if name in values:
            values[name] = _texts(values[name])
    try:
        return kind(**values)
    except TypeError as error:
        raise DefinitionError(f"{where}: {error}") from error


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else (str(value),)


def _parts(parts: Any, names: list[str]) -> tuple[str, ...]:
    """Fields of a sum: a list of them, or all that begin with a text."""
    return _texts(parts) if isinstance(parts, list) else tuple(name for name in names if name.startswith(parts))


def _check(made: Layout, where: str) -> None:
    """Choices are known, field names are used once, and key, drop rules and defined codes name columns that exist."""
    if made.format not in FORMATS or made.match not in MATCHES or made.other_headings not in OTHER_HEADINGS:
        raise DefinitionError(f"{where}: format, match or other_headings is none of {FORMATS}, {MATCHES}, {OTHER_HEADINGS}")
    if not made.columns:
        raise DefinitionError(f"{where}: columns are missing")
    names = [column.field for column in made.columns]
    if len(names) != len(set(names)):
        raise DefinitionError(f"{where}: the field {next(n for n in names if names.count(n) > 1)!r} is declared twice")
    for name in (
        *made.key,
        *made.defines.values(),
        *made.adds_up,
        *(part for parts in made.adds_up.values() for part in parts),
        *(rule.field for rule in made.drop),
    ):
        if name not in names:
            raise DefinitionError(f"{where}: key, drop, defines or adds_up names {name!r}, which is no field")
    _check_columns(made, where)


def _check_columns(made: Layout, where: str) -> None:
    for column in made.columns:
        if column.type not in TYPES:
            raise DefinitionError(f"{where}: {column.field} has the type {column.type!r}; known are {', '.join(TYPES)}")
        if not column.headings and made.header != 0:
            raise DefinitionError(f"{where}: {column.field} has no heading")
