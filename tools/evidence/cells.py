"""H3 cells: time, totals, nobody lost, and the error of moving people, held out one level up. Writes docs/evidence/cells.md.

Hold-out: counts of the Census of wider neighbourhoods (MSOA) are shared to their neighbourhoods (LSOA) by the rule that shares those to
cells, and held against what the Census counted there; beside it the same by surface. Exits 1 where a bar is missed. Reads the database
that `prepare` filled; takes about a minute.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from h3ronpy.vector import wkb_to_cells

django.setup()

from geo.crs import BRITISH_NATIONAL_GRID, WGS84  # noqa: E402
from geo.geography.boundaries import read_wkb, reproject, transform_points  # noqa: E402
from geo.geography.cells import ADAPTED, MIXED, CellWeights, resolutions_of, weigh, weigh_by_surface  # noqa: E402
from geo.models import Cell, Release  # noqa: E402
from geo.queries.catalogue import get_release  # noqa: E402
from geo.queries.catchment_figures import Column  # noqa: E402
from geo.queries.cell_figures import area_figures, get_cells, list_columns, weights_of  # noqa: E402
from geo.releases.tables import read_query, read_staging  # noqa: E402

FILE = Path(__file__).resolve().parents[2] / "docs" / "evidence" / "cells.md"
SECONDS_OF_ALL, SECONDS_OF_ONE, SECONDS_OF_INDICATOR, CONSERVED = 60.0, 20.0, 0.2, 1e-9
LOST_BY_CENTROIDS = 11_305
POSTCODES, SURFACE, PEOPLE = "postcodes", "surface", "people"
_AREAS = """
SELECT a.id, a.code, a.feature_id, coalesce(a.population, 0) AS population, ST_X(a.centroid_27700) AS east, ST_Y(a.centroid_27700) AS north
FROM geo_area AS a INNER JOIN geo_geography AS g ON a.geography_id = g.id
WHERE g.slug = %s AND a.feature_id > 0 ORDER BY a.feature_id
"""
_POSTCODES = """
SELECT a.feature_id - 1 AS area, p.easting::float8 AS east, p.northing::float8 AS north
FROM geo_postcode AS p INNER JOIN geo_area AS a ON p.lsoa21_id = a.id WHERE p.easting IS NOT NULL ORDER BY p.postcode
"""
_SHAPES = """
SELECT ST_AsBinary(a.geometry_27700) AS shape FROM geo_area AS a INNER JOIN geo_geography AS g ON a.geography_id = g.id
WHERE g.slug = %s AND a.feature_id > 0 ORDER BY a.feature_id
"""


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and its seconds."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def degrees(east: pd.Series, north: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude."""
    longitude, latitude = transform_points(east.to_numpy(float), north.to_numpy(float), source=BRITISH_NATIONAL_GRID, target=WGS84)
    return latitude, longitude


def shapes_of(slug: str) -> np.ndarray:
    """Shapes of a geography, EPSG:27700."""
    return read_wkb([bytes(shape) for shape in read_query(_SHAPES, [slug])["shape"].to_pylist()])


def misplaced(estimated: np.ndarray, counted: np.ndarray) -> float:
    """The share of people that would have to move for the estimate to be what was counted."""
    return float(np.abs(estimated - counted).sum() / 2 / counted.sum())


