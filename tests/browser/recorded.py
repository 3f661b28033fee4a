"""Answers of the planner and of catchments as a browser is given them where a test is about the page and not about what stands behind it.

Shapes are those of the REST interface; figures are made up and small enough to be checked by eye.
"""

import json
import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

PLAN, OTHER, CATCHMENT = "plan-one", "plan-two", "catchment-one"
WHEN = "2026-11-26T10:00:00+00:00"
# Longitude and latitude.
Point = tuple[float, float]


def choices(area: str, name: str) -> dict[str, Any]:
    """What can be planned: three programmes, one system, two kinds of places."""
    return {
        "programmes": [
            {
                "programme": "breast",
                "title": "Breast screening",
                "words": "By van. People are invited by practice.",
                "bases": ["registered", "resident"],
            },
            {
                "programme": "lung",
                "title": "Lung cancer screening",
                "words": "By van, for people who have ever smoked.",
                "bases": ["resident"],
            },
        ],
        "systems": [{"code": area, "name": name, "area_type": "lad", "bounds": None}],
        "candidates": [
            {"kind": "practices", "title": "GP practices", "words": "Known places with an address.", "sites": 4},
            {"kind": "given", "title": "Your own list", "words": "", "sites": None},
        ],
        "objectives": [
            {"objective": "median", "title": "Shortest journeys", "words": "The least minutes, summed over everyone due."},
            {"objective": "cover", "title": "Most people near", "words": "The most people within the minutes you give."},
        ],
        "providers": [{"provider": "modelled_drive", "title": "Modelled drive", "words": "A fitted model."}],
        "is_synthetic": False,
    }


