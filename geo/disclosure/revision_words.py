"""What is said of a revision, on pages and by commands."""

from collections.abc import Mapping
from typing import Any


def in_words(manifest: Mapping[str, Any]) -> str:
    """What a manifest tells of its revision, without a capital or a full stop; "" where no earlier edition was published."""
    told = manifest.get("revision") or {}
    if not told.get("earlier"):
        return ""
    editions = "one edition" if len(told["earlier"]) == 1 else f"{len(told['earlier'])} editions"
    held = f"about {told['held_back_about']:,}" if told["held_back_about"] else "fewer than 100"
    return (
        f"held against {editions} published before: {told['revised']:,} figures are revised; {held} moved by less than"
        f" {told['moved_by']} and stand as first published; {told['withheld']:,} are withheld because both editions would tell too much"
    )
