"""travel: who reaches a place within some minutes, and which of several places is nearest to whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api.params import LONGEST, RELEASE, Parameter, choice, code, number
from api.schema import described
from api.serializers.travel import IsochroneSerializer, NearestSerializer
from api.views.base import ReadView, answer, named_or_current, told
from geo.errors import InputError
from geo.planning.candidates import PREFIXES
from geo.queries.candidates import list_candidates
from geo.queries.reach import Nearest, Reach, areas_within, nearest_sites
from geo.queries.travel import MODELLED, PROVIDERS, providers_stamp

LONGEST_MINUTES = 120.0
_MODE = Parameter(
    "mode",
    f"The way to minutes: {', '.join(PROVIDERS)}; what there is here is listed by plans/choices.",
    str,
    {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": r"[^\s]", "examples": [MODELLED], "default": MODELLED},
    MODELLED,
)


class Isochrone(ReadView):
    """Areas within some minutes of a place."""

    parameters = (
        number("latitude", "Degrees (EPSG:4326).", low=49.8, high=55.9, example=51.588),
        number("longitude", "Degrees (EPSG:4326).", low=-6.5, high=1.8, example=-0.071),
        number("minutes", "At most so many.", low=1, high=LONGEST_MINUTES, example=15.0, default=15.0),
        _MODE,
        RELEASE,
    )

    @described(parameters, IsochroneSerializer, also=(422,), operation_id="getIsochrone", tags=["travel"])
    def get(self, request: Request) -> HttpResponseBase:
        """The areas from whose people-weighted middle a place is reached within some minutes, with mode and error of the minutes."""
        asked = self.asked(request)
        release = named_or_current(asked["release"])
        place = {name: asked[name] for name in ("latitude", "longitude", "minutes")}

        def make() -> dict[str, Any]:
            with _as_mode():
                found = areas_within(place["longitude"], place["latitude"], place["minutes"], provider=asked["mode"])
            return dict(IsochroneSerializer({**_plain(found), "people": found.people, **place, **told(release)}).data)

        return answer(request, release, make, providers_stamp())


class NearestSites(ReadView):
    """The nearest place of each neighbourhood."""

    parameters = (
        replace(code("area", "Code of the system or district."), is_required=True),
        choice("kind", "Kind of places.", choices=tuple(kind for kind in PREFIXES if kind != "given"), default="practices"),
        _MODE,
        RELEASE,
    )

    @described(parameters, NearestSerializer, also=(422,), operation_id="getNearestSites", tags=["travel"])
    def get(self, request: Request) -> HttpResponseBase:
        """Each neighbourhood of an area with the nearest place of a kind in that area, with the mode of the minutes and their error."""
        asked = self.asked(request)
        release = named_or_current(asked["release"])

        def make() -> dict[str, Any]:
            with _as_mode():
                found = nearest_sites(asked["area"], list_candidates(area=asked["area"], kind=asked["kind"]), provider=asked["mode"])
            return dict(NearestSerializer({**_plain(found), "mean": found.mean, **told(release)}).data)

        return answer(request, release, make, providers_stamp())


@contextmanager
def _as_mode() -> Iterator[None]:
    """What is wrong with a way to minutes is told of the parameter that named it here."""
    try:
        yield
    except InputError as error:
        if error.parameter != "provider":
            raise
        raise InputError(str(error), parameter="mode", found=error.found, valid=error.valid) from error


def _plain(found: Reach | Nearest) -> dict[str, Any]:
    return {field.name: getattr(found, field.name) for field in fields(found)}
