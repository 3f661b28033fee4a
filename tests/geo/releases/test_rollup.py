"""Sums and means of larger areas, and commissioners that were split or lead nowhere, on a made-up England."""

import numpy as np
import pandas as pd
import pytest

from geo.releases.build_authorities import repeated_by_county
from geo.releases.build_commissioners import follow, read_succession
from geo.releases.context import Context
from geo.releases.figures import Key, observed_counts, published_values
from geo.releases.frame import Frame
from geo.releases.rollup import mean_upward, sum_upward
from geo.statuses import Basis, Reason
from tests.geo.releases import world

NAN = float("nan")


@pytest.fixture
def frame(db):
    world.areas()
    return Frame()


def counts(numerator, geography="lsoa11"):
    return observed_counts(Key("x", geography, "2021"), np.array(numerator), np.full(len(numerator), 100.0))


def summed(frame, numerator, target, **more):
    return sum_upward(frame, counts(numerator), target, people=frame.residents["lsoa11"], **more)


def test_a_sum_leaves_missing_parts_out_of_both_counts_and_says_how_many_people_it_speaks_of(frame):
    total = summed(frame, [10.0, NAN, 30.0], "msoa11")

    assert total.numerator.tolist() == [10.0, 30.0]
    assert total.denominator.tolist() == [100.0, 100.0]
    assert total.coverage.tolist() == pytest.approx([1000 / 3000, 1.0])
    assert total.basis.tolist() == [Basis.OBSERVED, Basis.OBSERVED]


def test_where_all_parts_are_needed_a_missing_one_leaves_no_total(frame):
    total = summed(frame, [10.0, NAN, 30.0], "msoa11", needs_all=True)

    assert np.isnan(total.numerator[0])
    assert total.reason.tolist() == [Reason.INCOMPLETE, Reason.NONE]


def test_an_area_that_is_cut_makes_modelled_figures_only_where_the_cut_shows(frame):
    small, whole = summed(frame, [10.0, 20.0, 30.0], "lsoa21"), summed(frame, [10.0, 20.0, 30.0], "lad24")

    assert small.basis.tolist() == [Basis.OBSERVED, Basis.OBSERVED, Basis.MODELLED, Basis.MODELLED]
    assert small.numerator.tolist() == pytest.approx([10, 20, 21, 9])
    assert whole.basis.tolist() == [Basis.OBSERVED, Basis.OBSERVED]
    assert whole.numerator.tolist() == pytest.approx([30, 30])


def test_a_mean_is_weighted_by_people_and_needs_half_of_them(frame):
    people = frame.residents["lsoa11"]
    full = mean_upward(frame, published_values(Key("x", "lsoa11", "2021"), np.array([90.0, 120.0, 100.0])), "msoa11", people=people)
    thin = mean_upward(frame, published_values(Key("x", "lsoa11", "2021"), np.array([90.0, NAN, 100.0])), "msoa11", people=people)

    assert full.value.tolist() == [110.0, 100.0]
    assert np.isnan(thin.value[0])
    assert thin.reason.tolist() == [Reason.INCOMPLETE, Reason.NOT_PUBLISHED]
    assert (full.basis == Basis.MODELLED).all()


@pytest.fixture
def context(frame):
    """Commissioner 01X lies in 11A, 02Y was split between 11A and 22B."""
    world.stage(
        "ccg-succession",
        ccg_vintage=[2018, 2018, 2018, 2021, 2021, 2021],
        ccg_ods_code=["01X", "02Y", "02Y"] * 2,
        sicbl22_ods_code=["11A", "11A", "22B"] * 2,
        share_of_ccg_population=[1.0, 0.25, 0.75] * 2,
        population_mid2020=[600, 100, 300] * 2,
    )
    return Context(frame)


def followed(context, given, geography="sicbl23"):
    succession = read_succession(context, period="2018-19-q3")
    numbers = pd.Series(given, dtype=float)
    return follow(context, Key("x", geography, "2018-19-q3"), succession, numbers, numbers * 2)


def test_a_split_commissioner_is_shared_by_population_and_marked_until_its_parts_meet_again(context):
    parts, whole = followed(context, {"01X": 100, "02Y": 40}), followed(context, {"01X": 100, "02Y": 40}, "icb23")

    assert parts.numerator.tolist() == [110.0, 30.0]
    assert parts.basis.tolist() == [Basis.MODELLED, Basis.MODELLED]
    assert whole.numerator.tolist() == [140.0]
    assert whole.basis.tolist() == [Basis.OBSERVED]
    assert whole.may_have_limits.tolist() == [True]


def test_no_total_is_shown_with_an_unmapped_part(context):
    parts, whole = followed(context, {"02Y": 40, "99Z": 7}), followed(context, {"02Y": 40, "99Z": 7}, "icb23")

    assert np.isnan(parts.numerator[0])
    assert parts.reason[0] == Reason.AREA_NOT_MAPPED
    assert parts.numerator[1] == 30.0
    assert np.isnan(whole.numerator[0])
    assert whole.reason[0] == Reason.INCOMPLETE


def test_figures_since_july_2022_are_of_the_sub_icb_locations_themselves(context):
    numbers = pd.Series({"11A": 100.0, "22B": 30.0})

    before = read_succession(context, period="2022-23-q1")
    since = read_succession(context, period="2022-23-q2")
    found = follow(context, Key("x", "sicbl23", "2022-23-q2"), since, numbers, numbers * 2)

    assert before.codes.tolist() == ["01X", "02Y"]
    assert found.numerator.tolist() == [100.0, 30.0]
    assert found.basis.tolist() == [Basis.OBSERVED, Basis.OBSERVED]
    assert since.people.tolist() == context.frame.residents_mid2020["sicbl23"].tolist()


def test_a_figure_that_all_districts_of_a_county_share_is_the_countys():
    codes = np.array(["E07000001", "E07000002", "E07000003", "E07000004", "E06000001", "E06000002"], dtype=object)
    counties = np.array(["E10000001", "E10000001", "E10000002", "E10000002", "E06000001", "E06000001"], dtype=object)

    found = repeated_by_county(np.array([5.0, 5.0, 5.0, 6.0, 5.0, 5.0]), codes, counties)

    assert found.tolist() == [True, True, False, False, False, False]
