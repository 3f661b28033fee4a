"""Places that matter for care or outreach: schools, hospitals, diagnostic centres, surgical hubs.

A place's LSOA of 2021 is the published one (schools), else that of the nearest postcode; the detail says which, and how far that was.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR, WGS84
from geo.geography.boundaries import to_ewkb
from geo.releases.areas_inputs import Staged
from geo.releases.areas_postcodes import Postcodes
from geo.releases.areas_store import AreaIds
from geo.releases.columns import jsonb

# A place further than this from any English postcode lies in no known neighbourhood, in metres.
NEAREST_POSTCODE_M = 1_000


@dataclass(frozen=True)
class Places:
    """Places of one kind. code, name: text. longitude, latitude: degrees, NaN unknown. lsoa21: published code or None. detail: dicts."""

    kind: str
    code: list[str]
    name: list[str]
    longitude: np.ndarray
    latitude: np.ndarray
    lsoa21: np.ndarray
    detail: list[dict[str, object]]


def make_places(staged: Staged) -> Iterator[Places]:
    """Every kind of place that is staged."""
    schools = staged.table(
        "schools_2025",
        *("urn", "name", "school_type", "phase", "pupils", "free_meals_percent", "easting", "lsoa21_code", "longitude", "latitude"),
    )
    # An easting that is not known stands beside a point in the sea.
    located = schools["easting"].notna()
    schools = schools.assign(longitude=schools["longitude"].where(located), latitude=schools["latitude"].where(located))
    detail = {"school_type": "type", "phase": "phase", "pupils": "pupils", "free_meals_percent": "free_meals_percent"}
    yield _places("school", schools, code="urn", detail=detail)
    yield _places("hospital", staged.table("hospitals_2022", "name", "longitude", "latitude"))
    centres = staged.table("diagnostic_centres", "name", "address", "services", "is_open_12_7", "longitude", "latitude")
    yield _places("diagnostic-centre", centres, detail={"address": "address", "services": "services", "is_open_12_7": "is_open_12_7"})
    hubs = staged.table("surgical_hubs", "name", "address", "longitude", "latitude")
    yield _places("surgical-hub", hubs, detail={"address": "address"})


def site_columns(kinds: list[Places], postcodes: Postcodes, ids: AreaIds) -> dict[str, object]:
    """The columns of the table of sites; numbers from 1 within a kind."""
    kinds = [places for places in kinds if places.code]
    joined = {name: np.concatenate([getattr(p, name) for p in kinds] or [[]]) for name in ("longitude", "latitude", "lsoa21")}
    detail = [dict(one) for places in kinds for one in places.detail]
    codes, distance = nearest_neighbourhoods(postcodes, joined["longitude"].astype(float), joined["latitude"].astype(float))
    for one, published, metres in zip(detail, joined["lsoa21"], distance, strict=True):
        if isinstance(published, str):
            one["lsoa21_by"] = "published"
        elif not np.isnan(metres):
            one |= {"lsoa21_by": "nearest postcode", "postcode_distance_m": round(float(metres))}
    chosen = pd.Series(joined["lsoa21"], dtype=object).where(lambda s: s.notna(), codes)
    mercator = Transformer.from_crs(WGS84, WEB_MERCATOR, always_xy=True)
    return {
        "kind": [places.kind for places in kinds for _ in places.code],
        "code": [code for places in kinds for code in places.code],
        "name": [name[:200] for places in kinds for name in places.name],
        "detail": jsonb(detail),
        "feature_id": np.concatenate([np.arange(1, len(places.code) + 1) for places in kinds] or [np.array([], dtype=int)]),
        "point_3857": to_ewkb(_points(joined, mercator), srid=WEB_MERCATOR),
        "lsoa21_id": ids.of("lsoa21", chosen).to_numpy(dtype=float, na_value=np.nan),
    }


def nearest_neighbourhoods(postcodes: Postcodes, longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """LSOA 2021 of the nearest postcode that has one, and the distance in metres; None and NaN beyond NEAREST_POSTCODE_M."""
    frame = postcodes.frame[postcodes.frame["easting"].notna() & postcodes.frame["lsoa21"].notna()]
    codes, distance = np.full(len(longitude), None, dtype=object), np.full(len(longitude), np.nan)
    to_grid = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    points = np.column_stack(to_grid.transform(longitude, latitude))
    known = np.isfinite(points).all(axis=1)
    if not len(frame) or not known.any():
        return codes, distance
    tree = cKDTree(frame[["easting", "northing"]].to_numpy(dtype=float), balanced_tree=False, compact_nodes=False)
    metres, place = tree.query(points[known], distance_upper_bound=NEAREST_POSTCODE_M)
    near = np.isfinite(metres)
    rows = np.flatnonzero(known)[near]
    codes[rows], distance[rows] = frame["lsoa21"].to_numpy(dtype=object)[place[near]], metres[near]
    return codes, distance


def _places(kind: str, frame: pd.DataFrame, *, code: str = "", detail: dict[str, str] | None = None) -> Places:
    """Places from a frame; without a published key the row's number in the file is the code."""
    keys = frame[code].astype(str) if code else pd.Series(range(1, len(frame) + 1)).astype(str)
    shown = frame[list(detail or {})].rename(columns=detail or {}).astype(object)
    shown = shown.where(shown.notna(), None)
    lsoa = frame["lsoa21_code"] if "lsoa21_code" in frame else pd.Series([None] * len(frame), dtype=object)
    return Places(
        kind=kind,
        code=list(keys),
        name=list(frame["name"]),
        longitude=frame["longitude"].to_numpy(dtype=float),
        latitude=frame["latitude"].to_numpy(dtype=float),
        lsoa21=lsoa.astype(object).where(lsoa.notna(), None).to_numpy(dtype=object),
        detail=shown.to_dict("records"),
    )


def _points(joined: dict[str, np.ndarray], mercator: Transformer) -> np.ndarray:
    x, y = mercator.transform(joined["longitude"].astype(float), joined["latitude"].astype(float))
    points = np.full(len(x), None, dtype=object)
    known = np.isfinite(x) & np.isfinite(y)
    points[known] = shapely.points(np.asarray(x)[known], np.asarray(y)[known])
    return points
