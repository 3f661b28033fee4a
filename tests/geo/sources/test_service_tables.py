"""What the adapters of practices, outcomes, travel and sites make of the traps in their files, seen in the fixtures."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from geo.errors import InvalidPeriod
from geo.sources.adapters.published import period_slug
from geo.sources.codebook import CodeBook
from geo.sources.engine import read_source
from geo.sources.fetch import Located, hash_file
from geo.sources.registry import Source
from geo.sources.tables import SourceTables
from tests.geo.sources.damage import open_copy
from tests.geo.sources.fixture_maker.services import HEADINGS
from tests.geo.sources.fixture_maker.writing import EDITIONS, PUBLISHED


class Read:
    """Reads fixtures by slug."""

    def __init__(self, sources: dict[str, Source], code_book: CodeBook) -> None:
        self.sources, self.code_book = sources, code_book

    def tables(self, slug: str) -> SourceTables:
        source = self.sources[slug]
        return read_source(source, Located(PUBLISHED / source.file, "mirror", source.sha256), code_book=self.code_book)

    def table(self, slug: str) -> pa.Table:
        return self.tables(slug).tables[slug.replace("-", "_")]

    def row(self, slug: str, field: str, value: object) -> dict[str, object]:
        """The one row in which a field has this value."""
        rows = self.table(slug).filter(pc.equal(pc.field(field), pa.scalar(value))).to_pylist()
        assert len(rows) == 1
        return rows[0]


@pytest.fixture
def read(fixture_registry: dict[str, Source], code_book: CodeBook) -> Read:
    return Read(fixture_registry, code_book)


@pytest.mark.parametrize(
    ("published", "slug"),
    [
        ("2010/11", "2010-11"),
        ("2013/2014", "2013-14"),
        ("2021/22 Q1", "2021-22-q1"),
        ("2013/2014 Q2", "2013-14-q2"),
        ("2021/22 Q1 - 2023/24 Q4", "2021-22-q1--2023-24-q4"),
        ("2020/21 - 24/25", "2020-21--2024-25"),
        ("SMI-Q3-2018-2019", "2018-19-q3"),
        ("FY2023_24_Q4", "2023-24-q4"),
        ("July 2022", "2022-07"),
        ("2019/20", "2019-20"),
        ("2011", "2011"),
        ("2017-12", "2017-12"),
    ],
)
def test_periods_are_written_our_way(published: str, slug: str):
    assert period_slug(published) == slug


@pytest.mark.parametrize("text", ["2010/12", "SMI-Q5-2018-2019", "Smarch 2022", "", "2021/22 Q1 - ", "2024/25 - 20/21", " 2022"])
def test_what_is_no_period_is_refused(text: str):
    with pytest.raises(InvalidPeriod):
        period_slug(text)


def test_registrations_keep_every_patient(read: Read):
    table = read.table("gp-registrations-2022")

    assert pc.sum(table["patients"]).as_py() == sum(300 + 2 * at + 100 for at in range(24)) + 2 * 7 + 1 + 2
    assert pc.sum(pc.equal(table["lsoa11_code_reason"], "no_lsoa")).as_py() == table["lsoa11_code"].null_count == 2
    assert pc.sum(pc.starts_with(table["lsoa11_code"], "W")).as_py() == 2


def test_epraccur_days_lose_their_decimals(read: Read):
    closed = read.row("epraccur", "status", "C")

    assert [str(closed[name]) for name in ("opened", "closed", "joined_commissioner")] == ["1974-04-01", "2023-10-31", "2020-04-01"]
    assert read.row("epraccur", "practice_code", "Z90001")["closed"] is None


@pytest.mark.parametrize(
    ("slug", "reason"), [("practice-coordinates-2024", "outside_england"), ("practice-coordinates-2022", "outside_england")]
)
def test_points_that_are_not_in_england_are_null_with_a_reason(slug: str, reason: str, read: Read):
    rows = {row["practice_code"]: row for row in read.table(slug).to_pylist()}

    assert (rows["Z90005"]["longitude"], rows["Z90005"]["latitude"], rows["Z90005"]["location_reason"]) == (None, None, "no_location")
    assert (rows["Z90006"]["longitude"], rows["Z90006"]["location_reason"]) == (None, reason)
    assert (rows["Z90001"]["longitude"], rows["Z90001"]["location_reason"]) == (-1.49, None)


def test_schools_without_a_place_lose_their_point_in_the_sea(read: Read):
    read_schools, table = read.tables("schools-2025"), read.table("schools-2025")
    guernsey = read.row("schools-2025", "urn", 100003)

    assert read_schools.rejected == {"not_in_england": 1}
    assert [guernsey[name] for name in ("easting", "longitude", "location_reason", "lsoa21_code_reason")] == [
        None,
        None,
        "no_location",
        "not_in_england",
    ]
    assert table["location_reason"].to_pylist() == [None, None, None, "no_location", "no_location"]


def test_welsh_and_channel_island_hospitals_are_not_on_the_map(read: Read):
    assert read.tables("hospital-organisations").rejected == {"not_in_england": 1}
    assert read.row("hospital-organisations", "site_code", "R9901")["location_reason"] == "outside_england"


def test_suppressed_screening_counts_are_null_with_a_reason(read: Read):
    both, one = (read.row("cervical-2017", "practice_code", code) for code in ("Z90005", "Z90006"))

    assert [both[name] for name in ("eligible_25_49", "eligible_25_49_reason", "screened_50_64_reason")] == [
        None,
        "suppressed",
        "suppressed",
    ]
    assert [one[name] for name in ("eligible_50_64", "screened_50_64", "screened_50_64_reason")] == [450, None, "suppressed"]


def test_zeros_of_a_practice_that_did_not_report_are_null(read: Read):
    reporting, silent = (read.row("qof-2021", "practice_code", code) for code in ("Z90001", "Z90006"))

    assert (reporting["ld_prevalence"], reporting["did_report"]) == (0.0, True)
    assert (silent["dm_prevalence"], silent["did_report"], silent["mh_prevalence"]) == (None, False, 0.04)


def test_a_commissioner_that_did_not_report_has_no_answer(read: Read):
    rows = [row for row in read.table("smi-checks").to_pylist() if (row["period"], row["ccg_ods_code"]) == ("2018-19-q3", "9Z2")]

    assert [row["answer"] for row in rows] == [None] * 8
    assert {row["answer_reason"] for row in rows} == {"not_reported"}


@pytest.mark.parametrize("slug", ["cover-2023-24-q4", "cover-2024-25-q3"])
def test_both_layouts_of_cover_give_counts_and_percentages_by_authority(slug: str, read: Read):
    table = read.table(slug)
    row = read.row(slug, "utla23_code", "E06900001")

    assert (table.num_rows, row["ods_code"], row["period"]) == (2, "901", slug.removeprefix("cover-"))
    for vaccine in ("6in1_12m", "mmr1_24m", "mmr1_5y", "mmr2_5y"):
        assert row[f"{vaccine}_denominator"] == 200
        assert 0 < row[f"{vaccine}_numerator"] < 200


def test_percentages_of_cover_are_those_of_their_counts(read: Read):
    row = read.row("cover-2023-24-q4", "utla23_code", "E10900001")

    assert row["6in1_12m_percent"] == pytest.approx(100 * row["6in1_12m_numerator"] / 300)


def test_cover_says_why_a_figure_is_missing(read: Read):
    row = read.row("cover-2024-25-q3", "utla23_code", "E10900001")
    england = read.tables("cover-2024-25-q3").tables["cover_2024_25_q3_regions"].to_pylist()[0]

    assert [row[name] for name in ("6in1_12m_numerator", "6in1_12m_numerator_reason", "6in1_12m_percent_reason")] == [
        None,
        "suppressed",
        "suppressed",
    ]
    assert (england["area_code"], england["children_5y"], england["children_5y_reason"]) == ("E92000001", None, "data_quality")


def test_names_become_codes_and_wales_is_left_out(read: Read):
    stroke, travel = read.tables("stroke-admissions"), read.tables("travel-times")
    names = dict(
        zip(
            stroke.tables["stroke_admissions"]["lsoa11_name"].to_pylist(),
            stroke.tables["stroke_admissions"]["lsoa11_code"].to_pylist(),
            strict=True,
        )
    )

    assert stroke.rejected == travel.rejected == {"not_in_england": 1}
    assert names["Ternvale 001A"] == "E01900001"
    assert "E01900024" not in names.values()


def test_minutes_are_in_the_order_of_their_destinations(read: Read):
    tables = read.tables("travel-times").tables
    places = tables["travel_times_destinations"]["postcode"].to_pylist()
    times = tables["travel_times"]["minutes"].to_pylist()

    assert (places[:2], len(places), tables["travel_times"]["minutes"].type) == (["B152TH", "B714HJ"], 125, pa.list_(pa.float32()))
    assert (times[2][1], times[1][1] is None) == (None, False)


def test_a_practice_of_two_networks_is_counted_once(read: Read):
    assert read.tables("immunisations-west-sussex").rejected == {"repeated_for_second_network": 1}


def test_a_month_of_activity_leaves_out_the_total_and_the_note(read: Read):
    table, tables = read.table("nhse-activity-2019-09"), read.tables("nhse-activity-2019-09")

    assert tables.rejected == {"total_or_note": 2}
    assert (table["ccg_ods_code"].to_pylist(), set(table["month"].to_pylist())) == (["X24", "9Z0", "9Z1", "9Z2"], {"2019-09"})


def test_html_of_a_published_label_is_not_loaded(read: Read):
    assert read.table("local-health-pennine").column_names == ["indicator", "msoa11_code", "value"]


@pytest.mark.parametrize("file", HEADINGS)
def test_headings_are_those_of_the_published_file(file: str, mirror: Path):
    """The fixtures' layouts are the published ones, heading by heading."""
    name, _, sheet = file.partition("#")
    published = open_copy(mirror / name, sheet=sheet, encoding="latin-1" if "cervical" in name else "utf-8")
    if sheet:
        published.header_row = next(n for n, row in enumerate(published.grid, start=1) if row[:4] == HEADINGS[file][:4])

    assert published.headings == HEADINGS[file]


@pytest.mark.slow
def test_fixtures_are_made_the_same_again():
    before = {path: hash_file(path) for path in PUBLISHED.rglob("*") if path.is_file()}

    subprocess.run([sys.executable, "-m", "tests.geo.sources.fixture_maker.services"], check=True, cwd=EDITIONS.parents[2])

    assert {path: hash_file(path) for path in PUBLISHED.rglob("*") if path.is_file()} == before
