"""Ranks, profiles and time limits against plain second versions."""

import random

import pytest

from geo.errors import TookTooLong
from geo.models import Observation
from geo.queries.areas import find_areas, get_area, list_neighbours
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.observations import Question, list_observations, select, stream_observations
from geo.queries.profile import get_england_value, get_profile
from geo.queries.reading import read
from geo.statuses import Basis, Reason, Status
from tests.builders import a_stratum, an_area, an_availability, an_indicator, an_observation
from tests.world import standing_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    with standing_world(django_db_blocker) as world:
        yield world


@pytest.fixture
def world(standing, db):
    return standing


def _ranks_by_loop(values: dict[str, float], *, low_is_good: bool) -> dict[str, int]:
    return {
        code: 1 + sum((other < value) if low_is_good else (other > value) for other in values.values()) for code, value in values.items()
    }


@pytest.mark.parametrize("polarity", ["high_is_good", "low_is_good", "none"])
def test_ranks_equal_a_plain_loop_with_ties(world, polarity):
    chance = random.Random(polarity)
    indicator = an_indicator("made-up-ranks", polarity=polarity)
    values = {lsoa.code: chance.choice([0.1, 0.2, 0.3, 0.4]) for lsoa in world.lsoas}
    for lsoa in world.lsoas:
        value = values[lsoa.code]
        an_observation(lsoa, release=world.release, indicator=indicator, value=value, lower=None, upper=None)
    an_availability(release=world.release, indicator=indicator)
    release = get_release()

    selection = select(release, get_indicator("made-up-ranks", release), Question(area_type="lsoa"))
    page = list_observations(selection, limit=1000)
    expected = _ranks_by_loop(values, low_is_good=polarity == "low_is_good")
    assert {row.area_code: row.rank for row in page.observations} == expected
    assert list(stream_observations(selection)) == list(page.observations)
    for lsoa in world.lsoas[:3]:
        area = find_areas(lsoa.code)[0]
        latest = {row.indicator.slug: row.latest for row in get_profile(area, release)}
        assert (latest["made-up-ranks"].rank, latest["made-up-ranks"].rank_of) == (expected[lsoa.code], 12)


def test_a_value_of_unknown_error_has_no_rank_and_takes_none(world):
    Observation.objects.filter(indicator=world.coverage, area=world.lsoas[11]).update(
        basis=Basis.MODELLED, reason=Reason.ALLOCATION_ERROR_UNKNOWN, lower=None, upper=None
    )
    release = get_release()

    selection = select(release, get_indicator(world.coverage.slug, release), Question(area_type="lsoa"))
    rows = list_observations(selection).observations
    assert (rows[11].value, rows[11].rank, rows[11].rank_of) == (0.61, None, None)
    assert (rows[10].rank, rows[10].rank_of) == (1, 10)


def test_a_profile_has_the_latest_the_trend_and_england(world):
    release = get_release()
    profile = get_profile(get_area("E01000012").area, release)

    rows = {row.indicator.slug: row for row in profile}
    coverage = rows["cervical-coverage-25-49"]
    assert set(rows) == {"cervical-coverage-25-49", "made-up-ratio", "acute-morbidity"}
    assert (coverage.latest.period, coverage.latest.value, coverage.england) == ("2021-22", 0.61, 0.7)
    assert [point.period for point in coverage.trend] == ["2020-21", "2021-22"]
    assert rows["made-up-ratio"].england is None


def test_a_profile_is_of_everybody_and_of_parts_only_where_an_indicator_has_nothing_else(world):
    lsoa, shares = world.lsoas[11], an_indicator("made-up-shares")
    for indicator, parts in ((world.coverage, ("female",)), (shares, ("female", "male"))):
        for slug in parts:
            stratum = a_stratum(slug, dimension="sex")
            period = "2021-22" if indicator == world.coverage else "2020-21"
            an_observation(lsoa, release=world.release, indicator=indicator, stratum=stratum, period=period)
            an_availability(release=world.release, indicator=indicator, stratum=stratum, period=period)

    rows = get_profile(get_area(lsoa.code).area, get_release())

    assert [row.stratum for row in rows if row.indicator.slug == world.coverage.slug] == ["all"]
    assert sorted(row.stratum for row in rows if row.indicator.slug == "made-up-shares") == ["female", "male"]


def test_a_missing_observation_stays_in_the_profile_with_its_reason(world):
    profile = get_profile(get_area("E01000004").area, get_release())

    latest = next(row.latest for row in profile if row.indicator.slug == "cervical-coverage-25-49")
    assert (latest.value, latest.status, latest.reason, latest.rank) == (None, "missing", "not_reported", None)


def test_an_area_alone_in_its_set_has_no_rank(world):
    profile = get_profile(get_area("E92000001").area, get_release())

    assert [(row.latest.rank, row.latest.rank_of) for row in profile] == [(None, None)]


def test_england_of_a_slice(world):
    release = get_release()
    indicator = get_indicator("cervical-coverage-25-49", release)

    part = next(part for part in indicator.slices if part.geography.slug == "lsoa21")
    assert get_england_value(indicator, part, release).value == 0.7
    ratio = get_indicator("made-up-ratio", release)
    assert get_england_value(ratio, ratio.slices[0], release) is None


def test_neighbours_touch(world):
    area = get_area("E01000005").area

    # Squares lie in a row: each touches the one before and the one after.
    assert [near.code for near in list_neighbours(area)] == ["E01000004", "E01000006"]
    assert list_neighbours(get_area("E01000001").area)[0].code == "E01000002"


def test_an_area_without_a_shape_has_no_neighbours(world):
    an_area("A81001", geography="practice24")

    assert list_neighbours(get_area("A81001").area) == ()


def test_strata_are_all_meant_where_nobody_counted_everybody(world):
    shares = an_indicator("ethnic-group-share")
    for stratum in ("asian", "black"):
        an_observation(world.lsoas[0], release=world.release, indicator=shares, stratum=stratum)
        an_availability(release=world.release, indicator=shares, stratum=stratum)
    release = get_release()
    indicator = get_indicator("ethnic-group-share", release)

    every = list_observations(select(release, indicator, Question(area_type="lsoa")))
    one = list_observations(select(release, indicator, Question(area_type="lsoa", stratum="black")))
    assert [row.stratum for row in every.observations] == ["asian", "black"]
    assert [row.stratum for row in one.observations] == ["black"]


def test_status_words_are_those_of_the_house(world):
    release = get_release()
    rows = list_observations(select(release, get_indicator(world.coverage.slug, release), Question(area_type="lsoa"))).observations

    assert {row.status for row in rows} <= {status.name.lower() for status in Status}


def test_a_slow_read_is_stopped_by_the_database(world, monkeypatch):
    monkeypatch.setattr("geo.queries.reading.statement", lambda _name: "SELECT pg_sleep(5)")

    with pytest.raises(TookTooLong):
        read("any", {}, time_limit_ms=50)
