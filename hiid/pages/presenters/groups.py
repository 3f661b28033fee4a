"""Groups of people side by side: by ethnic group, sex, age or decile of deprivation, with what is not known of whom."""

from collections.abc import Sequence

from geo.maps.charts_inequality import GroupPoint, gradient_chart, groups_chart
from geo.queries.people_groups import PeopleGroup, PeopleGroups
from hiid.pages.presenters import words
from hiid.pages.presenters.figures import Chart, Table, refused
from hiid.pages.presenters.inequality import Asked

HEADINGS = {
    "ethnicity": "By ethnic group",
    "sex": "By sex",
    "age": "By age",
    "deprivation": "By decile of deprivation, as published",
}
# Why a group has no bounds, in the table.
BOUND_WORDS = {
    "too_wide": "10 points apart or more",
    "none_unknown": "\N{EN DASH}",
    "no_counts": "not known",
    "not_a_share": "not of rates",
}


def group_charts(asked: Asked, found: Sequence[PeopleGroups]) -> tuple[Chart, ...]:
    """One chart for each dimension by which the area's figures are given; words where they are of everybody alone."""
    if asked.definition.get("core20plus5") == "context" and asked.definition.get("polarity") == "none":
        return (
            refused("groups", "Between groups", "These are shares of the people themselves: a difference between them is no inequality."),
        )
    if not found:
        said = "These figures are given for everybody together, and not by ethnic group, sex or age: no gap between groups can be told."
        return (refused("groups", "Between groups", said),)
    return tuple(_chart(asked, one) for one in found)


def _chart(asked: Asked, found: PeopleGroups) -> Chart:
    heading = HEADINGS.get(found.dimension, f"By {found.dimension}")
    with_value = [group for group in found.groups if group.value is not None]
    slug = found.dimension.replace(" ", "-")
    if not with_value:
        return refused(slug, heading, "No group has a figure here.")
    name = asked.definition.get("short_title", asked.indicator.title)
    title = f"{name} {heading[0].lower()}{heading[1:]}, {asked.area_name}, {found.period_label}"
    summary = _summary(asked, found, with_value)
    total = found.everybody.value if found.everybody else None
    everybody = None if total is None else total * words.unit_of(asked.definition).times
    points = [_point(group, asked) for group in found.groups]
    frame = asked.frame(title, summary)
    if found.dimension == "deprivation":  # Tenths are in order and make a gradient; other groups are names.
        spec = gradient_chart(list(points), frame, total=everybody)
    else:
        spec = groups_chart(points, frame, total=everybody)
    heads = ("Group", "Value", "95 % interval", "People", *(["Could be, whoever the unknown are"] if found.without_group else []))
    rows = tuple(_row(group, asked)[: len(heads)] for group in (*found.groups, *found.without_group))
    return Chart(slug, heading, title, summary, spec, table=Table(title, heads, rows), notes=_notes(asked, found))


def _summary(asked: Asked, found: PeopleGroups, with_value: Sequence[PeopleGroup]) -> str:
    least, most = (choose(with_value, key=lambda group: group.value or 0.0) for choose in (min, max))
    lowest, highest = (f"{words.with_unit(one.value or 0.0, asked.definition)} ({one.title})" for one in (least, most))
    said = f"From {lowest} to {highest}"
    if found.gap is None or found.gap.lower is None or found.gap.upper is None:
        return f"{said}."
    interval = f"{words.bare(found.gap.lower, asked.definition)} to {words.bare(found.gap.upper, asked.definition)}"
    return f"{said}: {words.difference(found.gap.value, asked.definition)} apart (95 % interval {interval})."


def _point(group: PeopleGroup, asked: Asked) -> GroupPoint:
    times = words.unit_of(asked.definition).times
    interval = words.interval(group.lower, group.upper, asked.definition)

    def scaled(number: float | None) -> float | None:
        return None if number is None else number * times

    return GroupPoint(
        group.title,
        scaled(group.value),
        scaled(group.lower),
        scaled(group.upper),
        f"{group.title}: {_value(group, asked)}{f' ({interval})' if interval else ''}",
        bound_lower=scaled(group.bound_lower),
        bound_upper=scaled(group.bound_upper),
    )


def _value(group: PeopleGroup, asked: Asked) -> str:
    if group.value is None:
        return words.STATUS_WORDS.get(group.status, words.STATUS_WORDS["missing"])
    return words.with_unit(group.value, asked.definition)


def _row(group: PeopleGroup, asked: Asked) -> tuple[str, ...]:
    apart = BOUND_WORDS.get(group.bound_reason or "", "\N{EN DASH}")
    if group.bound_lower is not None and group.bound_upper is not None and group.bound_width is not None:
        width = words.difference(group.bound_width, asked.definition)
        apart = f"{words.interval(group.bound_lower, group.bound_upper, asked.definition)} ({width} wide)"
    people = f"{group.denominator:,.0f}" if group.denominator is not None else "\N{EN DASH}"
    return (group.title, _value(group, asked), words.interval(group.lower, group.upper, asked.definition) or "\N{EN DASH}", people, apart)


def _notes(asked: Asked, found: PeopleGroups) -> tuple[str, ...]:
    """How complete the recording is, what it could do to the gap, and why some groups have no bounds."""
    hidden = [group.title for group in found.groups if group.status == "suppressed"]
    withheld = (f"Withheld: {', '.join(hidden)}; the highest or the lowest may be one of these.",) if hidden else ()
    if not found.without_group:
        return withheld
    said = [*withheld, _completeness(found) if found.known is not None else "How many people have no known group is not told."]
    wide = [group.title for group in found.groups if group.bound_reason == "too_wide"]
    if any(group.bound_lower is not None for group in found.groups):
        said.append("Grey bars show what a group's figure could be, whichever group the others belong to.")
    if found.gap_least is not None and found.gap_most is not None:
        least, most = (words.bare(gap, asked.definition) for gap in (found.gap_least, found.gap_most))
        said.append(f"Whoever they are, the highest lies between {least} and {most} percentage points above the lowest.")
    if wide:
        said.append(
            f"For {', '.join(wide)} no bar is drawn: so many people have no known group that the figure could lie anywhere within 10 points"
            " or more, which says nothing that could be acted on."
        )
    if any(group.bound_reason == "no_counts" for group in found.groups):
        said.append("Where the counts of a group or of the others are not known, nobody can say how far these could move it.")
    return tuple(said)


def _completeness(found: PeopleGroups) -> str:
    shares = [f"{_percent(found.recorded)} have a code", f"{_percent(found.known)} a known group"]
    if found.usable is not None:
        shares.append(f"{_percent(found.usable)} one on which all records agree")
    return f"Of {found.people or 0.0:,.0f} people {', '.join(shares[:-1])} and {shares[-1]}."


def _percent(share: float | None) -> str:
    return "an unknown share" if share is None else f"{share * 100:.1f} %"
