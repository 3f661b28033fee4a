"""Of which slices a release has estimates that can be drawn, and why not of the others."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from geo.codes import BY_ID
from geo.disclosure.claims import Claim, SliceFacts, refuse_dishonest
from geo.errors import RefusedClaim
from geo.queries.catalogue import AvailableGeography, IndicatorInfo, ReleaseInfo
from geo.queries.findings import FindingFilter, list_detections
from geo.queries.reading import read

# What a map can show of them, in the order in which it is offered.
SHOWN = ("shrunken", "smoothed", "exceedance", "spots", "windows")
# Why there are none where the figures could bear them: too few areas, or areas at which nobody acts.
NOT_ASKED, ANOTHER_PERIOD = "not_asked", "another_period"
# Why there are none, by the name of the rule, for people.
REFUSAL_WORDS = {
    "modelled_neighbourhoods": "these figures are modelled from the practices that residents use, so neighbours are alike by construction",
    "modelled": "these figures are modelled and their error is not known",
    "not_published": "the publisher gives these figures without counts",
    "part_of_imd": "this is itself a modelled part of the index of deprivation",
    "no_direction": "neither more nor less of this is better",
    "age_matters": "events of residents follow their ages, and these figures come without them",
    "no_age_breakdown": "events of residents follow their ages, and for these areas the ages are not at hand",
    "no_model": "no model fits these figures",
    NOT_ASKED: "they are made of sets of 30 areas or more at which somebody acts",
    ANOTHER_PERIOD: "they are made of the newest period alone",
}


@dataclass
class Estimates:
    """Of one indicator. made: tileset -> period -> stratum -> what of SHOWN there is. refused: tileset without any -> name of the rule."""

    made: dict[str, dict[str, dict[str, list[str]]]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def list_estimates(release: ReleaseInfo, indicators: Iterable[IndicatorInfo]) -> dict[str, Estimates]:
    """What there is to draw for each indicator, by slug; a reason for every tileset that has none."""
    found = {indicator.slug: Estimates() for indicator in indicators}
    for row in read("queries/estimated_slices", {"release": release.id}):
        if row["indicator"] in found:
            periods = found[row["indicator"]].made.setdefault(BY_ID[row["geography_id"]].slug, {})
            periods.setdefault(row["period"], {})[row["stratum"]] = [name for name in SHOWN if row[name]]
    answered = _refusals(release)
    for indicator in indicators:
        estimates = found[indicator.slug]
        for available in indicator.available:
            slug = available.geography.slug
            if available.geography.has_tiles and slug not in estimates.made:
                estimates.refused[slug] = answered.get((indicator.slug, slug)) or _rule(indicator, available)
    return found


def _refusals(release: ReleaseInfo) -> dict[tuple[str, str], str]:
    """What the engine answered where it refused. Rates are asked of with regard to age: that answer counts before the one without."""
    asked = [one for one in list_detections(release, FindingFilter(kind="hot_spot")) if one.state == "refused"]
    asked.sort(key=lambda one: one.adjustment == "age_sex")
    return {(one.indicator, one.geography.slug): str(one.reason) for one in asked}


def _rule(indicator: IndicatorInfo, available: AvailableGeography) -> str:
    """The rule of honesty that such figures meet, else that nobody asked."""
    facts = SliceFacts.of(
        indicator.definition, area_type=available.geography.area_type, is_modelled=available.basis == "modelled", periods=1
    )
    try:
        refuse_dishonest(Claim.SHRINKAGE, facts)
    except RefusedClaim as refusal:
        return refusal.reason
    return NOT_ASKED
