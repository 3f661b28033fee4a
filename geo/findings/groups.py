"""Inequalities between groups of persons: by ethnic group, sex, age and deprivation, from the strata that a release has.

Each area's people of each group are a cell with its counts; cells that are missing or suppressed leave with numerator and denominator,
and their share is told. People whose group is not known are never a group, but how far they could move a contrast is told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from geo.disclosure.claims import Claim, refuse_dishonest, refuse_incomplete
from geo.errors import RefusedClaim, StatisticsError
from geo.findings import words
from geo.findings.cells import Cells, choose_strata, read_cells
from geo.findings.drafts import Draft, begin, refused
from geo.findings.expected import Adjustment, usual_adjustment
from geo.findings.fields import refuse_few_clusters
from geo.findings.sides import Sides, fit_sides
from geo.findings.slices import Areas, Numbers, Slice
from geo.findings.standing_out import LEAST_RATIO, Inequalities, Told, at_the_others_level, close, parameters_of
from geo.models import Detection, Release
from geo.strata import dimensions_of, is_unknown

# By what persons are told apart, as it stands in a sentence.
DIMENSIONS = {"ethnicity": "ethnic group", "sex": "sex", "age": "age", "deprivation": "deprivation"}
# With whom each group is compared: the first of these that there is, else everybody else whose group is known.
_REFERENCES = {"ethnicity": ("white-british", "white"), "sex": ("male",)}
_BEWARE = {
    "deprivation": "The groups are of people, by the deprivation of where each lives: not of areas, which hold people of several groups.",
}
_GROUPED = "The groups are of people, told apart by what was recorded of them."


@dataclass(frozen=True)
class People:
    """The strata of one slice of everybody: what contrasts between persons are made from. Cells are read once for each breakdown."""

    release: Release
    part: Slice
    areas: Areas
    strata: Sequence[Slice]
    _read: dict[str, Cells] = field(default_factory=dict)

    def cells(self, strata: Sequence[Slice]) -> Cells:
        """The counts of these strata, all of one breakdown."""
        key = strata[0].dimension
        if key not in self._read:
            self._read[key] = read_cells(self.release, self.part, self.areas, strata)
        return self._read[key]

    def title(self, dimension: str, slug: str) -> str:
        """The name of a group, as the release has it."""
        found = (one.stratum_title for one in self.strata if one.stratum == slug and dimensions_of(one.dimension) == (dimension,))
        return next(found, slug.replace("-", " ").capitalize())


def contrast_people(people: People) -> tuple[list[Draft], list[Inequalities]]:
    """Every contrast between groups of persons under every adjustment; refusals as drafts. Deprivation is not adjusted for itself.

    Where protected counts are of too few areas each dimension is refused once.
    """
    drafts, fitted = [], []
    there = {dimension for one in people.strata for dimension in dimensions_of(one.dimension)}
    dimensions = [name for name in DIMENSIONS if name in there]
    try:
        refuse_few_clusters(people.part, people.areas)
    except RefusedClaim as refusal:
        usual = usual_adjustment(people.part)
        kind = Detection.Kind.INEQUALITY
        return [refused(people.release, people.part, kind, usual, refusal, dimension=dimension) for dimension in dimensions], []
    for dimension in dimensions:
        for adjustment in Adjustment.values:
            if dimension == "deprivation" and "deprivation" in adjustment:
                continue
            try:
                fitted.append(_contrast_groups(people, dimension, adjustment))
            except RefusedClaim as refusal:
                drafts.append(refused(people.release, people.part, Detection.Kind.INEQUALITY, adjustment, refusal, dimension=dimension))
    return drafts, fitted


def _contrast_groups(people: People, dimension: str, adjustment: str) -> Inequalities:
    """One dimension under one adjustment. Raises RefusedClaim where the figures do not allow it for any group."""
    part, areas = people.part, people.areas
    refuse_dishonest(Claim.INEQUALITY, part.facts(areas, index_domain="imd" if "deprivation" in adjustment else ""))
    cells, taken = _choose(people, dimension, adjustment)
    groups = _groups(cells, dimension)
    if not groups:
        raise RefusedClaim(
            "no_groups", f"Fewer than two known groups of {DIMENSIONS[dimension]} have figures: there is nothing to compare."
        )
    adjusted = words.adjusted_for(*taken)
    named = {reference: people.title(dimension, reference) if reference else "everybody else" for _, reference, _ in groups}
    draft = begin(
        people.release,
        part,
        Detection.Kind.INEQUALITY,
        adjustment,
        dimension=dimension,
        method=(
            f"{words.model_of(part.unit)} regression of people by area and group, {adjusted}; each {DIMENSIONS[dimension]} against"
            f" {' or '.join(named.values())}; standard errors robust to clusters of areas; false discoveries held to 5 % over all"
            f" contrasts of the release; a ratio within {LEAST_RATIO - 1:.0%} of 1 is left out. Groups are of persons."
            f"{words.protected(part.policy)}"
        ),
        parameters={**parameters_of(part), "reference": list(named.values()), "taken_account_of": list(taken)},
    )
    told, failed, refusals = [], {}, []
    for slug, reference, member in groups:
        titles = people.title(dimension, slug), named[reference]
        try:
            _refuse_missing(cells, member, titles)
            told.append(_tell(fit_sides(cells, member, taken), dimension, titles, is_adjusted=bool(taken)))
        except RefusedClaim as refusal:
            refusals.append(refusal)
            failed[titles[0]] = str(refusal)
        except StatisticsError as error:
            failed[titles[0]] = str(error)
    if len(refusals) == len(groups):
        raise refusals[0]
    return close(draft, part, adjusted, told, failed)


def _choose(people: People, dimension: str, adjustment: str) -> tuple[Cells, tuple[str, ...]]:
    """The cells for a contrast, and what they allow to be taken account of, in words."""
    part, wants_ages = people.part, "age" in adjustment
    is_crude = part.unit != "proportion" and dimension != "age"
    if is_crude and not wants_ages:
        raise RefusedClaim(
            "age_matters", "Events of people follow their ages: groups of other ages differ without any inequality between them."
        )
    controls = [name for name in ("age", "sex") if name != dimension] if wants_ages else []
    strata = choose_strata(people.strata, dimension, controls=controls)
    taken = tuple(name for name in controls if strata and name in dimensions_of(strata[0].dimension))
    if not strata or (is_crude and "age" not in taken):
        raise RefusedClaim(
            "no_age_breakdown",
            f"The figures are not given by {DIMENSIONS[dimension]} together with {' or '.join(controls)},"
            " so differences between them cannot be taken account of.",
        )
    if "deprivation" in adjustment:
        if not people.areas.has_deprivation:
            raise RefusedClaim("no_deprivation", "Too few of these areas have a figure of deprivation to take account of it.")
        taken = (*taken, "deprivation")
    return people.cells(strata), taken


def _groups(cells: Cells, dimension: str) -> list[tuple[str, str, Numbers]]:
    """Group, its reference ("" = everybody else known), and which strata are of it (1), of the reference (0) or of neither (NaN)."""
    of = [parts[dimension] for parts in cells.parts]
    known = list(dict.fromkeys(slug for slug in of if not is_unknown(slug)))
    if len(known) < 2:
        return []
    if dimension == "deprivation":
        pairs = _ends(known)
    else:
        reference = next((slug for slug in _REFERENCES.get(dimension, ()) if slug in known), "")
        pairs = [(slug, reference) for slug in known if slug != reference]
        # Of two groups that are each compared with the other, one contrast says all.
        pairs = pairs[:1] if not reference and len(known) == 2 else pairs
    return [(group, reference, _member(of, group, reference)) for group, reference in pairs]


def _member(of: list[str], group: str, reference: str) -> Numbers:
    others = {reference} if reference else {slug for slug in of if not is_unknown(slug)} - {group}
    return np.array([1.0 if slug == group else 0.0 if slug in others else np.nan for slug in of])


def _ends(slugs: list[str]) -> list[tuple[str, str]]:
    """The most against the least deprived group; the number at a slug's end is its place, 1 = most deprived."""
    numbered = sorted((int(found.group()), slug) for slug in slugs if (found := re.search(r"\d+$", slug)))
    return [(numbered[0][1], numbered[-1][1])] if len(numbered) > 1 else []


def _refuse_missing(cells: Cells, member: Numbers, titles: tuple[str, str]) -> None:
    for side, title in zip((1, 0), titles, strict=True):
        refuse_incomplete(cells.missing_share(member == side), f"the people of {title}")


def _tell(sides: Sides, dimension: str, titles: tuple[str, str], *, is_adjusted: bool) -> Told:
    contrast, (group, reference) = sides.contrast, sides.counts
    told = at_the_others_level(sides.part, sides.values, people=group[1], contrast=contrast) if is_adjusted else (sides.values, ())
    values, how = told
    return Told(
        dimension=dimension,
        group=titles[0],
        subject=f"{titles[0]} ({DIMENSIONS[dimension]})",
        against=f"for {titles[1]}",
        sides=values,
        contrast=contrast,
        behind=(
            f"{group[0]:,.0f} of {group[1]:,.0f} counted in the group and {reference[0]:,.0f} of {reference[1]:,.0f} in what it is compared"
            f" with, in {sides.areas:,} areas in {contrast.clusters:,} clusters, {sides.part.period_label}."
        ),
        beware=_BEWARE.get(dimension, _GROUPED),
        more=(*how, *sides.not_known(dimension)),
    )
