"""What the map page is told of estimates: which slices have some, and in plain words why the others have none."""

from typing import Any

from geo.queries.estimates import NOT_ASKED, REFUSAL_WORDS, Estimates


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
    return reason if reason in REFUSAL_WORDS else NOT_ASKED
