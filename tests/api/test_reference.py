"""The examples of docs/reference/api.md and of the tutorial, run."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).parents[2] / "docs"
NAMES = ("reference/api.md", "tutorials/first-figures.md", "tutorials/three-findings.md")
TEXTS = [(DOCS / name).read_text(encoding="utf-8") for name in NAMES]
EXAMPLES = sorted({address for text in TEXTS for address in re.findall(r"^GET (\S+)$", text, flags=re.MULTILINE)})


def test_there_are_examples():
    assert len(EXAMPLES) > 15


@pytest.mark.parametrize("address", EXAMPLES)
def test_an_example_answers_as_told(api, world, address):
    answer = api.get(address)

    if "parish" in address:
        assert answer.status_code == 400
        assert "lsoa" in answer.json()["errors"][0]["valid"]
        return
    assert answer.status_code == 200
    if "format=" in address:
        assert len(b"".join(answer.streaming_content).splitlines()) > 2
    else:
        assert answer.json()["release"] == "2026-01-made-up"
        assert answer.json().get("count", 1) > 0
