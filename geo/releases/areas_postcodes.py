"""Postcodes with the neighbourhoods they lie in, and outcodes with their extent.

The LSOA of 2011 is published. That of 2021 is its successor; where the LSOA was split or redrawn, it is the successor whose
population-weighted centroid is nearest, marked as best fit, for the generalised boundaries cannot tell on which side a postcode lies.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.releases.areas_inputs import Staged
from geo.releases.areas_store import AreaIds


@dataclass(frozen=True)
class Postcodes:
    """frame: columns postcode (without space), easting, northing (EPSG:27700, NaN unknown), lsoa11, lsoa21 (null unknown), is_best_fit."""

    frame: pd.DataFrame


def make_postcodes(staged: Staged) -> Postcodes:
    """All staged postcodes. One in a split LSOA that has no coordinates gets no LSOA of 2021."""
    frame = staged.table("postcodes_2022", "postcode", "lsoa11_code", "easting", "northing")
    frame = frame.rename(columns={"lsoa11_code": "lsoa11"})
    frame["postcode"] = frame["postcode"].str.replace(" ", "", regex=False)
    for axis in ("easting", "northing"):
        frame[axis] = frame[axis].astype(float)
    rows = staged.table("lsoa11_lsoa21_lad22", "lsoa11_code", "lsoa21_code")
    children = rows.groupby("lsoa11_code")["lsoa21_code"].agg(["first", "size"])
    number = frame["lsoa11"].map(children["size"]).fillna(0)
    frame["lsoa21"] = frame["lsoa11"].map(children["first"]).where(number == 1)
    frame["is_best_fit"] = number > 1
    split = frame.index[frame["is_best_fit"] & frame["easting"].notna()]
    frame.loc[split, "lsoa21"] = _nearest_child(staged, frame.loc[split], rows)
    return Postcodes(frame)


def postcode_columns(postcodes: Postcodes, ids: AreaIds) -> dict[str, object]:
    """The columns of the table of postcodes; those in no known LSOA of 2011 are left out."""
    frame = postcodes.frame
    lsoa11, lsoa21 = _ids(ids, "lsoa11", frame["lsoa11"]), _ids(ids, "lsoa21", frame["lsoa21"])
    keep = ~np.isnan(lsoa11)
    return {
        "postcode": frame["postcode"][keep].to_numpy(dtype=object),
        "easting": frame["easting"].to_numpy()[keep],
        "northing": frame["northing"].to_numpy()[keep],
        "lsoa11_id": lsoa11[keep],
        "lsoa21_id": lsoa21[keep],
        "is_lsoa21_best_fit": (frame["is_best_fit"].to_numpy(dtype=bool) & ~np.isnan(lsoa21))[keep],
    }


def outcode_columns(postcodes: Postcodes) -> dict[str, object]:
    """The columns of the table of outcodes: middle, extent and number of the postcodes whose place is known."""
    frame = postcodes.frame[postcodes.frame["easting"].notna()]
    groups = frame.groupby(frame["postcode"].str[:-3], sort=True)
    east, north = groups["easting"], groups["northing"]
    return {
        "outcode": groups.size().index.to_numpy(dtype=object),
        "easting": east.mean().round().to_numpy(),
        "northing": north.mean().round().to_numpy(),
        "west": east.min().to_numpy(),
        "south": north.min().to_numpy(),
        "east": east.max().to_numpy(),
        "north": north.max().to_numpy(),
        "postcodes": groups.size().to_numpy(),
    }


def _nearest_child(staged: Staged, frame: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """For postcodes of split LSOAs the successor with the nearest centroid; index as given. Ties go to the lower code."""
    centroids = staged.table("lsoa21_centroids", "lsoa21_code", "easting", "northing")
    children = rows.merge(centroids, on="lsoa21_code").sort_values("lsoa21_code")
    pairs = frame.reset_index(names="row").merge(children, left_on="lsoa11", right_on="lsoa11_code", suffixes=("", "_centroid"))
    pairs["squared"] = (pairs["easting"] - pairs["easting_centroid"]) ** 2 + (pairs["northing"] - pairs["northing_centroid"]) ** 2
    best = pairs.sort_values(["row", "squared", "lsoa21_code"]).drop_duplicates("row")
    return pd.Series(best["lsoa21_code"].to_numpy(dtype=object), index=best["row"].to_numpy()).reindex(frame.index)


def _ids(ids: AreaIds, geography: str, codes: pd.Series) -> np.ndarray:
    """Ids as floats, NaN where there is none; a million codes of 33,000 areas, so each code is looked up once."""
    places, known = pd.factorize(codes)
    numbers = ids.of(geography, known).to_numpy(dtype=float, na_value=np.nan)
    return np.where(places < 0, np.nan, np.append(numbers, np.nan)[places])
