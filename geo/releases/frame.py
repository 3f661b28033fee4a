"""The areas in memory: their order, their people, and the matrices that move counts from one set of areas to another.

An area's position is its feature_id - 1: every array of a geography has one entry an area, in this order.
"""

from copy import copy
from functools import cached_property
from typing import Self

import numpy as np
import scipy.sparse as sp
from django.db import connection
from numpy.typing import NDArray

from geo.codes import GEOGRAPHIES
from geo.errors import QualityError
from geo.releases.tables import read_query

Numbers = NDArray[np.float64]
Positions = NDArray[np.int64]

# Where figures of a geography are summed to, and by way of which smaller one. Areas of 2011 reach those after 2021 by conversion.
LARGER: dict[str, tuple[str, ...]] = {
    "lsoa11": ("msoa11", "lad21"),
    "lsoa21": ("msoa21", "lad24", "utla23", "sicbl23", "icb23", "icb26", "nhser24", "rgn23"),
}

# Kinds of link: the child counts to the parent as a whole.
_MEMBERSHIP = ("within", "best_fit")

# A share this near to 0 or 1 is 0 or 1: shares are computed from populations and carry rounding.
_EXACT = 1e-9

_AREAS = (
    "SELECT id, geography_id, code, ods_code, feature_id, population FROM geo_area WHERE feature_id > 0 ORDER BY geography_id, feature_id"
)
# A row a kind, its links packed in network order: a row each would take seconds.
_LINKS = """
SELECT
    kind,
    string_agg(int4send(child_id), ''::bytea) AS child,
    string_agg(int4send(parent_id), ''::bytea) AS parent,
    string_agg(float8send(share), ''::bytea) AS share
FROM geo_arealink
GROUP BY kind
"""


