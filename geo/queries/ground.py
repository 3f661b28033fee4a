"""The neighbourhoods of England in the memory of this process: shapes, people, postcodes, ages, and how other sets of areas hang on them.

Read once, and again when areas were made since. About 90 MB a process, most of it shapes.
"""

from dataclasses import dataclass
from threading import Lock

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray

from geo.codes import GEOGRAPHIES
from geo.models import Deprivation
from geo.planning.catchments import Ground
from geo.planning.problems import Floats, Indices
from geo.queries.holdings import get_area_stamp
from geo.queries.reading import Row, read

# A catchment is a set of these.
ATOMS = "lsoa21"
# Other sets of areas that figures live on.
OTHERS = ("lsoa11", "msoa21", "msoa11")
# Wider areas, which are published and tell what withheld parts add up to.
WIDER = ("msoa21", "lad24", "ctry23")
INDEX = "imd2025"
_BANDS = 18
# Reading all of it takes seconds, once.
_LIMIT_MS = 60_000
_WITHIN = ["within", "best_fit"]


@dataclass(frozen=True)
class Set:
    """One set of areas. ids: keys in the database; people: residents; share (areas, neighbourhoods): people of each that live in each."""

    codes: NDArray[np.object_]
    names: NDArray[np.object_]
    people: sp.csr_array

    def best_fit(self, is_in: NDArray[np.bool_]) -> tuple[Indices, float, float]:
        """The areas with most of their people in some neighbourhoods; how many other people these take along, and how many they leave."""
        inside, everybody = self.people @ is_in.astype(np.float64), np.asarray(self.people.sum(axis=1)).ravel()
        is_taken = inside > everybody / 2
        return np.flatnonzero(is_taken), float((everybody - inside)[is_taken].sum()), float(inside[~is_taken].sum())


@dataclass(frozen=True)
class Country:
    """Everything about neighbourhoods that no release changes.

    stamp: of the areas (`get_area_stamp`). ages: residents by five-year band, shape (neighbourhoods, 18), None where no
    such file was loaded when areas were made. tenths: of deprivation, 1 = most deprived, 0 = unknown. sets: other sets of areas by slug,
    the neighbourhoods themselves among them. parents: position in a wider set of each neighbourhood, by slug; -1 where it lies in none.
    """

    stamp: int
    ground: Ground
    ages: NDArray[np.int32] | None
    tenths: NDArray[np.int8]
    sets: dict[str, Set]
    parents: dict[str, Indices]


_held: dict[int, Country] = {}
_lock = Lock()


def get_country() -> Country:
    """The neighbourhoods as they are loaded now."""
    stamp = get_area_stamp()
    with _lock:
        if stamp not in _held:
            _held.clear()
            _held[stamp] = _read(stamp)
        return _held[stamp]


def _read(stamp: int) -> Country:
    rows = _rows(ATOMS)
    people = np.array([row["population"] or 0 for row in rows], dtype=np.float64)
    parents = {slug: _parents(slug, len(rows)) for slug in WIDER}
    points, starts = _points(len(rows))
    ground = Ground(
        codes=_texts(rows, "code"),
        names=_texts(rows, "name"),
        shapes=np.asarray(shapely.from_wkb(np.array([row["shape"] and bytes(row["shape"]) for row in rows], dtype=object)), dtype=object),
        people=people,
        middles=np.array([[row["easting"], row["northing"]] for row in rows], dtype=np.float64).reshape(-1, 2),
        points=points,
        starts=starts,
        districts=parents["lad24"],
    )
    return Country(stamp, ground, _ages(len(rows)), _tenths(rows), _sets(rows, people, parents), parents)


