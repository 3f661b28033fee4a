"""What is asked of a plan: for which programme and area, from which candidate places, towards which end, and what it is held to.

A request is strict: what is not known, not of its kind or contradicts itself is refused with its field, what was found and what would do.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from geo.errors import InputError, RefusedClaim

PROGRAMMES = ("breast", "lung", "cervical", "bowel")
# How each programme reaches people; the first is what is meant where nothing is said.
DELIVERIES = {"breast": ("van",), "lung": ("van",), "cervical": ("clinic", "self_sample"), "bowel": ("kit",)}
SITED = ("van", "clinic")
BASES = ("registered", "resident")
KINDS = ("practices", "hospitals", "diagnostic_centres", "schools", "given", "search", "search_cells")
# Places that were computed, and where nobody looked.
AREAS_OF_SEARCH = ("search", "search_cells")
# median: least minutes; cover: most people within some minutes; cover_all: everybody within them from the fewest stops; centre: the
# shortest longest way; attendance: most people who come, where fewer come from further away.
OBJECTIVES = ("median", "cover", "cover_all", "centre", "attendance")
# A given place outside these degrees is not in England.
_WEST, _SOUTH, _EAST, _NORTH = -6.5, 49.8, 1.8, 55.9
_MOST_GIVEN, _MOST_STOPS, _MOST_WEEKS, _MOST_EQUITY, _MOST_MINUTES = 2_000, 100, 156, 16.0, 120.0
_LONGEST_BOUNDARY = 1_000_000


@dataclass(frozen=True)
class GivenPlace:
    """A candidate that somebody names. latitude, longitude: degrees, EPSG:4326."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Practice:
    """People who are invited together. people: how many are due; due: the day (ISO) by which they have to be seen, in breast screening 36
    months after the practice was last invited; None = not known. latitude, longitude: degrees, EPSG:4326."""

    name: str
    latitude: float
    longitude: float
    people: float
    due: str | None = None


@dataclass(frozen=True)
class Candidates:
    """Where stops may be. kind: one of KINDS; given: the places of the kind "given", numbered from 1 in their ids (given:1)."""

    kind: str = "practices"
    given: tuple[GivenPlace, ...] = ()


@dataclass(frozen=True)
class PlanRequest:
    """What is asked of a plan. release: id of a release, None = the current one. area: code of a system or district.

    delivery: how people are reached, None = as the programme does. within: minutes. stops: how many are opened (with cover_all the most
    that may be, None = as many as it takes). weeks: the window that is planned for, in which vehicles are at stops. equity: people in
    the most deprived fifth of England count 1 + equity times, those in the next fifth 1 + equity / 2. core20_share: least share of the
    need in the most deprived fifth that has to be within the minutes. hold_vehicles: no more people are served than vehicles can carry in
    the weeks; else weeks are only told. forced: stops that have to be among those opened; existing: places
    that serve people already and are not counted as stops; ids of candidates. least_workload, most_workload: people seen at a stop in
    the window. capacity: people whom a vehicle sees in a week, None = as the programme does.
    """

    programme: str
    area: str
    release: str | None = None
    delivery: str | None = None
    base: str = "registered"
    candidates: Candidates = Candidates()
    objective: str = "median"
    within: float = 15.0
    stops: int | None = None
    vehicles: int = 1
    weeks: int = 52
    equity: float = 0.0
    core20_share: float | None = None
    forced: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    existing: tuple[str, ...] = ()
    least_workload: float | None = None
    most_workload: float | None = None
    capacity: float | None = None
    provider: str = "modelled_drive"
    seed: int = 0
    starts: str | None = None
    boundary: str | None = None
    practices: tuple[Practice, ...] = ()
    hold_vehicles: bool = False

    @property
    def delivered_by(self) -> str:
        """How people are reached."""
        return self.delivery or DELIVERIES[self.programme][0]

    @classmethod
    def from_json(cls, body: object) -> "PlanRequest":
        """The request that plain values mean; a field that is left out has its default.

        Raises InputError that names the field, what was found and what was expected, and RefusedClaim for a programme that has no stops.
        """
        given = _Fields(_mapping("request", body), tuple(cls.__dataclass_fields__))
        request = cls(
            programme=given.one_of("programme", PROGRAMMES, None),
            area=given.text("area", None),
            release=given.text("release", "") or None,
            delivery=given.text("delivery", "") or None,
            base=given.one_of("base", BASES, BASES[0]),
            candidates=_candidates(given.values.get("candidates")),
            objective=given.one_of("objective", OBJECTIVES, OBJECTIVES[0]),
            within=given.number("within", (1.0, _MOST_MINUTES), 15.0) or 15.0,
            stops=given.whole("stops", (1, _MOST_STOPS), None),
            vehicles=given.whole("vehicles", (1, 50), 1) or 1,
            weeks=given.whole("weeks", (1, _MOST_WEEKS), 52) or 52,
            equity=given.number("equity", (0.0, _MOST_EQUITY), 0.0) or 0.0,
            core20_share=given.number("core20_share", (0.0, 1.0), None),
            forced=given.texts("forced"),
            forbidden=given.texts("forbidden"),
            existing=given.texts("existing"),
            least_workload=given.number("least_workload", (0.0, 1e7), None),
            most_workload=given.number("most_workload", (1.0, 1e7), None),
            capacity=given.number("capacity", (1.0, 1e5), None),
            provider=given.text("provider", "modelled_drive"),
            seed=given.whole("seed", (0, 2**31 - 1), 0) or 0,
            starts=given.day("starts"),
            boundary=_boundary(given.values.get("boundary")),
            practices=_practices(given.values.get("practices")),
            hold_vehicles=given.flag("hold_vehicles"),
        )
        _check(request)
        return request

    @staticmethod
    def place(where: str, body: object) -> GivenPlace:
        """A place with name, latitude and longitude; `where` names it in an error. Raises InputError as `from_json` does."""
        return _place(where, body)

    def to_json(self) -> dict[str, Any]:
        """The request as plain values, which `from_json` reads back: every field of it, but for vehicles that hold nothing, of which plans
        of earlier days know nothing."""
        fields = asdict(self)
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()}
        if not self.hold_vehicles:
            del plain["hold_vehicles"]
        plain["boundary"] = None if self.boundary is None else json.loads(self.boundary)
        plain["practices"] = [asdict(practice) for practice in self.practices]
        plain["candidates"] = {"kind": self.candidates.kind, "given": [asdict(place) for place in self.candidates.given]}
        return plain


