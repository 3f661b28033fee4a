"""travel/matrices: tables of minutes of one's own, sent as a file and kept for plans."""

from django.http import HttpResponse
from rest_framework.request import Request

from api.owners import keep_owner, owner_of, owner_or_new
from api.schema import described, described_upload, described_write
from api.serializers.travel import MatrixListSerializer, MatrixSerializer
from api.views.base import named_or_current, told
from api.views.writing import DeskView, heavy, refuse_other_sites, unstored
from geo.desk.matrices import add_matrix, delete_matrix
from geo.planning.travel_sent import LARGEST_FILE
from geo.queries.travel_matrices import get_matrix_info, list_matrices, list_places


class Matrices(DeskView):
    """Tables of whoever asks, and a new one."""

    @described((), MatrixListSerializer, operation_id="listMatrices", tags=["travel"])
    def get(self, request: Request) -> HttpResponse:
        """Those that whoever asks has sent, by the key in their cookie; a plan is asked for with one's `provider`."""
        self.asked(request)
        mine = list_matrices(owner_of(request._request))
        listed = {"count": len(mine), "reason": None if mine else "no_match", "results": mine}
        return unstored(dict(MatrixListSerializer({**told(named_or_current(None)), **listed}).data))

    @described_upload(
        {
            "name": "What it is chosen by; the name of the file where it is left out.",
            "mode": "What one travels by, such as `bus on a weekday morning`: everything that shows its minutes names it.",
            "source": "Who measured it, and when.",
        },
        MatrixSerializer,
        status=201,
        needed=("mode", "source"),
        also=(403, 413, 415, 429),
        operation_id="sendMatrix",
        tags=["travel"],
    )
    def post(self, request: Request) -> HttpResponse:
        """Keep a CSV or Parquet file of at most 10 MB: minutes from neighbourhoods (LSOA 2021, by code or name) to postcodes, or to places
        with latitude and longitude. A fault is told with its row and column, and nothing is kept then."""
        plain = request._request
        refuse_other_sites(plain)
        content, file, asked = self.sent_file(request, "name", "mode", "source", largest=LARGEST_FILE)
        owner = owner_or_new(plain)
        with heavy():
            key = add_matrix(
                content,
                file=file,
                name=asked.get("name") or file.rpartition(".")[0] or file,
                mode=asked.get("mode", ""),
                source=asked.get("source", ""),
                owner=owner,
            )
        response = unstored(_told(key), status=201)
        response["Location"] = f"/api/v1/travel/matrices/{key}"
        keep_owner(plain, response, owner)
        return response


class MatrixDetail(DeskView):
    """One table."""

    @described((), MatrixSerializer, also=(404,), operation_id="getMatrix", tags=["travel"])
    def get(self, request: Request, key: str) -> HttpResponse:
        """Its mode, its source, and its places, which a plan may be given as candidates. Whoever has its id may read it."""
        self.asked(request)
        return unstored(_told(key))

    @described_write({}, None, status=204, also=(403, 404), operation_id="deleteMatrix", tags=["travel"])
    def delete(self, request: Request, key: str) -> HttpResponse:
        """Take it away for good; plans that were made by it stay, and cannot be replayed. Only whoever sent it may."""
        delete_matrix(key, owner=owner_of(request._request))
        return HttpResponse(status=204)


def _told(key: str) -> dict[str, object]:
    found = get_matrix_info(key)
    shown = {name: getattr(found, name) for name in found.__dataclass_fields__}
    return dict(MatrixSerializer({**told(named_or_current(None)), **shown, "destinations": list_places(key)}).data)
