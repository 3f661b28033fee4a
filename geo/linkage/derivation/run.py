"""The step of derivation: from linked records to the exact long table cells.parquet, with its manifest. Nothing of it may leave as it is.

The same records give the same table on every engine; the digest in the manifest is of what the sorted table says.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.errors import InputError
from geo.linkage.derivation import admissions, practice_events, records, screening, vaccinations
from geo.linkage.derivation.cubes import CELLS_SCHEMA, Summed, cells_of, empty_cells
from geo.linkage.derivation.definitions import Derivation, derivations
from geo.linkage.derivation.facts import Counted, Scene
from geo.linkage.derivation.inputs import Inputs
from geo.linkage.derivation.inside import INSIDE_SCHEMA, empty_inside, inside_of
from geo.linkage.derivation.people import Register, register_of
from geo.linkage.derivation.windows import windows
from geo.linkage.files import whole
from geo.linkage.lanes import in_lanes, lanes_of
from geo.linkage.manifest import Facts, Step

CELLS, STEP = "cells.parquet", "derive"
# Counts that detection alone reads.
INSIDE = "inside.parquet"
_ORDER = ("indicator", "geography", "dimension", "period", "stratum", "area")
_HERE = Path(__file__).parent
_CODE = (("*.py", _HERE), *(("*.yaml", _HERE.parents[1] / "definitions" / folder) for folder in ("baskets", "strata")))

Progress = Callable[[str], None]
Rule = Callable[[Scene], Counted]


def derivation_step(inputs: Inputs, out: Path, names: Sequence[str] = (), progress: Progress = lambda _: None) -> Step:
    """The step that derives all verified derivations, or those that are named, into out/cells.parquet; run it by the ledger of linkage.

    Beside it stands out/inside.parquet, which is for detection alone and never leaves.

    What it depends on besides its inputs: code and definitions of derivation, days, areas. The engine is not among them: results are the
    same. Its facts hold exact counts, so its manifest stays on the secure side. Raises InputError for a name that there is none of; running
    it raises LinkageError where inputs are absent or the table cannot be written.
    """
    chosen = choose(names)
    parameters = {
        "code": code_version(chosen),
        "first": str(inputs.first),
        "last": str(inputs.last),
        "areas": [_digest(table) for table in (inputs.areas, inputs.networks) if table is not None],
        "derivations": {each.name: _told(each) for each in chosen},
    }
    return Step(
        STEP, inputs.files(), {"cells": out / CELLS, "inside": out / INSIDE}, lambda: derive(inputs, out, chosen, progress), parameters
    )


def derive(inputs: Inputs, out: Path, chosen: Sequence[Derivation], progress: Progress = lambda _: None) -> Facts:
    """Derive into out/cells.parquet and out/inside.parquet.

    Gives the facts of the step: engine, digest, numerator and denominator of the country, seconds.
    """
    register = register_of(inputs)
    with lanes_of(inputs.engine) as engines:
        lanes = [(replace(inputs, engine=engine), register.on(engine)) for engine in engines]
        made = in_lanes(
            len(lanes),
            [()] * len(chosen),
            lambda place, lane: _derived(*lanes[lane], chosen[place]),
            lambda place: progress(chosen[place].name),
        )
    found, inside = [empty_cells(), *(cells for cells, _, _ in made)], [empty_inside(), *(counts for _, counts, _ in made)]
    seconds = {derivation.name: each for derivation, (_, _, each) in zip(chosen, made, strict=True)}
    table = sorted_table(pl.concat(found))
    with whole(out / INSIDE) as partial:
        pq.write_table(pl.concat(inside).sort(INSIDE_SCHEMA.names).to_arrow().cast(INSIDE_SCHEMA), partial, compression="zstd")
    with whole(out / CELLS) as partial:
        pq.write_table(table, partial, compression="zstd")
    return {"engine": inputs.engine.name, "digest": _digest(table), "sums": _sums(pl.concat(found)), "seconds": seconds}


def _derived(inputs: Inputs, register: Register, derivation: Derivation) -> tuple[pl.DataFrame, pl.DataFrame, float]:
    """Cells of one derivation, its counts for detection, and the seconds by the clock that they took."""
    began = time.perf_counter()
    summed = summed_of_one(inputs, register, derivation)
    cells, inside = (empty_cells(), empty_inside()) if summed is None else (cells_of(summed), inside_of(summed))
    return cells, inside, round(time.perf_counter() - began, 2)


def choose(names: Sequence[str] = ()) -> tuple[Derivation, ...]:
    """The derivations of these names, or all that are verified. Raises InputError for a name that there is none of."""
    known = derivations()
    for name in names:
        if name not in known:
            raise InputError(f"There is no derivation {name!r}.", parameter="derivation", found=name, valid=tuple(known))
    return tuple(known[name] for name in names) if names else tuple(each for each in known.values() if each.status == "verified")


def cells_of_one(inputs: Inputs, register: Register, derivation: Derivation) -> pl.DataFrame:
    """The long table of one derivation; without rows where records tell of no whole period."""
    summed = summed_of_one(inputs, register, derivation)
    return empty_cells() if summed is None else cells_of(summed)


def summed_of_one(inputs: Inputs, register: Register, derivation: Derivation) -> Summed | None:
    """What one derivation counted; None where records tell of no whole period."""
    found = windows(
        derivation.kinds, first=inputs.first, last=inputs.last, reference=derivation.reference, lag_months=derivation.lag_months
    )
    if not found:
        return None
    scene = Scene(inputs, register, derivation, found)
    return Summed(scene, RULES[derivation.rule](scene))


def sorted_table(cells: pl.DataFrame) -> pa.Table:
    """The rows in one order, as columns of CELLS_SCHEMA."""
    table = cells.sort(list(_ORDER)).to_arrow()
    return table.cast(CELLS_SCHEMA).combine_chunks()


def code_version(chosen: Sequence[Derivation]) -> str:
    """A digest of the code and of these derivations, which changes whenever their counts may, and not for words of the service."""
    found = hashlib.sha256(repr(sorted(chosen, key=lambda each: each.name)).encode())
    for pattern, folder in _CODE:
        for path in sorted(folder.glob(pattern)):
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def _digest(table: pa.Table) -> str:
    """A digest of what a table of texts and numbers says, row by row in its order: the same whichever engine made it."""
    found = hashlib.sha256()
    for name in table.column_names:
        column = table[name]
        found.update(name.encode() + b"\0" + column.is_valid().cast(pa.int8()).to_numpy().tobytes())
        if pa.types.is_string(column.type):
            texts = column.fill_null("").combine_chunks()
            found.update(pc.binary_join(pa.ListArray.from_arrays([0, len(texts)], texts), "\n")[0].as_buffer())
        else:
            found.update(column.fill_null(0).to_numpy().tobytes())
    return found.hexdigest()


def _sums(cells: pl.DataFrame) -> dict[str, list[int]]:
    """Numerator and denominator of each indicator in the country, over all periods."""
    whole_country = cells.filter((pl.col("geography") == "ctry23") & (pl.col("dimension") == ""))
    sums = whole_country.group_by("indicator").agg(pl.col("numerator", "denominator").sum()).sort("indicator")
    return {row["indicator"]: [row["numerator"], row["denominator"]] for row in sums.to_dicts()}


def _told(derivation: Derivation) -> Mapping[str, Any]:
    told = {each.slug: {"kind": each.kind, "unit": each.unit, "basket": each.basket} for each in derivation.indicators}
    return {"version": derivation.version, "status": derivation.status, "indicators": told}


RULES: Mapping[str, Rule] = {
    "admissions": admissions.counted,
    "screening": screening.counted,
    "screening-uptake": screening.uptake,
    "childhood": vaccinations.childhood,
    "flu": vaccinations.flu,
    "severe-mental-illness": practice_events.severe_mental_illness,
    "conditions": practice_events.conditions,
    "completeness": records.completeness,
    "opt-outs": records.opt_outs,
    "linkage": records.linkage,
}
