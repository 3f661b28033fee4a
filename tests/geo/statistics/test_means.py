"""Means against the worked example, a plain second version, and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.means import mean
from tests.oracles import tables as oracle
from tests.worked import assert_estimate, column, example, upstream


def groups_of(rows, results):
    areas = [row["area"] for row in results]
    return np.array([areas.index(row["area"]) for row in rows]), len(areas)


@pytest.mark.parametrize(
    ("confidence", "keys"), [(0.95, ("value", "lower95_0cl", "upper95_0cl")), (0.998, ("value", "lower99_8cl", "upper99_8cl"))]
)
def test_means_equal_the_worked_example(confidence, keys):
    rows, results = example("mean_input"), example("mean_expected")
    groups, size = groups_of(rows, results)

    found = mean(column(rows, "value"), groups=groups, size=size, confidence=confidence)

    assert_estimate(found, results, keys)
    np.testing.assert_allclose(found.deviation, column(results, "stdev"), rtol=1e-9)
    np.testing.assert_array_equal(found.count, column(results, "value_count"))


def test_upstream_tables(mirror):
    rows, results = upstream(mirror, "testdata_Mean__testdata_Mean"), upstream(mirror, "testdata_Mean__testdata_Mean_results")
    groups, size = groups_of(rows, results[:2])

    grouped, together = mean(column(rows, "values"), groups=groups, size=size), mean(column(rows, "values"))

    assert_estimate(grouped, results[:2], ("value", "lower95_0cl", "upper95_0cl"))
    assert_estimate(together, results[2:], ("value", "lower95_0cl", "upper95_0cl"))


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.floats(0.01, 1000), st.randoms())
def test_limits_bracket_the_unit_scales_and_order_does_not_matter(values, unit, random):
    found, scaled = mean(values), mean(np.array(values) * unit)
    turned = mean(random.sample(values, len(values)))

    assert found.lower[0] <= found.value[0] <= found.upper[0]
    tolerance = {"rtol": 1e-9, "atol": 1e-6}
    np.testing.assert_allclose((scaled.value, scaled.lower), np.array((found.value, found.lower)) * unit, rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose((turned.value, turned.upper), (found.value, found.upper), **tolerance)
    np.testing.assert_allclose((found.value[0], found.deviation[0]), oracle.mean(values), **tolerance)


def test_a_group_of_one_has_no_limits_and_an_empty_one_nothing():
    found = mean([7.0, 1.0, 3.0], groups=[0, 2, 2], size=3)

    np.testing.assert_array_equal(found.value, [7.0, np.nan, 2.0])
    np.testing.assert_array_equal(found.count, [1, 0, 2])
    assert np.isnan([found.lower[0], found.upper[0], found.deviation[0], found.lower[1], found.deviation[1]]).all()
    # Two values: t on one degree of freedom is 12.7062.
    assert found.upper[2] == pytest.approx(2 + 12.706204736 * 1.0)


@pytest.mark.parametrize(
    ("values", "groups", "words"),
    [
        ([1.0, np.nan], None, "A value is missing"),
        ([1.0, 2.0], [0], "between 0 and 1"),
        ([1.0, 2.0], [0, 2], "between 0 and 1"),
        ([1.0, 2.0], [0, -1], "between 0 and 1"),
    ],
)
def test_what_means_nothing_is_refused(values, groups, words):
    with pytest.raises(StatisticsError, match=words):
        mean(values, groups=groups, size=2)


def test_without_groups_all_values_are_one():
    np.testing.assert_array_equal(mean([1.0, 2.0, 6.0]).value, [3.0])


def test_a_confidence_outside_its_range_is_refused():
    with pytest.raises(StatisticsError, match=r"confidence of 0\.5"):
        mean([1.0, 2.0], confidence=0.5)


def test_groups_without_values_have_none_wherever_they_stand():
    found = mean([1.0, 3, 8], groups=[1, 1, 3], size=6)

    assert found.count.tolist() == [0, 2, 0, 1, 0, 0]
    np.testing.assert_array_equal(found.value, [np.nan, 2, np.nan, 8, np.nan, np.nan])
    assert np.isnan(found.deviation).tolist() == [True, False, True, True, True, True]
    assert found.count.dtype == np.int64
