"""Running worlds: each is made, judged and forgotten; a verdict stands in a file of its own and is not made again while its code stands."""

import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from geo.errors import HiidError
from tools.evidence.planted.cases import CASES
from tools.evidence.planted.judging import Verdict, judge
from tools.evidence.planted.worlds import code_version, forget, make, passing_release

Task = tuple[str, int]


def run(task: Task, folder: Path) -> Verdict:
    """The verdict on one world: the one that stands, or made now. A world that fails has a verdict that says why."""
    standing = read(task, folder)
    if standing is not None:
        return standing
    (name, seed), started = task, time.perf_counter()
    verdict, data = Verdict(name, seed, code_version()), folder / "worlds" / f"{name}-{seed}"
    try:
        made = make(CASES[name], seed, data)
        with passing_release(made.protected) as release:
            judge(release, CASES[name], made, verdict)
    except HiidError as error:
        verdict.failed = f"{type(error).__name__}: {error}"
    finally:
        forget(data)
    verdict.seconds = round(time.perf_counter() - started, 1)
    path = _path(task, folder)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(json.dumps(verdict.as_dict(), indent=1), encoding="utf-8")
    return verdict


def read(task: Task, folder: Path, *, also_failed: bool = False) -> Verdict | None:
    """The verdict that stands, unless it is of other code, or failed and is not wanted then."""
    path = _path(task, folder)
    if not path.is_file():
        return None
    verdict = Verdict(**json.loads(path.read_text(encoding="utf-8")))
    return verdict if verdict.code == code_version() and (also_failed or not verdict.failed) else None


def tasks(names: Iterable[str], seeds: int) -> Iterator[Task]:
    """Seed after seed, so that a run that ends early has as many of each story."""
    for seed in range(1, seeds + 1):
        for name in names:
            yield name, seed


def _path(task: Task, folder: Path) -> Path:
    return folder / "verdicts" / f"{task[0]}-{task[1]}.json"
