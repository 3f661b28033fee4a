"""Standardisation: of each record that was accepted and holds, who it is of, written in one way.

NHS numbers are whole numbers, null where the check digit fails. Names are upper case, without accents and without anything but letters.
Postcodes have no space; those of people without a fixed place (ZZ99) are null. Sex is 1 or 2, else null. Dates that mean none are null.
"""

import unicodedata
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from geo.linkage.engines import ROW, Engine, memory_table
from geo.linkage.layouts import Column, Layout
from geo.linkage.numbers import number_of
from geo.linkage.records import NO_DATES, held_records

ROW_ID = "row_id"
LSOA = "lsoa21"
_POSTCODE = r"^[A-Z]{1,2}[0-9][A-Z0-9]{3,5}$"
_NO_FIXED_PLACE = "ZZ99"
_SEXES = ("1", "2")
# Letters that no accent makes.
_LETTERS = str.maketrans({"Ł": "L", "Ø": "O", "Đ": "D", "Æ": "AE", "Œ": "OE", "Þ": "TH", "Ð": "D", "ẞ": "SS"})
_NAMES_SCHEMA = pa.schema([("written", pa.string()), ("plain", pa.string())])


def standardise(engine: Engine, path: Path, layout: Layout, rejected: Path, out: Path) -> None:
    """Write who the accepted records are of, in order of row.

    Columns: row, row_id (text), and of nhs (int64), birth (date), sex (int8), postcode, family, given, practice (texts) those that the
    extract has; of the register its LSOA besides. rejected: the rows that validate left out.
    """
    kept = held_records(engine, path, layout, rejected)
    columns = {ROW: kept[ROW], ROW_ID: _row_id(kept, layout)}
    for role, name in layout.identity.items():
        columns[role] = _STANDARD[role](kept[name], layout.column(name))
    if layout.link == "register":
        columns[LSOA] = kept[LSOA.upper()]
    table = kept.select(**columns)
    for role in ("family", "given"):
        if role in columns:
            table = _with_plain_names(engine, table, role)
    engine.write(table, out, order=(ROW,))


def postcode_areas(engine: Engine, register: Path, out: Path) -> None:
    """Write the LSOA of each postcode, as most people of the register who live there have it; of equals the first code."""
    people = engine.read(register)
    known = people.filter(people["postcode"].notnull())
    counted = known.group_by(["postcode", LSOA]).agg(n=known.count())
    most = counted.group_by("postcode").agg(most=counted["n"].max())
    joined = counted.inner_join(most, "postcode")
    table = joined.filter(joined["n"] == joined["most"]).group_by("postcode").agg(**{LSOA: joined[LSOA].min()})
    engine.write(table, out, order=("postcode",))


def plain_name(written: str) -> str | None:
    """A name in upper case without accents, with letters alone; null where nothing is left."""
    upper = unicodedata.normalize("NFKD", written).upper().translate(_LETTERS)
    return "".join(letter for letter in upper if letter.isascii() and letter.isalpha()) or None


def plain_postcode(text: Any) -> Any:
    """An expression of the postcode without its space; null where it is none or names no place."""
    upper = text.upper()
    # Most have a space and nothing else besides.
    plain, joined = upper.replace(" ", ""), upper.re_replace(r"[^A-Z0-9]", "")
    known = ibis.cases((plain.re_search(_POSTCODE), plain), (joined.re_search(_POSTCODE), joined), else_=ibis.null("string"))
    return known.startswith(_NO_FIXED_PLACE).ifelse(ibis.null("string"), known)


def day_of(value: Any) -> Any:
    """An expression of the day; null for the days that mean none."""
    return value.isin(NO_DATES).ifelse(ibis.null("date"), value)


def known_sex(value: Any) -> Any:
    """An expression of the sex as a small whole number: 1 male, 2 female; null for anything else."""
    return value.isin(_SEXES).ifelse(value, ibis.null("string")).cast("int8")


def known_code(value: Any, column: Column) -> Any:
    """An expression of the code; null where it means "not known"."""
    codes = (*column.unknown, *column.pseudo)
    return value.isin(codes).ifelse(ibis.null("string"), value) if codes else value


def _row_id(table: Any, layout: Layout) -> Any:
    """What tells records apart: never an identifier, so people of the register have their number."""
    if layout.row_id and layout.link != "register":
        return table[layout.row_id]
    return table[ROW].cast("string")


def _with_plain_names(engine: Engine, table: Any, role: str) -> Any:
    """The table with a column of names made plain: each different name once."""
    written = [name for name in engine.fetch(table.select(role).distinct())[role].to_pylist() if name is not None]
    plain = memory_table({"written": written, "plain": [plain_name(name) for name in written]}, _NAMES_SCHEMA)
    joined = table.left_join(plain, table[role] == plain["written"])
    return joined.mutate(**{role: joined["plain"]}).drop("written", "plain")


_STANDARD = {
    "nhs": lambda value, _: number_of(value),
    "birth": lambda value, _: day_of(value),
    "sex": lambda value, _: known_sex(value),
    "postcode": lambda value, _: plain_postcode(value),
    "family": lambda value, _: value,
    "given": lambda value, _: value,
    "practice": known_code,
}
