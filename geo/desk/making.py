"""What the worker writes of a plan while it is made. Every change says from which state, so that a cancelled one stays cancelled."""

from typing import Any

from django.db.models import F
from django.utils import timezone

from geo.models import Plan


def begin(key: str) -> Plan | None:
    """The plan, which is being made from now on; None where nobody wants it any more or somebody else makes it."""
    begun = Plan.objects.filter(id=key, status=Plan.Status.QUEUED).update(
        status=Plan.Status.RUNNING, attempts=F("attempts") + 1, begun_at=timezone.now(), share=0, words="Begun"
    )
    return Plan.objects.get(id=key) if begun else None


def is_wanted(key: str) -> bool:
    """Whether it is still to be made."""
    return Plan.objects.filter(id=key, status=Plan.Status.RUNNING).exists()


def tell(key: str, share: float, words: str) -> None:
    """Write down how far it is."""
    Plan.objects.filter(id=key, status=Plan.Status.RUNNING).update(share=min(max(share, 0.0), 1.0), words=words[:200])


def finish(key: str, result: dict[str, Any]) -> None:
    """Write down the plan that was made."""
    _end(key, status=Plan.Status.DONE, share=1, words="Done", result=result)


def fail(key: str, fault: str) -> None:
    """Write down why there is none."""
    _end(key, status=Plan.Status.FAILED, words="Failed", fault=fault[:400])


def give_back(key: str) -> None:
    """Put a plan back that the worker had no time to end; it has not counted as an attempt."""
    Plan.objects.filter(id=key, status=Plan.Status.RUNNING).update(
        status=Plan.Status.QUEUED, attempts=F("attempts") - 1, share=0, words="Waiting for its turn again"
    )


def put_back(key: str) -> None:
    """Put a plan back that a worker was killed over; the attempt counts, for it may be what kills."""
    Plan.objects.filter(id=key, status=Plan.Status.RUNNING).update(status=Plan.Status.QUEUED, share=0, words="Waiting to be taken up again")


def _end(key: str, **fields: Any) -> None:
    Plan.objects.filter(id=key, status=Plan.Status.RUNNING).update(ended_at=timezone.now(), **fields)
