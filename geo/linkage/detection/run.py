"""The step between derivation and disclosure: clusters of neighbourhoods found on exact counts, where protected ones cannot show them.

What it writes stays on the secure side. Of it only membership leaves, by the rules of geo/disclosure/detections.py.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from scipy import sparse

from geo.cores import on_every_core
from geo.geography.adjacency import Weights
from geo.linkage.derivation.definitions import derivations
from geo.linkage.detection.maps import REPLICATES, Found, Map, find_all, joined
from geo.linkage.detection.together import stand_out
from geo.linkage.detection.usual import Numbers, Scene
from geo.linkage.files import write_json
from geo.linkage.manifest import Facts, Step

DETECTED, STEP = "detected.json", "detect"
GEOGRAPHY = "lsoa21"
PLACES_SCHEMA = pa.schema([("lsoa21", pa.string()), ("decile", pa.int64()), ("x", pa.float64()), ("y", pa.float64())])
NEIGHBOURS_SCHEMA = pa.schema([("lsoa21", pa.string()), ("neighbour", pa.string())])
WINDOW, SPOT = "scan_window", "hot_spot"
# What is taken account of, and how that is called where findings are stored.
TAKEN, ADJUSTMENT = ("age", "ethnic group", "deprivation"), "age_sex_deprivation"
# Fewer neighbourhoods than this are no map, and fewer persons with the event nothing to look for clusters among.
FEWEST_AREAS, FEWEST_PERSONS = 30, 20
# Neighbourhoods of all maps together that are worth processes of their own.
_MANY = 5_000
# The least p of the coarser of the two tests, whose sides are doubled.
_RESOLUTION = 2 / (REPLICATES + 1)
_HERE = Path(__file__).parent
_CODE = (_HERE, _HERE.parents[1] / "statistics")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Places:
    """Neighbourhoods with decile (1 = most deprived) and point (EPSG:27700, metres), and which of them share a boundary or a corner."""

    areas: pa.Table
    neighbours: pa.Table

    def digest(self) -> str:
        """A digest of what they say, whatever the order of rows."""
        rows = [sorted(map(repr, table.to_pylist())) for table in (self.areas, self.neighbours)]
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Asked:
    """One indicator's map. since, period: first and last of the periods counted together; codes: of its neighbourhoods, in order."""

    indicator: str
    since: str
    period: str
    codes: list[str]
    map: Map

    def named(self, kind: str) -> str:
        """The name of the question of one kind."""
        return f"{self.indicator} {kind}"


def detection_step(derived: Path, places: Places, progress: Progress = lambda _: None) -> Step:
    """The step that reads derived/cells.parquet and inside.parquet and writes derived/detected.json; run it by the ledger of linkage."""
    inputs = {"cells": derived / "cells.parquet", "inside": derived / "inside.parquet"}
    parameters = {"code": code_version(), "places": places.digest(), "replicates": REPLICATES}
    return Step(STEP, inputs, {"detected": derived / DETECTED}, lambda: detect(derived, places, progress), parameters)


def detect(derived: Path, places: Places, progress: Progress = lambda _: None) -> Facts:
    """Put every question, judge all together, write what was found; facts: how many questions and sets."""
    cells, inside = (pl.read_parquet(derived / f"{name}.parquet") for name in ("cells", "inside"))
    asked = [one for slug, kind in _asked().items() if (one := _read(cells, inside, slug, kind, places))]
    refusals = [_refusal(one.map.scene) for one in asked]
    maps = {one.indicator: one.map for one, refusal in zip(asked, refusals, strict=True) if not refusal}
    progress(f"{len(maps)} maps")
    sizes = [len(map_.scene) for map_ in maps.values()]
    searched = on_every_core(find_all, [(map_,) for map_ in maps.values()], sizes, many=_MANY)
    of_map = {indicator: dict(zip((WINDOW, SPOT), each, strict=True)) for indicator, each in zip(maps, searched, strict=True)}
    told = [(one, kind, refusal) for one, refusal in zip(asked, refusals, strict=True) for kind in (WINDOW, SPOT)]
    found = {one.named(kind): of_map[one.indicator][kind] for one, kind, refusal in told if not refusal}
    standing = stand_out(found, resolution=_RESOLUTION)
    answers = [_answer(one, kind, refusal, standing.get(one.named(kind), [])) for one, kind, refusal in told]
    write_json(derived / DETECTED, answers)
    return {"questions": len(answers), "sets": sum(len(each["sets"]) for each in answers)}


