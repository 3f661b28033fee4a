"""The Python of the tutorials, run on the published files; what it prints is what the text shows."""

import contextlib
import io
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "tutorials"
TEXT = (DOCS / "three-findings.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(python|text)\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_findings_counted_again_from_their_files_are_those_of_the_text(mirror, monkeypatch):
    monkeypatch.setenv("HIID_MIRROR", str(mirror))
    names: dict[str, object] = {}
    printed = io.StringIO()

    for kind, block in BLOCKS:
        if kind == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(block, "three-findings.md", "exec"), names)
        else:
            assert printed.getvalue() == block
    assert [kind for kind, _ in BLOCKS] == ["python"] + ["python", "text"] * 3
