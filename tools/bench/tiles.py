"""How fast tiles are, as ratios within one run: a stored tile against an empty view behind the same server, a drawn tile against raw SQL.

Each round asks every target once for the same short time, in turns, over a fixed number of connections of one local client; the
median round counts. Also: bytes of value files. Needs a database with a current release, tiles and value files. Prints Markdown.
"""

import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import django

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 4
ROUNDS = 5
ROUND_S = 2.0
TILES = 150
SEED = 7

EMPTY = """
from django.http import HttpResponse
from django.urls import include, path
urlpatterns = [path("tiles/empty.mvt", lambda request: HttpResponse(b"")), path("", include("hiid.urls"))]
"""


VALUE_BYTES = """
SELECT
    geography.slug,
    file.kind,
    count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY octet_length(file.content)),
    max(octet_length(file.content))
FROM geo_valuefile AS file
INNER JOIN geo_geography AS geography ON geography.id = file.geography_id
INNER JOIN geo_release AS release ON release.id = file.release_id AND release.is_current
WHERE geography.slug IN ('lsoa11', 'lsoa21', 'msoa21', 'lad24')
GROUP BY geography.slug, file.kind
ORDER BY geography.slug, file.kind DESC
"""


def main() -> None:
    """Start the server, measure, print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
    django.setup()
    from django.db import connection

    release, version, layer, addresses = choose()
    folder = Path(tempfile.mkdtemp(prefix="hiid-bench-"))
    (folder / "bench_urls.py").write_text(EMPTY)
    (folder / "bench_settings.py").write_text('from hiid.settings import *\nROOT_URLCONF = "bench_urls"\n')
    server, port = serve(folder)
    try:
        stored = [f"/tiles/lsoa21@{version}/{z}/{x}/{y}.mvt" for z, x, y in addresses]
        drawn = [f"/layers/{release}/{layer}/{z}/{x}/{y}.mvt" for z, x, y in addresses]
        targets: dict[str, Callable[[], float]] = {
            "empty view": lambda: http_rate(port, ["/tiles/empty.mvt"]),
            "stored tile": lambda: http_rate(port, stored),
            "drawn tile": lambda: http_rate(port, drawn),
            "raw SQL": lambda: sql_rate(connection.get_connection_params(), release, layer, addresses),
        }
        rates = measure(targets)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)
    report(rates, len(addresses), connection)


def choose() -> tuple[str, str, str, list[tuple[int, int, int]]]:
    """The current release, its lsoa21 version, one of its layers, and filled tiles z10-z12."""
    from geo.models import Availability, Release, Tile

    release = Release.objects.get(is_current=True)
    version = release.tilesets["lsoa21"]
    held = Availability.objects.filter(release=release, geography__slug="lsoa21").order_by("-values", "id").first()
    if held is None:
        sys.exit("The current release has nothing for lsoa21.")
    layer = f"lsoa21.{held.indicator.slug}.{held.period.slug}.{held.stratum.slug}"
    filled = list(Tile.objects.filter(tileset__version=version, z__gte=10).order_by("z", "x", "y").values_list("z", "x", "y"))
    return release.slug, version, layer, random.Random(SEED).sample(filled, min(TILES, len(filled)))


def serve(folder: Path) -> tuple["subprocess.Popen[bytes]", int]:
    """One worker with threads, production settings, and an empty view beside the real ones."""
    port = 20_000 + os.getpid() % 20_000
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench_settings", "PYTHONPATH": f"{folder}:{ROOT}"}
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "-w", "2", "--threads", "4", "-b", f"127.0.0.1:{port}", "hiid.wsgi"]
    server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=environment)
    for _ in range(60):
        time.sleep(0.5)
        try:
            urlopen(f"http://127.0.0.1:{port}/tiles/empty.mvt", timeout=2)
        except OSError:
            continue
        return server, port
    server.terminate()
    sys.exit("The server did not start.")


def measure(targets: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Median rate of each target over rounds in shuffled order; the first round only warms up."""
    order, rates = list(targets), {name: [] for name in targets}
    for number in range(ROUNDS + 1):
        random.Random(number).shuffle(order)
        for name in order:
            rate = targets[name]()
            if number:
                rates[name].append(rate)
    return {name: statistics.median(found) for name, found in rates.items()}


