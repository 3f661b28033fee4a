"""plans: asking for one, how far it is, the plan and its files, what a moved stop would mean, replaying a file."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from api.owners import keep_owner, owner_of, owner_or_new
from api.schema import described, described_write
from api.serializers.plans import AskedSerializer, PlanSerializer, WhatIfSerializer
from api.views.base import told
from api.views.writing import DeskView, unstored
from geo.desk.makers import plan_maker
from geo.desk.plans import add_plan, cancel_plan
from geo.errors import InputError
from geo.planning.plans import Plan
from geo.planning.requests import PlanRequest
from geo.queries.catalogue import ReleaseInfo, get_release
from geo.queries.plans import get_plan
from geo.queries.travel import name_provider

# Stops that can be moved about in one question.
MOST_MOVED = 200


class Plans(DeskView):
    """Asking for a plan."""

    @described_write(
        {"request": "object"}, AskedSerializer, status=202, also=(413, 415, 422, 429), operation_id="askForPlan", tags=["plans"]
    )
    def post(self, request: Request) -> HttpResponse:
        """Put a request into the queue; the answer has the key of its plan. It is made in the background, most in seconds."""
        asked = self.body(request, "request")
        wanted, release = _checked(asked.get("request"))
        return _put(request, wanted, release)


class PlanDetail(DeskView):
    """One plan."""

    @described((), PlanSerializer, also=(404,), operation_id="getPlan", tags=["plans"])
    def get(self, request: Request, key: str) -> HttpResponse:
        """How far a plan is and, once it is done, the plan. Whoever has its key may read it."""
        self.asked(request)
        return unstored(_told(request, key))


class Cancel(DeskView):
    """Taking a plan back."""

    @described_write({}, PlanSerializer, also=(403, 404), operation_id="cancelPlan", tags=["plans"])
    def post(self, request: Request, key: str) -> HttpResponse:
        """Take a plan back that waits or is being made; only whoever asked for it may. One that has ended stays as it is."""
        cancel_plan(key, owner=owner_of(request._request))
        return unstored(_told(request, key))


class WhatIf(DeskView):
    """What a moved, added or dropped stop would mean."""

    @described_write(
        {"request": "object", "sites": "array"}, WhatIfSerializer, also=(413, 415, 422), operation_id="askWhatIf", tags=["plans"]
    )
    def post(self, request: Request) -> HttpResponse:
        """The plan with just these stops, at once; each is the id of a candidate or a point. Nothing is saved."""
        asked = self.body(request, "request", "sites")
        wanted, release = _checked(asked.get("request"))
        sites = _sites(asked.get("sites"))
        return unstored({**plan_maker().what_if(wanted, sites), **told(release)})


class Replay(DeskView):
    """Replaying a plan file."""

    @described_write({}, AskedSerializer, status=202, also=(413, 415, 422, 429), operation_id="replayPlan", tags=["plans"])
    def post(self, request: Request) -> HttpResponse:
        """Make the plan of a plan file again, by its own request and release; its answer says whether it came to the same (`replay`)."""
        expected = Plan.from_json(self.body(request)).to_json()
        wanted, release = _checked(expected["request"])
        return _put(request, wanted, release, expected)


def _checked(body: object) -> tuple[PlanRequest, ReleaseInfo]:
    """The request with the release that it is of, and of a table of minutes the digest, by which a replay finds it."""
    wanted = PlanRequest.from_json(body)
    release = get_release(wanted.release)
    return replace(wanted, release=release.slug, provider=name_provider(wanted.provider)), release


def _put(request: Request, wanted: PlanRequest, release: ReleaseInfo, expected: dict[str, Any] | None = None) -> HttpResponse:
    owner = owner_or_new(request._request)
    key = add_plan(wanted.to_json(), owner=owner, release=release.slug, is_synthetic=release.is_synthetic, expected=expected)
    response = unstored(dict(AskedSerializer({"key": key, "status": "queued", **told(release)}).data), status=202)
    response["Location"] = f"/api/v1/plans/{key}"
    keep_owner(request._request, response, owner)
    return response


def _told(request: Request, key: str) -> dict[str, Any]:
    found = get_plan(key, asking=owner_of(request._request))
    shown = {name: getattr(found, name) for name in found.__dataclass_fields__}
    return dict(PlanSerializer({**shown, "fault": found.fault or None}).data)


def _sites(found: object) -> list[dict[str, Any]]:
    """Stops as ids or points; what is in them is for the maker to check."""
    if not isinstance(found, list) or not 1 <= len(found) <= MOST_MOVED or not all(isinstance(site, dict) for site in found):
        wanted = f"a list of 1 to {MOST_MOVED} stops, each an id or a latitude and a longitude"
        raise InputError(f"sites: {wanted} is wanted.", parameter="sites", found=type(found).__name__, valid=(wanted,))
    return found
