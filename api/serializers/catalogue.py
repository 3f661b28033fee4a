"""The shapes of indicators, releases and sources."""

from typing import Any

from rest_framework import serializers

from api.serializers.base import Told, choice, list_of, moment, number, text, texts, whole, yes_no
from api.serializers.figures import BASES
from geo.codes import AREA_TYPES, GEOGRAPHIES

RELEASE_STATES = ("published", "withdrawn")
LOAD_STATES = ("loaded", "failed", "absent", "stand_in")


class AvailableSerializer(serializers.Serializer[Any]):
    """Where an indicator can be had."""

    geography = choice(tuple(GEOGRAPHIES), source="geography.slug")
    area_type = choice(AREA_TYPES, source="geography.area_type")
    vintage = whole(source="geography.vintage")
    basis = choice(BASES)
    periods = texts("Newest first.")
    strata = texts()


class SliceSerializer(serializers.Serializer[Any]):
    """What one map shows: a period and a stratum, with the classes of its values."""

    period = text()
    period_label = text("The period for people.")
    stratum = text()
    stratum_title = text()
    areas = whole("Rows.")
    values = whole("Rows with a value.")
    minimum = number()
    median = number()
    maximum = number()
    breaks = serializers.ListField(
        child=serializers.FloatField(), help_text="Upper bounds of the classes; the last is the maximum.", read_only=True
    )


class AvailableDetailSerializer(AvailableSerializer):
    """Where an indicator can be had, slice by slice."""

    slices = SliceSerializer(many=True, read_only=True)


class IndicatorSerializer(serializers.Serializer[Any]):
    """What an indicator means, from its definition file, and what the release holds of it."""

    slug = text()
    version = whole()
    title = text(source="definition.title", is_nullable=True)
    short_title = text(source="definition.short_title", is_nullable=True)
    description = text(source="definition.description", is_nullable=True)
    core20plus5 = text("Area of Core20PLUS5.", source="definition.core20plus5", is_nullable=True)
    setting = text(source="definition.setting", is_nullable=True)
    kind = text("counts, or ratio_only where the publisher gives no counts.", source="definition.kind", is_nullable=True)
    numerator = text(source="definition.numerator", is_nullable=True)
    denominator = text(source="definition.denominator", is_nullable=True)
    population_base = text("Whom the denominator counts.", source="definition.population_base", is_nullable=True)
    unit = text(source="definition.unit", is_nullable=True)
    decimals = whole("Digits that people should be shown.", source="definition.decimals", is_nullable=True)
    polarity = text("high_is_good, low_is_good or none.", source="definition.polarity", is_nullable=True)
    method = text("How limits are made.", source="definition.method", is_nullable=True)
    basis_note = text(source="definition.basis_note", is_nullable=True)
    part_of_imd = serializers.BooleanField(
        source="definition.part_of_imd", help_text="Whether it goes into the IMD itself.", allow_null=True, read_only=True
    )
    targets = serializers.JSONField(source="definition.targets", allow_null=True, read_only=True)
    sources = serializers.JSONField(source="definition.sources", help_text="Slugs of its sources.", allow_null=True, read_only=True)
    caveats = serializers.JSONField(source="definition.caveats", allow_null=True, read_only=True)
    status = text("draft or checked.", source="definition.status", is_nullable=True)
    authored_by = text(source="definition.authored_by", is_nullable=True)
    date_reviewed = text(source="definition.date_reviewed", is_nullable=True)
    next_review = text(source="definition.next_review", is_nullable=True)
    available = AvailableSerializer(many=True, read_only=True)


IndicatorList = list_of(IndicatorSerializer)


class IndicatorDetailSerializer(IndicatorSerializer, Told):
    """One indicator with the classes of its values and the indexes of deprivation it can be put against."""

    available = AvailableDetailSerializer(many=True, read_only=True)
    deprivation = texts("What `deprivation` of /inequality may be.")


class ReleaseSerializer(serializers.Serializer[Any]):
    """An immutable set of numbers."""

    slug = text("Its id.")
    state = choice(RELEASE_STATES)
    is_current = yes_no()
    is_synthetic = yes_no("Whether any source is a stand-in or generated.")
    built_at = moment()
    published_at = moment(is_nullable=True)
    withdrawn_at = moment(is_nullable=True)
    withdrawal_notice = text("Why it was withdrawn; empty otherwise.")
    previous = text("Release that was current before it.", is_nullable=True)
    code_version = text()
    tilesets = serializers.DictField(help_text="Geography: version of its tiles.", read_only=True)
    sums = serializers.DictField(source="totals", help_text="Rows and digest, by which two releases are told apart.", read_only=True)


ReleaseList = list_of(ReleaseSerializer)


class SourceSerializer(serializers.Serializer[Any]):
    """A published file, as it was loaded."""

    slug = text()
    title = text()
    publisher = text()
    page = text("The publisher's page.")
    address = text("The publisher's address of the file; empty where none is known.")
    address_checked = yes_no("Whether the address was opened and checked.")
    licence = text()
    attribution = text()
    vintage = text()
    period = text()
    sha256 = text()
    state = choice(LOAD_STATES)
    origin = text("Where it was found: mirror, cache, publisher, package or stand_in.")
    is_synthetic = yes_no("Whether it is a stand-in.")
    loaded_at = moment()
    rows_in = whole("Data rows in the file.")
    rows_out = serializers.DictField(help_text="Rows in each table made of it.", read_only=True)
    rejected = serializers.DictField(help_text="Rows left out, by reason.", read_only=True)
    error = serializers.DictField(help_text="Where and why a load failed.", read_only=True)


SourceList = list_of(SourceSerializer)
