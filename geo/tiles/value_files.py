"""Reading the value plane for a request."""

from geo.errors import HiidError
from geo.tiles.blobs import Blob, decompress
from geo.tiles.caching import hot_blobs
from geo.tiles.layers import SliceName, check_release, find_slice
from geo.tiles.reading import read_binary
from geo.tiles.value_codec import decode, in_words


def find_value_file(release: str, name: SliceName, *, kind: str) -> Blob:
    """The stored file of a slice; kind is main or limits. Whether the release may be read is asked each time.

    Raises WithdrawnRelease, UnknownRelease, or the InputError that says which part of the name the release does not have.
    """
    keys = find_slice(release, check_release(release), name)
    values = {
        "release_id": keys.release_id,
        "geography_id": keys.geography_id,
        "indicator_id": keys.indicator_id,
        "period_id": keys.period_id,
        "stratum_id": keys.stratum_id,
        "kind": kind,
    }
    rows = read_binary("tiles/value_file", values)
    if not rows:
        raise HiidError(f"the release {release} has no {kind} file of {keys.layer}")
    number, etag = rows[0]
    return Blob(etag, lambda: hot_blobs.get(("value", number, etag), lambda: _read_content(number)))


def value_document(blob: Blob, *, kind: str) -> dict[str, object]:
    """The same file as plain lists and words, for readers without Arrow."""
    metadata, columns = decode(decompress(blob.read()))
    return in_words(kind, metadata, columns)


def _read_content(number: int) -> bytes:
    rows = read_binary("tiles/value_file_content", {"id": number})
    if not rows:
        raise HiidError("the value file was replaced while it was being read")
    return bytes(rows[0][0])
