"""Candidates in an area: what is stored there, in a fixed order, and postcode sectors and cells as areas of search."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR
from geo.errors import InputError, UnknownArea
from geo.models import Cell
from geo.queries.candidates import list_candidates
from tests.builders import a_link, a_postcode, a_site, an_area

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    """A district with one neighbourhood, and another beside it."""
    district, other = an_area(geography="lad24"), an_area(geography="lad24")
    lsoa, elsewhere = an_area(), an_area()
    a_link(lsoa, district)
    a_link(elsewhere, other)
    return district, lsoa, elsewhere


def a_practice(code, *, east, **fields):
    return an_area(code, geography="practice24", centroid_27700=Point(east, 200_500, srid=BRITISH_NATIONAL_GRID), **fields)


def ids(area, kind):
    return [place.id for place in list_candidates(area=area.code, kind=kind)]


def test_practices_of_an_area_are_those_inside_it_that_are_open_and_have_patients(district):
    west = district[0].geometry_27700.extent[0]
    a_practice("A00001", east=west + 500, name="ST MADE-UP'S SURGERY (NORTH)", population=4_000)
    a_practice("A00002", east=west + 400, valid_to="2020-01-31")
    a_practice("A00003", east=west + 300, population=0)
    a_practice("A00004", east=west + 100_000)

    assert ids(district[0], "practices") == ["practice:A00001"]
    found = list_candidates(area=district[0].code, kind="practices")[0]
    assert (found.name, found.people, found.easting) == ("St Made-Up's Surgery (North)", 4_000, west + 500)


def test_sites_of_an_area_are_those_of_its_neighbourhoods(district):
    _, lsoa, elsewhere = district
    for kind in ("school", "hospital", "diagnostic-centre", "surgical-hub"):
        a_site(kind, lsoa21=lsoa, code="1")
        a_site(kind, lsoa21=elsewhere, code="2")
        a_site(kind, lsoa21=None, code="3")

    assert ids(district[0], "schools") == ["school:1"]
    assert ids(district[0], "hospitals") == ["hospital:1"]
    assert ids(district[0], "diagnostic_centres") == ["diagnostic_centre:1"]


def test_a_sector_is_an_area_of_search_at_the_postcode_nearest_its_middle(district):
    _, lsoa, elsewhere = district
    for postcode, east in (("OX11AA", 440_000), ("OX11AB", 440_100), ("OX11AC", 440_500), ("OX12AA", 441_000)):
        a_postcode(postcode, lsoa11=an_area(geography="lsoa11"), lsoa21=lsoa, easting=east)
    a_postcode("OX11AD", lsoa11=an_area(geography="lsoa11"), lsoa21=elsewhere, easting=449_000)

    found = list_candidates(area=district[0].code, kind="search")

    assert [(place.id, place.name, place.easting) for place in found] == [
        ("search:OX1 1", "Area of search around OX1 1AB", 440_100.0),
        ("search:OX1 2", "Area of search around OX1 2AA", 441_000.0),
    ]
    assert all(place.is_area_of_search for place in found)


def a_cell(number, *, west, district="Made-up Haven"):
    """A cell that is a square of a kilometre here, from so far west in metres."""
    square = Polygon.from_bbox((west, 200_000, west + 1_000, 201_000))
    square.srid = BRITISH_NATIONAL_GRID
    square.transform(WEB_MERCATOR)
    fields = {"resolution": 8, "feature_id": number & 0xFF, "people": 100.0, "district": district}
    return Cell.objects.create(h3=number, geometry_3857=MultiPolygon(square, srid=WEB_MERCATOR), **fields)


def test_a_cell_is_an_area_of_search_at_the_middle_of_the_areas_postcodes_in_it(district):
    _, lsoa, elsewhere = district
    west, east, empty = (a_cell(0x88195DA400FFFFF + one, west=440_000 + 2_000 * one) for one in (1, 2, 3))
    Cell.objects.filter(h3=east.h3).update(district="")
    for postcode, easting in (("OX11AA", 440_100), ("OX11AB", 440_300), ("OX12AA", 444_500), ("OX13AA", 449_000)):
        at = easting + 2_000 if easting < 444_000 else easting
        a_postcode(postcode, lsoa11=an_area(geography="lsoa11"), lsoa21=lsoa, easting=at, northing=200_500)
    a_postcode("OX11AD", lsoa11=an_area(geography="lsoa11"), lsoa21=elsewhere, easting=446_500, northing=200_500)

    found = list_candidates(area=district[0].code, kind="search_cells")

    assert [(place.id, place.name, place.easting) for place in found] == [
        (f"cell:{west.h3:x}", f"Area of search in Made-up Haven, cell {west.h3:x}", 442_200.0),
        (f"cell:{east.h3:x}", f"Area of search, cell {east.h3:x}", 444_500.0),
    ]
    assert all(place.is_area_of_search for place in found)
    assert all(place.people is None for place in found)
    assert not any(postcode in place.name for place in found for postcode in ("OX1", "OX11AA"))
    assert f"{empty.h3:x}" not in str(found)


def test_what_is_not_known_is_refused(district):
    with pytest.raises(InputError, match="kind of candidates"):
        list_candidates(area=district[0].code, kind="pubs")
    with pytest.raises(UnknownArea):
        list_candidates(area="E09999999", kind="schools")
