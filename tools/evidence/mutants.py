"""Breaks geo/statistics on purpose, in every way that mutmut knows, and counts what its tests notice. Writes docs/evidence/mutation.md.

    .venv/bin/python tools/evidence/mutants.py                        all modules (an hour or two on one core)
    .venv/bin/python tools/evidence/mutants.py local scan             these alone; the other rows of the table stay
    .venv/bin/python tools/evidence/mutants.py --again FILE local     what was noticed in FILE, a log of an earlier run, counts as noticed

Each change is put to the tests of tests/geo/statistics that run the changed statement (tools/evidence/mutation). Exits 1 where fewer
than 90 % of the changes are noticed, or in a module of those that were not judged to change nothing (mutation/judged.csv).
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
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
# So many characters of a line stand on either side of a judged change.
AROUND = 36
# That a test fails is enough: nothing is told of why.
QUIETLY = ("-q", "-x", "--rootdir", str(ROOT), "--assert=plain", "--tb=native")
PLUGINS_LEFT_OUT = ("randomly", "cacheprovider", "playwright", "schemathesis")

TEXT = """# What the tests of statistics notice

Made by `make evidence` (tools/evidence/mutants.py). {room} is broken on purpose in every way that mutmut knows: a sign, a comparison,
a number, an argument, an assignment at a time, in functions and in constants; the words of refusals are left alone. Each change is put
to the tests of {tests} that run the changed statement, without a database, with fixed examples of properties. It is
noticed where one fails, or where they take more than four times their time of the processor and five seconds (told apart). The bar: 90 %
over the room, and in each module 90 % of the changes that change anything.

One module alone: `.venv/bin/python tools/evidence/mutants.py local`.

| module | changes | a test failed | timed out | not noticed | of these judged to change nothing | noticed |
|---|---|---|---|---|---|---|
{rows}

## Changes that nobody noticed and that change nothing

Each of these was read (tools/evidence/mutation/judged.csv). They count as not noticed above.

