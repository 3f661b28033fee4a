"""The slices of a release that are put to the question, and their areas as arrays."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from geo.codes import BY_ID, GEOGRAPHIES, Geography, regions_of
from geo.disclosure.claims import SliceFacts
from geo.disclosure.published_counts import Protection, Rule
from geo.models import Release
from geo.sqlfiles import statement
from geo.statistics.protected_counts import CountIntervals
from geo.statuses import Basis, Reason, Status

Numbers = NDArray[np.float64]

# What the areas of a geography lie in, for errors that are alike within it: the closest first.
_CLUSTERS = {"practice24": ("pcn24", "sicbl23"), "pcn24": ("sicbl23",), "msoa11": ("lad21",), "sicbl23": ("icb23",), "utla23": ("icb23",)}
# Deprivation is taken account of where at least this share of areas has it.
ENOUGH_DEPRIVATION = 0.9
# Reasons of suppressed cells that do not bound their count: for the engine these are missing.
WITHHELD = [int(Reason.WITHHELD), int(Reason.ROUNDING)]
UNITS = {"proportion": 1.0, "per_100k": 100_000.0}


@dataclass(frozen=True)
class Slice:
    """One indicator in one geography and stratum, its newest period. definition: the indicator's file. periods: how many there are.

    stratum, stratum_title, dimension: the part of the people, `all` and "" for everybody (geo.strata).
    """

    indicator_id: int
    geography_id: int
    period_id: int
    stratum_id: int
    stratum: str
    stratum_title: str
    dimension: str
    basis: int
    period_label: str
    definition: dict[str, Any]
    periods: int

    @property
    def keys(self) -> dict[str, int]:
        """What statements find its rows by, in a release."""
        return {"indicator": self.indicator_id, "geography": self.geography_id, "period": self.period_id, "stratum": self.stratum_id}

    @property
    def geography(self) -> Geography:
        """The set of areas."""
        return BY_ID[self.geography_id]

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return str(self.definition["unit"])

    @property
    def per(self) -> float:
        """What numerator over denominator is multiplied with."""
        return UNITS[self.unit]

    @property
    def policy(self) -> Protection:
        """How its counts were protected."""
        return Protection.of(self.definition)

    @property
    def suppressed(self) -> int:
        """The status of cells whose count is suppressed and yet known to lie in an interval; -1 where the policy has none."""
        return int(Status.SUPPRESSED) if self.policy.numerator is Rule.HES else -1

    @property
    def is_high_bad(self) -> bool | None:
        """Whether more is worse; None where the indicator has no direction."""
        return {"low_is_good": True, "high_is_good": False}.get(str(self.definition["polarity"]))

    def facts(self, areas: "Areas | None" = None, *, index_domain: str = "") -> SliceFacts:
        """What the rules of honesty look at; with areas that were observed it does not count as modelled."""
        is_modelled = self.basis == Basis.MODELLED and (areas is None or not len(areas))
        return SliceFacts.of(
            self.definition,
            area_type=self.geography.area_type,
            is_modelled=is_modelled,
            periods=self.periods,
            index_domain=index_domain,
        )


@dataclass(frozen=True)
class Areas:
    """The areas of a slice with an observed figure, shape (areas,) each, in code order.

    numerator, denominator: counts. value, lower, upper: in the indicator's unit. x, y: EPSG:27700, metres, NaN where unknown.
    decile: 1 = most deprived, NaN where unknown; index: the index it is of. region: name, "" where unknown. cluster: key of what
    the area lies in, the area's own where unknown. is_suppressed: the count is not published, and numerator is what is likely of it.
    counts: what protected counts may stand for (geo.findings.protection), None where they are exact.
    """

    ids: NDArray[np.int64]
    codes: list[str]
    names: list[str]
    numerator: Numbers
    denominator: Numbers
    value: Numbers
    lower: Numbers
    upper: Numbers
    is_reliable: NDArray[np.bool_]
    is_suppressed: NDArray[np.bool_]
    x: Numbers
    y: Numbers
    decile: Numbers
    index: str
    regions: list[str]
    cluster: NDArray[np.int64]
    counts: CountIntervals | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def coordinates(self) -> Numbers:
        """(areas, 2), metres."""
        return np.column_stack([self.x, self.y])

    @cached_property
    def is_located(self) -> NDArray[np.bool_]:
        """Whether the area has a point."""
        return ~np.isnan(self.x)

    @cached_property
    def fifth(self) -> NDArray[np.int64]:
        """Fifth of deprivation, 1 = most deprived; 0 where unknown."""
        return np.nan_to_num(np.ceil(self.decile / 2)).astype(np.int64)

    @property
    def has_deprivation(self) -> bool:
        """Whether enough areas have it."""
        return len(self) > 0 and float(np.mean(self.fifth > 0)) >= ENOUGH_DEPRIVATION

    def only(self, chosen: NDArray[np.bool_]) -> "Areas":
        """Those areas alone."""
        at = np.flatnonzero(chosen)
        arrays: dict[str, Any] = {name: getattr(self, name)[at] for name in _ARRAYS}
        lists: dict[str, Any] = {name: [getattr(self, name)[i] for i in at] for name in ("codes", "names", "regions")}
        counts = self.counts and CountIntervals(self.counts.least[at], self.counts.most[at])
        return Areas(**arrays, **lists, index=self.index, counts=counts)


_ARRAYS = ("ids", "numerator", "denominator", "value", "lower", "upper", "is_reliable", "is_suppressed", "x", "y", "decile", "cluster")


def list_slices(release: Release) -> list[Slice]:
    """Each indicator's newest period in each geography and stratum, context left out."""
    with connection.cursor() as cursor:
        cursor.execute(statement("findings/slices"), {"release": release.id})
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    definitions = {text: json.loads(text) for text in {row["definition"] for row in rows}}
    return [Slice(**{**row, "definition": definitions[row["definition"]]}) for row in rows]


