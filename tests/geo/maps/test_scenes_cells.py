"""Surfaces of hexagons say what the service says of them, and that all of it is modelled."""

from dataclasses import replace

import pytest

from geo.errors import InputError, RefusedClaim
from geo.maps import scenes_cells
from geo.maps.scenes_cells import scene_of_cells
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.cells import CellQuestion, stream_cells
from tests.cells import forget
from tests.world import a_world

pytestmark = pytest.mark.django_db
SLUG = "cervical-coverage-25-49"


@pytest.fixture
def release():
    """The release of the small England."""
    forget()
    a_world()
    yield get_release()
    forget()


def test_cells_are_raised_by_their_values_and_said_to_be_modelled(release):
    found = scene_of_cells(release, get_indicator(SLUG, release), CellQuestion())
    raised = [shape for shape in found.shapes if shape.height > 0]

    assert found.is_extruded
    assert raised
    assert all("(modelled)" in shape.words for shape in raised)
    assert max(shape.height for shape in found.shapes) == 1.0
    assert any("stipple" in key.pattern for key in found.keys)
    assert any(key.words.startswith("Height: from") for key in found.keys)


def test_a_refused_cell_a_withheld_one_and_one_without_data_look_apart(release, monkeypatch):
    why = [("suppressed", "few_people"), ("suppressed", "suppressed_by_publisher"), ("missing", "not_in_source")]

    def blind(selection, **options):
        for number, one in enumerate(stream_cells(selection, **options)):
            yield replace(one, value=None, numerator=None, status=why[number][0], reason=why[number][1]) if number < 3 else one

    monkeypatch.setattr(scenes_cells, "stream_cells", blind)
    found = scene_of_cells(release, get_indicator(SLUG, release), CellQuestion())

    assert len({(shape.fill, shape.pattern) for shape in found.shapes[:3]}) == 3
    assert all(shape.height == 0 for shape in found.shapes[:3])
    assert "few people" in found.shapes[0].words
    assert sum("not shown: it would stand on" in key.words for key in found.keys) == 1
    assert "1 cannot be shown (small numbers)" in found.summary


def test_cells_of_what_they_cannot_show_are_refused(release):
    world_decile = replace(get_indicator(SLUG, release), definition={**get_indicator(SLUG, release).definition, "unit": "decile"})

    with pytest.raises((RefusedClaim, InputError)):
        scene_of_cells(release, world_decile, CellQuestion(period="1999"))
