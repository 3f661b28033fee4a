"""A chart sent as SVG, revalidated by a tag of its release, its address and the code that draws."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from api.caching import etag_of, mark, not_modified
from geo.maps.charts import Spec
from geo.maps.drawing import draw_svg
from geo.queries.catalogue import ReleaseInfo


def tag(request: HttpRequest, release: ReleaseInfo) -> str:
    """The tag of what this address draws from a release."""
    return etag_of(request, release.slug, _code_digest())


def held(request: HttpRequest, release: ReleaseInfo) -> HttpResponse | None:
    """304 where the asker holds this very drawing; asked before anything is read."""
    return not_modified(request, tag(request, release))


def send(request: HttpRequest, release: ReleaseInfo, spec: Spec) -> HttpResponse:
    """The drawing, to be revalidated each time: a release can be withdrawn."""
    response = HttpResponse(draw_svg(spec), content_type="image/svg+xml")
    mark(response, tag(request, release))
    return response


@cache
def _code_digest() -> str:
    """A digest of the code that words and draws charts, besides that of the queries in api.caching."""
    here = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for folder in (here / "presenters", here.parent.parent / "geo" / "maps"):
        for path in sorted(folder.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
