"""Fixtures of population: mid-year estimates and census tables, whose parts add up to their totals."""

import pyarrow as pa

from tests.geo.sources.fixture_maker import world
from tests.geo.sources.fixture_maker.headed import HEADINGS, write_csv
from tests.geo.sources.fixture_maker.writing import parquet_bytes, write

_AGES = 91


def make_population() -> dict[str, int]:
    """Mid-year estimates and census tables; parts add up to totals."""
    england = world.pairs()
    old = {row["lsoa11_code"]: row for row in england}
    new = {row["lsoa21_code"]: row for row in england}
    people = {code: world.population(row["number"]) for code, row in old.items()}
    rows = write_csv(
        "population/mid2020_population_single_year_lsoa11.csv.gz",
        [[row["lsoa11_name"], code, people[code], *_spread(people[code], _AGES)] for code, row in old.items()]
        + [["Aberdwfn 001A", "W01900001", 910, *_spread(910, _AGES)]],
    )
    lines = [(row["lsoa21_name"], code, 1100 + 10 * n) for n, (code, row) in enumerate(new.items())] + [("Aberdwfn 001A", "W01900001", 910)]
    rows |= _make_nomis("population/nomis_TS007A_age_lsoa21_original.csv.gz", "TS007A - Age by five-year age bands", lines, [])
    footer = [
        "In order to protect against disclosure of personal information, records",
        "have been swapped between different geographic areas.",
    ]
    rows |= _make_nomis("population/nomis_TS021_ethnicity_lsoa21_original.csv.gz", "TS021 - Ethnic group", lines, footer)
    disabled = ("Disabled under the Equality Act", 0.25), ("Not disabled under the Equality Act", 0.75)
    rows |= write_csv(
        "population/census2021_disability_lsoa21.csv.gz",
        [[code, word, 1000.0 * share, 1000.0, share] for code in new for word, share in disabled],
    )
    groups = ("Asian, Asian British or Asian Welsh", "Black, Black British, Black Welsh of African background", "White")
    msoas = [*dict.fromkeys(row["msoa21_code"] for row in england), "W02900001"]
    rows |= write_csv(
        "population/census2021_ethnicity_msoa21.csv.gz",
        [[code, 8000.0, group, n, n / 8000] for code in msoas for group, n in zip(groups, (800.0, 1200.0, 6000.0), strict=True)],
    )
    rows |= write_csv(
        "population/west_sussex_lsoa11_mid2016_2020_sex_age.csv.gz",
        [
            [row["lsoa11_name"], code, age, sex, 20, 21, 22, 23, 24, 110]
            for code, row in old.items()
            for age in ("0-4 years", "85+ years")
            for sex in ("Male", "Female")
        ],
    )
    return rows | _make_ethnic_share([*old, "W01900001"])


def _spread(total: int, parts: int) -> list[int]:
    """A total in so many nearly equal parts that add up to it."""
    each, rest = divmod(total, parts)
    return [each + (place < rest) for place in range(parts)]


def _make_nomis(file: str, title: str, lines: list[tuple[str, str, int]], footer: list[str]) -> dict[str, int]:
    """A Nomis download: preamble, header, a blank line, rows, blank lines, footer."""
    preamble = ["", f'"{title}"', '"ONS Crown Copyright Reserved [from Nomis on 14 April 2023]"']
    if footer:
        preamble += ['"Population :","All usual residents"', '"Units      :","Persons"']
    preamble += ['"Date       :","2021"', "", ",".join(f'"{heading}"' for heading in HEADINGS[file]), ""]
    width = len(HEADINGS[file]) - 3
    body = [f'"{name}","{code}",{total},' + ",".join(map(str, _spread(total, width))) for name, code, total in lines]
    end = ["", "", "", *(f'"","{text}"' for text in footer), *(['"",""'] if footer else []), ""]
    write(file, "\n".join([*preamble, *body, *end]).encode() + (b"\n" if footer else b""))
    return {file: len(lines)}


def _make_ethnic_share(codes: list[str]) -> dict[str, int]:
    file = "population/census2011_ethnic_minority_share_lsoa11.parquet"
    shares = [round(0.02 * (n + 1), 4) for n in range(len(codes))]
    write(file, parquet_bytes(pa.table({"EthnicMinority": pa.array(shares), "LSOA11CD": pa.array(codes)})))
    return {file: len(codes)}
