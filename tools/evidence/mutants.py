"""Breaks geo/statistics on purpose, in every way that mutmut knows, and counts what its tests notice. Writes docs/evidence/mutation.md.

    .venv/bin/python tools/evidence/mutants.py                        all modules (an hour or two on one core)
    .venv/bin/python tools/evidence/mutants.py local scan             these alone; the other rows of the table stay
    .venv/bin/python tools/evidence/mutants.py --again FILE local     only the changes that survived in FILE, without a table

Each change is put to the tests of tests/geo/statistics that run the changed statement (tools/evidence/mutation). Exits 1 where fewer
than 90 % of a module's changes are noticed.
"""

import argparse
import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# Forked processes and threads of a numeric library do not go together.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402

from tools.evidence.mutation.changes import Change, changes  # noqa: E402
from tools.evidence.mutation.trial import Outcome, Trial  # noqa: E402

ROOM, TESTS = "geo/statistics", "tests/geo/statistics"
FILE = ROOT / "docs" / "evidence" / "mutation.md"
JUDGED = ROOT / "tools" / "evidence" / "mutation" / "judged.csv"
LEAST_NOTICED = 0.9
# This program has imported what pytest would have rewritten.
QUIETLY = ("--rootdir", str(ROOT), "-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")
PLUGINS_LEFT_OUT = ("randomly", "cacheprovider", "playwright", "schemathesis")

TEXT = """# What the tests of statistics notice

Made by `make evidence` (tools/evidence/mutants.py). {room} is broken on purpose in every way that mutmut knows: a sign, a comparison,
a number, an argument, an assignment at a time, in functions and in constants; the words of refusals are left alone. Each change is put
to the tests of {tests} that run the changed statement, without a database, with fixed examples of properties. It is
noticed where one fails, or where they take more than four times their time of the processor and five seconds (told apart). The bar is
90 % in each module.

One module alone: `.venv/bin/python tools/evidence/mutants.py local`.

| module | changes | a test failed | timed out | not noticed | noticed |
|---|---|---|---|---|---|
{rows}

## Changes that nobody noticed and that change nothing

Each of these was read. They count as not noticed above.

| module | line | became | why no test can tell |
|---|---|---|---|
{judged}
"""


def main() -> None:
    """Parse the command line, put every change to the tests, write the table."""
    parser = argparse.ArgumentParser(description="Break geo/statistics on purpose and count what its tests notice.")
    parser.add_argument("modules", nargs="*", help="names without .py; all without any")
    parser.add_argument("--log", type=Path, help="write one line of JSON for each change to this file")
    parser.add_argument("--again", type=Path, help="try only what survived in this file, and write no table")
    asked = parser.parse_args()
    names = asked.modules or sorted(path.stem for path in (ROOT / ROOM).glob("[a-z]*.py"))
    files = {name: ROOT / ROOM / f"{name}.py" for name in names}
    outcomes = run(files, again=asked.again, log=asked.log)
    if asked.again is None:
        write(outcomes, whole=not asked.modules)
    worst = min((noticed(counts) for counts in outcomes.values()), default=1.0)
    sys.exit(0 if worst >= LEAST_NOTICED or asked.again else 1)


def run(files: dict[str, Path], *, again: Path | None, log: Path | None) -> dict[str, Counter[Outcome]]:
    """How many changes of each module met which outcome. Ends the program where a test fails without any change."""
    modules = {f"{ROOM.replace('/', '.')}.{name}": path for name, path in files.items()}
    only = None if again is None else _survivors(again)
    found: dict[str, Counter[Outcome]] = {name: Counter() for name in files}
    told = os.fdopen(os.dup(1), "w", buffering=1)
    lines = log.open("w", buffering=1) if log else None

    def report(change: Change, outcome: Outcome) -> None:
        found[change.module.rsplit(".", 1)[1]][outcome] += 1
        if lines:
            lines.write(json.dumps([outcome.value, change.first, *change.key]) + "\n")
        if outcome is Outcome.SURVIVED:
            told.write(f"{change.module}:{change.first}\n  - {change.before}\n  + {change.after}\n")

    trial = Trial(_asked(modules, only), modules, report)
    without = [part for name in PLUGINS_LEFT_OUT for part in ("-p", f"no:{name}")]
    if pytest.main([str(ROOT / TESTS), "-q", "-x", *QUIETLY, *without], plugins=[trial]):
        sys.exit("The tests do not pass unchanged.")
    for name, counts in found.items():
        told.write(f"{name}: {dict(counts)}, {noticed(counts):.1%} noticed\n")
    return found


def _asked(modules: dict[str, Path], only: set[tuple[str, str, str]] | None) -> Iterator[Change]:
    for module, path in modules.items():
        yield from (change for change in changes(path, module=module) if only is None or change.key in only)


def _survivors(log: Path) -> set[tuple[str, str, str]]:
    rows = (json.loads(line) for line in log.read_text().splitlines())
    return {(module, before, after) for outcome, _, module, before, after in rows if outcome == Outcome.SURVIVED.value}


def noticed(counts: Counter[Outcome]) -> float:
    """The share of changes that a test or the clock noticed, 0-1; 1 where there is none."""
    return 1 - counts[Outcome.SURVIVED] / counts.total() if counts else 1.0


def write(outcomes: dict[str, Counter[Outcome]], *, whole: bool) -> None:
    """The table, with the rows of modules that were not run as they stood, and the judged changes below."""
    rows = {} if whole or not FILE.is_file() else _rows_of(FILE.read_text())
    for name, counts in outcomes.items():
        rows[name] = (counts.total(), counts[Outcome.KILLED], counts[Outcome.TIMED_OUT], counts[Outcome.SURVIVED])
    rows = {name: rows[name] for name in sorted(rows) if rows[name][0]}
    rows["all"] = tuple(sum(column) for column in zip(*rows.values(), strict=True))
    table = "\n".join(_row(name, numbers) for name, numbers in rows.items())
    with JUDGED.open(encoding="utf-8") as file:
        judged = "\n".join("| {module} | `{before}` | `{after}` | {why} |".format(**_escaped(row)) for row in csv.DictReader(file))
    FILE.write_text(TEXT.format(room=ROOM, tests=TESTS, rows=table, judged=judged))


def _rows_of(text: str) -> dict[str, tuple[int, ...]]:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.endswith("% |")]
    return {row[0]: tuple(int(cell.replace(",", "")) for cell in row[1:5]) for row in cells if row[0] != "all"}


def _row(name: str, numbers: tuple[int, ...]) -> str:
    total, killed, late, survived = numbers
    return f"| {name} | {total:,} | {killed:,} | {late:,} | {survived:,} | {1 - survived / total:.1%} |"


def _escaped(row: dict[str, str]) -> dict[str, str]:
    return {key: text.replace("|", "\\|") for key, text in row.items()}


if __name__ == "__main__":
    main()
