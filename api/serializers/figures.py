"""The shapes of observations and of gradients by deprivation."""

from typing import Any

from rest_framework import serializers

from api.serializers.base import REASONS, Told, choice, list_of, number, text, whole, yes_no
from api.serializers.findings import ConcentrationSerializer, RangedSerializer, SteepnessSerializer
from geo.codes import AREA_TYPES
from geo.statuses import Basis, Comparison, Reason, Status, word

STATUSES = tuple(map(word, Status))
BASES = tuple(map(word, Basis))
COMPARISONS = tuple(map(word, Comparison))
BOUND_REASONS = ("too_wide", "none_unknown", "no_counts", "not_a_share")
ABSENCES = tuple(word(reason) for reason in Reason if reason)


class ObservationSerializer(serializers.Serializer[Any]):
    """One indicator in one area, period and stratum. Proportions are 0-1; null says that there is no figure, never 0."""

    area_code = text()
    area_name = text()
    area_type = choice(AREA_TYPES, source="geography.area_type")
    vintage = whole(source="geography.vintage")
    indicator = text()
    period = text()
    stratum = text()
    numerator = number("Count, fractional where modelled.")
    denominator = number()
    value = number("In the indicator's unit.")
    lower = number("95 % limit.")
    upper = number("95 % limit.")
    status = choice(STATUSES)
    basis = choice(BASES, "observed: counted for this area; modelled: computed from counts of other units.")
    comparison = choice(COMPARISONS, "With England, by the limits.")
    is_reliable = yes_no()
    reason = choice(ABSENCES, "Why the value, or else its numerator or limits, are absent.", is_nullable=True)
    coverage = number("Share (0-1) of the people or units behind the value whose figures were there.")
    rank = whole("1 = best by polarity, or the highest where the indicator has none.", is_nullable=True)
    rank_of = whole("Areas of England with a rank.", is_nullable=True)


ObservationList = list_of(ObservationSerializer)


class GroupSerializer(serializers.Serializer[Any]):
    """One tenth of the areas."""

    decile = whole("1 = most deprived.")
    numerator = number()
    denominator = number()
    value = number("In the indicator's unit; proportions 0-1.")
    lower = number("95 % limit.")
    upper = number("95 % limit.")
    status = choice(STATUSES, "not_applicable: no area of this decile lies here.")
    reason = choice(ABSENCES, "Why the value, or else its numerator or limits, are absent.", is_nullable=True)
    areas = whole("Areas of this decile; null where the source gives deciles itself.", is_nullable=True)
    areas_with_value = whole("Areas that the value speaks of; null where the source gives deciles itself.", is_nullable=True)
    people = number("People of the areas that the value speaks of.")


class PeopleGroupSerializer(serializers.Serializer[Any]):
    """One group of the people."""

    stratum = text()
    title = text()
    numerator = number()
    denominator = number()
    value = number("In the indicator's unit; proportions 0-1.")
    lower = number("95 % limit.")
    upper = number("95 % limit.")
    status = choice(STATUSES)
    reason = choice(ABSENCES, "Why the value, or else its numerator or limits, are absent.", is_nullable=True)
    bound_lower = number("The least its proportion could be, whichever group people of no known group belong to.")
    bound_upper = number("The greatest it could be.")
    bound_width = number("Their distance, 0-1; bounds are given where it is below 0.1.")
    bound_reason = choice(BOUND_REASONS, "Why there are no bounds; null otherwise.", is_nullable=True)


class PeopleGroupsSerializer(serializers.Serializer[Any]):
    """The area's people by one dimension, with how completely it was recorded."""

    dimension = text("ethnicity, sex, age, deprivation.")
    period = text("The period asked for, or the newest that the groups have.")
    groups = PeopleGroupSerializer(many=True, read_only=True)
    everybody = PeopleGroupSerializer(help_text="All people together.", allow_null=True, read_only=True)
    without_group = PeopleGroupSerializer(
        help_text="People without a code, with one that says not stated, or with codes that disagree.", many=True, read_only=True
    )
    people = number("All of them; null, with the shares, where everybody has a group or a part is not counted.")
    recorded = number("Share of them (0-1) with any code.")
    known = number("Share of them with a known group.")
    usable = number("Share of them with a group on which all records agree; null where the figures do not tell.")
    gap = RangedSerializer(help_text="The highest group minus the lowest.", allow_null=True, read_only=True)
    gap_least = number("The least that gap could be, whichever group the others belong to.")
    gap_most = number("The most it could be.")


class InequalitySerializer(Told):
    """One indicator by tenth of deprivation: all ten groups, always."""

    indicator = text()
    period = text()
    stratum = text()
    area = text()
    deprivation = text("Index, and its domain where that is not the whole; published where the source gives deciles itself.")
    area_type = choice(
        AREA_TYPES, "Type of the areas that the deciles are of; of deciles as published the area's own.", source="geography.area_type"
    )
    vintage = whole(source="geography.vintage")
    basis = choice(BASES)
    unit = text()
    method = text("How the groups were made.")
    reason = choice(REASONS, "Why there is nothing at all; null otherwise.", is_nullable=True)
    groups = GroupSerializer(many=True, read_only=True)
    steepness = SteepnessSerializer(read_only=True)
    concentration = ConcentrationSerializer(read_only=True)
    people_groups = PeopleGroupsSerializer(many=True, read_only=True, help_text="Empty where figures are of everybody alone.")
