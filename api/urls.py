"""Addresses of the HTTP interface: tiles, values, REST."""

from django.urls import path

urlpatterns: list[path] = []
