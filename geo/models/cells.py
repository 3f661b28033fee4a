"""H3 cells: those that are drawn, how areas lie in them, and what a release holds of them."""

import numpy as np
import scipy.sparse as sp
from django.contrib.gis.db import models

from geo.crs import WEB_MERCATOR
from geo.geography.cells import CellWeights
from geo.models.areas import Geography
from geo.models.indicators import Indicator, Period, Stratum
from geo.models.releases import Release


class Cell(models.Model):
    """One cell of the adaptive set, as fine as its people allow; the whole set tiles where people live.

    h3: the cell's number. feature_id: whole number from 1 in order of h3; the id in tiles and the position in value files.
    people: residents (2021) by postcodes, not a whole number. reliability: share of them from neighbourhoods of which at least 80 % lie in
    the cell; null where nobody lives. district: name of the district that most of them live in, empty where none is known, by which
    people find a cell that has no name. geometry_3857: the hexagon.
    """

    h3 = models.BigIntegerField(primary_key=True)
    resolution = models.SmallIntegerField()
    feature_id = models.IntegerField(unique=True)
    people = models.FloatField()
    reliability = models.FloatField(null=True)
    district = models.CharField(max_length=160, blank=True, default="")
    geometry_3857 = models.MultiPolygonField(srid=WEB_MERCATOR, spatial_index=True)

    def __str__(self) -> str:
        return f"{self.h3:x}"


class CellWeight(models.Model):
    """How the areas of one geography lie in cells of the finest resolution: one sparse matrix, of which all wider cells are sums.

    cells: H3 numbers, ascending (int64). starts: where each cell's row begins in areas and shares, and the end (int32). areas: positions
    in feature-id order (int32). shares: of the area's people in the cell (float64). by_centroid: areas without a postcode, which lie whole
    in the cell of their middle (int32). All little-endian. size: areas; each one's shares sum to 1, or to 0 where no place is known.
    """

    geography = models.OneToOneField(Geography, on_delete=models.PROTECT, related_name="cell_weight")
    resolution = models.SmallIntegerField()
    size = models.IntegerField()
    cells = models.BinaryField()
    starts = models.BinaryField()
    areas = models.BinaryField()
    shares = models.BinaryField()
    by_centroid = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.geography_id} r{self.resolution}"

    @staticmethod
    def columns(weights: CellWeights) -> dict[str, object]:
        """The columns that hold these weights."""
        matrix = weights.matrix.tocsr()
        return {
            "resolution": weights.resolution,
            "size": matrix.shape[1],
            "cells": weights.cells.astype("<i8").tobytes(),
            "starts": matrix.indptr.astype("<i4").tobytes(),
            "areas": matrix.indices.astype("<i4").tobytes(),
            "shares": matrix.data.astype("<f8").tobytes(),
            "by_centroid": np.flatnonzero(weights.is_by_centroid).astype("<i4").tobytes(),
        }

    def weights(self) -> CellWeights:
        """The stored matrix."""
        cells = np.frombuffer(self.cells, "<i8").astype(np.uint64)
        parts = (np.frombuffer(self.shares, "<f8"), np.frombuffer(self.areas, "<i4"), np.frombuffer(self.starts, "<i4"))
        is_by_centroid = np.zeros(self.size, dtype=np.bool_)
        is_by_centroid[np.frombuffer(self.by_centroid, "<i4")] = True
        return CellWeights(self.resolution, cells, sp.csr_array(parts, shape=(len(cells), self.size)), is_by_centroid)


class CellSlice(models.Model):
    """One indicator, period and part of the people of a release as it is drawn by cells; the page offers only what stands here.

    source: the areas whose published figures were moved. cells: how many hold a part of them; values: how many have a value; refused: how
    many were refused by rule. minimum, median, maximum, breaks: of the values, as in Availability.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT)
    period = models.ForeignKey(Period, on_delete=models.PROTECT)
    stratum = models.ForeignKey(Stratum, on_delete=models.PROTECT)
    source = models.ForeignKey(Geography, on_delete=models.PROTECT, related_name="+")
    cells = models.IntegerField()
    values = models.IntegerField()
    refused = models.IntegerField()
    minimum = models.FloatField(null=True)
    median = models.FloatField(null=True)
    maximum = models.FloatField(null=True)
    breaks = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "indicator", "period", "stratum"], name="cell_slice_once")]
