"""Files of outcomes whose periods, repeats, totals or parts a layout cannot judge."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.sources.adapters import Adapter
from geo.sources.adapters.published import check_part, period_slug, set_column, with_periods, without_rows
from geo.sources.tables import CheckedTable, SourceFile, SourceTables

_REGISTER = "SMIRegister"
_COUNTS = "_admissions", "_ga", "gp_referrals"


def read_cervical(source: SourceFile) -> SourceTables:
    """Eligible and screened women by practice and age; suppressed counts are null, with a reason."""
    checked = source.table()
    for ages in ("25_49", "50_64"):
        check_part(source, checked, part=f"screened_{ages}", whole=f"eligible_{ages}")
    return source.tables_of(checked)


def read_smi(source: SourceFile) -> SourceTables:
    """Answers by quarter, commissioner and question. Nobody can have had a check who is not on the register: impossible_value."""
    checked = with_periods(source, source.table())
    table = checked.table
    places = pc.binary_join_element_wise(table["period"], table["ccg_ods_code"], " ").to_pylist()
    questions, answers = table["question"].to_pylist(), table["answer"].to_pylist()
    registers = {place: n for place, question, n in zip(places, questions, answers, strict=True) if question == _REGISTER and n is not None}
    for row, place, question, answer in zip(checked.rows, places, questions, answers, strict=True):
        if answer is not None and answer > registers.get(place, answer):
            expected = f"at most {registers[place]}, the register"
            source.faults.fail(
                "impossible_value", row=row, column=checked.headings["answer"], found=f"{answer} {question}", expected=expected
            )
    return source.tables_of(checked)


def read_series(source: SourceFile) -> SourceTables:
    """A table with a column `period` that needs writing our way, nothing more."""
    return source.tables_of(with_periods(source, source.table()))


def read_quarters(source: SourceFile) -> SourceTables:
    """Year and quarter in two columns, made one column `period`."""
    checked = source.table()
    joined = pc.binary_join_element_wise(checked.table["year"], checked.table["quarter"], " ").combine_chunks()
    checked = set_column(checked, "period", joined)
    checked = with_periods(source, replace(checked, headings=checked.headings | {"period": checked.headings["year"]}))
    return source.tables_of(checked, checked.table.drop_columns(["year", "quarter"]))


def read_immunisations(source: SourceFile) -> SourceTables:
    """Counts by practice, vaccine and year; a practice that stands there once for each of two networks is taken once."""
    checked = with_periods(source, source.table())
    check_part(source, checked, part="numerator", whole="denominator")
    key = zip(*(checked.table[name].to_pylist() for name in ("period", "practice_code", "age", "vaccine")), strict=True)
    first = {cell: at for at, cell in reversed(list(enumerate(key)))}
    repeats = np.ones(checked.table.num_rows, dtype=bool)
    repeats[list(first.values())] = False
    return source.tables_of(without_rows(checked, pa.array(repeats), reason="repeated_for_second_network"))


def read_activity_workbook(source: SourceFile) -> SourceTables:
    """One month by commissioner, with the month in a column. England's total must be the sum of the commissioners: impossible_value.

    The rows without a code (England, the note) are left out and counted.
    """
    checked = source.table()
    has_code = pc.is_valid(checked.table["ccg_ods_code"].combine_chunks())
    counts = [name for name in checked.table.column_names if name.endswith(_COUNTS)]
    _check_total(source, checked, has_code.to_numpy(zero_copy_only=False), counts)
    month = period_slug(next(iter(source.layout.preamble_says.values())))
    checked = set_column(checked, "month", pa.array([month] * checked.table.num_rows, pa.string()))
    checked = without_rows(checked, pc.invert(has_code), reason="total_or_note")
    return source.tables_of(checked, checked.table.drop_columns(["year", "month_name"]))


def _check_total(source: SourceFile, checked: CheckedTable, has_code: np.ndarray, counts: list[str]) -> None:
    at = next((i for i, name in enumerate(checked.table["ccg_name"].to_pylist()) if name == "England"), None)
    if at is None:
        source.faults.fail("missing_value", column=checked.headings["ccg_name"], found="no row of England", expected="England's total")
    for name in counts:
        values = pc.fill_null(checked.table[name], 0).to_numpy()
        if values[at] != values[has_code].sum():
            expected = f"{values[has_code].sum()}, the sum of the commissioners"
            source.faults.fail("impossible_value", row=checked.rows[at], column=checked.headings[name], found=values[at], expected=expected)


ADAPTERS: dict[str, Adapter] = {
    "cervical_2017": read_cervical,
    "smi_checks": read_smi,
    "fingertips_by_la": read_series,
    "fingertips_by_la_2019": read_series,
    "talking_therapies": read_series,
    "cover_pcv_2013_2025": read_quarters,
    "immunisations_west_sussex": read_immunisations,
    "nhse_activity_2019_09": read_activity_workbook,
}
