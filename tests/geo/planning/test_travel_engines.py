"""The three engines, spoken to over HTTP on this machine: tables put together from parts, units, failures that pass and that do not."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from pyproj import Transformer

from geo.errors import PlanningError
from geo.planning.travel_engines import ENGINES, PLACES_AT_ONCE, Engine

TO_GRID = Transformer.from_crs(4326, 27700, always_xy=True)
# In this made-up country everybody drives at 10 m/s as the crow flies.
METRES_A_SECOND = 10.0


class Fake(BaseHTTPRequestHandler):
    """Answers as the engine of its path does; what goes wrong is said by the server's `faults`, each used up once."""

    def log_message(self, *args):
        """Nothing."""

    def do_GET(self):
        kind, places, sources, destinations = self._osrm()
        self._answer(kind, places, sources, destinations)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/sources_to_targets":
            ends = [[(place["lon"], place["lat"]) for place in body[name]] for name in ("sources", "targets")]
            self._answer("valhalla", ends[0] + ends[1], range(len(ends[0])), range(len(ends[0]), len(ends[0]) + len(ends[1])))
        else:
            assert self.path == "/v2/matrix/driving-car"
            self._answer("openrouteservice", [tuple(one) for one in body["locations"]], body["sources"], body["destinations"])

    def _osrm(self):
        address = urlsplit(self.path)
        assert address.path.startswith("/table/v1/driving/")
        query = {
            name: [int(one) for one in value[0].split(";")] for name, value in parse_qs(address.query).items() if name != "annotations"
        }
        places = [tuple(map(float, one.split(","))) for one in address.path.rsplit("/", 1)[1].split(";")]
        return "osrm", places, query["sources"], query["destinations"]

    def _answer(self, kind, places, sources, destinations):
        self.server.asked.append((kind, len(places), self.headers.get("Authorization")))
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault is not None:
            self._send(*fault)
            return
        points = np.column_stack(TO_GRID.transform(*np.array(places).T))
        here, there = points[list(sources)], points[list(destinations)]
        seconds = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)) / METRES_A_SECOND
        rows = [[None if one > self.server.furthest else one for one in row] for row in seconds.tolist()]
        if kind == "valhalla":
            self._send(200, {"sources_to_targets": [[{"time": one} for one in row] for row in rows]})
        else:
            self._send(200, {"code": "Ok", "durations": rows})

    def _send(self, status, body):
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.fixture
def server():
    """A made-up engine on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Fake) as serving:
        serving.asked, serving.faults, serving.furthest = [], [], np.inf
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


def an_engine(server, kind="osrm", **fields):
    profile = {"osrm": "driving", "valhalla": "auto", "openrouteservice": "driving-car"}[kind]
    return Engine(kind, f"http://127.0.0.1:{server.server_address[1]}", profile, **{"pause": 0.01, "timeout": 5.0, **fields})


def places(amount, seed=0):
    return np.random.default_rng(seed).uniform(0, 30_000, (amount, 2)) + np.array([440_000, 200_000])


@pytest.mark.parametrize("kind", ENGINES)
def test_every_engine_gives_minutes_of_a_table_put_together_from_parts(server, kind):
    origins, destinations = places(123), places(61, 1)

    minutes = an_engine(server, kind).minutes(origins, destinations)

    true = np.hypot(*(origins[:, None] - destinations[None]).transpose(2, 0, 1)) / METRES_A_SECOND / 60
    assert np.allclose(minutes, true, atol=0.01)
    assert all(size <= PLACES_AT_ONCE for _, size, _ in server.asked)
    assert len(server.asked) == 6
    assert an_engine(server, kind).mode.endswith(kind)


@pytest.mark.parametrize("kind", ENGINES)
def test_where_the_engine_knows_no_way_minutes_are_infinite(server, kind):
    server.furthest = 300.0
    origins = np.array([[440_000.0, 200_000.0], [470_000.0, 200_000.0]])

    minutes = an_engine(server, kind).minutes(origins, origins)

    assert np.isinf(minutes).tolist() == [[False, True], [True, False]]


def test_the_key_travels_to_openrouteservice_alone(server):
    for kind in ENGINES:
        an_engine(server, kind, key="secret").minutes(places(1), places(1))

    assert [key for _, _, key in server.asked] == [None, None, "secret"]


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_may_pass_is_asked_again(server, status):
    server.faults = [(status, {}), (status, {})]

    assert an_engine(server).minutes(places(1), places(1)).shape == (1, 1)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ([(503, {"message": "loading"})] * 3, "503.*loading.*asked 3 times"),
        ([(400, {"message": "Coordinate is invalid"})], "400.*Coordinate is invalid"),
        ([(401, {"error": "no key"})], "401"),
        ([(302, b"")], "302"),
        ([(200, b"<html>")], "not JSON"),
        ([(200, [])], "without durations"),
        ([(200, {"code": "InvalidQuery", "message": "too many"})], "without durations: too many"),
        ([(200, {"durations": [[1.0, 2.0]]})], "asked for 1 x 1"),
        ([(200, {"durations": [[-1.0]]})], "below 0"),
    ],
)
def test_what_does_not_pass_is_told_in_the_engines_words_and_never_with_the_key(server, faults, words):
    server.faults = list(faults)

    with pytest.raises(PlanningError, match=words) as told:
        an_engine(server, key="secret").minutes(places(1), places(1))

    assert "secret" not in str(told.value)
    assert len(server.asked) == len(faults)


def test_an_engine_that_does_not_answer_is_given_up():
    with pytest.raises(PlanningError, match=r"does not answer.*asked 3 times"):
        Engine("osrm", "http://127.0.0.1:1", "driving", pause=0.01, timeout=0.5).minutes(places(1), places(1))


def test_no_places_are_no_question(server):
    assert an_engine(server).minutes(places(0), places(3)).shape == (0, 3)
    assert server.asked == []