def _sets(rows: list[Row], people: Floats, parents: dict[str, Indices]) -> dict[str, Set]:
    """Each set with the people that its areas share with the neighbourhoods of 2021; those of 2011 by conversion."""
    size = len(rows)
    found = {ATOMS: Set(_texts(rows, "code"), _texts(rows, "name"), sp.csr_array(sp.diags_array(people)))}
    for slug in OTHERS:
        others = _rows(slug)
        if slug == "msoa21":
            at = np.flatnonzero(parents[slug] >= 0)
            matrix = sp.csr_array((people[at], (parents[slug][at], at)), shape=(len(others), size))
        elif slug == "lsoa11":
            links = read("queries/ground_links", _asked("lsoa11", ATOMS, ["converts"]), time_limit_ms=_LIMIT_MS)
            own = np.array([row["population"] or 0 for row in others], dtype=np.float64)
            child, parent = (np.array([link[key] for link in links], dtype=np.intp) - 1 for key in ("child", "parent"))
            share = np.array([link["share"] for link in links], dtype=np.float64)
            matrix = sp.csr_array((own[child] * share, (child, parent)), shape=(len(others), size))
        else:
            links = read("queries/ground_links", _asked("lsoa11", "msoa11", _WITHIN), time_limit_ms=_LIMIT_MS)
            child, parent = (np.array([link[key] for link in links], dtype=np.intp) - 1 for key in ("child", "parent"))
            sums = sp.csr_array((np.ones(len(child)), (parent, child)), shape=(len(others), len(found["lsoa11"].codes)))
            matrix = sp.csr_array(sums @ found["lsoa11"].people)
        found[slug] = Set(_texts(others, "code"), _texts(others, "name"), matrix)
    return found


def _rows(slug: str) -> list[Row]:
    return read("queries/ground_areas", {"geography": GEOGRAPHIES[slug].id, "with_shapes": slug == ATOMS}, time_limit_ms=_LIMIT_MS)


def _texts(rows: list[Row], key: str) -> NDArray[np.object_]:
    return np.array([row[key] for row in rows], dtype=object)


def _asked(child: str, parent: str, kinds: list[str]) -> dict[str, object]:
    return {"child": GEOGRAPHIES[child].id, "parent": GEOGRAPHIES[parent].id, "kinds": kinds}


def _parents(slug: str, size: int) -> Indices:
    found = np.full(size, -1, dtype=np.intp)
    for link in read("queries/ground_links", _asked(ATOMS, slug, _WITHIN), time_limit_ms=_LIMIT_MS):
        found[link["child"] - 1] = link["parent"] - 1
    return found


def _points(size: int) -> tuple[NDArray[np.int32], Indices]:
    """Postcodes, neighbourhood after neighbourhood, and where each one's begin."""
    rows = read("queries/ground_postcodes", {"geography": GEOGRAPHIES[ATOMS].id}, time_limit_ms=_LIMIT_MS)
    counts = np.zeros(size, dtype=np.intp)
    parts = [np.frombuffer(row["points"], dtype=">i4").reshape(-1, 2).astype(np.int32) for row in rows]
    counts[[row["feature_id"] - 1 for row in rows]] = [len(part) for part in parts]
    points = np.concatenate(parts) if parts else np.empty((0, 2), dtype=np.int32)
    return points, np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)


def _ages(size: int) -> NDArray[np.int32] | None:
    rows = read("queries/ground_ages", {"geography": GEOGRAPHIES[ATOMS].id}, time_limit_ms=_LIMIT_MS)
    if not rows:
        return None
    found = np.zeros((size, _BANDS), dtype=np.int32)
    for row in rows:
        found[row["feature_id"] - 1] = row["bands"]
    return found


def _tenths(rows: list[Row]) -> NDArray[np.int8]:
    """Tenth of deprivation of each neighbourhood, 0 where there is none."""
    of = {row["id"]: at for at, row in enumerate(rows)}
    found = np.zeros(len(rows), dtype=np.int8)
    known = Deprivation.objects.filter(index_version=INDEX, domain="imd", area__geography__slug=ATOMS, decile__isnull=False)
    for area, decile in known.values_list("area_id", "decile"):
        found[of[area]] = decile or 0
    return found
