"""What the views of the desk share: they take JSON or one file, answer JSON that nobody stores, and tell who saves something by a cookie.

A page of another site cannot write here on somebody's behalf: the cookie does not travel with its requests (SameSite), a JSON body needs
a preflight, and that names methods of reading alone; a file that is kept must come from a page of this site or from no page at all.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.exceptions import PermissionDenied, UnsupportedMediaType
from rest_framework.request import Request

from api.views.base import ReadView
from geo.errors import InputError, TooLarge, TooManyJobs

# So many answers that take a processor for up to a second are made at once in one process; who comes then waits, but not for ever.
HEAVY_AT_ONCE, LONGEST_WAIT_S = 2, 20.0
_places = BoundedSemaphore(HEAVY_AT_ONCE)
# A plan file of a whole region has about half of this.
LARGEST_BODY = 4_000_000
# What stands beside a file in a form: its fields and their borders.
_ENVELOPE = 20_000


class DeskView(ReadView):
    """A view that may write for whoever asks."""

    def options(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:  # type: ignore[override]
        """The methods there are, and nothing else."""
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    def body(self, request: Request, *fields: str) -> dict[str, Any]:
        """The JSON object that was sent; with `fields`, one that has no others.

        Raises UnsupportedMediaType, TooLarge, and InputError that names what is wrong.
        """
        plain: HttpRequest = request._request
        if plain.content_type != "application/json":
            raise UnsupportedMediaType(plain.content_type or "nothing", "Send application/json.")
        if int(plain.headers.get("Content-Length") or 0) > LARGEST_BODY or len(text := plain.read(LARGEST_BODY + 1)) > LARGEST_BODY:
            raise TooLarge(f"More than {LARGEST_BODY:,} bytes are not read here.")
        body = _object(text)
        if fields and (unknown := [name for name in body if name not in fields]):
            raise InputError(
                f"{unknown[0][:80]} is not a field here.", parameter=unknown[0], found="a field that is not known", valid=fields
            )
        return body

    def sent_file(self, request: Request, *fields: str, largest: int) -> tuple[bytes, str, dict[str, str]]:
        """The one file of a form with its name, and the texts beside it, of which those that are empty are left out.

        largest: bytes. Raises UnsupportedMediaType, TooLarge, and InputError that names what is wrong.
        """
        plain: HttpRequest = request._request
        if plain.content_type != "multipart/form-data":
            raise UnsupportedMediaType(plain.content_type or "nothing", "Send the file as multipart/form-data.")
        if int(plain.headers.get("Content-Length") or 0) > largest + _ENVELOPE:
            raise TooLarge(f"Files of more than {largest:,} bytes are not read here.")
        files = [file for name in plain.FILES for file in plain.FILES.getlist(name)]
        if list(plain.FILES) != ["file"] or len(files) != 1:
            found = ", ".join(plain.FILES) or "no file"
            raise InputError("One file is wanted, in the field `file`.", parameter="file", found=found[:60], valid=("one file",))
        content = bytes(files[0].read(largest + 1))
        if len(content) > largest:
            raise TooLarge(f"Files of more than {largest:,} bytes are not read here.")
        unknown = [name for name in plain.POST if name not in fields]
        if unknown:
            raise InputError("There is no such field here.", parameter=unknown[0][:60], found=unknown[0][:60], valid=fields)
        return content, str(files[0].name), {name: str(text) for name, text in plain.POST.items() if text}


def refuse_other_sites(plain: HttpRequest) -> None:
    """Raise PermissionDenied where a page of another site sent this: a form needs no preflight, and its answer would give a new key."""
    origin = plain.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != plain.get_host():
        raise PermissionDenied("A page of another site sent this. Files are kept only from pages of this one, or from a program.")


@contextmanager
def heavy() -> Iterator[None]:
    """A place among the heavy answers. Raises TooManyJobs where none becomes free in time."""
    if not _places.acquire(timeout=LONGEST_WAIT_S):
        raise TooManyJobs("Too much is being worked out here at the moment. Please try again in a minute.")
    try:
        yield
    finally:
        _places.release()


def unstored(answer: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """An answer that is asked for anew each time."""
    response = JsonResponse(answer, status=status, json_dumps_params={"ensure_ascii": False, "allow_nan": False})
    response["Cache-Control"] = "no-store"
    return response


def _object(text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"The body is not JSON: {error}", parameter="body", found=text[:40].decode(errors="replace"), valid=("JSON",)
        ) from error
    if not isinstance(body, dict):
        raise InputError("The body must be a JSON object.", parameter="body", found=type(body).__name__, valid=("an object",))
    if b"\\u0000" in text or b"\0" in text:
        raise InputError("The body holds the character NUL, which no text here can.", parameter="body", found="NUL", valid=("text",))
    return body


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number in JSON")
