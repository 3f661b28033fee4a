"""Events without identity: what each record tells, with the person it is linked to. Identifiers stop here."""

from pathlib import Path

from geo.linkage.engines import ROW, Engine
from geo.linkage.layouts import Layout
from geo.linkage.records import held_records
from geo.linkage.rules import OWN, PERSON, STEP
from geo.linkage.standardise import day_of, known_code

LINKED = (PERSON, STEP, OWN)


def write_events(engine: Engine, path: Path, layout: Layout, rejected: Path, links: Path | None, out: Path) -> None:
    """Write the records of an extract that hold, in order of row.

    Columns: row, person, step, own_lsoa21 (where the extract is linked), birth_date (of the record, where it has one), then its own
    columns but for NHS number, names, postcode and date of birth; codes and days that mean "not known" are null.
    """
    held = held_records(engine, path, layout, rejected)
    columns = {ROW: held[ROW]}
    if "birth" in layout.identity:
        columns["birth_date"] = day_of(held[layout.identity["birth"]])
    for column in layout.payload:
        value = held[column.name]
        value = day_of(value) if column.no_dates else value
        columns[column.name] = known_code(value, column)
    table = held.select(**columns)
    if links is not None:
        linked = engine.read(links).select(ROW, *LINKED)
        table = table.inner_join(linked, ROW).select(ROW, *LINKED, *(name for name in columns if name != ROW))
    engine.write(table, out, order=(ROW,))
