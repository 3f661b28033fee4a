"""The one table from exceptions to HTTP answers, and the one shape in which all of them are told: problem details (RFC 9457)."""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

from geo import errors

CONTENT_TYPE = "application/problem+json"
METHODS = "GET, HEAD, OPTIONS"

# The narrowest class that fits decides. What a parameter names wrongly is 400; what the path itself names and is not there is 404.
STATUSES: dict[type[errors.HiidError], int] = {
    errors.WithdrawnRelease: 410,
    errors.InvalidTileAddress: 404,
    errors.RefusedClaim: 422,
    errors.InputError: 400,
    errors.NotYours: 403,
    errors.TooLarge: 413,
    errors.TooManyJobs: 429,
    errors.TooManySaved: 429,
    errors.PlanningError: 422,
    errors.NothingPublished: 503,
    errors.TookTooLong: 503,
    errors.TooManyDownloads: 503,
    errors.HiidError: 500,
}

TITLES = {
    400: "The request cannot be understood",
    403: "This is not yours to change",
    404: "There is nothing here",
    405: "This address does not take this method",
    406: "This format is not on offer",
    410: "Withdrawn",
    413: "This is too large",
    415: "This is sent in a form that is not read here",
    422: "These figures cannot answer this",
    429: "Too much is asked for at once",
    500: "Something went wrong on our side",
    503: "Not available now",
}

# Longer input is cut where it is repeated in an answer.
LONGEST_ECHO = 80

logger = logging.getLogger(__name__)


def problem_of(error: Exception, *, path_names: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The problem details of an exception; `path_names` are the names in the path. An unforeseen one tells nothing but a reference."""
    if isinstance(error, errors.HiidError):
        return _named(error, path_names or {})
    if isinstance(error, Http404):
        return _problem(404, "No resource has this address. The addresses are listed at /api/docs/.")
    if isinstance(error, SuspiciousOperation):
        return _problem(400, "The request is malformed, or has more parameters than anything here takes.")
    if isinstance(error, exceptions.APIException):
        return _problem(error.status_code, str(error.detail))
    reference = secrets.token_hex(6)
    if isinstance(error, OperationalError):
        logger.error("reference %s: the database does not answer: %s", reference, error)
        return _problem(503, "The database does not answer at the moment. Please try again in a minute.", reference=reference)
    logger.error("reference %s", reference, exc_info=error)
    return _problem(500, "An error that we did not foresee. Please quote the reference.", reference=reference)


def answer(problem: Mapping[str, Any]) -> HttpResponse:
    """The problem as a plain Django answer that nobody stores."""
    response = JsonResponse(dict(problem), status=problem["status"], content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """REST framework's exception handler."""
    set_rollback()
    response = answer(problem_of(error, path_names=context.get("kwargs")))
    if isinstance(error, exceptions.MethodNotAllowed):
        view = context.get("view")
        response["Allow"] = ", ".join(view.allowed_methods) if view else METHODS
    return response


def not_found(request: HttpRequest, **_: str) -> HttpResponse:
    """For every address below the machine-readable paths that no other route takes."""
    return answer(problem_of(Http404()))


def _named(error: errors.HiidError, path_names: Mapping[str, Any]) -> dict[str, Any]:
    status = _status(type(error))
    if status == 500:
        reference = secrets.token_hex(6)
        logger.error("reference %s", reference, exc_info=error)
        return _problem(500, "An error that we did not foresee. Please quote the reference.", reference=reference)
    details: list[dict[str, Any]] = []
    if isinstance(error, errors.InputError) and error.parameter:
        if status == 400 and error.parameter in path_names:
            status = 404
        details = [{"parameter": shorten(error.parameter), "found": shorten(error.found), "valid": list(error.valid)}]
    return _problem(status, shorten(str(error), 400), name=type(error).__name__, details=details)


def list_kinds() -> list[dict[str, Any]]:
    """Every named kind of problem with its status and meaning, for the docs page."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.HiidError)]
    told = [kind for kind in kinds if _status(kind) < 500 or (kind in STATUSES and kind is not errors.HiidError)]
    return [
        {"kind": _kebab(kind.__name__), "status": _status(kind), "words": (kind.__doc__ or "").strip().splitlines()[0]} for kind in told
    ]


def _status(kind: type[errors.HiidError]) -> int:
    return next(STATUSES[ancestor] for ancestor in kind.__mro__ if ancestor in STATUSES)


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _problem(
    status: int, detail: str, *, name: str = "", details: list[dict[str, Any]] | None = None, reference: str | None = None
) -> dict[str, Any]:
    return {
        "type": f"/api/docs/#problem-{_kebab(name)}" if name else "about:blank",
        "title": TITLES.get(status, "The request failed"),
        "status": status,
        "detail": detail,
        "errors": details or [],
        "reference": reference,
    }


def shorten(text: str, length: int = LONGEST_ECHO) -> str:
    """The text, cut where it is longer, with anything unprintable made visible."""
    visible = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[: length + 1])
    return visible if len(visible) <= length else visible[: length - 1] + "…"