def refuse(field: str, found: object, expected: str, valid: tuple[str, ...] = ()) -> InputError:
    """The error of a field of a request or a plan."""
    shown = "nothing" if found is None else str(found)[:80]
    return InputError(f"{field}: found {shown}, expected {expected}", parameter=field, found=shown, valid=valid)


def _check(request: PlanRequest) -> None:
    """That the parts of a request do not contradict each other."""
    _check_delivery(request)
    if request.stops is None and request.objective != "cover_all":
        raise refuse("stops", None, f"a whole number of stops from 1 to {_MOST_STOPS} (only cover_all may leave it out)")
    if request.stops is not None and len(request.forced) > request.stops:
        raise refuse("forced", f"{len(request.forced)} places", f"no more than the {request.stops} stops")
    for field, others in (("forbidden", request.forced), ("existing", request.forced), ("existing", request.forbidden)):
        if both := sorted(set(getattr(request, field)) & set(others)):
            raise refuse(field, both[0], "a place that is not forced, forbidden or existing as well")
    if request.hold_vehicles and request.objective in ("centre", "cover_all"):
        raise refuse(
            "hold_vehicles",
            f"true, with {request.objective}",
            "one of median, cover, attendance as objective: they can leave out",
            OBJECTIVES[:2],
        )
    least, most = request.least_workload or 0.0, request.most_workload or math.inf
    if least > most:
        raise refuse("least_workload", f"{least:g}", f"no more than most_workload, {most:g}")


def _check_delivery(request: PlanRequest) -> None:
    programme, ways = request.programme, DELIVERIES[request.programme]
    if request.delivery is not None and request.delivery not in ("van", "clinic", "self_sample", "kit"):
        raise refuse("delivery", request.delivery, f"one of {', '.join(ways)}", ways)
    if request.delivered_by not in ways:
        words = {"van": "from a van", "clinic": "in clinics", "self_sample": "by self-sample", "kit": "by kit"}
        offered = " or ".join(words[way] for way in ways)
        raise RefusedClaim("delivery", f"{programme.capitalize()} screening is not done {words[request.delivered_by]}, but {offered}.")
    if request.delivered_by == "kit":
        raise RefusedClaim(
            "delivery",
            "Bowel screening is done with a kit that goes to each home by post: a van or a stop finds nobody more. Where people were"
            " invited and did not send the kit back is shown by the indicator bowel-need-invited.",
        )
    if request.delivered_by == "self_sample":
        raise RefusedClaim("delivery", "A self-sample goes to each home by post: it needs no stop. Ask for clinics to have places planned.")


def _candidates(found: object) -> Candidates:
    if found is None:
        return Candidates()
    fields = _Fields(_mapping("candidates", found), ("kind", "given"), "candidates.")
    kind = fields.one_of("kind", KINDS, None)
    places = fields.values.get("given") or []
    if not isinstance(places, list | tuple) or len(places) > _MOST_GIVEN:
        raise refuse("candidates.given", type(places).__name__, f"a list of at most {_MOST_GIVEN:,} places")
    if (kind == "given") != bool(places):
        expected = "places with name, latitude and longitude" if kind == "given" else "none, unless the kind is given"
        raise refuse("candidates.given", f"{len(places)} places", expected)
    return Candidates(kind, tuple(_place(f"candidates.given[{number}]", place) for number, place in enumerate(places)))


