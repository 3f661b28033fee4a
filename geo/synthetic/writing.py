"""Writing a world to disk: extracts as Parquet, slice by slice so that memory stays flat, the sealed answers, and the manifest.

The same specification, country and code give the same bytes. A world appears under its name when it is whole; what was there before is
replaced, and a run that ends early leaves it as it was.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from geo.errors import InputError
from geo.synthetic.answers import PEOPLE_SCHEMA, TRUTH_SCHEMA, people_of, stories_of, truth_of
from geo.synthetic.country import Country
from geo.synthetic.days import as_date
from geo.synthetic.extracts import EXTRACTS, Extract
from geo.synthetic.people import END, START, Population
from geo.synthetic.slices import Slice
from geo.synthetic.texts import plain_digits
from geo.synthetic.worlds import WorldSpec, make_world

# People made at a time: their records with all columns take some hundred megabytes.
SLICE = 100_000
EXTRACTS_FOLDER, ANSWERS_FOLDER, MANIFEST = "extracts", "answers", "manifest.json"
_COMPRESSION = "zstd"
_CHUNK = 1 << 20
# Without people there is nothing to link to.
_ALWAYS = "gp_register"

Progress = Callable[[str, int, int], None]


class _Sink:
    """One Parquet file that is being written, and how many rows it has."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path, self.schema, self.rows = path, schema, 0
        # Texts are dictionary columns while they are made; without the stored Arrow schema they are read as plain text.
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Append a slice as a row group."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema, compression=_COMPRESSION, store_schema=False)
        self._writer.write_table(table, row_group_size=max(len(table), 1))
        self.rows += len(table)

    def close(self) -> None:
        """Finish the file; without rows it has its columns."""
        if self._writer is None:
            self.write(self.schema.empty_table())
        assert self._writer is not None
        self._writer.close()


def synthesise(
    country: Country, spec: WorldSpec, folder: Path, *, extracts: Sequence[str] = (), progress: Progress | None = None
) -> dict[str, Any]:
    """Make the world of a specification in this folder and give its manifest, which is also stored beside the extracts.

    extracts: names of those that are wanted beside the register, none for all; each is the same bytes as in the whole world.
    Only its owner may read the folder. Raises InputError for a specification that the country cannot fill and for an unknown extract.
    """
    wanted = _choose(extracts)
    world = make_world(country, spec)
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for part in (EXTRACTS_FOLDER, ANSWERS_FOLDER):
        (partial / part).mkdir(parents=True, mode=0o700)
        (partial / part).chmod(0o700)
    partial.chmod(0o700)
    population = Population(world)
    rows = _write_all(population, wanted, partial, progress or (lambda *_: None))
    (partial / ANSWERS_FOLDER / "stories.yaml").write_text(yaml.safe_dump(stories_of(world), sort_keys=False, allow_unicode=True))
    manifest = {
        "synthetic": True,
        "notice": "Made-up people in real neighbourhoods. Nothing here is about anybody, nor about these places.",
        "world": spec.name,
        "spec": spec.as_dict(),
        "code": code_version(),
        "first_day": as_date(START).isoformat(),
        "last_day": as_date(END).isoformat(),
        "people": {"registered_on_last_day": population.registered, "all": population.size},
        "districts": sorted(set(map(str, world.country.lad24))),
        "neighbourhoods": len(world.country),
        "extracts": {
            name: {"rows": count, "sha256": _sha256(partial / EXTRACTS_FOLDER / f"{name}.parquet")} for name, count in rows.items()
        },
    }
    (partial / EXTRACTS_FOLDER / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return manifest


def code_version() -> str:
    """A digest of the generator's own code and definitions, which changes when worlds may."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in [*sorted(here.rglob("*.py")), *sorted((here.parent / "definitions" / "synthetic").glob("*.yaml"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _choose(names: Sequence[str]) -> tuple[Extract, ...]:
    """The extracts of these names and the register, in the order of extracts; all where none is named."""
    known = tuple(extract.name for extract in EXTRACTS)
    for name in names:
        if name not in known:
            raise InputError(f"There is no extract {name!r}.", parameter="extracts", found=name, valid=known)
    return tuple(extract for extract in EXTRACTS if not names or extract.name in (*names, _ALWAYS))


def _write_all(population: Population, extracts: Sequence[Extract], folder: Path, progress: Progress) -> dict[str, int]:
    """Write these extracts and what belongs to the answers; rows by extract."""
    sinks = {extract.name: _Sink(folder / EXTRACTS_FOLDER / f"{extract.name}.parquet", extract.schema) for extract in extracts}
    truth = _Sink(folder / ANSWERS_FOLDER / "truth_links.parquet", TRUTH_SCHEMA)
    people = _Sink(folder / ANSWERS_FOLDER / "people.parquet", PEOPLE_SCHEMA)
    for start in range(0, population.size, SLICE):
        slice_ = Slice(population, start, start + SLICE)
        people.write(people_of(slice_))
        for extract in extracts:
            sink = sinks[extract.name]
            made = extract.make(slice_)
            truth.write(truth_of(extract.name, _row_ids(extract, made.table, sink.rows), made.person))
            sink.write(made.table)
        progress("synthesise", min(start + SLICE, population.size), population.size)
    for sink in (*sinks.values(), truth, people):
        sink.close()
    return {name: sink.rows for name, sink in sinks.items()}


def _row_ids(extract: Extract, table: pa.Table, before: int) -> pa.Array:
    """What tells the rows of this slice apart."""
    if extract.row_id:
        return table[extract.row_id]
    return plain_digits(np.arange(before, before + len(table)))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
