"""Small worlds of the made-up country, made once: with stories, without any, and mended."""

from dataclasses import replace

import pyarrow as pa
import pytest

from geo.synthetic.extracts import EXTRACTS
from geo.synthetic.people import Population
from geo.synthetic.slices import Slice
from geo.synthetic.worlds import World, WorldSpec, make_world
from tests.geo.synthetic.small_country import a_country

# Large enough to hold all the districts of the made-up country.
EVERYBODY = 10**6
EXTRACT = {extract.name: extract for extract in EXTRACTS}


def a_world(*systems: str, neighbourhoods: int = 30, minority: float = 0.35, **spec) -> World:
    """A world of whole made-up districts of these systems."""
    country = a_country(systems, neighbourhoods=neighbourhoods, minority=minority)
    return make_world(country, WorldSpec(systems, spec.pop("people", EVERYBODY), **spec))


def everybody(world: World) -> Slice:
    """All people of a world in one slice."""
    population = Population(world)
    return Slice(population, 0, population.size)


def table_of(name: str, slice_: Slice) -> pa.Table:
    """An extract as it is read back: texts plain."""
    extract = EXTRACT[name]
    return extract.make(slice_).table.cast(extract.schema)


def without_stories(world: World) -> World:
    """The same world with nothing planted."""
    return make_world(world.country, replace(world.spec, planted=()))


@pytest.fixture(scope="session")
def haringey() -> Slice:
    """A world of North Central London with its stories."""
    return everybody(a_world("ncl"))


@pytest.fixture(scope="session")
def null_haringey(haringey: Slice) -> Slice:
    """The same without any."""
    return everybody(without_stories(haringey.world))
