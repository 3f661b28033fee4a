"""Pages for when something is not there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_there(request: HttpRequest, reason: str) -> HttpResponse:
    """The 404 page with a reason in words for the person."""
    return render(request, "404.html", {"reason": reason}, status=404)
