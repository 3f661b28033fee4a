"""What a synthetic release is there to show: words for every story that may be planted, facts from the manifest, working links."""

import pytest

from geo.releases.definitions import load_definitions
from geo.releases.demonstrations import FILE, demonstrations_of
from geo.synthetic.planted import STORIES
from geo.synthetic.worlds import EDITIONS
from geo.yamlfiles import read_yaml
from tests import builders

DEFINITIONS = load_definitions()
WORDS = read_yaml(FILE)


def test_every_story_has_its_words_and_every_indicator_is_served():
    served = {one.measure["indicator"] for one in DEFINITIONS.values() if one.family == "linked"}

    assert set(WORDS) == set(STORIES)
    for words in WORDS.values():
        assert set(words["indicators"]) <= served
        assert words["use"].endswith(".")
        assert words["look"].endswith(".")
        assert set(words.get("editions", EDITIONS)) == set(EDITIONS)


@pytest.mark.django_db
def test_a_demonstration_has_the_facts_of_its_manifest():
    builders.an_area("E09000014", geography="lad24", name="Haringey")
    manifest = {"stories": {"screening": {"title": "Low uptake", "districts": ["E09000014"]}}, "edition": "as_recorded"}

    (one,) = demonstrations_of(manifest, DEFINITIONS.values())

    assert (one["title"], one["districts"]) == ("Low uptake", [{"code": "E09000014", "name": "Haringey"}])
    assert one["indicators"][0] == {"slug": "linked-breast-uptake", "title": "Breast screening uptake"}
    assert one["edition"] == ""


@pytest.mark.django_db
@pytest.mark.parametrize("edition", EDITIONS)
def test_the_edition_is_said_where_it_matters(edition):
    manifest = {"stories": {"ethnicity": {"title": "Gaps", "districts": ["E08000029"]}}, "edition": edition}

    (one,) = demonstrations_of(manifest, DEFINITIONS.values())

    assert ("repaired" in one["edition"]) == (edition == "repaired")
    assert one["districts"] == [{"code": "E08000029", "name": "E08000029"}]


@pytest.mark.django_db
def test_a_null_world_has_none():
    assert demonstrations_of({"stories": {}}, DEFINITIONS.values()) == []
    assert demonstrations_of({}, DEFINITIONS.values()) == []
