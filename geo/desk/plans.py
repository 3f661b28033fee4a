"""Asking for a plan, and taking it back."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from geo.desk.jobs import enqueue
from geo.desk.owners import require_owner
from geo.errors import TooManyJobs, UnknownPlan
from geo.models import Plan

# So many of one owner, and of everybody, wait or run at once: one is worked on at a time, most for seconds.
OF_ONE_OWNER, OF_EVERYBODY = 4, 40
# A lock of our own, so that two requests at once are counted one after the other.
_COUNTING = 4_812_2026

_WAITING = (Plan.Status.QUEUED, Plan.Status.RUNNING)


def add_plan(request: dict[str, Any], *, owner: str, release: str, is_synthetic: bool, expected: dict[str, Any] | None = None) -> str:
    """Put a request that was checked into the queue; the id of its plan. expected: where a file is replayed, the plan in it.

    Raises TooManyJobs.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COUNTING])
        waiting = Plan.objects.filter(status__in=_WAITING)
        if (mine := waiting.filter(owner=owner).count()) >= OF_ONE_OWNER:
            raise TooManyJobs(f"{mine} plans of yours are being made already. Wait for one of them, or cancel one.")
        if (all_of_them := waiting.count()) >= OF_EVERYBODY:
            raise TooManyJobs(f"{all_of_them} plans are being made already. Please try again in a few minutes.")
        plan = Plan.objects.create(
            owner=owner, request=request, release=release, is_synthetic=is_synthetic, expected=expected, words="Waiting for its turn"
        )
        enqueue(plan.id)
    return plan.id


def cancel_plan(key: str, *, owner: str | None) -> None:
    """Take a plan back: one that waits is not begun, one that runs is ended by the worker within a second. One that has ended stays so.

    Raises UnknownPlan, NotYours.
    """
    plan = Plan.objects.filter(id=key).only("owner").first()
    if plan is None:
        raise UnknownPlan("There is no such plan.", parameter="key", found=key)
    require_owner(plan.owner, owner)
    Plan.objects.filter(id=key, status__in=_WAITING).update(status=Plan.Status.CANCELLED, words="Cancelled", ended_at=timezone.now())
