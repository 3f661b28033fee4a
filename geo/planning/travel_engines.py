"""Minutes from an engine for routes that a site runs itself: OSRM, Valhalla or OpenRouteService, by their tables of durations.

Nothing is asked of any host that nobody named. Every question has a time limit; one that fails for a passing reason is asked again; what
the engine says is wrong is told in its own words, without the key.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import Transformer

from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.errors import PlanningError
from geo.planning.travel import Floats, Points

ENGINES = ("osrm", "valhalla", "openrouteservice")
# Places of one question, both ends together: OSRM's own limit is 100; Valhalla's and OpenRouteService's lie above 50 by 50.
PLACES_AT_ONCE = 100
TIMEOUT_S, TRIES, PAUSE_S = 20.0, 3, 0.5
# Passing reasons: too many requests, or the engine is being begun.
_PASSING = frozenset({408, 429, 502, 503, 504})
_LONGEST_ANSWER = 20_000_000

# Longitude, latitude in degrees.
Place = tuple[float, float]


@dataclass(frozen=True)
class Engine:
    """A site's own engine. kind: one of ENGINES; address: such as http://127.0.0.1:5000; profile: as the engine names it; key: or empty.

    pause: seconds between two tries.
    """

    kind: str
    address: str
    profile: str
    key: str = ""
    pause: float = PAUSE_S
    timeout: float = TIMEOUT_S

    @property
    def mode(self) -> str:
        """What one travels by, as the engine's profile says."""
        return f"{self.profile} by {self.kind}"

    @property
    def source(self) -> str:
        """Where the minutes come from."""
        return f"this site's {self.kind}, profile {self.profile}"

    def minutes(self, origins: Points, destinations: Points) -> Floats:
        """Minutes, shape (origins, destinations); infinite where the engine knows no way.

        Raises PlanningError where it does not answer, or answers what is no table of the size asked for.
        """
        to_degrees = Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True)
        here, there = (_places(to_degrees, points) for points in (origins, destinations))
        found = np.full((len(here), len(there)), np.inf)
        columns = min(len(there), PLACES_AT_ONCE // 2)
        rows = PLACES_AT_ONCE - columns
        for top in range(0, len(here), max(rows, 1)):
            for left in range(0, len(there), max(columns, 1)):
                part = self._table(here[top : top + rows], there[left : left + columns])
                found[top : top + rows, left : left + columns] = part
        return found

    def _table(self, here: Sequence[Place], there: Sequence[Place]) -> Floats:
        request, read = _QUESTIONS[self.kind](self, here, there)
        seconds = np.array([[np.nan if one is None else float(one) for one in row] for row in read(self._ask(request))], dtype=np.float64)
        if seconds.shape != (len(here), len(there)) or np.any(seconds < 0):
            raise PlanningError(
                f"{self.kind} was asked for {len(here)} x {len(there)} durations and answered {seconds.shape} or some below 0"
            )
        return np.where(np.isnan(seconds), np.inf, seconds / 60)

    def _ask(self, request: urllib.request.Request) -> Any:
        """The engine's answer as plain values, after as many tries as are sensible."""
        for left in reversed(range(TRIES)):
            try:
                with _OPENER.open(request, timeout=self.timeout) as answer:
                    return json.loads(answer.read(_LONGEST_ANSWER))
            except urllib.error.HTTPError as error:
                with error:
                    words = f"{self.kind} answered {error.code}: {error.read(200).decode(errors='replace')}"
                if error.code not in _PASSING:
                    raise PlanningError(words) from None
            except (OSError, TimeoutError) as error:
                words = f"{self.kind} at {self.address} does not answer: {getattr(error, 'reason', None) or error or 'time is up'}"
            except ValueError as error:
                raise PlanningError(f"{self.kind} answered something that is not JSON") from error
            if left:
                time.sleep(self.pause)
        raise PlanningError(f"{words} (asked {TRIES} times)")


class _StayPut(urllib.request.HTTPRedirectHandler):
    """Does not follow to another address: the key would travel along."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """There is no other request."""


# No proxy of the environment stands between: the address that was named is the one that is asked.
_OPENER = urllib.request.build_opener(_StayPut, urllib.request.ProxyHandler({}))

_Question = Callable[[Engine, Sequence[Place], Sequence[Place]], tuple[urllib.request.Request, Callable[[Any], Any]]]


def _osrm(engine: Engine, here: Sequence[Place], there: Sequence[Place]) -> tuple[urllib.request.Request, Callable[[Any], Any]]:
    places = ";".join(f"{longitude:.6f},{latitude:.6f}" for longitude, latitude in (*here, *there))
    sources = ";".join(map(str, range(len(here))))
    destinations = ";".join(map(str, range(len(here), len(here) + len(there))))
    address = f"{engine.address}/table/v1/{engine.profile}/{places}?annotations=duration&sources={sources}&destinations={destinations}"
    return urllib.request.Request(address), lambda answer: _part(engine, answer, "durations")


def _valhalla(engine: Engine, here: Sequence[Place], there: Sequence[Place]) -> tuple[urllib.request.Request, Callable[[Any], Any]]:
    ends = [[{"lat": latitude, "lon": longitude} for longitude, latitude in places] for places in (here, there)]
    body = {"sources": ends[0], "targets": ends[1], "costing": engine.profile}
    rows = lambda answer: [[trip.get("time") for trip in row] for row in _part(engine, answer, "sources_to_targets")]  # noqa: E731
    return _posted(f"{engine.address}/sources_to_targets", body, {}), rows


def _openrouteservice(engine: Engine, here: Sequence[Place], there: Sequence[Place]) -> tuple[urllib.request.Request, Callable[[Any], Any]]:
    order = range(len(here) + len(there))
    body = {
        "locations": [list(place) for place in (*here, *there)],
        "metrics": ["duration"],
        "sources": list(order[: len(here)]),
        "destinations": list(order[len(here) :]),
    }
    headers = {"Authorization": engine.key} if engine.key else {}
    return _posted(f"{engine.address}/v2/matrix/{engine.profile}", body, headers), lambda answer: _part(engine, answer, "durations")


_QUESTIONS: dict[str, _Question] = {"osrm": _osrm, "valhalla": _valhalla, "openrouteservice": _openrouteservice}


def _posted(address: str, body: dict[str, Any], headers: dict[str, str]) -> urllib.request.Request:
    return urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})


def _part(engine: Engine, answer: Any, name: str) -> Any:
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        said = str(answer.get("message") or answer.get("code") or answer.get("error") or "")[:200] if isinstance(answer, dict) else ""
        raise PlanningError(f"{engine.kind} answered without {name}: {said}")
    return found


def _places(to_degrees: Transformer, points: Points) -> list[Place]:
    longitude, latitude = to_degrees.transform(points[:, 0], points[:, 1])
    return list(zip(longitude.tolist(), latitude.tolist(), strict=True))