def candidates(points: Sequence[Point]) -> dict[str, Any]:
    """Places that may serve, as GeoJSON."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"id": f"P{at}", "name": f"Made-up Practice {at}", "kind": "practices", "is_area_of_search": False},
                "geometry": {"type": "Point", "coordinates": list(point)},
            }
            for at, point in enumerate(points, start=1)
        ],
    }


_SCHEDULE = [
    {"week": 1, "starts": "2027-01-04", "ends": "2027-01-15", "vehicle": 1, "site": "P1", "name": "Made-up Practice 1", "note": ""},
    {"week": 3, "starts": "2027-01-18", "ends": "2027-01-29", "vehicle": 1, "site": "P2", "name": "Made-up Practice 2", "note": "towed"},
]
_TENTHS = [("most deprived fifth", 9100, 11.2), ("second fifth", 8800, 10.4), ("least deprived fifth", 8200, 12.9)]
_MADE = {
    "objective": 81234.5, "bound": 81200.1, "gap": 0.0004, "gain": {"low": 90.0, "high": 260.0}, "seconds": 1.8, "version": 1,
    "objective_words": "minutes, summed over everyone due", "totals": {}, "sources": [], "is_synthetic": False,
    "schedule": {"rows": _SCHEDULE, "notes": []},
    "stability": {"words": ["In 18 of 20 draws of the need the same stops come out."], "sites": []},
    "notes": ["Made up for a test."],
    "minutes": {
        "mode": "modelled drive", "mean": 10.9,
        "by_deprivation": [{"group": group, "people": people, "minutes": minutes} for group, people, minutes in _TENTHS],
        "by_ethnicity": [{"group": "Asian", "people": 4200, "minutes": 10.1}, {"group": "White", "people": 15000, "minutes": 11.4}],
    },
}  # fmt: skip


def plan(request: dict[str, Any], areas: dict[str, Point], points: Sequence[Point]) -> dict[str, Any]:
    """A plan with the first of the places as stops, of which the second is refused a figure; every area goes to the nearest."""
    chosen = list(enumerate(points, start=1))[: min(int(request.get("stops") or 2), len(points))]
    sites = [_site(at, point) for at, point in chosen]
    frontier = [
        {
            "equity": equity, "gain": {"low": 90.0 - 10 * equity, "high": 260.0 - 20 * equity}, "minutes_mean": 10.9 + equity,
            "minutes_most_deprived": 11.2 - equity, "sites": sites,
        }
        for equity in (0.0, 1.0, 2.0)
    ]  # fmt: skip
    visits = [_visit(code, point, chosen) for code, point in sorted(areas.items())]
    return {**_MADE, "request": request, "seed": request.get("seed", 0), "sites": sites, "allocation": visits, "frontier": frontier}


def _site(at: int, point: Point) -> dict[str, Any]:
    is_refused = at == 2
    return {
        "id": f"P{at}", "name": f"Made-up Practice {at}", "longitude": point[0], "latitude": point[1], "kind": "practices",
        "is_area_of_search": False, "workload": 1200 + 10 * at, "need": None if is_refused else 300 + at,
        "gain": None if is_refused else {"low": 40.0, "high": 120.0}, "minutes_mean": 8.4 + at, "weeks": 2,
        "refused": "cannot be shown: too much behind it is withheld" if is_refused else None, "is_existing": False,
    }  # fmt: skip


def _visit(code: str, middle: Point, chosen: Sequence[tuple[int, Point]]) -> dict[str, Any]:
    away, site = min((math.dist(middle, point), f"P{at}") for at, point in chosen)
    return {"area": code, "site": site, "minutes": round(60 * away, 1), "longitude": middle[0], "latitude": middle[1]}


class Planner:
    """Stands in for the addresses of plans on a page; `asked` keeps what was sent, `polls` how often a job says that it runs."""

    def __init__(self, page: Page, *, area: str, name: str, areas: dict[str, Point], places: Sequence[Point], polls: int = 1) -> None:
        self.area, self.name, self.areas, self.places, self.polls = area, name, areas, places, polls
        self.asked: list[tuple[str, Any]] = []
        self.requests: dict[str, dict[str, Any]] = {}
        self.cancelled: set[str] = set()
        self.left: dict[str, int] = {}
        page.route("**/api/v1/plans**", self._answer)
        page.route("**/api/v1/plans/**", self._answer)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/api/v1/plans").strip("/")
        body = json.loads(route.request.post_data) if route.request.post_data else None
        self.asked.append((path, body))
        if path == "choices":
            return route.fulfill(json=choices(self.area, self.name))
        if path == "candidates":
            return route.fulfill(json=candidates(self.places))
        if path == "what-if":
            return route.fulfill(json=self._what_if(body))
        if path in {"", "replay"}:
            return route.fulfill(json=self._begin(body["request"]), status=202)
        if path.endswith("/cancel"):
            self.cancelled.add(path.split("/")[0])
            return route.fulfill(json={"id": path.split("/")[0], "status": "cancelled"})
        return route.fulfill(json=self._job(path))

    def _begin(self, request: dict[str, Any]) -> dict[str, Any]:
        found = PLAN if PLAN not in self.requests else OTHER
        self.requests[found], self.left[found] = request, self.polls
        return {"id": found, "status": "queued"}

    def _job(self, found: str) -> dict[str, Any]:
        if found in self.cancelled:
            return {"id": found, "status": "cancelled", "progress": {"share": 0.4, "words": "Cancelled"}, "plan": None}
        if self.left.get(found, 0) > 0:
            self.left[found] -= 1
            return {"id": found, "status": "running", "progress": {"share": 0.4, "words": "Looking for better stops"}, "plan": None}
        request = self.requests.get(found) or {"programme": "breast", "area": self.area, "stops": 2, "equity": 0}
        return {"id": found, "status": "done", "progress": {"share": 1, "words": "Done"}, "plan": plan(request, self.areas, self.places)}

    def _what_if(self, body: dict[str, Any]) -> dict[str, Any]:
        made = plan(body["request"], self.areas, self.places)
        return {
            "sites": made["sites"],
            "gain": {"low": 60.0, "high": 210.0},
            "minutes": {**made["minutes"], "mean": 12.6},
            "objective": 9e4,
        }


_FIGURE = {
    "unit": "proportion", "decimals": 1, "polarity": "high_is_good", "period_label": "2021/22", "stratum": "all", "stratum_title": "All",
    "benchmark": 0.7, "benchmark_name": "England", "status": "value", "basis": "observed", "filled": None, "refused": None,
    "reason": None, "is_reliable": True, "value": None, "lower": None, "upper": None, "gap_people": None, "comparison": "not_compared",
}  # fmt: skip
_WORSE = {"slug": "one", "title": "Made-up screening", "value": 0.582, "lower": 0.551, "upper": 0.613, "comparison": "worse"}
_MODELLED = {"slug": "two", "title": "Made-up register", "value": 0.71, "basis": "modelled", "reason": "allocation_error_unknown"}
_REFUSAL = {"reason": "too_few_people", "message": "Fewer than 5,000 people live here, so no figure of linked records is given."}
_FIGURES = [
    {**_FIGURE, **_WORSE, "gap_people": -230.0},
    {**_FIGURE, **_MODELLED},
    {**_FIGURE, "slug": "three", "title": "Made-up records", "status": "suppressed", "refused": _REFUSAL},
]


def catchment(atoms: Sequence[tuple[str, str, int]], shape: dict[str, Any], *, gained: float = 320.0) -> dict[str, Any]:
    """What is told of some neighbourhoods (code, name, people): one figure worse, one modelled, one refused."""
    people = sum(count for *_, count in atoms)
    ages = [{"band": band, "people": people * share, "female": None, "male": None} for band, share in (("0-4", 0.4), ("85-plus", 0.6))]
    groups = [{"group": group, "people": people * share, "share": share} for group, share in (("Asian", 0.2), ("White", 0.8))]
    return {
        "atoms": [{"code": code, "name": name, "people": count} for code, name, count in atoms],
        "vintage": 2021,
        "people": people,
        "area_km2": 8.4,
        "snapping": {"gained": {"people": gained, "km2": 0.6}, "lost": {"people": 80.0, "km2": 0.1}},
        "mended": [],
        "shape": shape,
        "release": "made-up",
        "is_synthetic": False,
        "site": None,
        "parts": [],
        "profile": {
            "pyramid": {"bands": ages, "source": "made up"},
            "deprivation": {
                "index": "imd2025",
                "deciles": [{"decile": at, "people": people / 10} for at in range(1, 11)],
                "core20_share": 0.2,
            },
            "ethnicity": {"groups": groups, "source": "made up"},
            "indicators": _FIGURES,
        },
    }


class Catchments:
    """Stands in for the addresses of catchments on a page; `asked` keeps method, address and body of what was sent, but not that
    the list was read."""

    def __init__(self, page: Page, found: dict[str, Any], *, refuse: str = "") -> None:
        self.found, self.refuse = found, refuse
        self.asked: list[tuple[str, str, Any]] = []
        self.kept: dict[str, dict[str, Any]] = {}
        self.made = 0
        page.route("**/api/v1/catchments**", self._answer)
        page.route("**/api/v1/catchments/**", self._answer)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/api/v1/catchments").strip("/")
        data = route.request.post_data_buffer
        is_json = route.request.headers.get("content-type", "").startswith("application/json")
        body = json.loads(data) if data and is_json else data
        if path == "" and route.request.method == "GET":
            return route.fulfill(json={"count": len(self.kept), "results": [self._listed(one) for one in self.kept.values()]})
        self.asked.append((route.request.method, path, body))
        if path in {"preview", "upload"} and self.refuse:
            return route.fulfill(
                json={"type": "/api/docs/#problem-invalid-shape", "title": "x", "status": 400, "detail": self.refuse, "errors": []},
                status=400,
            )
        if path in {"preview", "upload"}:
            return route.fulfill(json=self.found)
        if path == "":
            return route.fulfill(json=self._keep(body), status=201)
        key = path.split("/")[0]
        if route.request.method == "DELETE":
            del self.kept[key]
            return route.fulfill(status=204)
        if path.endswith("/profile"):
            return route.fulfill(json={"first": self.found["profile"], "second": self.found["profile"]})
        if route.request.method == "PATCH":
            self.kept[key]["name"] = body["name"]
        return route.fulfill(json=self.kept[key])

    def _listed(self, one: dict[str, Any]) -> dict[str, Any]:
        told = {name: one[name] for name in ("id", "name", "vintage", "people")}
        return {**told, "neighbourhoods": len(one["atoms"]), "created_at": WHEN, "changed_at": WHEN}

    def _keep(self, body: dict[str, Any]) -> dict[str, Any]:
        """What is kept names its neighbourhoods by code alone."""
        key = f"{CATCHMENT}-{self.made}"
        self.made += 1
        self.kept[key] = {**body, "id": key, "is_yours": True, "people": self.found["people"], "shape": self.found["shape"]}
        return self.kept[key]
