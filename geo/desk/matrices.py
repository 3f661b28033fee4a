"""Tables of measured minutes that a site keeps, so that plans can be made by them."""

from pathlib import Path

import numpy as np
from pyproj import Transformer

from geo.codes import normalise_postcode
from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.errors import Place, SourceError
from geo.models import Area, Postcode, TravelMatrix
from geo.planning.travel_files import MinutesTable, read_minutes


def keep_matrix(
    file: Path, *, name: str, mode: str, source: str, geography: str, leave_out: bool = False
) -> tuple[TravelMatrix, tuple[int, int]]:
    """Keep the table of a file under a name, in place of an earlier one of that name; with the rows and places that were left out.

    mode: what one travels by; geography: the set of areas that its origins are of (their codes or names); leave_out: pass over areas and
    places that are not known. Raises SourceError.
    """
    known = Area.objects.filter(geography__slug=geography, centroid_27700__isnull=False).values_list("code", "name")
    areas = {name: code for code, name in known} | {code: code for code, _ in known}
    found = read_minutes(file, areas=areas, leave_out=leave_out)
    points, there = _points(file, found, leave_out)
    TravelMatrix.objects.filter(owner="", name=name).delete()
    kept = TravelMatrix.objects.create(
        name=name,
        mode=mode,
        source=source,
        geography=geography,
        origins=list(found.areas),
        destinations=[found.destinations[number] for number in there],
        points=points.tolist(),
        minutes=found.table[:, there].astype("<f4").tobytes(),
    )
    return kept, (found.left_out, len(found.destinations) - len(there))


def _points(file: Path, found: MinutesTable, leave_out: bool) -> tuple[np.ndarray, list[int]]:
    """Eastings and northings of the destinations, from the file or from the postcodes that they are named by, and which these are."""
    everyone = list(range(len(found.destinations)))
    if found.points is not None:
        latitude, longitude = np.array(found.points).T
        to_grid = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
        return np.column_stack(to_grid.transform(longitude, latitude)), everyone
    codes = [normalise_postcode(name) or "" for name in found.destinations]
    rows = Postcode.objects.filter(postcode__in=codes, easting__isnull=False).values_list("postcode", "easting", "northing")
    at = {postcode: (east, north) for postcode, east, north in rows}
    there = [number for number in everyone if codes[number] in at]
    if not there or (len(there) < len(everyone) and not leave_out):
        name = found.destinations[next(number for number in everyone if codes[number] not in at)]
        expected = "a live postcode of England, or a file with latitude and longitude"
        raise SourceError("unknown_code", Place(file.name, column=name, found=name, expected=expected))
    return np.array([at[codes[number]] for number in there], dtype=float), there
