"""Rows of the made-up files of practices, with the traps of the published ones; keys are our field names."""

from tests.geo.sources.fixture_maker import world
from tests.geo.sources.fixture_maker.rows_world import DISTRICTS, OLD, PRACTICES, Row, practice_name

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


PRIMARY_CARE: dict[str, list[Row]] = {
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
}
