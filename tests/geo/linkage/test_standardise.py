"""Names, postcodes, numbers, sexes and days in one way of writing, the same on DuckDB and Polars."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.linkage.engines import Engine
from geo.linkage.layouts import layouts
from geo.linkage.standardise import plain_name, postcode_areas, standardise
from tests.geo.linkage.records import a_person, an_invitation, number, write

NONE_REJECTED = pa.table({"row": pa.array([], pa.int64()), "column": pa.array([], pa.string()), "reason": pa.array([], pa.string())})


@pytest.fixture(scope="module", params=["duckdb", "polars"])
def engine(request, tmp_path_factory):
    made = Engine(request.param, tmp_path_factory.mktemp("scratch"))
    yield made
    made.close()


@pytest.fixture
def plain(engine, tmp_path):
    """Standardise rows of an extract."""

    def act(rows, extract="screening"):
        write(tmp_path, **{extract: rows})
        pq.write_table(NONE_REJECTED, tmp_path / "rejected.parquet")
        standardise(
            engine, tmp_path / f"{extract}.parquet", layouts()[extract], tmp_path / "rejected.parquet", tmp_path / "standard.parquet"
        )
        return pq.read_table(tmp_path / "standard.parquet").to_pylist()

    return act


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Smith", "SMITH"), ("  o'neill ", "ONEILL"), ("Núñez-García", "NUNEZGARCIA"), ("Łukasz", "LUKASZ"), ("Sørensen", "SORENSEN"),
        ("Weiß", "WEISS"), ("D’Arcy", "DARCY"), ("Þór", "THOR"), ("Ægir", "AEGIR"), ("Mc Donald", "MCDONALD"), ("--", None), ("", None),
        ("1234", None),
    ],
)  # fmt: skip
def test_names_are_letters_without_accents(written, expected):
    assert plain_name(written) == expected


@given(st.text())
def test_a_plain_name_stays_as_it_is(written):
    once = plain_name(written)

    assert once is None or plain_name(once) == once


@pytest.mark.parametrize(
    ("column", "role", "written", "expected"),
    [
        ("POSTCODE", "postcode", "n17 9ab", "N179AB"), ("POSTCODE", "postcode", "SW1A1AA", "SW1A1AA"),
        ("POSTCODE", "postcode", "M1 1AE", "M11AE"),
        ("POSTCODE", "postcode", "ZZ99 3VZ", None), ("POSTCODE", "postcode", "unknown", None), ("POSTCODE", "postcode", "", None),
        ("NHS_NUMBER", "nhs", "943 476 5919", 9434765919), ("NHS_NUMBER", "nhs", "943-476-5919", 9434765919),
        ("NHS_NUMBER", "nhs", "9434765918", None), ("NHS_NUMBER", "nhs", "943476591", None), ("NHS_NUMBER", "nhs", "94347659190", None),
        ("NHS_NUMBER", "nhs", "none", None), ("NHS_NUMBER", "nhs", None, None),
        ("SEX", "sex", "1", 1), ("SEX", "sex", "2", 2), ("SEX", "sex", "9", None), ("SEX", "sex", None, None),
        ("BIRTH_DATE", "birth", date(1800, 1, 1), None), ("BIRTH_DATE", "birth", date(1980, 2, 29), date(1980, 2, 29)),
    ],
)  # fmt: skip
def test_fields_are_written_in_one_way(plain, column, role, written, expected):
    assert plain([an_invitation("i", a_person(1), **{column: written})])[0][role] == expected


def test_numbers_are_checked_as_the_package_of_the_nhs_checks_them(plain):
    import nhs_number

    texts = [f"{900_000_0000 + 7_919 * step:010d}" for step in range(400)]

    found = plain([an_invitation(str(place), a_person(1), NHS_NUMBER=text) for place, text in enumerate(texts)])

    assert [row["nhs"] is not None for row in found] == [nhs_number.is_valid(text) for text in texts]
    assert 0 < sum(row["nhs"] is not None for row in found) < 400


def test_people_have_the_number_of_their_row_and_no_identifier_as_row_id(plain):
    rows = plain([a_person(place) for place in range(5)], "gp_register")

    assert [(row["row"], row["row_id"]) for row in rows] == [(place, str(place)) for place in range(5)]
    assert rows[2]["nhs"] == int(number(2))


def test_a_postcode_lies_where_most_of_its_people_live(engine, plain, tmp_path):
    homes = [
        ("AA1 1AA", "E01000001"),
        ("AA1 1AA", "E01000002"),
        ("AA1 1AA", "E01000002"),
        ("BB1 1BB", "E01000004"),
        ("BB1 1BB", "E01000003"),
    ]
    plain([a_person(place, POSTCODE=home, LSOA21=area) for place, (home, area) in enumerate(homes)], "gp_register")

    postcode_areas(engine, tmp_path / "standard.parquet", tmp_path / "areas.parquet")

    found = {row["postcode"]: row["lsoa21"] for row in pq.read_table(tmp_path / "areas.parquet").to_pylist()}
    assert found == {"AA11AA": "E01000002", "BB11BB": "E01000003"}
