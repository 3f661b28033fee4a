"""The value plane over HTTP: stored column files of a release, and the same as JSON. They revalidate, for a release can be withdrawn."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.views.stored import REVALIDATE, send, send_document
from geo.tiles.layers import SliceName
from geo.tiles.value_codec import MAIN
from geo.tiles.value_files import find_value_file, value_document

ARROW_STREAM = "application/vnd.apache.arrow.stream"


@require_safe
def arrow(request: HttpRequest, release: str, kind: str = MAIN, **names: str) -> HttpResponse:
    """Main, limits or estimates file as stored. 410 for a withdrawn release, 404 for a part of the address that the release does not
    have, 422 for estimates that the figures cannot bear."""
    blob = find_value_file(release, SliceName(**names), kind=kind)
    return send(request, blob, content_type=ARROW_STREAM, cache_control=REVALIDATE)


@require_safe
def document(request: HttpRequest, release: str, kind: str = MAIN, **names: str) -> HttpResponse:
    """The same file as lists and words."""
    blob = find_value_file(release, SliceName(**names), kind=kind)
    return send_document(request, value_document(blob, kind=kind))
