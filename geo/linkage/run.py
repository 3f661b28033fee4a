"""The run of linkage over the extracts of a world: validate, standardise, link, put under pseudonyms, and leave no identifier behind.

What it leaves in the work folder: link.parquet, persons.parquet, events/<extract>.parquet, rejected/<extract>.parquet, manifests/ and
linkage.json. What holds identifiers lies in standard/ and is deleted at the end, unless it is asked to stay.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from geo.errors import LinkageError, Place
from geo.linkage.deidentify import write_events
from geo.linkage.engines import MEMORY, THREADS, Engine
from geo.linkage.layouts import REGISTER, Layout, layouts
from geo.linkage.links import counted, merge, write_links
from geo.linkage.manifest import Facts, Ledger, Step, digest_of
from geo.linkage.persons import EVENTS, PERSONS, PSEUDONYMS, REJECTED, write_persons, write_pseudonyms
from geo.linkage.pseudonyms import key_digest
from geo.linkage.rules import AREAS, link_by_rules
from geo.linkage.standardise import postcode_areas, standardise
from geo.linkage.validate import Context, Validated, validate

STANDARD, LINKS, MANIFESTS = "standard", "links", "manifests"
LINK = "link.parquet"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """What is linked and how. extracts, work: folders. key: of the release (its digest alone is written down). engine: one of ENGINES.

    as_of: last day of the extracts; None takes it from their manifest, and without one days may lie anywhere. areas: known codes by
    vintage, to tell mixed vintages. keep: leave standard/ with its identifiers, for tests and for finding faults.
    """

    extracts: Path
    work: Path
    key: bytes
    engine: str = "duckdb"
    as_of: date | None = None
    areas: Mapping[str, frozenset[str]] = field(default_factory=dict)
    keep: bool = False
    threads: int = THREADS
    memory: str = MEMORY


def link_extracts(run: Run, progress: Progress = lambda _: None) -> dict[str, Any]:
    """Link the extracts and give the manifest of the run, also written to linkage.json: inputs, parameters, code, rows, links by step.

    What has not changed is not done again. Raises LinkageError for a wrong extract or where files cannot be written; then what the last
    whole run left stays as it was, for nothing is half written.
    """
    run.work.mkdir(parents=True, exist_ok=True, mode=0o700)
    run.work.chmod(0o700)
    chain = Chain(run, progress)
    whole_run = Step(
        name="linkage",
        inputs=chain.sources,
        outputs=chain.results,
        run=chain.run_steps,
        parameters=chain.parameters,
    )
    manifest = dict(chain.ledger.do(whole_run))
    if not run.keep:
        shutil.rmtree(run.work / STANDARD, ignore_errors=True)
    return manifest | {"ran": chain.ledger.ran, "seconds": chain.ledger.seconds}


class Chain:
    """The steps of one run and the files between them."""

    def __init__(self, run: Run, progress: Progress) -> None:
        self.run, self.progress, self.work = run, progress, run.work
        self.standard = run.work / STANDARD
        self.ledger = Ledger(run.work / MANIFESTS)
        self.present = {name: layout for name, layout in layouts().items() if self._extract(name).exists()}
        if REGISTER not in self.present:
            raise LinkageError("not_found", Place(f"{REGISTER}.parquet", found="no file", expected="the register of general practice"))
        told = self._told()
        self._digests = {name: each["sha256"] for name, each in told.get("extracts", {}).items()}
        last_day = date.fromisoformat(told["last_day"]) if "last_day" in told else None
        self.context = Context(run.as_of or last_day, run.areas)
        self.linked = {name: layout for name, layout in self.present.items() if layout.link in ("person", "number")}
        self.facts: dict[str, Any] = {}

    @property
    def sources(self) -> dict[str, Path]:
        """The extracts that there are."""
        return {name: self._extract(name) for name in self.present}

    @property
    def results(self) -> dict[str, Path]:
        """What the run leaves."""
        return {"link": self.work / LINK, "persons": self.work / PERSONS} | {
            f"events/{name}": self._events(name) for name in self.present if name != REGISTER
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """What the result depends on besides extracts and code. The engine is not among them: results are the same."""
        areas = {name: digest_of(sorted(codes)) for name, codes in self.run.areas.items()}
        return {"as_of": str(self.context.as_of), "areas": areas, "key": key_digest(self.run.key)}

    def run_steps(self) -> Facts:
        """All steps in their order."""
        engine = Engine(self.run.engine, self.work / "scratch", threads=self.run.threads, memory=self.run.memory)
        try:
            for step in self._steps(engine):
                self.progress(step.name)
                self.facts[step.name] = self.ledger.do(step)["facts"]
        finally:
            engine.close()
        linked = {name: self.facts[f"links-{name}"] for name in self.linked}
        validated = {name: self.facts[f"validate-{name}"] for name in self.present}
        return {"extracts": validated, "links": linked, "run_id": self._run_id()}

    def _steps(self, engine: Engine) -> Iterator[Step]:
        for name, layout in self.present.items():
            yield self._validation(engine, name, layout)
        for name, layout in self.present.items():
            if layout.link != "none":
                yield self._standardisation(engine, name, layout)
        areas, register = self.standard / AREAS, self._standard(REGISTER)
        yield Step("areas", {REGISTER: register}, {"areas": areas}, lambda: _none(postcode_areas(engine, register, areas)))
        for name, layout in self.linked.items():
            yield from self._linking(engine, name, layout)
        merged = {name: self._links(name) for name in self.linked}
        run_id = self._run_id()
        link = self.work / LINK
        yield Step("link", merged, {"link": link}, lambda: _none(write_links(merged.items(), run_id, link)), {"run_id": run_id})
        for name, layout in self.present.items():
            if name != REGISTER:
                yield self._deidentification(engine, name, layout)
        yield from self._people(engine)

    def _validation(self, engine: Engine, name: str, layout: Layout) -> Step:
        path, out = self._extract(name), self._rejected(name)

        def act() -> Facts:
            self._check_digest(name)
            return _plain(validate(engine, path, layout, self.context, out))

        return Step(f"validate-{name}", {name: path}, {"rejected": out}, act, self._judged_by())

    def _standardisation(self, engine: Engine, name: str, layout: Layout) -> Step:
        path, rejected, out = self._extract(name), self._rejected(name), self._standard(name)
        act = lambda: _none(standardise(engine, path, layout, rejected, out))  # noqa: E731
        return Step(f"standardise-{name}", {name: path, "rejected": rejected}, {"standard": out}, act)

    def _linking(self, engine: Engine, name: str, layout: Layout) -> Iterator[Step]:
        by_rules, out = self.standard / "rules" / f"{name}.parquet", self._links(name)
        inputs = {name: self._standard(name), REGISTER: self._standard(REGISTER), "areas": self.standard / AREAS}
        yield Step(f"rules-{name}", inputs, {"rules": by_rules}, lambda: _none(link_by_rules(engine, self.standard, layout, by_rules)))

        def act() -> Facts:
            merge(engine, by_rules, None, layout, out)
            return counted(out)

        yield Step(f"links-{name}", {"rules": by_rules}, {"links": out}, act)

    def _deidentification(self, engine: Engine, name: str, layout: Layout) -> Step:
        path, rejected, out = self._extract(name), self._rejected(name), self._events(name)
        links = self._links(name) if name in self.linked else None
        inputs = {name: path, "rejected": rejected} | ({"links": links} if links else {})
        act = lambda: _none(write_events(engine, path, layout, rejected, links, out))  # noqa: E731
        return Step(f"events-{name}", inputs, {"events": out}, act)

    def _people(self, engine: Engine) -> Iterator[Step]:
        standard, made, out = self._standard(REGISTER), self.work / PSEUDONYMS, self.work / PERSONS
        key = {"key": key_digest(self.run.key)}
        yield Step(
            "pseudonyms", {REGISTER: standard}, {"pseudonyms": made}, lambda: _none(write_pseudonyms(standard, self.run.key, made)), key
        )
        inputs = {REGISTER: self._extract(REGISTER), "pseudonyms": made} | {n: self._events(n) for n in self.present if n != REGISTER}
        source = self._extract(REGISTER)
        act = lambda: _none(write_persons(engine, source, self.work, self.present, self.context))  # noqa: E731
        yield Step("persons", inputs, {"persons": out}, act, self._judged_by())

    def _judged_by(self) -> dict[str, Any]:
        return {name: value for name, value in self.parameters.items() if name != "key"}

    def _run_id(self) -> str:
        return digest_of({"inputs": {n: self.ledger.known(p) for n, p in self.sources.items()}, "parameters": self._judged_by()})

    def _told(self) -> dict[str, Any]:
        path = self.run.extracts / "manifest.json"
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return told

    def _check_digest(self, name: str) -> None:
        """Raises LinkageError where the file is another than the manifest of the extracts tells of."""
        expected, found = self._digests.get(name), self.ledger.known(self._extract(name))
        if expected and expected != found:
            place = Place(f"{name}.parquet", found=f"sha256 {found[:12]}…", expected=f"sha256 {expected[:12]}… of its manifest")
            raise LinkageError("not_a_table", place)

    def _extract(self, name: str) -> Path:
        return self.run.extracts / f"{name}.parquet"

    def _rejected(self, name: str) -> Path:
        return self.work / REJECTED / f"{name}.parquet"

    def _standard(self, name: str) -> Path:
        return self.standard / f"{name}.parquet"

    def _links(self, name: str) -> Path:
        return self.standard / LINKS / f"{name}.parquet"

    def _events(self, name: str) -> Path:
        return self.work / EVENTS / f"{name}.parquet"


def _none(_: None) -> Facts:
    return {}


def _plain(validated: Validated) -> Facts:
    return {"rows": validated.rows, "accepted": validated.accepted, "rejected": dict(validated.rejected)}
