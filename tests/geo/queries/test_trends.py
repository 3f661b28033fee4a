"""A series of one area: which control chart it gets, from which counts, and which periods are compared."""

import pytest

from geo.queries.catalogue import get_indicator, get_release
from geo.queries.trends import get_trends
from geo.statuses import Basis
from tests import builders

pytestmark = pytest.mark.django_db

# Shares of 400 people that step by about one standard error of chance (2.3 points).
CALM = (0.700, 0.715, 0.690, 0.705, 0.680, 0.710, 0.695)


@pytest.fixture
def release():
    return builders.a_current_release("made-up-release")


def series(release, shares, *, people=400, slug="cervical-coverage-25-49", periods=None, **fields):
    """One district with these shares of so many people, in years from 2015/16 on or these periods; gives its trend."""
    definition = fields.pop("definition", {})
    indicator = builders.an_indicator(slug, **definition)
    area = builders.an_area(geography="lad24")
    periods = periods or [f"{2015 + n}-{16 + n}" for n in range(len(shares))]
    for period, share in zip(periods, shares, strict=True):
        builders.an_availability(release=release, indicator=indicator, geography="lad24", period=period)
        builders.an_observation(
            area, release=release, indicator=indicator, period=period, value=share,
            **{"numerator": share * people, "denominator": people, "lower": share - 0.04, "upper": share + 0.04, **fields},
        )  # fmt: skip
    found = get_release(release.slug)
    return get_trends(found, get_indicator(slug, found), area=area.code)


def test_shares_that_move_by_chance_get_a_p_chart_whose_limits_are_three_standard_errors(release):
    found = series(release, CALM)

    assert found.chart == "p"
    assert "p chart: counts and people of every period are known" in found.method
    mean = sum(CALM) / len(CALM)
    assert found.points[0].centre == pytest.approx(mean)
    assert found.points[0].limit_upper == pytest.approx(mean + 3 * (mean * (1 - mean) / 400) ** 0.5)


def test_shares_that_move_more_than_chance_get_an_xmr_chart_and_it_says_by_how_much(release):
    found = series(release, CALM, people=40_000)

    assert found.chart == "xmr"
    assert "times as much as chance gives" in found.method
    steps = [abs(a - b) for a, b in zip(CALM[1:], CALM[:-1], strict=True)]
    assert found.points[0].limit_upper == pytest.approx(sum(CALM) / 7 + 2.66 * sum(steps) / 6)


def test_figures_without_counts_get_an_xmr_chart(release):
    found = series(release, CALM, numerator=None, denominator=None)

    assert found.chart == "xmr"
    assert "not every period has counts" in found.method


def test_modelled_counts_are_no_ground_for_limits_of_chance(release):
    assert series(release, CALM, basis=Basis.MODELLED).chart == "xmr"


def test_a_rate_never_gets_a_chart_of_shares(release):
    assert series(release, CALM, definition={"unit": "rate_per_100k"}).chart == "xmr"


def test_too_few_periods_have_no_chart_and_say_why(release):
    found = series(release, CALM[:3])

    assert (found.chart, found.reason) == (None, "too_few_points")
    assert "needs 5 points" in found.explanation


def test_quarters_that_look_a_year_back_are_compared_with_their_like_alone(release):
    quarters = ["2022-23-q3", "2022-23-q4", "2023-24-q3", "2023-24-q4"]

    found = series(release, CALM[:4], slug="smi-checks-all-six", periods=quarters, definition={"family": "smi"})

    assert [point.period for point in found.points] == ["2022-23-q4", "2023-24-q4"]
    assert found.left_out == ("2022-23-q3", "2023-24-q3")
    assert "Only like quarters are compared" in found.method


def test_quarters_that_share_nobody_are_compared_one_after_the_other(release):
    quarters = ["2023-24-q4", "2024-25-q1", "2024-25-q2"]

    found = series(release, CALM[:3], slug="mmr2-5y", periods=quarters, definition={"family": "cover"})

    assert [point.period for point in found.points] == quarters
    assert found.left_out == ()
    assert "like quarters" not in found.method
