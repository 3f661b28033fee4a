"""The page of findings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from api import params
from geo.codes import AREA_TYPES, ENGLAND, GEOGRAPHIES
from geo.errors import InputError
from geo.queries.areas import find_areas, list_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, find_current_release, get_indicator, list_indicators
from geo.queries.finding_places import list_places
from geo.queries.findings import ADJUSTMENTS, DIMENSIONS, DIRECTIONS, KINDS, FindingFilter, list_detections, list_findings
from hiid.pages.presenters import findings as present
from hiid.pages.presenters.asking import area_options
from hiid.pages.presenters.catalogue import release_words
from hiid.pages.presenters.findings_map import drawn_tilesets, map_settings
from hiid.pages.views.trouble import not_there

# As many as are read in one go, on a telephone as well; the others are a link away.
ON_A_PAGE = 20
OFFERED = ("rgn23", "icb26")

# Modules of the map, asked for at once instead of one after the other.
MODULES = (
    "pages/vendor/maplibre-gl/maplibre-gl.mjs",
    *(f"pages/js/{name}.js" for name in ("places", "placelayers", "marks", "layers", "data", "dom")),
)

PARAMETERS = (
    params.slug("indicator", "Indicator.", example="mmr2-5y"),
    params.choice("kind", "Kind of finding.", choices=KINDS),
    params.choice("adjustment", "What is taken account of.", choices=ADJUSTMENTS),
    params.choice("area_type", "Kind of the areas that were compared.", choices=AREA_TYPES),
    params.choice("dimension", "Of inequalities: between which groups.", choices=DIMENSIONS),
    params.choice("direction", "Higher or lower than expected.", choices=DIRECTIONS),
    params.code("within", "Area in which they lie."),
    params.code("area", "Area that they speak of."),
    params.OFFSET,
)


@require_safe
@gzip_page
def findings(request: HttpRequest) -> HttpResponse:
    """What stands out, where and how sure that is, with what was refused; filters stand in the address and work without scripts."""
    release = find_current_release()
    if release is None:
        return not_there(request, "No release has been published yet.")
    query = request.GET.copy()
    for name in [name for name in query if not query[name]]:
        del query[name]
    try:
        asked = params.read_parameters(query, PARAMETERS)
        context = _context(release, asked)
    except InputError as error:
        return not_there(request, str(error))
    for name, offset in (("earlier", asked["offset"] - ON_A_PAGE), ("later", asked["offset"] + ON_A_PAGE)):
        if 0 <= offset < context["count"] and (name == "earlier" or context["rows"]):
            query["offset"] = str(offset)
            context[name] = f"?{query.urlencode()}"
    query.pop("offset", None)
    context["csv"] = f"{reverse('api:findings')}?{query.urlencode()}{'&' if query else ''}format=csv"
    words = {"here": "findings", "release": release_words(release), "modules": MODULES}
    return render(request, "pages/findings.html", {**words, **context})


def _context(release: ReleaseInfo, asked: dict[str, Any]) -> dict[str, Any]:
    params.refuse_together(asked, "area", "within")
    indicators = {one.slug: one for one in list_indicators(release)}
    indicator = get_indicator(asked["indicator"], release) if asked["indicator"] else None
    within = asked["within"] or ENGLAND
    names = ("kind", "adjustment", "area_type", "dimension", "direction", "area")
    wanted = FindingFilter(indicator=indicator, within=None if within == ENGLAND else within, **{name: asked[name] for name in names})
    page = list_findings(release, wanted, limit=ON_A_PAGE, offset=asked["offset"])
    places = list_places(page.findings)
    first = asked["offset"] + 1
    return {
        "count": page.count,
        "total": f"{page.count:,}",
        "first": first,
        "last": asked["offset"] + len(page.findings),
        "rows": present.rows(page.findings, indicators, places),
        "map": map_settings(page.findings, places, first=first, tilesets=drawn_tilesets(release)),
        "unanswered": present.unanswered(list_detections(release, wanted), indicators),
        **_choices(release, wanted, indicators, within),
    }


def _choices(release: ReleaseInfo, wanted: FindingFilter, indicators: dict[str, IndicatorInfo], within: str) -> dict[str, Any]:
    """What can be chosen, with what is. about: the one area that they speak of, where one was asked for; is_narrowed: by a rarer filter."""
    asked = list_detections(release, FindingFilter())
    areas = list_areas(geographies=tuple(GEOGRAPHIES[slug] for slug in OFFERED), limit=None).areas
    return {
        "indicators": present.indicator_choices(asked, indicators, wanted.indicator.slug if wanted.indicator else ""),
        "kinds": present.choices(present.KIND_WORDS, wanted.kind or "", "All kinds"),
        "adjustments": present.choices(present.ADJUSTMENT_WORDS, wanted.adjustment or "", "The least possible"),
        "area_types": present.area_type_choices(asked, wanted.area_type or ""),
        "dimensions": present.choices(present.DIMENSION_WORDS, wanted.dimension or "", "All"),
        "directions": present.choices(present.DIRECTION_WORDS, wanted.direction or "", "Both"),
        "areas": area_options(areas, find_areas(within, parameter="within")[0]),
        "is_narrowed": any((wanted.area_type, wanted.dimension, wanted.direction, wanted.adjustment)),
        "about": find_areas(wanted.area, parameter="area")[0] if wanted.area else None,
    }
