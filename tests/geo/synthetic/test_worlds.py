"""A world is whole districts, those of stories first, then the nearest; its name says what it is made from."""

import numpy as np
import pytest

from geo.errors import InputError
from geo.synthetic.planted import STORIES
from geo.synthetic.worlds import WorldSpec, choose_districts, make_world
from tests.geo.synthetic.small_country import a_country

COUNTRY = a_country()


def names(spec: WorldSpec) -> list[str]:
    by_code = dict(zip(COUNTRY.lad24, COUNTRY.lad_name, strict=True))
    return [by_code[code] for _, code in choose_districts(COUNTRY, spec)]


def test_a_small_world_is_the_district_of_the_story():
    assert names(WorldSpec(("ncl",), 50_000)) == ["Haringey"]
    assert names(WorldSpec(("gm",), 1_000)) == ["Rochdale"]


def test_more_people_bring_the_other_districts_of_the_story_and_then_the_neighbours():
    assert names(WorldSpec(("gm",), 95_000)) == ["Rochdale", "Oldham"]
    assert names(WorldSpec(("gm",), 10**6)) == ["Rochdale", "Oldham", "Bury"]


def test_systems_take_turns():
    assert names(WorldSpec(("ncl", "nenc"), 10**6)) == ["Haringey", "Newcastle upon Tyne", "Enfield", "Gateshead"]


def test_a_world_without_stories_has_the_same_districts():
    assert names(WorldSpec(("gm",), 95_000, planted=())) == names(WorldSpec(("gm",), 95_000))


def test_districts_are_whole():
    world = make_world(COUNTRY, WorldSpec(("gm",), 95_000))

    for district in set(world.country.lad_name):
        assert (world.country.lad_name == district).sum() == (COUNTRY.lad_name == district).sum()


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (WorldSpec(("ncl", "nenc"), 1_000_000, 3), "ncl-nenc-1000000-3"),
        (WorldSpec(("gm",), 5, 1, planted=()), "gm-5-1-null"),
        (WorldSpec(("bsol",), 5, 1, edition="repaired"), "bsol-5-1-repaired"),
        (WorldSpec(("gm",), 5, 1, planted=("smi",)), "gm-5-1-smi"),
    ],
)
def test_the_name_says_what_it_is_made_from(spec, name):
    assert spec.name == name


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"systems": ("atlantis",)}, "atlantis"),
        ({"systems": ()}, "needs a system"),
        ({"people": 0}, "needs a system and people"),
        ({"edition": "polished"}, "polished"),
        ({"planted": ("gold",)}, "gold"),
    ],
)
def test_a_specification_that_makes_no_sense_is_refused(wrong, match):
    with pytest.raises(InputError, match=match):
        WorldSpec(**({"systems": ("ncl",), "people": 1_000} | wrong))


def test_a_country_without_the_system_is_refused():
    with pytest.raises(InputError, match="'wy'"):
        make_world(a_country(("ncl",)), WorldSpec(("wy",), 1_000))


def test_a_neighbourhood_without_postcodes_is_refused_by_name():
    broken = a_country(("ncl",))
    start = broken.postcode_start.copy()
    start[1] = start[0]

    with pytest.raises(InputError, match="1 neighbourhoods lack a live postcode, E01000000"):
        type(broken)(**{**broken.__dict__, "postcode_start": start}).check()


def test_every_district_of_a_story_is_one_of_its_system():
    assert {system for story in STORIES.values() for system in story.districts} <= set(COUNTRY.system)


def test_a_part_of_the_country_keeps_its_lists():
    part = COUNTRY.only(np.array([3, 1]))

    assert part.postcodes.tolist() == [*COUNTRY.postcodes[24:32], *COUNTRY.postcodes[8:16]]
    assert part.practice_start.tolist() == [0, 3, 6]
