"""Files that know neighbourhoods by name alone: road minutes and stroke admissions. Names become codes by the boundaries' names."""

import pyarrow as pa
import pyarrow.compute as pc

from geo.sources.adapters import Adapter
from geo.sources.adapters.published import set_column, without_rows
from geo.sources.tables import CheckedTable, SourceFile, SourceTables

_NAME = "lsoa11_name"
# Four neighbourhoods that the boundaries (version 3) call Shepway 014E to 014H kept their first names in files made before.
FORMER_NAMES = {"Shepway 015A": "E01024508", "Shepway 015B": "E01024509", "Shepway 015C": "E01024510", "Shepway 015D": "E01024517"}


def read_travel_times(source: SourceFile) -> SourceTables:
    """Minutes by road as a list in the order of the table of destinations: `<slug>_destinations` with position from 1 and postcode."""
    found = source.tables_of(with_codes(source, source.table()))
    postcodes = [column.field for column in source.layout.columns if column.into == "minutes"]
    destinations = pa.table({"position": pa.array(range(1, len(postcodes) + 1), pa.int32()), "postcode": pa.array(postcodes, pa.string())})
    found.tables[f"{source.table_name}_destinations"] = destinations
    return found


def read_stroke_admissions(source: SourceFile) -> SourceTables:
    """Admissions a year by LSOA of 2011; a neighbourhood that the file does not name is missing, never 0."""
    return source.tables_of(with_codes(source, source.table()))


def with_codes(source: SourceFile, checked: CheckedTable) -> CheckedTable:
    """The table with `lsoa11_code` before the names; rows of Wales are left out and counted.

    A name of no English neighbourhood is of Wales, unless its district is English: that is an unknown_code.
    Without names in the code book every row is kept, its code null.
    """
    codes = source.code_book.codes_by_name("lsoa11")
    names = checked.table[_NAME].combine_chunks()
    if not codes:
        return set_column(checked, "lsoa11_code", pa.nulls(len(names), pa.string()))
    codes = codes | {name: code for name, code in FORMER_NAMES.items() if code in codes.values()}
    districts = {district(name) for name in codes}
    for row, name in zip(checked.rows, names.to_pylist(), strict=True):
        if name not in codes and district(name) in districts:
            source.faults.fail("unknown_code", row=row, column=checked.headings[_NAME], found=name, expected="the name of an LSOA of 2011")
    checked = set_column(checked, "lsoa11_code", pa.array([codes.get(name) for name in names.to_pylist()], pa.string()))
    return without_rows(checked, pc.is_null(checked.table["lsoa11_code"].combine_chunks()), reason="not_in_england")


def district(name: str) -> str:
    """The district in the name of an LSOA: `Adur` of `Adur 001A`."""
    return name.rpartition(" ")[0]


ADAPTERS: dict[str, Adapter] = {"travel_times": read_travel_times, "stroke_admissions": read_stroke_admissions}
