"""The attacks on protected tables, repeated through the address of catchments. Writes docs/evidence/catchments.md; exits 1 when a bar is
missed.

Four systems of 3,000 areas (means of 1 to 14 events) are protected as records are, loaded into a database of their own as one release,
and asked for over HTTP: pairs of unions with and without a withheld area, nested unions, random ones. Some minutes on one core.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from geo.disclosure.atoms import protect  # noqa: E402
from geo.disclosure.attacks import (  # noqa: E402
    Reading,
    narrow_published,
    nested_unions,
    query_pairs,
    random_unions,
    read,
    tell_exact_sums,
    tell_fill,
)
from geo.disclosure.policies import load_policy  # noqa: E402
from geo.models import Release  # noqa: E402
from geo.queries.catalogue import get_release  # noqa: E402
from geo.queries.catchment_figures import Column, get_figures  # noqa: E402
from geo.queries.ground import get_country  # noqa: E402
from tools.evidence.attacking.country import load_systems  # noqa: E402
from tools.evidence.disclosure import a_system  # noqa: E402

FILE = Path(__file__).resolve().parents[2] / "docs" / "evidence" / "catchments.md"
POLICY = load_policy("hes")
MEANS, AREAS, FEWEST = (1, 3, 7, 14), 3_000, 4
TARGETS, PAIRS, NESTED, RANDOM = 20, 11, 200, 1_000
# The slowest that a catchment may be, in seconds, and a polygon round England.
SLOWEST, SLOWEST_ENGLAND, REPEATED = 0.5, 2.0, 7
# Observed counts of neighbourhoods add up to England's within this part of it.
EQUAL_WITHIN = 1e-9
ENGLAND = {"type": "Polygon", "coordinates": [[[-6.5, 49.8], [2.0, 49.8], [2.0, 55.9], [-6.5, 55.9], [-6.5, 49.8]]]}
HARINGEY = {"latitude": 51.59, "longitude": -0.08}
TIMED = {
    "a circle of 2.5 km": {"buffer": {**HARINGEY, "metres": 2_500}},
    "a district by its code": {"areas": ["E09000014"]},
    "ten minutes' drive": {"travel": {**HARINGEY, "minutes": 10}},
    "a circle of 60 km": {"buffer": {**HARINGEY, "metres": 60_000}},
    "a polygon round England": {"shape": ENGLAND},
}


@dataclass(frozen=True)
class System:
    """One protected system: how its table reads, its exact counts by row, its targets, and the rows of its areas."""

    reading: Reading
    exact: np.ndarray
    pool: np.ndarray
    targets: list[int]


@dataclass(frozen=True)
class Row:
    """What attackers had of one system. hits: targets that a difference of answers guesses rightly, or the published table alone, or the
    number that is the commonest among them."""

    asked: int
    refused: int
    withheld: int
    narrowed: int
    few: int
    hits: int
    hits_of_table: int
    hits_of_number: int
    exact_narrowed: int
    exact_few: int
    exact_known: int


def a_protected(mean: float) -> tuple[System, object]:
    """A system and its table as it leaves."""
    cells, family = a_system(mean, areas=AREAS)
    table = protect(cells, POLICY, family).table
    reading = read(table, family, POLICY)
    known = dict(zip(cells["area"].to_pylist(), cells["numerator"].to_pylist(), strict=True))
    exact = np.array([known[reading.coded.areas[area][1]] for area in reading.coded.area], dtype=float)
    pool = np.flatnonzero(np.array([name == "lsoa21" for name, _ in reading.coded.areas])[reading.coded.area])
    return System(reading, exact, pool, [int(row) for row in pool if reading.is_withheld[row]][:TARGETS]), table


def questions_about(system: System) -> list[np.ndarray]:
    """Pairs about each target; then nested unions and random ones, the same for every system. Positions among the areas."""
    random, places = np.random.default_rng(3), np.arange(AREAS)
    targets = np.searchsorted(system.pool, system.targets)
    pairs = [union for at in targets for union in query_pairs(int(at), places, pairs=PAIRS, size=20, random=random)]
    random = np.random.default_rng(4)
    return [*pairs, *nested_unions(places, unions=NESTED, random=random), *random_unions(places[:300], unions=RANDOM, random=random)]


def ask(client: Client, body: object) -> dict:
    """One answer over HTTP."""
    answer = client.post("/api/v1/catchments/preview", json.dumps(body), content_type="application/json")
    return {"status": answer.status_code, **answer.json()}


class Asking:
    """Questions over HTTP: each answer has the figures of all systems, so a question that was asked for one is not asked again."""

    def __init__(self) -> None:
        self._client = Client(headers={"host": "localhost"})
        self._known: dict[bytes, dict[str, dict]] = {}

    def all(self, slug: str, questions: Sequence[np.ndarray]) -> list[dict]:
        """The figure of one indicator for each question."""
        return [self._one(union)[slug] for union in questions]

    def again(self, slug: str, union: np.ndarray) -> dict:
        """The same of one question, asked anew."""
        return self._told(union)[slug]

    def _one(self, union: np.ndarray) -> dict[str, dict]:
        key = np.sort(union).tobytes()
        if key not in self._known:
            self._known[key] = self._told(union)
        return self._known[key]

    def _told(self, union: np.ndarray) -> dict[str, dict]:
        told = ask(self._client, {"areas": [f"E01{at:06d}" for at in union]})["profile"]["indicators"]
        return {one["slug"]: one for one in told}


def attack(asking: Asking, system: System, slug: str) -> Row:
    """Ask, and see what can be made of the answers."""
    unions = questions_about(system)
    answers, questions = asking.all(slug, unions), [system.pool[union] for union in unions]
    if any(answers[at] != asking.again(slug, unions[at][::-1]) for at in (0, -1)):
        raise SystemExit("the same areas were answered in two ways")
    answered = [union for union, one in zip(questions, answers, strict=True) if one["refused"] is None]
    england = {int(np.flatnonzero(system.reading.coded.geography == 0)[0]): float(system.exact.max())}
    was = _left(system, narrow_published(system.reading, outside=england))
    ours = _left(system, narrow_published(system.reading, told=tell_fill(system.reading, answered), outside=england))
    theirs = tell_exact_sums(system.exact, questions, POLICY)
    exact = _left(system, narrow_published(system.reading, told=theirs, outside=england))
    return Row(
        asked=len(questions),
        refused=len(questions) - len(answered),
        withheld=len(was),
        narrowed=int(np.sum(ours < was)),
        few=int(np.sum(ours < FEWEST)),
        hits=_hits(system, lambda at: _difference(answers, at)),
        hits_of_table=_hits(system, lambda at: _of_table(slug, system, at)),
        hits_of_number=int(np.bincount(system.exact[system.targets].astype(int)).max()),
        exact_narrowed=int(np.sum(exact < was)),
        exact_few=int(np.sum(exact < FEWEST)),
        exact_known=int(np.sum(exact == 1)),
    )


def _left(system: System, bounds: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    least, most = bounds
    return (most - least + 1)[system.reading.is_withheld]


def _hits(system: System, guess: Callable[[int], float | None]) -> int:
    """Targets whose exact count a guess gives."""
    found = [(guess(at), system.exact[row]) for at, row in enumerate(system.targets)]
    return sum(value is not None and int(np.clip(np.floor(value + 0.5), 1, 7)) == truth for value, truth in found)


def _difference(answers: list[dict], at: int) -> float | None:
    """The mean of what a target adds, over the pairs of which both were answered."""
    mine = answers[2 * PAIRS * at : 2 * PAIRS * (at + 1)]
    both = [(mine[2 * pair], mine[2 * pair + 1]) for pair in range(PAIRS)]
    added = [more["numerator"] - less["numerator"] for less, more in both if less["refused"] is None and more["refused"] is None]
    return float(np.mean(added)) if added else None


def _of_table(slug: str, system: System, at: int) -> float:
    """What somebody without any answer expects of a target, from the published table and the published way of filling."""
    column = next(one for one in get_figures(get_release()).columns if one.indicator.slug == slug)
    assert column.records is not None
    return float(column.records.numerator.mean[np.searchsorted(system.pool, system.targets[at])])


def time_answers() -> tuple[list[str], bool]:
    """Seconds of catchments from the releases that this database holds, warm; nothing where it holds none."""
    lines, is_fast = ["| release | catchment | neighbourhoods | seconds, median | processor |", "|---|---|---|---|---|"], True
    client = Client(headers={"host": "localhost"})
    for slug in _releases():
        for name, body in TIMED.items():
            first = ask(client, {**body, "release": slug})
            if first["status"] != 200:
                continue
            taken, cpu = [], []
            for _ in range(REPEATED):
                began, spent = time.perf_counter(), time.process_time()
                ask(client, {**body, "release": slug})
                taken.append(time.perf_counter() - began)
                cpu.append(time.process_time() - spent)
            is_fast &= float(np.median(cpu)) <= (SLOWEST_ENGLAND if "England" in name else SLOWEST)
            kind = "synthetic" if first["is_synthetic"] else "published"
            lines.append(f"| {kind} | {name} | {len(first['atoms']):,} | {np.median(taken):.2f} | {np.median(cpu):.2f} |")
    return (lines if len(lines) > 2 else ["This database holds no release to time."]), is_fast


def sum_all() -> tuple[list[str], bool]:
    """Sums over every neighbourhood of England against its published counts, by the releases that this database holds."""
    lines = ["| release | figures | indicators | furthest from England's count |", "|---|---|---|---|"]
    client, is_whole = Client(headers={"host": "localhost"}), True
    for slug in _releases():
        figures = get_figures(get_release(slug)).columns
        told = ask(client, {"areas": ["E92000001"], "release": slug})
        if world := _world(figures):
            linked = ask(client, {"areas": world, "release": slug})["profile"]["indicators"]
            told["profile"]["indicators"] += [one for one in linked if one["filled"] is not None]
        national = {(one.indicator.slug, one.part.stratum): one.england for one in figures if one.part is not None and one.england}
        off: dict[str, list[float]] = {}
        for one in told["profile"]["indicators"]:
            england = national.get((one["slug"], one["stratum"]))
            if england is None or not england["numerator"] or one["numerator"] is None:
                continue
            kind = "linked" if one["filled"] is not None else one["basis"]
            off.setdefault(kind, []).append(abs(one["numerator"] / england["numerator"] - 1))
        is_whole &= max(off.get("observed", [0.0])) < EQUAL_WITHIN
        lines += [
            f"| {'synthetic' if told['is_synthetic'] else 'published'} | {kind} | {len(each)} | {max(each):.1e} |"
            for kind, each in off.items()
        ]
    return (lines if len(lines) > 2 else ["This database holds no release to sum."]), is_whole


def _world(figures: Sequence[Column]) -> list[str]:
    """Codes of the neighbourhoods that the linked records of a release hold."""
    held = [one for one in figures if one.records is not None and one.part is not None and one.part.geography.slug == "lsoa21"]
    if not held or held[0].records is None:
        return []
    return [str(code) for code in get_country().ground.codes[held[0].records.atoms]]


def _releases() -> list[str]:
    """The newest published and the newest synthetic release."""
    kinds = [Release.objects.filter(state="published", is_synthetic=kind).order_by("-id") for kind in (False, True)]
    return [str(found.slug) for kind in kinds if (found := kind.first())]


def main() -> int:
    """Measure, write the tables, and say whether every bar was reached."""
    timed, is_fast = time_answers()
    summed, is_whole = sum_all()
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"{usual}_attacked"
    # Connections of the pool are to the database that was: it is closed with them.
    connection.close()
    connection.close_pool()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        systems = {mean: a_protected(mean) for mean in MEANS}
        slugs = load_systems({mean: table for mean, (_, table) in systems.items()})
        settings.ALLOWED_HOSTS = ["localhost"]
        asking, client = Asking(), Client(headers={"host": "localhost"})
        rows = {mean: attack(asking, system, slugs[mean]) for mean, (system, _) in systems.items()}
        small = [ask(client, {"areas": [f"E01{at:06d}" for at in range(size)]})["profile"]["indicators"] for size in (1, 2, 3)]
        refused = Counter(one["refused"]["reason"] if one["refused"] else "answered" for told in small for one in told)
    finally:
        connection.close()
        connection.close_pool()
        connection.creation.destroy_test_db(usual, verbosity=0)
    FILE.write_text(
        "\n".join([*_about(), *_table(rows), *_few(refused), "", *_whole(summed), "", "## Seconds", "", *timed, ""]), encoding="utf-8"
    )
    print(FILE.read_text(encoding="utf-8"))
    is_safe = all(row.narrowed == 0 and row.few == 0 for row in rows.values()) and not refused["answered"]
    can_fail = all(row.exact_narrowed and row.exact_few for row in rows.values() if row.withheld)
    return 0 if is_safe and can_fail and is_fast and is_whole else 1


def _table(rows: dict[float, Row]) -> list[str]:
    head = "| mean | questions | refused | withheld | narrowed | fewer than 4 values | guessed by differences | by the table alone"
    head += " | by one number | exact sums: narrowed | fewer than 4 | known |"
    return [head, "|---|---|---|---|---|---|---|---|---|---|---|---|"] + [
        f"| {mean:g} | {row.asked:,} | {row.refused:,} | {row.withheld:,} | {row.narrowed} | {row.few} | {row.hits} of {TARGETS}"
        f" | {row.hits_of_table} of {TARGETS} | {row.hits_of_number} of {TARGETS}"
        f" | {row.exact_narrowed:,} | {row.exact_few:,} | {row.exact_known:,} |"
        for mean, row in rows.items()
    ]


def _whole(summed: list[str]) -> list[str]:
    told = [
        "England asked for as a catchment. Observed counts must be England's to 1e-9; modelled ones leave out patients who could not be",
        "allotted to a neighbourhood, of whom England's own count is made; of linked records the world is England, and rounding differs.",
    ]
    return ["## Everybody together", "", *told, "", *summed]


def _few(refused: Counter[str]) -> list[str]:
    told = ", ".join(f"{reason} {count}" for reason, count in sorted(refused.items()))
    return ["", f"One, two and three areas of fewer than 5,000 residents, asked of each system: {told}."]


def _about() -> list[str]:
    return [
        "# Attacks through the address of catchments",
        "",
        "Made by `make evidence` (tools/evidence/catchments.py): four systems of 3,000 areas, protected by the rule of Hospital Episode",
        "Statistics and loaded as one release into a database that has no exact count, then asked over HTTP (`catchments/preview`): 11",
        "pairs of unions with and without each of 20 withheld areas, 200 nested unions, 1,000 random ones. The attacker knows the rule,",
        "every sum, England's exact total, every answer and how answers are made. *Guessed by differences*: what a target adds on average",
        "to the 11 unions, rounded; *by the table alone*: what the published way of filling expects of it, without any question; *by one",
        "number*: the commonest of the targets' counts, for all of them. All three are guesses, for an answer is a function of the",
        "published table. *Exact sums*: the same questions to a service that adds up exact counts and rounds the sums. Bars: nothing",
        "narrowed, nothing left fewer than four values, no answer for fewer than three areas or 5,000 residents; exact sums must be",
        "broken; seconds of the processor at most 0.5, round England 2.",
        "",
    ]


if __name__ == "__main__":
    sys.exit(main())
