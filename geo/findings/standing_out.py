"""What stands out: inequalities between groups of areas, by deprivation and place, from models with errors robust to clusters.

Groups are of areas, not of persons, unless the indicator itself is broken down by sex, age or ethnic group: a difference between areas
of most and least deprivation is not the difference between deprived people and others, and every finding says so.
"""

from dataclasses import dataclass

import numpy as np

from geo.disclosure.claims import Claim, refuse_dishonest
from geo.errors import StatisticsError
from geo.findings import words
from geo.findings.drafts import Draft, begin, finish
from geo.findings.judging import Question
from geo.findings.slices import Numbers
from geo.models import Detection
from geo.statistics.insights import Contrast, fit_contrast
from geo.statistics.multiplicity import FALSE_DISCOVERY_RATE, benjamini_hochberg

# A ratio nearer to 1 than this is no inequality that anybody would act on, however sure it is.
LEAST_RATIO = 1.05
_FIFTHS = 5


@dataclass(frozen=True)
class Told:
    """One contrast that was fitted: the group, what it is compared with, and the members (1), others (0) or neither (NaN)."""

    dimension: str
    group: str
    against: str
    is_member: Numbers
    contrast: Contrast


@dataclass(frozen=True)
class Inequalities:
    """The contrasts of one slice under one adjustment, before multiplicity is controlled over the whole release."""

    question: Question
    draft: Draft
    told: tuple[Told, ...]


def fit_inequalities(question: Question) -> Inequalities:
    """Deprivation (most against least deprived fifth) and place (each region against the rest) for one slice and adjustment.

    Under an adjustment for deprivation, deprivation itself is not contrasted. Raises RefusedClaim where the rules of honesty forbid it.
    """
    part, areas, expectation = question.part, question.areas, question.expectation
    refuse_dishonest(Claim.INEQUALITY, part.facts(areas, index_domain="imd"))
    draft = begin(
        question.release,
        part,
        Detection.Kind.INEQUALITY,
        expectation.adjustment,
        method=(
            f"{'Logistic' if part.unit == 'proportion' else 'Poisson'} regression of areas, {words.adjusted_for(expectation.adjustment)};"
            " standard errors robust to clusters; false discoveries held to 5 % over all contrasts of the release; a ratio within"
            f" {LEAST_RATIO - 1:.0%} of 1 is left out. Groups are of areas, not of persons."
        ),
        parameters={"confidence": 0.95, "multiplier": part.per, "least_ratio": LEAST_RATIO, "false_discovery_rate": FALSE_DISCOVERY_RATE},
    )
    told, failed = [], {}
    for dimension, group, against, member in _groups(question):
        try:
            told.append(Told(dimension, group, against, member, _contrast(question, member)))
        except StatisticsError as error:
            failed[f"{dimension}: {group}"] = str(error)
    draft.detection.tested = len(told)
    draft.detection.expected_by_chance = round(FALSE_DISCOVERY_RATE * len(told), 2)
    draft.detection.parameters["not_fitted"] = failed
    return Inequalities(question, draft, tuple(told))


def tell_inequalities(fitted: list[Inequalities]) -> list[Draft]:
    """Findings of all slices together: the contrasts that stand after control over all of them, largest number of people first."""
    p = np.array([told.contrast.p for inequalities in fitted for told in inequalities.told])
    q = iter(benjamini_hochberg(p).tolist())
    for inequalities in fitted:
        standing = [(told, chance) for told, chance in zip(inequalities.told, q, strict=False) if _stands(told.contrast, chance)]
        for told, chance in sorted(standing, key=lambda pair: -abs(pair[0].contrast.excess)):
            _add(inequalities, told, chance)
        finish(inequalities.draft, nothing="No group differs by more than 5 % beyond what chance explains.")
    return [inequalities.draft for inequalities in fitted]


def _stands(contrast: Contrast, q: float) -> bool:
    return q <= FALSE_DISCOVERY_RATE and max(contrast.ratio, 1 / contrast.ratio) >= LEAST_RATIO


def _groups(question: Question) -> list[tuple[str, str, str, Numbers]]:
    """Dimension, group, what it is compared with, and who is a member."""
    areas, found = question.areas, []
    if areas.has_deprivation and "deprivation" not in question.expectation.adjustment:
        member = np.select([areas.fifth == 1, areas.fifth == _FIFTHS], [1.0, 0.0], default=np.nan)
        found.append(("deprivation", f"the most deprived fifth ({areas.index})", "the least deprived fifth", member))
    regions = np.array(areas.regions, dtype=object)
    for region in sorted(set(areas.regions) - {""}):
        member = np.where(regions == "", np.nan, (regions == region).astype(np.float64))
        found.append(("place", region, "the rest of England", member))
    return found


def _contrast(question: Question, member: Numbers) -> Contrast:
    part, areas = question.part, question.areas
    has_fifths = "deprivation" in question.expectation.adjustment
    if part.unit == "proportion":
        fifths = np.column_stack([areas.fifth == fifth for fifth in range(1, _FIFTHS)]).astype(np.float64) if has_fifths else None
        return fit_contrast(areas.numerator, people=areas.denominator, is_member=member, covariates=fifths, clusters=areas.cluster)
    return fit_contrast(areas.numerator, people=question.expectation.numerator, is_member=member, clusters=areas.cluster, kind="rate")


def _add(inequalities: Inequalities, told: Told, q: float) -> None:
    part, areas, contrast = inequalities.question.part, inequalities.question.areas, told.contrast
    sides = [
        float(areas.numerator[told.is_member == side].sum() / areas.denominator[told.is_member == side].sum() * part.per) for side in (1, 0)
    ]
    is_high = contrast.ratio > 1
    ends = sorted((abs(contrast.excess_lower), abs(contrast.excess_upper)))
    people = words.people(abs(contrast.excess), *ends)
    adjustment = words.adjusted_for(inequalities.question.expectation.adjustment)
    kind = "odds" if part.unit == "proportion" else "rate"
    plural = part.geography.title.split(" (")[0]
    place = "in" if told.dimension == "place" else "of"
    limits = f"{contrast.ratio_lower:.2f} to {contrast.ratio_upper:.2f}"
    inequalities.draft.add(
        [],
        direction="high" if is_high else "low",
        is_worse=is_high == bool(part.is_high_bad),
        dimension=told.dimension,
        group=told.group,
        people=abs(contrast.excess),
        people_lower=ends[0],
        people_upper=ends[1],
        value=sides[0],
        expected=sides[1],
        effect=contrast.ratio,
        effect_lower=contrast.ratio_lower,
        effect_upper=contrast.ratio_upper,
        p=contrast.p,
        q=q,
        sentence=(
            f"{plural} {place} {told.group}: {words.figure(sides[0], unit=part.unit)}, against {words.figure(sides[1], unit=part.unit)} in"
            f" {told.against}; {people} {'more' if is_high else 'fewer'} {words.counted(part.definition)} than at the latter's level"
            f" ({adjustment})."
        ),
        why=[
            {"label": "Model", "words": f"{kind.capitalize()} ratio {contrast.ratio:.2f} ({limits}), {adjustment}."},
            {"label": "Behind it", "words": f"{contrast.units:,} areas in {contrast.clusters:,} clusters, {part.period_label}."},
            {"label": "Chance", "words": f"q after control of all contrasts of the release is {words.chance(q)}."},
            {"label": "Beware", "words": "The groups are of areas: what holds between them need not hold between the people in them."},
        ],
    )
