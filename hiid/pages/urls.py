"""Addresses of the web pages."""

from django.urls import path

from hiid.pages.views import about, area, closer, explorer, findings, inequality, lookups, planning, quality

urlpatterns = [
    path("", explorer.explorer, name="explorer"),
    path("areas/<str:code>/", area.area, name="area"),
    path("areas/<str:code>/<str:indicator>/", closer.closer, name="closer"),
    path("areas/<str:code>/<str:indicator>/<slug:chart>.svg", closer.picture, name="closer-picture"),
    path("findings/", findings.findings, name="findings"),
    path("inequality/", inequality.start, name="inequality-start"),
    path("inequality/<str:indicator>/", inequality.inequality, name="inequality"),
    path("inequality/<str:indicator>/<slug:chart>.svg", inequality.picture, name="inequality-picture"),
    path("plan/", planning.plan, name="plan"),
    path("plan/catchments/", planning.catchments, name="catchments"),
    path("quality/", quality.quality, name="quality"),
    path("quality/<slug:chart>.svg", quality.picture, name="quality-picture"),
    path("about/", about.about, name="about"),
    path("names/<slug:slug>.json", lookups.names, name="names"),
    path("labels/<slug:reach>.json", lookups.labels, name="labels"),
]
