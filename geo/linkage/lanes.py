"""Work side by side in threads of one process, a lane each: what an engine computes leaves Python free for another one meanwhile."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

from geo.linkage.engines import Engine

Result = TypeVar("Result")


def in_lanes(
    lanes: int,
    needs: Sequence[Collection[int]],
    work: Callable[[int, int], Result],
    begins: Callable[[int], None] = lambda _: None,
) -> list[Result]:
    """What the work gives at each place, in order of places. Never are two in one lane at once, and the first that may begin begins first.

    needs: of each place the earlier ones that must be done before. work: of place and lane. begins: told of each place, in the thread of
    the caller. Where work fails nothing more begins, what is under way ends, and the error of the first such place is raised as it was.
    """
    if lanes == 1:
        return [_told(begins, work, place) for place in range(len(needs))]
    found: dict[int, Result] = {}
    waiting, free, under = list(range(len(needs))), list(range(lanes)), dict[Future[Result], tuple[int, int]]()
    with ThreadPoolExecutor(lanes) as pool:
        while waiting or under:
            ready = [place for place in waiting if all(each in found for each in needs[place])]
            for place, lane in zip(ready, tuple(free), strict=False):
                begins(place)
                waiting.remove(place)
                free.remove(lane)
                under[pool.submit(work, place, lane)] = (place, lane)
            wait(under, return_when=FIRST_COMPLETED)
            _raise_first(under)
            for each in [each for each in under if each.done()]:
                place, lane = under.pop(each)
                found[place] = each.result()
                free.append(lane)
    return [found[place] for place in range(len(needs))]


def needs_of(inputs: Sequence[Collection[object]], outputs: Sequence[Collection[object]]) -> list[set[int]]:
    """Of each place those earlier ones of whose outputs it takes any in."""
    made = [set(each) for each in outputs]
    return [{earlier for earlier in range(place) if not made[earlier].isdisjoint(taken)} for place, taken in enumerate(inputs)]


@contextmanager
def lanes_of(engine: Engine) -> Iterator[list[Engine]]:
    """The engine and as many beside it as it can work with at once, which end with the block."""
    beside = [engine.beside(f"lane-{number}") for number in range(1, engine.lanes)]
    try:
        yield [engine, *beside]
    finally:
        for each in beside:
            each.close()


def _told(begins: Callable[[int], None], work: Callable[[int, int], Result], place: int) -> Result:
    """What the work gives in the only lane, in the thread of the caller."""
    begins(place)
    return work(place, 0)


def _raise_first(under: Mapping[Future[Result], tuple[int, int]]) -> None:
    """Raise the error of the first place of which the work failed, when all that is under way has ended."""
    if any(each.done() and each.exception() for each in under):
        wait(under)
        failed = {place: error for each, (place, _) in under.items() if (error := each.exception())}
        raise failed[min(failed)]