| module | change, in brackets, within its line | why no test can tell |
|---|---|---|
{judged}
"""


def main() -> None:
    """Parse the command line, put every change to the tests, write the table."""
    parser = argparse.ArgumentParser(description="Break geo/statistics on purpose and count what its tests notice.")
    parser.add_argument("modules", nargs="*", help="names without .py; all without any")
    parser.add_argument("--log", type=Path, help="write one line of JSON for each change to this file")
    parser.add_argument("--again", type=Path, help="take as noticed what was noticed in this log, and try the rest")
    asked = parser.parse_args()
    names = asked.modules or sorted(path.stem for path in (ROOT / ROOM).glob("[a-z]*.py"))
    record = run({name: ROOT / ROOM / f"{name}.py" for name in names}, again=asked.again, log=asked.log)
    rows = write(record, whole=not asked.modules)
    short = [name for name, row in rows.items() if not row.is_enough or (name == "all" and row.noticed < LEAST_NOTICED)]
    sys.exit(f"Too much went unnoticed: {', '.join(short)}." if short else 0)


@dataclass
class Row:
    """What became of the changes of one module. judged: how many of those that survived were read and change nothing."""

    killed: int = 0
    timed_out: int = 0
    survived: int = 0
    judged: int = 0

    @property
    def total(self) -> int:
        """All changes."""
        return self.killed + self.timed_out + self.survived

    @property
    def noticed(self) -> float:
        """The share of all changes that were noticed, 0-1; 1 where there is none."""
        return 1 - self.survived / max(self.total, 1)

    @property
    def is_enough(self) -> bool:
        """Whether nine of ten changes that change anything were noticed."""
        return self.survived - self.judged <= (1 - LEAST_NOTICED) * (self.total - self.judged)

    def told(self, name: str) -> str:
        """The row of the table."""
        numbers = (self.total, self.killed, self.timed_out, self.survived, self.judged)
        return f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} | {self.noticed:.1%} |"


class Record:
    """Counts what became of each change, tells of those that nobody noticed or judged, and writes a log."""

    def __init__(self, names: Iterable[str], log: Path | None) -> None:
        self.rows = {name: Row() for name in names}
        self.reasons = {(row["module"], row["before"], row["after"]): row["why"] for row in _judged()}
        # pytest takes the standard output for itself.
        self._told = os.fdopen(os.dup(1), "w", buffering=1)
        self._lines = log.open("w", buffering=1) if log else None

    def add(self, change: Change, outcome: Outcome) -> None:
        """One change and its outcome."""
        row = self.rows[change.module.rsplit(".", 1)[1]]
        row.killed += outcome is Outcome.KILLED
        row.timed_out += outcome is Outcome.TIMED_OUT
        if self._lines:
            self._lines.write(json.dumps([outcome.value, change.first, *change.key]) + "\n")
        if outcome is Outcome.SURVIVED:
            row.survived += 1
            row.judged += change.key in self.reasons
            if change.key not in self.reasons:
                self._told.write(f"{change.module}:{change.first}\n  - {change.before}\n  + {change.after}\n")

    def close(self) -> None:
        """Tell the rows, and close the files."""
        for name, row in self.rows.items():
            self._told.write(row.told(name) + "\n")
        for file in (self._told, self._lines):
            if file:
                file.close()


def run(files: dict[str, Path], *, again: Path | None, log: Path | None) -> Record:
    """Put every change of the modules to the tests. Ends the program where a test fails without any change."""
    modules = {f"{ROOM.replace('/', '.')}.{name}": path for name, path in files.items()}
    record = Record(files, log)
    trial = Trial(_untried(modules, _outcomes(again) if again else {}, record), modules, record.add)
    without = [part for name in PLUGINS_LEFT_OUT for part in ("-p", f"no:{name}")]
    if pytest.main([str(ROOT / TESTS), *QUIETLY, *without], plugins=[trial]):
        sys.exit("The tests do not pass unchanged.")
    record.close()
    return record


def _untried(modules: dict[str, Path], earlier: dict[tuple[str, str, str], set[Outcome]], record: Record) -> Iterator[Change]:
    """Changes that no earlier run has noticed and nobody has judged; the others go to the record as they were."""
    for module, path in modules.items():
        for change in changes(path, module=module):
            seen = earlier.get(change.key, set())
            if not seen or (Outcome.SURVIVED in seen and (change.key not in record.reasons or len(seen) > 1)):
                yield change
            else:
                record.add(change, next(iter(seen)) if len(seen) == 1 else Outcome.KILLED)


def _outcomes(log: Path) -> dict[tuple[str, str, str], set[Outcome]]:
    """What became of each change of an earlier run, by its key."""
    found: dict[tuple[str, str, str], set[Outcome]] = {}
    for outcome, _, module, before, after in map(json.loads, log.read_text().splitlines()):
        found.setdefault((module, before, after), set()).add(Outcome(outcome))
    return found


def write(record: Record, *, whole: bool) -> dict[str, Row]:
    """The table, with the rows of modules that were not run as they stood, and the judged changes below; returns its rows."""
    rows = {} if whole or not FILE.is_file() else _rows_of(FILE.read_text())
    rows = {name: row for name, row in sorted({**rows, **record.rows}.items()) if row.total}
    rows["all"] = Row(*(sum(getattr(row, field.name) for row in rows.values()) for field in fields(Row)))
    table = "\n".join(row.told(name) for name, row in rows.items())
    judged = "\n".join(f"| {row['module'].rsplit('.', 1)[1]} | `{_short(row)}` | {row['why']} |" for row in _judged())
    FILE.write_text(TEXT.format(room=ROOM, tests=TESTS, rows=table, judged=judged))
    return rows


def _judged() -> list[dict[str, str]]:
    with JUDGED.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _rows_of(text: str) -> dict[str, Row]:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.endswith("% |")]
    return {row[0]: Row(*(int(cell.replace(",", "")) for cell in row[2:6])) for row in cells if row[0] != "all"}


def _short(row: dict[str, str]) -> str:
    """What a change takes away and puts there, in brackets, with a little of the line around it."""
    before, after = row["before"], row["after"]
    same = _alike(before, after)
    rest = _alike(before[same:][::-1], after[same:][::-1])
    old, new = before[same : len(before) - rest], after[same : len(after) - rest]
    around = before[max(0, same - AROUND) : same], before[len(before) - rest :][:AROUND]
    return f"{around[0]}[{old} → {new}]{around[1]}".replace("|", "\\|")


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


if __name__ == "__main__":
    main()
