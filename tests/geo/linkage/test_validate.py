"""Wrong extracts are refused with file, row and column; rows that cannot be used are rejected one by one, and none is lost."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.errors import LinkageError
from geo.linkage.engines import Engine
from geo.linkage.layouts import layouts
from geo.linkage.validate import Context, validate
from tests.geo.linkage.records import LAST_DAY, a_person, an_attendance, an_episode, number, table_of, write

EPISODES = [an_episode(f"k{place:03d}", a_person(place)) for place in range(60)]
TABLE = table_of("apc", EPISODES)
CONTEXT = Context(LAST_DAY)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = Engine("duckdb", tmp_path_factory.mktemp("scratch"))
    yield made
    made.close()


@pytest.fixture
def judge(engine, tmp_path):
    """Validate rows (or a table, or what lies in the folder) as an extract."""

    def act(rows=None, extract="apc", context=CONTEXT):
        if rows is not None:
            write(tmp_path, **{extract: rows})
        return validate(engine, tmp_path / f"{extract}.parquet", layouts()[extract], context, tmp_path / "rejected.parquet")

    return act


def changed(column, values):
    return TABLE.set_column(TABLE.schema.get_field_index(column), column, values)


def refusal(judge, *args, **kwargs):
    with pytest.raises(LinkageError) as caught:
        judge(*args, **kwargs)
    return caught.value


def test_a_sound_extract_loses_no_row(judge):
    found = judge(EPISODES)

    assert (found.rows, found.accepted, dict(found.rejected)) == (60, 60, {})


def test_a_column_that_is_missing_is_named(judge):
    error = refusal(judge, TABLE.drop_columns(["ADMIDATE"]))

    assert (error.fault, error.place.file, error.place.column) == ("missing_column", "apc.parquet", "ADMIDATE")
    assert "EPIKEY" in error.place.found


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("SEX", pa.array([1] * 60), "text"),
        ("NEWNHSNO", pa.array([9] * 60), "text"),
        ("ADMIDATE", pa.array([datetime(2025, 6, 1, tzinfo=UTC)] * 60, pa.timestamp("ms")), "date"),
        ("AMENDED_AT", pa.array(["2025-07-01"] * 60), "timestamp"),
    ],
)
def test_a_column_of_a_wrong_type_is_named(judge, column, values, expected):
    error = refusal(judge, changed(column, values))

    assert (error.fault, error.place.row, error.place.column, error.place.expected) == ("wrong_type", 1, column, expected)
    assert error.place.found == str(values.type)


def test_a_text_that_is_no_day_is_told_with_its_row(judge):
    days = ["2025-06-01"] * 60
    days[17] = "2025-02-31"

    error = refusal(judge, changed("ADMIDATE", pa.array(days)))

    assert (error.fault, error.place.row, error.place.column) == ("bad_date", 19, "ADMIDATE")
    assert error.place.found == "a text like '0000-00-00'"


def test_days_may_be_written_as_texts(judge):
    assert judge(changed("ADMIDATE", pa.array(["2025-06-01"] * 60))).accepted == 60


def test_many_impossible_days_refuse_the_extract(judge):
    days = [date(2025, 6, 1)] * 30 + [date(2199, 1, 1)] * 30

    error = refusal(judge, changed("ADMIDATE", pa.array(days)))

    assert (error.fault, error.place.row, error.place.column) == ("bad_date", 32, "ADMIDATE")
    assert error.place.found.startswith("30 of 60 rows")


def test_vintages_of_areas_are_told_apart_by_what_was_made_in_2021(judge):
    codes = ["E01001000"] * 59 + ["E01034500"]

    error = refusal(judge, changed("LSOA11", pa.array(codes)))

    assert (error.fault, error.place.row, error.place.column) == ("mixed_vintages", 61, "LSOA11")
    assert "E01034500" in error.place.found


def test_vintages_of_areas_are_told_apart_by_lists_of_codes(judge):
    """A code that 2021 has dropped looks like any other; the list of codes knows it."""
    people = [a_person(place, LSOA21="E01000001") for place in range(30)]
    people[4]["LSOA21"] = "E01000002"
    areas = {"lsoa21": frozenset({"E01000001"}), "lsoa11": frozenset({"E01000001", "E01000002"})}

    assert judge(people, "gp_register").accepted == 30
    error = refusal(judge, people, "gp_register", Context(LAST_DAY, areas))

    assert (error.fault, error.place.row, error.place.column) == ("mixed_vintages", 6, "LSOA21")


def test_pseudo_codes_of_areas_are_no_other_vintage(judge):
    codes = ["Z99999999", "L99999999", "M99999999"] * 20

    assert judge(changed("LSOA11", pa.array(codes))).accepted == 60


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_half_written_file_is_no_table(judge, tmp_path, share):
    path = write(tmp_path, apc=EPISODES) / "apc.parquet"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])

    error = refusal(judge)

    assert (error.fault, error.place.file) == ("not_a_table", "apc.parquet")


def test_a_file_that_is_absent_is_told(judge):
    assert refusal(judge).fault == "not_found"


REJECTED = [
    ("EPIKEY", None, "missing_value"),
    ("FYEAR", None, "missing_value"),
    ("AMENDED_AT", None, "missing_value"),
    ("SEX", "3", "unknown_code"),
    ("ETHNOS", "Q", "unknown_code"),
    ("EPISTAT", "7", "unknown_code"),
    ("LSOA11", "W99", "unknown_code"),
    ("DOB", date(1799, 1, 1), "bad_date"),
    ("DOB", date(2026, 7, 1), "bad_date"),
    ("ADMIDATE", date(1066, 10, 14), "bad_date"),
]


@pytest.mark.parametrize(("column", "value", "reason"), REJECTED)
def test_a_row_is_rejected_with_its_reason(judge, tmp_path, column, value, reason):
    rows = [dict(row) for row in EPISODES]
    rows[23][column] = value

    found = judge(rows)

    assert (found.rows, found.accepted, dict(found.rejected)) == (60, 59, {f"{column}: {reason}": 1})
    assert pq.read_table(tmp_path / "rejected.parquet").to_pylist() == [{"row": 23, "column": column, "reason": reason}]


@pytest.mark.parametrize(
    ("column", "value"),
    [("SEX", "9"), ("SEX", None), ("ETHNOS", "99"), ("DOB", date(1800, 1, 1)), ("DOB", date(1801, 1, 1)), ("DISDATE", date(2026, 8, 1)),
     ("NEWNHSNO", "12"), ("NEWNHSNO", None)],
)  # fmt: skip
def test_what_is_not_known_rejects_no_row(judge, column, value):
    rows = [dict(row) for row in EPISODES]
    rows[23][column] = value

    assert judge(rows).accepted == 60


@pytest.mark.parametrize("wrong", ["9434765918", "123", None])
def test_the_register_needs_a_valid_number(judge, wrong):
    people = [a_person(place) for place in range(30)]
    people[3]["NHS_NUMBER"] = wrong

    found = judge(people, "gp_register")

    reason = "missing_value" if wrong is None else "bad_number"
    assert dict(found.rejected) == {f"NHS_NUMBER: {reason}": 1}


def test_rows_are_conserved_and_what_was_found_is_never_told(judge, tmp_path):
    rows = [dict(row) for row in EPISODES] + [an_episode("k001", a_person(1), AMENDED_AT=datetime(2025, 8, 1, tzinfo=UTC))] * 2
    rows[5]["SEX"], rows[6]["DOB"] = "X", date(1500, 1, 1)

    found = judge(rows)

    assert found.rows == 62
    assert found.accepted + sum(found.rejected.values()) == 62
    assert found.rejected["superseded"] == 2
    told = pq.read_table(tmp_path / "rejected.parquet")
    assert told.column_names == ["row", "column", "reason"]
    assert sorted(told["row"].to_pylist()) == [1, 5, 6, 61]


def test_a_rejected_version_supersedes_none(judge, tmp_path):
    later = an_episode("k001", a_person(1), AMENDED_AT=datetime(2025, 8, 1, tzinfo=UTC), SEX="X")

    judge([*EPISODES, later])

    assert pq.read_table(tmp_path / "rejected.parquet").to_pylist() == [{"row": 60, "column": "SEX", "reason": "unknown_code"}]


def test_of_versions_of_one_moment_the_order_of_rows_does_not_decide(judge, tmp_path):
    one, other = an_episode("k900", a_person(1), DIAG_01="J459"), an_episode("k900", a_person(1), DIAG_01="J46X")

    def held(rows):
        judge(rows)
        left_out = pq.read_table(tmp_path / "rejected.parquet")["row"].to_pylist()
        return [row["DIAG_01"] for place, row in enumerate(rows) if place not in left_out]

    assert held([one, other]) == held([other, one]) == ["J46X"]


def test_records_without_versions_count_once_too(judge):
    rows = [an_attendance("a1", a_person(1)), an_attendance("a1", a_person(1)), an_attendance("a2", a_person(1))]

    assert dict(judge(rows, "ecds").rejected) == {"superseded": 1}


def test_a_message_never_holds_a_number(judge):
    rows = [an_episode(number(place), a_person(place), SEX="Q") for place in range(60)]

    assert number(0) not in str(refusal(judge, rows))
