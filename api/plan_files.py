"""A plan as files: itself, its stops as CSV and GeoJSON, its weeks as a calendar. Each says its release, its mode, and synthetic."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import icalendar

from api.renderers import csv_pieces, geojson_pieces
from geo.errors import RefusedClaim
from geo.queries.plans import PlanInfo

COLUMNS = ("id", "name", "kind", "is_area_of_search", "is_existing", "latitude", "longitude", "need", "workload", "weeks", "minutes_mean")
TURN = ("vehicle", "starts", "ends")


def as_csv(found: PlanInfo, plan: dict[str, Any]) -> str:
    """A row for each stop with its weeks; what is not told is empty, and `refused` says why."""
    turns = {row["site"]: row for row in (plan["schedule"] or {}).get("rows") or []}
    columns = (*COLUMNS, *TURN, "gain_low", "gain_high", "refused", "minutes_mode", "programme", "area", "release", "is_synthetic")
    told = (plan["minutes"].get("mode"), plan["request"]["programme"], plan["request"]["area"], found.release, found.is_synthetic)
    rows = (
        (*(site[name] for name in COLUMNS), *(turns.get(site["id"], {}).get(name) for name in TURN), *_gain(site), site["refused"], *told)
        for site in plan["sites"]
    )
    return "".join(csv_pieces(columns, rows))


def as_geojson(found: PlanInfo, plan: dict[str, Any]) -> str:
    """The stops as points."""
    told = {
        "release": found.release,
        "is_synthetic": found.is_synthetic,
        "request": plan["request"],
        "minutes_mode": plan["minutes"].get("mode"),
    }
    return "".join(geojson_pieces(told, _features(plan)))


def as_calendar(found: PlanInfo, plan: dict[str, Any]) -> bytes:
    """The weeks of each vehicle as whole days. Raises RefusedClaim where the plan has no weeks."""
    rows = (plan["schedule"] or {}).get("rows") or []
    if not rows:
        raise RefusedClaim("no_schedule", "This plan says where to stop, and not in which weeks, so there is nothing to put in a calendar.")
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//HIID//plan//EN")
    calendar.add("version", "2.0")
    mark = "SYNTHETIC, made-up people: " if found.is_synthetic else ""
    for number, row in enumerate(rows, 1):
        calendar.add_component(_event(found, row, number, mark))
    return bytes(calendar.to_ical())


def _event(found: PlanInfo, row: dict[str, Any], number: int, mark: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{found.key}-{number}@hiid")
    event.add("dtstamp", found.created_at)
    event.add("summary", f"{mark}{row.get('name') or row.get('site')} (vehicle {row.get('vehicle')})")
    event.add("dtstart", _day(row["starts"]))
    # The end of a whole-day event is the first day that no longer belongs to it.
    event.add("dtend", _day(row["ends"]) + timedelta(days=1))
    event.add("description", f"{row.get('note') or ''} Release {found.release}.".strip())
    return event


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _gain(site: dict[str, Any]) -> tuple[Any, Any]:
    return (None, None) if site["gain"] is None else (site["gain"]["low"], site["gain"]["high"])


def _features(plan: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for site in plan["sites"]:
        point = json.dumps({"type": "Point", "coordinates": [site["longitude"], site["latitude"]]})
        yield site["id"], point, {name: value for name, value in site.items() if name not in ("latitude", "longitude")}
