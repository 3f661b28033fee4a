"""The shapes of figures by H3 cell."""

from typing import Any

from rest_framework import serializers

from api.serializers.base import choice, list_of, number, text, whole, yes_no
from api.serializers.figures import ABSENCES, BASES, STATUSES
from geo.codes import AREA_TYPES
from geo.queries.cells import RESOLUTIONS


class CellSerializer(serializers.Serializer[Any]):
    """One H3 cell. Its figure is always modelled; null says that there is none, never 0."""

    cell = text("The cell's H3 number in hexadecimal.")
    resolution = whole("Of the cell, 6 (widest) to 9.")
    figure_of = text("The cell that the figure is of: itself, or where that may not be shown the finest wider one around it that may.")
    figure_resolution = whole()
    people = number("Residents, by where postcodes lie.")
    numerator = number("Moved from areas, so fractional; null where the publisher gives no counts.")
    denominator = number()
    value = number("In the indicator's unit.")
    status = choice(STATUSES)
    basis = choice(BASES)
    reason = choice(ABSENCES, "Why the value, or else its limits, are absent.", is_nullable=True)
    is_reliable = yes_no()
    coverage = number("Share (0-1) of the people who live where a figure is known.")
    filled = number("Share (0-1) of the figure that stands on estimates for withheld counts; above a half it is not shown.")
    reliability = number("Share (0-1) of the people from neighbourhoods of which at least 80 % lie in the cell.")
    longitude = number("Of the cell's middle, degrees (EPSG:4326).")
    latitude = number()


CellList = list_of(
    CellSerializer,
    indicator=text(),
    unit=text(),
    period=text(),
    stratum=text(),
    resolution=choice(RESOLUTIONS),
    area_type=choice(AREA_TYPES, "Of the areas whose published figures were moved.", source="source.area_type"),
    vintage=whole(source="source.vintage"),
    method=text("How the figures were moved."),
)
