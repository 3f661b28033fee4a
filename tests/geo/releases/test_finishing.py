"""From counts to a sheet: status, reason, limits, comparison and reliability of each area."""

from dataclasses import replace

import numpy as np
import pytest

from geo.releases.definitions import FOLDER, load_definition
from geo.releases.figures import Key, observed_counts, published_values, with_basis
from geo.releases.finishing import finish
from geo.statuses import Comparison, Reason, Status

NAN = float("nan")
SHARE = load_definition(FOLDER / "cervical-coverage-25-49.yaml")
RATE = load_definition(FOLDER / "non-elective-admissions.yaml")
CENSUS = load_definition(FOLDER / "age-share.yaml")


def counts(numerator, denominator, geography="practice24", **more):
    return observed_counts(Key("x", geography, "2021"), np.array(numerator, dtype=float), np.array(denominator, dtype=float), **more)


def test_zero_and_missing_are_told_apart():
    sheet = finish(counts([0, NAN], [100, 100], reason=Reason.NOT_REPORTED), SHARE, benchmark=0.5)

    assert sheet.status.tolist() == [Status.ZERO, Status.NOT_COLLECTED]
    assert sheet.value[0] == 0
    assert np.isnan(sheet.value[1])


@pytest.mark.parametrize(("numerator", "denominator", "reason"), [(137, 132, Reason.NOT_REPORTED), (0, 0, Reason.NO_POPULATION)])
def test_counts_that_cannot_be_give_no_value_and_say_why(numerator, denominator, reason):
    sheet = finish(counts([numerator], [denominator]), SHARE, benchmark=0.5)

    assert np.isnan(sheet.value[0])
    assert sheet.reason[0] == reason


def test_a_share_has_wilson_limits_and_a_rate_exact_or_byar():
    share, rate = finish(counts([65], [100]), SHARE, benchmark=0.5), finish(counts([5], [1000]), RATE, benchmark=NAN)

    assert (share.lower[0], share.upper[0]) == pytest.approx((0.55254443, 0.73635752), abs=1e-8)
    assert (rate.lower[0], rate.upper[0]) == pytest.approx((162.348639, 1166.833208), abs=1e-5)


def test_england_is_the_benchmark_and_is_not_compared_with_itself():
    assert finish(counts([90], [100], "ctry23"), SHARE, benchmark=0.5).comparison[0] == Comparison.NOT_COMPARED
    assert finish(counts([90], [100]), SHARE, benchmark=0.5).comparison[0] == Comparison.BETTER


def test_modelled_counts_have_no_limits_and_say_why():
    modelled = with_basis(counts([60], [100], "lsoa11"), is_modelled=np.array([True]), coverage=np.array([0.9]))

    sheet = finish(modelled, SHARE, benchmark=0.1)

    assert np.isnan(sheet.lower[0])
    assert sheet.reason[0] == Reason.ALLOCATION_ERROR_UNKNOWN
    assert sheet.comparison[0] == Comparison.NOT_COMPARED


def test_a_known_allocation_error_gives_limits_but_no_comparison():
    modelled = with_basis(counts([60], [100], "lsoa11"), is_modelled=np.array([True]), coverage=np.array([0.9]))
    known = replace(modelled, extra_variance=0.05**2, may_have_limits=np.array([True]))

    sheet = finish(known, SHARE, benchmark=0.1)

    half = 1.959963985 * (0.6 * 0.4 / 100 + 0.05**2) ** 0.5
    assert (sheet.lower[0], sheet.upper[0]) == pytest.approx((0.6 - half, 0.6 + half), rel=1e-8)
    assert sheet.reason[0] == Reason.NONE
    assert sheet.comparison[0] == Comparison.NOT_COMPARED


@pytest.mark.parametrize(
    ("numerator", "denominator", "coverage", "is_reliable"),
    [(10, 50, NAN, True), (9, 50, NAN, False), (10, 49, NAN, False), (30, 100, 0.7, True), (30, 100, 0.69, False)],
)
def test_the_rule_of_reliability(numerator, denominator, coverage, is_reliable):
    given = replace(counts([numerator], [denominator]), coverage=np.array([coverage]))

    assert finish(given, SHARE, benchmark=0.5).is_reliable[0] == is_reliable


def test_a_full_count_has_no_limits_and_needs_no_reason():
    sheet = finish(counts([20], [100], "lsoa21"), CENSUS, benchmark=0.5)

    assert np.isnan(sheet.lower[0])
    assert sheet.reason[0] == Reason.NONE


def test_published_figures_have_no_counts_and_no_limits_for_that_reason():
    sheet = published_values(Key("x", "msoa11", "2021"), np.array([104.0, NAN]))

    assert np.isnan(sheet.numerator).all()
    assert sheet.reason.tolist() == [Reason.NOT_PUBLISHED, Reason.NOT_IN_SOURCE]
    assert sheet.status.tolist() == [Status.VALUE, Status.MISSING]
