"""What has to be said with a plan, in plain words."""

from typing import Any

from geo.operations.plan_vehicles import vehicle_notes
from geo.planning.demand import Demand
from geo.planning.requests import AREAS_OF_SEARCH, PlanRequest

NEEDS_OF_A_SITE = (
    "level hard standing",
    "access for a lorry",
    "electricity",
    "water and welfare for staff",
    "parking and a bus",
    "permission of the owner",
    "lead time to book it",
    "a minimum stay",
    "days for towing",
    "staff",
    "an assessment clinic within reach",
)


def write_notes(demand: Demand, request: PlanRequest, gap: float, told: dict[str, Any]) -> tuple[str, ...]:
    """The notes of a plan, most important first. told: its totals, the other base and the mode of its minutes."""
    notes = [_proof(gap), _need(demand), _gain(demand), *_delivery(demand, request, told)]
    notes.append(f"Minutes are {told['mode']}, weighted by residents.")
    if request.candidates.kind in AREAS_OF_SEARCH:
        notes.append(f"Places are areas of search: nobody looked there. A site needs {', '.join(NEEDS_OF_A_SITE)}.")
    elif request.delivered_by == "van":
        notes.append(f"A van needs at each place {', '.join(NEEDS_OF_A_SITE)}: whether these places have them is not known.")
    if demand.unknown_people > 0:
        notes.append(f"Of {told['unknown_residents']:,} residents of the area the release tells nothing: they are not planned for.")
    notes.append(_bases(request, told["other_base"]))
    return tuple(notes)


def _proof(gap: float) -> str:
    if gap == 0:
        return "No other choice of these places is better for what was asked."
    return f"No other choice of these places can be better by {'0.01%' if gap < 1e-4 else f'more than {gap:.2%}'}."


def _need(demand: Demand) -> str:
    if demand.is_modelled:
        return (
            f"Need is everybody who was not covered in {demand.period}, modelled from practices to neighbourhoods: who declined or is"
            " unsuitable cannot be told apart, and it cannot see differences inside a practice."
        )
    return (
        f"Need is people due who have not come ({demand.period}): not invited, or invited and not screened. Who declined, is"
        " unsuitable, moved or is not yet due is no need. Withheld counts are filled from wider areas, and never told one by one."
    )


def _gain(demand: Demand) -> str:
    unverified = [name.replace("_", " ") for name, one in demand.programme.need.items() if not one.is_verified]
    doubt = f" For {' and '.join(unverified)} the shares are general knowledge that nobody has verified." if unverified else ""
    return f"Gain is need times the share of people who may come because of a stop, from low to high; it is no forecast.{doubt}"


def _delivery(demand: Demand, request: PlanRequest, told: dict[str, Any]) -> list[str]:
    word = "van" if request.delivered_by == "van" else "clinic team"
    work = (
        f"The workload is {told['workload']:,} {demand.programme.seen_as} in {request.weeks} weeks, everybody due times attendance:"
        f" {told['weeks_needed']:,} {word}-weeks of {told['weeks_there']:,}."
    )
    notes = vehicle_notes(request, told, demand.programme.seen_as) if request.hold_vehicles else [work]
    if told["weeks_needed"] > told["weeks_there"]:
        notes.append(f"That is {told['weeks_needed'] - told['weeks_there']:,} {word}-weeks more than there are: not everybody can be seen.")
    if request.programme == "breast":
        notes.append("Breast screening invites by practice within a screening service, whose boundary is not that of a system.")
    if request.programme == "lung":
        notes.append("Lung checks are for people of 55 to 74 who ever smoked: risk is asked first, and only then a scan taken, some twice.")
    return notes


def _bases(request: PlanRequest, other: dict[str, Any]) -> str:
    return (
        f"People are counted by the {request.base} base. Registered are {other['list_inflation']} for each resident (modelled by"
        f" deprivation); by the {other['base']} base {other['same_sites']} of {other['of_sites']} places would be the same, and this plan"
        f" {other['regret']:.2%} off the best."
    )
