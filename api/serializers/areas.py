"""The shapes of areas, hits of the search box, and sites."""

from typing import Any

from rest_framework import serializers

from api.serializers.base import Told, bounds, choice, day, list_of, number, text, texts, whole, yes_no
from geo.codes import AREA_TYPES, GEOGRAPHIES
from geo.queries.search import Hit

LINK_KINDS = ("within", "best_fit", "converts", "succeeds")
HIT_KINDS = ("area", "postcode", "outcode")


class AreaSerializer(serializers.Serializer[Any]):
    """One area in one vintage."""

    code = text("Code; with the vintage the key of the area.")
    name = text()
    other_name = text("House of Commons Library name of an MSOA; empty elsewhere.")
    ods_code = text("Code of the NHS organisation; empty elsewhere.")
    area_type = choice(AREA_TYPES, source="geography.area_type")
    vintage = whole("Year of the boundaries.", source="geography.vintage")
    geography = choice(tuple(GEOGRAPHIES), "Type and vintage in one: the name of its tileset.", source="geography.slug")
    feature_id = whole("Integer id in tiles and position in value files, from 1.")
    population = whole("Residents, or registered patients of a practice or PCN.", is_nullable=True)
    population_year = whole("Year that the population is of.", is_nullable=True)
    valid_from = day()
    valid_to = day()
    longitude = number("Degrees (EPSG:4326): population-weighted middle where published.")
    latitude = number("Degrees (EPSG:4326).")


class PlaceSerializer(serializers.Serializer[Any]):
    """How a postcode or a point was found."""

    postcode = text("The postcode itself, or the one nearest to the point.")
    distance_m = number("Metres from the point to that postcode; null for a postcode.")
    is_lsoa21_best_fit = yes_no("Whether the LSOA of 2021 is the best fit and not certain.")


AreaList = list_of(AreaSerializer, place=PlaceSerializer(allow_null=True, read_only=True))


class LinkedAreaSerializer(serializers.Serializer[Any]):
    """An area to which another leads."""

    code = text()
    name = text()
    area_type = choice(AREA_TYPES, source="geography.area_type")
    vintage = whole(source="geography.vintage")
    kind = choice(LINK_KINDS, "within: lies in it; best_fit: is counted to it as a whole.")
    share = number("Share of the people of the smaller or older area.")
    method = text("The rule that gave the link.")


class VintageSerializer(serializers.Serializer[Any]):
    """The same code in a vintage."""

    vintage = whole()
    url = text("Address of the area in this vintage.")


class DeprivationSerializer(serializers.Serializer[Any]):
    """Standing on one domain of one index; rank and decile 1 = most deprived."""

    index_version = text()
    domain = text()
    score = number()
    rank = whole(is_nullable=True)
    decile = whole("As published; of larger areas among themselves.", is_nullable=True)


class AreaDetailSerializer(Told):
    """One area with everything that leads from it."""

    code = text(source="area.code")
    name = text(source="area.name")
    other_name = text(source="area.other_name")
    ods_code = text(source="area.ods_code")
    area_type = choice(AREA_TYPES, source="area.geography.area_type")
    vintage = whole(source="area.geography.vintage")
    geography = choice(tuple(GEOGRAPHIES), source="area.geography.slug")
    feature_id = whole(source="area.feature_id")
    population = whole(source="area.population", is_nullable=True)
    population_year = whole(source="area.population_year", is_nullable=True)
    valid_from = serializers.DateField(source="area.valid_from", allow_null=True, read_only=True)
    valid_to = serializers.DateField(source="area.valid_to", allow_null=True, read_only=True)
    longitude = number(source="area.longitude")
    latitude = number(source="area.latitude")
    bounds = bounds()
    vintages = VintageSerializer(many=True, read_only=True)
    within = LinkedAreaSerializer(many=True, read_only=True)
    predecessors = LinkedAreaSerializer(many=True, read_only=True)
    successors = LinkedAreaSerializer(many=True, read_only=True)
    deprivation = DeprivationSerializer(many=True, read_only=True)


class HitSerializer(serializers.Serializer[Any]):
    """Something that fits what was typed."""

    kind = choice(HIT_KINDS)
    code = text("Code of the area, the postcode or the outcode.")
    title = text()
    detail = text("Words that tell like names apart.")
    area_code = text("The area; the neighbourhood of a postcode; empty for an outcode.")
    area_type = serializers.SerializerMethodField()
    vintage = serializers.SerializerMethodField()
    longitude = number()
    latitude = number()
    bounds = bounds()

    def get_area_type(self, hit: Hit) -> str | None:
        """Type of that area."""
        return hit.geography.area_type if hit.geography else None

    def get_vintage(self, hit: Hit) -> int | None:
        """Vintage of that area."""
        return hit.geography.vintage if hit.geography else None


HitList = list_of(HitSerializer)


class SiteSerializer(serializers.Serializer[Any]):
    """A place that may matter for care or outreach."""

    kind = text()
    code = text("The publisher's key.")
    name = text()
    detail = serializers.DictField(help_text="What else the publisher says.", read_only=True)
    lsoa21_code = text("Neighbourhood of the nearest postcode.", is_nullable=True)
    longitude = number()
    latitude = number()


SiteList = list_of(SiteSerializer, kinds=texts("Kinds of site there are."))
