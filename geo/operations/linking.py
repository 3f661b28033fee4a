"""From records to protected figures: linkage, derivation, detection and protection of a world, in that order, and what leaves."""

import hmac
import json
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from geo.codes import ENGLAND
from geo.disclosure.atoms import protect
from geo.disclosure.detections import Before, let_leave
from geo.disclosure.family import Family
from geo.disclosure.policies import code_version, load_policy
from geo.disclosure.protected_files import OBSERVATIONS, read_manifest, read_protected, write_protected
from geo.disclosure.revision import facts_of, revise
from geo.errors import InputError, QualityError
from geo.geography.adjacency import queen_weights
from geo.linkage.derivation.definitions import Derivation
from geo.linkage.derivation.definitions import derivations as defined
from geo.linkage.derivation.inputs import Inputs
from geo.linkage.derivation.run import CELLS, derivation_step
from geo.linkage.derivation.sets import known_between
from geo.linkage.detection.run import DETECTED, GEOGRAPHY, NEIGHBOURS_SCHEMA, PLACES_SCHEMA, Places, detection_step
from geo.linkage.engines import Engine
from geo.linkage.files import on_secure_side
from geo.linkage.manifest import Ledger
from geo.linkage.pseudonyms import key_digest, master_key, release_key
from geo.linkage.run import MANIFESTS, Run, link_extracts, read_told
from geo.models import Area
from geo.operations.counted_areas import areas_kept, counted_areas
from geo.operations.editions import Earlier, earlier_editions, is_of_same_records, keep_published, read_editions, revision_facts
from geo.operations.synthesising import PROTECTED, SECURE
from geo.releases.copies import leave_database
from geo.releases.definitions_linked import not_served
from geo.releases.linked_editions import records_of
from geo.releases.tables import read_query
from geo.sqlfiles import statement
from geo.synthetic.planted import stories_of

# Folders of a world on the secure side, and the file that pseudonyms come from.
EXTRACTS, WORK, DERIVED = "extracts", "work", "derived"
KEY = Path("secrets") / "pseudonym_key"
# What the manifest of a world must tell.
TOLD = ("spec", "code", "first_day", "last_day", "people", "districts", "neighbourhoods", "extracts")
# What a world may be called: its folders lie under that name, on the secure side too, and in no other place.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
# Where nothing was published before.
NO_EARLIER = Earlier()
# The rule by which every figure of linked records is protected.
POLICY = "hes"
# What a kind of derived measure is to disclosure control.
KINDS = {"proportion": "share", "records": "share", "rate": "events", "sum": "sum"}
# Wider sets that hold all areas of a narrower one without a look-up.
_IN_ENGLAND = ("lad24", "icb26", "pcn24")


@dataclass(frozen=True)
class Linked:
    """What a run gave. manifest: of the protected table. is_new: False where it stood already. seconds: by step."""

    manifest: Mapping[str, Any]
    is_new: bool
    seconds: Mapping[str, float]


