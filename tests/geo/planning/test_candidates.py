"""Named places as candidates."""

import pytest

from geo.errors import InputError
from geo.planning.candidates import PREFIXES, given_candidates
from geo.planning.requests import KINDS


def test_named_places_are_numbered_and_put_on_the_grid():
    # RM7 0AG as the mirror's travel/unit_postcodes_coords.csv gives it in both systems, to the metre.
    found = given_candidates([("Made-up car park", 51.568622, 0.17891397)])[0]

    assert (found.id, found.is_area_of_search, found.people) == ("given:1", False, None)
    assert (found.easting, found.northing) == (pytest.approx(551_110, abs=3), pytest.approx(187_777, abs=3))


def test_a_place_outside_great_britain_is_refused_by_its_number():
    with pytest.raises(InputError, match="Place 2") as refused:
        given_candidates([("Field", 52.2, 0.1), ("Paris", 48.85, 2.35)])

    assert refused.value.parameter == "candidates.given[1]"


def test_every_kind_that_can_be_asked_for_has_its_prefix():
    assert set(PREFIXES) == set(KINDS)
