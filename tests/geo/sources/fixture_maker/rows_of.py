"""What matters in the rows of each made-up file: codes of the made-up world, the traps of the published file; keys are our field names."""

from typing import Any

from tests.geo.sources.fixture_maker import world

Row = dict[str, Any]

PRACTICES = world.PRACTICES
PAIRS = world.pairs()
OLD = list({row["lsoa11_code"]: row for row in PAIRS}.values())
DISTRICTS = [OLD[0], OLD[8], OLD[16]]
REGISTERS = (
    "AF",
    "AST",
    "CAN",
    "CHD",
    "CKD",
    "COPD",
    "DEM",
    "DEP",
    "DM",
    "EP",
    "HF",
    "HYP",
    "LD",
    "MH",
    "NDH",
    "OB",
    "OST",
    "PAD",
    "PC",
    "RA",
    "STIA",
)
LIST_TYPES = {
    "AST": "06OV",
    "CKD": "18OV",
    "DEP": "18OV",
    "DM": "17OV",
    "EP": "18OV",
    "NDH": "18OV",
    "OB": "18OV",
    "OST": "50OV",
    "RA": "16OV",
}
FRACTIONS = (
    "dm",
    "can",
    "ckd",
    "ndh",
    "pc",
    "af",
    "chd",
    "hf",
    "hyp",
    "lvsd",
    "pad",
    "stia",
    "ast",
    "copd",
    "ob",
    "smok",
    "dem",
    "dep",
    "ep",
    "ld",
    "mh",
)


def practice_name(code: str) -> str:
    return f"THE SURGERY {code[-1]}"


def registrations() -> list[Row]:
    """Each neighbourhood's people at two practices; some patients without an LSOA, some in Wales."""
    rows = []
    for at, area in enumerate(OLD):
        for share, practice in ((3, PRACTICES[at % 6]), (1, PRACTICES[(at + 1) % 6])):
            rows.append({"practice_code": practice, "lsoa11_code": area["lsoa11_code"], "patients": 100 * share + at})
    rows += [{"practice_code": code, "lsoa11_code": "NO2011", "patients": 7} for code in PRACTICES[:2]]
    rows += [{"practice_code": PRACTICES[5], "lsoa11_code": f"W0190000{n}", "patients": n} for n in (1, 2)]
    return [row | {"practice_name": practice_name(row["practice_code"])} for row in rows]


def points(kind: str) -> list[Row]:
    """Practices beside their neighbourhoods; the last but one has the sentinel, the last lies in India (2024) or Scotland (2022)."""
    rows = []
    for at, code in enumerate(PRACTICES):
        west, south = world.square(1 + 4 * at)[0]
        rows.append({"practice_code": code, "longitude": round(west + 0.01, 6), "latitude": round(south + 0.007, 6)})
    rows[-2] |= {"longitude": 99.999, "latitude": 99.999}
    rows[-1] |= {"longitude": 80.98, "latitude": 16.86} if kind == "2024" else {"longitude": -3.1, "latitude": 57.1}
    return rows


def epraccur() -> list[Row]:
    """Six practices, one of them closed, and a clinic that is none; decimals where the re-export has them."""
    blank = dict.fromkeys(("address_2", "address_3", "address_4", "address_5", "closed", "left_commissioner", "telephone"), "")
    empty = dict.fromkeys((f"empty_{n}" for n in (19, 20, 21, 23, 25, 27)), "")
    rows = []
    for at, code in enumerate((*PRACTICES, "Z9X001")):
        row = blank | empty | {"practice_code": code, "practice_name": practice_name(code), "status": "A", "sub_type": "B", "is_amended": 0}
        row |= {"opened": "19740401", "joined_commissioner": "20200401.0", "commissioner_code": f"9Z{at % 3}", "prescribing_setting": 4}
        rows.append(row)
    rows[4] |= {"status": "C", "closed": "20231031.0", "left_commissioner": "20231031.0"}
    rows[6] |= {"prescribing_setting": 8}
    return rows


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


