"""What a figure may be asked to show. A question that the figures cannot answer honestly is refused here, by rule, whoever asks.

The engine that makes findings and the reads behind pages and API ask the same rules, so nothing can be tested in one place that
the other refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from geo.disclosure.published_counts import Protection, Rule
from geo.errors import RefusedClaim

# Two figures make a change; a control chart and a trend marker say themselves how many they need beyond that.
FEWEST_PERIODS = 2
# With more of a group's people missing or suppressed than this, what is left need not be like the whole: small counts go first.
MOST_MISSING = 0.2


class Claim(Enum):
    """What is asked of the figures of one slice: the value is how a refusal names it."""

    PRIORITY = "a ranking by how many people more or fewer than expected"
    HOT_SPOT = "a test for hot spots"
    SCAN = "a scan for windows"
    FUNNEL = "a funnel"
    SHRINKAGE = "a shrunken value or a probability of being worse"
    SLOPE = "a slope index of inequality"
    CONCENTRATION = "a concentration curve or index"
    INEQUALITY = "a model of inequality between groups"
    TREND = "a trend or a control chart"


@dataclass(frozen=True)
class SliceFacts:
    """What the rules look at in one slice of a release.

    is_ratio_only: the publisher gives no counts. is_modelled: the figures were computed from counts of other units. periods: how many
    there are. index_domain: domain of the index of deprivation that it is put against (imd, income), for slopes and inequalities.
    is_crude_rate: events of residents counted without taking account of their ages. has_direction: whether more is better or worse.
    is_life_table: years made of deaths at all ages. is_protected: counts are rounded or suppressed; has_protected_people: so are the
    denominators.
    """

    area_type: str
    is_ratio_only: bool
    is_modelled: bool
    is_part_of_imd: bool
    periods: int = 1
    index_domain: str = ""
    is_crude_rate: bool = False
    has_direction: bool = True
    is_life_table: bool = False
    is_protected: bool = False
    has_protected_people: bool = False

    @classmethod
    def of(
        cls, definition: Mapping[str, Any], *, area_type: str, is_modelled: bool, periods: int = 1, index_domain: str = ""
    ) -> "SliceFacts":
        """The facts of a slice of the indicator with this definition file."""
        policy = Protection.of(definition)
        return cls(
            area_type=area_type,
            is_ratio_only=definition.get("kind") != "counts",
            is_modelled=is_modelled,
            is_part_of_imd=bool(definition.get("part_of_imd")),
            periods=periods,
            index_domain=index_domain,
            is_crude_rate=definition.get("kind") == "counts" and definition.get("unit") == "per_100k",
            has_direction=definition.get("polarity") != "none",
            is_life_table=definition.get("method") == "life_table",
            is_protected=policy.is_protected,
            has_protected_people=policy.denominator is not Rule.OPEN,
        )


def refuse_dishonest(claim: Claim, facts: SliceFacts) -> None:
    """Raise RefusedClaim, with the rule's name and plain words, where the figures of such a slice cannot bear the claim."""
    for rule in _RULES:
        rule(claim, facts)


def may_claim(claim: Claim, facts: SliceFacts) -> bool:
    """Whether `refuse_dishonest` lets the claim pass."""
    try:
        refuse_dishonest(claim, facts)
    except RefusedClaim:
        return False
    return True


def refuse_incomplete(share: float, whose: str) -> None:
    """Raise RefusedClaim where more than MOST_MISSING of a group's people (share 0-1) are missing or suppressed. whose: named in words."""
    if share > MOST_MISSING:
        raise RefusedClaim(
            "too_much_missing",
            f"Figures of {share:.0%} of {whose} are missing or suppressed, more than {MOST_MISSING:.0%}:"
            " small numbers go first, so what is left need not be like the whole. Ask for larger areas.",
        )


def _part_of_imd(claim: Claim, facts: SliceFacts) -> None:
    if not facts.is_part_of_imd:
        return
    if claim in (Claim.SLOPE, Claim.INEQUALITY):
        if facts.index_domain == "imd":
            raise RefusedClaim(
                "part_of_imd",
                "This indicator is a part of the IMD: a slope on the IMD would put it against itself."
                " It may be put against the income domain.",
            )
        return
    if claim is not Claim.TREND:
        raise RefusedClaim(
            "part_of_imd",
            f"This indicator is a modelled part of the IMD, published without counts or limits:"
            f" {claim.value} would claim a certainty that it does not have.",
        )


def _single_period(claim: Claim, facts: SliceFacts) -> None:
    if claim is Claim.TREND and facts.periods < FEWEST_PERIODS:
        raise RefusedClaim("single_period", "There is one period only: nothing can be said of change.")


def _modelled(claim: Claim, facts: SliceFacts) -> None:
    if not facts.is_modelled:
        return
    if facts.area_type == "lsoa":
        raise RefusedClaim(
            "modelled_neighbourhoods",
            "Figures of these neighbourhoods are modelled from the practices that residents use. They follow the practices,"
            f" so neighbours are alike by construction: {claim.value} would find the method and not the people."
            " Ask for practices or primary care networks.",
        )
    raise RefusedClaim(
        "modelled",
        f"Figures of these areas are modelled and their error is not known: {claim.value} needs counts of the areas themselves.",
    )


def _without_counts(claim: Claim, facts: SliceFacts) -> None:
    if facts.is_ratio_only and claim not in (Claim.SLOPE, Claim.TREND):
        raise RefusedClaim(
            "not_published", f"The publisher gives this figure without counts: {claim.value} needs how many people stand behind each value."
        )


def _without_ages(claim: Claim, facts: SliceFacts) -> None:
    """The other claims are made against an expectation, which takes ages into account itself or is refused (geo.findings.expected)."""
    if facts.is_crude_rate and claim in (Claim.SLOPE, Claim.FUNNEL, Claim.CONCENTRATION):
        raise RefusedClaim(
            "age_matters",
            f"Events of residents follow their ages: {claim.value} that takes no account of age would find where older people live.",
        )


def _without_direction(claim: Claim, facts: SliceFacts) -> None:
    if claim is Claim.SHRINKAGE and not facts.has_direction:
        raise RefusedClaim("no_direction", f"Neither more nor less of this is better: {claim.value} needs to know which is worse.")


def _of_life_tables(claim: Claim, facts: SliceFacts) -> None:
    if facts.is_life_table and claim not in (Claim.SLOPE, Claim.TREND):
        raise RefusedClaim(
            "life_table", f"Life expectancy is made of deaths at every age: {claim.value} needs one count of events among people."
        )


def _protected(claim: Claim, facts: SliceFacts) -> None:
    """The engine knows what numerators and denominators stand for (geo.findings.protection); what draws them as published does not."""
    if facts.has_protected_people and claim in (Claim.FUNNEL, Claim.CONCENTRATION):
        raise RefusedClaim(
            "protected_denominator",
            f"The people behind each figure are rounded or suppressed as well: {claim.value} would take them for exact.",
        )
    if facts.is_protected and claim in (Claim.HOT_SPOT, Claim.SCAN):
        raise RefusedClaim(
            "protected_counts",
            f"Counts are rounded or suppressed: it has not been shown that {claim.value} then finds no more by chance than it may.",
        )


_RULES = (_part_of_imd, _single_period, _modelled, _without_counts, _without_ages, _without_direction, _of_life_tables, _protected)
