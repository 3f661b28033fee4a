"""Addresses of the HTTP interface: REST, its description, health. Each REST address answers with and without a slash behind it."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from api import errors
from api.views import (
    areas,
    catalogue,
    catchments,
    catchments_saved,
    cells,
    figures,
    findings,
    health,
    plan_files,
    plans,
    quality,
    travel,
    travel_matrices,
)
from api.views.base import ReadView


def both(route: str, view: type[ReadView], name: str) -> list[URLPattern]:
    """The address without a slash, which has the name, and with one."""
    return [path(route, view.as_view(), name=name), path(f"{route}/", view.as_view())]


rest = [
    *both("areas", areas.Areas, "areas"),
    *both("areas/<str:code>", areas.AreaDetail, "area"),
    *both("search", areas.Search, "search"),
    *both("sites", areas.Sites, "sites"),
    *both("indicators", catalogue.Indicators, "indicators"),
    *both("indicators/<str:indicator>", catalogue.IndicatorDetail, "indicator"),
    *both("observations", figures.Observations, "observations"),
    *both("cells", cells.Cells, "cells"),
    *both("inequality", figures.Inequality, "inequality"),
    *both("findings", findings.Findings, "findings"),
    *both("findings/<str:key>", findings.FindingDetail, "finding"),
    *both("hotspots", findings.Hotspots, "hotspots"),
    *both("trends", findings.Trends, "trends"),
    *both("funnel", findings.Funnel, "funnel"),
    *both("grain", findings.Grains, "grain"),
    *both("quality", quality.Quality, "quality"),
    *both("catchments/preview", catchments.Preview, "catchment-preview"),
    *both("catchments/upload", catchments.Upload, "catchment-upload"),
    *both("catchments", catchments_saved.Catchments, "catchments"),
    re_path(r"^catchments/(?P<key>[\w-]{22})\.(?P<form>geojson|csv|pdf)$", catchments_saved.CatchmentFile.as_view(), name="catchment-file"),
    *both("catchments/<str:key>", catchments_saved.CatchmentDetail, "catchment"),
    *both("catchments/<str:key>/profile", catchments_saved.CatchmentProfile, "catchment-profile"),
    *both("plans", plans.Plans, "plans"),
    *both("plans/choices", plan_files.PlanChoices, "plan-choices"),
    *both("plans/candidates", plan_files.PlanCandidates, "plan-candidates"),
    *both("plans/what-if", plans.WhatIf, "what-if"),
    *both("plans/replay", plans.Replay, "replay"),
    *both("plans/<str:key>.<slug:form>", plan_files.PlanFile, "plan-file"),
    *both("plans/<str:key>", plans.PlanDetail, "plan"),
    *both("plans/<str:key>/cancel", plans.Cancel, "cancel-plan"),
    *both("travel/isochrone", travel.Isochrone, "isochrone"),
    *both("travel/nearest", travel.NearestSites, "nearest"),
    *both("travel/matrices", travel_matrices.Matrices, "matrices"),
    *both("travel/matrices/<str:key>", travel_matrices.MatrixDetail, "matrix"),
    *both("releases", catalogue.Releases, "releases"),
    *both("sources", catalogue.Sources, "sources"),
    path("schema/", catalogue.Schema.as_view(), name="schema"),
    path("schema", catalogue.Schema.as_view()),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("api.tiles_urls")),
    path("api/v1/", include((rest, "api"))),
    path("api/docs/", catalogue.docs, name="api-docs"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.prometheus, name="metrics"),
    re_path(r"^(?:api|tiles|values|layers)(?:/|$)", errors.not_found),
]
