"""Control charts by the rules of Making Data Count, each rule by itself at its bound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.control_charts import choose_chart, p_chart, variation, xmr_chart


def test_xmr_limits_are_the_mean_and_2_66_mean_moving_ranges():
    chart = xmr_chart([10, 12, 11, 13, 14.0])

    # Moving ranges 2, 1, 2, 1: mean 1.5.
    assert chart.centre.tolist() == [12.0] * 5
    assert chart.lower[0] == pytest.approx(12 - 3.99)
    assert chart.upper[0] == pytest.approx(12 + 3.99)
    assert not chart.is_signal.any()


def test_p_limits_follow_the_people_and_stay_within_0_and_1():
    chart = p_chart([50, 5, 500, 50, 50], denominator=[100, 10, 1000, 100, 100])

    assert chart.values.tolist() == [0.5] * 5
    assert chart.upper[0] == pytest.approx(0.65)
    assert chart.upper[1] == pytest.approx(0.5 + 3 * np.sqrt(0.025))
    assert chart.lower[2] == pytest.approx(0.5 - 3 * np.sqrt(0.25 / 1000))
    assert p_chart([0, 0, 1, 0, 0], denominator=[9] * 5).lower.tolist() == [0.0] * 5
    assert p_chart([9, 9, 8, 9, 9], denominator=[9] * 5).upper.tolist() == [1.0] * 5


def test_a_point_beyond_a_limit_is_outside():
    values = [0.0, 1] * 10 + [9.0]

    chart = xmr_chart(values)

    assert chart.outside.tolist() == [False] * 20 + [True]
    assert xmr_chart([-value for value in values]).outside.tolist() == [False] * 20 + [True]


def test_seven_on_one_side_are_a_shift_and_six_are_not():
    low, high = [0.0, 0.2], [1.0, 1.2]

    seven = xmr_chart(low * 4 + high * 3 + [1.0])
    six = xmr_chart([0.0, 1, 0, 1, 0, 1, 1.1, 1, 1.1, 1, 0, 1])

    assert seven.shift.tolist() == [True] * 15
    assert not six.shift.any()


def test_points_on_the_mean_break_a_run():
    chart = xmr_chart([1.0, 1, 1, 0, 1, 1, 1, -1, -1, -1, 0, -1, -1, -1])

    assert not chart.shift.any()


def test_seven_rising_are_a_trend_and_six_are_not():
    assert xmr_chart([3.0, 1, 2, 3, 4, 5, 6, 7, 3]).trend.tolist() == [False] + [True] * 7 + [False]
    assert not xmr_chart([3.0, 2, 3, 4, 5, 6, 7, 3]).trend.any()
    assert xmr_chart([7.0, 6, 5, 4, 3, 2, 1]).trend.all()


BASE = [0.0, 1.0] * 12


def _near(*points):
    """The signal `near` of the points, set in the middle of a steady up and down from 0 to 1; where they lie between mean and limit."""
    chart = xmr_chart([*BASE, *points, *BASE])
    span = slice(len(BASE), len(BASE) + len(points))
    assert not chart.near[: len(BASE)].any()
    assert not chart.near[span.stop :].any()
    return chart.near[span].tolist(), ((chart.values - chart.centre) / (chart.upper - chart.centre))[span]


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    ("points", "signals"),
    [
        ((3.1, 3.1), [True, True]),
        ((3.1, 1.0, 3.1), [True, False, True]),
        ((1.0, 3.1, 3.1), [False, True, True]),
        ((3.1, 0.0, 3.1), [False, False, False]),
        ((3.1, 1.0, 1.0, 3.1), [False] * 4),
        ((2.0, 3.1, 2.0), [False] * 3),
        ((9.0, 1.0, 3.6), [False] * 3),
        # One beyond the limit and one near it are not two near it.
        ((9.0, 3.6, 1.0), [False] * 3),
    ],
)
def test_two_of_three_near_a_limit_on_one_side_of_the_mean_are_a_signal(points, signals, turn):
    low = [0.5 + turn * (point - 0.5) for point in points]

    found, towards = _near(*low)

    # Two in a row need a third beside them on the same side: the base's last 1 before high points, its first 0 after low ones.
    assert found == signals
    for point, place in zip(points, turn * towards, strict=True):
        assert (2 / 3 < place <= 1) == (point in (3.1, 3.6))


def test_the_third_of_three_lies_on_the_same_side_of_the_mean_not_on_it():
    # Mean 0.5 and limits 0.35 and 0.65; 62 is near, 50 is the mean.
    assert not p_chart([62, 50, 62, 38, 50, 38], denominator=[100] * 6).near.any()


def test_the_last_two_alone_are_not_three():
    assert p_chart([50, 35, 45, 38, 63, 62], denominator=[100] * 6).near.tolist() == [False, True, False, True, False, False]


def test_nearness_is_told_by_the_limit_on_the_points_own_side():
    # Mean 0.1 of 20 people: the lower limit is kept at 0, the upper is 0.3. Points of 0.2 lie
    # half of the way up, though as far as 0 lies down.
    chart = p_chart([4, 4, 4, 0, 0, 0], denominator=[20] * 6)

    assert chart.lower.tolist() == [0.0] * 6
    assert chart.upper[0] == pytest.approx(0.1 + 3 * np.sqrt(0.09 / 20))
    assert chart.near.tolist() == [False, False, False, True, True, True]


def test_a_point_a_little_beyond_its_limit_is_not_near_it():
    # Limits 0.35 and 0.65: 66 and 34 lie beyond, 62 and 38 near.
    chart = p_chart([66, 62, 55, 34, 38, 45], denominator=[100] * 6)

    assert chart.outside.tolist() == [True, False, False, True, False, False]
    assert not chart.near.any()


def test_points_of_one_person_are_taken():
    assert p_chart([0, 1, 0, 1, 1], denominator=[1] * 5).values.tolist() == [0, 1, 0, 1, 1]


def test_a_point_on_a_limit_is_within_it_and_near():
    # Mean 0 and limits +-3 x 1 / sqrt(n): the proportions of 100 people with mean 0.5 have limits 0.35 and 0.65.
    chart = p_chart([65, 55, 65, 35, 45, 35], denominator=[100] * 6)

    assert chart.lower[0] == pytest.approx(0.35)
    assert chart.outside.tolist() == [False] * 6
    assert chart.near.tolist() == [True, False, True, True, False, True]


def test_a_point_two_thirds_of_the_way_is_not_near():
    assert not p_chart([60, 55, 60, 40, 45, 40], denominator=[100] * 6).near.any()
    assert p_chart([61, 55, 61, 39, 45, 39], denominator=[100] * 6).near.tolist() == [True, False, True, True, False, True]


def test_one_high_and_one_low_near_their_limits_are_no_signal():
    found, towards = _near(3.1, -2.1, 3.1)

    assert np.all(np.abs(towards) > 2 / 3)
    assert found == [False] * 3


def test_the_programmes_own_example_screens_no_moving_range():
    # 18 points of the vignette "Deviations from Excel defaults": the outlying 10 counts in mean and moving ranges.
    chart = xmr_chart([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1])

    # Steps: 8, 9 and fifteen of 1: mean 32 / 17. Sum 35.
    assert chart.centre[0] == pytest.approx(35 / 18)
    assert chart.upper[0] == pytest.approx(35 / 18 + 2.66 * 32 / 17)
    assert chart.outside.tolist() == [at == 4 for at in range(18)]


@pytest.mark.parametrize(
    ("polarity", "high", "low"),
    [
        ("high_is_good", "improvement_high", "concern_low"),
        ("low_is_good", "concern_high", "improvement_low"),
        ("none", "neutral_high", "neutral_low"),
    ],
)
def test_variation_is_told_by_the_direction_of_the_indicator(polarity, high, low):
    chart = xmr_chart([*BASE, 9.0, *BASE, -9.0])

    assert variation(chart, polarity=polarity) == ("common_cause",) * 24 + (high,) + ("common_cause",) * 24 + (low,)


def test_a_signal_on_the_mean_counts_as_low():
    chart = xmr_chart([3.0, 2, 1, 0, -1, -2, -3])

    assert variation(chart, polarity="none") == ("neutral_high",) * 3 + ("neutral_low",) * 4


def test_variation_without_a_known_direction_is_refused():
    with pytest.raises(StatisticsError, match="'good' was given; it must be one of high_is_good, low_is_good, none"):
        variation(xmr_chart([1.0] * 5), polarity="good")


def test_a_process_that_never_moves_has_limits_on_its_mean_and_no_signal():
    chart = xmr_chart([4.0] * 9)

    assert chart.lower.tolist() == chart.upper.tolist() == [4.0] * 9
    assert not chart.is_signal.any()


@pytest.mark.parametrize("values", [[1.0, 2, 3, 4], [[1.0, 2, 3, 4, 5]]])
def test_too_few_points_are_refused(values):
    with pytest.raises(StatisticsError, match="needs 5 points"):
        xmr_chart(values)


def test_missing_and_impossible_points_are_refused():
    with pytest.raises(StatisticsError, match="A point is missing"):
        xmr_chart([1, 2, 3, 4, np.nan])
    with pytest.raises(StatisticsError, match="must lie between 0 and their denominators"):
        p_chart([1, 2, 3, 4, 6], denominator=[5] * 5)
    with pytest.raises(StatisticsError, match="must lie between 0 and their denominators"):
        p_chart([-1, 2, 3, 4, 5], denominator=[5] * 5)
    with pytest.raises(StatisticsError, match="must lie between 0 and their denominators"):
        p_chart([0] * 5, denominator=[5, 5, 5, 5, 0])
    with pytest.raises(StatisticsError, match="must lie between 0 and their denominators"):
        p_chart([0] * 5, denominator=[5] * 6)


@given(st.lists(st.integers(-20, 20), min_size=5, max_size=30), st.sampled_from([0.5, 2.0, 4.0]))
def test_scaling_leaves_every_signal_and_turning_over_too(values, scale):
    chart = xmr_chart(values)

    bigger = xmr_chart(np.array(values) * scale)
    turned = xmr_chart(-np.array(values))

    for name in ("outside", "shift", "trend"):
        assert getattr(bigger, name).tolist() == getattr(chart, name).tolist()
        assert getattr(turned, name).tolist() == getattr(chart, name).tolist()


def _shares(rng, *, people, points, spread=0.0, share=0.7):
    """Counts of so many people at each point, whose true share itself varies by `spread` (standard deviation)."""
    true = np.clip(share + spread * rng.standard_normal(points), 0.01, 0.99)
    return rng.binomial(people, true), np.full(points, people)


def test_shares_that_vary_by_chance_alone_get_a_p_chart_in_19_of_20_series():
    rng = np.random.default_rng(7)

    kinds = []
    for _ in range(600):
        counts, people = _shares(rng, people=400, points=12)
        kinds.append(choose_chart(counts / people, numerator=counts, denominator=people).kind)

    # 95 % but for the skewness of a mean of absolute steps; three standard errors of 600 series are 2.7 %.
    assert 0.92 <= kinds.count("p") / len(kinds) <= 0.975


def test_the_variance_of_the_spread_is_that_of_cryer_and_ryan():
    rng = np.random.default_rng(11)
    for points in (5, 12):
        spreads = np.abs(np.diff(rng.standard_normal((40_000, points)), axis=1)).mean(axis=1) / 1.128

        assert spreads.mean() == pytest.approx(1.0, abs=0.005)
        assert spreads.var() == pytest.approx((0.8264 * points - 1.082) / (points - 1) ** 2, rel=0.03)


def test_shares_of_many_people_that_vary_more_than_chance_get_an_xmr_chart():
    rng = np.random.default_rng(3)
    counts, people = _shares(rng, people=40_000, points=12, spread=0.02)

    chosen = choose_chart(counts / people, numerator=counts, denominator=people)

    assert (chosen.kind, chosen.why) == ("xmr", "spread")
    assert chosen.spread > chosen.most
    # The limits of chance would be far too narrow.
    assert chosen.chart.upper[0] - chosen.chart.lower[0] > 3 * (p_chart(counts, denominator=people).upper[0] - chosen.chart.centre[0])


def test_the_spread_is_the_mean_step_in_standard_errors():
    counts, people = np.array([50, 60, 40, 55, 45]), np.full(5, 100)

    chosen = choose_chart(counts / people, numerator=counts, denominator=people)

    # By hand: mean .5, one standard error .05; steps 2, 4, 3, 2 standard errors: mean 2.75, over 1.128.
    assert chosen.spread == pytest.approx(2.75 / 1.128)
    assert chosen.most == pytest.approx(1 + 1.645 * (3.05**0.5) / 4)
    assert chosen.kind == "xmr"


def test_a_true_shift_is_no_spread_and_keeps_the_p_chart():
    counts = np.array([70, 71, 69, 70, 71, 69, 40, 41, 39, 40, 41, 39])

    chosen = choose_chart(counts / 100, numerator=counts, denominator=np.full(12, 100))

    assert chosen.kind == "p"
    assert chosen.chart.is_signal.any()


@pytest.mark.parametrize("counts", [[3, 4, 3, 4, 3], [97, 96, 97, 96, 97], [0] * 5, [100] * 5])
def test_few_events_or_few_without_one_are_no_ground_for_limits_of_chance(counts):
    chosen = choose_chart(np.array(counts) / 100, numerator=counts, denominator=[100] * 5)

    assert (chosen.kind, chosen.why) == ("xmr", "few_events")


def test_without_counts_there_is_the_xmr_chart_alone():
    chosen = choose_chart([0.5, 0.6, 0.5, 0.6, 0.5], numerator=None, denominator=None)

    assert (chosen.kind, chosen.why, chosen.spread) == ("xmr", "no_counts", None)
    assert chosen.chart.upper.tolist() == xmr_chart([0.5, 0.6, 0.5, 0.6, 0.5]).upper.tolist()


def test_too_few_points_have_no_chart_of_either_kind():
    with pytest.raises(StatisticsError):
        choose_chart([0.5] * 4, numerator=[5] * 4, denominator=[10] * 4)
    with pytest.raises(StatisticsError):
        choose_chart([0.5] * 4, numerator=None, denominator=None)


def test_a_p_chart_says_what_the_spread_is_and_may_be():
    counts = np.array([50, 55, 48, 52, 49])

    chosen = choose_chart(counts / 100, numerator=counts, denominator=[100] * 5)

    # Mean 0.508; steps of 5, 7, 4 and 3 in a hundred, in standard errors of 0.04999.
    assert (chosen.kind, chosen.why) == ("p", "chance")
    assert chosen.spread == pytest.approx(0.0475 / np.sqrt(0.508 * 0.492 / 100) / 1.128)
    assert chosen.most == pytest.approx(1 + 1.645 * (3.05**0.5) / 4)
    assert chosen.chart.centre[0] == pytest.approx(0.508)


@pytest.mark.parametrize(
    ("counts", "why"), [([5, 5, 5, 5, 5], "chance"), ([4, 5, 5, 5, 5], "few_events"), ([95, 95, 95, 95, 96], "few_events")]
)
def test_five_events_and_five_without_are_enough(counts, why):
    values = np.array(counts) / 100

    chosen = choose_chart(values, numerator=counts, denominator=[100] * 5)

    assert chosen.why == why
    assert chosen.chart.values.tolist() == pytest.approx(values.tolist())


@pytest.mark.parametrize("missing", ["numerator", "denominator"])
def test_either_of_the_counts_missing_leaves_the_values(missing):
    told = {"numerator": [50] * 5, "denominator": [100] * 5, missing: None}

    assert choose_chart([0.5, 0.6, 0.5, 0.6, 0.5], **told).why == "no_counts"
