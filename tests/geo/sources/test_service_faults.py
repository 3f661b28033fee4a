"""Each fault once for each layout of the families primary_care, outcomes, travel and sites: the message names the damaged place."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.errors import SourceError
from geo.sources.codebook import CodeBook
from geo.sources.fetch import locate
from geo.sources.registry import load_registry
from tests.geo.sources.damage import Copy, open_copy, read_damaged, save
from tests.geo.sources.faulty import damages, inflict
from tests.geo.sources.fixture_maker.writing import EDITIONS, PUBLISHED

FAMILIES = ("primary_care", "outcomes", "travel", "sites")
SOURCES = {slug: source for slug, source in load_registry(editions=EDITIONS).items() if source.family in FAMILIES}
# The register of organisations has no header: its damages are told by hand below.
HEADED = {slug: source for slug, source in SOURCES.items() if slug != "epraccur"}
CASES = [(slug, kind) for slug, source in HEADED.items() for kind in damages(source)]
ACTIVITY, NON_ELECTIVE = "nhse-activity-2019-09", "Total Non-elective G&A Admissions (FFCEs)"
MONTH_SAID = r"Period: (\w+ \d{4})"
COVER_2023, COVER_2024 = "cover-2023-24-q4", "cover-2024-25-q3"
HEADER_ROWS = {"smi-checks": 2, COVER_2023: 6, ACTIVITY: 14, "epraccur": 0}
SHEETS = {COVER_2023: "12m_UTLA_GOR", ACTIVITY: "Commissioner"}


@pytest.mark.parametrize(("slug", "kind"), CASES)
def test_damage_is_found_at_its_place(slug: str, kind: str, tmp_path: Path, code_book: CodeBook):
    path, expected = inflict(kind, SOURCES[slug], fixtures=PUBLISHED, folder=tmp_path)

    with pytest.raises(SourceError) as caught:
        read_damaged(SOURCES[slug], path, code_book)

    place = caught.value.place
    assert (caught.value.fault, place.file) == (expected.fault, SOURCES[slug].file)
    assert (place.row, " ".join(place.column.split())) == (expected.row, " ".join(expected.column.split()))
    # A long list of other headings is cut before it comes to the strange one; the parts of a key are told as they are read.
    read = re.sub(r"\.0$", "", re.sub(r"/ NA$", "/ None", expected.found))
    assert read in place.found or (kind == "missing_column" and place.found.endswith("…"))


@pytest.mark.parametrize("slug", SOURCES)
def test_another_hash_than_registered_is_refused_unless_accepted(slug: str, tmp_path: Path):
    source = SOURCES[slug]
    path = tmp_path / source.file
    path.parent.mkdir(parents=True)
    path.write_bytes((PUBLISHED / source.file).read_bytes() + b"\n")

    with pytest.raises(SourceError) as caught:
        locate(source, mirror=tmp_path, cache=tmp_path / "cache")

    found = caught.value.place.found.removeprefix("sha256 ")
    assert caught.value.fault == "changed_hash"
    assert locate(source, mirror=tmp_path, cache=tmp_path / "cache", accepted={slug: found}).sha256 == found


def set_cell(row: int, heading: str, value: Any) -> Callable[[Copy], None]:
    return lambda copy: copy.set(row, heading, value)


ORDINARY = "No..of.women.screened.in.previous.42.months"
BY_HAND: list[tuple[str, Callable[[Copy], None], tuple[str, int, str, str]]] = [
    # More screened than eligible, more checked than on the register, more vaccinated than children.
    ("cervical-2017", set_cell(3, ORDINARY, 811), ("impossible_value", 3, ORDINARY, "811")),
    ("smi-checks", set_cell(4, "Answer", 101), ("impossible_value", 4, "Answer", "101 All6PHC")),
    ("immunisations-west-sussex", set_cell(4, "Numerator", 43), ("impossible_value", 4, "Numerator", "43.0")),
    # A commissioner of two months at once: the month stands in the preamble, England's total in the first row.
    (ACTIVITY, set_cell(17, NON_ELECTIVE, 999), ("impossible_value", 15, NON_ELECTIVE, "74")),
    (ACTIVITY, lambda copy: copy.sheets["Commissioner"][4].__setitem__(2, "May 2019"), ("wrong_vintage", 5, MONTH_SAID, "May 2019")),
    # Names and codes that England does not have.
    ("stroke-admissions", set_cell(5, "area", "Ternvale 001Z"), ("unknown_code", 5, "area", "Ternvale 001Z")),
    ("travel-times", set_cell(9, "LSOA", "Harrowmere 099A"), ("unknown_code", 9, "LSOA", "Harrowmere 099A")),
    ("gp-registrations-2022", set_cell(7, "LSOA11CD", "E01900099"), ("unknown_code", 7, "LSOA11CD", "E01900099")),
    ("gp-registrations-2022", set_cell(7, "LSOA11CD", "NO2022"), ("unknown_code", 7, "LSOA11CD", "NO2022")),
    (COVER_2023, set_cell(8, "ONS UTLA code", "E06000099"), ("unknown_code", 8, "ONS UTLA code", "E06000099")),
    (COVER_2023, set_cell(8, "ODS UTLA code", 999), ("unknown_code", 5, "Upper tier local authority ODS code", "901")),
    (COVER_2023, set_cell(9, "ONS UTLA code", "E06900001"), ("duplicated_code", 9, "ONS UTLA code", "E06900001")),
    (COVER_2023, set_cell(9, "12m rota%", "many"), ("not_a_number", 9, "12m rota%", "many")),
    # Periods.
    ("fingertips-falls", set_cell(6, "period", "2017/19"), ("impossible_value", 6, "period", "2017/19")),
    ("talking-therapies", set_cell(2, "date", "Juli 2022"), ("impossible_value", 2, "date", "Juli 2022")),
    ("cover-pcv-2013-2025", set_cell(3, "Year", "2023/2025"), ("impossible_value", 3, "Year", "2023/2025 Q2")),
    # A site's own deciles: bands that are none, are there twice in two spellings, or are missing; more deaths than people.
    ("deaths-by-decile", set_cell(3, "Age", "1-5"), ("impossible_value", 3, "Age", "1-5")),
    ("deaths-by-decile", set_cell(21, "Age", "85+"), ("impossible_value", 21, "Age", "85+")),
    ("deaths-by-decile", set_cell(2, "Age", "1"), ("duplicated_code", 3, "Age", "2015--2017 / male / 1 / 1")),
    ("deaths-by-decile", set_cell(4, "Age", "<5"), ("unknown_code", 4, "Age", "<5")),
    ("deaths-by-decile", set_cell(5, "Deaths", 9_999_999), ("impossible_value", 5, "Deaths", "9999999")),
    ("deaths-by-decile", set_cell(6, "Decile", "All"), ("truncated", 2, "Age", "2015--2017, male: no decile 1, the band from age 15")),
    ("deaths-by-decile", set_cell(6, "Period", "2015/17"), ("impossible_value", 6, "Period", "2015/17")),
    ("life-expectancy-by-decile", set_cell(9, "Sex", "Persons"), ("truncated", 4, "Decile", "2012--2014, male: no decile 6")),
    ("life-expectancy-by-decile", set_cell(7, "LifeExp", 7.9), ("impossible_value", 7, "LifeExp", "7.9")),
    # The register of organisations, by position.
    ("epraccur", set_cell(4, "12", "2023-10-31"), ("impossible_value", 4, "closed", "2023-10-31")),
    ("epraccur", set_cell(4, "1", "A 81"), ("unknown_code", 4, "practice_code", "A 81")),
    ("epraccur", set_cell(4, "26", "GP"), ("not_a_number", 4, "prescribing_setting", "GP")),
    ("epraccur", set_cell(4, "13", "Q"), ("impossible_value", 4, "status", "Q")),
    ("epraccur", set_cell(4, "2", None), ("missing_value", 4, "practice_name", "a blank cell")),
    ("epraccur", lambda copy: copy.repeat(6), ("duplicated_code", 7, "practice_code", "Z90006")),
    ("epraccur", lambda copy: copy.remove(7), ("truncated", 0, "", "6 data rows")),
    ("epraccur", lambda copy: [row.pop() for row in copy.grid], ("missing_column", 1, "empty_27", "26 columns")),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "hurt", "expected"), BY_HAND)
def test_what_only_the_adapter_can_see_is_found_at_its_place(
    slug: str, hurt: Callable[[Copy], None], expected: tuple[str, int, str, str], tmp_path: Path, code_book: CodeBook
):
    source = SOURCES[slug]
    copy = open_copy(PUBLISHED / source.file, header_row=HEADER_ROWS.get(slug, 1), sheet=SHEETS.get(slug, ""))
    hurt(copy)

    with pytest.raises(SourceError) as caught:
        read_damaged(source, save(copy.content(), like=Path(source.file), folder=tmp_path), code_book)

    place = caught.value.place
    assert (caught.value.fault, place.row, place.column, place.found) == expected


@pytest.mark.parametrize(("slug", "sheet"), [(COVER_2023, "5y_UTLA_GOR"), (COVER_2024, "Table7")])
def test_a_workbook_without_one_of_its_sheets_misses_a_column(slug: str, sheet: str, tmp_path: Path, code_book: CodeBook):
    source = SOURCES[slug]
    copy = open_copy(PUBLISHED / source.file)
    del copy.sheets[sheet]

    with pytest.raises(SourceError) as caught:
        read_damaged(source, save(copy.content(), like=Path(source.file), folder=tmp_path), code_book)

    assert (caught.value.fault, caught.value.place.column) == ("missing_column", sheet)
