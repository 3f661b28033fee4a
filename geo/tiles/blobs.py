"""Stored bytes: gzip that is always the same for the same content, and its strong validator."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass

ETAG_DIGITS = 32

_GZIP_WINDOW = 31  # zlib's way to ask for a gzip header; it carries no time, so that the same content gives the same bytes


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes as they go out: gzip, their strong validator, and a way to read them (a query where they are not at hand)."""

    etag: str
    read: Callable[[], bytes]


def compress(content: bytes) -> bytes:
    """The content as gzip, always the same bytes for the same content."""
    packer = zlib.compressobj(level=6, wbits=_GZIP_WINDOW)
    return packer.compress(content) + packer.flush()


def decompress(content: bytes) -> bytes:
    """What `compress` was given. Raises zlib.error for bytes that are no gzip."""
    return zlib.decompress(content, _GZIP_WINDOW)


def digest(content: bytes) -> str:
    """The strong validator of a stored blob: the first 32 hexadecimal digits of its sha256."""
    return hashlib.sha256(content).hexdigest()[:ETAG_DIGITS]
