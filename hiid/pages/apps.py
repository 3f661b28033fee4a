"""The Django application of the web pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "hiid.pages"
    label = "pages"
