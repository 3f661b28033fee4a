"""Finished tiles: geometry and the values of one slice together, drawn to order, for clients that do not join value files.

One round trip a tile: the keys of a layer are known to the process, and the function itself looks whether the release still stands.
The time limit is that of the connection: the web server opens its connections with one (hiid.wsgi), so none is set for each tile.
"""

from django.db import OperationalError
from psycopg.errors import QueryCanceled

from geo.errors import TookTooLong
from geo.statuses import Basis, Comparison, Reason, Status, word
from geo.tiles.grid import TileAddress, can_hold_england
from geo.tiles.layers import SiteLayer, Slice, check_release, find_layer
from geo.tiles.reading import read_binary

_WORDS = {
    "status_words": [word(member) for member in Status],
    "basis_words": [word(member) for member in Basis],
    "comparison_words": [word(member) for member in Comparison],
    "reason_words": [word(member) for member in Reason],
}

# Layers that were found in published releases; a withdrawn release is noticed by the drawing function.
_known: dict[tuple[str, str], tuple[int, Slice | SiteLayer]] = {}
# More layers than one release has; beyond, all are looked up anew.
_KNOWN_BOUND = 8192


def draw_tile(release: str, layer: str, address: TileAddress) -> bytes:
    """The tile, not packed; empty where nothing lies.

    Raises the InputError that names what the release does not have, WithdrawnRelease, and TookTooLong past the time limit.
    """
    for _ in range(2):
        release_id, found = _find(release, layer)
        if not can_hold_england(address):
            return b""
        drawn = _draw(release_id, found, address)
        if drawn is not None:
            return drawn
        # Withdrawn, which looking it up again tells, or built anew under the same name.
        _known.pop((release, layer), None)
    return b""


def layer_title(found: Slice | SiteLayer) -> str:
    """The name under which the features stand in the tile: the tileset, or the kind of site."""
    return found.tileset if isinstance(found, Slice) else found.kind


def area_values(found: Slice, address: TileAddress) -> dict[str, object]:
    """The values that the statement of a finished area tile is run with."""
    return {
        "z": address.z,
        "x": address.x,
        "y": address.y,
        "layer": found.tileset,
        "release_id": found.release_id,
        "indicator_id": found.indicator_id,
        "geography_id": found.geography_id,
        "period_id": found.period_id,
        "stratum_id": found.stratum_id,
        **_WORDS,
    }


def _find(release: str, layer: str) -> tuple[int, Slice | SiteLayer]:
    known = _known.get((release, layer))
    if known is None:
        found = find_layer(release, layer)
        known = (found.release_id if isinstance(found, Slice) else check_release(release), found)
        if len(_known) >= _KNOWN_BOUND:
            _known.clear()
        _known[release, layer] = known
    return known


def _draw(release_id: int, found: Slice | SiteLayer, address: TileAddress) -> bytes | None:
    if isinstance(found, Slice):
        return _run("tiles/area_layer_tile", area_values(found, address))
    place = {"z": address.z, "x": address.x, "y": address.y}
    return _run("tiles/site_layer_tile", {**place, "layer": found.kind, "release_id": release_id, "kind": found.kind})


def _run(name: str, values: dict[str, object]) -> bytes | None:
    try:
        rows = read_binary(name, values)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong("Drawing this tile took too long and was stopped. Ask for a deeper zoom.") from error
        raise
    drawn: bytes | None = rows[0][0]
    return drawn
