"""catchments: what a shape, a list or a place would make."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from api.schema import described_upload, described_write
from api.serializers.catchments import CatchmentSerializer, catchment_told
from api.views.base import told
from api.views.writing import DeskView, heavy, unstored
from geo.errors import InputError, TooLarge
from geo.planning.shape_files import LARGEST_FILE, SYSTEMS, check_file
from geo.queries.catalogue import ReleaseInfo, get_release
from geo.queries.catchments import preview_catchment, preview_shape

# What stands beside a file in a request: its fields and their borders.
_ENVELOPE = 20_000
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
        plain = request._request
        if plain.content_type != "multipart/form-data":
            raise UnsupportedMediaType(plain.content_type or "nothing", "Send the file as multipart/form-data.")
        if int(plain.headers.get("Content-Length") or 0) > LARGEST_FILE + _ENVELOPE:
            raise TooLarge(f"Files of more than {LARGEST_FILE:,} bytes are not read here.")
        content, asked = _sent(plain)
        release = release_of(asked)
        with heavy():
            checked = check_file(content, crs=asked.get("crs"), layer=asked.get("layer"))
            return unstored({**told(release), **catchment_told(preview_shape(checked, release))})


def _sent(plain: HttpRequest) -> tuple[bytes, dict[str, Any]]:
    """The file and the fields beside it. Raises InputError where there is not one file and for other fields, TooLarge."""
    files = [file for name in plain.FILES for file in plain.FILES.getlist(name)]
    if list(plain.FILES) != ["file"] or len(files) != 1:
        found = ", ".join(plain.FILES) or "no file"
        raise InputError("One file is wanted, in the field `file`.", parameter="file", found=found[:60], valid=("one file",))
    content = bytes(files[0].read(LARGEST_FILE + 1))
    if len(content) > LARGEST_FILE:
        raise TooLarge(f"Files of more than {LARGEST_FILE:,} bytes are not read here.")
    unknown = [name for name in plain.POST if name not in _BESIDE]
    if unknown:
        raise InputError("There is no such field here.", parameter=unknown[0][:60], found=unknown[0][:60], valid=_BESIDE)
    return content, {name: str(text) for name, text in plain.POST.items() if text}


def release_of(asked: dict[str, object]) -> ReleaseInfo:
    """The release named in a body, or the current one. Raises InputError, UnknownRelease, NothingPublished."""
    slug = asked.pop("release", None)
    if slug is not None and not isinstance(slug, str):
        raise InputError("The name of a release is wanted.", parameter="release", found=str(slug)[:60], valid=("a text",))
    return get_release(slug)
