"""Every address of the service, by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("hiid.pages.urls")),
    path("", include("api.urls")),
]
