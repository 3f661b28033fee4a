"""A gradient by deprivation as it is read and asked for."""

from dataclasses import dataclass
from typing import TypedDict

from geo.codes import Geography
from geo.queries.groups import Group
from geo.queries.slopes import Steepness

# What `deprivation` may be: the index with its overall domain, or its income domain alone.
INDEXES = {
    "imd2019": ("imd2019", "imd", "IMD 2019"),
    "imd2025": ("imd2025", "imd", "IMD 2025"),
    "imd2019-income": ("imd2019", "income", "the income domain of IMD 2019"),
    "imd2025-income": ("imd2025", "income", "the income domain of IMD 2025"),
}

# The tenths of the people that the source itself gives, of whatever areas and index it says.
PUBLISHED = "published"
DEPRIVATIONS = (*INDEXES, PUBLISHED)


@dataclass(frozen=True)
class InequalityInfo:
    """The ten groups, always all of them, and how they were made. `method` says it in words.

    geography: whose deciles these are: neighbourhoods where the indicator reaches them, else larger areas, and then `method` names them;
    of deciles that the source gives, that of the area itself.
    reason: why there is nothing at all, else None.
    """

    indicator: str
    period: str
    stratum: str
    area: str
    deprivation: str
    geography: Geography
    basis: str
    method: str
    reason: str | None
    groups: tuple[Group, ...]
    steepness: Steepness


class Asked(TypedDict, total=False):
    """What may be asked beside the indicator; None or absent is the default."""

    deprivation: str | None
    area: str
    period: str | None
    stratum: str | None
    area_type: str | None
