"""An area that is in no source any more keeps its row for older releases, and is in no list, search or label of today."""

import pytest

from geo.codes import geography
from geo.models import Area
from geo.queries.areas import get_area, list_areas
from geo.queries.gazetteer import list_labels, list_names
from geo.queries.search import search
from tests.builders import an_area

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gone():
    an_area("E06000001", geography="lad24", name="Stayham")
    area = an_area("E06000002", geography="lad24", name="Goneham")
    Area.objects.filter(pk=area.pk).update(feature_id=-area.pk)


def test_it_is_in_no_list():
    found = list_areas(geographies=(geography("lad24"),), limit=None)

    assert [area.code for area in found.areas] == ["E06000001"]
    assert list_names(geography("lad24")).codes == ["E06000001"]
    assert [label.name for label in list_labels("far")] == ["Stayham"]


def test_it_is_not_found_by_name_or_code():
    assert not search("Goneham")
    assert not search("E06000002")


def test_its_own_address_still_answers():
    assert get_area("E06000002").area.name == "Goneham"
