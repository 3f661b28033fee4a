"""Ways to minutes that a plan may ask for, by name."""

from functools import cache
from pathlib import Path

import numpy as np

from geo.codes import GEOGRAPHIES
from geo.errors import InputError
from geo.planning.travel import Density, Error, ModelledDrive, TravelTimes
from geo.queries.catalogue import ReleaseInfo
from geo.queries.holdings import get_stamp
from geo.queries.reading import read
from geo.yamlfiles import read_yaml

PROVIDERS = ("modelled_drive",)
_DRIVE = Path(__file__).parent.parent / "definitions" / "planning" / "drive.yaml"


def get_provider(release: ReleaseInfo, name: str) -> TravelTimes:
    """The way to minutes of this name. Raises InputError for one that there is not, listing those there are."""
    if name not in PROVIDERS:
        raise InputError("There is no such way to minutes.", parameter="provider", found=name, valid=PROVIDERS)
    return _modelled_drive(get_stamp())


@cache
def _modelled_drive(stamp: int) -> ModelledDrive:
    """The fitted model over where people live now; stamp: of what is loaded."""
    told = read_yaml(_DRIVE)
    rows = read("queries/people_points", {"geography": GEOGRAPHIES["lsoa21"].id})
    points = np.array([(row["easting"], row["northing"]) for row in rows], dtype=np.float64).reshape(-1, 2)
    density = Density(points, np.array([row["people"] for row in rows], dtype=np.float64))
    return ModelledDrive(np.array(told["weights"]), density, Error(**told["error"]), told["source"], told["mode"])
