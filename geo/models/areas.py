"""Areas of every type and vintage, how they hang together, their deprivation, and what lies in them."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex

from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR


class Geography(models.Model):
    """One set of areas: an area type in one vintage. Filled after each migration from `geo.codes.BY_ID`."""

    id = models.SmallIntegerField(primary_key=True)
    slug = models.CharField(max_length=16, unique=True)
    area_type = models.CharField(max_length=16)
    vintage = models.SmallIntegerField()

    def __str__(self) -> str:
        return self.slug


class Area(models.Model):
    """One area in one vintage. The public key is code + vintage; `id` never leaves the house.

    feature_id: whole number from 1 in code order within its geography; the id in tiles and the position in value files.
    population: residents (registered patients for practices and PCNs), null where not known; population_year says of when.
    centroid_27700: population-weighted where published, else a point inside the shape, else the point itself; null where unknown.
    geometry_3857: as published (generalised by its publisher), the shape that tiles are made of; null where there is none.
    """

    geography = models.ForeignKey(Geography, on_delete=models.PROTECT, related_name="areas")
    code = models.CharField(max_length=16)
    vintage = models.SmallIntegerField()
    name = models.CharField(max_length=160)
    other_name = models.CharField(max_length=160, blank=True, default="")
    ods_code = models.CharField(max_length=16, blank=True, default="")
    feature_id = models.IntegerField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    population = models.IntegerField(null=True)
    population_year = models.SmallIntegerField(null=True)
    centroid_27700 = models.PointField(srid=BRITISH_NATIONAL_GRID, null=True, spatial_index=True)
    geometry_27700 = models.MultiPolygonField(srid=BRITISH_NATIONAL_GRID, null=True, spatial_index=True)
    geometry_3857 = models.MultiPolygonField(srid=WEB_MERCATOR, null=True, spatial_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "vintage"], name="area_code_vintage"),
            models.UniqueConstraint(fields=["geography", "feature_id"], name="area_feature_id"),
        ]
        indexes = [GinIndex(fields=["name"], name="area_name_trigrams", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return f"{self.code} ({self.vintage})"


class AreaLink(models.Model):
    """How one area leads to another.

    within: the child lies in the parent (share 1). best_fit: it is counted to the parent as a whole though it may straddle (share 1).
    converts: `share` of the child's people belong to the parent (2011 to 2021; shares of one child sum to 1).
    succeeds: the child was abolished and the parent took over `share` of it.
    method: the rule that gave it, in a few words, with its source.
    """

    class Kind(models.TextChoices):
        WITHIN = "within"
        BEST_FIT = "best_fit"
        CONVERTS = "converts"
        SUCCEEDS = "succeeds"

    child = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="child_links")
    kind = models.CharField(max_length=8, choices=Kind)
    share = models.FloatField(default=1.0)
    method = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "parent", "kind"], name="area_link_once"),
            models.CheckConstraint(condition=models.Q(share__gt=0, share__lte=1), name="area_link_share"),
        ]


class Deprivation(models.Model):
    """Score, rank (1 = most deprived) and published decile (1 = most deprived) of one area on one domain of one index.

    index_version: imd2019 (LSOA 2011) or imd2025 (LSOA 2021). domain: imd, income, employment, education, health, crime,
    barriers, environment and the sub-domains. For larger areas the score is the published average score and the decile is
    of those areas among themselves, ours where none is published.
    """

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="deprivation")
    index_version = models.CharField(max_length=8)
    domain = models.CharField(max_length=24)
    score = models.FloatField(null=True)
    rank = models.IntegerField(null=True)
    decile = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["index_version", "domain", "area"], name="deprivation_once"),
            models.CheckConstraint(condition=models.Q(decile__gte=1, decile__lte=10), name="deprivation_decile"),
        ]


class AreaAges(models.Model):
    """Residents of one neighbourhood of 2021 by age, as Census 2021 publishes them (it alters small counts a little).

    bands: people in 18 bands of five years: 0-4, 5-9, ... 80-84, 85 and over. No row where the census has none.
    """

    area = models.OneToOneField(Area, on_delete=models.CASCADE, primary_key=True, related_name="ages")
    bands = ArrayField(models.IntegerField(), size=18)


class Postcode(models.Model):
    """A live English postcode of May 2022, without its space, and the LSOAs it lies in.

    lsoa21 is exact where the LSOA of 2011 did not change, else the child whose population-weighted centroid is nearest (best fit).
    """

    postcode = models.CharField(max_length=7, primary_key=True)
    easting = models.IntegerField(null=True)
    northing = models.IntegerField(null=True)
    lsoa11 = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+", db_index=False)
    lsoa21 = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+", db_index=False, null=True)
    is_lsoa21_best_fit = models.BooleanField(default=False)


class Outcode(models.Model):
    """The first half of a postcode, with the middle and the extent of its postcodes (EPSG:27700, metres)."""

    outcode = models.CharField(max_length=4, primary_key=True)
    easting = models.IntegerField()
    northing = models.IntegerField()
    west = models.IntegerField()
    south = models.IntegerField()
    east = models.IntegerField()
    north = models.IntegerField()
    postcodes = models.IntegerField()


class Site(models.Model):
    """A place that may matter for care or outreach: a school, hospital, diagnostic centre, surgical hub.

    code: the publisher's key, or our row number where there is none. lsoa21 by nearest postcode; null outside England or without a point.
    """

    kind = models.CharField(max_length=24)
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    feature_id = models.IntegerField()
    point_3857 = models.PointField(srid=WEB_MERCATOR, null=True, spatial_index=True)
    lsoa21 = models.ForeignKey(Area, on_delete=models.SET_NULL, related_name="+", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="site_once")]
