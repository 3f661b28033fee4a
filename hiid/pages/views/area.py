"""The profile of one area."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from geo.errors import InputError
from geo.queries.areas import get_area, list_neighbours
from geo.queries.catalogue import find_current_release
from geo.queries.profile import get_profile
from hiid.pages.presenters.area import describe_area, profile_groups
from hiid.pages.presenters.catalogue import release_words
from hiid.pages.views.trouble import not_there

YEAR_DIGITS = 4


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
    neighbours = () if detail.area.geography.is_point else list_neighbours(detail.area)
    context = {
        "here": "area",
        "release": release_words(release),
        "area": describe_area(detail, neighbours),
        "groups": profile_groups(rows, detail.area),
    }
    return render(request, "pages/area.html", context)
