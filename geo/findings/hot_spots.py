"""Hot spots: areas that lie high or low together with their neighbours, more than differences between areas alone would make them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.claims import Claim, refuse_dishonest
from geo.findings import words
from geo.findings.drafts import MOST_FINDINGS, Draft, begin, finish
from geo.findings.judging import Question
from geo.findings.neighbours import neighbourhood
from geo.findings.slices import Numbers
from geo.geography.adjacency import Weights, with_self
from geo.models import Detection
from geo.statistics.local import LocalStatistic, getis_ord
from geo.statistics.multiplicity import FALSE_DISCOVERY_RATE, benjamini_hochberg


@dataclass(frozen=True)
class Spots:
    """Gi* of each area of a slice, shape (areas,): the statistic, q, and spot: 1 high, -1 low, 0 neither. NaN and 0 where not tested."""

    statistic: LocalStatistic
    q: Numbers
    spot: NDArray[np.int16]


def find_hot_spots(question: Question) -> tuple[Draft, Spots]:
    """Gi* on the areas' standardised differences from expectation, two-sided p, 5 % false discoveries; high and low.

    The differences are brought to one scale with what chance and the usual differences between areas allow, so that what is tested is
    whether neighbours are alike, not whether areas differ. Raises RefusedClaim where the rules of honesty forbid it.
    """
    part, areas, expectation = question.part, question.areas, question.expectation
    refuse_dishonest(Claim.HOT_SPOT, part.facts(areas))
    weights, how = neighbourhood(part.geography, areas)
    statistic = getis_ord(question.judged.z, with_self(weights))
    q = benjamini_hochberg(statistic.p)
    is_found = q <= FALSE_DISCOVERY_RATE
    spot = np.where(is_found, np.sign(statistic.z), 0).astype(np.int16)
    found = Spots(statistic, q, spot)
    draft = begin(
        question.release,
        part,
        Detection.Kind.HOT_SPOT,
        expectation.adjustment,
        tested=int(np.count_nonzero(~np.isnan(statistic.p))),
        expected_by_chance=FALSE_DISCOVERY_RATE * float(np.count_nonzero(is_found)),
        method=(
            f"Gi* (Getis and Ord) of each area with its neighbours, {how}, on differences from {expectation.words}, standardised for chance"
            " and for how much areas differ anyway; two-sided p with allowance for skewness,"
            " false discoveries held to 5 % (Benjamini and Hochberg)."
        ),
        parameters={"confidence": 0.95, "multiplier": part.per, "false_discovery_rate": FALSE_DISCOVERY_RATE, "found": int(is_found.sum())},
    )
    for at in np.argsort(-np.abs(np.where(is_found, statistic.z, 0)), kind="stable")[: min(MOST_FINDINGS, int(is_found.sum()))]:
        _add(draft, question, found, weights, int(at))
    return finish(draft, nothing="No area lies high or low together with its neighbours beyond what chance explains."), Spots(
        statistic, q, spot
    )


def _add(draft: Draft, question: Question, spots: Spots, weights: Weights, at: int) -> None:
    part, areas, expectation, z = question.part, question.areas, question.expectation, float(spots.statistic.z[at])
    members = [at, *(int(other) for other in weights[[at], :].indices)]
    observed, people = float(areas.numerator[members].sum()), float(areas.denominator[members].sum())
    usual = float(expectation.numerator[members].sum())
    value, expected = observed / people * part.per, usual / people * part.per
    is_high = z > 0
    excess = abs(observed - usual)
    draft.add(
        [int(areas.ids[at])],
        area_id=int(areas.ids[at]),
        direction="high" if is_high else "low",
        is_worse=bool(is_high) == bool(part.is_high_bad),
        people=excess,
        value=value,
        expected=expected,
        effect=observed / usual if usual else None,
        p=float(spots.statistic.p[at]),
        q=float(spots.q[at]),
        sentence=(
            f"{areas.names[at]} and its {len(members) - 1} neighbours lie {'high' if is_high else 'low'} together: "
            f"{words.figure(value, unit=part.unit)} against {words.figure(expected, unit=part.unit)} expected;"
            f" {words.about(excess)} {'more' if is_high else 'fewer'} {words.counted(part.definition)} than expected among them."
        ),
        why=[
            {"label": "Neighbourhood", "words": f"{observed:,.0f} of {people:,.0f} counted, {usual:,.1f} expected, {part.period_label}."},
            {"label": "Together", "words": f"Gi* is {z:.1f}; q after control of all tests is {words.chance(float(spots.q[at]))}."},
            {"label": "Expected", "words": f"From {expectation.words}."},
        ],
    )
