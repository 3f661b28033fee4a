"""A plan in words and figures: what its stops are, who goes where, what that is worth, and what has to be said with it."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from geo.operations.plan_notes import write_notes
from geo.operations.plan_setting import FIFTHS, Setting
from geo.operations.plan_vehicles import tell_vehicles
from geo.planning.objectives import WORDS
from geo.planning.plans import Gain, Plan, Site, Visit
from geo.planning.problems import NOT_SERVED, Floats, Indices, Placed
from geo.planning.programmes import most_deprived
from geo.planning.schedule import Terms, stay_weeks
from geo.planning.worth import Stability, tell_minutes


@dataclass(frozen=True)
class Told:
    """Stops with all that is told of them, their gain together, minutes by group, and totals."""

    sites: tuple[Site, ...]
    gain: Gain
    minutes: dict[str, Any]
    totals: dict[str, Any]


def answer_plan(setting: Setting, placed: Placed, edge: list[tuple[float, Placed]], worth: tuple[Stability, dict[str, Any]]) -> Plan:
    """The plan as it is kept and shown; edge: plans by equity; worth: how it stands up to other needs, and to the other population base."""
    told = tell_sites(setting, placed)
    stability, other = worth
    return Plan(
        request=replace(setting.request, release=setting.release.slug),
        sites=told.sites,
        allocation=_visits(setting, placed),
        objective=_rounded(placed.objective),
        bound=_rounded(placed.bound),
        gap=_rounded(placed.gap),
        gain=told.gain,
        objective_words=_objective(setting),
        seed=setting.request.seed,
        seconds=0.0,
        minutes=told.minutes,
        totals=told.totals,
        frontier=[_edge(setting, equity, one) for equity, one in edge],
        stability=_stability(setting, placed, stability) | {"other_base": other},
        schedule=None,
        notes=write_notes(setting.demand, setting.request, placed.gap, told.totals | {"other_base": other, "mode": setting.provider.mode}),
        sources=_sources(setting),
        is_synthetic=setting.release.is_synthetic,
    )


def _objective(setting: Setting) -> str:
    """What the objective counts; who is not served is part of it."""
    words, request = WORDS[setting.request.objective], setting.request
    if not request.hold_vehicles or request.objective != "median":
        return words
    return f"{words}; who is not served counts {setting.question.longest:.4g} minutes"


def tell_sites(setting: Setting, placed: Placed) -> Told:
    """The stops of an answer, with figures where these may be told."""
    demand, request = setting.demand, setting.request
    load = demand.workload(request.weeks)
    sites, weeks = [], 0
    for number in placed.sites:
        units = np.flatnonzero(placed.nearest == number)
        site = _site(setting, number, units, float(load[units].sum()))
        sites.append(site)
        weeks += 0 if site.is_existing or site.weeks is None else site.weeks
    nearest, served = _served(setting, placed)
    need = demand.told(np.arange(len(nearest)))
    gain = demand.gain(nearest, served)
    minutes = _minutes(setting, placed)
    totals = {
        "need": {"value": need.value, "least": need.least, "most": need.most},
        "workload": round(float(load.sum())),
        "weeks_needed": weeks,
        "weeks_there": request.vehicles * request.weeks,
        "residents": round(float(demand.areas.people[demand.areas.unit >= 0].sum())),
        "unknown_residents": round(demand.unknown_people),
        "period": demand.period,
        "base": request.base,
    }
    if request.hold_vehicles:
        totals["vehicles"] = tell_vehicles(setting, placed, weeks)
    return Told(tuple(sites), gain, minutes, totals)


def _served(setting: Setting, placed: Placed) -> tuple[Floats, Indices]:
    """Minutes of each unit to where it goes, and the units that go anywhere."""
    rows = np.arange(len(placed.nearest))
    return setting.question.problem.minutes[rows, placed.nearest], np.flatnonzero(placed.nearest != NOT_SERVED)


def terms_of(setting: Setting) -> Terms:
    """What vehicles are held to: what the request says, else what the programme assumes."""
    request, programme = setting.request, setting.demand.programme
    return Terms(
        slots=request.capacity or programme.slots_per_week,
        towing_days=programme.towing_days if request.delivered_by == "van" else 0,
        least_weeks=programme.minimum_stay_weeks,
        vehicles=request.vehicles,
        weeks=request.weeks,
    )


def _site(setting: Setting, number: int, units: Indices, load: float) -> Site:
    place, demand, request = setting.candidates[number], setting.demand, setting.request
    told = demand.told(units)
    nearest = setting.question.problem.minutes[:, number]
    is_told = told.refused is None
    weeks = stay_weeks(load, terms_of(setting))
    return Site(
        id=place.id,
        name=place.name,
        latitude=round(place.latitude, 6),
        longitude=round(place.longitude, 6),
        kind=place.kind,
        is_area_of_search=place.is_area_of_search,
        workload=float(round(load)) if is_told else None,
        need=told.value,
        gain=demand.gain(nearest, units) if is_told else None,
        minutes_mean=_mean(setting, number, units),
        weeks=weeks,
        refused=told.refused,
        is_existing=place.id in request.existing,
    )


def _mean(setting: Setting, number: int, units: Indices) -> float | None:
    """Minutes of the residents who go to a stop: residents, and not need, so that no filled figure can be read from it."""
    areas = setting.demand.areas
    members = np.isin(areas.unit, units) & (areas.people > 0)
    if not np.any(members):
        return None
    return round(float(np.average(setting.minutes[members, number], weights=areas.people[members])), 2)


def _visits(setting: Setting, placed: Placed) -> tuple[Visit, ...]:
    """Who goes where, by unit, with the middle of where its residents live."""
    areas = setting.demand.areas
    degrees = areas.average(areas.degrees)
    minutes = setting.question.problem.minutes
    return tuple(
        Visit(code, setting.candidates[site].id, round(float(minutes[row, site]), 2), round(float(north), 5), round(float(east), 5))
        for row, (code, site, (east, north)) in enumerate(zip(areas.units, placed.nearest.tolist(), degrees, strict=True))
        if site != NOT_SERVED
    )


def _travel(setting: Setting, placed: Placed) -> tuple[Floats, Floats]:
    """Minutes and residents of each area of the plan; those of no unit, or that nobody serves, have no residents here."""
    areas = setting.demand.areas
    site = placed.nearest[np.maximum(areas.unit, 0)]
    is_in = (areas.unit >= 0) & (site != NOT_SERVED)
    return setting.minutes[np.arange(len(site)), site], np.where(is_in, areas.people, 0.0)


def _minutes(setting: Setting, placed: Placed) -> dict[str, Any]:
    minutes, people = _travel(setting, placed)
    decile = setting.demand.areas.decile
    told = tell_minutes(minutes, people, first=most_deprived(decile), within=setting.request.within)
    fifth = np.ceil(decile / 2)
    groups = [(name, np.where(fifth == number, people, 0.0)) for number, name in enumerate(FIFTHS, start=1)]
    ethnic = [(name, np.where(people > 0, count, 0.0)) for name, count in setting.ethnicity.items()]
    error = getattr(setting.provider, "error", None)
    return {
        "mode": setting.provider.mode,
        "source": setting.provider.source,
        "error": None if error is None else asdict(error),
        "mean": round(told.mean, 2),
        "most_deprived": None if np.isnan(told.first) else round(told.first, 2),
        "p95": round(told.p95, 2),
        "longest": round(told.longest, 2),
        "within": setting.request.within,
        "within_share": round(told.within, 4),
        "gini": round(told.gini, 4),
        "by_deprivation": _by_group(groups, minutes),
        "by_ethnicity": _by_group(ethnic, minutes),
    }


def _by_group(groups: list[tuple[str, Floats]], minutes: Floats) -> list[dict[str, Any]]:
    """Residents of each group and their minutes; groups without anybody are left out."""
    return [
        {"group": name, "people": round(float(people.sum())), "minutes": round(float(minutes @ people / people.sum()), 2)}
        for name, people in groups
        if people.sum() > 0
    ]


def _edge(setting: Setting, equity: float, placed: Placed) -> dict[str, Any]:
    minutes, people = _travel(setting, placed)
    told = tell_minutes(minutes, people, first=most_deprived(setting.demand.areas.decile), within=setting.request.within)
    nearest, served = _served(setting, placed)
    places = [setting.candidates[number] for number in placed.sites]
    return {
        "equity": equity,
        "gain": asdict(setting.demand.gain(nearest, served)),
        "minutes_mean": round(told.mean, 2),
        "minutes_most_deprived": None if np.isnan(told.first) else round(told.first, 2),
        "within_share": round(told.within, 4),
        "objective": _rounded(placed.objective),
        "bound": _rounded(placed.bound),
        "gap": _rounded(placed.gap),
        "sites": [
            {"id": one.id, "name": one.name, "latitude": round(one.latitude, 6), "longitude": round(one.longitude, 6)} for one in places
        ],
    }


def _stability(setting: Setting, placed: Placed, found: Stability) -> dict[str, Any]:
    sites = [
        {"id": setting.candidates[number].id, "kept_share": round(float(kept), 3), "near_share": round(float(near), 3)}
        for number, kept, near in zip(placed.sites, found.kept, found.near, strict=True)
    ]
    tried = (
        f"Of {found.samples} needs that might have been, drawn within what is withheld and rounded, this plan was on average"
        f" {found.regret_mean:.2%} and at most {found.regret_most:.2%} worse than the best for each."
    )
    is_known = bool(np.any(setting.demand.spread > 0))
    if not is_known:
        tried = "How far the need may be off is not known for modelled figures: no other needs were tried."
    if setting.request.hold_vehicles:
        tried += " Vehicles hold none of these: they show how far the places depend on the need."
    words = [tried, "A site that is seldom kept has another as good close by: near_share counts those within 8 minutes."]
    return {
        "words": words,
        "sites": sites,
        "samples": found.samples,
        "regret_mean": round(found.regret_mean, 6) if is_known else None,
        "regret_most": round(found.regret_most, 6) if is_known else None,
    }


def _sources(setting: Setting) -> tuple[dict[str, Any], ...]:
    demand = setting.demand
    read = [
        {"kind": "indicator", "name": state.slug, "detail": f"{name.replace('_', ' ')}, {demand.period}"}
        for name, state in demand.states.items()
    ]
    assumed = [{"kind": "assumption", "name": name, "detail": words} for name, words in demand.programme.sources.items()]
    minutes = {"kind": "minutes", "name": setting.provider.mode, "detail": setting.provider.source}
    return (
        {"kind": "release", "name": setting.release.slug, "detail": "synthetic" if setting.release.is_synthetic else ""},
        *read,
        minutes,
        *assumed,
    )


def _rounded(value: float) -> float:
    """To nine digits, so that the same answer is written alike."""
    return float(f"{value:.9g}")
