"""Small makers of families of counts for the tests of disclosure: areas in areas, with the columns that `protect` reads."""

import numpy as np
import pyarrow as pa

from geo.disclosure.family import Family, Known

KEYS = ("indicator", "geography", "area", "period", "dimension", "stratum")


def a_cell(area="E01000001", numerator=20, denominator=1500, **others):
    """One cell with its defaults valid; persons are the numerator unless said otherwise."""
    cell = {
        "indicator": "asthma",
        "geography": "lsoa21",
        "area": area,
        "period": "2021-22",
        "dimension": "",
        "stratum": "all",
        "numerator": numerator,
        "denominator": denominator,
        "persons": numerator,
        "providers": None,
        "largest": None,
    }
    return {**cell, **others}


def table_of(cells):
    """The cells as a table."""
    floats = {"largest", "second"}
    words = set(KEYS)
    names = list(dict.fromkeys(name for cell in cells for name in cell))
    kinds = {name: pa.float64() if name in floats else pa.string() if name in words else pa.int64() for name in names}
    return pa.table({name: pa.array([cell.get(name) for cell in cells], kinds[name]) for name in names})


def nesting_of(pairs):
    """(child set, child, parent set, parent), each a row."""
    names = ("child_geography", "child", "parent_geography", "parent")
    columns = list(zip(*pairs, strict=True)) or [[], [], [], []]
    return pa.table({name: pa.array(list(column), pa.string()) for name, column in zip(names, columns, strict=True)})


def a_family(pairs=(), measures=None, **others):
    return Family(nesting_of(list(pairs)), measures or {"asthma": "events"}, **others)


def a_system(counts, people=None, *, per_msoa=5, per_lad=6, kind="share", period="2021-22"):
    """LSOAs with these counts (and people) in MSOAs in districts in England: their cells and the nesting, all sums exact."""
    counts = np.asarray(counts)
    people = np.full(len(counts), 1500) if people is None else np.asarray(people)
    msoa = np.arange(len(counts)) // per_msoa
    lad = np.arange(msoa.max() + 1) // per_lad
    levels = {
        "lsoa21": np.arange(len(counts)),
        "msoa21": msoa,
        "lad24": lad[msoa],
        "ctry23": np.zeros(len(counts), dtype=int),
    }
    columns = {name: [] for name in (*KEYS, "numerator", "denominator", "persons")}
    for geography, of in levels.items():
        size = of.max() + 1
        columns["area"] += [f"{geography}-{at:05d}" for at in range(size)]
        sums = np.bincount(of, counts, size).astype(np.int64), np.bincount(of, people, size).astype(np.int64)
        columns["numerator"] += sums[0].tolist()
        columns["persons"] += sums[0].tolist()
        columns["denominator"] += sums[1].tolist()
        fixed = {"indicator": "asthma", "geography": geography, "period": period, "dimension": "", "stratum": "all"}
        for name, value in fixed.items():
            columns[name] += [value] * size
    pairs = [("lsoa21", f"lsoa21-{at:05d}", "msoa21", f"msoa21-{of:05d}") for at, of in enumerate(msoa)]
    pairs += [("msoa21", f"msoa21-{at:05d}", "lad24", f"lad24-{of:05d}") for at, of in enumerate(lad)]
    pairs += [("lad24", f"lad24-{at:05d}", "ctry23", "ctry23-00000") for at in range(lad.max() + 1)]
    return pa.table(columns), a_family(pairs, {"asthma": kind})


def by_area(table, *names):
    """{area: value} of one column, or {area: (values)} of several, for families whose areas differ."""
    rows = table.to_pylist()
    return {row["area"]: row[names[0]] if len(names) == 1 else tuple(row[name] for name in names) for row in rows}


def a_practice_of_one(alone):
    """A network of a practice of one person (alone: whether in a state) and of others; the state again under another name, of which there
    is no cell where it has nobody to count. Two more practices are small, so that the first can hide."""
    people = {"P00": 1, "P01": 3, "P02": 4} | {f"P{at:02}": 40 + at for at in range(3, 40)}
    states = {name: alone if name == "P00" else count // 2 for name, count in people.items()}
    cells = []
    for indicator in ("state", "again"):
        counted = [name for name in people if indicator == "state" or name != "P00"]
        cells += [a_cell(name, states[name], people[name], indicator=indicator, geography="practice24") for name in counted]
        sums = (sum(of[name] for name in counted) for of in (states, people))
        cells.append(a_cell("N", *sums, indicator=indicator, geography="pcn24"))
    return table_of(cells), a_family(
        [("practice24", name, "pcn24", "N") for name in people],
        measures={"state": "share", "again": "share"},
        known=(Known(("state", "numerator"), (("again", "numerator"),)),),
    )
