"""All maps of a release judged together: false discoveries are held to 5 % over all indicators and kinds, not within each.

A map is a finding by the p of the most striking thing on it, controlled over all maps; on those that are, what stands out at the level
that the share of findings among the maps leaves. A world without clusters therefore shows nothing in 95 of 100.
Source: Benjamini and Bogomolov (2014), with Benjamini and Hochberg (1995) over the maps.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from geo.linkage.detection.maps import Found
from geo.statistics.multiplicity import FALSE_DISCOVERY_RATE, benjamini_hochberg


def stand_out(maps: Mapping[str, Sequence[Found]], *, resolution: float) -> dict[str, list[Found]]:
    """What stands out on each map, by its name; an empty list where nothing does.

    resolution: the least p that any test can give. Raises StatisticsError where that is too coarse for so many maps.
    """
    names = list(maps)
    best = np.array([min((each.p for each in maps[name]), default=1.0) for name in names])
    q = benjamini_hochberg(best, resolution=resolution)
    chosen = {name for name, value in zip(names, q, strict=True) if value <= FALSE_DISCOVERY_RATE}
    level = FALSE_DISCOVERY_RATE * len(chosen) / max(len(names), 1)
    return {name: [each for each in maps[name] if each.p <= level] if name in chosen else [] for name in names}
