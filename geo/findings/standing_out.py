"""What stands out: contrasts between groups, of areas here and of persons in `groups`, controlled together over a whole release.

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
from geo.findings.protection import fit
from geo.findings.slices import Numbers, Slice
from geo.models import Detection
from geo.statistics.insights import Contrast
from geo.statistics.multiplicity import FALSE_DISCOVERY_RATE, benjamini_hochberg

# A ratio nearer to 1 than this is no inequality that anybody would act on, however sure it is.
LEAST_RATIO = 1.05
_FIFTHS = 5
# Source of indicators that were counted from the records of some systems.
_LINKED = "linked-records"


@dataclass(frozen=True)
class Told:
    """One contrast that was fitted, and how it is told.

    subject, against: the group and what it is compared with, as they stand in the sentence. sides: their values, in the indicator's unit.
    behind, beware: who stands behind it, and what it must not be taken for. more: further steps, as (label, words).
    """

    dimension: str
    group: str
    subject: str
    against: str
    sides: tuple[float, float]
    contrast: Contrast
    behind: str
    beware: str
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Inequalities:
    """The contrasts of one slice under one adjustment, before multiplicity is controlled over the whole release. adjusted: in words."""

    part: Slice
    draft: Draft
    adjusted: str
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
            f"{words.model_of(part.unit)} regression of areas, {expectation.adjusted};"
            " standard errors robust to clusters; false discoveries held to 5 % over all contrasts of the release; a ratio within"
            f" {LEAST_RATIO - 1:.0%} of 1 is left out. Groups are of areas, not of persons."
            f"{words.protected(part.policy)}"
        ),
        parameters=parameters_of(part),
    )
    told, failed = [], {}
    for dimension, group, against, member in _groups(question):
        try:
            told.append(_tell(question, (dimension, group, against), member))
        except StatisticsError as error:
            failed[f"{dimension}: {group}"] = str(error)
    return close(draft, part, expectation.adjusted, told, failed)


def parameters_of(part: Slice) -> dict[str, object]:
    """The numbers that every contrast is made with."""
    return {"confidence": 0.95, "multiplier": part.per, "least_ratio": LEAST_RATIO, "false_discovery_rate": FALSE_DISCOVERY_RATE}


def close(draft: Draft, part: Slice, adjusted: str, told: list[Told], failed: dict[str, str]) -> Inequalities:
    """The contrasts of one detection, with how many there are; failed: those that could not be fitted, and why."""
    draft.detection.tested = len(told)
    draft.detection.parameters["not_fitted"] = failed
    return Inequalities(part, draft, adjusted, tuple(told))


def tell_inequalities(fitted: list[Inequalities]) -> list[Draft]:
    """Findings of all slices together: the contrasts that stand after control over all of them, largest number of people first."""
    p = np.array([told.contrast.p for inequalities in fitted for told in inequalities.told])
    q = iter(benjamini_hochberg(p).tolist())
    for inequalities in fitted:
        standing = [(told, chance) for told, chance in zip(inequalities.told, q, strict=False) if _stands(told.contrast, chance)]
        for told, chance in sorted(standing, key=lambda pair: -abs(pair[0].contrast.excess)):
            _add(inequalities, told, chance)
        inequalities.draft.detection.expected_by_chance = FALSE_DISCOVERY_RATE * len(standing)
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
    # Linked records are of some systems: nothing is known of the rest of England.
    rest = "the other regions of these records" if _LINKED in question.part.definition.get("sources", ()) else "the rest of England"
    regions = np.array(areas.regions, dtype=object)
    for region in sorted(set(areas.regions) - {""}):
        member = np.where(regions == "", np.nan, (regions == region).astype(np.float64))
        found.append(("place", region, rest, member))
    return found


def _tell(question: Question, named: tuple[str, str, str], member: Numbers) -> Told:
    part, (dimension, group, against) = question.part, named
    contrast = _contrast(question, member)
    sides, more = _sides(question, member, contrast)
    return Told(
        dimension=dimension,
        group=group,
        subject=f"{part.geography.title.split(' (')[0]} {'in' if dimension == 'place' else 'of'} {group}",
        against=f"in {against}",
        sides=sides,
        contrast=contrast,
        behind=f"{contrast.units:,} areas in {contrast.clusters:,} clusters, {part.period_label}.",
        beware="The groups are of areas: what holds between them need not hold between the people in them.",
        more=more,
    )


def at_the_others_level(
    part: Slice, counted: tuple[float, float], *, people: float, contrast: Contrast
) -> tuple[tuple[float, float], tuple[tuple[str, str], ...]]:
    """The two sides of an adjusted contrast in the indicator's unit, and a step that tells how: as counted they may differ the other way.

    The group as counted, and what it would have at the other's level with all that is taken account of as it is. people: of the group.
    """
    told = " against ".join(words.figure(value, unit=part.unit) for value in counted)
    said = f"The second figure is what the group itself would have at the other's level. As counted: {told}."
    return (counted[0], counted[0] - contrast.excess / people * part.per), (("Standardised", said),)


def _sides(question: Question, member: Numbers, contrast: Contrast) -> tuple[tuple[float, float], tuple[tuple[str, str], ...]]:
    """The values of the group and of what it is compared with, and a step that tells how they were made.

    Shares as counted, and where the contrast is adjusted against the group's own at the other's level. Rates standardised indirectly, as
    the contrast is: events over what was expected, times the rate of all.
    """
    part, areas, usual = question.part, question.areas, question.expectation.numerator

    def side(at: int, base: Numbers) -> float:
        return float(areas.numerator[member == at].sum() / base[member == at].sum())

    counted = (side(1, areas.denominator) * part.per, side(0, areas.denominator) * part.per)
    if part.unit == "proportion":
        people = float(areas.denominator[member == 1].sum())
        return at_the_others_level(part, counted, people=people, contrast=contrast) if question.expectation.taken else (counted, ())
    whole = float(areas.numerator.sum() / areas.denominator.sum() * part.per)
    told = " against ".join(words.figure(value, unit=part.unit) for value in counted)
    more = ("Standardised", f"Rates are what was counted over what was expected, times the rate of all. As counted: {told}.")
    return (side(1, usual) * whole, side(0, usual) * whole), (more,)


def _contrast(question: Question, member: Numbers) -> Contrast:
    part, areas = question.part, question.areas
    has_fifths = "deprivation" in question.expectation.adjustment
    if part.unit == "proportion":
        fifths = np.column_stack([areas.fifth == fifth for fifth in range(1, _FIFTHS)]).astype(np.float64) if has_fifths else None
        return fit(areas.numerator, areas.counts, people=areas.denominator, is_member=member, covariates=fifths, clusters=areas.cluster)
    usual = question.expectation.numerator
    return fit(areas.numerator, areas.counts, people=usual, is_member=member, clusters=areas.cluster, kind="rate")


def _add(inequalities: Inequalities, told: Told, q: float) -> None:
    part, contrast, sides = inequalities.part, told.contrast, told.sides
    is_high = contrast.ratio > 1
    ends = sorted((abs(contrast.excess_lower), abs(contrast.excess_upper)))
    people = words.people(abs(contrast.excess), *ends)
    kind = "odds" if part.unit == "proportion" else "rate"
    limits = f"{contrast.ratio_lower:.2f} to {contrast.ratio_upper:.2f}"
    steps = (
        ("Model", f"{kind.capitalize()} ratio {contrast.ratio:.2f} ({limits}), {inequalities.adjusted}."),
        ("Behind it", told.behind),
        ("Chance", f"q after control of all contrasts of the release is {words.chance(q)}."),
        *told.more,
        ("Beware", told.beware),
    )
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
            f"{told.subject}: {words.figure(sides[0], unit=part.unit)}, against {words.figure(sides[1], unit=part.unit)}"
            f" {told.against}; {people} {'more' if is_high else 'fewer'} {words.counted(part.definition)} than at the latter's level"
            f" ({inequalities.adjusted})."
        ),
        why=[{"label": label, "words": said} for label, said in steps],
    )
