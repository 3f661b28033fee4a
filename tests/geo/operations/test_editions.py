"""A second edition of records that were published is held against the first: what moved a little stands, in figures and in labels."""

import io
import shutil
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import override_settings

from geo.disclosure.protected_files import read_protected
from geo.disclosure.revision_words import in_words
from geo.errors import DisclosureError, QualityError
from geo.models import Area, Release
from geo.operations import linking
from geo.operations.editions import PUBLISHED
from geo.releases.definitions_linked import SOURCE
from geo.releases.linked_editions import refuse_unregarded
from tests.geo.operations.tiny_world import SPEC, lay_out, small_country

pytestmark = pytest.mark.django_db
OTHER = replace(SPEC, edition="repaired")
DERIVED = ("screening-bowel", "ethnicity-completeness")


@pytest.fixture(scope="module")
def data(django_db_setup, django_db_blocker, tmp_path_factory):
    """The first edition published, then the one with recording repaired, both by the command."""
    data = tmp_path_factory.mktemp("data")
    with django_db_blocker.unblock(), transaction.atomic():
        lay_out()
        Area.objects.update(geometry_3857=None)  # tiles are not drawn inside a transaction
        for edition in ("as_recorded", "repaired"):
            demo_data(data, edition=edition)
        yield data
        transaction.set_rollback(True)


def demo_data(data, **options):
    """What the command says."""
    said = io.StringIO()
    with small_country(DERIVED), override_settings(HIID_DATA=data):
        call_command("demo_data", systems="ncl", people=SPEC.people, stdout=said, stderr=io.StringIO(), **options)
    return said.getvalue()


def link_records(data, world, **options):
    with small_country(DERIVED), override_settings(HIID_DATA=data):
        call_command("link_records", world, stdout=io.StringIO(), stderr=io.StringIO(), **options)


def protected(data, spec):
    return read_protected(data / "protected" / spec.name)


def files(data):
    return {path: path.read_bytes() for path in sorted((data / "protected").rglob("*")) if path.is_file()}


def figures(table):
    """{key: numerator}, of those that are shown."""
    keys = ("indicator", "geography", "area", "period", "dimension", "stratum")
    return {tuple(row[key] for key in keys): row["numerator"] for row in table.to_pylist() if row["numerator"] is not None}


def test_a_first_edition_is_held_against_nothing(data):
    told = protected(data, SPEC).manifest

    assert told["revision"] == {"earlier": [], "never_published": []}
    assert in_words(told) == ""


def test_the_second_edition_moves_by_the_amount_or_not_at_all(data):
    first, second = protected(data, SPEC), protected(data, OTHER)
    before, after = figures(first.table), figures(second.table)
    moved = {key: abs(after[key] - before[key]) for key in before.keys() & after.keys() if after[key] != before[key]}

    assert second.manifest["revision"]["earlier"] == [first.sha256]
    assert second.manifest["revision"]["revised"] >= len(moved) > 0
    assert min(moved.values()) >= 10


def test_without_the_rule_figures_of_the_second_edition_move_by_less(data, tmp_path):
    shutil.copytree(data, tmp_path, dirs_exist_ok=True)
    before = figures(protected(data, SPEC).table)

    link_records(tmp_path, OTHER.name, never_published=True)
    after = figures(protected(tmp_path, OTHER).table)

    assert 0 < min(abs(after[key] - before[key]) for key in before.keys() & after.keys() if after[key] != before[key]) < 10


def test_page_and_command_say_what_was_revised(data, client):
    words = in_words(protected(data, OTHER).manifest)

    assert "stand as first published" in words
    assert words[1:] in demo_data(data, edition="repaired")
    assert words[1:] in client.get("/about/").content.decode()


def test_both_editions_stand_when_they_are_asked_for_again(data):
    before = files(data)

    for edition in ("as_recorded", "repaired"):
        demo_data(data, edition=edition)

    assert files(data) == before


def test_a_step_that_fails_leaves_what_was_there(data, monkeypatch):
    before, current = files(data), Release.objects.get(is_current=True)
    monkeypatch.setattr(linking, "code_version", lambda: "another")

    def fails(*_, **__):
        raise DisclosureError("told too much")

    monkeypatch.setattr(linking, "revise", fails)

    with pytest.raises(CommandError, match="told too much"):
        demo_data(data, edition="repaired")

    assert files(data) == before
    assert Release.objects.get(is_current=True) == current


def test_a_published_table_is_kept_when_another_takes_its_place(data, tmp_path, monkeypatch):
    shutil.copytree(data, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(linking, "code_version", lambda: "another")
    first, second = protected(tmp_path, SPEC), protected(tmp_path, OTHER)

    link_records(tmp_path, SPEC.name)
    third = protected(tmp_path, SPEC)

    assert third.manifest["revision"]["earlier"] == [first.sha256, second.sha256]
    (kept,) = (tmp_path / PUBLISHED / first.sha256[:16]).iterdir()
    assert read_protected(kept).sha256 == first.sha256


def test_an_edition_that_was_published_and_is_not_kept_is_asked_for(data, tmp_path):
    shutil.copytree(data / "secure", tmp_path / "secure")
    shutil.copytree(data / "secrets", tmp_path / "secrets")

    with pytest.raises(CommandError, match="--never-published"):
        link_records(tmp_path, SPEC.name)
    link_records(tmp_path, SPEC.name, never_published=True)

    assert len(protected(tmp_path, SPEC).manifest["revision"]["never_published"]) == 2


def test_a_release_made_without_regard_to_what_was_published_is_not_published(data):
    release = Release.objects.get(is_current=True)
    release.sources[SOURCE]["sha256"], release.quality["linked"]["revision"] = "0" * 64, {}

    with pytest.raises(QualityError, match="without regard to"):
        refuse_unregarded(release)
