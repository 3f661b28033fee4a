"""Control over all maps of a release: one question among many must be surer than one alone."""

import pytest

from geo.errors import StatisticsError
from geo.linkage.detection.maps import Found
from geo.linkage.detection.together import stand_out


def test_a_p_that_stands_alone_does_not_stand_among_twenty():
    one = [Found((1,), "high", 0.01)]

    assert stand_out({"a": one}, resolution=0.001)["a"] == one
    assert not any(stand_out({"a": one, **{str(at): [Found((1,), "low", 0.5)] for at in range(19)}}, resolution=0.001).values())


def test_within_a_map_the_level_is_the_share_of_maps_that_show_something():
    maps = {"a": [Found((1,), "high", 0.001), Found((2,), "high", 0.02), Found((3,), "low", 0.03)], "b": [Found((1,), "low", 0.9)], "c": []}

    assert stand_out(maps, resolution=0.001) == {"a": maps["a"][:1], "b": [], "c": []}


def test_too_few_replicates_for_so_many_maps_are_refused():
    with pytest.raises(StatisticsError, match="smallest p-value"):
        stand_out({str(at): [] for at in range(6)}, resolution=0.01)
