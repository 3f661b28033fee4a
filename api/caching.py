"""Answers are kept by whoever asked and revalidated each time, for a release can be withdrawn: ETag and 304, without reading twice."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

REVALIDATE = "public, max-age=0, must-revalidate"


def etag_of(request: HttpRequest, *parts: object) -> str:
    """A weak tag for what this address answers, given what its answer depends on (release, stamp of the loaded files) and our code."""
    address = f"{request.get_host()}{request.path}?{request.GET.urlencode()}"
    text = "\n".join([_code_digest(), request.scheme or "", address, *map(str, parts)])
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 where the asker holds this very answer, else None."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    # Weak comparison, as RFC 9110 has it: caches on the way may have weakened a tag, and clients may have lost its mark.
    if held != ["*"] and etag.removeprefix("W/") not in {tag.removeprefix("W/") for tag in held}:
        return None
    response = HttpResponseNotModified(headers={"Vary": "Accept-Encoding"})
    mark(response, etag)
    return response


def mark(response: HttpResponseBase, etag: str) -> None:
    """Write the tag on an answer, and that it must be revalidated."""
    response["ETag"] = etag
    response["Cache-Control"] = REVALIDATE


@cache
def _code_digest() -> str:
    """A digest of the code that shapes answers: another version of the service gives other tags."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for folder, pattern in (
        (here, "**/*.py"),
        (here.parent / "geo" / "queries", "*.py"),
        (here.parent / "geo" / "sql" / "queries", "*.sql"),
    ):
        for path in sorted(folder.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
