"""Attacks on everything that leaves a whole made-up world. Writes docs/evidence/attacks-on-release.md; exits 1 when a bar is missed.

The world goes through every step from records to what leaves; the attackers read that, know every definition, how everything adds up and
what others publish, and put all indicators that relations connect into one linear program. Some minutes of one core.

    python tools/evidence/attacks_on_release.py --people 150000 --systems ncl [--data FOLDER: where the world stands already]
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
django.setup()

from django.conf import settings  # noqa: E402

from geo.releases.definitions import load_definitions  # noqa: E402
from geo.synthetic.worlds import WorldSpec  # noqa: E402
from tools.evidence.attacking.figures import invert_all  # noqa: E402
from tools.evidence.attacking.rows import Row  # noqa: E402
from tools.evidence.attacking.worlds import Attacked, a_release  # noqa: E402
from tools.evidence.attacking.yardsticks import (  # noqa: E402
    FEWEST,
    Asked,
    Left,
    absolute,
    asked_about,
    connected,
    relative,
    told_by_labels,
    without_rounding,
)

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "evidence"
# The world that is attacked where none is named; of another the tables go to a file with its name.
USUAL = WorldSpec(("ncl",), 150_000, seed=1)
# Words about an area that are the same for every count from 1 to 7, exact or not.
WORDS = ("status", "reason of absence", "reliable or not")
# Cells that are listed one by one.
LISTED = 40


def main() -> int:
    """Attack, write the tables, and say whether every bar was reached."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--people", type=int, default=USUAL.people)
    asked.add_argument("--systems", default=",".join(USUAL.systems))
    asked.add_argument("--seed", type=int, default=USUAL.seed)
    asked.add_argument("--data", type=Path, help="folder in which the world stands already")
    told = asked.parse_args()
    spec = WorldSpec(tuple(told.systems.split(",")), told.people, seed=told.seed)
    with tempfile.TemporaryDirectory(dir=settings.HIID_DATA, prefix="attacks-") as folder:
        attacked = a_release(spec, told.data or Path(folder))
        found, lines = attack(attacked)
    file = FOLDER / ("attacks-on-release.md" if spec == USUAL else f"attacks-on-{spec.name}.md")
    file.write_text("\n".join([*_about(attacked, spec), *lines, ""]), encoding="utf-8")
    print(file.read_text(encoding="utf-8"))
    return 0 if found else 1


def attack(attacked: Attacked) -> tuple[bool, list[str]]:
    """Whether all bars were reached, and the tables."""
    groups = connected(attacked)
    with_outside, without, exact = Left(), Left(), Left()
    for names in groups:
        found = absolute(attacked, names)
        said = f"{found[0].withheld:,} withheld, {found[0].few} with fewer than {FEWEST}"
        print(f"{', '.join(names[:3])}{'...' if len(names) > 3 else ''}: {said}", flush=True)
        for total, each in zip((with_outside, without), found, strict=True):
            total.add(each)
        exact.add(without_rounding(attacked, names))
    questions = {
        (name, period): [relative(attacked, name, period=period, exact_sums=way) for way in (False, True)]
        for name, period in asked_about(attacked)
    }
    labels = told_by_labels(attacked)
    figures = invert_all(attacked, load_definitions())
    is_safe = with_outside.few == without.few == labels[1] == 0 and not any(ours.narrowed for ours, _ in questions.values())
    is_safe &= not any(row.narrowed for row in figures.values())
    can_fail = (
        exact.few > 0
        and sum(theirs.few for _, theirs in questions.values()) > 0
        and all(row.exact for name, row in figures.items() if name not in WORDS)
    )
    lines = [*_absolute(with_outside, without, exact), *_relative(questions), *_figures(figures), *_labels(*labels)]
    return is_safe and can_fail, lines


