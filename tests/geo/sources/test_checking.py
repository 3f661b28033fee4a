"""What the values of a column may be, and how a message names the first that may not."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from geo.errors import SourceError
from geo.sources.codebook import CodeBook
from geo.sources.layouts import parse_layout
from geo.sources.tables import CheckedTable, SourceFile


def check(values: list[str], folder: Path, *, book: CodeBook | None = None, rows: int | None = None, **column: Any) -> CheckedTable:
    """Check a file of one column `Thing` of these cells (and a running number, so that a blank cell is no blank row)."""
    path = folder / "things.csv"
    path.write_text("Thing,n\n" + "".join(f'"{value}",{n}\n' for n, value in enumerate(values)))
    columns = [{"heading": "Thing", "field": "thing", **column}, {"heading": "n", "field": "n", "type": "integer", "keep": False}]
    form = parse_layout("things", {"format": "csv", "columns": columns})
    return SourceFile("things", "things.csv", path, form, book or CodeBook(), rows).table()


def fault_of(values: list[str], folder: Path, **column: Any) -> tuple[str, int, str]:
    with pytest.raises(SourceError) as caught:
        check(values, folder, **column)
    return caught.value.fault, caught.value.place.row, caught.value.place.found


@pytest.mark.parametrize("text", ["12%", "1,200", "n/a", "*", "-", "1e", "0x10", "inf", "NaN", "£5", "1 2", "٣"])
def test_a_text_that_is_no_number_is_never_silently_a_blank(text: str, tmp_path: Path):
    assert fault_of(["1", "2", text], tmp_path, type="number", nullable=True) == ("not_a_number", 4, text)


@pytest.mark.parametrize(("text", "value"), [("29199.00", 29199), ("-3", -3), (" 7 ", 7), ("1e3", 1000), ("+5", 5)])
def test_whole_numbers_are_whole_however_they_are_written(text: str, value: int, tmp_path: Path):
    checked = check([text], tmp_path, type="integer")

    assert checked.table["thing"].to_pylist() == [value]
    assert checked.table.schema.field("thing").type == pa.int64()


def test_a_fraction_is_no_whole_number(tmp_path: Path):
    assert fault_of(["5", "5.5"], tmp_path, type="integer") == ("not_a_number", 3, "5.5")


def test_thousands_are_parted_by_commas_only_where_the_layout_says_so(tmp_path: Path):
    assert check(["1,200"], tmp_path, type="integer", thousands=True).table["thing"].to_pylist() == [1200]


def test_blank_cells_are_null_where_they_may_be_and_a_fault_where_not(tmp_path: Path):
    assert check(["5", ""], tmp_path, type="integer", nullable=True).table["thing"].to_pylist() == [5, None]
    assert fault_of(["5", ""], tmp_path, type="integer") == ("missing_value", 3, "a blank cell")
    assert fault_of(["A", "  "], tmp_path, type="text") == ("missing_value", 3, "  ")


def test_tokens_that_mean_no_value_keep_their_reason(tmp_path: Path):
    tokens = {"": "", "*": "suppressed", "[z]": "not_applicable"}

    table = check(["5", "*", "[z]", ""], tmp_path, type="integer", nullable=True, null_tokens=tokens, reason_field="why").table

    assert table["thing"].to_pylist() == [5, None, None, None]
    assert table["why"].to_pylist() == [None, "suppressed", "not_applicable", None]


@pytest.mark.parametrize(("value", "limits"), [("-1", {"min": 0}), ("11", {"max": 10}), ("11", {"min": 1, "max": 10})])
def test_values_outside_their_bounds_are_impossible(value: str, limits: dict[str, float], tmp_path: Path):
    assert fault_of(["5", value], tmp_path, type="integer", **limits) == ("impossible_value", 3, value)


def test_words_outside_a_closed_list_are_impossible(tmp_path: Path):
    assert fault_of(["U", "Q"], tmp_path, one_of=["U", "S"]) == ("impossible_value", 3, "Q")


def test_truth_is_said_in_several_words_but_not_in_any(tmp_path: Path):
    assert check(["TRUE", "False", "1", "n"], tmp_path, type="boolean").table["thing"].to_pylist() == [True, False, True, False]
    assert fault_of(["TRUE", "perhaps"], tmp_path, type="boolean") == ("impossible_value", 3, "perhaps")


def test_dates_are_read_in_the_publishers_format(tmp_path: Path):
    checked = check(["31JAN2021"], tmp_path, type="date", date_format="%d%b%Y")

    assert checked.table["thing"][0].as_py().isoformat() == "2021-01-31"
    assert fault_of(["2021-01-31", "31/01/2021"], tmp_path, type="date") == ("impossible_value", 3, "31/01/2021")


def test_codes_are_checked_for_their_shape_where_the_book_does_not_know_them(tmp_path: Path):
    assert fault_of(["E01000001", "E02000001"], tmp_path, type="code", geography="lsoa11") == ("unknown_code", 3, "E02000001")


def test_codes_are_looked_up_where_the_book_knows_their_geography(tmp_path: Path):
    book = CodeBook({"lsoa11": ["E01000001", "E01000002"]})

    assert check(["E01000001"], tmp_path, type="code", geography="lsoa11", book=book).rows_in == 1
    assert fault_of(["E01000001", "E01000003"], tmp_path, type="code", geography="lsoa11", book=book) == ("unknown_code", 3, "E01000003")


def test_codes_that_another_vintage_knows_better_are_of_the_wrong_vintage(tmp_path: Path):
    book = CodeBook({"lsoa11": ["E01000001", "E01000002"], "lsoa21": ["E01000001", "E01000003"]})

    fault = fault_of(["E01000001", "E01000003"], tmp_path, type="code", geography="lsoa11", book=book)

    assert fault == ("wrong_vintage", 3, "2 of 2 codes are of lsoa21, 1 of lsoa11")


def test_a_declared_year_must_be_the_year_in_the_file(tmp_path: Path):
    assert fault_of(["2019", "2015"], tmp_path, expect=["2019"]) == ("wrong_vintage", 3, "2015")


def test_fewer_rows_than_registered_is_a_cut_file(tmp_path: Path):
    with pytest.raises(SourceError, match="found 2 data rows, expected 3 data rows"):
        check(["a", "b"], tmp_path, rows=3)


def test_rows_are_left_out_by_reason_before_anything_is_checked(tmp_path: Path):
    path = tmp_path / "areas.csv"
    path.write_text("Code,People\nE1,5\nW1,unknown\n,7\nE2,9\n")
    raw = {
        "format": "csv",
        "drop": [
            {"field": "code", "starts_with": ["W"], "reason": "not_in_england"},
            {"field": "code", "blank": True, "reason": "no_code"},
        ],
        "columns": [{"heading": "Code", "field": "code"}, {"heading": "People", "field": "people", "type": "integer"}],
    }

    checked = SourceFile("areas", "areas.csv", path, parse_layout("areas", raw), CodeBook()).table()

    assert checked.table["people"].to_pylist() == [5, 9]
    assert (checked.rows_in, checked.rejected, checked.rows.tolist()) == (4, {"not_in_england": 1, "no_code": 1}, [2, 5])


def test_neighbouring_columns_are_gathered_into_a_list_in_order(tmp_path: Path):
    path = tmp_path / "ages.csv"
    path.write_text("Code,0,1,2\nE1,5,6,7\nE2,8,,9\n")
    ages = {"repeat": {"from": 0, "to": 2}, "heading": "{}", "field": "age_{}", "type": "integer", "nullable": True, "into": "ages"}
    form = parse_layout("ages", {"format": "csv", "columns": [{"heading": "Code", "field": "code"}, ages]})

    table = SourceFile("ages", "ages.csv", path, form, CodeBook()).table().table

    assert table["ages"].to_pylist() == [[5, 6, 7], [8, None, 9]]
    assert table.schema.field("ages").type == pa.list_(pa.int32())


def test_two_columns_make_a_key_together(tmp_path: Path):
    path = tmp_path / "pairs.csv"
    path.write_text("A,B\nx,1\nx,2\ny,1\nx,2\ny,1\n")
    raw = {
        "format": "csv",
        "key": ["a", "b"],
        "columns": [{"heading": "A", "field": "a"}, {"heading": "B", "field": "b", "type": "integer"}],
    }

    with pytest.raises(SourceError) as caught:
        SourceFile("pairs", "pairs.csv", path, parse_layout("pairs", raw), CodeBook()).table()

    place = caught.value.place
    assert (caught.value.fault, place.row, place.column, place.found) == ("duplicated_code", 5, "A / B", "x / 2")
    assert place.expected == "each once (it is in row 3 too)"
