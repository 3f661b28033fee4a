"""Small answers for the map page: names of areas in feature order, and labels of places."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from geo.errors import UnknownGeography
from geo.queries.gazetteer import LABELLED, list_labels, list_names, named_set, names_version


def _version(_request: HttpRequest, slug: str = "", reach: str = "") -> str | None:
    try:
        version = names_version(slug)
    except UnknownGeography:
        return None
    return f'"{version}{reach}"'


@require_safe
@gzip_page
@condition(etag_func=_version)
def names(_request: HttpRequest, slug: str) -> JsonResponse:
    """Code, name and district of every area of a geography (or of every cell), in feature order; 404 for a geography that there is not."""
    try:
        found = list_names(named_set(slug))
    except UnknownGeography as error:
        return JsonResponse({"detail": str(error)}, status=404)
    return JsonResponse({"codes": found.codes, "names": found.names, "districts": found.districts, "district": found.district})


@require_safe
@gzip_page
@condition(etag_func=_version)
def labels(_request: HttpRequest, reach: str) -> JsonResponse:
    """Names to write on the map from far or near, the most populous first, as GeoJSON points; 404 for another reach."""
    if reach not in LABELLED:
        return JsonResponse({"detail": f"There are labels for {' and '.join(LABELLED)}."}, status=404)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [label.longitude, label.latitude]},
            "properties": {"name": label.name, "kind": label.kind, "order": order},
        }
        for order, label in enumerate(list_labels(reach))
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
