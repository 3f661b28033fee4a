"""Making the geometry plane: every vector tile of a geography or of the cells, z5-z12, with id and code of each and nothing else.

A tileset appears in one transaction: an interrupted making leaves no trace, the versions before it are served unharmed, and the
next call starts again (England's 33,755 neighbourhoods take seconds). The version is a digest of shapes, ids and the SQL that
draws them, so unchanged shapes are not drawn again, and a URL with a version never changes its bytes.
"""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from queue import SimpleQueue

import psycopg
from django.db import connection, transaction
from psycopg import sql
from psycopg.types.json import Jsonb

from geo.codes import Geography, tileset
from geo.errors import HiidError
from geo.models import Tileset
from geo.sqlfiles import SQL, statement
from geo.tiles.blobs import compress, digest
from geo.tiles.grid import MAXIMUM_ZOOM, MINIMUM_ZOOM, TileAddress, england_tiles

# Called with what is being made, how many parts are done, and how many there are.
Progress = Callable[[str, int, int], None]

# Connections that draw at the same time; more than the two cores of the smallest machine would only queue.
WORKERS = 2
# Below this zoom a tile and all its descendants are one statement; above it each tile is one, so that the work can be shared out.
SUBTREE_ZOOM = 8
VERSION_DIGITS = 12

_WORKER_SETTINGS = "SET work_mem = '64MB'; SET max_parallel_workers_per_gather = 0; SET jit = off"


@dataclass(frozen=True)
class _DrawnTile:
    address: TileAddress
    content: bytes
    etag: str


def build_tileset(geography_slug: str, *, progress: Progress | None = None) -> Tileset:
    """The complete tileset of the geography's present shapes: made now, or the one that stands already.

    Raises UnknownGeography for a geography without tiles, HiidError where none of its areas has a shape (nothing is changed), and
    RuntimeError inside a transaction, whose rows other connections would not see.
    """
    place = tileset(geography_slug)
    if connection.in_atomic_block:
        raise RuntimeError("build_tileset draws over several connections and cannot run inside a transaction")
    with _connect() as writer:
        writer.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        writer.execute("SELECT pg_advisory_xact_lock(hashtext('geo_tileset'), %s)", [place.id])
        tileset_id = _build(writer, place, progress or _silent)
    return Tileset.objects.get(id=tileset_id)


def current_version(geography_slug: str) -> str | None:
    """The version that the geography's present shapes and the present rules have; None where no area has a shape."""
    place = tileset(geography_slug)
    with connection.cursor() as cursor:
        cursor.execute(statement(_digesting(place)), {"geography_id": place.id})
        shapes_digest = cursor.fetchone()[0]
    return _version(place, shapes_digest) if shapes_digest else None


