"""How events are concentrated: on the most deprived (curve and index), and in a few areas whatever their deprivation (Gini, top share).

These are two questions. Areas may differ much while the deprived ones have no more than their share; each is read against what chance
alone would give.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from geo.codes import ENGLAND, Geography
from geo.disclosure.claims import Claim, SliceFacts, refuse_dishonest
from geo.errors import RefusedClaim, StatisticsError
from geo.queries.areas import find_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.gradients import INDEXES, PUBLISHED, InequalityInfo
from geo.queries.groups import Group
from geo.queries.reading import read
from geo.statistics.concentration import Envelope, chance_envelope, chance_envelope_of_people, concentration_index, curve_by_chance

CONFIDENCE = 0.95
# Of the people: those in the areas where events are the most frequent.
TOP = 0.1
# Draws of chance in a request: limits of 95 % then stand at the fifth from either end.
DRAWS = 199
# Fewer areas than this say nothing of how events lie among them.
FEWEST_AREAS = 10
METHOD = (
    "Concentration index (Kakwani, Wagstaff and van Doorslaer) over tenths, the most deprived first: below 0 where they have more than"
    " their share. Its chance: exact mean and variance were everybody equally likely. Among areas: Gini coefficient, and the share of"
    " the tenth of people in the areas of the highest rates, against draws of chance. Not adjusted."
)


@dataclass(frozen=True)
class Measure:
    """One measure, and the middle and limits of what chance alone would give."""

    value: float
    by_chance: float
    by_chance_lower: float
    by_chance_upper: float


@dataclass(frozen=True)
class Step:
    """The people down to one decile, the most deprived first: their share of all people and of the events, 0-1; the latter by chance."""

    decile: int
    people: float
    events: float
    by_chance_lower: float
    by_chance_upper: float


@dataclass(frozen=True)
class Concentration:
    """Empty but for reason and explanation where the figures cannot bear it.

    counted: numerator, or rest (the people without it, where more is better). curve, index: by deprivation. areas: how many took part in
    gini and top_share, which are of areas whatever their deprivation; None for both where there are too few. draws: of chance there.
    """

    counted: str = "numerator"
    curve: tuple[Step, ...] = ()
    index: Measure | None = None
    areas: int = 0
    gini: Measure | None = None
    top: float = TOP
    top_share: Measure | None = None
    draws: int = DRAWS
    method: str = ""
    adjustment: str = "none"
    confidence: float = CONFIDENCE
    reason: str | None = None
    explanation: str = ""


def get_concentration(release: ReleaseInfo, indicator: IndicatorInfo, shown: InequalityInfo) -> Concentration:
    """The concentration of what a gradient shows, over the same people and areas."""
    domain = "" if shown.deprivation == PUBLISHED else INDEXES[shown.deprivation][1]
    is_modelled = shown.basis == "modelled"
    facts = SliceFacts.of(indicator.definition, area_type=shown.geography.area_type, is_modelled=is_modelled, index_domain=domain)
    try:
        refuse_dishonest(Claim.CONCENTRATION, facts)
        by_deprivation = _by_deprivation(shown.groups, indicator.definition)
        among_areas = {} if shown.deprivation == PUBLISHED else _among_areas(release, indicator, shown)
    except RefusedClaim as refusal:
        return Concentration(reason=refusal.reason, explanation=str(refusal))
    except StatisticsError as error:
        return Concentration(reason="not_computable", explanation=str(error))
    return Concentration(**by_deprivation, **among_areas)


def _by_deprivation(groups: tuple[Group, ...], definition: Mapping[str, Any]) -> dict[str, Any]:
    """Curve and index over the groups, each one step: what lies inside a tenth is not seen."""
    known = [(group.decile, group.numerator, group.denominator) for group in groups if group.numerator is not None and group.denominator]
    if len(known) < len(groups):
        raise RefusedClaim("incomplete", "A group has no figure, so the curve would have a hole.")
    deciles, counts, people = (np.array(column, dtype=np.float64) for column in zip(*known, strict=True))
    is_share, is_rest = definition.get("unit") == "proportion", _is_rest(definition)
    events = people - counts if is_rest else counts
    lower, upper, index = curve_by_chance(events, base=people, ranks=deciles, are_people=is_share, confidence=CONFIDENCE)
    shares = np.cumsum(events) / events.sum()
    columns = (deciles, lower.base[1:], shares, lower.events[1:], upper.events[1:])
    steps = tuple(Step(int(decile), *(float(number) for number in rest)) for decile, *rest in zip(*columns, strict=True))
    return {
        "counted": "rest" if is_rest else "numerator",
        "curve": steps,
        "index": _measure(concentration_index(events, base=people, ranks=deciles), index),
        "method": METHOD,
    }


def _is_rest(definition: Mapping[str, Any]) -> bool:
    return definition.get("unit") == "proportion" and definition.get("polarity") == "high_is_good"


def _among_areas(release: ReleaseInfo, indicator: IndicatorInfo, shown: InequalityInfo) -> dict[str, Any]:
    """Gini coefficient and top share over the areas that were grouped."""
    part = next(
        part for part in indicator.slices if (part.geography, part.period, part.stratum) == (shown.geography, shown.period, shown.stratum)
    )
    keys = (release.id, part.indicator_id, part.period_id, part.stratum_id)
    is_share = indicator.definition.get("unit") == "proportion"
    return dict(_drawn(keys, part.geography, shown.area, is_share=is_share, is_rest=_is_rest(indicator.definition)))


@lru_cache(maxsize=256)
def _drawn(keys: tuple[int, ...], geography: Geography, area: str, *, is_share: bool, is_rest: bool) -> Mapping[str, Any]:
    """Kept, for a release never changes and the draws take up to half a second."""
    names = ("release", "indicator", "period", "stratum")
    parents = None if area == ENGLAND else [found.id for found in find_areas(area, parameter="area")]
    rows = read("queries/counts_by_area", {**dict(zip(names, keys, strict=True)), "geography": geography.id, "parents": parents})
    if len(rows) < FEWEST_AREAS:
        return {"areas": len(rows)}
    counts, people = (np.array([row[name] for row in rows], dtype=np.float64) for name in ("numerator", "denominator"))
    events = people - counts if is_rest else counts
    envelope = chance_envelope_of_people if is_share else chance_envelope
    found = envelope(events, base=people, top=TOP, draws=DRAWS, confidence=CONFIDENCE)
    return {
        "areas": len(rows),
        "gini": _measure(found.gini, found.gini_by_chance),
        "top_share": _measure(found.top_share, found.top_share_by_chance),
    }


def _measure(value: float, chance: Envelope) -> Measure:
    return Measure(float(value), chance.middle, chance.lower, chance.upper)
