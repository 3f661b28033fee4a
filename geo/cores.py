"""Work on every core, in processes of their own that end with the one that began them."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


def on_every_core(work: Callable[..., Result], asked: Sequence[tuple[Any, ...]], sizes: Sequence[int], *, many: int) -> list[Result]:
    """What the work gives for each of these arguments, on every core where there is enough to do; largest first, so that none is left
    waiting. work: of a module, for processes begun anew do it. many: size of all together for which beginning them (a second or two) is
    worth its while."""
    cores = min(len(asked), cores_at_hand())
    if cores <= 1 or sum(sizes) < many:
        return [work(*each) for each in asked]
    order = sorted(range(len(asked)), key=lambda at: -sizes[at])
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=end_with_parent) as pool:
        found = {at: pool.submit(work, *asked[at]) for at in order}
        return [found[at].result() for at in range(len(asked))]


def on_copies(work: Callable[[Given], Result], asked: Sequence[Given]) -> Iterator[Result]:
    """What the work gives for each, in order, from a copy of this process a core: all that it knows is known there.

    Nobody may hold a connection to the database while the copies are made: all would speak through it.
    """
    begin = (work, asked)
    with ProcessPoolExecutor(cores_at_hand(), mp_context=get_context("fork"), initializer=_copied, initargs=begin) as pool:
        yield from pool.map(_work_on, range(len(asked)))


@contextmanager
def beside(work: Callable[[], Result]) -> Iterator[Future[Result]]:
    """What the work gives, from a copy of this process that does it meanwhile; as with on_copies."""
    begin = (lambda _: work(), [None])
    with ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=_copied, initargs=begin) as pool:
        yield pool.submit(_work_on, 0)


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


# In a copy: what it works on.
_known: tuple[Callable[[Any], Any], Sequence[Any]]


def _copied(work: Callable[[Any], Any], asked: Sequence[Any]) -> None:
    global _known
    _known = (work, asked)
    end_with_parent()


def _work_on(at: int) -> Any:
    work, asked = _known
    return work(asked[at])
