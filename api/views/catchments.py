"""catchments: what a shape, a list or a place would make."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from api.schema import described_upload, described_write
from api.serializers.catchments import CatchmentSerializer, catchment_told
from api.views.base import told
from api.views.writing import DeskView, heavy, unstored
from geo.errors import InputError
from geo.planning.shape_files import LARGEST_FILE, SYSTEMS, check_file
from geo.queries.catalogue import ReleaseInfo, get_release
from geo.queries.catchments import preview_catchment, preview_shape

# What may stand beside a file.
_BESIDE = ("crs", "layer", "release")

# What a body may have: exactly one of shape, areas (with vintage), postcodes, buffer, travel, sites (with area), and a release.
FIELDS = {
    "shape": "object?",
    "areas": "texts?",
    "vintage": "integer?",
    "postcodes": "texts?",
    "buffer": "object?",
    "travel": "object?",
    "sites": "array?",
    "area": "string?",
    "release": "string?",
}


class Preview(DeskView):
    """A catchment that is not saved."""

    @described_write(
        FIELDS,
        CatchmentSerializer,
        also=(413, 415, 429),
        operation_id="previewCatchment",
        tags=["catchments"],
    )
    def post(self, request: Request) -> HttpResponse:
        """What a GeoJSON shape in degrees, codes of areas, postcodes, or so many metres or minutes around a place make up, and who lives
        there; or which of several sites is nearest to each neighbourhood of an area."""
        asked = self.body(request, *FIELDS)
        release = release_of(asked)
        with heavy():
            return unstored({**told(release), **catchment_told(preview_catchment(asked, release))})


class Upload(DeskView):
    """A catchment from a file, not saved."""

    @described_upload(
        {
            "crs": f"Reference system of a file that does not say it: one of {', '.join(SYSTEMS)}.",
            "layer": "Layer of a GeoPackage that has several.",
            "release": "Release to read; the current one where it is left out.",
        },
        CatchmentSerializer,
        also=(413, 415, 429),
        operation_id="uploadCatchment",
        tags=["catchments"],
    )
    def post(self, request: Request) -> HttpResponse:
        """What the polygons of a GeoJSON, GeoPackage, zipped Shapefile or KML of at most 10 MB make together. The file is not kept."""
        content, _, sent = self.sent_file(request, *_BESIDE, largest=LARGEST_FILE)
        asked: dict[str, Any] = dict(sent)
        release = release_of(asked)
        with heavy():
            checked = check_file(content, crs=asked.get("crs"), layer=asked.get("layer"))
            return unstored({**told(release), **catchment_told(preview_shape(checked, release))})


def release_of(asked: dict[str, object]) -> ReleaseInfo:
    """The release named in a body, or the current one. Raises InputError, UnknownRelease, NothingPublished."""
    slug = asked.pop("release", None)
    if slug is not None and not isinstance(slug, str):
        raise InputError("The name of a release is wanted.", parameter="release", found=str(slug)[:60], valid=("a text",))
    return get_release(slug)
