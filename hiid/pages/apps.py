"""The Django application of the web pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The web pages."""

    name = "hiid.pages"
    label = "pages"
