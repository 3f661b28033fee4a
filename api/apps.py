"""The Django application of the HTTP interface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
