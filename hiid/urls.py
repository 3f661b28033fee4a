"""Every address of the service, by room."""

from django.urls import include, path

urlpatterns = [
    # Tiles are asked for most, and each pattern before them costs every one of them.
    path("", include("api.urls")),
    path("", include("hiid.pages.urls")),
]
