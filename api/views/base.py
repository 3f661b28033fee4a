"""What all REST views share: reading only, JSON whatever is accepted, problems in one shape, tags and 304."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from threading import BoundedSemaphore
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from api import errors
from api.caching import etag_of, mark, not_modified
from api.params import Parameter, read_parameters
from geo.errors import TooManyDownloads
from geo.queries.catalogue import ReleaseInfo, find_current_release, get_release
from geo.queries.holdings import get_stamp


class OneFormat(BaseContentNegotiation):
    """The format is a matter of the address (`format=`), so that a link means the same to everybody."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> None:
        """There is nothing to parse."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first."""
        first = next(iter(renderers))
        return first, first.media_type


@method_decorator(gzip_page, name="dispatch")
class ReadView(APIView):
    """A view that reads. `parameters` declares what may be asked; anything else is refused with the list of them."""

    content_negotiation_class = OneFormat
    renderer_classes = (JSONRenderer,)
    parser_classes = ()
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def get_exception_handler(self) -> Callable[..., HttpResponse]:
        """Our one shape of errors."""
        return errors.handle

    def options(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:  # type: ignore[override]
        """The methods there are, and nothing else."""
        return HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS"})

    def asked(self, request: Request) -> dict[str, Any]:
        """The parameters, read and checked."""
        return read_parameters(request._request.GET, self.parameters)


def named_or_current(slug: str | None) -> ReleaseInfo | None:
    """The release named, or the current one, or None where none is published yet and none is named."""
    return find_current_release() if slug is None else get_release(slug)


def told(release: ReleaseInfo | None) -> dict[str, Any]:
    """What an answer says of its release."""
    return {"release": release.slug if release else None, "is_synthetic": release.is_synthetic if release else None}


# So many downloads may be on their way in one process: each holds a thread and a connection until its reader has taken all of it.
DOWNLOADS_AT_ONCE = 4
_places = BoundedSemaphore(DOWNLOADS_AT_ONCE)


def answer(
    request: Request, release: ReleaseInfo | None, make: Callable[[], Mapping[str, Any] | HttpResponseBase], *depends: object
) -> HttpResponseBase:
    """304 where the asker holds this answer already; else what `make` gives, with its tag. `depends`: what else the answer rests on."""
    plain: HttpRequest = request._request
    built = (release.slug, release.built_at.isoformat(), release.is_current) if release else ()
    etag = etag_of(plain, *built, get_stamp(), *depends)
    if held := not_modified(plain, etag):
        return held
    made = make()
    response = (
        made if isinstance(made, HttpResponseBase) else JsonResponse(made, json_dumps_params={"ensure_ascii": False, "allow_nan": False})
    )
    mark(response, etag)
    return response


def shaped(serializer: type[BaseSerializer[Any]], items: Iterable[Any]) -> list[Any]:
    """The items as plain values."""
    return list(serializer(list(items), many=True).data)


def download(request: Request, pieces: Iterator[str], *, content_type: str, name: str) -> HttpResponseBase:
    """A file sent piece by piece. The first piece is made before the answer begins, so that a fault there is still told as a problem."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type, headers=headers)
    return StreamingHttpResponse(_Download(pieces), content_type=content_type, headers=headers)


class _Download:
    """The pieces of a file on their way. Takes one of the process's places, and gives it back when all is sent or the reader has gone."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._is_open = _places.acquire(blocking=False)
        if not self._is_open:
            raise TooManyDownloads(f"{DOWNLOADS_AT_ONCE} downloads are under way here already. Please try again in a minute.")
        try:
            self._first = [next(pieces)]
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[str]:
        return chain(self._first, self._pieces)

    def close(self) -> None:
        """Stop reading, and give the place back, once."""
        self._pieces.close()  # type: ignore[attr-defined]
        if self._is_open:
            self._is_open = False
            _places.release()

    __del__ = close
