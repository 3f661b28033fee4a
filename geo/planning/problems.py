"""Where to go, as arrays: minutes from areas to candidate sites, what each area weighs, and what the answer is held to."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningError

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]
# Instead of the candidate that serves an area, where nobody does.
NOT_SERVED = -1


@dataclass(frozen=True)
class Problem:
    """Areas that are to be reached from some of the candidate sites.

    minutes: shape (areas, candidates), of one mode; infinite = cannot be reached. weight: shape (areas,), people who are to be served,
    times what equity makes of them; not negative. sites: how many are opened, those that are forced among them. forced, forbidden:
    candidates that are opened in any case, or never.
    Raises PlanningError for what contradicts itself, naming the first place.
    """

    minutes: Floats
    weight: Floats
    sites: int
    forced: tuple[int, ...] = ()
    forbidden: tuple[int, ...] = field(default=())

    def __post_init__(self) -> None:
        areas, candidates = self.minutes.shape
        if self.weight.shape != (areas,):
            raise PlanningError(f"{areas} areas have minutes and {len(self.weight)} a weight")
        if np.any(np.isnan(self.minutes)) or np.any(self.minutes < 0):
            area, site = np.argwhere(~(self.minutes >= 0))[0]
            raise PlanningError(f"from area {area} to candidate {site} the minutes are {self.minutes[area, site]}, and must be 0 or more")
        if not np.all(np.isfinite(self.weight)) or np.any(self.weight < 0):
            area = int(np.flatnonzero(~(np.isfinite(self.weight) & (self.weight >= 0)))[0])
            raise PlanningError(f"area {area} weighs {self.weight[area]}, and must weigh 0 or more")
        outside = [site for site in (*self.forced, *self.forbidden) if not 0 <= site < candidates]
        if outside or set(self.forced) & set(self.forbidden):
            raise PlanningError(f"candidates are 0 to {candidates - 1}, and none is forced and forbidden: {outside or 'one is both'}")
        if not len(set(self.forced)) <= self.sites <= candidates - len(set(self.forbidden)) or self.sites < 1:
            raise PlanningError(f"{self.sites} sites of {candidates}, {len(set(self.forced))} forced, {len(set(self.forbidden))} forbidden")
        if not np.all(np.any(np.isfinite(self.minutes[:, self.allowed]), axis=1)[self.weight > 0]):
            area = int(np.flatnonzero(~np.any(np.isfinite(self.minutes[:, self.allowed]), axis=1) & (self.weight > 0))[0])
            raise PlanningError(f"area {area} cannot be reached from any candidate")

    @property
    def allowed(self) -> Indices:
        """Candidates that may be opened."""
        return np.setdiff1d(np.arange(self.minutes.shape[1]), np.array(self.forbidden, dtype=np.intp))


@dataclass(frozen=True)
class Placed:
    """An answer with its proof. sites: ascending; nearest: shape (areas,), which candidate serves each area, NOT_SERVED where none.

    objective: what the sites reach, in the unit of the method; bound: what no other sites can go beyond (below it for what is made
    least, above it for what is made most), so that the gap is what could still be gained, relative to the objective; 0 = proven best.
    """

    method: str
    sites: tuple[int, ...]
    nearest: Indices
    objective: float
    bound: float
    gap: float
    seed: int
    seconds: float


def serve(minutes: Floats, sites: Indices) -> Indices:
    """The nearest of the sites for each area, the first of equals, shape (areas,)."""
    return np.asarray(sites)[np.argmin(minutes[:, sites], axis=1)]
