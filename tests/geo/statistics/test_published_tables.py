"""Limits of counts, proportions and rates against every table that was published for them, and numbers that are quoted most."""

import numpy as np
import pytest

from geo.statistics.intervals import byar_limits, exact_poisson_limits, wilson_limits
from geo.statistics.rates import proportion, rate
from geo.statistics.standardise import directly_standardised_rate
from tests.worked import assert_estimate, column, example, number, upstream

LEVELS = [(0.95, ("value", "lower95_0cl", "upper95_0cl")), (0.998, ("value", "lower99_8cl", "upper99_8cl"))]
# Counts and people of 19 bands in the reference implementation's own example, with its rate for 100,000.
COUNTS = [127, 25, 18, 21, 12, 27, 48, 27, 29, 32, 32, 34, 45, 65, 38, 68, 74, 82, 91]
FEW = [12, 4, 3, 2, 3, 4, 8, 2, 2, 3, 4, 5, 6, 8, 5, 6, 5, 5, 4]
PEOPLE = [636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207]


def scaled(estimate, times):
    return type(estimate)(estimate.value * times, estimate.lower * times, estimate.upper * times)


@pytest.mark.parametrize(("confidence", "keys"), LEVELS)
def test_percentages_and_rates_of_the_worked_examples(confidence, keys):
    percentages, rates = example("proportion_x100_two_cis"), example("rate_per_100000_two_cis")

    found = proportion(column(percentages, "x"), denominator=column(percentages, "n"), confidence=confidence)

    assert_estimate(scaled(found, 100), percentages, keys)
    assert_estimate(rate(column(rates, "x"), population=column(rates, "n"), confidence=confidence), rates, keys)


@pytest.mark.parametrize(("confidence", "keys"), LEVELS)
def test_upstream_proportions(mirror, confidence, keys):
    rows = [row for row in upstream(mirror, "testdata_Proportion__testdata_Prop") if row["multiplier"] == "1"]

    assert rows
    assert_estimate(proportion(column(rows, "Numerator"), denominator=column(rows, "Denominator"), confidence=confidence), rows, keys)


@pytest.mark.parametrize(("confidence", "keys"), LEVELS)
def test_upstream_rates(mirror, confidence, keys):
    table = upstream(mirror, "testdata_Rate__testdata_Rate")

    for per in {row["multiplier"] for row in table if row["multiplier"]}:
        rows = [row for row in table if row["multiplier"] == per]
        found = rate(column(rows, "Numerator"), population=column(rows, "Denominator"), per=float(per), confidence=confidence)
        assert_estimate(found, rows, keys)


def test_upstream_limits_of_counts_and_proportions(mirror):
    rows = upstream(mirror, "testdata_Byars_Wilson__testdata_B_W")

    assert {row["method"] for row in rows} == {"Byars", "Wilson"}
    for row in rows:
        confidence = float(row["confidence"].rstrip("%")) / 100
        by_byar = row["method"] == "Byars"
        limits = (
            byar_limits([float(row["x"])], confidence=confidence)
            if by_byar
            else wilson_limits([float(row["x"])], [float(row["n"])], confidence=confidence)
        )
        np.testing.assert_allclose((limits.lower[0], limits.upper[0]), (number(row["lowercl"]), number(row["uppercl"])), rtol=1e-9)


@pytest.mark.parametrize(
    ("events", "lower", "upper"),
    [(65, 50.1631877105, 82.8491385459), (1045, 982.5932018, 1110.3312130), (1, 0.013072133, 5.563755582)],
)
def test_quoted_limits_of_byar(events, lower, upper):
    limits = byar_limits([events])

    np.testing.assert_allclose((limits.lower[0], limits.upper[0]), (lower, upper), rtol=1e-7)


def test_quoted_exact_limits():
    limits = exact_poisson_limits([5.0])

    np.testing.assert_allclose((limits.lower[0], limits.upper[0]), (1.62348639, 11.66833208), rtol=1e-8)


@pytest.mark.parametrize(
    ("events", "people", "confidence", "lower", "upper"),
    [
        (65, 100, 0.95, 0.55254443, 0.73635752),
        (1, 100, 0.95, 0.00176743, 0.05448620),
        (5, 100, 0.95, 0.02154368, 0.11175047),
        (20, 100, 0.95, 0.13336693, 0.28882917),
        (0, 20, 0.95, 0.0, 0.16112516),
        (1, 100, 0.998, 0.00087307, 0.10455445),
    ],
)
def test_quoted_limits_of_wilson(events, people, confidence, lower, upper):
    limits = wilson_limits([events], [people], confidence=confidence)

    np.testing.assert_allclose((limits.lower[0], limits.upper[0]), (lower, upper), atol=5e-9)


@pytest.mark.parametrize(
    ("events", "confidence", "expected"),
    [
        (COUNTS, 0.95, (10430.247991, 9717.709068, 11178.940915)),
        (COUNTS, 0.998, (10430.247991, 9323.287880, 11620.595999)),
        (FEW, 0.95, (1103.212025, 877.455768, 1367.088223)),
    ],
)
def test_quoted_standardised_rates(events, confidence, expected):
    found = directly_standardised_rate(events, populations=PEOPLE, confidence=confidence)

    np.testing.assert_allclose((found.value, found.lower, found.upper), expected, rtol=1e-9)
