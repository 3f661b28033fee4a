"""The envelope of every list."""

from typing import Any

from django.http import HttpRequest


def envelope(request: HttpRequest, *, count: int, results: list[Any], limit: int, offset: int, told: dict[str, Any]) -> dict[str, Any]:
    """count, next, previous, results, and what is told beside them (release, is_synthetic, reason)."""
    return {
        "count": count,
        "next": _link(request, limit, offset + limit) if offset + limit < count else None,
        "previous": _link(request, limit, max(0, offset - limit)) if offset > 0 else None,
        "results": results,
        **told,
    }


def _link(request: HttpRequest, limit: int, offset: int) -> str:
    """This address with another offset."""
    query = request.GET.copy()
    query["limit"], query["offset"] = str(limit), str(offset)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
