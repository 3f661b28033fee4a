"""The profile of one area."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from geo.codes import ENGLAND
from geo.errors import InputError
from geo.queries.areas import AreaInfo, get_area, list_neighbours
from geo.queries.catalogue import ReleaseInfo, find_current_release, list_indicators
from geo.queries.finding_places import PLACE, list_places
from geo.queries.findings import FindingFilter, FindingPage, list_detections, list_findings
from geo.queries.profile import ProfileRow, get_profile
from hiid.pages.presenters.area import describe_area, peers_of, profile_groups
from hiid.pages.presenters.catalogue import release_words
from hiid.pages.presenters.standing_out import REGIONS, StandsOut, stands_out
from hiid.pages.views.trouble import not_there

YEAR_DIGITS = 4
# As many findings as are read beside a profile; the others are a link away.
MOST_SHOWN = 10
MOST_INSIDE = 5


@require_safe
@gzip_page
def area(request: HttpRequest, code: str) -> HttpResponse:
    """Every indicator of one area in one vintage (the newest without one); a page that says so where there is no such area."""
    year = request.GET.get("vintage", "")
    try:
        if year and not (year.isascii() and year.isdigit() and len(year) == YEAR_DIGITS):
            raise InputError("A vintage is a year, such as 2021.", parameter="vintage", found=year)
        detail = get_area(code.upper(), vintage=int(year) if year else None)
    except InputError as error:
        return not_there(request, str(error))
    release = find_current_release()
    rows = get_profile(detail.area, release) if release else ()
    groups = profile_groups(rows, detail.area)
    neighbours = () if detail.area.geography.is_point else list_neighbours(detail.area)
    context = {
        "here": "area",
        "release": release_words(release),
        "area": describe_area(detail, neighbours),
        "groups": groups,
        "peers": peers_of(groups),
        "stands_out": _stands_out(release, detail.area, rows) if release else None,
    }
    return render(request, "pages/area.html", context)


def _stands_out(release: ReleaseInfo, area: AreaInfo, profile: tuple[ProfileRow, ...]) -> StandsOut:
    """What the findings of a release say of an area, and of what lies in it."""
    if area.geography.area_type in REGIONS:
        differences = list_findings(release, FindingFilter(dimension=PLACE), limit=None).findings
        places = list_places(differences)
        about = tuple(one for one in differences if any(place.code == area.code for place in places.get(one.key, ())))
        own = FindingPage(len(about), about[:MOST_SHOWN], None)
    else:
        own = list_findings(release, FindingFilter(area=area.code), limit=MOST_SHOWN)
    inside = list_findings(release, FindingFilter(within=None if area.code == ENGLAND else area.code), limit=MOST_INSIDE)
    indicators = {one.slug: one for one in list_indicators(release)}
    detections = list_detections(release, FindingFilter())
    counted = {row.indicator.slug for row in profile if any(point.observation.value is not None for point in row.trend)}
    return stands_out(area, indicators, detections, own=own, inside=inside, counted=counted)
