"""Standardised rates against worked examples, a plain second version, and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.standardise import (
    ESP2013,
    directly_standardised_rate,
    non_independent_rate,
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


class TestDirect:
    def test_the_standard_population_is_that_of_the_worked_example(self):
        np.testing.assert_array_equal(ESP2013, column(example("dsr_input")[:19], "stdpop"))
        assert ESP2013.sum() == 100_000
        assert not ESP2013.flags.writeable

    @pytest.mark.parametrize(("confidence", "keys"), [(0.95, LIMITS_95), (0.998, LIMITS_998)])
    def test_rates_equal_the_worked_example(self, confidence, keys):
        rows = example("dsr_input")

        rates = directly_standardised_rate(bands(rows, "x"), populations=bands(rows, "n"), confidence=confidence)

        assert_estimate(rates, example("dsr_expected"), keys)

    def test_rates_per_1000_at_99_equal_the_worked_example(self):
        rows = example("dsr_input")

        rates = directly_standardised_rate(bands(rows, "x"), populations=bands(rows, "n"), per=1000, confidence=0.99)

        assert_estimate(rates, example("dsr_expected_per1000_ci99"), PLAIN)

    def test_rates_under_75_leave_out_the_weights_of_the_old(self):
        rows = example("dsr_input")

        rates = directly_standardised_rate(bands(rows, "x")[:, :15], populations=bands(rows, "n")[:, :15], weights=ESP2013[:15])

        assert_estimate(rates, example("dsr_expected_under75"), PLAIN)

    def test_the_worked_example_of_three_bands(self):
        rate = directly_standardised_rate([5, 20, 60], populations=[4000, 5000, 2000], weights=[30_000, 40_000, 30_000])

        np.testing.assert_allclose(one(rate), (1097.5, 869.78201, 1365.12432), rtol=1e-8)

    def test_a_band_of_one_person_or_of_a_part_of_one_is_enough(self):
        # The person-years of a part of the people can be fewer than one.
        whole = directly_standardised_rate([5, 20, 60], populations=[4000, 5000, 2000], weights=[3, 4, 3])
        part = directly_standardised_rate([5, 20, 60], populations=[0.4, 0.5, 0.2], weights=[3, 4, 3], per=10)

        np.testing.assert_allclose(one(part), one(whole))

    def test_nine_events_give_no_rate_and_ten_do(self):
        people = np.full((2, 19), 1000.0)
        events = np.zeros((2, 19))
        events[:, 3] = 9, 10

        rates = directly_standardised_rate(events, populations=people)

        assert np.isnan([rates.value[0], rates.lower[0], rates.upper[0]]).all()
        np.testing.assert_allclose((rates.value[1], rates.lower[1], rates.upper[1]), oracle.dsr(events[1], people[1], ESP2013, 1e5, 0.95))

    @pytest.mark.parametrize("people", [0.0, np.nan])
    def test_a_band_without_people_gives_no_rate(self, people):
        populations = np.full((2, 19), 500.0)
        populations[0, 7] = people

        rates = directly_standardised_rate(np.ones((2, 19)), populations=populations)

        assert np.isnan([rates.value[0], rates.lower[0], rates.upper[0]]).all()
        assert rates.value[1] == pytest.approx(200.0)

    @pytest.mark.parametrize("per", [10_000, 100_000])
    def test_upstream_tables(self, mirror, per):
        rows = upstream(mirror, "testdata_DSR_ISR__testdata_multiarea")
        results = [r for r in upstream(mirror, "testdata_DSR_ISR__testresults_DSR") if r["area"] in {"testdata_big", "testdata_small"}]
        results = [r for r in results if r["statistic"] == f"dsr per {per}"]

        rates = directly_standardised_rate(bands(rows, "count")[:2], populations=bands(rows, "pop")[:2], per=per)
        wide = directly_standardised_rate(bands(rows, "count")[:2], populations=bands(rows, "pop")[:2], per=per, confidence=0.998)

        assert_estimate(rates, results, LIMITS_95)
        assert_estimate(wide, results, LIMITS_998)

    def test_upstream_total_of_nine(self, mirror):
        rows = upstream(mirror, "testdata_DSR_ISR__testdata_multiarea")

        rates = directly_standardised_rate(bands(rows, "count"), populations=bands(rows, "pop"))

        assert bands(rows, "count")[2].sum() == 9
        assert np.isnan([rates.value[2], rates.lower[2], rates.upper[2]]).all()

    def test_upstream_rate_by_an_older_standard(self, mirror):
        # The 99.8 % limits of this row lack a decimal point there, and are not compared.
        rows = upstream(mirror, "testdata_DSR_ISR__testdata_1976")
        results = [r for r in upstream(mirror, "testdata_DSR_ISR__testresults_DSR") if r["area"] == "testdata_1976"]

        rate = directly_standardised_rate(
            bands(rows, "count", 18), populations=bands(rows, "pop", 18), weights=column(rows, "esp1976"), per=10_000
        )

        assert_estimate(rate, results[:1], LIMITS_95)

    @given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5000), st.integers(1, 9000)), min_size=1, max_size=19))
    def test_rates_equal_those_counted_band_by_band(self, rows):
        events, people, weights = (np.array(part, dtype=float) for part in zip(*rows, strict=True))

        found = one(directly_standardised_rate(events, populations=people, weights=weights))

        np.testing.assert_allclose(found, oracle.dsr(events, people, weights, 1e5, 0.95) or (np.nan,) * 3, rtol=1e-9)

    @given(st.lists(st.tuples(st.integers(1, 60), st.integers(60, 5000)), min_size=10, max_size=19), st.floats(0.5, 1e6), st.randoms())
    def test_limits_bracket_the_unit_scales_and_order_does_not_matter(self, rows, per, random):
        events, people = np.array(rows, dtype=float).T
        weights = ESP2013[: len(rows)]
        order = random.sample(range(len(rows)), len(rows))

        value, lower, upper = one(directly_standardised_rate(events, populations=people, weights=weights, per=1))
        scaled = one(directly_standardised_rate(events, populations=people, weights=weights, per=per))
        turned = one(directly_standardised_rate(events[order], populations=people[order], weights=weights[order], per=1))

        assert lower < value < upper
        np.testing.assert_allclose(scaled, np.array([value, lower, upper]) * per, rtol=1e-12)
        np.testing.assert_allclose(turned, (value, lower, upper), rtol=1e-9)

    def test_areas_and_periods_at_once_equal_each_alone(self):
        random = np.random.default_rng(1)
        events, people = random.integers(0, 9, (4, 3, 19)), random.integers(50, 900, (4, 3, 19))

        together = directly_standardised_rate(events, populations=people)

        assert together.value.shape == (4, 3)
        assert one(directly_standardised_rate(events[2, 1], populations=people[2, 1])) == pytest.approx(
            (together.value[2, 1], together.lower[2, 1], together.upper[2, 1]), rel=1e-12
        )

    def test_no_area_gives_no_rate(self):
        assert directly_standardised_rate(np.empty((0, 19)), populations=np.empty((0, 19))).value.shape == (0,)

    @pytest.mark.parametrize(
        ("events", "people", "weights", "words"),
        [
            ([np.nan, 1, np.nan], [9, 9, 9], [1, 1, 1], "2 counts are missing; a missing count is not 0"),
            ([-2, 1, 1], [9, 9, 9], [1, 1, 1], "A count of -2.0 was given; it cannot be below 0"),
            ([1, 1, 1], [9, -7, 9], [1, 1, 1], "A population of -7.0 was given"),
            ([1, 1, 1], [9, 9, 9], [1, 0, 1], "A weight of the standard population must be above 0"),
            ([1, 1, 1], [9, 9, 9], [1, np.nan, 1], "weight"),
            ([1, 1, 1], [9, 9, 9], [1, 1], "bands differ"),
            ([1, 1, 1], [9, 9], [1, 1, 1], "bands differ"),
            ([1, 1], [9, 9, 9], [1, 1, 1], "bands differ"),
            ([1, 1, 1], [9, 9, 9], [[1, 1, 1]], "bands differ"),
            ([1, 1, 1], [[9, 9, 9], [9, 9, 9]], [1, 1, 1], r"Events have the shape \(3,\) but people \(2, 3\)"),
            (1, [9, 9, 9], [1, 1, 1], "axis of age bands"),
        ],
    )
    def test_what_means_nothing_is_refused(self, events, people, weights, words):
        with pytest.raises(StatisticsError, match=words):
            directly_standardised_rate(events, populations=people, weights=weights)

    def test_a_confidence_outside_its_range_is_refused(self):
        with pytest.raises(StatisticsError, match="confidence of 95"):
            directly_standardised_rate(np.ones(19), populations=np.ones(19), confidence=95)


class TestNonIndependent:
    FREQUENCIES = (1, 2, 3, 4, 5)

    @pytest.mark.parametrize(("confidence", "keys"), [(0.95, LIMITS_95), (0.998, LIMITS_998)])
    def test_rates_equal_the_worked_example(self, confidence, keys):
        rows = example("dsr_nonindependent_input")
        events, people = (column(rows, key).reshape(-1, 5, 19) for key in ("x", "n"))

        rates = non_independent_rate(events, frequencies=self.FREQUENCIES, populations=people[:, 0], confidence=confidence)

        assert_estimate(rates, example("dsr_nonindependent_expected"), keys)

    def test_upstream_tables(self, mirror):
        rows = upstream(mirror, "testdata_DSR_ISR__testdata_nonindepe")
        results = {r["area"]: r for r in upstream(mirror, "testdata_DSR_ISR__testresults_DSR") if "non-independent" in r["method"]}
        areas = list(dict.fromkeys(r["area"] for r in rows))
        events = np.stack([bands(rows, f"f{f}") for f in (1, 2, 3, 4)], axis=1)

        rates = non_independent_rate(events, frequencies=[1, 2, 3, 4], populations=bands(rows, "pop"))

        known = [k for k, area in enumerate(areas) if area in results]
        assert known
        for k in known:
            expected = [float(results[areas[k]][key] or "nan") for key in LIMITS_95]
            np.testing.assert_allclose((rates.value[k], rates.lower[k], rates.upper[k]), expected, rtol=1e-9)

    @given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.integers(50, 500)), min_size=2, max_size=19))
    def test_rates_equal_those_counted_band_by_band(self, rows):
        once, thrice, people = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
        weights = ESP2013[: len(rows)]

        found = one(non_independent_rate([once, thrice], frequencies=[1, 3], populations=people, weights=weights, per=1000))

        expected = oracle.non_independent({1: once, 3: thrice}, people, weights, 1000, 0.95)
        np.testing.assert_allclose(found, expected or (np.nan,) * 3, rtol=1e-9)

    def test_events_of_one_person_each_are_independent(self):
        events, people = np.arange(19.0) + 1, np.full(19, 700.0)

        assert one(non_independent_rate([events], frequencies=[1], populations=people)) == pytest.approx(
            one(directly_standardised_rate(events, populations=people)), rel=1e-12
        )

    def test_repeated_events_widen_the_limits_and_leave_the_rate(self):
        people = np.full(19, 700.0)
        spread = directly_standardised_rate(np.full(19, 4.0), populations=people)
        repeated = non_independent_rate([np.full(19, 2.0)], frequencies=[2], populations=people)

        assert repeated.value == pytest.approx(float(spread.value))
        assert repeated.upper - repeated.lower == pytest.approx(float((spread.upper - spread.lower) * np.sqrt(2)))

    def test_ten_are_counted_in_events_not_in_people(self):
        people, having = np.full(19, 700.0), np.zeros((1, 19))
        having[0, 0] = 5

        assert np.isfinite(non_independent_rate(having, frequencies=[2], populations=people).value)
        assert np.isnan(non_independent_rate(having, frequencies=[1], populations=people).value)

    @pytest.mark.parametrize(
        ("events", "frequencies", "words"),
        [
            (np.ones((2, 19)), [1], "there are 1 frequencies"),
            (np.ones(19), [1] * 19, "there are 19 frequencies"),
            (np.ones((1, 19)), [0], "frequency of events must be above 0"),
            (np.ones((1, 19)), [np.nan], "frequency of events must be above 0"),
            (np.full((1, 19), np.nan), [1], "19 counts are missing"),
        ],
    )
    def test_what_means_nothing_is_refused(self, events, frequencies, words):
        with pytest.raises(StatisticsError, match=words):
            non_independent_rate(events, frequencies=frequencies, populations=np.ones(19))
