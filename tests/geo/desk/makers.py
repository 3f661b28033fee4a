"""Stand-ins for the room that makes plans, each for one thing that may happen to it; named by PLAN_MAKER in tests alone."""

import os
import time
from pathlib import Path
from typing import Any

from geo.errors import PlanningError


def make_plan(request: dict[str, Any], progress: Any) -> dict[str, Any]:
    """What the request's area says: quick, slow, refused, wrong, killed."""
    progress(0.25, "Reading")
    what = request["area"]
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
    return {"request": request, "sites": [], "seconds": time.time()}


def what_if(request: dict[str, Any], sites: list[dict[str, Any]]) -> dict[str, Any]:
    """The sites as they came."""
    return {"sites": sites}
