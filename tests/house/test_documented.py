"""What people can set and call is written down, and what is written down exists."""

import re

import pytest

from tests.house.tracked import ROOT, text_files, tracked_files

TEXTS = text_files()
SETTINGS, COMMANDS = TEXTS.get("docs/reference/settings.md", ""), TEXTS.get("docs/reference/commands.md", "")
# What Python reads: env.text("X"), env.flag("X"), env.secret("X"), text("X", …) in hiid/env.py itself.
READ = {
    variable
    for name, text in TEXTS.items()
    if name.startswith(("hiid/", "geo/", "api/")) and name.endswith(".py")
    for variable in re.findall(r"\b(?:text|flag|secret)\(\"([A-Z][A-Z_]+)\"", text)
}
EXAMPLE = set(re.findall(r"^([A-Z_]+)=", TEXTS[".env.example"], re.MULTILINE))
# PORT is read by the tools that start the server.
READ_BY_TOOLS = {"PORT"}
TABLE_ROW = r"^\| `([^`]+)`"


def test_every_variable_that_is_read_has_its_line_in_the_example():
    assert READ | READ_BY_TOOLS == EXAMPLE


def test_every_variable_is_explained():
    assert set(re.findall(TABLE_ROW, SETTINGS, re.MULTILINE)) >= EXAMPLE


def test_every_make_target_is_explained():
    targets = set(re.findall(r"^([a-z-]+):.*## ", TEXTS["Makefile"], re.MULTILINE))

    assert {f"make {target}" for target in targets} == {
        row for row in re.findall(TABLE_ROW, COMMANDS, re.MULTILINE) if row.startswith("make ")
    }


def test_every_management_command_is_explained():
    commands = {
        name.rsplit("/", 1)[1].removesuffix(".py")
        for name in tracked_files()
        if re.fullmatch(r"geo/management/commands/[a-z]\w*\.py", name)
    }

    assert commands == {row for row in re.findall(TABLE_ROW, COMMANDS, re.MULTILINE) if not row.startswith("make ")}


@pytest.mark.parametrize("name", [name for name in TEXTS if name.endswith(".md")])
def test_links_between_documents_lead_somewhere(name):
    folder = (ROOT / name).parent
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", TEXTS[name])

    assert [target for target in targets if not (folder / target).exists()] == []
