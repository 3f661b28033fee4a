"""Priority areas: where most people are missing, or too many are admitted, against what is expected, beyond what chance explains."""

from geo.disclosure.claims import Claim, refuse_dishonest
from geo.findings import words
from geo.findings.drafts import MOST_FINDINGS, Draft, begin, finish
from geo.findings.judging import Question
from geo.findings.protection import told
from geo.findings.slices import Areas
from geo.models import Detection
from geo.statistics.multiplicity import FALSE_DISCOVERY_RATE, benjamini_hochberg

# Beyond this many usual differences an area is rarely like the others: its record is checked before anything else.
_UNUSUAL = 4.0


def find_priorities(question: Question) -> Draft:
    """Areas whose own count differs from expectation the bad way (exact two-sided p, 5 % false discoveries), by excess people.

    Areas with too small numbers to be reliable take no part. Raises RefusedClaim where the rules of honesty forbid it.
    """
    part, areas, expectation, judged = question.part, question.areas, question.expectation, question.judged
    refuse_dishonest(Claim.PRIORITY, part.facts(areas))
    takes_part = areas.is_reliable
    draft = begin(
        question.release,
        part,
        Detection.Kind.PRIORITY,
        expectation.adjustment,
        tested=int(takes_part.sum()),
        method=(
            f"Each area's count against {expectation.words}: exact two-sided test, false discoveries held to 5 % (Benjamini and Hochberg),"
            f" ranked by the number of people; limits are those of the area's own figure, 95 %.{words.protected(part.policy)}"
        ),
        parameters={"confidence": 0.95, "multiplier": part.per, "false_discovery_rate": FALSE_DISCOVERY_RATE, "most": MOST_FINDINGS},
    )
    q = benjamini_hochberg(judged.p[takes_part]) if takes_part.any() else judged.p[:0]
    sign = 1.0 if part.is_high_bad else -1.0
    chosen = areas.only(takes_part)
    usual, z, p = expectation.numerator[takes_part], judged.z[takes_part], judged.p[takes_part]
    excess = sign * (chosen.numerator - usual)
    found = [at for at in (-excess).argsort(kind="stable") if excess[at] > 0 and q[at] <= FALSE_DISCOVERY_RATE]
    draft.detection.parameters["found"] = len(found)
    draft.detection.expected_by_chance = FALSE_DISCOVERY_RATE * len(found)
    for at in found[:MOST_FINDINGS]:
        ends = sorted(sign * (limit * chosen.denominator[at] / part.per - usual[at]) for limit in (chosen.lower[at], chosen.upper[at]))
        people = words.people(excess[at], max(ends[0], 0.0), ends[1])
        value, expected = float(chosen.value[at]), float(usual[at] / chosen.denominator[at] * part.per)
        limits = words.with_limits(value, float(chosen.lower[at]), float(chosen.upper[at]), unit=part.unit)
        is_high = bool(part.is_high_bad)
        draft.add(
            [int(chosen.ids[at])],
            area_id=int(chosen.ids[at]),
            direction="high" if is_high else "low",
            is_worse=True,
            people=float(excess[at]),
            people_lower=float(ends[0]),
            people_upper=float(ends[1]),
            value=value,
            lower=float(chosen.lower[at]),
            upper=float(chosen.upper[at]),
            expected=expected,
            effect=value / expected,
            effect_lower=float(chosen.lower[at]) / expected,
            effect_upper=float(chosen.upper[at]) / expected,
            p=float(p[at]),
            q=float(q[at]),
            sentence=(
                f"{chosen.names[at]}: {limits}, where {_usual(question, expected)};"
                f" {people} {'more' if is_high else 'fewer'} {words.counted(part.definition)} than expected."
            ),
            why=_why(question, chosen, at, float(usual[at]), (float(q[at]), float(z[at]))),
        )
    return finish(draft, nothing="No area differs from expectation in the bad direction beyond what chance explains.")


def _usual(question: Question, expected: float) -> str:
    """What the area is held against: without adjustment that is what the areas compared have together."""
    told = words.figure(expected, unit=question.part.unit)
    return f"{told} is expected" if question.expectation.taken else f"the areas compared have {told} together"


def _why(question: Question, areas: Areas, at: int, usual: float, found: tuple[float, float]) -> list[dict[str, str]]:
    q, z = found
    steps = [
        {"label": "Counted", "words": f"{told(areas, at)} of {areas.denominator[at]:,.0f}, {question.part.period_label}."},
        {"label": "Expected", "words": f"{usual:,.1f}, from {question.expectation.words}.{words.not_all(question.part.policy)}"},
        {"label": "Chance", "words": f"After control for {len(areas):,} tests, q is {words.chance(q)} (two-sided, exact)."},
        {"label": "Against others", "words": f"{abs(z):.1f} times the usual difference between such areas."},
    ]
    if abs(z) > _UNUSUAL:
        caution = "So far from the others is rarely the people alone: check the list, the record and who is registered before acting."
        steps.append({"label": "Check first", "words": caution})
    return steps
