"""Reading the value plane for a request."""

import json

from geo.codes import CELLS, GEOGRAPHIES
from geo.disclosure.claims import Claim, SliceFacts, refuse_dishonest
from geo.errors import HiidError, InputError, InvalidPeriod, RefusedClaim
from geo.statuses import Basis
from geo.tiles.blobs import Blob, decompress
from geo.tiles.caching import hot_blobs
from geo.tiles.layers import Slice, SliceName, check_release, find_slice
from geo.tiles.reading import read_binary
from geo.tiles.value_codec import ESTIMATES, decode, in_words


def find_value_file(release: str, name: SliceName, *, kind: str) -> Blob:
    """The stored file of a slice; kind is main, limits or estimates. Whether the release may be read is asked each time.

    Raises WithdrawnRelease, UnknownRelease, or the InputError that says which part of the name the release does not have; for
    estimates RefusedClaim, with the rule's name, where the figures cannot bear them.
    """
    keys = find_slice(release, check_release(release), name)
    values = _values(keys)
    rows = read_binary("tiles/value_file", {**values, "kind": kind})
    if not rows and kind == ESTIMATES:
        raise _without_estimates(keys, values)
    if not rows:
        raise HiidError(f"the release {release} has no {kind} file of {keys.layer}")
    number, etag = rows[0]
    return Blob(etag, lambda: hot_blobs.get(("value", number, etag), lambda: _read_content(number)))


def value_document(blob: Blob, *, kind: str) -> dict[str, object]:
    """The same file as plain lists and words, for readers without Arrow."""
    metadata, columns = decode(decompress(blob.read()))
    return in_words(kind, metadata, columns)


def _values(keys: Slice) -> dict[str, object]:
    names = ("release_id", "geography_id", "indicator_id", "period_id", "stratum_id")
    return {name: getattr(keys, name) for name in names}


def _without_estimates(keys: Slice, values: dict[str, object]) -> InputError:
    """Why a slice has no estimates: what the engine answered, else the rule of honesty, else what the engine asks of at all."""
    if keys.tileset == CELLS.slug:
        return RefusedClaim("modelled", "Figures of cells are modelled and their error is not known: estimates are made of areas.")
    ((definition, basis, reason, explanation, estimated),) = read_binary("tiles/without_estimates", values)
    if reason:
        return RefusedClaim(reason, explanation)
    if estimated is not None:
        said = "Estimates are made of the newest period alone."
        return InvalidPeriod(said, parameter="period", found=keys.period, valid=(estimated,))
    facts = SliceFacts.of(json.loads(definition), area_type=GEOGRAPHIES[keys.tileset].area_type, is_modelled=basis == int(Basis.MODELLED))
    try:
        refuse_dishonest(Claim.SHRINKAGE, facts)
    except RefusedClaim as refusal:
        return refusal
    return RefusedClaim("not_asked", "Estimates are made of 30 or more areas of a level at which somebody acts, in the newest period.")


def _read_content(number: int) -> bytes:
    rows = read_binary("tiles/value_file_content", {"id": number})
    if not rows:
        raise HiidError("the value file was replaced while it was being read")
    return bytes(rows[0][0])
