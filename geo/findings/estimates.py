"""What the engine thinks of each area of a slice, as columns of the table of estimates."""

from typing import Any

import numpy as np

from geo.disclosure.claims import Claim, refuse_dishonest
from geo.findings.hot_spots import Spots
from geo.findings.judging import Question

# Two-sided chances beyond the 95 % and 99.8 % limits of a funnel.
_OUTER, _OUTERMOST = 0.05, 0.002


def estimate_areas(question: Question, spots: Spots | None, windows: set[int] | None) -> dict[str, Any]:
    """Columns by name, shape (areas,) each; NaN = null. windows: keys of the areas that a reported window holds.
    spots, windows: None where the test was refused; the columns are then null.

    shrunken: posterior mean in the indicator's unit, deprivation (where known) in its prior. exceedance: probability that the area is
    worse than expected (rates) or than all areas together (proportions). funnel: against expectation, exact. smoothed: left null, filled
    by geo.findings.smoothing.
    Raises RefusedClaim where the rules of honesty forbid it.
    """
    part, areas, judged = question.part, question.areas, question.judged
    refuse_dishonest(Claim.SHRINKAGE, part.facts(areas))
    usual = question.expectation.numerator
    scale = np.full(len(areas), 1.0) if part.unit == "proportion" else usual / areas.denominator * part.per
    above = judged.shrunken.exceedance
    outside = np.where(judged.p < _OUTERMOST, 3, np.where(judged.p < _OUTER, 2, 0))
    return {
        "area_id": areas.ids,
        "expected": usual,
        "shrunken": judged.shrunken.mean * scale,
        "shrunken_lower": judged.shrunken.lower * scale,
        "shrunken_upper": judged.shrunken.upper * scale,
        "smoothed": np.full(len(areas), np.nan),
        "exceedance": above if part.is_high_bad else 1 - above,
        "reliability": judged.shrunken.reliability,
        **_tested(spots, len(areas)),
        "in_window": np.full(len(areas), np.nan) if windows is None else np.isin(areas.ids, list(windows)),
        "funnel": np.sign(areas.numerator - usual) * outside,
    }


def _tested(spots: Spots | None, size: int) -> dict[str, Any]:
    if spots is None:
        return {name: np.full(size, np.nan) for name in ("z", "p", "q", "spot")}
    z, p = spots.statistic.z, spots.statistic.p
    return {"z": z, "p": p, "q": spots.q, "spot": np.where(np.isnan(p), np.nan, spots.spot)}
