"""Geographies and the shapes of codes and postcodes."""

import pytest

from geo.codes import GEOGRAPHIES, TILESETS, geographies_of, geography, is_gss_code, normalise_outcode, normalise_postcode, regions_of
from geo.errors import UnknownGeography


def test_ids_and_slugs_are_unique_and_slugs_say_type_and_vintage():
    assert len({g.id for g in GEOGRAPHIES.values()}) == len(GEOGRAPHIES)
    for g in GEOGRAPHIES.values():
        assert g.slug == f"{g.area_type}{g.vintage % 100}"


def test_tilesets_are_those_of_the_design():
    assert " ".join(TILESETS) == "lsoa11 lsoa21 msoa11 msoa21 lad21 lad24 utla23 sicbl23 icb23 icb26 nhser24 rgn23 h3"


def test_vintages_of_a_type_come_newest_first():
    assert [g.slug for g in geographies_of("lsoa")] == ["lsoa21", "lsoa11"]
    assert geographies_of("county") == ()


def test_areas_of_local_government_lie_in_regions_of_its_own():
    assert regions_of(GEOGRAPHIES["utla23"]).slug == "rgn23"
    assert regions_of(GEOGRAPHIES["msoa11"]).slug == "rgn23"
    assert regions_of(GEOGRAPHIES["practice24"]).slug == "nhser24"
    assert regions_of(GEOGRAPHIES["sicbl23"]).slug == "nhser24"


def test_an_unknown_geography_lists_the_known_ones():
    with pytest.raises(UnknownGeography) as error:
        geography("lsoa01")

    assert "lsoa21" in error.value.valid


@pytest.mark.parametrize(
    ("text", "postcode"),
    [("n17 0aa", "N170AA"), (" SW1A  1AA ", "SW1A1AA"), ("M11AE", "M11AE"), ("N17", None), ("", None), ("N17 0A", None), ("17N 0AA", None)],
)
def test_postcodes_are_normalised(text, postcode):
    assert normalise_postcode(text) == postcode


@pytest.mark.parametrize(("text", "outcode"), [("n17", "N17"), ("sw1a", "SW1A"), ("N17 0AA", None), ("Leeds", None)])
def test_outcodes_are_normalised(text, outcode):
    assert normalise_outcode(text) == outcode


def test_gss_codes_are_a_letter_and_eight_digits():
    assert is_gss_code("E01000001")
    assert not is_gss_code("E0100001")
    assert not is_gss_code("e01000001")
