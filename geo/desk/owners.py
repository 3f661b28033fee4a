"""Who made something here: a key that only their browser holds. It names nobody, and there is nothing to log in to."""

import secrets

from geo.errors import NotYours


def new_owner() -> str:
    """A key that nobody can guess (192 bits)."""
    return secrets.token_urlsafe(24)


def require_owner(owner: str, asking: str | None) -> None:
    """Raise NotYours where somebody else asks to change what `owner` made."""
    if asking is None or not secrets.compare_digest(owner, asking):
        raise NotYours("Only whoever made this, from the browser that it was made in, may change it. Anybody may save one of their own.")
