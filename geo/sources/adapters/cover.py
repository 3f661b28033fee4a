"""COVER workbooks: childhood vaccination by upper-tier authority, joined from the sheet of counts and the sheets of areas.

The sheet of counts knows authorities by ODS code; the sheets of one age each know both codes, England and the regions. Sheets and
headings change between years: the layouts `<layout>_12m`, `_24m`, `_5y` say where each stands.
"""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from geo.sources import checks
from geo.sources.adapters import Adapter
from geo.sources.adapters.published import check_part, period_slug, set_column
from geo.sources.casting import Cells
from geo.sources.layouts import Column, layout
from geo.sources.tables import CheckedTable, SourceFile, SourceTables

AGES = ("12m", "24m", "5y")
# Cumbria was divided in April 2023; the publisher goes on reporting it as one, and its code leads to no area of today.
FORMER_AUTHORITIES = ("E10000006",)
# Counties that became unitary authorities with a new code and the same land, which the publisher gives under their old codes in
# 2023/24: North Yorkshire, Somerset, and Dorset (without Christchurch, which it gives with Bournemouth).
RECODED = {"E10000023": "E06000065", "E10000027": "E06000066", "E10000009": "E06000059"}
_UTLA = Column(field="utla23_code", type="code", geography="utla23")


def read_cover(source: SourceFile) -> SourceTables:
    """Two tables: authorities (numerators, denominators, percentages), and England with its regions (`<slug>_regions`).

    Columns are `<vaccine>_<age>_numerator`, `_denominator`, `_percent`, each with `_reason` where it is null: suppressed, data_quality,
    not_applicable, not_collected. Rows are those of the sheet of counts: an authority that is counted with its neighbour (City of
    London with Hackney) has none.
    """
    counts = source.table()
    for name in (n.removesuffix("_numerator") for n in counts.table.column_names if n.endswith("_numerator")):
        check_part(source, counts, part=f"{name}_numerator", whole=f"{name}_denominator")
    sheets = {age: _read_age(source, age) for age in AGES}
    authorities = _authorities(source, counts, sheets)
    regions = _regions(sheets)
    tables = {source.table_name: authorities, f"{source.table_name}_regions": regions}
    return SourceTables(source.slug, counts.rows_in, tables, counts.rejected)


def _read_age(source: SourceFile, age: str) -> CheckedTable:
    """One age's sheet, with the columns area_code and ods_code whatever the year calls them."""
    form = layout(f"{source.layout.name}_{age}")
    # An edition other than the registered one (a fixture) has its own number of rows, which is stated for the main sheet alone.
    rows = form.rows if source.rows == source.layout.rows else None
    part = replace(source, layout=form, rows=rows)
    checked = part.table()
    if "area_code" not in checked.table.column_names:
        codes = pc.coalesce(checked.table["utla23_code"], checked.table["region_code"])
        checked = set_column(checked, "area_code", codes.combine_chunks())
    checked = _recoded(checked)
    codes = checked.table["area_code"].combine_chunks()
    is_local = pc.is_valid(checked.table["ods_code"].combine_chunks())
    heading = checked.headings.get("area_code") or checked.headings["utla23_code"]
    values, numbers = codes.filter(is_local), checked.rows[is_local.to_numpy(zero_copy_only=False)]
    current = pc.invert(pc.is_in(values, value_set=pa.array(FORMER_AUTHORITIES)))
    cells = Cells(_UTLA, heading, values.filter(current), numbers[current.to_numpy(zero_copy_only=False)], source.faults)
    checks.check_codes(cells, cells.values, source.code_book)
    _check_once(source, checked, values, numbers, heading)
    return checked


def _recoded(checked: CheckedTable) -> CheckedTable:
    """The sheet with the codes of today for authorities that kept their land and not their code."""
    codes = [RECODED.get(code, code) for code in checked.table["area_code"].to_pylist()]
    return set_column(checked, "area_code", pa.array(codes, pa.string()))


def _check_once(source: SourceFile, checked: CheckedTable, codes: pa.Array, rows: object, heading: str) -> None:
    """That no authority stands there twice."""
    form = replace(source.layout, key=("area_code",))
    checks.check_key({"area_code": codes}, form, rows=rows, headings={"area_code": heading}, faults=source.faults)  # type: ignore[arg-type]


def _authorities(source: SourceFile, counts: CheckedTable, sheets: dict[str, CheckedTable]) -> pa.Table:
    """The counts with the ONS code of each authority, its note and its percentages. Raises SourceError unknown_code for one without."""
    first = sheets[AGES[0]].table
    at = pc.index_in(counts.table["ods_code"].combine_chunks(), value_set=first["ods_code"].combine_chunks())
    if (missing := pc.index(pc.is_null(at), pa.scalar(True)).as_py()) >= 0:
        code = counts.table["ods_code"][missing].as_py()
        source.faults.fail(
            "unknown_code",
            row=counts.rows[missing],
            column=counts.headings["ods_code"],
            found=code,
            expected="an ODS code that the sheets of areas have",
        )
    periods = [period_slug(text) for text in counts.table["period"].to_pylist()]
    made = {
        "utla23_code": first["area_code"].combine_chunks().take(at),
        "ods_code": counts.table["ods_code"],
        "name": counts.table["name"],
        "period": pa.array(periods, pa.string()),
        "note": first["note"].combine_chunks().take(at),
    }
    made |= {name: counts.table[name] for name in counts.table.column_names if name not in made}
    for age, sheet in sheets.items():
        place = pc.index_in(counts.table["ods_code"].combine_chunks(), value_set=sheet.table["ods_code"].combine_chunks())
        made |= {name: values.combine_chunks().take(place) for name, values in _percentages(sheet.table, age).items()}
    return pa.table(made)


def _regions(sheets: dict[str, CheckedTable]) -> pa.Table:
    """England and the regions: code, name, denominator of each age, percentages."""
    made: dict[str, pa.Array | pa.ChunkedArray] = {}
    for age, sheet in sheets.items():
        table = sheet.table.filter(pc.is_null(sheet.table["ods_code"]))
        if not made:
            made = {"area_code": table["area_code"], "name": pc.replace_substring_regex(table["region_name"], " total$", "")}
        place = pc.index_in(made["area_code"].combine_chunks(), value_set=table["area_code"].combine_chunks())
        made |= {f"children_{age}{end}": table[f"denominator{end}"].combine_chunks().take(place) for end in ("", "_reason")}
        made |= {name: values.combine_chunks().take(place) for name, values in _percentages(table, age).items()}
    return pa.table(made)


def _percentages(table: pa.Table, age: str) -> dict[str, pa.ChunkedArray]:
    """Columns `<vaccine>_<age>_percent` and its reason, of one age's sheet."""
    vaccines = [name.removesuffix("_reason") for name in table.column_names if name.endswith("_reason") and name != "denominator_reason"]
    return {f"{vaccine}_{age}_percent{end}": table[vaccine + end] for vaccine in vaccines for end in ("", "_reason")}


ADAPTERS: dict[str, Adapter] = {"cover_2023_24_q4": read_cover, "cover_2024_25_q3": read_cover}
