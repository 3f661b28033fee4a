"""A plan from a request: need, candidates and minutes are read, the stops are placed with proof, and what they are worth is told.

Nothing is written: whoever asks keeps the answer. The same request of the same release gives the same plan.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from geo.errors import InputError
from geo.operations.plan_answers import answer_plan, tell_sites, terms_of
from geo.operations.plan_schedule import schedule_plan
from geo.operations.plan_setting import Setting
from geo.planning.candidates import Candidate, given_candidates
from geo.planning.demand import Demand, equity_weights
from geo.planning.limits import Limits
from geo.planning.objectives import Question, by_hand, measure, place
from geo.planning.plans import Plan
from geo.planning.problems import Floats, Placed, Problem
from geo.planning.programmes import load_programmes
from geo.planning.requests import GivenPlace, PlanRequest
from geo.planning.worth import frontier, resample
from geo.queries.candidates import list_candidates
from geo.queries.catalogue import ReleaseInfo, get_release
from geo.queries.demand import list_ethnic_people, read_demand
from geo.queries.travel import MODELLED, get_provider

Progress = Callable[[float, str], None]
# What those who come first count besides themselves, of the plans between which a reader may choose.
EQUITIES = (0.0, 1.0, 3.0, 7.0)


def make_ready() -> None:
    """Read into this process what every plan begins with: the programmes, and the model of road minutes where there is one."""
    load_programmes()
    with suppress(InputError):
        get_provider(MODELLED)


def make_plan(request: PlanRequest, progress: Progress) -> Plan:
    """The plan that answers a request. progress is told the share that is done (0-1) and what is being done.

    Raises InputError for what the release cannot answer, naming the field, and PlanningError in words where no stops can do it.
    """
    began = time.monotonic()
    progress(0.0, "Reading need, places and minutes")
    release = get_release(request.release)
    setting = _setting(request, release.slug, release.id)
    progress(0.2, "Placing stops")
    placed = place(setting.question)
    progress(0.6, "Weighing fairness against everybody's minutes")
    edge = _frontier(setting, placed)
    progress(0.8, "Trying needs that might have been")
    worth = resample(setting.question, placed, setting.demand.spread)
    other = _other_base(setting, placed)
    progress(1.0, "Done")
    plan = answer_plan(setting, placed, edge, (worth, other))
    schedule = schedule_plan(setting, placed, tell_sites(setting, placed))
    return replace(plan, schedule=schedule, seconds=round(time.monotonic() - began, 3))


def what_if(request: PlanRequest, sites: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What stops that somebody chose would do, without planning anew. sites: each with the id of a candidate, or latitude and longitude.

    Raises InputError for an id that is no candidate, a place outside England, or no site at all.
    """
    release = get_release(request.release)
    setting = _setting(request, release.slug, release.id)
    chosen = _chosen(setting, sites)
    placed = by_hand(chosen.question)
    told = tell_sites(chosen, placed)
    plain = {"sites": [asdict(site) for site in told.sites], "gain": asdict(told.gain), "minutes": told.minutes, "totals": told.totals}
    return {
        **plain,
        "objective": placed.objective,
        "within_share": told.minutes["within_share"],
        "is_synthetic": setting.release.is_synthetic,
    }


def check_request(body: object) -> PlanRequest:
    """A request that is whole and whose release, area and candidates exist. Raises InputError naming the field."""
    request = PlanRequest.from_json(body)
    release = get_release(request.release)
    _setting(request, release.slug, release.id)
    return request


@lru_cache(maxsize=8)
def _setting(request: PlanRequest, release_slug: str, release_id: int) -> Setting:
    """Everything that is read for a request; kept, for whoever moves a stop asks again and again. A release never changes."""
    release = get_release(release_slug)
    demand = _demand(release, request, request.base)
    candidates = _candidates(request)
    provider = get_provider(request.provider)
    is_in = demand.areas.unit >= 0
    minutes = np.zeros((len(is_in), len(candidates)))
    minutes[is_in] = provider.minutes(demand.areas.points[is_in], _points(candidates))
    ethnicity = list_ethnic_people(release, demand.areas)
    setting = Setting(request, release, demand, candidates, minutes, provider, _no_question(), ethnicity)
    return replace(setting, question=_question(setting))


