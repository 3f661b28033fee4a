"""Files of GP practices whose quirks a layout cannot say: pseudo-codes, spurious decimals, bad geocodes, zeros that are no zeros."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.sources import checks
from geo.sources.adapters import Adapter
from geo.sources.adapters.published import set_column, with_points_in_england
from geo.sources.casting import Cells
from geo.sources.tables import CheckedTable, SourceFile, SourceTables

# Columns of epraccur that a re-export wrote as decimals: closed, joined, left.
_DATES_WITH_DECIMALS = (11, 15, 16)
# A practice whose registers are mostly 0 did not report: a small practice has a few empty registers.
MOST_REGISTERS = 0.5


def read_registrations(source: SourceFile) -> SourceTables:
    """The registration matrix, every row kept; English codes are checked against the code book, Welsh ones by their shape.

    Patients without any LSOA (pseudo-code NO2011) have a null code and `lsoa11_code_reason` no_lsoa.
    """
    checked = source.table()
    check_english_lsoas(source, checked)
    return source.tables_of(checked)


def check_english_lsoas(source: SourceFile, checked: CheckedTable, *, field: str = "lsoa11_code") -> None:
    """That the English codes of a column with Welsh ones are known. Raises SourceError unknown_code or wrong_vintage."""
    column = replace(source.layout.column(field), geography="lsoa11", shape="", type="code")
    codes = checked.table[field].combine_chunks()
    english = pc.fill_null(pc.starts_with(codes, "E"), False)
    values = codes.filter(english)
    rows = checked.rows[english.to_numpy(zero_copy_only=False)]
    checks.check_codes(Cells(column, checked.headings[field], values, rows, source.faults), values, source.code_book)


def read_epraccur(source: SourceFile) -> SourceTables:
    """Organisations of ODS, GP practices having prescribing setting 4; days without the `.0` of a re-export."""
    raw = source.read()
    columns = list(raw.columns)
    for at in _DATES_WITH_DECIMALS:
        if at < len(columns):
            columns[at] = pc.replace_substring_regex(columns[at], r"^(\d{8})\.0$", r"\1")
    return source.tables_of(source.check(replace(raw, columns=tuple(columns))))


def read_practice_points(source: SourceFile) -> SourceTables:
    """Practices with coordinates; those that lie outside England or are a sentinel are null, with `location_reason`."""
    return source.tables_of(with_points_in_england(source.table()))


def read_qof_fractions(source: SourceFile) -> SourceTables:
    """Prevalence by practice, one column a register. Zeros of a practice most of whose registers are zero are null.

    `did_report` says of each practice whether it reported; a zero of one that did is a zero.
    """
    checked = source.table()
    names = [name for name in checked.table.column_names if name.endswith("_prevalence")]
    grid = np.column_stack([checked.table[name].to_numpy() for name in names])
    silent = (grid == 0).mean(axis=1) > MOST_REGISTERS if len(grid) else np.zeros(0, dtype=bool)
    for at, name in enumerate(names):
        checked = set_column(checked, name, pa.array(grid[:, at], pa.float64(), mask=silent & (grid[:, at] == 0)))
    return source.tables_of(set_column(checked, "did_report", pa.array(~silent)))


ADAPTERS: dict[str, Adapter] = {
    "gp_registrations_2022": read_registrations,
    "gp_registrations_pennine_2020": read_registrations,
    "epraccur": read_epraccur,
    "practice_coordinates_2022": read_practice_points,
    "practice_coordinates_2024": read_practice_points,
    "icb_allocations_2025": read_practice_points,
    "qof_2021": read_qof_fractions,
}
