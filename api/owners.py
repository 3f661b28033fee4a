"""Who made something here: a key in a signed cookie that no script can read. It names nobody, and is given when something is saved."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from geo.desk.owners import new_owner

COOKIE = "hiid_owner"
# A year after the last change, whoever comes back is somebody new.
SECONDS = 365 * 24 * 3600
_SALT = "hiid.owner"


def owner_of(request: HttpRequest) -> str | None:
    """The key of whoever asks, or None where they have none or it was tampered with."""
    found = request.get_signed_cookie(COOKIE, default=None, salt=_SALT, max_age=SECONDS)
    return str(found) if found else None


def owner_or_new(request: HttpRequest) -> str:
    """The key of whoever asks, a new one where they have none."""
    return owner_of(request) or new_owner()


def keep_owner(request: HttpRequest, response: HttpResponseBase, owner: str) -> None:
    """Give the key with the answer, for as long as it is kept."""
    response.set_signed_cookie(
        COOKIE, owner, salt=_SALT, max_age=SECONDS, httponly=True, samesite="Lax", secure=request.is_secure(), path="/"
    )
