"""Files and functions stay small enough to be read: style limits, counted."""

import ast

import pytest

from tests.house.tracked import ROOT, tracked_files

FILE_LINES, FUNCTION_LINES, SCRIPT_LINES = 350, 60, 250
PYTHON = [name for name in tracked_files() if name.endswith(".py") and "/migrations/" not in name]
SCRIPTS = [name for name in tracked_files() if name.startswith("hiid/pages/static/pages/js/")]


def function_lengths(source: str) -> dict[str, int]:
    """Lines of each function, its docstring and decorators left out: words that explain are not counted against it."""
    lengths = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = node.body[0] if ast.get_docstring(node) is not None else None
            written = (docstring.end_lineno - docstring.lineno + 1) if docstring else 0
            lengths[f"{node.name}, line {node.lineno}"] = node.end_lineno - node.lineno + 1 - written
    return lengths


@pytest.mark.parametrize("name", PYTHON)
def test_python_files_and_functions_stay_within_the_limits(name):
    source = (ROOT / name).read_text()

    assert len(source.splitlines()) <= FILE_LINES, "split it by idea"
    assert {function: lines for function, lines in function_lengths(source).items() if lines > FUNCTION_LINES} == {}


@pytest.mark.parametrize("name", SCRIPTS)
def test_page_scripts_stay_within_the_limit_and_say_what_they_touch(name):
    source = (ROOT / name).read_text()

    assert len(source.splitlines()) <= SCRIPT_LINES, "split it by idea"
    assert source.startswith("//"), "the first line says whether it is pure or what it touches"


def test_the_counter_sees_a_long_function():
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES))

    assert function_lengths(f"def short():\n    pass\n\n\ndef long():\n{body}\n") == {
        "short, line 1": 2,
        "long, line 5": FUNCTION_LINES + 1,
    }