def drop_unused_tilesets() -> int:
    """Delete tilesets that are neither the newest of their geography nor named by a release; gives how many went."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement("tiles/drop_unused_tilesets"))
        return int(cursor.rowcount)


def _build(writer: psycopg.Connection, place: Geography, progress: Progress) -> int:
    row = writer.execute(statement(_digesting(place)).encode(), {"geography_id": place.id}).fetchone()
    if row is None or row[0] is None:
        raise HiidError(f"No area of {place.slug} has a shape, so it has no tiles.")
    version, features, bounds = _version(place, row[0]), row[1], [round(float(degrees), 6) for degrees in row[2:]]
    known = writer.execute(
        "SELECT id, is_complete FROM geo_tileset WHERE geography_id = %s AND version = %s", [place.id, version]
    ).fetchone()
    if known and known[1]:
        return int(known[0])
    opening = {
        "geography_id": place.id,
        "version": version,
        "minimum_zoom": MINIMUM_ZOOM,
        "maximum_zoom": MAXIMUM_ZOOM,
        "bounds": Jsonb(bounds),
        "features": features,
    }
    tileset_id = int(_one(writer, statement("tiles/begin_tileset"), opening))
    snapshot = _one(writer, "SELECT pg_export_snapshot()", {})
    tiles, size = _store(writer, tileset_id, _draw(snapshot, place, progress))
    writer.execute("UPDATE geo_tileset SET is_complete = TRUE, tiles = %s, bytes = %s WHERE id = %s", [tiles, size, tileset_id])
    return tileset_id


def _store(writer: psycopg.Connection, tileset_id: int, tiles: Iterator[_DrawnTile]) -> tuple[int, int]:
    """Write the tiles by COPY; gives their number and bytes."""
    number = size = 0
    with writer.cursor().copy("COPY geo_tile (tileset_id, z, x, y, content, etag) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "int2", "int4", "int4", "bytea", "text"])
        for tile in tiles:
            address = tile.address
            copy.write_row((tileset_id, address.z, address.x, address.y, tile.content, tile.etag))
            number += 1
            size += len(tile.content)
    return number, size


def _draw(snapshot: str, place: Geography, progress: Progress) -> Iterator[_DrawnTile]:
    """All tiles, drawn by several connections that see what the snapshot's owner sees; largest pieces of work first."""
    roots = [address for z in range(MINIMUM_ZOOM, SUBTREE_ZOOM + 1) for address in england_tiles(z)]
    with ExitStack() as stack:
        idle: SimpleQueue[psycopg.Connection] = SimpleQueue()
        for _ in range(WORKERS):
            worker = stack.enter_context(_connect())
            worker.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            worker.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(snapshot))
            worker.execute(_WORKER_SETTINGS)
            idle.put(worker)
        pool = ThreadPoolExecutor(WORKERS)
        stack.callback(pool.shutdown, cancel_futures=True)
        drawing = [pool.submit(_draw_subtree, idle, place, root) for root in roots]
        for done, future in enumerate(as_completed(drawing), start=1):
            yield from future.result()
            progress(place.slug, done, len(roots))


def _draw_subtree(idle: "SimpleQueue[psycopg.Connection]", place: Geography, root: TileAddress) -> list[_DrawnTile]:
    """The root tile and, from SUBTREE_ZOOM on, all tiles below it."""
    worker = idle.get()
    try:
        values = {
            "z": root.z,
            "x": root.x,
            "y": root.y,
            "last_z": MAXIMUM_ZOOM if root.z == SUBTREE_ZOOM else root.z,
            "geography_id": place.id,
            "layer": place.slug,
        }
        rows = worker.cursor(binary=True).execute(statement(_drawing(place)).encode(), values).fetchall()
    finally:
        idle.put(worker)
    packed = ((TileAddress(z, x, y), compress(content)) for z, x, y, content in rows)
    return [_DrawnTile(address, content, digest(content)) for address, content in packed]


def _one(writer: psycopg.Connection, query: str, values: dict[str, object]) -> str:
    """The first value of the one row that the statement gives, as text."""
    row = writer.execute(query.encode(), values).fetchone()
    if row is None:
        raise HiidError(f"no row from: {query}")
    return str(row[0])


def _drawing(place: Geography) -> str:
    """The statement that draws a subtree."""
    return "tiles/cell_tiles" if place.is_cells else "tiles/subtree_tiles"


def _digesting(place: Geography) -> str:
    """The statement that digests the shapes."""
    return "tiles/cells_digest" if place.is_cells else "tiles/shapes_digest"


def _version(place: Geography, shapes_digest: str) -> str:
    rules = [(SQL / name).read_bytes() for name in (f"{_drawing(place)}.sql", "functions/collapsed_square.sql")]
    return hashlib.sha256(b"\0".join([shapes_digest.encode(), *rules])).hexdigest()[:VERSION_DIGITS]


def _connect() -> psycopg.Connection:
    """A connection of our own to the database that Django uses: it lives as long as one piece of work and is in no pool."""
    parameters = connection.get_connection_params()
    for key in ("pool", "cursor_factory", "context", "server_side_binding", "assume_role"):
        parameters.pop(key, None)
    return psycopg.connect(**parameters)


def _silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
