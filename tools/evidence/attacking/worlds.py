"""The release that is attacked: a made-up world through every step from records to what leaves, with the exact counts that stayed."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.disclosure.attacks import Reading, read
from geo.disclosure.family import Family, code
from geo.disclosure.policies import Policy, load_policy
from geo.disclosure.protected_files import ProtectedWorld, read_protected
from geo.disclosure.rules import EVENTS, NUMERATOR, SMALL, UNBOUNDED, Floats
from geo.linkage.derivation.run import CELLS
from geo.linkage.run import MANIFESTS
from geo.operations.linking import DERIVED, POLICY, WORK, family_of, link_world, protected_folder, served, without_persons_of_records
from geo.operations.synthesising import SECURE, make_world
from geo.synthetic.worlds import WorldSpec


@dataclass(frozen=True)
class Attacked:
    """cells: exact counts as protection is given them. family: how they add up. left: what left. policy: by which rule."""

    cells: pa.Table
    family: Family
    left: ProtectedWorld
    policy: Policy


def a_release(spec: WorldSpec, data: Path) -> Attacked:
    """Make a world below a folder, unless it stands, link, derive and protect it. Raises HiidError where a step fails."""
    if not protected_folder(data, spec.name).is_dir():
        make_world(spec, data=data)
    link_world(data, spec.name, never_published=True)
    work = data / SECURE / spec.name / WORK
    told = json.loads((work / MANIFESTS / "derive.json").read_text(encoding="utf-8"))["parameters"]["derivations"]
    measures = {slug: one["kind"] for each in told.values() for slug, one in each["indicators"].items()}
    cells = served(pq.read_table(work / DERIVED / CELLS))
    family = family_of(cells, measures)
    left = read_protected(protected_folder(data, spec.name))
    return Attacked(without_persons_of_records(cells, measures), family, left, load_policy(POLICY))


def exact_of(cells: pa.Table) -> Floats:
    """Exact counts of every part in the order of the keys, (3, cells)."""
    order = code(cells).order
    columns = (cells[name].cast(pa.float64()).to_numpy(zero_copy_only=False)[order] for name in ("numerator", "denominator"))
    numerator, denominator = (np.asarray(column, dtype=np.float64) for column in columns)
    return np.stack([numerator, denominator - numerator, denominator])


def read_as_attacker(table: pa.Table, cells: pa.Table, family: Family, policy: Policy) -> tuple[Reading, Floats]:
    """What an attacker reads who knows the definitions, and believes that few people had one event each where that is so.

    Gives the exact counts besides, (3, cells).
    """
    exact = exact_of(cells)
    reading = read(table, family, policy, exact=exact)
    most = reading.most.copy()
    greatest = policy.primary.most if policy.primary else UNBOUNDED
    is_one_each = (reading.reason == SMALL) & (reading.kind == EVENTS) & (exact[NUMERATOR] <= greatest)
    most[NUMERATOR][is_one_each] = np.minimum(most[NUMERATOR][is_one_each], greatest)
    return replace(reading, most=most), exact


def outside_of(reading: Reading, exact: Floats, policy: Policy) -> dict[int, float]:
    """Rows whose exact total the policy says that others publish, with that total."""
    coded = reading.coded
    found: dict[int, float] = {}
    for total in policy.outside:
        areas = np.array([geography == total.geography for geography, _ in coded.areas])[coded.area]
        strata = np.array([pair == ("", "all") for pair in coded.strata])[coded.stratum]
        indicators = np.array([total.indicator in ("*", name) for name in coded.indicators])[coded.indicator]
        found |= {int(row): float(exact[NUMERATOR, row]) for row in np.flatnonzero(areas & strata & indicators)}
    return {row: count for row, count in found.items() if not np.isnan(count)}


def of_indicators(table: pa.Table, names: list[str]) -> pa.Table:
    """The rows of these indicators."""
    return table.filter(pc.is_in(table["indicator"], value_set=pa.array(names, pa.string())))
