"""From records to protected figures: linkage, derivation and protection of a world, in that order, and what leaves in the end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from geo.codes import ENGLAND
from geo.disclosure.atoms import protect
from geo.disclosure.family import Family
from geo.disclosure.policies import load_policy
from geo.disclosure.protected_files import write_protected
from geo.operations.synthesising import PROTECTED
from geo.releases.tables import read_query
from geo.sqlfiles import statement

# The rule by which every figure of linked records is protected.
POLICY = "hes"
# What a kind of derived measure is to disclosure control.
KINDS = {"proportion": "share", "records": "share", "rate": "events", "sum": "sum"}
# Wider sets that hold all areas of a narrower one without a look-up.
_IN_ENGLAND = ("lad24", "icb26", "pcn24")


def protected_folder(data: Path, world: str) -> Path:
    """Where the protected figures of a world lie."""
    return data / PROTECTED / world


def protect_world(cells: pa.Table, folder: Path, *, measures: Mapping[str, str], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Protect all exact counts of a world together and write what may leave; gives its manifest.

    cells: the long table of derivation. measures: indicator -> a word of KINDS. facts: of the manifest. Raises DisclosureError for counts
    that contradict themselves.
    """
    family = Family(read_nesting(cells), {indicator: KINDS[kind] for indicator, kind in measures.items()})
    found = protect(without_persons_of_records(cells, measures), load_policy(POLICY), family)
    return write_protected(found.table, folder, {**facts, "policy": POLICY, "disclosure": found.facts})


def without_persons_of_records(cells: pa.Table, measures: Mapping[str, str]) -> pa.Table:
    """Where records are counted, not people, the records themselves are protected as if each were a person."""
    records = [indicator for indicator, kind in measures.items() if kind == "records"]
    is_record = pc.is_in(cells["indicator"], value_set=pa.array(records, pa.string()))
    persons = pc.if_else(is_record, cells["numerator"], cells["persons"])
    return cells.set_column(cells.column_names.index("persons"), "persons", persons)


def read_nesting(cells: pa.Table) -> pa.Table:
    """Which counted areas lie in which: neighbourhoods in wider ones, districts and boards, practices in networks, all in England."""
    known = read_query(statement("operations/nesting_of_areas"))
    pairs = list(zip(*(known[name].to_pylist() for name in known.column_names), strict=True))
    seen = set(zip(cells["geography"].to_pylist(), cells["area"].to_pylist(), strict=True))
    pairs = [pair for pair in pairs if pair[:2] in seen and pair[2:] in seen]
    pairs += [(geography, area, "ctry23", ENGLAND) for geography, area in sorted(seen) if geography in _IN_ENGLAND]
    columns = list(zip(*pairs, strict=True)) or [[], [], [], []]
    names = ("child_geography", "child", "parent_geography", "parent")
    return pa.table({name: pa.array(list(column), pa.string()) for name, column in zip(names, columns, strict=True)})
