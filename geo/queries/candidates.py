"""Places in an area where stops may be: stored sites, practices, and postcode sectors and cells as areas of search."""

import re
from collections.abc import Sequence

from geo.codes import GEOGRAPHIES
from geo.errors import InputError
from geo.models import Site
from geo.planning.candidates import PREFIXES, Candidate, given_candidates
from geo.planning.requests import AREAS_OF_SEARCH
from geo.queries.areas import find_areas
from geo.queries.reading import Row, read

# The kinds that are stored as sites, under the names of the table of sites.
_STORED = {"hospitals": "hospital", "diagnostic_centres": "diagnostic-centre", "schools": "school"}
# The kinds that are computed, under the names of their reads.
_COMPUTED = {"search": "queries/candidates_postcodes", "search_cells": "queries/candidates_cells"}
# Gathering all postcodes of a large system takes a second or two.
_TIME_LIMIT_MS = 20_000


def list_candidates(*, area: str, kind: str, given: Sequence[tuple[str, float, float]] = ()) -> list[Candidate]:
    """The places of a kind in an area, in a fixed order; of the kind "given" those named (name, latitude, longitude).

    Raises UnknownArea, and InputError for an unknown kind.
    """
    if kind not in PREFIXES:
        raise InputError("There is no such kind of candidates.", parameter="kind", found=kind, valid=tuple(PREFIXES))
    if kind == "given":
        return given_candidates(given)
    parents = [found.id for found in find_areas(area, parameter="area")]
    if kind == "practices":
        values = {"parents": parents, "practices": GEOGRAPHIES["practice24"].id}
        rows = read("queries/candidates_practices", values, time_limit_ms=_TIME_LIMIT_MS)
    elif kind in AREAS_OF_SEARCH:
        rows = read(_COMPUTED[kind], {"parents": parents}, time_limit_ms=_TIME_LIMIT_MS)
    else:
        rows = read("queries/candidates_sites", {"parents": parents, "kind": _STORED[kind]}, time_limit_ms=_TIME_LIMIT_MS)
    return [_candidate(kind, row) for row in rows]


def count_stored(kind: str) -> int:
    """How many stored sites of a kind there are in England."""
    return Site.objects.filter(kind=_STORED[kind], point_3857__isnull=False).count()


def _candidate(kind: str, row: Row) -> Candidate:
    return Candidate(
        id=f"{PREFIXES[kind]}:{row['code']}",
        name=_title(row["name"]) if kind == "practices" else row["name"],
        kind=kind,
        latitude=row["latitude"],
        longitude=row["longitude"],
        easting=row["easting"],
        northing=row["northing"],
        is_area_of_search=kind in AREAS_OF_SEARCH,
        people=row["people"],
    )


def _title(name: str) -> str:
    """A register's capitals as people write them."""
    return re.sub(r"[^\W\d_]+(?:'S\b)?", lambda word: word.group().capitalize(), " ".join(name.split())) if name.isupper() else name
