"""Background work: what waits in the queue, and what the worker does with each. The plan's own row says how far it is."""

import threading
from functools import partial
from typing import Any

from django.db import connection, connections
from django_tasks import task

from geo.desk import making
from geo.desk.apart import NoLongerWanted, Progress, run_apart
from geo.desk.makers import make_ready, plan_maker
from geo.errors import JobStopped
from geo.planning.requests import PlanRequest

# Set where the worker has been told to end: what it works on goes back into the queue.
STOPPING = threading.Event()


@task(queue_name="plans")
def solve(key: str) -> str:
    """Make the plan of this id, in a process apart; what became of it in one word. Progress and answer go to its row."""
    plan = making.begin(key)
    if plan is None:
        return "not wanted"
    make_ready()
    # The process apart must not speak through our connections.
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]
    work = partial(_make, plan.request, plan.expected)
    try:
        answer = run_apart(work, tell=partial(making.tell, key), is_wanted=lambda: not STOPPING.is_set() and making.is_wanted(key))
    except NoLongerWanted:
        making.give_back(key)
        return "given back"
    except JobStopped as stop:
        making.fail(key, str(stop))
        return "failed"
    making.finish(key, answer)
    return "done"


def enqueue(key: str) -> None:
    """Put the plan of this id into the queue, in the transaction at hand."""
    solve.enqueue(key)


def _make(request: dict[str, Any], expected: dict[str, Any] | None, progress: Progress) -> dict[str, Any]:
    """The plan as plain values and, where it replays a file, whether it is the same."""
    plan = plan_maker().make_plan(PlanRequest.from_json(request), progress).to_json()
    return {"plan": plan, "replay": None if expected is None else _compared(plan, expected)}


def _compared(plan: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """Whether two plans are the same whatever time they took, and the fields that differ."""
    differs = [key for key in sorted({*plan, *expected} - {"seconds"}) if plan.get(key) != expected.get(key)]
    return {"is_same": not differs, "differs": differs}
