"""Published files into staging: found, read in two processes, checked, swapped in one at a time.

Boundaries come first, then the other files that define codes, then the rest, so that every code is checked against those that
exist. A faulty source writes nothing, its fault is kept with its place, and the others are loaded all the same.
"""

import os
import pickle
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from django.db import DatabaseError

from geo.errors import Place, SourceError
from geo.models import AcceptedEdition, SourceLoad
from geo.operations.finding import Finder
from geo.operations.progress import Report, silent
from geo.operations.reading import adapter_digest, read_in_worker
from geo.releases.staging import has_table, load_tables, loaded_edition, record_failure
from geo.releases.tables import read_staging
from geo.sources.codebook import CodeBook
from geo.sources.fetch import Located
from geo.sources.layouts import layout
from geo.sources.registry import Source, reading_stages
from geo.sources.tables import SourceTables, names_of

# Two cores are the smallest machine; a third reader would only wait.
READERS = 2
# Files that together are smaller than this are read at once, in this process: starting the readers would take longer.
SMALL_BYTES = 2_000_000


@dataclass(frozen=True)
class Outcome:
    """What became of one source. state: loaded, unchanged, stand_in, failed, absent or not_supplied; message: the fault, or empty."""

    slug: str
    state: str
    seconds: float = 0.0
    rows_in: int = 0
    rows_out: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    message: str = ""

    @property
    def line(self) -> str:
        """One line for people: rows in, out, rejected by reason, seconds; or the fault."""
        if self.message:
            return f"{self.slug}: {self.state}: {self.message}"
        rejected = ", ".join(f"{reason} {count}" for reason, count in self.rejected.items() if count) or "none"
        out = ", ".join(f"{count} in {name}" for name, count in self.rows_out.items())
        return f"{self.slug}: {self.state}: rows in {self.rows_in}, out {out}, rejected {rejected}, {self.seconds:.1f} s"


def load_sources(sources: Mapping[str, Source], *, finder: Finder, only: Sequence[str] = (), report: Report = silent) -> list[Outcome]:
    """Load these sources (`only`: slugs, default all) and say what became of each, in order of the register.

    A source whose edition is loaded already is left alone. Codes are checked against all sources that define them, loaded before or now.
    """
    stages = [[source for source in stage if not only or source.slug in only] for stage in reading_stages(sources)]
    total = sum(map(len, stages))
    outcomes: dict[str, Outcome] = {}
    codes = _Codes(sources)
    with _pool() as pool:
        for stage in stages:
            todo: dict[str, tuple[Source, Located]] = {}
            for source in stage:
                found = _find(source, finder)
                if isinstance(found, Outcome):
                    outcomes[source.slug] = found
                else:
                    todo[source.slug] = (source, found)
                report("Published files", len(outcomes), total)
            for outcome in _load_stage(pool, todo, codes):
                outcomes[outcome.slug] = outcome
                report("Published files", len(outcomes), total)
    return [outcomes[slug] for slug in sources if slug in outcomes]


def accept_edition(sources: Mapping[str, Source], slug: str, *, finder: Finder) -> Outcome:
    """Take the edition of this source that is at hand, whatever its hash; the hash is recorded once the file has been read well."""
    sha256 = finder.hash_at_hand(sources[slug])
    outcome = load_sources(sources, finder=finder.accepting(slug, sha256), only=[slug])[0]
    if outcome.state in ("loaded", "unchanged"):
        AcceptedEdition.objects.update_or_create(slug=slug, defaults={"sha256": sha256})
    return outcome


