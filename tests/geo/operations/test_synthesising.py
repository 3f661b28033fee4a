"""Worlds are made from the areas of the database: the real ones where the published files are at hand."""

import json
import stat
from io import StringIO

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from geo.errors import InputError
from geo.operations.finding import Finder
from geo.operations.loading import load_sources
from geo.operations.synthesising import _laid, read_country, world_folder
from geo.releases.areas import build_areas
from geo.sources.registry import load_registry
from geo.synthetic.country import SYSTEMS

NEEDED = (
    "mid2020-population", "census2021-age-lsoa21", "census2021-ethnicity-lsoa21", "imd2019-lsoa11", "imd2025-lsoa21", "imd2019-lad19",
    "imd2025-lad24", "imd2025-icb24", "gp-registrations-2022", "practice-coordinates-2022", "practice-coordinates-2024",
)  # fmt: skip


def test_a_neighbourhood_without_entries_is_given_those_of_the_nearest():
    frame = pd.DataFrame({"easting": [0.0, 10.0, 100.0], "northing": [0.0, 0.0, 0.0]}, index=["a", "b", "c"])
    rows = pd.DataFrame({"lsoa": ["a", "a", "c"], "practice": ["P", "Q", "R"], "patients": [5, 6, 7]})

    entries, start, weight = _laid(frame, rows)

    assert entries.tolist() == ["P", "Q", "P", "Q", "R"]
    assert start.tolist() == [0, 2, 4, 5]
    assert weight.tolist() == [5, 6, 5, 6, 7]


def test_the_folder_of_worlds_is_for_its_owner_alone(tmp_path):
    assert world_folder(tmp_path, "x") == tmp_path / "secure" / "x"
    assert stat.S_IMODE((tmp_path / "secure").stat().st_mode) == 0o700


@pytest.mark.django_db
def test_without_loaded_files_it_says_what_is_lacking():
    # The country of other tests here may stand meanwhile; it comes back with the end of this test's transaction.
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS staging CASCADE")
    with pytest.raises(InputError, match="census2021_age_lsoa21"):
        read_country(("ncl",))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "match"), [("--systems=atlantis", "atlantis"), ("--people=0", "people"), ("--stories=gold", "gold")]
)  # fmt: skip
def test_the_command_refuses_what_makes_no_sense(option, match):
    with pytest.raises(CommandError, match=match):
        call_command("synthesise", option, stdout=StringIO())


@pytest.fixture(scope="module")
def england(mirror, tmp_path_factory, django_db_setup, django_db_blocker):
    """The real areas, loaded from the published files."""
    sources = {slug: source for slug, source in load_registry().items() if source.family in ("geography", "lookups") or slug in NEEDED}
    finder = Finder(mirror=settings.HIID_MIRROR, cache=tmp_path_factory.mktemp("cache"))
    with django_db_blocker.unblock(), transaction.atomic():
        outcomes = load_sources(sources, finder=finder)
        assert [outcome.line for outcome in outcomes if outcome.state != "loaded"] == []
        build_areas()
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.slow
def test_the_real_country_has_every_system_with_its_people(england):
    country = read_country(tuple(SYSTEMS))
    country.check()

    assert set(country.system) == set(SYSTEMS)
    assert len(set(country.lsoa21)) == len(country)
    # Census 2021: of England's 56,490,091 so many live in the ten systems.
    assert country.people.sum() == 18_248_633
    assert {"Haringey", "Newcastle upon Tyne", "Oldham", "Rochdale", "Solihull", "Leicester", "Bristol, City of"} <= set(country.lad_name)
    assert np.diff(country.postcode_start).mean() > 20
    assert country.practice_weight.sum() > country.people.sum()


@pytest.mark.django_db
@pytest.mark.slow
def test_a_real_district_is_filled_as_the_census_counted_it(england, tmp_path, settings):
    settings.HIID_DATA = tmp_path
    said = StringIO()

    call_command("synthesise", "--systems=ncl", "--people=200000", "--seed=5", stdout=said)

    folder = tmp_path / "secure" / "ncl-200000-5"
    manifest = json.loads((folder / "extracts" / "manifest.json").read_text())
    register = pq.read_table(folder / "extracts" / "gp_register.parquet", columns=["LSOA21", "REGISTERED_TO"])
    here = dict(pair.values() for pair in pc.value_counts(register.filter(register["REGISTERED_TO"].is_null())["LSOA21"]).to_pylist())
    country = read_country(("ncl",))
    haringey = country.lad_name == "Haringey"
    assert (
        "(synthetic): 264,201 people" in said.getvalue() or manifest["people"]["registered_on_last_day"] == country.people[haringey].sum()
    )
    assert here == dict(zip(country.lsoa21[haringey], country.people[haringey].sum(axis=1).tolist(), strict=True))
