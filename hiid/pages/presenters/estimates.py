"""What the map page is told of estimates: which slices have some, and in plain words why the others have none."""

from typing import Any

from geo.queries.estimates import NOT_ASKED, Estimates

REFUSALS = {
    "modelled_neighbourhoods": "these figures are modelled from the practices that residents use, so neighbours are alike by construction",
    "modelled": "these figures are modelled and their error is not known",
    "not_published": "the publisher gives these figures without counts",
    "part_of_imd": "this is itself a modelled part of the index of deprivation",
    "no_direction": "neither more nor less of this is better",
    "age_matters": "events of residents follow their ages, and these figures come without them",
    "no_age_breakdown": "events of residents follow their ages, and for these areas the ages are not at hand",
    "no_model": "no model fits these figures",
    NOT_ASKED: "they are made of sets of 30 areas or more at which somebody acts",
    "another_period": "they are made of the newest period alone",
}


def estimates_settings(estimates: Estimates | None, tilesets: list[str]) -> dict[str, Any]:
    """`estimates` and `withoutEstimates` of one indicator; the latter is one reason where it is the same for all tilesets."""
    if estimates is None:
        return {"estimates": {}, "withoutEstimates": NOT_ASKED}
    refused = {slug: _known(reason) for slug, reason in estimates.refused.items() if slug in tilesets}
    reasons = set(refused.values())
    return {
        "estimates": {slug: periods for slug, periods in estimates.made.items() if slug in tilesets},
        "withoutEstimates": reasons.pop() if len(reasons) == 1 else refused,
    }


def _known(reason: str) -> str:
    return reason if reason in REFUSALS else NOT_ASKED
