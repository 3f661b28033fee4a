"""Slope and relative index against worked examples, a plain second version with draws, and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.statistics.inequality import SlopeMethod, slope_index
from tests.oracles import inequality as oracle
from tests.worked import column, example, number, upstream

AREAS = [f"A{n}" for n in range(1, 7)]
CASES = list(dict.fromkeys(row["case"] for row in example("sii_expected")))
PEOPLE_1 = [7291, 7997, 6105, 7666, 5790, 6934, 5918, 5974, 7147, 7534]
VALUES_1 = [75.9, 78.3, 83.8, 83.6, 80.5, 81.1, 81.7, 84.2, 80.6, 86.3]
ERRORS_1 = [1.64, 1.58, 1.51, 1.78, 1.70, 1.56, 1.37, 1.40, 2.43, 1.57]
PEOPLE_2 = [21675, 20065, 19750, 24713, 20112, 19618, 22408, 19752, 18939, 19312]
VALUES_2 = [70.5, 71.6, 72.5, 73.5, 73.1, 76.2, 78.7, 80.6, 80.9, 80.0]
ERRORS_2 = [0.23, 0.26, 0.30, 0.16, 0.79, 0.78, 0.40, 0.28, 0.23, 0.35]


def inputs(key):
    rows = {(row["area"], int(row["quantile"])): row for row in example("sii_input")}
    return column([rows[area, q] for area in AREAS for q in range(1, 11)], key).reshape(6, 10)


def expected(case, key):
    rows = {row["area"]: row for row in example("sii_expected") if row["case"] == case}
    return column([rows[area] for area in AREAS], key)


def fit(case, draws=100_000):
    """The slope of a case of the worked example; its name says kind, transformation and multiplier."""
    if case == "value_type0_se":
        return slope_index(inputs("mean"), populations=inputs("population"), standard_errors=inputs("se"))
    kind, key = ("rate", "rate") if "type1" in case else ("proportion", "p")
    method = SlopeMethod(kind, is_transformed="TRUE" in case, multiplier=float(case.split("multiplier")[1]), draws=draws, seed=3)
    return slope_index(inputs(key), populations=inputs("population"), limits=(inputs(f"{key}_l"), inputs(f"{key}_u")), method=method)


def assert_limits(found, case, index):
    lower, upper = expected(case, f"{index}_lower95_0cl"), expected(case, f"{index}_upper95_0cl")
    tolerance = 0.02 * (upper - lower) + 1e-6
    assert np.all(np.abs(getattr(found, f"{index}_lower") - lower) <= tolerance)
    assert np.all(np.abs(getattr(found, f"{index}_upper") - upper) <= tolerance)


@pytest.mark.parametrize("case", CASES)
def test_slopes_equal_the_worked_example(case):
    found = fit(case)

    np.testing.assert_allclose(found.sii, expected(case, "sii"), rtol=1e-9)
    np.testing.assert_allclose(found.rii, expected(case, "rii"), rtol=1e-9)
    unit = 100.0 if "type2" in case and "TRUE" in case else 1.0
    np.testing.assert_allclose(found.start * unit, expected(case, "intercept"), rtol=1e-9)
    assert_limits(found, case, "sii")
    assert_limits(found, case, "rii")
    np.testing.assert_allclose(
        found.end - found.start, found.sii / (1 if case == "value_type0_se" else float(case.split("multiplier")[1])), rtol=1e-9
    )


def test_the_worked_examples_of_two_areas_in_closed_form():
    found = slope_index([VALUES_1, VALUES_2], populations=[PEOPLE_1, PEOPLE_2], standard_errors=[ERRORS_1, ERRORS_2])

    np.testing.assert_allclose(found.start, [78.032079, 69.342620], atol=5e-7)
    np.testing.assert_allclose(found.sii, [7.000235, 12.622739], atol=5e-7)
    np.testing.assert_allclose(found.rii, [1.089710, 1.182034], atol=5e-7)
    np.testing.assert_allclose(found.sii_lower, [3.15343, 12.01167], atol=5e-6)
    np.testing.assert_allclose(found.sii_upper, [10.84704, 13.23381], atol=5e-6)
    assert found.method == "exact limits of a weighted sum; of the ratio after Fieller"


def test_a_straight_line_is_found_exactly():
    people = [10.0, 20.0, 30.0, 25.0, 15.0]
    values = [50 - 12 * x for x in oracle.places(people)]

    found = slope_index(values, populations=people, standard_errors=[0.0] * 5)

    np.testing.assert_allclose(
        [found.sii[0], found.sii_lower[0], found.sii_upper[0], found.start[0], found.end[0], found.rii[0], found.rii_lower[0]],
        [-12, -12, -12, 50, 38, 0.76, 0.76],
        rtol=1e-12,
    )


class TestUpstream:
    CASES = [
        ("default (e.g. life expectancy) - default parameters", "mean", False, 1.0, 0.95),
        ("default - testing 99% confidence", "mean", False, 1.0, 0.99),
        ("rate (e.g. infant mortality) - default parameters", "rate", False, 1.0, 0.95),
        ("proportion (e.g. child obesity) - default parameters", "proportion", False, 1.0, 0.95),
        ("proportion - testing multiplier (x 100)", "proportion", False, 100.0, 0.95),
        ("proportion - testing multiplier (x -100)", "proportion", False, -100.0, 0.95),
        ("rate (e.g. infant mortality) - log transform with 98% CI", "rate", True, 1.0, 0.98),
        ("rate (e.g. infant mortality) - log transform with negative multiplier", "rate", True, -1.0, None),
        ("proportion (e.g. child obesity) - logit transform with 98% cis", "proportion", True, 1.0, 0.98),
        ("proportion (e.g. child obesity) - logit transform with negative multiplier", "proportion", True, -1.0, None),
    ]

    @pytest.mark.parametrize(("words", "kind", "is_transformed", "multiplier", "confidence"), CASES)
    def test_tables(self, mirror, words, kind, is_transformed, multiplier, confidence):
        rows = [r for r in upstream(mirror, "testdata_SII__testdata_SII") if r["TestDescription"] == words]
        method = SlopeMethod(
            kind,
            is_transformed=is_transformed,
            multiplier=multiplier,
            confidence=confidence or 0.95,
            draws=0 if kind == "mean" else 100_000,
        )
        pair = (column(rows, "LowerCL").reshape(-1, 10), column(rows, "UpperCL").reshape(-1, 10))

        found = slope_index(
            column(rows, "Value").reshape(-1, 10), populations=column(rows, "Population").reshape(-1, 10), limits=pair, method=method
        )

        results = [r for r in rows if r["sii"]]
        assert len(results) == 2
        np.testing.assert_allclose(found.sii, column(results, "sii"), rtol=1e-9)
        np.testing.assert_allclose(found.rii, column(results, "rii"), rtol=1e-9)
        for index in ("sii", "rii") if confidence else ():
            lower, upper = column(results, f"{index}_lowercl_1"), column(results, f"{index}_uppercl_1")
            tolerance = 0.02 * (upper - lower) + 1e-6
            assert np.all(np.abs(getattr(found, f"{index}_lower") - lower) <= tolerance)
            assert np.all(np.abs(getattr(found, f"{index}_upper") - upper) <= tolerance)


GROUPS = st.lists(st.tuples(st.integers(50, 5000), st.floats(0.05, 0.9), st.floats(0.001, 0.2)), min_size=5, max_size=12)


class TestOracle:
    @given(GROUPS, st.sampled_from(["mean", "rate", "proportion"]), st.booleans())
    def test_points_equal_the_normal_equations(self, groups, kind, is_transformed):
        people, values, _ = (list(part) for part in zip(*groups, strict=True))
        is_transformed = is_transformed and kind != "mean"
        onto, back = oracle.SCALES[kind] if is_transformed else oracle.SCALES["mean"]
        alpha, beta = oracle.line([onto(y) for y in values], people)

        found = slope_index(values, populations=people, method=SlopeMethod(kind, is_transformed=is_transformed))

        start, end = back(alpha), back(alpha + beta)
        np.testing.assert_allclose((found.start[0], found.end[0]), (start, end), rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(found.sii[0], end - start, rtol=1e-7, atol=1e-10)
        assert np.isnan([found.sii_lower[0], found.sii_upper[0], found.rii_lower[0], found.rii_upper[0]]).all()
        assert found.method == "without limits, for the values have none"

    @pytest.mark.parametrize(
        ("kind", "is_transformed"), [("mean", False), ("rate", False), ("rate", True), ("proportion", False), ("proportion", True)]
    )
    def test_limits_equal_those_of_plain_draws(self, kind, is_transformed):
        people, values = PEOPLE_1[:6], [0.42, 0.35, 0.36, 0.30, 0.22, 0.20]
        onto, back = oracle.SCALES[kind]
        errors = [0.03, 0.05, 0.04, 0.06, 0.05, 0.02] if kind == "mean" else [0.10, 0.15, 0.12, 0.2, 0.1, 0.14]
        pair = tuple([back(onto(y) + sign * 1.959964 * e) for y, e in zip(values, errors, strict=True)] for sign in (-1, 1))
        method = SlopeMethod(kind, is_transformed=is_transformed, draws=0 if is_transformed or kind == "mean" else 40_000)

        found = slope_index(values, populations=people, limits=pair, method=method)

        (low, high), (ratio_low, ratio_high) = oracle.simulated_limits((values, people, errors), kind, is_transformed, 20_000, seed=5)
        width, ratio_width = high - low, ratio_high - ratio_low
        np.testing.assert_allclose((found.sii_lower[0], found.sii_upper[0]), (low, high), atol=0.03 * width)
        np.testing.assert_allclose((found.rii_lower[0], found.rii_upper[0]), (ratio_low, ratio_high), atol=0.03 * ratio_width)

    def test_means_may_be_drawn_too_and_agree_with_the_closed_form(self):
        closed = slope_index(VALUES_1, populations=PEOPLE_1, standard_errors=ERRORS_1)
        drawn = slope_index(VALUES_1, populations=PEOPLE_1, standard_errors=ERRORS_1, method=SlopeMethod(draws=100_000, seed=1))

        assert drawn.method == "limits from 100,000 simulated sets of values"
        for key in ("sii", "rii"):
            width = getattr(closed, f"{key}_upper") - getattr(closed, f"{key}_lower")
            for end in ("lower", "upper"):
                assert abs(getattr(drawn, f"{key}_{end}") - getattr(closed, f"{key}_{end}"))[0] < 0.02 * width[0]


class TestProperties:
    @given(GROUPS, st.sampled_from([0.8, 0.95, 0.998]))
    def test_limits_bracket_and_a_greater_confidence_widens(self, groups, confidence):
        people, values, errors = (np.array(part) for part in zip(*groups, strict=True))

        found = slope_index(values + 5, populations=people, standard_errors=errors, method=SlopeMethod(confidence=confidence))
        wider = slope_index(values + 5, populations=people, standard_errors=errors, method=SlopeMethod(confidence=0.9999))

        assert wider.sii_lower[0] < found.sii_lower[0] <= found.sii[0] <= found.sii_upper[0] < wider.sii_upper[0]
        if np.isfinite(found.rii_lower[0]):
            assert found.rii_lower[0] <= found.rii[0] <= found.rii_upper[0]

    @given(GROUPS, st.floats(0.1, 50))
    def test_the_unit_scales_the_slope_and_leaves_the_ratio(self, groups, unit):
        people, values, errors = (np.array(part) for part in zip(*groups, strict=True))
        values = values + 5

        once = slope_index(values, populations=people, standard_errors=errors)
        scaled = slope_index(values * unit, populations=people * 3, standard_errors=errors * unit)
        multiplied = slope_index(values, populations=people, standard_errors=errors, method=SlopeMethod(multiplier=unit))

        for found in (scaled, multiplied):
            np.testing.assert_allclose(found.sii_lower, once.sii_lower * unit, rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(found.sii_upper, once.sii_upper * unit, rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(found.rii, once.rii, rtol=1e-9)
        np.testing.assert_array_equal(multiplied.start, once.start)

    @given(GROUPS)
    def test_a_multiplier_below_0_turns_everything_round(self, groups):
        people, values, errors = (np.array(part) for part in zip(*groups, strict=True))

        found = slope_index(values + 5, populations=people, standard_errors=errors)
        turned = slope_index(values + 5, populations=people, standard_errors=errors, method=SlopeMethod(multiplier=-2.0))

        np.testing.assert_allclose(
            (turned.sii, turned.sii_lower, turned.sii_upper), (-2 * found.sii, -2 * found.sii_upper, -2 * found.sii_lower)
        )
        np.testing.assert_allclose(
            (turned.rii, turned.rii_lower, turned.rii_upper), (1 / found.rii, 1 / found.rii_upper, 1 / found.rii_lower)
        )

    @pytest.mark.parametrize("draws", [0, 2000])
    def test_each_area_stands_alone_in_any_order(self, draws):
        values, people = np.array([VALUES_1, VALUES_2, VALUES_2[::-1]]), np.array([PEOPLE_1, PEOPLE_2, PEOPLE_1])
        errors, method = np.array([ERRORS_1, ERRORS_2, ERRORS_1]), SlopeMethod(draws=draws, seed=9)

        found = slope_index(values, populations=people, standard_errors=errors, method=method)
        turned = slope_index(values[::-1], populations=people[::-1], standard_errors=errors[::-1], method=method)
        alone = slope_index(values[1], populations=people[1], standard_errors=errors[1], method=method)

        for key in ("sii", "sii_lower", "sii_upper", "rii", "rii_lower", "rii_upper", "start", "end"):
            np.testing.assert_allclose(getattr(found, key), getattr(turned, key)[::-1], rtol=1e-12)
            np.testing.assert_allclose(getattr(found, key)[1], getattr(alone, key)[0], rtol=1e-12)

    def test_a_seed_fixes_the_draws(self):
        one, again, other = (
            slope_index(VALUES_1, populations=PEOPLE_1, standard_errors=ERRORS_1, method=SlopeMethod(draws=500, seed=seed))
            for seed in (1, 1, 2)
        )

        assert one.sii_lower[0] == again.sii_lower[0] != other.sii_lower[0]

    def test_limits_stand_at_the_published_places_among_the_draws(self):
        draws = 40
        normal = np.random.default_rng(7).standard_normal((draws, 5))
        people, values, errors = np.array([1.0, 2, 3, 2, 1]), np.array([9.0, 8, 7, 7, 5]), np.array([0.1, 0.2, 0.1, 0.3, 0.2])
        slopes = sorted(oracle.line(list(values + errors * z), list(people))[1] for z in normal)

        found = slope_index(values, populations=people, standard_errors=errors, method=SlopeMethod(draws=draws, seed=7, confidence=0.9))

        # Positions round(40 x 0.05) = 2 and round(40 x 0.95) = 38, counted from 1.
        np.testing.assert_allclose((found.sii_lower[0], found.sii_upper[0]), (slopes[1], slopes[37]), rtol=1e-9)

    def test_no_area_has_no_slope(self):
        assert slope_index(np.empty((0, 10)), populations=np.empty((0, 10))).sii.shape == (0,)


def test_number_reads_an_empty_cell_as_missing():
    assert np.isnan([number(""), number("NA")]).all()
    assert number("2.5") == 2.5


def test_one_draw_is_its_own_limit_and_the_method_is_told():
    groups, people = [[30.0, 28, 25, 22, 20]], [[100, 110, 120, 130, 140]]
    limits = ([[29, 27, 24, 21, 19]], [[31, 29, 26, 23, 21]])

    one = slope_index(groups, populations=people, limits=limits, method=SlopeMethod("rate", draws=1, seed=3))
    exact = slope_index(groups, populations=people, limits=limits, method=SlopeMethod("rate", is_transformed=True))

    assert one.sii_lower[0] == one.sii_upper[0] != one.sii[0]
    assert one.method == "limits from 1 simulated sets of values"
    assert exact.method == "exact limits on the transformed scale, turned about the middle of the line"
