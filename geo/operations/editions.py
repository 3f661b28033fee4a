"""Earlier editions of a world's records: where their protected tables are, and what protecting a new one is told of them."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geo.disclosure.policies import Policy
from geo.disclosure.protected_files import MANIFEST, ProtectedWorld, read_manifest, read_protected
from geo.disclosure.revision import Revised
from geo.errors import InputError, QualityError
from geo.operations.synthesising import PROTECTED
from geo.releases.linked_editions import OTHER_EDITIONS, published_editions, records_of, regarded_by

# Where protected tables stay that were published and have been followed by others, below the folder of data: <first digits of the
# manifest's sha256>/<world>.
PUBLISHED = "published"
_DIGITS = 16
# Digits that are left out of how many values were held back: one more or less would tell whether a count crossed a step of rounding.
_ROUGHLY = -2


@dataclass(frozen=True)
class Earlier:
    """published: sha256 of each earlier edition's manifest, oldest first. never_published: those that an operator says nobody has seen.

    tables: of those that were published, once they were read.
    """

    published: tuple[str, ...] = ()
    never_published: tuple[str, ...] = ()
    tables: tuple[ProtectedWorld, ...] = ()

    def stands(self, manifest: Mapping[str, Any], sha256: str) -> bool:
        """Whether a protected table may stay: it was published, or protected with regard to all that were; and afresh if that is asked."""
        if self.never_published:
            return not (manifest.get("revision") or {}).get("earlier")
        return sha256 in self.published or set(self.published) <= regarded_by(manifest)


def earlier_editions(world: str, *, never_published: bool = False) -> Earlier:
    """The editions that were published of a world's records. never_published: nobody has seen them, so nothing is asked of them."""
    found = tuple(published_editions(records_of(world)))
    return Earlier((), found) if never_published else Earlier(found)


def read_editions(data: Path, world: str, earlier: Earlier) -> Earlier:
    """The same with the protected tables. Raises InputError for one that is nowhere below the folder of data."""
    records = records_of(world)
    folders = [data / PROTECTED / name for name in (records, *(f"{records}{end}" for end in OTHER_EDITIONS))]
    releases = published_editions(records) if earlier.published else {}
    found: list[ProtectedWorld] = []
    for sha256 in earlier.published:
        places = [*folders, *sorted((data / PUBLISHED / sha256[:_DIGITS]).glob("*"))]
        folder = next((place for place in places if _is_of(place, sha256)), None)
        if folder is None:
            raise InputError(
                f"Release {releases[sha256]} was published of the same records, and its protected table is not kept: what both editions"
                f" would tell together cannot be asked. Put it into {data / PUBLISHED / sha256[:_DIGITS]}; or, if nobody has seen what was"
                " published, say --never-published.",
                parameter="world",
                found=world,
            )
        found.append(read_protected(folder))
    return replace(earlier, tables=tuple(found))


def keep_published(folder: Path, data: Path, earlier: Earlier) -> None:
    """Keep a copy of a protected table that was published, before another takes its place."""
    if not (folder / MANIFEST).is_file():
        return
    try:
        sha256 = read_manifest(folder)[1]
    except QualityError:
        return
    kept = data / PUBLISHED / sha256[:_DIGITS] / folder.name
    if sha256 not in earlier.published or kept.is_dir():
        return
    new = kept.with_name(f"{kept.name}.partial")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(folder, new)
    new.replace(kept)


def is_of_same_records(earlier: Earlier, facts: Mapping[str, Any]) -> bool:
    """Whether earlier editions are of the very same exact counts as these facts are, so that nothing can have moved."""
    cells = [facts, *(each.manifest for each in earlier.tables)]
    return len({(each["world"], each.get("inputs", {}).get("cells", number)) for number, each in enumerate(cells)}) == 1


def revision_facts(earlier: Earlier, revised: Revised, policy: Policy) -> dict[str, Any]:
    """What the manifest says of a revision: by which rule, with regard to what, and how many cells it touched, held back ones roughly."""
    told = {"earlier": list(earlier.published), "never_published": list(earlier.never_published)}
    if not earlier.published:
        return told
    return {
        **told,
        "moved_by": policy.revised_by,
        "believed_change": policy.believed_change,
        "revised": revised.revised,
        "held_back_about": round(revised.held_back, _ROUGHLY),
        "withheld": revised.withheld,
        "fewest_candidates": revised.fewest,
        "told_by_first": revised.told,
    }


def _is_of(folder: Path, sha256: str) -> bool:
    """Whether a folder holds the protected table of this manifest."""
    if not (folder / MANIFEST).is_file():
        return False
    try:
        return read_manifest(folder)[1] == sha256
    except QualityError:
        return False
