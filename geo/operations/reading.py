"""Reading a published file in a process of its own: no Django, no database."""

import hashlib
import pickle
import time
from functools import cache
from pathlib import Path

from geo.errors import Place, SourceError
from geo.sources.codebook import CodeBook
from geo.sources.engine import read_source
from geo.sources.fetch import Located
from geo.sources.registry import Source
from geo.sources.tables import SourceTables

_GEO = Path(__file__).parent.parent
# Finding a file does not change what is read from it.
_NOT_READING = ("fetch.py", "download.py", "registry.py")


def read_in_worker(source: Source, located: Located, book: Path) -> tuple[SourceTables | tuple[str, Place], float]:
    """Checked tables of one source, or the kind and place of its first fault, and the seconds that took."""
    started = time.perf_counter()
    try:
        tables = read_source(source, located, code_book=_book(book))
    except SourceError as error:  # told in parts: an exception with two arguments does not survive the way between processes
        return (error.fault, error.place), time.perf_counter() - started
    return tables, time.perf_counter() - started


@cache
def adapter_digest(family: str) -> str:
    """Digest of the code and layouts that read files of this family: when it changes they are read again."""
    code = sorted(path for path in (_GEO / "sources").rglob("*.py") if path.name not in _NOT_READING)
    layouts = _GEO / "definitions" / "layouts" / f"{family}.yaml"
    digest = hashlib.sha256()
    for path in [*code, *([layouts] if layouts.is_file() else [])]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _book(path: Path) -> CodeBook:
    """The code book of a stage; read once a worker."""
    return pickle.loads(path.read_bytes())