def read_areas(release: Release, part: Slice) -> Areas:
    """The areas of a slice with observed counts; the modelled and missing are left out, and the suppressed but by policy.

    Areas whose people are rounded too coarsely to count as known are left out as well, whatever happened there.
    """
    clusters = [GEOGRAPHIES[slug].id for slug in _CLUSTERS.get(part.geography.slug, ())]
    values: dict[str, Any] = {
        "release": release.id,
        **part.keys,
        "basis": int(Basis.OBSERVED),
        "suppressed": part.suppressed,
        "withheld": WITHHELD,
        "regions": regions_of(part.geography).id,
        "clusters": clusters,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("findings/areas"), values)
        names = [column.name for column in cursor.description]
        columns = dict(zip(names, zip(*cursor.fetchall(), strict=True) or iter(()), strict=False))
    areas = _as_arrays(columns)
    known = part.policy.knows(areas.denominator)
    return areas if known.all() else areas.only(known)


def _as_arrays(columns: dict[str, tuple[Any, ...]]) -> Areas:
    def numbers(name: str) -> Numbers:
        return np.array([np.nan if number is None else number for number in columns.get(name, ())], dtype=np.float64)

    ids = np.array(columns.get("area", ()), dtype=np.int64)
    versions = [version for version in columns.get("index_version", ()) if version]
    return Areas(
        ids=ids,
        codes=list(columns.get("code", ())),
        names=list(columns.get("name", ())),
        numerator=numbers("numerator"),
        denominator=numbers("denominator"),
        value=numbers("value"),
        lower=numbers("lower"),
        upper=numbers("upper"),
        is_reliable=np.array(columns.get("is_reliable", ()), dtype=np.bool_),
        is_suppressed=np.array(columns.get("is_suppressed", ()), dtype=np.bool_),
        x=numbers("x"),
        y=numbers("y"),
        decile=numbers("decile"),
        index={"imd2025": "IMD 2025", "imd2019": "IMD 2019"}.get(max(versions, default=""), ""),
        regions=[region or "" for region in columns.get("region", ())],
        cluster=np.array(
            [-own if found is None else found for found, own in zip(columns.get("cluster", ()), ids, strict=True)], dtype=np.int64
        ),
    )


def with_direction(slices: list[Slice]) -> Iterator[Slice]:
    """Those whose unit is made of counts and whose direction is known: the others cannot be ranked by people."""
    yield from (part for part in slices if part.unit in UNITS and part.is_high_bad is not None)
