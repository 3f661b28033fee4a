"""The published files of practices, outcomes, travel and sites: counted by a second plain reader, and known sums met."""

import csv
import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from geo.sources.codebook import CodeBook
from geo.sources.engine import read_source
from geo.sources.fetch import locate
from geo.sources.registry import load_registry
from geo.sources.tables import SourceTables
from tests.geo.sources.conftest import read_defining

REGISTER = load_registry()
FAMILIES = ("primary_care", "outcomes", "travel", "sites")
SOURCES = {slug: source for slug, source in REGISTER.items() if source.family in FAMILIES and not source.optional}
# Sheets of workbooks: the one that is counted, its header's row, and how many of its rows below are no data.
SHEETS = {
    "smi-checks": ("Sheet 1 - Physical-Health-Check", 2),
    "cover-2023-24-q4": ("Data_file", 4),
    "cover-2024-25-q3": ("Table10", 6),
    "nhse-activity-2019-09": ("Commissioner", 14),
}


class Published:
    """The mirror's files of these families, read on demand with the codes of its boundaries and look-ups."""

    def __init__(self, mirror: Path) -> None:
        self.mirror = mirror
        self.code_book = CodeBook.from_tables(read_defining(REGISTER, mirror).values())
        self.read: dict[str, SourceTables] = {}

    def tables(self, slug: str) -> SourceTables:
        if slug not in self.read:
            located = locate(SOURCES[slug], mirror=self.mirror, cache=self.mirror / "none")
            self.read[slug] = read_source(SOURCES[slug], located, code_book=self.code_book)
        return self.read[slug]

    def table(self, slug: str) -> pa.Table:
        return self.tables(slug).tables[slug.replace("-", "_")]


@pytest.fixture(scope="module")
def published(mirror: Path) -> Published:
    return Published(mirror)


def plain_rows(slug: str, path: Path) -> int:
    """Data rows by a second, plain reader."""
    if path.suffix == ".parquet":
        return pq.read_metadata(path).num_rows
    if slug in SHEETS:
        sheet, header = SHEETS[slug]
        return sum(
            1
            for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)[header:]
            if any(row)
        )
    return len(plain_records(path)) - (slug != "epraccur")


def plain_records(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]


@pytest.mark.parametrize("slug", SOURCES)
def test_rows_are_those_that_a_plain_reader_counts(slug: str, published: Published):
    read = published.tables(slug)

    assert read.rows_in == plain_rows(slug, published.mirror / SOURCES[slug].file)
    assert published.table(slug).num_rows == read.rows_in - sum(read.rejected.values())


def test_registrations_are_61768942_patients_in_6484_practices(published: Published):
    table = published.table("gp-registrations-2022")

    assert pc.sum(table["patients"]).as_py() == 61_768_942
    assert pc.count_distinct(table["practice_code"]).as_py() == 6_484
    assert pc.sum(pc.equal(table["lsoa11_code_reason"], "no_lsoa")).as_py() == 4_448
    assert pc.sum(pc.starts_with(table["lsoa11_code"], "W01")).as_py() == 248
    assert pc.sum(pc.starts_with(table["lsoa11_code"], "E01")).as_py() == 861_269


@pytest.mark.parametrize(
    ("ages", "screened", "eligible", "blank", "numerator_alone"),
    [("25_49", 6_849_017, 9_983_733, 382, 20), ("50_64", 3_658_442, 4_791_881, 406, 12)],
)
def test_cervical_screening_adds_up_to_the_national_counts(
    ages: str, screened: int, eligible: int, blank: int, numerator_alone: int, published: Published
):
    table = published.table("cervical-2017")
    both = table.filter(pc.and_(pc.is_valid(table[f"screened_{ages}"]), pc.is_valid(table[f"eligible_{ages}"])))

    assert (pc.sum(both[f"screened_{ages}"]).as_py(), pc.sum(both[f"eligible_{ages}"]).as_py()) == (screened, eligible)
    assert table[f"eligible_{ages}"].null_count == blank
    assert table[f"screened_{ages}"].null_count == blank + numerator_alone
    assert set(pc.unique(table[f"screened_{ages}_reason"]).to_pylist()) == {None, "suppressed"}


@pytest.mark.parametrize(("period", "percent", "commissioners"), [("2018-19-q3", 24.1, 195), ("2023-24-q4", 68.5, 106)])
def test_all_six_checks_of_england(period: str, percent: float, commissioners: int, published: Published):
    table = published.table("smi-checks").filter(pc.field("period") == period)
    sums = {q: pc.sum(table.filter(pc.field("question") == q)["answer"]).as_py() for q in ("All6PHC", "SMIRegister")}

    assert round(100 * sums["All6PHC"] / sums["SMIRegister"], 1) == percent
    assert pc.count_distinct(table["ccg_ods_code"]).as_py() == commissioners


def test_smi_checks_have_22_quarters_and_three_silent_commissioners(published: Published):
    table = published.table("smi-checks")

    assert pc.count_distinct(table["period"]).as_py() == 22
    assert table["answer"].null_count == 24


