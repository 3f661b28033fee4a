"""The step of derivation: from linked records to the exact long table cells.parquet, with its manifest. Nothing of it may leave as it is.

The same records give the same table on every engine; the digest in the manifest is of what the sorted table says.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import InputError
from geo.linkage.derivation import admissions, practice_events, records, screening, vaccinations
from geo.linkage.derivation.cubes import CELLS_SCHEMA, cells_of, empty_cells
from geo.linkage.derivation.definitions import Derivation, derivations
from geo.linkage.derivation.facts import Counted, Scene
from geo.linkage.derivation.inputs import Inputs
from geo.linkage.derivation.people import Register, register_of
from geo.linkage.derivation.windows import windows
from geo.linkage.files import sha256, whole, write_json

CELLS, MANIFEST = "cells.parquet", "manifest.json"
_ORDER = ("indicator", "geography", "dimension", "period", "stratum", "area")
_HERE = Path(__file__).parent
_CODE = (("*.py", _HERE), *(("*.yaml", _HERE.parents[1] / "definitions" / folder) for folder in ("derivations", "baskets", "strata")))

Progress = Callable[[str], None]
Rule = Callable[[Scene], Counted]


@dataclass(frozen=True)
class Derived:
    """What one derivation gave."""

    name: str
    cells: pl.DataFrame
    seconds: float


def derive(inputs: Inputs, out: Path, names: Sequence[str] = (), progress: Progress = lambda _: None) -> dict[str, Any]:
    """Derive all verified derivations, or those that are named, into out/cells.parquet, and give the manifest that stands beside it.

    Raises InputError for a name that there is none of, LinkageError where inputs are absent or the table cannot be written.
    """
    chosen = choose(names)
    register = register_of(inputs)
    found = []
    for derivation in chosen:
        progress(derivation.name)
        began = time.perf_counter()
        found.append(Derived(derivation.name, cells_of_one(inputs, register, derivation), round(time.perf_counter() - began, 2)))
    table = sorted_table(pl.concat([each.cells for each in found]) if found else empty_cells())
    with whole(out / CELLS) as partial:
        pq.write_table(table, partial, compression="zstd")
    manifest = _manifest(inputs, chosen, found, table) | {"sha256": sha256(out / CELLS)}
    write_json(out / MANIFEST, manifest)
    return manifest


def choose(names: Sequence[str] = ()) -> tuple[Derivation, ...]:
    """The derivations of these names, or all that are verified. Raises InputError for a name that there is none of."""
    known = derivations()
    for name in names:
        if name not in known:
            raise InputError(f"There is no derivation {name!r}.", parameter="derivation", found=name, valid=tuple(known))
    return tuple(known[name] for name in names) if names else tuple(each for each in known.values() if each.status == "verified")


def cells_of_one(inputs: Inputs, register: Register, derivation: Derivation) -> pl.DataFrame:
    """The long table of one derivation; without rows where records tell of no whole period."""
    found = windows(
        derivation.kinds, first=inputs.first, last=inputs.last, reference=derivation.reference, lag_months=derivation.lag_months
    )
    if not found:
        return empty_cells()
    scene = Scene(inputs, register, derivation, found)
    return cells_of(scene, RULES[derivation.rule](scene))


def sorted_table(cells: pl.DataFrame) -> pa.Table:
    """The rows in one order, as columns of CELLS_SCHEMA."""
    table = cells.sort(list(_ORDER)).to_arrow()
    return table.cast(CELLS_SCHEMA).combine_chunks()


def digest(table: pa.Table) -> str:
    """A digest of what a table says, row by row in its order: the same whichever engine made it."""
    found = hashlib.sha256()
    for name in table.column_names:
        column = table[name].combine_chunks()
        values = column.cast(pa.large_string()) if pa.types.is_string(column.type) else column
        found.update(name.encode() + b"\0")
        found.update(values.is_valid().cast(pa.int8()).to_numpy(zero_copy_only=False).tobytes())
        if pa.types.is_large_string(values.type):
            found.update("\n".join(values.fill_null("").to_pylist()).encode())
        else:
            found.update(values.fill_null(0).to_numpy(zero_copy_only=False).tobytes())
    return found.hexdigest()


@cache
def code_version() -> str:
    """A digest of the code and the definitions of this step, which changes whenever counts may."""
    found = hashlib.sha256()
    for pattern, folder in _CODE:
        for path in sorted(folder.glob(pattern)):
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def _manifest(inputs: Inputs, chosen: Sequence[Derivation], found: Sequence[Derived], table: pa.Table) -> dict[str, Any]:
    """Inputs, parameters, code, rows and sums of the step. Rows and sums are exact counts: the manifest stays on the secure side."""
    read = [inputs.work / "persons.parquet", *sorted((inputs.work / "events").glob("*.parquet"))]
    frame = pl.concat([each.cells for each in found]) if found else empty_cells()
    whole_country = frame.filter((pl.col("geography") == "ctry23") & (pl.col("dimension") == ""))
    sums = whole_country.group_by("indicator").agg(pl.col("numerator").sum(), pl.col("denominator").sum()).sort("indicator")
    return {
        "step": "derive",
        "code": code_version(),
        "engine": inputs.engine.name,
        "inputs": {path.relative_to(inputs.work).as_posix(): sha256(path) for path in read},
        "parameters": {"first": str(inputs.first), "last": str(inputs.last), "derivations": _told(chosen)},
        "rows": table.num_rows,
        "digest": digest(table),
        "sums": {row["indicator"]: [row["numerator"], row["denominator"]] for row in sums.to_dicts()},
        "seconds": {each.name: each.seconds for each in found},
    }


def _told(chosen: Sequence[Derivation]) -> Mapping[str, Any]:
    return {
        each.name: {
            "version": each.version,
            "status": each.status,
            "indicators": {one.slug: {"kind": one.kind, "unit": one.unit, "basket": one.basket} for one in each.indicators},
        }
        for each in chosen
    }


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
