"""Areas are made of whatever is there; what a killed or failing build leaves is the state before."""

import pytest
from django.db import IntegrityError

from geo.models import Area, AreaAges, AreaBuild, AreaLink, Deprivation
from geo.releases import areas
from geo.releases.areas import build_areas
from tests.geo.releases import small_england as small

pytestmark = pytest.mark.django_db


def test_without_look_ups_there_are_still_neighbourhoods():
    small.put_in({name: table for name, table in small.tables().items() if name in ("lsoa11_boundaries", "mid2020_population")})

    build = build_areas()

    assert build.rows["lsoa11"] == 4
    assert "lsoa11_msoa11" in build.notes["absent"]
    assert not Deprivation.objects.exists()
    assert not AreaAges.objects.exists()


def test_a_build_that_fails_late_leaves_everything_as_it_was(monkeypatch):
    small.put_in(small.tables())
    build_areas()
    before = (Area.objects.count(), AreaLink.objects.count(), AreaBuild.objects.count(), list(AreaAges.objects.values_list()))
    made = small.tables()
    small.put_in({name: made[name].slice(1) for name in ("lsoa11_boundaries", "census2021_age_lsoa21")}, edition="b")

    def fail(*_):
        raise IntegrityError("made to fail")

    monkeypatch.setattr(areas, "site_columns", fail)
    with pytest.raises(IntegrityError):
        build_areas()

    assert (Area.objects.count(), AreaLink.objects.count(), AreaBuild.objects.count(), list(AreaAges.objects.values_list())) == before
    assert len(before[-1]) == 4
    assert Area.objects.filter(geography__slug="lsoa11", feature_id__gt=0).count() == 4
