"""Work in a process of its own, which can be ended at any moment, may take only so much memory and time, and ends with its parent.

It is a copy of this one (fork), so that it begins at once with everything loaded. Nobody may hold a connection while it is made: both
would speak through it.
"""

import contextlib
import logging
import multiprocessing
import os
import resource
import secrets
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from geo.errors import HiidError, JobStopped

# How far it is, 0 to 1, and what is being done, in words for people.
Progress = Callable[[float, str], None]
# Given a way to tell how far it is, the answer as plain values.
Work = Callable[[Progress], dict[str, Any]]

# Beyond what the process has already; the largest plan measured takes a tenth of it.
MEMORY_BYTES = 3 * 1024**3
# The best plan with floors or capacity is given a minute; frontier and stability some more.
TIME_S = 900.0
# So often it is asked whether the answer is still wanted.
_LOOK_S = 0.5

logger = logging.getLogger(__name__)


class NoLongerWanted(HiidError):
    """The work was ended because nobody wants its answer any more."""


def run_apart(work: Work, *, tell: Progress, is_wanted: Callable[[], bool], seconds: float = TIME_S) -> dict[str, Any]:
    """What `work` answers, from a process of its own. `tell` is given its progress here, in this process.

    Raises NoLongerWanted as soon as `is_wanted` says so, and JobStopped, in words for people, where the work failed, took too long or too
    much, or was killed. The process is gone when this returns, however it returns.
    """
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_work_and_answer, args=(work, there, here), daemon=True)
    child.start()
    there.close()
    try:
        return _attend(here, tell=tell, is_wanted=is_wanted, until=time.monotonic() + seconds)
    except EOFError:
        child.join(10)
        raise JobStopped(_words_of_end(child.exitcode)) from None
    finally:
        child.kill()
        child.join()
        here.close()


def _attend(pipe: Connection, *, tell: Progress, is_wanted: Callable[[], bool], until: float) -> dict[str, Any]:
    """The answer that comes through the pipe, with everything that is told before it."""
    while True:
        if pipe.poll(_LOOK_S):
            kind, *parts = pipe.recv()
            if kind == "answer":
                return dict(parts[0])
            if kind == "fault":
                raise JobStopped(parts[0])
            tell(*parts)
        if not is_wanted():
            raise NoLongerWanted("Nobody wants this any more.")
        if time.monotonic() > until:
            raise JobStopped("This took too long and was stopped. Ask for fewer stops, a smaller area or fewer candidates.")


def _work_and_answer(work: Work, pipe: Connection, of_parent: Connection) -> None:
    """In the process apart: do the work, tell how far it is, send the answer or the fault."""
    of_parent.close()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    _limit_memory()
    try:
        message = ("answer", work(lambda share, words: pipe.send(("told", share, words))))
    except HiidError as error:
        message = ("fault", str(error))  # type: ignore[assignment]
    except MemoryError:
        message = ("fault", "This needs more memory than such work may have. Ask for fewer candidates or a smaller area.")  # type: ignore[assignment]
    except Exception:
        reference = secrets.token_hex(6)
        logger.exception("reference %s", reference)
        message = ("fault", f"An error that we did not foresee. Please quote the reference {reference}.")  # type: ignore[assignment]
    pipe.send(message)


def _end_with_parent(pipe: Connection) -> None:
    """Nobody sends anything through this end, so it can be read from only when the other end is gone."""
    with contextlib.suppress(OSError):
        pipe.poll(None)
    os._exit(1)


def _limit_memory() -> None:
    """At most so many bytes more than now; where the system does not tell how many there are, there is no limit."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        held = int(pages.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY_BYTES, held + MEMORY_BYTES))


def _words_of_end(code: int | None) -> str:
    if code is not None and code < 0:
        return f"The work was ended from outside (signal {-code}), perhaps because the machine had no memory left. Please try again."
    return "The work ended without an answer. Please try again."