@areas_kept()
def link_world(
    data: Path,
    world: str,
    *,
    engine: str = "duckdb",
    derivations: Sequence[str] = (),
    never_published: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Linked:
    """Link, derive and protect a world that was made, unless its protected table stands and is of the same extracts and code.

    derivations: names of those that are wanted, none for all that are verified; the extracts that they need must be there.
    never_published: no regard to earlier editions, for nobody has seen them; else what was published of the same records is held against.
    Raises InputError for a world or a derivation that is not there; LinkageError, DisclosureError where a step fails: what stood before
    stays.
    """
    folder = protected_folder(data, world)
    extracts, work = data / SECURE / world / EXTRACTS, data / SECURE / world / WORK
    clock = Clock(progress)
    with on_secure_side("secrets"):
        made = _made(data, world)
        key = release_key(master_key(data / KEY), world)
    linked = clock("link", lambda: link_extracts(Run(extracts, work, key, engine=engine, areas=counted_areas().codes), progress))
    derived = clock("derive", lambda: _derive(work, made, engine, derivations, progress))
    detected = clock("detect", lambda: _detect(work, progress))
    facts = {
        "world": world,
        "records": records_of(world),
        "synthetic": True,
        "engine": engine,
        "seed": made["spec"]["seed"],
        "systems": list(made["spec"]["systems"]),
        "edition": made["spec"]["edition"],
        "people": about(made["people"]["registered_on_last_day"]),
        "neighbourhoods": made["neighbourhoods"],
        "districts": list(made["districts"]),
        "stories": stories_of(_names(made["districts"]), made["spec"]["planted"]),
        "key": key_digest(key),
        "code": {"synthesise": made["code"], "derive": derived["parameters"]["code"], "protect": code_version()},
        "inputs": {
            "extracts": {name: sealed(told["sha256"], key) for name, told in made["extracts"].items()},
            "cells": sealed(derived["outputs"]["cells"]["sha256"], key),
            "detected": sealed(detected["outputs"]["detected"]["sha256"], key),
        },
        "models": linked.get("facts", {}).get("models", []),
    }
    earlier = earlier_editions(world, never_published=never_published)
    if (standing := _standing(folder, facts, earlier)) is not None:
        return Linked(standing, is_new=False, seconds=clock.seconds)
    measures = {slug: told["kind"] for each in derived["parameters"]["derivations"].values() for slug, told in each["indicators"].items()}
    cells = pq.read_table(work / DERIVED / CELLS)
    sets = json.loads((work / DERIVED / DETECTED).read_text(encoding="utf-8"))
    earlier = read_editions(data, world, earlier)
    keep_published(folder, data, earlier)
    protected = clock(
        "protect",
        lambda: protect_world(cells, folder, measures=measures, facts=facts, detected=sets, earlier=earlier),
    )
    return Linked(protected, is_new=True, seconds=clock.seconds)


def _names(districts: Sequence[str]) -> dict[str, str]:
    """Names of districts by code."""
    return dict(Area.objects.filter(geography__slug="lad24", code__in=districts).values_list("code", "name"))


class Clock:
    """Runs steps, says their names and keeps their seconds."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        """What the work gives."""
        self._progress(name)
        started = time.perf_counter()
        try:
            with on_secure_side(name):
                return work()
        finally:
            self.seconds[name] = round(time.perf_counter() - started, 2)


def _made(data: Path, world: str) -> Mapping[str, Any]:
    """What the manifest of a world's extracts tells."""
    path = data / SECURE / world / EXTRACTS / "manifest.json"
    if not path.is_file():
        known = tuple(sorted(each.parent.parent.name for each in (data / SECURE).glob("*/extracts/manifest.json")))
        raise InputError(f"There is no world {world!r}; synthesise makes one.", parameter="world", found=world, valid=known)
    return read_told(path, TOLD)


def _derive(work: Path, made: Mapping[str, Any], engine: str, names: Sequence[str], progress: Callable[[str], None]) -> Mapping[str, Any]:
    """Derive the indicators of a world, unless their table stands; the manifest of the step."""
    running = Engine(engine, work / "derive-scratch")
    first, last = (date.fromisoformat(made[name]) for name in ("first_day", "last_day"))
    try:
        areas = counted_areas()
        inputs = Inputs(running, work, areas.neighbourhoods, first, last, areas.networks)
        return Ledger(work / MANIFESTS).do(derivation_step(inputs, work / DERIVED, names, progress))
    finally:
        running.close()
        shutil.rmtree(work / "derive-scratch", ignore_errors=True)


def _detect(work: Path, progress: Callable[[str], None]) -> Mapping[str, Any]:
    """Look for clusters of neighbourhoods on the exact counts, unless what was found stands; the manifest of the step."""
    counted = pq.read_table(work / DERIVED / CELLS, columns=["geography", "area"])
    codes = pc.unique(counted.filter(pc.equal(counted["geography"], GEOGRAPHY))["area"]).to_pylist()
    places = read_places(sorted(codes))
    leave_database()
    return Ledger(work / MANIFESTS).do(detection_step(work / DERIVED, places, progress=progress))


def read_places(codes: Sequence[str]) -> Places:
    """Where these neighbourhoods lie, how deprived they are, and which are neighbours."""
    found = read_query(statement("operations/places_of_neighbourhoods"), [list(codes)])
    weights = queen_weights(list(shapely.from_wkb(found["shape"].to_pylist()))).tocoo()
    known = np.array(found["lsoa21"].to_pylist(), dtype=object)
    pairs = pa.table([known[weights.row], known[weights.col]], schema=NEIGHBOURS_SCHEMA)
    return Places(found.select(PLACES_SCHEMA.names).cast(PLACES_SCHEMA), pairs)


def _standing(folder: Path, facts: Mapping[str, Any], earlier: Earlier) -> dict[str, Any] | None:
    """The manifest of a protected table that is whole, of the same facts, and made with regard to these; None where there is no such."""
    if not (folder / OBSERVATIONS).is_file():
        return None
    try:
        read_protected(folder)
        manifest, sha256 = read_manifest(folder)
    except QualityError:
        return None
    plain = json.loads(json.dumps(dict(facts)))
    is_same = {name: manifest.get(name) for name in plain} == plain and manifest["policy"] == POLICY
    is_same = is_same and earlier.stands(manifest, sha256)
    return manifest if is_same else None


def protected_folder(data: Path, world: str) -> Path:
    """Where the protected figures of a world lie. Raises InputError for a name that is no plain name of a folder."""
    if not _NAME.fullmatch(world):
        said = f"A world's name is letters, digits and hyphens, as synthesise gives it; {world!r} is none."
        raise InputError(said, parameter="world", found=world)
    return data / PROTECTED / world


def protect_world(
    cells: pa.Table,
    folder: Path,
    *,
    measures: Mapping[str, str],
    facts: Mapping[str, Any],
    detected: Sequence[Mapping[str, Any]] = (),
    earlier: Earlier = NO_EARLIER,
) -> dict[str, Any]:
    """Protect all exact counts of a world together and write what may leave; gives its manifest.

    cells: the long table of derivation, of which indicators that are not served stay. measures: indicator -> a word of KINDS. facts: of
    the manifest. detected: clusters, of which labels may leave. earlier: editions that were published before, with
    their tables. Raises DisclosureError for counts that contradict themselves.
    """
    policy, cells = load_policy(POLICY), served(cells)
    family = family_of(cells, measures)
    counted = without_persons_of_records(cells, measures)
    leave_database()
    found = protect(counted, policy, family)
    tables = [each.table for each in earlier.tables]
    revised = revise(found.table, counted, policy, family, earlier=tables, is_same=bool(tables) and is_of_same_records(earlier, facts))
    before = Before([each.detections for each in earlier.tables], revised.moved) if tables else Before()
    labels = let_leave(detected, cells, revised.known, kinds=family.measures, policy=policy, before=before)
    told = {"disclosure": facts_of(found.facts, revised) if tables else found.facts, "revision": revision_facts(earlier, revised, policy)}
    return write_protected(revised.table, folder, {**facts, "policy": POLICY, **told}, detections=labels)


def served(cells: pa.Table) -> pa.Table:
    """The cells of indicators that are served; the others never leave."""
    return cells.filter(pc.invert(pc.is_in(cells["indicator"], value_set=pa.array(list(not_served()), pa.string()))))


def family_of(cells: pa.Table, measures: Mapping[str, str]) -> Family:
    """How the cells of a world add up, and what its indicators count of each other's people. measures: as in `protect_world`."""
    known = known_between(_only(set(pc.unique(cells["indicator"]).to_pylist())))
    return Family(read_nesting(cells), {indicator: KINDS[kind] for indicator, kind in measures.items()}, known, read_deciles())


def _only(slugs: set[str]) -> list[Derivation]:
    """All derivations, with these indicators alone."""
    return [replace(each, indicators=tuple(one for one in each.indicators if one.slug in slugs)) for each in defined().values()]


def read_deciles() -> dict[tuple[str, str], tuple[str, str]]:
    """The tenth of deprivation that everybody of a neighbourhood is counted in: tenths of a district are sums of its neighbourhoods."""
    areas = counted_areas().neighbourhoods
    pairs = zip(areas["lsoa21"].to_pylist(), areas["decile"].to_pylist(), strict=True)
    return {("lsoa21", code): ("deprivation", f"decile-{decile}") for code, decile in pairs}


def about(people: int) -> int:
    """A number of people to the nearest hundred: the exact one is a total that counts could be put together with."""
    return round(people, -2)


def sealed(digest: str, key: bytes) -> str:
    """What tells whether an input is the same, to those alone who have the key: a short input could be guessed by its own digest."""
    return hmac.digest(key, digest.encode(), "sha256").hex()


def without_persons_of_records(cells: pa.Table, measures: Mapping[str, str]) -> pa.Table:
    """Where records are counted, not people, the records themselves are protected as if each were a person."""
    records = [indicator for indicator, kind in measures.items() if kind == "records"]
    is_record = pc.is_in(cells["indicator"], value_set=pa.array(records, pa.string()))
    persons = pc.if_else(is_record, cells["numerator"], cells["persons"])
    return cells.set_column(cells.column_names.index("persons"), "persons", persons)


def read_nesting(cells: pa.Table) -> pa.Table:
    """Which counted areas lie in which: neighbourhoods in wider ones, districts in boards, practices in networks, all in England."""
    known = counted_areas().nesting
    pairs = list(zip(*(known[name].to_pylist() for name in known.column_names), strict=True))
    counted = cells.group_by(["geography", "area"]).aggregate([])
    seen = set(zip(counted["geography"].to_pylist(), counted["area"].to_pylist(), strict=True))
    pairs = [pair for pair in pairs if pair[:2] in seen and pair[2:] in seen]
    pairs += districts_in_boards(pairs)
    pairs += [(geography, area, "ctry23", ENGLAND) for geography, area in sorted(seen) if geography in _IN_ENGLAND]
    names = ("child_geography", "child", "parent_geography", "parent")
    return pa.table({name: pa.array([pair[at] for pair in pairs], pa.string()) for at, name in enumerate(names)})


def districts_in_boards(pairs: Sequence[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    """The same of districts and boards, of boards that hold every district as a whole of which they hold anything, as most do.

    So their sums form a tree, along which bounds are carried; else neighbourhoods add up to both, and the two sums cross.
    """
    to: dict[tuple[str, str], dict[str, str]] = {}
    for child_set, child, parent_set, parent in pairs:
        to.setdefault((child_set, parent_set), {})[child] = parent
    msoa_of, district_of, board_of = (to.get(sets, {}) for sets in (("lsoa21", "msoa21"), ("msoa21", "lad24"), ("lsoa21", "icb26")))
    boards_of: dict[str, set[str]] = {}
    for neighbourhood, msoa in msoa_of.items():
        if msoa in district_of:
            boards_of.setdefault(district_of[msoa], set()).add(board_of.get(neighbourhood, ""))
    shared = {board for boards in boards_of.values() if len(boards) > 1 for board in boards} | {""}
    return [("lad24", district, "icb26", board) for district, boards in sorted(boards_of.items()) for board in sorted(boards - shared)]