def qof_counts() -> list[Row]:
    return [
        {
            "practice_code": code,
            "group_code": register,
            "register": 20 + 3 * at + n,
            "patient_list_type": LIST_TYPES.get(register, "TOTAL"),
            "practice_list_size": 1000 + 100 * at,
        }
        for at, code in enumerate(PRACTICES)
        for n, register in enumerate(REGISTERS)
    ]


def qof_fractions() -> list[Row]:
    """A zero that is one at the first practice; the last practice did not report: most of its registers are zero."""
    rows = []
    for at, code in enumerate(PRACTICES):
        shares = {f"{register}_prevalence": round(0.02 + 0.001 * n, 4) for n, register in enumerate(FRACTIONS)}
        rows.append({"practice_code": code, "diabetes_points": 70 - at} | shares)
    rows[0]["ld_prevalence"] = 0.0
    rows[5] |= dict.fromkeys((f"{register}_prevalence" for register in FRACTIONS[:15]), 0.0) | {
        "diabetes_hba1c": "",
        "diabetes_blood_pressure": "",
    }
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


def schools() -> list[Row]:
    """Three schools of the world; one whose place is not known; one abroad; one Welsh."""
    english = [
        {"lsoa21_code": row["lsoa21_code"], "longitude": -1.4, "latitude": 52.51, "easting": 440000, "northing": 290000}
        for row in DISTRICTS
    ]
    rows = [
        *english,
        english[0]
        | {
            "easting": 0,
            "northing": 0,
            "longitude": -7.55716,
            "latitude": 49.766807,
            "lsoa21_code": "L99999999",
            "pcon24_code": "L99999999",
        },
        english[0] | {"easting": "", "northing": "", "longitude": "", "latitude": "", "lsoa21_code": "999999999", "pcon24_code": "999"},
        english[0] | {"lsoa21_code": "W01900001", "establishment_type_group": "Welsh schools", "pcon24_code": "W07000001"},
    ]
    common = {"la_code": 900, "establishment_type_group": "Academies", "phase": "Primary", "pcon24_code": "E14000001"}
    return [common | row | {"urn": 100000 + n} for n, row in enumerate(rows)]


def hospitals() -> list[Row]:
    rows: list[Row] = [
        {"site_code": f"R9{n:03d}", "lad_code": row["lad24_code"], "longitude": -1.4, "latitude": 52.51} for n, row in enumerate(DISTRICTS)
    ]
    rows += [{"site_code": "R9900", "lad_code": "W06900001", "longitude": -3.2, "latitude": 51.5}]
    rows += [{"site_code": "R9901", "lad_code": "", "longitude": -2.112157, "latitude": 49.1877254, "site_type": "", "sub_type": ""}]
    return [{"organisation_id": 5, "site_type": "Hospital", "sub_type": "Hospital"} | row for row in rows]


def by_name(**values: Any) -> list[Row]:
    """All neighbourhoods but the last, by name, and one of Wales."""
    return [{"lsoa11_name": name} | values for name in (*(row["lsoa11_name"] for row in OLD[:-1]), "Aberdwfn 001A")]


