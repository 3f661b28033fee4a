"""Making synthetic worlds: the country as the database knows it, handed to the generator, and where the world is put."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.linkage.files import on_secure_side
from geo.releases.areas_ages import AGES, BANDS
from geo.releases.areas_inputs import Staged
from geo.releases.areas_membership import read_membership
from geo.releases.areas_practices import practice_codes
from geo.releases.tables import read_query
from geo.sqlfiles import statement
from geo.synthetic.country import BROAD, SYSTEM_OF, SYSTEMS, Country
from geo.synthetic.worlds import WorldSpec
from geo.synthetic.writing import synthesise

Progress = Callable[[str, int, int], None]

# Everything about persons lies below this folder, which only its owner may read.
SECURE = "secure"
# What left the secure side of each world; nothing else of it is read when a release is built.
PROTECTED = "protected"


def make_world(spec: WorldSpec, *, data: Path, extracts: Sequence[str] = (), progress: Progress | None = None) -> dict[str, Any]:
    """Make a world from the loaded areas, below the folder of data, and give its manifest. What was there under its name is replaced.

    extracts: names of those that are wanted beside the register, none for all. Raises InputError where the database lacks what people are
    made from, and for an unknown extract; LinkageError where files cannot be written.
    """
    country = read_country(spec.systems)
    with on_secure_side("synthesise"):
        folder = world_folder(data, spec.name)
        try:
            return synthesise(country, spec, folder, extracts=extracts, progress=progress)
        finally:
            shutil.rmtree(folder.with_name(f"{folder.name}.partial"), ignore_errors=True)


def world_folder(data: Path, name: str) -> Path:
    """Where the secure side of a world lies; the folder above it is made, for its owner alone."""
    secure = data / SECURE
    secure.mkdir(parents=True, exist_ok=True, mode=0o700)
    secure.chmod(0o700)
    return secure / name


def read_country(systems: Sequence[str]) -> Country:
    """The neighbourhoods of these systems with their people of Census 2021, from the staged files and the table of postcodes.

    Neighbourhoods without a postcode or a practice of their own are given those of the nearest that has some.
    Raises InputError where a file that is needed was not loaded, naming it.
    """
    staged = Staged()
    frame = _neighbourhoods(staged)
    wanted = frame["icb23"].isin([SYSTEMS[system][0] for system in systems])
    frame = frame[wanted].sort_index()
    if staged.absent or frame.empty:
        lacking = ", ".join(sorted(staged.absent)) or "neighbourhoods of the systems"
        raise InputError(f"Not loaded, and needed to make people: {lacking}.", parameter="systems", found=",".join(systems))
    postcodes, postcode_start, _ = _laid(
        frame, read_query(statement("operations/postcodes_of_neighbourhoods"), [list(frame.index)]).to_pandas()
    )
    practices, practice_start, patients = _laid(frame, _registrations(staged, frame))
    text = {name: frame[name].to_numpy(dtype=object) for name in ("lsoa11", "msoa21", "lad24", "lad_name", "icb26", "icb23")}
    groups = frame[list(BROAD)].to_numpy(dtype=np.float64)
    return Country(
        lsoa21=frame.index.to_numpy(dtype=object),
        **text,
        system=frame["icb23"].map(SYSTEM_OF).to_numpy(dtype=object),
        decile=frame["imd_decile"].to_numpy(dtype=np.int64),
        people=frame[list(BANDS)].to_numpy(dtype=np.int64),
        ethnic_share=groups / groups.sum(axis=1, keepdims=True),
        x=frame["easting"].to_numpy(dtype=np.float64),
        y=frame["northing"].to_numpy(dtype=np.float64),
        postcodes=postcodes,
        postcode_start=postcode_start,
        practices=practices,
        practice_start=practice_start,
        practice_weight=patients,
    )


def _neighbourhoods(staged: Staged) -> pd.DataFrame:
    """What is known of each LSOA of 2021; those of which anything is unknown are left out."""
    members = read_membership(staged).frames["lsoa21"][["msoa21", "lad24", "icb26", "icb23"]]
    before = staged.pairs("lsoa11_lsoa21_lad22", "lsoa21_code", "lsoa11_code").rename("lsoa11")
    tables = (
        (AGES, "lsoa21_code", *BANDS),
        ("census2021_ethnicity_lsoa21", "lsoa21_code", *BROAD),
        ("imd2025_lsoa21", "lsoa21_code", "imd_decile"),
        ("lsoa21_centroids", "lsoa21_code", "easting", "northing"),
    )
    frame = members.join(before)
    frame["lad_name"] = frame["lad24"].map(staged.pairs("lad24_rgn24", "lad24_code", "lad24_name"))
    for name, key, *columns in tables:
        frame = frame.join(staged.table(name, key, *columns).drop_duplicates(key).set_index(key))
    return frame.dropna()


def _registrations(staged: Staged, frame: pd.DataFrame) -> pd.DataFrame:
    """Practices of each neighbourhood and how many of its people they had in July 2022; by the LSOA of 2011 that it fits best."""
    rows = staged.table("gp_registrations_2022", "practice_code", "lsoa11_code", "patients")
    rows = rows[rows["practice_code"].isin(practice_codes(staged)) & (rows["patients"] > 0)]
    of = pd.DataFrame({"lsoa21_code": frame.index, "lsoa11_code": frame["lsoa11"].to_numpy()})
    found = of.merge(rows, on="lsoa11_code").sort_values(["lsoa21_code", "practice_code"])
    return found[["lsoa21_code", "practice_code", "patients"]]


def _laid(frame: pd.DataFrame, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Entries (second column) by neighbourhood (first), laid end to end, where each begins, and their weights (third column, else 1).

    A neighbourhood without entries is given those of the nearest one.
    """
    place = {code: i for i, code in enumerate(frame.index)}
    at = rows.iloc[:, 0].map(place).to_numpy(dtype=np.int64)
    weight = rows.iloc[:, 2].to_numpy(dtype=np.float64) if rows.shape[1] > 2 else np.ones(len(rows))
    size = np.bincount(at, minlength=len(frame))
    start = np.concatenate([[0], np.cumsum(size)])
    given = np.arange(len(frame))
    x, y = frame["easting"].to_numpy(dtype=float), frame["northing"].to_numpy(dtype=float)
    for lacking in np.flatnonzero(size == 0):
        given[lacking] = np.argmin(np.where(size > 0, np.hypot(x - x[lacking], y - y[lacking]), np.inf))
    taken = np.concatenate([np.arange(start[i], start[i + 1]) for i in given])
    return rows.iloc[:, 1].to_numpy(dtype=object)[taken], np.concatenate([[0], np.cumsum(size[given])]), weight[taken]
