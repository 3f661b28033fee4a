"""One indicator of one area looked at closer: the funnel of its peers and its control chart, as a page, a part of one, or SVG."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from api import params
from geo.errors import InputError, RefusedClaim
from geo.queries.areas import AreaInfo, find_areas, get_area
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, find_current_release, get_indicator
from geo.queries.funnel import get_funnel
from geo.queries.trends import get_trends
from hiid.pages.presenters import closer as present
from hiid.pages.presenters.catalogue import release_words
from hiid.pages.presenters.figures import Chart, refused, with_addresses
from hiid.pages.views import drawing
from hiid.pages.views.trouble import not_there

PARAMETERS = (
    params.VINTAGE,
    params.slug("stratum", "Part of the people.", example="all"),
    params.choice("part", "The charts alone, to be put into another page.", choices=("charts",)),
)


@require_safe
@gzip_page
def closer(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """The charts of one indicator in one area, each with its sentence and table; words in place of what the figures cannot bear."""
    release = find_current_release()
    if release is None:
        return not_there(request, "No release has been published yet.")
    try:
        wanted = params.read_parameters(request.GET, PARAMETERS)
        chosen = get_indicator(indicator, release)
        area = _area(code.upper(), chosen, wanted["vintage"])
        charts = tuple(_chart(name, release, chosen, area, wanted["stratum"]) for name in CHARTS)
    except InputError as error:
        return not_there(request, str(error))
    query = request.GET.copy()
    query.pop("part", None)
    context = {
        "here": "area",
        "release": release_words(release),
        "charts": with_addresses(charts, reverse("closer", args=[area.code, chosen.slug]), query.urlencode()),
        "title": f"{chosen.definition.get('short_title', chosen.title)}, {area.other_name or area.name}",
        "area_link": f"/areas/{area.code}/?vintage={area.geography.vintage}",
        "area_name": area.other_name or area.name,
    }
    return render(request, "pages/_charts.html" if wanted["part"] else "pages/closer.html", context)


@require_safe
@gzip_page
def picture(request: HttpRequest, code: str, indicator: str, chart: str) -> HttpResponse:
    """One of these charts as SVG; 404 where there is none of the name, or only words in its place."""
    release = find_current_release()
    if release is None or chart not in CHARTS:
        return not_there(request, "There is no chart of this name.")
    held = drawing.held(request, release)
    if held is not None:
        return held
    try:
        wanted = params.read_parameters(request.GET, PARAMETERS)
        chosen = get_indicator(indicator, release)
        found = _chart(chart, release, chosen, _area(code.upper(), chosen, wanted["vintage"]), wanted["stratum"])
    except InputError as error:
        return not_there(request, str(error))
    return drawing.send(request, release, found.spec) if found.spec else not_there(request, found.refusal)


def _area(code: str, indicator: IndicatorInfo, vintage: int | None) -> AreaInfo:
    """The area in this vintage; without one in the newest that has the indicator, else in the newest. Raises UnknownArea."""
    if vintage is not None:
        return get_area(code, vintage=vintage).area
    found = find_areas(code, parameter="code")
    return next((area for area in found if _is_held(indicator, area)), found[0])


def _is_held(indicator: IndicatorInfo, area: AreaInfo) -> bool:
    return any(part.geography == area.geography for part in indicator.slices)


def _chart(name: str, release: ReleaseInfo, indicator: IndicatorInfo, area: AreaInfo, stratum: str | None) -> Chart:
    """One chart, or the words of the rule that forbids it. Raises InputError where the area has no such figure."""
    heading, make = CHARTS[name]
    try:
        return make(release, indicator, area, stratum)
    except RefusedClaim as refusal:
        return refused(name, heading, str(refusal))


def _funnel(release: ReleaseInfo, indicator: IndicatorInfo, area: AreaInfo, stratum: str | None) -> Chart:
    # In the boundaries of the page, unless the indicator is to be had in others alone: then the chart says so.
    vintage = area.geography.vintage if _is_held(indicator, area) else None
    found = get_funnel(release, indicator, area_type=area.geography.area_type, vintage=vintage, stratum=stratum)
    return present.funnel(release, indicator, area, found)


def _control(release: ReleaseInfo, indicator: IndicatorInfo, area: AreaInfo, stratum: str | None) -> Chart:
    return present.control(release, indicator, area, get_trends(release, indicator, area=area.code, stratum=stratum))


CHARTS: dict[str, Any] = {"funnel": (present.FUNNEL, _funnel), "control": (present.CONTROL, _control)}
