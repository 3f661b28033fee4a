"""Which editions of the same linked records were published: releases whose protected tables are of the same made-up people.

The records of a world are told by its name without the edition (`-repaired`): editions differ in how the same people were recorded.
"""

from collections.abc import Mapping
from typing import Any

from geo.errors import QualityError
from geo.models import Release
from geo.releases.definitions_linked import SOURCE

# Ends of worlds' names that name another edition of the same records.
OTHER_EDITIONS = ("-repaired",)


def records_of(world: str) -> str:
    """The name that all editions of a world's records have in common."""
    for end in OTHER_EDITIONS:
        world = world.removesuffix(end)
    return world


def published_editions(records: str) -> dict[str, Release]:
    """Releases that were published of these records, by sha256 of their protected table's manifest, the first of each, oldest first.

    Those that were withdrawn are among them: they were seen. Those that an operator said were never seen by anybody are not.
    """
    found: dict[str, Release] = {}
    unseen: set[str] = set()
    for release in Release.objects.exclude(published_at=None).order_by("published_at"):
        linked = release.quality.get("linked") or {}
        if records_of(str(linked.get("world", ""))) == records and (sha256 := _sha256(release)):
            found.setdefault(sha256, release)
            unseen.update(_revision(linked).get("never_published", ()))
    return {sha256: release for sha256, release in found.items() if sha256 not in unseen}


def regarded_by(manifest: Mapping[str, Any]) -> frozenset[str]:
    """Protected tables that one was protected with regard to, those among them that were said to be unseen."""
    told = _revision(manifest)
    return frozenset([*told.get("earlier", ()), *told.get("never_published", ())])


def refuse_unregarded(release: Release) -> None:
    """Raise QualityError where a release's figures were protected without regard to what was published of the same records since.

    Nothing is asked of published files, nor of a protected table that was published once.
    """
    linked = release.quality.get("linked")
    if not linked:
        return
    published, own = published_editions(records_of(str(linked["world"]))), _sha256(release)
    if own in published:
        return
    if missing := [str(other) for sha256, other in published.items() if sha256 not in regarded_by(linked)]:
        raise QualityError(
            f"Release {release.slug} was protected without regard to {', '.join(missing)}, of the same records: `manage.py link_records"
            f" {linked['world']}` protects it anew, then build it again."
        )


def _sha256(release: Release) -> str:
    return str(release.sources.get(SOURCE, {}).get("sha256", ""))


def _revision(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    return manifest.get("revision") or {}
