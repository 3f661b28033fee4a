"""Slopes of what is missing, and what no line can be fitted to."""

import numpy as np
import pytest

from geo.errors import StatisticsError
from geo.statistics.inequality import SlopeMethod, slope_index
from tests.geo.statistics.test_inequality import ERRORS_1, ERRORS_2, PEOPLE_1, PEOPLE_2, VALUES_1, VALUES_2
from tests.oracles import inequality as oracle


class TestMissing:
    @pytest.mark.parametrize("part", ["values", "populations", "standard_errors"])
    def test_an_area_that_lacks_a_part_has_no_slope_and_the_next_has(self, part):
        parts = {"values": [VALUES_1, VALUES_2], "populations": [PEOPLE_1, PEOPLE_2], "standard_errors": [ERRORS_1, ERRORS_2]}
        parts = {key: np.array(both, dtype=float) for key, both in parts.items()}
        parts[part][0, 4] = np.nan

        found = slope_index(parts.pop("values"), **parts)

        assert np.isnan([found.sii_lower[0], found.rii_upper[0]]).all()
        assert np.isnan(found.sii[0]) == (part != "standard_errors")
        assert np.isfinite([found.sii_lower[1], found.rii_upper[1], found.sii[1]]).all()

    def test_a_group_without_people_leaves_no_slope(self):
        found = slope_index(VALUES_1, populations=[0, *PEOPLE_1[1:]], standard_errors=ERRORS_1)

        assert np.isnan([found.sii[0], found.sii_lower[0], found.rii[0], found.start[0]]).all()

    @pytest.mark.parametrize(("kind", "edge"), [("rate", 0.0), ("proportion", 0.0), ("proportion", 1.0)])
    def test_a_value_at_the_edge_of_its_scale_has_no_limits_and_transformed_no_index(self, kind, edge):
        values = np.array([[edge, 0.2, 0.3, 0.4, 0.5], [0.1, 0.2, 0.3, 0.4, 0.5]])
        pair, people = (np.clip(values - 0.05, 0, 1), np.clip(values + 0.05, 0, 1)), np.ones((2, 5))

        plain = slope_index(values, populations=people, limits=pair, method=SlopeMethod(kind, draws=100))
        transformed = slope_index(values, populations=people, limits=pair, method=SlopeMethod(kind, is_transformed=True))

        assert np.isfinite(plain.sii).all()
        assert np.isnan([plain.sii_lower[0], plain.rii_upper[0], transformed.sii[0], transformed.sii_lower[0]]).all()
        assert np.isfinite([plain.sii_lower[1], plain.rii_upper[1], transformed.sii[1], transformed.sii_lower[1]]).all()

    def test_a_line_that_begins_at_0_has_no_ratio(self):
        people = [1.0] * 5
        values = oracle.places(people)

        found = slope_index([values, [0.0] * 5], populations=[people] * 2, standard_errors=[[0.1] * 5] * 2)

        assert np.isnan(found.rii[1])
        assert np.isnan([found.rii_lower[0], found.rii_upper[0], found.rii_lower[1]]).all()
        np.testing.assert_allclose(found.sii, [1.0, 0.0], atol=1e-12)

    def test_a_ratio_needs_a_start_of_five_errors(self):
        people = [1.0] * 5
        # The intercept's weights on five equal groups: 0.7, 0.45, 0.2, -0.05, -0.3; its error is then sqrt(0.825) for errors of 1.
        near, far = (slope_index(np.full(5, k * np.sqrt(0.825)), populations=people, standard_errors=[1.0] * 5) for k in (4.99, 5.01))

        assert np.isnan(near.rii_lower[0])
        assert np.isfinite(far.rii_lower[0])


class TestRefused:
    FIVE = ([1.0] * 5, [2.0] * 5)

    @pytest.mark.parametrize(
        ("values", "people", "words"),
        [
            ([1.0] * 4, [1.0] * 4, "There are 4 groups; a slope needs 5 to 100"),
            ([1.0] * 101, [1.0] * 101, "There are 101 groups"),
            ([1.0] * 5, [1.0] * 6, r"Values have the shape \(1, 5\) but populations \(1, 6\)"),
            ([1.0] * 5, [1.0, 1.0, 1.0, 1.0, -1.0], "A population is below 0"),
        ],
    )
    def test_groups_that_make_no_line(self, values, people, words):
        with pytest.raises(StatisticsError, match=words):
            slope_index(values, populations=people)

    @pytest.mark.parametrize("groups", [5, 100])
    def test_five_and_a_hundred_groups_make_one(self, groups):
        assert np.isfinite(slope_index(np.arange(groups), populations=np.ones(groups)).sii[0])

    @pytest.mark.parametrize(
        ("method", "words"),
        [
            (SlopeMethod("counts"), "A kind of 'counts' was given; it must be one of mean, rate, proportion"),
            (SlopeMethod("mean", is_transformed=True), "Means are not transformed"),
            (SlopeMethod(multiplier=0.0), "A multiplier of 0"),
        ],
    )
    def test_methods_that_do_not_exist(self, method, words):
        with pytest.raises(StatisticsError, match=words):
            slope_index(self.FIVE[0], populations=self.FIVE[1], method=method)

    @pytest.mark.parametrize(("kind", "value", "words"), [("rate", -0.5, "A rate of -0.5 was given; it must lie between 0 and inf"),
                                                         ("proportion", -0.5, "between 0 and 1"),
                                                         ("proportion", 1.5, "A proportion of 1.5 was given")])  # fmt: skip
    def test_values_outside_their_scale(self, kind, value, words):
        with pytest.raises(StatisticsError, match=words):
            slope_index([0.5, 0.5, value, 0.5, 0.5], populations=self.FIVE[1], method=SlopeMethod(kind, is_transformed=True))

    def test_errors_and_limits_that_do_not_fit(self):
        values, people = self.FIVE
        with pytest.raises(StatisticsError, match="for means alone"):
            slope_index(values, populations=people, standard_errors=[0.1] * 5, method=SlopeMethod("rate"))
        with pytest.raises(StatisticsError, match="A standard error is below 0"):
            slope_index(values, populations=people, standard_errors=[0.1, 0.1, -0.1, 0.1, 0.1])
        with pytest.raises(StatisticsError, match="a lower limit above its upper"):
            slope_index(values, populations=people, limits=([1.1] * 5, [0.9] * 5))
        with pytest.raises(StatisticsError, match=r"shape \(1, 5\) but their errors or limits \(1, 4\)"):
            slope_index(values, populations=people, standard_errors=[0.1] * 4)
        with pytest.raises(StatisticsError, match="errors or limits"):
            slope_index(values, populations=people, limits=([0.9] * 5, [1.1] * 4))

    @pytest.mark.parametrize("kind", ["rate", "proportion"])
    def test_limits_without_a_closed_form_need_draws(self, kind):
        values = [0.5] * 5

        with pytest.raises(StatisticsError, match=f"an untransformed {kind} have no closed form: ask for draws, or transform"):
            slope_index(values, populations=values, limits=([0.4] * 5, [0.6] * 5), method=SlopeMethod(kind))

    @pytest.mark.parametrize("draws", [0, 10])
    def test_a_confidence_outside_its_range(self, draws):
        with pytest.raises(StatisticsError, match="confidence of 95"):
            slope_index(*self.FIVE[:1], populations=[1.0] * 5, standard_errors=[0.1] * 5, method=SlopeMethod(confidence=95, draws=draws))
