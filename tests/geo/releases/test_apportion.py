"""Practice counts move to where patients live: against a slow second version, and what must hold for any matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.releases.apportion import apportion, make_registrations
from tests.oracles.apportion import apportion as by_dictionaries

ENGLISH = ["E1", "E2", "E3"]
ROWS = [("P", "E1", 30.0), ("P", "E2", 60.0), ("P", "W1", 10.0), ("Q", "E2", 50.0), ("Q", "E3", 50.0), ("R", "E3", 20.0)]


def registrations(rows=ROWS):
    practice, place, patients = zip(*rows, strict=True)
    positions = np.array([ENGLISH.index(p) if p in ENGLISH else -1 for p in place])
    return make_registrations(np.array(practice, dtype=object), positions, np.array(patients), size=len(ENGLISH))


def moved(figures, rows=ROWS):
    codes = np.array(list(figures), dtype=object)
    numerator, denominator = np.array([[np.nan if n is None else n for n in pair] for pair in figures.values()], dtype=float).T
    return apportion(registrations(rows), codes, numerator, denominator)


def test_counts_go_by_share_over_all_neighbourhoods_even_those_outside_england():
    result = moved({"P": (50.0, 100.0), "Q": (80.0, 100.0)})

    assert result.numerator[0] == pytest.approx(50 * 0.3)
    assert result.denominator[1] == pytest.approx(100 * 0.6 + 100 * 0.5)
    assert result.outside == pytest.approx((5.0, 10.0))


@pytest.mark.parametrize("figures", [{"P": (None, 100.0), "Q": (80.0, 100.0)}, {"P": (50.0, None), "Q": (80.0, 100.0)}])
def test_a_practice_that_lacks_either_count_is_left_out_of_both(figures):
    result = moved(figures)

    assert np.isnan(result.numerator[0])
    assert np.isnan(result.denominator[0])
    assert result.denominator[1] == 50.0


def test_reached_are_the_residents_whose_practices_report():
    result = moved({"P": (50.0, 100.0)})

    assert result.reached.tolist() == [30.0, 60.0, 0.0]
    assert registrations().patients.tolist() == [30.0, 110.0, 70.0]


def test_a_practice_without_patients_is_counted_and_not_placed():
    result = moved({"P": (50.0, 100.0), "closed": (7.0, 9.0)})

    assert result.unplaced == (7.0, 9.0)
    assert np.nansum(result.numerator) + result.outside[0] == pytest.approx(50.0)


counts = st.one_of(st.none(), st.integers(0, 500).map(float))
rows = st.lists(
    st.tuples(st.sampled_from("PQRS"), st.sampled_from([*ENGLISH, "W1"]), st.integers(1, 900).map(float)), min_size=1, max_size=14
)
tables = st.dictionaries(st.sampled_from("PQRSX"), st.tuples(counts, counts), min_size=1)


@given(rows.map(lambda found: list({(p, n): (p, n, k) for p, n, k in found}.values())), tables)
def test_the_matrix_gives_what_dictionaries_give(matrix, figures):
    result = moved(figures, matrix)

    expected = by_dictionaries(matrix, figures, ENGLISH)
    for place, code in enumerate(ENGLISH):
        numerator, denominator, reached = expected.get(code, (np.nan, np.nan, 0.0))
        np.testing.assert_allclose(result.numerator[place], numerator, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(result.denominator[place], denominator, rtol=1e-12, atol=1e-12)
        assert result.reached[place] == reached


@given(rows.map(lambda found: list({(p, n): (p, n, k) for p, n, k in found}.values())), tables)
def test_what_goes_in_comes_out_or_is_accounted_for(matrix, figures):
    result = moved(figures, matrix)

    entered = sum(n for n, d in figures.values() if n is not None and d is not None)
    assert np.nansum(result.numerator) + result.outside[0] + result.unplaced[0] == pytest.approx(entered)
    assert result.outside[0] >= -1e-9