def _place(where: str, found: object) -> GivenPlace:
    fields = _Fields(_mapping(where, found), ("name", "latitude", "longitude"), f"{where}.")
    latitude, longitude = fields.number("latitude", (_SOUTH, _NORTH), None), fields.number("longitude", (_WEST, _EAST), None)
    if latitude is None or longitude is None:
        raise refuse(where, "no point", "latitude and longitude in degrees")
    return GivenPlace(fields.text("name", None), latitude, longitude)


def _boundary(found: object) -> str | None:
    """A polygon as text in one form, so that the same is written alike."""
    if found is None:
        return None
    shape = _mapping("boundary", found)
    shape = _mapping("boundary.geometry", shape["geometry"]) if shape.get("type") == "Feature" else shape
    text = json.dumps(shape, separators=(",", ":"), sort_keys=True)
    if shape.get("type") not in ("Polygon", "MultiPolygon") or len(text) > _LONGEST_BOUNDARY:
        raise refuse("boundary", shape.get("type"), "a Polygon or MultiPolygon of GeoJSON of at most 1 MB")
    return text


def _practices(found: object) -> tuple[Practice, ...]:
    if found is None:
        return ()
    if not isinstance(found, list | tuple) or len(found) > _MOST_GIVEN:
        raise refuse("practices", type(found).__name__, f"a list of at most {_MOST_GIVEN:,} practices")
    return tuple(_practice(f"practices[{number}]", each) for number, each in enumerate(found))


def _practice(where: str, found: object) -> Practice:
    body = dict(_mapping(where, found))
    people, due = body.pop("people", None), body.pop("due", None)
    fields = _Fields({"people": people, "due": due}, ("people", "due"), f"{where}.")
    place, number = _place(where, body), fields.number("people", (0.0, 1e6), None)
    if number is None:
        raise refuse(f"{where}.people", None, "how many people are due")
    return Practice(place.name, place.latitude, place.longitude, number, fields.day("due"))


def _mapping(field: str, found: object) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise refuse(field, type(found).__name__, "an object with named fields")
    return found


class _Fields:
    """Fields of an object, read one by one; a field with the default None that is not given is an error for words, None for numbers."""

    def __init__(self, values: Mapping[str, Any], known: tuple[str, ...], prefix: str = "") -> None:
        self.values, self._prefix = values, prefix
        if unknown := [key for key in values if key not in known]:
            raise refuse(f"{prefix}{unknown[0]}", "a field that is not known", f"one of {', '.join(known)}", known)

    def text(self, field: str, default: str | None) -> str:
        found = self.values.get(field)
        found = default if found is None else found
        if not isinstance(found, str) or len(found) > 200 or (default is None and not found.strip()):
            raise refuse(self._prefix + field, found, "a text of 1 to 200 characters")
        return found

    def one_of(self, field: str, valid: tuple[str, ...], default: str | None) -> str:
        found = self.values.get(field)
        found = default if found is None else found
        if found not in valid:
            raise refuse(self._prefix + field, found, f"one of {', '.join(valid)}", valid)
        return str(found)

    def number(self, field: str, between: tuple[float, float], default: float | None) -> float | None:
        found = self.values.get(field)
        if found is None:
            return default
        is_number = isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)
        if not is_number or not between[0] <= found <= between[1]:
            raise refuse(self._prefix + field, found, f"a number from {between[0]:g} to {between[1]:g}")
        return float(found)

    def whole(self, field: str, between: tuple[int, int], default: int | None) -> int | None:
        found = self.values.get(field)
        if found is None:
            return default
        if not isinstance(found, int) or isinstance(found, bool) or not between[0] <= found <= between[1]:
            raise refuse(self._prefix + field, found, f"a whole number from {between[0]} to {between[1]}")
        return found

    def flag(self, field: str) -> bool:
        found = self.values.get(field)
        if found is not None and not isinstance(found, bool):
            raise refuse(self._prefix + field, found, "true or false")
        return bool(found)

    def day(self, field: str) -> str | None:
        found = self.values.get(field)
        if found is None:
            return None
        try:
            return date.fromisoformat(str(found)).isoformat()
        except ValueError as error:
            raise refuse(self._prefix + field, found, "a day as 2027-01-31") from error

    def texts(self, field: str) -> tuple[str, ...]:
        found = self.values.get(field) or ()
        if not isinstance(found, list | tuple) or not all(isinstance(each, str) and each for each in found) or len(found) > _MOST_GIVEN:
            raise refuse(self._prefix + field, found, "a list of ids of candidates")
        return tuple(dict.fromkeys(found))
