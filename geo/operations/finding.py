"""Where the published files of this installation are looked for, and what stands in for those that are nowhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from geo.errors import SourceError
from geo.models import AcceptedEdition
from geo.sources.fetch import Located, hash_file, locate, publishers_reachable
from geo.sources.registry import Source

# Writes a made-up file in the source's own layout into a folder and gives its path.
StandIn = Callable[[Source, Path], Path]


@dataclass(frozen=True)
class Finder:
    """Mirror folder (or None), cache folder, hashes of accepted editions by slug, whether publishers are asked, maker of stand-ins."""

    mirror: Path | None
    cache: Path
    accepted: Mapping[str, str] = field(default_factory=dict)
    online: bool = False
    stand_in: StandIn | None = None

    def find(self, source: Source) -> Located:
        """The source's file, or its stand-in where there is none anywhere. Raises SourceError changed_hash or not_found."""
        try:
            return locate(source, mirror=self.mirror, cache=self.cache, accepted=self.accepted, online=self.online)
        except SourceError as error:
            if error.fault != "not_found" or not source.stand_in or self.stand_in is None:
                raise
        path = self.stand_in(source, self.cache / "stand-ins")
        return Located(path, "stand_in", hash_file(path))

    def hash_at_hand(self, source: Source) -> str:
        """The hash of the file that is found, whether or not it is a known edition. Raises SourceError not_found."""
        try:
            return locate(source, mirror=self.mirror, cache=self.cache, accepted=self.accepted, online=self.online).sha256
        except SourceError as error:
            if error.fault != "changed_hash":
                raise
            return error.place.found.removeprefix("sha256 ")

    def accepting(self, slug: str, sha256: str) -> "Finder":
        """The same finder, to which this edition of one source is good."""
        return replace(self, accepted={**self.accepted, slug: sha256}, stand_in=None)


def make_finder(sources: Mapping[str, Source], *, mirror: Path | None, data: Path, stand_in: StandIn | None = None) -> Finder:
    """The finder of this installation. Publishers are probed once, and only where a file is at hand neither in mirror nor cache.

    An optional file is a site's own: that it is nowhere is no reason to ask for it.
    """
    cache = data / "cache"
    places = [folder for folder in (mirror, cache) if folder is not None]
    needed = (source for source in sources.values() if not source.optional)
    missing = any(not any((folder / source.file).is_file() for folder in places) for source in needed)
    accepted = dict(AcceptedEdition.objects.values_list("slug", "sha256"))
    return Finder(mirror, cache, accepted, online=missing and publishers_reachable(sources), stand_in=stand_in)
