"""The page of findings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from api import params
from geo.codes import ENGLAND, GEOGRAPHIES
from geo.errors import InputError
from geo.queries.areas import find_areas, list_areas
from geo.queries.catalogue import ReleaseInfo, find_current_release, get_indicator, list_indicators
from geo.queries.findings import ADJUSTMENTS, KINDS, FindingFilter, list_detections, list_findings
from hiid.pages.presenters import findings as present
from hiid.pages.presenters.asking import area_options
from hiid.pages.presenters.catalogue import release_words
from hiid.pages.views.trouble import not_there

# As many as are read in one go; the others are a link away.
ON_A_PAGE = 50
OFFERED = ("rgn23", "icb26")

PARAMETERS = (
    params.slug("indicator", "Indicator.", example="mmr2-5y"),
    params.choice("kind", "Kind of finding.", choices=KINDS),
    params.choice("adjustment", "What is taken account of.", choices=ADJUSTMENTS),
    params.code("within", "Area in which they lie."),
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
    return render(request, "pages/findings.html", {"here": "findings", "release": release_words(release), **context})


def _context(release: ReleaseInfo, asked: dict[str, object]) -> dict[str, object]:
    indicators = {one.slug: one for one in list_indicators(release)}
    indicator = get_indicator(str(asked["indicator"]), release) if asked["indicator"] else None
    within = str(asked["within"] or "")
    wanted = FindingFilter(
        indicator=indicator,
        kind=str(asked["kind"]) if asked["kind"] else None,
        adjustment=str(asked["adjustment"]) if asked["adjustment"] else None,
        within=within if within and within != ENGLAND else None,
    )
    offset = int(str(asked["offset"]))
    page = list_findings(release, wanted, limit=ON_A_PAGE, offset=offset)
    areas = list_areas(geographies=tuple(GEOGRAPHIES[slug] for slug in OFFERED), limit=None).areas
    return {
        "count": page.count,
        "first": offset + 1,
        "last": offset + len(page.findings),
        "rows": present.rows(page.findings, indicators),
        "unanswered": present.unanswered(list_detections(release, wanted), indicators),
        "indicators": present.indicator_choices(list_detections(release, FindingFilter()), indicators, indicator.slug if indicator else ""),
        "kinds": present.choices(present.KIND_WORDS, wanted.kind or "", "All kinds"),
        "adjustments": present.choices(present.ADJUSTMENT_WORDS, wanted.adjustment or "", "The least that is possible"),
        "areas": area_options(areas, find_areas(within or ENGLAND, parameter="within")[0]),
    }
