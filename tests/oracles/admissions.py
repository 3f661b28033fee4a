"""Avoidable admissions and COVER as loops over dicts with regular expressions: slow, plain, and written from the rules, not from our YAML.

Rules: NHS Outcomes Framework 2.3.i and 2.3.ii as an analyst's SQL has them; the nineteen conditions by the patterns of the New Hospital
Programme; COVER with doses on the birthday counted.
"""

import re
from collections import defaultdict
from datetime import date

DIAGNOSES = [f"DIAG_{number:02d}" for number in range(1, 7)]
OPERATIONS = [f"OPERTN_{number:02d}" for number in range(1, 4)]
CARDIAC = r"K([0-4]|50|52|5[567]|6[016-9]|71)"
CHRONIC = {
    r"B18[01]": ("not secondary", r"D57"),
    r"E1[0-4]|D50[189]|D5[12]|F0[0-3]|G4[01]|I48|J41|J42(X|$)|J43|J44|J47(X|$)|J45|J46(X|$)": None,
    r"I110|I130|I50|J81(X|$)|I10(X|$)|I119": ("no procedure", CARDIAC),
    r"I2[05]": ("no procedure", r"[A-T]|[VW]|X[01245]"),
    r"J20": ("secondary", r"J4[12347]"),
}
SKIN, ANGINA = r"[A-HJ-RTVW]|S([123]|4[1-589])|X0[1245]", r"[A-HJ-TVW]|X0[1245]"
NINETEEN_PRIMARY = {
    r"L(0([34]|8[089])|88(X|$)|980)": ("no procedure", SKIN),
    r"G4[01]|O15|R56|E86(X|$)|K52[289]|A690|K(0([2-68]|9[89])|1[23])|H6[67]|J(0[236]|312)|N7[034]|K2[5-8][012456]|N1([012]|36)": None,
    r"I2(0|4[089])": ("no main procedure", ANGINA),
    r"J4[56]|J4[12347]|D50[189]|E(4[0123](X|$)|550|643)": None,
    r"I((11|5)0|1(0(X|$)|19))|J81": ("no procedure", r"K([0-4]|5[02567]|6[016-9]|71)"),
    r"J20": ("secondary", r"J4[12347]"),
}
NINETEEN_ANY = {
    r"R02(X|$)|E1[0-4][0-8]|A(3[567]|80)|B(0[56]|1(6[19]|8[01])|26)|G000|M014": None,
    r"J1([0134]|5[3479]|68|8[18])": ("not secondary", r"D57"),
}


def counted(persons: dict[int, dict], episodes: list[dict], first: date, last: date) -> dict[str, dict[str, int]]:
    """Events by indicator and financial year, of years that lie from first to last."""
    kept = [each for each in _latest(episodes) if _may_count(persons.get(each["person"]), each)]
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    stays = set()
    finished = {_stay(each) for each in kept if _is_first(each) and each["EPISTAT"] == "3"}
    for each in kept:
        year = each["ADMIDATE"].year - (each["ADMIDATE"].month < 4)
        if not (first <= date(year, 4, 1) and date(year + 1, 3, 31) <= last):
            continue
        period = f"{year}-{(year + 1) % 100:02d}"
        if _is_admission(each) and not (each["EPISTAT"] == "1" and _stay(each) in finished):
            for slug in _admissions(each):
                found[slug][period] += 1
        if (each["ADMIMETH"] or "").startswith("2") and _is_nineteen(each) and _stay(each) not in stays:
            stays.add(_stay(each))
            found["acsc-nineteen"][period] += 1
    return {slug: dict(by_period) for slug, by_period in found.items()}


