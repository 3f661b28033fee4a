"""What every machine-readable answer has in common: it may be read from any site, and its errors have one shape.

Cross-origin access is one constant header here and not django-cors-headers: the service is public, reads no cookie and takes no
credentials, so there is nothing to configure, and the header also belongs on 304s and errors.
"""

import time
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from rest_framework import exceptions

from api import errors, metrics
from api.views.stored import takes_gzip

PREFIXES = ("/api/", "/tiles/", "/values/", "/layers/", "/styles/", "/healthz", "/readyz", "/metrics")


class Negotiation:
    """Accept-Encoding is read in one way for every answer, and what does not say how long it keeps is asked after each time.

    Django's own gzip looks for the word only, and so packs for who refuses it with `gzip;q=0`. Pages and look-ups show a release,
    which can be withdrawn.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer to the same request, with an encoding that the asker takes."""
        if "HTTP_ACCEPT_ENCODING" in request.META:
            request.META["HTTP_ACCEPT_ENCODING"] = "gzip" if takes_gzip(request.META["HTTP_ACCEPT_ENCODING"]) else "identity"
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


class OpenReading:
    """Lets other sites read, answers their preflight questions, turns any other error page into problem details, and counts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with the header that lets any site read it; pages pass untouched."""
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        began = time.perf_counter()
        response = self._answer(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Link, Content-Disposition"
        match = request.resolver_match
        metrics.count(match.route if match else "none", request.method or "", response.status_code, time.perf_counter() - began)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Exceptions of views that know no REST framework: one that we can name says so, any other tells a reference only."""
        if not request.path_info.startswith(PREFIXES):
            return None
        match = request.resolver_match
        return errors.answer(errors.problem_of(error, path_names=match.kwargs if match else {}))

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            headers = {
                "Access-Control-Allow-Methods": errors.METHODS,
                "Access-Control-Allow-Headers": "*",
                "Access-Control-Max-Age": "86400",
            }
            return HttpResponse(status=204, headers=headers)
        if "\0" in request.path_info:
            # PostgreSQL's texts cannot hold it, so nothing has such a name.
            return errors.answer(errors.problem_of(Http404()))
        response = self.get_response(request)
        if response.status_code >= 400 and response.get("Content-Type", "").startswith("text/html"):
            return _in_our_shape(request, response)
        return response


def _in_our_shape(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """An error that Django told as a page, told as problem details."""
    if isinstance(response, HttpResponseNotAllowed):
        told = errors.answer(errors.problem_of(exceptions.MethodNotAllowed(request.method or "")))
        told["Allow"] = errors.METHODS
        return told
    error: Exception = exceptions.APIException(response.reason_phrase)
    error.status_code = response.status_code  # type: ignore[attr-defined]
    return errors.answer(errors.problem_of(error))
