"""The room that makes plans, by the name in settings: it stands above this one, and loads solvers that only the worker always needs."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings

from geo.desk.apart import Progress
from geo.planning.plans import Plan
from geo.planning.requests import PlanRequest


class PlanMaker(Protocol):
    """What is asked of that room."""

    def make_plan(self, request: PlanRequest, progress: Progress) -> Plan:
        """The plan that is asked for; takes seconds to a minute or two. Raises HiidError in words for people."""

    def what_if(self, request: PlanRequest, sites: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """What a plan would be with just these sites, at once."""


def make_ready() -> None:
    """Read into this process what every plan needs, where the room offers that; a process apart, which is a copy, then has it."""
    ready = getattr(plan_maker(), "make_ready", None)
    if ready is not None:
        ready()


def plan_maker() -> PlanMaker:
    """The module that PLAN_MAKER names."""
    return cast(PlanMaker, import_module(settings.PLAN_MAKER))
