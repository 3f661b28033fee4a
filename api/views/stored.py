"""Answers made of stored, gzipped bytes: their validator, 304, and plain bytes for who cannot unpack."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from functools import lru_cache

from django.http import HttpRequest, HttpResponse

from geo.tiles.blobs import Blob, decompress

# For addresses that carry a version: what they answer never changes.
IMMUTABLE = "public, max-age=31536000, immutable"
# For what can be replaced or withdrawn: kept, but asked after each time.
REVALIDATE = "public, no-cache"

# Smaller answers fit one packet anyway.
WORTH_PACKING = 1_400

_GZIP = 31  # zlib's way to name a stream with a gzip header


def send(request: HttpRequest, blob: Blob, *, content_type: str, cache_control: str) -> HttpResponse:
    """The blob as it is stored for who takes gzip, else unpacked; 304 where the asker holds it. The two forms have their own validators."""
    packed = takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f'"{blob.etag}"' if packed else f'"{blob.etag}-plain"'
    headers = {"ETag": etag, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if holds(request, etag):
        return HttpResponse(status=304, headers=headers)
    content = blob.read()
    if packed:
        headers["Content-Encoding"] = "gzip"
    else:
        content = decompress(content)
    headers["Content-Length"] = str(len(content))
    return HttpResponse(content, content_type=content_type, headers=headers)


def send_bytes(request: HttpRequest, content: bytes, *, content_type: str) -> HttpResponse:
    """Bytes made for this answer, revalidated each time by a validator of their content; gzip for who takes it, quickly packed."""
    packed = len(content) >= WORTH_PACKING and takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}{"" if packed else "-plain"}"'
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Vary": "Accept-Encoding"}
    if holds(request, etag):
        return HttpResponse(status=304, headers=headers)
    if packed:
        packer = zlib.compressobj(level=1, wbits=_GZIP)
        content = packer.compress(content) + packer.flush()
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(content))
    return HttpResponse(content, content_type=content_type, headers=headers)


def send_document(request: HttpRequest, document: Mapping[str, object]) -> HttpResponse:
    """A JSON document, revalidated each time."""
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return send_bytes(request, content, content_type="application/json")


def send_nothing(*, cache_control: str) -> HttpResponse:
    """204: there is such an address, and nothing lies there."""
    return HttpResponse(status=204, headers={"Cache-Control": cache_control})


def holds(request: HttpRequest, etag: str) -> bool:
    """Whether the asker says that it holds this very answer (If-None-Match; weak comparison, as caches on the way may have weakened it)."""
    held = request.META.get("HTTP_IF_NONE_MATCH")
    if held is None:
        return False
    return held.strip() == "*" or etag in (part.strip().removeprefix("W/") for part in held.split(","))


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether this Accept-Encoding header takes gzip: named, or everything is, and not with q=0."""
    shares: dict[str, float] = {}
    for part in accept_encoding.split(","):
        name, _, rest = part.strip().partition(";")
        key, _, number = rest.strip().partition("=")
        try:
            shares[name.strip().lower()] = float(number) if key.strip() == "q" else 1.0
        except ValueError:
            shares[name.strip().lower()] = 0.0
    return shares.get("gzip", shares.get("*", 0.0)) > 0
