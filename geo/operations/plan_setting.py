"""Everything that a plan is answered from, as it was read."""

from dataclasses import dataclass

from geo.planning.candidates import Candidate
from geo.planning.demand import Demand
from geo.planning.objectives import Question
from geo.planning.problems import Floats
from geo.planning.requests import PlanRequest
from geo.planning.travel import TravelTimes
from geo.queries.catalogue import ReleaseInfo

FIFTHS = ("Most deprived fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Least deprived fifth")


@dataclass(frozen=True)
class Setting:
    """Everything that a request is answered from. minutes: (areas, candidates); ethnicity: residents of each area by group."""

    request: PlanRequest
    release: ReleaseInfo
    demand: Demand
    candidates: tuple[Candidate, ...]
    minutes: Floats
    provider: TravelTimes
    question: Question
    ethnicity: dict[str, Floats]
