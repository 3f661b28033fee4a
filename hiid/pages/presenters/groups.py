"""Groups of people side by side: by ethnic group, sex, age or decile of deprivation, with what is not known of whom."""

from collections.abc import Mapping, Sequence

import numpy as np

from geo.maps.charts_inequality import GroupPoint, gradient_chart, groups_chart
from geo.queries.observations import EVERYBODY
from geo.queries.profile import ProfileRow
from geo.statistics.ethnicity import masking_bounds
from geo.strata import is_unknown
from hiid.pages.presenters import words
from hiid.pages.presenters.figures import Chart, Table, refused
from hiid.pages.presenters.inequality import Asked

HEADINGS = {"ethnicity": "By ethnic group", "sex": "By sex", "age": "By age", "deprivation": "By decile of deprivation, as published"}


def group_charts(asked: Asked, rows: Sequence[ProfileRow], dimensions: Mapping[str, str]) -> tuple[Chart, ...]:
    """One chart for each dimension by which the area's figures are given; words where they are of everybody alone."""
    if asked.definition.get("core20plus5") == "context" and asked.definition.get("polarity") == "none":
        return (
            refused("groups", "Between groups", "These are shares of the people themselves: a difference between them is no inequality."),
        )
    total = next((row for row in rows if row.stratum == EVERYBODY), None)
    by_dimension: dict[str, list[ProfileRow]] = {}
    for row in rows:
        if row.stratum != EVERYBODY and dimensions.get(row.stratum):
            by_dimension.setdefault(dimensions[row.stratum], []).append(row)
    if not by_dimension:
        said = "These figures are given for everybody together, and not by ethnic group, sex or age: no gap between groups can be told."
        return (refused("groups", "Between groups", said),)
    return tuple(_chart(asked, dimension, found, total) for dimension, found in by_dimension.items())


def _chart(asked: Asked, dimension: str, rows: Sequence[ProfileRow], total: ProfileRow | None) -> Chart:
    heading = HEADINGS.get(dimension, f"By {dimension}")
    unknown = next((row for row in rows if is_unknown(row.stratum)), None)
    known = [row for row in rows if row is not unknown]
    bounds = _bounds(known, unknown, asked) if unknown else {}
    points = [_point(row, asked, bounds.get(row.stratum)) for row in known]
    with_value = [row for row in known if row.latest.value is not None]
    if not with_value:
        return refused(dimension, heading, "No group has a figure here.")
    least, most = (choose(with_value, key=lambda row: row.latest.value or 0.0) for choose in (min, max))
    period = with_value[0].trend[-1].period_label
    title = f"{asked.definition.get('short_title', asked.indicator.title)} {heading[0].lower()}{heading[1:]}, {asked.area_name}, {period}"
    summary = (
        f"From {words.with_unit(least.latest.value or 0.0, asked.definition)} ({least.stratum_title})"
        f" to {words.with_unit(most.latest.value or 0.0, asked.definition)} ({most.stratum_title})."
    )
    everybody = None if total is None or total.latest.value is None else total.latest.value * words.unit_of(asked.definition).times
    frame = asked.frame(title, summary)
    if dimension == "deprivation":  # Tenths are in order and make a gradient; other groups are names.
        spec = gradient_chart(list(points), frame, england=everybody)
    else:
        spec = groups_chart(points, frame, total=everybody)
    table = Table(
        title,
        ("Group", "Value", "95 % interval", "Could be, whoever the unknown are"),
        tuple((row.stratum_title, *_cells(row, asked, bounds)) for row in known),
    )
    return Chart(dimension, heading, title, summary, spec, table=table, notes=_notes(known, unknown, bounds))


def _bounds(rows: Sequence[ProfileRow], unknown: ProfileRow, asked: Asked) -> dict[str, tuple[float, float] | None]:
    """Stratum to the least and the greatest share it may truly have; None where they lie too far apart to say anything."""
    of = unknown.latest
    if of.numerator is None or of.denominator is None or asked.definition.get("unit") != "proportion":
        return {}
    found: dict[str, tuple[float, float] | None] = {}
    for row in rows:
        here = row.latest
        if here.numerator is None or here.denominator is None:
            continue
        made = masking_bounds(
            np.array([here.numerator]),
            people=np.array([here.denominator]),
            unknown_events=np.array([of.numerator]),
            unknown_people=np.array([of.denominator]),
        )
        found[row.stratum] = (float(made.lower[0]), float(made.upper[0])) if made.is_shown[0] else None
    return found


def _point(row: ProfileRow, asked: Asked, bounds: tuple[float, float] | None) -> GroupPoint:
    times, here = words.unit_of(asked.definition).times, row.latest
    lower, upper = bounds or (None, None)
    value, interval = words.shown(here, asked.definition), words.interval(here.lower, here.upper, asked.definition)

    def scaled(number: float | None) -> float | None:
        return None if number is None else number * times

    return GroupPoint(
        row.stratum_title,
        scaled(here.value),
        scaled(here.lower),
        scaled(here.upper),
        f"{row.stratum_title}: {value}{f' ({interval})' if interval else ''}",
        bound_lower=scaled(lower),
        bound_upper=scaled(upper),
    )


def _cells(row: ProfileRow, asked: Asked, bounds: Mapping[str, tuple[float, float] | None]) -> tuple[str, str, str]:
    here = row.latest
    apart = "–"
    if row.stratum in bounds:
        known = bounds[row.stratum]
        apart = words.interval(known[0], known[1], asked.definition) if known else "more than 10 points apart"
    return words.shown(here, asked.definition), words.interval(here.lower, here.upper, asked.definition) or "–", apart


def _notes(rows: Sequence[ProfileRow], unknown: ProfileRow | None, bounds: Mapping[str, object]) -> tuple[str, ...]:
    if unknown is None or unknown.latest.denominator is None:
        return ()
    people = sum(row.latest.denominator or 0.0 for row in rows)
    share = people / (people + unknown.latest.denominator) * 100 if people else 0.0
    said = [f"The group of {share:.0f} % of the people is known."]
    if bounds:
        said.append("Grey bars show what a group's figure could be, whichever group the others belong to; none is drawn beyond 10 points.")
    return tuple(said)
