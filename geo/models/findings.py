"""What the engine asked of a release and what it found: detections, findings, estimates of areas, and the grain of each system.

All of it is computed when a release is made, never in a request, and belongs to that release.
"""

from django.db import models

from geo.models.areas import Area, Geography
from geo.models.indicators import Indicator, Period, Stratum
from geo.models.releases import Release


class Detection(models.Model):
    """One question put to one slice of a release: which kind of finding, adjusted for what, and what came of it.

    state: found, nothing_found, or refused (`reason` is the rule's name, `explanation` says it in plain words, also for nothing_found).
    adjustment: what the expectation takes account of. dimension: of an inequality between groups of persons what they are told apart by
    (ethnicity, sex, age, deprivation), empty for everything asked of areas.
    tested: areas or contrasts that took part. expected_by_chance: how many of those found may be there by chance, on average at most
    (the rate of false discoveries times how many were found); of scan windows the chance that a map without any shows one.
    method: how, in words; parameters: every number that the method was given or learnt.
    """

    class Kind(models.TextChoices):
        PRIORITY = "priority"
        HOT_SPOT = "hot_spot"
        SCAN_WINDOW = "scan_window"
        INEQUALITY = "inequality"

    class Adjustment(models.TextChoices):
        NONE = "none"
        AGE_SEX = "age_sex"
        DEPRIVATION = "deprivation"
        AGE_SEX_DEPRIVATION = "age_sex_deprivation"

    class State(models.TextChoices):
        FOUND = "found"
        NOTHING_FOUND = "nothing_found"
        REFUSED = "refused"

    release = models.ForeignKey(Release, on_delete=models.CASCADE)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT)
    geography = models.ForeignKey(Geography, on_delete=models.PROTECT)
    period = models.ForeignKey(Period, on_delete=models.PROTECT)
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=Kind)
    adjustment = models.CharField(max_length=20, choices=Adjustment, default=Adjustment.NONE)
    dimension = models.CharField(max_length=16, blank=True, default="")
    state = models.CharField(max_length=14, choices=State)
    reason = models.CharField(max_length=40, blank=True, default="")
    explanation = models.TextField(blank=True, default="")
    method = models.TextField(blank=True, default="")
    parameters = models.JSONField(default=dict)
    tested = models.IntegerField(default=0)
    expected_by_chance = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "indicator", "geography", "period", "stratum", "kind", "adjustment", "dimension"],
                name="detection_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.indicator_id} ({self.state})"


class Finding(models.Model):
    """One thing found, in one plain sentence, with the people behind it.

    key: its public name within the release, stable while what it says stands. rank: 1 = first of its detection.
    area: the area it is about (of a window the centre), null for a statement on the whole.
    direction: high or low; is_worse by polarity, null without one.
    dimension: deprivation, ethnicity, sex, age or place, for inequalities, with the `group` compared.
    people: how many more (or fewer) than expected, with 95 % limits; a count, null where counts are not published.
    value, lower, upper: in the indicator's unit (proportions 0-1), with `expected` in the same unit.
    effect: ratio to what was expected, or the odds or rate ratio of the group, with 95 % limits.
    p: two-sided. q: after control of multiplicity.
    why: the steps behind it, a list of {label, words}.
    """

    class Direction(models.TextChoices):
        HIGH = "high"
        LOW = "low"

    detection = models.ForeignKey(Detection, on_delete=models.CASCADE)
    key = models.CharField(max_length=24)
    rank = models.IntegerField()
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT)
    direction = models.CharField(max_length=4, choices=Direction)
    is_worse = models.BooleanField(null=True)
    dimension = models.CharField(max_length=16, blank=True, default="")
    group = models.CharField(max_length=120, blank=True, default="")
    people = models.FloatField(null=True)
    people_lower = models.FloatField(null=True)
    people_upper = models.FloatField(null=True)
    value = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    effect = models.FloatField(null=True)
    effect_lower = models.FloatField(null=True)
    effect_upper = models.FloatField(null=True)
    p = models.FloatField(null=True)
    q = models.FloatField(null=True)
    sentence = models.TextField()
    why = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["detection", "key"], name="finding_once")]
        indexes = [models.Index(fields=["detection", "rank"], name="finding_order")]

    def __str__(self) -> str:
        return self.key


class FindingArea(models.Model):
    """An area that a finding speaks of: the one area, or each area of a window."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="members")
    area = models.ForeignKey(Area, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "area"], name="finding_area_once")]


class Estimate(models.Model):
    """What the engine thinks of one area of one slice, beside the observation itself. Proportions 0-1; null = not computed or refused.

    expected: numerator expected under the detection's adjustment. shrunken, with 95 % limits: posterior mean in the indicator's unit.
    smoothed: the same, borrowing from neighbours, of rates on maps of polygons (geo.findings.smoothing).
    exceedance: probability that the area is worse (or higher) than England, 0-1.
    reliability: share of the shrunken value that is the area's own, 0-1. z, p, q: local statistic (Gi*), two-sided.
    spot: 1 high, -1 low, 0 neither, null not tested. in_window: whether a reported scan window holds it, null where there was no scan.
    funnel: 2, 3 above the 95 %, 99.8 % limit, -2, -3 below, 0 within, null none.
    """

    pk = models.CompositePrimaryKey("release_id", "indicator_id", "geography_id", "period_id", "stratum_id", "area_id")
    release = models.ForeignKey(Release, on_delete=models.CASCADE, db_index=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, db_index=False)
    geography = models.ForeignKey(Geography, on_delete=models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_index=False)
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT, db_index=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    expected = models.FloatField(null=True)
    shrunken = models.FloatField(null=True)
    shrunken_lower = models.FloatField(null=True)
    shrunken_upper = models.FloatField(null=True)
    smoothed = models.FloatField(null=True)
    exceedance = models.FloatField(null=True)
    reliability = models.FloatField(null=True)
    z = models.FloatField(null=True)
    p = models.FloatField(null=True)
    q = models.FloatField(null=True)
    spot = models.SmallIntegerField(null=True)
    in_window = models.BooleanField(null=True)
    funnel = models.SmallIntegerField(null=True)


class Grain(models.Model):
    """The finest areas and fewest pooled years that one indicator of a release may be shown by in one system; no caller sets it.

    system: an ICB, or England. level: area type of the closed list. periods: slugs that are pooled, newest first. reason: in words.
    parameters: the figures that decided (share of areas that are reliable, at each step tried).
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT)
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT)
    system = models.ForeignKey(Area, on_delete=models.PROTECT)
    geography = models.ForeignKey(Geography, null=True, on_delete=models.PROTECT)
    periods = models.JSONField(default=list)
    reason = models.TextField()
    parameters = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "indicator", "stratum", "system"], name="grain_once")]
