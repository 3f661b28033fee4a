"""Reading the geometry plane for a request: which tilesets there are, and the bytes of a stored tile.

A process keeps the list of addresses and validators of each tileset version that it was asked for (some 6,000 entries), so an empty
tile and an unchanged one are answered without a query, and a hot tile from memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from geo.codes import TILESETS, tileset
from geo.errors import InvalidTileAddress
from geo.tiles.blobs import Blob
from geo.tiles.caching import hot_blobs
from geo.tiles.grid import TileAddress, can_hold_england
from geo.tiles.reading import read_binary


@dataclass(frozen=True)
class StoredTileset:
    """One complete version of the tiles of a geography. bounds: west, south, east, north in degrees. features: areas with a shape."""

    id: int
    slug: str
    version: str
    minimum_zoom: int
    maximum_zoom: int
    bounds: tuple[float, ...]
    features: int

    @property
    def title(self) -> str:
        """The geography's name for people."""
        return tileset(self.slug).title


# Complete versions never change, so what was found once stays; a tileset that was deleted is noticed when its bytes are gone.
_directories: dict[tuple[str, str], tuple[StoredTileset, Mapping[int, str]]] = {}


def find_tile(slug: str, version: str, address: TileAddress) -> Blob | None:
    """The stored tile, or None where the tile is empty. Raises InvalidTileAddress for an unknown tileset or version.

    Outside the box around England nothing is asked of the database, not even whether the version exists.
    """
    if slug in TILESETS and not can_hold_england(address):
        return None
    tileset, etags = _directory(slug, version)
    etag = etags.get(address.key())
    if etag is None:
        return None
    return Blob(etag, lambda: hot_blobs.get(("tile", etag), lambda: _read_content(tileset, address, etag)))


def current_tileset(slug: str) -> StoredTileset:
    """The version that clients should draw: the current release's, else the newest complete one.

    Raises InvalidTileAddress where there is no such tileset, listing those there can be.
    """
    if slug not in TILESETS:
        raise _unknown(slug)
    found = _query("tiles/current_tileset", {"slug": slug})
    if found is None:
        raise InvalidTileAddress(f"The tileset {slug!r} is not available: it has not been made here.", parameter="tileset", found=slug)
    return found


def forget_tilesets() -> None:
    """Forget what is known of tilesets in this process."""
    _directories.clear()


def _directory(slug: str, version: str) -> tuple[StoredTileset, Mapping[int, str]]:
    known = _directories.get((slug, version))
    if known is not None:
        return known
    if slug not in TILESETS:
        raise _unknown(slug)
    tileset = _query("tiles/known_tileset", {"slug": slug, "version": version})
    if tileset is None:
        raise InvalidTileAddress(
            f"The tileset {slug!r} has no version {version!r}; /tiles/{slug}.json names the current one.",
            parameter="version",
            found=version,
        )
    rows = read_binary("tiles/tile_directory", {"tileset_id": tileset.id})
    etags = {TileAddress(z, x, y).key(): etag for z, x, y, etag in rows}
    _directories[slug, version] = (tileset, etags)
    return tileset, etags


def _query(name: str, values: dict[str, object]) -> StoredTileset | None:
    rows = read_binary(name, values)
    if not rows:
        return None
    number, slug, version, minimum_zoom, maximum_zoom, bounds, features = rows[0]
    return StoredTileset(number, slug, version, minimum_zoom, maximum_zoom, tuple(bounds), features)


def _read_content(tileset: StoredTileset, address: TileAddress, etag: str) -> bytes:
    """The tile's bytes; where the tileset was deleted since, those of the same version made anew, which are the same.

    The bytes are asked for with their validator: after a database was made anew the same id may be another tileset's.
    """
    for _ in range(2):
        values = {"tileset_id": tileset.id, "z": address.z, "x": address.x, "y": address.y, "etag": etag}
        rows = read_binary("tiles/stored_tile", values)
        if rows:
            return bytes(rows[0][0])
        _directories.pop((tileset.slug, tileset.version), None)
        tileset, _etags = _directory(tileset.slug, tileset.version)
    raise InvalidTileAddress(f"There is no tile {address}.", parameter="address", found=str(address))


def _unknown(slug: str) -> InvalidTileAddress:
    return InvalidTileAddress(f"There is no tileset {slug!r}.", parameter="tileset", found=slug, valid=TILESETS)
