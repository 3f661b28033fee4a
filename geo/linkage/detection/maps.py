"""One map put to the question: which windows, and which neighbourhoods with those around them, stand out more than chance explains.

Neighbourhoods differ anyway: each counts for as many people, or expected events, as carry that information, and maps without clusters
differ as much. Everything is two-sided, and each p is of the most striking of a whole map.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo.geography.adjacency import Weights, with_self
from geo.linkage.detection.usual import Numbers, Scene, differing, usual_persons
from geo.statistics.scan import ScanMethod, scan_bernoulli, scan_poisson

# Windows as large as those of published figures (geo/findings/windows.py).
MOST_AREAS, MOST_SHARE = 60, 0.25
# With so many maps without clusters, 37 questions can be held to 5 % together.
REPLICATES = 1_499
HIGH, LOW = "high", "low"


@dataclass(frozen=True)
class Map:
    """One indicator's scene, with its neighbourhoods' places: coordinates (areas, 2), metres; neighbours without themselves."""

    scene: Scene
    coordinates: Numbers
    neighbours: Weights
    seed: int


@dataclass(frozen=True)
class Found:
    """A set of neighbourhoods, by place; direction HIGH or LOW; p of the whole map's most striking."""

    members: tuple[int, ...]
    direction: str
    p: float


def find_windows(map_: Map, *, replicates: int = REPLICATES) -> list[Found]:
    """Windows that do not overlap by Kulldorff's scan, the most striking first. Raises StatisticsError where nothing is counted."""
    scene = map_.scene
    usual = usual_persons(scene)
    effective = _effective(scene, usual)
    method = ScanMethod(most_areas=MOST_AREAS, most_share=MOST_SHARE, direction="both", replicates=replicates, seed=map_.seed)
    if scene.is_share:
        # What an area is expected to differ from the whole by is taken off, so that one chance holds for all.
        numbers, middle = np.rint(effective), usual.sum() / scene.people.sum()
        cases = np.clip(np.rint(effective * (scene.persons - usual) / scene.people + numbers * middle), 0, numbers)
        windows = scan_bernoulli(cases, people=numbers, coordinates=map_.coordinates, method=method)
    else:
        events = np.rint(scene.persons * effective / usual)
        windows = scan_poisson(events, expected=effective, coordinates=map_.coordinates, method=method)
    return [Found(tuple(sorted(int(at) for at in each.members)), each.direction, each.p) for each in windows]


def find_spots(map_: Map, *, replicates: int = REPLICATES) -> list[Found]:
    """Each neighbourhood that lies high or low together with those around it, by Gi*, with the p of so great a one anywhere on the map.

    Maps without clusters are drawn from what is usual, with as much difference between neighbourhoods as there is. p is twice the chance
    of the side, at most 1.
    """
    scene, random = map_.scene, np.random.default_rng(map_.seed)
    usual, weights = usual_persons(scene), with_self(map_.neighbours)
    level = differing(scene, usual)
    seen = _together(_standardised(scene, usual, level, scene.persons[:, np.newaxis]), weights)[:, 0]
    drawn = _together(_standardised(scene, usual, level, _drawn(scene, usual, level, random, replicates)), weights)
    above, below = np.sort(drawn.max(axis=0)), np.sort(drawn.min(axis=0))
    as_high = replicates - np.searchsorted(above, seen, side="left")
    as_low = np.searchsorted(below, seen, side="right")
    p = np.minimum(2 * (1 + np.minimum(as_high, as_low)) / (replicates + 1), 1.0)
    return [Found((at,), HIGH if seen[at] > 0 else LOW, float(p[at])) for at in range(len(scene))]


def find_all(map_: Map) -> tuple[list[Found], list[Found]]:
    """Windows and spots."""
    return find_windows(map_), find_spots(map_)


def joined(spots: list[Found], neighbours: Weights) -> list[Found]:
    """Spots of one direction that are neighbours, as one; p: the least of them."""
    found = []
    for direction in (HIGH, LOW):
        mine = [spot for spot in spots if spot.direction == direction]
        at = np.array([spot.members[0] for spot in mine], dtype=np.intp)
        if not len(at):
            continue
        parts, part = sparse.csgraph.connected_components(neighbours[at][:, at], directed=False)
        for number in range(parts):
            here = np.flatnonzero(part == number)
            found.append(Found(tuple(sorted(int(at[i]) for i in here)), direction, min(mine[i].p for i in here)))
    return found


def _effective(scene: Scene, usual: Numbers) -> Numbers:
    """People of a share, or expected events of a rate, that each area counts for once areas differ anyway."""
    level = differing(scene, usual)
    return np.asarray(scene.people / (1 + (scene.people - 1) * level) if scene.is_share else usual / (1 + usual * level))


def _standardised(scene: Scene, usual: Numbers, level: float, persons: Numbers) -> Numbers:
    """Differences from what is usual in units of what chance and usual differences allow, (areas, maps)."""
    beyond = 1 + (scene.people - 1) * level if scene.is_share else 1 + usual * level
    chance = usual * (1 - usual / scene.people) if scene.is_share else usual
    return np.asarray((persons - usual[:, np.newaxis]) / np.sqrt(chance * beyond)[:, np.newaxis], dtype=np.float64)


def _together(z: Numbers, weights: Weights) -> Numbers:
    """Gi* of each area and map."""
    total = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    squares = np.asarray(weights.power(2).sum(axis=1), dtype=np.float64).ravel()
    areas = len(z)
    spread = np.sqrt(np.outer((areas * squares - total**2) / (areas - 1), z.var(axis=0)))
    return np.asarray((weights @ z - np.outer(total, z.mean(axis=0))) / np.where(spread > 0, spread, np.inf), dtype=np.float64)


def _drawn(scene: Scene, usual: Numbers, level: float, random: np.random.Generator, maps: int) -> Numbers:
    """Counts of maps without clusters, (areas, maps)."""
    size, middle = (maps, len(scene)), usual / scene.people
    if scene.is_share:
        whole = scene.people.astype(np.int64)
        if level > 0:
            alike = 1 / level - 1
            chances: NDArray[np.float64] | Numbers = random.beta(middle * alike, (1 - middle) * alike, size=size)
        else:
            chances = np.broadcast_to(middle, size)
        return random.binomial(whole, chances).T.astype(np.float64)
    risks = random.gamma(1 / level, level, size=size) if level > 0 else 1.0
    return random.poisson(usual * risks, size=size).T.astype(np.float64)
