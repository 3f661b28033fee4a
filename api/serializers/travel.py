"""The shape of minutes: every answer names their mode, their source and, of a model, its error."""

from typing import Any

from rest_framework import serializers

from api.serializers.base import REASONS, Told, choice, moment, number, text, whole, yes_no


class ErrorSerializer(serializers.Serializer[Any]):
    """How far modelled minutes are from measured ones, on trips of an hour or less to places that the fits did not see."""

    trips = whole("Trips that were compared.")
    mean_absolute = number("Minutes.")
    root_mean_square = number("Minutes.")


class MinutesSerializer(Told):
    """What every answer with minutes says of them."""

    provider = text("Name of the way to minutes.")
    mode = text("What one travels by.")
    source = text("Where the minutes come from.")  # type: ignore[assignment]
    error = ErrorSerializer(allow_null=True, read_only=True, help_text="Null where minutes were measured or routed.")
    geography = text("Set of areas that people set out from, such as lsoa21.")


class ReachedSerializer(serializers.Serializer[Any]):
    """An area whose people-weighted middle lies within the minutes."""

    code = text()
    name = text()
    people = whole("Residents.")
    minutes = number()
    crosses_water = yes_no("Whether the straight way leaves England, over water or through Wales or Scotland: a model is weak there.")


class IsochroneSerializer(MinutesSerializer):
    """Areas from which a place is reached within some minutes, the nearest first."""

    latitude = number("Degrees (EPSG:4326).")
    longitude = number("Degrees (EPSG:4326).")
    minutes = number("At most so many.")
    people = whole("Residents of all of them.")
    areas = ReachedSerializer(many=True, read_only=True)


class DestinationSerializer(serializers.Serializer[Any]):
    """A place that people go to."""

    id = text()
    name = text()
    kind = text()
    is_area_of_search = yes_no("Found by computation: no place was looked at.")
    latitude = number()
    longitude = number()


class NearestAreaSerializer(ReachedSerializer):
    """An area and its nearest place."""

    site = text("Id of the place.")


class NearestSerializer(MinutesSerializer):
    """Every neighbourhood of an area with its nearest place; places outside the area were not looked at."""

    mean = number("Minutes of the average resident.")
    sites = DestinationSerializer(many=True, read_only=True)
    areas = NearestAreaSerializer(many=True, read_only=True)
    unreached = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="Codes from which no way leads to any.")


class MatrixSummarySerializer(serializers.Serializer[Any]):
    """A table of minutes of one's own."""

    id = text("Whoever has it can read the table's places.", source="key")
    provider = text("What a plan is asked for with: `matrix:` and the digest of the table, its mode and its source.")
    name = text("What it is chosen by.")
    mode = text("What one travels by.")
    source = text("Who measured it, and when.")  # type: ignore[assignment]
    geography = text("Set of areas that people set out from.")
    areas = whole("How many of them.")
    places = whole("How many places people go to.")
    made_at = moment("When it was sent.")


class MatrixPlaceSerializer(serializers.Serializer[Any]):
    """A place that people go to, as a plan may be given it."""

    name = text()
    latitude = number("Degrees (EPSG:4326).")
    longitude = number("Degrees (EPSG:4326).")


class MatrixSerializer(MatrixSummarySerializer, Told):
    """A table of minutes with its places."""

    destinations = MatrixPlaceSerializer(many=True, read_only=True)


class MatrixListSerializer(Told):
    """Tables of whoever asks, by name."""

    count = whole()
    reason = choice(REASONS, "Why the list is empty: nothing was sent from this browser. Null otherwise.", is_nullable=True)
    results = MatrixSummarySerializer(many=True, read_only=True)
