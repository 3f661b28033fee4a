"""Rows of the made-up files of outcomes, with the traps of the published ones; keys are our field names."""

from tests.geo.sources.fixture_maker.rows_world import DISTRICTS, OLD, PRACTICES, Row, practice_name


def cervical() -> list[Row]:
    """Six practices: one with both counts suppressed in an age group, one with the screened women alone."""
    rows = []
    for at, code in enumerate(PRACTICES):
        row: Row = {"practice_code": code, "practice_name": practice_name(code), "row_number": at + 1, "at": 0, "note": "NA"}
        for ages, eligible in (("25_49", 800 + 10 * at), ("50_64", 400 + 10 * at)):
            screened = eligible * (70 - at) // 100
            row |= {f"eligible_{ages}": eligible, f"screened_{ages}": screened, f"coverage_{ages}": 100 * screened / eligible}
            row |= {f"suppression_{ages}": "..", f"screens_needed_{ages}": "n/a"}
        rows.append(row)
    both, one = "Suppress numerator & denominator", "Suppress numerator only"
    rows[4] |= {"eligible_25_49": "<under 6>", "screened_25_49": "<under 6>", "coverage_25_49": -2, "suppression_25_49": both}
    rows[4] |= {"eligible_50_64": "<Suppressed>", "screened_50_64": "<Suppressed>", "coverage_50_64": -2, "suppression_50_64": both}
    rows[5] |= {"screened_50_64": "<under 6>", "coverage_50_64": -2, "suppression_50_64": one}
    return rows


def fingertips(*, period: str, has_type: bool) -> list[Row]:
    """England, the districts, in two periods; a value that is not there."""
    rows = []
    years = {
        "2019": ("2016/17", "2017/18"),
        "year": ("2021", "2022"),
        "span": ("2021/22 Q1", "2021/22 Q1 - 2022/23 Q4"),
        "pool": ("2021/22", "2020/21 - 24/25"),
    }
    for text in years[period]:
        for at, (code, name) in enumerate((("E92000001", "England"), *((row["lad24_code"], row["lad24_name"]) for row in DISTRICTS))):
            row: Row = {"area_code": code, "area_name": name, "period": text, "value": 10 + at, "indicator": "A made-up indicator"}
            rows.append(row | ({"area_type": "UA", "inequality": "NA"} if has_type else {}))
    rows[2]["value"] = "NA"
    return rows


def immunisations() -> list[Row]:
    """One practice twice, in two networks; one without counts."""
    rows = [
        {
            "period": year,
            "practice_code": code,
            "age": age,
            "vaccine": vaccine,
            "numerator": 30 + at,
            "denominator": 40 + at,
            "pcn_code": "U90001",
        }
        for year in ("2020/21", "2021/22")
        for at, code in enumerate(PRACTICES[:3])
        for age, vaccine in (("24 months", "MMR1"), ("5 years", "MMR2"))
    ]
    rows = [row | {"longitude": -1.4, "latitude": 52.5, "proportion": 0.9} for row in rows]
    rows[1] |= {"numerator": "", "denominator": "", "proportion": ""}
    return [*rows, rows[0] | {"pcn_code": "U90002"}]


def deaths_by_decile() -> list[Row]:
    """Two sexes, ten deciles, twenty bands, in two periods: deaths fall with every decile, and are the fewer the later the period."""
    bands = ["<1", "1-4", *(f"{age}-{age + 4}" for age in range(5, 90, 5)), "90+"]
    rows = []
    for years, (period, factor) in enumerate((("2015--2017", 1.0), ("2018--2020", 0.95))):
        for sex, much in (("Male", 1.2), ("Female", 1.0)):
            for decile in range(1, 11):
                for at, band in enumerate(bands):
                    people = 150_000 - 7_000 * at + 100 * decile + years
                    deaths = round(people * min(0.4, 0.0002 * 1.5**at) * much * factor * (1.5 - 0.06 * decile))
                    rows.append({"period": period, "sex": sex, "decile": decile, "age": band, "deaths": deaths, "population": people})
    return rows


