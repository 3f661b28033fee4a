"""The table of what was found, from verdicts: lines of Markdown, and which bars were missed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tools.evidence.planted.cases import CASES, SILENCE, Case
from tools.evidence.planted.judging import Verdict
from tools.evidence.planted.masking import Masked

# Share of what is told that may be false, over the worlds of a story; of 20 null worlds so many may report anything.
MOST_FALSE, MOST_REPORTING = 0.10, 0.15
# A story is found where most of its worlds tell it.
LEAST_FOUND = 0.8
_COMMAND = "`make evidence` (`python tools/evidence/stories.py --seeds 20 --processes 2`)"
Bounds = Mapping[float, Sequence[Masked]]


def lines(verdicts: Sequence[Verdict], masked: Bounds, *, wanted: int) -> list[str]:
    """The whole page."""
    by_case = {name: [one for one in verdicts if one.case == name] for name in CASES}
    stories = {name: each for name, each in by_case.items() if CASES[name].judge != SILENCE}
    return [
        "# Whether planted stories are found, and worlds without any stay silent",
        "",
        *_about(by_case, wanted),
        "",
        "## Planted",
        "",
        "| world | people | judged at, and why | found | told | false of it |",
        "|---|---|---|---|---|---|",
        *(_row(CASES[name], each) for name, each in stories.items()),
        "",
        *_details(stories),
        *_failed(verdicts),
        "## Nothing planted",
        "",
        "| world | worlds | name a place, each question at its own 5 % | name a place at 5 % over all | what they name | groups |",
        "|---|---|---|---|---|---|",
        *(_null_row(name, each) for name, each in by_case.items() if CASES[name].judge == SILENCE),
        "",
        *_NULL,
        "",
        "## Bounds where three people in ten have no known ethnic group",
        "",
        *_masking(masked),
        "",
    ]


def misses(verdicts: Sequence[Verdict], masked: Bounds, *, wanted: int) -> list[str]:
    """Which bars were missed, in words; empty where all were reached."""
    found = [f"{verdict.case} {verdict.seed} failed: {verdict.failed}" for verdict in verdicts if verdict.failed]
    for name, case in CASES.items():
        worlds = [one for one in verdicts if one.case == name and not one.failed]
        if len(worlds) < wanted:
            found.append(f"{name}: {len(worlds)} of {wanted} worlds")
        if not worlds:
            continue
        share = sum(one.found for one in worlds) / len(worlds)
        if case.judge == SILENCE:
            found += [f"{name}: {share:.0%} report"] if share > MOST_REPORTING and case.is_flat else []
            continue
        found += [f"{name}: found in {share:.0%}"] if share < LEAST_FOUND else []
        found += [f"{name}: {_false(worlds):.0%} of what is told is false"] if _false(worlds) > MOST_FALSE else []
    found += [f"{one.judged - one.held} bounds do not hold" for one in masked.get(0.0, ()) if one.held < one.judged]
    return found


def _about(by_case: Mapping[str, Sequence[Verdict]], wanted: int) -> list[str]:
    held = sorted({len(each) for each in by_case.values()})
    said = f"{held[0]}" if len(held) == 1 else f"{held[0]} to {held[-1]}"
    codes = sorted({one.code for each in by_case.values() for one in each})
    seconds = sum(one.seconds for each in by_case.values() for one in each)
    return [
        f"Made by {_COMMAND}.",
        f"The table holds {said} worlds of each kind (seeds from 1; {wanted} are asked for), of code {', '.join(codes)};",
        f"{seconds / 60:.0f} minutes of one process by the clock in all, half as many on two cores.",
        "Everybody in them is made up, what is planted is invented, and nothing here is true of any place. Each world goes the whole way",
        "(made, linked, derived, protected, release, findings) with the extracts and derivations that its story needs, and is judged",
        "from the release: what a user of the service is told.",
        "",
        "- **Places**: areas that priority areas, hot spots and windows name as worse, deprivation taken account of, neighbourhoods and",
        "  MSOAs. True: an area that holds a planted neighbourhood. False: one that neither holds nor touches any, for sets that are",
        "  told together reach beyond what is planted; those that only touch are counted apart. Found: for each kind of indicator, at",
        "  some level, three planted areas are named at least, and more than half of what is named is planted.",
        "- **Districts**: figures told as worse than the whole world's (95 % limits with the rounding). False: a district that is not",
        "  planted. Found: for each kind of indicator some indicator tells all planted districts.",
        "- **Groups**: of the people of one district, against the White British of the same: limits of the ratio exclude 1, and it is",
        "  1.05 or more. False: a group for which the generator changes nothing, though its ages or deprivation may make it differ.",
        "  Found: for each kind some indicator tells each planted group. In `ethnicity` the gap is planted and hidden by the recording:",
        "  found means that it is not told, that the rate as recorded is below the true one, and that the bounds of masking hold the",
        "  true one and are too wide to be shown; in `ethnicity-repaired` recording is mended and the gap must be told. Flu vaccination",
        "  is lower in every Asian group by the generator, and of Pakistani people in `communities` lower still: MMR tells them apart.",
    ]


def _row(case: Case, verdicts: Sequence[Verdict]) -> str:
    done = [one for one in verdicts if not one.failed]
    if not done:
        return f"| {case.name} | | {case.level}: {case.why} | no world was judged | | |"
    people = f"{case.where}: {done[0].people:,}"
    false = f"{sum(one.false for one in done)} ({_false(done):.0%})"
    found = f"{sum(one.found for one in done)} of {len(done)}"
    return f"| {case.name} | {people} | {case.level}: {case.why} | {found} | {sum(one.told for one in done)} | {false} |"


def _false(verdicts: Iterable[Verdict]) -> float:
    """Share of what was told that is false, over all worlds together; 0 where nothing was."""
    told, false = 0, 0
    for one in verdicts:
        told, false = told + one.told, false + one.false
    return false / told if told else 0.0


def _details(stories: Mapping[str, Sequence[Verdict]]) -> list[str]:
    """What each story tells by indicator, and what was not found and why."""
    out = ["By indicator: true and false things told, over all worlds of the story (touching: areas that only touch planted ones).", ""]
    out += ["| world | indicator | true | touching | false | of planted |", "|---|---|---|---|---|---|"]
    reasons = []
    for name, verdicts in stories.items():
        sums: dict[str, Counter[str]] = {}
        for verdict in verdicts:
            for indicator, fact in verdict.facts.items():
                sums.setdefault(indicator, Counter()).update(_counts(CASES[name], fact))
        out += [
            f"| {name} | {key} | {n['true']} | {n['beside']} | {n['false']} | {n['planted']} |"
            for key, n in sums.items()
            if sum(n.values())
        ]
        missing = Counter(f"{kind}: {why}" for verdict in verdicts for kind, why in verdict.missing.items())
        reasons += [f"- {name}, not found: {said} ({count} worlds)" for said, count in missing.most_common(6)]
    return [*out, "", *_hidden(stories), *reasons, *([""] if reasons else [])]


def _hidden(stories: Mapping[str, Sequence[Verdict]]) -> list[str]:
    """The groups of the hidden gap: rates as recorded and as mended, the true ones, and the bounds; means over worlds."""
    out = ["The hidden gap, people of 40 to 64 of Solihull; means over worlds.", ""]
    out += ["| recording | indicator | group | told rate | of the White British | true rate | bounds |", "|---|---|---|---|---|---|---|"]
    for edition, name in (("as recorded", "ethnicity"), ("mended", "ethnicity-repaired")):
        case = CASES[name]
        for indicator in case.indicators["cardiovascular"]:
            facts = [verdict.facts[indicator] for verdict in stories.get(name, ()) if indicator in verdict.facts]
            out += [f"| {edition} | {indicator} | {group} | {_hidden_group(facts, group)} |" for group in case.groups]
    return [*out, ""]


def _hidden_group(facts: Sequence[Mapping[str, Any]], group: str) -> str:
    """The cells of one group."""
    told, true = _mean(fact["values"].get(group) for fact in facts), _mean(fact.get("truth", {}).get(group) for fact in facts)
    lower, upper = (_mean(fact["bounds"].get(group, [None])[end] for fact in facts) for end in (0, -1))
    return f"{told} | {_mean(fact['reference'] for fact in facts)} | {true} | {lower} to {upper}"


def _mean(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{sum(known) / len(known):.1%}" if known else "-"


def _counts(case: Case, fact: object) -> dict[str, int]:
    """True and false things told and what was planted, of the facts of an indicator, however the case is judged."""
    if not isinstance(fact, dict):
        return {}
    if isinstance(fact.get("told"), dict):
        return {"true": len(fact["told"]) - len(fact["false"]), "false": len(fact["false"]), "planted": len(case.groups)}
    if "named" not in fact or not isinstance(fact["named"], int):
        return {}
    beside = fact.get("beside", 0)
    return {"true": fact["true"], "beside": beside, "false": fact["named"] - fact["true"] - beside, "planted": fact["planted"]}


def _failed(verdicts: Sequence[Verdict]) -> list[str]:
    failed = [f"- {one.case}, seed {one.seed}: {one.failed}" for one in verdicts if one.failed]
    return ["Failed:", "", *failed, ""] if failed else []


def _null_row(name: str, verdicts: Sequence[Verdict]) -> str:
    done = [one for one in verdicts if not one.failed]
    named: Counter[str] = Counter()
    for one in done:
        named.update(one.facts.get("named", {}))
    said = "; ".join(f"{key} ({count})" for key, count in named.most_common(6)) or "nothing"
    any_told, family = sum(one.told > 0 for one in done), sum(one.found for one in done)
    compared, told = (sum(one.facts.get("groups", {}).get(key, 0) for one in done) for key in ("compared", "told"))
    return f"| {name}: {CASES[name].where} | {len(done)} | {any_told} | {family} | {said} | {told} of {compared} |"


_NULL = [
    "In a world without stories rates still follow age, sex, deprivation and ethnic group. Sets that the secure side names take account",
    "of age, ethnic group and deprivation; priority areas take account of deprivation by fifths, of age where the release allows it, and",
    "never of ethnic group: what they name in `null` may be a true difference between neighbourhoods. In `null-flat` all neighbourhoods",
    "have the same ages, groups and deprivation, so that whatever is named is false; the bar (at most 3 of 20) is held against it.",
    "Over all: the least p of what is named times the number of all tests; what the secure side names is controlled there over all its",
    "questions. Groups: ethnic groups told to differ from the White British in the checks of severe mental illness, in which no group",
    "differs, of those compared (95 % limits, not controlled for their number).",
]


def _masking(masked: Bounds) -> list[str]:
    out = [
        "Solihull, adults with high blood pressure; practices leave three in ten without a known group, those at risk more often. Bounds",
        "are x / (n + U - u) and (x + u) / (n + u), in every area and for every ethnic category with people there. Where categories are",
        "wrong besides (3 %), bounds promise nothing, for they speak of the unknown alone. Width is the median over areas and groups.",
        "",
        "| wrong categories | level | worlds | without group | bounds judged | hold the true rate | width | of the largest group |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for wrong, each in masked.items():
        for level in dict.fromkeys(one.level for one in each):
            mine = [one for one in each if one.level == level]
            judged, held = sum(one.judged for one in mine), sum(one.held for one in mine)
            unknown, width, largest = (sum(getattr(one, name) for one in mine) / len(mine) for name in ("unknown", "width", "largest"))
            worlds = f"{wrong:.0%} | {level} | {len(mine)} | {unknown:.1%}"
            out.append(f"| {worlds} | {judged:,} | {held:,} ({held / judged:.1%}) | {width:.2f} | {largest:.2f} |")
    return out