def together(work: Callable[[int, float], int]) -> float:
    """Calls per second of CLIENTS threads that work until the round ends."""
    done = [0] * CLIENTS
    began = time.perf_counter()

    def run(number: int) -> None:
        done[number] = work(number, began + ROUND_S)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def http_rate(port: int, paths: list[str]) -> float:
    """Answers per second; each thread keeps one connection."""

    packed = "Accept-Encoding: gzip\r\n" if paths[0].startswith("/tiles/") else ""
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{packed}\r\n".encode() for path in paths]

    def work(number: int, until: float) -> int:
        done = start = number * 37
        with socket.create_connection(("127.0.0.1", port)) as link:
            while time.perf_counter() < until:
                link.sendall(requests[done % len(requests)])
                read_answer(link)
                done += 1
        return done - start

    return together(work)


def read_answer(link: socket.socket) -> None:
    """Read one answer whole, with as little work as can be: the client shares the cores with what it measures."""
    content = link.recv(1 << 18)
    while (end := content.find(b"\r\n\r\n")) < 0:
        content += link.recv(1 << 18)
    head = content[:end].lower()
    if not head.startswith((b"http/1.1 200", b"http/1.1 204")):
        sys.exit(head.split(b"\r\n")[0].decode())
    _, _, rest = head.partition(b"content-length: ")
    left = (int(rest.partition(b"\r")[0]) if rest else 0) - (len(content) - end - 4)
    while left > 0:
        left -= len(link.recv(1 << 18))


def sql_rate(parameters: dict[str, object], release: str, layer: str, addresses: list[tuple[int, int, int]]) -> float:
    """The same tiles straight from the drawing function, without a web server: the limit of what can be had."""
    import psycopg

    from geo.sqlfiles import statement
    from geo.tiles.finished_tiles import area_values
    from geo.tiles.grid import TileAddress
    from geo.tiles.layers import find_layer

    found = find_layer(release, layer)
    for key in ("pool", "cursor_factory", "context", "server_side_binding", "assume_role"):
        parameters.pop(key, None)

    def work(number: int, until: float) -> int:
        with psycopg.connect(**parameters, autocommit=True) as connection, connection.cursor(binary=True) as cursor:
            done = start = number * 37
            while time.perf_counter() < until:
                cursor.execute(statement("tiles/area_layer_tile"), area_values(found, TileAddress(*addresses[done % len(addresses)])))
                cursor.fetchall()
                done += 1
            return done - start

    return together(work)


def report(rates: dict[str, float], tiles: int, connection: Any) -> None:
    """The tables, as Markdown."""
    print(f"\n{tiles} tiles z10-z12 of lsoa21, {CLIENTS} connections, {ROUNDS} rounds of {ROUND_S:g} s, median\n")
    print("| what | a second | ratio | wanted |\n|---|---|---|---|")
    pairs = (
        ("empty view", "empty view", ""),
        ("stored tile", "empty view", ">= 0.80"),
        ("raw SQL", "raw SQL", ""),
        ("drawn tile", "raw SQL", ">= 0.75"),
    )
    for name, against, wanted in pairs:
        print(f"| {name} | {rates[name]:,.0f} | {rates[name] / rates[against]:.2f} of {against} | {wanted} |")
    print(f"| stored tile | {rates['stored tile']:,.0f} | {rates['stored tile'] / rates['drawn tile']:.1f} x drawn tile | |")
    with connection.cursor() as cursor:
        cursor.execute(VALUE_BYTES)
        rows = cursor.fetchall()
    print("\n| tileset | kind | files | median bytes | largest |\n|---|---|---|---|---|")
    for slug, kind, files, median, largest in rows:
        print(f"| {slug} | {kind} | {files} | {median:,.0f} | {largest:,} |")


if __name__ == "__main__":
    main()
