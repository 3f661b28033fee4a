"""plans: what can be asked for, the places that stops are chosen from, and a plan as files."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api.params import RELEASE, choice, code
from api.plan_files import as_calendar, as_csv, as_geojson
from api.schema import described, described_file
from api.serializers.plans import CandidatesSerializer, ChoicesSerializer
from api.views.base import ReadView, answer, told
from api.views.writing import DeskView
from geo.errors import UnknownPlan
from geo.maps.drawing import draw_pdf
from geo.maps.plan_sheets import draw_plan_sheet
from geo.planning.candidates import PREFIXES
from geo.planning.plans import Plan
from geo.queries.candidates import list_candidates
from geo.queries.catalogue import get_release
from geo.queries.plan_choices import list_choices
from geo.queries.plans import PlanInfo, get_plan
from geo.queries.travel import providers_stamp

_MEDIA = {
    "json": "application/json",
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "ics": "text/calendar",
    "pdf": "application/pdf",
}


class PlanChoices(ReadView):
    """What a plan can be asked for."""

    parameters = (RELEASE,)

    @described(parameters, ChoicesSerializer, operation_id="listPlanChoices", tags=["plans"])
    def get(self, request: Request) -> HttpResponseBase:
        """Programmes, systems of which the release tells need, kinds of candidates, objectives and ways to minutes, each with its words."""
        release = get_release(self.asked(request)["release"])

        def make() -> dict[str, Any]:
            found = list_choices(release)
            shown = {name: getattr(found, name) for name in found.__dataclass_fields__}
            return dict(ChoicesSerializer({**shown, **told(release)}).data)

        return answer(request, release, make, providers_stamp())


class PlanCandidates(ReadView):
    """Places that stops are chosen from."""

    parameters = (
        replace(code("area", "Code of the system or district."), is_required=True),
        choice("kind", "Kind of places.", choices=tuple(kind for kind in PREFIXES if kind != "given"), default="practices"),
        RELEASE,
    )

    @described(parameters, CandidatesSerializer, operation_id="listPlanCandidates", tags=["plans"])
    def get(self, request: Request) -> HttpResponseBase:
        """The places of a kind in an area as GeoJSON; their ids are those of a request's forced, forbidden and existing places."""
        asked = self.asked(request)
        release = get_release(asked["release"])

        def make() -> dict[str, Any]:
            places = list_candidates(area=asked["area"], kind=asked["kind"])
            features = [
                {
                    "type": "Feature",
                    "id": place.id,
                    "geometry": {"type": "Point", "coordinates": [place.longitude, place.latitude]},
                    "properties": {name: getattr(place, name) for name in ("id", "name", "kind", "is_area_of_search", "people")},
                }
                for place in places
            ]
            return {"type": "FeatureCollection", "features": features, **told(release)}

        return answer(request, release, make)


class PlanFile(DeskView):
    """A plan as a file."""

    @described_file((), tuple(_MEDIA.values()), also=(404, 422), operation_id="getPlanFile", tags=["plans"])
    def get(self, request: Request, key: str, form: str) -> HttpResponseBase:
        """Itself (`json`, which can be replayed), its stops (`csv`, `geojson`), its weeks (`ics`), or one page to print (`pdf`)."""
        self.asked(request)
        if form not in _MEDIA:
            raise Http404
        found = get_plan(key)
        if found.plan is None:
            raise UnknownPlan(f"This plan is not done: it is {found.status}.", parameter="key", found=key)
        response = HttpResponse(_content(form, found, found.plan), content_type=_MEDIA[form])
        response["Content-Disposition"] = f'attachment; filename="plan-{key}.{form}"'
        response["Cache-Control"] = "no-store"
        return response


def _content(form: str, found: PlanInfo, plan: dict[str, Any]) -> bytes | str:
    if form == "json":
        return Plan.from_json(plan).write()
    if form == "csv":
        return as_csv(found, plan)
    if form == "geojson":
        return as_geojson(found, plan)
    return as_calendar(found, plan) if form == "ics" else draw_pdf(draw_plan_sheet(plan, key=found.key))
