"""Puts changes to tests: each in a forked process, against the tests that run the changed statement, the quickest first.

A plug-in of pytest: tests are collected once and run once unchanged, each timed and its lines noted. A changed module is put in place by
giving its functions their new code, so that whoever has imported them runs it.
"""

import gc
import mmap
import os
import pickle
import resource
import signal
import struct
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

import coverage
import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from tools.evidence.mutation.changes import Change

# A change is given this many times the time that its tests take unchanged, and a start of some seconds.
PATIENCE, START_S = 4.0, 5.0
# More memory than any test needs: an array grown beyond all measure ends in an error, not in the machine's.
MOST_BYTES = 6 * 2**30
# So many tests are asked first for what they have noticed of late.
SHARP = 6
_NO_PLACE = struct.pack("i", -1)


class Outcome(Enum):
    """What became of a change: a test failed, the time ran out, or no test noticed."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


class Trial:
    """A plug-in that runs the collected tests unchanged, then puts each change to those that reach it, and tells `report`."""

    def __init__(self, changes: Iterable[Change], files: dict[str, Path], report: Callable[[Change, Outcome], None]) -> None:
        self.changes, self.files, self.report = changes, files, report
        self._seconds: dict[pytest.Item, float] = {}
        self._reach: dict[str, dict[int, set[pytest.Item]]] = {}
        # What has noticed a change of late is likely to notice the next: such tests are asked first.
        self._sharp: list[pytest.Item] = []
        self._place = mmap.mmap(-1, len(_NO_PLACE))

    def pytest_sessionstart(self) -> None:
        """Examples of properties are the same in each run, fewer than in the suite's, and not made small."""
        phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        hypothesis.settings.register_profile(
            "changes", deadline=None, derandomize=True, database=None, max_examples=30, phases=phases, print_blob=False
        )
        hypothesis.settings.load_profile("changes")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In the place of pytest's own loop."""
        self._run_unchanged(session.items)
        same = [Change(module, "", "", 1, 1, None, (), path.read_text()) for module, path in self.files.items()]
        if self._put(same, set(session.items)) is not Outcome.SURVIVED:
            pytest.exit("The tests fail when the modules' own code is put in its place.", returncode=1)
        gc.freeze()
        for change in self.changes:
            self.report(change, self._put([change], self._reaching(change)))
        return True

    def _run_unchanged(self, items: list[pytest.Item]) -> None:
        """In a forked process as well, for tests may spend what they were collected with."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            with os.fdopen(writing, "wb") as told:
                pickle.dump(_measured(items, self.files), told)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            found: _Measured = pickle.load(told)
        os.waitpid(child, 0)
        if found.failure:
            pytest.exit(f"A test fails without any change: {found.failure}", returncode=1)
        for name in found.imported:
            # Heavy ones that are imported when first needed: once here, not in every process.
            with suppress(Exception):
                import_module(name)
        self._seconds = dict(zip(items, found.seconds, strict=True))
        for module, lines in found.reach.items():
            self._reach[module] = {line: {items[at] for at in places} for line, places in lines.items()}

    def _reaching(self, change: Change) -> set[pytest.Item]:
        """The tests that run the changed statement; of a constant or a class's own statement, those that run any of the module."""
        reach = self._reach[change.module]
        found = {item for line in range(change.first, change.last + 1) for item in reach.get(line, ())}
        is_of_all = change.constants or (not found and change.function and change.function.lstrip("_")[0].isupper())
        return {item for items in reach.values() for item in items} if is_of_all else found

    def _put(self, changes: list[Change], tests: set[pytest.Item]) -> Outcome:
        items = sorted(tests, key=lambda item: (item not in self._sharp, self._seconds[item]))
        limit = START_S + PATIENCE * sum(self._seconds[item] for item in items)
        child = os.fork()
        if child == 0:
            _be_changed(changes, items, limit, self._place)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return Outcome.TIMED_OUT if os.WTERMSIG(status) == signal.SIGPROF else Outcome.KILLED
        if not os.WEXITSTATUS(status):
            return Outcome.SURVIVED
        (place,) = struct.unpack("i", self._place[:])
        if place >= 0:
            self._sharp = [items[place], *(item for item in self._sharp if item is not items[place])][:SHARP]
        return Outcome.KILLED


@dataclass
class _Measured:
    """Of the tests unchanged: what fails, seconds of each, places of those that run a line by module and line, what was imported."""

    failure: str = ""
    seconds: list[float] = field(default_factory=list)
    reach: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    imported: list[str] = field(default_factory=list)


def _measured(items: list[pytest.Item], files: dict[str, Path]) -> _Measured:
    found, before = _Measured(), set(sys.modules)
    watch = coverage.Coverage(data_file=None, config_file=False, include=[str(path) for path in files.values()])
    watch.start()
    for at, (item, following) in enumerate(_pairs(items)):
        watch.switch_context(str(at))
        began = time.process_time()
        for told in runtestprotocol(item, log=False, nextitem=following):
            if told.failed:
                return _Measured(failure=f"{item.nodeid}: {told.longreprtext}")
        found.seconds.append(time.process_time() - began)
    watch.stop()
    for module, path in files.items():
        lines = watch.get_data().contexts_by_lineno(str(path))
        found.reach[module] = {line: [int(at) for at in names if at] for line, names in lines.items()}
    found.imported = [name for name in sys.modules if name not in before]
    return found


def _pairs(items: list[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], None], strict=True)


def _be_changed(changes: list[Change], items: list[pytest.Item], limit: float, place: mmap.mmap) -> None:
    """Runs in the forked process and ends it: with 1 where a test fails, whose place it leaves; with 0 where none does."""
    code = 1
    place[:] = _NO_PLACE
    try:
        # Time of the processor, so that a busy machine makes no change look noticed.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, limit)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        for change in changes:
            install(change)
        failing = next((at for at, (item, following) in enumerate(_pairs(items)) if not _passes(item, following)), None)
        if failing is None:
            code = 0
        else:
            place[:] = struct.pack("i", failing)
    finally:
        os._exit(code)


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    return not any(told.failed for told in runtestprotocol(item, log=False, nextitem=following))


def install(change: Change) -> None:
    """The changed module in the place of the imported one, for all who hold its functions, classes or constants."""
    live = sys.modules[change.module]
    fresh = ModuleType(change.module)
    fresh.__file__ = live.__file__
    exec(compile(change.source, str(live.__file__), "exec"), vars(fresh))
    for name, new in list(vars(fresh).items()):
        if getattr(new, "__module__", None) == change.module and name in vars(live):
            _transplant(getattr(live, name), new)
    for name in change.constants:
        old, new = getattr(live, name), getattr(fresh, name)
        for module in [each for each in sys.modules.values() if vars(each).get(name) is old]:
            setattr(module, name, new)


def _transplant(old: object, new: object) -> None:
    if isinstance(new, FunctionType) and isinstance(old, FunctionType):
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    elif isinstance(new, property) and isinstance(old, property):
        _transplant(old.fget, new.fget)
    elif isinstance(new, type) and isinstance(old, type):
        for name, part in list(vars(new).items()):
            if isinstance(part, FunctionType | property):
                _transplant(vars(old)[name], part)
            elif not name.startswith("__") and not callable(part) and not hasattr(part, "__get__"):
                setattr(old, name, part)