class _Codes:
    """The codes that exist, from staging, gathered when a file must be read, anew after each stage."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def book(self) -> CodeBook:
        """Codes of every loaded source that defines some."""
        return CodeBook.from_tables(list(self._tables()))

    def _tables(self) -> Iterator[SourceTables]:
        loaded = dict(SourceLoad.objects.filter(is_current=True).values_list("slug", "provenance"))
        for slug, source in self._sources.items():
            form = layout(loaded.get(slug, {}).get("layout") or source.layout)
            name = slug.replace("-", "_")
            if slug in loaded and form.defines and has_table(name):
                has_names = form.format == "geojson"
                table = read_staging(name, [*dict.fromkeys(form.defines.values()), *(["name"] if has_names else [])])
                codes = {geography: table[column] for geography, column in form.defines.items()}
                names = names_of(table, tuple(form.defines)) if has_names else {}
                yield SourceTables(slug, 0, {}, {}, codes, names)


def _find(source: Source, finder: Finder) -> Located | Outcome:
    """The file to read, or an outcome where there is none, or nothing to do."""
    try:
        located = finder.find(source)
    except SourceError as error:
        if source.optional and error.fault == "not_found" and not SourceLoad.objects.filter(slug=source.slug, is_current=True).exists():
            return Outcome(source.slug, "not_supplied", message=f"no {source.file}; it is optional")
        return _fault(source.slug, error)
    current = loaded_edition(source.slug, sha256=located.sha256, adapter=adapter_digest(source.family))
    if current is not None:
        return Outcome(source.slug, "unchanged", 0.0, current.rows_in, current.rows_out, current.rejected)
    if located.origin == "stand_in" and SourceLoad.objects.filter(slug=source.slug, is_current=True, state="loaded").exists():
        return Outcome(source.slug, "unchanged", message="the file is gone; the tables loaded from it before stay")
    return located


def _load_stage(pool: "_Pool", todo: Mapping[str, tuple[Source, Located]], codes: _Codes) -> Iterator[Outcome]:
    """Read the files of a stage side by side, and put each in place as it is ready."""
    if not todo:
        return
    with tempfile.TemporaryDirectory(prefix="hiid-") as folder:
        book = Path(folder) / "codes.pickle"
        book.write_bytes(pickle.dumps(codes.book(), protocol=pickle.HIGHEST_PROTOCOL))
        largest_first = sorted(todo.values(), key=lambda pair: -pair[1].path.stat().st_size)
        submit = pool.submit if sum(located.path.stat().st_size for _, located in largest_first) >= SMALL_BYTES else _read_here
        waiting = {submit(source, located, book): (source, located) for source, located in largest_first}
        for done in as_completed(waiting):
            source, located = waiting.pop(done)
            yield _put(source, located, done)


# What readers of the figures are told of a file; the register itself is out of their reach.
_TOLD = ("file", "title", "publisher", "page", "address", "address_checked", "licence", "attribution", "vintage", "period", "notes")


def _told(source: Source, located: Located) -> dict[str, object]:
    """What the register says of the file. A stand-in is nobody's publication: it has neither publisher nor licence of the real one."""
    told = {name: getattr(source, name) for name in _TOLD}
    if located.origin != "stand_in":
        return told
    notes = f"Made up here in the layout of “{source.title}” ({source.publisher}), which was not at hand. Its figures say nothing."
    unpublished = {
        "publisher": "nobody: made up",
        "page": None,
        "address": None,
        "address_checked": False,
        "licence": "",
        "attribution": "",
    }
    return {**told, **unpublished, "title": f"Stand-in: {source.title}", "notes": notes}


def _put(source: Source, located: Located, done: Future) -> Outcome:
    """What was read, into staging; a fault is recorded and nothing else changes."""
    try:
        tables, seconds = done.result()
        if isinstance(tables, tuple):
            raise SourceError(*tables)
        provenance = {**_told(source, located), "layout": located.layout, "read_seconds": round(seconds, 3)}
        load = load_tables(tables, located=located, adapter=adapter_digest(source.family), provenance=provenance)
    except (SourceError, ValueError, DatabaseError, BrokenProcessPool) as error:
        return _fault(source.slug, error, located)
    return Outcome(source.slug, load.state, seconds + load.seconds, load.rows_in, load.rows_out, load.rejected)


def _fault(slug: str, error: Exception, located: Located | None = None) -> Outcome:
    if isinstance(error, BrokenProcessPool):
        error = SourceError("truncated", Place(slug, found="the reading process ended early", expected="a whole reading"))
    load = record_failure(slug, error, sha256=located.sha256 if located else "", origin=located.origin if located else "")
    return Outcome(slug, load.state, message=str(error))


def _read_here(source: Source, located: Located, book: Path) -> Future:
    """The same reading without a process of its own."""
    done: Future = Future()
    try:
        done.set_result(read_in_worker(source, located, book))
    except ValueError as error:
        done.set_exception(error)
    return done


class _Pool:
    """The readers, started with the first file: most runs have none to read."""

    def __init__(self) -> None:
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, source: Source, located: Located, book: Path) -> Future:
        """Read one file in a worker, with the code book that lies at this path."""
        if self._executor is None or self._executor._broken:
            workers = min(READERS, os.cpu_count() or 1)
            self._executor = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        return self._executor.submit(read_in_worker, source, located, book)

    def close(self) -> None:
        """End the readers; what has not begun is dropped."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _pool() -> Iterator[_Pool]:
    pool = _Pool()
    try:
        yield pool
    finally:
        pool.close()
