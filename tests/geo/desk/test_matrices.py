"""A table of minutes that a site keeps, from its file to the provider that a plan asks for."""

from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from geo.desk import matrices
from geo.desk.matrices import add_matrix, delete_matrix
from geo.errors import InputError, PlanningError, TooManySaved, UnknownMatrix
from geo.models import TravelMatrix
from geo.queries.reach import areas_within, to_degrees
from geo.queries.travel import get_origins, get_provider, list_providers
from tests.builders import a_postcode, an_area

pytestmark = pytest.mark.django_db


@pytest.fixture
def lsoas():
    """Three LSOAs in a row, and a postcode in the middle of the first field."""
    made = [an_area(f"E0100000{number}") for number in (1, 2, 3)]
    a_postcode("OX11AA", lsoa11=an_area(geography="lsoa11"), lsoa21=made[0])
    return made


def load(file, text, **options):
    file.write_text(text)
    out = StringIO()
    call_command("load_travel_times", file, name="Bus", mode="bus at 8", source="Made up", stdout=out, **options)
    return out.getvalue()


def test_a_kept_table_is_a_provider_with_its_mode(lsoas, tmp_path):
    told = load(tmp_path / "bus.csv", "area,OX1 1AA\nE01000001,12\nE01000002,34\nE01000003,\n")

    name = f"matrix:{TravelMatrix.objects.get().digest}"
    assert name in told
    assert len(name) == len("matrix:") + 64
    assert "3 areas to 1 places, bus at 8; 0 rows" in told
    assert (list_providers()[-1].provider, list_providers()[-1].mode, list_providers()[-1].refused) == (name, "bus at 8", None)
    points = get_origins("lsoa21").points
    provider = get_provider(name)
    place = [[440_500.0, 200_500.0]]
    assert provider.minutes(points[:2], place).tolist() == [[12.0], [34.0]]
    with pytest.raises(PlanningError, match="from E01000003 to OX1 1AA were not measured"):
        provider.minutes(points, place)
    assert get_provider(f"matrix:{TravelMatrix.objects.get().id}").minutes(points[:1], place).tolist() == [[12.0]]


def test_an_isochrone_of_a_kept_table_names_its_mode_and_is_refused_where_a_trip_was_not_measured(lsoas, tmp_path):
    load(tmp_path / "bus.csv", "area,OX1 1AA\nE01000001,12\nE01000002,34\n")
    longitude, latitude = to_degrees(get_origins("lsoa21").points[:1])[0]
    name = f"matrix:{TravelMatrix.objects.get().digest}"

    reach = areas_within(longitude, latitude, 20, provider=name)
    assert [(area.code, area.minutes) for area in reach.areas] == [("E01000001", 12.0)]
    assert (reach.mode, reach.error) == ("bus at 8", None)
    load(tmp_path / "bus.csv", "area,OX1 1AA\nE01000001,12\nE01000002,\n")
    with pytest.raises(PlanningError, match="not measured"):
        areas_within(longitude, latitude, 20, provider=f"matrix:{TravelMatrix.objects.get().digest}")


def test_a_table_of_the_same_name_takes_the_place_of_the_earlier(lsoas, tmp_path):
    load(tmp_path / "bus.csv", "area,OX1 1AA\nE01000001,12\n")
    load(tmp_path / "bus.csv", "area,OX1 1AA\nE01000001,13\n")

    assert TravelMatrix.objects.count() == 1


def test_a_faulty_file_keeps_nothing(lsoas, tmp_path):
    load(tmp_path / "bus.csv", "area,OX1 1AA\nE01000001,12\n")

    with pytest.raises(CommandError, match=r"bus.csv, row 2, column 'OX1 1AA'.*found soon"):
        load(tmp_path / "bus.csv", "area,OX1 1AA\nE01000001,soon\n")
    with pytest.raises(CommandError, match=r"column 'ZZ1 1ZZ'.*live postcode"):
        load(tmp_path / "bus.csv", "area,OX1 1AA,ZZ1 1ZZ\nE01000001,12,1\n")
    assert TravelMatrix.objects.count() == 1


def test_places_that_are_not_known_may_be_left_out(lsoas, tmp_path):
    told = load(tmp_path / "bus.csv", "area,OX1 1AA,CF14 4XW\nE01000001,12,1\nW01000001,1,1\n", leave_out_unknown=True)

    assert "1 rows and 1 places left out" in told
    assert TravelMatrix.objects.get().destinations == ["OX1 1AA"]


def test_a_table_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="No table of minutes"):
        get_provider("matrix:none")


def test_the_same_table_told_of_in_the_same_words_has_the_same_digest_and_any_other_another(lsoas):
    def digest(text="area,OX1 1AA\nE01000001,12\n", **words):
        told = {"name": "Bus", "mode": "bus at 8", "source": "Made up", **words}
        key = add_matrix(text.encode(), file="bus.csv", owner="anna", **told)
        found = TravelMatrix.objects.get(id=key).digest
        TravelMatrix.objects.all().delete()
        return found

    first = digest()
    assert digest() == first
    assert digest("area,destination,minutes\nE01000001,OX1 1AA,12.0\n") == first
    assert digest(name="Another name") == first
    assert len({first, digest(mode="car"), digest(source="Others"), digest("area,OX1 1AA\nE01000001,12.5\n")}) == 4


def test_a_table_is_kept_once_for_its_owner_and_only_so_many(lsoas, monkeypatch):
    def add(owner="anna", minutes=12, name="Bus"):
        content = f"area,OX1 1AA\nE01000001,{minutes}\n".encode()
        return add_matrix(content, file="bus.csv", name=name, mode="bus", source="Made up", owner=owner)

    assert add() == add(name="Again")
    assert add(owner="ben") != add()
    with pytest.raises(InputError, match="another table of this name"):
        add(minutes=13)
    monkeypatch.setattr(matrices, "OF_ONE_OWNER", 2)
    add(minutes=13, name="Two")
    with pytest.raises(TooManySaved, match="2 tables of yours"):
        add(minutes=14, name="Three")
    monkeypatch.setattr(matrices, "OF_EVERYBODY", 3)
    with pytest.raises(TooManySaved, match="No more tables"):
        add(owner="cleo")
    assert TravelMatrix.objects.count() == 3


def test_a_table_of_the_site_is_nobodys_to_delete(lsoas, tmp_path):
    load(tmp_path / "bus.csv", "area,OX1 1AA\nE01000001,12\n")

    with pytest.raises(UnknownMatrix):
        delete_matrix(TravelMatrix.objects.get().id, owner="anna")


def test_a_table_that_was_kept_before_there_were_digests_is_given_the_same(lsoas, tmp_path):
    load(tmp_path / "bus.csv", "area,OX1 1AA\nE01000001,12\nE01000002,\n")
    wanted = TravelMatrix.objects.get().digest
    TravelMatrix.objects.update(digest="")

    import_module("geo.migrations.0015_travel_digest").tell_digests(apps, None)

    assert TravelMatrix.objects.get().digest == wanted
