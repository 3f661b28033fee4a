"""What is measured (indicators), when (periods) and for whom (strata)."""

from django.db import models


class Indicator(models.Model):
    """One version of one definition file. `definition` is the file as it was; a changed file needs a new version."""

    slug = models.CharField(max_length=64)
    version = models.SmallIntegerField(default=1)
    definition = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="indicator_version")]

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"


class Period(models.Model):
    """A period that some observation has; see geo.periods for how it is written."""

    slug = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=24)
    label = models.CharField(max_length=64)
    start = models.DateField()
    end = models.DateField()

    def __str__(self) -> str:
        return self.slug


class Stratum(models.Model):
    """A part of the people, such as an ethnic group or a sex. Id 0, slug `all`, is everybody the indicator speaks of."""

    id = models.SmallIntegerField(primary_key=True)
    slug = models.CharField(max_length=48, unique=True)
    title = models.CharField(max_length=120)
    dimension = models.CharField(max_length=24, blank=True, default="")

    def __str__(self) -> str:
        return self.slug
