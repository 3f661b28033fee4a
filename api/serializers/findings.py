"""The shapes of findings, estimates of areas, funnels, trends and grains."""

from typing import Any

from rest_framework import serializers

from api.serializers.base import REASONS, Envelope, Told, choice, list_of, number, text, texts, whole, yes_no
from geo.codes import AREA_TYPES
from geo.queries.findings import ADJUSTMENTS, DIMENSIONS, DIRECTIONS, KINDS
from geo.queries.funnel import LABELS
from geo.statistics.trends import WORDS
from geo.statuses import FUNNELS, SPOTS

STATES = ("found", "nothing_found", "refused")
SIGNALS = ("outside", "shift", "trend", "near")


class RangedSerializer(serializers.Serializer[Any]):
    """A number with its 95 % limits."""

    value = number()
    lower = number()
    upper = number()


class SteepnessSerializer(serializers.Serializer[Any]):
    """How steep a gradient by deprivation is; all null but reason and explanation where the figures cannot bear it."""

    sii = RangedSerializer(
        help_text="Least minus most deprived end of the fitted line, in the indicator's unit.", allow_null=True, read_only=True
    )
    rii = RangedSerializer(help_text="Least over most deprived end of the fitted line.", allow_null=True, read_only=True)
    start = number("The fitted line at the most deprived end.")
    end = number("The fitted line at the least deprived end.")
    groups = whole("10, or 5 where tenths are too small.")
    gap = RangedSerializer(help_text="Least minus most deprived group.", allow_null=True, read_only=True)
    ratio = RangedSerializer(help_text="Least over most deprived group.", allow_null=True, read_only=True)
    attributable = RangedSerializer(
        help_text="Share (0-1) of the unwanted events that would not be at the least deprived group's level;"
        " null where neither more nor less is better.",
        allow_null=True,
        read_only=True,
    )
    to_reach = RangedSerializer(
        help_text="People, in the whole period, by which groups miss the least deprived group's level; null likewise.",
        allow_null=True,
        read_only=True,
    )
    to_reach_whole = RangedSerializer(
        help_text="People, in the whole period, by which groups miss the level of all groups together; null likewise.",
        allow_null=True,
        read_only=True,
    )
    off_line = whole(
        "How many of the ten groups chance alone does not bring onto the line: the limits of sii and rii do not tell of this."
        " Null where groups have no limits.",
        is_nullable=True,
    )
    scale = choice(("linear", "log", "logit"), "On which the fitted line is straight.")
    method = text()
    adjustment = choice(ADJUSTMENTS)
    confidence = number()
    multiplier = number("Of the unit: 1 for proportions, 100,000 for rates.")
    reason = text("Name of the rule that withholds the slope; null otherwise.", is_nullable=True)
    explanation = text("The rule in plain words.")


class MeasureSerializer(serializers.Serializer[Any]):
    """One measure of concentration beside what chance alone would give."""

    value = number()
    by_chance = number("Middle of what chance alone gives.")
    by_chance_lower = number("95 % limit of chance.")
    by_chance_upper = number("95 % limit of chance.")


class StepOfCurveSerializer(serializers.Serializer[Any]):
    """The people down to one decile, the most deprived first."""

    decile = whole("1 = most deprived.")
    people = number("Their share of the people, 0-1.")
    events = number("Their share of what is counted, 0-1.")
    by_chance_lower = number("95 % limit of that share by chance alone.")
    by_chance_upper = number("95 % limit of that share by chance alone.")


class ConcentrationSerializer(serializers.Serializer[Any]):
    """How what is counted is concentrated: on the most deprived, and in a few areas whatever their deprivation."""

    counted = choice(("numerator", "rest"), "rest: the people without it, where more is better.")
    curve = StepOfCurveSerializer(many=True, read_only=True)
    index = MeasureSerializer(
        help_text="Concentration index by deprivation, -1 to 1: below 0 where the most deprived have more than their share.",
        allow_null=True,
        read_only=True,
    )
    areas = whole("Areas behind gini and top_share.")
    gini = MeasureSerializer(help_text="Gini coefficient among areas, whatever their deprivation.", allow_null=True, read_only=True)
    top = number("The share of the people (0-1) that top_share is about.")
    top_share = MeasureSerializer(
        help_text="Share (0-1) of what is counted that the areas of the highest rates with `top` of the people have.",
        allow_null=True,
        read_only=True,
    )
    draws = whole("Draws of chance behind the limits of gini and top_share.")
    method = text()
    adjustment = choice(ADJUSTMENTS)
    confidence = number()
    reason = text("Name of the rule that withholds it; null otherwise.", is_nullable=True)
    explanation = text("The rule in plain words.")


