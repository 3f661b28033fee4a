"""Windows and spots of one map: a planted cluster is found, and maps without any are silent as often as promised."""

import numpy as np
import pytest

from geo.linkage.detection.maps import Found, find_spots, find_windows, joined
from geo.linkage.detection.together import stand_out
from geo.linkage.detection.usual import differing, usual_persons
from tests.geo.linkage.detection.made_maps import a_map

# Enough for four maps together.
FEW = 199
# Of 60 worlds without clusters, 3 may show something on average; more than 7 would once in a hundred.
WORLDS, MOST_SPEAKING = 60, 7


def test_a_tripled_rate_of_fifteen_neighbourhoods_is_found_where_it_is():
    found = []
    for seed in range(5):
        map_, cluster = a_map(seed, factor=3.0)
        best = find_windows(map_, replicates=FEW)[0]
        found.append(best.direction == "high" and best.p <= 0.05 and len(cluster & set(best.members)) >= 8)

    assert sum(found) >= 4


def test_a_low_share_is_found_as_low_by_both_tests():
    map_, cluster = a_map(2, is_share=True, mean=0.6, factor=0.7, size=20)

    window = find_windows(map_, replicates=FEW)[0]
    low = {spot.members[0] for spot in find_spots(map_, replicates=FEW) if spot.p <= 0.05 and spot.direction == "low"}

    assert (window.direction, window.p) == ("low", 1 / (FEW + 1))
    assert len(cluster & set(window.members)) >= 15
    assert len(low & cluster) >= 5
    assert low <= cluster | set(map_.neighbours[list(cluster)].indices.tolist())


@pytest.mark.parametrize("level", [0.0, 0.05])
def test_worlds_without_clusters_are_silent_in_95_of_100(level):
    """Four maps a world, of rates and shares, with deprivation that lies together, and neighbourhoods that differ anyway or do not."""
    speaking = 0
    for world in range(WORLDS):
        rates, _ = a_map(10_000 + world, level=4 * level)
        shares, _ = a_map(20_000 + world, is_share=True, mean=0.6, level=level / 4)
        maps = {
            f"{at} {kind.__name__}": kind(one, replicates=FEW)
            for at, one in enumerate((rates, shares))
            for kind in (find_windows, find_spots)
        }
        speaking += any(stand_out(maps, resolution=2 / (FEW + 1)).values())

    assert speaking <= MOST_SPEAKING


def test_what_is_usual_follows_deprivation_and_the_parts_of_the_people():
    map_, _ = a_map(3, mean=400.0)
    scene = map_.scene

    usual = usual_persons(scene)

    assert usual.sum() == pytest.approx(scene.persons.sum())
    for decile in range(1, 11):
        here = scene.decile == decile
        assert usual[here].sum() == pytest.approx(scene.persons[here].sum(), rel=0.04)
    assert differing(scene, usual) < 0.01
    other = a_map(3, mean=40.0, level=0.3)[0].scene
    assert differing(other, usual_persons(other)) == pytest.approx(0.3, rel=0.4)


def test_the_same_counts_give_the_same_sets():
    (one, _), (other, _) = a_map(4, factor=2.0), a_map(4, factor=2.0)

    assert find_windows(one, replicates=19) == find_windows(other, replicates=19)
    assert find_spots(one, replicates=19) == find_spots(other, replicates=19)


def test_spots_of_one_direction_that_touch_are_one():
    map_, _ = a_map(5)
    first = 0
    beside = int(map_.neighbours[[first]].indices[0])
    far = int(np.argmax(np.hypot(*(map_.coordinates - map_.coordinates[first]).T)))

    sets = joined([Found((first,), "high", 0.01), Found((beside,), "high", 0.02), Found((far,), "high", 0.03)], map_.neighbours)
    apart = joined([Found((first,), "high", 0.01), Found((beside,), "low", 0.02)], map_.neighbours)

    assert sets == [Found(tuple(sorted((first, beside))), "high", 0.01), Found((far,), "high", 0.03)]
    assert len(apart) == 2
