"""GP practices and primary care networks: their names, dates, points, patients, and the organisations they belong to."""

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.releases.areas_inputs import Staged, tables_with
from geo.releases.areas_shapes import Outlines

# Files of all prescribing organisations: they name practices but do not say which of theirs are practices with patients.
NOT_ONLY_PRACTICES = frozenset({"epraccur", "epraccur_2022", "practice_coordinates_2022"})
PRACTICE_CODE = r"^[A-VXYZ]\d{5}$"  # W: Wales
PATIENTS_YEAR = 2022

# A published boundary is generalised: a surgery at the coast may lie this far outside it, in metres.
COAST_TOLERANCE_M = 2_000

# Files that say where a practice is, the better first, and where it belongs, the newest first.
_COORDINATES = ("practice_coordinates_2024", "practice_coordinates_2022")
_MAPPINGS = ("practice_pcn_2024", "practice_pcn_2022")
_NAMES = ("epraccur", "epraccur_2022", "practice_pcn_2024", "practice_pcn_2022", "gp_registrations_2022", "cervical_2017")


def practice_codes(staged: Staged) -> pd.Index:
    """Every code of an English practice in any staged file of practices, in order."""
    found: set[str] = set()
    for table in tables_with("practice_code"):
        if table not in NOT_ONLY_PRACTICES:
            found.update(staged.table(table, "practice_code")["practice_code"].dropna())
    codes = pd.Series(sorted(found), dtype=object)
    return pd.Index(codes[codes.str.match(PRACTICE_CODE).astype(bool)] if len(codes) else codes, dtype=object)


def practice_frame(staged: Staged, england: Outlines | None) -> pd.DataFrame:
    """Practices in code order. population: registered patients of July 2022, null where there were none.

    easting, northing: EPSG:27700, null where no file has a point in England. valid_from, valid_to: opened and closed.
    """
    codes = practice_codes(staged)
    frame = pd.DataFrame({"code": codes.to_numpy(dtype=object)})
    frame["name"] = _names(staged, codes)
    frame["other_name"] = ""
    frame["ods_code"] = frame["code"]
    frame["valid_from"] = frame["code"].map(staged.pairs("epraccur", "practice_code", "opened"))
    frame["valid_to"] = frame["code"].map(staged.pairs("epraccur", "practice_code", "closed"))
    frame["population"] = codes.map(patients(staged)).astype(float)
    frame["population_year"] = np.where(frame["population"].notna(), float(PATIENTS_YEAR), np.nan)
    frame["easting"], frame["northing"] = _locations(staged, codes, england)
    return frame


def network_frame(staged: Staged, england: Outlines | None) -> pd.DataFrame:
    """Networks of the newest mapping in code order. population: patients of their practices that have a list of July 2022.

    easting, northing: the mean point of its practices.
    """
    members = practice_networks(staged)
    names = staged.pairs("practice_pcn_2024", "pcn_code", "pcn_name").sort_index()
    sums = patients(staged).reindex(members.index).groupby(members).sum(min_count=1)
    frame = pd.DataFrame({"code": names.index.to_numpy(dtype=object), "name": names.to_numpy(dtype=object)})
    frame["other_name"] = ""
    frame["ods_code"] = frame["code"]
    frame["valid_from"] = frame["valid_to"] = None
    frame["population"] = frame["code"].map(sums).astype(float)
    frame["population_year"] = np.where(frame["population"].notna(), float(PATIENTS_YEAR), np.nan)
    east, north = _locations(staged, pd.Index(members.index), england)
    places = pd.DataFrame({"easting": east, "northing": north}).groupby(members.to_numpy(dtype=object)).mean()
    for axis in ("easting", "northing"):
        frame[axis] = frame["code"].map(places[axis]).astype(float)
    return frame


def practice_networks(staged: Staged) -> pd.Series:
    """Network by practice code, by the newest mapping; practices in no network are not there."""
    return staged.pairs("practice_pcn_2024", "practice_code", "pcn_code")


def practice_commissioners(staged: Staged) -> pd.Series:
    """ODS code of the sub-ICB location by practice code: the newest mapping that has the practice, else the register of organisations.

    GSS codes in those files are of 2022; ODS codes did not change with them.
    """
    found = staged.pairs("epraccur", "practice_code", "commissioner_code")
    for table in reversed(_MAPPINGS):
        newer = staged.pairs(table, "practice_code", "sicbl22_ods_code")
        found = newer.combine_first(found)
    return found


def patients(staged: Staged) -> pd.Series:
    """Registered patients by practice code, July 2022: whole lists, else those of the list with an English LSOA."""
    frame = staged.table("gp_registrations_2022", "practice_code", "patients")
    located = frame.groupby("practice_code")["patients"].sum().astype(float)
    return staged.pairs("practice_coordinates_2022", "practice_code", "patients").astype(float).reindex(located.index).fillna(located)


def _names(staged: Staged, codes: pd.Index) -> np.ndarray:
    """Names, the first file that has the practice; its code where none has."""
    names = pd.Series(codes, index=codes, dtype=object)
    for table in reversed(_NAMES):
        if "practice_name" in _columns(staged, table):
            known = staged.pairs(table, "practice_code", "practice_name")
            names = known.reindex(codes).combine_first(names)
    return names.to_numpy(dtype=object)


def _columns(staged: Staged, table: str) -> tuple[str, ...]:
    return ("practice_name",) if table in tables_with("practice_name") else ()


def _locations(staged: Staged, codes: pd.Index, england: Outlines | None) -> tuple[np.ndarray, np.ndarray]:
    """Eastings and northings; a point outside England is a bad geocode and counts as none."""
    east, north = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
    to_grid = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    for table in _COORDINATES:
        frame = staged.table(table, "practice_code", "longitude", "latitude").drop_duplicates("practice_code").set_index("practice_code")
        frame = frame.reindex(codes).astype(float)
        x, y = to_grid.transform(frame["longitude"].to_numpy(), frame["latitude"].to_numpy())
        good = np.isfinite(x) & np.isfinite(y) & np.isnan(east)
        good[good] &= _in_england(x[good], y[good], england)
        east[good], north[good] = x[good], y[good]
    return east, north


def _in_england(east: np.ndarray, north: np.ndarray, england: Outlines | None) -> np.ndarray:
    if england is None:
        return np.ones(len(east), dtype=bool)
    shape = england.grid[0].simplify(COAST_TOLERANCE_M / 4).buffer(COAST_TOLERANCE_M)
    shapely.prepare(shape)
    return shapely.contains_xy(shape, east, north)
