"""Whether there is anything to do: one digest of all files at hand and of all our code. Imports nothing heavy, so it answers at once."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from geo.models import ChainRun, Release, Tileset
from geo.operations.finding import Finder
from geo.sources.fetch import hash_file
from geo.sources.registry import Source

_GEO = Path(__file__).parent.parent
_CODE = ("*.py", "*.sql", "*.yaml")


def chain_digest(sources: Mapping[str, Source], finder: Finder) -> str:
    """Digest of every source's file (its content, or that there is none) and of the code that makes a release of them."""
    digest = hashlib.sha256()
    for slug, source in sources.items():
        digest.update(f"{slug} {_content(source, finder)} {finder.accepted.get(slug, '')}\n".encode())
    for pattern in _CODE:
        for path in sorted(_GEO.rglob(pattern)):
            digest.update(path.relative_to(_GEO).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def standing_run(digest: str) -> ChainRun | None:
    """The last run if it was of this digest and what it made still stands: its release is published and its tilesets are there."""
    run = ChainRun.objects.select_related("release").order_by("-id").first()
    if run is None or run.digest != digest or run.release is None or run.release.state != Release.State.PUBLISHED:
        return None
    wanted = run.release.tilesets
    there = set(Tileset.objects.filter(is_complete=True).values_list("geography__slug", "version"))
    return run if all(pair in there for pair in wanted.items() if pair[1] != "not_available") else None


def _content(source: Source, finder: Finder) -> str:
    for folder in (finder.mirror, finder.cache):
        if folder is not None and (folder / source.file).is_file():
            return hash_file(folder / source.file)
    return "absent"