def life_expectancy_by_decile() -> list[Row]:
    """England in one earlier period, both sexes, with an authority and persons, who are left out."""
    rows = [
        {
            "period": "2012 - 2014", "sex": sex, "area_code": "England", "decile": decile, "population": 8_000_000 + decile,
            "deaths": 70_000, "life_expectancy": first + 0.8 * decile, "standard_error": 0.05,
        }
        for sex, first in ((1, 73.0), (2, 78.0))
        for decile in range(1, 11)
    ]  # fmt: skip
    other = rows[0] | {"area_code": DISTRICTS[0]["lad24_code"], "population": 14_000}
    return [other, rows[0] | {"sex": "Persons"}, *rows]


OUTCOMES: dict[str, list[Row]] = {
    "cervical-2017": cervical(),
    "deaths-by-decile": deaths_by_decile(),
    "life-expectancy-by-decile": life_expectancy_by_decile(),
    "cover-pcv-2013-2025": [
        {
            "utla_code": row["utla23_code"],
            "year": "2023/2024",
            "quarter": quarter,
            "name": "NA",
            "pcv_24m_percent": "NA" if quarter == "Q2" else 91.5,
        }
        for row in (DISTRICTS[0], DISTRICTS[1])
        for quarter in ("Q1", "Q2")
    ],
    "immunisations-west-sussex": immunisations(),
    "fingertips-falls": fingertips(period="2019", has_type=False),
    "fingertips-self-harm": fingertips(period="2019", has_type=False)[:6],
    "fingertips-alcohol": fingertips(period="2019", has_type=False)[:7],
    "fingertips-dental-decay": fingertips(period="pool", has_type=True)[:5],
    "fingertips-depression": fingertips(period="pool", has_type=True)[:4],
    "fingertips-health-checks": fingertips(period="span", has_type=True),
    "fingertips-smoking": fingertips(period="year", has_type=True),
    "fingertips-year6-obesity": fingertips(period="pool", has_type=True),
    "health-index": [
        {"lad21_code": row["lad21_code"], "year": year, "indicator": name, "value": 50 + n}
        for n, name in enumerate(("Low birth weight", "Cancer screening attendance", "Smoking"))
        for year in (2020, 2021)
        for row in DISTRICTS
    ],
    "health-index-subdomains": [{"lad21_code": row["lad21_code"], "year": "2021.0"} for row in DISTRICTS],
    "talking-therapies": [
        {"sicbl22_code": row["sicbl22_code"], "period": "July 2022", "measure": "Count_EndedReferrals", "value": value}
        for row, value in zip(DISTRICTS, (560, 455, ""), strict=True)
    ],
    "local-health-pennine": [
        {
            "indicator": name,
            "msoa11_code": row["msoa11_code"],
            "value": 90.5 + n,
            "label": f"MSOA: {row['msoa11_code']}<br/><script>alert(1)</script>",
        }
        for n, row in enumerate({row["msoa11_code"]: row for row in OLD}.values())
        for name in ("Em_admit_allcause", "Em_admit_CHD", "Em_admit_COPD", "Em_admit_stroke", "Em_admit_under5")
    ],
    "local-health-pennine-metadata": [
        {
            "indicator": "Em_admit_CHD",
            "years": "2013/14-2017/18",
            "about": "Data are provided by\n<a href='#'>somebody</a>",
            "high_is_bad": 1,
        },
        {"indicator": "LE_male", "years": "2013 - 17", "high_is_bad": ""},
    ],
    "local-health-west-sussex": [
        {"msoa11_code": row["msoa11_code"], "le_male": "" if n == 0 else 79.5, "le_female": 83.5}
        for n, row in enumerate({row["msoa11_code"]: row for row in OLD}.values())
    ],
    "nhse-activity": [
        {"month": f"{2017 + (month > 9)}-{(month + 2) % 12 + 1:02d}", "ccg_ods_code": f"9Z{n}", "ccg_name": f"NHS {row['lad24_name']} CCG"}
        for month in range(1, 13)
        for n, row in enumerate(DISTRICTS)
    ],
}
