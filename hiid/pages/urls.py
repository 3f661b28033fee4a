"""Addresses of the web pages."""

from django.urls import path

urlpatterns: list[path] = []
