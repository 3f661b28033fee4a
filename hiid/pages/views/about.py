"""The page about the figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from geo.maps.scales import scale_settings
from geo.queries.catalogue import find_current_release, list_indicators
from geo.queries.holdings import list_sources
from hiid.pages.presenters.about import indicator_groups, missing_maps, not_supplied, source_rows
from hiid.pages.presenters.catalogue import release_words
from hiid.pages.presenters.demonstrations import demonstrations
from hiid.pages.presenters.quality import world_facts


@require_safe
@gzip_page
def about(request: HttpRequest) -> HttpResponse:
    """What each number is and may claim, sources, licences, attributions; what is real and what synthetic."""
    release = find_current_release()
    sources = source_rows(list_sources(release))
    indicators = list_indicators(release) if release else []
    context = {
        "here": "about",
        "release": release_words(release),
        "groups": indicator_groups(indicators),
        "demonstrations": demonstrations(release, indicators),
        "world": world_facts(release.quality) if release else [],
        "sources": sources,
        "attributions": sorted({row["attribution"] for row in sources if row["attribution"]}),
        "made_up": [row for row in sources if row["is_synthetic"]],
        "absent": [row for row in sources if row["is_absent"]],
        "not_supplied": not_supplied(release.quality) if release else [],
        "missing_maps": missing_maps(release.tilesets) if release else [],
        "palettes": scale_settings()["sources"],
    }
    return render(request, "pages/about.html", context)
