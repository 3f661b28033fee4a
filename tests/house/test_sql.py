"""SQL files say what they are, and the database holds what the files say."""

import re

import pytest
from django.db import connection

from geo import sqlfiles
from tests.house.tracked import ROOT, tracked_files

FILES = [name for name in tracked_files() if name.startswith("geo/sql/") and name.endswith(".sql")]


@pytest.mark.parametrize("name", FILES)
def test_a_file_begins_by_saying_what_it_is_and_who_calls_it(name):
    stem = name.rsplit("/", 1)[1].removesuffix(".sql")
    text = (ROOT / name).read_text()
    header = re.match(r"(--[^\n]*\n)+", text)

    assert header, "no header"
    assert header[0].startswith(f"-- {stem}: ")
    if re.search(r"%s|%\(\w+\)s|\{\w+\}", text.replace(header[0], "")):
        assert re.search(r"[Aa]rguments?\b|Values:", header[0]), "say what is bound"
    assert re.search(r"[Cc]alled by \S", header[0])


@pytest.mark.parametrize("name", FILES)
def test_columns_are_named(name):
    code = re.sub(r"--[^\n]*", "", (ROOT / name).read_text())

    assert not re.search(r"SELECT\s+(\w+\.)?\*", code, re.IGNORECASE)


@pytest.mark.django_db
def test_each_function_and_view_in_the_database_is_that_of_its_file():
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, obj_description(oid, 'pg_proc') FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        found.update(cursor.fetchall())
        cursor.execute("SELECT relname, obj_description(oid, 'pg_class') FROM pg_class WHERE relkind = 'v'")
        found.update(cursor.fetchall())

    for path in sqlfiles.object_files():
        assert found.get(path.stem) == f"sha256 {sqlfiles.file_hash(path)}", path.name
