"""The geometry plane (tilesets and their stored tiles) and the value plane (column files)."""

from django.db import models

from geo.models.areas import Geography
from geo.models.indicators import Indicator, Period, Stratum
from geo.models.releases import Release


class Tileset(models.Model):
    """One version of the tiles of one geography; `version` is a digest of shapes, ids and the rules of tile making.

    is_complete turns true in the transaction that ends its making: an interrupted one is never served.
    bounds: west, south, east, north in degrees (EPSG:4326).
    """

    geography = models.ForeignKey(Geography, on_delete=models.PROTECT)
    version = models.CharField(max_length=16)
    is_complete = models.BooleanField(default=False)
    minimum_zoom = models.SmallIntegerField(default=5)
    maximum_zoom = models.SmallIntegerField(default=12)
    bounds = models.JSONField(default=list)
    features = models.IntegerField(default=0)
    tiles = models.IntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["geography", "version"], name="tileset_version")]

    def __str__(self) -> str:
        return f"{self.geography_id}@{self.version}"


class Tile(models.Model):
    """One gzipped vector tile, WebMercatorQuad address. An address without a row is an empty tile."""

    pk = models.CompositePrimaryKey("tileset_id", "z", "x", "y")
    tileset = models.ForeignKey(Tileset, on_delete=models.CASCADE, db_index=False)
    z = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    content = models.BinaryField()
    etag = models.CharField(max_length=32)


class ValueFile(models.Model):
    """One column file of one release: gzipped Arrow IPC, rows in feature-id order. kind: main, limits or estimates."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE)
    geography = models.ForeignKey(Geography, on_delete=models.PROTECT)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT)
    period = models.ForeignKey(Period, on_delete=models.PROTECT)
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12)
    content = models.BinaryField()
    etag = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "geography", "indicator", "period", "stratum", "kind"], name="value_file_once")
        ]
