"""Gaps against published examples, a plain second version, and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.gaps import absolute_gap, people_to_reach, population_attributable_fraction, relative_gap
from geo.statistics.intervals import wilson_limits
from geo.statistics.rates import Estimate, proportion
from tests.oracles import inequality as oracle


def an_estimate(value, lower, upper):
    return Estimate(*(np.atleast_1d(np.asarray(part, dtype=float)) for part in (value, lower, upper)))


def parts(estimate):
    return np.array([estimate.value, estimate.lower, estimate.upper])


ESTIMATES = st.tuples(st.floats(0.01, 10), st.floats(0, 1), st.floats(0, 5)).map(lambda t: (t[0], t[0] * (1 - t[1] * 0.99), t[0] + t[2]))


class TestAbsolute:
    def test_the_published_example_of_two_proportions(self):
        gap = absolute_gap(proportion([56], denominator=[70]), second=proportion([48], denominator=[80]))

        np.testing.assert_allclose(parts(gap)[:, 0], (0.2, 0.0524, 0.3339), atol=5e-5)

    @pytest.mark.parametrize("gap", [absolute_gap, relative_gap])
    def test_a_limit_on_the_wrong_side_is_refused_in_either(self, gap):
        right, wrong = an_estimate(0.5, 0.4, 0.6), an_estimate(0.5, 0.55, 0.6)

        for first, second in ((right, wrong), (wrong, right)):
            with pytest.raises(StatisticsError, match="on the wrong side"):
                gap(first, second=second)

    def test_a_ratio_of_values_below_0_is_refused_without_limits_too(self):
        with pytest.raises(StatisticsError, match="no meaning"):
            relative_gap(an_estimate(-0.5, np.nan, np.nan), second=an_estimate(0.5, 0.4, 0.6))

    def test_a_first_of_0_is_no_times_the_second_with_the_upper_limit_on_the_safe_side(self):
        ratio = relative_gap(an_estimate(0, 0, 0.3), second=an_estimate(0.5, 0.4, 0.6))

        np.testing.assert_allclose(parts(ratio)[:, 0], (0, 0, 0.3 / 0.4))

    @given(ESTIMATES, ESTIMATES)
    def test_limits_bracket_and_the_other_way_round_is_mirrored(self, one, other):
        first, second = an_estimate(*one), an_estimate(*other)

        gap, back = absolute_gap(first, second=second), absolute_gap(second, second=first)

        assert gap.lower[0] <= gap.value[0] <= gap.upper[0]
        np.testing.assert_allclose((back.value, back.lower, back.upper), (-gap.value, -gap.upper, -gap.lower))

    def test_from_a_fixed_number_the_limits_are_the_estimates_own(self):
        gap = absolute_gap(an_estimate(5, 3, 9), second=an_estimate(2, 2, 2))

        np.testing.assert_allclose(parts(gap)[:, 0], (3, 1, 7))

    def test_a_limit_on_the_wrong_side_is_refused(self):
        for wrong in (an_estimate(5, 6, 9), an_estimate(5, 3, 4)):
            with pytest.raises(StatisticsError, match="on the wrong side of its value"):
                absolute_gap(wrong, second=an_estimate(5, 5, 5))
            with pytest.raises(StatisticsError, match="on the wrong side of its value"):
                relative_gap(an_estimate(5, 5, 5), second=wrong)

    def test_a_missing_value_has_no_gap(self):
        gap = absolute_gap(an_estimate([np.nan, 2], [np.nan, 1], [np.nan, 3]), second=an_estimate([1, 1], [0, np.nan], [2, np.nan]))

        assert np.isnan(gap.value[0])
        assert gap.value[1] == 1
        assert np.isnan([gap.lower[1], gap.upper[1]]).all()


class TestRelative:
    def test_the_published_example_of_two_relative_risks(self):
        ratio = relative_gap(an_estimate(0.67, 0.46, 0.98), second=an_estimate(0.88, 0.71, 1.08))

        # Published as 0.76 (0.49 to 1.17), from limits taken for symmetrical about the logarithm.
        np.testing.assert_allclose(parts(ratio)[:, 0], (0.76, 0.49, 1.17), atol=0.01)

    @given(ESTIMATES, ESTIMATES, st.floats(0.1, 100))
    def test_limits_bracket_the_unit_falls_out_and_the_other_way_round_is_the_inverse(self, one, other, unit):
        first, second = an_estimate(*one), an_estimate(*other)

        ratio, back = relative_gap(first, second=second), relative_gap(second, second=first)
        scaled = relative_gap(an_estimate(*np.array(one) * unit), second=an_estimate(*np.array(other) * unit))

        assert ratio.lower[0] <= ratio.value[0] <= ratio.upper[0]
        np.testing.assert_allclose(parts(scaled), parts(ratio), rtol=1e-9)
        np.testing.assert_allclose(parts(back), 1 / parts(ratio)[[0, 2, 1]], rtol=1e-9)

    def test_zeros(self):
        first = an_estimate([0, 4, 4, 4, 0, np.nan], [0, 0, 2, 2, 0, np.nan], [3, 8, 8, 8, 2, np.nan])
        second = an_estimate([2, 2, 2, 0, 0, 2], [1, 1, 0, 0, 0, 1], [4, 4, 4, 1, 1, 3])

        ratio = relative_gap(first, second=second)

        np.testing.assert_array_equal(ratio.value, [0, 2, 2, np.nan, np.nan, np.nan])
        np.testing.assert_array_equal(ratio.lower[[0, 1, 3, 4, 5]], [0, 0, np.nan, np.nan, np.nan])
        assert 0 < ratio.lower[2] < 2
        assert ratio.upper[0] == 3.0
        assert 2 < ratio.upper[1] < np.inf
        assert ratio.upper[2] == np.inf
        assert np.isnan(ratio.upper[3:]).all()

    @pytest.mark.parametrize("wrong", [an_estimate(-1, -2, 1), an_estimate(1, -0.5, 2)])
    def test_numbers_below_0_have_no_ratio(self, wrong):
        with pytest.raises(StatisticsError, match="no meaning for values or limits below 0"):
            relative_gap(wrong, second=an_estimate(1, 1, 1))
        with pytest.raises(StatisticsError, match="no meaning for values or limits below 0"):
            relative_gap(an_estimate(1, 1, 1), second=wrong)


class TestAttributableFraction:
    @given(st.lists(st.tuples(st.integers(1, 90), st.integers(100, 900)), min_size=2, max_size=10), st.integers(-2, 1))
    def test_fractions_equal_those_counted_group_by_group(self, rows, reference):
        events, people = zip(*rows, strict=True)

        found = population_attributable_fraction([events], populations=[people], reference=reference)

        assert found.value[0] == pytest.approx(oracle.attributable_fraction(events, people, reference), abs=1e-9)
        assert found.lower[0] <= found.value[0] <= found.upper[0]

    def test_the_default_reference_is_the_last_group_and_limits_are_of_its_share(self):
        found = population_attributable_fraction([[30.0, 10.0]], populations=[[100.0, 100.0]], confidence=0.9)
        share = wilson_limits([10.0], [40.0], confidence=0.9)

        assert found.value[0] == 0.5
        np.testing.assert_allclose((found.lower, found.upper), (1 - 2 * share.upper, 1 - 2 * share.lower))

    def test_limits_hold_what_95_of_100_samples_should(self):
        random, people, rates = np.random.default_rng(4), np.array([5000.0, 4000, 6000]), np.array([0.02, 0.012, 0.008])
        truth = 1 - people.sum() * rates[2] / (people * rates).sum()

        found = population_attributable_fraction(random.poisson(people * rates, (4000, 3)), populations=np.tile(people, (4000, 1)))

        assert np.mean((found.lower <= truth) & (truth <= found.upper)) == pytest.approx(0.95, abs=0.02)

    def test_nothing_that_happened_and_nobody_there_have_no_fraction(self):
        found = population_attributable_fraction([[0, 0], [1, 0], [3, 1]], populations=[[5, 5], [5, 0], [5, 5]])

        assert np.isnan(found.value[:2]).all()
        assert np.isnan(found.upper[:2]).all()
        assert found.value[2] == 0.5

    @pytest.mark.parametrize(
        ("events", "people", "words"),
        [
            ([[1, np.nan]], [[5, 5]], "missing or below 0"),
            ([[1, -1]], [[5, 5]], "missing or below 0"),
            ([[1, 1]], [[5, 5, 5]], r"both must be \(areas, groups\)"),
            ([1, 1], [5, 5], r"both must be \(areas, groups\)"),
        ],
    )
    def test_what_means_nothing_is_refused(self, events, people, words):
        with pytest.raises(StatisticsError, match=words):
            population_attributable_fraction(events, populations=people)


def test_the_fraction_does_not_depend_on_how_many_people_there_are():
    events, people = np.array([[30.0, 10.0]]), np.array([[100.0, 100.0]])

    few, many = (population_attributable_fraction(events * unit, populations=people * unit) for unit in (0.001, 1.0))

    assert few.value == pytest.approx(many.value)


class TestPeopleToReach:
    def test_an_example_in_round_numbers(self):
        groups = an_estimate([[0.6, 0.7, 0.9]], [[0.5, 0.6, 0.8]], [[0.7, 0.85, 0.95]])

        reach = people_to_reach(groups, populations=[[100, 200, 300]], target=0.8)

        np.testing.assert_allclose(parts(reach.groups)[:, 0], [[20, 20, 0], [10, 0, 0], [30, 40, 0]], atol=1e-12)
        # Below: 100 x 0.1 and 200 x 0.15; above: 100 x 0.1 and 200 x 0.1.
        np.testing.assert_allclose(parts(reach.total)[:, 0], [40, 40 - np.hypot(10, 30), 40 + np.hypot(10, 20)])

    def test_the_error_of_the_target_counts_once_for_all_groups(self):
        groups = an_estimate([[0.6, 0.7]], [[0.6, 0.7]], [[0.6, 0.7]])
        target = an_estimate(0.8, 0.75, 0.9)

        reach = people_to_reach(groups, populations=[[100, 200]], target=target)

        np.testing.assert_allclose(parts(reach.total)[:, 0], [40, 40 - 300 * 0.05, 40 + 300 * 0.1])
        np.testing.assert_allclose(parts(reach.groups)[:, 0], [[20, 20], [15, 10], [30, 40]])

    @given(st.lists(st.tuples(st.floats(0.1, 0.9), st.floats(0, 0.1), st.floats(0, 0.1), st.integers(0, 500)), min_size=1, max_size=8))
    def test_high_is_good_and_low_is_good_are_mirrors(self, rows):
        value, down, up, people = (np.array([part], dtype=float) for part in zip(*rows, strict=True))
        good = Estimate(value, value - down, value + up)
        bad = Estimate(1 - value, 1 - value - up, 1 - value + down)

        reach = people_to_reach(good, populations=people, target=an_estimate(0.6, 0.55, 0.7))
        avoid = people_to_reach(bad, populations=people, target=an_estimate(0.4, 0.3, 0.45), high_is_good=False)

        np.testing.assert_allclose(parts(reach.groups), parts(avoid.groups), atol=1e-9)
        np.testing.assert_allclose(parts(reach.total), parts(avoid.total), atol=1e-9)
        np.testing.assert_allclose(reach.groups.value[0], oracle.people_to_reach(value[0], people[0], 0.6, True), atol=1e-9)
        np.testing.assert_allclose(avoid.groups.value[0], oracle.people_to_reach(1 - value[0], people[0], 0.4, False), atol=1e-9)
        assert reach.total.value[0] == pytest.approx(reach.groups.value[0].sum())
        assert 0 <= reach.total.lower[0] <= reach.total.value[0] <= reach.total.upper[0]

    def test_the_error_of_a_group_at_the_target_does_not_count(self):
        groups = an_estimate([[0.75, 0.5]], [[0.5, 0.5]], [[1.0, 0.5]])

        reach = people_to_reach(groups, populations=[[100, 100]], target=0.75)

        np.testing.assert_allclose(parts(reach.total)[:, 0], [25, 25, 25])

    def test_nobody_is_missing_where_all_are_at_the_target_and_an_unknown_group_leaves_no_total(self):
        groups = an_estimate([[0.8, 0.9], [0.5, np.nan]], [[0.8, 0.9], [0.5, np.nan]], [[0.8, 0.9], [0.5, np.nan]])

        reach = people_to_reach(groups, populations=[[100, 100], [100, 100]], target=0.8)

        np.testing.assert_array_equal(reach.groups.value[0], [0, 0])
        np.testing.assert_array_equal(parts(reach.total)[:, 0], [0, 0, 0])
        assert reach.groups.value[1, 0] == pytest.approx(30)
        assert np.isnan(reach.groups.value[1, 1])
        assert np.isnan(parts(reach.total)[:, 1]).all()

    @pytest.mark.parametrize(
        ("groups", "people", "target", "words"),
        [
            (an_estimate([0.5], [0.5], [0.5]), [100], 0.8, r"both must be \(areas, groups\)"),
            (an_estimate([[0.5]], [[0.5]], [[0.5]]), [[100, 2]], 0.8, r"both must be \(areas, groups\)"),
            (an_estimate([[0.5]], [[0.5]], [[0.5]]), [[-1]], 0.8, "A population is below 0"),
            (an_estimate([[0.5]], [[0.5]], [[0.5]]), [[1]], an_estimate([1, 1], [1, 1], [1, 1]), "There are 1 areas but targets"),
            (an_estimate([[0.5]], [[0.6]], [[0.5]]), [[1]], 0.8, "on the wrong side"),
            (an_estimate([[0.5]], [[0.5]], [[0.5]]), [[1]], an_estimate(0.8, 0.9, 0.9), "on the wrong side"),
        ],
    )
    def test_what_means_nothing_is_refused(self, groups, people, target, words):
        with pytest.raises(StatisticsError, match=words):
            people_to_reach(groups, populations=people, target=target)
