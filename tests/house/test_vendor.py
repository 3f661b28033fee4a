"""The vendored browser libraries are the pinned ones, whole, with a licence, and ask nothing of another host."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "hiid/pages/static/pages/vendor", ROOT / "tests/browser/vendor"]
PAGE_FILES = sorted(path for path in FOLDERS[0].rglob("*") if path.suffix in {".mjs", ".js", ".css"})
# Addresses that stand in the files as names or as links for people to follow; no browser asks for them by itself.
INERT = re.compile(
    r"https?://(www\.w3\.org/(1999/xhtml|1999/xlink|2000/svg|2000/xmlns)|maplibre\.invalid/|maplibre\.org/|wiki\.openstreetmap\.org/|"
    r"github\.com/(mapbox|maplibre|vega|Starcounter-Jack)/|vega\.github\.io/(schema|editor)/|numpy\.org/|arrow\.apache\.org/)"
)


def manifest(folder: Path) -> dict[str, dict]:
    return {library["name"]: library for library in json.loads((folder / "manifest.json").read_text())["libraries"]}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parts[-4])
def test_files_on_disk_are_those_of_the_manifest(folder):
    declared = {name: digest for library in manifest(folder).values() for name, digest in library["files"].items()}

    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }

    assert found == declared


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parts[-4])
def test_each_library_carries_its_licence_and_the_pinned_version(folder):
    script = (ROOT / "tools/vendor.sh").read_text()
    for name, library in manifest(folder).items():
        assert library["licence"], name
        assert any("LICENSE" in file for file in library["files"]), name
        assert f"={library['version']}" in script, f"{name} {library['version']} is not the version of tools/vendor.sh"


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda path: path.name)
def test_no_vendored_file_asks_another_host(path):
    text = path.read_text()

    addresses = set(re.findall(r"https?://[\w.-]+/?[\w./-]*", text)) - {"http://", "https://"}

    assert {address for address in addresses if not INERT.match(address)} == set()
    assert not re.search(r"url\(\s*['\"]?(https?:)?//", text)
    assert not re.search(r"@import|\bimport\s*\(?\s*['\"](https?:)?//|@font-face", text)


def test_nhs_styles_carry_neither_the_licensed_typeface_nor_the_logo():
    folder = FOLDERS[0] / "nhsuk-frontend"

    assert "Frutiger" not in (folder / "nhsuk-frontend.min.css").read_text()
    assert {path.name for path in folder.rglob("*.svg")} == set(
        re.findall(r"images/([\w-]+\.svg)", (folder / "nhsuk-frontend.min.css").read_text())
    )
    assert not [path.name for path in folder.rglob("*") if "logo" in path.name or path.suffix == ".png"]
