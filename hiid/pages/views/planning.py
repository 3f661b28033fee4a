"""The pages of planning: where mobile units stop, and what a catchment holds. Their scripts ask the REST interface for what they show."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from geo.queries.areas import get_bounds
from geo.queries.catalogue import ReleaseInfo, find_current_release, list_indicators
from hiid.pages.presenters.catalogue import release_words
from hiid.pages.presenters.demonstrations import districts_of
from hiid.pages.presenters.planning import catchment_settings, plan_settings

# Modules that both pages need before they can draw, asked for at once instead of one after the other.
_SHARED = (
    "ground", "desk", "map", "layers", "patterns", "store", "state", "scales", "values", "data", "words", "dom", "view", "legend", "chart",
    "search", "sheet", "notices", "shows", "estimates", "legend_estimates", "fold", "workkeys",
)  # fmt: skip
_MAPS = ("pages/vendor/maplibre-gl/maplibre-gl.mjs", "pages/vendor/flechette/flechette.mjs")
_DRAWING = (
    "pages/vendor/terra-draw/terra-draw.mjs",
    "pages/vendor/terra-draw-maplibre-gl-adapter/terra-draw-maplibre-gl-adapter.mjs",
)


@require_safe
@gzip_page
def plan(request: HttpRequest) -> HttpResponse:
    """Where a mobile unit stops: its choices, the map of demand and of stops, and the plan that the address names."""
    own = (
        "planstate", "planwords", "planform", "planfiles", "planextras", "planminutes", "stops", "planresult",
        "plantables", "making", "holding",
    )  # fmt: skip
    return _page(request, "pages/plan.html", plan_settings, (*_MAPS, *_scripts(*own)))


@require_safe
@gzip_page
def catchments(request: HttpRequest) -> HttpResponse:
    """A catchment, drawn, uploaded or built: the map with its tools, and who lives in it."""
    own = ("shapes", "drawing", "cursor", "ways", "profile", "profilewords", "keeping", "kept", "planstate", "snapped", "toolbar")
    return _page(request, "pages/catchments.html", catchment_settings, (*_MAPS, *_DRAWING, *_scripts(*own)))


def _scripts(*own: str) -> tuple[str, ...]:
    return tuple(f"pages/js/{name}.js" for name in (*own, *_SHARED))


def _page(request: HttpRequest, template: str, settings: Callable[..., dict[str, Any]], modules: tuple[str, ...]) -> HttpResponse:
    release = find_current_release()
    context = {
        "here": "plan",
        "release": release_words(release),
        "settings": _settings(settings, release) if release else settings(None, [], reach=None),
        "modules": modules,
    }
    return render(request, template, context)


# A published release never changes, and reading its catalogue takes a tenth of a second: those of the last few are kept, of both pages.
@lru_cache(maxsize=4)
def _made(settings: Callable[..., dict[str, Any]], slug: str) -> dict[str, Any]:
    release = find_current_release()
    return settings(release, list_indicators(release) if release else [], reach=get_bounds(districts_of(release)))


def _settings(settings: Callable[..., dict[str, Any]], release: ReleaseInfo) -> dict[str, Any]:
    return _made(settings, release.slug)