class DetectionSerializer(serializers.Serializer[Any]):
    """One question put to one slice, and what came of it."""

    indicator = text()
    area_type = choice(AREA_TYPES, source="geography.area_type")
    vintage = whole(source="geography.vintage")
    period = text()
    stratum = text()
    kind = choice(KINDS)
    adjustment = choice(ADJUSTMENTS, "What the expectation takes account of.")
    dimension = choice(
        tuple(one for one in DIMENSIONS if one != "place"),
        "Of inequalities between groups of persons: what they are told apart by; null for questions about areas.",
        is_nullable=True,
    )
    state = choice(STATES)
    reason = text("Name of the rule that refused it.", is_nullable=True)
    explanation = text("Why it was refused or found nothing, in plain words.", is_nullable=True)
    method = text()
    parameters = serializers.DictField(help_text="Every number of the method: confidence, multiplier, seed, replicates.", read_only=True)
    tested = whole("Areas or contrasts that took part.")
    expected_by_chance = number(
        "How many of those found may be there by chance, on average at most; of scan windows the chance that a map without any shows one."
    )
    found = whole("Findings stored.")


class StepSerializer(serializers.Serializer[Any]):
    """One step of the reasoning behind a finding."""

    step = text(source="label")
    words = text()


class FindingSerializer(serializers.Serializer[Any]):
    """One thing that was found, in a sentence, with the people behind it."""

    key = text("Its name within the release.")
    kind = choice(KINDS, source="detection.kind")
    indicator = text(source="detection.indicator")
    area_type = choice(AREA_TYPES, source="detection.geography.area_type")
    vintage = whole(source="detection.geography.vintage")
    period = text(source="detection.period")
    stratum = text(source="detection.stratum")
    adjustment = choice(ADJUSTMENTS, source="detection.adjustment")
    method = text(source="detection.method")
    confidence = number(source="detection.parameters.confidence")
    multiplier = number(source="detection.parameters.multiplier")
    sentence = text()
    area_code = text("The area it is about; of a window the centre.", is_nullable=True)
    area_name = text(is_nullable=True)
    lon = number("Degrees (EPSG:4326).")
    lat = number("Degrees (EPSG:4326).")
    direction = choice(DIRECTIONS)
    is_worse = serializers.BooleanField(help_text="By the indicator's direction.", allow_null=True, read_only=True)
    dimension = choice(DIMENSIONS, "Of inequalities.", is_nullable=True)
    group = text("Of inequalities: the group that is compared.", is_nullable=True)
    people = number("How many more or fewer than expected.")
    people_lower = number()
    people_upper = number()
    value = number("In the indicator's unit.")
    lower = number("95 % limit.")
    upper = number("95 % limit.")
    expected = number("In the indicator's unit.")
    effect = number("Ratio to what is expected, or odds or rate ratio.")
    effect_lower = number()
    effect_upper = number()
    p = number("Two-sided.")
    q = number("After control of multiplicity.")
    why = StepSerializer(many=True, read_only=True)
    members = texts("Codes of the areas it speaks of.")


class FindingListSerializer(Envelope):
    """A page of findings, with the questions that were asked of the slices that match."""

    results = FindingSerializer(many=True, read_only=True)
    detections = DetectionSerializer(many=True, read_only=True)


class FindingAnswerSerializer(Told):
    """One finding."""

    finding = FindingSerializer(read_only=True)


class EstimateSerializer(serializers.Serializer[Any]):
    """What the engine thinks of one area."""

    area_code = text()
    area_name = text()
    value = number("As published, in the indicator's unit.")
    expected = number("Numerator expected.")
    shrunken = number("Posterior mean, in the indicator's unit.")
    shrunken_lower = number()
    shrunken_upper = number()
    smoothed = number(
        "Posterior mean that borrows from neighbouring areas (Leroux), in the indicator's unit; rates on maps of polygons only."
    )
    exceedance = number("Probability (0-1) of being worse.")
    reliability = number("Share (0-1) of the shrunken value that is the area's own.")
    z = number("Gi*, standardised.")
    p = number("Two-sided.")
    q = number("After control of multiplicity.")
    spot = choice(tuple(SPOTS.values()))
    in_window = serializers.BooleanField(help_text="Whether a reported scan window holds it.", allow_null=True, read_only=True)
    funnel = choice(tuple(FUNNELS.values()))


