"""Cells in the step of areas: what is stored gives the same shares again, by postcodes; a failed step leaves what stood."""

import h3
import numpy as np
import pandas as pd
import pytest
from django.db import transaction

from geo.geography.cells import FINEST
from geo.models import Area, Cell, CellWeight
from geo.releases import areas
from geo.releases.areas_cells import cell_columns
from tests.geo.releases import small_england as small

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        small.put_in(small.tables())
        yield areas.build_areas()
        transaction.set_rollback(True)


@pytest.mark.parametrize("slug", ["lsoa21", "lsoa11"])
def test_stored_weights_lead_every_area_whole_into_the_cells_of_its_postcodes(built, slug):
    stored = CellWeight.objects.get(geography__slug=slug)

    weights = stored.weights()

    assert (weights.resolution, weights.matrix.shape[1]) == (FINEST, Area.objects.filter(geography__slug=slug).count())
    assert np.asarray(weights.matrix.sum(axis=0)).ravel() == pytest.approx(np.ones(4), abs=1e-12)
    assert np.array_equal(weights.cells, np.sort(weights.cells))
    # The third neighbourhood of 2011 and none of 2021 is without a postcode.
    assert np.flatnonzero(weights.is_by_centroid).tolist() == ([2] if slug == "lsoa11" else [])


def test_drawn_cells_hold_everybody_once_and_are_numbered_in_order(built):
    cells = list(Cell.objects.order_by("feature_id"))

    assert [cell.feature_id for cell in cells] == list(range(1, len(cells) + 1))
    assert [cell.h3 for cell in cells] == sorted(cell.h3 for cell in cells)
    assert sum(cell.people for cell in cells) == pytest.approx(6700, rel=1e-9)
    for cell in cells:
        name = h3.int_to_str(cell.h3)
        assert h3.get_resolution(name) == cell.resolution
        middle = cell.geometry_3857.transform(4326, clone=True).centroid
        assert h3.latlng_to_cell(middle.y, middle.x, cell.resolution) == name
    assert built.rows["cells"] == len(cells)
    assert {cell.district for cell in cells} == {"Madeup"}


def test_the_same_again_gives_the_same_rows_and_a_failed_step_leaves_what_stood(built, monkeypatch):
    before = list(Cell.objects.order_by("h3").values_list("h3", "feature_id", "people")), CellWeight.objects.count()
    monkeypatch.setattr(areas, "areas_digest", lambda: "another")
    areas.build_areas()

    def broken(weighed, districts):
        raise RuntimeError("nothing more")

    monkeypatch.setattr(areas, "areas_digest", lambda: "a third")
    monkeypatch.setattr(areas, "cell_columns", broken)
    with pytest.raises(RuntimeError, match="nothing more"), transaction.atomic():
        areas.build_areas()

    assert (list(Cell.objects.order_by("h3").values_list("h3", "feature_id", "people")), CellWeight.objects.count()) == before


def test_without_neighbourhoods_there_are_no_cells():
    assert cell_columns([], pd.Series([], dtype=object))["h3"] == []
