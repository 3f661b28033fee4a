"""catchments: what a shape, a list or a place would make."""

from django.http import HttpResponse
from rest_framework.request import Request

from api.schema import described_write
from api.serializers.catchments import CatchmentSerializer, catchment_told
from api.views.base import told
from api.views.writing import DeskView, unstored
from geo.errors import InputError
from geo.queries.catalogue import ReleaseInfo, get_release
from geo.queries.catchments import preview_catchment

# Of these exactly one says what the catchment is.
KINDS = {"shape": "object?", "areas": "texts?", "postcodes": "texts?", "buffer": "object?"}


class Preview(DeskView):
    """A catchment that is not saved."""

    @described_write(
        {**KINDS, "vintage": "integer?", "release": "string?"},
        CatchmentSerializer,
        also=(413, 415),
        operation_id="previewCatchment",
        tags=["catchments"],
    )
    def post(self, request: Request) -> HttpResponse:
        """What a GeoJSON shape in degrees, codes of areas, postcodes, or so many metres around a place make up, and who lives there."""
        asked = self.body(request, *KINDS, "vintage", "release")
        release = release_of(asked)
        return unstored({**told(release), **catchment_told(preview_catchment(asked, release))})


def release_of(asked: dict[str, object]) -> ReleaseInfo:
    """The release named in a body, or the current one. Raises InputError, UnknownRelease, NothingPublished."""
    slug = asked.pop("release", None)
    if slug is not None and not isinstance(slug, str):
        raise InputError("The name of a release is wanted.", parameter="release", found=str(slug)[:60], valid=("a text",))
    return get_release(slug)