class Frame:
    """All areas and their links, read once for a release. Raises QualityError where a geography's ids are not 1..n."""

    def __init__(self) -> None:
        areas = read_query(_AREAS)
        geography = areas["geography_id"].to_numpy()
        self._ids, self._codes, self._ods, self._population = {}, {}, {}, {}
        ids, features = areas["id"].to_numpy(), areas["feature_id"].to_numpy()
        codes, ods = (np.array(areas[name].to_pylist(), dtype=object) for name in ("code", "ods_code"))
        people = areas["population"].to_pandas().to_numpy(dtype=float, na_value=np.nan)
        self._position = np.full(int(ids.max(initial=0)) + 1, -1, dtype=np.int64)
        self._geography = np.zeros(len(self._position), dtype=np.int16)
        for slug, known in GEOGRAPHIES.items():
            mine = geography == known.id
            if not np.array_equal(features[mine], np.arange(1, mine.sum() + 1)):
                raise QualityError(f"The areas of {slug} are not numbered from 1 without a gap.")
            self._ids[slug], self._codes[slug], self._ods[slug], self._population[slug] = ids[mine], codes[mine], ods[mine], people[mine]
            self._position[ids[mine]] = features[mine] - 1
            self._geography[ids[mine]] = known.id
        self._links = _read_links()
        self._places: dict[str, dict[str, int]] = {}
        self._matrices: dict[tuple[str, str], sp.csr_array] = {}

    def ids(self, geography: str) -> Positions:
        """Database ids of the areas."""
        return np.asarray(self._ids[geography], dtype=np.int64)

    def size(self, geography: str) -> int:
        """How many areas the geography has; 0 where it was not loaded."""
        return len(self._ids[geography])

    def codes(self, geography: str) -> NDArray[np.object_]:
        """Codes of the areas."""
        return np.asarray(self._codes[geography], dtype=object)

    def ods_codes(self, geography: str) -> NDArray[np.object_]:
        """ODS codes of the areas, "" where an area has none."""
        return np.asarray(self._ods[geography], dtype=object)

    def places(self, geography: str, codes: NDArray[np.object_]) -> Positions:
        """The position of each code, -1 where the geography has no such area."""
        if geography not in self._places:
            self._places[geography] = {code: i for i, code in enumerate(self._codes[geography])}
        known = self._places[geography]
        return np.array([known.get(code, -1) for code in codes], dtype=np.int64)

    def places_by_ods(self, geography: str, codes: NDArray[np.object_]) -> Positions:
        """The position of each ODS code, -1 where no area of the geography has it."""
        known = {code: i for i, code in enumerate(self._ods[geography])}
        return np.array([known.get(code, -1) for code in codes], dtype=np.int64)

    @cached_property
    def residents(self) -> dict[str, Numbers]:
        """People by geography: as stored with the LSOAs (mid-2020 for 2011, Census for 2021), summed for what they make up."""
        people = {"lsoa11": np.nan_to_num(self._population["lsoa11"]), "lsoa21": np.nan_to_num(self._population["lsoa21"])}
        for small, larger in LARGER.items():
            for geography in larger:
                people[geography] = self.matrix(small, geography) @ people[small]
            people.setdefault("ctry23", np.array([people[small].sum()]))
        return people

    @cached_property
    def residents_mid2020(self) -> dict[str, Numbers]:
        """Mid-2020 residents of every geography that LSOAs of 2011 lead to, those of 2021 and later by conversion."""
        lsoas = self.residents["lsoa11"]
        geographies = ("lsoa21", *LARGER["lsoa11"], *LARGER["lsoa21"])
        found = {geography: self.matrix("lsoa11", geography) @ lsoas for geography in geographies}
        return {"lsoa11": lsoas, **found, "ctry23": np.array([lsoas.sum()])}

    def matrix(self, source: str, target: str) -> sp.csr_array:
        """Shape (targets, sources): the share of each source area that belongs to each target. Columns sum to at most 1.

        lsoa11 reaches what lsoa21 reaches through the conversion; larger areas reach each other through the people of their LSOAs.
        All zeros where no link leads there, for a look-up or a set of areas may not be at hand: nothing is known of those areas then.
        """
        if (source, target) not in self._matrices:
            self._matrices[source, target] = self._make_matrix(source, target)
        return self._matrices[source, target]

    def converting_by(self, weight: Numbers) -> Self:
        """The same areas, where what an LSOA of 2011 gives to each of its LSOAs of 2021 is weighted besides.

        weight: by LSOA of 2021, such as the share of its residents who are of some ages; NaN stands for no weighting. What an LSOA gives
        stays as much in all.
        """
        other = copy(self)
        other._matrices = {pair: matrix for pair, matrix in self._matrices.items() if pair[0] != "lsoa11"}
        for target in LARGER["lsoa11"]:
            other._matrices["lsoa11", target] = self.matrix("lsoa11", target)
        plain = self.matrix("lsoa11", "lsoa21")
        weighted = sp.csr_array(sp.diags_array(np.where(np.isnan(weight), 1.0, weight)) @ plain)
        before, after = (np.asarray(matrix.sum(axis=0)).ravel() for matrix in (plain, weighted))
        scale = np.where(after > 0, before / np.where(after > 0, after, 1.0), 0.0)
        # Where nobody of these ages lives, everybody decides.
        kept = sp.csr_array(plain @ sp.diags_array((after <= 0).astype(float)))
        other._matrices["lsoa11", "lsoa21"] = sp.csr_array(weighted @ sp.diags_array(scale) + kept)
        return other

    def is_exact(self, source: str, target: str) -> NDArray[np.bool_]:
        """Whether each target consists of whole source areas; shape (targets,)."""
        shares = self.matrix(source, target).tocoo()
        cut = (shares.data > _EXACT) & (shares.data < 1 - _EXACT)
        return np.asarray(np.bincount(shares.coords[0][cut], minlength=shares.shape[0]) == 0)

    def _make_matrix(self, source: str, target: str) -> sp.csr_array:
        if source == target:
            return sp.csr_array(sp.identity(self.size(source), format="csr"))
        if target == "ctry23":
            return sp.csr_array(np.ones((1, self.size(source))))
        if source in LARGER["lsoa21"] and target in LARGER["lsoa21"]:
            return self._by_population(source, target)
        kinds = ("converts",) if (source, target) == ("lsoa11", "lsoa21") else _MEMBERSHIP
        made = self._from_links(source, target, kinds)
        if not made.nnz and source == "lsoa11" and target in LARGER["lsoa21"]:
            return sp.csr_array(self.matrix("lsoa21", target) @ self.matrix("lsoa11", "lsoa21"))
        return made

    def _by_population(self, source: str, target: str) -> sp.csr_array:
        """Between larger areas: by where the Census 2021 residents of the source's neighbourhoods belong."""
        people = self.residents["lsoa21"]
        from_source = self.matrix("lsoa21", source)
        total = from_source @ people
        shares = sp.diags_array(people) @ from_source.T @ sp.diags_array(1 / np.where(total > 0, total, 1.0))
        made = sp.csr_array(self.matrix("lsoa21", target) @ shares)
        # The whole of an area is the whole of it: sums of shares carry rounding.
        made.data[np.abs(made.data - 1.0) < _EXACT] = 1.0
        return made

    def _from_links(self, source: str, target: str, kinds: tuple[str, ...]) -> sp.csr_array:
        held = [self._links[kind] for kind in kinds if kind in self._links]
        if not held:
            return sp.csr_array((self.size(target), self.size(source)))
        child, parent, share = (np.concatenate(columns) for columns in zip(*held, strict=True))
        wanted = (self._geography[child] == GEOGRAPHIES[source].id) & (self._geography[parent] == GEOGRAPHIES[target].id)
        places = (self._position[parent[wanted]], self._position[child[wanted]])
        return sp.csr_array((share[wanted], places), shape=(self.size(target), self.size(source)))


def _read_links() -> dict[str, tuple[Positions, Positions, Numbers]]:
    """Child, parent and share of every link, by kind."""
    with connection.cursor() as cursor:
        cursor.execute(_LINKS)
        return {
            kind: (
                np.frombuffer(child, dtype=">i4").astype(np.int64),
                np.frombuffer(parent, dtype=">i4").astype(np.int64),
                np.frombuffer(share, dtype=">f8").astype(np.float64),
            )
            for kind, child, parent, share in cursor.fetchall()
        }
