"""Plans as they stand: asked for, being made, made."""

from dataclasses import dataclass
from datetime import datetime
from secrets import compare_digest
from typing import Any

from geo.errors import UnknownPlan
from geo.models import Plan
from geo.queries.catalogue import get_release


@dataclass(frozen=True)
class PlanInfo:
    """One plan. key: its id. is_yours: whether whoever asks has made it.

    status: queued, running, done, failed or cancelled; share (0 to 1) and words: how far it is; fault: why it failed. plan: as
    geo.planning.plans writes it, None until done. replay: None, or whether a replayed file came to the same answer.
    """

    key: str
    status: str
    share: float
    words: str
    fault: str
    request: dict[str, Any]
    plan: dict[str, Any] | None
    replay: dict[str, Any] | None
    release: str
    is_synthetic: bool
    created_at: datetime
    ended_at: datetime | None
    is_yours: bool


def get_plan(key: str, *, asking: str | None = None) -> PlanInfo:
    """The plan of this id, for whoever has the id; asking: the key of who asks.

    Raises UnknownPlan, and WithdrawnRelease where its figures must not stand any more.
    """
    plan = Plan.objects.filter(id=key).first()
    if plan is None:
        raise UnknownPlan("There is no such plan.", parameter="key", found=key)
    get_release(plan.release)
    result = plan.result or {}
    return PlanInfo(
        key=plan.id,
        status=plan.status,
        share=plan.share,
        words=plan.words,
        fault=plan.fault,
        request=plan.request,
        plan=result.get("plan"),
        replay=result.get("replay"),
        release=plan.release,
        is_synthetic=plan.is_synthetic,
        created_at=plan.created_at,
        ended_at=plan.ended_at,
        is_yours=asking is not None and compare_digest(plan.owner, asking),
    )