def _demand(release: ReleaseInfo, request: PlanRequest, base: str) -> Demand:
    """Need of the request's area, inside the boundary of the screening service where one is given. Raises InputError where nobody is."""
    demand = read_demand(release, programme=request.programme, area=request.area, base=base)
    if request.boundary is None:
        return demand
    areas = demand.areas.inside(_outline(request.boundary))
    if not areas.units:
        raise InputError("Nobody of the area lives inside the boundary.", parameter="boundary", found="none", valid=(request.area,))
    return replace(demand, areas=areas)


def _outline(boundary: str) -> shapely.Geometry:
    """The boundary in degrees, mended. Raises InputError for what is no shape."""
    try:
        return shapely.make_valid(shapely.from_geojson(boundary))
    except shapely.errors.GEOSException as error:
        raise InputError(f"boundary: found {error}, expected a polygon", parameter="boundary") from error


def _candidates(request: PlanRequest) -> tuple[Candidate, ...]:
    """The places of the request, in a fixed order. Raises InputError where there are none."""
    given = [(place.name, place.latitude, place.longitude) for place in request.candidates.given]
    found = list_candidates(area=request.area, kind=request.candidates.kind, given=given)
    if request.boundary is not None:
        outline = _outline(request.boundary)
        found = [place for place in found if shapely.contains_xy(outline, place.longitude, place.latitude)]
    if not found:
        words = request.candidates.kind.replace("_", " ")
        raise InputError(f"There are no {words} in {request.area}.", parameter="candidates", found=request.candidates.kind)
    return tuple(found)


def _points(candidates: Sequence[Candidate]) -> Floats:
    return np.array([(place.easting, place.northing) for place in candidates], dtype=np.float64).reshape(-1, 2)


def _no_question() -> Question:
    one = np.zeros((1, 1))
    return Question("median", Problem(one, np.zeros(1), 1), one, 0.0)


def _question(setting: Setting) -> Question:
    """The request as arrays."""
    request, demand = setting.request, setting.demand
    at = {place.id: number for number, place in enumerate(setting.candidates)}
    forced, forbidden, existing = (_numbers(field, getattr(request, field), at) for field in ("forced", "forbidden", "existing"))
    minutes = demand.areas.average(setting.minutes)
    weight = demand.need * equity_weights(demand.areas, request.equity)
    stops = len(existing) + (request.stops or max(len(forced), 1))
    allowed = len(at) - len(forbidden)
    if stops > allowed:
        expected = tuple(str(number) for number in (allowed - len(existing),))
        raise InputError(
            f"{request.stops} stops, and {allowed - len(existing)} places", parameter="stops", found=str(request.stops), valid=expected
        )
    problem = Problem(minutes, weight, stops, (*forced, *existing), forbidden)
    coming = demand.programme.coming(minutes, demand.areas.share_most_deprived)
    return Question(request.objective, problem, coming, request.within, _limits(setting, minutes, existing), request.seed, request.stops)


def _numbers(field: str, ids: tuple[str, ...], at: Mapping[str, int]) -> tuple[int, ...]:
    if unknown := [one for one in ids if one not in at]:
        message = f"{field}: found {unknown[0]}, expected the id of a place of these candidates"
        raise InputError(message, parameter=field, found=unknown[0], valid=tuple(list(at)[:5]))
    return tuple(at[one] for one in ids)


def _limits(setting: Setting, minutes: Floats, existing: tuple[int, ...]) -> Limits | None:
    """What stops are held to; a vehicle that never leaves a stop is the most that can be seen there."""
    request, demand = setting.request, setting.demand
    most = request.most_workload
    if request.capacity is not None:
        most = min(most or np.inf, request.capacity * request.weeks)
    if most is None and request.least_workload is None and not request.core20_share and not request.hold_vehicles:
        return None
    first = demand.need * demand.areas.share_most_deprived
    load, near = demand.workload(request.weeks), minutes <= request.within
    fleet = terms_of(setting) if request.hold_vehicles else None
    return Limits(load, request.least_workload, most, first, near, request.core20_share or 0.0, existing, fleet)


