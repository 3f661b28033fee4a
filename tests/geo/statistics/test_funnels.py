"""Funnels against worked examples, a plain second version, and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.funnels import NOT_APPLICABLE, NOT_SIGNIFICANT, dispersion_of, funnel_limits, funnel_points
from tests.oracles import funnels as oracle
from tests.worked import column, example, upstream

SIDES = {"lower_0025": "lower_2s", "upper_0025": "upper_2s", "lower_0001": "lower_3s", "upper_0001": "upper_3s"}


def words(rows, key="significance"):
    return tuple(row[key] for row in rows)


class TestPointsOfTheWorkedExample:
    def test_proportions(self):
        rows = example("funnel_proportion_points")

        points = funnel_points("proportion", column(rows, "numerator"), size=column(rows, "denominator"))

        assert points.label == words(rows)
        assert points.baseline == pytest.approx(column(example("funnel_proportion_limits_x100"), "baseline")[0] / 100, rel=1e-12)
        np.testing.assert_allclose(points.value, column(rows, "numerator") / column(rows, "denominator"))

    def test_ratios(self):
        rows = example("funnel_ratio_points")

        points = funnel_points("ratio", column(rows, "obs"), size=column(rows, "expected"))

        assert points.label == words(rows)
        assert points.baseline == 1.0

    @pytest.mark.parametrize(("kind", "size", "name"), [("rate", "pop", "crude"), ("dsr", "rate", "dsr")])
    def test_rates(self, kind, size, name):
        rows = example("funnel_rate_points")

        points = funnel_points(kind, column(rows, "events"), size=column(rows, size), per=100_000)

        assert points.label == words(rows, f"significance_{name}")
        assert points.baseline == pytest.approx(column(example(f"funnel_rate_limits_{name}_3years"), "baseline")[0], rel=1e-12)
        np.testing.assert_allclose(points.value, column(rows, "rate"), rtol=1e-9)


class TestLimitsOfTheWorkedExample:
    def test_proportions(self):
        rows = example("funnel_proportion_limits_x100")

        limits = funnel_limits("proportion", column(rows, "Population"), baseline=column(rows, "baseline")[0] / 100)

        for side, key in SIDES.items():
            np.testing.assert_allclose(getattr(limits, side).limit * 100, column(rows, f"{key}_limit"), rtol=1e-9, atol=1e-12)
            np.testing.assert_array_equal(getattr(limits, side).size, column(rows, "Population"))

    @pytest.mark.parametrize(("name", "times", "less"), [("funnel_ratio_limits_isr", 100, 0), ("funnel_ratio_limits_count", 1, 1)])
    def test_ratios(self, name, times, less):
        rows = example(name)

        limits = funnel_limits("ratio", column(rows, "Observed_events"), baseline=1.0)

        for side, key in SIDES.items():
            np.testing.assert_allclose(getattr(limits, side).limit * times - less, column(rows, f"{key}_limit"), rtol=1e-4, atol=2e-5)
            np.testing.assert_allclose(getattr(limits, side).size, column(rows, f"{key}_exp_events"), rtol=1e-4)

    @pytest.mark.parametrize(("kind", "name"), [("rate", "funnel_rate_limits_crude_3years"), ("dsr", "funnel_rate_limits_dsr_3years")])
    def test_rates(self, kind, name):
        rows = example(name)
        baseline = column(rows, "baseline")[0]

        limits = funnel_limits(kind, column(rows, "Events"), baseline=baseline, per=100_000)

        assert limits.baseline == baseline
        for side, key in SIDES.items():
            np.testing.assert_allclose(getattr(limits, side).limit, column(rows, f"{key}_limit"), rtol=1e-4)
            np.testing.assert_allclose(getattr(limits, side).size / 3, column(rows, f"{key}_population_1_year"), rtol=1e-4)


class TestUpstream:
    def test_points_of_proportions_and_ratios(self, mirror):
        proportions, ratios = upstream(mirror, "testdata_funnel_prop_inputs"), upstream(mirror, "testdata_funnel_ratio_inputs")

        for kind, rows, keys in (("proportion", proportions, ("numerator", "denominator")), ("ratio", ratios, ("obs", "expected"))):
            points = funnel_points(kind, column(rows, keys[0]), size=column(rows, keys[1]))
            assert points.label == words(rows)

    @pytest.mark.parametrize("kind", ["rate", "dsr"])
    @pytest.mark.parametrize("has_zeros", [True, False])
    def test_points_of_rates(self, mirror, kind, has_zeros):
        rows = upstream(mirror, "testdata_funnel_rate_dsr_inputs")
        rows = rows if has_zeros else [row for row in rows if row["count"] != "0"]
        key = f"{'crude' if kind == 'rate' else 'dsr'}_per_100000_{'with' if has_zeros else 'without'}_0"

        points = funnel_points(kind, column(rows, "count"), size=column(rows, "pop" if kind == "rate" else "rate_dsr"), per=100_000)

        assert points.label == words(rows, key)

    def test_limits_of_proportions(self, mirror):
        rows = upstream(mirror, "testdata_funnel_prop_outputs")

        limits = funnel_limits("proportion", column(rows, "Population"), baseline=column(rows, "Baseline")[0] / 100)

        for side, key in SIDES.items():
            tail = "0025" if key.endswith("2s") else "0001"
            np.testing.assert_allclose(
                getattr(limits, side).limit * 100, column(rows, f"{key.capitalize().replace('_', '')}{tail}limit"), atol=2e-6
            )

    @pytest.mark.parametrize("name", ["testdata_funnel_rate_outputs", "testdata_funnel_rate_outputs_2"])
    def test_limits_of_rates(self, mirror, name):
        rows = upstream(mirror, name)

        limits = funnel_limits("rate", column(rows, "Events"), baseline=column(rows, "baseline")[0], per=100_000)

        for side, key in SIDES.items():
            np.testing.assert_allclose(getattr(limits, side).limit, column(rows, f"{key}_limit"), rtol=1e-4)

    def test_limits_of_ratios(self, mirror):
        rows = upstream(mirror, "testdata_funnel_ratio_outputs")
        events = column(rows, next(key for key in rows[0] if key.startswith("Observed_events")))

        limits = funnel_limits("ratio", events, baseline=1.0)

        for side, key in SIDES.items():
            np.testing.assert_allclose(getattr(limits, side).limit * 100, column(rows, f"{key}_isr"), rtol=1e-4)


class TestPoints:
    @given(st.lists(st.tuples(st.integers(0, 80), st.integers(80, 900)), min_size=1, max_size=20), st.floats(0.05, 0.9))
    def test_proportions_are_judged_as_one_by_one(self, rows, baseline):
        events, people = (np.array(part) for part in zip(*rows, strict=True))

        points = funnel_points("proportion", events, size=people, baseline=baseline)

        assert points.label == tuple(oracle.label_of_proportion(x, n, baseline) for x, n in rows)
        np.testing.assert_allclose(points.z, (events / people - baseline) / np.sqrt(baseline * (1 - baseline) / people), atol=1e-9)

    @given(st.lists(st.tuples(st.integers(0, 60), st.floats(0.5, 80)), min_size=1, max_size=20))
    def test_events_are_judged_as_one_by_one_whatever_their_size_is_called(self, rows):
        events, expected = (np.array(part) for part in zip(*rows, strict=True))

        ratio = funnel_points("ratio", events, size=expected)
        rate = funnel_points("rate", events, size=expected * 50, baseline=2000, per=100_000)

        assert ratio.label == rate.label == tuple(oracle.label_of_events(int(x), e) for x, e in rows)
        np.testing.assert_allclose(ratio.z, (events - expected) / np.sqrt(expected))
        np.testing.assert_allclose(rate.z, ratio.z, atol=1e-9)
        np.testing.assert_allclose(rate.value, events / (expected * 50) * 100_000)

    def test_nine_events_have_no_dsr_and_ten_do(self):
        points = funnel_points("dsr", [9.0, 10.0, 0.0, 12.0], size=[90.0, 100.0, np.nan, 0.0], per=100_000)

        assert points.label == (NOT_APPLICABLE, NOT_SIGNIFICANT, NOT_APPLICABLE, NOT_SIGNIFICANT)
        np.testing.assert_allclose(points.size, [10_000, 10_000, np.nan, np.nan])
        np.testing.assert_array_equal(points.value, [90, 100, np.nan, 0])
        assert points.baseline == pytest.approx(95.0)

    @pytest.mark.parametrize("per", [1.0, 1000.0])
    def test_the_unit_of_a_dsr_changes_neither_label_nor_people(self, per):
        counts, rates = [0.0, 20, 40, 90], np.array([3.0, 100, 150, 90])

        plain, other = (funnel_points("dsr", counts, size=rates * unit / 100_000, per=unit) for unit in (100_000, per))

        assert other.label == plain.label
        np.testing.assert_allclose(other.size, plain.size)
        assert np.isnan(plain.size[0])
        assert other.baseline == pytest.approx(plain.baseline * per / 100_000)

    @pytest.mark.parametrize(("kind", "size"), [("proportion", [40.0, 30]), ("ratio", [8.0, 30])])
    def test_proportions_and_ratios_have_no_unit(self, kind, size):
        # All 30 of 30 are a proportion too.
        plain, other = (funnel_points(kind, [12.0, 30], size=size, per=per) for per in (1.0, 1000.0))

        np.testing.assert_array_equal([plain.value, plain.z], [other.value, other.z])
        assert plain.label == other.label

    def test_order_does_not_matter_and_no_area_needs_a_baseline(self):
        events, people = np.array([4, 40, 12]), np.array([100, 110, 90])

        straight, turned = (funnel_points("proportion", events[::step], size=people[::step]) for step in (1, -1))

        assert straight.label == turned.label[::-1]
        assert straight.baseline == turned.baseline
        assert funnel_points("ratio", [], size=[]).label == ()
        with pytest.raises(StatisticsError, match="there is no baseline"):
            funnel_points("rate", [], size=[])

    def test_dispersion_draws_areas_in(self):
        points, wide = (funnel_points("ratio", [130.0], size=[100.0], dispersion=d) for d in (1.0, 4.0))

        assert points.label == ("High (0.025)",)
        assert wide.label == (NOT_SIGNIFICANT,)
        assert (points.z[0], wide.z[0]) == (3.0, 1.5)

    @pytest.mark.parametrize(
        ("events", "label"),
        [
            (119.5, "Not significant"),
            (119.7, "High (0.025)"),
            (80.5, "Not significant"),
            (80.3, "Low (0.025)"),
            (130.8, "High (0.025)"),
            (131.0, "High (0.001)"),
            (69.2, "Low (0.025)"),
            (69.0, "Low (0.001)"),
        ],
    )
    def test_with_dispersion_z_decides(self, events, label):
        # 1.96 and 3.09 errors of sqrt(100), widened by no more than a hair.
        assert funnel_points("ratio", [events], size=[100.0], dispersion=1 + 1e-12).label == (label,)

    @pytest.mark.parametrize(
        ("kind", "events", "size", "message"),
        [
            ("share", [1], [2], "A kind of 'share' was given; it must be one of proportion, ratio, rate, dsr"),
            ("ratio", [np.nan], [2], "A count is missing or below 0"),
            ("ratio", [-1], [2], "A count is missing or below 0"),
            ("ratio", [1], [0], "A denominator must be above 0"),
            ("rate", [1], [np.nan], "A denominator must be above 0"),
            ("proportion", [3], [2], "A numerator exceeds its denominator"),
            ("ratio", [1, 2], [2], "both must be of one length"),
            ("ratio", [[1]], [[2]], "both must be of one length"),
        ],
    )
    def test_what_means_nothing_is_refused(self, kind, events, size, message):
        with pytest.raises(StatisticsError, match=message):
            funnel_points(kind, events, size=size)


class TestLimits:
    @pytest.mark.parametrize("events", [1, 2, 9, 10, 40])
    def test_boundaries_are_where_a_tail_is_just_so_unlikely(self, events):
        limits = funnel_limits("ratio", [events], baseline=1.0)

        for tail, lower, upper in ((0.025, limits.lower_0025, limits.upper_0025), (0.001, limits.lower_0001, limits.upper_0001)):
            few, many = oracle.expected_at_limit(events, tail)
            np.testing.assert_allclose((lower.size[0], upper.size[0]), (few, many), rtol=1e-8)
            np.testing.assert_allclose((lower.limit[0], upper.limit[0]), (events / few, events / many), rtol=1e-8)

    @given(st.sampled_from(["proportion", "ratio", "rate"]), st.integers(1, 10**6), st.floats(0.05, 0.95), st.sampled_from([1.0, 3.0]))
    def test_boundaries_nest_about_the_baseline(self, kind, place, baseline, dispersion):
        limits = funnel_limits(kind, [place], baseline=baseline, per=10.0, dispersion=dispersion)

        ends = [limits.lower_0001, limits.lower_0025, limits.upper_0025, limits.upper_0001]
        low, less, more, high = (side.limit[0] for side in ends)
        assert 0 <= low <= less <= baseline <= more <= high

    def test_proportions_stay_within_0_and_1(self):
        limits = funnel_limits("proportion", [1.0], baseline=0.3)

        assert (limits.lower_0025.limit[0], limits.upper_0025.limit[0], limits.upper_0001.limit[0]) == (0.0, 1.0, 1.0)

    def test_dispersion_widens_by_its_root(self):
        plain, wide = (funnel_limits("proportion", [400.0], baseline=0.5, dispersion=d) for d in (1.0, 4.0))
        events = funnel_limits("rate", [4.0, 400.0], baseline=20.0, per=1000.0, dispersion=4.0)

        assert wide.upper_0025.limit[0] - 0.5 == pytest.approx(2 * (plain.upper_0025.limit[0] - 0.5))
        np.testing.assert_allclose(events.upper_0025.limit, 20 * (1 + 1.959963984540054 * 2 / np.array([2, 20])))
        np.testing.assert_allclose(events.lower_0001.limit, [0, 20 * (1 - 3.090232306167813 * 2 / 20)])
        for side in (events.lower_0025, events.lower_0001, events.upper_0025, events.upper_0001):
            np.testing.assert_allclose(side.size, [200, 20_000])

    def test_a_dispersion_below_2_widens_too(self):
        limits = funnel_limits("ratio", [100.0], baseline=1.0, dispersion=1.44, per=1000.0)

        assert limits.upper_0025.limit[0] == pytest.approx(1 + 1.959963984540054 * 1.2 / 10)
        assert limits.upper_0025.size[0] == 100

    @pytest.mark.parametrize(
        ("kind", "axis", "baseline", "dispersion", "message"),
        [
            ("share", [1], 0.5, 1, "A kind of 'share'"),
            ("ratio", [0], 1, 1, "must be above 0"),
            ("ratio", [np.nan], 1, 1, "must be above 0"),
            ("ratio", [1], 0, 1, "A baseline of 0 was given"),
            ("rate", [1], np.nan, 1, "A baseline of nan"),
            ("proportion", [1], 1.0, 1, r"A baseline of 1\.0"),
            ("ratio", [1], 1, 0.99, r"A dispersion of 0\.99"),
            ("ratio", [1], 1, np.nan, "A dispersion of nan"),
        ],
    )
    def test_what_means_nothing_is_refused(self, kind, axis, baseline, dispersion, message):
        with pytest.raises(StatisticsError, match=message):
            funnel_limits(kind, axis, baseline=baseline, dispersion=dispersion)


class TestDispersion:
    def test_ends_are_drawn_in(self):
        # Eleven distances; the tenth from either end is the second value.
        z = [-9.0, -2, -1, -1, 0, 0, 0, 1, 1, 2, 9.0]

        found = dispersion_of(z)

        assert found.phi == pytest.approx((4 * 4 + 4 * 1) / 11)
        assert found.areas == 11
        assert dispersion_of(z, winsorised=0).phi == pytest.approx((2 * 81 + 2 * 4 + 4) / 11)

    @pytest.mark.parametrize(("z", "is_over"), [(1.3530, False), (1.3531, True)])
    def test_more_than_chance_is_judged_by_chi_squared(self, z, is_over):
        # The 95 % point on 10 degrees of freedom is 18.30704; 10 z squared passes it at 1.353035. The missing one does not count.
        assert dispersion_of([z] * 5 + [-z] * 5 + [np.nan]).is_over == is_over

    def test_chance_alone_gives_about_1_and_doubled_variance_about_2(self):
        events = np.random.default_rng(3).poisson(200.0, 4000).astype(float)
        gamma = np.random.default_rng(4).poisson(np.random.default_rng(5).gamma(200, 1.0, 4000)).astype(float)

        alike, unlike = (funnel_points("ratio", x, size=np.full(4000, 200.0)).z for x in (events, gamma))

        assert dispersion_of(alike, winsorised=0).phi == pytest.approx(1, abs=0.07)
        assert dispersion_of(unlike, winsorised=0).phi == pytest.approx(2, abs=0.14)
        assert not dispersion_of(alike).is_over
        assert dispersion_of(unlike).is_over

    @pytest.mark.parametrize(
        ("z", "share", "message"),
        [
            ([], 0.1, "there is no dispersion"),
            ([np.nan], 0.1, "there is no dispersion"),
            ([1.0], 0.5, r"A winsorised share of 0\.5"),
            ([1.0], -0.1, "winsorised share"),
        ],
    )
    def test_what_means_nothing_is_refused(self, z, share, message):
        with pytest.raises(StatisticsError, match=message):
            dispersion_of(z, winsorised=share)
