"""The page of one indicator's inequality, and each of its charts as SVG."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from api import params
from geo.codes import ENGLAND, GEOGRAPHIES
from geo.errors import InputError, UnknownArea
from geo.queries.areas import AreaInfo, find_areas, list_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, find_current_release, get_indicator, list_indicators
from geo.queries.concentrations import get_concentration
from geo.queries.gradients import DEPRIVATIONS, PUBLISHED, InequalityInfo
from geo.queries.inequality import get_inequality, get_inequality_series, list_indexes
from geo.queries.observations import EVERYBODY
from geo.queries.people_groups import list_people_groups
from geo.queries.slopes import fitted_line
from hiid.pages.presenters import asking, steepness
from hiid.pages.presenters import inequality as present
from hiid.pages.presenters.catalogue import FIRST_INDICATOR, release_words
from hiid.pages.presenters.concentration import concentration
from hiid.pages.presenters.figures import Chart, with_addresses
from hiid.pages.presenters.groups import group_charts
from hiid.pages.presenters.words import ENGLAND_OF_RECORDS
from hiid.pages.views import drawing
from hiid.pages.views.trouble import not_there

# Sets of areas to choose from; any other is reached by the links of its own page.
OFFERED = ("rgn23", "icb26")

PARAMETERS = (
    params.code("area", "Area inside which neighbourhoods are grouped.", default=ENGLAND),
    params.choice("deprivation", "Index of deprivation.", choices=DEPRIVATIONS),
    params.period("Period."),
    params.slug("stratum", "Part of the people.", example="all"),
    params.choice("area_type", "Kind of areas that are grouped.", choices=tuple(asking.GROUPED)),
)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Leads to the indicator that was chosen, or to the one a newcomer sees first; a choice that this one does not have is left out."""
    release = find_current_release()
    indicators = {one.slug: one for one in list_indicators(release)} if release else {}
    if release is None or not indicators:
        return not_there(request, "No release has been published yet.")
    asked = request.GET.get("indicator", "")
    indicator = indicators.get(asked) or indicators.get(FIRST_INDICATOR) or next(iter(indicators.values()))
    indexes = set(list_indexes(release, indicator))
    known = {
        "area": _same_area(request),
        "period": {part.period for part in indicator.slices},
        "deprivation": indexes,
        "stratum": {part.stratum for part in indicator.slices if indexes != {PUBLISHED}} - {EVERYBODY},
        "area_type": {part.geography.area_type for part in indicator.slices} & set(asking.GROUPED),
    }
    kept = {name: request.GET[name] for name in known if request.GET.get(name) in known[name]}
    address = reverse("inequality", args=[indicator.slug])
    return redirect(f"{address}?{urlencode(kept)}" if kept else address)


@require_safe
@gzip_page
def inequality(request: HttpRequest, indicator: str) -> HttpResponse:
    """Everything on how an indicator differs by deprivation and between groups, in an area and a period."""
    release = find_current_release()
    if release is None:
        return not_there(request, "No release has been published yet.")
    try:
        chosen = get_indicator(indicator, release)
        wanted = params.read_parameters(request.GET, PARAMETERS)
        context = _context(release, chosen, wanted)
    except InputError as error:
        return not_there(request, str(error))
    folder = reverse("inequality", args=[chosen.slug])
    charts = with_addresses(context.pop("charts"), folder, request.GET.urlencode())
    return render(request, "pages/inequality.html", {"here": "inequality", "release": release_words(release), "charts": charts, **context})


@require_safe
@gzip_page
def picture(request: HttpRequest, indicator: str, chart: str) -> HttpResponse:
    """One chart of that page as SVG; 404 where the page has no such chart, or only words in its place."""
    release = find_current_release()
    if release is None:
        return not_there(request, "No release has been published yet.")
    held = drawing.held(request, release)
    if held is not None:
        return held
    try:
        chosen = get_indicator(indicator, release)
        charts = _context(release, chosen, params.read_parameters(request.GET, PARAMETERS))["charts"]
    except InputError as error:
        return not_there(request, str(error))
    found = next((one for one in charts if one.slug == chart), None)
    if found is None or found.spec is None:
        return not_there(request, found.refusal if found else "The page has no chart of this name.")
    return drawing.send(request, release, found.spec)


