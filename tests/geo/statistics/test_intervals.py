"""Limits against published worked examples, against a slow second version, and by their properties."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.intervals import byar_limits, exact_poisson_limits, normal_quantile, poisson_limits, wilson_limits
from tests.oracles import intervals as oracle

EXAMPLES = Path(__file__).parents[3] / "fixtures" / "worked_examples"
TOLERANCE = 1e-9


def example(name):
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else np.nan


@pytest.mark.parametrize("confidence", sorted({row["confidence"] for row in example("wilson")}))
def test_wilson_limits_equal_the_worked_example(confidence):
    rows = [row for row in example("wilson") if row["confidence"] == confidence]

    limits = wilson_limits([float(r["x"]) for r in rows], [float(r["n"]) for r in rows], confidence=float(confidence))

    np.testing.assert_allclose(limits.lower, [number(r["wilson_lower"]) for r in rows], rtol=TOLERANCE, atol=1e-15)
    np.testing.assert_allclose(limits.upper, [number(r["wilson_upper"]) for r in rows], rtol=TOLERANCE)


@pytest.mark.parametrize("confidence", sorted({row["confidence"] for row in example("byars")}))
def test_byar_limits_equal_the_worked_example(confidence):
    rows = [row for row in example("byars") if row["confidence"] == confidence]

    limits = byar_limits([float(r["x"]) for r in rows], confidence=float(confidence))

    np.testing.assert_allclose(limits.lower, [number(r["byars_lower"]) for r in rows], rtol=TOLERANCE)
    np.testing.assert_allclose(limits.upper, [number(r["byars_upper"]) for r in rows], rtol=TOLERANCE)


@pytest.mark.parametrize(("lower", "upper", "confidence"), [("lower95_0cl", "upper95_0cl", 0.95), ("lower99_8cl", "upper99_8cl", 0.998)])
def test_poisson_limits_equal_the_worked_example(lower, upper, confidence):
    rows = example("rate_per_100000_two_cis")

    limits = poisson_limits([float(r["x"]) for r in rows], confidence=confidence)

    people = np.array([float(r["n"]) for r in rows])
    np.testing.assert_allclose(limits.lower / people * 1e5, [number(r[lower]) for r in rows], rtol=TOLERANCE)
    np.testing.assert_allclose(limits.upper / people * 1e5, [number(r[upper]) for r in rows], rtol=TOLERANCE)


@pytest.mark.parametrize(("events", "people"), [(0, 1), (1, 1), (1, 100), (65, 100), (20, 20), (6849017, 9983733)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
def test_wilson_limits_are_where_the_score_reaches_its_quantile(events, people, confidence):
    limits = wilson_limits([events], [people], confidence=confidence)

    np.testing.assert_allclose((limits.lower[0], limits.upper[0]), oracle.wilson(events, people, confidence), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("events", [0, 1, 2, 5, 9, 10, 40])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
def test_exact_limits_are_where_the_tail_is_just_too_unlikely(events, confidence):
    limits = exact_poisson_limits([events], confidence=confidence)

    np.testing.assert_allclose((limits.lower[0], limits.upper[0]), oracle.exact_poisson(events, confidence), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("events", [1, 10, 11, 65, 1045])
def test_byar_limits_equal_the_formula_for_one_count(events):
    limits = byar_limits([events])

    np.testing.assert_allclose((limits.lower[0], limits.upper[0]), oracle.byar(events, 0.95), rtol=1e-12)


def test_exact_limits_serve_below_ten_and_byar_from_ten():
    limits = poisson_limits([9.0, 10.0])

    assert limits.upper[0] == exact_poisson_limits([9.0]).upper[0]
    assert limits.upper[1] == byar_limits([10.0]).upper[0]
    assert exact_poisson_limits([10.0]).upper[0] != byar_limits([10.0]).upper[0]


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.floats(0, n), st.just(float(n)))), st.sampled_from([0.8, 0.95, 0.998]))
def test_wilson_limits_bracket_the_proportion_and_stay_within_0_and_1(counts, confidence):
    events, people = counts

    limits = wilson_limits([events], [people], confidence=confidence)

    assert 0 <= limits.lower[0] <= events / people + 1e-12
    assert events / people - 1e-12 <= limits.upper[0] <= 1


@given(st.just(0.0) | st.floats(1e-6, 1e6), st.sampled_from([0.8, 0.95, 0.998]))
def test_poisson_limits_bracket_the_count(events, confidence):
    limits = poisson_limits([events], confidence=confidence)

    assert 0 <= limits.lower[0] <= events <= limits.upper[0]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), min_size=2, max_size=20), st.randoms())
def test_the_order_of_rows_does_not_matter(rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    events, people = np.array(rows, dtype=float).T

    straight = wilson_limits(events, people)
    shuffled = wilson_limits(events[order], people[order])

    np.testing.assert_array_equal(straight.lower[order], shuffled.lower)
    np.testing.assert_array_equal(poisson_limits(events).upper[order], poisson_limits(events[order]).upper)


@given(st.integers(0, 40), st.integers(40, 400))
def test_more_people_with_the_same_proportion_narrow_the_limits(events, people):
    few, many = wilson_limits([events], [people]), wilson_limits([events * 4], [people * 4])

    assert many.upper[0] - many.lower[0] < few.upper[0] - few.lower[0]


def test_events_and_others_mirror_each_other():
    yes, no = wilson_limits([3.0], [40.0]), wilson_limits([37.0], [40.0])

    np.testing.assert_allclose(yes.lower, 1 - no.upper, rtol=1e-12)


@pytest.mark.parametrize("confidence", np.linspace(0.6, 0.999, 25))
def test_rounding_takes_no_wilson_limit_beyond_its_bounds_by_a_hair(confidence):
    people = np.repeat(np.arange(1.0, 200), 4)
    events = people * np.tile([0, 1 / 3, 1, 1], 199)

    limits = wilson_limits(events, people, confidence=confidence)

    assert np.all((limits.lower >= 0) & (limits.lower <= events / people))
    assert np.all((limits.upper <= 1) & (limits.upper >= events / people))


def test_a_numerator_that_rounding_takes_beyond_its_denominator_is_taken_as_all():
    beyond, whole = wilson_limits([10 * (1 + 5e-10)], [10.0]), wilson_limits([10.0], [10.0])

    assert (beyond.lower[0], beyond.upper[0]) == (whole.lower[0], whole.upper[0])


def test_an_unknown_numerator_of_nobody_is_unknown():
    assert np.isnan(wilson_limits([np.nan], [0.0]).lower).all()


def test_missing_counts_have_no_limits():
    wilson, poisson = wilson_limits([np.nan, 5.0], [10.0, np.nan]), poisson_limits([np.nan])

    assert np.isnan([*wilson.lower, *wilson.upper, *poisson.lower, *poisson.upper]).all()


@pytest.mark.parametrize(("events", "people"), [([11.0], [10.0]), ([-1.0], [10.0]), ([0.0], [0.0]), ([1.0, 2.0], [3.0])])
def test_wilson_refuses_counts_that_mean_nothing(events, people):
    wanted = {0.0: "wanted a denominator above 0", 1.0: "shape"}.get(events[0], "wanted a numerator between 0 and its denominator")
    with pytest.raises(StatisticsError, match=wanted):
        wilson_limits(events, people)


def test_a_negative_count_is_refused_with_its_value():
    for limits in (poisson_limits, byar_limits, exact_poisson_limits):
        with pytest.raises(StatisticsError, match=r"the first is -3\.0; wanted a count of 0 or more"):
            limits([4.0, -3.0])


@pytest.mark.parametrize("confidence", [0.5, 1.0, 95])
def test_a_confidence_outside_its_range_is_refused(confidence):
    with pytest.raises(StatisticsError, match="confidence"):
        normal_quantile(confidence)
    with pytest.raises(StatisticsError, match="confidence"):
        exact_poisson_limits([1.0], confidence=confidence)


def test_the_normal_quantile_is_the_known_one():
    assert normal_quantile(0.95) == pytest.approx(1.959963984540054, rel=1e-12)
