"""The rows of areas: codes, names, numbers, dates, people and shapes of every geography."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.codes import ENGLAND, GEOGRAPHIES, Geography
from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR
from geo.geography.boundaries import Shapes, to_ewkb
from geo.releases.areas_inputs import Staged
from geo.releases.areas_membership import Membership
from geo.releases.areas_practices import network_frame, practice_frame
from geo.releases.areas_shapes import Outlines, points_inside

# The boards of 2023 ended when those of April 2026 began.
VALID = {"icb23": (None, dt.date(2026, 3, 31)), "icb26": (dt.date(2026, 4, 1), None)}

# Where names stand: the first of these (table, code, name) that is staged.
_NAMES = {
    "lsoa11": [("lsoa11_boundaries", "code", "name"), ("lsoa11_msoa11", "lsoa11_code", "lsoa11_name")],
    "lsoa21": [("lsoa21_boundaries", "code", "name"), ("lsoa21_msoa21", "lsoa21_code", "lsoa21_name")],
    "msoa11": [("lsoa11_msoa11", "msoa11_code", "msoa11_name")],
    "msoa21": [("lsoa21_msoa21", "msoa21_code", "msoa21_name")],
    "lad21": [("lsoa11_ccg21_stp21_lad21", "lad21_code", "lad21_name")],
    "lad24": [("lad24_boundaries", "code", "name"), ("lsoa21_ward24_lad24", "lad24_code", "lad24_name")],
    "utla23": [("utla23_boundaries", "code", "name"), ("lad23_utla23", "utla23_code", "utla23_name")],
    "sicbl23": [("sicbl23_boundaries", "code", "name"), ("lsoa21_icb24", "sicbl24_code", "sicbl24_name")],
    "icb23": [("icb23_boundaries", "code", "name"), ("lsoa21_icb24", "icb24_code", "icb24_name")],
    "icb26": [("icb_2026", "icb26_code", "icb26_name"), ("lsoa21_icb26", "icb26_code", "icb26_name")],
    "nhser24": [("nhser24_boundaries", "code", "name"), ("practice_pcn_2024", "nhser22_code", "nhser22_name")],
    "rgn23": [("rgn23_boundaries", "code", "name"), ("lad24_rgn24", "rgn24_code", "rgn24_name")],
    "ward24": [("lsoa21_ward24_lad24", "ward24_code", "ward24_name")],
}
# A second name. That of an MSOA of 2011 is that of the MSOA of 2021 with the same code.
_OTHER_NAMES = dict.fromkeys(("msoa11", "msoa21"), ("lsoa21_msoa21", "msoa21_code", "msoa21_other_name"))
_ODS_CODES = {
    "sicbl23": ("lsoa21_icb24", "sicbl24_code", "sicbl24_ods_code"),
    "icb23": ("lsoa21_icb24", "icb24_code", "icb24_ods_code"),
    "icb26": ("icb_2026", "icb26_code", "icb26_ods_code"),
}


@dataclass(frozen=True)
class AreaRows:
    """Areas of one geography in code order; feature ids are their places from 1.

    frame: columns code, name, other_name, ods_code, valid_from, valid_to, population, population_year (null where unknown).
    points: EPSG:27700. grid, mercator: shapes, None where there are none. All of shape (n,).
    """

    geography: Geography
    frame: pd.DataFrame
    points: Shapes
    grid: Shapes
    mercator: Shapes

    def columns(self) -> dict[str, object]:
        """The columns of the table of areas, ready to be copied."""
        size = len(self.frame)
        given = {column: list(self.frame[column].astype(object).where(self.frame[column].notna(), None)) for column in self.frame}
        return {
            "geography_id": np.full(size, self.geography.id),
            "vintage": np.full(size, self.geography.vintage),
            "feature_id": np.arange(1, size + 1),
            **given,
            "population": self.frame["population"].to_numpy(dtype=float),
            "population_year": self.frame["population_year"].to_numpy(dtype=float),
            "centroid_27700": to_ewkb(self.points, srid=BRITISH_NATIONAL_GRID),
            "geometry_27700": to_ewkb(self.grid, srid=BRITISH_NATIONAL_GRID),
            "geometry_3857": to_ewkb(self.mercator, srid=WEB_MERCATOR),
        }


def make_rows(staged: Staged, membership: Membership, outlines: dict[str, Outlines]) -> list[AreaRows]:
    """Rows of every geography that any staged table knows, in order of geo.codes."""
    made = []
    for slug, geography in GEOGRAPHIES.items():
        if slug == "practice24":
            rows = _of_points(geography, practice_frame(staged, outlines.get("ctry23")))
        elif slug == "pcn24":
            rows = _of_points(geography, network_frame(staged, outlines.get("ctry23")))
        else:
            rows = _of_polygons(staged, geography, membership, outlines.get(slug))
        if len(rows.frame):
            made.append(rows)
    return made


def _of_polygons(staged: Staged, geography: Geography, membership: Membership, outline: Outlines | None) -> AreaRows:
    slug = geography.slug
    names = pd.Series({ENGLAND: "England"}) if slug == "ctry23" else staged.first(_NAMES[slug])
    frame = pd.DataFrame({"code": sorted(names.index), "name": names.sort_index().to_numpy(dtype=object)})
    frame["other_name"] = frame["code"].map(staged.pairs(*_OTHER_NAMES[slug])).astype(object).fillna("") if slug in _OTHER_NAMES else ""
    frame["ods_code"] = frame["code"].map(staged.pairs(*_ODS_CODES[slug])).astype(object).fillna("") if slug in _ODS_CODES else ""
    if slug == "nhser24":  # met by name: two codes changed since the file that has both codes
        by_name = staged.pairs("practice_pcn_2024", "nhser22_name", "nhser22_ods_code")
        frame["ods_code"] = frame["name"].map(by_name).astype(object).fillna("")
    frame["valid_from"], frame["valid_to"] = VALID.get(slug, (None, None))
    people, year = membership.population(slug) or (pd.Series(dtype=float), None)
    frame["population"] = frame["code"].map(people).astype(float)
    frame["population_year"] = np.where(frame["population"].notna(), float(year or 0), np.nan)
    codes = pd.Index(frame["code"])
    nothing = np.full(len(frame), None, dtype=object)
    grid, mercator = outline.at(codes) if outline else (nothing, nothing)
    given = _weighted_centroids(staged, codes) if slug == "lsoa21" else None
    return AreaRows(geography, frame, points_inside(grid, given), grid, mercator)


def _of_points(geography: Geography, frame: pd.DataFrame) -> AreaRows:
    """Organisations: columns easting and northing become their points."""
    east, north = frame.pop("easting").to_numpy(dtype=float), frame.pop("northing").to_numpy(dtype=float)
    nothing = np.full(len(frame), None, dtype=object)
    return AreaRows(geography, frame, _points(east, north), nothing, nothing)


def _weighted_centroids(staged: Staged, codes: pd.Index) -> Shapes:
    """The published population-weighted centroids (EPSG:27700), None where there is none."""
    frame = staged.table("lsoa21_centroids", "lsoa21_code", "easting", "northing").set_index("lsoa21_code").reindex(codes)
    return _points(frame["easting"].to_numpy(dtype=float), frame["northing"].to_numpy(dtype=float))


def _points(east: np.ndarray, north: np.ndarray) -> Shapes:
    points = np.full(len(east), None, dtype=object)
    known = ~(np.isnan(east) | np.isnan(north))
    points[known] = shapely.points(east[known], north[known])
    return points
