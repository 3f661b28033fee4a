"""Minutes over the roads that a site loaded into its database (osm2pgrouting), by pgRouting: quickest ways, as the road table says."""

from dataclasses import dataclass

import numpy as np

from geo.errors import PlanningError
from geo.planning.travel import Floats, Points
from geo.queries.reading import read

# A place further from any crossing than this is not on the map that was loaded, in metres.
FURTHEST_M = 2_000.0
# Every origin is a search through all ways: a system's areas take minutes.
_TIME_LIMIT_MS = 300_000


@dataclass(frozen=True)
class Ways:
    """The ways in the database. To and from the nearest crossing no time is counted."""

    mode: str = "drive over loaded roads"
    source: str = "roads that this site loaded, by pgRouting"

    def minutes(self, origins: Points, destinations: Points) -> Floats:
        """Minutes of the quickest way, shape (origins, destinations); infinite where no way leads.

        Raises PlanningError for a place that lies further than 2 km from every crossing.
        """
        here, there = _crossings(origins, "origin"), _crossings(destinations, "destination")
        rows = {crossing: row for row, crossing in enumerate(np.unique(here).tolist())}
        columns = {crossing: column for column, crossing in enumerate(np.unique(there).tolist())}
        seconds = np.full((len(rows), len(columns)), np.inf)
        for same in rows.keys() & columns.keys():
            seconds[rows[same], columns[same]] = 0.0
        values = {"origins": list(rows), "destinations": list(columns)}
        for trip in read("queries/travel_ways_seconds", values, time_limit_ms=_TIME_LIMIT_MS):
            seconds[rows[trip["origin"]], columns[trip["destination"]]] = trip["seconds"]
        return seconds[np.ix_([rows[one] for one in here.tolist()], [columns[one] for one in there.tolist()])] / 60


def find_ways() -> Ways | None:
    """The ways in the database, or None where none are loaded or pgRouting is not installed."""
    there = read("queries/travel_ways_there", {})[0]
    return Ways() if all(there.values()) else None


def _crossings(points: Points, word: str) -> np.ndarray:
    """The crossing nearest to each point."""
    values = {"eastings": points[:, 0].tolist(), "northings": points[:, 1].tolist()}
    rows = read("queries/travel_ways_nearest", values, time_limit_ms=_TIME_LIMIT_MS)
    for number, row in enumerate(rows):
        if row["metres"] > FURTHEST_M:
            place = f"{points[number, 0]:.0f}, {points[number, 1]:.0f}"
            raise PlanningError(f"{word} {number} at {place} lies {row['metres']:.0f} m from the nearest of the loaded roads")
    return np.array([row["crossing"] for row in rows], dtype=np.int64)