def test_the_percentages_of_cover_are_those_of_its_counts(published: Published):
    """Two sheets of each workbook, joined by code, say the same: to the digit in 2023/24, to one decimal in 2024/25."""
    for slug, within in (("cover-2023-24-q4", 1e-9), ("cover-2024-25-q3", 0.05 + 1e-9)):
        table = published.table(slug)
        for name in (n.removesuffix("_percent") for n in table.column_names if n.endswith("_percent")):
            share = pc.multiply(
                pc.divide(table[f"{name}_numerator"].cast(pa.float64()), table[f"{name}_denominator"].cast(pa.float64())), 100.0
            )
            assert pc.max(pc.abs(pc.subtract(share, table[f"{name}_percent"]))).as_py() <= within, name


def test_cover_adds_up_to_england_where_it_is_published(published: Published):
    table = published.table("cover-2023-24-q4")
    england = published.tables("cover-2023-24-q4").tables["cover_2023_24_q4_regions"].to_pylist()[0]

    for vaccine, age in (("6in1", "12m"), ("mmr1", "5y"), ("mmr2", "5y")):
        numerator, denominator = (pc.sum(table[f"{vaccine}_{age}_{part}"]).as_py() for part in ("numerator", "denominator"))
        assert denominator == england[f"children_{age}"]
        assert 100 * numerator / denominator == pytest.approx(england[f"{vaccine}_{age}_percent"])


def test_withheld_authorities_of_cover_have_a_reason(published: Published):
    table = published.table("cover-2024-25-q3")
    missing = table.filter(pc.is_null(table["mmr2_5y_numerator"]))

    assert set(missing["mmr2_5y_numerator_reason"].to_pylist()) == {"data_quality"}
    assert missing.num_rows == 14
    assert pc.sum(pc.equal(table["6in1_12m_numerator_reason"], "suppressed")).as_py() == 1


def test_every_authority_of_cover_is_of_today_but_cumbria(published: Published):
    known = set(published.code_book.codes("utla23").to_pylist())

    for slug in ("cover-2023-24-q4", "cover-2024-25-q3"):
        assert set(published.table(slug)["utla23_code"].to_pylist()) - known == {"E10000006"}


def test_neighbourhood_names_lead_to_all_codes_but_scilly(published: Published):
    known = set(published.code_book.codes("lsoa11").to_pylist())

    for slug in ("stroke-admissions", "travel-times"):
        codes = published.table(slug)["lsoa11_code"].to_pylist()
        assert (len(codes), len(set(codes)), known - set(codes)) == (32_843, 32_843, {"E01019077"})
        assert published.tables(slug).rejected == {"not_in_england": 1_909}


def test_minutes_are_what_the_plain_reader_sees(published: Published):
    rows = {row[0]: row[1:] for row in plain_records(published.mirror / SOURCES["travel-times"].file)[1:]}
    table = published.table("travel-times")

    for at in (0, 9_999, 32_842):
        row = table.slice(at, 1).to_pylist()[0]
        assert row["minutes"] == pytest.approx([float(cell) for cell in rows[row["lsoa11_name"]]], rel=1e-6)


def test_bad_coordinates_are_three_of_2024_and_eleven_of_2022(published: Published):
    for slug, count in (("practice-coordinates-2024", 3), ("practice-coordinates-2022", 11)):
        reasons = published.table(slug)["location_reason"]
        assert (len(reasons) - reasons.null_count, set(reasons.drop_null().to_pylist())) == (count, {"outside_england"})


def test_schools_are_25570_of_which_some_have_no_place(published: Published):
    table = published.table("schools-2025")

    assert published.tables("schools-2025").rejected == {"not_in_england": 1_575 + 8}
    assert table["lsoa21_code"].null_count == 334 + 65 + 41
    assert pc.min(table["longitude"]).as_py() > -6.5


def test_qof_registers_have_the_list_of_their_ages(published: Published):
    table = published.table("qof-2020-prevalence")
    lists = {row["group_code"]: row["patient_list_type"] for row in table.select(["group_code", "patient_list_type"]).to_pylist()}

    assert [lists[code] for code in ("COPD", "AST", "DM", "DEP", "RA", "OST")] == ["TOTAL", "06OV", "17OV", "18OV", "16OV", "50OV"]
    assert pc.sum(pc.greater(table["register"], table["practice_list_size"])).as_py() == 1


def test_three_practices_did_not_report_their_registers(published: Published):
    assert pc.sum(pc.invert(published.table("qof-2021")["did_report"])).as_py() == 3


def test_local_health_covers_two_regions(published: Published):
    assert pc.count_distinct(published.table("local-health-pennine")["msoa11_code"]).as_py() == 68
    assert published.table("local-health-west-sussex").num_rows == 100


def test_a_month_of_the_workbook_is_that_of_the_series(published: Published):
    """Non-elective admissions of September 2019 by commissioner, in the workbook and in the tidied series."""
    workbook = published.table("nhse-activity-2019-09")
    series = published.table("nhse-activity").filter(pc.field("month") == "2019-09")
    found, expected = (
        dict(zip(table["ccg_ods_code"].to_pylist(), table["non_elective_ga_admissions"].to_pylist(), strict=True))
        for table in (workbook, series)
    )

    assert len(expected) == 191
    assert {code: found[code] for code in expected} == expected
    assert set(found) - set(expected) == {"X24"}
