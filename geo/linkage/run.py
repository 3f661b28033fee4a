"""The run of linkage over the extracts of a world: validate, standardise, link, put under pseudonyms, and leave no identifier behind.

What it leaves in the work folder: link.parquet, persons.parquet, events/<extract>.parquet, rejected/<extract>.parquet, manifests/ (of the
whole run: linkage.json). What holds identifiers lies in standard/ and is deleted at the end, unless it is asked to stay.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from geo.errors import LinkageError, Place
from geo.linkage.deidentify import write_events
from geo.linkage.engines import MEMORY, THREADS, Engine
from geo.linkage.lanes import in_lanes, lanes_of, needs_of
from geo.linkage.layouts import REGISTER, Layout, layouts
from geo.linkage.links import counted, merge, write_links
from geo.linkage.manifest import Facts, Ledger, Step, digest_of
from geo.linkage.models import MODELS, NAMED, UNNAMED, model
from geo.linkage.persons import EVENTS, PERSONS, PSEUDONYMS, REJECTED, write_persons, write_pseudonyms
from geo.linkage.probable import Residual, score
from geo.linkage.pseudonyms import key_digest
from geo.linkage.rules import AREAS, link_by_rules
from geo.linkage.standardise import postcode_areas, standardise
from geo.linkage.validate import Context, Validated, validate

STANDARD, RULES, SCORED, LINKS, MANIFESTS = "standard", "rules", "scored", "links", "manifests"
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
    """Link the extracts and give the manifest of the run (manifests/linkage.json): inputs, parameters, code, rows, links by step.

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
    return manifest | {"ran": chain.ledger.ran, "seconds": chain.ledger.seconds, "computing": chain.ledger.computing}


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
        for name in told.get("extracts", {}):
            if name in layouts() and name not in self.present:
                raise LinkageError("not_found", Place(f"{name}.parquet", found="no file", expected="the file that manifest.json tells of"))
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

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What the result depends on besides extracts and code. The engine is not among them: results are the same."""
        areas = {name: digest_of(sorted(codes)) for name, codes in self.run.areas.items()}
        return {"as_of": str(self.context.as_of), "areas": areas, "key": key_digest(self.run.key), "models": self.models}

    @property
    def models(self) -> list[str]:
        """Ids of the models that score what rules leave over."""
        return [model(name).model_id for name in self._models_needed()]

    def run_steps(self) -> Facts:
        """All steps in their order."""
        engine = Engine(self.run.engine, self.work / "scratch", threads=self.run.threads, memory=self.run.memory)
        try:
            with lanes_of(engine) as engines:
                self._run_in_lanes([list(self._steps(each)) for each in engines])
        finally:
            engine.close()
        self._remove_others()
        linked = {name: self.facts[f"links-{name}"] for name in self.linked}
        validated = {name: self.facts[f"validate-{name}"] for name in self.present}
        return {"extracts": validated, "links": linked, "run_id": self._run_id(), "models": self.models}

    def _run_in_lanes(self, steps: Sequence[Sequence[Step]]) -> None:
        """Run the steps, side by side where they do not wait for each other. steps: the same ones for the engine of each lane."""
        needs = needs_of(*([set(getattr(step, files).values()) for step in steps[0]] for files in ("inputs", "outputs")))
        names = [step.name for step in steps[0]]
        told = in_lanes(
            len(steps),
            needs,
            lambda place, lane: self.ledger.do(steps[lane][place])["facts"],
            lambda place: self.progress(names[place]),
        )
        self.facts = dict(zip(names, told, strict=True))

    def _remove_others(self) -> None:
        """Remove what an earlier run left of extracts that are no longer there."""
        for folder in (EVENTS, REJECTED):
            for path in (self.work / folder).glob("*.parquet"):
                if path.stem not in self.present:
                    path.unlink()

    def _steps(self, engine: Engine) -> Iterator[Step]:
        """Steps in an order in which they could be done one after the other."""
        events = {name: layout for name, layout in self.present.items() if name != REGISTER}
        identified = {name: layout for name, layout in self.present.items() if layout.link != "none"}
        yield from (self._validation(engine, *each) for each in self.present.items())
        yield from (self._standardisation(engine, *each) for each in identified.items())
        yield self._placing(engine)
        yield self._pseudonyms()
        yield from (self._ruling(engine, *each) for each in self.linked.items())
        yield from (self._scoring(engine, name) for name in self._models_needed())
        yield from (self._merging(engine, *each) for each in self.linked.items() if each[1].link == "person")
        yield from (self._deidentification(engine, *each) for each in events.items())
        yield self._persons(engine)
        yield self._linking()

    def _placing(self, engine: Engine) -> Step:
        register, out = self._standard(REGISTER), self.standard / AREAS
        return Step("areas", {REGISTER: register}, {"areas": out}, partial(postcode_areas, engine, register, out))

    def _linking(self) -> Step:
        merged, run_id, out = {name: self._links(name) for name in self.linked}, self._run_id(), self.work / LINK
        return Step("link", merged, {"link": out}, partial(write_links, merged.items(), run_id, out), {"run_id": run_id})

    def _validation(self, engine: Engine, name: str, layout: Layout) -> Step:
        path, out = self._extract(name), self._rejected(name)

        def act() -> Facts:
            facts = _plain(validate(engine, path, layout, self.context, out))
            # Last: that a column is missing says more than that the file is another.
            self._check_digest(name)
            return facts

        return Step(f"validate-{name}", {name: path}, {"rejected": out}, act, self._judged_by())

    def _standardisation(self, engine: Engine, name: str, layout: Layout) -> Step:
        path, rejected, out = self._extract(name), self._rejected(name), self._standard(name)
        act = partial(standardise, engine, path, layout, rejected, out)
        return Step(f"standardise-{name}", {name: path, "rejected": rejected}, {"standard": out}, act)

    def _ruling(self, engine: Engine, name: str, layout: Layout) -> Step:
        inputs = {name: self._standard(name), REGISTER: self._standard(REGISTER), "areas": self.standard / AREAS}
        if layout.link == "person":
            out = self._by_rules(name)
            return Step(f"rules-{name}", inputs, {"rules": out}, partial(link_by_rules, engine, self.standard, layout, out))
        links = self._links(name)

        def act() -> Facts:
            link_by_rules(engine, self.standard, layout, links)
            return counted(links)

        return Step(f"links-{name}", inputs, {"links": links}, act)

    def _scoring(self, engine: Engine, name: str) -> Step:
        found, residual, out = model(name), self._residual(name), self._scored(name)
        inputs = {REGISTER: self._standard(REGISTER)}
        inputs |= {
            f"{part}-{of}": path(of) for of in residual.layouts for part, path in (("standard", self._standard), ("rules", self._by_rules))
        }
        act = partial(score, engine, found, residual, out)
        return Step(f"model-{name}", inputs, {"scored": out}, act, {"model_id": found.model_id})

    def _merging(self, engine: Engine, name: str, layout: Layout) -> Step:
        by_rules, scored, out = self._by_rules(name), self._scored(_model_of(layout)), self._links(name)

        def act() -> Facts:
            merge(engine, by_rules, scored, layout, out)
            return counted(out)

        return Step(f"links-{name}", {"rules": by_rules, "scored": scored}, {"links": out}, act)

    def _deidentification(self, engine: Engine, name: str, layout: Layout) -> Step:
        path, rejected, out = self._extract(name), self._rejected(name), self._events(name)
        links = self._links(name) if name in self.linked else None
        inputs = {name: path, "rejected": rejected} | ({"links": links} if links else {})
        act = partial(write_events, engine, path, layout, rejected, links, out)
        return Step(f"events-{name}", inputs, {"events": out}, act)

    def _pseudonyms(self) -> Step:
        standard, out, key = self._standard(REGISTER), self.work / PSEUDONYMS, {"key": key_digest(self.run.key)}
        return Step("pseudonyms", {REGISTER: standard}, {"pseudonyms": out}, partial(write_pseudonyms, standard, self.run.key, out), key)

    def _persons(self, engine: Engine) -> Step:
        source, out = self._extract(REGISTER), self.work / PERSONS
        events = {name: self._events(name) for name in self.present if name != REGISTER}
        inputs = {REGISTER: source, "rejected": self._rejected(REGISTER), "pseudonyms": self.work / PSEUDONYMS} | events
        act = partial(write_persons, engine, source, self.work, self.present, self.context)
        return Step("persons", inputs, {"persons": out}, act, self._judged_by())

    def _judged_by(self) -> dict[str, Any]:
        return {name: value for name, value in self.parameters.items() if name != "key"}

    def _run_id(self) -> str:
        return digest_of({"inputs": {n: self.ledger.known(p) for n, p in self.sources.items()}, "parameters": self._judged_by()})

    def _told(self) -> dict[str, Any]:
        path = self.run.extracts / "manifest.json"
        return read_told(path) if path.exists() else {}

    def _check_digest(self, name: str) -> None:
        """Raises LinkageError where the file is another than the manifest of the extracts tells of."""
        expected, found = self._digests.get(name), self.ledger.known(self._extract(name))
        if expected and expected != found:
            place = Place(f"{name}.parquet", found=f"sha256 {found[:12]}…", expected=f"sha256 {expected[:12]}… of its manifest")
            raise LinkageError("changed_hash", place)

    def _extract(self, name: str) -> Path:
        return self.run.extracts / f"{name}.parquet"

    def _rejected(self, name: str) -> Path:
        return self.work / REJECTED / f"{name}.parquet"

    def _standard(self, name: str) -> Path:
        return self.standard / f"{name}.parquet"

    def _models_needed(self) -> list[str]:
        return [name for name in MODELS if self._residual(name).layouts]

    def _residual(self, name: str) -> Residual:
        of = {each: layout for each, layout in self.linked.items() if layout.link == "person" and _model_of(layout) == name}
        return Residual(self.standard, self.standard / RULES, of)

    def _by_rules(self, name: str) -> Path:
        return self.standard / RULES / f"{name}.parquet"

    def _scored(self, name: str) -> Path:
        return self.standard / SCORED / f"{name}.parquet"

    def _links(self, name: str) -> Path:
        return self.standard / LINKS / f"{name}.parquet"

    def _events(self, name: str) -> Path:
        return self.work / EVENTS / f"{name}.parquet"


def read_told(path: Path, keys: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the manifest of extracts tells. Raises LinkageError where it is no JSON or lacks any of the keys."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise LinkageError("not_readable", Place(path.name, found="no JSON that is whole", expected="the manifest of the extracts"))
    if lacking := [key for key in keys if key not in told]:
        raise LinkageError("missing_column", Place(path.name, found=f"no {', '.join(lacking)}", expected=", ".join(keys)))
    return told


def _model_of(layout: Layout) -> str:
    return NAMED if layout.names else UNNAMED


def _plain(validated: Validated) -> Facts:
    return {"rows": validated.rows, "accepted": validated.accepted, "rejected": dict(validated.rejected)}