def _frontier(setting: Setting, placed: Placed) -> list[tuple[float, Placed]]:
    """Plans from most people to fairest; the one that was asked for among them."""
    asked = setting.request.equity
    others = [one for one in EQUITIES if one != asked]
    if setting.request.objective in ("centre", "cover_all") or setting.question.limits is not None:
        return [(asked, placed)]
    weights = [(one, setting.demand.need * equity_weights(setting.demand.areas, one)) for one in others]
    return sorted([(asked, placed), *frontier(setting.question, weights)], key=lambda each: each[0])


def _other_base(setting: Setting, placed: Placed) -> dict[str, Any]:
    """The plan for the other population base: how many of its stops are the same, and what ours would lose there."""
    base = "resident" if setting.request.base == "registered" else "registered"
    demand = _demand(setting.release, setting.request, base)
    question = setting.question.with_weight(demand.need * equity_weights(demand.areas, setting.request.equity))
    question = replace(question, limits=None)
    best = place(question, most_seconds=15.0)
    ours = measure(question, placed.sites)
    registered, resident = (setting.demand.need.sum(), demand.need.sum())[:: 1 if base == "resident" else -1]
    return {
        "base": base,
        "list_inflation": round(float(registered / resident), 4) if resident else None,
        "same_sites": len(set(best.sites) & set(placed.sites)),
        "of_sites": len(placed.sites),
        "regret": round(abs(ours - best.objective) / best.objective, 6) if best.objective else 0.0,
    }


def _chosen(setting: Setting, sites: Sequence[Mapping[str, Any]]) -> Setting:
    """The setting with the sites that somebody chose as its only candidates."""
    if not sites or len(sites) > 200:
        raise InputError("sites: found none or too many, expected 1 to 200", parameter="sites", found=str(len(sites)))
    at = {place.id: number for number, place in enumerate(setting.candidates)}
    known, moved = [], []
    for number, site in enumerate(sites):
        if site.get("id") in at:
            known.append(at[site["id"]])
            continue
        body = {"name": site.get("name") or f"Place {number + 1}", **{key: site.get(key) for key in ("latitude", "longitude")}}
        moved.append(PlanRequest.place(f"sites[{number}]", body))
    places = tuple(setting.candidates[number] for number in dict.fromkeys(known)) + tuple(_moved(moved))
    minutes = np.zeros((len(setting.minutes), len(places)))
    is_in = setting.demand.areas.unit >= 0
    minutes[:, : len(places) - len(moved)] = setting.minutes[:, list(dict.fromkeys(known))]
    if moved:
        minutes[is_in, len(places) - len(moved) :] = setting.provider.minutes(
            setting.demand.areas.points[is_in], _points(places[len(places) - len(moved) :])
        )
    request = replace(setting.request, stops=len(places), forced=(), forbidden=(), existing=())
    question = setting.question
    unit_minutes = setting.demand.areas.average(minutes)
    problem = Problem(unit_minutes, question.problem.weight, len(places))
    coming = setting.demand.programme.coming(unit_minutes, setting.demand.areas.share_most_deprived)
    held = question.limits if question.limits and question.limits.fleet else None
    held = None if held is None else Limits(held.load, most=held.most, fleet=held.fleet)
    chosen = replace(question, problem=problem, coming=coming, limits=held, most_stops=None, as_minutes=question.longest)
    return replace(setting, request=request, candidates=places, minutes=minutes, question=chosen)


def _moved(places: list[GivenPlace]) -> list[Candidate]:
    """Places that are no candidates, as candidates; somebody looked at a map, so that they are areas of search."""
    found = given_candidates([(place.name, place.latitude, place.longitude) for place in places])
    return [replace(place, id=f"moved:{number}", is_area_of_search=True) for number, place in enumerate(found, start=1)]