def shared(counts: np.ndarray, parent: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Counts of wider areas shared to their parts by a weight, as cells share them."""
    total = np.bincount(parent, counts)
    return total[parent] * weight / np.bincount(parent, weight)[parent]


def held_out(areas: pd.DataFrame, postcodes: pd.DataFrame, surface: np.ndarray) -> tuple[list[str], dict[str, float]]:
    """Lines of the tables, and people misplaced by each rule."""
    pairs = read_staging("lsoa21_msoa21", ["lsoa21_code", "msoa21_code"]).to_pandas().set_index("lsoa21_code")["msoa21_code"]
    parent = pd.factorize(areas["code"].map(pairs))[0]
    ages = read_staging("census2021_age_lsoa21").to_pandas().set_index("lsoa21_code").loc[areas["code"]]
    groups = read_staging("census2021_ethnicity_lsoa21").to_pandas().set_index("lsoa21_code").loc[areas["code"]]
    total = ages["total"].to_numpy(float)
    number = np.maximum(np.bincount(postcodes["area"], minlength=len(areas)), 1)
    rules = {POSTCODES: number.astype(float), SURFACE: surface, PEOPLE: total}
    columns = {"everybody": total}
    columns |= {name.replace("aged_", "").replace("_", "-"): ages[name].to_numpy(float) for name in ages if name.startswith("aged_")}
    columns |= {name: groups[name].to_numpy(float) for name in ("asian", "black", "mixed", "white", "other")}
    lines = ["| people of the Census 2021 | by postcodes | by surface | by all people |", "|---|---|---|---|"]
    found = {}
    for name, counted in columns.items():
        errors = {rule: misplaced(shared(counted, parent, weight), counted) for rule, weight in rules.items()}
        found = found or errors
        lines.append(f"| {name} | " + " | ".join(f"{errors[rule]:.1%}" for rule in rules) + " |")
    lines += ["", "Estimated over counted people, by fifth of neighbourhoods from the emptiest to the densest:", ""]
    lines += ["| fifth by people per km2 | by postcodes | by surface |", "|---|---|---|"]
    fifth = pd.qcut(total / surface, 5, labels=False)
    for at in range(5):
        ratios = [shared(total, parent, rules[rule])[fifth == at].sum() / total[fifth == at].sum() for rule in (POSTCODES, SURFACE)]
        lines.append(f"| {at + 1} | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")
    return lines, found


def by_surface(weights: CellWeights, areas: pd.DataFrame, middles: tuple[np.ndarray, np.ndarray]) -> list[str]:
    """How the second method differs in cells."""
    shapes = reproject(shapes_of("lsoa21"), source=BRITISH_NATIONAL_GRID, target=WGS84)
    surface, seconds = timed(lambda: weigh_by_surface(list(shapely.to_wkb(shapes)), middles))
    people = areas["population"].to_numpy(float)
    lines = [f"Weights by surface at resolution 10 take {seconds:.0f} s ({surface.matrix.nnz:,} pairs).", ""]
    lines += ["| resolution | people in another cell than by postcodes | in cells without a postcode |", "|---|---|---|"]
    for resolution in (6, 7, 8, 9):
        one, other = weights.coarser(resolution), surface.coarser(resolution)
        cells = np.union1d(one.cells, other.cells)
        lives, spread = np.zeros(len(cells)), np.zeros(len(cells))
        lives[np.searchsorted(cells, one.cells)], spread[np.searchsorted(cells, other.cells)] = one.move(people), other.move(people)
        lines.append(f"| {resolution} | {misplaced(spread, lives):.1%} | {spread[lives == 0].sum() / people.sum():.1%} |")
    return lines


def resolutions(weights: CellWeights, areas: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The table of resolutions, and what misses a bar."""
    people = areas["population"].to_numpy(float)
    lines = [
        "| resolution | cells | pairs | neighbourhoods lost | total off by | people from neighbourhoods that lie in the cell |",
        "|---|---|---|---|---|---|",
    ]
    faults = []
    for resolution in (6, 7, 8, 9, 10):
        each = weights.coarser(resolution)
        lost = int((np.asarray(each.matrix.sum(axis=0)).ravel() < 1 - CONSERVED).sum())
        off = abs(each.move(people).sum() / people.sum() - 1)
        inside = np.nansum(each.reliability(people) * each.move(people)) / people.sum()
        lines.append(f"| {resolution} | {len(each.cells):,} | {each.matrix.nnz:,} | {lost} | {off:.0e} | {inside:.1%} |")
        faults += [f"resolution {resolution} loses {lost} neighbourhoods or {off:.0e} of people"] if lost or off > CONSERVED else []
    return lines, faults


def indicators() -> tuple[list[str], list[str]]:
    """Every indicator of the newest published release of published files, moved: milliseconds and totals."""
    newest = Release.objects.filter(state=Release.State.PUBLISHED, is_synthetic=False).order_by("-published_at").first()
    if newest is None:
        return ["No release of published files stands here."], []
    columns = list(list_columns(get_release(newest.slug)))
    rows, faults = [], []
    for size in (MIXED, *ADAPTED):
        for slug in {column.part.geography.slug for column in columns if column.part}:
            get_cells(next(column for column in columns if column.part and column.part.geography.slug == slug), size)
        # The faster of two, for others work on the machine as well.
        spent = [min(timed(lambda column=column, size=size: get_cells(column, size))[1] for _ in range(2)) for column in columns]
        off = max(lost_of(column, size) for column in columns)
        name = "drawn set" if size == MIXED else str(size)
        rows.append(f"| {name} | {len(columns)} | {np.median(spent) * 1e3:.0f} | {max(spent) * 1e3:.0f} | {off:.0e} |")
        if max(spent) > SECONDS_OF_INDICATOR or off > CONSERVED:
            faults.append(f"{name}: an indicator takes {max(spent):.2f} s or loses {off:.0e}")
    return ["| cells | figures | median ms | slowest ms | totals off by |", "|---|---|---|---|---|", *rows], faults


def lost_of(column: Column, size: int) -> float:
    """The share of a column's total that is not in its cells."""
    counts = np.nan_to_num(area_figures(column).numerator)
    slug = column.part.geography.slug if column.part else ""
    return float(abs(weights_of(slug, size).move(counts).sum() / counts.sum() - 1))


def drawn() -> list[str]:
    """The adaptive set."""
    cells = pd.DataFrame(Cell.objects.values("h3", "people"))
    cells["resolution"] = resolutions_of(cells["h3"].to_numpy(np.uint64))
    lines = ["| resolution | cells | million people | median people | cells below 1,000 |", "|---|---|---|---|---|"]
    for resolution, part in cells.groupby("resolution"):
        few = int((part["people"] < 1_000).sum())
        lines.append(f"| {resolution} | {len(part):,} | {part['people'].sum() / 1e6:.1f} | {part['people'].median():,.0f} | {few:,} |")
    return lines


def main() -> int:
    """Measure, write, and say what misses a bar."""
    areas = read_query(_AREAS, ["lsoa21"]).to_pandas()
    postcodes = read_query(_POSTCODES).to_pandas()
    middles = degrees(areas["east"], areas["north"])
    weights, of_finest = timed(lambda: weigh(postcodes["area"].to_numpy(np.intp), degrees(postcodes["east"], postcodes["north"]), middles))
    of_eight = of_finest + timed(lambda: weights.coarser(8))[1]
    of_all = of_finest + sum(timed(lambda size=size: weights.coarser(size))[1] for size in (6, 7, 8, 9))
    older = reproject(shapes_of("lsoa11"), source=BRITISH_NATIONAL_GRID, target=WGS84)
    lost = without_a_middle(older, 8)
    table, faults = resolutions(weights, areas)
    surface = shapely.area(shapes_of("lsoa21"))
    lines, errors = held_out(areas, postcodes, surface)
    moved, more = indicators()
    faults += more
    faults += [f"weights take {of_all:.0f} s"] if of_all > SECONDS_OF_ALL or of_eight > SECONDS_OF_ONE else []
    faults += ["surface is no worse than postcodes"] if errors[SURFACE] <= errors[POSTCODES] else []
    write(
        f"Weights of {len(areas):,} neighbourhoods (LSOA 2021) by {len(postcodes):,} live postcodes: all of resolutions 6 to 10 in"
        f" {of_all:.1f} s (bar {SECONDS_OF_ALL:.0f}), resolution 8 alone in {of_eight:.1f} s (bar {SECONDS_OF_ONE:.0f}).",
        table,
        f"A join by middles of cells loses {lost:,} of {len(older):,} neighbourhoods (LSOA 2011) at resolution 8"
        f" ({LOST_BY_CENTROIDS:,} were reported).",
        moved,
        drawn(),
        lines,
        by_surface(weights, areas, middles),
    )
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def without_a_middle(shapes: np.ndarray, resolution: int) -> int:
    """How many shapes (degrees) hold the middle of no cell."""

    return int((np.diff(np.asarray(pa.array(wkb_to_cells(list(shapely.to_wkb(shapes)), resolution)).offsets)) == 0).sum())


def write(*parts: str | list[str]) -> None:
    """The page."""
    texts = ["\n".join(part) if isinstance(part, list) else part for part in parts]
    speed, table, lost, moved, drawn_set, hold_out, surface = texts
    FILE.write_text(
        f"""# H3 cells: time, totals, and the error of moving people

Written by `tools/evidence/cells.py` (`make evidence`). What the rules are is in [decision 7](../decisions/0007-cells.md).

## Weights

{speed}

{table}

{lost} By postcodes none is lost at any resolution.

## Every published indicator, moved

{moved}

Bars: {SECONDS_OF_INDICATOR} s for an indicator, totals kept to 1e-9. A cell smaller than its neighbourhoods says little of its own: that is
what `reliability`, the last column of the table above, tells.

## The drawn set

{drawn_set}

## Hold-out one level up

Counts of wider neighbourhoods (MSOA 2021) shared to their neighbourhoods (LSOA 2021), each postcode alike, against what the Census of 2021
counted there: the share of people that stand in the wrong neighbourhood. "By all people" is how figures that live on wider neighbourhoods
are spread before postcodes take over. The share that an indicator is of its people is moved without this error where it is the same all
over the wider area, for numerator and denominator move alike.

{hold_out}

## By surface, the second method

As if people lived everywhere alike. Its bias: it fills open land and empties dense streets (the second table above). It is for comparison,
and for where there are no postcodes.

{surface}
""",
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