@cache
def code_version() -> str:
    """A digest of the code of detection and of the statistics it uses."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted(folder.glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _asked() -> dict[str, str]:
    """Indicators that are looked at, with their kinds."""
    verified = (each for each in derivations().values() if each.status == "verified")
    return {one.slug: one.kind for each in verified for one in each.indicators if one.detect}


def _refusal(scene: Scene) -> str:
    """Why a map is not put to the question, "" where it is."""
    if len(scene) < FEWEST_AREAS:
        return "too_few_areas"
    without = scene.people.sum() - scene.persons.sum() if scene.is_share else np.inf
    return "too_few_people" if min(scene.persons.sum(), without) < FEWEST_PERSONS else ""


def _answer(one: _Asked, kind: str, refusal: str, sets: list[Found]) -> dict[str, Any]:
    """One question with the sets that stand out, in order of code; p stays on the secure side."""
    whole = joined(sets, one.map.neighbours) if kind == SPOT else sets
    told = [{"direction": each.direction, "areas": [one.codes[at] for at in each.members], "p": each.p} for each in whole]
    return {
        "indicator": one.indicator,
        "geography": GEOGRAPHY,
        "since": one.since,
        "period": one.period,
        "kind": kind,
        "adjustment": ADJUSTMENT,
        "taken_account_of": list(TAKEN),
        "reason": refusal,
        "sets": sorted(told, key=lambda each: each["areas"]),
    }


def _read(cells: pl.DataFrame, inside: pl.DataFrame, slug: str, kind: str, places: Places) -> _Asked | None:
    """The newest periods of an indicator as a map; None where it was not derived."""
    parts = inside.filter(pl.col("indicator") == slug)
    if parts.is_empty():
        return None
    since, period = str(parts["since"][0]), str(parts["period"][0])
    mine = cells.filter((pl.col("indicator") == slug) & (pl.col("geography") == GEOGRAPHY) & (pl.col("dimension") == ""))
    mine = mine.filter(pl.col("period").is_between(pl.lit(since), pl.lit(period)))
    mine = mine.group_by("area").agg(pl.col("persons", "denominator").sum())
    known = pl.DataFrame(places.areas.select(PLACES_SCHEMA.names).cast(PLACES_SCHEMA))
    laid = mine.join(known, left_on="area", right_on="lsoa21", how="inner").sort("area")
    codes = laid["area"].to_list()
    at_risk, events = (_by_part(parts, codes, name) for name in ("denominator", "numerator"))
    scene = Scene(
        _numbers(laid["persons"]), _numbers(laid["denominator"]), events, at_risk, laid["decile"].to_numpy(), kind == "proportion"
    )
    coordinates = np.column_stack([laid["x"].to_numpy(), laid["y"].to_numpy()])
    return _Asked(slug, since, period, codes, Map(scene, coordinates, _neighbours(places, codes), _seed(slug, period, codes, scene)))


def _by_part(parts: pl.DataFrame, codes: list[str], name: str) -> Numbers:
    """Counts by neighbourhood and part of the people, (areas, parts)."""
    keys = parts.select("band", "group").unique().sort("band", "group").with_row_index("column")
    rows = pl.DataFrame({"area": codes}).with_row_index("row")
    placed = parts.join(keys, on=["band", "group"]).join(rows, on="area")
    found = np.zeros((len(codes), len(keys)))
    found[placed["row"].to_numpy(), placed["column"].to_numpy()] = placed[name].to_numpy()
    return found


def _neighbours(places: Places, codes: list[str]) -> Weights:
    """Which of these neighbourhoods are neighbours, symmetric, without themselves."""
    row = {code: at for at, code in enumerate(codes)}
    pairs = zip(places.neighbours["lsoa21"].to_pylist(), places.neighbours["neighbour"].to_pylist(), strict=True)
    known = sorted({pair for a, b in pairs if a != b and a in row and b in row for pair in ((row[a], row[b]), (row[b], row[a]))})
    first, second = (np.array([pair[at] for pair in known], dtype=np.intp) for at in (0, 1))
    return sparse.csr_array((np.ones(len(known)), (first, second)), shape=(len(codes), len(codes)))


def _numbers(column: pl.Series) -> Numbers:
    return column.to_numpy().astype(np.float64)


def _seed(slug: str, period: str, codes: list[str], scene: Scene) -> int:
    """A seed that is a function of the counts: the same counts give the same clusters on every engine."""
    digest = hashlib.sha256("|".join((slug, period, *codes)).encode() + scene.persons.tobytes() + scene.people.tobytes())
    return int.from_bytes(digest.digest()[:8], "big")
