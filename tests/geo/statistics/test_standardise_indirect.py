"""Indirectly standardised ratios and rates against worked examples, a plain second version, and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.standardise import (
    Reference,
    expected_events,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
)
from tests.oracles import standardise as oracle
from tests.worked import assert_estimate, column, example, upstream

LIMITS_95 = ("value", "lower95_0cl", "upper95_0cl")
LIMITS_998 = ("value", "lower99_8cl", "upper99_8cl")
PLAIN = ("value", "lowercl", "uppercl")


def bands(rows, key, bands=19):
    """(areas, bands). The worked examples take an empty count for 0; this harness alone fills it."""
    return np.nan_to_num(column(rows, key)).reshape(-1, bands)


def one(estimate):
    return float(estimate.value), float(estimate.lower), float(estimate.upper)


class TestIndirect:
    @staticmethod
    def inputs():
        rows = example("isr_input")
        return bands(rows, "x"), bands(rows, "n"), Reference(bands(rows, "x_ref")[0], bands(rows, "n_ref")[0])

    @pytest.mark.parametrize(("confidence", "keys"), [(0.95, LIMITS_95), (0.998, LIMITS_998)])
    def test_rates_and_ratios_equal_the_worked_examples(self, confidence, keys):
        events, people, reference = self.inputs()

        rates = indirectly_standardised_rate(events, populations=people, reference=reference, confidence=confidence)
        ratios = indirectly_standardised_ratio(events, populations=people, reference=reference, per=100, confidence=confidence)

        assert_estimate(rates, example("israte_expected"), keys)
        assert_estimate(ratios, example("isratio_expected_x100"), keys)

    def test_expected_events_equal_the_worked_example(self):
        _, people, reference = self.inputs()

        expected = expected_events(people, reference=reference)

        np.testing.assert_allclose(expected, column(example("israte_expected"), "expected"), rtol=1e-9)

    def test_ratios_of_one_equal_the_worked_example(self):
        events, people, reference = self.inputs()

        ratios = indirectly_standardised_ratio(events, populations=people, reference=reference)

        assert_estimate(ratios, example("isratio_expected_ci95"), PLAIN)

    def test_upstream_tables(self, mirror):
        rows = upstream(mirror, "testdata_DSR_ISR__testdata_multiarea_isr")
        reference = Reference(bands(rows, "refcount")[0], bands(rows, "refpop")[0])
        results = upstream(mirror, "testdata_DSR_ISR__testresults_ISR")

        rates = indirectly_standardised_rate(bands(rows, "count"), populations=bands(rows, "pop"), reference=reference)
        per_1000 = indirectly_standardised_rate(bands(rows, "count"), populations=bands(rows, "pop"), reference=reference, per=1000)

        assert_estimate(rates, results[:3], LIMITS_95)
        assert_estimate(per_1000, results[3:6], LIMITS_95)

    @pytest.mark.parametrize(
        ("observed", "expected"),
        [
            (895, (10011.1376, 9365.9160, 10689.0976)),
            (91, (1017.8922, 819.5210, 1249.7594)),
            (9, (100.6707, 46.0330, 191.1043)),
        ],
    )
    def test_the_published_numbers_with_the_total_alone(self, observed, expected):
        reference = Reference([9349.88309], [100_000])

        rate = indirectly_standardised_rate([observed], populations=[835.88356123 / 0.0934988309], reference=reference)

        np.testing.assert_allclose(one(rate), expected, rtol=1e-6)

    @given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 500), st.integers(1, 90), st.integers(100, 900)), min_size=1, max_size=9))
    def test_ratios_equal_those_counted_band_by_band(self, rows):
        events, people, cases, base = (np.array(part) for part in zip(*rows, strict=True))

        found = one(indirectly_standardised_ratio(events, populations=people, reference=Reference(cases, base), confidence=0.9))

        expected = oracle.indirect([int(x) for x in events], people, cases, base, 0.9)
        np.testing.assert_allclose(found, expected[1:], rtol=1e-7, atol=1e-12)

    def test_a_reference_that_is_the_area_itself_expects_what_was_seen(self):
        events, people = np.array([3.0, 9.0, 30.0]), np.array([100.0, 200.0, 300.0])

        ratio = indirectly_standardised_ratio(events, populations=people, reference=Reference(events, people), per=100)

        assert ratio.value == pytest.approx(100.0)

    def test_each_area_may_have_a_reference_of_its_own(self):
        events, people = np.array([[3.0, 9], [8, 30]]), np.array([[100.0, 200], [300, 400]])
        cases, base = np.array([[20.0, 30], [60, 10]]), np.array([[900.0, 800], [700, 0.5]])

        together = indirectly_standardised_rate(events, populations=people, reference=Reference(cases, base))

        for area in range(2):
            alone = indirectly_standardised_rate(events[area], populations=people[area], reference=Reference(cases[area], base[area]))
            np.testing.assert_allclose([together.value[area], together.lower[area], together.upper[area]], one(alone))

    def test_nothing_expected_has_no_ratio_and_unknown_people_neither(self):
        reference = Reference([5.0, 10.0], [100.0, 100.0])
        people = np.array([[0.0, 0.0], [np.nan, 10.0], [0.0, 10.0]])

        ratio = indirectly_standardised_ratio([[0, 0], [1, 1], [0, 1]], populations=people, reference=reference)

        assert np.isnan(ratio.value[:2]).all()
        assert np.isnan(ratio.upper[:2]).all()
        assert ratio.value[2] == pytest.approx(1.0)

    def test_a_reference_without_events_has_no_rates(self):
        rate = indirectly_standardised_rate([[1, 1]], populations=[[5, 5]], reference=Reference([0, 0], [10, 10]))

        assert np.isnan([*rate.value, *rate.lower, *rate.upper]).all()

    @pytest.mark.parametrize(
        ("events", "people", "reference", "words"),
        [
            ([1, np.nan], [5, 5], ([1, 1], [9, 9]), "1 counts are missing"),
            ([1, 1], [5, -5], ([1, 1], [9, 9]), "A population of -5.0"),
            ([1, 1], [5, 5], ([1, np.nan], [9, 9]), "1 counts are missing"),
            ([1, 1], [5, 5], ([1, -1], [9, 9]), "A count of -1.0"),
            ([1, 1], [5, 5], ([1, 1], [9, 0]), "nobody"),
            ([1, 1], [5, 5], ([1, 1], [9, np.nan]), "nobody"),
            ([1, 1], [5, 5], ([1, 1], [9]), r"Reference events have the shape \(2,\) but people \(1,\)"),
            ([1, 1], [5, 5], ([1, 1, 1], [9, 9, 9]), r"Populations have the shape \(2,\) but the reference \(3,\)"),
        ],
    )
    def test_what_means_nothing_is_refused(self, events, people, reference, words):
        with pytest.raises(StatisticsError, match=words):
            indirectly_standardised_ratio(events, populations=people, reference=Reference(*reference))
        if words != "nobody":
            with pytest.raises(StatisticsError, match=words):
                indirectly_standardised_rate(events, populations=people, reference=Reference(*reference))
