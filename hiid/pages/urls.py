"""Addresses of the web pages."""

from django.urls import path

from hiid.pages.views import about, area, explorer, lookups

urlpatterns = [
    path("", explorer.explorer, name="explorer"),
    path("areas/<str:code>/", area.area, name="area"),
    path("about/", about.about, name="about"),
    path("names/<slug:slug>.json", lookups.names, name="names"),
    path("labels/<slug:reach>.json", lookups.labels, name="labels"),
]
