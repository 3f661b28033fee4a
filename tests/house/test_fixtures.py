"""Fixtures are what their lists say, byte for byte."""

import hashlib

import yaml

from tests.house.tracked import ROOT, tracked_files

FIXTURES = [name.removeprefix("fixtures/") for name in tracked_files() if name.startswith("fixtures/")]
LISTS = {"SHA256SUMS", "published/editions.yaml"}


def found(*, in_published: bool) -> dict[str, str]:
    return {
        name: hashlib.sha256((ROOT / "fixtures" / name).read_bytes()).hexdigest()
        for name in FIXTURES
        if name not in LISTS and not name.endswith(".md") and name.startswith("published/") == in_published
    }


def test_every_fixture_has_the_checksum_of_the_list():
    lines = (ROOT / "fixtures/SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}

    assert found(in_published=False) == listed, "look at the change; if it is meant: bash tools/fixtures.sh"


def test_every_file_in_a_published_layout_has_the_checksum_of_its_edition():
    editions = yaml.safe_load((ROOT / "fixtures/published/editions.yaml").read_text())
    listed = {f"published/{name}": edition["sha256"] for name, edition in editions.items()}

    assert found(in_published=True) == listed, "look at the change; if it is meant, make the fixtures anew"


def test_every_folder_of_fixtures_is_explained():
    text = (ROOT / "fixtures/README.md").read_text()

    assert [folder for folder in {name.split("/")[0] for name in FIXTURES if "/" in name} if f"| `{folder}/` |" not in text] == []