def children(persons: dict[int, dict], doses: list[dict], start: date, end: date, asked: tuple[set[str], int, int, int]) -> tuple[int, int]:
    """COVER of a period: numerator and denominator. asked: vaccines, doses, months of age reached, months from which doses count."""
    vaccines, least, reached, since = asked
    numerator = denominator = 0
    for number, person in persons.items():
        birthday = _later(person["birth_date"], reached)
        here = not (person["opted_out"] or person["sensitive"]) and person["registered_from"] <= end
        here = here and (person["registered_to"] is None or person["registered_to"] > end)
        if not here or (person["death_date"] is not None and person["death_date"] <= end) or not start <= birthday <= end:
            continue
        denominator += 1
        days = {
            dose["GIVEN_ON"]
            for dose in doses
            if dose["person"] == number and dose["VACCINE"] in vaccines
            and _later(person["birth_date"], since) <= dose["GIVEN_ON"] <= birthday
        }  # fmt: skip
        numerator += len(days) >= least
    return numerator, denominator


def _latest(episodes: list[dict]) -> list[dict]:
    versions: dict[str, dict] = {}
    for each in episodes:
        held = versions.get(each["EPIKEY"])
        if held is None or each["AMENDED_AT"] > held["AMENDED_AT"]:
            versions[each["EPIKEY"]] = each
    return list(versions.values())


def _may_count(person: dict | None, episode: dict) -> bool:
    on = episode["ADMIDATE"]
    if person is None or on is None or person["opted_out"] or person["sensitive"]:
        return False
    newborn = (person["registered_from"] - person["birth_date"]).days <= 60 and person["birth_date"] <= on
    if person["registered_from"] > on and not newborn:
        return False
    return all(person[day] is None or person[day] >= on for day in ("registered_to", "death_date"))


def _stay(episode: dict) -> tuple:
    return episode["person"], episode["PROCODE"], episode["ADMIDATE"]


def _is_first(episode: dict) -> bool:
    return (episode["EPIORDER"] or "").lstrip("0") == "1"


def _is_admission(episode: dict) -> bool:
    return (
        _is_first(episode)
        and episode["EPISTAT"] in ("1", "3")
        and (episode["ADMIMETH"] or "").startswith("2")
        and episode["ADMISORC"] not in ("51", "52", "53")
        and episode["EPITYPE"] == "1"
        and episode["CLASSPAT"] == "1"
        and episode["SEX"] in ("1", "2")
        and episode["STARTAGE"] is not None
    )


def _admissions(episode: dict) -> list[str]:
    """Indicators of first episodes that this one counts for."""
    found = []
    if any(_shows(episode, pattern, rule, DIAGNOSES[:1]) for pattern, rule in CHRONIC.items()):
        found.append("acsc-chronic")
        if episode["ADMIMETH"] not in ("2B", "2C"):
            found.append("acsc-chronic-strict")
    main, age = episode["DIAG_01"] or "", episode["STARTAGE"]
    if age > 7000 or age < 19:
        for slug, pattern in (("asthma", r"J45|J46(X|$)"), ("diabetes", r"E1[0-4]"), ("epilepsy", r"G4[01]")):
            if re.match(pattern, main):
                found.append(f"{slug}-under-19")
    return found


def _is_nineteen(episode: dict) -> bool:
    return any(_shows(episode, pattern, rule, DIAGNOSES[:1]) for pattern, rule in NINETEEN_PRIMARY.items()) or any(
        _shows(episode, pattern, rule, DIAGNOSES) for pattern, rule in NINETEEN_ANY.items()
    )


def _shows(episode: dict, pattern: str, rule: tuple[str, str] | None, columns: list[str]) -> bool:
    if not _any(episode, columns, pattern):
        return False
    if rule is None:
        return True
    kind, other = rule
    return {
        "secondary": lambda: _any(episode, DIAGNOSES[1:], other),
        "not secondary": lambda: not _any(episode, DIAGNOSES[1:], other),
        "no procedure": lambda: not _any(episode, OPERATIONS, other),
        "no main procedure": lambda: not _any(episode, OPERATIONS[:1], other),
    }[kind]()


def _any(episode: dict, columns: list[str], pattern: str) -> bool:
    return any(re.match(pattern, episode.get(name) or "") for name in columns)


def _later(day: date, months: int) -> date:
    """The same day so many months later; the first of the month after where there is none."""
    number = day.year * 12 + day.month - 1 + months
    try:
        return date(number // 12, number % 12 + 1, day.day)
    except ValueError:
        number += 1
        return date(number // 12, number % 12 + 1, 1)
