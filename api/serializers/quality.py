"""The shape of what is said of completeness."""

from typing import Any

from rest_framework import serializers

from api.serializers.base import Told, number, text, whole
from geo.codes import AREA_TYPES


class CoverageSerializer(serializers.Serializer[Any]):
    """One set of areas in one period."""

    area_type = serializers.ChoiceField(choices=AREA_TYPES, source="geography.area_type", read_only=True)
    vintage = whole(source="geography.vintage")
    period = text()
    areas = whole("Areas that the release speaks of.")
    with_value = whole("Of these, with a value.")
    suppressed = whole("With a value that is withheld.")
    missing = whole("Without one.")
    not_collected = whole("Where nobody counted or reported.")
    modelled = whole("Of those with a value, computed from counts of other units.")
    coverage = number("Lowest share (0-1) of an area's people whom the value speaks of; null where the question does not arise.")
    least = number("Least value, in the indicator's unit.")
    middle = number("Median value.")
    greatest = number("Greatest value.")


class MaskingSerializer(serializers.Serializer[Any]):
    """What people of unknown ethnic group may hide of one group's share in a period, over the areas that count both."""

    area_type = serializers.ChoiceField(choices=AREA_TYPES, source="geography.area_type", read_only=True)
    vintage = whole(source="geography.vintage")
    period = text()
    group = text("Slug of the ethnic group.")
    areas = whole()
    shown = whole("Areas where the bounds lie less than ten points apart.")
    width = number("Median distance between the least and the greatest share that the group may have (0-1).")
    widest = number("The greatest such distance.")


class QualitySerializer(Told):
    """How complete the figures of one indicator are."""

    indicator = text(source="indicator.slug")
    coverage = CoverageSerializer(many=True, read_only=True)
    masking = MaskingSerializer(many=True, read_only=True)
