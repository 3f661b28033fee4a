"""The Django application of the HTTP interface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The HTTP interface."""

    name = "api"
