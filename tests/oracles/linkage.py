"""A slow, plain second version of linking: every record against every person, by loops, from the definition files alone."""

import math
import unicodedata
from datetime import date
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "geo" / "definitions" / "linkage"
SEX = {"1": 1, "2": 2}
FIELDS = ("nhs", "birth", "sex", "postcode", "family", "given")


def plain_number(text):
    if text is None:
        return None
    digits = [int(letter) for letter in text if letter not in " -"] if text.replace(" ", "").replace("-", "").isdigit() else []
    if len(digits) != 10:
        return None
    rest = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits[:9], strict=True)) % 11
    return int("".join(map(str, digits))) if {11: 0}.get(rest, rest) == digits[9] else None


def plain(row, columns):
    """A row with the fields of identity in one way of writing."""
    told = {field: row.get(columns[field]) if field in columns else None for field in FIELDS}
    postcode = "".join(letter for letter in (told["postcode"] or "").upper() if letter.isalnum())
    names = {
        part: "".join(
            letter for letter in unicodedata.normalize("NFKD", (told[part] or "").upper()) if letter.isascii() and letter.isalpha()
        )
        for part in ("family", "given")
    }
    return {
        "nhs": plain_number(told["nhs"]),
        "birth": None if told["birth"] in (date(1800, 1, 1), date(1801, 1, 1)) else told["birth"],
        "sex": SEX.get(told["sex"]),
        "postcode": postcode if postcode and not postcode.startswith("ZZ99") else None,
        "family": names["family"] or None,
        "given": names["given"] or None,
    }


def births_near(one, other):
    alike = [one.year == other.year, one.month == other.month, one.day == other.day]
    return sum(alike) >= 2 or (one.year == other.year and one.month == other.day and one.day == other.month)


def way(field, one, other):
    """How two values agree by the words of rules.yaml."""
    if one is None or other is None:
        return "missing"
    if one == other:
        return "exact"
    near = {
        "birth": births_near,
        "postcode": lambda mine, theirs: mine[:-2] == theirs[:-2],
        "family": lambda mine, theirs: mine[:3] == theirs[:3],
        "given": lambda mine, theirs: mine[:3] == theirs[:3],
    }
    return "near" if field in near and near[field](one, other) else "differs"


def letters_apart(one, other):
    """Levenshtein's distance."""
    before = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        now = [i]
        for j, theirs in enumerate(other, 1):
            now.append(min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (mine != theirs)))
        before = now
    return before[-1]


def level(field, one, other):
    """The level of the model that a pair is on; None where it says nothing."""
    if one is None or other is None:
        return None
    if one == other:
        return "exact"
    if field in ("family", "given"):
        return {1: "one_letter", 2: "two_letters"}.get(letters_apart(one, other), "differs")
    return "near" if way(field, one, other) == "near" else "differs"


def weight(model, people, mine, theirs):
    """Bits in favour of one person: prior odds and what each field says."""
    total = math.log2((1 / people) / (1 - 1 / people))
    for field, levels in model["fields"].items():
        on = level(field, mine[field], theirs[field])
        if on is not None:
            u = {name: values["u_people"] / people if "u_people" in values else values.get("u", 0.0) for name, values in levels.items()}
            u["differs"] = 1 - sum(chance for name, chance in u.items() if name != "differs")
            total += math.log2(levels[on]["m"] / u[on])
    return total


def blocks(names):
    return (("nhs",), ("birth", "postcode"), *((("birth", "family"), ("family", "given", "postcode")) if names else ()))


def link(register, rows, columns, *, names, least_people):
    """Person (place in the register), step, weight and margin of each row; the last two where the model had candidates."""
    rules = yaml.safe_load((FOLDER / "rules.yaml").read_text())
    model = yaml.safe_load((FOLDER / ("named.yaml" if names else "unnamed.yaml")).read_text())
    people = max(len(register), least_people)
    return [_linked(plain(row, columns), register, rules, model, people, names) for row in rows]


def _linked(mine, register, rules, model, people, names):
    for step, each in rules["steps"].items():
        for rule in each:
            for place, theirs in enumerate(register):
                if all(way(field, mine[field], theirs[field]) in ways for field, ways in rule.items()):
                    return place, step, None, None
    found = []
    for place, theirs in enumerate(register):
        if any(all(mine[f] is not None and mine[f] == theirs[f] for f in block) for block in blocks(names)):
            found.append((-weight(model, people, mine, theirs), place))
    if not found:
        return None, "none", None, None
    found.sort()
    best = -found[0][0]
    margin = best + found[1][0] if len(found) > 1 else None
    sure = best >= rules["model"]["weight_least"] and (margin is None or margin >= rules["model"]["lead_least"])
    return (found[0][1] if sure else None), ("prob" if sure else "none"), best, margin
