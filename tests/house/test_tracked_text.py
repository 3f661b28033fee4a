"""Nothing tracked names the machine that it was written on, a registry of packages, or unfinished work."""

import re

import pytest

from tests.house.tracked import ROOT, text_files, tracked_files

# Written in halves, so that this file does not hold what it forbids.
REGISTRIES = "|".join(("py" + r"pi\.org", "python" + "hosted", r"registry\.npm" + "js", r"deb\.deb" + "ian", "unp" + "kg", "jsdel" + "ivr"))
MACHINE_PATHS = r"(?<![\w.$}])/(?:" + "|".join(("work/(?:main|shared)", "ro" + "ot/", "tmp/" + "hw", "home/" + r"\w")) + ")"
UNFINISHED = r"\b(?:TO" + "DO|FIX" + "ME|XX" + r"X)\b|raise NotImplemented" + "Error"
MEGABYTE = 1_000_000
TEXTS = text_files()


@pytest.mark.parametrize(("what", "pattern"), [("registry", REGISTRIES), ("machine path", MACHINE_PATHS), ("unfinished", UNFINISHED)])
def test_no_tracked_text_holds(what, pattern):
    found = {
        f"{name}:{number}": line.strip()[:120]
        for name, text in TEXTS.items()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    }

    assert found == {}, what


def test_lock_files_name_no_address_and_hash_every_package():
    for name in ("requirements/run.txt", "requirements/dev.txt", "requirements/uv.txt"):
        text = TEXTS[name]
        pinned = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==", text, re.MULTILINE)
        assert "://" not in text, name
        assert len(pinned) == len(re.findall(r"== ?[^\n]*\\\n +--hash=sha256:", text)), name
    assert '"resolved"' not in TEXTS["tools/js/package-lock.json"]


def test_every_requirement_says_what_it_is_for():
    for name in ("requirements/run.in", "requirements/dev.in", "requirements/uv.in"):
        for line in TEXTS[name].splitlines():
            assert line.startswith(("#", "-r ")) or re.search(r"\s#\s\S", line), f"{name}: {line}"


def test_no_published_data_and_no_large_file_is_tracked():
    large = {name: size for name in tracked_files() if (size := (ROOT / name).stat().st_size) > MEGABYTE}

    assert large == {}
