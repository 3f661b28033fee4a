"""What a long command says while it works: bars on a terminal, plain lines elsewhere.

Every step is told as (what, done, total); a bar shows what, how many of how many, and how long is left.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

# Called with what is being done, how many parts are done, and how many there are.
Report = Callable[[str, int, int], None]

# Off a terminal a step says at most this often how far it is, in seconds.
LINE_SECONDS = 5.0


class Teller:
    """Says how far the steps are, and prints lines that stay."""

    def __init__(self, *, stream: TextIO) -> None:
        self._stream = stream
        self._said: dict[str, float] = {}

    def report(self, what: str, done: int, total: int) -> None:
        """A step is at `done` of `total` parts."""
        now = time.monotonic()
        if done >= total or now - self._said.get(what, now - LINE_SECONDS) >= LINE_SECONDS:
            self._said[what] = now
            self.say(f"{what}: {done} of {total}")

    def say(self, line: str) -> None:
        """A line that stays."""
        self._stream.write(line + "\n")
        self._stream.flush()


class _BarTeller(Teller):
    """The same on a terminal: one bar a step."""

    def __init__(self, *, stream: TextIO, bars: Progress) -> None:
        super().__init__(stream=stream)
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def report(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total)
        self._bars.update(self._tasks[what], completed=done, total=total)

    def say(self, line: str) -> None:
        self._bars.console.print(line, markup=False, highlight=False)


@contextmanager
def telling(stream: TextIO | None = None) -> Iterator[Teller]:
    """A teller for this stream (default: standard output) while the work lasts."""
    stream = stream or sys.stdout
    if not stream.isatty():
        yield Teller(stream=stream)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("elapsed"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=stream)) as bars:
        yield _BarTeller(stream=stream, bars=bars)


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
