"""The page of completeness, and its chart as SVG."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from geo.errors import InputError
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, find_current_release, list_indicators
from geo.queries.quality import get_quality, list_recording
from hiid.pages.presenters import asking
from hiid.pages.presenters import quality as present
from hiid.pages.presenters.catalogue import FIRST_INDICATOR, release_words
from hiid.pages.presenters.demonstrations import first_indicator
from hiid.pages.presenters.figures import with_addresses
from hiid.pages.views import drawing
from hiid.pages.views.trouble import not_there

NOTHING = "No release has been published yet."


@require_safe
@gzip_page
def quality(request: HttpRequest) -> HttpResponse:
    """Who is missing from the figures, why, and what that may hide; the indicator stands in the address and works without scripts."""
    release = find_current_release()
    if release is None:
        return not_there(request, NOTHING)
    try:
        indicators = {one.slug: one for one in list_indicators(release)}
        chosen = _chosen(request, release, indicators)
        context = _context(release, indicators, chosen)
    except InputError as error:
        return not_there(request, str(error))
    charts = with_addresses(context.pop("charts"), reverse("quality"), request.GET.urlencode())
    return render(request, "pages/quality.html", {"here": "quality", "release": release_words(release), "charts": charts, **context})


@require_safe
@gzip_page
def picture(request: HttpRequest, chart: str) -> HttpResponse:
    """The chart of that page as SVG; 404 where it has none of this name, or only words in its place."""
    release = find_current_release()
    if release is None:
        return not_there(request, NOTHING)
    held = drawing.held(request, release)
    if held is not None:
        return held
    try:
        indicator = _chosen(request, release, {one.slug: one for one in list_indicators(release)})
    except InputError as error:
        return not_there(request, str(error))
    found = present.through_time(release, get_quality(release, indicator))
    if chart != found.slug or found.spec is None:
        return not_there(request, found.refusal or "The page has no chart of this name.")
    return drawing.send(request, release, found.spec)


def _chosen(request: HttpRequest, release: ReleaseInfo, indicators: dict[str, IndicatorInfo]) -> IndicatorInfo:
    """The indicator asked for, or the one a newcomer sees first. Raises InputError for one that there is not."""
    asked = request.GET.get("indicator", "")
    if not indicators or (asked and asked not in indicators):
        raise InputError("The release has no such indicator.", parameter="indicator", found=asked)
    wanted = (asked, first_indicator(release), FIRST_INDICATOR)
    return next((indicators[slug] for slug in wanted if slug in indicators), next(iter(indicators.values())))


def _context(release: ReleaseInfo, indicators: dict[str, IndicatorInfo], chosen: IndicatorInfo) -> dict[str, Any]:
    found = get_quality(release, chosen)
    recording = [get_quality(release, one) for one in list_recording(indicators.values())]
    return {
        "title": chosen.title,
        "indicators": asking.indicator_options(list(indicators.values()), chosen.slug),
        "map_link": present.map_link(chosen),
        "api_link": f"{reverse('api:quality')}?indicator={chosen.slug}",
        "coverage": present.coverage_table(found),
        "masking": present.masking_table(found.masking, chosen) if found.masking else None,
        "recording": present.recording_rows(recording),
        "facts": present.world_facts(release.quality),
        "cannot": present.cannot_show(release.quality),
        "charts": (present.through_time(release, found),),
    }
