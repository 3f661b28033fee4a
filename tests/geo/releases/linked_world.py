"""A small world of linked records for tests: hand-made exact counts of the made-up England of world.py, protected as real ones are."""

import pyarrow as pa

from geo.disclosure.atoms import protect
from geo.disclosure.family import KEYS, Family
from geo.disclosure.policies import load_policy
from geo.disclosure.protected_files import write_protected

WORLD = "ncl-small-1"
FACTS = {"world": WORLD, "policy": "hes", "engine": "duckdb", "seed": 1, "people": 4000, "systems": ["ncl"]}
# Exact counts that no protected table may show: none is a multiple of 5, and all are above those that are withheld.
EXACT = {"E01000001": (613, 907), "E01000002": (411, 803), "E01000003": (57, 901), "E01000004": (3, 702)}
PARENTS = {"msoa21": "E02", "lad24": "E07", "icb26": "E54"}
MEASURES = {
    "bowel-coverage-60-74": "share",
    "asthma-under-19": "events",
    "breast-uptake": "share",
    "acsc-chronic-bed-days": "events",
    "once-derived": "share",
}


def nesting():
    """LSOAs in MSOAs, MSOAs in districts, all in one board and in England."""
    places = {"E01000001": 1, "E01000002": 1, "E01000003": 2, "E01000004": 2}
    rows = [("lsoa21", code, "msoa21", f"E0200000{at}") for code, at in places.items()]
    rows += [("msoa21", f"E0200000{at}", "lad24", f"E0700000{at}") for at in (1, 2)]
    rows += [("lad24", f"E0700000{at}", "ctry23", "E92000001") for at in (1, 2)]
    names = ("child_geography", "child", "parent_geography", "parent")
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})


def exact_cells(counts=EXACT, indicator="bowel-coverage-60-74", period="2023-24", **groups):
    """The exact long table: neighbourhoods and their sums. groups: stratum -> (dimension, numerator, denominator) of England."""
    levels = {"lsoa21": counts, "msoa21": {}, "lad24": {}, "ctry23": {"E92000001": _sum(counts.values())}}
    for at, codes in ((1, ("E01000001", "E01000002")), (2, ("E01000003", "E01000004"))):
        whole = _sum(counts[code] for code in codes if code in counts)
        levels["msoa21"][f"E0200000{at}"] = levels["lad24"][f"E0700000{at}"] = whole
    rows = [
        (indicator, geography, area, period, "", "all", *pair)
        for geography, found in levels.items()
        for area, pair in found.items()
        if pair[1]
    ]
    rows += [(indicator, "ctry23", "E92000001", period, dimension, stratum, *pair) for stratum, (dimension, *pair) in groups.items()]
    return table(rows)


def table(rows):
    """Rows of keys, numerator and denominator as the long table."""
    columns = list(zip(*rows, strict=True))
    found = {name: pa.array(columns[at], pa.string()) for at, name in enumerate(KEYS)}
    found |= {"numerator": pa.array(columns[6], pa.int64()), "denominator": pa.array(columns[7], pa.int64())}
    return pa.table({**found, "persons": found["numerator"]})


def protected_world(data, *tables, facts=FACTS):
    """Protect the tables together and put what may leave below `data`; gives the folder of the world."""
    cells = pa.concat_tables(tables or [exact_cells()])
    found = protect(cells, load_policy("hes"), Family(nesting(), MEASURES))
    folder = data / "protected" / facts["world"]
    write_protected(found.table, folder, {**facts, "disclosure": found.facts})
    return folder


def _sum(pairs):
    pairs = list(pairs)
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
