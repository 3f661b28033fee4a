"""Making the worlds of the evidence and the releases that are judged: each from nothing, and nothing of it stays."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml
from django.db import connection, transaction

from geo.disclosure.protected_files import read_protected
from geo.findings.build import build_findings
from geo.models import Release
from geo.operations.linking import link_world, protected_folder
from geo.operations.synthesising import read_country, world_folder
from geo.releases.build import build_release
from geo.synthetic.country import Country
from geo.synthetic.worlds import WorldSpec, make_world
from geo.synthetic.writing import synthesise
from tools.evidence.planted.cases import Case

ROOT = Path(__file__).resolve().parents[3]
# What a verdict depends on: code and definitions of these rooms, and how it is judged.
_ROOMS = (
    "geo/synthetic",
    "geo/linkage",
    "geo/disclosure",
    "geo/findings",
    "geo/statistics",
    "geo/releases",
    "geo/definitions",
    "tools/evidence/planted",
)
# What changes no verdict: how they are told, and what is held against the answers alone.
_OTHERS = ("table.py", "masking.py")
# Releases are built one at a time: each changes the partitions of the table of observations.
_LOCK = 4_811_2027
# The middle decile, for worlds in which all neighbourhoods are alike.
_MIDDLE = 5


@dataclass(frozen=True)
class Made:
    """A world that stands. folder: its secure side. protected: what left it. planted: codes of areas of each story, as sealed."""

    spec: WorldSpec
    country: Country
    folder: Path
    protected: Path
    planted: dict[str, list[str]]


def make(case: Case, seed: int, data: Path) -> Made:
    """Synthesise, link, derive and protect the world of a case below this folder. Raises HiidError where a step fails."""
    spec = WorldSpec((case.system,), case.people, seed=seed, planted=case.planted, edition=case.edition)
    country = country_of(case.system, is_flat=case.is_flat)
    folder = world_folder(data, spec.name)
    synthesise(country, spec, folder, extracts=case.extracts)
    link_world(data, spec.name, derivations=case.derivations, never_published=True)
    told = yaml.safe_load((folder / "answers" / "stories.yaml").read_text(encoding="utf-8"))
    planted = {story["story"]: story["areas"] for story in told["stories"]}
    return Made(spec, make_world(country, spec).country, folder, protected_folder(data, spec.name), planted)


@lru_cache
def country_of(system: str, *, is_flat: bool = False) -> Country:
    """The neighbourhoods of a system, read once: every seed asks for each of them."""
    country = read_country((system,))
    return flattened(country) if is_flat else country


def flattened(country: Country) -> Country:
    """The same neighbourhoods, with the ages, ethnic groups and deprivation of all of them together in each."""
    ages = country.people.sum(axis=0) / country.people.sum()
    people = np.rint(country.people.sum(axis=1, keepdims=True) * ages).astype(np.int64)
    weight = country.people.sum(axis=1) / country.people.sum()
    share = np.tile(weight @ country.ethnic_share, (len(country), 1))
    return replace(country, people=people, ethnic_share=share, decile=np.full(len(country), _MIDDLE))


@contextmanager
def passing_release(protected: Path) -> Iterator[Release]:
    """The release made of what left a world, with its findings, as the service makes it; taken back in the end."""
    linked = read_protected(protected)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        release = build_release(linked=linked)
        build_findings(release)
        yield release
        transaction.set_rollback(True)


def forget(data: Path) -> None:
    """Remove a world with everything that was made of it."""
    shutil.rmtree(data, ignore_errors=True)


@lru_cache
def code_version() -> str:
    """A digest of everything that a verdict comes from: a verdict of other code is made again."""
    digest = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in (".py", ".yaml") and path.name not in _OTHERS:
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