def _absolute(with_outside: Left, without: Left, exact: Left) -> list[str]:
    named = {
        "ours, exact totals of others known": with_outside,
        "ours, without them": without,
        "suppression without rounding, carried bounds alone": exact,
    }
    lines = ["## Absolute yardstick: fewer than four candidates", ""]
    lines += ["| published, and known besides | withheld | told by others' totals alone | fewer than 4 | known exactly |"]
    lines += ["|---|---|---|---|---|"]
    lines += [f"| {name} | {each.withheld:,} | {each.told:,} | {each.few:,} | {each.known:,} |" for name, each in named.items()]
    if not with_outside.cells:
        return [*lines, ""]
    lines += ["", f"The {with_outside.few:,} counts with fewer than four, and the sums without any of which they would keep enough:", ""]
    lines += ["| indicator | part | where | left | needs all of |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.indicator} | {one.part} | {one.where} | {one.left} | {'; '.join(one.needs) or 'no single one'} |"
        for one in with_outside.cells[:LISTED]
    ]
    by = Counter(one.indicator for one in with_outside.cells)
    return [*lines, "", "By indicator: " + ", ".join(f"{name} {count}" for name, count in by.most_common()) + ".", ""]


def _relative(questions: dict[tuple[str, str], list[Asked]]) -> list[str]:
    lines = ["## Relative yardstick: questions", ""]
    lines += ["Of neighbourhoods withheld, how many the answers narrow, and leave fewer than four values that had four before.", ""]
    lines += ["| indicator | year | withheld | by fill: narrowed | fewer than 4 | exact sums rounded afterwards: narrowed | fewer than 4 |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for (name, period), (ours, theirs) in questions.items():
        lines.append(f"| {name} | {period} | {ours.withheld} | {ours.narrowed} | {ours.few} | {theirs.narrowed} | {theirs.few} |")
    return [*lines, ""]


def _figures(figures: dict[str, Row]) -> list[str]:
    lines = ["## Formula inversion", "", "| figure | made of | withheld counts tried | narrowed | narrowed, were it made of exact counts |"]
    lines += ["|---|---|---|---|---|"]
    lines += [f"| {name} | {row.of} | {row.tried:,} | {row.narrowed:,} | {row.exact:,} |" for name, row in figures.items()]
    return [*lines, ""]


def _labels(sets: int, few: int) -> list[str]:
    return [
        "## What is not a function of the protected table",
        "",
        f"Labels of clusters are made of exact counts on the secure side. {sets} sets left this world; the exact total of every one",
        f"told to the attacker would leave {few} withheld counts fewer than four values that had four before.",
        "The manifest tells how many cells were withheld by which rule, how many counts others' totals tell, and which levels went:",
        "numbers of the whole world, none of a cell. Which levels go is decided on exact counts; someone who knows the whole rule is",
        "answered in [how counts are protected](../explanation/disclosure.md). Everything else that a release holds is computed by",
        "`geo/releases` and `geo/findings` from the folder that left: rates, limits, ratios and estimates are turned round above.",
        "Not turned round one by one: expected events by age (of the world's published bands and the Census), sums over chosen areas (by",
        "fill, in [what protected tables give away](disclosure.md)), and figures of published files, which are none of these records.",
    ]


def _about(attacked: Attacked, spec: WorldSpec) -> list[str]:
    manifest, cells = attacked.left.manifest, attacked.left.table.num_rows
    named = "" if spec == USUAL else f" --systems {','.join(spec.systems)} --people {spec.people} --seed {spec.seed}"
    return [
        "# Attacks on everything that leaves a world",
        "",
        f"Made by `python tools/evidence/attacks_on_release.py{named}`: the world {manifest['world']} of made-up people (about",
        f"{manifest['people']:,}), {cells:,} cells as they leave by the rule `{attacked.policy.name}`. The attacker knows the rule, every",
        "definition, that areas, groups, tenths of deprivation and periods add up, what indicators count of each other's people, and that",
        "few people had one event each where that is so. All indicators that relations connect are one linear program, rounded inwards to",
        "whole numbers; it is asked of every withheld count, each until four values are seen to be possible. Without others' totals it",
        "is asked of what was narrow with them. Withheld are numerators, those without where they are few, and denominators. Bars: no",
        "count with fewer than four values but what others' totals alone tell, none narrowed by questions or by a figure; and the same",
        "attackers must succeed against weaker ways to publish.",
        "",
    ]


if __name__ == "__main__":
    sys.exit(main())
