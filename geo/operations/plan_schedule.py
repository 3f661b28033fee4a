"""The schedule of a plan: which vehicle is at which stop in which weeks, and which practices are seen then."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from geo.operations.plan_answers import Told, terms_of
from geo.operations.plan_setting import Setting
from geo.planning.candidates import Candidate, given_candidates
from geo.planning.problems import Floats, Placed
from geo.planning.schedule import Cohort, Schedule, Session, Terms, Turn, make_schedule, monday_of

# A round of breast screening, in which everybody is invited once.
_ROUND_MONTHS = 36


def schedule_plan(setting: Setting, placed: Placed, told: Told) -> dict[str, Any]:
    """Rows of turns and of practices as plain values, with what has to be said of them.

    Without practices the people of the areas that go to a stop are its work. What exists already has no turn.
    """
    request = setting.request
    stops = [number for number, site in zip(placed.sites, told.sites, strict=True) if not site.is_existing]
    starts = date.fromisoformat(request.starts) if request.starts else setting.release.built_at.date() + timedelta(days=6)
    terms = terms_of(setting)
    cohorts = _practices(setting, stops, starts) if request.practices else _areas(setting, placed, stops)
    made = make_schedule(_points([setting.candidates[number] for number in stops]), cohorts, terms, is_held=request.hold_vehicles)
    places = [setting.candidates[number] for number in stops]
    return {
        "starts": monday_of(starts, 0).isoformat(),
        "rows": [_row(turn, places, starts, terms) for turn in made.turns],
        "practices": [_session(session, places, starts) for session in made.sessions] if request.practices else [],
        "km": round(made.km, 1),
        "weeks": made.busiest,
        "notes": _notes(setting, made, terms),
    }


def _points(places: Sequence[Candidate]) -> Floats:
    return np.array([(place.easting, place.northing) for place in places], dtype=np.float64).reshape(-1, 2)


def _areas(setting: Setting, placed: Placed, stops: list[int]) -> list[Cohort]:
    load = setting.demand.workload(setting.request.weeks)
    return [Cohort(setting.candidates[number].id, at, float(load[placed.nearest == number].sum())) for at, number in enumerate(stops)]


def _practices(setting: Setting, stops: list[int], starts: date) -> list[Cohort]:
    """Practices at the stop that is nearest by minutes, with the week by whose end they are due."""
    told = setting.request.practices
    places = given_candidates([(one.name, one.latitude, one.longitude) for one in told])
    minutes = setting.provider.minutes(_points(places), _points([setting.candidates[number] for number in stops]))
    uptake = float(np.average(setting.demand.uptake, weights=np.maximum(setting.demand.areas.people, 1e-9)))
    slots = uptake * setting.demand.programme.visits
    first = monday_of(starts, 0)
    due = [None if one.due is None else (date.fromisoformat(one.due) - first).days // 7 for one in told]
    return [
        Cohort(one.name, int(stop), one.people * slots, week) for one, stop, week in zip(told, minutes.argmin(axis=1), due, strict=True)
    ]


def _row(turn: Turn, places: Sequence[Candidate], starts: date, terms: Terms) -> dict[str, Any]:
    place = places[turn.stop]
    towed = f"Towed {turn.km:.1f} km (straight line); " if turn.km else ""
    opens = f"opens after {terms.towing_days} towing day{'' if terms.towing_days == 1 else 's'}" if terms.towing_days else "opens at once"
    return {
        "week": turn.first + 1,
        "weeks": turn.last - turn.first + 1,
        "starts": monday_of(starts, turn.first).isoformat(),
        "ends": (monday_of(starts, turn.last) + timedelta(days=4)).isoformat(),
        "vehicle": turn.vehicle,
        "site": place.id,
        "name": place.name,
        "note": f"{towed}{opens}".strip().capitalize(),
    }


def _session(session: Session, places: Sequence[Candidate], starts: date) -> dict[str, Any]:
    return {
        "name": session.cohort.name,
        "site": places[session.cohort.stop].id,
        "vehicle": session.vehicle,
        "starts": monday_of(starts, session.first).isoformat(),
        "ends": (monday_of(starts, session.last) + timedelta(days=4)).isoformat(),
        "late_weeks": session.late,
    }


def _notes(setting: Setting, made: Schedule, terms: Terms) -> list[str]:
    notes = ["People can use a stop only in the weeks in which it is there."]
    if made.busiest > terms.weeks:
        notes.append(f"The last stop ends in week {made.busiest} of {terms.weeks}: more vehicles, more weeks or fewer stops are needed.")
    if setting.request.programme == "breast":
        notes += _round(setting, made)
    if not setting.request.boundary and setting.request.programme == "breast":
        notes.append("No boundary of a screening service was given: who is invited by another service cannot be told apart.")
    return notes


def _round(setting: Setting, made: Schedule) -> list[str]:
    """Whether the round of 36 months, and with it the first invitation before 53, is kept."""
    weeks = setting.demand.programme.round_weeks or 0
    if made.busiest > weeks:
        return [f"The round takes {made.busiest} weeks, longer than {_ROUND_MONTHS} months: some women would be first invited after 53."]
    known = [session for session in made.sessions if session.cohort.due is not None]
    if not known:
        return [f"One round takes {made.busiest} weeks of {weeks}. Whether each practice is in time needs its due date (practices, due)."]
    if late := made.late:
        names = ", ".join(f"{session.cohort.name} ({session.late} weeks)" for session in late[:5])
        return [f"{len(late)} of {len(known)} practices are seen after {_ROUND_MONTHS} months, some women first after 53: {names}."]
    return [f"All {len(known)} practices with a due date are seen within {_ROUND_MONTHS} months, so that every woman is invited before 53."]
