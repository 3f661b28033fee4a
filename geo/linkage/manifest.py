"""Steps from files to files, each with a manifest: digests of what went in and came out, parameters, code, rows and sums.

A step whose inputs, parameters and code are those of its manifest, and whose outputs still have its digests, is not run again. The
manifest is written last, so a run that was killed is taken up at the step it was killed in.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import LinkageError, Place
from geo.linkage.files import sha256, write_json

_HERE = Path(__file__).parent
# What says how records are linked: our code and its definitions.
_CODE = (("*.py", _HERE), ("*.yaml", _HERE.parent / "definitions" / "extracts"), ("*.yaml", _HERE.parent / "definitions" / "linkage"))

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One step. run writes the outputs and gives facts for the manifest; it must depend on inputs and parameters alone."""

    name: str
    inputs: Mapping[str, Path]
    outputs: Mapping[str, Path]
    run: Callable[[], Facts]
    parameters: Facts = field(default_factory=dict)


@dataclass
class Ledger:
    """Manifests of a run in a folder, and digests of files that were taken in it. ran: names of steps that were not skipped."""

    folder: Path
    ran: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    _digests: dict[Path, tuple[tuple[int, int], str]] = field(default_factory=dict)

    def do(self, step: Step) -> Facts:
        """Run the step, or skip it where nothing has changed, and give its manifest. Raises LinkageError for an input that is not there."""
        began = time.perf_counter()
        asked = {
            "step": step.name,
            "code": code_version(),
            "parameters": dict(step.parameters),
            "inputs": {name: self.known(path) for name, path in step.inputs.items()},
        }
        path = self.folder / f"{step.name}.json"
        before = _read(path)
        if before is not None and {key: before.get(key) for key in asked} == asked and self._stands(step, before):
            return before
        path.unlink(missing_ok=True)
        facts = dict(step.run())
        outputs = {name: {"sha256": self.known(out), "rows": _rows(out)} for name, out in step.outputs.items()}
        manifest = asked | {"outputs": outputs, "facts": facts}
        write_json(path, manifest)
        self.ran.append(step.name)
        self.seconds[step.name] = round(time.perf_counter() - began, 2)
        return manifest

    def _stands(self, step: Step, before: Facts) -> bool:
        return set(before["outputs"]) == set(step.outputs) and all(
            path.exists() and self.known(path) == before["outputs"][name]["sha256"] for name, path in step.outputs.items()
        )

    def known(self, path: Path) -> str:
        """Digest of a file, taken again only where the file has changed."""
        if not path.exists():
            raise LinkageError("not_found", Place(path.name, found="no file", expected="what an earlier step writes"))
        stat = path.stat()
        mark = (stat.st_size, stat.st_mtime_ns)
        if self._digests.get(path, (None, ""))[0] != mark:
            self._digests[path] = (mark, sha256(path))
        return self._digests[path][1]


@cache
def code_version() -> str:
    """A digest of the code of this room and its definitions, which changes whenever links may."""
    digest = hashlib.sha256()
    for pattern, folder in _CODE:
        for path in sorted(folder.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def digest_of(values: Any) -> str:
    """A short digest of plain values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]


def digest_of_rows(path: Path) -> str:
    """A digest of what a Parquet file says: its columns and rows in order. The same on every engine, whatever the bytes of the file."""
    digest = hashlib.sha256()
    for batch in pq.ParquetFile(path).iter_batches(50_000):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            plain = column.cast(pa.large_string()) if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type) else column
            digest.update(f"{name}\n".encode() + repr(plain.to_pylist()).encode())
    return digest.hexdigest()


def _rows(path: Path) -> int | None:
    return int(pq.ParquetFile(path).metadata.num_rows) if path.suffix == ".parquet" else None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return found
