"""quality: how complete the figures of an indicator are."""

from collections.abc import Mapping
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api.params import RELEASE, slug
from api.schema import described
from api.serializers.quality import QualitySerializer
from api.views.base import ReadView, answer, told
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.quality import get_quality


class Quality(ReadView):
    """Completeness."""

    parameters = (slug("indicator", "Slug of the indicator.", example="cervical-coverage-25-49", is_required=True), RELEASE)

    @described(parameters, QualitySerializer, also=(404,), operation_id="getQuality", tags=["catalogue"])
    def get(self, request: Request) -> HttpResponseBase:
        """How many areas have a figure, why the others have none, and what unknown ethnicity may hide; by set of areas and period."""
        asked = self.asked(request)
        release = get_release(asked["release"])
        indicator = get_indicator(asked["indicator"], release)

        def make() -> Mapping[str, Any]:
            found = get_quality(release, indicator)
            shown = {"indicator": found.indicator, "coverage": found.coverage, "masking": found.masking, **told(release)}
            return dict(QualitySerializer(shown).data)

        return answer(request, release, make)
