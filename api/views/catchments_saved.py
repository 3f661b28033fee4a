"""catchments: saving one, changing it, its profile, two side by side, and its files."""

import json
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api.owners import keep_owner, owner_of, owner_or_new
from api.params import RELEASE, free_text
from api.renderers import csv_pieces
from api.schema import described, described_file, described_write
from api.serializers.catchments import (
    FIGURE_COLUMNS,
    BesideSerializer,
    KeptListSerializer,
    SavedSerializer,
    figure_told,
    profile_told,
    saved_told,
)
from api.views.base import named_or_current, told
from api.views.writing import DeskView, heavy, unstored
from geo.desk.catchments import add_catchment, change_catchment, delete_catchment
from geo.errors import InputError
from geo.maps.catchment_sheets import draw_sheet
from geo.maps.drawing import draw_pdf
from geo.queries.catalogue import ReleaseInfo, get_release
from geo.queries.catchment_saved import SavedInfo, get_beside, get_saved, get_whole, list_saved
from geo.queries.catchments import VINTAGE, CatchmentInfo, describe_atoms, name_atoms

_WITH = free_text("with", "Id of another saved catchment, to be put beside it.", example="Zb3kQ0yQd1mJ0mJc8m1t9g")
_MEDIA = {"geojson": "application/geo+json", "csv": "text/csv", "pdf": "application/pdf"}


class Catchments(DeskView):
    """Catchments of whoever asks, and a new one."""

    @described((), KeptListSerializer, operation_id="listCatchments", tags=["catchments"])
    def get(self, request: Request) -> HttpResponse:
        """Those that whoever asks has saved, by the key in their cookie, the last changed first."""
        self.asked(request)
        mine = list_saved(owner_of(request._request))
        listed = {"count": len(mine), "reason": None if mine else "no_match", "results": mine}
        return unstored(dict(KeptListSerializer({**told(named_or_current(None)), **listed}).data))

    @described_write(
        {"name": "string", "atoms": "texts", "vintage": "integer?"},
        SavedSerializer,
        status=201,
        also=(413, 415, 429),
        operation_id="saveCatchment",
        tags=["catchments"],
    )
    def post(self, request: Request) -> HttpResponse:
        """Save a set of neighbourhoods under a name; codes of wider areas stand for those in them. Whoever has its id may read it."""
        asked = self.body(request, "name", "atoms", "vintage")
        owner = owner_or_new(request._request)
        key = add_catchment(_text(asked, "name"), _codes(asked), vintage=VINTAGE, owner=owner)
        response = unstored(_told(get_saved(key, asking=owner)), status=201)
        response["Location"] = f"/api/v1/catchments/{key}"
        keep_owner(request._request, response, owner)
        return response


class CatchmentDetail(DeskView):
    """One saved catchment."""

    @described((), SavedSerializer, also=(404,), operation_id="getCatchment", tags=["catchments"])
    def get(self, request: Request, key: str) -> HttpResponse:
        """Its name, its neighbourhoods and its shape; its figures are at `profile`."""
        self.asked(request)
        return unstored(_told(get_saved(key, asking=owner_of(request._request))))

    @described_write(
        {"name": "string?", "atoms": "texts?", "vintage": "integer?"},
        SavedSerializer,
        also=(403, 404, 413, 415),
        operation_id="changeCatchment",
        tags=["catchments"],
    )
    def patch(self, request: Request, key: str) -> HttpResponse:
        """Another name, other neighbourhoods, or both. Only whoever saved it may change it."""
        asked = self.body(request, "name", "atoms", "vintage")
        if "name" not in asked and "atoms" not in asked:
            raise InputError("There is nothing to change.", parameter="body", found=", ".join(asked) or "nothing", valid=("name", "atoms"))
        owner = owner_of(request._request)
        name = _text(asked, "name") if "name" in asked else None
        change_catchment(key, owner=owner, name=name, atoms=_codes(asked) if "atoms" in asked else None)
        return unstored(_told(get_saved(key, asking=owner)))

    @described_write({}, None, status=204, also=(403, 404), operation_id="deleteCatchment", tags=["catchments"])
    def delete(self, request: Request, key: str) -> HttpResponse:
        """Take it away for good. Only whoever saved it may."""
        delete_catchment(key, owner=owner_of(request._request))
        return HttpResponse(status=204)


class CatchmentProfile(DeskView):
    """Who lives in a saved catchment, or in two."""

    parameters = (_WITH, RELEASE)

    @described(parameters, BesideSerializer, also=(404, 429), operation_id="getCatchmentProfile", tags=["catchments"])
    def get(self, request: Request, key: str) -> HttpResponse:
        """Its figures from a release; with another's id those of both, without a difference: where the two differ by too few areas or
        people, linked records are told of the first alone."""
        asked = self.asked(request)
        release = get_release(asked["release"])
        first = get_saved(key)
        with heavy():
            if asked["with"] is None:
                return unstored({**told(release), "first": profile_told(get_whole(first, release).profile), "second": None})
            profiles = get_beside(first, get_saved(asked["with"], parameter="with"), release)
        return unstored({**told(release), **dict(zip(("first", "second"), map(profile_told, profiles), strict=True))})


class CatchmentFile(DeskView):
    """A saved catchment as a file."""

    parameters = (RELEASE,)

    @described_file(parameters, tuple(_MEDIA.values()), also=(404, 429), operation_id="getCatchmentFile", tags=["catchments"])
    def get(self, request: Request, key: str, form: str) -> HttpResponseBase:
        """Its shape and figures as GeoJSON (`geojson`), its figures as CSV (`csv`), or one page to print (`pdf`); synthetic is marked."""
        release = get_release(self.asked(request)["release"])
        saved = get_saved(key)
        with heavy():
            content = _content(form, saved, get_whole(saved, release), release)
        response = HttpResponse(content, content_type=_MEDIA[form])
        response["Content-Disposition"] = f'attachment; filename="catchment-{saved.key}.{form}"'
        response["Cache-Control"] = "no-store"
        return response


def _content(form: str, saved: SavedInfo, whole: CatchmentInfo, release: ReleaseInfo) -> bytes | str:
    if form == "pdf":
        return draw_pdf(draw_sheet(whole, release, name=saved.name))
    facts = {"id": saved.key, "name": saved.name, **told(release)}
    figures = [figure_told(one) for one in whole.profile.figures]
    if form == "csv":
        rows = ((*facts.values(), *(one[name] for name in FIGURE_COLUMNS), *_why(one)) for one in figures)
        return "".join(csv_pieces((*facts, *FIGURE_COLUMNS, "refused_reason", "refused_message"), rows))
    properties = {**facts, **{name: value for name, value in saved_told(saved, whole).items() if name != "shape"}, "indicators": figures}
    return json.dumps({"type": "Feature", "id": saved.key, "geometry": whole.shape, "properties": properties}, ensure_ascii=False)


def _why(figure: dict[str, Any]) -> tuple[str | None, str | None]:
    refused = figure["refused"]
    return (refused["reason"], refused["message"]) if refused else (None, None)


def _told(saved: SavedInfo) -> dict[str, Any]:
    """A saved catchment with its shape."""
    return {**told(named_or_current(None)), **saved_told(saved, describe_atoms(saved.atoms, saved.vintage))}


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str):
        raise InputError(f"{name}: a text is wanted.", parameter=name, found=str(value)[:60], valid=("a text",))
    return value


def _codes(asked: dict[str, Any]) -> list[str]:
    """Codes of the neighbourhoods that are meant, ascending."""
    return name_atoms({"areas": asked.get("atoms"), "vintage": asked.get("vintage", VINTAGE)})
