"""What protected tables give away, and how well sums over them hold. Writes docs/evidence/disclosure.md; exits 1 when a bar is missed.

Fill: 12,000 areas, five in a parent and 30 parents in a district, gamma-varying need of which half follows deprivation; the rule of
Hospital Episode Statistics at every level; unions of 20 and 60 areas. Attacks: a system of 3,000 areas. Some minutes on one core.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa

from geo.disclosure.atoms import protect
from geo.disclosure.attacks import (
    Reading,
    narrow_published,
    nested_unions,
    query_pairs,
    random_unions,
    read,
    tell_exact_sums,
    tell_fill,
)
from geo.disclosure.catchments import answer, limits, moments
from geo.disclosure.family import Family
from geo.disclosure.fill import Filled, Level, fill
from geo.disclosure.policies import load_policy
from geo.disclosure.rules import publish

FILE = Path(__file__).resolve().parents[2] / "docs" / "evidence" / "disclosure.md"
POLICY = load_policy("hes")
MEANS, SIZES = (1, 3, 7, 14), (20, 60)
IN_PARENT, IN_DISTRICT = 5, 30
# Gamma of shape 8 in all; half of its variance follows deprivation, as age and deprivation explain about half between neighbourhoods.
VARIATION, EXPLAINED = 1 / 8, 0.5
KINDS = ("random", "need", "deprivation", "adversarial")
MOST_BIAS = {"random": 0.01, "need": 0.10, "deprivation": 0.10, "adversarial": 0.10}
FEWEST = 4
FEWEST_JUDGED = 200


@dataclass(frozen=True)
class World:
    """Areas with their true counts and need, deprivation, residents, and what sums are made from."""

    counts: np.ndarray
    need: np.ndarray
    deprivation: np.ndarray
    people: np.ndarray
    filled: Filled
    is_withheld: np.ndarray


@dataclass(frozen=True)
class Row:
    """What unions of one kind, mean and size showed: errors relative to the true sum, and whether the interval held it."""

    bias: float
    spread: float
    cover: float
    answered: float
    judged: int


Draw = Callable[[], np.ndarray]


def a_world(mean: float, *, parents: int = 2_400, seed: int = 0) -> World:
    """Deal counts of a mean per area, publish them at four levels and fill."""
    random = np.random.default_rng([seed, int(mean * 10)])
    areas = parents * IN_PARENT
    parent = np.arange(areas) // IN_PARENT
    district = np.arange(parents) // IN_DISTRICT
    people = random.integers(1_100, 2_200, areas).astype(float)
    deprivation = np.sqrt(0.6) * np.repeat(random.normal(size=parents), IN_PARENT) + np.sqrt(0.4) * random.normal(size=areas)
    slope = np.sqrt(np.log1p(VARIATION * EXPLAINED))
    expected = people * np.exp(slope * deprivation - slope**2 / 2)
    shape = 1 / ((1 + VARIATION) / (1 + VARIATION * EXPLAINED) - 1)
    need = random.gamma(shape, 1 / shape, areas) * expected / people
    counts = random.poisson(mean * people / people.mean() * need).astype(float)
    of_parent = np.bincount(parent, counts)
    levels = [
        _level(counts, expected, parent),
        _level(of_parent, np.bincount(parent, expected), district),
        _level(np.bincount(district, of_parent), np.bincount(district[parent], expected), np.zeros(district[-1] + 1, dtype=np.intp)),
        _level(np.array([counts.sum()]), np.array([expected.sum()]), np.array([-1])),
    ]
    return World(counts, need, deprivation, people, fill(levels), levels[0].is_withheld)


def _level(counts: np.ndarray, expected: np.ndarray, parent: np.ndarray) -> Level:
    shown, least, most = publish(counts, POLICY)
    return Level(least, most, np.isnan(shown), expected, parent.astype(np.intp))


def scattered(world: World, kind: str, random: np.random.Generator) -> np.ndarray:
    """Where scattered unions are drawn from. Adversarial: one withheld area of each parent, so that every parent is cut."""
    areas = np.arange(len(world.counts))
    is_needy = world.need >= np.quantile(world.need, 0.9)
    withheld = world.is_withheld.reshape(-1, IN_PARENT)
    cut = np.argmax(np.where(withheld, random.random(withheld.shape), -1), axis=1) + np.arange(len(withheld)) * IN_PARENT
    return {
        "random": areas,
        "need": areas[is_needy],
        "deprivation": areas[world.deprivation >= np.quantile(world.deprivation, 0.9)],
        "adversarial": cut[withheld.any(axis=1)],
        "need, withheld only": areas[is_needy & world.is_withheld],
    }[kind]


def drawn(world: World, kind: str, *, size: int, random: np.random.Generator) -> Draw:
    """Shapes as people draw them: neighbours in a row, whole parents and cut ones. Adversarial: of parent after parent all that is shown
    and one withheld area, so that every parent is cut and yet the sum is answered."""
    if kind == "adversarial":
        return lambda: _cut_parents(world, size, random)
    starts = np.arange(len(world.counts) - size + 1)
    if kind != "random":
        of_shape = np.convolve(world.need if kind == "need" else world.deprivation, np.ones(size), "valid")
        starts = starts[of_shape >= np.quantile(of_shape, 0.9)]
    return lambda: random.choice(starts) + np.arange(size)


def _cut_parents(world: World, size: int, random: np.random.Generator) -> np.ndarray:
    withheld = world.is_withheld.reshape(-1, IN_PARENT)
    members: list[int] = []
    for parent in random.permutation(len(withheld)):
        if withheld[parent].any():
            taken = [random.choice(np.flatnonzero(withheld[parent])), *np.flatnonzero(~withheld[parent])]
            members += [int(parent * IN_PARENT + at) for at in taken]
        if len(members) >= size:
            break
    return np.sort(np.array(members))


def judge(world: World, draw: Draw, *, unions: int, only_answered: bool) -> Row:
    """Hold the sums of unions by fill against the true ones: of all, or of those that the catchment rule answers."""
    errors, truths, held, answered = [], [], 0, 0
    for _ in range(unions):
        members = draw()
        is_answered = hasattr(answer(world.filled, members, people=world.people[members].sum(), rule=POLICY.catchments), "value")
        answered += is_answered
        if only_answered and not is_answered:
            continue
        truth = world.counts[members].sum()
        found = moments(world.filled, members)
        least, most = limits(world.filled, members, found)
        errors.append(found.mean - truth)
        truths.append(truth)
        held += least <= truth <= most
    relative = np.array(errors) / np.maximum(truths, 1)
    judged = max(len(errors), 1)
    return Row(
        float(np.sum(errors) / max(np.sum(truths), 1)),
        float(np.std(relative) if len(relative) else 0.0),
        held / judged,
        answered / unions,
        len(errors),
    )


def judge_all(*, unions: int, parents: int = 2_400, means: tuple[int, ...] = MEANS) -> dict[str, dict[tuple[str, int, int], Row]]:
    """Every kind, mean and size: shapes that are answered, and scattered areas whether they are or not."""
    rows: dict[str, dict[tuple[str, int, int], Row]] = {"drawn": {}, "scattered": {}}
    for mean in means:
        world = a_world(mean, parents=parents)
        random = np.random.default_rng(mean)
        for kind, size in product((*KINDS, "need, withheld only"), SIZES):
            if kind in KINDS:
                shape = drawn(world, kind, size=size, random=random)
                rows["drawn"][(kind, mean, size)] = judge(world, shape, unions=unions, only_answered=True)
            pool = scattered(world, kind, random)
            if len(pool) >= 3 * size:
                pick = partial(random.choice, pool, size, replace=False)
                many = 3 * unions if kind == "random" else unions
                rows["scattered"][(kind, mean, size)] = judge(world, lambda: np.sort(pick()), unions=many, only_answered=False)  # noqa: B023
    return rows


def pooled(rows: dict[tuple[str, int, int], Row], kind: str) -> float:
    """The share of intervals of one kind that hold the truth, over every union that was judged."""
    each = [row for (name, *_), row in rows.items() if name == kind]
    return sum(row.cover * row.judged for row in each) / max(sum(row.judged for row in each), 1)


def bias_of(rows: dict[tuple[str, int, int], Row], kind: str, mean: int) -> float:
    """Bias of one kind at one mean, over sizes; 0 where too few unions were answered to tell."""
    each = [row.bias for (name, at, _), row in rows.items() if (name, at) == (kind, mean) and row.judged >= FEWEST_JUDGED]
    return float(np.mean(each or [0.0]))


def fill_is_right(rows: dict[str, dict[tuple[str, int, int], Row]]) -> bool:
    """Bias of scattered unions by kind and mean; coverage of those that are answered, by kind."""
    unbiased = all(abs(bias_of(rows[shape], kind, mean)) <= MOST_BIAS[kind] for shape in rows for kind in KINDS for mean in MEANS)
    return unbiased and all(abs(pooled(rows["drawn"], kind) - 0.95) <= 0.02 for kind in KINDS)


def a_system(mean: float, *, areas: int = 3_000, seed: int = 1) -> tuple[pa.Table, Family]:
    """Cells of one system at four levels, and how they nest."""
    counts = np.random.default_rng([seed, int(mean * 10)]).negative_binomial(8, 8 / (8 + mean), areas)
    people = np.random.default_rng(seed).integers(1_100, 2_200, areas)
    parent = np.arange(areas) // IN_PARENT
    levels = {"lsoa21": np.arange(areas), "msoa21": parent, "lad24": parent // IN_DISTRICT, "ctry23": np.zeros(areas, dtype=int)}
    names = {name: [f"{name}-{at:05d}" for at in range(of[-1] + 1)] for name, of in levels.items()}
    tables = []
    for name, of in levels.items():
        sums = np.bincount(of, counts).astype(int)
        size = len(sums)
        fixed = {"indicator": "events", "geography": name, "period": "2021-22", "dimension": "", "stratum": "all"}
        columns = {key: pa.array([value] * size) for key, value in fixed.items()} | {"area": pa.array(names[name])}
        tables.append(pa.table(columns | {"numerator": sums, "denominator": np.bincount(of, people).astype(int), "persons": sums}))
    pairs = []
    for (finer, lower), (wider, upper) in zip(list(levels.items())[:-1], list(levels.items())[1:], strict=True):
        first = np.unique(lower, return_index=True)[1]
        pairs += [(finer, child, wider, names[wider][upper[at]]) for child, at in zip(names[finer], first, strict=True)]
    keys = ("child_geography", "child", "parent_geography", "parent")
    nesting = pa.table({key: [pair[at] for pair in pairs] for at, key in enumerate(keys)})
    return pa.concat_tables(tables), Family(nesting, {"events": "share"})


@dataclass(frozen=True)
class Attacked:
    """Withheld counts, and how many the attackers narrowed: by questions, to fewer than four candidates, to one."""

    withheld: int
    narrowed: int
    few: int
    known: int


def attack(mean: float, *, how: str, areas: int = 3_000) -> Attacked:
    """Publish in one way and attack: "protected" (ours), "exact sums" rounded afterwards on it, "suppressed" without rounding."""
    cells, family = a_system(mean, areas=areas)
    policy = replace(POLICY, round_to=1, fewest_candidates=None) if how == "suppressed" else POLICY
    reading = read(protect(cells, policy, family).table, family, policy)
    exact = _exact(cells, reading)
    random = np.random.default_rng(3)
    pool = np.flatnonzero(np.array([name == "lsoa21" for name, _ in reading.coded.areas])[reading.coded.area])
    targets = [row for row in pool if reading.is_withheld[row]][:20]
    questions = [union for row in targets for union in query_pairs(row, pool, pairs=11, size=20, random=random)]
    questions += [*nested_unions(pool, unions=200, random=random), *random_unions(pool[:300], unions=1_000, random=random)]
    told = tell_exact_sums(exact, questions, policy) if how == "exact sums" else tell_fill(reading, questions)
    england = {int(np.flatnonzero(reading.coded.geography == 0)[0]): float(exact.max())}
    before = narrow_published(reading, outside=england)
    after = narrow_published(reading, told=told, outside=england)
    left, was = ((most - least + 1)[reading.is_withheld] for least, most in (after, before))
    return Attacked(len(left), int(np.sum(left < was)), int(np.sum(left < FEWEST)), int(np.sum(left == 1)))


def _exact(cells: pa.Table, reading: Reading) -> np.ndarray:
    known = dict(zip(cells["area"].to_pylist(), cells["numerator"].to_pylist(), strict=True))
    return np.array([known[reading.coded.areas[area][1]] for area in reading.coded.area], dtype=float)


def main() -> int:
    """Measure, write the tables, and say whether every bar was reached."""
    rows = judge_all(unions=300)
    ways = {"protected": "ours", "exact sums": "exact sums of questions, rounded afterwards", "suppressed": "suppression without rounding"}
    attacks = {(mean, how): attack(mean, how=how) for mean in (0.5, *MEANS) for how in ways}
    started = time.process_time()
    protect(*_swapped(a_system(7, areas=30_000)))
    seconds = time.process_time() - started
    lines = ["# What protected tables give away, and how well sums over them hold", "", *_about()]
    lines += ["", "## Sums that are answered", "", *_sums(rows["drawn"])]
    lines += ["", "| shapes | intervals that hold the truth, over means and sizes (93 to 97 %) |", "|---|---|"]
    lines += [f"| {kind} | {pooled(rows['drawn'], kind):.1%} |" for kind in KINDS]
    lines += ["", "## Scattered areas, answered or not", "", *_sums(rows["scattered"])]
    lines += [
        "",
        "## Attacks",
        "",
        "| mean | published | withheld | narrowed by questions | fewer than 4 candidates | known exactly |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {mean:g} | {ways[how]} | {found.withheld:,} | {found.narrowed:,} | {found.few:,} | {found.known:,} |"
        for (mean, how), found in attacks.items()
    ]
    lines += ["", f"Protecting the 36,201 cells of a system of 30,000 areas took {seconds:.1f} seconds of one core.", ""]
    FILE.write_text("\n".join(lines), encoding="utf-8")
    ours = [found for (_, how), found in attacks.items() if how == "protected"]
    others = [sum(found.few for (_, name), found in attacks.items() if name == how) for how in ("exact sums", "suppressed")]
    is_safe = all(found.narrowed == 0 and found.few == 0 for found in ours) and min(others) > 0
    return 0 if fill_is_right(rows) and is_safe else 1


def _swapped(system: tuple[pa.Table, Family]) -> tuple[pa.Table, object, Family]:
    return system[0], POLICY, system[1]


def _sums(rows: dict[tuple[str, int, int], Row]) -> list[str]:
    lines = ["| union of | mean | areas | bias | SD of error | 95 % interval holds | answered |", "|---|---|---|---|---|---|---|"]
    for (kind, mean, size), row in rows.items():
        found = f"{row.bias:+.1%} | {row.spread:.1%} | {row.cover:.1%}" if row.judged else "- | - | -"
        lines.append(f"| {kind} | {mean} | {size} | {found} | {row.answered:.0%} |")
    return lines


def _about() -> list[str]:
    return [
        "Made by `make evidence` (tools/evidence/disclosure.py): the rule of Hospital Episode Statistics at each level, 12,000 areas, five",
        "in a parent and 30 parents in a district; need varies by a gamma of shape 8, half of its variance follows deprivation, which the",
        "expected counts know, and half is known to nobody. Answered: at least 3 areas and 5,000 people, at most half of the value",
        "estimated. Shapes are neighbours in a row, which cut parents at both ends; *need*: the tenth of shapes (or areas) of greatest",
        "true need, known or not; *deprivation*: the most deprived tenth; *adversarial*: every parent is cut. Scattered areas are harder",
        "than what is drawn; *need, withheld only* is the hardest, and never answered, because all of it would be estimated. Bars: bias of",
        "random unions at most 1 %, of others 10 %; intervals of answered sums hold 93 to 97 %. Intervals of scattered areas are wider",
        "than they need be for random ones and too narrow for those chosen by a need that nobody has published: none can serve both.",
        "",
        "Attackers know the rule, every sum, England's exact total, and the answers to 11 pairs of questions about each of 20 withheld",
        "areas, 200 nested unions and 1,000 random ones; candidates by carrying bounds and linear program. The same attacks on a whole",
        "world, every indicator of it: [attacks on everything that leaves a world](attacks-on-release.md).",
    ]


if __name__ == "__main__":
    sys.exit(main())
