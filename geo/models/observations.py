"""The numbers themselves. One partition a release: a release is loaded, read and dropped as a whole."""

from django.db import models

from geo.models.areas import Area, Geography
from geo.models.indicators import Indicator, Period, Stratum
from geo.models.releases import Release
from geo.statuses import Basis, Comparison, Reason, Status


class Observation(models.Model):
    """One indicator in one area, period and stratum, of one release. Made by raw SQL in migration 0002: partitioned by release.

    numerator, denominator: counts (fractional where modelled); null where not published. value: in the indicator's unit, proportions 0-1;
    null unless status is VALUE or ZERO. lower, upper: 95 % limits, null with a `reason`. coverage: share (0-1) of the people or
    units behind the value whose figures were there, null where the question does not arise. reason: why the value, or else its
    limits, are absent.
    """

    pk = models.CompositePrimaryKey("release_id", "indicator_id", "geography_id", "period_id", "stratum_id", "area_id")
    release = models.ForeignKey(Release, on_delete=models.CASCADE, db_constraint=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, db_constraint=False)
    geography = models.ForeignKey(Geography, on_delete=models.PROTECT, db_constraint=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, db_constraint=False)
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT, db_constraint=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, db_constraint=False)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    value = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    coverage = models.FloatField(null=True)
    status = models.SmallIntegerField(choices=[(s.value, s.name) for s in Status])
    basis = models.SmallIntegerField(choices=[(b.value, b.name) for b in Basis])
    comparison = models.SmallIntegerField(choices=[(c.value, c.name) for c in Comparison])
    reason = models.SmallIntegerField(choices=[(r.value, r.name) for r in Reason])
    is_reliable = models.BooleanField()

    class Meta:
        managed = False
        db_table = "geo_observation"


class Availability(models.Model):
    """What one release holds: a row for each indicator, geography, period and stratum that has observations, with its sums.

    The page offers only what stands here. numerator and denominator are sums over the areas with a value; null for ratios.
    breaks: class breaks of the values (upper bounds, last = maximum), made once so that map, legend and table agree.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT)
    geography = models.ForeignKey(Geography, on_delete=models.PROTECT)
    period = models.ForeignKey(Period, on_delete=models.PROTECT)
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT)
    areas = models.IntegerField()
    values = models.IntegerField()
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    minimum = models.FloatField(null=True)
    median = models.FloatField(null=True)
    maximum = models.FloatField(null=True)
    breaks = models.JSONField(default=list)
    basis = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "indicator", "geography", "period", "stratum"], name="availability_once")]
