"""Made maps of neighbourhoods for tests of detection: pure numpy, with or without a cluster."""

import numpy as np
from scipy import sparse

from geo.geography.adjacency import nearest_weights
from geo.linkage.detection.maps import Map
from geo.linkage.detection.usual import Scene

AREAS = 150


def a_map(seed, *, is_share=False, factor=1.0, size=15, mean=2.8, level=0.0):
    """A map whose deprivation falls from west to east, as rates do; so many neighbourhoods about one have `factor` times what is usual.

    mean: events expected of a neighbourhood, of shares the share of 150 people. level: how much neighbourhoods differ anyway. Gives the
    map and the places of the cluster.
    """
    random = np.random.default_rng(seed)
    coordinates = random.uniform(0, 20_000, (AREAS, 2))
    near = nearest_weights(coordinates, 6)
    neighbours = sparse.csr_array(((near + near.T) > 0).astype(np.float64))
    decile = np.clip((coordinates[:, 0] // 2_000).astype(np.int64) + 1, 1, 10)
    young = random.uniform(0.2, 0.6, AREAS)
    cluster = np.argsort(np.hypot(*(coordinates - coordinates[int(random.integers(AREAS))]).T))[:size]
    planted = np.ones(AREAS)
    planted[cluster] = factor
    people = random.poisson(150 if is_share else 400, AREAS)
    at_risk = np.column_stack([random.binomial(people, young), np.zeros(AREAS)]).astype(np.float64)
    at_risk[:, 1] = people - at_risk[:, 0]
    usual = (1 + (5.5 - decile) / 4.5 * 0.2)[:, np.newaxis] * np.array([1.3, 0.8]) * planted[:, np.newaxis]
    if is_share:
        chance = np.clip(mean * usual, 0.01, 0.95)
        events = random.binomial(at_risk.astype(np.int64), _alike(random, chance, level)).astype(np.float64)
    else:
        risks = random.gamma(1 / level, level, AREAS) if level else np.ones(AREAS)
        events = random.poisson(mean / 400 * at_risk * usual * risks[:, np.newaxis]).astype(np.float64)
    scene = Scene(events.sum(axis=1), people.astype(np.float64), events, at_risk, decile, is_share)
    return Map(scene, coordinates, neighbours, seed), set(cluster.tolist())


def _alike(random, chance, level):
    """Chances that differ between neighbourhoods by the correlation of two of their people."""
    if not level:
        return chance
    alike = 1 / level - 1
    return random.beta(chance * alike, (1 - chance) * alike)