class HotspotListSerializer(Envelope):
    """A page of the areas of one slice."""

    indicator = text()
    area_type = choice(AREA_TYPES)
    vintage = whole()
    period = text()
    stratum = text()
    adjustment = choice(ADJUSTMENTS)
    confidence = number()
    multiplier = number()
    results = EstimateSerializer(many=True, read_only=True)
    detections = DetectionSerializer(many=True, read_only=True)


class TrendPointSerializer(serializers.Serializer[Any]):
    """One period."""

    period = text()
    value = number()
    lower = number("95 % limit.")
    upper = number("95 % limit.")
    centre = number("Mean of the control chart.")
    limit_lower = number("Process limit.")
    limit_upper = number("Process limit.")
    signal = serializers.ListField(child=serializers.ChoiceField(choices=SIGNALS), help_text="Rules that it breaks.", read_only=True)
    is_pandemic = yes_no()


class TrendSerializer(Told):
    """One indicator of one area through time."""

    indicator = text()
    area_code = text(source="area.code")
    area_name = text(source="area.name")
    area_type = choice(AREA_TYPES, source="geography.area_type")
    vintage = whole(source="geography.vintage")
    stratum = text()
    marker = choice(tuple(WORDS.values()))
    getting = choice(("better", "worse"), "By the indicator's direction.", is_nullable=True)
    slope = number("Per period, in the indicator's unit.")
    chi_squared = number("Compared with 9.5495, the 99.8 % point.")
    chart = choice(("p", "xmr"), "Which control chart; `method` says why. Null where there is none.", is_nullable=True)
    method = text()
    adjustment = choice(ADJUSTMENTS)
    confidence = number()
    multiplier = number()
    reason = text("Why there is no chart; null otherwise.", is_nullable=True)
    explanation = text(is_nullable=True)
    left_out = texts("Periods that are not like the newest.")
    points = TrendPointSerializer(many=True, read_only=True)


class FunnelPointSerializer(serializers.Serializer[Any]):
    """One area."""

    area_code = text()
    area_name = text()
    size = number("Its denominator.")
    value = number()
    z = number("Standard errors from the centre.")
    place = choice(tuple(LABELS.values()))


class FunnelLineSerializer(serializers.Serializer[Any]):
    """Limits at one size."""

    size = number()
    lower_95 = number()
    upper_95 = number()
    lower_99_8 = number()
    upper_99_8 = number()


class FunnelSerializer(Told):
    """A whole funnel."""

    indicator = text()
    area_type = choice(AREA_TYPES, source="geography.area_type")
    vintage = whole(source="geography.vintage")
    period = text(source="part.period")
    stratum = text(source="part.stratum")
    unit = text()
    centre = number("The figure of all these areas together.")
    dispersion = number("Variance over what chance gives (phi), 1 or more.")
    expected_outside = number("Areas beyond the 99.8 % limits by chance alone.")
    method = text()
    adjustment = choice(ADJUSTMENTS)
    confidence = number()
    multiplier = number()
    reason = choice(REASONS, "Why there are no points; null otherwise.", is_nullable=True)
    points = FunnelPointSerializer(many=True, read_only=True)
    lines = FunnelLineSerializer(many=True, read_only=True)


class TriedSerializer(serializers.Serializer[Any]):
    """One step that was tried."""

    geography = text()
    areas = whole()
    reliable = whole()


class GrainSerializer(serializers.Serializer[Any]):
    """The grain of one indicator in one system."""

    indicator = text()
    stratum = text()
    system_code = text()
    system_name = text()
    system_vintage = whole()
    geography = text("Set of areas; null where none is fine enough to show.", source="geography.slug", is_nullable=True)
    periods = texts("Pooled periods, newest first.")
    reason = text("In words.")
    tried = TriedSerializer(many=True, read_only=True)


GrainList = list_of(GrainSerializer)
