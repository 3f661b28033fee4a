"""The printed page of a catchment: it says what it is of, and whether that is made up."""

import re

import numpy as np
import pytest

from geo.maps.catchment_sheets import draw_sheet
from geo.queries import catchment_figures, ground
from geo.queries.catalogue import get_release
from geo.queries.catchments import preview_catchment
from tests.protected_country import a_protected_country

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    ground._held.clear()
    catchment_figures._held.clear()
    country = a_protected_country(np.full(60, 40))
    release = get_release()
    found = preview_catchment({"areas": country.codes[:12]}, release)

    def draw(name="Haven", **more):
        return draw_sheet(found, release if not more else type(release)(**{**vars(release), **more}), name=name)

    return draw


def words(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_it_tells_people_value_limits_and_gap(sheet):
    told = words(sheet())

    assert "12 neighbourhoods (LSOA 2021), 19,200 residents (Census 2021), 12.0 km²" in told
    assert any(re.fullmatch(r"2,\d{3}\.\d \(2,\d{3}\.\d to 2,\d{3}\.\d\)", text) for text in told)


def test_synthetic_is_marked_and_real_is_not(sheet):
    assert words(sheet()).count("SYNTHETIC: made-up people") == 4
    assert "SYNTHETIC" not in sheet(is_synthetic=False)


def test_a_name_cannot_become_markup(sheet):
    assert "<image" not in sheet(name='<image href="http://elsewhere"/>')
