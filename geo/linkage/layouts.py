"""The layouts of record-level extracts, as declared in geo/definitions/extracts/<extract>.yaml; the words are explained in its README."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from geo.errors import DefinitionError
from geo.yamlfiles import read_yaml

FOLDER = Path(__file__).parent.parent / "definitions" / "extracts"
TYPES = ("text", "code", "nhs_number", "name", "postcode", "date", "timestamp", "integer", "number", "area")
# Columns of these types say who somebody is; they go no further than standard/.
IDENTIFIERS = ("nhs_number", "name", "postcode")
LINKS = ("person", "number", "register", "none")
# The fields by which people are recognised, in the order in which results list them, and the practice, which helps to find candidates.
FIELDS = ("nhs", "birth", "sex", "postcode", "family", "given")
ROLES = (*FIELDS, "practice")
REGISTER = "gp_register"


@dataclass(frozen=True)
class Column:
    """One column of an extract and what its values may be. codes, unknown: the codes there are, and those that mean "not known".

    valid: a number that fails its check digit rejects the row. no_dates: 1800-01-01 and 1801-01-01 mean no date. future: the day may lie
    after the last day of the extracts. geography: the vintage of area codes; pseudo: codes that are no area.
    """

    name: str
    type: str
    mandatory: bool = False
    codes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    valid: bool = False
    no_dates: bool = False
    future: bool = False
    geography: str = ""
    pseudo: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """One extract. identity: role (a name of ROLES) to column. row_id: '' where rows are told apart by their number from 0."""

    name: str
    title: str
    link: str
    columns: tuple[Column, ...]
    identity: Mapping[str, str]
    row_id: str = ""
    version: str = ""
    date: str = ""
    names: bool = False
    tolerance: float = 0.02

    @property
    def payload(self) -> tuple[Column, ...]:
        """Columns that say nothing of who somebody is: they go on to derivation. The date of birth has a column of its own there."""
        return tuple(each for each in self.columns if each.type not in IDENTIFIERS and each.name != self.identity.get("birth"))

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(each for each in self.columns if each.name == name)


@cache
def layouts() -> Mapping[str, Layout]:
    """All layouts by name of the extract, the register first. Raises DefinitionError for a file that breaks the rules."""
    found = {path.stem: read_layout(path) for path in sorted(FOLDER.glob("*.yaml"))}
    return {REGISTER: found.pop(REGISTER), **found}


def read_layout(path: Path) -> Layout:
    """One layout from its file."""
    raw = read_yaml(path)
    where = f"extracts/{path.name}"
    known = {field.name for field in fields(Layout)} - {"name"}
    _refuse(set(raw) - known, f"{where}: unknown keys")
    _refuse({"title", "link", "columns"} - set(raw), f"{where}: missing keys")
    columns = tuple(_column(name, given, where) for name, given in raw["columns"].items())
    layout = Layout(**raw | {"name": path.stem, "columns": columns, "identity": dict(raw.get("identity", {}))})
    _check(layout, where)
    return layout


def _column(name: str, given: Mapping[str, Any], where: str) -> Column:
    known = {field.name for field in fields(Column)} - {"name"}
    _refuse(set(given) - known, f"{where}: {name}: unknown keys")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    column = Column(name=name, **values)
    _refuse({column.type} - set(TYPES), f"{where}: {name}: unknown types")
    _refuse({code for code in (*column.codes, *column.unknown, *column.pseudo) if not isinstance(code, str)}, f"{where}: {name}: no texts")
    return column


def _check(layout: Layout, where: str) -> None:
    names = {each.name for each in layout.columns}
    _refuse({layout.link} - set(LINKS), f"{where}: unknown way to link")
    _refuse(set(layout.identity) - set(ROLES), f"{where}: unknown roles")
    named = [*layout.identity.values(), layout.row_id, layout.version, layout.date]
    _refuse({name for name in named if name} - names, f"{where}: undeclared columns")
    wanted = {"person": FIELDS[:4], "register": FIELDS, "number": FIELDS[:1], "none": ()}[layout.link]
    _refuse(set(wanted) - set(layout.identity), f"{where}: missing roles")


def _refuse(found: set[Any], what: str) -> None:
    if found:
        raise DefinitionError(f"{what}: {', '.join(sorted(map(str, found)))}")
