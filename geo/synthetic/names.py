"""Family and given names that are common in England, by the community they are common in; put together at random they name nobody.

A pool's names are in order of how common they are taken to be: the k-th has weight 1 / (k + 12), a flattened Zipf law (chosen).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.synthetic.communities import DETAIL_NAMES, PLACE_OF
from geo.synthetic.streams import Whole, uniform
from geo.yamlfiles import read_yaml

_FLATNESS = 12

_NAMES = read_yaml(Path(__file__).parent.parent / "definitions" / "synthetic" / "names.yaml")

# Category, or community within it, to the pools of family and given names.
_POOLS = {
    **dict.fromkeys("ADEFGMPT", ("british", "british")),
    **dict.fromkeys("JK", ("muslim_south_asian", "muslim_south_asian")),
    **dict.fromkeys(("S", "W", "Afghan"), ("arab", "arab")),
    **dict.fromkeys(("Polish", "Lithuanian", "Slovak"), ("polish", "european")),
    **dict.fromkeys(("Romanian", "Roma"), ("romanian", "european")),
    **dict.fromkeys(("Turkish", "Kurdish"), ("turkish", "arab")),
    **dict.fromkeys(("Somali", "Eritrean"), ("east_african", "african")),
    "B": ("irish", "british"),
    "C": ("european", "european"),
    "H": ("indian", "indian"),
    "L": ("tamil", "indian"),
    "N": ("west_african", "african"),
    "R": ("chinese", "chinese"),
}


@dataclass(frozen=True)
class Pool:
    """Names laid end to end: those of group g at start[g] up to start[g + 1], with the share reached by each."""

    names: pa.Array
    start: Whole
    size: Whole


def _lay(lists: list[list[str]]) -> Pool:
    size = np.array([len(names) for names in lists], dtype=np.int64)
    flat = pa.array([name for names in lists for name in names], pa.string())
    return Pool(flat, np.cumsum(size) - size, size)


_FAMILY_GROUPS, _GIVEN_GROUPS = tuple(_NAMES["family"]), tuple(_NAMES["given"])
FAMILY = _lay([text.split() for text in _NAMES["family"].values()])
# Of men and of women by turns.
GIVEN = _lay([text.split() for both in _NAMES["given"].values() for text in (both["men"], both["women"])])


def _pool_table(part: int, groups: tuple[str, ...]) -> NDArray[np.int64]:
    """Pool by category (rows) and community (columns)."""
    table = np.empty((len(PLACE_OF), len(DETAIL_NAMES)), dtype=np.int64)
    for code, row in PLACE_OF.items():
        for column, name in enumerate(DETAIL_NAMES):
            table[row, column] = groups.index(_POOLS.get(name, _POOLS[code])[part])
    return table


_FAMILY_POOL, _GIVEN_POOL = _pool_table(0, _FAMILY_GROUPS), _pool_table(1, _GIVEN_GROUPS)


def family_names(seed: int, index: Whole, category: Whole, detail: Whole) -> Whole:
    """A place in FAMILY.names for each person, by index (of the household's first member, where a household shares its name)."""
    return _draw(uniform(seed, "names/family", index), FAMILY, _FAMILY_POOL[category, detail])


def given_names(seed: int, index: Whole, category: Whole, detail: Whole, sex: NDArray[np.int8]) -> Whole:
    """A place in GIVEN.names for each person. sex: 1 male, 2 female."""
    return _draw(uniform(seed, "names/given", index), GIVEN, 2 * _GIVEN_POOL[category, detail] + sex - 1)


def _draw(drawn: NDArray[np.float64], pool: Pool, group: Whole) -> Whole:
    """The place of a name of the group: the continuous form of weights 1 / (k + 12), so that no table is needed."""
    size = pool.size[group]
    place = (_FLATNESS * ((size + _FLATNESS) / _FLATNESS) ** drawn - _FLATNESS).astype(np.int64)
    return pool.start[group] + np.minimum(place, size - 1)
