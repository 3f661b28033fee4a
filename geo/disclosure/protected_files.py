"""The folder that leaves the secure side: protected observations, labels of clusters, and the manifest that says what they are.

The manifest holds, beside facts about how the counts were made, the rows, the sha256 and the sums of the protected table. A reader
checks all three, and that labels are nothing but labels, so that a file that was changed, cut short or exchanged is never published.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.disclosure.atoms import COLUMNS
from geo.disclosure.labels import NONE, check_labels, read_labels
from geo.errors import QualityError

OBSERVATIONS, DETECTIONS, MANIFEST = "observations.parquet", "detections.json", "manifest.json"
# Facts that a manifest must tell of how its counts were made.
FACTS = ("world", "policy", "engine", "seed", "people", "disclosure")


@dataclass(frozen=True)
class ProtectedWorld:
    """What was read and found to be as its manifest says. sha256: of the manifest, which holds those of the other files.

    detections: labels of clusters (geo/disclosure/labels.py).
    """

    table: pa.Table
    manifest: Mapping[str, Any]
    sha256: str
    detections: Mapping[str, Any] = field(default_factory=lambda: dict(NONE))


def write_protected(table: pa.Table, folder: Path, facts: Mapping[str, Any], *, detections: Mapping[str, Any] = NONE) -> dict[str, Any]:
    """Write the protected table, labels and their manifest, the manifest last; gives the manifest. facts: those of FACTS, and any others.

    Raises QualityError where facts or columns are missing, or labels hold anything else. What stood in the folder is replaced.
    """
    labels = json.dumps(check_labels(dict(detections), DETECTIONS), indent=1, sort_keys=True)
    _need(not set(FACTS) - set(facts), MANIFEST, "facts", found=sorted(facts), expected=list(FACTS))
    _need(tuple(table.column_names) == COLUMNS, OBSERVATIONS, "columns", found=table.column_names, expected=list(COLUMNS))
    folder.mkdir(parents=True, exist_ok=True)
    news = {name: folder / f"{name}.partial" for name in (OBSERVATIONS, DETECTIONS, MANIFEST)}
    try:
        pq.write_table(table, news[OBSERVATIONS], compression="zstd")
        news[DETECTIONS].write_text(labels, encoding="utf-8")
        told = {"sha256": _sha256(news[OBSERVATIONS]), "rows": table.num_rows, "sums": sums_of(table)}
        manifest = {**facts, "files": {OBSERVATIONS: told, DETECTIONS: {"sha256": _sha256(news[DETECTIONS])}}}
        news[MANIFEST].write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
        # All are whole before what stood is touched. Until the last there is no manifest, so what is killed there is written again.
        (folder / MANIFEST).unlink(missing_ok=True)
        for name, new in news.items():
            new.replace(folder / name)
    finally:
        for new in news.values():
            new.unlink(missing_ok=True)
    return manifest


def read_protected(folder: Path) -> ProtectedWorld:
    """The protected table of a world, checked against its manifest. Raises QualityError naming the file and what differs."""
    manifest, sha256 = read_manifest(folder)
    path, told = folder / OBSERVATIONS, manifest["files"][OBSERVATIONS]
    _need(path.is_file(), OBSERVATIONS, "file", found="no file", expected=f"{told['rows']:,} rows")
    _need((found := _sha256(path)) == told["sha256"], OBSERVATIONS, "sha256", found=found, expected=told["sha256"])
    table = pq.read_table(path)
    _need(tuple(table.column_names) == COLUMNS, OBSERVATIONS, "columns", found=table.column_names, expected=list(COLUMNS))
    _need(table.num_rows == told["rows"], OBSERVATIONS, "rows", found=table.num_rows, expected=told["rows"])
    sums = sums_of(table)
    for indicator in sorted(sums.keys() | told["sums"].keys()):
        _need(
            sums.get(indicator) == told["sums"].get(indicator),
            OBSERVATIONS,
            f"sums of {indicator}",
            found=sums.get(indicator),
            expected=told["sums"].get(indicator),
        )
    return ProtectedWorld(table, manifest, sha256, _labels(folder, manifest["files"][DETECTIONS]["sha256"]))


def read_manifest(folder: Path) -> tuple[dict[str, Any], str]:
    """The manifest and its sha256. Raises QualityError where it is missing, cut short, or lacks what it must tell."""
    path = folder / MANIFEST
    _need(path.is_file(), MANIFEST, "file", found="no file", expected=f"the manifest of {folder.name}")
    raw = path.read_bytes()
    try:
        manifest = json.loads(raw)
    except ValueError as error:
        raise QualityError(f"{MANIFEST}: not readable as JSON: {error}") from error
    _need(isinstance(manifest, dict), MANIFEST, "content", found=type(manifest).__name__, expected="keys and values")
    missing = sorted({*FACTS, "files"} - set(manifest))
    _need(not missing, MANIFEST, "keys", found=f"none of {', '.join(missing)}", expected="all of them")
    told = manifest["files"].get(OBSERVATIONS, {})
    _need({"sha256", "rows", "sums"} <= set(told), MANIFEST, f"files.{OBSERVATIONS}", found=sorted(told), expected="sha256, rows and sums")
    _need("sha256" in manifest["files"].get(DETECTIONS, {}), MANIFEST, f"files.{DETECTIONS}", found="nothing", expected="sha256")
    _need(manifest["world"] == folder.name, MANIFEST, "world", found=manifest["world"], expected=folder.name)
    return manifest, hashlib.sha256(raw).hexdigest()


def sums_of(table: pa.Table) -> dict[str, list[int]]:
    """Sums of protected numerators and denominators by indicator, over all rows: withheld ones count nothing."""
    summed = table.group_by("indicator").aggregate([("numerator", "sum"), ("denominator", "sum")])
    columns = (summed[name].to_pylist() for name in ("indicator", "numerator_sum", "denominator_sum"))
    return {indicator: [numerator or 0, denominator or 0] for indicator, numerator, denominator in sorted(zip(*columns, strict=True))}


def statuses_of(table: pa.Table) -> dict[str, int]:
    """How many cells have each status or, of the suppressed, each reason."""
    words = pc.if_else(pc.equal(table["reason"], ""), table["status"], table["reason"])
    counts = pc.value_counts(words)
    return {each["values"]: each["counts"] for each in sorted(counts.to_pylist(), key=lambda each: str(each["values"]))}


def _labels(folder: Path, sha256: str) -> dict[str, Any]:
    """The labels of clusters, checked against the manifest and to be nothing else."""
    path = folder / DETECTIONS
    _need(path.is_file(), DETECTIONS, "file", found="no file", expected="labels of clusters")
    _need((found := _sha256(path)) == sha256, DETECTIONS, "sha256", found=found, expected=sha256)
    return read_labels(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _need(is_right: bool, file: str, what: str, *, found: object, expected: object) -> None:
    if not is_right:
        raise QualityError(f"{file}: {what}: found {found}, expected {expected}")
