"""The worker: one for each database, taking up what waits, and first of all what another left behind when it was killed."""

import os
import threading
import time
from datetime import timedelta
from types import FrameType

import psycopg
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from geo.desk import making
from geo.desk.jobs import STOPPING, enqueue
from geo.models import Plan

# Any fixed number of our own; whoever holds it is the worker.
_LOCK = 4_813_2026
# Seconds between two looks at an empty queue, and at the process that the worker ends with.
_LOOK_S, _WATCH_S = 0.25, 1.0
# A plan that the worker was killed over so often is not begun again.
MOST_ATTEMPTS = 2
# Days for which the queue's own rows are kept; plans are kept apart from them.
_KEPT_DAYS = 7


class Worker(QueueWorker):
    """Takes up plans one after the other until it is told to end; what it is working on then goes back into the queue."""

    def __init__(self) -> None:
        super().__init__(
            queue_names=["plans"],
            interval=_LOOK_S,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"process-{os.getpid()}",
            excluded_queue_names=[],
        )

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """End: at once where nothing is being done, else as soon as that was given back."""
        STOPPING.set()
        super().shutdown(signum, frame)


def work() -> None:
    """Take up what was left behind, then work until told to end."""
    worker = Worker()
    worker.configure_signals()
    take_up_again()
    worker.run()


def hold_the_place(*, is_over: threading.Event) -> psycopg.Connection[object] | None:
    """A session that marks this process as the worker of the database; waits while another is. None where it is over before.

    It is not one of the pool's: those are closed before each plan. It has to be kept for as long as the worker works.
    """
    parameters = {key: value for key, value in connection.get_connection_params().items() if key != "pool"}
    known = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}
    session: psycopg.Connection[object] = psycopg.connect(**known, autocommit=True, application_name="hiid worker")
    os.set_inheritable(session.fileno(), False)
    while not is_over.is_set():
        row = session.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if row and row[0]:  # type: ignore[index]
            return session
        time.sleep(_WATCH_S)
    session.close()
    return None


def take_up_again() -> list[str]:
    """Put back what a killed worker was working on, or mark it failed where that happened too often; the ids of what waits now.

    Only for who holds the place: nobody else is working then.
    """
    with transaction.atomic():
        DBTaskResult.objects.running().update(
            status=TaskResultStatus.FAILED, finished_at=timezone.now(), traceback="The worker was killed over it."
        )
        old = timezone.now() - timedelta(days=_KEPT_DAYS)
        DBTaskResult.objects.finished().filter(finished_at__lt=old).delete()
        for plan in Plan.objects.filter(status=Plan.Status.RUNNING).only("id", "attempts"):
            if plan.attempts >= MOST_ATTEMPTS:
                making.fail(
                    plan.id, f"The work was ended from outside {plan.attempts} times, perhaps for want of memory. Ask for a smaller plan."
                )
            else:
                making.put_back(plan.id)
        known = {row["args"][0] for row in DBTaskResult.objects.ready().values_list("args_kwargs", flat=True)}
        waiting = list(Plan.objects.filter(status=Plan.Status.QUEUED).order_by("created_at").values_list("id", flat=True))
        for key in waiting:
            if key not in known:
                enqueue(key)
    return waiting
