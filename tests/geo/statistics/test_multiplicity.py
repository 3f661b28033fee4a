"""Control of false discoveries: the published table, an oracle, and p-values that are too coarse to bear it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.multiplicity import benjamini_hochberg, is_finding, refuse_coarse

# Benjamini and Hochberg (1995), section 4: 15 p-values, of which the procedure at 5 % finds the first four.
PUBLISHED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def test_the_published_table_finds_four_of_fifteen():
    q = benjamini_hochberg(PUBLISHED)

    assert is_finding(q).tolist() == [True] * 4 + [False] * 11
    assert q[0] == pytest.approx(0.0015)
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
    assert q[-1] == 1.0


def test_what_was_not_tested_stays_out_and_is_not_counted():
    q = benjamini_hochberg([0.01, np.nan, 0.04])

    assert q[0] == pytest.approx(0.02)
    assert np.isnan(q[1])
    assert q[2] == pytest.approx(0.04)
    assert is_finding(q).tolist() == [True, False, True]
    assert np.isnan(benjamini_hochberg([np.nan, np.nan])).all()
    assert benjamini_hochberg([]).shape == (0,)


def test_a_q_on_the_level_is_a_finding():
    assert is_finding([0.05, 0.0500001]).tolist() == [True, False]
    assert is_finding([0.1], level=0.1).tolist() == [True]


@pytest.mark.parametrize("wrong", [-0.01, 1.01])
def test_what_is_no_chance_is_refused(wrong):
    with pytest.raises(StatisticsError, match="outside 0 to 1"):
        benjamini_hochberg([0.5, wrong])


def test_999_permutations_over_20000_areas_are_refused_with_an_explanation():
    p = np.full(20_000, 1 / 1000)

    with pytest.raises(
        StatisticsError, match=r"smallest p-value .* is 0.001, but with 20,000 tests .* needs 2.5e-06.*at least 399,999 replicates"
    ):
        benjamini_hochberg(p, resolution=1 / 1000)


def test_a_resolution_that_just_bears_the_tests_is_taken():
    refuse_coarse(50, resolution=1 / 1000)
    refuse_coarse(0, resolution=0.5)
    refuse_coarse(10_000, resolution=None)
    with pytest.raises(StatisticsError, match="51 tests"):
        refuse_coarse(51, resolution=1 / 1000)


def test_the_resolution_is_held_to_the_level_asked_for():
    p = [0.005, 0.4]

    assert benjamini_hochberg(p, resolution=0.005)[0] == pytest.approx(0.01)
    with pytest.raises(StatisticsError, match=r"false-discovery rate of 1% needs 0.005: .* at least 199 replicates"):
        benjamini_hochberg(p, resolution=0.006, level=0.01)


def test_one_test_alone_and_a_test_without_any_resolution_are_judged_too():
    refuse_coarse(1, resolution=0.05)
    with pytest.raises(StatisticsError, match="with 1 tests"):
        refuse_coarse(1, resolution=0.06)
    with pytest.raises(StatisticsError, match="The smallest p-value that this test can give is 1"):
        refuse_coarse(5, resolution=1)


def test_the_replicates_that_are_asked_for_are_enough_and_one_fewer_are_not():
    with pytest.raises(StatisticsError, match="at least 233 replicates"):
        refuse_coarse(7, resolution=0.5, level=0.03)

    refuse_coarse(7, resolution=1 / 234, level=0.03)
    with pytest.raises(StatisticsError, match="7 tests"):
        refuse_coarse(7, resolution=1 / 233, level=0.03)


@pytest.mark.parametrize("wrong", [0, -0.1, 1.1])
def test_a_resolution_must_be_a_chance(wrong):
    with pytest.raises(StatisticsError, match="must lie above 0"):
        refuse_coarse(5, resolution=wrong)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_it_equals_the_definition_tried_one_by_one(p):
    q = benjamini_hochberg(p)

    for own, found in zip(p, q, strict=True):
        # The least, over every p not below this one, of p x tests / how many are not above it.
        wanted = min(min(other * len(p) / sum(third <= other for third in p), 1.0) for other in p if other >= own)
        assert found == pytest.approx(wanted)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), st.randoms())
def test_order_does_not_matter_and_q_is_never_below_p(p, random):
    order = list(range(len(p)))
    random.shuffle(order)

    q = benjamini_hochberg(p)

    assert benjamini_hochberg([p[at] for at in order]) == pytest.approx(q[order])
    assert np.all(q >= np.array(p) - 1e-12)