def _context(release: ReleaseInfo, indicator: IndicatorInfo, wanted: dict[str, Any]) -> dict[str, Any]:
    """What the page says: its head, its choices, its charts. Raises InputError for what there is not."""
    area = find_areas(wanted["area"], parameter="area")[0]
    england = ENGLAND_OF_RECORDS if indicator.is_linked else "England"
    area_name = england if area.code == ENGLAND else area.name
    context: dict[str, Any] = {
        "title": indicator.title,
        "description": indicator.definition.get("description", ""),
        "caveats": indicator.definition.get("caveats", []),
        "indicators": asking.indicator_options(list_indicators(release), indicator.slug),
        "areas": asking.area_options(_places(), area, england=england),
        "map_link": asking.on_map(indicator, area, wanted["period"]),
        "charts": (),
    }
    offered = list_indexes(release, indicator, wanted["area_type"])
    if not offered:
        return {**context, "nothing": asking.nothing_words(indicator)}
    if wanted["stratum"] is None:
        wanted = {**wanted, "stratum": asking.first_stratum(indicator)}
    try:
        found = get_inequality(release, indicator, **wanted)
    except UnknownArea as error:  # The area is there, but none of the areas with these figures lies in it.
        return {**context, "of": area_name, "nothing": str(error)}
    series = get_inequality_series(release, indicator, found)
    of_whom = asking.stratum_title(indicator, found.stratum)
    asked = present.Asked(release, indicator, area_name, asking.period_label(indicator, found.period), of_whom)
    # Of deciles as published only the periods that have them can be chosen.
    chosen = {"geography": found.geography.slug, "stratum": "" if found.deprivation == PUBLISHED else found.stratum}
    return {
        **context,
        "of": ", ".join(part for part in (of_whom, area_name, asked.period_label) if part),
        "method": f"{found.method} {indicator.definition.get('basis_note', '') if found.deprivation != PUBLISHED else ''}".strip(),
        "periods": asking.period_options(indicator, **chosen, chosen=found.period),
        "indexes": asking.index_options(indicator, offered, found.deprivation),
        # Deciles of the people themselves are of no kind of areas.
        "kinds": () if offered == (PUBLISHED,) else asking.kind_options(indicator, found.geography.area_type),
        "strata": ()
        if offered == (PUBLISHED,)
        else asking.stratum_options(indicator, geography=found.geography.slug, chosen=found.stratum),
        "facts": steepness.facts(asked, found),
        "steepness": found.steepness,
        # The map has no areas to colour where the figures are of the whole alone.
        "map_link": context["map_link"] if asking.kind_options(indicator, found.geography.area_type) else "",
        "counted_instead": asking.counted_instead(indicator, found),
        "charts": (
            present.gradient(asked, found, fitted=fitted_line(found.groups, found.steepness)),
            *steepness.through_time(asked, series),
            concentration(asked, found, get_concentration(release, indicator, found)),
            *_groups(asked, release, found),
            *([] if offered == (PUBLISHED,) else [present.indexes(asked, _both(release, indicator, found, offered))]),
        ),
    }


def _groups(asked: present.Asked, release: ReleaseInfo, found: InequalityInfo) -> tuple[Chart, ...]:
    """The groups of the area's people; deciles that are the gradient already are none of them."""
    is_published = found.deprivation == PUBLISHED
    groups = list_people_groups(release, asked.indicator, area=found.area, period=found.period, with_deciles=not is_published)
    return () if is_published and not groups else group_charts(asked, groups)


def _both(release: ReleaseInfo, indicator: IndicatorInfo, found: InequalityInfo, offered: tuple[str, ...]) -> dict[str, InequalityInfo]:
    """The same figures by the two whole indexes (by their income domains for a part of the IMD), as far as they are to be had."""
    ending = "" if "imd2019" in offered or "imd2025" in offered else "-income"
    both = {}
    for name in (f"imd2019{ending}", f"imd2025{ending}"):
        if name == found.deprivation:
            both[name] = found
        elif name in offered:
            with suppress(InputError):  # The other index may lack this period, or stand on boundaries that the area has not.
                both[name] = get_inequality(
                    release,
                    indicator,
                    deprivation=name,
                    area=found.area,
                    period=found.period,
                    stratum=found.stratum,
                    area_type=found.geography.area_type,
                )
    return both


def _places() -> tuple[AreaInfo, ...]:
    """The areas to choose from."""
    return list_areas(geographies=tuple(GEOGRAPHIES[slug] for slug in OFFERED), limit=None).areas


def _same_area(request: HttpRequest) -> set[str]:
    """The area asked for where there is one of this code; England is what is shown without one."""
    code = request.GET.get("area", "")
    try:
        return {found.code for found in find_areas(code)} - {ENGLAND}
    except InputError:
        return set()
