"""The register of sources and the layouts: what is declared is understood, and what is not understood is refused by name."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from geo.errors import DefinitionError
from geo.sources.layouts import load_layouts, parse_layout
from geo.sources.registry import FAMILIES, load_registry, reading_stages
from tests.geo.sources.fixture_maker.writing import EDITIONS, PUBLISHED

ENTRY: dict[str, Any] = {
    "slug": "a-source",
    "file": "lookups/a.csv",
    "title": "A file",
    "publisher": "A publisher",
    "licence": "OGL",
    "attribution": "Theirs",
    "family": "lookups",
    "layout": "lsoa11_msoa11",
    "sha256": "0" * 64,
}
LAYOUT: dict[str, Any] = {"format": "csv", "key": ["code"], "columns": [{"heading": "Code", "field": "code"}]}


def load(folder: Path, *entries: dict[str, Any]) -> dict[str, Any]:
    path = folder / "sources.yaml"
    path.write_text(yaml.safe_dump(list(entries)))
    return load_registry(path)


def test_every_source_has_a_layout_and_every_layout_a_source():
    sources = load_registry()
    used = {source.layout for source in sources.values()} | {source.package.layout for source in sources.values() if source.package}

    # A layout of one sheet of a workbook bears the workbook's layout's name and its own.
    assert [name for name in load_layouts() if not any(name == one or name.startswith(f"{one}_") for one in used - {""})] == []
    assert {source.family for source in sources.values()} == set(FAMILIES)
    known = [source.sha256 for source in sources.values() if source.sha256 or not source.optional]
    assert len(set(known)) == len(known)


def test_no_address_claims_to_be_checked_without_being_there():
    assert [s.slug for s in load_registry().values() if s.address_checked and not s.address] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"familly": "x"}, "unknown key 'familly'"),
        ({"family": "rivers"}, "family 'rivers'"),
        ({"layout": "nonesuch"}, "no layout 'nonesuch'"),
        ({"sha256": "abc"}, "64 hexadecimal digits"),
        ({"file": "../secret.csv"}, "below the mirror folder"),
        ({"file": "/etc/passwd"}, "below the mirror folder"),
        ({"address_checked": True}, "address_checked without an address"),
        ({"address": "file:///etc/passwd"}, "of the web"),
        ({"package": {"name": "x"}}, "package: .*missing"),
        ({"sha256": ""}, "64 hexadecimal digits"),
        ({"optional": True, "stand_in": "x"}, "nothing stands in for an optional file"),
    ],
)
def test_an_entry_that_breaks_a_rule_is_refused_by_name(change: dict[str, Any], message: str, tmp_path: Path):
    with pytest.raises(DefinitionError, match=f"a-source.*{message}"):
        load(tmp_path, {**ENTRY, **change})


def test_a_missing_key_and_a_repeated_slug_are_refused(tmp_path: Path):
    with pytest.raises(DefinitionError, match=r"missing.*'title'"):
        load(tmp_path, {key: value for key, value in ENTRY.items() if key != "title"})
    with pytest.raises(DefinitionError, match="declared twice"):
        load(tmp_path, ENTRY, {**ENTRY, "file": "lookups/b.csv"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colums": []}, "unknown key 'colums'"),
        ({"format": "pdf"}, "is none of"),
        ({"columns": []}, "columns are missing"),
        ({"key": ["other"]}, "names 'other'"),
        ({"adds_up": {"total": ["a"]}}, "names 'total'"),
        ({"columns": [*LAYOUT["columns"], *LAYOUT["columns"]]}, "'code' is declared twice"),
        ({"columns": [{"heading": "Code", "field": "code", "type": "money"}]}, "the type 'money'"),
        ({"columns": [{"field": "code"}]}, "code has no heading"),
        ({"columns": [{"heading": "Code", "field": "code", "nulls": True}]}, "unknown key 'nulls'"),
    ],
)
def test_a_layout_that_breaks_a_rule_is_refused_by_name(change: dict[str, Any], message: str):
    with pytest.raises(DefinitionError, match=f"layouts/a_family.yaml: a_layout: .*{message}"):
        parse_layout("a_layout", {**LAYOUT, **change}, family="a_family")


def test_columns_are_repeated_with_their_names_in_place():
    repeat = {"repeat": {"Income": "income", "Crime": "crime"}, "heading": "{} Score", "field": "{}_score", "type": "number", "min": 0}

    form = parse_layout("a_layout", {**LAYOUT, "columns": [*LAYOUT["columns"], repeat]})

    assert [(c.headings, c.field, c.minimum) for c in form.columns[1:]] == [
        (("Income Score",), "income_score", 0),
        (("Crime Score",), "crime_score", 0),
    ]


def test_boundaries_are_read_before_lookups_and_lookups_before_the_rest():
    stages = reading_stages(load_registry())
    layouts = load_layouts()

    assert [{layouts[s.layout].format == "geojson" for s in stage} for stage in stages[:2]] == [{True}, {False}]
    assert not any(layouts[s.layout].defines for s in stages[2])
    assert sum(map(len, stages)) == len(load_registry())


def test_editions_name_files_of_the_register(tmp_path: Path):
    stated = tmp_path / "editions.yaml"
    stated.write_text(yaml.safe_dump({"lookups/nonesuch.csv": {"sha256": "1" * 64, "rows": 3}}))

    with pytest.raises(DefinitionError, match="nonesuch"):
        load_registry(editions=stated)


def test_fixtures_are_registered_with_hash_and_rows():
    sources = load_registry(editions=EDITIONS)

    made = [source for source in sources.values() if (PUBLISHED / source.file).is_file()]

    assert made
    assert all(source.rows for source in made)
