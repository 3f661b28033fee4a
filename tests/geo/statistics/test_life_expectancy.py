"""Life expectancy against the worked example, a cohort followed band by band, and by its properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.inequality import slope_index
from geo.statistics.life_expectancy import BANDS, life_expectancy
from tests.oracles import tables as oracle
from tests.worked import column, example, upstream

# People and deaths of an area in which all rules hold.
PEOPLE = np.array([300.0] + [1200.0] + [1500.0] * 17 + [200.0])
DEATHS = np.array([2, 0, 1, 0, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 14, 20, 30, 45, 60, 50], dtype=float)


def table(rows, areas, key):
    found = {(row["area"], int(row["startage"])): row for row in rows}
    return column([found[area, age] for area in areas for age in BANDS], key).reshape(-1, 20)


@pytest.mark.parametrize(("confidence", "keys"), [(0.95, ("lower95_0cl", "upper95_0cl")), (0.998, ("lower99_8cl", "upper99_8cl"))])
def test_expectancies_equal_the_worked_example(confidence, keys):
    rows, results = example("life_expectancy_input"), example("life_expectancy_expected")
    areas = list(dict.fromkeys(row["area"] for row in rows))

    found = life_expectancy(table(rows, areas, "deaths"), populations=table(rows, areas, "pops"), confidence=confidence)

    np.testing.assert_allclose(found.value, table(results, areas, "value"), rtol=1e-9)
    np.testing.assert_allclose(found.lower, table(results, areas, keys[0]), rtol=1e-9)
    np.testing.assert_allclose(found.upper, table(results, areas, keys[1]), rtol=1e-9)
    assert np.isnan(found.value).all(axis=1).sum() == 2


@pytest.mark.parametrize(("sex", "years"), [("1", 9.35), ("2", 7.27)])
def test_the_slope_across_tenths_of_england_is_the_published_one(mirror, sex, years):
    rows = [row for row in upstream(mirror, "LE_testdata") if row["GeoCode"] == "England" and row["Sex"] == sex]

    slope = slope_index(column(rows, "LifeExp"), populations=column(rows, "Pop"), standard_errors=column(rows, "SE"))

    assert [row["Decile"] for row in rows] == [str(tenth) for tenth in range(1, 11)]
    assert round(float(slope.sii[0]), 2) == years
    assert slope.sii_lower[0] < slope.sii[0] < slope.sii_upper[0]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(300, 3000)), min_size=20, max_size=20))
def test_expectancies_equal_those_of_a_cohort_followed_band_by_band(rows):
    deaths, people = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    deaths[-1] += 1

    found = life_expectancy(deaths, populations=people)

    expectancy, errors = oracle.life_table(deaths, people)
    np.testing.assert_allclose(np.sqrt(found.variance[0]), errors, rtol=1e-9)
    np.testing.assert_allclose((found.lower[0] + found.upper[0]) / 2, expectancy, rtol=1e-9)
    shown = [e if 2 * 1.959963984540054 * s <= 20 else np.nan for e, s in zip(expectancy, errors, strict=True)]
    np.testing.assert_allclose(found.value[0], shown, rtol=1e-9)


def test_a_band_in_which_more_die_than_its_middle_allows_ends_there():
    # Of 1,000 person-years of people aged 70 to 74, 401 deaths: at the pace of their middle more than all would die within five years.
    deaths, people = DEATHS.copy(), PEOPLE.copy()
    people[15] = 1000.0
    for died, ends in ((399.0, False), (401.0, True)):
        deaths[15] = died

        found = life_expectancy(deaths, populations=people)

        expectancy, errors = oracle.life_table(deaths, people)
        np.testing.assert_allclose(found.value[0, :16], expectancy[:16], rtol=1e-9)
        np.testing.assert_allclose(np.sqrt(found.variance[0, :15]), errors[:15], rtol=1e-9)
        assert np.isnan(found.value[0, 16]) == ends


@given(st.one_of(st.integers(2, 50), st.just(0.2)))
def test_more_years_of_the_same_leave_the_value_and_narrow_the_limits(times):
    once, often = life_expectancy(DEATHS, populations=PEOPLE), life_expectancy(DEATHS * times, populations=PEOPLE * times)

    np.testing.assert_allclose(often.value, once.value, rtol=1e-12)
    np.testing.assert_allclose(often.variance * times, once.variance, rtol=1e-9)


def test_order_of_areas_does_not_matter_and_each_stands_alone():
    deaths, people = np.stack([DEATHS, DEATHS * 2, DEATHS[::-1]]), np.stack([PEOPLE, PEOPLE * 3, PEOPLE * 2])

    found, turned = life_expectancy(deaths, populations=people), life_expectancy(deaths[::-1], populations=people[::-1])

    np.testing.assert_array_equal(found.value, turned.value[::-1])
    np.testing.assert_array_equal(found.value[1], life_expectancy(deaths[1], populations=people[1]).value[0])
    assert life_expectancy(np.empty((0, 20)), populations=np.empty((0, 20))).value.shape == (0, 20)


def test_the_bands_begin_where_they_should():
    assert BANDS == (0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90)


@pytest.mark.parametrize(
    ("band", "deaths", "people"),
    [(3, 1501.0, 1500.0), (3, -1.0, 1500.0), (3, 0.0, 0.0), (3, 0.0, -5.0), (3, 1.0, np.nan), (19, 0.0, 200.0)],
)
def test_an_area_whose_figures_bear_no_table_has_none(band, deaths, people):
    died, alive = np.stack([DEATHS, DEATHS]), np.stack([PEOPLE, PEOPLE])
    died[0, band], alive[0, band] = deaths, people

    found = life_expectancy(died, populations=alive)

    for part in (found.value, found.lower, found.upper, found.variance):
        assert np.isnan(part[0]).all()
        assert np.isfinite(part[1]).all()


@pytest.mark.parametrize(("total", "has_table"), [(5000.0, False), (5001.0, True)])
def test_5000_people_are_too_few(total, has_table):
    people = np.full(20, 250.0)
    people[4] += total - 5000

    assert np.isfinite(life_expectancy(np.full(20, 5.0), populations=people).lower).all() == has_table


def test_a_single_person_of_an_age_is_enough():
    people = PEOPLE.copy()
    people[3] = 1.0

    assert np.isfinite(life_expectancy(DEATHS, populations=people).value).all()


def test_as_many_deaths_as_people_are_possible():
    deaths, people = DEATHS.copy(), PEOPLE.copy()
    deaths[18] = people[18]

    found = life_expectancy(deaths, populations=people)

    # Within five years everyone of that band dies, after half of them on average; nobody reaches the last band.
    assert found.value[0, 18] == pytest.approx(2.5)
    assert np.isnan(found.value[0, 19])


def test_a_value_whose_interval_is_wider_than_20_years_is_not_shown_but_its_limits_are():
    deaths = np.zeros(20)
    deaths[19] = 1

    found = life_expectancy(deaths, populations=PEOPLE)

    assert np.isnan(found.value).all()
    np.testing.assert_allclose(found.upper[0, 19] - found.lower[0, 19], 2 * 1.959963984540054 * 200, rtol=1e-12)
    narrow = life_expectancy(deaths, populations=PEOPLE, confidence=0.6)
    assert np.isnan(narrow.value).all()


def test_missing_deaths_and_other_bands_are_refused():
    with pytest.raises(StatisticsError, match="a missing count is not 0"):
        life_expectancy(np.where(np.arange(20) == 4, np.nan, DEATHS), populations=PEOPLE)
    with pytest.raises(StatisticsError, match="both need 20 bands"):
        life_expectancy(DEATHS[:19], populations=PEOPLE[:19])
    with pytest.raises(StatisticsError, match="both need 20 bands"):
        life_expectancy(DEATHS, populations=np.stack([PEOPLE, PEOPLE]))
    with pytest.raises(StatisticsError, match="both need 20 bands"):
        life_expectancy(DEATHS[None, None], populations=PEOPLE[None, None])
    with pytest.raises(StatisticsError, match="confidence of 95"):
        life_expectancy(DEATHS, populations=PEOPLE, confidence=95)
