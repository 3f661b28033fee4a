"""Whether there is anything to do."""

from dataclasses import replace

import pytest

from geo.models import ChainRun, Release
from geo.operations.finding import Finder
from geo.operations.prepared import chain_digest, standing_run
from geo.sources.registry import load_registry
from tests.builders import a_current_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def sources():
    return {"lad21-rgn21": load_registry()["lad21-rgn21"]}


def test_the_digest_follows_files_and_accepted_editions(sources, tmp_path):
    finder = Finder(mirror=tmp_path, cache=tmp_path / "cache")
    path = tmp_path / sources["lad21-rgn21"].file
    absent = chain_digest(sources, finder)
    path.parent.mkdir(parents=True)
    path.write_text("one")
    one = chain_digest(sources, finder)
    path.write_text("two")
    two = chain_digest(sources, finder)
    accepted = chain_digest(sources, replace(finder, accepted={"lad21-rgn21": "f" * 64}))

    assert len({absent, one, two, accepted}) == 4
    assert chain_digest(sources, finder) == two


def test_a_run_stands_while_its_release_is_published():
    release = a_current_release()
    run = ChainRun.objects.create(digest="d", release=release)

    assert standing_run("d") == run
    assert standing_run("other") is None

    Release.objects.update(is_current=False, state=Release.State.WITHDRAWN)
    assert standing_run("d") is None


def test_a_run_does_not_stand_when_a_tileset_of_its_release_is_gone():
    release = a_current_release(tilesets={"lsoa21": "0123456789ab"})
    ChainRun.objects.create(digest="d", release=release)

    assert standing_run("d") is None