ROWS: dict[str, list[Row]] = {
    "gp-registrations-2022": registrations(),
    "gp-registrations-pennine-2020": [row | {"row_number": n} for n, row in enumerate(registrations(), start=1)],
    "gp-ages-pennine-2020": [
        {"practice_code": code, "sex": sex, "age": age, "signed_patients": -9 if sex == "MALE" else 9, "patients": 9}
        for code in PRACTICES[:2]
        for sex in ("MALE", "FEMALE")
        for age in ("0", "94", "95+")
    ],
    "gp-list-size-2021": [
        {
            "practice_code": code,
            "ccg20_code": OLD[4 * n]["ccg20_code"],
            "ccg20_ods_code": OLD[4 * n]["ccg20_ods_code"],
            "patients": 1000 + n,
        }
        for n, code in enumerate(PRACTICES)
    ],
    "practice-ages-2020": [{"practice_code": code, "mean_age_female": 40.5 if n else ""} for n, code in enumerate(PRACTICES)],
    "gp-supply-lad24": [{"lad24_code": row["lad24_code"]} for row in DISTRICTS],
    "icb-allocations-2025": [
        dict.fromkeys(
            (f"reserved_{x}" for x in ("ccg", "former_ccg", "pcn_code", "pcn_name", "locality", "locality_name", "la", "utla", "patients")),
            "",
        )
        | {"lad21_code": OLD[4 * n]["lad21_code"], "icb23_ods_code": OLD[4 * n]["icb23_ods_code"], "nhser24_ods_code": "Y90"}
        | row
        for n, row in enumerate(points("2022"))
    ],
    "gp-payments-2022": [
        {
            "practice_code": code,
            "pcn_code": "Unknown or no PCN" if n == 0 else "U90001",
            "closed": "",
            "is_dispensing": ("No", "Unknown")[n % 2],
        }
        for n, code in enumerate(PRACTICES)
    ],
    "epraccur": epraccur(),
    "epraccur-2022": [{"practice_code": code, "closed": ""} for code in (*PRACTICES, "ALD200")],
    "practice-coordinates-2022": [row | {"closed": "", "patients": "" if n else 900} for n, row in enumerate(points("2022"))],
    "practice-coordinates-2024": points("2024"),
    "qof-2020-prevalence": qof_counts(),
    "qof-2020-indicators": [{"indicator_code": f"AF00{n}", "group_code": "AF", "patient_list_type": "TOTAL"} for n in range(1, 4)],
    "qof-2020-practices": [
        {name: OLD[4 * n][name] for name in ("stp21_code", "ccg21_code", "ccg21_ods_code")}
        | {
            "practice_code": code,
            "nhser21_code": "E40900001",
            "pcn_code": "U" if n == 0 else "U90001",
            "pcn_name": "Unallocated" if n == 0 else "Vale PCN",
        }
        for n, code in enumerate(PRACTICES)
    ],
    "qof-2021": qof_fractions(),
    **{
        slug: [
            {"practice_code": code, "sicbl22_code": OLD[4 * n]["sicbl22_code"], "pcn_code": "U90001", "list_size": 1000 + n}
            for n, code in enumerate(PRACTICES[:count])
        ]
        for slug, count in (("qof-2021-overview", 6), ("qof-2022-overview", 5))
    },
    "cervical-2017": cervical(),
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
    "stroke-admissions": by_name(admissions=0.666666667),
    "travel-times": [row | ({"B714HJ": ""} if n == 2 else {}) for n, row in enumerate(by_name())],
    "stroke-units": [
        {
            "postcode": "B152TH",
            "lsoa11_code": OLD[0]["lsoa11_code"],
            "region_code": "E38900020",
            "region_type": "SICBL",
            "country": "England",
            "icb_code": "E54900020",
        },
        {
            "postcode": "CF144XW",
            "lsoa11_code": "W01900001",
            "region_code": "W11900001",
            "region_type": "LHB",
            "country": "Wales",
            "icb_name": "",
            "icb_code": "",
            "stroke_network": "",
        },
    ],
    "stroke-unit-coordinates": [{"postcode": code, "latitude": 52.5, "longitude": -1.4} for code in ("B152TH", "CF144XW")],
    "diagnostic-centres": [
        {
            "name": f"Vale Centre {n}",
            "icb23_code": row["icb23_code"],
            "longitude": -1.4,
            "latitude": 52.5,
            "is_open_12_7": ("Yes", "No", "N/A")[n],
        }
        for n, row in enumerate(DISTRICTS)
    ],
    "surgical-hubs": [{"icb23_code": row["icb23_code"], "longitude": -1.4, "latitude": 52.5} for row in DISTRICTS],
    "hospital-organisations": hospitals(),
    "hospitals-2022": [
        {"name": name, "longitude": -1.4, "latitude": 52.5} for name in ("Vale Hospital", "Vale Hospital", "Saltby Hospital")
    ],
    "schools-2025": schools(),
}
