"""Work on every core, in processes of their own that end with the one that began them."""

import os
import pickle
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Thread, active_count
from typing import Any, Generic, TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


def on_every_core(work: Callable[..., Result], asked: Sequence[tuple[Any, ...]], sizes: Sequence[int], *, many: int) -> list[Result]:
    """What the work gives for each of these arguments, on every core where there is enough to do; largest first, so that none is left
    waiting. work: of a module, that needs no database: copies of this process do it, or processes begun anew where another thread runs,
    whose locks a copy would hold for ever; these are sent what they work on. many: size of all together for which beginning them is worth
    its while."""
    cores = min(len(asked), cores_at_hand())
    if cores <= 1 or sum(sizes) < many:
        return [work(*each) for each in asked]
    order = sorted(range(len(asked)), key=lambda at: -sizes[at])
    is_copied = active_count() == 1
    with _copies(cores, lambda each: work(*each), asked) if is_copied else _begun_anew(cores) as pool:
        found = {at: pool.submit(_work_on, at) if is_copied else pool.submit(work, *asked[at]) for at in order}
        return [found[at].result() for at in range(len(asked))]


def on_copies(work: Callable[[Given], Result], asked: Sequence[Given]) -> Iterator[Result]:
    """What the work gives for each, in order, from a copy of this process a core: all that it knows is known there.

    Nobody may hold a connection to the database while the copies are made: all would speak through it.
    """
    with _copies(cores_at_hand(), work, asked) as pool:
        yield from pool.map(_work_on, range(len(asked)))


class Copy(Generic[Given, Result]):
    """A copy of this process that works beside it, and waits to be asked."""

    def __init__(self, process: BaseProcess, line: Connection) -> None:
        self._process, self._line = process, line

    def ask(self, given: Given) -> None:
        """Have it work on this, once; it begins as soon as it is ready."""
        # Where it ended already, its result says why.
        with suppress(ConnectionError):
            self._line.send(given)

    def result(self) -> Result:
        """What its work gave. Raises what its work raised, and ChildProcessError where it ended without a word."""
        try:
            found, error = self._line.recv()
        except (EOFError, ConnectionError) as ended:
            self._process.join()
            raise ChildProcessError(f"A copy of this process ended with {self._process.exitcode}, without an answer.") from ended
        if error is not None:
            raise error
        return found


class Shares:
    """Places that this process and a copy of it share: each takes the next one from its own end whenever it is free, until none is left.

    Made before the copy. The system hands them out, so that a copy that ends keeps nobody waiting; what it had taken is lost with it.
    """

    def __init__(self) -> None:
        self._taking, self._giving = os.pipe()
        os.set_blocking(self._taking, False)

    def hand_out(self, number: int) -> None:
        """So many places, fewer than some thousand, before anybody takes one."""
        os.write(self._giving, bytes(number))

    def from_first(self) -> Iterator[int]:
        """Places from the first on, for this process."""
        return self._taken()

    def from_last(self, number: int) -> Iterator[int]:
        """Places from the last of so many back, for the copy."""
        return (number - 1 - at for at in self._taken())

    def close(self) -> None:
        """Nobody takes any more."""
        os.close(self._taking)
        os.close(self._giving)

    def _taken(self) -> Iterator[int]:
        """0, 1, 2, as long as there is a place to take."""
        at = 0
        while self._take():
            yield at
            at += 1

    def _take(self) -> bool:
        try:
            return bool(os.read(self._taking, 1))
        except BlockingIOError:
            return False


@contextmanager
def beside(work: Callable[[Given], Result], *, ready: Callable[[], object] = lambda: None) -> Iterator[Copy[Given, Result]]:
    """A copy of this process, as with on_copies: it makes itself ready at once, and works on what it is asked. It ends with the block.

    No thread of this process waits for it, so that further copies may be made meanwhile.
    """
    context = get_context("fork")
    line, far = context.Pipe()
    process = context.Process(target=_answer, args=(line, far, work, ready), daemon=True)
    process.start()
    far.close()
    try:
        yield Copy(process, line)
    finally:
        line.close()
        process.kill()
        process.join()


def cores_at_hand() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def end_with_parent() -> None:
    """End this process when the one that began it is gone, however that ended."""

    def wait(parent: BaseProcess) -> None:
        parent.join()
        os._exit(1)

    if (parent := parent_process()) is not None:
        Thread(target=wait, args=[parent], daemon=True).start()


def _copies(number: int, work: Callable[[Given], Result], asked: Sequence[Given]) -> ProcessPoolExecutor:
    """So many copies of this process, which have in memory what they are asked to work on: nothing of it is sent."""
    return ProcessPoolExecutor(number, mp_context=get_context("fork"), initializer=_copied, initargs=(work, asked))


def _begun_anew(number: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=end_with_parent)


# In a copy: what it works on.
_known: tuple[Callable[[Any], Any], Sequence[Any]]


def _answer(line: Connection, far: Connection, work: Callable[[Given], Result], ready: Callable[[], object]) -> None:
    """In a copy: wait for the one question, and say what came of it."""
    line.close()
    end_with_parent()
    found, error = None, None
    try:
        ready()
        found = work(far.recv())
    except Exception as failed:
        failed.add_note(traceback.format_exc())
        error = failed
    try:
        far.send((found, error))
    except (TypeError, AttributeError, pickle.PicklingError) as unsaid:
        far.send((None, ChildProcessError(f"What came of it cannot be said: {unsaid}; {error}")))


def _copied(work: Callable[[Any], Any], asked: Sequence[Any]) -> None:
    global _known
    _known = (work, asked)
    end_with_parent()


def _work_on(at: int) -> Any:
    work, asked = _known
    return work(asked[at])
