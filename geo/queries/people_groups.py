"""Groups of the people of one area side by side (ethnic group, sex, age), and how far those whose group is not known could move them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.codes import ENGLAND
from geo.queries.areas import find_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice
from geo.queries.observations import EVERYBODY, choose_period, words
from geo.queries.published_deciles import decile_of
from geo.queries.reading import Row, read
from geo.queries.slopes import Ranged
from geo.queries.strata import list_dimensions, list_titles
from geo.statistics.ethnicity import Completeness, completeness, masking_bounds
from geo.statistics.gaps import absolute_gap
from geo.statistics.rates import Estimate
from geo.statuses import Status
from geo.strata import CONFLICTING, NOT_STATED, dimensions_of, first_age, is_unknown


@dataclass(frozen=True)
class PeopleGroup:
    """One group's figure. bound_lower, bound_upper, bound_width: of its rate, whichever group the unknown belong to; None where not shown.

    bound_reason: why not: too_wide (10 points or more apart), none_unknown (nobody's group is unknown), no_counts,
    not_a_share (events may befall one person again, so people do not bound them); else None.
    """

    stratum: str
    title: str
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    reason: str | None
    bound_lower: float | None = None
    bound_upper: float | None = None
    bound_width: float | None = None
    bound_reason: str | None = None


@dataclass(frozen=True)
class PeopleGroups:
    """All groups by one dimension. everybody: the figure of all people. without_group: people of no known group, who are in no group.

    people: all of them. recorded, known, usable: shares 0-1 of them with any code; with a known group; with one that all sources agree on
    (None where the figures do not tell). gap: the highest group minus the lowest, with limits of chance. gap_least, gap_most: what that gap
    could be whichever group the unknown belong to, None where a bound is not shown.
    """

    dimension: str
    period: str
    period_label: str
    groups: tuple[PeopleGroup, ...]
    everybody: PeopleGroup | None
    without_group: tuple[PeopleGroup, ...]
    people: float | None = None
    recorded: float | None = None
    known: float | None = None
    usable: float | None = None
    gap: Ranged | None = None
    gap_least: float | None = None
    gap_most: float | None = None


def list_people_groups(
    release: ReleaseInfo, indicator: IndicatorInfo, *, area: str = ENGLAND, period: str | None = None, with_deciles: bool = True
) -> tuple[PeopleGroups, ...]:
    """The groups of an area's people, by dimension; empty where figures are of everybody alone.

    period: where the parts have no figure of it, their newest is taken. with_deciles: whether deciles as published count as groups.
    Raises UnknownArea.
    """
    # A crossing (age by sex) is a cell of a model and no group that anybody would compare.
    alone = {slug: dimensions_of(dimension) for slug, dimension in list_dimensions().items()}
    dimensions = {slug: names[0] for slug, names in alone.items() if len(names) == 1}
    places = {found.geography: found.id for found in find_areas(area, parameter="area")}
    parts = [part for part in indicator.slices if part.geography in places]
    if not any(dimensions.get(part.stratum) for part in parts):
        return ()
    rows = read(
        "queries/observations_of_areas", {"release": release.id, "areas": list(places.values()), "indicator": parts[0].indicator_id}
    )
    found = {(row["geography_id"], row["period_id"], row["stratum_id"]): row for row in rows}
    made, is_share = [], indicator.definition.get("unit") == "proportion"
    parts += _withheld(parts, found, dimensions)
    for dimension in dict.fromkeys(dimensions[part.stratum] for part in parts if dimensions.get(part.stratum)):
        of_dimension = [
            part for part in parts if dimensions.get(part.stratum) == dimension and (with_deciles or not decile_of(part.stratum))
        ]
        if of_dimension:
            made.append(_of_dimension(dimension, of_dimension, parts, found, period=period, is_share=is_share))
    return tuple(made)


def _in_order(dimension: str, groups: list[PeopleGroup]) -> list[PeopleGroup]:
    """Ages from the youngest, whichever release named them first; the groups of other dimensions stay as they came."""
    return sorted(groups, key=lambda group: first_age(group.stratum)) if dimension == "age" else groups


def _withheld(parts: Sequence[Slice], found: Mapping[tuple[int, int, int], Row], dimensions: Mapping[str, str]) -> list[Slice]:
    """Groups of which no area of the release has a figure, beside others of their dimension that have: they are withheld, not nobody."""
    titles, here = list_titles(), {(part.geography.id, part.period_id, part.stratum_id) for part in parts}
    beside = {(part.geography.id, part.period_id, dimensions[part.stratum]): part for part in parts if dimensions.get(part.stratum)}
    made = []
    for key, row in sorted(found.items()):
        slug, title = titles[key[2]]
        like = beside.get((key[0], key[1], dimensions.get(slug, "")))
        if like is not None and key not in here and row["status"] == Status.SUPPRESSED:
            made.append(replace(like, stratum_id=key[2], stratum=slug, stratum_title=title))
    return made


def _of_dimension(
    dimension: str,
    of_dimension: Sequence[Slice],
    parts: Sequence[Slice],
    found: dict[tuple[int, int, int], Row],
    *,
    period: str | None,
    is_share: bool,
) -> PeopleGroups:
    periods = tuple(dict.fromkeys(part.period for part in of_dimension))
    chosen = choose_period(periods, period if period in periods else None)
    here = [part for part in of_dimension if part.period == chosen]
    made = [group for part in here if (group := _group(part, found)) is not None]
    everybody = next((_group(part, found) for part in parts if part.stratum == EVERYBODY and part.period == chosen), None)
    groups = _in_order(dimension, [group for group in made if not is_unknown(group.stratum)])
    without = [group for group in made if is_unknown(group.stratum)]
    bounded = tuple(_bounded(group, without, is_share=is_share) for group in groups)
    told = PeopleGroups(dimension, chosen, here[0].period_label, bounded, everybody, tuple(without))
    return _with_gap(_with_completeness(told) if without else told)


def _group(part: Slice, found: dict[tuple[int, int, int], Row]) -> PeopleGroup | None:
    row = found.get((part.geography.id, part.period_id, part.stratum_id))
    if row is None:
        return None
    said = words(row)
    figures = {name: row[name] for name in ("numerator", "denominator", "value", "lower", "upper")}
    return PeopleGroup(part.stratum, part.stratum_title, **figures, status=str(said["status"]), reason=said["reason"])


def _bounded(group: PeopleGroup, without: Sequence[PeopleGroup], *, is_share: bool) -> PeopleGroup:
    """The group with its bounds, where the counts of all who could belong to it are known."""
    if not sum(one.denominator or 0.0 for one in without) and all(one.denominator is not None for one in without):
        return replace(group, bound_reason="none_unknown")
    if not is_share:
        return replace(group, bound_reason="not_a_share")
    counts = [(one.numerator, one.denominator) for one in (group, *without)]
    if any(events is None or people is None or events > people for events, people in counts):
        return replace(group, bound_reason="no_counts")
    events, people = (np.array(column, dtype=np.float64) for column in zip(*counts, strict=True))
    made = masking_bounds(
        events[:1], people=people[:1], unknown_events=events[1:].sum(keepdims=True), unknown_people=people[1:].sum(keepdims=True)
    )
    width = float(made.width[0])
    if not made.is_shown[0]:
        return replace(group, bound_width=None if np.isnan(width) else width, bound_reason="too_wide")
    return replace(group, bound_lower=float(made.lower[0]), bound_upper=float(made.upper[0]), bound_width=width)


def _with_completeness(told: PeopleGroups) -> PeopleGroups:
    """Shares of people with a code, a known group, a usable one; None where a part of the people is not counted."""
    if any(one.denominator is None for one in (*told.groups, *told.without_group)):
        return told
    named = _people(told.groups)
    conflicting = _people([one for one in told.without_group if one.stratum.endswith(CONFLICTING)])
    not_stated = _people([one for one in told.without_group if one.stratum.endswith(NOT_STATED)])
    people = named + _people(told.without_group)
    found: Completeness = completeness([people], recorded=[named + conflicting + not_stated], known=[named + conflicting], usable=[named])
    if not people:
        return told
    tells_conflicts = any(one.stratum.endswith(CONFLICTING) for one in told.without_group)
    usable = float(found.usable[0]) if tells_conflicts else None
    return replace(told, people=people, recorded=float(found.recorded[0]), known=float(found.known[0]), usable=usable)


def _people(groups: Sequence[PeopleGroup]) -> float:
    return sum(one.denominator or 0.0 for one in groups)


def _with_gap(told: PeopleGroups) -> PeopleGroups:
    """The highest group against the lowest: with limits of chance, and with what the unknown could make of it."""
    known = [group for group in told.groups if group.value is not None]
    if len(known) < len(told.groups) or len(known) < 2:
        return told
    lowest, highest = (choose(known, key=lambda group: group.value or 0.0) for choose in (min, max))
    both = [
        Estimate(*(np.array([np.nan if part is None else part]) for part in (one.value, one.lower, one.upper))) for one in (highest, lowest)
    ]
    gap = absolute_gap(both[0], second=both[1])
    ends = [None if np.isnan(end[0]) else float(end[0]) for end in (gap.lower, gap.upper)]
    told = replace(told, gap=Ranged(float(gap.value[0]), ends[0], ends[1]))
    bounds = (highest.bound_lower, lowest.bound_upper, highest.bound_upper, lowest.bound_lower)
    if any(bound is None for bound in bounds):
        return told
    first, second, third, fourth = (float(bound or 0.0) for bound in bounds)
    return replace(told, gap_least=first - second, gap_most=third - fourth)
