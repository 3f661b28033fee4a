"""The step from exact counts to clusters: what it reads, what it refuses to ask, and that it is repeated bit by bit."""

import json

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.linkage.derivation.cubes import CELLS_SCHEMA
from geo.linkage.derivation.inside import INSIDE_SCHEMA
from geo.linkage.detection import maps as looked_at
from geo.linkage.detection import run
from geo.linkage.detection.run import DETECTED, NEIGHBOURS_SCHEMA, PLACES_SCHEMA, SPOT, STEP, WINDOW, Places, detection_step
from geo.linkage.manifest import Ledger
from tests.geo.linkage.detection.made_maps import AREAS, a_map

CODES = [f"E0100{at:04d}" for at in range(1, AREAS + 1)]


@pytest.fixture(autouse=True)
def few_replicates(monkeypatch):
    """So many as four questions need."""
    monkeypatch.setattr(run, "_RESOLUTION", 2 / 200)
    for name in ("find_windows", "find_spots"):
        whole = getattr(looked_at, name)
        monkeypatch.setattr(looked_at, name, lambda map_, find=whole: find(map_, replicates=199))


def derived(folder, **maps):
    """Tables of derivation that say what the maps hold, by indicator, and where it is."""
    cells, inside = [], []
    for slug, map_ in maps.items():
        scene = map_.scene
        for at, code in enumerate(CODES):
            whole = {"indicator": slug, "area": code, "period": "2025-26"}
            counts = {"numerator": int(scene.events[at].sum()), "denominator": int(scene.people[at]), "persons": int(scene.persons[at])}
            keys = {"geography": "lsoa21", "dimension": "", "stratum": "all", "providers": None, "largest": None}
            cells += [whole | keys | counts, whole | keys | counts | {"period": "2024-25", "persons": 0, "numerator": 0}]
            for band in (0, 1):
                parts = {"numerator": int(scene.events[at, band]), "denominator": int(scene.at_risk[at, band])}
                inside.append(whole | {"since": "2025-26", "band": band, "group": "white"} | parts)
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(cells, CELLS_SCHEMA), folder / "cells.parquet")
    pq.write_table(pa.Table.from_pylist(inside, INSIDE_SCHEMA), folder / "inside.parquet")
    return places(next(iter(maps.values())))


def places(map_, order=1):
    x, y = map_.coordinates.T
    areas = pa.table([CODES[::order], map_.scene.decile[::order], x[::order], y[::order]], schema=PLACES_SCHEMA)
    first, second = map_.neighbours.nonzero()
    codes = np.array(CODES)
    return Places(areas, pa.table([codes[first][::order], codes[second][::order]], schema=NEIGHBOURS_SCHEMA))


def detect(folder, where):
    """The questions that were put, by indicator and kind."""
    ledger = Ledger(folder / "manifests")
    ledger.do(detection_step(folder, where))
    return {(each["indicator"], each["kind"]): each for each in json.loads((folder / DETECTED).read_text())}, ledger


def names(cluster):
    return {CODES[at] for at in cluster}


def test_a_planted_cluster_is_found_and_a_quiet_indicator_is_not(tmp_path):
    (loud, cluster), (quiet, _) = a_map(1, factor=3.0), a_map(2, is_share=True, mean=0.6)

    found, _ = detect(tmp_path, derived(tmp_path, **{"asthma-under-19": loud, "bowel-uptake": quiet}))

    window = max(found["asthma-under-19", WINDOW]["sets"], key=lambda each: len(each["areas"]))
    assert window["direction"] == "high"
    assert len(set(window["areas"]) & names(cluster)) >= 8
    assert found["asthma-under-19", WINDOW]["period"] == "2025-26"
    assert [found["bowel-uptake", kind]["sets"] for kind in (WINDOW, SPOT)] == [[], []]


def test_the_same_tables_give_the_same_bytes_in_whatever_order_rows_and_places_come(tmp_path):
    map_, _ = a_map(1, factor=3.0)
    here, there = tmp_path / "one", tmp_path / "other"
    detect(here, derived(here, **{"asthma-under-19": map_}))
    derived(there, **{"asthma-under-19": map_})
    for name in ("cells", "inside"):
        pl.read_parquet(there / f"{name}.parquet").sample(fraction=1.0, shuffle=True, seed=3).write_parquet(there / f"{name}.parquet")
    detect(there, places(map_, order=-1))

    assert (here / DETECTED).read_bytes() == (there / DETECTED).read_bytes()


def test_what_has_not_changed_is_not_looked_at_again(tmp_path):
    map_, _ = a_map(1)
    where = derived(tmp_path, **{"asthma-under-19": map_})

    _, first = detect(tmp_path, where)
    _, again = detect(tmp_path, where)
    moved = Places(where.areas.slice(1), where.neighbours)
    _, other = detect(tmp_path, moved)

    assert (first.ran, again.ran, other.ran) == ([STEP], [], [STEP])


def test_few_events_or_few_areas_are_not_asked(tmp_path):
    few, _ = a_map(1, mean=0.02)
    where = derived(tmp_path, **{"diabetes-under-19": few})

    found, _ = detect(tmp_path, where)
    small, _ = detect(tmp_path, Places(where.areas.slice(0, 20), where.neighbours))

    assert {each["reason"] for each in found.values()} == {"too_few_people"}
    assert {each["reason"] for each in small.values()} == {"too_few_areas"}


def test_indicators_that_no_derivation_asks_to_detect_are_left_alone(tmp_path):
    map_, _ = a_map(1, factor=3.0)

    found, _ = detect(tmp_path, derived(tmp_path, **{"opted-out": map_}))

    assert found == {}
