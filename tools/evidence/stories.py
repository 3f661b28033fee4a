"""Whether planted stories are found and worlds without any stay silent, judged from what leaves. Writes docs/evidence/stories.md.

Each world goes the whole way: made, linked, derived, protected, built into a release with its findings, judged, forgotten. A verdict
stands in the data folder until code changes, so a run that was interrupted is taken up. Exits 1 when a bar is missed or a world failed.

    python tools/evidence/stories.py --seeds 20 --processes 2 [--only screening,smi] [--table]
"""

import argparse
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from multiprocessing.queues import Queue
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
django.setup()

from django.conf import settings  # noqa: E402

from geo.cores import end_with_parent  # noqa: E402
from geo.operations.counted_areas import areas_kept  # noqa: E402
from tools.evidence.planted import table  # noqa: E402
from tools.evidence.planted.cases import CASES  # noqa: E402
from tools.evidence.planted.masking import SHARES_WRONG, masked_worlds  # noqa: E402
from tools.evidence.planted.runs import read, run, tasks  # noqa: E402

# What a process of the pool keeps until it ends: no world changes the areas.
_OPEN = ExitStack()
FILE = Path(__file__).resolve().parents[2] / "docs" / "evidence" / "stories.md"


def main() -> int:
    """Judge the worlds that have no verdict yet, write the table, and say whether every bar was reached."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--only", default=",".join(CASES), help="names of cases, with commas")
    asked.add_argument("--table", action="store_true", help="write the table of the verdicts that stand, and make none")
    told = asked.parse_args()
    folder, names = Path(settings.HIID_DATA) / "evidence", told.only.split(",")
    if not told.table:
        judge_all(folder, names, seeds=told.seeds, processes=told.processes)
    verdicts = [verdict for task in tasks(CASES, told.seeds) if (verdict := read(task, folder, also_failed=True))]
    masked = {wrong: masked_worlds(folder, wrong=wrong, seeds=told.seeds, is_read=True) for wrong in SHARES_WRONG}
    FILE.write_text("\n".join(table.lines(verdicts, masked, wanted=told.seeds)), encoding="utf-8")
    for missed in (misses := table.misses(verdicts, masked, wanted=told.seeds)):
        print(missed)
    return 1 if misses else 0


def judge_all(folder: Path, names: list[str], *, seeds: int, processes: int) -> None:
    """Judge world after world, each process on a core of its own; each says its verdict when it has one."""
    wanted = [task for task in tasks(names, seeds) if read(task, folder) is None]
    context = multiprocessing.get_context("spawn")
    cores, at_hand = context.Queue(), sorted(os.sched_getaffinity(0))
    for each in range(processes):
        cores.put(at_hand[each % len(at_hand)])
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(cores,)) as pool:
        masked = [pool.submit(masked_worlds, folder, wrong=wrong, seeds=seeds) for wrong in SHARES_WRONG]
        for done in as_completed([pool.submit(run, task, folder) for task in wanted]):
            verdict = done.result()
            said = verdict.failed or ("found" if verdict.found else "not found")
            print(f"{verdict.case} {verdict.seed}: {said}, {verdict.seconds:.0f} s", flush=True)
        for bounds in masked:
            bounds.result()


def _begin(cores: "Queue[int]") -> None:
    """What a process of the pool begins with; it ends when this one does, however that ended. It keeps to one of these cores: the others
    are busy, and the steps of a world would begin processes for them."""
    end_with_parent()
    os.sched_setaffinity(0, {cores.get()})
    django.setup()
    _OPEN.enter_context(areas_kept())


if __name__ == "__main__":
    sys.exit(main())
