"""Stand-ins for the room that makes plans, each for one thing that may happen to it; named by PLAN_MAKER in tests alone."""

import os
import time
from pathlib import Path
from typing import Any

from geo.errors import PlanningError
from geo.planning.plans import Gain, Plan, Site, Visit
from geo.planning.requests import PlanRequest


def make_plan(request: PlanRequest, progress: Any) -> Plan:
    """What the request's area says: quick, slow, refused, wrong, killed."""
    progress(0.25, "Reading")
    what = request.area
    if what == "slow":
        Path(os.environ["HIID_TEST_MARK"]).write_text(str(os.getpid()))
        for step in range(600):
            progress(0.25 + step / 1000, f"Step {step}")
            time.sleep(0.1)
    if what == "refused":
        raise PlanningError("nobody can reach any of 3 places")
    if what == "wrong":
        raise ZeroDivisionError("a secret")
    if what == "killed":
        os.kill(os.getpid(), 9)
    if what == "hungry":
        bytearray(20 * 1024**3)
    return a_plan(request)


def a_plan(request: PlanRequest) -> Plan:
    """A plan with one stop."""
    site = Site("given:1", "Field", 52.2, 0.12, "given", True, 100.0, 40.0, Gain(4.0, 12.0), 11.5, 3)
    return Plan(
        request=request,
        sites=(site,),
        allocation=(Visit("E01000001", "given:1", 11.5, 52.1, 0.1),),
        objective=11.5,
        bound=11.5,
        gap=0.0,
        objective_words="mean minutes",
        gain=Gain(4.0, 12.0),
        seed=request.seed,
        seconds=time.time(),
        minutes={"mode": "made-up drive", "mean": 11.5},
        totals={},
        frontier=[],
        stability={},
        schedule=None,
        notes=("Made up.",),
        sources=(),
        is_synthetic=False,
    )


def what_if(request: PlanRequest, sites: list[dict[str, Any]]) -> dict[str, Any]:
    """The sites as they came."""
    return {"sites": sites}
