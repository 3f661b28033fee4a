"""The map explorer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from geo.queries.areas import get_bounds
from geo.queries.catalogue import ReleaseInfo, find_current_release, list_indicators
from geo.queries.cell_slices import list_cell_slices
from geo.queries.estimates import list_estimates
from geo.queries.sites import list_kinds
from hiid.pages.presenters.catalogue import explorer_settings, release_words
from hiid.pages.presenters.demonstrations import districts_of
from hiid.pages.presenters.words import site_title

# Modules that the page needs before it can draw, asked for at once instead of one after the other.
_SCRIPTS = (
    "map", "layers", "patterns", "store", "state", "scales", "values", "data", "words", "dom", "view", "legend", "chart", "picker",
    "selection", "panel", "sentences", "search", "sheet", "table", "columns", "drawer", "tip", "notices", "painting", "shows", "estimates",
    "legend_estimates", "gradients", "cells", "fold",
)  # fmt: skip
MODULES = (
    "pages/vendor/maplibre-gl/maplibre-gl.mjs",
    "pages/vendor/flechette/flechette.mjs",
    *(f"pages/js/{name}.js" for name in _SCRIPTS),
)


# The settings of the release that was asked for last: a published release never changes, and making them takes a tenth of a second.
_kept: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}


def _settings(release: ReleaseInfo | None, site_kinds: tuple[str, ...]) -> dict[str, Any]:
    """The page's settings of a release, made once in each process."""
    if release is None:
        return explorer_settings(None, [], site_kinds=site_kinds)
    key = (release.slug, site_kinds)
    found = _kept.get(key)
    if found is None:
        indicators = list_indicators(release)
        estimates, reach = list_estimates(release, indicators), get_bounds(districts_of(release))
        cells = list_cell_slices(release)
        found = explorer_settings(release, indicators, site_kinds=site_kinds, estimates=estimates, reach=reach, cells=cells)
        _kept.clear()
        _kept[key] = found
    return found


@require_safe
@gzip_page
def explorer(request: HttpRequest) -> HttpResponse:
    """The map page with everything it may offer; its state is read from the query string by its scripts."""
    release = find_current_release()
    site_kinds = list_kinds()
    context = {
        "here": "explorer",
        "sites": [(kind, site_title(kind)) for kind in site_kinds],
        "release": release_words(release),
        "settings": _settings(release, site_kinds),
        "modules": MODULES,
    }
    return render(request, "pages/explorer.html", context)
