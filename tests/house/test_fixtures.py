"""Fixtures are what their lists say, byte for byte."""

import hashlib
import re

from tests.house.tracked import ROOT, tracked_files

FIXTURES = [name for name in tracked_files() if name.startswith("fixtures/")]
LIST = "fixtures/SHA256SUMS"


def test_every_fixture_has_the_checksum_of_the_list():
    listed = dict(reversed(line.split("  ", 1)) for line in (ROOT / LIST).read_text().splitlines())

    found = {
        name.removeprefix("fixtures/"): hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        for name in FIXTURES
        if name != LIST and not name.endswith(".md")
    }

    assert found == listed, "look at the change; if it is meant: bash tools/fixtures.sh"


def test_every_folder_of_fixtures_says_where_they_come_from():
    folders = {name.split("/")[1] for name in FIXTURES if name.count("/") > 1}

    for folder in folders:
        text = (ROOT / "fixtures" / folder / "README.md").read_text()
        assert re.search(r"made[ -]up|made here|published|source", text, re.IGNORECASE), folder
