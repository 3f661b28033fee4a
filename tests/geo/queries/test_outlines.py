"""Outlines of a box: those that touch it, in degrees."""

import pytest

from geo.queries.outlines import list_outlines
from tests.builders import a_square, an_area

pytestmark = pytest.mark.django_db


def test_areas_of_the_box_come_in_degrees_and_those_far_off_do_not():
    an_area("E09000001", geography="lad24", geometry_27700=a_square(1))
    an_area("E09000002", geography="lad24", geometry_27700=a_square(60))

    found = list_outlines((-1.43, 51.69, -1.40, 51.71))

    assert [one.code for one in found] == ["E09000001"]
    assert found[0].shape.bounds == pytest.approx((-1.4223, 51.6978, -1.4077, 51.7068), abs=0.002)


def test_a_box_at_sea_is_empty():
    assert list_outlines((2.0, 50.0, 2.1, 50.1)) == ()
