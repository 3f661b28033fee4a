"""The shape of plans and of what is said while they are made."""

from typing import Any

from rest_framework import serializers

from api.serializers.base import Told, bounds, choice, moment, number, text, texts, whole, yes_no
from geo.planning.requests import BASES, KINDS, OBJECTIVES, PROGRAMMES

STATUSES = ("queued", "running", "done", "failed", "cancelled")


class ProgressSerializer(serializers.Serializer[Any]):
    """How far it is."""

    share = number("From 0 to 1.")
    words = text("What is being done.")


class ReplaySerializer(serializers.Serializer[Any]):
    """Whether a plan file came to the same answer again."""

    is_same = yes_no("Whether all but the seconds is the same.")
    differs = texts("Fields that differ.")


class AskedSerializer(Told):
    """What is answered to a request for a plan."""

    id = text("Key of the plan; whoever has it can read it.", source="key")
    status = choice(STATUSES)


class PlanSerializer(AskedSerializer):
    """A plan that was asked for."""

    progress = ProgressSerializer(source="*", read_only=True)
    fault = text("Why it failed, in words; null otherwise.", is_nullable=True)
    request = serializers.DictField(help_text="What was asked for, every field of it.", read_only=True)
    plan = serializers.DictField(help_text="The plan, as in its file; null until done.", allow_null=True, read_only=True)
    replay = ReplaySerializer(allow_null=True, read_only=True)
    created_at = moment("When it was asked for.")
    ended_at = moment("When it was done, failed or cancelled.", is_nullable=True)
    is_yours = yes_no("Whether whoever asks may cancel it.")


class WhatIfSerializer(Told):
    """A plan with just the stops that were asked about; its fields as in a plan."""

    sites = serializers.ListField(child=serializers.DictField(), read_only=True)


class NamedSerializer(serializers.Serializer[Any]):
    """A choice with its words."""

    title = text()
    words = text()


class CandidateKindSerializer(NamedSerializer):
    """A kind of places that stops may be chosen from."""

    kind = choice(KINDS, source="key")
    sites = whole("Places of this kind in England; null where that is not counted.", is_nullable=True)


class SurfaceSerializer(serializers.Serializer[Any]):
    """Published figures that show where need is."""

    indicator = text()
    period = text()
    stratum = text()
    geography = text("Tileset and vintage, such as lsoa21.")


class ProgrammeSerializer(NamedSerializer):
    """A screening programme."""

    programme = choice(PROGRAMMES)
    bases = serializers.ListField(child=serializers.ChoiceField(choices=BASES), read_only=True)
    surface = SurfaceSerializer(allow_null=True, read_only=True)
    refused = text("Why no plan of it can be made, in words; null where one can.", is_nullable=True)


class ObjectiveSerializer(NamedSerializer):
    """What a plan may aim at."""

    objective = choice(OBJECTIVES, source="key")


class ProviderSerializer(NamedSerializer):
    """A way to minutes."""

    provider = text()
    mode = text("What one travels by; null where it cannot be had.", is_nullable=True)
    refused = text("Why it cannot be had here, in words; null where it can.", is_nullable=True)


class SystemSerializer(serializers.Serializer[Any]):
    """An area that can be planned for."""

    code = text()
    name = text()
    area_type = text()
    vintage = whole()
    share = number("Of its neighbourhoods that the release's figures cover (0-1).")
    bounds = bounds()


class ChoicesSerializer(Told):
    """What a plan can be asked for."""

    programmes = ProgrammeSerializer(many=True, read_only=True)
    systems = SystemSerializer(many=True, read_only=True)
    candidates = CandidateKindSerializer(many=True, read_only=True)
    objectives = ObjectiveSerializer(many=True, read_only=True)
    providers = ProviderSerializer(many=True, read_only=True)


class CandidatesSerializer(Told):
    """Places as GeoJSON: a FeatureCollection of points, with id, name, kind, is_area_of_search and people in their properties."""

    type = choice(("FeatureCollection",))
    features = serializers.ListField(child=serializers.DictField(), read_only=True)
