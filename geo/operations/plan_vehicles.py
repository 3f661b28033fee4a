"""What vehicles can and cannot carry of a plan that holds to them: how many weeks are used, and who is not served, by deprivation."""

from typing import Any

import numpy as np

from geo.operations.plan_setting import FIFTHS, Setting
from geo.planning.fleets import Vehicles
from geo.planning.limits import Limits
from geo.planning.problems import NOT_SERVED, Floats, Indices, Placed
from geo.planning.requests import PlanRequest


def tell_vehicles(setting: Setting, placed: Placed, weeks_used: int) -> dict[str, Any]:
    """Who is served in how many weeks, and who is not, as plain values. weeks_used: of all stops.

    Need and workload of those who are not served are told as a stop's are, of several areas together; residents of any.
    """
    demand, question = setting.demand, setting.question
    load, units = demand.workload(setting.request.weeks), np.flatnonzero(placed.nearest == NOT_SERVED)
    asked = Vehicles.of(question.costs, question.left, question.problem, question.limits or Limits(load))
    need = demand.told(units)
    is_told = len(units) == 0 or need.refused is None
    degrees = demand.areas.average(demand.areas.degrees)
    return {
        "vehicles": setting.request.vehicles,
        "weeks_there": setting.request.vehicles * setting.request.weeks,
        "weeks_used": weeks_used,
        "slots": round(asked.slots),
        "counted_as_minutes": round(setting.question.longest, 2) if setting.request.objective == "median" else None,
        "not_served": {
            "areas": [
                {
                    "area": demand.areas.units[unit],
                    "latitude": round(float(degrees[unit, 1]), 5),
                    "longitude": round(float(degrees[unit, 0]), 5),
                }
                for unit in units.tolist()
            ],
            "workload": round(float(load[units].sum())) if is_told else None,
            "need": {"value": need.value if len(units) else 0.0, "least": need.least, "most": need.most},
            "refused": None if is_told else _refusal(setting, units, need.refused),
            "by_deprivation": _left_out(setting, placed, _fifths(setting)),
            "by_ethnicity": _left_out(setting, placed, list(setting.ethnicity.items())),
        },
    }


def _refusal(setting: Setting, units: Indices, words: str | None) -> str | None:
    """Why no figure of those left out is told; words: of the same areas at a stop."""
    areas, least = int(np.isin(setting.demand.areas.unit, units).sum()), setting.demand.rule.atoms
    few = f"{_count(areas, 'neighbourhood')} {'is' if areas == 1 else 'are'} left out, and a figure needs at least {least}."
    return few if areas < least else words


def vehicle_notes(request: PlanRequest, told: dict[str, Any], seen_as: str) -> list[str]:
    """What has to be said of it. told: totals of the plan, with `vehicles`; seen_as: what people are called who are seen."""
    word, held = "van" if request.delivered_by == "van" else "clinic team", told["vehicles"]
    left = held["not_served"]
    weeks = (
        f"This plan holds to {_count(request.vehicles, word)} for {_count(request.weeks, 'week')}: {held['weeks_used']:,} of"
        f" {held['weeks_there']:,} {word}-weeks are used. The workload is {told['workload']:,} {seen_as} in that time, everybody due times"
        " attendance."
    )
    if not left["areas"]:
        return [weeks, "Everybody can be seen in these weeks."]
    unseen = f", of which {left['workload']:,} cannot be seen" if left["workload"] is not None else ""
    people = sum(row["not_served"] for row in left["by_deprivation"]) or sum(row["not_served"] for row in left["by_ethnicity"])
    groups = "; ".join(f"{row['share']:.0%} of the {row['group'].lower()}" for row in left["by_deprivation"])
    carried = (
        f"The weeks hold {held['slots']:,} {seen_as}{unseen}: {_count(len(left['areas']), 'neighbourhood')} with {people:,} residents"
        f" {'is' if len(left['areas']) == 1 else 'are'} not served ({groups})."
    )
    return [weeks, carried, _choice(request, held["counted_as_minutes"]), *_missing(left["refused"])]


def _choice(request: PlanRequest, counted: float | None) -> str:
    """By what it was chosen who is left out."""
    by = "" if counted is None else f"; who is not served counts as though they had {counted:g} minutes, the longest way there is"
    first = f", those of the most deprived fifth counting {1 + request.equity:g} times" if request.equity else ", everybody counting alike"
    return f"Slots are filled first, to one in two hundred of what can be; who is left out follows from what was asked for{first}{by}."


def _missing(refused: str | None) -> list[str]:
    return [] if refused is None else [f"How many of those due are not served is not told: {refused}"]


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _fifths(setting: Setting) -> list[tuple[str, Floats]]:
    areas = setting.demand.areas
    fifth = np.ceil(areas.decile / 2)
    return [(name, np.where(fifth == number, areas.people, 0.0)) for number, name in enumerate(FIFTHS, start=1)]


def _left_out(setting: Setting, placed: Placed, groups: list[tuple[str, Floats]]) -> list[dict[str, Any]]:
    """Residents of each group in the plan's area, and how many of them are not served; groups without anybody are left out."""
    unit = setting.demand.areas.unit
    is_in, is_left = unit >= 0, (unit >= 0) & (placed.nearest[np.maximum(unit, 0)] == NOT_SERVED)
    sums = [(name, float(people[is_in].sum()), float(people[is_left].sum())) for name, people in groups]
    return [
        {"group": name, "people": round(people), "not_served": round(left), "share": round(left / people, 4)}
        for name, people, left in sums
        if people > 0
    ]
